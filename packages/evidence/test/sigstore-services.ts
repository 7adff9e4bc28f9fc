import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  tsaHandler,
} from '@sigstore/mock';
import { type CertificateAuthority, HashAlgorithm, PublicKeyDetails, type TrustedRoot } from '@sigstore/protobuf-specs';
import * as z from 'zod';
import { type Answer, type Loopback, loopback, type Received } from './loopback.ts';

export interface SigstoreServices extends Loopback {
  readonly root: TrustedRoot;
}

const logUrl = 'https://rekor.example';

/**
 * Fulcio, Rekor (both APIs) and a timestamp authority on this machine, by Sigstore's own stand-ins.
 *
 * @param instead  answers in place of theirs, undefined where they shall answer
 */
export async function sigstoreServices(
  instead: (request: Received) => Answer | 'hang' | undefined = () => undefined,
): Promise<SigstoreServices> {
  const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // A whole second: the stand-in drops zeros at the end of a fraction, and @sigstore/core 4 reads three digits or none. The
  // next one: its own certificates hold from now on.
  const now = new Date(Math.ceil(Date.now() / 1000) * 1000);
  const ctlog = await initializeCTLog(keyPair, now);
  const ca = await initializeCA(keyPair, ctlog, now);
  const tlog = await initializeTLog(logUrl, keyPair, now);
  const tsa = await initializeTSA(keyPair, now);
  const handlers = [fulcioHandler(ca), tsaHandler(tsa), ...logHandlers(tlog)];
  const server = await loopback(async (request) => {
    const handler = handlers.find(({ path }) => path === request.path);
    return (
      instead(request) ?? (handler === undefined ? { status: 404, body: '' } : await answered(handler.fn, request))
    );
  });
  const log = (publicKey: Buffer) => ({
    baseUrl: logUrl,
    logId: { keyId: createHash('sha256').update(publicKey).digest() },
    hashAlgorithm: HashAlgorithm.SHA2_256,
    publicKey: {
      rawBytes: publicKey,
      keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
      validFor: { start: new Date(0) },
    },
    checkpointKeyId: undefined,
    operator: '',
  });
  const root: TrustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [authority(ca.rootCertificate)],
    ctlogs: [log(ctlog.publicKey)],
    tlogs: [log(tlog.publicKey)],
    timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
  };
  return { ...server, root };
}

const keptEntry = z.record(
  z.string(),
  z.object({
    body: z.base64(),
    logID: z.hex(),
    verification: z.object({ inclusionProof: z.object({ rootHash: z.hex(), checkpoint: z.string() }) }),
  }),
);

type Log = Awaited<ReturnType<typeof initializeTLog>>;

/**
 * The stand-in's own handlers keep what was proposed, where a real log keeps hashes of it, and number their leaves beyond
 * their tree; so both are done here.
 */
function logHandlers(log: Log): readonly { path: string; fn: HandlerFn }[] {
  const envelopeV1 = z.object({
    payload: z.base64(),
    signatures: z.array(z.object({ sig: z.base64(), keyid: z.literal('').optional() })).length(1),
  });
  const proposedV1 = z.object({
    apiVersion: z.literal('0.0.1'),
    kind: z.literal('dsse'),
    spec: z.object({ proposedContent: z.object({ envelope: z.string(), verifiers: z.array(z.base64()).length(1) }) }),
  });
  // as rekor-tiles: it takes no envelopes, only the digest of what was signed
  const proposedV2 = z.object({
    hashedRekordRequestV002: z.object({
      digest: z.base64(),
      signature: z.object({
        content: z.base64(),
        verifier: z.object({ keyDetails: z.string(), x509Certificate: z.object({ rawBytes: z.base64() }) }),
      }),
    }),
  });
  const sha256 = (base64: string) => createHash('sha256').update(Buffer.from(base64, 'base64'));
  return [
    {
      path: '/api/v1/log/entries',
      fn: async (body) => {
        const { apiVersion, kind, spec } = proposedV1.parse(JSON.parse(body));
        const { payload, signatures } = envelopeV1.parse(JSON.parse(spec.proposedContent.envelope));
        const kept = {
          payloadHash: { algorithm: 'sha256', value: sha256(payload).digest('hex') },
          signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: spec.proposedContent.verifiers[0] })),
        };
        return made(await log.log({ apiVersion, kind, spec: kept }));
      },
    },
    {
      path: '/api/v2/log/entries',
      fn: async (body) => {
        const { digest, signature } = proposedV2.parse(JSON.parse(body)).hashedRekordRequestV002;
        const hashedRekordV002 = { data: { algorithm: 'SHA2_256', digest }, signature };
        const [entry] = Object.values(
          keptEntry.parse(await log.log({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } })),
        );
        if (entry === undefined) throw new Error('the log has made no entry');
        const { rootHash, checkpoint } = entry.verification.inclusionProof;
        return made({
          logIndex: '0',
          logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
          kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
          integratedTime: '0', // such a log says no time
          inclusionProof: {
            logIndex: '0',
            treeSize: '1',
            rootHash: Buffer.from(rootHash, 'hex').toString('base64'),
            hashes: [],
            checkpoint: { envelope: checkpoint },
          },
          canonicalizedBody: entry.body,
        });
      },
    },
  ];
}

function made(entry: object): Awaited<ReturnType<HandlerFn>> {
  return { statusCode: 201, response: JSON.stringify(entry), contentType: 'application/json' };
}

async function answered(fn: HandlerFn, { body }: Received): Promise<Answer> {
  const { statusCode, response, contentType = 'text/plain' } = await fn(body);
  const bytes =
    typeof response === 'string' ? response : Buffer.from(response.buffer, response.byteOffset, response.byteLength);
  return { status: statusCode, body: bytes, headers: { 'content-type': contentType } };
}

function authority(...certificates: readonly ArrayBufferView<ArrayBuffer>[]): CertificateAuthority {
  return {
    subject: { commonName: 'sigstore', organization: 'sigstore.mock' },
    uri: '',
    certChain: { certificates: certificates.map((one) => ({ rawBytes: Buffer.from(one.buffer) })) },
    validFor: { start: new Date(0) },
    operator: '',
  };
}
