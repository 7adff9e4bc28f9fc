import path from 'node:path';
import { UserError } from '@modelgate/core';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod';
import type { EngineFailure } from './session.ts';
import type { MatchedFile } from './source-files.ts';

/** An object store speaking S3, and what of it may be read. Give it keys that may list and read, and nothing else. */
export interface RemoteStore {
  /** The engine's signed `httpfs` extension, where it was put before; otherwise the engine installs it from its own repository. */
  readonly extension?: string;
  /** Of a store other than AWS, such as `https://minio.example`; its buckets are then part of the path. */
  readonly endpoint?: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Such as `s3://bucket/data/`; nothing else is read, whatever the keys allow. */
  readonly prefixes: readonly string[];
}

export interface StoredFile extends MatchedFile {
  /** Opaque; changes with the content. */
  readonly etag: string;
}

const mostPages = 100;
const address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/s;

export function isObjectAddress(asked: string): boolean {
  return /^s3:\/\//i.test(asked);
}

/** Folders as the engine's sandbox compares them. @throws UserError `policy-invalid` */
export function allowedPrefixes(store: RemoteStore): readonly string[] {
  return store.prefixes.map((prefix) => {
    const [, bucket, key] = address.exec(`${prefix.replace(/\/*$/, '')}/`) ?? [];
    if (bucket === undefined || key === undefined || isOdd(key)) {
      throw new UserError('policy-invalid', `${JSON.stringify(prefix)} is no prefix of an object store.`, {
        how: 'Write it as s3://bucket/folder.',
      });
    }
    return `s3://${bucket}/${key}`;
  });
}

/**
 * The objects of an address or glob (`*`, `**`, `?`, `[…]`, `{…}` in the key), sorted by key.
 *
 * @param request `timeout` in milliseconds, of each page of the list
 * @throws UserError `policy-invalid` outside the prefixes, `file-missing`, `file-empty`, `file-unreadable` when the store
 *   does not answer, refuses, or holds more than 100,000 objects there
 */
export async function matchObjects(
  store: RemoteStore,
  asked: string,
  request: { readonly fetch: typeof globalThis.fetch; readonly timeout: number },
): Promise<readonly StoredFile[]> {
  const [, bucket = '', pattern = ''] = address.exec(asked) ?? [];
  const allowed = allowedPrefixes(store);
  if (pattern === '' || isOdd(pattern.replaceAll('?', '')) || !allowed.some((prefix) => asked.startsWith(prefix))) {
    throw new UserError('policy-invalid', `${asked} is outside of what may be read.`, {
      how: `Tables of the object store are read below ${allowed.join(', ')}.`,
    });
  }
  const plain = /^[^*?[{]*/.exec(pattern)?.[0] ?? '';
  const found = await listed(store, bucket, plain, request);
  const files = found
    .filter(({ key }) => key === pattern || (plain !== pattern && path.posix.matchesGlob(key, pattern)))
    .map(({ key, size, etag }): StoredFile => {
      const name = `s3://${bucket}/${key}`;
      // The engine takes what follows a question mark for settings, another server among them.
      if (isOdd(key)) throw refused(name, 'has a name that the engine would not take as it stands', 'Rename it.');
      if (etag === '') {
        throw refused(name, 'has no ETag, which stands for its content', 'Write it again through the store.');
      }
      if (size === 0) throw new UserError('file-empty', `${name} is empty.`, { where: { file: name } });
      const extension = path.posix.extname(key).toLowerCase();
      return { path: name, real: name, extension, compression: undefined, bytes: size, etag };
    });
  if (files.length > 0) return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  throw new UserError('file-missing', `${asked} matches no object.`, {
    how: 'Did the step that writes it run, and into this bucket?',
  });
}

/** What to tell when the store fails while the engine reads from it; undefined for other failures. */
export function fetchFailure(file: string, failure: EngineFailure): UserError | undefined {
  if (!isObjectAddress(file) || !/^(HTTP|IO) Error/.test(failure.detail)) return undefined;
  const status = /HTTP (\d{3})/.exec(failure.detail)?.[1];
  const what = status === undefined ? 'cannot be fetched' : `cannot be fetched: HTTP ${status}`;
  return refused(file, what, 'Was it replaced or deleted meanwhile? Otherwise run the step again.');
}

const listSchema = z.object({
  objects: z.array(z.object({ key: z.string().min(1), size: z.int().nonnegative(), etag: z.string() })),
  next: z.string().optional(),
});
type ListedObject = z.infer<typeof listSchema>['objects'][number];

async function listed(
  store: RemoteStore,
  bucket: string,
  prefix: string,
  request: { readonly fetch: typeof globalThis.fetch; readonly timeout: number },
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix });
    if (token !== undefined) query.set('continuation-token', token);
    const text = await answered(store, bucket, `?${query.toString().replaceAll('+', '%20')}`, request);
    const list = listSchema.safeParse(listedIn(text));
    if (!list.success)
      throw refused(`s3://${bucket}`, 'is listed in a form that S3 does not have', 'Check the endpoint.');
    found.push(...list.data.objects);
    token = list.data.next;
    if (token === undefined) return found;
  }
  throw refused(
    `s3://${bucket}/${prefix}`,
    `holds more than ${(mostPages * 1000).toLocaleString('en')} objects`,
    'Name a longer prefix.',
  );
}

