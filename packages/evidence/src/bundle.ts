import { createHash } from 'node:crypto';
import type { Statement } from '@modelgate/core';
import type { BundleWithDsseEnvelope } from '@sigstore/bundle';
import type { Signature, Signer } from './signer.ts';
import { statementBytes } from './statement.ts';

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
export async function signStatement(statement: Statement, signer: Signer): Promise<SignedEvidence> {
  const { bundleToJSON, dsse } = await import('./sigstore-format.ts');
  const payload = Buffer.from(statementBytes(statement));
  const signature = await signer.sign(dsse.preAuthEncoding(payloadType, payload));
  const bundle = await envelope(payload, signature);
  if (signature.kind === 'certificate' && signer.witness !== undefined) {
    const { logEntries, timestamps } = await signer.witness(bundle.content, signature.certificate);
    bundle.verificationMaterial.tlogEntries = [...logEntries];
    bundle.verificationMaterial.timestampVerificationData = {
      rfc3161Timestamps: timestamps.map((reply) => ({ signedTimestamp: Buffer.from(reply) })),
    };
  }
  return {
    statement,
    text: JSON.stringify(bundleToJSON(bundle)),
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
  };
}

async function envelope(payload: Buffer, signature: Signature): Promise<BundleWithDsseEnvelope> {
  const { toDSSEBundle, pem } = await import('./sigstore-format.ts');
  const bundle = toDSSEBundle({
    artifact: payload,
    artifactType: payloadType,
    signature: Buffer.from(signature.bytes),
    ...(signature.kind === 'certificate'
      ? { certificate: pem.toDER(signature.certificate) }
      : { keyHint: signature.hint }),
  });
  // The library writes the hint there, and cosign then finds no key ("accepted signatures do not match threshold"); a
  // keyid is not signed. Before any witness: a log hashes the envelope as it is.
  for (const one of bundle.content.dsseEnvelope.signatures) one.keyid = '';
  return bundle;
}
