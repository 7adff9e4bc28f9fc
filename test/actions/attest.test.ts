import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  summaryStatementSchema,
  type VerdictStatement,
  verdictStatementSchema,
} from '../../packages/core/src/index.ts';
import { keySigner, signStatement } from '../../packages/evidence/src/index.ts';
import { baseFiles, out, policy, same, worse } from './flights.ts';
import { type Ended, type Files, type GitHub, startGitHub } from './step.ts';

// From the measuring job's verdicts to what a later stage takes, with a key; keyless is in test/services/signing.
const root = path.resolve(import.meta.dirname, '../..');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pub = publicKey.export({ type: 'spki', format: 'pem' }).toString();

function withSubject(text: string): string {
  return text.replace(
    'examples:\n',
    'subject: { model: out/model.bin }\nevidence: { signed-by: { key: cosign.pub } }\nexamples:\n',
  );
}
const gates = policy({ champion: '{ from: file, table: champion/predictions.csv }' });
const files: Files = { ...baseFiles, 'modelgate.yml': withSubject(gates) };
const made = (table: string): Files => ({ ...out(table), 'out/model.bin': 'weights' });

const problems = z.array(z.object({ reason: z.string() }));
const decisionSchema = z.object({ refused: problems, gates: z.array(z.object({ problems })) });

