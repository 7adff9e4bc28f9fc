import type { Statement } from '@modelgate/core';
import type { Signer } from './signer.ts';

export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const payloadType = 'application/vnd.in-toto+json';

export interface SignedEvidence {
  readonly statement: Statement;
  /** A Sigstore bundle v0.3 in JSON, on one line without its end. */
  readonly text: string;
  /** sha-256 of the bundle's payload, in hexadecimal digits: what a summary names. */
  readonly payloadSha256: string;
}

/**
 * Signs a statement as a DSSE envelope in a Sigstore bundle.
 *
 * @throws UserError key-unusable, signing-unavailable
 */
export async function signStatement(_statement: Statement, _signer: Signer): Promise<SignedEvidence> {
  throw new Error('not built yet');
}
