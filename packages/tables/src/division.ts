import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { isOfReading, refusal } from './answer.ts';
import { refuseForeignExpression } from './foreign-sql.ts';
import type { Relation, RelationColumn } from './relation.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import type { Source } from './source.ts';
import { identifier, literal } from './sql-text.ts';
import { columnOf, refuseMissingColumns } from './table-check.ts';

/** How the rows of a table are divided into groups. */
export type DivisionSpec =
  /** A group for each combination of values that occurs; null and NaN are values, too. */
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  /** One group: the rows for which people's SQL is true. `name` is what they call it. */
  | { readonly kind: 'where'; readonly sql: string; readonly name: string }
  /** Groups of a column of numbers: from (included) to (not included), undefined where open; one more where there is none. */
  | {
      readonly kind: 'bins';
      readonly column: string;
      readonly bins: readonly { readonly from: number | undefined; readonly to: number | undefined }[];
    };

/** Two divisions of the same list at once: group a of the one and b of the other have the index a × (groups of the other) + b. */
export interface CrossedSpec {
  readonly kind: 'crossed';
  readonly one: number;
  readonly other: number;
}

export interface Division {
  /** Name of the column that the divided table has beside its own: the index of each row's group, −1 for none. */
  readonly column: string;
  /** A group an entry, by index. Of `columns`: the values as texts, null where there is none. */
  readonly groups: readonly { readonly values: readonly (string | null)[]; readonly rows: number }[];
  /** Rows of which the condition is neither true nor false. Elsewhere rows without a value are groups of their own. */
  readonly missing: number;
}

export interface DividedSource {
  readonly source: Source;
  readonly relation: Relation;
  readonly divisions: readonly Division[];
}

/** More values than these are no groups of rows. */
export const mostGroups = 10_000;

/**
 * The same table with a column for each way of dividing its rows, which holds the index of the row's group.
 *
 * @param name unique in the session
 * @throws UserError `column-missing`, `column-type`, `too-many-slices`; `slices-invalid` for SQL that is not taken, is no
 *   condition or fails on a row
 */
export async function divided(
  session: Session,
  source: Source,
  relation: Relation,
  specs: readonly (DivisionSpec | CrossedSpec)[],
  name: string,
): Promise<DividedSource> {
  const party = { words: `table ${source.path}`, file: source.files[0]?.path ?? source.path, relation, key: undefined };
  refuseMissingColumns({ ...party, columns: [...new Set(specs.flatMap(columnsOf))] });
  const columns: RelationColumn[] = [];
  const divisions: Division[] = [];
  for (const [index, spec] of specs.entries()) {
    const column = freeName(`group ${index}`, relation);
    const { sql, ...found } =
      spec.kind === 'crossed'
        ? await crossed(
            session,
            relation,
            [spec.one, spec.other].map((at) => ({ sql: columns[at]?.sql, of: divisions[at] })),
          )
        : await divide(session, relation, spec, `${name}_${index}`);
    columns.push({ name: column, type: 'integer', storedAs: 'INTEGER', sql });
    divisions.push({ column, ...found });
  }
  const added = columns.map(({ name: column, type, storedAs }) => ({ name: column, type, storedAs }));
  return {
    source: { ...source, columns: [...source.columns, ...added] },
    relation: { ...relation, columns: [...relation.columns, ...columns] },
    divisions,
  };
}

function columnsOf(spec: DivisionSpec | CrossedSpec): readonly string[] {
  return spec.kind === 'columns' ? spec.columns : spec.kind === 'bins' ? [spec.column] : [];
}

function freeName(wanted: string, { columns, raw }: Relation): string {
  const taken = new Set([...columns.map(({ name }) => name), ...raw].map((one) => one.toLowerCase()));
  let name = wanted;
  while (taken.has(name)) name = `${name}_`;
  return name;
}

type Divided = Omit<Division, 'column'> & { readonly sql: string };

async function divide(session: Session, relation: Relation, spec: DivisionSpec, name: string): Promise<Divided> {
  switch (spec.kind) {
    case 'columns':
      return await byColumns(session, relation, spec.columns, name);
    case 'where':
      return await byCondition(session, relation, spec, name);
    case 'bins':
      return await byBins(session, relation, spec);
  }
}

