import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { type CommentResult, type CommentTarget, refusedComment, upsertComment } from './comment.ts';
import { headOfPullRequest } from './pull-request.ts';

export interface CommentOfRun<V> extends CommentTarget {
  /** The commit that the verdicts are about. */
  readonly headSha: string;
  /** The verdicts of this run that are there now, this job's own among them: it uploads before it comments. */
  readonly listVerdicts: () => Promise<readonly V[]>;
  /** What tells one verdict from another: its artifact's id or name. */
  readonly key: (verdict: V) => string;
  /** The whole comment; the same text for the same set, in whatever order it comes. */
  readonly render: (verdicts: readonly V[]) => string;
}

const rounds = 5;

/**
 * Writes the comment as a function of the run's set of verdicts, so that the last writer of many concurrent ones leaves
 * all verdicts in it: list, render, write, list again, and once more if the set has grown meanwhile. Each job has
 * uploaded its verdict before its first list; so whoever overwrote a newer comment finds what it lacks afterwards.
 *
 * Writes nothing when the pull request's head is another commit by now. Four calls as a rule, twelve at most as long as
 * the pull request has fewer than 300 comments. What `listVerdicts` throws is passed on.
 */
export async function convergeComment<V>(client: Client, of: CommentOfRun<V>): Promise<CommentResult> {
  let result: CommentResult | undefined;
  let shown: ReadonlySet<string> = new Set();
  for (let round = 1; round <= rounds; round++) {
    const verdicts = await of.listVerdicts();
    const keys = new Set(verdicts.map(of.key));
    if (result !== undefined && [...keys].every((key) => shown.has(key))) return result;
    const moved = await movedOn(client, of);
    if (moved !== undefined) return moved;
    const known = result?.posted ? { known: result.id } : {};
    const { pullRequest, marker } = of;
    result = await upsertComment(client, { pullRequest, marker, body: of.render(verdicts), ...known });
    if (!result.posted) return result;
    shown = keys;
  }
  return result ?? { posted: false, notice: 'No comment was written.' };
}

/** The refusal to write when the pull request has another head by now, or cannot be read. */
async function movedOn(
  client: Client,
  of: CommentTarget & { readonly headSha: string },
): Promise<CommentResult | undefined> {
  try {
    const head = await headOfPullRequest(client, of.pullRequest);
    if (head === of.headSha) return undefined;
    const [now, then] = [head, of.headSha].map((sha) => sha.slice(0, 7));
    return {
      posted: false,
      moved: true,
      notice: `No comment was written: this run is about ${then}, the pull request is at ${now} now.`,
    };
  } catch (error) {
    if (error instanceof ApiError) return refusedComment(error);
    throw error;
  }
}
