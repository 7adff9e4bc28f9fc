import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Attester, Statement } from '@modelgate/core';
import { dsse } from '@sigstore/core';
import { expect, test } from 'vitest';
import type { Expectations } from '../src/expectations.ts';
import { keySigner, signStatement } from '../src/index.ts';
import {
  attester,
  bytesOf,
  evidenceOf,
  expected,
  failing,
  fileOf,
  refusalsOf,
  signerCommit,
  statementOf,
  verdict,
} from './evidence-samples.ts';

const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const trusting = (key: KeyObject): Pick<Expectations, 'trust'> => ({ trust: { kind: 'key', pem: pemOf(key) } });
const trusted = trusting(own.publicKey);
const hintOf = (key: KeyObject) =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');

const payloadType = 'application/vnd.in-toto+json';

/** A bundle as cosign writes it: the hint is in the key's place, and the signature names no key. */
function bundleOf(
  statement: Statement,
  key: KeyObject,
  { digest = 'sha256', hint = '' }: { digest?: string | null; hint?: string } = {},
) {
  const payload = Buffer.from(bytesOf(statement));
  const sig = sign(digest, dsse.preAuthEncoding(payloadType, payload), key).toString('base64');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] },
  };
}

test('what the key signer signs', async () => {
  const pem = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { text } = await signStatement(statementOf(), await keySigner({ pem }));
  expect(await refusalsOf([{ name: 'quality.json', bytes: new TextEncoder().encode(text) }], trusted)).toEqual([
    'accepted',
  ]);
});

test.each([
  ['P-256', 'P-256', 'sha256'],
  ['P-384 with SHA-384, as Go does', 'P-384', 'sha384'],
  ['P-384 with SHA-256, as OpenSSL does', 'P-384', 'sha256'],
  ['P-521 with SHA-512', 'P-521', 'sha512'],
])('ECDSA on %s', async (_, namedCurve, digest) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const file = fileOf(bundleOf(statementOf(), privateKey, { digest, hint: hintOf(publicKey) }));
  expect(await refusalsOf([file], trusting(publicKey))).toEqual(['accepted']);
});

test('Ed25519 and RSA', async () => {
  const edwards = generateKeyPairSync('ed25519');
  const file = fileOf(bundleOf(statementOf(), edwards.privateKey, { digest: null }));
  expect(await refusalsOf([file], trusting(edwards.publicKey))).toEqual(['accepted']);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(await refusalsOf([fileOf(bundleOf(statementOf(), rsa.privateKey))], trusting(rsa.publicKey))).toEqual([
    'accepted',
  ]);
});

test('the wrong key', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hint = hintOf(other.publicKey);
  expect(await refusalsOf([fileOf(bundleOf(statementOf(), other.privateKey, { hint }))], trusted)).toEqual([
    `quality.json evidence-signature: the evidence was signed with another key than the trusted one: SHA256:${hint}, not SHA256:${hintOf(own.publicKey)}`,
  ]);
  const unfit =
    'quality.json evidence-signature: the signature does not fit: the evidence was changed after it was signed, or another key signed it';
  expect(await refusalsOf([fileOf(bundleOf(statementOf(), other.privateKey))], trusted)).toEqual([unfit]);
  const claimed = bundleOf(statementOf(), other.privateKey, { hint: hintOf(own.publicKey) });
  expect(await refusalsOf([fileOf(claimed)], trusted)).toEqual([unfit]);
});

test('one bit of the payload and of its type', async () => {
  const bundle = bundleOf(statementOf(), own.privateKey);
  const payload = bundleOf(statementOf({ verdict: failing }), own.privateKey).dsseEnvelope.payload;
  const unfit =
    'quality.json evidence-signature: the signature does not fit: the evidence was changed after it was signed, or another key signed it';
  const changed = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload } };
  expect(await refusalsOf([fileOf(changed)], trusted)).toEqual([unfit]);
  const retyped = { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payloadType: 'text/plain' } };
  expect(await refusalsOf([fileOf(retyped)], trusted)).toContainEqual(
    'quality.json evidence-unreadable: what is signed is of the type text/plain, not application/vnd.in-toto+json',
  );
});

test('a certificate where a key is trusted', async () => {
  expect(await refusalsOf([await evidenceOf()], trusted)).toEqual([
    'quality.json evidence-untrusted: the evidence was signed with a certificate, and a key is what is trusted',
  ]);
});

const by = (of: Partial<Attester>, key = own.privateKey) => {
  const one = { ...attester, ...of };
  const run = { ...verdict.run, event: one.event, headSha: one.commit, repository: one.repository };
  return fileOf(bundleOf(statementOf({ attester: one, verdict: { ...verdict, run } }), key));
};

test.each([
  [
    'another repository',
    { repositoryId: 815 },
    'evidence-repository: the evidence comes from octo/flights (id 815), not from octo/flights (id 4711)',
  ],
  [
    'another workflow',
    { signer: 'octo/flights/.github/workflows/evil.yml@refs/heads/main' },
    `evidence-signer: the evidence was signed by octo/flights/.github/workflows/evil.yml@refs/heads/main, not by ${gates} at a branch, tag or commit`,
  ],
  [
    'another ref',
    { ref: 'refs/heads/next' },
    'evidence-ref: the evidence comes from refs/heads/next; what counts is refs/heads/main',
  ],
  [
    'a pull request',
    { event: 'pull_request' },
    'evidence-event: the evidence comes from the event pull_request; what counts is push, schedule or workflow_dispatch',
  ],
  [
    'a clock that is ahead',
    { at: '2027-01-01T00:00:00Z' },
    'evidence-future: the evidence was signed 39 days in the future, on 2027-01-01 00:00 UTC; here it is 2026-11-22 12:00 UTC',
  ],
  [
    'last spring',
    { at: '2026-04-01T00:00:00Z' },
    'evidence-expired: the evidence was signed on 2026-04-01 00:00 UTC and counted until 2026-05-01 00:00 UTC, 30 days',
  ],
] as const)('the key vouches for what the attester says: %s', async (_, of, refusal) => {
  expect(await refusalsOf([by(of)], trusted)).toEqual([`quality.json ${refusal}`]);
});

test('where the runner names no signing workflow, the key is enough, unless commits of it are asked for', async () => {
  const { signer: _, signerCommit: __, ...rest } = attester;
  const file = fileOf(bundleOf(statementOf({ attester: rest }), own.privateKey));
  expect(await refusalsOf([file], trusted)).toEqual(['accepted']);
  expect(await refusalsOf([file], { ...trusted, signer: { workflow: gates, commits: [signerCommit] } })).toEqual([
    `quality.json evidence-signer-commit: the evidence was signed by a workflow at commit unknown; trusted is ${signerCommit}`,
  ]);
});

test('a schema that cannot be read, by the key and about this model, stops', async () => {
  const statement = { ...statementOf(), predicateType: 'https://github.com/modelgate/modelgate/verdict/v3' };
  const newer = fileOf(bundleOf(statement as unknown as Statement, own.privateKey), 'newer.json');
  expect(await refusalsOf([by({}), newer], trusted)).toEqual([
    'newer.json evidence-newer: the evidence is of the schema verdict/v3; this version reads v1',
  ]);
  expect(expected.trust.kind).toBe('root');
});
