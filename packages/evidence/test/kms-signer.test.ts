import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { UserError } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { type KmsWorld, kmsSigner, signStatement, verdictStatement } from '../src/index.ts';
import { type Answer, type Loopback, loopback, nobody, type Received } from './loopback.ts';
import { attester, subject, verdict } from './signing-samples.ts';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const der = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64');
const data = Buffer.from('DSSEv1 3 abc 2 {}');
const digest = createHash('sha256').update(data).digest('base64');
const signature = (key: KeyObject) => sign('sha256', data, key).toString('base64');
const secrets = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE12345',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEJr//session',
  VAULT_TOKEN: 'hvs.CAESIJ-vault-token',
  CLOUDSDK_AUTH_ACCESS_TOKEN: 'ya29.google-access-token',
};

/** What a service is reached with; its public addresses lead to the loopback. */
function world(server: { url: string }, env: KmsWorld['env'] = {}): KmsWorld {
  return {
    env: { ...secrets, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_KMS: server.url, VAULT_ADDR: server.url, ...env },
    fetch: (input, init) => fetch(String(input).replace('https://cloudkms.googleapis.com', server.url), init),
    now: () => new Date('2026-11-22T11:45:00.123Z'),
    wait: async () => {},
  };
}

/** Answers one after the other; the last one again and again. */
async function answering(...answers: readonly (Answer | 'hang')[]): Promise<Loopback> {
  let next = 0;
  return await loopback(() => answers[Math.min(next++, answers.length - 1)] ?? { status: 500, body: '' });
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const bodyOf = (request: Received | undefined): unknown => JSON.parse(request?.body ?? 'null');

async function refusalOf(uri: string, given: KmsWorld, thenSign = false): Promise<readonly unknown[]> {
  const error = await kmsSigner(uri, given)
    .then(async (signer) => (thenSign ? await signer.sign(data) : signer))
    .catch((refused: unknown) => refused);
  if (!(error instanceof UserError)) throw new Error(`not refused: ${inspect(error)}`);
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
  return [error.reason, error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'H'), error.how];
}

