import { createPrivateKey, type KeyObject, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { UserError } from '@modelgate/core';
import { secretbox } from '@noble/ciphers/salsa.js';
import * as z from 'zod';

const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

const sealedKey = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({ N: z.int().min(2), r: z.int().min(1), p: z.int().min(1) }),
    salt: bytes,
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: bytes.refine((nonce) => nonce.length === 24) }),
  ciphertext: bytes.refine((sealed) => sealed.length > 16),
});

/** Bytes that scrypt may take; cosign's N = 65536, r = 8 takes 64 MiB. */
const memoryAtMost = 256 * 1024 * 1024;

/**
 * Opens what stands inside of `ENCRYPTED SIGSTORE PRIVATE KEY` and `ENCRYPTED COSIGN PRIVATE KEY`: JSON around a PKCS#8 key
 * that is sealed by nacl's secretbox under a key derived with scrypt.
 *
 * @param body      base64 between the PEM lines
 * @param password  empty where it is undefined, as cosign has it
 * @throws UserError key-unusable
 * Source: go-securesystemslib, package encrypted
 */
export async function openCosignKey(body: string, password: string | undefined): Promise<KeyObject> {
  const { kdf, cipher, ciphertext } = sealedKeyOf(body);
  const { N, r, p } = kdf.params;
  const memory = 128 * N * r;
  if (memory > memoryAtMost || p > 16 || !Number.isInteger(Math.log2(N))) throw damaged();
  const derived = await derive(password ?? '', kdf.salt, { N, r, p, maxmem: memory + 1024 * 1024 });
  const pkcs8 = opened(derived, cipher.nonce, ciphertext);
  if (pkcs8 === undefined) {
    throw new UserError(
      'key-unusable',
      `${password ? 'this password does not open' : 'a password protects'} the signing key`,
      {
        how: 'give the password that was typed at `cosign generate-key-pair`, without a line end after it',
      },
    );
  }
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    throw damaged();
  }
}

function sealedKeyOf(body: string): z.infer<typeof sealedKey> {
  try {
    return sealedKey.parse(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
  } catch {
    throw damaged(); // neither zod's nor JSON's words: they may quote the key
  }
}

function opened(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return secretbox(key, nonce).open(sealed);
  } catch {
    return undefined;
  }
}

interface ScryptOptions {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

async function derive(password: string, salt: Uint8Array, options: ScryptOptions): Promise<Uint8Array> {
  return await promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)(password, salt, 32, options);
}

function damaged(): UserError {
  return new UserError('key-unusable', 'what stands inside of the encrypted signing key is damaged', {
    how: 'copy the whole file cosign.key once more, unchanged',
  });
}
