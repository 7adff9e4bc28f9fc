import type { X509Certificate } from '@sigstore/core';

/**
 * What the certificate authority says about the run that asked for a certificate, taken from the run's identity token.
 * Source: Fulcio, docs/oid-info.md; 1.3.6.1.4.1.57264.1.8 and later are UTF8String in DER.
 */
export interface CertificateClaims {
  /** The subject alternative name: a URI, of a person an e-mail address. */
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  /** URI of the workflow whose job asked, with its ref. */
  readonly signer: string | undefined;
  readonly signerCommit: string | undefined;
  readonly runnerEnvironment: string | undefined;
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly ref: string | undefined;
  readonly repositoryId: string | undefined;
  /** URI of the workflow that the run began with, with its ref. */
  readonly workflow: string | undefined;
  readonly event: string | undefined;
  readonly run: string | undefined;
}

const fulcio = '1.3.6.1.4.1.57264.1';
const utf8String = 0x0c;

/** Claims of a certificate whose chain was verified before. What is absent, twice there or no UTF-8 is undefined. */
export function certificateClaims(certificate: X509Certificate): CertificateClaims {
  const claim = (last: number) => textOf(certificate, `${fulcio}.${last}`);
  return {
    subject: certificate.subjectAltName,
    issuer: claim(8),
    signer: claim(9),
    signerCommit: claim(10),
    runnerEnvironment: claim(11),
    repository: claim(12),
    commit: claim(13),
    ref: claim(14),
    repositoryId: claim(15),
    workflow: claim(18),
    event: claim(20),
    run: claim(21),
  };
}

function textOf(certificate: X509Certificate, oid: string): string | undefined {
  const [extension, another] = certificate.extensions.filter(({ subs }) => subs[0]?.toOID() === oid);
  const [value, more] = extension?.subs.at(-1)?.subs ?? [];
  if (another !== undefined || more !== undefined || value === undefined) return undefined;
  if (!value.tag.isUniversal() || value.tag.number !== utf8String) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value.value);
  } catch {
    return undefined;
  }
}