let github: GitHub;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'modelgate-attest-'));
  github = await startGitHub(
    [
      { name: 'base', branch: 'main', files },
      { name: 'head', parents: ['base'], branch: 'change', files: { 'pull.txt': '1' } },
      { name: 'feature', parents: ['base'], branch: 'feature', files: { 'feature.txt': '1' } },
      { name: 'no-subject', parents: ['base'], branch: 'no-subject', files: { 'modelgate.yml': gates } },
    ],
    () => ({ repository: { fullName: 'acme/flights', protectedBranches: ['main', 'no-subject'] } }),
  );
});
afterAll(async () => {
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

let runs = 500;
/** The measuring job and then the attesting one, of one run; what is between them may be changed on the way. */
async function evidenceOf(
  table: string,
  {
    branch = 'main',
    checkout = 'base',
    verdicts = (given: string) => given,
    inputs = {},
    env = {},
  }: {
    branch?: string;
    checkout?: string;
    verdicts?: (given: string) => string;
    inputs?: Readonly<Record<string, string>>;
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<{ readonly measured: Ended; readonly signed: Ended; readonly runId: number }> {
  const runId = ++runs;
  const common = { runId, event: 'push', ref: `refs/heads/${branch}`, sha: github.sha(checkout), checkout } as const;
  const measured = await github.step({ ...common, job: 'measure', files: made(table) });
  const signed = await github.step({
    ...{ ...common, job: 'attest', action: 'attest', env },
    inputs: { verdicts: verdicts(measured.outputs['verdicts'] ?? ''), sign: 'key', key, ...inputs },
  });
  return { measured, signed, runId };
}

/** Lines that people see on the run's page. */
function said({ log }: Ended): readonly string[] {
  return log.split('\n').filter((line) => /^::(error|warning|notice)/.test(line));
}

describe('verdicts of the default branch', () => {
  let ended: Awaited<ReturnType<typeof evidenceOf>>;
  beforeAll(async () => {
    ended = await evidenceOf(same);
  });

  test('are signed, each a statement about the model, and together a summary', async () => {
    const { signed, runId } = ended;
    const { subject = '', evidence = '', ...outputs } = signed.outputs;
    expect([signed.code, said(signed), outputs]).toEqual([
      0,
      [],
      { level: 'attested', artifact: 'modelgate-evidence--flights--attempt-1' },
    ]);
    expect(subject).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await readdir(evidence)).toSorted()).toEqual(['quality.sigstore.json', 'summary.vsa.sigstore.json']);
    const [verdict, summary] = await Promise.all(
      ['quality', 'summary.vsa'].map(async (name) => {
        const bundle = JSON.parse(await readFile(path.join(evidence, `${name}.sigstore.json`), 'utf8'));
        return JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
      }),
    );
    const statement = verdictStatementSchema.parse(verdict);
    expect(statement.subject).toEqual([{ name: 'out/model.bin', digest: { sha256: subject.slice('sha256:'.length) } }]);
    expect(statement.predicate.attester).toMatchObject({
      ...{ level: 'attested', repository: 'acme/flights', ref: 'refs/heads/main', event: 'push', runId, attempt: 1 },
      commit: github.sha('base'),
    });
    const { predicate } = summaryStatementSchema.parse(summary);
    expect([predicate.verificationResult, predicate.inputAttestations.length, predicate.verifiedLevels]).toEqual([
      'PASSED',
      1,
      ['MODELGATE_ATTESTED'],
    ]);
    expect(signed.summary).toContain(
      `Evidence (attested) for out/model.bin, ${subject}: 2 signed statements in the artifact`,
    );
  });

  describe('and then modelgate verify', () => {
    let checkout: string;
    let statement: VerdictStatement;
    beforeAll(async () => {
      checkout = path.join(folder, 'checkout');
      await mkdir(path.join(checkout, 'out'), { recursive: true });
      for (const [name, text] of [
        ['modelgate.yml', withSubject(gates)],
        ['cosign.pub', pub],
        ['out/model.bin', 'weights'],
        ['out/other.bin', 'other weights'],
      ] as const)
        await writeFile(path.join(checkout, name), text);
      await cp(ended.signed.outputs['evidence'] ?? '', path.join(checkout, '.modelgate/evidence'), { recursive: true });
      const bundle = JSON.parse(
        await readFile(path.join(checkout, '.modelgate/evidence/quality.sigstore.json'), 'utf8'),
      );
      statement = verdictStatementSchema.parse(
        JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()),
      );
    });

    const ofHere = ['--repository', 'acme/flights', '--repository-id', '4242'];
    async function verify(...args: string[]) {
      const script = path.join(root, 'dist/cli/main.mjs');
      const options = { cwd: checkout, env: { PATH: process.env['PATH'], NO_COLOR: '1' } };
      try {
        const { stdout } = await promisify(execFile)(process.execPath, [script, 'verify', ...args], options);
        return { code: 0, out: stdout, err: '' };
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, out: stdout, err: stderr };
      }
    }
    /** Reasons for which evidence was refused, without repeats. */
    async function refusals(...args: string[]): Promise<readonly [number, readonly string[]]> {
      const { code, out: text, err } = await verify(...ofHere, '--json', ...args);
      if (text === '') throw new Error(err);
      const { refused, gates: each } = decisionSchema.parse(JSON.parse(text));
      const reasons = [...refused, ...each.flatMap(({ problems }) => problems)].map(({ reason }) => reason);
      return [code, [...new Set(reasons)]];
    }
    /** Evidence with something else in it, signed by the same key. */
    async function forged(name: string, change: (of: VerdictStatement) => VerdictStatement): Promise<string> {
      const signer = await keySigner({ pem: key });
      const { text } = await signStatement(change(structuredClone(statement)), signer);
      const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.sigstore.json`);
      await writeFile(file, text);
      return file;
    }

    test('takes it, and says by whose word', async () => {
      const { code, out: text, err } = await verify(...ofHere);
      expect({ code, err }, text).toEqual({ code: 0, err: '' });
      expect(github.readable(text)).toMatch(
        /^quality: pass, attested, signed (less than a minute|\d+ minutes?) ago with the trusted key, acme\/flights main@<base>\n/,
      );
      expect(await refusals(`sha256:${statement.subject[0]?.digest.sha256}`)).toEqual([0, []]);
    });

    test.each([
      ['another model', ['out/other.bin'], 'evidence-subject'],
      ['another repository of that name', ['--repository-id', '4243'], 'evidence-repository'],
      ['another commit: a replay', ['--commit', 'c'.repeat(40)], 'evidence-commit'],
      ['another ref', ['--ref', 'refs/heads/release'], 'evidence-ref'],
      ['a higher level', ['--level', 'witnessed'], 'evidence-level'],
      ['another key', ['--key', 'other.pub'], 'evidence-signature'],
      ['nothing at all', ['--evidence', 'empty'], 'evidence-missing'],
      ['a verdict that nobody signed', ['--evidence', 'unsigned'], 'evidence-unsigned'],
      ['an older policy', ['--policy', 'newer.yml'], 'evidence-policy'],
    ])('refuses %s', async (_, args, reason) => {
      await writeFile(
        path.join(checkout, 'other.pub'),
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
      );
      await writeFile(path.join(checkout, 'newer.yml'), `${withSubject(gates)}# a comment\n`);
      await mkdir(path.join(checkout, 'empty'), { recursive: true });
      await mkdir(path.join(checkout, 'unsigned'), { recursive: true });
      await cp(ended.measured.outputs['verdict'] ?? '', path.join(checkout, 'unsigned/verdict.json'));
      const [code, reasons] = await refusals(...args);
      expect([code, reasons]).toEqual([1, expect.arrayContaining([reason])]);
    });

    const day = 24 * 3_600_000;
    const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
    const attested = (change: Partial<VerdictStatement['predicate']['attester']>) => (of: VerdictStatement) => ({
      ...of,
      predicate: { ...of.predicate, attester: { ...of.predicate.attester, ...change } },
    });
    test.each<readonly [string, (of: VerdictStatement) => VerdictStatement, string]>([
      [
        'another workflow',
        attested({ signer: 'acme/flights/.github/workflows/own.yml@refs/heads/main' }),
        'evidence-signer',
      ],
      ['a pull request', attested({ event: 'pull_request', ref: 'refs/pull/7/merge' }), 'evidence-event'],
      ['a fork, whose branch is called main, too', attested({ repositoryId: 666 }), 'evidence-repository'],
      ['31 days ago', attested({ at: at(-31 * day) }), 'evidence-expired'],
      ['tomorrow', attested({ at: at(day) }), 'evidence-future'],
      ['a verdict about another run', attested({ runId: 1 }), 'evidence-contradicts'],
      [
        'a failing verdict',
        (of) => ({ ...of, predicate: { ...of.predicate, status: 'fail', reason: 'margin-exceeded', stops: true } }),
        'evidence-failed',
      ],
    ])('refuses what was signed by or for %s', async (name, change, reason) => {
      const [code, reasons] = await refusals('--evidence', await forged(name, change));
      expect([code, reasons]).toEqual([1, expect.arrayContaining([reason])]);
    });

    test('refuses a pass beside a fail, whichever is newer', async () => {
      const failing = await forged('fail', (of) => ({
        ...of,
        predicate: {
          ...of.predicate,
          status: 'fail',
          reason: 'margin-exceeded',
          stops: true,
          attester: { ...of.predicate.attester, at: at(-day) },
        },
      }));
      expect(await refusals('--evidence', '.modelgate/evidence', '--evidence', failing)).toEqual([
        1,
        expect.arrayContaining(['evidence-failed']),
      ]);
    });

    test('refuses one changed byte', async () => {
      const text = await readFile(path.join(checkout, '.modelgate/evidence/quality.sigstore.json'), 'utf8');
      const bundle = JSON.parse(text);
      const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
      payload.write('f', payload.indexOf('flights'));
      payload.write('F', payload.indexOf('flights'));
      bundle.dsseEnvelope.payload = payload.toString('base64');
      await writeFile(path.join(folder, 'byte.sigstore.json'), JSON.stringify(bundle));
      expect(await refusals('--evidence', path.join(folder, 'byte.sigstore.json'))).toEqual([
        1,
        expect.arrayContaining(['evidence-signature']),
      ]);
    });

    test.each([
      ['without a repository', [], 'which repository the evidence must come from is not said'],
      [
        'without its id',
        ['--repository', 'acme/flights'],
        'the id of acme/flights is not said, and a name can be taken over',
      ],
      ['a model that is not there', [...ofHere, 'out/nothing.bin'], 'The model out/nothing.bin is not there'],
      ['a gate that is not there', [...ofHere, '--gate', 'qualty'], 'the policy flights has no gate qualty'],
      ['evidence that is not there', [...ofHere, '--evidence', 'nowhere'], 'there is no evidence nowhere'],
      ['a level that is none', [...ofHere, '--level', 'high'], '--level high is not allowed'],
      ['an age that is none', [...ofHere, '--max-age', '1y'], '--max-age 1y is no duration'],
      ['a key that is none', [...ofHere, '--key', 'modelgate.yml'], 'public key'],
    ])('says what it lacks %s', async (_, args, words) => {
      const { code, err } = await verify(...args);
      expect([code, err]).toEqual([2, expect.stringContaining(words)]);
      expect(err).toContain('What to do: ');
    });
  });
});

