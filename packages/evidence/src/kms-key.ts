import { createPublicKey, type KeyObject } from 'node:crypto';
import { UserError } from '@modelgate/core';

/** One version of a key in a key service. */
export interface KmsKey {
  /** For messages: `Vault at vault.example.org`. */
  readonly service: string;
  readonly publicKey: KeyObject;
  /**
   * Signs a sha-256: DER for ECDSA, PKCS#1 v1.5 for RSA.
   *
   * @throws UserError signing-unavailable
   */
  sign(digest: Buffer): Promise<Uint8Array>;
}

/** @param key  SPKI in PEM or DER. @throws UserError signing-unavailable */
export function kmsPublicKey(service: string, key: string | Buffer): KeyObject {
  try {
    return typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    throw new UserError('signing-unavailable', `${service} answered with something that is no public key`, {
      how: 'check that the address is that of the key service itself',
    });
  }
}
