import { endpoint } from '@octokit/endpoint';
import type { Endpoints } from '@octokit/types';
import * as z from 'zod';
import { type ApiError, badReply, notReached, type Operation, refused, timedOut } from './api-error.ts';
import { createPatience, type Patience } from './patience.ts';

export interface ClientOptions {
  readonly token: string;
  /** `GITHUB_API_URL`, without a slash at its end. */
  readonly apiUrl: string;
  readonly repository: { readonly owner: string; readonly name: string };
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** In [0, 1); spreads retries of jobs that failed together. */
  readonly random: () => number;
  /** One line for each retry. */
  readonly log: (line: string) => void;
  readonly fetch?: typeof fetch;
  /** How long one answer may take; default 20 s. */
  readonly requestTimeout?: number;
  /** How long this client may wait in all; default 60 s. */
  readonly patience?: number;
}

export type Route = keyof Endpoints;
/** What a route takes, from GitHub's own description; owner and repository are the client's. */
export type ParametersOf<R extends Route> = Omit<Endpoints[R]['parameters'], 'owner' | 'repo'>;

export interface CallOptions {
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
  /** `Accept`; default GitHub's JSON. */
  readonly accept?: string;
}

export interface BytesReply {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** One repository, seen with one token. */
export interface Client {
  readonly repository: ClientOptions['repository'];
  /** A reply as JSON, parsed by the schema. @throws ApiError */
  json<R extends Route, T>(
    route: R,
    parameters: ParametersOf<R>,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T>;
  /** A reply's body as it is. Redirects are followed; `fetch` keeps the token from other origins. @throws ApiError */
  bytes<R extends Route>(route: R, parameters: ParametersOf<R>, options: CallOptions): Promise<BytesReply>;
  /** For what gives no reply worth reading. @throws ApiError */
  send<R extends Route>(route: R, parameters: ParametersOf<R>, options: CallOptions): Promise<void>;
  /** A GraphQL query without variables. @throws ApiError */
  graphql<T>(query: string, schema: z.ZodType<T>, options: CallOptions): Promise<T>;
  /** Requests sent so far, repeats included. */
  calls(): number;
  /** The time that all waiting shares. */
  readonly patience: Patience;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const attemptsAtMost = 4;
const shortestTimeout = 5_000;

/** A client for one gate: its calls share one budget of waiting. Connects to nothing before the first call. */
export function createClient(options: ClientOptions): Client {
  const patience = createPatience(options.patience ?? 60_000, options.sleep);
  const send = sender(options, patience);
  const { owner, name } = options.repository;

  const request = <R extends Route>(route: R, parameters: ParametersOf<R>, accept: string | undefined): Request => {
    const { method, url, headers, body } = endpoint(route, {
      ...parameters,
      owner,
      repo: name,
      baseUrl: options.apiUrl,
      headers: headersOf(options.token, accept),
    });
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return { method, url, headers: z.record(z.string(), z.coerce.string()).parse(headers), ...sent };
  };

  return {
    repository: options.repository,
    json: async (route, parameters, schema, call) => {
      const reply = await send.to(request(route, parameters, call.accept), call);
      return parsed(reply.bytes, schema, call.operation);
    },
    bytes: (route, parameters, call) => send.to(request(route, parameters, call.accept), call),
    send: async (route, parameters, call) => {
      await send.to(request(route, parameters, call.accept), call);
    },
    graphql: async (query, schema, call) => {
      const url = `${options.apiUrl.replace(/\/v3$/, '')}/graphql`;
      const headers = { ...headersOf(options.token, undefined), 'content-type': 'application/json; charset=utf-8' };
      const reply = await send.to({ method: 'POST', url, headers, body: JSON.stringify({ query }) }, call);
      return parsed(reply.bytes, schema, call.operation);
    },
    calls: send.calls,
    patience,
    random: options.random,
    log: options.log,
  };
}

function headersOf(token: string, accept: string | undefined) {
  return {
    authorization: `Bearer ${token}`,
    accept: accept ?? 'application/vnd.github+json',
    'user-agent': 'modelgate',
    'x-github-api-version': '2022-11-28',
  };
}

function sender(options: ClientOptions, patience: Patience) {
  let calls = 0;

  async function to(request: Request, call: CallOptions): Promise<BytesReply> {
    const repeatable = call.repeatable ?? request.method !== 'POST';
    for (let attempt = 1; ; attempt++) {
      const started = options.clock();
      calls++;
      const result = await attemptOnce(options, patience, request, call);
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

  return { to, calls: () => calls };
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
  options: ClientOptions,
  patience: Patience,
  request: Request,
  call: CallOptions,
): Promise<BytesReply | ApiError> {
  const wanted = call.timeout ?? options.requestTimeout ?? 20_000;
  const timeout = Math.min(wanted, Math.max(patience.left(), shortestTimeout));
  const signal = AbortSignal.timeout(timeout);
  const { method, url, headers, body } = request;
  try {
    const reply = await (options.fetch ?? fetch)(url, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const bytes = await readBody(reply, call.maxBytes ?? 32 * 1024 * 1024);
    if (bytes === undefined) return badReply(call.operation, 'larger than what is allowed');
    if (reply.status < 400) return { bytes, headers: reply.headers };
    const refusal = { status: reply.status, headers: reply.headers, body: new TextDecoder().decode(bytes) };
    return refused(call.operation, refusal, options.clock());
  } catch (error) {
    if (signal.aborted) return timedOut(call.operation, timeout);
    return notReached(call.operation, new URL(url).host, error);
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

function parsed<T>(bytes: Uint8Array, schema: z.ZodType<T>, operation: Operation): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badReply(operation, 'not JSON', error);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : issue.path.join('.');
  throw badReply(operation, `${place === '' ? 'its body' : `its ${place}`}: ${issue?.message ?? 'unknown'}`);
}
