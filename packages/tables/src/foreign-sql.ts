import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { Session } from './session.ts';
import { literal } from './sql-text.ts';

/** Functions that give rows from their arguments alone. */
const tableFunctions: ReadonlySet<string> = new Set(['unnest', 'range', 'generate_series', 'json_each', 'json_tree']);

/** Functions of a single value that look at the engine, its session or the machine instead of the row. */
const outsideFunctions =
  /^(getenv|getvariable|current_(setting|query.*|connection_id|transaction_id|database|catalog|schemas?|role|user)|session_user|user|version|get_block_size|json_serialize_plan|json_execute_serialized_sql|nextval|currval|write_log|parse_duckdb_log_message|pg_(?!typeof).*|has_.*_privilege|inet_.*|in_search_path|txid_current|sleep_ms|vector_type|(read|parquet|duckdb|http)_.*|glob|sniff_csv|query|query_table)$/;

const changingFunctions: ReadonlySet<string> = new Set([
  'random',
  'setseed',
  'uuid',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
]);

/** What gives rows without reading anything that a name does not allow. */
const plainTables: ReadonlySet<string> = new Set([
  'SUBQUERY',
  'JOIN',
  'EMPTY',
  'EMPTY_FROM',
  'EXPRESSION_LIST',
  'PIVOT',
]);

/** Words at the start of what is no query, for words. */
const writers: ReadonlySet<string> = new Set(
  'ALTER ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMENT COMMIT COPY CREATE DEALLOCATE DELETE DETACH DROP EXECUTE EXPLAIN EXPORT IMPORT INSERT INSTALL LOAD MERGE PIVOT PRAGMA PREPARE RESET ROLLBACK SET TRUNCATE UNPIVOT UPDATE USE VACUUM'.split(
    ' ',
  ),
);

const queries: ReadonlySet<string> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE']);

const failureSchema = z.object({
  error: z.literal(true),
  error_type: z.string(),
  error_message: z.string(),
  position: z.coerce.number().optional(),
});
type ParseFailure = z.infer<typeof failureSchema>;

const parsedSchema = z.discriminatedUnion('error', [
  z.object({ error: z.literal(false), statements: z.array(z.object({ node: z.looseObject({}) })) }),
  failureSchema,
]);

/** What the parser gives, as far as it is judged here. */
interface Node {
  readonly [field: string]: unknown;
  /** Expressions have a class, tables and queries have none. */
  readonly class?: unknown;
  readonly type?: unknown;
  readonly function?: unknown;
  readonly function_name?: unknown;
  readonly children?: unknown;
  readonly catalog_name?: unknown;
  readonly schema_name?: unknown;
  readonly table_name?: unknown;
  readonly sample?: unknown;
  readonly cte_map?: unknown;
  readonly cte_name?: unknown;
  readonly map?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly select_list?: unknown;
  readonly from_table?: unknown;
  readonly modifiers?: unknown;
  readonly where_clause?: unknown;
  readonly having?: unknown;
  readonly qualify?: unknown;
}

/**
 * Refuses SQL that is not one query over these tables. The engine's own parser reads it, so that no comment, quoting or
 * nesting hides anything; what it does not know is refused, not let through. The sandbox of the session stands behind it.
 *
 * @param names  the tables that it may read
 * @param around what a statement of ours writes before and behind it; the places that errors name do not count it
 * @returns the query's root, as the engine's parser has it
 * @throws UserError `policy-invalid`
 */
export async function refuseForeignSql(
  session: Session,
  sql: string,
  names: readonly string[],
  around: readonly [string, string] = ['', ''],
): Promise<Node> {
  const { text } = await session.row(
    `SELECT CAST(json_serialize_sql(${literal(around.join(sql))}) AS VARCHAR) AS text`,
    z.object({ text: z.string() }),
  );
  const parsed = parsedSchema.parse(JSON.parse(text));
  if (parsed.error) throw unread(sql, parsed, around[0].length);
  const [only, ...more] = parsed.statements;
  if (only === undefined) throw refused('The SQL is empty.');
  if (more.length > 0) throw refused(`The SQL holds ${more.length + 1} statements; one query is taken.`);
  walk(only.node, { given: names, visible: new Set(names.map((name) => name.toLowerCase())) });
  return only.node;
}

/**
 * Refuses SQL that is not one expression over the columns of one row (or an aggregate of them).
 *
 * @throws UserError `policy-invalid`
 */
export async function refuseForeignExpression(session: Session, sql: string): Promise<void> {
  // A comment at its end must take nothing else along.
  const node = await refuseForeignSql(session, sql, [], ['SELECT (\n', '\n)']);
  const { select_list: selected, from_table: from, modifiers, where_clause: where, having, qualify } = node;
  const plain =
    Array.isArray(selected) &&
    selected.length === 1 &&
    isNode(from) &&
    from.type === 'EMPTY' &&
    Array.isArray(modifiers) &&
    modifiers.length === 0 &&
    [where, having, qualify].every((clause) => clause === null);
  const [one]: readonly unknown[] = Array.isArray(selected) ? selected : [];
  // `(a, b)` is a row of two values
  const several = isNode(one) && one.function_name === 'row';
  if (!plain || several) throw refused('The SQL is not a single expression.');
}

