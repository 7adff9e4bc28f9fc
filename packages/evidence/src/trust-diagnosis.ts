import { X509Certificate as Certificate } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { type SignedEntity, VerificationError } from '@sigstore/verify';
import { secondsToDate, signedTimes } from './certificate-times.ts';
import type { Refusal } from './decision.ts';
import { listed, minute, plain, why } from './decision-words.ts';
import { freshTrustRoot, type TrustRoot } from './trust-material.ts';

type Material = TrustRoot['material'];
type Authority = Material['certificateAuthorities'][number];
type Log = Material['tlogs'][number];

export const takeAnew =
  'Take the evidence anew from where it was made: the attestation, or the artifact of the run that signed it.';

/** Why one trust root does not vouch for something, and how many steps of the verification went well before. */
export interface RootRefusal {
  readonly refusal: Refusal;
  readonly steps: number;
}

/**
 * Says what Sigstore's verifier only calls a failure: whether the trust root is older than the evidence, or the
 * evidence is not what was signed. The verifier has decided before; nothing here can turn that.
 */
export function refusalBy(material: Material, entity: SignedEntity, error: unknown): RootRefusal {
  try {
    if (error instanceof VerificationError) return explained(material, entity, error);
    throw error;
  } catch (cause) {
    const message = `the evidence has a damaged certificate, timestamp or log entry${why(cause)}`;
    return { refusal: { reason: 'evidence-unreadable', message, how: takeAnew }, steps: 0 };
  }
}

function explained(material: Material, entity: SignedEntity, error: VerificationError): RootRefusal {
  const time = refusalOfTimes(material, entity);
  if (time !== undefined) return { refusal: time, steps: 0 };
  if (error.code === 'TIMESTAMP_ERROR')
    return { refusal: altered('its timestamp is of another signature, or another authority made it'), steps: 1 };
  const chain = refusalOfChain(material, entity);
  if (chain !== undefined) return { refusal: chain, steps: 2 };
  if (error.code === 'CERTIFICATE_ERROR') return { refusal: refusalOfCertificateLog(material, entity), steps: 3 };
  const log = entity.tlogEntries.map(({ logId, integratedTime }) =>
    refusalOfLog(
      { kind: 'transparency', logs: material.tlogs },
      logId.keyId,
      integratedTime === '0' ? undefined : secondsToDate(integratedTime),
    ),
  );
  const unknown = log.find((one) => one !== undefined);
  if (unknown !== undefined) return { refusal: unknown, steps: 4 };
  if (error.code === 'SIGNATURE_ERROR') return { refusal: altered('the signature does not fit'), steps: 6 };
  return { refusal: altered(`its entry in the transparency log does not fit (${error.message})`), steps: 5 };
}

function refusalOfTimes({ timestampAuthorities }: Material, entity: SignedEntity): Refusal | undefined {
  if (signedTimes(entity).length === 0) {
    return {
      reason: 'evidence-untrusted',
      message:
        'the evidence carries no signed time: neither a transparency log nor a timestamp authority says when it was signed, and its certificate was valid for minutes only',
      how: 'Sign with a transparency log or a timestamp authority, as gates.yml does.',
    };
  }
  for (const one of entity.timestamps) {
    if (one.$case !== 'timestamp-authority') continue;
    const { signingTime, signerSerialNumber, signerIssuer } = one.timestamp;
    const signers = timestampAuthorities.filter(({ certChain: [signer] }) => {
      return signer?.serialNumber.equals(signerSerialNumber) && signer.issuer.equals(signerIssuer);
    });
    if (signers.length === 0) {
      return stale('the timestamp authority that stamped the evidence is not in it', timestampAuthorities);
    }
    const expired = signers.map((authority) => outside(authority, authority.certChain, signingTime));
    if (expired.every((why) => why !== undefined)) {
      return stale(`its timestamp authority ${expired[0]}; the evidence was stamped on ${minute(signingTime)}`);
    }
  }
  return undefined;
}

