import { expect, test } from 'vitest';
import type { EvidenceDecision, GateEvidence } from '../src/decision.ts';
import { evidenceLines } from '../src/index.ts';
import { attester, commit, failing, signerCommit, verdict } from './evidence-samples.ts';

const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const quality: GateEvidence = {
  gate: 'quality',
  accepted: true,
  verdict,
  level: 'attested',
  signedAt: '2026-11-20T10:00:00.000Z',
  evidence: 'quality.json',
  identity: {
    vouchedBy: 'certificate',
    repository: 'octo/flights',
    repositoryId: 4711,
    ref: 'refs/heads/main',
    commit,
    signer: `${gates}@refs/tags/v1`,
    signerCommit,
    runnerEnvironment: 'github-hosted',
  },
  problems: [],
};
const decision: EvidenceDecision = {
  accepted: true,
  checkedAt: '2026-11-22T12:00:00.000Z',
  gates: [quality],
  refused: [],
  passedOver: 0,
};

test('one gate that is accepted is one line', () => {
  expect(evidenceLines(decision)).toEqual([
    `quality: pass, attested, signed 2 days ago by ${gates} at 5f0c9d2, octo/flights main@abc1234`,
  ]);
});

test.each([
  [
    { runnerEnvironment: 'self-hosted' },
    {},
    `signed 2 days ago by ${gates} at 5f0c9d2, octo/flights main@abc1234, on a self-hosted runner`,
  ],
  [
    { ref: 'refs/tags/v7' },
    { signedAt: '2026-11-22T11:59:30.000Z' },
    `signed less than a minute ago by ${gates} at 5f0c9d2, octo/flights v7@abc1234`,
  ],
  [
    { vouchedBy: 'key' },
    { signedAt: '2026-11-22T10:59:00.000Z' },
    `signed 61 minutes ago with the trusted key by ${gates} at 5f0c9d2, octo/flights main@abc1234`,
  ],
  [
    { vouchedBy: 'key', signer: undefined, signerCommit: undefined },
    { signedAt: '2026-11-22T12:04:00.000Z' },
    'signed less than a minute ago with the trusted key, octo/flights main@abc1234',
  ],
] as const)('%j', (identity, gate, told) => {
  const one = {
    ...quality,
    ...gate,
    identity: { ...quality.identity, vouchedBy: 'certificate', ...identity },
  } as const;
  expect(evidenceLines({ ...decision, gates: [one] })).toEqual([`quality: pass, attested, ${told}`]);
});

test('an unsigned verdict says so', () => {
  const identity = { vouchedBy: 'nobody', repository: 'octo/flights', event: 'push', commit } as const;
  expect(evidenceLines({ ...decision, gates: [{ ...quality, level: 'unsigned', identity }] })).toEqual([
    'quality: pass, unsigned, made 2 days ago, octo/flights@abc1234',
  ]);
});

test('what is refused comes first, with why and what to do, each said once', () => {
  const failed = {
    reason: 'evidence-failed',
    message: 'the verdict is fail, signed 2 days ago: proven worse',
    how: 'Mend the model.',
    evidence: 'slices.json',
    gate: 'slices',
  } as const;
  const refs = { reason: 'evidence-ref', how: 'Run the gates on main.', gate: 'slices' } as const;
  const refused = [
    { ...refs, message: 'the evidence comes from refs/heads/a', evidence: 'a.json' },
    { ...refs, message: 'the evidence comes from refs/heads/b', evidence: 'b.json' },
  ];
  const slices: GateEvidence = { gate: 'slices', accepted: false, verdict: failing, problems: [failed] };
  const all = { ...decision, accepted: false, gates: [quality, slices], refused, passedOver: 3 };
  expect(evidenceLines(all)).toEqual([
    'refused: slices: the verdict is fail, signed 2 days ago: proven worse',
    `quality: pass, attested, signed 2 days ago by ${gates} at 5f0c9d2, octo/flights main@abc1234`,
    'slices: refused',
    '  slices.json: the verdict is fail, signed 2 days ago: proven worse',
    '    Mend the model.',
    'not counted:',
    '  a.json: the evidence comes from refs/heads/a',
    '    Run the gates on main.',
    '  b.json: the evidence comes from refs/heads/b',
    '3 statements of other types passed over',
  ]);
});

test('a problem of a gate that is among the refused pieces too is told once', () => {
  const problem = { reason: 'evidence-ref', message: 'm', evidence: 'a.json', gate: 'quality' } as const;
  const gate: GateEvidence = { gate: 'quality', accepted: false, problems: [problem] };
  expect(evidenceLines({ ...decision, accepted: false, gates: [gate], refused: [problem] })).toEqual([
    'refused: quality: m',
    'quality: refused',
    '  a.json: m',
  ]);
});

test('names that others chose stay on their line', () => {
  const gate: GateEvidence = {
    ...quality,
    gate: 'q\n::error::x',
    identity: { vouchedBy: 'key', ref: 'a\u001b[0m', commit: attester.commit },
  };
  expect(evidenceLines({ ...decision, gates: [gate] })).toEqual([
    String.raw`q\u{a}::error::x: pass, attested, signed 2 days ago with the trusted key, unknown repository a\u{1b}[0m@abc1234`,
  ]);
});
