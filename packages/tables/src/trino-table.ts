import { createHash } from 'node:crypto';
import { nearest, UserError } from '@modelgate/core';
import * as z from 'zod';
import type { SampleSpec } from './data-engine.ts';
import { sampleLimit } from './sample.ts';
import type { Column, Source } from './source.ts';
import { identifier, literal } from './sql-text.ts';
import type { TrinoClient } from './trino-client.ts';
import { TrinoFailure } from './trino-failure.ts';
import { columnTypeOfTrino, textOfTrino } from './trino-type.ts';

/** A table or a part of it, as SQL in parentheses with exactly the columns of its source. */
export interface TrinoTable {
  readonly sql: string;
  readonly columns: readonly Column[];
  /** The tables that Trino reads for it, as `tableKey` writes them: of a view, those behind it. */
  readonly reads: ReadonlySet<string>;
}

const plan = z.looseObject({
  inputTableColumnInfos: z.array(
    z.looseObject({
      table: z.looseObject({
        catalog: z.string(),
        schemaTable: z.looseObject({ schema: z.string(), table: z.string() }),
      }),
    }),
  ),
  outputTable: z.unknown().optional(),
});

/**
 * The tables that a query would read, as Trino's own planner has it; nothing is run.
 *
 * @throws UserError `policy-invalid` when it would write one
 * @throws TrinoFailure when it is no query
 */
export async function tablesRead(client: TrinoClient, sql: string): Promise<ReadonlySet<string>> {
  const { rows } = await client.run(`EXPLAIN (TYPE IO, FORMAT JSON) ${sql}`);
  const { inputTableColumnInfos, outputTable } = plan.parse(JSON.parse(z.string().parse(rows[0]?.[0])));
  if (outputTable !== undefined) throw new UserError('policy-invalid', 'The SQL writes a table; it may only read.');
  return new Set(
    inputTableColumnInfos.map(({ table }) =>
      [table.catalog, table.schemaTable.schema, table.schemaTable.table].join('.'),
    ),
  );
}

/**
 * Learns columns, rows and identity of a table, in one pass over all of it.
 *
 * The digest is a sha-256 over names and types of the columns, the number of rows and Trino's `checksum` of the text of
 * each row: a sum of 64-bit hashes, which is the same whatever the order of the rows and on any cluster. It tells apart
 * what changed by accident; somebody who means to can make another table of the same checksum. Columns that have no
 * text (lists, rows, bytes) have a checksum each, which does not see two rows that swap such a value; those that
 * `checksum` does not take (sketches such as HyperLogLog) are left out.
 *
 * @throws UserError `file-missing`, `file-empty`, or `policy-invalid` for a name that is none
 */
export async function describeTable(
  client: TrinoClient,
  asked: string,
  defaults: { readonly catalog?: string | undefined; readonly schema?: string | undefined },
): Promise<{ readonly source: Source; readonly table: TrinoTable }> {
  const parts = partsOf(asked, defaults);
  const name = parts.map(identifier).join('.');
  const columns = await columnsOf(client, asked, name, parts);
  const sql = `(SELECT ${columns.map((column) => identifier(column.name)).join(', ')} FROM ${name})`;
  const { rows: answer } = await client.run(`SELECT ${['count(*)', ...checksums(columns)].join(', ')} FROM ${sql}`);
  const [[rows, ...sums]] = z.tuple([z.tuple([z.int()], z.string().nullable())]).parse(answer);
  if (rows === 0) throw new UserError('file-empty', `${asked} holds no rows.`);
  const identity = { columns: columns.map((column) => [column.name, column.storedAs]), rows, sums };
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  const source: Source = { path: asked, format: 'table', files: [], bytes: 0, digest, rows, columns };
  return { source, table: { sql, columns, reads: await tablesRead(client, `SELECT * FROM ${name}`) } };
}

/**
 * The rows that DuckDB's sample takes of the same data by the same seed, as long as whole numbers, text, booleans or
 * dates are the key: of other types the engines write other texts. Columns that have no text take no part.
 *
 * @throws UserError `column-missing`, or `column-type` when no column of the key has a text
 * @throws RangeError for a share outside (0, 1)
 * @see sampleOf
 */
export function sampleOfTable(table: TrinoTable, spec: SampleSpec): TrinoTable {
  const columns = spec.key === undefined ? table.columns : spec.key.map((name) => columnIn(table, name));
  const texts = columns.flatMap(({ name, storedAs }) => textOfTrino(identifier(name), storedAs) ?? []);
  if (texts.length === 0 || (spec.key !== undefined && texts.length < columns.length))
    throw new UserError('column-type', 'A sample is drawn by the text of its key, and bytes or lists have none.', {
      how: 'Name a column of numbers, text or dates as the key.',
    });
  const text = joined([literal(spec.seed), ...texts.map((one) => `coalesce(${one}, '')`)]);
  const sql = `(SELECT * FROM ${table.sql} WHERE lower(to_hex(md5(to_utf8(${text})))) < ${literal(sampleLimit(spec.share))})`;
  return { ...table, sql };
}

