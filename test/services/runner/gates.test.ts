import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentPlatform } from '../../../packages/tables/src/index.ts';
import { baseFiles, policy, predictions, same } from '../../actions/flights.ts';
import { type MadeRepository, makeRepository, type StandIn, startStandIn } from '../../github-stand-in/index.ts';
import { root } from '../../house/repository.ts';
import type { ActRun } from './act-run.ts';
import { runOnGithub } from './github-run.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

// gates.yml as other repositories call it: a job that may run anything hands over an artifact, then it is scored, measured
// and signed here, each in a job of its own; and `modelgate verify` takes the outcome, or does not.
const ref = '0'.repeat(40);
const workflow = '.github/workflows/release.yml';
const engine = path.join(root, 'node_modules/@duckdb', `node-bindings-${currentPlatform()}`);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secrets = { SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };

const gates = policy({ champion: '{ from: file, table: champion/predictions.csv }' }).replace(
  'examples:\n',
  'subject: { model: out/model.bin }\nevidence: { signed-by: { key: cosign.pub } }\nexamples:\n',
);
const worse = predictions([1, 100]);

/** A caller: its first job makes what is to be judged, by whatever code it likes. */
function caller(make: string, withs: Readonly<Record<string, string>>): string {
  const inputs = Object.entries({ artifact: 'candidate', sign: 'key', 'engine-path': engine, ...withs });
  return `name: release
on: [push, pull_request]
permissions: {}
jobs:
  train:
    runs-on: ubuntu-24.04
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@${ref}
      - run: |
          mkdir made
          printf weights > made/model.bin
          ${make}
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f
        with: { name: candidate, path: made }
  gates:
    needs: train
    permissions: { contents: read, actions: read, id-token: write, attestations: write }
    uses: modelgate/modelgate/.github/workflows/gates.yml@${ref}
    with:
${inputs.map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`).join('\n')}
    secrets:
      SIGNING_KEY: \${{ secrets.SIGNING_KEY }}
