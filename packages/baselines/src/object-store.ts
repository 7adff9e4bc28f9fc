import { createHash } from 'node:crypto';
import { UserError } from '@modelgate/core';
import { AwsV4Signer } from 'aws4fetch';
import { type RegistryHttpOptions, type RegistryReply, sendToRegistry } from './registry-http.ts';
import type { S3Settings } from './s3-environment.ts';
import { s3ErrorOf, s3Refusal } from './s3-error.ts';

export interface ObjectStoreOptions extends RegistryHttpOptions {
  readonly now: () => Date;
}

export interface StoredObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Opaque, with its quotes: what a conditional write names. */
  readonly etag: string;
  /** Undefined where the store does not tell. */
  readonly modifiedAt: Date | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** What must hold for a write to happen. */
export type WriteCondition = { readonly kind: 'absent' } | { readonly kind: 'unchanged'; readonly etag: string };

export type WriteResult =
  | { readonly kind: 'written'; readonly etag: string }
  /** The condition did not hold: nothing was written by this attempt. `uncertain`: an earlier one may have been. */
  | { readonly kind: 'conflict'; readonly uncertain: boolean };

const listPagesAtMost = 100;

/** Objects of one bucket, over S3's REST API (2006-03-01) with signature version 4. */
export class ObjectStore {
  /** For messages: `the bucket models`. */
  readonly service: string;
  readonly warnings: readonly string[];
  readonly #settings: S3Settings;
  readonly #options: ObjectStoreOptions;
  readonly #base: string;

  constructor(settings: S3Settings, options: ObjectStoreOptions) {
    this.service = `the bucket ${settings.bucket}`;
    this.warnings = settings.warnings;
    this.#settings = settings;
    this.#options = options;
    this.#base = bucketUrl(settings);
  }

  /** @param limit bytes. @returns undefined when there is no such object. @throws UserError baseline-unreadable, -missing */
  async get(key: string, limit: number): Promise<StoredObject | undefined> {
    const reply = await this.#send('GET', keyPath(key), { maxBytes: limit });
    if (reply.status === 200) {
      return { bytes: reply.bytes, etag: etagOf(this.service, reply), modifiedAt: lastModified(reply) };
    }
    if (reply.status === 404 && s3ErrorOf(reply).code === 'NoSuchKey') return undefined;
    throw s3Refusal(this.service, `reading ${key}`, reply);
  }

