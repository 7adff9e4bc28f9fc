import { type ApiError, badReply, notReached, type Operation, refused, timedOut } from './api-error.ts';
import type { Patience } from './patience.ts';

export interface TransportOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** In [0, 1); spreads retries of jobs that failed together. */
  readonly random: () => number;
  /** One line for each retry. */
  readonly log: (line: string) => void;
  readonly fetch?: typeof fetch;
  /** How long one answer may take; default 20 s. */
  readonly requestTimeout?: number;
}

/** What one call may cost, and what it is called in messages. */
export interface CallLimits {
  readonly operation: Operation;
  /**
   * Whether doing it twice is the same as doing it once. Default: for everything but POST. What is not repeatable is
   * tried again only when GitHub said that it did nothing (a rate limit).
   */
  readonly repeatable?: boolean;
  /** Overrides the client's limit for one answer, for large bodies. */
  readonly timeout?: number;
  /** Largest body that is read; default 32 MiB. */
  readonly maxBytes?: number;
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A reply below 400, read to its end. */
export interface Reply {
  readonly status: number;
  /** After redirects. */
  readonly url: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface Transport {
  /** Redirects are followed; `fetch` keeps the token from other origins. @throws ApiError */
  send(request: Request, limits: CallLimits): Promise<Reply>;
  /** Requests sent so far, repeats included. */
  calls(): number;
}

const attemptsAtMost = 4;
const shortestTimeout = 5_000;

/** Sends with bounded bodies and times, and repeats what may be repeated as long as there is patience. */
export function createTransport(options: TransportOptions, patience: Patience): Transport {
  let calls = 0;

  async function send(request: Request, limits: CallLimits): Promise<Reply> {
    const repeatable = limits.repeatable ?? request.method !== 'POST';
    for (let attempt = 1; ; attempt++) {
      const started = options.clock();
      calls++;
      const result = await attemptOnce(options, patience, request, limits);
      if ('bytes' in result) return result;
      patience.spend(options.clock() - started);
      const delay = delayBefore(result, attempt, repeatable, options.random());
      if (delay === undefined || attempt === attemptsAtMost || !(await announce(result, delay))) throw result;
    }
  }

  async function announce(error: ApiError, delay: number): Promise<boolean> {
    if (delay > patience.left()) return false;
    options.log(`${error.message} Trying again in ${(delay / 1000).toFixed(1)} s.`);
    return patience.wait(delay);
  }

  return { send, calls: () => calls };
}

/**
 * Milliseconds to wait before the next attempt; undefined when there must be none. A limit that names no time is not
 * waited out: GitHub asks for a minute then, which is all the patience there is.
 */
function delayBefore(error: ApiError, attempt: number, repeatable: boolean, random: number): number | undefined {
  switch (error.kind) {
    case 'rate-limit':
    case 'secondary-limit':
      return error.retryAfter === undefined ? undefined : error.retryAfter * 1000;
    case 'server':
    case 'timeout':
    case 'network':
      if (!repeatable) return undefined;
      return error.retryAfter === undefined ? 2 ** (attempt - 1) * 1000 * (1 + random / 2) : error.retryAfter * 1000;
    default:
      return undefined;
  }
}

async function attemptOnce(
  options: TransportOptions,
  patience: Patience,
  request: Request,
  limits: CallLimits,
): Promise<Reply | ApiError> {
  const { operation } = limits;
  const wanted = limits.timeout ?? options.requestTimeout ?? 20_000;
  const timeout = Math.min(wanted, Math.max(patience.left(), shortestTimeout));
  const signal = AbortSignal.timeout(timeout);
  const { url, ...rest } = request;
  try {
    const reply = await (options.fetch ?? fetch)(url, { ...rest, signal });
    const bytes = await readBody(reply, limits.maxBytes ?? 32 * 1024 * 1024);
    if (bytes === undefined) return badReply(operation, 'larger than what is allowed');
    const { status, headers } = reply;
    if (status < 400) return { status, url: reply.url, headers, bytes };
    return refused(operation, { status, headers, body: new TextDecoder().decode(bytes) }, options.clock());
  } catch (error) {
    if (signal.aborted) return timedOut(operation, timeout);
    return notReached(operation, new URL(url).host, error);
  }
}

/** The whole body, or undefined as soon as it turns out larger than `maxBytes`. */
async function readBody(reply: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  if (reply.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