interface Scope {
  /** What the caller named, for words. */
  readonly given: readonly string[];
  /** In lower case: these, and the query's own WITH tables in sight. */
  readonly visible: ReadonlySet<string>;
}

function walk(value: unknown, scope: Scope): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, scope);
    return;
  }
  if (!isNode(value)) return;
  if (isNode(value.cte_map)) {
    walkQuery(value, value.cte_map, scope);
    return;
  }
  if ('sample' in value && 'alias' in value && !('class' in value)) refuseForeignTable(value, scope);
  else if (typeof value.function_name === 'string') refuseForeignFunction(value.function_name, scope);
  else if (value.class === 'PARAMETER') throw refused('The SQL holds a placeholder, and nothing fills it.');
  for (const [key, child] of Object.entries(value)) {
    // The name of a table function was judged with its table; its arguments are expressions like others.
    if (value.type === 'TABLE_FUNCTION' && key === 'function' && isNode(child)) walk(child.children, scope);
    else walk(child, scope);
  }
}

/** A table of WITH is in sight of those behind it and of the query, and of itself only where it is recursive. */
function walkQuery(query: Node, ctes: Node, scope: Scope): void {
  if (typeof query.type !== 'string' || !queries.has(query.type)) throw unknownForm(String(query.type), scope);
  if (query.sample !== null && query.sample !== undefined) throw sampled();
  const visible = new Set(scope.visible);
  // A recursive table stands for itself within its own query, whether the engine calls it by WITH or not.
  if (query.type === 'RECURSIVE_CTE_NODE' && typeof query.cte_name === 'string')
    visible.add(query.cte_name.toLowerCase());
  for (const cte of Array.isArray(ctes.map) ? ctes.map : []) {
    if (!isNode(cte) || typeof cte.key !== 'string') throw unknownForm('WITH', scope);
    walk(cte.value, { ...scope, visible });
    visible.add(cte.key.toLowerCase());
  }
  for (const [key, child] of Object.entries(query)) if (key !== 'cte_map') walk(child, { ...scope, visible });
}

function refuseForeignTable(table: Node, scope: Scope): void {
  if (table.sample !== null) throw sampled();
  if (table.type === 'BASE_TABLE') {
    const qualified = [table.catalog_name, table.schema_name].filter((part) => part !== '');
    const name = String(table.table_name);
    if (qualified.length === 0 && scope.visible.has(name.toLowerCase())) return;
    throw refused(`The SQL reads \`${[...qualified, name].join('.')}\`, which is none of its tables.`, scope);
  }
  if (table.type === 'TABLE_FUNCTION') {
    const name = isNode(table.function) ? String(table.function.function_name).toLowerCase() : '';
    if (tableFunctions.has(name)) return;
    throw refused(`The SQL calls ${name}(), which reads something else than its tables.`, scope);
  }
  if (table.type === 'SHOW_REF')
    throw refused('The SQL asks what the engine holds (SHOW, DESCRIBE, SUMMARIZE).', scope);
  if (typeof table.type !== 'string' || !plainTables.has(table.type)) throw unknownForm(String(table.type), scope);
}

function refuseForeignFunction(written: string, scope: Scope): void {
  const name = written.toLowerCase();
  if (outsideFunctions.test(name))
    throw refused(`The SQL calls ${name}(), which reads something else than its tables.`, scope);
  if (changingFunctions.has(name)) throw refused(`The SQL calls ${name}(), which gives another answer each time.`);
}

function unread(sql: string, error: ParseFailure, offset: number): UserError {
  if (error.error_type !== 'parser') {
    const word = /^(?:\s+|--[^\n]*\n?|\/\*[\s\S]*?\*\/)*([A-Za-z]+)/.exec(sql)?.[1]?.toUpperCase();
    return refused(
      word !== undefined && writers.has(word)
        ? `The SQL is no query: it starts with ${word}.`
        : 'The SQL holds a statement that is no query.',
    );
  }
  return refused(`The SQL cannot be read: ${error.error_message}${place(sql, error.position, offset)}.`);
}

function place(sql: string, position: number | undefined, offset: number): string {
  if (position === undefined) return '';
  if (position - offset >= sql.length) return ', at its end';
  const before = sql.slice(0, Math.max(0, position - offset)).split('\n');
  return `, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function sampled(): UserError {
  return refused('The SQL takes a random sample, which gives another answer each time.');
}

function unknownForm(form: string, scope: Scope): UserError {
  return refused(`The SQL has a form that is not taken here (${form}).`, scope);
}

function refused(message: string, scope?: Scope): UserError {
  const how =
    scope === undefined
      ? 'Write one query (SELECT, WITH … SELECT or FROM …) that reads and never writes.'
      : scope.given.length === 0
        ? 'Here it may use the columns of the row only; a query over tables belongs under `sql:`.'
        : `It may read ${scope.given.map((name) => `\`${name}\``).join(', ')} only; other tables are named under \`tables:\`.`;
  return new UserError('policy-invalid', message, { how });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
