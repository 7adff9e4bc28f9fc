import { expect, test } from 'vitest';
import { evidenceLines, verifyEvidence } from '../src/index.ts';
import {
  attester,
  bytesOf,
  claimsOf,
  commit,
  evidenceOf,
  expected,
  fileOf,
  refusalsOf,
  signed,
  signerCommit,
  sigstore,
  statementOf,
  verdict,
} from './evidence-samples.ts';

const gates = 'modelgate/modelgate/.github/workflows/gates.yml';

test('evidence that fits tells who signed what, when and where', async () => {
  const decision = await verifyEvidence([await evidenceOf()], { ...expected, commit });
  const [gate] = decision.gates;
  expect(decision).toMatchObject({ accepted: true, checkedAt: '2026-11-22T12:00:00.000Z', refused: [], passedOver: 0 });
  expect(gate).toMatchObject({
    gate: 'quality',
    accepted: true,
    level: 'attested',
    evidence: 'quality.json',
    signedAt: '2026-11-20T10:00:00.000Z',
    problems: [],
    identity: {
      vouchedBy: 'certificate',
      repository: 'octo/flights',
      repositoryId: 4711,
      ref: 'refs/heads/main',
      event: 'push',
      commit,
      workflow: 'octo/flights/.github/workflows/release.yml@refs/heads/main',
      signer: `${gates}@refs/tags/v1`,
      signerCommit,
      runId: 99,
      attempt: 1,
      runnerEnvironment: 'github-hosted',
    },
  });
  expect(gate?.statement).toEqual(statementOf());
  expect(gate?.verdict).toEqual({ ...verdict, attester });
});

test('the digest of what was signed is of its bytes, however they are spelled', async () => {
  const spelled = new TextEncoder().encode(JSON.stringify(statementOf(), null, 2));
  const file = fileOf(await sigstore.sign(spelled, { claims: claimsOf(), at: signed }));
  const {
    gates: [gate],
  } = await verifyEvidence([file], expected);
  const digest = await crypto.subtle.digest('SHA-256', spelled);
  expect(gate?.payloadSha256).toBe(Buffer.from(digest).toString('hex'));
});

test.each([
  ['taken at a commit', { signer: `${gates}@${signerCommit}` }],
  ['taken at a branch', { signer: `${gates}@refs/heads/main` }],
  ['written with other capitals', { signer: `${gates.replace('modelgate/', 'ModelGate/')}@refs/tags/v1` }],
  ['of a repository that was renamed since', { repository: 'octo/flight-delays' }],
  ['by schedule', { event: 'schedule' }],
  ['in a later attempt than the measuring one', { attempt: 3 }],
  ['witnessed', { level: 'witnessed' }],
] as const)('signed by the workflow %s', async (_, of) => {
  const one = { ...attester, ...of };
  const inside = { ...verdict, run: { ...verdict.run, repository: one.repository, event: one.event } };
  const statement = statementOf({ verdict: inside, attester: one });
  const file = fileOf(await sigstore.sign(bytesOf(statement), { claims: claimsOf(of), at: signed }));
  const asked = { level: one.level, signer: { workflow: gates, commits: [signerCommit] } };
  expect(await refusalsOf([file], asked)).toEqual(['accepted']);
});

test('an enterprise server', async () => {
  const server = 'https://github.octo.test';
  const issuer = `${server}/_services/token`;
  const github = Object.entries(claimsOf()).map(([key, value]) => [key, value.replace('https://github.com', server)]);
  const claims = { ...claimsOf(), ...Object.fromEntries(github), 8: issuer };
  const trust = { ...expected.trust, kind: 'root', json: await sigstore.trustedRoot(), issuer } as const;
  const file = fileOf(await sigstore.sign(bytesOf(statementOf()), { claims, at: signed }));
  expect(await refusalsOf([file], { trust, serverUrl: `${server}/` })).toEqual(['accepted']);
  expect(await refusalsOf([file], { trust })).toEqual([
    `quality.json evidence-signer: the evidence was signed by ${server}/${gates}@refs/tags/v1, not by ${gates} at a branch, tag or commit`,
  ]);
});

test('bundles of the versions 0.1, 0.2 and both spellings of 0.3', async () => {
  const bundle = await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed });
  const { certificate, ...rest } = bundle.verificationMaterial;
  const chained = { ...rest, x509CertificateChain: { certificates: [certificate] } };
  const [entry] = rest.tlogEntries;
  const promised = { ...entry, inclusionProof: undefined };
  const old = (version: string) => `application/vnd.dev.sigstore.bundle+json;version=${version}`;
  const files = [
    { ...bundle, mediaType: old('0.1'), verificationMaterial: { ...chained, tlogEntries: [promised] } },
    { ...bundle, mediaType: old('0.2'), verificationMaterial: chained },
    { ...bundle, mediaType: old('0.3') },
    bundle,
  ];
  for (const one of files) expect(await refusalsOf([fileOf(one)])).toEqual(['accepted']);
});

test('several gates, each with its evidence, in one file of JSON lines among statements of other types', async () => {
  const of = async (id: string) => evidenceOf({ verdict: { ...verdict, gate: { id, kind: 'slices' } } });
  const provenance = { ...statementOf(), predicateType: 'https://slsa.dev/provenance/v1' };
  const other = fileOf(await sigstore.sign(bytesOf(provenance), { claims: claimsOf(), at: signed }));
  const lines = [await of('slices'), other, await of('quality')].map(({ bytes }) => new TextDecoder().decode(bytes));
  const file = { name: 'all.jsonl', bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) };
  const decision = await verifyEvidence([file], { ...expected, gates: ['quality', 'slices'] });
  expect(evidenceLines(decision)).toEqual([
    'accepted: quality and slices',
    `quality: pass, attested, signed 2 days ago by ${gates} at 5f0c9d2, octo/flights main@abc1234`,
    `slices: pass, attested, signed 2 days ago by ${gates} at 5f0c9d2, octo/flights main@abc1234`,
    '1 statement of other types passed over',
  ]);
  expect(decision.gates.map(({ evidence }) => evidence)).toEqual(['all.jsonl line 3', 'all.jsonl line 1']);
});

test('a statement of the earlier type, as `cosign attest --predicate` writes it', async () => {
  const statement = { ...statementOf(), _type: 'https://in-toto.io/Statement/v0.1' };
  const file = fileOf(await sigstore.sign(bytesOf(statement), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([file])).toEqual(['accepted']);
  const later = { ...statementOf(), _type: 'https://in-toto.io/Statement/v2' };
  const other = fileOf(await sigstore.sign(bytesOf(later), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([other])).toEqual([
    'quality.json evidence-newer: the evidence uses a word at _type that this version does not know',
  ]);
});

test('statements of other types are passed over whoever signed them, and are no evidence', async () => {
  const bundle = await sigstore.sign(bytesOf({ ...statementOf(), predicateType: 'https://spdx.dev/Document' }), {
    claims: claimsOf(),
    at: signed,
    times: [],
  });
  const decision = await verifyEvidence([fileOf(bundle)], expected);
  expect(decision).toMatchObject({ accepted: false, passedOver: 1, refused: [] });
  expect(decision.gates[0]?.problems.map(({ reason }) => reason)).toEqual(['evidence-missing']);
});

test('nothing asked for is not accepted', async () => {
  expect(await refusalsOf([await evidenceOf()], { gates: [] })).toEqual([
    '- evidence-missing: no gate was asked for, and evidence of nothing is none',
  ]);
});