async function answered(
  store: RemoteStore,
  bucket: string,
  search: string,
  { fetch, timeout }: { readonly fetch: typeof globalThis.fetch; readonly timeout: number },
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = store;
  const signer = new AwsV4Signer({
    url: `${bucketUrl(store, bucket)}/${search}`,
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  const { url, headers } = await signer.sign();
  let reply: Response;
  let text: string;
  try {
    reply = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    text = await reply.text();
  } catch (error) {
    throw new UserError('file-unreadable', `The object store of s3://${bucket} does not answer.`, {
      how: 'Check endpoint and region, and that this machine may reach it.',
      cause: error,
    });
  }
  if (reply.status === 200) return text;
  const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? '';
  throw new UserError(
    'file-unreadable',
    `The object store answered ${`${reply.status} ${code}`.trim()} to listing s3://${bucket}.`,
    { how: advice[code] ?? 'Set keys that may list and read this bucket (s3:ListBucket, s3:GetObject).' },
  );
}

const advice: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'The secret key does not belong to the access key, or a proxy changes requests.',
  ExpiredToken: 'The sign-in has expired: sign in again right before this step.',
  NoSuchBucket: 'Correct the name of the bucket.',
  PermanentRedirect: 'Set the region of the bucket.',
  AuthorizationHeaderMalformed: 'Set the region of the bucket.',
  RequestTimeTooSkewed: "Set this machine's clock: signatures hold for 15 minutes.",
};

function bucketUrl({ endpoint, region }: RemoteStore, bucket: string): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  // The certificate of *.s3… does not cover a bucket with a dot.
  if (bucket.includes('.')) return `https://s3.${region}.amazonaws.com/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com`;
}

/** Source: Amazon S3 API reference, ListObjectsV2. With `encoding-type=url` keys hold no character that XML escapes. */
function listedIn(xml: string): unknown {
  const element = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, one = '']) => ({
    key: decodeURIComponent((element(one, 'Key') ?? '').replaceAll('+', ' ')),
    size: Number(element(one, 'Size')),
    etag: (element(one, 'ETag') ?? '').replaceAll(/&quot;|&#34;|"/g, ''),
  }));
  const next = element(xml, 'IsTruncated') === 'true' ? element(xml, 'NextContinuationToken') : undefined;
  return { objects, ...(next === undefined ? {} : { next }) };
}

/** What an address would not keep as it stands. */
function isOdd(key: string): boolean {
  return /[?#\\\p{C}]/u.test(key) || key.split('/').some((part) => part === '.' || part === '..');
}

function refused(name: string, what: string, how: string): UserError {
  return new UserError('file-unreadable', `${name} ${what}.`, { how, where: { file: name } });
}
