import { afterAll, describe, expect, test } from 'vitest';
import { replies } from '../github-stand-in/index.ts';
import { bad, good, notices } from './bare.ts';
import { annotationsOf, checksOf, commentsOf, finished, gate, ofRun, report, startFork, stored } from './fork.ts';
import type { GitHub } from './step.ts';

/** `report` behind `workflow_run`: what a fork's run may not post itself. */
const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(...how: Parameters<typeof startFork>): Promise<GitHub> {
  const github = await startFork(...how);
  open.push(github);
  return github;
}

test.concurrent('a passing fork gets a comment, headed as its own claim, and no check run', async ({ expect }) => {
  const github = await start();
  const first = await gate(github, { files: good });
  expect([first.code, commentsOf(github), checksOf(github)]).toEqual([0, [], []]);
  const second = await report(github, finished(github));
  expect([second.code, second.outputs['status'], checksOf(github)], second.log).toEqual([0, 'pass', []]);
  const [body = '', ...others] = commentsOf(github);
  expect(others).toEqual([]);
  expect(github.readable(body)).toMatchInlineSnapshot(`
    "<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->
    ### ✅ \`quality\`: accuracy is no different; a loss of 2 points is allowed (by the estimate alone: nothing is proven)

    _The pull request's own run says this, and that run executes the pull request's code: information, not proof._

    > [!WARNING]
    > \`quality\`: There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.

    <details><summary>The check</summary>

    | | gate | checks | decided by |
    |---|---|--:|---|
    | ✅ pass | \`quality\` | 1 of 1 | against champion \`champion/metrics.json\`; by the estimates alone: nothing is proven |

    | | check | champion | candidate | difference | interval and limit | detectable from |
    |---|---|--:|--:|--:|---|--:|
    | ✅ pass | \`accuracy\` at most 2 pt worse | 0.900 | 0.900 | 0.0 pt | \` ┊                  ● \` no interval | – |

    <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

    </details>

    <sub>modelgate 0.1.0 · policy \`flights@<base>\` · commit \`<head>\` · [run](https://github.com/acme/flights/actions/runs/77)</sub>
    "
  `);
  expect(second.outputs['comment-url']).toMatch(/\/pull\/7#issuecomment-\d+$/);
  expect(second.summary.split('\n').slice(0, 3)).toEqual(body.split('\n').slice(1, 4));
  expect(github.restCalls().filter((call) => !call.startsWith('GET '))).toEqual(['POST /issues/7/comments 201']);
});

test.concurrent('a failing fork gets the comment and a failing check run, and the step stays green', async ({
  expect,
}) => {
  const github = await start();
  const first = await gate(github, { files: bad });
  expect([first.code, checksOf(github)]).toEqual([1, []]);
  const second = await report(github, finished(github, { conclusion: 'failure' }));
  expect([second.code, second.outputs['status']], second.log).toEqual([0, 'fail']);
  expect(commentsOf(github)[0]?.split('\n')[1]).toBe(
    '### ❌ `quality`: accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed',
  );
  expect(checksOf(github)).toEqual(['modelgate / flights / quality: failure']);
  const [check] = github.standIn.checkRuns(github.sha('head'));
  expect(check?.summary?.split('\n')[0]).toBe(
    "The pull request's own run says this, and that run executes the pull request's code: information, not proof.",
  );
  expect(check?.detailsUrl).toBe('https://github.com/acme/flights/actions/runs/77');
  const again = await report(github, finished(github, { conclusion: 'failure' }));
  expect([again.code, commentsOf(github).length, checksOf(github).length]).toEqual([0, 1, 1]);
});

test.concurrent('Dependabot: its own run posts nothing and says who will, the report after it posts', async ({
  expect,
}) => {
  const github = await start({}, { author: 'dependabot[bot]', head: { ref: 'change', sha: '' } });
  github.standIn.updatePull(7, { head: { ref: 'change', sha: github.sha('head') } });
  const first = await gate(github, { files: bad, actor: 'dependabot[bot]' });
  expect(notices(first.log).at(-1)).toBe(
    'The token of this run is read-only, because Dependabot started it: no comment and no check run were written. The verdict stands in the job summary; `report` behind `workflow_run` can post it.',
  );
  const { headRepository: _, ...run } = finished(github, { actor: 'dependabot[bot]' });
  // the run that reports is Dependabot's, too
  const second = await report(github, run, { actor: 'dependabot[bot]' });
  expect([second.code, commentsOf(github).length, checksOf(github)], second.log).toEqual([
    0,
    1,
    ['modelgate / flights / quality: failure'],
  ]);
});

test.concurrent('of two attempts the newest counts, and an honest re-run replaces the comment', async ({ expect }) => {
  const github = await start();
  await gate(github, { files: bad });
  await report(github, finished(github));
  await gate(github, { files: good, attempt: 2 });
  const second = await report(github, finished(github, { attempt: 2 }));
  expect([second.code, second.outputs['status'], commentsOf(github).length]).toEqual([0, 'pass', 1]);
  expect(commentsOf(github)[0]).toContain('### ✅');
});

describe('nothing is posted, and the step says why', () => {
  test.concurrent.each([
    [
      'a run on push',
      { event: 'push' },
      'run 77 was started by push, and only a run on pull_request belongs to a pull request.',
    ],
    [
      'a run on schedule',
      { event: 'schedule' },
      'run 77 was started by schedule, and only a run on pull_request belongs to a pull request.',
    ],
    ['a run whose jobs were all skipped', { conclusion: 'skipped' }, 'no job of run 77 has run (skipped).'],
    [
      'a run that waits for an approval',
      { conclusion: 'action_required' },
      'no job of run 77 has run (action_required).',
    ],
    [
      'another branch of the same fork',
      { headBranch: 'other' },
      'there is not exactly one open pull request whose head is at <head>, the commit of run 77.',
    ],
    [
      'another fork of the same owner',
      { headRepository: { id: 10, fullName: 'mallory/flights-2' } },
      'there is not exactly one open pull request whose head is at <head>, the commit of run 77.',
    ],
  ] as const)('%s', async (_, run, words) => {
    const github = await start();
    await gate(github, { files: good });
    const { code, log, outputs } = await report(github, { ...finished(github), ...run });
    expect([code, outputs, github.readable(annotationsOf(log).join('\n'))]).toEqual([
      0,
      { status: 'skipped' },
      `notice: Nothing was posted: ${words}`,
    ]);
    expect([commentsOf(github), checksOf(github)]).toEqual([[], []]);
  });

  test.concurrent('a pull request that was closed, or has moved on', async ({ expect }) => {
    const github = await start();
    await gate(github, { files: good });
    github.standIn.updatePull(7, { state: 'closed' });
    const closed = await report(github, finished(github));
    github.standIn.updatePull(7, { state: 'open', head: { ref: 'change', sha: github.sha('next') } });
    const moved = await report(github, finished(github));
    expect([closed, moved].map(({ code, outputs }) => [code, outputs['status']])).toEqual([
      [0, 'skipped'],
      [0, 'skipped'],
    ]);
    expect(commentsOf(github)).toEqual([]);
  });

  test.concurrent('one that moves on while the report is being made', async ({ expect }) => {
    const github = await start();
    await gate(github, { files: good });
    const head = { ref: 'change', sha: github.sha('next') };
    github.standIn.before({ path: /pulls\/7$/ }, () => github.standIn.updatePull(7, { head }));
    const { code, log } = await report(github, finished(github));
    expect([code, commentsOf(github), github.readable(notices(log).join('\n'))]).toEqual([
      0,
      [],
      'No comment was written: this run is about <head>, the pull request is at <next> now.',
    ]);
  });

  test.concurrent("a fork's branch named main is not our main", async ({ expect }) => {
    const github = await start();
    github.standIn.updatePull(7, {
      head: { ref: 'main', sha: github.sha('head'), repository: { id: 9, fullName: 'mallory/flights' } },
    });
    await gate(github, { files: good });
    const own = finished(github, { headBranch: 'main' });
    const { headRepository: _, ...ours } = own;
    const taken = await report(github, ours);
    expect([taken.outputs, commentsOf(github)]).toEqual([{ status: 'skipped' }, []]);
    const right = await report(github, own);
    expect([right.outputs['status'], commentsOf(github).length]).toEqual(['pass', 1]);
  });
});

test.concurrent('a run that has not ended is refused', async ({ expect }) => {
  const github = await start();
  const { code, outputs, log } = await report(github, finished(github, { status: 'in_progress' }));
  expect([code, outputs, annotationsOf(log)]).toEqual([
    1,
    { status: 'error' },
    [
      'error: run 77 has not ended, so its verdicts are not all there\nWhat to do: start this workflow by `on: workflow_run` with `types: [completed]`',
    ],
  ]);
});

describe('a run without a usable verdict is red, and never green', () => {
  test.concurrent('none at all', async ({ expect }) => {
    const github = await start();
    const { code, outputs, log, summary } = await report(github, finished(github));
    expect([code, outputs['status'], annotationsOf(log)]).toEqual([
      1,
      'error',
      [
        'error: no gate of run 77 has stored a verdict\nWhat to do: look at that run: a run without verdicts is no pass',
      ],
    ]);
    expect(summary.split('\n')[0]).toBe('### ⛔ `report`: file-missing: no gate of this run has stored a verdict');
    expect([commentsOf(github), checksOf(github)]).toEqual([[], ['modelgate / report: failure']]);
  });

  test.concurrent('all of them expired, by the list or (410) when they are fetched', async ({ expect }) => {
    const github = await start();
    const { verdict } = await gate(github, { files: good, runId: 76 });
    github.standIn.addArtifact({
      runId: 77,
      name: 'modelgate-verdict--a',
      files: { 'verdict.json': '{}' },
      expired: true,
    });
    stored(github, 'b', ofRun(verdict, 77));
    github.standIn.fault({ path: /artifacts\/\d+\/zip$/, times: 9, reply: replies.gone('Artifact has expired') });
    const { code, outputs, log } = await report(github, finished(github));
    expect([code, outputs['status'], annotationsOf(log)]).toEqual([
      1,
      'error',
      [
        'warning: The artifact modelgate-verdict--b is refused (expired): GitHub has deleted it (410): it has expired; run the gates again.',
        'warning: The artifact modelgate-verdict--a is refused (expired): it has expired; run the gates again.',
        "error: all 2 artifacts of run 77 with a verdict's name were refused\nWhat to do: the warnings above say why; look at what that run has uploaded",
      ],
    ]);
    expect([commentsOf(github), checksOf(github)]).toEqual([[], ['modelgate / report: failure']]);
  });
});

describe('when GitHub refuses', () => {
  const red = (words: string) => [`error: nothing of this report could be posted\n${words}`];
  const write =
    "Add `pull-requests: write` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.";
  const locked =
    'No comment was written. The conversation is locked (403) when asked to comment on pull request 7. Unlock the conversation of the pull request.';
  const disabled =
    'No comment was written. GitHub says that this is switched off or gone (410) when asked to comment on pull request 7. It said: "Issues has been disabled in this repository.". Issues may be disabled in the settings of the repository, or an artifact may have expired.';
  const permission = `No comment was written. The token lacks \`pull-requests: write\` (403) when asked to comment on pull request 7. ${write}`;
  const troubles: readonly (readonly [string, (github: GitHub) => void, string])[] = [
    ['a locked conversation', (github) => github.standIn.updatePull(7, { locked: true }), locked],
    [
      'issues disabled',
      (github) =>
        github.standIn.fault({
          ...{ method: 'POST', path: /comments$/, times: 9 },
          reply: replies.gone('Issues has been disabled in this repository.'),
        }),
      disabled,
    ],
    [
      'no `pull-requests: write`',
      (github) => github.standIn.setPermissions('ghs_standin', { 'pull-requests': 'read' }),
      permission,
    ],
  ];

  test.concurrent.each(troubles)('%s: red where a comment was all there was to post', async (_, set, words) => {
    const github = await start();
    await gate(github, { files: good });
    set(github);
    const { code, outputs, log } = await report(github, finished(github));
    expect([code, outputs['status'], outputs['comment-url'], annotationsOf(log)]).toEqual([
      1,
      'pass',
      '',
      [`notice: ${words}`, ...red(words)],
    ]);
    expect([commentsOf(github), checksOf(github)]).toEqual([[], []]);
  });

  test.concurrent.each(troubles)('%s: a notice where the failing check run stands', async (_, set, words) => {
    const github = await start();
    await gate(github, { files: bad });
    set(github);
    const { code, outputs, log } = await report(github, finished(github));
    expect([code, outputs['status'], annotationsOf(log)]).toEqual([0, 'fail', [`notice: ${words}`]]);
    expect([commentsOf(github), checksOf(github)]).toEqual([[], ['modelgate / flights / quality: failure']]);
  });

  test.concurrent('no `checks: write`: a notice where the comment stands, red where nothing does', async ({
    expect,
  }) => {
    const github = await start();
    await gate(github, { files: bad });
    github.standIn.setPermissions('ghs_standin', { checks: 'read' });
    const first = await report(github, finished(github));
    const words =
      'No check run was written. The token lacks `checks: write` (403) when asked to create the check run "modelgate / flights / quality". Add `checks: write` to the job\'s `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.';
    expect([first.code, annotationsOf(first.log), commentsOf(github).length]).toEqual([0, [`notice: ${words}`], 1]);
    github.standIn.updatePull(7, { locked: true });
    github.standIn.fault({
      method: 'PATCH',
      path: /comments\/\d+$/,
      times: 9,
      reply: replies.problem(403, 'Unable to update comment because issue is locked.'),
    });
    const inputs = { comment: 'false' };
    const second = await report(github, finished(github), { inputs });
    expect([second.code, annotationsOf(second.log)]).toEqual([1, [`notice: ${words}`, ...red(words)]]);
  });

  test.concurrent.each([
    [
      'no `actions: read`',
      { actions: 'none' },
      "The token lacks `actions: read` (403) when asked to list the artifacts of run 77.\nWhat to do: Add `actions: read` to the job's `permissions:`.",
    ],
    [
      'no `pull-requests: read`',
      { 'pull-requests': 'none' },
      "The token lacks `pull-requests: read` (403) when asked to list the open pull requests of mallory:change.\nWhat to do: Add `pull-requests: read` to the job's `permissions:`.",
    ],
  ] as const)('%s: nothing is known, so it is red', async (_, permissions, words) => {
    const github = await start();
    await gate(github, { files: good });
    github.standIn.setPermissions('ghs_standin', permissions);
    const { code, outputs, log } = await report(github, finished(github));
    expect([code, outputs]).toEqual([1, { status: 'error' }]);
    expect(annotationsOf(log)).toEqual([expect.stringContaining(`error: ${words}`)]);
    expect([commentsOf(github), checksOf(github)]).toEqual([[], []]);
  });

  test.concurrent('without a token', async ({ expect }) => {
    const github = await start();
    const { code, log } = await report(github, finished(github), { token: '' });
    expect([code, annotationsOf(log)]).toEqual([
      1,
      [
        'error: without a token the artifacts of another run cannot be read\nWhat to do: leave `github-token` at its default, and give the job `actions: read` and `pull-requests: write`',
      ],
    ]);
  });
});

test.concurrent("somebody else's comment with our marker is not touched", async ({ expect }) => {
  const github = await start();
  const marker = '<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n### ✅ all fine';
  github.standIn.addComment(7, marker, { author: 'mallory' });
  await gate(github, { files: bad });
  await report(github, finished(github));
  expect(github.standIn.comments(7).map(({ author }) => author)).toEqual(['mallory', 'github-actions[bot]']);
  expect(commentsOf(github)[0]).toBe(marker);
});

test.concurrent('a run that names 1,001 policies gets five comments', async ({ expect }) => {
  const github = await start({ contract: false });
  const { verdict } = await gate(github, { files: good, runId: 76 });
  const name = (index: number) => `p${String(index).padStart(4, '0')}`;
  for (let index = 0; index <= 1000; index++) {
    const policy = { ...verdict.policy, name: name(index) };
    stored(github, `p${index}`, { ...ofRun(verdict, 77), policy });
  }
  const { code, outputs, log } = await report(github, finished(github));
  expect([code, outputs['status'], commentsOf(github).length]).toEqual([0, 'error', 5]);
  // 100 artifacts are read, the newest ones; what is not read counts as refused, as does what is not even listed
  expect(commentsOf(github).map((body) => body.split('\n')[0]?.slice(0, 36))).toEqual(
    [901, 902, 903, 904, 905].map((index) => `<!-- modelgate:v1 policy=${name(index)} workflow`.slice(0, 36)),
  );
  expect(commentsOf(github)[0]?.split('\n')[1]).toBe(
    '### ⛔ `report`: file-unreadable: 901 artifacts were refused, so this is not all that the run has stored',
  );
  const said = annotationsOf(log);
  expect(said.slice(0, 1)).toEqual([
    'warning: The artifact modelgate-verdict--p900 is refused (too-many): only 100 verdicts of a run are read.',
  ]);
  expect(said.slice(20)).toEqual([
    'warning: 881 more artifacts were refused.',
    'warning: The run names 100 policies; 5 of them are reported. Left out: p0906, p0907, p0908, p0909, p0910 and others.',
    'notice: 90 more failing gates have no check run of their own: 10 are written.',
  ]);
  expect(checksOf(github).length).toBe(10);
});
