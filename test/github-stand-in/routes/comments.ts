import type { Reply } from '../reply.ts';
import { Answer, replies } from '../reply.ts';
import type { Call, Need, Route } from '../router.ts';
import { field, number, paginated } from '../router.ts';
import { comment } from '../shapes.ts';
import type { CommentRecord } from '../state.ts';
import { loginOf } from './identity.ts';

const read: readonly Need[] = ['issues:read', 'pull-requests:read'];
const write: readonly Need[] = ['issues:write', 'pull-requests:write'];
const ofIssue = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const single = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

export const commentRoutes: readonly Route[] = [
  { method: 'GET', template: ofIssue, needs: read, handle: list },
  { method: 'POST', template: ofIssue, needs: write, handle: create },
  {
    method: 'GET',
    template: single,
    needs: read,
    handle: (call) => replies.json(200, comment(call.state, existing(call))),
  },
  { method: 'PATCH', template: single, needs: write, handle: update },
  { method: 'DELETE', template: single, needs: write, handle: remove },
];

function list(call: Call): Reply {
  const { state } = call;
  const since = call.query.get('since');
  const found = state.listedComments(issue(call)).filter((record) => since === null || record.updatedAt >= since);
  const { page, headers } = paginated(call, found);
  return replies.json(
    200,
    page.map((record) => comment(state, record)),
    headers,
  );
}

function create(call: Call): Reply {
  const { state } = call;
  const target = issue(call);
  if (state.pull(target)?.locked) {
    return replies.problem(403, 'Unable to create comment because issue is locked.');
  }
  return replies.json(201, comment(state, state.addComment(target, body(call), loginOf(call))));
}

function update(call: Call): Reply {
  const record = existing(call);
  record.body = body(call);
  record.updatedAt = call.state.time();
  return replies.json(200, comment(call.state, record));
}

function remove(call: Call): Reply {
  const { comments } = call.state;
  comments.splice(comments.indexOf(existing(call)), 1);
  return { status: 204 };
}

function existing(call: Call): CommentRecord {
  const id = number(call, 'comment_id');
  const record = call.state.comments.find((candidate) => candidate.id === id);
  if (record === undefined) throw new Answer(replies.notFound());
  return record;
}

/** Pull requests are issues too, and take comments even where issues are switched off. */
function issue({ state, ...call }: Call): number {
  const wanted = number({ state, ...call }, 'issue_number');
  if (state.pull(wanted)) return wanted;
  if (!state.repository.hasIssues) throw new Answer(replies.gone('Issues has been disabled in this repository.'));
  if (state.issues.includes(wanted)) return wanted;
  throw new Answer(replies.notFound());
}

/** 65,536 characters, counted in code points as the database does. */
function body(call: Call): string {
  const text = field(call.body, 'body');
  if (typeof text !== 'string' || text.trim() === '') {
    throw new Answer(replies.unprocessable('IssueComment', 'body', 'custom', "Body can't be blank"));
  }
  if ([...text].length > 65_536) {
    throw new Answer(
      replies.unprocessable('IssueComment', 'data', 'unprocessable', 'Body is too long (maximum is 65536 characters)'),
    );
  }
  return text;
}
