import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { expect, test } from 'vitest';
import {
  bundleMediaType,
  keySigner,
  payloadType,
  signStatement,
  statementBytes,
  summaryStatement,
  verdictStatement,
} from '../src/index.ts';
import { cosignKey } from './cosign-keys.ts';
import { attester, subject, verdict } from './signing-samples.ts';

const statement = verdictStatement(verdict, subject, attester);
const publicKey = createPublicKey(cosignKey.publicKey);

test('a key signs a bundle that Sigstore verifies, with the payload byte for byte and without a keyid', async () => {
  const { text, payloadSha256, statement: signed } = await signStatement(statement, await keySigner(cosignKey));
  expect(signed).toBe(statement);
  expect(text).not.toContain('\n');
  const bundle = JSON.parse(text);
  expect(bundle.mediaType).toBe(bundleMediaType);
  expect(bundle.dsseEnvelope.payloadType).toBe(payloadType);
  expect(bundle.dsseEnvelope.signatures).toEqual([{ sig: expect.stringMatching(/^ME[QUY]/) }]);
  const hint = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  expect(bundle.verificationMaterial.publicKey).toEqual({ hint });
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  expect(payload.equals(statementBytes(statement))).toBe(true);
  expect(payloadSha256).toBe(createHash('sha256').update(payload).digest('hex'));
  verifyWithKey(text, publicKey);
});

test('an RSA key does too, and a summary names the payload of what it sums up', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const signer = await keySigner({ pem: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
  const { payloadSha256 } = await signStatement(statement, signer);
  const summary = summaryStatement({
    verdicts: [{ statement, sha256: payloadSha256 }],
    subject,
    verifierId: 'https://example.org/verifier',
    toolVersion: '0.1.0',
    policyUri: 'https://example.org/policy',
    resourceUri: 'https://example.org/model',
    at: new Date(0),
  });
  const { text } = await signStatement(summary, signer);
  verifyWithKey(text, rsa.publicKey);
  expect(Buffer.from(JSON.parse(text).dsseEnvelope.payload, 'base64').toString()).toContain(payloadSha256);
});

test('one changed byte, another type or another key is refused', async () => {
  const { text } = await signStatement(statement, await keySigner(cosignKey));
  const changed = JSON.parse(text);
  changed.dsseEnvelope.payload = Buffer.from(
    JSON.stringify({ ...statement, predicate: { ...verdict, status: 'fail' } }),
  ).toString('base64');
  expect(() => verifyWithKey(JSON.stringify(changed), publicKey)).toThrow('signature verification failed');
  const typed = JSON.parse(text);
  typed.dsseEnvelope.payloadType = 'application/json';
  expect(() => verifyWithKey(JSON.stringify(typed), publicKey)).toThrow('signature verification failed');
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  expect(() => verifyWithKey(text, other)).toThrow('signature verification failed');
});

function verifyWithKey(text: string, key: KeyObject): void {
  const nobody = { mediaType: '', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] };
  const trust = toTrustMaterial(nobody, () => ({ publicKey: key, validFor: () => true }));
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
}
