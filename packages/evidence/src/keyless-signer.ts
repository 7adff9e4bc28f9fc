import { createHash, verify, X509Certificate } from 'node:crypto';
import { UserError } from '@modelgate/core';
import type { Bundle } from '@sigstore/bundle';
import { identityTokenOf } from './keyless-identity.ts';
import { checkedInstance, type SigstoreInstance } from './keyless-instance.ts';
import { type SigstoreService, sigstoreRefusal } from './keyless-refusal.ts';
import type { Signature, Signer, Witnessed } from './signer.ts';

/** How long to wait for each of Sigstore's services. */
export interface Patience {
  /** Of one attempt, in milliseconds; default 20 000: a Rekor of version 2 answers when its next checkpoint is written. */
  readonly timeout: number;
  /** Repeats after the first attempt; default 3. */
  readonly retries: number;
  /** Before the first repeat, in milliseconds; doubles; default 1000. */
  readonly firstWait: number;
}

export interface KeylessWorld {
  readonly instance: SigstoreInstance;
  /** A fresh OpenID Connect token of this job for an audience. */
  readonly identityToken: (audience: string) => Promise<string>;
  readonly patience?: Partial<Patience>;
}

/**
 * Signs with a key of a moment, for which Fulcio certifies who this job is; a transparency log, a timestamp authority or
 * both say when. Nothing is asked before `sign`.
 *
 * @throws UserError signing-unavailable for addresses that may not be sent a token, or an instance where nobody says when
 */
export function keylessSigner({ instance, identityToken, patience }: KeylessWorld): Signer {
  const { fulcioUrl, rekorUrl, rekorVersion, tsaUrl } = checkedInstance(instance);
  const asking: Patience = { timeout: 20_000, retries: 3, firstWait: 1000, ...patience };
  if (tsaUrl === undefined && (rekorUrl === undefined || rekorVersion === 2)) {
    throw new UserError('signing-unavailable', 'nobody in this Sigstore would say when the evidence was signed', {
      how: 'name its timestamp authority, or a Rekor of version 1',
    });
  }
  return {
    kind: 'keyless',
    description: `a certificate of Fulcio at ${new URL(fulcioUrl).host}`,
    publicKey: undefined,
    sign: async (preAuthEncoding) =>
      await certifiedSignature(fulcioUrl, await identityTokenOf(identityToken), preAuthEncoding, asking),
    witness: async (signed, certificate) => {
      const [logEntries, timestamps] = await Promise.all([
        rekorUrl === undefined ? [] : entries(rekorUrl, rekorVersion, signed, certificate, asking),
        tsaUrl === undefined ? [] : stamps(tsaUrl, signed, asking),
      ]);
      return { logEntries, timestamps };
    },
  };
}

async function certifiedSignature(url: string, token: string, data: Uint8Array, asking: Patience): Promise<Signature> {
  const { FulcioSigner } = await import('./sigstore-services.ts');
  const signer = new FulcioSigner({
    fulcioBaseURL: url,
    identityProvider: { getToken: async () => token },
    ...libraryOptions(asking),
  });
  const fulcio: SigstoreService = { name: 'Fulcio', url };
  const { signature, key } = await answerOf(fulcio, signer.sign(Buffer.from(data)), asking, token);
  const certificate = key.$case === 'x509Certificate' ? key.certificate : '';
  if (certifies(certificate, data, signature)) return { kind: 'certificate', bytes: signature, certificate };
  throw sigstoreRefusal(fulcio, new Error('no certificate, or one of another key'));
}

function certifies(certificate: string, data: Uint8Array, signature: Buffer): boolean {
  try {
    return verify('sha256', data, new X509Certificate(certificate).publicKey, signature);
  } catch {
    return false;
  }
}

async function entries(
  url: string,
  majorApiVersion: 1 | 2,
  signed: Bundle['content'],
  certificate: string,
  asking: Patience,
): Promise<Witnessed['logEntries']> {
  const { RekorWitness } = await import('./sigstore-services.ts');
  const logged = majorApiVersion === 2 ? await digestOf(signed) : signed;
  // an earlier answer may have been lost, and the entry made
  const options = { rekorBaseURL: url, majorApiVersion, fetchOnConflict: true, ...libraryOptions(asking) };
  const rekor: SigstoreService = { name: 'Rekor', url };
  return (await answerOf(rekor, new RekorWitness(options).testify(logged, certificate), asking)).tlogEntries;
}

/** Rekor v2 knows no envelopes: it is told the digest of what was signed (rekor-tiles, CLIENTS.md, "DSSE / signed attestations"). */
async function digestOf(signed: Bundle['content']): Promise<Bundle['content']> {
  if (signed.$case !== 'dsseEnvelope') return signed;
  const { dsse, HashAlgorithm } = await import('./sigstore-services.ts');
  const { payloadType, payload, signatures } = signed.dsseEnvelope;
  const digest = createHash('sha256').update(dsse.preAuthEncoding(payloadType, payload)).digest();
  return {
    $case: 'messageSignature',
    messageSignature: {
      messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest },
      signature: signatures[0]?.sig ?? Buffer.alloc(0),
    },
  };
}

async function stamps(url: string, signed: Bundle['content'], asking: Patience): Promise<Witnessed['timestamps']> {
  const { RFC3161Timestamp, TSAWitness } = await import('./sigstore-services.ts');
  const authority: SigstoreService = { name: 'the timestamp authority', url };
  const witness = new TSAWitness({ tsaBaseURL: url, ...libraryOptions(asking) });
  const { rfc3161Timestamps = [] } = await answerOf(authority, witness.testify(signed), asking);
  return rfc3161Timestamps.map(({ signedTimestamp }) => {
    try {
      void RFC3161Timestamp.parse(Buffer.from(signedTimestamp)).signingTime; // the library takes any bytes
    } catch (error) {
      throw sigstoreRefusal(authority, error);
    }
    return signedTimestamp;
  });
}

function libraryOptions({ timeout, retries, firstWait }: Patience) {
  return { timeout, retry: { retries, minTimeout: firstWait } };
}

/**
 * The library bounds each attempt until its answer begins; a body that never ends would outlast it. All attempts and the
 * pauses between them, which double, and a little.
 */
async function answerOf<T>(service: SigstoreService, answer: Promise<T>, asking: Patience, token?: string): Promise<T> {
  const { timeout, retries, firstWait } = asking;
  const longest = (retries + 1) * timeout + (2 ** retries - 1) * firstWait + timeout / 2;
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('late'), { type: 'request-timeout' })), longest);
  });
  try {
    return await Promise.race([answer, lateness]);
  } catch (error) {
    throw sigstoreRefusal(service, error, token);
  } finally {
    clearTimeout(timer);
  }
}
