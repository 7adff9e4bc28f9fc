import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import { accountSchema } from './identity.ts';

/** What GitHub's issue-comment calls take and give, as far as we need it. A pull request is an issue to them. */
const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ''),
  created_at: z.iso.datetime(),
  user: accountSchema.nullable(),
});
export type Comment = z.infer<typeof commentSchema>;

const pageSize = 100;
const permission = 'pull-requests: write';

/**
 * Comments of a pull request, page by page, oldest first (GitHub orders them by ascending id).
 *
 * @param since only those that changed at or after this time (ISO 8601)
 */
export async function* commentPages(
  client: Client,
  pullRequest: number,
  options: { readonly pages: number; readonly since?: string },
): AsyncGenerator<readonly Comment[], 'all' | 'more'> {
  const since = options.since === undefined ? {} : { since: options.since };
  for (let page = 1; page <= options.pages; page++) {
    const comments = await client.json(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { issue_number: pullRequest, per_page: pageSize, page, ...since },
      z.array(commentSchema),
      { operation: { what: `list the comments of pull request ${pullRequest}`, permission } },
    );
    yield comments;
    if (comments.length < pageSize) return 'all';
  }
  return 'more';
}

export async function createComment(client: Client, pullRequest: number, body: string): Promise<Comment> {
  return await client.json(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { issue_number: pullRequest, body },
    commentSchema,
    { operation: { what: `comment on pull request ${pullRequest}`, permission } },
  );
}

/** Undefined when the comment is not there any more. */
export async function rewriteComment(client: Client, id: number, body: string): Promise<Comment | undefined> {
  try {
    return await client.json(
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      { comment_id: id, body },
      commentSchema,
      { operation: { what: `update comment ${id}`, permission } },
    );
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** That it is gone already is as good. */
export async function deleteComment(client: Client, id: number): Promise<void> {
  try {
    await client.send(
      'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
      { comment_id: id },
      { operation: { what: `delete comment ${id}`, permission } },
    );
  } catch (error) {
    if (!(error instanceof ApiError && error.kind === 'not-found')) throw error;
  }
}
