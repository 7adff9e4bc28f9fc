import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { isAncestor } from './contents.ts';
import { listArtifactsNamed, type RecordedArtifact } from './recorded-artifact.ts';

export interface BaselineQuery {
  /** The artifact's name, which the recording run gave it. */
  readonly name: string;
  /** This repository's id: names can be taken over, ids cannot. */
  readonly repositoryId: number;
  /** `.github/workflows/gate.yml`: only this workflow's own recordings count. */
  readonly workflowPath: string;
  /** What the candidate will be merged into; a recording counts when it is of this commit or of one before it. */
  readonly baseSha: string;
  /** Whose recordings are looked at first. */
  readonly baseBranch?: string;
  /** This run, which must not be its own champion. */
  readonly excludeRunId?: number;
}

export interface Rejected {
  readonly artifactId: number;
  readonly runId?: number;
  readonly why: string;
}

interface Recording {
  readonly artifact: RecordedArtifact;
  readonly runId: number;
  readonly runUrl: string;
  readonly headSha: string;
  readonly branch?: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

export type RecordedBaseline =
  | (Recording & { readonly state: 'found'; readonly rejected: readonly Rejected[] })
  /** One was recorded, and GitHub has deleted it. */
  | (Recording & { readonly state: 'expired'; readonly rejected: readonly Rejected[] })
  /** None was ever recorded that may be trusted: bootstrap. */
  | { readonly state: 'none'; readonly rejected: readonly Rejected[] }
  /** It cannot be told whether there is one, which is never bootstrap. */
  | { readonly state: 'unreadable'; readonly permission?: string; readonly message: string; readonly how: string };

/** Two calls each: with the lists that is fifteen, which leaves a gate ten of its 25. */
const candidatesAtMost = 6;
const pagesAtMost = 3;

const runSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  event: z.string(),
  path: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  head_repository: z.object({ id: z.int() }).nullish(),
});
type RunReply = z.infer<typeof runSchema>;

/**
 * The newest recording of the champion's results that may be trusted: made by a run of this workflow on push, schedule
 * or dispatch, whose code was this repository's own, that succeeded, at a commit the base contains. Anyone can upload
 * an artifact of the same name from a pull request, or from a fork's branch called `main`; those are passed over.
 *
 * Three calls when the newest one will do.
 * @throws ApiError for what is neither a missing permission nor a missing artifact (rate limit, outage, …)
 */
export async function findRecordedBaseline(client: Client, query: BaselineQuery): Promise<RecordedBaseline> {
  try {
    return await search(client, query);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.kind !== 'permission' && error.kind !== 'not-found')) throw error;
    const permission = error.permission ?? 'actions: read';
    return {
      state: 'unreadable',
      permission,
      message: `The recorded baseline cannot be read: ${error.message}`,
      how: `Add \`${permission}\` to the job's \`permissions:\`.`,
    };
  }
}

async function search(client: Client, query: BaselineQuery): Promise<RecordedBaseline> {
  const { candidates, rejected, complete } = await collect(client, query);
  for (const artifact of candidates.slice(0, candidatesAtMost)) {
    const judged = await judge(client, query, artifact);
    if ('why' in judged) rejected.push(judged);
    else return { ...judged, state: artifact.expired ? 'expired' : 'found', rejected };
  }
  if (complete && candidates.length <= candidatesAtMost) return { state: 'none', rejected };
  return tooManyRejected(query, rejected.length);
}

/**
 * What the lists do not rule out. Anyone who opens a pull request can upload artifacts of this name, hundreds of them;
 * so one page that holds nothing usable is not yet "none", and neither is the last page that is looked at.
 */
async function collect(client: Client, query: BaselineQuery) {
  const candidates: RecordedArtifact[] = [];
  const rejected: Rejected[] = [];
  let complete = false;
  for (let page = 1; page <= pagesAtMost && !complete; page++) {
    const listed = await listArtifactsNamed(client, query.name, page);
    complete = listed.last;
    for (const artifact of listed.artifacts) {
      const why = whyNotByList(artifact, query);
      const runId = artifact.run === undefined ? {} : { runId: artifact.run.id };
      if (why === undefined) candidates.push(artifact);
      else rejected.push({ artifactId: artifact.id, ...runId, why });
    }
    if (candidates.some((one) => !one.expired && isOfBaseBranch(one, query))) break;
  }
  return { candidates: inOrder(candidates, query), rejected, complete };
}

function isOfBaseBranch({ run }: RecordedArtifact, { baseBranch }: BaselineQuery): boolean {
  return baseBranch === undefined || run?.headBranch === baseBranch;
}

/** Live ones first, of these the base branch's own, of these the newest. */
function inOrder(candidates: readonly RecordedArtifact[], query: BaselineQuery): readonly RecordedArtifact[] {
  const rank = (one: RecordedArtifact) => (one.expired ? 2 : 0) + (isOfBaseBranch(one, query) ? 0 : 1);
  return [...candidates].sort((a, b) => rank(a) - rank(b));
}

/** What the list itself already rules out, without a call. */
function whyNotByList({ run }: RecordedArtifact, query: BaselineQuery): string | undefined {
  if (run === undefined) return 'its run is not known';
  if (run.id === query.excludeRunId) return 'it is of this run';
  if (run.headRepositoryId !== query.repositoryId) return 'its code came from another repository';
  return undefined;
}

async function judge(client: Client, query: BaselineQuery, artifact: RecordedArtifact): Promise<Recording | Rejected> {
  const runId = artifact.run?.id ?? 0;
  const run = await readRunOf(client, runId);
  const why = run === undefined ? 'its run was deleted' : whyNotByRun(run, query);
  if (run === undefined || why !== undefined) return { artifactId: artifact.id, runId, why: why ?? '' };
  if (!(await isAncestor(client, run.head_sha, query.baseSha))) {
    return { artifactId: artifact.id, runId, why: `its commit ${run.head_sha.slice(0, 7)} is not in the base` };
  }
  return {
    artifact,
    runId,
    runUrl: run.html_url,
    headSha: run.head_sha,
    ...(run.head_branch === null ? {} : { branch: run.head_branch }),
    createdAt: artifact.createdAt,
    ...(artifact.expiresAt === undefined ? {} : { expiresAt: artifact.expiresAt }),
  };
}

async function readRunOf(client: Client, runId: number): Promise<RunReply | undefined> {
  try {
    return await client.json('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { run_id: runId }, runSchema, {
      operation: { what: `read run ${runId}`, permission: 'actions: read' },
    });
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

const trustedEvents: ReadonlySet<string> = new Set(['push', 'schedule', 'workflow_dispatch']);

function whyNotByRun(run: RunReply, query: BaselineQuery): string | undefined {
  if (!trustedEvents.has(run.event)) return `its run was started by ${run.event}`;
  if (run.head_repository?.id !== query.repositoryId) return 'its code came from another repository';
  // The API gives the path with or without the ref it was read at.
  const path = run.path.replace(/@.*$/, '');
  if (path !== query.workflowPath) return `its workflow is ${path}`;
  if (run.conclusion !== 'success') return `its run has not succeeded (${run.conclusion ?? run.status ?? 'unknown'})`;
  return undefined;
}

function tooManyRejected(query: BaselineQuery, looked: number): RecordedBaseline {
  return {
    state: 'unreadable',
    message: `None of ${looked} artifacts named "${query.name}" may be trusted, and there are more than can be looked at.`,
    how: 'Look at which workflow uploads artifacts of this name besides this one, and delete those artifacts.',
  };
}
