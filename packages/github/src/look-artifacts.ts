import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { listArtifactsNamed, type RecordedArtifact } from './recorded-artifact.ts';

export interface LookQuery {
  /** The name that the marks of one gate on one golden set share. */
  readonly name: string;
  /** This repository's id: names can be taken over, ids cannot. */
  readonly repositoryId: number;
  /** ISO date and time; no page is asked for that can only hold marks of before. */
  readonly until?: string;
}

/** A mark that a candidate was judged, as the list of artifacts tells it. */
export interface LookArtifact {
  /** `sha256:…` of what is stored. */
  readonly digest?: string;
  /** GitHub sets it, no step can. */
  readonly commit: string;
  readonly createdAt: string;
}

export type LookArtifacts =
  | {
      readonly state: 'listed';
      /** Newest first; also what has expired, which GitHub goes on listing for a while. */
      readonly looks: readonly LookArtifact[];
      readonly fromForks: readonly LookArtifact[];
      /** False where there are more pages than are asked for. */
      readonly complete: boolean;
    }
  /** What happened and how to mend it, in whole sentences. */
  | { readonly state: 'unreadable'; readonly message: string };

/** A call each, on top of the fifteen at most that find the champion. */
const pagesAtMost = 3;

/**
 * The marks of one name, by list alone: one call as a rule, three at most, nothing is downloaded.
 *
 * Which workflow left a mark is not asked: whoever may run one here may also edit the gate's own, and two workflows that
 * judge candidates on the same examples both look at them. Forks are told apart, by the id of the head's repository.
 * Never throws for what GitHub answers: a count is worth no red step.
 */
export async function listLooks(client: Client, query: LookQuery): Promise<LookArtifacts> {
  const looks: LookArtifact[] = [];
  const fromForks: LookArtifact[] = [];
  let complete = false;
  try {
    for (let page = 1; page <= pagesAtMost && !complete; page++) {
      const { artifacts, last } = await listArtifactsNamed(client, query.name, page);
      for (const artifact of artifacts) {
        const look = lookOf(artifact);
        const own = artifact.run?.headRepositoryId === query.repositoryId;
        if (look !== undefined) (own ? looks : fromForks).push(look);
      }
      complete = last || isBefore(artifacts.at(-1), query.until);
    }
    return { state: 'listed', looks, fromForks, complete };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { state: 'unreadable', message: [error.message, error.how].filter(Boolean).join(' ') };
  }
}

/** Undefined where the run was deleted: nothing tells whose code it was. */
function lookOf({ run, digest, createdAt }: RecordedArtifact): LookArtifact | undefined {
  return run && { commit: run.headSha, createdAt, ...(digest === undefined ? {} : { digest }) };
}

function isBefore(oldest: RecordedArtifact | undefined, until: string | undefined): boolean {
  return oldest !== undefined && until !== undefined && Date.parse(oldest.createdAt) <= Date.parse(until);
}
