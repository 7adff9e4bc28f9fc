import { generateKeyPairSync } from 'node:crypto';
import { UserError } from '@modelgate/core';
import { expect, test } from 'vitest';
import { verifyEvidence } from '../src/index.ts';
import { expected, issuer, trustedRoot } from './evidence-samples.ts';

async function refusal(trust: typeof expected.trust): Promise<readonly [reason: string, message: string, how: string]> {
  try {
    await verifyEvidence([], { ...expected, trust });
  } catch (error) {
    if (error instanceof UserError) return [error.reason, error.message, error.how ?? ''];
    throw error;
  }
  throw new Error('it was taken');
}

const fresh =
  "Get the trust root of today: `gh attestation trusted-root > trusted_root.json` for GitHub's attestations, `cosign trusted-root create --with-default-services --out trusted_root.json` for the public Sigstore.";

test.each([
  ['an object that is none', {}, 'it is no trusted_root.json of Sigstore: {}'],
  ['nothing', undefined, 'it is no trusted_root.json of Sigstore: undefined'],
  ['a newer format', { ...trustedRoot, mediaType: 'application/vnd.dev.sigstore.trustedroot.v1.0+json' }, undefined],
  ['none', [], 'it is empty'],
  ['an empty file', ' \n', 'it is empty'],
  ['a text that is none', 'hello\nworld', 'it is no JSON'],
  ['the text of a number', '12', 'it is no trusted_root.json of Sigstore: 12'],
  ['one without authorities', { ...trustedRoot, certificateAuthorities: [] }, 'it names no certificate authority'],
  [
    'one with half an authority',
    { ...trustedRoot, certificateAuthorities: [{}] },
    'one of its authorities or logs is incomplete or damaged',
  ],
  ['one with half a log', { ...trustedRoot, tlogs: [{}] }, 'one of its authorities or logs is incomplete or damaged'],
  [
    'one of a later version of Sigstore',
    { ...trustedRoot, tlogs: [{ hashAlgorithm: 'SHA9' }] },
    'one of its authorities or logs is incomplete or damaged: Unrecognized enum value SHA9 for enum HashAlgorithm',
  ],
  ['a good one and a bad one', [trustedRoot, {}], 'it is no trusted_root.json of Sigstore: {}'],
])('a trust root: %s', async (_, json, why) => {
  const [reason, message, how] = await refusal({ kind: 'root', json, issuer });
  expect(reason).toBe('evidence-untrusted');
  if (why !== undefined) expect(message).toBe(`the trust root cannot be used: ${why}`);
  expect(how).toBe(fresh);
});

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = { type: 'spki', format: 'pem' } as const;
const publicPem = ec.publicKey.export(spki).toString();
const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki).toString();
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki).toString();
const agreement = generateKeyPairSync('x25519').publicKey.export(spki).toString();
const begin = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;

test.each([
  ['', 'is empty'],
  ['ssh-ed25519 AAAA', 'is no PEM'],
  [begin('PUBLIC KEY'), 'cannot be read as a public key'],
  [begin('CERTIFICATE'), 'is a certificate'],
  [`${publicPem}${publicPem}`, 'holds 2 keys'],
  [koblitz, 'is a key for secp256k1'],
  [small, 'is an RSA key of 1024 bits'],
  [agreement, 'is a key for x25519'],
])('a public key %#', async (pem, what) => {
  expect((await refusal({ kind: 'key', pem })).slice(0, 2)).toEqual([
    'key-unusable',
    `the public key that evidence is verified with ${what}`,
  ]);
});

test.each([ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), begin('ENCRYPTED SIGSTORE PRIVATE KEY')])(
  'a private key in its place %#',
  async (pem) => {
    expect(await refusal({ kind: 'key', pem })).toEqual([
      'key-unusable',
      'the public key that evidence is verified with is a private key',
      'Evidence is verified with the public key: `cosign public-key --key cosign.key`.',
    ]);
  },
);
