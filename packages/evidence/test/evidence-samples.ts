import { type Attester, type Verdict, type VerdictStatement, verdictSchemaId } from '@modelgate/core';
import type { Expectations } from '../src/expectations.ts';
import { type EvidenceFile, verifyEvidence } from '../src/verify-evidence.ts';
import { type Claims, TestSigstore } from './test-sigstore.ts';

export const born = new Date('2026-01-10T08:00:00Z');
export const signed = new Date('2026-11-20T10:00:00Z');
export const now = new Date('2026-11-22T12:00:00Z');

export const model = 'a'.repeat(64);
export const policy = { name: 'flight-delays', sha256: 'b'.repeat(64) };
export const commit = 'abc1234'.padEnd(40, '0');
export const signerCommit = '5f0c9d2'.padEnd(40, '0');
export const issuer = 'https://token.actions.githubusercontent.com';
const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const github = 'https://github.com';

export const attester: Attester = {
  level: 'attested',
  repository: 'octo/flights',
  repositoryId: 4711,
  ref: 'refs/heads/main',
  refProtected: true,
  event: 'push',
  commit,
  workflow: 'octo/flights/.github/workflows/release.yml@refs/heads/main',
  signer: `${gates}@refs/tags/v1`,
  signerCommit,
  runId: 99,
  attempt: 1,
  runnerEnvironment: 'github-hosted',
  at: signed.toISOString(),
};

export const verdict: Verdict = {
  schema: verdictSchemaId,
  gate: { id: 'quality', kind: 'evaluation' },
  status: 'pass',
  reason: 'proven',
  onInconclusive: 'fail',
  stops: false,
  checks: [],
  notices: [],
  subject: { name: 'out/model.joblib', sha256: model },
  inputs: [],
  policy: { ...policy, file: 'modelgate.yml', source: 'base', verified: true, advisory: false },
  run: {
    repository: 'octo/flights',
    event: 'push',
    stage: 'release',
    headSha: commit,
    runId: 99,
    attempt: 1,
  },
  tool: { name: 'modelgate', version: '0.1.0' },
  at: signed.toISOString(),
};

export const failing: Verdict = { ...verdict, status: 'fail', reason: 'margin-exceeded', stops: true };

export function statementOf(of: { verdict?: Verdict; attester?: Attester; sha256?: string } = {}): VerdictStatement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'out/model.joblib', digest: { sha256: of.sha256 ?? model } }],
    predicateType: verdictSchemaId,
    predicate: { ...(of.verdict ?? verdict), attester: of.attester ?? attester },
  };
}

/** What Fulcio writes for a job of GitHub Actions that says this about itself. */
export function claimsOf(of: Partial<Attester> = {}): Claims {
  const one = { ...attester, ...of };
  return {
    subject: `${github}/${one.signer}`,
    8: issuer,
    9: `${github}/${one.signer}`,
    10: one.signerCommit ?? '',
    11: one.runnerEnvironment ?? '',
    12: `${github}/${one.repository}`,
    13: one.commit,
    14: one.ref,
    15: String(one.repositoryId),
    18: `${github}/${one.workflow}`,
    20: one.event,
    21: `${github}/${one.repository}/actions/runs/${one.runId}/attempts/${one.attempt}`,
  };
}

export const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
export const fileOf = (value: unknown, name = 'quality.json'): EvidenceFile => ({ name, bytes: bytesOf(value) });

export const sigstore = new TestSigstore(born);
export const trustedRoot = await sigstore.trustedRoot();

export const expected: Expectations = {
  trust: { kind: 'root', json: trustedRoot, issuer },
  subject: { sha256: model },
  gates: ['quality'],
  policy,
  repository: { fullName: 'octo/flights', id: 4711 },
  refs: ['refs/heads/main'],
  events: ['push', 'schedule', 'workflow_dispatch'],
  signer: { workflow: gates },
  maxAgeHours: 720,
  level: 'attested',
  unsigned: 'refuse',
  now,
};

/** A run that tells the truth about itself, in certificate and in verdict. */
export async function evidenceOf(
  of: { verdict?: Verdict; attester?: Partial<Attester>; claims?: Partial<Claims>; at?: Date; name?: string } = {},
): Promise<EvidenceFile> {
  const one = { ...attester, ...of.attester };
  const { repository, event, commit: headSha, runId, attempt } = one;
  const told = of.verdict ?? verdict;
  const statement = statementOf({
    attester: one,
    verdict: { ...told, run: { ...told.run, repository, event, headSha, runId, attempt } },
  });
  const claims = { ...claimsOf(one), ...of.claims } as Claims;
  return fileOf(await sigstore.sign(bytesOf(statement), { claims, at: of.at ?? signed }), of.name);
}

/** Reason and words of all that is against evidence, of gates and of files, each once. */
export async function refusalsOf(
  files: readonly EvidenceFile[],
  change: Partial<Expectations> = {},
): Promise<readonly string[]> {
  const { accepted, gates, refused } = await verifyEvidence(files, { ...expected, ...change });
  const all = [...gates.flatMap(({ problems }) => problems), ...refused];
  const told = new Set(all.map(({ evidence = '-', reason, message }) => `${evidence} ${reason}: ${message}`));
  return accepted ? ['accepted', ...told] : [...told];
}