describe('AWS KMS', () => {
  const publicKey = (key: KeyObject, usage = 'SIGN_VERIFY') =>
    ok({ KeyId: 'arn:…', KeyUsage: usage, PublicKey: der(key) });
  const makeAnother =
    'make a key with KeyUsage SIGN_VERIFY and KeySpec ECC_NIST_P256: `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256`';

  test.each([
    ['ECDSA_SHA_256', p256],
    ['RSASSA_PKCS1_V1_5_SHA_256', rsa],
  ])('signs by %s', async (algorithm, keys) => {
    const server = await answering(publicKey(keys.publicKey), ok({ Signature: signature(keys.privateKey) }));
    const signer = await kmsSigner('awskms:///alias/modelgate', world(server));
    const signed = await signer.sign(data);
    expect(verify('sha256', data, keys.publicKey, signed.bytes)).toBe(true);
    expect(signer.kind).toBe('kms');
    expect(signer.publicKey).toBe(pem(keys.publicKey));
    expect(signer.description).toMatch(
      /^the key [\w+/]{43}= \((ECDSA P-256|RSA 2048)\) in AWS KMS at 127\.0\.0\.1:\d+$/,
    );
    const [asked, toSign] = server.received;
    expect(bodyOf(asked)).toEqual({ KeyId: 'alias/modelgate' });
    expect(bodyOf(toSign)).toEqual({
      KeyId: 'alias/modelgate',
      Message: digest,
      MessageType: 'DIGEST',
      SigningAlgorithm: algorithm,
    });
    expect(toSign).toMatchObject({ method: 'POST', path: '/' });
    expect(toSign?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.Sign',
      'x-amz-date': '20261122T114500Z',
      'x-amz-security-token': secrets.AWS_SESSION_TOKEN,
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE12345\/20261122\/eu-central-1\/kms\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  test('an ARN has its own region, its key is asked for at AWS, and the request is signed as botocore does', async () => {
    const hosts: string[] = [];
    const signatures: (string | undefined)[] = [];
    const given = world(await answering(ok({})), { AWS_ENDPOINT_URL_KMS: '', AWS_REGION: '' });
    const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const answer = async (input: string | URL | Request, init?: RequestInit) => {
      hosts.push(String(input));
      signatures.push(new Headers(init?.headers).get('authorization')?.split('Signature=')[1]);
      return new Response(JSON.stringify({ KeyUsage: 'SIGN_VERIFY', PublicKey: der(p256.publicKey) }));
    };
    const signer = await kmsSigner(`awskms:///${arn}`, { ...given, fetch: answer });
    expect(hosts).toEqual(['https://kms.us-east-2.amazonaws.com/']);
    // botocore 1.43.11, SigV4Auth, the same request at the same second
    expect(signatures).toEqual(['8f8812cc7907548a852c15297e73f25cb6093e9828ad44422be9eb0d87d58e17']);
    expect(signer.description).toContain('in AWS KMS at kms.us-east-2.amazonaws.com');
    await kmsSigner(`awskms://kms.example.org:4566/${arn}`, { ...given, fetch: answer });
    expect(hosts.at(-1)).toBe('https://kms.example.org:4566/');
  });

  const failure = (type: string, message: string, status = 400): Answer => ({
    status,
    body: { __type: type, message },
  });
  test.each([
    [
      'denied',
      failure(
        'AccessDeniedException',
        'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:GetPublicKey',
      ),
      'AWS KMS at H answered 400 AccessDeniedException to GetPublicKey: User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:GetPublicKey',
      'allow kms:GetPublicKey and kms:Sign on this key to this role, in its policy and in that of the key',
    ],
    [
      'no such key',
      failure(
        'com.amazonaws.kms#NotFoundException',
        'Alias arn:aws:kms:eu-central-1:1:alias/x is not found.\n::error::',
      ),
      'AWS KMS at H answered 400 NotFoundException to GetPublicKey: Alias arn:aws:kms:eu-central-1:1:alias/x is not found. ::error::',
      'check the name of the key, and that AWS_REGION is its region',
    ],
    [
      'disabled',
      failure('DisabledException', 'is disabled.'),
      'AWS KMS at H answered 400 DisabledException to GetPublicKey: is disabled.',
      'enable the key',
    ],
    [
      'symmetric',
      failure('UnsupportedOperationException', ''),
      'AWS KMS at H answered 400 UnsupportedOperationException to GetPublicKey',
      makeAnother,
    ],
    [
      'expired',
      failure('ExpiredTokenException', `token ${secrets.AWS_SESSION_TOKEN}`),
      'AWS KMS at H answered 400 ExpiredTokenException to GetPublicKey',
      'sign in again right before this step: the credentials have expired',
    ],
    [
      'a wrong secret',
      failure('InvalidSignatureException', `x-amz-security-token:${secrets.AWS_SESSION_TOKEN}`),
      'AWS KMS at H answered 400 InvalidSignatureException to GetPublicKey',
      "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or this machine's clock is off by more than 5 minutes",
    ],
    [
      'a proxy',
      { status: 403, body: '<html>no</html>' },
      'AWS KMS at H answered 403 to GetPublicKey',
      'check that the address is that of AWS KMS, and run the step again',
    ],
    [
      'something else',
      ok({ hello: 1 }),
      'AWS KMS at H answered 200 to GetPublicKey',
      'check that the address is that of AWS KMS, and run the step again',
    ],
    [
      'no key',
      ok({ KeyUsage: 'SIGN_VERIFY', PublicKey: 'AAAA' }),
      'AWS KMS at H answered with something that is no public key',
      'check that the address is that of the key service itself',
    ],
    [
      'for encryption',
      publicKey(rsa.publicKey, 'ENCRYPT_DECRYPT'),
      'the key in AWS KMS at H is for ENCRYPT_DECRYPT',
      makeAnother,
    ],
    [
      'out of order',
      { status: 503, body: '' },
      'AWS KMS at H answered 503 to GetPublicKey',
      'check that the address is that of AWS KMS, and run the step again',
    ],
    [
      'elsewhere',
      { status: 307, body: '', headers: { location: 'http://127.0.0.1:1/' } },
      'AWS KMS at H answered 307 to GetPublicKey',
      'check that the address is that of AWS KMS, and run the step again',
    ],
  ] as const)('%s', async (_, answer, message, how) => {
    expect(await refusalOf('awskms:///alias/x', world(await answering(answer)))).toEqual([
      'signing-unavailable',
      message,
      how,
    ]);
  });

  test('a key that cosign cannot use, and a signature of another key', async () => {
    expect(await refusalOf('awskms:///alias/x', world(await answering(publicKey(p384.publicKey))))).toEqual([
      'key-unusable',
      'the signing key is ECDSA secp384r1, which not every verifier of evidence can use',
      'make one of ECDSA P-256 with `cosign generate-key-pair`; RSA of 2048, 3072 or 4096 bits works too',
    ]);
    const server = await answering(publicKey(p256.publicKey), ok({ Signature: signature(other.privateKey) }));
    expect(await refusalOf('awskms:///alias/x', world(server), true)).toEqual([
      'signing-unavailable',
      'AWS KMS at H made a signature that its own public key does not verify',
      'run the step again; the key may have been rotated in between',
    ]);
  });

  test('what passes is asked again, at most three times, and the log says why', async () => {
    const busy: Answer = { status: 429, body: '', headers: { 'retry-after': '7' } };
    const server = await answering(busy, { status: 500, body: '' }, publicKey(p256.publicKey));
    const waits: number[] = [];
    const lines: string[] = [];
    const given = {
      ...world(server),
      wait: async (ms: number) => void waits.push(ms),
      log: (line: string) => void lines.push(line),
    };
    await kmsSigner('awskms:///alias/x', given);
    expect(waits).toEqual([7000, 2000]);
    expect(lines.map((line) => line.replaceAll(/127\.0\.0\.1:\d+/g, 'H'))).toEqual([
      'AWS KMS at H answered 429. Trying again in 7.0 s.',
      'AWS KMS at H answered 500. Trying again in 2.0 s.',
    ]);
    const down = await answering({ status: 500, body: '' });
    await refusalOf('awskms:///alias/x', world(down));
    expect(down.received).toHaveLength(4);
  });

  test.each([
    [
      { AWS_ACCESS_KEY_ID: '' },
      'AWS_ACCESS_KEY_ID is not set',
      'let the step before sign in (aws-actions/configure-aws-credentials with role-to-assume); pull requests from forks get no secrets',
    ],
    [
      { AWS_SECRET_ACCESS_KEY: undefined },
      'AWS_SECRET_ACCESS_KEY is not set',
      'let the step before sign in (aws-actions/configure-aws-credentials with role-to-assume); pull requests from forks get no secrets',
    ],
    [{ AWS_REGION: '' }, 'AWS_REGION or AWS_DEFAULT_REGION is not set', 'set AWS_REGION to the region of the key'],
    [
      { AWS_REGION: 'eu.central' },
      'AWS_REGION is no region',
      'set it to the region of the key: `env: { AWS_REGION: eu-central-1 }`',
    ],
    [
      { AWS_ENDPOINT_URL_KMS: 'http://kms.example.org' },
      'AWS_ENDPOINT_URL_KMS is no address that may be sent credentials',
      'write https://host, without user and query; http is for this machine only',
    ],
  ])('%o', async (env, message, how) => {
    const given = world({ url: await nobody() }, env);
    expect(await refusalOf('awskms:///alias/x', given)).toEqual(['signing-unavailable', message, how]);
  });

  test('nobody listens', async () => {
    expect(await refusalOf('awskms:///alias/x', world({ url: await nobody() }))).toEqual([
      'signing-unavailable',
      'AWS KMS at H cannot be reached: ECONNREFUSED',
      'check the address, and that this machine may connect to it',
    ]);
  });
});

describe('the transit engine of Vault', () => {
  const key = (public_key: string | undefined, type = 'ecdsa-p256') =>
    ok({ data: { type, latest_version: 2, keys: { 1: { public_key: pem(other.publicKey) }, 2: { public_key } } } });

  test.each([
    ['hashivault', p256, { VAULT_NAMESPACE: 'team/ml' }, 'transit'],
    ['openbao', rsa, { TRANSIT_SECRET_ENGINE_PATH: 'teams/transit' }, 'teams/transit'],
  ] as const)('signs by %s:// with the latest version', async (scheme, keys, env, mount) => {
    const server = await answering(
      key(pem(keys.publicKey)),
      ok({ data: { signature: `vault:v2:${signature(keys.privateKey)}` } }),
    );
    const signer = await kmsSigner(`${scheme}://modelgate`, world(server, env));
    expect(verify('sha256', data, keys.publicKey, (await signer.sign(data)).bytes)).toBe(true);
    const [asked, toSign] = server.received;
    expect(asked).toMatchObject({ method: 'GET', path: `/v1/${mount}/keys/modelgate` });
    expect(toSign).toMatchObject({ method: 'POST', path: `/v1/${mount}/sign/modelgate/sha2-256` });
    expect(toSign?.headers).toMatchObject({
      'x-vault-token': secrets.VAULT_TOKEN,
      'x-vault-request': 'true',
      ...('VAULT_NAMESPACE' in env ? { 'x-vault-namespace': 'team/ml' } : {}),
    });
    expect(bodyOf(toSign)).toEqual({
      input: digest,
      prehashed: true,
      key_version: 2,
      signature_algorithm: 'pkcs1v15',
      marshaling_algorithm: 'asn1',
    });
  });

  const makeOne = 'make another: `vault write -f transit/keys/<key> type=ecdsa-p256`';
  test.each([
    [
      'denied',
      { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied'] } },
      'Vault at H answered 403 to GET transit/keys/k: 1 error occurred: * permission denied',
      'give the token a policy with read on transit/keys/k and update on transit/sign/k/sha2-256, and sign in right before this step',
    ],
    [
      'no such key',
      { status: 404, body: { errors: [] } },
      'Vault at H answered 404 to GET transit/keys/k',
      'check the name of the key, and TRANSIT_SECRET_ENGINE_PATH (now transit)',
    ],
    [
      'a standby server',
      { status: 307, body: '', headers: { location: 'https://active.example.org/' } },
      'Vault at H answered 307 to GET transit/keys/k',
      'give the address at which the active server itself answers',
    ],
    [
      'sealed',
      { status: 503, body: { errors: ['Vault is sealed'] } },
      'Vault at H answered 503 to GET transit/keys/k: Vault is sealed',
      'unseal the server',
    ],
    [
      'an echo of the token',
      { status: 400, body: { errors: [`bad token ${secrets.VAULT_TOKEN}`] } },
      'Vault at H answered 400 to GET transit/keys/k: bad token ***',
      'check that VAULT_ADDR is the address of a Vault or OpenBao server, and run the step again',
    ],
    [
      'a symmetric key',
      ok({ data: { type: 'aes256-gcm96', latest_version: 1, keys: { 1: 1_700_000_000 } } }),
      'the key k in Vault at H is of type aes256-gcm96',
      makeOne,
    ],
    [
      'an Ed25519 key',
      key('3f8k2LmQ0b1v7y9sX4pT6cWz5nRjUeAaHdGiKoMqStE=', 'ed25519'),
      'the key k in Vault at H is of type ed25519',
      makeOne,
    ],
  ] as const)('%s', async (_, answer, message, how) => {
    expect(await refusalOf('hashivault://k', world(await answering(answer)))).toEqual([
      'signing-unavailable',
      message,
      how,
    ]);
  });

  test('a token that may read and not sign', async () => {
    const server = await answering(key(pem(p256.publicKey)), { status: 403, body: { errors: ['permission denied'] } });
    expect(await refusalOf('hashivault://k', world(server), true)).toEqual([
      'signing-unavailable',
      'Vault at H answered 403 to POST transit/sign/k/sha2-256: permission denied',
      'give the token a policy with read on transit/keys/k and update on transit/sign/k/sha2-256, and sign in right before this step',
    ]);
  });

  test.each([
    [{ VAULT_ADDR: '' }, 'VAULT_ADDR or BAO_ADDR is not set'],
    [{ VAULT_TOKEN: '' }, 'VAULT_TOKEN or BAO_TOKEN is not set'],
    [{ VAULT_ADDR: 'http://vault.example.org:8200' }, 'VAULT_ADDR is no address that may be sent credentials'],
  ])('%o', async (env, message) => {
    const [reason, said] = await refusalOf('hashivault://k', world({ url: await nobody() }, env));
    expect([reason, said]).toEqual(['signing-unavailable', message]);
  });
});

describe('Cloud KMS', () => {
  const name = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';
  const publicKey = ok({ pem: pem(p256.publicKey), algorithm: 'EC_SIGN_P256_SHA256' });
  const signed = ok({ signature: signature(p256.privateKey) });

  test('signs with the version that is named', async () => {
    const server = await answering(publicKey, signed);
    const signer = await kmsSigner(`gcpkms://${name}/versions/7`, world(server));
    expect(verify('sha256', data, p256.publicKey, (await signer.sign(data)).bytes)).toBe(true);
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/${name}/cryptoKeyVersions/7/publicKey`,
      `POST /v1/${name}/cryptoKeyVersions/7:asymmetricSign`,
    ]);
    expect(bodyOf(server.received[1])).toEqual({ digest: { sha256: digest } });
    expect(server.received[1]?.headers.authorization).toBe(`Bearer ${secrets.CLOUDSDK_AUTH_ACCESS_TOKEN}`);
    expect(signer.description).toMatch(/^the key \S+ \(ECDSA P-256\) in Cloud KMS$/);
  });

  test('else with the newest that is enabled, by its number', async () => {
    const versions = [
      ['9', 'ENABLED'],
      ['10', 'ENABLED'],
      ['11', 'DESTROYED'],
    ].map(([number, state]) => ({
      name: `${name}/cryptoKeyVersions/${number}`,
      state,
    }));
    const server = await answering(ok({ cryptoKeyVersions: versions }), publicKey, signed);
    await kmsSigner(`gcpkms://${name}`, world(server));
    expect(server.received.map(({ path }) => path)).toEqual([
      `/v1/${name}/cryptoKeyVersions?filter=state%3DENABLED&pageSize=1000`,
      `/v1/${name}/cryptoKeyVersions/10/publicKey`,
    ]);
    expect(await refusalOf(`gcpkms://${name}`, world(await answering(ok({}))))).toEqual([
      'signing-unavailable',
      'the key in Cloud KMS has no enabled version',
      'enable one, or make a new one',
    ]);
  });

  const failure = (status: number, code: string, message: string): Answer => ({
    status,
    body: { error: { code: status, status: code, message } },
  });
  test.each([
    [
      'denied',
      failure(403, 'PERMISSION_DENIED', "Permission 'cloudkms.cryptoKeyVersions.viewPublicKey' denied"),
      "Cloud KMS answered 403 PERMISSION_DENIED: Permission 'cloudkms.cryptoKeyVersions.viewPublicKey' denied",
      'give this account the role roles/cloudkms.signerVerifier on the key, and name its version: …/cryptoKeyVersions/<n>',
    ],
    [
      'a token that has expired',
      failure(401, 'UNAUTHENTICATED', `Invalid ${secrets.CLOUDSDK_AUTH_ACCESS_TOKEN}`),
      'Cloud KMS answered 401 UNAUTHENTICATED: Invalid ***',
      'sign in again right before this step: the access token is not valid, or has expired',
    ],
    [
      'no such key',
      failure(404, 'NOT_FOUND', 'not found'),
      'Cloud KMS answered 404 NOT_FOUND: not found',
      'check the name of the key and its version',
    ],
    [
      'another algorithm',
      ok({ pem: pem(rsa.publicKey), algorithm: 'RSA_SIGN_PSS_2048_SHA256' }),
      'the key in Cloud KMS signs with RSA_SIGN_PSS_2048_SHA256',
      'make one with purpose asymmetric-signing and algorithm ec-sign-p256-sha256',
    ],
  ])('%s', async (_, answer, message, how) => {
    expect(await refusalOf(`gcpkms://${name}/cryptoKeyVersions/1`, world(await answering(answer)))).toEqual([
      'signing-unavailable',
      message,
      how,
    ]);
  });

  test('without a token', async () => {
    const given = world({ url: await nobody() }, { CLOUDSDK_AUTH_ACCESS_TOKEN: '' });
    const [reason, message] = await refusalOf(`gcpkms://${name}`, given);
    expect([reason, message]).toEqual([
      'signing-unavailable',
      'CLOUDSDK_AUTH_ACCESS_TOKEN or GOOGLE_OAUTH_ACCESS_TOKEN is not set',
    ]);
  });
});

describe('what is in a variable', () => {
  test('a line end after a secret does no harm', async () => {
    const server = await answering(ok({ KeyUsage: 'SIGN_VERIFY', PublicKey: der(p256.publicKey) }));
    const lines = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, `${value}\n`]));
    await kmsSigner('awskms:///alias/x', world(server, lines));
    expect(server.received[0]?.headers['x-amz-security-token']).toBe(secrets.AWS_SESSION_TOKEN);
  });

  test.each([
    ['AWS_SECRET_ACCESS_KEY', 'awskms:///alias/x'],
    ['AWS_SESSION_TOKEN', 'awskms:///alias/x'],
    ['VAULT_TOKEN', 'hashivault://k'],
    ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k'],
  ] as const)('%s with a line end inside is refused without being shown', async (name, uri) => {
    const given = world({ url: await nobody() }, { [name]: `${secrets[name]}\nmore` });
    expect(await refusalOf(uri, given)).toEqual([
      'signing-unavailable',
      `${name} holds blanks or other characters that it cannot have`,
      'set it once more, on one line and without blanks',
    ]);
  });

  test("fetch's own message, which may hold a header, is not passed on", async () => {
    const failing = () => Promise.reject(new TypeError(`"${secrets.VAULT_TOKEN}" is an invalid header value`));
    expect(await refusalOf('hashivault://k', { ...world({ url: await nobody() }), fetch: failing })).toEqual([
      'signing-unavailable',
      'Vault at H cannot be reached: the request could not be made',
      'check the address, and that this machine may connect to it',
    ]);
  });
});

describe('addresses that name no key', () => {
  const forms =
    'write awskms:///alias/<name>, hashivault://<key> or gcpkms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>; for other services keep a cosign key in a protected environment';
  test.each([
    ['azurekms://vault.azure.net/key', 'keys at azurekms:// cannot be used', forms],
    ['k8s://ns/secret', 'keys at k8s:// cannot be used', forms],
    ['', 'the address of the signing key in a key service has no scheme such as awskms://', forms],
    [
      '-----BEGIN PRIVATE KEY-----secret',
      'the address of the signing key in a key service has no scheme such as awskms://',
      forms,
    ],
    [
      'awskms://alias/x',
      'the address after awskms:// names no key of AWS KMS',
      'write awskms:///alias/<name>, awskms:///<key id> or awskms:///<arn>, with three slashes where no endpoint is meant',
    ],
    [
      'awskms://user:secret@host/alias/x',
      'the address after awskms:// names no key of AWS KMS',
      'write awskms:///alias/<name>, awskms:///<key id> or awskms:///<arn>, with three slashes where no endpoint is meant',
    ],
    [
      'hashivault://a/../b',
      'the address after hashivault:// names no key of the transit engine',
      'write hashivault://<key>; the server is named by VAULT_ADDR, and another mount by TRANSIT_SECRET_ENGINE_PATH',
    ],
    [
      'gcpkms://projects/p/locations/l/keyRings/r',
      'the address after gcpkms:// names no key of Cloud KMS',
      'write gcpkms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>/cryptoKeyVersions/<n>',
    ],
  ])('%s', async (uri, message, how) => {
    expect(await refusalOf(uri, world({ url: await nobody() }))).toEqual(['signing-unavailable', message, how]);
  });
});

test('a service that hashes the digest once more is found out', async () => {
  const server = await loopback((request) => {
    if (request.headers['x-amz-target'] === 'TrentService.GetPublicKey') {
      return ok({ KeyUsage: 'SIGN_VERIFY', PublicKey: der(p256.publicKey) });
    }
    const message = Buffer.from(JSON.parse(request.body).Message, 'base64');
    return ok({ Signature: sign('sha256', message, p256.privateKey).toString('base64') });
  });
  const signer = await kmsSigner('awskms:///alias/x', world(server));
  await expect(signStatement(verdictStatement(verdict, subject, attester), signer)).rejects.toThrow(
    'made a signature that its own public key does not verify',
  );
});
