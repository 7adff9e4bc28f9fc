import { createHash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle';
import { dsse, X509Certificate as ParsedCertificate } from '@sigstore/core';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import { type CertificateClaims, certificateClaims } from './certificate-claims.ts';
import { signedTimes } from './certificate-times.ts';
import type { Refusal } from './decision.ts';
import { why } from './decision-words.ts';
import type { TrustMaterialSource } from './expectations.ts';
import { refusalBy, takeAnew } from './trust-diagnosis.ts';
import { type TrustRoot, trustedKey, trustRoots } from './trust-material.ts';

/** What a bundle holds, whoever signed it. */
export interface Envelope {
  readonly bundle: Bundle;
  readonly payload: Uint8Array;
  readonly payloadType: string;
}

/** Who vouches for what a bundle holds, or why nobody does. */
export type Vouched =
  | { readonly by: 'key' }
  | { readonly by: 'certificate'; readonly claims: CertificateClaims; readonly signedAt: Date }
  | { readonly by: 'nobody'; readonly refusal: Refusal };

/** More than any signer puts into a bundle; each one costs a signature to verify. */
const mostWitnesses = 8;

/** @throws Error of any kind when it is no bundle of a statement */
export function envelopeOf(json: unknown): Envelope {
  const bundle = bundleFromJSON(json);
  if (!isBundleWithDsseEnvelope(bundle)) throw new Error('it signs a file, not a statement');
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const witnesses = tlogEntries.length + (timestampVerificationData?.rfc3161Timestamps.length ?? 0);
  if (witnesses > mostWitnesses) throw new Error(`it has ${witnesses} log entries and timestamps`);
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  return { bundle, payload, payloadType };
}

/**
 * Verifies the signatures of bundles, and nothing that they say.
 *
 * @throws UserError for trust material that cannot be used; what it returns throws nothing
 */
export function bundleVerifier(trust: TrustMaterialSource): (envelope: Envelope) => Vouched {
  if (trust.kind === 'key') {
    const key = trustedKey(trust.pem);
    return (envelope) => byKey(envelope, key);
  }
  const roots = trustRoots(trust.json);
  return (envelope) => byCertificate(envelope, roots);
}

/** The time is not asked of log entries or timestamps here: they are worth nothing without a trust root. */
function byKey({ bundle }: Envelope, key: KeyObject): Vouched {
  const { content } = bundle.verificationMaterial;
  if (content.$case !== 'publicKey') {
    return nobody({
      reason: 'evidence-untrusted',
      message: 'the evidence was signed with a certificate, and a key is what is trusted',
      how: 'Verify it with a trust root: evidence: signed-by: github or sigstore in the policy of the base.',
    });
  }
  if (isSignedBy(bundle, key)) return { by: 'key' };
  const { hint } = content.publicKey;
  const own = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  if (hint !== '' && hint !== own) {
    return nobody({
      reason: 'evidence-signature',
      message: `the evidence was signed with another key than the trusted one: SHA256:${hint}, not SHA256:${own}`,
      how: 'Verify it with the public key of the key that signs; after a change of keys, sign anew by running the gates again.',
    });
  }
  return nobody({
    reason: 'evidence-signature',
    message: 'the signature does not fit: the evidence was changed after it was signed, or another key signed it',
    how: takeAnew,
  });
}

/**
 * Signed by any digest that goes with such a key. P-384 and P-521 are met with SHA-256 (what OpenSSL takes for every
 * curve) and with the SHA-2 of their own size (RFC 5656, section 6.2.1; what Go's tools take).
 */
function isSignedBy(bundle: Bundle, key: KeyObject): boolean {
  if (!isBundleWithDsseEnvelope(bundle)) return false;
  const { payloadType, payload, signatures } = bundle.content.dsseEnvelope;
  const signature = signatures[0]?.sig;
  if (signature === undefined) return false;
  const signed = dsse.preAuthEncoding(payloadType, payload);
  return digestsOf(key).some((digest) => {
    try {
      return verify(digest, signed, key, signature);
    } catch {
      return false;
    }
  });
}

function digestsOf(key: KeyObject): readonly (string | null)[] {
  if (key.asymmetricKeyType === 'ed25519') return [null];
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'secp384r1') return ['sha384', 'sha256'];
  if (curve === 'secp521r1') return ['sha512', 'sha256'];
  return ['sha256'];
}

function byCertificate({ bundle }: Envelope, roots: readonly TrustRoot[]): Vouched {
  if (bundle.verificationMaterial.content.$case === 'publicKey') {
    return nobody({
      reason: 'evidence-untrusted',
      message: 'the evidence was signed with a key, and certificates of a trust root are what is trusted',
      how: 'Verify it with the public key: evidence: signed-by: { key: cosign.pub } in the policy of the base.',
    });
  }
  try {
    assertDer(bundle);
    return bestOf(entityOf(bundle), roots);
  } catch (cause) {
    return nobody({
      reason: 'evidence-unreadable',
      message: `the certificate or a timestamp of the evidence is damaged${why(cause)}`,
      how: takeAnew,
    });
  }
}

function bestOf(entity: SignedEntity, roots: readonly TrustRoot[]): Vouched {
  let nearest: ReturnType<typeof refusalBy> | undefined;
  for (const root of roots) {
    try {
      root.verifier.verify(entity);
      return vouchedFor(entity);
    } catch (error) {
      const refusal = refusalBy(root.material, entity, error);
      if (nearest === undefined || refusal.steps > nearest.steps) nearest = refusal;
    }
  }
  if (nearest === undefined) throw new Error('there is no trust root');
  return nobody(nearest.refusal);
}

/**
 * Sigstore's parser takes some encodings that are none (another outer tag, unused bits in a signature). Nothing that is
 * signed can be changed by them, yet bytes that were changed are not to be taken.
 */
function assertDer({ verificationMaterial: { content } }: Bundle): void {
  if (content.$case === 'publicKey') return;
  const leaf = content.$case === 'certificate' ? content.certificate : content.x509CertificateChain.certificates[0];
  const bytes = leaf?.rawBytes ?? Buffer.alloc(0);
  const [, , signature] = ParsedCertificate.parse(Buffer.from(bytes)).root.subs;
  const unusedBits = signature?.value[0];
  if (unusedBits !== 0 || !new X509Certificate(bytes).raw.equals(bytes)) throw new Error('it is not in DER');
}

/** Certificates of other curves sign with other digests; the rest is Sigstore's own way. */
function entityOf(bundle: Bundle): SignedEntity {
  const entity = toSignedEntity(bundle);
  const { signature } = entity;
  return {
    ...entity,
    signature: {
      signature: signature.signature,
      compareSignature: (other) => signature.compareSignature(other),
      compareDigest: (other) => signature.compareDigest(other),
      compareSignedDigest: (other) => signature.compareSignedDigest(other),
      verifySignature: (key) => isSignedBy(bundle, key),
    },
  };
}

/**
 * The earliest of the verified times. All lie within the minutes that the certificate was valid for, so that none can
 * be had later to make old evidence look young.
 */
function vouchedFor(entity: SignedEntity): Vouched {
  const { key } = entity;
  if (key.$case !== 'certificate') throw new Error('it has no certificate');
  const earliest = Math.min(...signedTimes(entity).map((time) => time.getTime()));
  return { by: 'certificate', claims: certificateClaims(key.certificate), signedAt: new Date(earliest) };
}

function nobody(refusal: Refusal): Vouched {
  return { by: 'nobody', refusal };
}
