import { UserError } from '@modelgate/core';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod';
import type { AwsAddress } from './kms-address.ts';
import { optional, required } from './kms-environment.ts';
import { askKms, type KmsReply, type KmsWorld } from './kms-http.ts';
import { type KmsKey, kmsPublicKey } from './kms-key.ts';
import { redacted } from './redaction.ts';
import { serviceAddress } from './service-address.ts';

const publicKeyReply = z.object({ PublicKey: z.base64(), KeyUsage: z.string() });
const signReply = z.object({ Signature: z.base64() });
const failureReply = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/**
 * A key of AWS KMS, by its JSON protocol (TrentService) with signature version 4. Credentials are those that AWS's own
 * tools read: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION or AWS_DEFAULT_REGION (an ARN has
 * its own), AWS_ENDPOINT_URL_KMS or AWS_ENDPOINT_URL. Files and instance roles are not looked at.
 *
 * @throws UserError signing-unavailable
 */
export async function awsKey(address: AwsAddress, world: KmsWorld): Promise<KmsKey> {
  const access = awsAccess(address, world);
  const { service } = access;
  const asked = { KeyId: address.key };
  const { PublicKey, KeyUsage } = await ask(access, world, 'GetPublicKey', asked, publicKeyReply);
  if (KeyUsage !== 'SIGN_VERIFY') {
    const message = `the key in ${service} is for ${redacted(KeyUsage)}`;
    throw new UserError('signing-unavailable', message, { how: makeAnother });
  }
  const publicKey = kmsPublicKey(service, Buffer.from(PublicKey, 'base64'));
  return {
    service,
    publicKey,
    sign: async (digest) => {
      const given = {
        ...asked,
        Message: digest.toString('base64'),
        MessageType: 'DIGEST',
        SigningAlgorithm: publicKey.asymmetricKeyType === 'ec' ? 'ECDSA_SHA_256' : 'RSASSA_PKCS1_V1_5_SHA_256',
      };
      const { Signature } = await ask(access, world, 'Sign', given, signReply);
      return Buffer.from(Signature, 'base64');
    },
  };
}

interface AwsAccess {
  /** For messages. */
  readonly service: string;
  readonly url: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
    readonly region: string;
  };
}

function awsAccess(address: AwsAddress, { env }: KmsWorld): AwsAccess {
  const accessKeyId = required(env, ['AWS_ACCESS_KEY_ID'], signIn);
  const secretAccessKey = required(env, ['AWS_SECRET_ACCESS_KEY'], signIn);
  const sessionToken = optional(env, 'AWS_SESSION_TOKEN');
  const region =
    address.region ?? required(env, ['AWS_REGION', 'AWS_DEFAULT_REGION'], 'set AWS_REGION to the region of the key');
  const url = endpoint(address, region, env);
  return {
    service: `AWS KMS at ${new URL(url).host}`,
    url: `${url}/`,
    credentials: { accessKeyId, secretAccessKey, region, ...(sessionToken === undefined ? {} : { sessionToken }) },
  };
}

function endpoint({ endpoint }: AwsAddress, region: string, env: KmsWorld['env']): string {
  if (!/^[a-z0-9-]{1,40}$/.test(region)) {
    throw new UserError('signing-unavailable', 'AWS_REGION is no region', {
      how: 'set it to the region of the key: `env: { AWS_REGION: eu-central-1 }`',
    });
  }
  if (endpoint !== undefined) return serviceAddress('the endpoint after awskms://', endpoint);
  for (const name of ['AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL']) {
    const own = optional(env, name);
    if (own !== undefined) return serviceAddress(name, own);
  }
  return `https://kms.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

async function ask<T>(
  access: AwsAccess,
  world: KmsWorld,
  operation: 'GetPublicKey' | 'Sign',
  given: object,
  schema: z.ZodType<T>,
): Promise<T> {
  const { service, url, credentials } = access;
  const body = JSON.stringify(given);
  const iso = world.now().toISOString();
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'kms',
    datetime: iso.replaceAll(/[:-]|\.\d{3}/g, ''),
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
    body,
    allHeaders: true, // else the type of the body is not signed
  });
  const { headers } = await signer.sign();
  const reply = await askKms({ service, method: 'POST', url, headers: Object.fromEntries(headers), body }, world);
  const parsed = schema.safeParse(reply.body);
  if (reply.status === 200 && parsed.success) return parsed.data;
  throw refusal(access, operation, reply);
}

function refusal({ service, credentials }: AwsAccess, operation: string, { status, body }: KmsReply): UserError {
  const failure = failureReply.safeParse(body).data;
  // some servers write com.amazonaws.kms#NotFoundException
  const code = failure?.__type.split('#').at(-1)?.replaceAll(/\W/g, '') ?? '';
  const words = showsNoRequest.has(code) ? (failure?.message ?? failure?.Message ?? '') : '';
  const said = redacted(words, [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]);
  const answer = `${service} answered ${status}${code === '' ? '' : ` ${code}`} to ${operation}`;
  return new UserError('signing-unavailable', said === '' ? answer : `${answer}: ${said}`, {
    how: advice[code] ?? 'check that the address is that of AWS KMS, and run the step again',
  });
}

const signIn =
  'let the step before sign in (aws-actions/configure-aws-credentials with role-to-assume); pull requests from forks get no secrets';
const makeAnother =
  'make a key with KeyUsage SIGN_VERIFY and KeySpec ECC_NIST_P256: `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256`';

/** Codes whose message does not repeat the signed request, which holds the session token. */
const showsNoRequest: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'NotFoundException',
  'DisabledException',
  'KMSInvalidStateException',
  'InvalidKeyUsageException',
  'UnsupportedOperationException',
  'ValidationException',
]);

const advice: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'allow kms:GetPublicKey and kms:Sign on this key to this role, in its policy and in that of the key',
  NotFoundException: 'check the name of the key, and that AWS_REGION is its region',
  DisabledException: 'enable the key',
  KMSInvalidStateException: 'enable the key, or cancel its deletion',
  InvalidKeyUsageException: makeAnother,
  UnsupportedOperationException: makeAnother,
  ValidationException: makeAnother,
  ExpiredTokenException: 'sign in again right before this step: the credentials have expired',
  UnrecognizedClientException:
    'AWS_ACCESS_KEY_ID or AWS_SESSION_TOKEN is not known there: take all three from one sign-in',
  IncompleteSignatureException: 'a proxy may change requests',
  InvalidSignatureException:
    "AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or this machine's clock is off by more than 5 minutes",
  ThrottlingException: 'AWS limits how often it signs: run the step again',
};
