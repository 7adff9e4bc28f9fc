import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';

/** Somebody who can sign: made by `keySigner`, `kmsSigner` or `keylessSigner`. Secrets are in no member that can be read. */
export interface Signer {
  readonly kind: 'key' | 'kms' | 'keyless';
  /** For logs: `the key 2TN…= (ECDSA P-256)`. */
  readonly description: string;
  /** PEM (SPKI) of the public key that verifies; undefined where each signature has a certificate of its own. */
  readonly publicKey: string | undefined;
  /**
   * Signs DSSE's pre-authentication encoding.
   *
   * @throws UserError signing-unavailable
   */
  sign(preAuthEncoding: Uint8Array): Promise<Signature>;
  /** What others say about a signature just made. @throws UserError signing-unavailable */
  witness?(signed: Bundle['content'], certificate: string): Promise<Witnessed>;
}

export type Signature =
  /** `hint` names the key as cosign does: base64 of the sha-256 of its SPKI in DER. */
  | { readonly kind: 'public-key'; readonly bytes: Uint8Array; readonly hint: string }
  /** `certificate` is the leaf, in PEM. */
  | { readonly kind: 'certificate'; readonly bytes: Uint8Array; readonly certificate: string };

export interface Witnessed {
  readonly logEntries: readonly TransparencyLogEntry[];
  /** RFC 3161 replies in DER. */
  readonly timestamps: readonly Uint8Array[];
}