test('a verdict that fails is signed as well, and is no pass for anybody', async () => {
  const { measured, signed } = await evidenceOf(worse);
  expect([measured.code, signed.code, signed.outputs['level']]).toEqual([1, 0, 'attested']);
  const bundle = JSON.parse(
    await readFile(path.join(signed.outputs['evidence'] ?? '', 'summary.vsa.sigstore.json'), 'utf8'),
  );
  const summary = summaryStatementSchema.parse(
    JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()),
  );
  expect(summary.predicate.verificationResult).toBe('FAILED');
});

describe('nothing is signed', () => {
  test('on a branch that nobody protects: the verdict is advisory', async () => {
    const { signed } = await evidenceOf(same, { branch: 'feature', checkout: 'feature' });
    expect([signed.code, signed.outputs, said(signed)]).toEqual([
      0,
      { level: 'advisory' },
      [
        '::notice::Nothing was signed: refs/heads/feature is neither the default branch nor protected. The verdicts of this run inform people; no later stage accepts them.',
      ],
    ]);
  });

  test('in a pull request', async () => {
    const signed = await github.step({
      action: 'attest',
      runId: ++runs,
      inputs: { verdicts: JSON.stringify([{ artifact: 'x', sha256: 'a'.repeat(64) }]), sign: 'key', key },
    });
    expect([signed.code, signed.outputs]).toEqual([0, { level: 'advisory' }]);
    expect(said(signed)).toEqual([expect.stringContaining('Nothing was signed: the event is pull_request;')]);
  });

  const swapped = (given: string) =>
    given.replace(/"sha256":"./, (start) => start.slice(0, -1) + (start.endsWith('0') ? '1' : '0'));
  test.each([
    [
      'a verdict that is not what was measured',
      { verdicts: swapped },
      'is not what the measuring job wrote: its verdict has sha-256',
    ],
    ['no verdict', { verdicts: () => '[]' }, 'input verdicts is empty: the measuring job has judged nothing'],
    [
      'a policy without a model',
      { branch: 'no-subject', checkout: 'no-subject' },
      'the policy of quality names no model, and evidence is about a model',
    ],
    ['no key', { inputs: { key: '' } }, 'key'],
    ['a public key', { inputs: { key: pub } }, 'public'],
    ['a way to sign that is none', { inputs: { sign: 'pgp' } }, 'input sign: "pgp" is not allowed'],
    ['a KMS that is none', { inputs: { sign: 'azurekms://vault/key' } }, 'azurekms'],
    ['keyless without an identity token', { inputs: { sign: 'github' } }, "this job's identity token could not be had"],
  ])('for %s', async (_, change, words) => {
    const { signed } = await evidenceOf(same, change);
    expect([signed.code, signed.outputs, said(signed)]).toEqual([
      1,
      { level: 'none' },
      [expect.stringContaining(words)],
    ]);
    expect(signed.log).not.toContain('PRIVATE KEY');
  });
});
