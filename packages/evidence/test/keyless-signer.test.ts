import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { UserError } from '@modelgate/core';
import { bundleFromJSON } from '@sigstore/bundle';
import { initializeCA } from '@sigstore/mock';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, test } from 'vitest';
import {
  githubSigstore,
  githubSigstoreOf,
  type KeylessWorld,
  keylessSigner,
  publicSigstore,
  type SigstoreInstance,
  signStatement,
  verdictStatement,
} from '../src/index.ts';
import { type Answer, loopback, nobody, type Received } from './loopback.ts';
import { attester, subject, verdict } from './signing-samples.ts';
import { sigstoreServices } from './sigstore-services.ts';

const statement = verdictStatement(verdict, subject, attester);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo/flights:ref:refs/heads/main',
  event_name: 'push',
  job_workflow_ref: 'modelgate/modelgate/.github/workflows/gates.yml@refs/tags/v1',
};
const token = `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
const other = `${part({ alg: 'RS256' })}.${part({ sub: 'somebody' })}.c2ln`;
const patience = { timeout: 2000, retries: 1, firstWait: 10 };

function world(instance: SigstoreInstance, given: Partial<KeylessWorld> = {}): KeylessWorld {
  return { instance, identityToken: async () => token, patience, ...given };
}

describe('what Fulcio certifies verifies against its trust root', () => {
  test.each([
    [
      'with a log of version 1, as the public good instance',
      { rekor: true, tsa: false, version: 1 },
      { tlog: 1, tsa: 0 },
    ],
    ['with a timestamp, as GitHub', { rekor: false, tsa: true, version: 1 }, { tlog: 0, tsa: 1 }],
    ['with both', { rekor: true, tsa: true, version: 1 }, { tlog: 1, tsa: 1 }],
    ['with a log of version 2 and a timestamp', { rekor: true, tsa: true, version: 2 }, { tlog: 1, tsa: 1 }],
  ] as const)('%s', async (_, { rekor, tsa, version }, { tlog, tsa: stamps }) => {
    const { url, root, received } = await sigstoreServices();
    const audiences: string[] = [];
    const identityToken = async (audience: string) => {
      audiences.push(audience);
      return token;
    };
    const instance = {
      fulcioUrl: `${url}/`,
      ...(rekor ? { rekorUrl: url, rekorVersion: version } : {}),
      ...(tsa ? { tsaUrl: url } : {}),
    };
    const { text } = await signStatement(statement, keylessSigner(world(instance, { identityToken })));
    const bundle = JSON.parse(text);
    expect(audiences).toEqual(['sigstore']);
    expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(bundle.dsseEnvelope.signatures).toHaveLength(1);
    expect(bundle.dsseEnvelope.signatures[0]).not.toHaveProperty('keyid');
    expect(bundle.verificationMaterial.tlogEntries ?? []).toHaveLength(tlog);
    expect(bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []).toHaveLength(stamps);
    const certificate = new X509Certificate(Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64'));
    expect(certificate.subjectAltName).toBe('URI:repo:octo/flights:ref:refs/heads/main');
    expect(received.map(({ path }) => path).toSorted()).toEqual(
      [
        '/api/v2/signingCert',
        ...(rekor ? [`/api/v${version}/log/entries`] : []),
        ...(tsa ? ['/api/v1/timestamp'] : []),
      ].toSorted(),
    );
    verifyWithRoot(text, root, tlog);
    bundle.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
    expect(() => verifyWithRoot(JSON.stringify(bundle), root, tlog)).toThrow(
      tlog === 0 ? 'signature verification failed' : version === 1 ? 'DSSE payload hash mismatch' : 'digest mismatch',
    );
  });

  test('a service that is out of order for a moment is asked again', async () => {
    const failing = new Set(['/api/v2/signingCert', '/api/v1/timestamp']);
    const { url, root } = await sigstoreServices(({ path }) =>
      failing.delete(path) ? { status: 503, body: '' } : undefined,
    );
    const { text } = await signStatement(statement, keylessSigner(world({ fulcioUrl: url, tsaUrl: url })));
    verifyWithRoot(text, root, 0);
  });
});

describe('what cannot be signed is said', () => {
  const address = /127\.0\.0\.1:\d+/g;
  const statusPage = "run the job again; if it lasts, look at the service's status page, or sign with a key";
  const identity =
    "it did not accept this job's identity: check that it trusts the issuer of this server's tokens, and that the clock of this machine is right";
  const same = 'check that it belongs to the same Sigstore as Fulcio';
  const refuse =
    (path: string, answer: Answer | 'hang') =>
    (request: Received): Answer | 'hang' | undefined =>
      request.path === path ? answer : undefined;
  const fulcio = '/api/v2/signingCert';
  const noChain = { signedCertificateEmbeddedSct: { chain: { certificates: [] } } };
  test.each([
    [
      'Fulcio: 403',
      fulcio,
      { status: 403, body: { code: 7, message: `issuer not trusted\n::set-output ${token} ${other}` } },
      'Fulcio at H answered 403: issuer not trusted ::set-output *** ***',
      identity,
    ],
    [
      'Fulcio: 400',
      fulcio,
      { status: 400, body: { code: 3, message: 'There was an error processing the identity token' } },
      'Fulcio at H answered 400: There was an error processing the identity token',
      identity,
    ],
    [
      'Fulcio: 404',
      fulcio,
      { status: 404, body: 'nothing' },
      'Fulcio at H answered 404: Not Found',
      'check its address',
    ],
    [
      'Fulcio: 500',
      fulcio,
      { status: 500, body: '<html>' },
      'Fulcio at H answered 500: Internal Server Error',
      statusPage,
    ],
    [
      'Fulcio: no certificate',
      fulcio,
      { status: 201, body: noChain },
      'Fulcio at H gave an answer that cannot be used',
      'check that http://H is its address',
    ],
    [
      'Fulcio: a login page',
      fulcio,
      { status: 200, body: '<html>' },
      'Fulcio at H gave an answer that cannot be used',
      'check that http://H is its address',
    ],
    [
      'Rekor: 400',
      '/api/v1/log/entries',
      { status: 400, body: { message: 'invalid entry' } },
      'Rekor at H answered 400: invalid entry',
      same,
    ],
    [
      'Rekor: no entry',
      '/api/v1/log/entries',
      { status: 201, body: {} },
      'Rekor at H gave an answer that cannot be used',
      'check that http://H is its address',
    ],
    [
      'timestamp: 503',
      '/api/v1/timestamp',
      { status: 503, body: '' },
      'the timestamp authority at H answered 503: Service Unavailable',
      statusPage,
    ],
    [
      'timestamp: none',
      '/api/v1/timestamp',
      { status: 200, body: 'hello' },
      'the timestamp authority at H gave an answer that cannot be used',
      'check that http://H is its address',
    ],
  ])('%s', async (_, path, answer, message, how) => {
    const { url } = await sigstoreServices(refuse(path, answer));
    const signer = keylessSigner(world({ fulcioUrl: url, rekorUrl: url, tsaUrl: url }));
    const error = await refusalOf(signStatement(statement, signer));
    const plain = (text = '') => text.replaceAll(address, 'H');
    expect([error.reason, plain(error.message), plain(error.how)]).toEqual(['signing-unavailable', message, how]);
  });

  test('an answer that never ends', async () => {
    const { url } = await sigstoreServices(refuse(fulcio, 'hang'));
    const brief = { timeout: 50, retries: 0, firstWait: 1 };
    const error = await refusalOf(
      signStatement(statement, keylessSigner(world({ fulcioUrl: url, tsaUrl: url }, { patience: brief }))),
    );
    expect(error.message.replaceAll(address, 'H')).toBe('Fulcio at H gave no answer in time');
  });

  test('a certificate for the key of somebody else', async () => {
    const other = await sigstoreServices();
    const answers: Answer[] = [];
    const { url } = await sigstoreServices(({ path }) => (path === fulcio ? answers.shift() : undefined));
    const request = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'pem',
    });
    const body = JSON.stringify({
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: { publicKey: { content: publicKey } },
    });
    answers.push({ status: 201, body: await (await fetch(other.url + fulcio, { ...request, body })).json() });
    const error = await refusalOf(signStatement(statement, keylessSigner(world({ fulcioUrl: url, tsaUrl: url }))));
    expect(error.message.replaceAll(address, 'H')).toBe('Fulcio at H gave an answer that cannot be used');
  });

  test('nobody listens', async () => {
    const url = await nobody();
    const error = await refusalOf(signStatement(statement, keylessSigner(world({ fulcioUrl: url, tsaUrl: url }))));
    expect(error.message.replaceAll(address, 'H')).toBe('Fulcio at H cannot be reached: ECONNREFUSED');
    expect(error.how).toBe('check the address, and that this machine may connect to it');
  });

  test('a certificate of TLS that this machine does not trust', async () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const authority = await initializeCA(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const der = await authority.issueCertificate({
      publicKey: keys.publicKey.export({ type: 'spki', format: 'der' }),
      subjectAltName: 'https://127.0.0.1',
    });
    const cert = new X509Certificate(Buffer.from(der.buffer)).toString();
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { url } = await loopback(() => ({ status: 200, body: '' }), { key, cert });
    const error = await refusalOf(signStatement(statement, keylessSigner(world({ fulcioUrl: url, tsaUrl: url }))));
    expect(error.message.replaceAll(address, 'H')).toBe(
      'Fulcio at H cannot be reached: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
    expect(error.how).toBe(
      'where a company has its own certificate authority, let NODE_EXTRA_CA_CERTS name the file with its certificate',
    );
  });

  const permission =
    'give the signing job `permissions: { id-token: write }`; pull requests of forks and of Dependabot get no token: sign on push';
  test.each([
    ['no token', async () => '', 'there is no identity token for signing'],
    ['no JSON web token', async () => 'secret-of-somebody', 'the identity token for signing cannot be read'],
    ['a damaged token', async () => 'a.secret-of-somebody.c', 'the identity token for signing cannot be read'],
    [
      'a token without subject',
      async () => `a.${part({ iss: 'x' })}.c`,
      'the identity token for signing cannot be read',
    ],
    [
      'a token for an address that nobody checked',
      async () => `a.${part({ email: 'x@example.org', email_verified: false, sub: 'x' })}.c`,
      'the identity token for signing cannot be read',
    ],
    [
      'a failure',
      async () => Promise.reject(new Error('503\n::error::')),
      'no identity token for signing could be had: 503 ::error::',
    ],
  ])('%s', async (_, identityToken, message) => {
    const { url, received } = await sigstoreServices();
    const signer = keylessSigner(world({ fulcioUrl: url, tsaUrl: url }, { identityToken }));
    const error = await refusalOf(signStatement(statement, signer));
    expect([error.reason, error.message, error.how]).toEqual(['signing-unavailable', message, permission]);
    expect(inspect(error)).not.toContain('secret-of-somebody');
    expect(received).toEqual([]);
  });

  test('a refusal of whoever gives tokens is passed on as it is', async () => {
    const refusal = new UserError('signing-unavailable', 'this job has no id-token permission');
    const signer = keylessSigner(world(publicSigstore, { identityToken: async () => Promise.reject(refusal) }));
    await expect(signStatement(statement, signer)).rejects.toBe(refusal);
  });

  test.each([
    [
      { fulcioUrl: 'http://fulcio.example', tsaUrl: 'https://t.example' },
      'the address of Fulcio is no address that may be sent credentials',
    ],
    [
      { fulcioUrl: 'https://user:word@fulcio.example', tsaUrl: 'https://t.example' },
      'the address of Fulcio is no address that may be sent credentials',
    ],
    [
      { fulcioUrl: 'https://f.example', tsaUrl: 'ftp://t.example' },
      'the address of the timestamp authority is no address that may be sent credentials',
    ],
    [{ fulcioUrl: 'https://f.example' }, 'nobody in this Sigstore would say when the evidence was signed'],
    [
      { fulcioUrl: 'https://f.example', rekorUrl: 'https://r.example', rekorVersion: 2 },
      'nobody in this Sigstore would say when the evidence was signed',
    ],
  ] as const)('%o', (instance, message) => {
    expect(() => keylessSigner(world(instance))).toThrow(
      expect.objectContaining({ reason: 'signing-unavailable', message }),
    );
  });
});

test('the known instances', () => {
  expect(publicSigstore).toEqual({ fulcioUrl: 'https://fulcio.sigstore.dev', rekorUrl: 'https://rekor.sigstore.dev' });
  expect(githubSigstore).toEqual({
    fulcioUrl: 'https://fulcio.githubapp.com',
    tsaUrl: 'https://timestamp.githubapp.com',
  });
  expect(githubSigstoreOf('https://octocorp.ghe.com')).toEqual({
    fulcioUrl: 'https://fulcio.octocorp.ghe.com',
    tsaUrl: 'https://timestamp.octocorp.ghe.com',
  });
  expect(keylessSigner(world(githubSigstore)).description).toBe('a certificate of Fulcio at fulcio.githubapp.com');
});

/** The token stands nowhere in it, however deep a log looks. */
async function refusalOf(answer: Promise<unknown>): Promise<UserError> {
  const error = await answer.catch((refused: unknown) => refused);
  if (!(error instanceof UserError)) throw new Error(`not refused: ${inspect(error)}`);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token.slice(20, 60));
  return error;
}

function verifyWithRoot(text: string, root: TrustedRoot, tlog: number): void {
  const verifier = new Verifier(toTrustMaterial(root), {
    tlogThreshold: tlog,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
}