  /** Replaces what is there. */
  async put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const reply = await this.#send('PUT', keyPath(key), { body: bytes });
    if (reply.status === 200) return etagOf(this.service, reply);
    throw s3Refusal(this.service, `writing ${key}`, reply);
  }

  /** Writes only if the condition holds at that moment: of several writers with the same condition one wins. */
  async putIf(key: string, bytes: Uint8Array<ArrayBuffer>, condition: WriteCondition): Promise<WriteResult> {
    const headers: Record<string, string> =
      condition.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.etag };
    const reply = await this.#send('PUT', keyPath(key), { body: bytes, headers });
    if (reply.status === 200) return { kind: 'written', etag: etagOf(this.service, reply) };
    const { code } = s3ErrorOf(reply);
    // 409 ConditionalRequestConflict: another write of the same key was under way. 404: what should be unchanged is gone.
    const gone = reply.status === 404 && code === 'NoSuchKey' && condition.kind === 'unchanged';
    if (reply.status === 412 || reply.status === 409 || gone)
      return { kind: 'conflict', uncertain: reply.attempts > 1 };
    throw s3Refusal(this.service, `writing ${key}`, reply);
  }

  /** All objects whose key begins with a prefix, by key. */
  async list(prefix: string): Promise<readonly ListedObject[]> {
    const found: ListedObject[] = [];
    let token: string | undefined;
    for (let page = 0; page < listPagesAtMost; page++) {
      const query: [string, string][] = [
        ['list-type', '2'],
        ['encoding-type', 'url'],
        ['prefix', prefix],
      ];
      if (token !== undefined) query.push(['continuation-token', token]);
      const search = query.map(([name, value]) => `${name}=${rfc3986(value)}`).join('&');
      const reply = await this.#send('GET', `/?${search}`, {});
      if (reply.status !== 200) throw s3Refusal(this.service, `listing ${prefix}`, reply);
      const { objects, next } = listedIn(new TextDecoder().decode(reply.bytes));
      found.push(...objects);
      token = next;
      if (token === undefined) return found;
    }
    throw new UserError(
      'baseline-unreadable',
      `${this.service} holds more than ${listPagesAtMost * 1000} objects under ${prefix}`,
      {
        how: 'give the champions a prefix of their own',
      },
    );
  }

  async #send(
    method: 'GET' | 'PUT',
    path: string,
    given: { body?: Uint8Array<ArrayBuffer>; headers?: Readonly<Record<string, string>>; maxBytes?: number },
  ): Promise<RegistryReply> {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#settings;
    const { body, maxBytes } = given;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const signer = new AwsV4Signer({
      method,
      url: this.#base + path,
      // the payload's own hash: what aws4fetch would send, UNSIGNED-PAYLOAD, leaves the body open to change
      headers: { ...given.headers, 'x-amz-content-sha256': hash },
      accessKeyId,
      secretAccessKey,
      service: 's3',
      region,
      datetime: this.#options
        .now()
        .toISOString()
        .replaceAll(/[:-]|\.\d{3}/g, ''),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    });
    const signed = await signer.sign();
    return await sendToRegistry(
      {
        service: this.service,
        method,
        url: signed.url.href,
        headers: Object.fromEntries(signed.headers),
        repeatable: true,
        redirects: 'return',
        ...(body === undefined ? {} : { body }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      },
      this.#options,
    );
  }
}

function bucketUrl({ endpoint, bucket, region }: S3Settings): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  // the certificate of *.s3… does not cover a bucket with a dot
  if (bucket.includes('.')) return `https://s3.${region}.amazonaws.com/${bucket}`;
  return `https://${bucket}.s3.${region}.amazonaws.com`;
}

/** Keys are ours, yet hold names of policies and gates: `..` would be resolved by the URL, and reach another bucket. */
function keyPath(key: string): string {
  const odd = (part: string) => part === '' || part === '.' || part === '..' || /\p{C}/u.test(part);
  if (key.length > 500 || key.split('/').some(odd)) {
    throw new UserError('policy-invalid', `${JSON.stringify(key.slice(0, 80))} is no key of an object`, {
      how: 'use names with / between them, without . or ..',
    });
  }
  return `/${key.split('/').map(rfc3986).join('/')}`;
}

/** What `encodeURIComponent` leaves alone is encoded too, as the signature is over the stricter form. */
function rfc3986(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function etagOf(service: string, reply: RegistryReply): string {
  const etag = reply.headers.get('etag');
  if (etag !== null && etag !== '') return etag;
  throw new UserError('baseline-unreadable', `${service} gives no ETag, without which a champion cannot be kept`, {
    how: 'use an object store that speaks S3 in full',
  });
}

function lastModified({ headers }: RegistryReply): Date | undefined {
  const at = new Date(headers.get('last-modified') ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Asked for with encoding-type=url, so keys hold no character that means something to XML. */
function listedIn(xml: string): { objects: readonly ListedObject[]; next: string | undefined } {
  const element = (text: string, name: string) =>
    unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '');
  const coded = element(xml, 'EncodingType') === 'url';
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, one = '']) => {
    const key = element(one, 'Key');
    return {
      key: coded ? decodeURIComponent(key.replaceAll('+', ' ')) : key,
      size: Number(element(one, 'Size')),
      etag: element(one, 'ETag'),
    };
  });
  const truncated = element(xml, 'IsTruncated') === 'true';
  const next = element(xml, 'NextContinuationToken');
  return { objects, next: truncated && next !== '' ? next : undefined };
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name)] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal));
  });
}
