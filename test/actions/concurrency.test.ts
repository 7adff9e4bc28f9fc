import { afterAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../github-stand-in/index.ts';
import { bad, bareFiles, bareHistory, good, metrics } from './bare.ts';
import { type Ended, type GitHub, startGitHub } from './step.ts';

/** Many jobs, one pull request, one comment. Without the contract check: these are about races, not about requests. */
const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(scenario: Partial<Scenario> = {}): Promise<GitHub> {
  const github = await startGitHub(bareHistory, () => ({ contract: false, ...scenario }));
  open.push(github);
  return github;
}

const legs = Array.from({ length: 20 }, (_, index) => `leg-${String(index + 1).padStart(2, '0')}`);

function leg(github: GitHub, name: string, accuracy: number, more = {}): Promise<Ended> {
  return github.step({ files: metrics(accuracy), inputs: { matrix: JSON.stringify({ name }), ...more } });
}

function commentsOf(github: GitHub): readonly string[] {
  return github.standIn.comments(7).map((comment) => comment.body);
}

test('twenty legs of a matrix at once, on a GitHub whose lists lag: every section there, one comment', async () => {
  const github = await start({ commentLag: { requests: 2 } });
  const ended = await Promise.all(legs.map((name, index) => leg(github, name, index === 6 ? 0.8 : 0.9)));
  expect(ended.map((one) => one.code)).toEqual(legs.map((_, index) => (index === 6 ? 1 : 0)));
  const [body = '', ...others] = commentsOf(github);
  expect(others).toEqual([]);
  expect(legs.filter((name) => !body.includes(`\`quality (${name})\``))).toEqual([]);
  expect(body.split('\n')[1]).toContain('❌');
  expect(
    github.standIn
      .checkRuns()
      .map((run) => run.name)
      .sort(),
  ).toEqual(legs.map((name) => `modelgate / flights / quality (${name})`));
  expect(new Set(ended.map((one) => one.outputs['comment-url'])).size).toBeLessThanOrEqual(20);
});

test('two policies of one workflow have a comment each', async () => {
  const second = {
    'second.modelgate.yml': String(bareFiles['modelgate.yml']).replace('name: flights', 'name: trains'),
  };
  const github = await startGitHub(
    bareHistory.map((commit) =>
      commit.name === 'base' ? { ...commit, files: { ...commit.files, ...second } } : commit,
    ),
    () => ({ contract: false }),
  );
  open.push(github);
  const [flights, trains] = await Promise.all([
    github.step({ job: 'flights', files: good }),
    github.step({ job: 'trains', files: bad, inputs: { policy: 'second.modelgate.yml' } }),
  ]);
  expect([flights.code, trains.code]).toEqual([0, 1]);
  expect(
    commentsOf(github)
      .map((body) => body.split('\n').slice(0, 2).join(' ').slice(0, 60))
      .sort(),
  ).toMatchInlineSnapshot(`
    [
      "<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflow",
      "<!-- modelgate:v1 policy=trains workflow=.github%2Fworkflows",
    ]
  `);
});

test('a pull request with 101 other comments gets one, and keeps it', async () => {
  const github = await start();
  for (let index = 0; index < 100; index++) github.standIn.addComment(7, `a word, ${index}`, { author: 'octocat' });
  const quotation = '> <!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n> quoted';
  github.standIn.addComment(7, quotation, { author: 'octocat' });
  await github.step({ runId: 1, files: good });
  const { outputs } = await github.step({ runId: 2, files: bad });
  const comments = github.standIn.comments(7);
  expect(comments).toHaveLength(102);
  expect(comments.at(-1)?.body).toContain('### ❌');
  expect(outputs['comment-url']).toMatch(new RegExp(`#issuecomment-${comments.at(-1)?.id}$`));
  const calls = github.restCalls().filter((call) => /issues|pulls/.test(call));
  expect(calls.length).toBeLessThanOrEqual(12);
});

test('a comment of somebody else with our marker is not touched', async () => {
  const github = await start();
  const marker = '<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n### ✅ all fine';
  github.standIn.addComment(7, marker, { author: 'mallory' });
  await github.step({ files: bad });
  expect(github.standIn.comments(7).map(({ author }) => author)).toEqual(['mallory', 'github-actions[bot]']);
  expect(commentsOf(github)[0]).toBe(marker);
});

test('of two attempts the newer one counts, also where only a part of the jobs ran again', async () => {
  const github = await start();
  await leg(github, 'a', 0.8);
  await leg(github, 'b', 0.9);
  expect(commentsOf(github)[0]).toContain('### ❌');
  const again = await github.step({ attempt: 2, files: good, inputs: { matrix: '{"name":"a"}' } });
  expect(again.code).toBe(0);
  const [body = ''] = commentsOf(github);
  expect(body).toContain('### ✅');
  expect([body.includes('`quality (a)`'), body.includes('`quality (b)`')]).toEqual([true, true]);
});

describe('the report action is the single writer', () => {
  const silent = { comment: 'false', 'check-run': 'false' };

  test('of all verdicts of the run', async () => {
    const github = await start();
    for (const [name, accuracy] of [
      ['a', 0.9],
      ['b', 0.8],
    ] as const)
      await leg(github, name, accuracy, silent);
    expect([commentsOf(github), github.standIn.checkRuns()]).toEqual([[], []]);
    const report = await github.step({ action: 'report', job: 'report' });
    expect([report.code, report.outputs['status'], report.outputs['headline']]).toMatchInlineSnapshot(`
      [
        0,
        "fail",
        "❌ quality (b): accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed",
      ]
    `);
    expect(commentsOf(github)).toHaveLength(1);
    expect(
      github.standIn
        .checkRuns()
        .map(({ name, conclusion }) => `${name}: ${conclusion}`)
        .sort(),
    ).toEqual(['modelgate / flights / quality (a): success', 'modelgate / flights / quality (b): failure']);
    expect(report.summary.split('\n')[0]).toBe(commentsOf(github)[0]?.split('\n')[1]);
    const again = await github.step({ action: 'report', job: 'report', attempt: 2 });
    expect([again.code, commentsOf(github).length, github.standIn.checkRuns().length]).toEqual([0, 1, 2]);
  });

  test('and red when no gate has stored a verdict', async () => {
    const github = await start();
    const { code, log, outputs } = await github.step({ action: 'report' });
    expect([code, outputs]).toEqual([1, { status: 'error' }]);
    expect(log.split('\n').at(-2)).toBe(
      '::error title=Modelgate%3A file-missing::no gate of this run has stored a verdict%0AWhat to do: let the gates run before this step or job (`needs:`), with `if: always()` on this one',
    );
  });

  test('and says which artifact is no verdict, and reports the others', async () => {
    const github = await start();
    await leg(github, 'a', 0.9, silent);
    github.standIn.addArtifact({
      runId: 77,
      name: 'modelgate-verdict--forged',
      files: { 'verdict.json': '{"status":"pass"}' },
    });
    const { code, log } = await github.step({ action: 'report', job: 'report' });
    expect([code, log.split('\n').filter((line) => /^::(error|notice|warning)/.test(line))]).toMatchInlineSnapshot(`
      [
        0,
        [
          "::warning::The artifact modelgate-verdict--forged is passed over (not-a-verdict): it is no verdict: schema: Invalid input: expected "https://github.com/modelgate/modelgate/verdict/v1".",
        ],
      ]
    `);
  });
});
