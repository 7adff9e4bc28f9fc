import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseFiles, champion, golden, out, policy, predictions, same, worse } from './flights.ts';
import { type Commit, type Ended, type GitHub, type StepOptions, startGitHub } from './step.ts';

/** Champions that earlier runs have recorded: which are made, which are found, and which are not to be trusted. */
const files = { ...baseFiles, 'modelgate.yml': policy({ champion: '{ from: recorded }' }) };
const history: readonly Commit[] = [
  { name: 'first', branch: 'main', files },
  { name: 'side', parents: ['first'], branch: 'side', files: { 'a.txt': 'a' } },
  { name: 'base', parents: ['first'], branch: 'main', files: { 'b.txt': 'b' } },
  { name: 'head', parents: ['base'], branch: 'change', files: { 'c.txt': 'c' } },
];
const quiet = { comment: 'false', 'check-run': 'false' };
const name = 'modelgate-baseline--flights--quality';

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(commits = history): Promise<GitHub> {
  const github = await startGitHub(commits);
  open.push(github);
  return github;
}

/** A run on main that ends green and so leaves its results. */
async function record(github: GitHub, runId: number, options: StepOptions = {}): Promise<Ended> {
  const ended = await github.step({ event: 'push', runId, files: out(champion), inputs: quiet, ...options });
  github.standIn.updateRun(runId, { status: 'completed', conclusion: ended.code === 0 ? 'success' : 'failure' });
  return ended;
}

const problemOf = ({ code, verdict }: Ended) => [code, verdict.status, verdict.problem ?? verdict.checks[0]?.problem];
const baselinesOf = (github: GitHub, runId: number) =>
  github.standIn.artifacts(runId).filter((one) => one.name.startsWith('modelgate-baseline'));

describe('the first run on main and those after it', () => {
  let github: GitHub;
  let first: Ended;
  beforeAll(async () => {
    github = await start();
    first = await record(github, 70);
  });

  test('bootstrap is a warning, said loudly, and the run records its results', () => {
    expect([first.code, first.verdict.status, first.verdict.reason]).toEqual([0, 'warn', 'bootstrap']);
    expect(first.verdict.checks.map(({ status, candidate }) => [status, candidate])).toEqual([['warn', 0.9]]);
    expect(first.log.split('\n').filter((line) => /^::(warning|notice)/.test(line))).toMatchInlineSnapshot(`
      [
        "::warning title=Modelgate%3A quality::⚠️ quality: nothing was compared for accuracy: there is no recorded champion yet",
        "::notice::There is no champion yet: no green run of .github/workflows/gate.yml on the base branch has recorded quality. Nothing was compared; the first green run on the default branch records one.",
      ]
    `);
    expect(baselinesOf(github, 70).map((one) => one.name)).toEqual([name]);
  });

  test('a pull request is compared with it, and says with what', async () => {
    const before = github.standIn.requests.length;
    const { code, verdict } = await github.step({ runId: 71, files: out(same) });
    expect([code, verdict.status, verdict.notices]).toEqual([0, 'pass', []]);
    expect(github.readable(JSON.stringify(verdict.baseline, null, 1))).toMatchInlineSnapshot(`
      "{
       "from": "recorded",
       "name": "modelgate-baseline--flights--quality",
       "sha256": "SHA-256",
       "commit": "<base>",
       "branch": "main",
       "runId": 70,
       "runUrl": "https://github.com/acme/flights/actions/runs/70",
       "recordedAt": "TIME",
       "ageDays": 0,
       "expiresAt": "TIME"
      }"
    `);
    expect(github.restCalls(before).slice(0, 8)).toMatchInlineSnapshot(`
      [
        "GET /contents/modelgate.yml 200",
        "GET /git/trees/<base> 200",
        "GET /compare/<base>...<head> 200",
        "GET /git/trees/<head> 200",
        "GET /actions/artifacts 200",
        "GET /actions/runs/70 200",
        "GET /actions/artifacts/1002/zip 302",
        "GET /commits/<head>/check-runs 200",
      ]
    `);
    expect(baselinesOf(github, 71)).toEqual([]);
  });

  test('a worse one on main is red, records nothing, and the champion stays', async () => {
    const ended = await record(github, 72, { files: out(worse) });
    expect([ended.code, ended.verdict.status, baselinesOf(github, 72)]).toEqual([1, 'fail', []]);
    const next = await github.step({ runId: 73, files: out(same), inputs: quiet });
    expect(next.verdict.baseline?.runId).toBe(70);
  });

  test('a better one on main becomes the champion', async () => {
    const better = await record(github, 74, { files: out(predictions([1, 5])) });
    expect([better.code, better.verdict.status]).toEqual([0, 'pass']);
    const { code, verdict } = await github.step({ runId: 75, files: out(same), inputs: quiet });
    expect([code, verdict.status, verdict.baseline?.runId, verdict.checks[0]?.champion]).toEqual([
      1,
      'fail',
      74,
      0.9875,
    ]);
  });

  test('schedule and dispatch record, too; a feature branch does not', async () => {
    const inputs = (leg: string) => ({ ...quiet, matrix: JSON.stringify({ leg }) });
    await record(github, 76, { event: 'schedule', inputs: inputs('a') });
    await record(github, 77, { event: 'workflow_dispatch', inputs: inputs('b') });
    const feature = { sha: github.sha('side'), ref: 'refs/heads/side', checkout: 'side' };
    const side = await record(github, 78, { ...feature, inputs: inputs('c') });
    expect([76, 77, 78].map((run) => baselinesOf(github, run).map((one) => one.name))).toEqual([
      [`${name}--a`],
      [`${name}--b`],
      [],
    ]);
    expect([side.code, side.verdict.reason]).toEqual([0, 'bootstrap']);
  });
});

