import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { UserError } from '@modelgate/core';
import type { EnginePin } from './engine-platform.ts';
import { type RegistryChoice, registryAddress } from './registry-address.ts';
import { filesOfTar } from './tar.ts';

const redirectLimit = 3;

export interface DownloadOptions extends RegistryChoice {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds for the whole download. */
  readonly timeout: number;
  readonly log: (line: string) => void;
}

export const mending =
  'Let this runner reach the package registry, name one that it can reach in the input "registry", or put the ' +
  'libraries of this version into a folder and name it in the input "engine-path".';

/**
 * Fetches the engine's tarball from the package registry and takes the pinned libraries out of it, in memory. Bytes
 * with another hash than the pinned one are asked for a second time (a proxy may have cut them), then refused.
 *
 * @throws UserError `engine-unavailable`
 */
export async function downloadLibraries(
  pin: EnginePin,
  options: DownloadOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const name = `node-bindings-${pin.platform}`;
  const registry = await registryAddress(options).catch((error: unknown) => {
    throw unavailable(pin, `npm could not be asked which registry to use (${cause(error)})`, error);
  });
  const url = `${registry}/@duckdb/${name}/-/${name}-${pin.version}.tgz`;
  const found: string[] = [];
  for (let attempt = 1; attempt <= 2; attempt++) {
    options.log(`Fetching the embedded engine (DuckDB ${pin.version} for ${pin.platform}) from ${url}`);
    const tarball = await get(url, pin, options);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    if (integrity === pin.tarball.integrity) return libraries(tarball, pin);
    found.push(integrity);
  }
  throw unavailable(
    pin,
    `${url} sent other bytes than expected, twice: expected ${pin.tarball.integrity}, found ${found.at(-1)}`,
  );
}

export function unavailable(pin: EnginePin, why: string, cause?: unknown): UserError {
  return new UserError(
    'engine-unavailable',
    `The embedded engine (DuckDB ${pin.version} for ${pin.platform}) is not there: ${why}.`,
    {
      how: mending,
      cause,
    },
  );
}

async function get(url: string, pin: EnginePin, options: DownloadOptions): Promise<Uint8Array> {
  try {
    const signal = AbortSignal.timeout(options.timeout);
    const response = await follow(url, options.fetch, signal);
    if (!response.ok) throw unavailable(pin, `${url} answered ${response.status}`);
    return await bounded(response, url, pin);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      throw unavailable(pin, `${url} did not answer within ${options.timeout / 1000} s`, error);
    }
    throw unavailable(pin, `${url} could not be reached (${cause(error)})`, error);
  }
}

/** Registries hand tarballs to other hosts; the hash decides what is taken, but https never falls back to http. */
async function follow(start: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Response> {
  let url = new URL(start);
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return response;
    const next = new URL(location, url);
    await response.body?.cancel();
    if (redirects === redirectLimit) throw new Error(`more than ${redirectLimit} redirects`);
    if (next.protocol !== 'https:' && next.protocol !== url.protocol) throw new Error(`redirected to ${next.protocol}`);
    url = next;
  }
}

async function bounded(response: Response, url: string, pin: EnginePin): Promise<Uint8Array> {
  const content = new Uint8Array(pin.tarball.bytes);
  let length = 0;
  for await (const chunk of response.body ?? []) {
    if (length + chunk.length > content.length) {
      await response.body?.cancel().catch(() => undefined);
      throw unavailable(pin, `${url} sends more than the expected ${content.length} bytes`);
    }
    content.set(chunk, length);
    length += chunk.length;
  }
  return content.subarray(0, length);
}

function libraries(tarball: Uint8Array, pin: EnginePin): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { name, content } of filesOfTar(gunzipSync(tarball))) files.set(name, content);
  return new Map(
    pin.libraries.map(({ name }) => {
      const content = files.get(`package/${name}`);
      if (content === undefined) throw new Error(`the pinned tarball of ${pin.platform} holds no ${name}`);
      return [name, content];
    }),
  );
}

function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error.cause;
  if (inner instanceof Error) return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
  return error.message;
}
