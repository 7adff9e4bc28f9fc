import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { dsse } from '@sigstore/core';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { vi } from 'vitest';

/** What Fulcio writes into a certificate; numbers are the last one of its object identifiers. */
export type Claims = Readonly<Record<number, string>> & { readonly subject: string };

export interface SigningOptions {
  readonly claims: Claims;
  readonly at: Date;
  /** When the timestamp authority stamps; default the time of the signature. */
  readonly stampedAt?: Date;
  /** log-2: an entry of Rekor v2, which says no time. */
  readonly times?: readonly ('log' | 'log-2' | 'stamp')[];
  readonly payloadType?: string;
}

/** A log entry as a bundle has it in JSON. */
type Entry = Readonly<Record<string, unknown>>;

/** An entry as Rekor v1 answers it. */
interface LogRecord {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: { logIndex: number; rootHash: string; treeSize: number; checkpoint: string };
  };
}

const logUrl = 'https://log.sigstore.test';
const sha256Oid = '2.16.840.1.101.3.4.2.1';

const base64 = (bytes: ArrayBufferView | string): string =>
  typeof bytes === 'string'
    ? Buffer.from(bytes).toString('base64')
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes);

/** @sigstore/mock takes the time of its own certificates from the clock. */
async function at<T>(time: Date, make: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  try {
    return await make();
  } finally {
    vi.useRealTimers();
  }
}

/** A Sigstore of one's own: its authorities are born at one time and live for a year. */
export class TestSigstore {
  readonly #authority = newKeys();
  readonly #certificateLog = newKeys();
  readonly #log = newKeys();
  readonly #stamping = newKeys();
  readonly #authorities = new Map<number, ReturnType<typeof initializeCA>>();
  readonly #stampings = new Map<number, ReturnType<typeof initializeTSA>>();
  readonly #born: Date;
  readonly #logsCertificates: boolean;

  constructor(born: Date, options: { readonly logsCertificates: boolean } = { logsCertificates: true }) {
    this.#born = born;
    this.#logsCertificates = options.logsCertificates;
  }

  /** trusted_root.json; parts may be left out or end early. */
  async trustedRoot(change: { without?: readonly string[]; stampingUntil?: Date; logUntil?: Date } = {}) {
    return at(this.#born, async () => {
      const authority = await initializeCA(this.#authority);
      const stamping = await initializeTSA(this.#stamping);
      const validFor = (end?: Date) => ({
        start: this.#born.toISOString(),
        ...(end ? { end: end.toISOString() } : {}),
      });
      const chain = (...certificates: ArrayBufferView[]) => ({
        certChain: { certificates: certificates.map((one) => ({ rawBytes: base64(one) })) },
      });
      const log = (keys: { publicKey: KeyObject }, baseUrl: string, end?: Date) => {
        const der = keys.publicKey.export({ type: 'spki', format: 'der' });
        return {
          baseUrl,
          hashAlgorithm: 'SHA2_256',
          publicKey: { rawBytes: base64(der), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: validFor(end) },
          logId: { keyId: sha256(der).digest('base64') },
        };
      };
      const root = {
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        certificateAuthorities: [{ ...chain(authority.rootCertificate), validFor: validFor() }],
        timestampAuthorities: [
          { ...chain(stamping.intCertificate, stamping.rootCertificate), validFor: validFor(change.stampingUntil) },
        ],
        tlogs: [log(this.#log, logUrl, change.logUntil)],
        ctlogs: this.#logsCertificates ? [log(this.#certificateLog, 'https://ct.sigstore.test')] : [],
      };
      return Object.fromEntries(Object.entries(root).filter(([key]) => !change.without?.includes(key)));
    });
  }

  /** A bundle v0.3 as sigstore-js and cosign write it. */
  async sign(payload: Uint8Array, options: SigningOptions) {
    const { claims, times = ['log', 'stamp'], payloadType = 'application/vnd.in-toto+json' } = options;
    const keys = newKeys();
    const signature = sign('sha256', dsse.preAuthEncoding(payloadType, Buffer.from(payload)), keys.privateKey);
    const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
    const authority = await this.#authorityAt(options.at);
    const { subject, ...numbered } = claims;
    const extensions = Object.entries(numbered).map(([last, value]) => ({ oid: `1.3.6.1.4.1.57264.1.${last}`, value }));
    const certificate = await authority.issueCertificate({ publicKey, subjectAltName: subject, extensions });
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: [
          ...(times.includes('log') ? [await this.#logged(payload, signature, options.at)] : []),
          ...(times.includes('log-2') ? [await this.#loggedLater(payload, signature, options.at)] : []),
        ],
        timestampVerificationData: {
          rfc3161Timestamps: times.includes('stamp')
            ? [{ signedTimestamp: await this.#stamped(signature, options.stampedAt ?? options.at) }]
            : [],
        },
      },
      dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig: base64(signature) }] },
    };
  }

  async #logged(payload: Uint8Array, signature: Uint8Array, time: Date): Promise<Entry> {
    const log = await initializeTLog(logUrl, this.#log, time);
    const entry = await log.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: sha256(payload).digest('hex') },
        signatures: [{ signature: base64(signature) }],
      },
    });
    const [one] = Object.values(entry) as LogRecord[];
    if (one === undefined) throw new Error('the log has made no entry');
    const { inclusionProof: proof, signedEntryTimestamp } = one.verification;
    return {
      logIndex: String(one.logIndex),
      logId: { keyId: Buffer.from(one.logID, 'hex').toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(one.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(proof.logIndex),
        rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
        treeSize: String(proof.treeSize),
        hashes: [],
        checkpoint: { envelope: proof.checkpoint },
      },
      canonicalizedBody: one.body,
    };
  }

  async #loggedLater(payload: Uint8Array, signature: Uint8Array, time: Date): Promise<Entry> {
    const log = await initializeTLog(logUrl, this.#log, time);
    const payloadHash = { algorithm: 'SHA2_256', digest: sha256(payload).digest('base64') };
    const body = {
      apiVersion: '0.0.2',
      kind: 'dsse',
      spec: { dsseV002: { payloadHash, signatures: [{ content: base64(signature) }] } },
    };
    const entry = await log.logV2(body as unknown as Parameters<typeof log.logV2>[0]);
    // The mock gives its only leaf a number as of a log with many.
    const inclusionProof = entry.inclusionProof && { ...entry.inclusionProof, logIndex: '0' };
    return TransparencyLogEntry.toJSON({ ...entry, inclusionProof, integratedTime: '0' }) as Entry;
  }

  async #stamped(signature: Uint8Array, time: Date): Promise<string> {
    const authority = await this.#stampingAt(time);
    return base64(
      await authority.timestamp({
        artifactHash: sha256(signature).digest(),
        hashAlgorithmOID: sha256Oid,
        policyOID: '1.2.3.4',
        nonce: 7,
      }),
    );
  }

  /** The same authorities with their clocks set; their keys and names stay. */
  #authorityAt(time: Date) {
    return kept(this.#authorities, time, async () => {
      const log = this.#logsCertificates ? await initializeCTLog(this.#certificateLog, time) : undefined;
      return initializeCA(this.#authority, log, time);
    });
  }

  #stampingAt(time: Date) {
    return kept(this.#stampings, time, () => initializeTSA(this.#stamping, time));
  }
}

function kept<T>(made: Map<number, Promise<T>>, time: Date, make: () => Promise<T>): Promise<T> {
  const one = made.get(time.getTime()) ?? at(time, make);
  made.set(time.getTime(), one);
  return one;
}
