import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { ownAccount } from './identity.ts';
import { type Comment, commentPages, createComment, deleteComment, rewriteComment } from './issue-comments.ts';

export interface CommentTarget {
  readonly pullRequest: number;
  /** One line, `<!-- … -->`, that stands alone in the body: what this comment is found again by. */
  readonly marker: string;
}

export type CommentResult =
  | {
      readonly posted: true;
      readonly id: number;
      readonly url: string;
      readonly change: 'created' | 'updated' | 'unchanged';
    }
  | {
      readonly posted: false;
      readonly notice: string;
      /** Nothing was refused: the pull request has another head by now, so there was nothing to write. */
      readonly moved?: true;
    };

const rounds = 5;
const pagesAtMost = 8;

/**
 * Brings the one comment with this marker to this body, however many jobs do the same at the same time: the oldest one
 * that this token's own account wrote stays, and whoever wrote a younger one takes it back. Nothing else is touched.
 * Two to four calls as a rule; what GitHub refuses becomes a notice.
 *
 * @param known id of the comment when an earlier call returned it: saves finding it again
 * @throws Error when the body lacks the marker, which is a defect of the caller
 */
export async function upsertComment(
  client: Client,
  target: CommentTarget & { readonly body: string; readonly known?: number },
): Promise<CommentResult> {
  if (!hasMarker(target.body, target.marker)) throw new Error(`The body lacks its marker, ${target.marker}.`);
  try {
    const updated = target.known === undefined ? undefined : await rewriteComment(client, target.known, target.body);
    return updated === undefined ? await settle(client, target, target.body) : posted(updated, 'updated');
  } catch (error) {
    if (error instanceof ApiError) return refusedComment(error);
    throw error;
  }
}

/** The marker alone on a line: a quotation (`> <!-- … -->`) or a mention in a sentence is none. */
export function hasMarker(body: string, marker: string): boolean {
  return body.split('\n').some((line) => line.trimEnd() === marker);
}

/** A comment that GitHub did not let us write: the verdict stands without it. */
export function refusedComment(error: ApiError): CommentResult {
  return { posted: false, notice: `No comment was written. ${error.message} ${error.how ?? ''}`.trimEnd() };
}

async function settle(client: Client, target: CommentTarget, body: string): Promise<CommentResult> {
  let failure: ApiError | undefined;
  for (let round = 1; round <= rounds; round++) {
    const found = await ownComments(client, target);
    if (found === 'too-many') return { posted: false, notice: tooMany };
    const result = found === 'none' ? await createOne(client, target, body) : await keepOldest(client, found, body);
    if (result instanceof ApiError) failure = result;
    else if (result !== undefined) return result;
    if (round === rounds || !(await pause(client, round))) break;
  }
  return failure === undefined ? { posted: false, notice: unsettled } : refusedComment(failure);
}

const tooMany = `No comment was written: the pull request has more than ${pagesAtMost * 100} comments, and ours is not among the first.`;
const unsettled = 'No comment was written: other jobs kept removing it.';

/** Our comments with this marker, oldest first. As pages come oldest first too, the first page with one is enough. */
async function ownComments(client: Client, target: CommentTarget): Promise<readonly Comment[] | 'none' | 'too-many'> {
  const pages = commentPages(client, target.pullRequest, { pages: pagesAtMost });
  for (;;) {
    const page = await pages.next();
    if (page.done) return page.value === 'all' ? 'none' : 'too-many';
    const marked = page.value.filter((comment) => hasMarker(comment.body, target.marker));
    if (marked.length === 0) continue;
    const isOwn = await ownAccount(client);
    const own = marked.filter((comment) => isOwn(comment.user));
    if (own.length > 0) return own;
  }
}

/** Undefined when it was taken back between the list and the write. */
async function keepOldest(client: Client, own: readonly Comment[], body: string): Promise<CommentResult | undefined> {
  const [oldest, ...younger] = own;
  if (oldest === undefined) return undefined;
  // Left behind by cancelled jobs. Only an App's: a person whose token is used may have pasted a comment's source.
  for (const leftover of younger.filter((one) => one.user?.type === 'Bot').slice(0, 2)) {
    await deleteComment(client, leftover.id);
  }
  if (oldest.body === body) return posted(oldest, 'unchanged');
  const updated = await rewriteComment(client, oldest.id, body);
  return updated === undefined ? undefined : posted(updated, 'updated');
}

/** The failure when it is not known whether the comment was created: it is looked for before it is tried again. */
async function createOne(
  client: Client,
  target: CommentTarget,
  body: string,
): Promise<CommentResult | ApiError | undefined> {
  try {
    return await yieldToOlder(client, target, await createComment(client, target.pullRequest, body));
  } catch (error) {
    if (error instanceof ApiError && ['server', 'timeout', 'network'].includes(error.kind)) return error;
    throw error;
  }
}

/**
 * After creating: looks whether another job was first, and takes ours back if so. A new comment may be missing from a
 * list for a while, theirs as well as ours; an older one does not lag longer, so a list that shows ours shows it too.
 */
async function yieldToOlder(client: Client, target: CommentTarget, ours: Comment): Promise<CommentResult | undefined> {
  for (let round = 1; round <= rounds; round++) {
    const rivals = await recentRivals(client, target, ours);
    const oldest = rivals[0];
    if (oldest !== undefined && oldest.id < ours.id) {
      await deleteComment(client, ours.id);
      return await keepOldest(client, [oldest], ours.body);
    }
    if (oldest?.id === ours.id || round === rounds || !(await pause(client, round))) break;
  }
  return posted(ours, 'created');
}

/** What the list shows of comments like ours since shortly before ours; what is older was seen before creating. */
async function recentRivals(client: Client, target: CommentTarget, ours: Comment): Promise<readonly Comment[]> {
  const since = new Date(Date.parse(ours.created_at) - 600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const found: Comment[] = [];
  for await (const page of commentPages(client, target.pullRequest, { pages: pagesAtMost, since })) {
    found.push(...page.filter((one) => hasMarker(one.body, target.marker) && one.user?.id === ours.user?.id));
  }
  return found.sort((a, b) => a.id - b.id);
}

/** A fifth of a second, doubling, half of it by chance: jobs that collided must not collide again. */
function pause(client: Client, round: number): Promise<boolean> {
  return client.patience.wait(Math.round(100 * 2 ** round * (0.5 + client.random())));
}

function posted(comment: Comment, change: 'created' | 'updated' | 'unchanged'): CommentResult {
  return { posted: true, id: comment.id, url: comment.html_url, change };
}
