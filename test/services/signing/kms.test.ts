import { readFileSync } from 'node:fs';
import { UserError, verdictPredicateType } from '@modelgate/core';
import { kmsSigner, type Signer, signStatement, verifyEvidence } from '@modelgate/evidence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cosign, startCosign } from './cosign.ts';
import { expectationsOf, model, statementOf } from './evidence-samples.ts';
import { type KmsServer, startKms } from './kms-server.ts';

let cosign: Cosign;
let kms: KmsServer;

beforeAll(async () => {
  cosign = startCosign();
  cosign.write(model.name, model.bytes);
  await cosign.do(['signing-config', 'create', '--out', 'no-services.json']);
  await cosign.do(['trusted-root', 'create', '--out', 'no-root.json']);
  kms = await startKms();
});
afterAll(async () => {
  await kms?.stop();
  cosign.remove();
});

const signerOf = (uri: string, env = kms.env): Promise<Signer> => kmsSigner(uri, { env, fetch, now: () => new Date() });

async function refusal(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`no refusal: ${String(error)}`);
}

test.each(['p256', 'rsa'] as const)('a key of AWS KMS signs (%s): cosign and we verify', async (name) => {
  const signer = await signerOf(`awskms:///alias/${name}`);
  const pem = signer.publicKey ?? '';
  const { text } = await signStatement(statementOf(), signer);
  const file = { name: 'kms.json', bytes: new TextEncoder().encode(text) };
  expect((await verifyEvidence([file], expectationsOf({ kind: 'key', pem }))).accepted).toBe(true);

  const args = [
    ...['verify-blob-attestation', '--bundle', cosign.write('bundle.json', text), '--type', verdictPredicateType],
    ...['--insecure-ignore-tlog=true', cosign.path(model.name), '--key'],
  ];
  const exported = await cosign.do([...args, cosign.write('public.pem', pem)]);
  expect(exported).toContain('Verified OK');
});

test('id, alias and ARN name the same key', async () => {
  const id = kms.keys.p256.split('/').at(-1);
  const names = [id, 'alias/p256', kms.keys.p256];
  const keys = await Promise.all(names.map(async (name) => (await signerOf(`awskms:///${name}`)).publicKey));
  expect(keys).toEqual([keys[0], keys[0], keys[0]]);
});

test('what cosign signs with that key, we verify', async () => {
  const key = 'awskms:///alias/p256';
  cosign.write('predicate.json', JSON.stringify(statementOf().predicate));
  await cosign.do(
    [
      ...['attest-blob', '--yes', '--key', key, '--signing-config', 'no-services.json', '--trusted-root'],
      ...['no-root.json', '--bundle', 'theirs.json', '--predicate', 'predicate.json', '--type', verdictPredicateType],
      model.name,
    ],
    kms.env,
  );
  const file = { name: 'theirs.json', bytes: readFileSync(cosign.path('theirs.json')) };
  const pem = (await signerOf(key)).publicKey ?? '';
  expect((await verifyEvidence([file], expectationsOf({ kind: 'key', pem }))).accepted).toBe(true);
});

test('what KMS refuses is told in words, without the secret', async () => {
  const wrong = { ...kms.env, AWS_SECRET_ACCESS_KEY: 'not-the-secret' };
  const told = [
    await refusal(signerOf('awskms:///alias/p256', wrong)),
    await refusal(signerOf('awskms:///alias/nobody')),
    await refusal(signerOf('awskms:///alias/encrypting')),
    await refusal(signerOf('awskms:///alias/p384')),
  ];
  expect(told.map(({ reason, message }) => [reason, message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')])).toEqual([
    ['signing-unavailable', 'AWS KMS at HOST answered 403 to GetPublicKey'],
    [
      'signing-unavailable',
      'AWS KMS at HOST answered 400 NotFoundException to GetPublicKey: Alias arn:aws:kms:us-east-1:123456789012:alias/nobody is not found.',
    ],
    ['signing-unavailable', 'the key in AWS KMS at HOST is for ENCRYPT_DECRYPT'],
    ['key-unusable', 'the signing key is ECDSA secp384r1, which not every verifier of evidence can use'],
  ]);
});
