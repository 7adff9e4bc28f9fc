import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { UserError } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { keySigner } from '../src/index.ts';
import { cosignKey, oldCosignKey } from './cosign-keys.ts';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const sealed = p256.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'battery staple' })
  .toString();

describe('a key that fits', () => {
  test.each([
    ['PKCS#8', pkcs8(p256.privateKey), undefined, spki(p256.publicKey), 'ECDSA P-256'],
    [
      'SEC1',
      p256.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      undefined,
      spki(p256.publicKey),
      'ECDSA P-256',
    ],
    [
      'PKCS#1',
      rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      undefined,
      spki(rsa.publicKey),
      'RSA 2048',
    ],
    ['encrypted PKCS#8', sealed, 'battery staple', spki(p256.publicKey), 'ECDSA P-256'],
    ["cosign's", cosignKey.pem, cosignKey.password, cosignKey.publicKey, 'ECDSA P-256'],
    ["cosign's of old, without password", oldCosignKey.pem, undefined, oldCosignKey.publicKey, 'ECDSA P-256'],
    ["cosign's of old, with an empty password", oldCosignKey.pem, '', oldCosignKey.publicKey, 'ECDSA P-256'],
    [
      'windows line ends',
      pkcs8(p256.privateKey).replaceAll('\n', '\r\n'),
      undefined,
      spki(p256.publicKey),
      'ECDSA P-256',
    ],
    ['blanks around', `\n  ${pkcs8(p256.privateKey)}\n\n`, undefined, spki(p256.publicKey), 'ECDSA P-256'],
    [
      'with its curve before it, as openssl ecparam writes',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pkcs8(p256.privateKey)}`,
      undefined,
      spki(p256.publicKey),
      'ECDSA P-256',
    ],
  ])('%s', async (_, pem, password, publicKey, name) => {
    const signer = await keySigner({ pem, password });
    const data = Buffer.from('DSSEv1 3 abc 2 {}');
    const signature = await signer.sign(data);
    const hint = createHash('sha256')
      .update(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))
      .digest('base64');
    expect(signature).toMatchObject({ kind: 'public-key', hint });
    expect(verify('sha256', data, publicKey, signature.bytes)).toBe(true);
    expect(signer).toMatchObject({ kind: 'key', publicKey, description: `the key ${hint} (${name})` });
  });
});

describe('a key that does not fit', () => {
  const copy = 'copy the whole file once more, unchanged';
  const p256Pem = pkcs8(p256.privateKey);
  const cut = p256Pem.replace(/\n.{20}/, '\n');
  const cosignCut = cosignKey.pem.replace('eyJrZGYi', 'AAAAAAAA');
  const make = 'make one of ECDSA P-256 with `cosign generate-key-pair`; RSA of 2048, 3072 or 4096 bits works too';
  const typed = 'give the password that was typed at `cosign generate-key-pair`, without a line end after it';
  const lines = 'store the file as it is, with its lines: `gh secret set NAME < cosign.key`';
  test.each([
    [
      'empty',
      ' \n',
      undefined,
      'the signing key is empty',
      'give the secret that holds it to this step; runs for pull requests of forks and of Dependabot get no secrets',
    ],
    [
      'a path',
      'keys/cosign.key',
      undefined,
      'the signing key is no PEM',
      'give what the file holds, from -----BEGIN to the END line, and not its path',
    ],
    [
      'public',
      spki(p256.publicKey),
      undefined,
      'the signing key is a public one',
      'sign with the private half (cosign.key); this one verifies',
    ],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      undefined,
      'the signing key is a CERTIFICATE',
      'give a private key in PEM, such as cosign.key',
    ],
    [
      'of ssh',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      undefined,
      "the signing key is in OpenSSH's own form, which cosign does not read",
      'make one with `cosign generate-key-pair`',
    ],
    [
      'truncated',
      p256Pem.slice(0, 120),
      undefined,
      'the signing key has no END line: a part of it is missing',
      'copy the whole file once more',
    ],
    ['damaged', cut, undefined, 'the signing key is damaged', copy],
    ['on one line', p256Pem.replaceAll('\n', ' '), undefined, 'the line ends of the signing key are lost', lines],
    ['with \\n', p256Pem.replaceAll('\n', '\\n'), undefined, 'the line ends of the signing key are lost', lines],
    ['two', `${p256Pem}${p256Pem}`, undefined, 'the signing key holds 2 keys', 'give one key'],
    [
      'wrong password',
      sealed,
      'staple battery',
      'this password does not open the signing key',
      'give its password, without a line end after it',
    ],
    [
      'no password',
      sealed,
      undefined,
      'a password protects the signing key',
      'give its password, without a line end after it',
    ],
    [
      "cosign's, wrong password",
      cosignKey.pem,
      'correct horse\n',
      'this password does not open the signing key',
      typed,
    ],
    ["cosign's, no password", cosignKey.pem, undefined, 'a password protects the signing key', typed],
    [
      "cosign's, damaged",
      cosignCut,
      'correct horse',
      'what stands inside of the encrypted signing key is damaged',
      'copy the whole file cosign.key once more, unchanged',
    ],
    [
      'RSA too small',
      pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      undefined,
      'the signing key is RSA 1024, which not every verifier of evidence can use',
      make,
    ],
    [
      'RSA-PSS',
      pkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      undefined,
      'the signing key is rsa-pss, which not every verifier of evidence can use',
      make,
    ],
    [
      'Ed25519',
      pkcs8(generateKeyPairSync('ed25519').privateKey),
      undefined,
      'the signing key is ed25519, which not every verifier of evidence can use',
      make,
    ],
    [
      'P-384',
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
      undefined,
      'the signing key is ECDSA secp384r1, which not every verifier of evidence can use',
      make,
    ],
    [
      'secp256k1',
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
      undefined,
      'the signing key is ECDSA secp256k1, which not every verifier of evidence can use',
      make,
    ],
  ])('%s', async (_, pem, password, message, how) => {
    const error = await keySigner({ pem, password }).catch((refused: unknown) => refused);
    if (!(error instanceof UserError)) throw new Error('it was taken');
    expect([error.reason, error.message, error.how]).toEqual(['key-unusable', message, how]);
    expectNothingOf(error, pem, password);
  });

  test('an encrypted one that asks for too much memory is refused before it is opened', async () => {
    const inside = JSON.parse(Buffer.from(cosignKey.pem.split('\n').slice(1, -2).join(''), 'base64').toString());
    inside.kdf.params.N = 2 ** 30;
    const body = Buffer.from(JSON.stringify(inside)).toString('base64');
    const pem = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----`;
    await expect(keySigner({ pem, password: 'correct horse' })).rejects.toThrow(
      'what stands inside of the encrypted signing key is damaged',
    );
  });
});

test('a signer shows nothing of its key', async () => {
  expectNothingOf(await keySigner(cosignKey), cosignKey.pem, cosignKey.password);
});

/** Neither in what is shown nor in what a log of the whole object would show. */
function expectNothingOf(thing: unknown, pem: string, password: string | undefined): void {
  const shown = inspect(thing, { depth: 10, showHidden: true });
  for (const line of pem.split(/\r?\n|\\n/).filter((one) => one.length >= 32 && !one.startsWith('-----'))) {
    expect(shown).not.toContain(line.slice(0, 32));
  }
  if (password) expect(shown).not.toContain(password.trim());
}
