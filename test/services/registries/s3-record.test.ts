import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseFiles, champion, out, policy, worse } from '../../actions/flights.ts';
import { type GitHub, startGitHub } from '../../actions/step.ts';
import { keys, type S3Server, startS3 } from './s3-server.ts';

/** The action, a stand-in for GitHub and a real object store: what main records, a pull request is compared with. */
const name = 'modelgate-baseline--flights--quality';
const files = {
  ...baseFiles,
  'modelgate.yml': policy({ champion: '{ from: s3, bucket: models, prefix: champions, record: true }' }),
};
const inputs = { comment: 'false', 'check-run': 'false' };
let server: S3Server;
let github: GitHub;
beforeAll(async () => {
  server = await startS3();
  github = await startGitHub([
    { name: 'base', branch: 'main', files },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'a.txt': 'a' } },
  ]);
});
afterAll(async () => {
  await github?.close();
  await server?.stop();
});

const env = () => ({
  AWS_ACCESS_KEY_ID: keys.access,
  AWS_SECRET_ACCESS_KEY: keys.secret,
  AWS_ENDPOINT_URL_S3: server.url,
});
/** The pointer first: what it points at is named by its digest, which may begin with any letter. */
const stored = () => {
  const names = readdirSync(path.join(server.bucket, 'champions', name)).toSorted();
  return names.toSorted((one, other) => Number(other === 'champion.json') - Number(one === 'champion.json'));
};

it('a pull request records nothing, a green run of main does, a red one leaves it', async () => {
  const early = await github.step({ runId: 70, files: out(champion), inputs, env: env() });
  expect([early.code, early.verdict.reason]).toEqual([0, 'bootstrap']);
  expect(readdirSync(server.bucket)).toEqual([]);

  const main = await github.step({ event: 'push', runId: 71, files: out(champion), inputs, env: env() });
  expect([main.code, main.verdict.reason]).toEqual([0, 'bootstrap']);
  expect(main.log).toContain(`Recorded as a champion in the bucket models (champions/${name}).`);
  const recorded = stored();
  expect(recorded).toEqual(['champion.json', expect.stringMatching(/^[0-9a-f]{64}$/)]);

  const change = await github.step({ runId: 72, files: out(worse), inputs, env: env() });
  expect([change.code, change.verdict.status, change.verdict.checks[0]?.champion]).toEqual([1, 'fail', 0.9]);
  expect(change.verdict.baseline).toMatchObject({
    from: 's3',
    name: `champions/${name}/${recorded[1]}`,
    registry: 'the bucket models',
    commit: github.sha('base'),
    branch: 'main',
  });

  const red = await github.step({ event: 'push', runId: 73, files: out(worse), inputs, env: env() });
  expect(red.code).toBe(1);
  expect(stored()).toEqual(recorded);
});