async function crossed(
  session: Session,
  relation: Relation,
  [one, other]: readonly { readonly sql: string | undefined; readonly of: Division | undefined }[],
): Promise<Divided> {
  if (one?.sql === undefined || other?.sql === undefined || one.of === undefined || other.of === undefined)
    throw new Error('divisions are crossed after they were made');
  const width = other.of.groups.length;
  const sql = `CASE WHEN ${one.sql} < 0 OR ${other.sql} < 0 THEN -1 ELSE ${one.sql} * ${width} + ${other.sql} END`;
  return await counted(session, relation, sql, one.of.groups.length * width);
}

/** Groups are the values of an enumeration of JSON lists, whose codes are their indices. */
async function byColumns(
  session: Session,
  relation: Relation,
  columns: readonly string[],
  name: string,
): Promise<Divided> {
  const values = columns.map((column) => textOf(columnOf(relation, column)));
  const key = `CAST(to_json([${values.join(', ')}]) AS VARCHAR)`;
  const found = await session.rows(
    `SELECT key, count(*) AS rows FROM (SELECT ${key} AS key FROM ${relation.sql}) GROUP BY key
     ORDER BY key LIMIT ${mostGroups + 1}`,
    z.object({ key: z.string(), rows: count }),
  );
  if (found.length > mostGroups) {
    const words = columns.map((column) => `\`${column}\``).join(' and ');
    throw new UserError(
      'too-many-slices',
      `${words} ${columns.length === 1 ? 'has' : 'have'} more than ${mostGroups.toLocaleString('en')} different values: these are no groups of rows.`,
      { how: 'Divide by a column with fewer values, or give `bins`; an id or a time stamp belongs to no group.' },
    );
  }
  const type = identifier(name);
  const names = found.map((one) => literal(one.key));
  await session.run(`CREATE TYPE ${type} AS ENUM (${names.join(', ')})`);
  const group = z.array(z.string().nullable());
  return {
    sql: `CAST(enum_code(CAST(${key} AS ${type})) AS INTEGER)`,
    groups: found.map((one) => ({ values: group.parse(JSON.parse(one.key)), rows: one.rows })),
    missing: 0,
  };
}

/** @throws UserError `column-type` */
function textOf({ name, type, storedAs, sql }: RelationColumn): string {
  if (type === 'other' || type === 'mixed') {
    throw new UserError('column-type', `column "${name}" holds ${storedAs}, which makes no groups of rows.`, {
      how: 'Divide by a column of texts, numbers, booleans or dates.',
    });
  }
  const text = `CAST(${sql} AS VARCHAR)`;
  return type === 'number' ? `CASE WHEN isnan(CAST(${sql} AS DOUBLE)) THEN NULL ELSE ${text} END` : text;
}

async function byBins(
  session: Session,
  relation: Relation,
  { column: name, bins }: Extract<DivisionSpec, { kind: 'bins' }>,
): Promise<Divided> {
  const column = columnOf(relation, name);
  if (column.type !== 'integer' && column.type !== 'number') {
    throw new UserError('column-type', `column "${name}" holds ${column.storedAs}; bins divide numbers.`, {
      how: 'Give bins to a column of numbers, or divide by its values.',
    });
  }
  const value = `CAST(${column.sql} AS DOUBLE)`;
  const cases = bins.map(({ from, to }, index) => {
    const ends = [
      ...(from === undefined ? [] : [`${value} >= ${number(from)}`]),
      ...(to === undefined ? [] : [`${value} < ${number(to)}`]),
    ];
    return `WHEN ${ends.join(' AND ') || 'true'} THEN ${index}`;
  });
  const sql = `CASE WHEN ${value} IS NULL OR isnan(${value}) THEN ${bins.length} ${cases.join(' ')} ELSE -1 END`;
  const found = await counted(session, relation, sql, bins.length + 1);
  return {
    ...found,
    groups: found.groups.map((group, at) => ({ ...group, values: at === bins.length ? [null] : [] })),
  };
}

