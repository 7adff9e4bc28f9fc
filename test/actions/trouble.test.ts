import { afterAll, describe, expect, test } from 'vitest';
import { type Fault, replies, type StandIn } from '../github-stand-in/index.ts';
import { bad, bareHistory, good, notices } from './bare.ts';
import { type GitHub, startGitHub } from './step.ts';

/** When GitHub does not do what it is asked: the verdict and the exit code stay, and the reader learns why. */
const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(): Promise<GitHub> {
  const github = await startGitHub(bareHistory);
  open.push(github);
  return github;
}

const refuse = (
  method: string,
  path: RegExp,
  reply: Extract<Fault, { reply: unknown }>['reply'],
  times = 99,
): Fault => ({
  ...{ method, path, times },
  reply,
});
const comment = /issues\/7\/comments$/;

interface Trouble {
  readonly name: string;
  readonly set: (standIn: StandIn) => void;
  readonly notice: string;
}

const again = 'Run the job again; githubstatus.com says whether GitHub has an outage.';
const report = 'This is most likely a defect of Modelgate: please report it with this message.';

const comments: readonly Trouble[] = [
  {
    name: '401',
    set: (standIn) => standIn.fault(refuse('GET', comment, replies.unauthorized())),
    notice:
      'No comment was written. GitHub refused the token (401) when asked to list the comments of pull request 7. Leave `github-token` at its default, or pass a token that has not expired.',
  },
  {
    name: '403, the permission is missing',
    set: (standIn) => standIn.setPermissions('ghs_standin', { 'pull-requests': 'read' }),
    notice:
      "No comment was written. The token lacks `pull-requests: write` (403) when asked to comment on pull request 7. Add `pull-requests: write` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
  },
  {
    name: '403, the conversation is locked',
    set: (standIn) => standIn.updatePull(7, { locked: true }),
    notice:
      'No comment was written. The conversation is locked (403) when asked to comment on pull request 7. Unlock the conversation of the pull request.',
  },
  {
    name: '404',
    set: (standIn) => standIn.fault(refuse('GET', comment, replies.notFound())),
    notice:
      'No comment was written. GitHub found nothing (404) when asked to list the comments of pull request 7. It answers 404 also when the token may not see it: check that the job has `pull-requests: write`.',
  },
  {
    name: '410',
    set: (standIn) => standIn.fault(refuse('POST', comment, replies.gone('Issues are disabled for this repo'))),
    notice:
      'No comment was written. GitHub says that this is switched off or gone (410) when asked to comment on pull request 7. It said: "Issues are disabled for this repo". Issues may be disabled in the settings of the repository, or an artifact may have expired.',
  },
  {
    name: '422',
    set: (standIn) => standIn.fault(refuse('POST', comment, replies.problem(422, 'Validation Failed'))),
    notice: `No comment was written. GitHub did not accept the request (422) when asked to comment on pull request 7. It said: "Validation Failed". ${report}`,
  },
  {
    name: '429 for longer than a job waits',
    set: (standIn) =>
      standIn.fault(refuse('POST', comment, replies.secondaryRateLimit({ status: 429, retryAfter: 600 }))),
    notice:
      'No comment was written. GitHub asks to slow down (429, secondary rate limit) when asked to comment on pull request 7. Run the job again in a few minutes; fewer jobs at the same time help.',
  },
  {
    name: '403 because the hour is used up',
    set: (standIn) => standIn.fault(refuse('POST', comment, replies.primaryRateLimit())),
    notice:
      "No comment was written. The token's requests for this hour are used up (403) when asked to comment on pull request 7. Run the job again after TIME.",
  },
  {
    name: '500 again and again',
    set: (standIn) => standIn.fault(refuse('POST', comment, replies.serverError())),
    notice: `No comment was written. GitHub failed (500) when asked to comment on pull request 7. ${again}`,
  },
  {
    name: 'a connection that is cut again and again',
    set: (standIn) => standIn.fault({ method: 'POST', path: comment, times: 99, drop: true }),
    notice:
      'No comment was written. API could not be reached (UND_ERR_SOCKET) when asked to comment on pull request 7. Check that the runner may reach the API: proxy, firewall, and `GITHUB_API_URL` on GitHub Enterprise Server.',
  },
];

describe('a comment that cannot be written is a notice', () => {
  test.concurrent.each(comments)('$name', async ({ set, notice }) => {
    const github = await start();
    set(github.standIn);
    const { code, verdict, log, outputs } = await github.step({ files: good });
    expect([code, verdict.status, outputs['comment-url'], github.standIn.comments(7)]).toEqual([0, 'pass', '', []]);
    expect(github.standIn.checkRuns()).toHaveLength(1);
    expect(
      notices(log)
        .at(-1)
        ?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME')
        .replace(new URL(github.standIn.url).host, 'API'),
    ).toBe(notice);
  });
});

