import { afterAll, describe, expect, test } from 'vitest';
import { type PullSpec, type Scenario, tokens } from '../github-stand-in/index.ts';
import { bad, bareHistory, good, notices } from './bare.ts';
import { type Files, type GitHub, startGitHub } from './step.ts';

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(scenario?: (sha: (name: string) => string) => Partial<Scenario>): Promise<GitHub> {
  const github = await startGitHub(bareHistory, scenario);
  open.push(github);
  return github;
}

const writes = (github: GitHub) => github.restCalls().filter((call) => !call.startsWith('GET '));
const pass = [0, 'pass'];
const fail = [1, 'fail'];

describe('a read-only token changes neither verdict nor exit code, and no write is tried', () => {
  const pulls: readonly (readonly [string, string, Partial<PullSpec>])[] = [
    ['of a fork', 'a fork', { author: 'mallory' }],
    ['of Dependabot', 'Dependabot', { author: 'dependabot[bot]' }],
  ];
  test.concurrent.each(pulls)('%s', async (_, who, more) => {
    const fork = { id: 9, fullName: 'mallory/flights' };
    const github = await start((sha) => ({
      tokens: { ghs_standin: tokens.readOnly },
      pulls: [
        {
          number: 7,
          head: { ref: 'change', sha: sha('head'), ...(who === 'a fork' ? { repository: fork } : {}) },
          base: { ref: 'main', sha: sha('base') },
          ...more,
        },
      ],
    }));
    const green = await github.step({ runId: 1, files: good });
    const red = await github.step({ runId: 2, files: bad });
    expect([green, red].map(({ code, verdict }) => [code, verdict.status])).toEqual([pass, fail]);
    expect(notices(green.log).at(-1)).toBe(
      `The token of this run is read-only, because ${who} started it: no comment and no check run were written. The verdict stands in the job summary; \`report\` behind \`workflow_run\` can post it.`,
    );
    expect(red.summary).toContain('### ❌ `quality`: accuracy');
    expect(writes(github)).toEqual([]);
    expect(github.standIn.artifacts(2).map((one) => one.name)).toContain(
      'modelgate-verdict--flights--quality--gate--attempt-1',
    );
  });
});

describe('events without a pull request have a check run and no comment', () => {
  test.concurrent.each([
    ['merge_group', 'pull-request', 'head'],
    ['push', 'push', 'base'],
    ['schedule', 'nightly', 'base'],
    ['workflow_dispatch', 'push', 'base'],
  ] as const)('%s', async (event, stage, commit) => {
    const github = await start();
    const { code, verdict, outputs } = await github.step({ event, sha: github.sha(commit), files: bad });
    expect([code, verdict.status, verdict.run.event, verdict.run.stage]).toEqual([1, 'fail', event, stage]);
    expect([verdict.policy.source, verdict.policy.verified]).toEqual([event === 'merge_group' ? 'base' : 'head', true]);
    expect(github.standIn.checkRuns().map((one) => [github.readable(one.headSha), one.conclusion])).toEqual([
      [`<${commit}>`, 'failure'],
    ]);
    expect([outputs['comment-url'], github.standIn.comments(7)]).toEqual(['', []]);
    expect(writes(github)).toEqual(['POST /check-runs 201']);
  });
});

test.concurrent('pull_request_target is refused before anything is read', async ({ expect }) => {
  const github = await start();
  const env = { GITHUB_EVENT_NAME: 'pull_request_target' };
  const { code, outputs, log } = await github.step({ files: good, env });
  expect([code, outputs]).toEqual([1, { status: 'error' }]);
  expect(log).toBe(
    '::error title=Modelgate%3A policy-override::gates do not run on pull_request_target, and without gates there is nothing to report: it hands secrets and a write token to code of the pull request%0AWhat to do: use `on: pull_request`; for forks let the report action post from a `workflow_run`\n',
  );
  expect(github.restCalls()).toEqual([]);
});

describe.each(['eval-gate', 'report'] as const)('pull_request_target with the head checked out, for %s', (action) => {
  const checkouts: readonly [string, (head: string) => Files][] = [
    ['by its commit', (head) => ({ '.git/HEAD': `${head}\n` })],
    ['by a branch', (head) => ({ '.git/HEAD': 'ref: refs/heads/change\n', '.git/refs/heads/change': `${head}\n` })],
    [
      'by a packed branch',
      (head) => ({ '.git/HEAD': 'ref: refs/heads/change\n', '.git/packed-refs': `${head} refs/heads/change\n` }),
    ],
  ];
  test.concurrent.each(checkouts)('%s, is refused by its name', async (_, git) => {
    const github = await start();
    const env = { GITHUB_EVENT_NAME: 'pull_request_target' };
    const { code, log } = await github.step({ action, files: { ...good, ...git(github.sha('head')) }, env });
    expect([code, github.readable(log)]).toEqual([
      1,
      '::error title=Modelgate%3A policy-override::the checkout is the head of pull request 7 (<head>), and pull_request_target hands secrets and a write token to its code%0AWhat to do: take the checkout of the head out of this workflow; use `on: pull_request`; for forks let the report action post from a `workflow_run`\n',
    ]);
    expect(github.restCalls()).toEqual([]);
  });
});

test.concurrent('a pull request that has moved on, or is closed, gets no comment of an older commit', async ({
  expect,
}) => {
  const github = await start();
  const { head } = { head: { ref: 'change', sha: github.sha('next') } };
  github.standIn.before({ path: /pulls\/7$/ }, () => github.standIn.updatePull(7, { head }));
  const moved = await github.step({ runId: 1, files: bad });
  expect([
    moved.code,
    moved.verdict.status,
    notices(moved.log)
      .map((text) => github.readable(text))
      .at(-1),
  ]).toEqual([1, 'fail', 'No comment was written: this run is about <head>, the pull request is at <next> now.']);
  github.standIn.updatePull(7, { state: 'closed' });
  const closed = await github.step({ runId: 2, action: 'eval-gate', files: bad });
  expect([closed.code, notices(closed.log).at(-1)]).toEqual([1, 'No comment was written: pull request 7 is closed.']);
  expect(github.standIn.comments(7)).toEqual([]);
});

test.concurrent('outside of a workflow the step says so', async ({ expect }) => {
  const github = await start();
  const { code, log } = await github.step({ files: good, env: { GITHUB_REPOSITORY: '' } });
  expect([code, log]).toMatchInlineSnapshot(`
    [
      1,
      "::error title=Modelgate%3A event-unreadable::GITHUB_REPOSITORY is not set.%0AWhat to do: This runs as a step of a GitHub Actions workflow; the runner sets this variable. Do not override it with \`env:\`.
    ",
    ]
  `);
  const broken = await github.step({
    runId: 2,
    files: { ...good, 'event.json': '{' },
    env: { GITHUB_EVENT_PATH: 'event.json' },
  });
  expect([broken.code, broken.log]).toMatchInlineSnapshot(`
    [
      1,
      "::error title=Modelgate%3A event-unreadable::GITHUB_EVENT_PATH: Expected property name or '}' in JSON at position 1 (line 1 column 2)%0AWhat to do: this runs as a step of a workflow; the runner writes that file
    ",
    ]
  `);
});