`;
}

const scored = { score: 'cp scored.csv out/predictions.csv', writes: 'out/predictions.csv', leg: 'small' };
const workflows = {
  attested: caller('cp scored.csv made/predictions.csv', {}),
  witnessed: caller('true', scored),
  failing: caller('cp worse.csv made/predictions.csv', {}),
  overwriting: caller('mkdir -p made/x; cp scored.csv made/golden.csv', { path: 'eval' }),
};

let house: HouseClone;
let history: MadeRepository;
let standIn: StandIn;
let evidence: string;

beforeAll(async () => {
  evidence = mkdtempSync(path.join(tmpdir(), 'modelgate-evidence-'));
  house = cloneHouse(root, 'modelgate/modelgate', [ref]);
  const files = {
    ...baseFiles,
    'modelgate.yml': gates,
    'scored.csv': same,
    'worse.csv': worse,
    'cosign.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  history = await makeRepository([
    { name: 'base', branch: 'main', files: { ...files, [workflow]: workflows.attested } },
    ...Object.entries(workflows).map(([name, text]) => ({
      ...{ name, parents: ['base'], branch: name, files: { [workflow]: text } },
    })),
    { name: 'head', parents: ['base'], branch: 'change', files: { 'pull.txt': '1' } },
    { name: 'merge', parents: ['base', 'head'], ref: 'refs/pull/7/merge', files: { 'pull.txt': '1' } },
  ]);
  const sha = (name: string) => history.sha[name] ?? '';
  standIn = await startStandIn({
    repository: { fullName: 'acme/flights', id: 4242, git: history.folder, protectedBranches: Object.keys(workflows) },
    pulls: [
      {
        number: 7,
        head: { ref: 'change', sha: sha('head') },
        base: { ref: 'main', sha: sha('base') },
        mergeSha: sha('merge'),
      },
    ],
  });
});

afterAll(async () => {
  rmSync(evidence, { recursive: true, force: true });
  house.remove();
  await history.remove();
  await standIn.close();
});

let runs = 300;
async function release(
  name: string,
  jobs: readonly string[],
  event: 'push' | 'pull_request' = 'push',
): Promise<ActRun & { readonly runId: number }> {
  const runId = ++runs;
  const run = await runOnGithub({
    ...{ standIn, history, workflow, secrets, expectedJobs: jobs },
    actions: {
      ...house.actions,
      'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f': path.join(
        import.meta.dirname,
        'stubs/upload-artifact',
      ),
      'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c': path.join(
        import.meta.dirname,
        'stubs/download-artifact',
      ),
    },
    env: { MODELGATE_ROOT: root },
    job:
      event === 'push'
        ? { event, ref: `refs/heads/${name}`, sha: history.sha[name] ?? '', runId }
        : { event, pull: 7, runId },
  });
  return { ...run, runId };
}

const jobsOf = (run: ActRun) =>
  Object.fromEntries(Object.entries(run.jobs).map(([name, { result }]) => [name, result]));

/** What the run's evidence artifact holds, asked for as a later stage would, by `modelgate verify` of the same commit. */
async function verified(runId: number, branch: string, ...more: string[]) {
  const folder = path.join(evidence, String(runId));
  mkdirSync(path.join(folder, 'out'), { recursive: true });
  const stored = standIn.artifacts(runId).find(({ name }) => name.startsWith('modelgate-evidence--'));
  if (stored === undefined) throw new Error(`run ${runId} has no evidence`);
  writeFileSync(path.join(folder, 'evidence.zip'), stored.data);
  execFileSync('python3', ['-m', 'zipfile', '-e', 'evidence.zip', 'evidence'], { cwd: folder });
  writeFileSync(path.join(folder, 'out/model.bin'), 'weights');
  writeFileSync(path.join(folder, 'modelgate.yml'), gates);
  writeFileSync(path.join(folder, 'cosign.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const script = path.join(house.folder, 'dist/cli/main.mjs');
  const from = ['--repository', 'acme/flights', '--repository-id', '4242', '--evidence', 'evidence'];
  const of = ['--ref', `refs/heads/${branch}`, '--commit', history.sha[branch] ?? ''];
  const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'verify', ...from, ...of, ...more], options);
  return { status, first: `${stdout}${stderr}`.split('\n')[0] ?? '' };
}

test('measured and signed, each in a job of its own', async () => {
  const run = await release('attested', ['train', 'measure', 'attest']);
  expect(jobsOf(run), run.log).toEqual({ train: 'success', measure: 'success', attest: 'success' });
  expect(await verified(run.runId, 'attested')).toEqual({
    status: 0,
    first: expect.stringMatching(/^quality: pass, attested, signed .* with the trusted key, acme\/flights attested@/),
  });
  expect(await verified(run.runId, 'attested', '--level', 'witnessed')).toMatchObject({ status: 1 });
});

test('scored here as well, without secrets: witnessed', async () => {
  const run = await release('witnessed', ['train', 'score', 'measure', 'attest']);
  expect(jobsOf(run), run.log).toEqual({ train: 'success', score: 'success', measure: 'success', attest: 'success' });
  expect(await verified(run.runId, 'witnessed', '--level', 'witnessed')).toEqual({
    status: 0,
    first: expect.stringMatching(/^quality: pass, witnessed, /),
  });
});

test('a model that is worse: red, and on record as that', async () => {
  const run = await release('failing', ['train', 'measure', 'attest']);
  expect(jobsOf(run), run.log).toEqual({ train: 'success', measure: 'failure', attest: 'success' });
  expect(await verified(run.runId, 'failing')).toMatchObject({ status: 1 });
});

test('an artifact that would replace the committed examples: nothing is measured, nothing signed', async () => {
  const run = await release('overwriting', ['train', 'measure']);
  expect(jobsOf(run), run.log).toEqual({ train: 'success', measure: 'failure' });
  expect(run.jobs['measure']?.annotations.map(({ message }) => message)).toEqual([
    'The artifact candidate would replace a file that is committed; upload only what the run has made. It is: golden.csv. Nothing of it was used.',
  ]);
});

test('a pull request: measured, and never signed', async () => {
  const run = await release('attested', ['train', 'measure'], 'pull_request');
  expect(jobsOf(run), run.log).toEqual({ train: 'success', measure: 'success' });
});
