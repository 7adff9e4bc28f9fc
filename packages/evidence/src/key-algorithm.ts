import { createHash, type KeyObject } from 'node:crypto';
import { UserError } from '@modelgate/core';

/** The public half of a key that signs evidence. */
export interface VerifyingKey {
  /** SPKI. */
  readonly pem: string;
  /** Base64 of the sha-256 of the SPKI in DER: how cosign and Sigstore's bundles name a key. */
  readonly hint: string;
  /** `ECDSA P-256`, `RSA 3072`. */
  readonly name: string;
}

/**
 * The public half of a key, if cosign and Sigstore's libraries both sign and verify with it, over SHA-256. Not so the
 * others, with cosign 3.1.3: with Ed25519 it signs a prehash and then refuses its own signature, although it verifies the
 * pure one; with P-384 it signs over SHA-384 and verifies over SHA-256 unless told otherwise.
 *
 * @throws UserError key-unusable for any other
 */
export function verifyingKey(key: KeyObject): VerifyingKey {
  const name = nameOf(key);
  if (!usable.has(name)) {
    throw new UserError('key-unusable', `the signing key is ${name}, which not every verifier of evidence can use`, {
      how: 'make one of ECDSA P-256 with `cosign generate-key-pair`; RSA of 2048, 3072 or 4096 bits works too',
    });
  }
  const der = key.export({ type: 'spki', format: 'der' });
  return {
    name,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    hint: createHash('sha256').update(der).digest('base64'),
  };
}

const usable: ReadonlySet<string> = new Set(['ECDSA P-256', 'RSA 2048', 'RSA 3072', 'RSA 4096']);

function nameOf(key: KeyObject): string {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return `ECDSA ${namedCurve === 'prime256v1' ? 'P-256' : namedCurve}`;
  if (key.asymmetricKeyType === 'rsa') return `RSA ${modulusLength}`;
  return key.asymmetricKeyType ?? 'a secret key';
}
