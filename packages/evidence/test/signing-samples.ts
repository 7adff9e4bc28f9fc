import { type Attester, type EvidenceSubject, type Verdict, verdictSchemaId } from '@modelgate/core';

const digest = (digit: string) => digit.repeat(64);

export const subject: EvidenceSubject = { name: 'out/model.joblib', digest: { sha256: digest('5') } };

export const verdict: Verdict = {
  schema: verdictSchemaId,
  gate: { id: 'quality', kind: 'evaluation' },
  status: 'pass',
  reason: 'proven',
  onInconclusive: 'warn',
  stops: false,
  checks: [],
  notices: ['Übung: 0.1 + 0.2 = 0.30000000000000004'],
  subject: { name: subject.name, sha256: digest('5') },
  inputs: [{ role: 'examples', name: 'eval/golden.parquet', files: 1, bytes: 1_204_331, sha256: digest('1') }],
  policy: {
    name: 'flight-delays',
    file: 'modelgate.yml',
    sha256: digest('9'),
    source: 'base',
    verified: true,
    advisory: false,
  },
  run: { repository: 'octo/flights', event: 'push', stage: 'nightly' },
  tool: { name: 'modelgate', version: '0.1.0' },
  at: '2026-11-22T11:00:00Z',
};

export const attester: Attester = {
  level: 'attested',
  repository: 'octo/flights',
  repositoryId: 4711,
  ref: 'refs/heads/main',
  refProtected: true,
  event: 'push',
  commit: 'd4c3b2a190817263544536271809fedcba987654',
  workflow: 'octo/flights/.github/workflows/release.yml@refs/heads/main',
  runId: 9112233445,
  attempt: 1,
  at: '2026-11-22T11:05:00Z',
};
