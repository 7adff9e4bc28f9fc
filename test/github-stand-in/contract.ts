import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Document } from 'openapi-backend';
import { OpenAPIBackend } from 'openapi-backend';
import type { Reply } from './reply.ts';

/** One request and its reply, with the route it went through. */
export interface Exchange {
  readonly method: string;
  readonly template: string;
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] };
  readonly body: unknown;
  readonly reply: Reply;
  /** The reply was put there by a test: only the request is held to the description. */
  readonly injected: boolean;
}

export interface Contract {
  /** One sentence for each place where request or reply leaves GitHub's description. */
  check(exchange: Exchange): readonly string[];
}

type Tree = { readonly [key: string]: unknown };
type Description = Tree & { readonly paths: { readonly [template: string]: Tree } };

/** Shared by all stand-ins of a process: reading the description and compiling an operation are what costs. */
let description: Promise<Description> | undefined;
const backends = new Map<string, OpenAPIBackend>();

/**
 * GitHub's own OpenAPI description, of which only the operations that are met get compiled. Reading its 13 MB takes about
 * a quarter of a second, once for a process.
 */
export async function loadContract(): Promise<Contract> {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  description ??= readFile(file, 'utf8').then((text) => JSON.parse(text) as Description);
  const whole = await description;
  return {
    check(exchange) {
      const operation = whole.paths[exchange.template]?.[exchange.method.toLowerCase()] as Tree | undefined;
      if (operation === undefined) {
        return [`${exchange.method} ${exchange.template}: no such operation in GitHub's description`];
      }
      const id = String(operation['operationId']);
      const backend = backends.get(exchange.template) ?? compile(whole, exchange.template);
      backends.set(exchange.template, backend);
      return violations(backend, id, exchange);
    },
  };
}

function violations(backend: OpenAPIBackend, operation: string, exchange: Exchange): readonly string[] {
  const found: string[] = [];
  const path = exchange.template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(exchange.params[name] || '.'),
  );
  const { method, headers, body, reply } = exchange;
  // A list in the query is a list for the validator; all else stays text and is coerced.
  const request = { method, path, headers, query: Object.fromEntries(exchange.query), body };
  const asked = backend.validator.validateRequest(request, operation);
  for (const error of asked.errors ?? []) {
    found.push(`${operation} request${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
  }
  if (exchange.injected || Buffer.isBuffer(reply.body)) return found;
  const answered = backend.validator.validateResponse(reply.body ?? null, operation, reply.status);
  for (const error of reply.status === 302 ? [] : (answered.errors ?? [])) {
    found.push(
      `${operation} reply ${reply.status}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`,
    );
  }
  return found;
}

/** A document of one path and the components it reaches, so that dereferencing stays small. */
function compile(whole: Description, template: string): OpenAPIBackend {
  const kept: { [group: string]: { [name: string]: unknown } } = {};
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const node = value as Tree;
    const [, group, name] = /^#\/components\/(\w+)\/(.+)$/.exec(String(node['$ref'] ?? '')) ?? [];
    if (group !== undefined && name !== undefined) {
      kept[group] ??= {};
      if (!(name in kept[group])) {
        kept[group][name] = {};
        kept[group][name] = visit(((whole['components'] as Tree)[group] as Tree)[name]);
      }
    }
    const copy = Object.entries(node).filter(([key]) => key !== 'examples' && key !== 'example');
    // Described as a plain date-time, documented (and used) with the search syntax: `>=2026-01-01`.
    if (node['in'] === 'query' && node['name'] === 'created') return { ...node, schema: { type: 'string' } };
    return nullable(Object.fromEntries(copy.map(([key, child]) => [key, visit(child)])));
  };
  const paths = { [template]: visit(whole.paths[template]) };
  const definition = { openapi: '3.0.3', info: { title: 'GitHub', version: '1' }, paths, components: kept };
  const backend = new OpenAPIBackend({
    definition: definition as unknown as Document,
    quick: true,
    ajvOpts: { strict: false, allErrors: true, logger: false, formats: { uri, 'date-time': dateTime } },
  });
  void backend.init(); // with `quick`, everything up to the ready validator happens before the first await
  return backend;
}

const uri = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Ajv refuses `nullable` without `type`, and takes an `enum` without null at its word. */
function nullable(node: Tree): Tree {
  if (node['nullable'] !== true) return node;
  const { nullable: _, ...rest } = node;
  if (typeof node['type'] !== 'string') return { anyOf: [rest, { enum: [null] }] };
  const values = node['enum'];
  return Array.isArray(values) && !values.includes(null) ? { ...node, enum: [...values, null] } : node;
}
