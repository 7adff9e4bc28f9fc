import { UserError } from '@modelgate/core';

/** Where a bucket is and who asks. */
export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Of a store other than AWS; its buckets are then part of the path. */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** What should be mended although it works, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the variables that AWS's own tools read: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION
 * (or AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL). Files and instance roles are not looked at:
 * what a step may do is what its environment says.
 *
 * @throws UserError baseline-unreadable when one is missing or malformed; values are never shown
 */
export function s3Settings(bucket: string, environment: Readonly<Record<string, string | undefined>>): S3Settings {
  const value = (...names: readonly string[]) => names.map((name) => environment[name]).find((one) => one);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw refusal(
      `"${bucket.slice(0, 80)}" is no name of a bucket`,
      'use 3 to 63 lower-case letters, digits, dots and hyphens',
    );
  }
  const accessKeyId = value('AWS_ACCESS_KEY_ID');
  const secretAccessKey = value('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    throw refusal(
      `the object store needs ${missing}, which is not set`,
      `let the step before sign in (aws-actions/configure-aws-credentials with role-to-assume), or give it to this step: \`env: { ${missing}: "\${{ secrets.${missing} }}" }\`; pull requests from forks get no secrets`,
    );
  }
  const endpoint = value('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
  const region = value('AWS_REGION', 'AWS_DEFAULT_REGION') ?? (endpoint === undefined ? undefined : 'us-east-1');
  if (region === undefined || !/^[a-z0-9-]{1,40}$/.test(region)) {
    throw refusal(
      `AWS_REGION is ${region === undefined ? 'not set' : 'no region'}`,
      'set AWS_REGION to the region of the bucket: `env: { AWS_REGION: eu-central-1 }`',
    );
  }
  const sessionToken = value('AWS_SESSION_TOKEN');
  return {
    bucket,
    region,
    accessKeyId,
    secretAccessKey,
    warnings: [
      ...(sessionToken === undefined ? [staticKeys] : []),
      ...(endpoint === undefined ? [] : endpointWarnings(endpoint)),
    ],
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

const staticKeys =
  'The object store is used with a static key (no AWS_SESSION_TOKEN): who learns it keeps access until somebody deletes it. Use keys that expire: on GitHub, OpenID Connect and a role.';

function endpointWarnings(endpoint: string): readonly string[] {
  const url = URL.parse(endpoint);
  if (
    url === null ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username !== '' ||
    url.search !== ''
  ) {
    throw refusal(
      'AWS_ENDPOINT_URL is no address of an object store',
      'give it as https://host, without user or query',
    );
  }
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  // requests are signed, so the key itself does not travel
  return url.protocol === 'https:' || loopback ? [] : [`Data travel to ${url.host} unencrypted: use https.`];
}

function refusal(message: string, how: string): UserError {
  return new UserError('baseline-unreadable', message, { how });
}
