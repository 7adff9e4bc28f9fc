import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { DataEngine, Query, Row } from './data-engine.ts';
import type { Numbers } from './numbers.ts';
import type { Source } from './source.ts';
import { identifier } from './sql-text.ts';
import { type TrinoClient, type TrinoOptions, trinoClient } from './trino-client.ts';
import { duplicatesInTable } from './trino-duplicates.ts';
import { failureWords, TrinoFailure } from './trino-failure.ts';
import { refuseLooseExpression, refuseLooseSql, withOf, withoutEnd } from './trino-sql.ts';
import { describeTable, sampleOfTable, type TrinoTable, tablesRead } from './trino-table.ts';
import { cellOfTrino } from './trino-type.ts';

export type { TrinoOptions } from './trino-client.ts';

export interface TrinoEngine extends DataEngine {
  readonly kind: 'trino';
  /** Of the server, such as `476`. */
  readonly version: string;
}

/**
 * The distributed engine: every question becomes SQL that Trino runs where the data are, and only its few rows come
 * back. A statement is first planned, and refused when it would read another table than its own or write one.
 *
 * Trino holds no table still: one that is written meanwhile may answer later questions from later rows.
 *
 * @throws UserError `server-unreachable` when it cannot be asked, `query-failed` when it gives up, `policy-invalid` for an unusable address or user
 */
export async function openTrino(options: TrinoOptions): Promise<TrinoEngine> {
  const asked = trinoClient(options);
  let last: Promise<unknown> = Promise.resolve();
  // One question at a time: a check is no reason to crowd out the cluster's other users.
  const client: TrinoClient = {
    run(sql, most) {
      const turn = last.then(() => asked.run(sql, most));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
  const tables = new WeakMap<Source, TrinoTable>();
  const tableOf = (source: Source): TrinoTable => {
    const table = tables.get(source);
    if (table === undefined) throw new Error(`${source.path} was not described by this engine`);
    return table;
  };
  const known = (query: Query): Known => ({
    sql: query.sql,
    tables: Object.entries(query.tables).map(([name, source]) => [name, tableOf(source)]),
  });
  const { rows } = await inWords(() => client.run('SELECT version()'));
  return {
    kind: 'trino',
    version: String(rows[0]?.[0]),
    describe: (name) =>
      inWords(async () => {
        const { source, table } = await describeTable(client, name, options);
        tables.set(source, table);
        return source;
      }),
    asWritten: (source) => source,
    async sample(source, spec) {
      if (spec.share === 1) return source;
      const table = sampleOfTable(tableOf(source), spec);
      const counted = await inWords(() => client.run(`SELECT count(*) FROM ${table.sql}`));
      const part = {
        ...source,
        rows: z.int().parse(counted.rows[0]?.[0]),
        sampledFrom: source.sampledFrom ?? source.rows,
      };
      tables.set(part, table);
      return part;
    },
    numbers: (source, expressions) => inWords(() => numbers(client, tableOf(source), expressions)),
    ask: ({ most, ...query }) => inWords(() => ask(client, known(query), most)),
    countOf: (query) => inWords(() => countOf(client, known(query)), 1),
    duplicates: (source, spec) =>
      inWords(async () => {
        const table = tableOf(source);
        if (spec.where !== undefined)
          await refuseOthers(client, `SELECT 1 FROM ${table.sql} AS "this" WHERE (\n${spec.where}\n)`, [
            ['this', table],
          ]);
        return duplicatesInTable(client, table, source.rows, spec);
      }),
    async checkExpression(sql) {
      refuseLooseExpression(sql);
      try {
        await client.run(`EXPLAIN (TYPE VALIDATE) SELECT (\n${sql}\n)`);
      } catch (error) {
        // which columns there are is not known here
        const grammar = error instanceof TrinoFailure && error.errorName === 'SYNTAX_ERROR';
        if (grammar || !(error instanceof TrinoFailure) || !error.ofStatement) throw worded(error, 1);
      }
    },
    async close() {
      await last;
    },
  };
}

interface Known {
  readonly sql: string;
  readonly tables: readonly (readonly [string, TrinoTable])[];
}

async function inWords<T>(work: () => Promise<T>, before = 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw worded(error, before);
  }
}

function worded(error: unknown, before = 0): unknown {
  return error instanceof TrinoFailure ? failureWords(error, before) : error;
}

/** Expressions of one statement: Trino takes a million characters, and compiles what it takes. */
const atOnce = { expressions: 300, characters: 300_000 };

async function numbers(
  client: TrinoClient,
  table: TrinoTable,
  expressions: Readonly<Record<string, string>>,
): Promise<Numbers> {
  const found: Record<string, number> = {};
  const refused: string[] = [];
  let cause: unknown;
  for (const named of batches(Object.entries(expressions))) {
    try {
      Object.assign(found, await aggregated(client, table, named));
    } catch (error) {
      if (!(error instanceof TrinoFailure) || !error.ofStatement) throw error;
      cause = error;
      const among = await refusedHalf(client, table, named);
      // taken in halves and not together: without this their numbers would just be missing
      if (among.length === 0) throw error;
      refused.push(...among);
    }
  }
  if (refused.length === 0) return found;
  throw new UserError('policy-invalid', `The engine does not take: ${refused.join(', ')}.`, {
    how: 'Check the names of columns and functions in its SQL, and values that it cannot take (TRY_CAST, NULLIF); Trino knows other functions than DuckDB.',
    cause,
  });
}

type Named = readonly (readonly [string, string])[];

async function aggregated(client: TrinoClient, table: TrinoTable, named: Named): Promise<Numbers> {
  const list = named.map(([, sql]) => `CAST(${sql} AS DOUBLE)`).join(', ');
  // with a count it is an aggregation, and gives one row, whatever else is asked
  const sql = `SELECT ${list}, count(*) FROM ${table.sql} AS "this"`;
  await refuseOthers(client, sql, [['this', table]]);
  const { rows } = await client.run(sql, 1);
  const entries = named.flatMap(([name], index) => {
    const value = rows[0]?.[index];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Names of those that Trino does not take, among some that it does not take together. */
async function refusedAmong(client: TrinoClient, table: TrinoTable, named: Named): Promise<readonly string[]> {
  try {
    await aggregated(client, table, named);
    return [];
  } catch (error) {
    if (!(error instanceof TrinoFailure) || !error.ofStatement) throw error;
    return refusedHalf(client, table, named);
  }
}

async function refusedHalf(client: TrinoClient, table: TrinoTable, named: Named): Promise<readonly string[]> {
  if (named.length === 1) return named.map(([name]) => name);
  const middle = Math.ceil(named.length / 2);
  const first = await refusedAmong(client, table, named.slice(0, middle));
  return [...first, ...(await refusedAmong(client, table, named.slice(middle)))];
}

function batches(named: Named): readonly Named[] {
  const found: [string, string][][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const [name, sql] of named) {
    const full = (found.at(-1)?.length ?? 0) === atOnce.expressions || characters + sql.length > atOnce.characters;
    if (full) found.push([]);
    characters = full ? sql.length : characters + sql.length;
    found.at(-1)?.push([name, sql]);
  }
  return found;
}

async function ask(client: TrinoClient, query: Known, most = 10_000): Promise<readonly Row[]> {
  const own = withOf(query.sql);
  const tables = withTables(query.tables, own?.recursive ?? false);
  const sql = own === undefined || tables === '' ? `${tables}\n${query.sql}` : `${tables},\n${own.rest}`;
  await refuseOthers(client, sql, query.tables);
  const { columns, rows } = await client.run(sql, most);
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, type }, index) => [name, cellOfTrino(row[index], type)])),
  );
}

