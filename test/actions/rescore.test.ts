import { afterAll, expect, test } from 'vitest';
import { baseFiles, champion, flights, golden, out, policy, same, worse } from './flights.ts';
import { type Ended, type Files, type GitHub, startGitHub } from './step.ts';

/** Champions that are scored anew by a command of the base's policy. */
const quiet = { comment: 'false', 'check-run': 'false' };
const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

const scored = (command: string) =>
  policy({ champion: `{ from: rescore, command: ${JSON.stringify(command)}, table: out/champion.csv }` });

async function step(base: Files, files: Files, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const github = await startGitHub([
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'a.txt': 'a' } },
  ]);
  open.push(github);
  return await github.step({ files, inputs: quiet, env });
}

const answers = { 'champion.csv': champion };

test('what the command writes is compared with, and the command sees no secret of the step', async () => {
  const command = 'env; cp champion.csv out/champion.csv; echo "::error::from the command"';
  const files = { ...baseFiles, ...answers, 'modelgate.yml': scored(command) };
  const { code, verdict, log } = await step(
    files,
    { ...out(worse), ...answers },
    {
      MLFLOW_TRACKING_TOKEN: 'very-secret',
      AWS_SECRET_ACCESS_KEY: 'very-secret',
      PLAIN: 'seen',
    },
  );
  expect([code, verdict.status, verdict.reason]).toEqual([1, 'fail', 'margin-exceeded']);
  expect(verdict.checks[0]?.champion).toBe(0.9);
  expect(verdict.baseline).toMatchObject({ from: 'rescore', name: 'out/champion.csv' });
  expect(log).toContain('| PLAIN=seen');
  expect(log).not.toMatch(
    /very-secret|^\| (GITHUB_TOKEN|INPUT_|ACTIONS_|GITHUB_ENV|GITHUB_OUTPUT|GITHUB_STEP_SUMMARY)/m,
  );
  expect(log).toContain('| ::error::from the command');
  expect(log).not.toMatch(/^::error::from the command/m);
});

test('a command that fails is an error with the end of what it printed', async () => {
  const files = { ...baseFiles, 'modelgate.yml': scored('echo "no such model: delays/2" >&2; exit 3') };
  const { code, verdict } = await step(files, out(same));
  expect([code, verdict.status]).toEqual([1, 'error']);
  expect(verdict.checks[0]?.problem).toMatchObject({
    reason: 'command-failed',
    message:
      'the command ended with exit code 3: echo "no such model: delays/2" >&2; exit 3\nIt ended with:\nno such model: delays/2',
  });
});

test('new examples: the champion is scored anew on them, and the report says so', async () => {
  // examples that no commit holds, as those that a job downloads
  const { 'eval/golden.csv': _, ...rest } = baseFiles;
  const gate = `${policy({ champion: '{ from: recorded }' })}    on-new-examples: rescore
    rescore: { command: cp champion.csv out/champion.csv, table: out/champion.csv }
`;
  const github = await startGitHub([
    { name: 'base', branch: 'main', files: { ...rest, 'modelgate.yml': gate } },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'a.txt': 'a' } },
  ]);
  open.push(github);
  const first = await github.step({
    event: 'push',
    runId: 70,
    files: { ...out(champion), 'eval/golden.csv': golden },
    inputs: quiet,
  });
  expect([first.code, first.verdict.reason]).toEqual([0, 'bootstrap']);
  github.standIn.updateRun(70, { status: 'completed', conclusion: 'success' });

  const more = { 'eval/golden.csv': `${golden}${flights + 1},1\n` };
  const answered = (table: string) => `${table}${flights + 1},1\n`;
  const files = { ...out(answered(same)), ...more, 'champion.csv': answered(champion) };
  const { code, verdict } = await github.step({ runId: 71, files, inputs: quiet });
  expect([code, verdict.status, verdict.rows]).toEqual([0, 'pass', flights + 1]);
  expect(verdict.notices).toEqual([
    `The examples changed: eval/golden.csv had ${flights} rows when the champion was recorded and has ${flights + 1} now. The champion was scored anew by \`cp champion.csv out/champion.csv\`.`,
  ]);
});
