import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { GoogleAddress } from './kms-address.ts';
import { required } from './kms-environment.ts';
import { askKms, type KmsWorld } from './kms-http.ts';
import { type KmsKey, kmsPublicKey } from './kms-key.ts';
import { redacted } from './redaction.ts';

const versionsReply = z.object({
  cryptoKeyVersions: z.array(z.object({ name: z.string(), state: z.string() })).default([]),
});
const publicKeyReply = z.object({ pem: z.string(), algorithm: z.string() });
const signReply = z.object({ signature: z.base64() });
const failureReply = z.object({ error: z.object({ status: z.string().default(''), message: z.string().default('') }) });

const service = 'Cloud KMS';
const base = 'https://cloudkms.googleapis.com/v1';

/** Those whose signatures are over a SHA-256, in the form that cosign verifies. */
const algorithms = /^(EC_SIGN_P256_SHA256|RSA_SIGN_PKCS1_(2048|3072|4096)_SHA256)$/;

/**
 * A key of Google's Cloud KMS (REST v1), with an access token from CLOUDSDK_AUTH_ACCESS_TOKEN, which gcloud reads too, or
 * GOOGLE_OAUTH_ACCESS_TOKEN. Without a version the newest that is enabled is taken. Google's checksums are not asked for:
 * every signature is verified after it has come.
 *
 * @throws UserError signing-unavailable
 */
export async function googleKey(address: GoogleAddress, world: KmsWorld): Promise<KmsKey> {
  const token = required(
    world.env,
    ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'GOOGLE_OAUTH_ACCESS_TOKEN'],
    `let the step before sign in (google-github-actions/auth with id "auth" and token_format: access_token) and hand its output on: \`env: { CLOUDSDK_AUTH_ACCESS_TOKEN: "\${{ steps.auth.outputs.access_token }}" }\``,
  );

  async function ask<T>(method: 'GET' | 'POST', path: string, given: object | undefined, schema: z.ZodType<T>) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = given === undefined ? {} : { body: JSON.stringify(given) };
    const reply = await askKms({ service, method, url: `${base}/${path}`, headers, ...body }, world);
    const parsed = schema.safeParse(reply.body);
    if (reply.status === 200 && parsed.success) return parsed.data;
    const failure = failureReply.safeParse(reply.body).data?.error;
    const code = failure?.status.replaceAll(/\W/g, '') ?? '';
    const said = redacted(failure?.message ?? '', [token]);
    const answer = `${service} answered ${reply.status}${code === '' ? '' : ` ${code}`}`;
    throw new UserError('signing-unavailable', said === '' ? answer : `${answer}: ${said}`, {
      how: advice[reply.status] ?? 'run the step again',
    });
  }

  const name = await versionName(address, (path) => ask('GET', path, undefined, versionsReply));
  const { pem, algorithm } = await ask('GET', `${name}/publicKey`, undefined, publicKeyReply);
  if (!algorithms.test(algorithm)) {
    throw new UserError('signing-unavailable', `the key in ${service} signs with ${redacted(algorithm)}`, {
      how: 'make one with purpose asymmetric-signing and algorithm ec-sign-p256-sha256',
    });
  }
  return {
    service,
    publicKey: kmsPublicKey(service, pem),
    sign: async (digest) => {
      const given = { digest: { sha256: digest.toString('base64') } };
      const { signature } = await ask('POST', `${name}:asymmetricSign`, given, signReply);
      return Buffer.from(signature, 'base64');
    },
  };
}

async function versionName(
  { key, version }: GoogleAddress,
  list: (path: string) => Promise<z.infer<typeof versionsReply>>,
): Promise<string> {
  if (version !== undefined) return `${key}/cryptoKeyVersions/${version}`;
  const { cryptoKeyVersions } = await list(`${key}/cryptoKeyVersions?filter=state%3DENABLED&pageSize=1000`);
  const numbers = cryptoKeyVersions
    .filter(({ state }) => state === 'ENABLED')
    .map(({ name }) => Number(/\/cryptoKeyVersions\/(\d+)$/.exec(name)?.[1] ?? 0));
  const newest = Math.max(0, ...numbers);
  if (newest > 0) return `${key}/cryptoKeyVersions/${newest}`;
  throw new UserError('signing-unavailable', `the key in ${service} has no enabled version`, {
    how: 'enable one, or make a new one',
  });
}

const advice: Readonly<Record<number, string>> = {
  400: 'make a key with purpose asymmetric-signing and algorithm ec-sign-p256-sha256',
  401: 'sign in again right before this step: the access token is not valid, or has expired',
  403: 'give this account the role roles/cloudkms.signerVerifier on the key, and name its version: …/cryptoKeyVersions/<n>',
  404: 'check the name of the key and its version',
};
