import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './reply.ts';
import { Answer, replies } from './reply.ts';
import type { Access, Permission, TokenSpec } from './scenario.ts';
import type { State } from './state.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
export type Need = `${Permission}:${Exclude<Access, 'none'>}`;

/** One request as a route sees it. */
export interface Call {
  readonly state: State;
  readonly method: string;
  readonly params: { readonly [name: string]: string };
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, undefined when there is none. */
  readonly body: unknown;
  readonly token: TokenSpec | undefined;
}

export interface Route {
  readonly method: Method;
  /** As in GitHub's description; `{path}`, `{ref}` and `{branch}` may hold slashes. */
  readonly template: string;
  /** Any one of these is enough. Without it, a token that sees the repository is enough. */
  readonly needs?: readonly Need[];
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

export interface Match {
  readonly route: Route;
  readonly params: { readonly [name: string]: string };
}

/** First route that fits; parameters are percent-decoded. */
export function match(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const route of routes) {
    const found = route.method === method ? pattern(route.template).exec(path) : null;
    if (found === null) continue;
    const entries = Object.entries(found.groups ?? {});
    const params = Object.fromEntries(entries.map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
    return { route, params };
  }
  return undefined;
}

const patterns = new Map<string, RegExp>();

function pattern(template: string): RegExp {
  const known = patterns.get(template);
  if (known) return known;
  const source = template
    .replace('/{path}', '(?:/(?<path>.*))?') // the root folder has no path at all
    .replace(/\{(ref|branch|basehead)\}/g, (_, name: string) => `(?<${name}>.*)`)
    .replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`);
  const made = new RegExp(`^${source}$`);
  patterns.set(template, made);
  return made;
}

/** What a token may not do is answered here, before the route looks at anything. */
export function refusal(route: Route, call: Call): Reply | undefined {
  const { state, token, params } = call;
  if (!route.template.startsWith('/repos/')) return undefined;
  const isOurs = `${params['owner']}/${params['repo']}`.toLowerCase() === state.repository.fullName.toLowerCase();
  const sees = token !== undefined && token.seesRepository !== false;
  if (!isOurs || (state.repository.private && !sees)) return replies.notFound();
  if (route.needs === undefined) return undefined;
  const reads = route.needs.some((need) => need.endsWith(':read'));
  if (token === undefined) return reads ? undefined : replies.requiresAuthentication();
  if (sees && route.needs.some((need) => allows(token, need))) return undefined;
  return replies.notAccessible(route.needs.map((need) => need.replace('-', '_').replace(':', '=')).join('; '));
}

function allows(token: TokenSpec, need: Need): boolean {
  const [permission, access] = need.split(':') as [Permission, Access];
  const given = token.permissions[permission] ?? 'none';
  return given === 'write' || given === access;
}

/** A number in the path; GitHub answers 404 for anything else. */
export function number(call: Call, name: string): number {
  const value = Number(call.params[name]);
  if (!Number.isSafeInteger(value)) throw new Answer(replies.notFound());
  return value;
}

/** A field of the request's JSON body. */
export function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as { readonly [key: string]: unknown })[name] : undefined;
}

/** Default 30 entries a page, at most 100, with the Link header GitHub gives. */
export function paginated<T>(
  call: Call,
  items: readonly T[],
): { readonly page: readonly T[]; readonly headers: Reply['headers'] } {
  const size = Math.min(Math.max(Number(call.query.get('per_page') ?? 30) || 30, 1), 100);
  const current = Math.max(Number(call.query.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const to = (page: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(page));
    return `<${call.state.url}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [to(current - 1, 'prev')] : []),
    ...(current < last ? [to(current + 1, 'next'), to(last, 'last')] : []),
    ...(current > 1 ? [to(1, 'first')] : []),
  ];
  const page = items.slice((current - 1) * size, current * size);
  return { page, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}
