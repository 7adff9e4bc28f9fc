import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { type RegistryHttpOptions, type RegistryReply, type RegistryRequest, sendToRegistry } from './registry-http.ts';

export type MlflowAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface MlflowOptions extends RegistryHttpOptions {
  /** `https://models.example.org`, with a path where the server has a prefix; no user, password, query or fragment. */
  readonly trackingUri: string;
  readonly auth?: MlflowAuth;
  /** Of where the options come from; said along with the connection's own. */
  readonly warnings?: readonly string[];
}

/** One JSON call of MLflow's REST API. */
export interface MlflowCall<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/2.0/mlflow/`; both lines of MLflow answer there. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Default: for everything but what creates. */
  readonly repeatable?: boolean;
  readonly schema: z.ZodType<T>;
}

/** MLflow answered, and said no. */
export class MlflowRefusal extends UserError {
  readonly status: number;
  /** MLflow's `error_code`; undefined when the answer was no JSON, so perhaps not MLflow's. */
  readonly code: string | undefined;

  constructor(service: string, status: number, said: { code: string | undefined; text: string }) {
    // texts of 5xx answers hold paths of the server (2.22) and SQL
    const shown = status < 500 && said.text !== '' ? `: ${said.text}` : '';
    super(
      'baseline-unreadable',
      `${service} answered ${status}${said.code === undefined ? '' : ` ${said.code}`}${shown}`,
      {
        how: howFor(status, said.code),
      },
    );
    this.name = 'MlflowRefusal';
    this.status = status;
    this.code = said.code;
  }
}

function howFor(status: number, code: string | undefined): string {
  if (status === 401) return "give credentials that this server accepts; the step's environment may lack the secret";
  if (status === 403)
    return "give this user READ on the model and its experiment (EDIT to record), or another user's credentials";
  if (status === 404 && code === undefined)
    return 'check the tracking address: an MLflow server of 2.3 or newer answers there with JSON';
  if (status === 429 || status >= 500) return "run the step again; if it lasts, the server's log says why";
  return 'mend what the server names';
}

/** Calls to one MLflow server, with its credentials. */
export class MlflowConnection {
  /** For messages: `MLflow at models.example.org`. */
  readonly service: string;
  /** What should be mended although it works. */
  readonly warnings: readonly string[];
  readonly host: string;
  readonly #base: string;
  readonly #authorization: Readonly<Record<string, string>>;
  readonly #options: RegistryHttpOptions;

  /** @throws UserError baseline-unreadable for an address that is none of an MLflow server, or that holds credentials */
  constructor(options: MlflowOptions) {
    const url = trackingUrl(options.trackingUri);
    this.host = url.host;
    this.service = `MLflow at ${url.host}`;
    this.#base = url.href.replace(/\/+$/, '');
    this.#authorization = authorization(options.auth ?? { kind: 'none' });
    this.#options = options;
    const open = url.protocol === 'http:' && !isLoopback(url.hostname) && 'authorization' in this.#authorization;
    const unencrypted = `The credentials travel to ${url.host} unencrypted: use https.`;
    this.warnings = [...(options.warnings ?? []), ...(open ? [unencrypted] : [])];
  }

  async json<T>(call: MlflowCall<T>): Promise<T> {
    const query = new URLSearchParams(
      Object.entries(call.query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const reply = await this.reply({
      method: call.method,
      path: `/api/2.0/mlflow/${call.path}${query.size === 0 ? '' : `?${query}`}`,
      repeatable: call.repeatable ?? true,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body), type: 'application/json' }),
    });
    const value = jsonOf(text(reply));
    const parsed = value === undefined ? undefined : call.schema.safeParse(value);
    if (parsed?.success) return parsed.data;
    const why = parsed === undefined ? 'a page instead of JSON' : z.prettifyError(parsed.error);
    throw new UserError('baseline-unreadable', `${this.service} answered ${call.path} with ${why}`, {
      how: 'check that the tracking address is that of an MLflow server, without a login page before it',
    });
  }

  /** @throws MlflowRefusal for every status but 2xx */
  async reply(request: {
    method: RegistryRequest['method'];
    path: string;
    repeatable: boolean;
    body?: string | Uint8Array<ArrayBuffer>;
    type?: string;
    maxBytes?: number;
  }): Promise<RegistryReply> {
    const { method, path, repeatable, body, type, maxBytes } = request;
    const reply = await sendToRegistry(
      {
        service: this.service,
        method,
        url: this.#base + path,
        headers: { ...this.#authorization, ...(type === undefined ? {} : { 'content-type': type }) },
        repeatable,
        redirects: 'follow',
        ...(body === undefined ? {} : { body }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      },
      this.#options,
    );
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw new MlflowRefusal(this.service, reply.status, saidBy(reply));
  }
}

function trackingUrl(uri: string): URL {
  const url = URL.parse(uri);
  const refuse = (what: string) =>
    new UserError('baseline-unreadable', `the MLflow tracking address ${what}`, {
      how: 'give it as https://host/path; credentials are given apart, as secrets',
    });
  if (url === null) throw refuse('is no URL');
  if (url.username !== '' || url.password !== '') throw refuse(`of ${url.host} holds a user or password`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(`begins with ${url.protocol}, which no server answers to`);
  }
  if (url.search !== '' || url.hash !== '') throw refuse(`of ${url.host} holds a query or fragment`);
  return url;
}

function authorization(auth: MlflowAuth): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}` };
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` };
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** Basic-auth and the origin check answer in plain text, unknown paths in HTML, everything else in JSON. */
function saidBy(reply: RegistryReply): { code: string | undefined; text: string } {
  const body = text(reply);
  const parsed = z.object({ error_code: z.string(), message: z.string().default('') }).safeParse(jsonOf(body));
  if (parsed.success) return { code: parsed.data.error_code, text: oneLine(parsed.data.message) };
  const page = /^\s*</.test(body);
  return { code: undefined, text: page ? 'a page instead of JSON' : oneLine(body) };
}

/** What a server says goes into logs: one short line without control characters. */
export function oneLine(said: string): string {
  return said
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function text(reply: RegistryReply): string {
  return new TextDecoder().decode(reply.bytes);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
