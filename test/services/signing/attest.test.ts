import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseFiles, out, policy, same } from '../../actions/flights.ts';
import { type Ended, type GitHub, startGitHub } from '../../actions/step.ts';
import { tokens } from '../../github-stand-in/index.ts';
import { root } from '../../house/repository.ts';
import { type Cosign, startCosign } from './cosign.ts';
import { type Sigstore, startSigstore } from './sigstore.ts';

// The built entries of the measuring and the attesting job, a real Fulcio and timestamp authority, GitHub's attestations,
// and `modelgate verify`: what a release goes through, without a key of anybody's own.
const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const text = policy({ champion: '{ from: file, table: champion/predictions.csv }' }).replace(
  'examples:\n',
  'subject: { model: out/model.bin }\nevidence: { trusted-root: trusted_root.json }\nexamples:\n',
);

let github: GitHub;
let cosign: Cosign;
let sigstore: Sigstore;
let folder: string;

async function start(isPrivate: boolean): Promise<GitHub> {
  const repository = { fullName: 'acme/flights', id: 4242, private: isPrivate };
  const commits = [{ name: 'base', branch: 'main', files: { ...baseFiles, 'modelgate.yml': text } }];
  return await startGitHub(commits, () => ({
    repository,
    tokens: { ghs_standin: tokens.gate, ghs_attest: tokens.attest },
  }));
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-release-'));
  github = await start(false);
  cosign = startCosign();
  sigstore = await startSigstore(github.standIn.resultsUrl, cosign);
});
afterAll(async () => {
  await sigstore?.stop();
  cosign?.remove();
  await github?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signed(at: GitHub, runId: number, url: string, workflow = gates): Promise<Ended> {
  const common = { runId, event: 'push', checkout: 'base' } as const;
  const measured = await at.step({ ...common, job: 'measure', files: { ...out(same), 'out/model.bin': 'weights' } });
  return await at.step({
    ...{ ...common, job: 'attest', action: 'attest', oidc: true, token: 'ghs_attest' },
    jobWorkflow: { path: workflow, ref: 'refs/tags/v1', sha: '5'.repeat(40) },
    inputs: { verdicts: measured.outputs['verdicts'] ?? '', 'fulcio-url': url, 'timestamp-url': url },
  });
}

/** Not at once: the command asks the stand-in, which is in this process. */
async function verify(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  const env = { PATH: process.env['PATH'] ?? '', GITHUB_API_URL: github.standIn.url, GITHUB_TOKEN: 'ghs_attest' };
  const of = ['--repository', 'acme/flights', '--repository-id', '4242', '--issuer', github.standIn.resultsUrl];
  const child = spawn(process.execPath, [path.join(root, 'dist/cli/main.mjs'), 'verify', ...of, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (printed += piece.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? -1)));
  return { code, out: printed };
}

describe('a release without a key', () => {
  beforeAll(async () => {
    await mkdir(path.join(folder, 'out'), { recursive: true });
    writeFileSync(path.join(folder, 'modelgate.yml'), text);
    writeFileSync(path.join(folder, 'out/model.bin'), 'weights');
    writeFileSync(path.join(folder, 'trusted_root.json'), sigstore.root);
  });

  test('evidence is signed by the identity of gates.yml, kept by GitHub, and accepted', async () => {
    const { code, log, outputs } = await signed(github, 601, sigstore.url);
    expect({ code, level: outputs['level'] }, log).toEqual({ code: 0, level: 'attested' });
    expect(log).toContain(
      "2 signed statements in the artifact modelgate-evidence--flights--attempt-1 and the repository's attestations.",
    );
    const decided = await verify('--evidence', 'github');
    expect(decided).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^quality: pass, attested, signed .* by modelgate\/modelgate\/\.github\/workflows\/gates\.yml at 5555555, acme\/flights main@/,
      ),
    });
    expect((await verify('--evidence', outputs['evidence'] ?? '')).code).toBe(0);
  });

  test('what another workflow of the repository signs is refused', async () => {
    const { outputs } = await signed(github, 602, sigstore.url, 'acme/flights/.github/workflows/own.yml');
    const decided = await verify('--evidence', outputs['evidence'] ?? '');
    expect([decided.code, decided.out]).toEqual([
      1,
      expect.stringContaining('signed by acme/flights/.github/workflows/own.yml'),
    ]);
  });

  test('where the plan has no attestations, evidence is the artifact, and a notice says so', async () => {
    const closed = await start(true);
    const own = await startSigstore(closed.standIn.resultsUrl, cosign);
    try {
      const { code, log, outputs } = await signed(closed, 603, own.url);
      expect({ code, level: outputs['level'] }, log).toEqual({ code: 0, level: 'attested' });
      expect(log.split('\n').filter((line) => line.startsWith('::notice'))).toEqual([
        expect.stringMatching(/^::notice::The evidence is an artifact of this run only: GitHub /),
      ]);
    } finally {
      await own.stop();
      await closed.close();
    }
  });

  test('a Fulcio that is gone: nothing is signed, in words', async () => {
    const { code, log, outputs } = await signed(github, 604, 'http://127.0.0.1:9');
    expect([code, outputs['level']], log).toEqual([1, 'none']);
    expect(log).toContain('::error title=Modelgate%3A signing-unavailable::');
  });
});