describe('what passes is waited for', () => {
  test.concurrent.each([
    ['429 with retry-after', refuse('POST', comment, replies.secondaryRateLimit({ status: 429, retryAfter: 1 }), 1)],
    ['500 once', refuse('POST', comment, replies.serverError(), 1)],
    ['502 with a page of HTML, once', refuse('POST', comment, replies.badGateway(), 1)],
    ['a connection that is cut once', { method: 'POST', path: comment, drop: true } as const],
    ['a read that fails once', refuse('GET', /pulls\/7$/, replies.badGateway(), 1)],
  ])('%s', async (_, fault) => {
    const github = await start();
    github.standIn.fault(fault);
    const { code, outputs, log } = await github.step({ files: good });
    expect([code, notices(log).length, github.standIn.comments(7).length]).toEqual([0, 1, 1]);
    expect(outputs['comment-url']).toMatch(/#issuecomment-\d+$/);
  });
});

describe('a check run that cannot be written is a notice', () => {
  test.concurrent.each([
    [
      '403',
      replies.notAccessible('checks=write'),
      'No check run was written. The token lacks `checks: write` (403) when asked to create the check run "modelgate / flights / quality". Add `checks: write` to the job\'s `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.',
    ],
    [
      '502',
      replies.badGateway(),
      `No check run was written. GitHub failed (502) when asked to create the check run "modelgate / flights / quality". ${again}`,
    ],
  ] as const)('%s', async (_, reply, notice) => {
    const github = await start();
    github.standIn.fault(refuse('POST', /check-runs$/, reply));
    const { code, verdict, log, outputs } = await github.step({ files: bad });
    expect([code, verdict.status, outputs['check-run-url']]).toEqual([1, 'fail', '']);
    expect(notices(log)).toContain(notice);
    expect(github.standIn.comments(7)).toHaveLength(1);
  });
});

describe('artifacts that cannot be stored', () => {
  test.concurrent('a name that is taken (409): the comment still shows the verdict of this step', async ({
    expect,
  }) => {
    const github = await start();
    await github.step({ files: good });
    const { code, log, verdict } = await github.step({ files: bad });
    expect([code, verdict.status]).toEqual([1, 'fail']);
    expect(notices(log).slice(1)).toMatchInlineSnapshot(`
      [
        "The verdict was not stored as an artifact: Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run",
        "Storing the report failed, which changes no verdict: Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run",
      ]
    `);
    expect(github.standIn.comments(7)[0]?.body).toContain('### ❌');
  });

  test.concurrent('a results service that refuses: the verdict is in verdict.json, summary and check run', async ({
    expect,
  }) => {
    const github = await start();
    github.standIn.fault({ path: /^\/twirp\//, times: 99, reply: replies.json(403, { msg: 'forbidden' }) });
    const { code, log, verdict, summary } = await github.step({ files: bad });
    expect([code, verdict.status]).toEqual([1, 'fail']);
    expect(notices(log).slice(1)).toMatchInlineSnapshot(`
      [
        "The verdict was not stored as an artifact: Failed to CreateArtifact: Received non-retryable error: Failed request: (403) Forbidden: forbidden",
        "Storing the report failed, which changes no verdict: Failed to CreateArtifact: Received non-retryable error: Failed request: (403) Forbidden: forbidden",
        "Writing the comment failed, which changes no verdict: Failed to ListArtifacts: Received non-retryable error: Failed request: (403) Forbidden: forbidden",
      ]
    `);
    expect(summary).toContain('### ❌');
    // which other gates this run has cannot be told, so a comment could hide them
    expect([github.standIn.comments(7).length, github.standIn.checkRuns().length]).toEqual([0, 1]);
  });
});

describe('a policy that cannot be read is an error: nothing else may judge', () => {
  const contents = /contents\/modelgate.yml$/;
  test.concurrent.each([
    [
      'GitHub refused the token (401)',
      replies.unauthorized(),
      'Leave `github-token` at its default, or pass a token that has not expired.',
    ],
    [
      'The token lacks `contents: read` (403)',
      replies.notAccessible('contents=read'),
      "Add `contents: read` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
    ],
    [
      'GitHub asks to slow down (429, secondary rate limit)',
      replies.secondaryRateLimit({ status: 429, retryAfter: 600 }),
      'Run the job again in a few minutes; fewer jobs at the same time help.',
    ],
    ['GitHub failed (502)', replies.badGateway(), again],
  ] as const)('%s', async (what, reply, how) => {
    const github = await start();
    github.standIn.fault(refuse('GET', contents, reply));
    const { code, verdict } = await github.step({ files: good });
    const message = `${what} when asked to read modelgate.yml at ${github.sha('base').slice(0, 7)}.`;
    expect([code, verdict.status, verdict.problem]).toEqual([1, 'error', { reason: 'api-unavailable', message, how }]);
    expect(github.standIn.comments(7)[0]?.body).toContain('### ⛔');
  });

  test.concurrent('the next run that can read it takes the comment over', async ({ expect }) => {
    const github = await start();
    github.standIn.fault(refuse('GET', contents, replies.unauthorized(), 1));
    await github.step({ runId: 1, files: good });
    await github.step({ runId: 2, files: good });
    expect(github.standIn.comments(7).map((one) => one.body.split('\n')[1])).toEqual([
      expect.stringMatching(/^### ✅ `quality`: /),
    ]);
  });
});

test.concurrent('when nothing works but reading the policy, the verdict still decides', async ({ expect }) => {
  const github = await start();
  github.standIn.fault({ path: /^\/twirp\/|check-runs|issues|pulls|graphql/, times: 999, reply: replies.notFound() });
  const red = await github.step({ runId: 1, files: bad });
  const green = await github.step({ runId: 2, files: good });
  expect([red, green].map(({ code, verdict }) => [code, verdict.status])).toEqual([
    [1, 'fail'],
    [0, 'pass'],
  ]);
});
