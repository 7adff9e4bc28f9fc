import { setTimeout } from 'node:timers/promises';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { queryErrorSchema, TrinoFailure } from './trino-failure.ts';

export interface TrinoOptions {
  /** Of the coordinator, such as `https://trino.example.org`. */
  readonly url: string;
  readonly user: string;
  /** Over https only. */
  readonly password?: string | undefined;
  /** Of tables that are named without. */
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds that one query may take, its waiting in Trino's queue included. */
  readonly timeout: number;
  readonly log?: (line: string) => void;
  /** How retries wait. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export interface TrinoAnswer {
  readonly queryId: string;
  /** With Trino's names of types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Integers beyond 2^53 are text. */
  readonly rows: readonly (readonly unknown[])[];
}

export interface TrinoClient {
  /**
   * Runs one statement to its end. Either all of its rows are given or an error is thrown.
   *
   * @param most when there are more rows, the query is cancelled: a defect of the query
   * @throws TrinoFailure when Trino refuses it or gives it up
   * @throws UserError `server-unreachable` when Trino cannot be asked, or stops answering
   */
  run(sql: string, most?: number): Promise<TrinoAnswer>;
}

const page = z.looseObject({
  id: z.string(),
  nextUri: z.string().optional(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  stats: z.looseObject({ state: z.string() }),
  error: queryErrorSchema.optional(),
});

type Page = z.infer<typeof page>;

/** Retries of one request that a gateway could not pass on, 100 ms apart at first and a second in the end: 30 s. */
const tries = 33;

/** Milliseconds for one request. Trino itself answers within a second or so, ready or not. */
const patience = 60_000;

/**
 * A client of Trino's REST protocol: POST of a statement, then GET of each next address until there is none. A failure
 * on our side cancels the query; that one query never outlives us is also asked of Trino itself (query_max_run_time).
 *
 * Source: Trino's documentation, "Trino client REST API".
 *
 * @throws UserError `policy-invalid` for an address, user or password that cannot be used
 */
export function trinoClient(options: TrinoOptions): TrinoClient {
  const base = baseOf(options);
  const headers = headersOf(options);
  const where = `Trino at ${base.origin}`;
  const pause = options.pause ?? ((milliseconds: number) => setTimeout(milliseconds));

  async function request(method: 'GET' | 'POST', url: URL, deadline: AbortSignal, body?: string): Promise<Page> {
    for (let attempt = 1; ; attempt++) {
      const response = await answered(method, url, deadline, body);
      if (response.status === 200) return pageOf(response.text, where);
      // Trino itself never gives these; of a gateway they mean "try again". Any other is the end of the query.
      if (![502, 503, 504].includes(response.status) || attempt === tries) throw refusal(response, where, options.user);
      await pause(Math.min(100 * attempt, 1000));
      deadline.throwIfAborted();
    }
  }

  async function answered(method: string, url: URL, deadline: AbortSignal, body?: string) {
    const signal = AbortSignal.any([deadline, AbortSignal.timeout(patience)]);
    const response = await options.fetch(url, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  }

  /** The next address is Trino's word: credentials go to where the user sent them only. */
  function next(written: string): URL {
    const url = URL.parse(written);
    if (url?.origin === base.origin) return url;
    throw new UserError('server-unreachable', `${where} wants to be asked on at ${url?.origin ?? 'no address'}.`, {
      how: 'Behind a proxy, Trino needs http-server.process-forwarded=true, and the proxy the X-Forwarded headers.',
    });
  }

  async function cancel(url: URL): Promise<void> {
    try {
      await options.fetch(url, { method: 'DELETE', headers, signal: AbortSignal.timeout(5_000), redirect: 'manual' });
    } catch {
      // It may be gone; then its query is too.
    }
  }

  async function run(sql: string, most = 10_000): Promise<TrinoAnswer> {
    const deadline = AbortSignal.timeout(options.timeout);
    const started = performance.now();
    const rows: (readonly unknown[])[] = [];
    let columns: Page['columns'];
    let running: URL | undefined;
    try {
      let current = await request('POST', new URL('v1/statement', base), deadline, sql);
      for (;;) {
        if (current.error !== undefined) throw new TrinoFailure(current.error, current.id);
        columns = current.columns ?? columns;
        rows.push(...(current.data ?? []));
        if (rows.length > most) throw new Error(`a query that may give ${most} rows gave more`);
        if (current.nextUri === undefined) break;
        running = next(current.nextUri);
        current = await request('GET', running, deadline);
      }
      if (current.stats.state !== 'FINISHED')
        throw new UserError('server-unreachable', `${where} ended a query as ${current.stats.state}, without a word.`);
      options.log?.(`Trino query ${current.id}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return { queryId: current.id, columns: columns ?? [], rows };
    } catch (error) {
      if (error instanceof TrinoFailure) throw error;
      if (running !== undefined) await cancel(running);
      if (error instanceof UserError || rows.length > most) throw error;
      throw silence(error, { where, timedOut: deadline.aborted, midway: running !== undefined, options });
    }
  }
  return { run };
}

function baseOf({ url, password }: TrinoOptions): URL {
  const base = URL.parse(url.endsWith('/') ? url : `${url}/`);
  if (base === null || !['http:', 'https:'].includes(base.protocol))
    throw new UserError('policy-invalid', `${JSON.stringify(url)} is no address of Trino.`, {
      how: 'Write it like https://trino.example.org:8443.',
    });
  if (base.username !== '' || base.password !== '')
    throw new UserError('policy-invalid', `The address of Trino at ${base.host} holds a user or password.`, {
      how: 'Name the user apart, and give the password as a secret.',
    });
  if (password !== undefined && base.protocol !== 'https:')
    throw new UserError('policy-invalid', `A password goes to Trino over https only, not to ${base.origin}.`, {
      how: 'Write https:// in its address, or leave the password away.',
    });
  return base;
}

function headersOf(options: TrinoOptions): Readonly<Record<string, string>> {
  const named = {
    'X-Trino-User': options.user,
    'X-Trino-Source': 'modelgate',
    'X-Trino-Time-Zone': 'UTC',
    // without it, times arrive cut to milliseconds
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    // later than ours, so that it is ours that is told
    'X-Trino-Session': `query_max_run_time=${Math.ceil(options.timeout / 1000) + 30}s`,
    ...(options.catalog === undefined ? {} : { 'X-Trino-Catalog': options.catalog }),
    ...(options.schema === undefined ? {} : { 'X-Trino-Schema': options.schema }),
  };
  for (const [name, value] of Object.entries(named)) {
    if (/^[\x20-\x7e]+$/.test(value)) continue;
    const what = name.slice('X-Trino-'.length).toLowerCase();
    throw new UserError('policy-invalid', `The ${what} for Trino is empty or holds more than plain ASCII characters.`);
  }
  const { password } = options;
  if (password === undefined) return named;
  const credentials = Buffer.from(`${options.user}:${password}`, 'utf8').toString('base64');
  return { ...named, Authorization: `Basic ${credentials}` };
}

/** Keeps integers beyond 2^53 as they were written: as numbers they would be other ones. */
function pageOf(text: string, where: string): Page {
  const exact = (_: string, value: unknown, ...[context]: readonly unknown[]) => {
    const source = typeof value === 'number' && !Number.isSafeInteger(value) ? sourceOf(context) : undefined;
    return source !== undefined && /^-?\d+$/.test(source) ? source : value;
  };
  try {
    return page.parse(JSON.parse(text, exact));
  } catch (error) {
    throw new UserError('server-unreachable', `${where} does not answer as Trino does.`, {
      how: 'Is there a login page, a proxy or something else at this address?',
      cause: error,
    });
  }
}

const written = z.object({ source: z.string() });

/** JSON.parse hands the text of a number on in newer engines (ECMAScript proposal "JSON.parse source text access"). */
function sourceOf(context: unknown): string | undefined {
  return written.safeParse(context).data?.source;
}

interface Refusal {
  readonly status: number;
  readonly location: string | null;
}

function refusal({ status, location }: Refusal, where: string, user: string): UserError {
  const said = (message: string, how?: string) =>
    new UserError('server-unreachable', message, how === undefined ? {} : { how });
  if (status === 401)
    return said(
      `${where} does not know ${user} by this password (401).`,
      'Check user and password; it may need https.',
    );
  if (status === 403) return said(`${where} refuses ${user} (403).`, 'Let this user run queries.');
  if (status === 404 || status === 410)
    return said(`${where} does not know the query any more (${status}).`, 'Did it restart? Then repeat the run.');
  if (status >= 300 && status < 400) {
    const to = location === null ? undefined : URL.parse(location)?.origin;
    return said(`${where} sends us elsewhere (${status}).`, `Write ${to ?? 'the address that answers itself'}.`);
  }
  if ([502, 503, 504].includes(status))
    return said(`The gateway before ${where} could not reach it for half a minute (${status}).`);
  return said(`${where} refused a request (${status}).`);
}

interface Silence {
  readonly where: string;
  readonly timedOut: boolean;
  readonly midway: boolean;
  readonly options: TrinoOptions;
}

/** No answer at all: the connection, or the time. */
function silence(error: unknown, { where, timedOut, midway, options }: Silence): UserError {
  if (timedOut)
    return new UserError(
      'server-unreachable',
      `A query took longer than ${options.timeout / 1000} s at ${where}, and was cancelled.`,
      { how: 'Give it more time, check a smaller table or partition, or look whether the cluster is busy.' },
    );
  const code = codeOf(error);
  const reason = code === undefined ? '' : ` (${code})`;
  if (midway)
    return new UserError('server-unreachable', `${where} stopped answering while a query ran${reason}.`, {
      how: 'Nothing was decided. Look whether it is up, and repeat the run.',
      cause: error,
    });
  const certificate = /CERT|SELF_SIGNED|ALTNAME|LEAF_SIGNATURE/.test(code ?? '');
  return new UserError('server-unreachable', `${where} cannot be reached${reason}.`, {
    how: certificate
      ? 'Its certificate is not trusted here: put its authority into a file that NODE_EXTRA_CA_CERTS names.'
      : 'Is it up, and may this runner reach it?',
    cause: error,
  });
}

/** Node's fetch says little itself; the system's word is in a cause below. */
function codeOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') return one.code;
    if (one.name === 'TimeoutError') return 'no answer in time';
  }
  return undefined;
}
