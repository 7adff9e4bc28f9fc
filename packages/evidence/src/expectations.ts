import type { EvidenceLevel } from '@modelgate/core';

/**
 * Who vouches for signers: a public key (PEM), or Sigstore's trust root with the issuer of identities.
 *
 * `json` is a trusted_root.json as `cosign trusted-root create` writes it, parsed or as text, or the JSON lines of
 * several that `gh attestation trusted-root` prints. Evidence must hold under one of them alone; they are never mixed.
 */
export type TrustMaterialSource =
  | { readonly kind: 'key'; readonly pem: string }
  | { readonly kind: 'root'; readonly json: unknown; readonly issuer: string };

/** What is asked of evidence, all of it decided by the caller and none of it by the evidence. */
export interface Expectations {
  readonly trust: TrustMaterialSource;
  readonly subject: { readonly sha256: string };
  /** Gates that must each have evidence; none at all is never accepted. */
  readonly gates: readonly string[];
  readonly policy: { readonly name: string; readonly sha256: string };
  /** The id decides; the name is for the reader (a fork or a new repository of that name has another id). */
  readonly repository: { readonly fullName: string; readonly id: number };
  /** Full refs, compared exactly: refs/heads/main. */
  readonly refs: readonly string[];
  readonly events: readonly string[];
  /** owner/name/.github/workflows/file.yml, without a ref. */
  readonly signer: { readonly workflow: string; readonly commits?: readonly string[] | undefined };
  readonly commit?: string | undefined;
  readonly maxAgeHours: number;
  readonly level: EvidenceLevel;
  readonly unsigned: 'refuse' | 'accept';
  readonly now: Date;
  /** Of the GitHub that ran the workflow; default https://github.com. */
  readonly serverUrl?: string | undefined;
}