/** As the engine reads it without rounding; an integer literal would lose digits beyond 2^53 before the comparison. */
function number(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

async function byCondition(
  session: Session,
  relation: Relation,
  { sql, name: entry }: Extract<DivisionSpec, { kind: 'where' }>,
  name: string,
): Promise<Divided> {
  try {
    return await conditionGroups(session, relation, sql, name);
  } catch (error) {
    if (!(error instanceof UserError) || error.reason !== 'slices-invalid') throw error;
    // of several conditions a reader wants to know which
    const message = error.message.replace(/^`where`/, `\`where\` of \`${entry}\``);
    throw new UserError(error.reason, message, {
      ...(error.how === undefined ? {} : { how: error.how }),
      cause: error,
    });
  }
}

const asCondition = 'Write what is true of the rows of the group, such as distance > 1500.';

/** People's SQL becomes a macro over the columns as they are typed, so that it stands beside the stored ones. */
async function conditionGroups(session: Session, relation: Relation, sql: string, name: string): Promise<Divided> {
  const failed = (problem: UserError) =>
    new UserError('slices-invalid', `\`where\` cannot be used: ${problem.message}`, {
      ...(problem.how === undefined ? {} : { how: problem.how }),
      cause: problem,
    });
  try {
    await refuseForeignExpression(session, sql);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // its own advice is about queries
    throw new UserError('slices-invalid', `\`where\` cannot be used: ${error.message}`, {
      how: asCondition,
      cause: error,
    });
  }
  try {
    const parameters = relation.columns.map((column) => identifier(column.name)).join(', ');
    const macro = identifier(name);
    await session.run(`CREATE TEMP MACRO ${macro}(${parameters}) AS (\n${sql}\n)`);
    const asked = `${macro}(${relation.columns.map((column) => column.sql).join(', ')})`;
    // where the engine itself takes nothing that looks at other rows, or makes more of one
    await session.run(`SELECT 1 FROM ${relation.sql} WHERE (${asked}) IS NULL LIMIT 0`);
    const { type } = await session.row(
      `SELECT typeof(any_value(value)) AS type FROM (SELECT ${asked} AS value FROM ${relation.sql} LIMIT 1)`,
      z.object({ type: z.string() }),
    );
    if (type !== 'BOOLEAN' && type !== '"NULL"') {
      throw new UserError('slices-invalid', `\`where\` is no condition: its value is of type ${type}.`, {
        how: asCondition,
      });
    }
    return await counted(session, relation, `CASE ${asked} WHEN true THEN 0 WHEN false THEN -1 ELSE -2 END`, 1);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw failedBinding(error, relation) ?? failed(await refusal(session, [relation], error));
  }
}

const ofOthers: Readonly<Record<string, string>> = {
  aggregate: 'an aggregate',
  'window function': 'a window function',
  unnest: 'unnest()',
};

/** What the engine understood and did not take, where its words say which part of it. */
function failedBinding(failure: EngineFailure, { columns }: Relation): UserError | undefined {
  if (isOfReading(failure)) return undefined;
  const other = /aggregate|window function|unnest/i.exec(failure.detail)?.[0].toLowerCase();
  if (other !== undefined) {
    return new UserError(
      'slices-invalid',
      `\`where\` holds ${ofOthers[other] ?? other}: it is asked of each row by itself.`,
    );
  }
  const unknown = /^Binder Error: Referenced column "([^"]*)" (?:was )?not found/.exec(failure.detail)?.[1];
  if (unknown === undefined) return undefined;
  const there = columns.map(({ name }) => `"${name}"`).join(', ');
  return new UserError(
    'slices-invalid',
    `\`where\` cannot be used: there is no column "${unknown}" in the examples; there are ${there}.`,
  );
}

/** Rows of each index; −2 stands for "cannot be told", which leaves as −1. */
async function counted(session: Session, relation: Relation, sql: string, groups: number): Promise<Divided> {
  const found = await session.rows(
    `SELECT code, count(*) AS rows FROM (SELECT ${sql} AS code FROM ${relation.sql}) GROUP BY code`,
    z.object({ code: z.int(), rows: count }),
  );
  const byCode = new Map(found.map((one) => [one.code, one.rows]));
  const rowsOf = (code: number) => byCode.get(code) ?? 0;
  return {
    sql: `greatest(${sql}, -1)`,
    groups: Array.from({ length: groups }, (_, index) => ({ values: [], rows: rowsOf(index) })),
    missing: rowsOf(-2),
  };
}