describe('examples that have changed', () => {
  const fewer = golden.split('\n').slice(0, 301).join('\n');
  const answers = same.split('\n').slice(0, 301).join('\n');
  const commits: readonly Commit[] = [
    ...history.slice(0, 3),
    { name: 'head', parents: ['base'], branch: 'change', files: { 'eval/golden.csv': fewer } },
    { name: 'merged', parents: ['base', 'head'], branch: 'main', files: { 'eval/golden.csv': fewer } },
  ];

  test('in a pull request are an error; merged, main says so and records anew', async () => {
    const github = await start(commits);
    await record(github, 70, { sha: github.sha('base') });
    const change = await github.step({ runId: 71, files: out(answers), inputs: quiet });
    expect(problemOf(change)).toMatchInlineSnapshot(`
      [
        1,
        "error",
        {
          "how": "change examples in a pull request of their own; once merged, the default branch records the champion anew",
          "message": "eval/golden.csv is not the one of the base: this change would be judged on examples that it brings itself",
          "reason": "examples-changed",
          "where": {
            "file": "eval/golden.csv",
          },
        },
      ]
    `);
    const main = await record(github, 72, { sha: github.sha('merged'), checkout: 'merged', files: out(answers) });
    expect([main.code, main.verdict.status, main.verdict.reason, main.verdict.notices]).toMatchInlineSnapshot(`
      [
        0,
        "warn",
        "examples-changed",
        [
          "The examples changed on this branch: eval/golden.csv had 400 rows when the champion was recorded and has 300 now. Nothing was compared; a green run records the champion anew.",
        ],
      ]
    `);
    expect(baselinesOf(github, 72)).toHaveLength(1);
  });
});

test('a check on a column that the champion was recorded without is a bootstrap of that check only', async () => {
  const withColumn = policy({
    champion: '{ from: recorded }',
    checks:
      'accuracy: { metric: accuracy, max-regression: 2pt }\n      speed: { column: ms, statistic: mean, better: lower, max-regression: 5% }',
  });
  const github = await start([
    ...history.slice(0, 2),
    { name: 'base', parents: ['first'], branch: 'main', files: { 'modelgate.yml': withColumn } },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  await record(github, 70, { sha: github.sha('first'), checkout: 'first' });
  const table = same.replace('predicted', 'predicted,ms').replaceAll(/,([01])\n/g, ',$1,5\n');
  const { code, verdict } = await github.step({ runId: 71, files: out(table), inputs: quiet });
  expect([code, verdict.status]).toEqual([0, 'warn']);
  expect(verdict.checks.map(({ id, status, reason }) => [id, status, reason])).toEqual([
    ['accuracy', 'pass', 'proven'],
    ['speed', 'warn', 'bootstrap'],
  ]);
});

test('a champion from git is the one of the merge base; one from a file is the one of the workspace', async () => {
  const later = { 'champion/predictions.csv': predictions() };
  const github = await start([
    { name: 'first', branch: 'main', files: baseFiles },
    { name: 'base', parents: ['first'], branch: 'main', files: later },
    { name: 'head', parents: ['first'], branch: 'change', files: { 'champion/predictions.csv': worse } },
  ]);
  const git = await github.step({ runId: 1, files: out(same), inputs: quiet });
  expect([git.code, git.verdict.baseline?.commit, git.verdict.checks[0]?.champion]).toEqual([
    0,
    github.sha('first'),
    0.9,
  ]);

  const fromFile = { 'modelgate.yml': policy({ champion: '{ from: file, table: champion/predictions.csv }' }) };
  const local = await start([
    { name: 'base', branch: 'main', files: { ...baseFiles, ...fromFile } },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  const file = await local.step({ files: { ...out(same), ...later }, inputs: quiet });
  expect([file.code, file.verdict.baseline?.from, file.verdict.checks[0]?.champion]).toEqual([1, 'file', 1]);
});
