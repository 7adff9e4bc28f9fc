import type { Octokit } from '@octokit/rest';
import type { Endpoints, RequestParameters } from '@octokit/types';
import * as z from 'zod';
import { badReply, type Operation } from './api-error.ts';
import { createPatience, type Patience } from './patience.ts';
import { type CallLimits, createTransport, type Reply, type Transport, type TransportOptions } from './transport.ts';

export interface ClientOptions extends TransportOptions {
  readonly token: string;
  /** `GITHUB_API_URL`, without a slash at its end. */
  readonly apiUrl: string;
  readonly repository: { readonly owner: string; readonly name: string };
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** How long this client may wait in all; default 60 s. */
  readonly patience?: number;
}

export type Route = keyof Endpoints;
/** What a route takes, from GitHub's own description; owner and repository are the client's. */
export type ParametersOf<R extends Route> = Omit<Endpoints[R]['parameters'], 'owner' | 'repo'>;

export interface CallOptions extends CallLimits {
  /** `Accept`; default GitHub's JSON. */
  readonly accept?: string;
}

/** One repository, seen with one token. */
export interface Client {
  readonly repository: ClientOptions['repository'];
  /**
   * What all calls go through: its requests have this client's token, limits, retries and errors. Octokit's own methods
   * give what GitHub sent, unchecked; prefer `json`, which holds it to a schema and names the operation in messages. It
   * is loaded by the first call: a step that ends before does not pay for its tables of routes.
   */
  octokit(): Promise<Octokit>;
  /** A reply as JSON, parsed by the schema. @throws ApiError */
  json<R extends Route, T>(
    route: R,
    parameters: ParametersOf<R>,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T>;
  /** A reply's body as it is, after redirects. @throws ApiError */
  bytes<R extends Route>(route: R, parameters: ParametersOf<R>, options: CallOptions): Promise<Uint8Array>;
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

/** A client for one gate: its calls share one budget of waiting. Connects to nothing before the first call. */
export function createClient(options: ClientOptions): Client {
  const patience = createPatience(options.patience ?? 60_000, options.sleep);
  const transport = createTransport(options, patience);
  let made: Promise<Octokit> | undefined;
  const octokit = (): Promise<Octokit> => {
    made ??= octokitOver(transport, options);
    return made;
  };
  const { owner, name: repo } = options.repository;

  const ask = async (route: string, parameters: RequestParameters, call: CallOptions): Promise<Uint8Array> => {
    const { data }: { readonly data: unknown } = await (await octokit()).request(route, {
      ...parameters,
      headers: { accept: call.accept ?? 'application/vnd.github+json' },
      request: { call: new Call(call) },
    });
    return bytesSchema.parse(data);
  };

  return {
    repository: options.repository,
    octokit,
    json: async (route, parameters, schema, call) =>
      parsed(await ask(route, { ...parameters, owner, repo }, call), schema, call.operation),
    bytes: (route, parameters, call) => ask(route, { ...parameters, owner, repo }, call),
    send: async (route, parameters, call) => {
      await ask(route, { ...parameters, owner, repo }, call);
    },
    graphql: async (query, schema, call) => {
      const baseUrl = options.apiUrl.replace(/\/v3$/, '');
      return parsed(await ask('POST /graphql', { baseUrl, query }, call), schema, call.operation);
    },
    calls: transport.calls,
    patience,
    random: options.random,
    log: options.log,
  };
}

const bytesSchema = z.instanceof(Uint8Array);

/** Limits on their way through Octokit's `request` options, which copies plain objects but keeps instances. */
class Call {
  readonly limits: CallLimits;
  constructor(limits: CallLimits) {
    this.limits = limits;
  }
}

/**
 * An Octokit whose requests are all sent by the transport: the hook that was added last is the outermost one, so neither
 * Octokit's own sending nor its log (to the console) is reached.
 */
async function octokitOver(transport: Transport, { apiUrl, token }: ClientOptions): Promise<Octokit> {
  const { Octokit } = await import('@octokit/rest');
  const octokit = new Octokit({ baseUrl: apiUrl, userAgent: 'modelgate' });
  octokit.hook.wrap('request', async (_send, wanted) => {
    const { method, url, headers, body } = octokit.request.endpoint.parse(wanted);
    const request = {
      method,
      url,
      headers: {
        ...headersSchema.parse(headers),
        'x-github-api-version': '2022-11-28',
        // A route may be a full address, such as that of a next page, and that may lead anywhere.
        ...(new URL(url).origin === new URL(apiUrl).origin ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const call: unknown = wanted.request['call'];
    if (call instanceof Call) return response(await transport.send(request, call.limits), (reply) => reply.bytes);
    const operation = unnamed(method, url);
    return response(await transport.send(request, { operation }), (reply) => dataOf(reply, operation));
  });
  return octokit;
}

const headersSchema = z.record(z.string(), z.coerce.string());

function response(reply: Reply, data: (reply: Reply) => unknown) {
  return { status: reply.status, url: reply.url, headers: Object.fromEntries(reply.headers), data: data(reply) };
}

/** What messages call a request of one of Octokit's own methods. */
function unnamed(method: string, url: string): Operation {
  const what = `${method} ${new URL(url).pathname}`;
  return { what: `answer ${what}`, permission: `the permissions of ${what}` };
}

function dataOf({ bytes, headers }: Reply, operation: Operation): unknown {
  if (bytes.byteLength === 0) return undefined;
  return /^application\/(?:[\w.]+\+)?json\b/.test(headers.get('content-type') ?? '') ? jsonOf(bytes, operation) : bytes;
}

function jsonOf(bytes: Uint8Array, operation: Operation): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw badReply(operation, 'not JSON', error);
  }
}

function parsed<T>(bytes: Uint8Array, schema: z.ZodType<T>, operation: Operation): T {
  const result = schema.safeParse(jsonOf(bytes, operation));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined ? '' : issue.path.join('.');
  throw badReply(operation, `${place === '' ? 'its body' : `its ${place}`}: ${issue?.message ?? 'unknown'}`);
}
