import type { SignatureBundle, VerificationMaterial } from '@sigstore/sign';

/** Somebody who can sign. Made by `keySigner`, `kmsSigner` or `keylessSigner`; never holds what must not be logged in a readable member. */
export interface Signer {
  readonly kind: 'key' | 'kms' | 'keyless';
  /** For logs: `the key SHA256:q1f… (ECDSA P-256)`. Holds no secret. */
  readonly description: string;
  /** PEM (SPKI) of the public key that verifies; undefined where each signature has its own certificate. */
  readonly publicKey: string | undefined;
  /**
   * Signs DSSE's pre-authentication encoding.
   *
   * @throws UserError key-unusable, signing-unavailable
   */
  sign(preAuthEncoding: Uint8Array): Promise<Signature>;
  /** Entries of a transparency log and timestamps for a signature just made. @throws UserError signing-unavailable */
  witness?(signed: SignatureBundle, certificate: string): Promise<VerificationMaterial>;
}

export type Signature =
  /** `hint`: base64 of the sha-256 of the SPKI in DER, as cosign writes it. */
  | { readonly kind: 'public-key'; readonly bytes: Uint8Array; readonly hint: string }
  /** `certificate`: PEM of the leaf. */
  | { readonly kind: 'certificate'; readonly bytes: Uint8Array; readonly certificate: string };
