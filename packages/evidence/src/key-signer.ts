import type { Signer } from './signer.ts';

export interface SigningKey {
  /** PKCS#8, SEC1 or PKCS#1 in PEM, plain or encrypted, or cosign's own encrypted form. */
  readonly pem: string;
  readonly password?: string | undefined;
}

/** @throws UserError key-unusable */
export async function keySigner(_key: SigningKey): Promise<Signer> {
  throw new Error('not built yet');
}
