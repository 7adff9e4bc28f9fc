import { UserError } from '@modelgate/core';
import { kmsSigner, type Signer, signStatement, verifyEvidence } from '@modelgate/evidence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cosign, startCosign, verified } from './cosign.ts';
import { expectationsOf, statementOf } from './evidence-samples.ts';
import { type KmsServer, startKms } from './kms-server.ts';

let cosign: Cosign;
let kms: KmsServer;

beforeAll(async () => {
  cosign = startCosign();
  kms = await startKms();
});
afterAll(async () => {
  await kms?.stop();
  cosign?.remove();
});

const signerOf = (uri: string, env = kms.env): Promise<Signer> => kmsSigner(uri, { env, fetch, now: () => new Date() });

function decide(text: string, pem: string) {
  const file = { name: 'kms.json', bytes: new TextEncoder().encode(text) };
  return verifyEvidence([file], expectationsOf({ kind: 'key', pem }));
}

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
  expect((await decide(text, pem)).accepted).toBe(true);
  const by = ['--key', cosign.write('public.pem', pem), '--insecure-ignore-tlog=true'];
  expect(await cosign.verify(text, by)).toMatchObject(verified);
});

test('id, alias and ARN name the same key', async () => {
  const id = kms.keys.p256.split('/').at(-1);
  const names = [id, 'alias/p256', kms.keys.p256];
  const keys = await Promise.all(names.map(async (name) => (await signerOf(`awskms:///${name}`)).publicKey));
  expect(keys).toEqual([keys[0], keys[0], keys[0]]);
});

test('what cosign signs with that key, we verify', async () => {
  const key = 'awskms:///alias/p256';
  const text = await cosign.attest({ by: ['--key', key], statement: statementOf(), env: kms.env });
  expect((await decide(text, (await signerOf(key)).publicKey ?? '')).accepted).toBe(true);
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