/** Our own words are one line, so that the lines of the person's SQL are one more than they are written. */
async function countOf(client: TrinoClient, query: Known): Promise<number> {
  const written = withoutEnd(query.sql);
  refuseLooseSql(written);
  const sql = `${withTables(query.tables, false)} SELECT count(*) FROM (\n${written}\n)`;
  await refuseOthers(client, sql, query.tables);
  const { rows } = await client.run(sql);
  return z.int().nonnegative().parse(rows[0]?.[0]);
}

function withTables(tables: Known['tables'], recursive: boolean): string {
  const named = tables.map(([name, table]) => `${identifier(name)} AS ${table.sql}`);
  return named.length === 0 ? '' : `WITH ${recursive ? 'RECURSIVE ' : ''}${named.join(', ')}`;
}

/** @throws UserError `policy-invalid` when Trino would read or write another table for it */
async function refuseOthers(client: TrinoClient, sql: string, tables: Known['tables']): Promise<void> {
  const allowed = new Set(tables.flatMap(([, table]) => [...table.reads]));
  const others = [...(await tablesRead(client, sql))].filter((table) => !allowed.has(table));
  if (others.length === 0) return;
  const own = tables.map(([name]) => `\`${name}\``).join(', ');
  throw new UserError(
    'policy-invalid',
    `The SQL reads ${others.map((table) => `\`${table}\``).join(', ')}, which ${others.length === 1 ? 'is none' : 'are none'} of its tables.`,
    { how: `It may read ${own} only; other tables are named under \`tables:\`.` },
  );
}
