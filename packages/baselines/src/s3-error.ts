import { UserError } from '@modelgate/core';
import type { RegistryReply } from './registry-http.ts';

/** `Code` and `Message` of S3's error document; empty for other bodies. */
export function s3ErrorOf(reply: RegistryReply): { code: string; message: string } {
  const body = new TextDecoder().decode(reply.bytes.subarray(0, 64 * 1024));
  const element = (name: string) => new RegExp(`<${name}>([^<]{0,500})</${name}>`).exec(body)?.[1] ?? '';
  return {
    code: element('Code').replaceAll(/\W/g, ''),
    message: element('Message')
      .replaceAll(/\p{C}+/gu, ' ')
      .slice(0, 200),
  };
}

/** What a refused request means to who reads the log. Never holds a key: neither ours nor the one S3 echoes. */
export function s3Refusal(service: string, what: string, reply: RegistryReply): UserError {
  const { code } = s3ErrorOf(reply);
  const reason = code === 'NoSuchBucket' ? 'baseline-missing' : 'baseline-unreadable';
  const said = `${service} answered ${reply.status}${code === '' ? '' : ` ${code}`} to ${what}`;
  return new UserError(reason, said, { how: howFor(reply.status, code) });
}

const advice: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or a proxy changes requests',
  InvalidAccessKeyId: 'this store does not know AWS_ACCESS_KEY_ID: set the key of this store',
  XAdminUserNotFound: 'this store does not know AWS_ACCESS_KEY_ID: set the key of this store', // versitygw's
  InvalidToken: 'AWS_SESSION_TOKEN belongs to another key: take all three from one sign-in',
  ExpiredToken: 'the sign-in has expired: sign in again right before this step',
  RequestTimeTooSkewed: "set this machine's clock: signatures hold for 15 minutes",
  AccessDenied: 'allow s3:GetObject, s3:PutObject and s3:ListBucket on this bucket to this key',
  NoSuchBucket: 'create the bucket, or correct its name',
  PermanentRedirect: 'set AWS_REGION to the region of the bucket',
  AuthorizationHeaderMalformed: 'set AWS_REGION to the region of the bucket',
  NotImplemented: 'this store has no conditional writes, without which a champion can be lost: use one that has',
};

function howFor(status: number, code: string): string {
  const known = advice[code];
  if (known !== undefined) return known;
  if (status === 301 || status === 307) return 'set AWS_REGION to the region of the bucket';
  if (status === 401 || status === 403) return 'set keys that may read and write this bucket';
  if (status === 501) return advice['NotImplemented'] ?? '';
  if (status === 429 || status >= 500) return "run the step again; if it lasts, look at the store's status";
  return 'check that the address is that of an object store speaking S3';
}