function refusalOfChain(material: Material, entity: SignedEntity): Refusal | undefined {
  const { key } = entity;
  if (key.$case !== 'certificate') return undefined;
  const leaf = key.certificate;
  const named = material.certificateAuthorities.filter(({ certChain }) => certChain.some((one) => names(one, leaf)));
  const issuer = plain(nameOf(leaf, 'issuer'));
  if (named.length === 0) {
    const renewed = material.certificateAuthorities.some(({ certChain }) => {
      return certChain.some(({ subject }) => subject.equals(leaf.issuer));
    });
    if (renewed) return stale(`the certificate was issued by ${issuer} with a key that it does not have`);
    return stale(`the certificate was issued by ${issuer}, which it does not have`, material.certificateAuthorities);
  }
  const issuing = named.filter(({ certChain }) => certChain.some((one) => names(one, leaf) && leaf.verify(one)));
  if (issuing.length === 0) return altered('its certificate is not as it was issued');
  for (const time of signedTimes(entity)) {
    const expired = issuing.map((authority) => outside(authority, authority.certChain, time));
    if (expired.every((why) => why !== undefined)) {
      return stale(`its certificate authority ${issuer} ${expired[0]}; the evidence was signed on ${minute(time)}`);
    }
    if (!leaf.validForDate(time)) {
      return {
        reason: 'evidence-untrusted',
        message: `the certificate was valid from ${minute(leaf.notBefore)} to ${minute(leaf.notAfter)}, and the evidence was stamped on ${minute(time)}`,
        how: 'Sign anew: a signature, its certificate and its time are made together.',
      };
    }
  }
  return undefined;
}

/** Same name, and same key where both say which: an authority that was renewed keeps its name. */
function names(authority: X509Certificate, leaf: X509Certificate): boolean {
  const wanted = leaf.extAuthorityKeyID?.keyIdentifier;
  const own = authority.extSubjectKeyID?.keyIdentifier;
  return authority.subject.equals(leaf.issuer) && (wanted === undefined || own === undefined || own.equals(wanted));
}

function refusalOfCertificateLog({ ctlogs }: Material, { key }: SignedEntity): Refusal {
  const proofs = key.$case === 'certificate' ? (key.certificate.extSCT?.signedCertificateTimestamps ?? []) : [];
  if (proofs.length === 0) {
    return {
      reason: 'evidence-untrusted',
      message:
        'the certificate carries no proof that it was logged, and the trust root names certificate transparency logs',
      how: 'Sign with a certificate authority that logs its certificates, or use the trust root of the one that signed.',
    };
  }
  const unknown = proofs
    .map(({ logID, datetime }) => refusalOfLog({ kind: 'certificate', logs: ctlogs }, logID, datetime))
    .find((one) => one !== undefined);
  return unknown ?? altered('its certificate is not as it was logged');
}

function refusalOfLog(
  { kind, logs }: { readonly kind: 'certificate' | 'transparency'; readonly logs: readonly Log[] },
  id: Buffer,
  time: Date | undefined,
): Refusal | undefined {
  const known = logs.filter(({ logID }) => logID.equals(id));
  if (known.length === 0) return stale(`the ${kind} log that the evidence is in is unknown to it`, logs);
  if (time === undefined) return undefined;
  const expired = known.map((log) => outside(log, [], time));
  if (expired.some((why) => why === undefined)) return undefined;
  return stale(`its ${kind} log ${known[0]?.baseURL} ${expired[0]}; the entry was made on ${minute(time)}`);
}

/** Why an authority does not speak for that time; undefined where it does. */
function outside(
  { validFor }: Pick<Authority, 'validFor'>,
  chain: readonly X509Certificate[],
  time: Date,
): string | undefined {
  const from = new Date(Math.max(validFor.start.getTime(), ...chain.map((one) => one.notBefore.getTime())));
  const until = new Date(Math.min(validFor.end.getTime(), ...chain.map((one) => one.notAfter.getTime())));
  if (time > until) return `was valid until ${minute(until)}`;
  return time < from ? `is valid from ${minute(from)}` : undefined;
}

function stale(what: string, known?: readonly (Authority | Log)[]): Refusal {
  return {
    reason: 'evidence-untrusted',
    message: `the trust root is out of date, or not the one that is meant: ${what}${known === undefined ? '' : `; it has ${namesOf(known)}`}`,
    how: freshTrustRoot,
  };
}

function namesOf(known: readonly (Authority | Log)[]): string {
  const names = known.map((one) => {
    if ('baseURL' in one) return one.baseURL;
    const [first] = one.certChain;
    return first === undefined ? 'one without certificates' : nameOf(first, 'subject');
  });
  return names.length === 0 ? 'none' : plain(listed([...new Set(names)]));
}

/** O=GitHub, Inc., CN=Fulcio Intermediate l2 */
function nameOf(certificate: X509Certificate, whose: 'issuer' | 'subject'): string {
  return new Certificate(certificate.root.toDER())[whose].split('\n').join(', ');
}

function altered(what: string): Refusal {
  return {
    reason: 'evidence-signature',
    message: `the evidence was changed after it was signed: ${what}`,
    how: takeAnew,
  };
}
