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
 * The public half of a key, if both cosign and Sigstore's libraries verify what it signs with SHA-256. They disagree about
 * everything else: cosign signs with Ed25519 prehashed and verifies it pure (cosign 3.1, pkg/cosign/keys.go and
 * pkg/signature/keys.go), and takes SHA-384 for P-384 where @sigstore/core 4 takes SHA-256.
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
