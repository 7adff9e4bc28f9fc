import { type Verdict, worstStatus } from '@modelgate/core';
import {
  ApiError,
  ArchiveError,
  type Client,
  listRunArtifacts,
  type RecordedArtifact,
  readArtifact,
} from '@modelgate/github';
import { refusedArchive } from './refused-archive.ts';
import {
  type Reading,
  type Refused,
  readVerdict,
  refused,
  shown,
  verdictLimits,
  verdictPrefix,
} from './verdict-reading.ts';
import { newestAttempts, verdictKey } from './verdict-set.ts';

/** A run that has ended, as the event and the API name it: nothing here comes from what the run has uploaded. */
export interface FinishedRun {
  /** Full name of this repository. */
  readonly repository: string;
  readonly runId: number;
  readonly attempt: number;
  /** What started it. */
  readonly event: string;
  readonly headSha: string;
  readonly pullRequest: number;
}

export interface RefusedArtifact extends Refused {
  readonly name: string;
}

export interface RunVerdicts {
  /** Of each gate, job and matrix leg the newest attempt. */
  readonly verdicts: readonly Verdict[];
  /** What bears a verdict's name and does not count. */
  readonly refused: readonly RefusedArtifact[];
}

/**
 * What is read of one run: whoever opens a pull request decides how much it uploads. Each artifact costs one of the 1,000
 * requests an hour that all workflows of the repository share; 8 MiB of checks take half a minute to be rendered.
 */
const most = { artifacts: 100, stored: 16 * 2 ** 20, unpacked: 8 * 2 ** 20 } as const;

/**
 * The verdicts that a finished run has stored. Its jobs ran the pull request's code, so every byte is hostile: what is no
 * verdict about this very run is refused, each for a reason of its own.
 *
 * @throws ApiError when the artifacts cannot be listed, or one cannot be downloaded for another reason than that it is gone
 */
export async function verdictsOfRun(client: Client, run: FinishedRun): Promise<RunVerdicts> {
  const { artifacts, total } = await listRunArtifacts(client, run.runId);
  const named = artifacts.filter(({ name }) => name.startsWith(`${verdictPrefix}--`));
  const left: { stored: number; unpacked: number } = { ...most };
  const found: Found[] = [];
  const refusals: RefusedArtifact[] = [];
  for (const artifact of named.slice(0, most.artifacts)) {
    const reading = await readOne(client, artifact, left);
    const outcome = 'verdict' in reading ? (strangerTo(run, reading.verdict) ?? reading) : reading;
    if ('verdict' in outcome) found.push({ name: artifact.name, verdict: outcome.verdict });
    else refusals.push({ name: artifact.name, ...outcome.refused });
  }
  for (const { name } of named.slice(most.artifacts)) {
    const { refused: why } = refused('too-many', `only ${most.artifacts} verdicts of a run are read`);
    refusals.push({ name, ...why });
  }
  if (total > artifacts.length) {
    const { refused: why } = refused(
      'too-many',
      `the run has ${total} artifacts, and ${artifacts.length} are looked at`,
    );
    refusals.push({ name: '(others)', ...why });
  }
  const { kept, twice } = withoutTwins(found);
  return { verdicts: newestAttempts(kept), refused: [...refusals, ...twice] };
}

async function readOne(
  client: Client,
  artifact: RecordedArtifact,
  left: { stored: number; unpacked: number },
): Promise<Reading> {
  if (artifact.expired) return refused('expired', 'it has expired; run the gates again');
  if (left.stored <= 0 || left.unpacked <= 0)
    return refused('too-large', 'all verdicts of this run together are too large');
  try {
    const files = await readArtifact(client, artifact, {
      stored: Math.min(verdictLimits.stored, left.stored),
      unpacked: Math.min(verdictLimits.unpacked, left.unpacked),
      files: verdictLimits.files,
    });
    left.unpacked -= files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    return readVerdict(files);
  } catch (error) {
    if (error instanceof ArchiveError) return { refused: refusedArchive(error) };
    const known = error instanceof ApiError ? goneWords(error) : undefined;
    if (known === undefined) throw error;
    return known;
  } finally {
    left.stored -= artifact.bytes;
  }
}

/** What happens to single artifacts; anything else is about the token or GitHub, and no report is made without it. */
function goneWords(error: ApiError): { readonly refused: Refused } | undefined {
  switch (error.kind) {
    case 'disabled':
      return refused('expired', 'GitHub has deleted it (410): it has expired; run the gates again');
    case 'not-found':
      return refused('gone', 'GitHub does not find it any more (404)');
    case 'bad-reply':
      return refused('too-large', 'what GitHub sends of it is larger than GitHub lists it');
    default:
      return undefined;
  }
}

/** Why a verdict is not about this run, though it lies among its artifacts. */
function strangerTo(run: FinishedRun, { run: said }: Verdict): { readonly refused: Refused } | undefined {
  const from = (what: unknown) => (what === undefined ? 'none' : shown(String(what)));
  if (said.repository?.toLowerCase() !== run.repository.toLowerCase()) {
    return refused('another-repository', `it is of the repository ${from(said.repository)}, not of ${run.repository}`);
  }
  if (said.runId !== run.runId) {
    return refused('another-run', `it is of run ${from(said.runId)}, not of run ${run.runId}`);
  }
  if (said.event !== run.event) {
    return refused('another-event', `it is of a run on ${from(said.event)}, and this one was started by ${run.event}`);
  }
  if (said.headSha !== run.headSha) {
    return refused(
      'another-commit',
      `it is about commit ${from(said.headSha?.slice(0, 12))}, not about ${run.headSha.slice(0, 12)}`,
    );
  }
  if (said.pullRequest !== undefined && said.pullRequest !== run.pullRequest) {
    return refused(
      'another-pull-request',
      `it is about pull request ${said.pullRequest}, not about ${run.pullRequest}`,
    );
  }
  if ((said.attempt ?? 1) > run.attempt) {
    return refused('future-attempt', `it is of attempt ${said.attempt}, and the run has had ${run.attempt}`);
  }
  return undefined;
}

interface Found {
  /** Of the artifact. */
  readonly name: string;
  readonly verdict: Verdict;
}

/** A gate's artifact is named for its verdict, and names are unique in a run: two of one are never both its own. */
function withoutTwins(found: readonly Found[]): {
  readonly kept: readonly Verdict[];
  readonly twice: readonly RefusedArtifact[];
} {
  const groups = Map.groupBy(found, ({ verdict }) => `${verdictKey(verdict)} ${verdict.run.attempt ?? 1}`);
  const kept: Verdict[] = [];
  const twice: RefusedArtifact[] = [];
  for (const same of groups.values()) {
    const worst = worstStatus(same.map(({ verdict }) => verdict.status));
    const shownOne = same.find(({ verdict }) => verdict.status === worst);
    for (const one of same) {
      if (one === shownOne) kept.push(one.verdict);
      else twice.push({ name: one.name, ...refused('twice', twinWords).refused });
    }
  }
  return { kept, twice };
}

const twinWords = 'another artifact holds a verdict of the same gate, job and attempt; the worst one is shown';
