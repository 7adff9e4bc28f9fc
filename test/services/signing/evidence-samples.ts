import { createHash } from 'node:crypto';
import {
  type Attester,
  type EvidenceSubject,
  gatesWorkflow,
  type Verdict,
  type VerdictStatement,
  verdictSchemaId,
} from '@modelgate/core';
import type { Expectations, TrustMaterialSource } from '@modelgate/evidence';
import { verdictStatement } from '@modelgate/evidence';

/** The file that evidence is about. cosign looks at it itself, so there is one. */
export const model = { name: 'model.joblib', bytes: Buffer.from('weights and biases\n') };
export const subject: EvidenceSubject = {
  name: model.name,
  digest: { sha256: createHash('sha256').update(model.bytes).digest('hex') },
};

export const repository = { fullName: 'acme/flights', id: 4242 };
export const gates = { path: gatesWorkflow, ref: 'refs/tags/v1', sha: '5f0c9d2'.padEnd(40, '0') };
const policy = { name: 'flight-delays', sha256: 'b'.repeat(64) };

/** A run of the default branch that gates.yml attests. */
export const attester: Attester = {
  level: 'attested',
  repository: repository.fullName,
  repositoryId: repository.id,
  ref: 'refs/heads/main',
  refProtected: true,
  event: 'push',
  commit: 'abc1234'.padEnd(40, '0'),
  workflow: 'acme/flights/.github/workflows/gate.yml@refs/heads/main',
  signer: `${gates.path}@${gates.ref}`,
  signerCommit: gates.sha,
  runId: 77,
  attempt: 1,
  runnerEnvironment: 'github-hosted',
  at: new Date().toISOString(),
};

const verdict: Verdict = {
  schema: verdictSchemaId,
  gate: { id: 'quality', kind: 'evaluation' },
  status: 'pass',
  reason: 'proven',
  onInconclusive: 'fail',
  stops: false,
  checks: [],
  notices: [],
  subject: { name: subject.name, sha256: subject.digest.sha256 },
  inputs: [],
  policy: { ...policy, file: 'modelgate.yml', source: 'base', verified: true, advisory: false },
  run: { repository: repository.fullName, event: 'push', stage: 'release', headSha: attester.commit },
  tool: { name: 'modelgate', version: '0.1.0' },
  at: attester.at,
};

/** The verdict of a run, as that run itself would write it. */
export function statementOf(by: Attester = attester): VerdictStatement {
  const { repository, event, commit: headSha, runId, attempt } = by;
  return verdictStatement(
    { ...verdict, run: { ...verdict.run, repository, event, headSha, runId, attempt } },
    subject,
    by,
  );
}

export function expectationsOf(trust: TrustMaterialSource, more: Partial<Expectations> = {}): Expectations {
  return {
    trust,
    subject: subject.digest,
    gates: ['quality'],
    policy,
    repository,
    refs: ['refs/heads/main'],
    events: ['push', 'schedule', 'workflow_dispatch'],
    signer: { workflow: gates.path, commits: [gates.sha] },
    maxAgeHours: 1,
    level: 'attested',
    unsigned: 'refuse',
    now: new Date(),
    ...more,
  };
}
