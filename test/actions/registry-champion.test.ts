import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseFiles, out, policy, same } from './flights.ts';
import { type Commit, type Files, type GitHub, startGitHub } from './step.ts';

/** Champions that are asked for over the network: with this job's credentials, so not at the word of the change. */
const quiet = { comment: 'false', 'check-run': 'false' };
const source = '{ from: mlflow, model: "models:/delays@champion", table: predictions.csv }';
const files = { ...baseFiles, 'modelgate.yml': policy({ champion: source }) };

/** Whatever is asked, it answers 401 and remembers. */
const asked: string[] = [];
const server = createServer((request, reply) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
  reply.writeHead(401, { 'content-type': 'text/plain' }).end('who are you?');
});
const open: GitHub[] = [];
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  env = { MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`, MLFLOW_TRACKING_TOKEN: 'token-of-tests' };
});
afterAll(async () => {
  server.close();
  await Promise.all(open.map((github) => github.close()));
});

async function pullRequest(base: Files, head: Files): Promise<GitHub> {
  const commits: Commit[] = [
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change', files: head },
  ];
  const github = await startGitHub(commits);
  open.push(github);
  return github;
}

describe('a champion in MLflow', () => {
  test('of a policy that the change brings is refused before anything is asked', async () => {
    const { 'modelgate.yml': first, ...without } = files;
    const github = await pullRequest(without, { 'modelgate.yml': first });
    const { code, verdict } = await github.step({ files: out(same), inputs: quiet, env });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'error', 'policy-invalid']);
    expect(verdict.problem?.message).toBe(
      "modelgate.yml:12:17: `gates.quality.champion.from`: mlflow is asked with this job's credentials, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may",
    );
    expect(asked).toEqual([]);
  });

  test("of the base's policy is asked for, with the credentials of the step", async () => {
    const github = await pullRequest(files, { 'a.txt': 'a' });
    const { code, verdict } = await github.step({ files: out(same), inputs: quiet, env });
    expect([code, verdict.status, verdict.checks[0]?.problem]).toEqual([
      1,
      'error',
      {
        reason: 'baseline-unreadable',
        message: `MLflow at ${env['MLFLOW_TRACKING_URI']?.slice('http://'.length)} answered 401: who are you?`,
        how: "give credentials that this server accepts; the step's environment may lack the secret",
      },
    ]);
    expect(asked).toEqual(['GET /version Bearer token-of-tests']);
  });

  test('without an address, as in a pull request from a fork: the variable is named', async () => {
    const github = await pullRequest(files, { 'a.txt': 'a' });
    const { verdict } = await github.step({ files: out(same), inputs: quiet });
    expect(verdict.checks[0]?.problem?.message).toBe('the champion is in MLflow, and MLFLOW_TRACKING_URI is not set');
  });
});
