import { UserError } from '@modelgate/core';

export interface RegistryHttpOptions {
  readonly fetch?: typeof fetch;
  /** Resolves after so many milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** In [0, 1); spreads repeats of jobs that failed together. */
  readonly random?: () => number;
  /** One line for each repeat. */
  readonly log?: (line: string) => void;
  /**
   * How long to wait for an answer to begin, and then for its next bytes, in milliseconds; default 60 000. The first write
   * to an MLflow 3 server that has just started took 12 s on a loaded machine, so less than 30 000 gives up on healthy
   * servers. A second is added for each MiB that is sent; nothing takes longer than a quarter of an hour.
   */
  readonly timeout?: number;
}

export interface RegistryRequest {
  /** Who is asked, for messages: `MLflow at models.example.org`. */
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Whether doing it twice is the same as doing it once; what is not is repeated only when the server did nothing. */
  readonly repeatable: boolean;
  /** Largest body of a success that is read; default 16 MiB. */
  readonly maxBytes?: number;
  /** Signed requests cannot follow: the signature covers the host. */
  readonly redirects: 'follow' | 'return';
}

/** A reply of any status, read to its end. */
export interface RegistryReply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How often it was sent; above 1 an earlier attempt may have had its effect although its answer was lost. */
  readonly attempts: number;
}

const attemptsAtMost = 4;
const redirectsAtMost = 5;
const longestWait = 30_000;
const longestAnswer = 900_000;
const passing = [408, 429, 500, 502, 503, 504];

/**
 * Sends with bounded time, size, repeats and redirects. Credentials stay with the origin they were given for.
 *
 * @throws UserError baseline-unreadable when there is no answer, or one that may not be read; statuses are the caller's
 */
export async function sendToRegistry(request: RegistryRequest, options: RegistryHttpOptions): Promise<RegistryReply> {
  for (let attempts = 1; ; attempts++) {
    const result = await attempt(request, options);
    const last = attempts === attemptsAtMost;
    if ('failure' in result) {
      if (last || !result.passing || !request.repeatable) throw result.failure;
      await pause(result.failure.message, attempts, undefined, options);
      continue;
    }
    const again = passing.includes(result.status) && (request.repeatable || result.status === 429);
    if (last || !again) return { ...result, attempts };
    const line = `${request.service} answered ${result.status}.`;
    await pause(line, attempts, result.headers.get('retry-after') ?? undefined, options);
  }
}

interface Failure {
  readonly failure: UserError;
  /** May be gone in a second. */
  readonly passing: boolean;
}

async function pause(why: string, attempts: number, retryAfter: string | undefined, options: RegistryHttpOptions) {
  const asked = Number(retryAfter) * 1000;
  const usual = 2 ** (attempts - 1) * 1000 * (1 + (options.random ?? Math.random)() / 2);
  const delay = Math.min(longestWait, Number.isFinite(asked) && asked > 0 ? asked : usual);
  options.log?.(`${why} Trying again in ${(delay / 1000).toFixed(1)} s.`);
  await (options.wait ?? sleep)(delay);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function attempt(
  request: RegistryRequest,
  options: RegistryHttpOptions,
): Promise<Omit<RegistryReply, 'attempts'> | Failure> {
  const timeout = (options.timeout ?? 60_000) + ((request.body?.length ?? 0) / 1024 / 1024) * 1000;
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), timeout);
  const signal = AbortSignal.any([idle.signal, AbortSignal.timeout(longestAnswer)]);
  try {
    const reply = await followed(request, options, signal);
    if (reply instanceof UserError) return { failure: reply, passing: false };
    const limit = reply.ok ? limitOf(request) : Math.max(limitOf(request), 64 * 1024);
    const bytes = await boundedBody(reply, limit, () => timer.refresh());
    if (bytes === undefined) return { failure: tooLarge(request), passing: false };
    return { status: reply.status, headers: reply.headers, bytes };
  } catch (error) {
    const waited = idle.signal.aborted ? timeout : longestAnswer;
    return { failure: notReached(request, signal.aborted ? waited : undefined, error), passing: true };
  } finally {
    clearTimeout(timer);
  }
}

async function followed(
  request: RegistryRequest,
  options: RegistryHttpOptions,
  signal: AbortSignal,
): Promise<Response | UserError> {
  const { method, body } = request;
  let url = new URL(request.url);
  let headers = request.headers;
  for (let hops = 0; ; hops++) {
    const init = { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) } as const;
    const reply = await (options.fetch ?? fetch)(url.href, init);
    const location = reply.headers.get('location');
    if (request.redirects === 'return' || location === null || reply.status < 300 || reply.status > 399) return reply;
    await reply.body?.cancel();
    const next = URL.parse(location, url.href);
    const refused = redirectRefusal(request, url, next, hops);
    if (next === null || refused !== undefined) return redirectError(request, next, refused ?? 'is no address');
    if (next.origin !== url.origin) headers = withoutCredentials(headers);
    url = next;
  }
}

function redirectRefusal(request: RegistryRequest, from: URL, to: URL | null, hops: number): string | undefined {
  if (to === null || (to.protocol !== 'http:' && to.protocol !== 'https:')) return 'is no address that can be asked';
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'is not encrypted';
  if (hops === redirectsAtMost) return `is redirect number ${redirectsAtMost + 1}`;
  // followed, a POST becomes a GET: the server would answer something else, and nothing would be written
  return request.method === 'GET' ? undefined : `came for a ${request.method}, which cannot be repeated elsewhere`;
}

function redirectError(request: RegistryRequest, to: URL | null, why: string): UserError {
  // the origin alone: a query may hold a signature
  const where = to === null ? 'elsewhere' : to.origin;
  return new UserError('baseline-unreadable', `${request.service} sends on to ${where}, which ${why}`, {
    how: 'give the address at which the server itself answers, without a login page before it',
  });
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const secret = ['authorization', 'cookie', 'proxy-authorization'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.includes(name.toLowerCase())));
}

/** The whole body, or undefined as soon as it turns out larger than `maxBytes`. */
async function boundedBody(
  reply: Response,
  maxBytes: number,
  onBytes: () => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (reply.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    onBytes();
    size += chunk.byteLength;
    if (size > maxBytes) return undefined; // leaving the loop cancels the rest
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(request: RegistryRequest): UserError {
  const limit = limitOf(request);
  const shown = limit < 1024 * 1024 ? `${limit} bytes` : `${(limit / 1024 / 1024).toFixed(0)} MiB`;
  return new UserError('baseline-unreadable', `${request.service} answered with more than ${shown}`, {
    how: 'record a smaller champion: the key and the output columns are enough',
  });
}

function limitOf(request: RegistryRequest): number {
  return request.maxBytes ?? 16 * 1024 * 1024;
}

function notReached(request: RegistryRequest, timeout: number | undefined, cause: unknown): UserError {
  const why = timeout === undefined ? causeOf(cause) : `no answer within ${Number((timeout / 1000).toPrecision(3))} s`;
  return new UserError('baseline-unreadable', `${request.service} cannot be reached: ${why}`, {
    how: 'check the address, and that this machine may connect to it',
    cause,
  });
}

function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