/** @throws UserError `column-missing` */
export function columnIn(table: TrinoTable, name: string): Column {
  const column = table.columns.find((one) => one.name === name.toLowerCase());
  if (column !== undefined) return column;
  const near = nearest(
    name,
    table.columns.map((one) => one.name),
  );
  throw new UserError('column-missing', `The table has no column \`${name}\`.`, {
    ...(near === undefined ? {} : { how: `Did you mean \`${near}\`?` }),
  });
}

/** Texts with a separator between: Trino takes no function of more than 127 arguments. */
export function joined(texts: readonly string[]): string {
  if (texts.length <= most) return `concat_ws(chr(31), ${texts.join(', ')})`;
  return joined(chunks(texts).map(joined));
}

const most = 100;

/** A sum over ROW(…) would not do: its hash is a sum over its fields, so values could change rows unseen. */
function checksums(columns: readonly Column[]): readonly string[] {
  const texts = columns.flatMap(({ name, storedAs }) => textOfTrino(identifier(name), storedAs) ?? []);
  const others = columns.filter(({ storedAs }) => textOfTrino('', storedAs) === undefined && !unhashed.test(storedAs));
  return [
    ...(texts.length === 0 ? [] : [joined(texts.map((text) => `coalesce(${text}, chr(0))`))]),
    ...others.map(({ name }) => identifier(name)),
  ].map((sql) => `to_hex(checksum(${sql}))`);
}

function chunks(texts: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(texts.length / most) }, (_, index) =>
    texts.slice(index * most, (index + 1) * most),
  );
}

const unhashed =
  /\b(hyperloglog|p4hyperloglog|setdigest|qdigest|tdigest|geometry|sphericalgeography|color|regressor|classifier|model)\b/i;

async function columnsOf(
  client: TrinoClient,
  asked: string,
  name: string,
  parts: readonly [string, string, string],
): Promise<readonly Column[]> {
  try {
    const { columns } = await client.run(`SELECT * FROM ${name} LIMIT 0`);
    return columns.map((column) => ({
      name: column.name,
      type: columnTypeOfTrino(column.type),
      storedAs: column.type,
    }));
  } catch (error) {
    if (!(error instanceof TrinoFailure) || !/^(TABLE|SCHEMA|CATALOG)_NOT_FOUND$/.test(error.errorName)) throw error;
    throw await missing(client, asked, error, parts);
  }
}

async function missing(
  client: TrinoClient,
  asked: string,
  { errorName }: TrinoFailure,
  [catalog, schema, table]: readonly [string, string, string],
): Promise<UserError> {
  const found =
    errorName === 'CATALOG_NOT_FOUND'
      ? { words: `there is no catalog ${catalog}`, list: 'SHOW CATALOGS', wanted: catalog }
      : errorName === 'SCHEMA_NOT_FOUND'
        ? {
            words: `catalog ${catalog} has no schema ${schema}`,
            list: `SHOW SCHEMAS FROM ${identifier(catalog)}`,
            wanted: schema,
          }
        : {
            words: `${catalog}.${schema} has no table ${table}`,
            list: `SHOW TABLES FROM ${[catalog, schema].map(identifier).join('.')}`,
            wanted: table,
          };
  const names = await client.run(found.list).then(
    ({ rows }) => rows.map(([name]) => String(name)),
    () => [],
  );
  const near = nearest(found.wanted, names);
  return new UserError('file-missing', `${asked} is no table of Trino: ${found.words}.`, {
    how: near === undefined ? 'Does this user see it?' : `Did you mean ${near}?`,
  });
}

/** `catalog.schema.table`, each plain or in double quotes; Trino knows names in lower case. */
function partsOf(
  asked: string,
  { catalog, schema }: { readonly catalog?: string | undefined; readonly schema?: string | undefined },
): readonly [string, string, string] {
  const part = '(?:"(?:[^"]|"")+"|[^".\\s]+)';
  const written = new RegExp(`^${part}(?:\\.${part}){0,2}$`).test(asked)
    ? (asked.match(new RegExp(part, 'g')) ?? []).map((one) =>
        (one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one).toLowerCase(),
      )
    : [];
  const [table, inSchema = schema, inCatalog = catalog] = [...written].reverse();
  if (table !== undefined && inSchema !== undefined && inCatalog !== undefined) return [inCatalog, inSchema, table];
  throw new UserError('policy-invalid', `${JSON.stringify(asked)} does not name a table of Trino.`, {
    how: 'Write catalog.schema.table.',
  });
}
