import { expect, test } from 'vitest';
import * as z from 'zod';
import { ApiError } from '../src/index.ts';
import { clientOf } from './stand-in.ts';

type Answer = () => Response | Promise<Response>;

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

async function errorOf(answer: Answer): Promise<ApiError> {
  const client = clientOf('https://api.github.com', { fetch: async () => answer(), patience: 0, requestTimeout: 20 });
  const call = client.json(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    { pull_number: 7 },
    z.object({ id: z.int() }),
    {
      operation: { what: 'read pull request 7', permission: 'pull-requests: read' },
    },
  );
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${String(error)}`);
}

const cases: readonly (readonly [name: string, answer: Answer, kind: string, message: string, how: string])[] = [
  [
    '401',
    json(401, { message: 'Bad credentials' }),
    'unauthorized',
    'GitHub refused the token (401) when asked to read pull request 7.',
    'Leave `github-token` at its default, or pass a token that has not expired.',
  ],
  [
    '403, permission by operation',
    json(403, { message: 'Resource not accessible by integration' }),
    'permission',
    'The token lacks `pull-requests: read` (403) when asked to read pull request 7.',
    "Add `pull-requests: read` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
  ],
  [
    '403, permission by header',
    json(403, { message: 'no' }, { 'x-accepted-github-permissions': 'actions=read,contents=read; checks=write' }),
    'permission',
    'The token lacks `actions: read`, `contents: read` (403) when asked to read pull request 7.',
    "Add `actions: read`, `contents: read` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
  ],
  [
    "403, the operation's permission among the header's",
    json(403, { message: 'no' }, { 'x-accepted-github-permissions': 'issues=read; pull_requests=read' }),
    'permission',
    'The token lacks `pull-requests: read` (403) when asked to read pull request 7.',
    "Add `pull-requests: read` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
  ],
  [
    '403, rate limit',
    json(
      403,
      { message: 'API rate limit exceeded' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' },
    ),
    'rate-limit',
    "The token's requests for this hour are used up (403) when asked to read pull request 7.",
    'Run the job again after 2027-01-15T08:00:00.000Z.',
  ],
  [
    '429, rate limit without a time',
    json(429, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0' }),
    'rate-limit',
    "The token's requests for this hour are used up (429) when asked to read pull request 7.",
    'Run the job again in an hour, or pass a token with a limit of its own.',
  ],
  [
    '403, secondary limit',
    json(403, { message: 'You have exceeded a secondary rate limit.' }),
    'secondary-limit',
    'GitHub asks to slow down (403, secondary rate limit) when asked to read pull request 7.',
    'Run the job again in a few minutes; fewer jobs at the same time help.',
  ],
  [
    '429, secondary limit',
    json(429, { message: 'slow' }, { 'retry-after': '7' }),
    'secondary-limit',
    'GitHub asks to slow down (429, secondary rate limit) when asked to read pull request 7.',
    'Run the job again in a few minutes; fewer jobs at the same time help.',
  ],
  [
    '403, locked',
    json(403, { message: 'Unable to create comment because issue is locked.' }),
    'locked',
    'The conversation is locked (403) when asked to read pull request 7.',
    'Unlock the conversation of the pull request.',
  ],
  [
    '404',
    json(404, { message: 'Not Found' }),
    'not-found',
    'GitHub found nothing (404) when asked to read pull request 7.',
    'It answers 404 also when the token may not see it: check that the job has `pull-requests: read`.',
  ],
  [
    '409',
    json(409, { message: 'Conflict' }),
    'conflict',
    'GitHub reported a conflict (409) when asked to read pull request 7. It said: "Conflict".',
    'Something else changed it at the same time. Run the job again.',
  ],
  [
    '410',
    json(410, { message: 'Issues are disabled for this repo' }),
    'disabled',
    'GitHub says that this is switched off or gone (410) when asked to read pull request 7. It said: "Issues are disabled for this repo".',
    'Issues may be disabled in the settings of the repository, or an artifact may have expired.',
  ],
  [
    '422',
    json(422, { message: 'Validation Failed', errors: [{ message: 'Body is too long\u001b[31m' }] }),
    'invalid',
    'GitHub did not accept the request (422) when asked to read pull request 7. It said: "Validation Failed: Body is too long".',
    'This is most likely a defect of Modelgate: please report it with this message.',
  ],
  [
    '418',
    json(418, { message: 'teapot' }),
    'unexpected',
    'GitHub answered 418 when asked to read pull request 7. It said: "teapot".',
    'This is most likely a defect of Modelgate: please report it with this message.',
  ],
  [
    '500',
    json(500, { message: 'Server Error' }),
    'server',
    'GitHub failed (500) when asked to read pull request 7.',
    'Run the job again; githubstatus.com says whether GitHub has an outage.',
  ],
  [
    '502 with a page of HTML',
    () => new Response('<html>Unicorn!</html>', { status: 502 }),
    'server',
    'GitHub failed (502) when asked to read pull request 7.',
    'Run the job again; githubstatus.com says whether GitHub has an outage.',
  ],
  [
    'not JSON',
    () => new Response('<html>proxy</html>'),
    'bad-reply',
    "GitHub's reply makes no sense (not JSON) when asked to read pull request 7.",
    'A proxy may have answered in its place. If it happens again, please report it with this message.',
  ],
  [
    'another shape',
    json(200, { id: 'seven' }),
    'bad-reply',
    "GitHub's reply makes no sense (its id: Invalid input: expected number, received string) when asked to read pull request 7.",
    'A proxy may have answered in its place. If it happens again, please report it with this message.',
  ],
  [
    'connection refused',
    () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })),
    'network',
    'api.github.com could not be reached (ECONNREFUSED) when asked to read pull request 7.',
    'Check that the runner may reach the API: proxy, firewall, and `GITHUB_API_URL` on GitHub Enterprise Server.',
  ],
];

test.each(cases)('%s', async (_name, answer, kind, message, how) => {
  const error = await errorOf(answer);
  expect({ kind: error.kind, message: error.message, how: error.how }).toEqual({ kind, message, how });
  expect(error.operation).toBe('read pull request 7');
  expect(error.reason).toBe('api-unavailable');
});

test('the wait that a limit asks for is kept', async () => {
  expect((await errorOf(json(429, {}, { 'retry-after': '7' }))).retryAfter).toBe(7);
  const limit = json(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '90' });
  expect((await errorOf(limit)).retryAfter).toBe(90);
});
