import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Contract } from './contract.ts';
import type { Fault, Hook, Selector } from './faults.ts';
import { Armed } from './faults.ts';
import type { Json, Reply } from './reply.ts';
import { Answer, replies } from './reply.ts';
import type { Call, Match, Route } from './router.ts';
import { match, refusal } from './router.ts';
import { actionsRoutes } from './routes/actions.ts';
import { attestationRoutes } from './routes/attestations.ts';
import { blobPrefix, blobs } from './routes/blobs.ts';
import { checkRoutes } from './routes/checks.ts';
import { commentRoutes } from './routes/comments.ts';
import { identityRoutes } from './routes/identity.ts';
import { oidc, oidcPath } from './routes/oidc.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repository.ts';
import { results, resultsPrefix } from './routes/results.ts';
import type { State } from './state.ts';

export type Service = 'rest' | 'results' | 'blob' | 'oidc';

export interface LoggedRequest {
  readonly service: Service;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  /** Parsed JSON; undefined for blobs and empty bodies. */
  readonly body: unknown;
  /** The token that came with it, '' for none. */
  readonly token: string;
  /** 0 until answered, and for ever when hung or dropped. */
  status: number;
  /** A fault answered. */
  injected: boolean;
}

const routes: readonly Route[] = [
  ...repositoryRoutes,
  ...pullRoutes,
  ...commentRoutes,
  ...checkRoutes,
  ...actionsRoutes,
  ...attestationRoutes,
  ...identityRoutes,
];

/** REST at one port; results service, blobs and OIDC at another, because on GitHub they are other origins. */
export class Servers {
  readonly requests: LoggedRequest[] = [];
  readonly violations: string[] = [];
  readonly faults = new Armed<Fault>();
  readonly before = new Armed<Selector & { readonly hook: Hook }>();
  readonly after = new Armed<Selector & { readonly hook: Hook }>();
  readonly #state: State;
  readonly #contract: Contract | undefined;
  readonly #servers: Server[] = [];

  constructor(state: State, contract: Contract | undefined) {
    this.#state = state;
    this.#contract = contract;
  }

  async listen(ports: { readonly rest?: number; readonly results?: number }): Promise<void> {
    this.#state.url = await this.#start(ports.rest ?? 0, () => 'rest');
    this.#state.resultsUrl = await this.#start(ports.results ?? 0, (path) => {
      if (path.startsWith(blobPrefix)) return 'blob';
      return path === oidcPath || path.startsWith('/.well-known/') ? 'oidc' : 'results';
    });
  }

  /** Cuts what still hangs. */
  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }

  async #start(port: number, service: (path: string) => Service): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
      this.#exchange(service(path), request, response).catch((error: unknown) => {
        // Ours: the test must fail, and the client must not wait.
        this.violations.push(`the stand-in itself failed at ${request.method} ${request.url}: ${String(error)}`);
        if (!response.headersSent) send(response, replies.serverError());
      });
    });
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`;
  }

  async #exchange(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    const data = await read(request);
    const parsed = service === 'blob' ? { value: undefined } : json(data);
    const token = (request.headers.authorization ?? '').replace(/^(token|bearer) /i, '');
    const logged: LoggedRequest = {
      service,
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: parsed?.value,
      token,
      status: 0,
      injected: false,
    };
    this.requests.push(logged);
    const [fault] = this.faults.fire(method, url.pathname);
    logged.injected = fault !== undefined;
    if (fault !== undefined && 'drop' in fault) return void request.socket.destroy();
    if (fault !== undefined && 'hang' in fault) return;
    for (const { hook } of this.before.fire(method, url.pathname)) await hook(logged);

    const call: Call = {
      state: this.#state,
      method,
      params: {},
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: parsed?.value,
      token: this.#state.tokens.get(token),
    };
    const found = service === 'rest' ? match(routes, method, url.pathname) : undefined;
    const exchange = { ...call, params: found?.params ?? {} };
    const reply = fault?.reply ?? (await this.#answer(service, exchange, found, token, data, parsed === undefined));
    if (service === 'rest') this.#hold(exchange, found, reply, fault !== undefined);
    for (const { hook } of this.after.fire(method, url.pathname)) await hook(logged);
    logged.status = reply.status;
    send(response, service === 'rest' ? { ...reply, headers: { ...this.#limits(), ...reply.headers } } : reply);
  }

  async #answer(
    service: Service,
    call: Call,
    found: Match | undefined,
    token: string,
    data: Buffer,
    malformed: boolean,
  ): Promise<Reply> {
    const { state } = call;
    if (service === 'blob') return blobs(state, call.method, call.path, call.query, call.headers, data);
    if (service === 'oidc') return oidc(call);
    if (service === 'results') return call.path.startsWith(resultsPrefix) ? results(call) : replies.notFound();
    if (token !== '' && call.token === undefined) return replies.unauthorized();
    if (found === undefined) return replies.notFound();
    if (malformed) return replies.problem(400, 'Problems parsing JSON');
    if (found.route.template !== '/rate_limit') {
      if (state.rateLimit.remaining <= 0) return replies.primaryRateLimit();
      state.rateLimit.remaining -= 1;
    }
    try {
      return refusal(found.route, call) ?? (await found.route.handle(call));
    } catch (error) {
      if (error instanceof Answer) return error.reply;
      throw error;
    }
  }

  #hold(call: Call, found: Match | undefined, reply: Reply, injected: boolean): void {
    if (found === undefined) {
      this.violations.push(`${call.method} ${call.path}: the stand-in has no such route`);
      return;
    }
    const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, value ?? '']));
    const { method, params, query, body } = call;
    const { template } = found.route;
    // GitHub describes its REST API only.
    if (template === '/graphql') return;
    const left = this.#contract?.check({ method, template, params, query, headers, body, reply, injected }) ?? [];
    this.violations.push(...left);
  }

  #limits(): { readonly [name: string]: string } {
    const { limit, remaining } = this.#state.rateLimit;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(remaining, 0)),
      'x-ratelimit-used': String(limit - remaining),
      'x-ratelimit-reset': String(Math.floor(this.#state.now().getTime() / 1000) + 3600),
      'x-ratelimit-resource': 'core',
      'x-github-request-id': `0000:${this.requests.length.toString(16).padStart(4, '0')}`,
      'x-github-media-type': 'github.v3; format=json',
    };
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const { body } = reply;
  const bytes =
    body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body as Json));
  const type = body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json; charset=utf-8' };
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(reply.status, { ...type, ...length, ...reply.headers });
  response.end(bytes);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `undefined` when it is not JSON at all. */
function json(data: Buffer): { readonly value: unknown } | undefined {
  if (data.length === 0) return { value: undefined };
  try {
    return { value: JSON.parse(data.toString('utf8')) as unknown };
  } catch {
    return undefined;
  }
}
