import type { ColumnTypeName } from '@modelgate/core';
import type { Column, DataEngine, Source } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { personalColumns } from './personal-data-column.ts';
import {
  isCategoryColumn,
  isDateColumn,
  isNumberColumn,
  type Profile,
  type ProfileColumn,
  type withheldReasons,
} from './profile.ts';

export type Withheld = (typeof withheldReasons)[number];

interface Common {
  readonly name: string;
  /** SQL of the column as it is stored. */
  readonly held: string;
  readonly reference: ProfileColumn | undefined;
  /** Known before anything is counted: by the name, or because the reference withholds it. */
  readonly withheld: Withheld | undefined;
}

/** How a column is looked at. `value` is SQL of what is compared: NULL where there is nothing to compare. */
export type PlannedColumn = Common &
  (
    | { readonly kind: 'number'; readonly type: 'integer' | 'decimal' | 'double'; readonly value: string }
    /** In days or seconds since 1970. `fromText`: until every text has been read as a date, this is a guess. */
    | { readonly kind: 'date'; readonly type: 'date' | 'timestamp'; readonly value: string; readonly fromText: boolean }
    | { readonly kind: 'category'; readonly type: 'string' | 'boolean'; readonly value: string }
    | { readonly kind: 'other'; readonly type: 'time' | 'binary' | 'list' | 'struct' }
  );

export type ColumnOf<Kind extends PlannedColumn['kind']> = Extract<PlannedColumn, { readonly kind: Kind }>;

export interface ProfiledTable {
  readonly engine: DataEngine;
  readonly dialect: Dialect;
  readonly source: Source;
}

/**
 * What to look for in each column. A text column whose first values are all dates is tried as one, and so is a text
 * column that the reference knows as dates: text formats do not say.
 */
export async function plannedColumns(
  table: ProfiledTable,
  {
    columns,
    reference,
  }: { readonly columns?: readonly string[] | undefined; readonly reference?: Profile | undefined },
): Promise<readonly PlannedColumn[]> {
  const { source } = table;
  const wanted = source.columns.filter(({ name }) => columns === undefined || columns.includes(name));
  const known = new Map(reference?.columns.map((column) => [column.name, column]));
  const personal = new Set(personalColumns(source.columns.map(({ name }) => name)).map(({ column }) => column));
  const texts = wanted.filter((column) => column.type === 'text').map(({ name }) => name);
  const dates = await dateLike(table, texts);
  return wanted.map((column) => {
    const before = known.get(column.name);
    const withheld = before === undefined ? (personal.has(column.name) ? 'personal' : undefined) : before.withheld;
    const type = typeOf(column, before, source.format === 'csv', dates.get(column.name));
    const common = { name: column.name, held: table.dialect.identifier(column.name), reference: before, withheld };
    return planned(common, column, type, table.dialect);
  });
}

/** The same column, as text. */
export function asCategory({ name, held, reference, withheld }: PlannedColumn): PlannedColumn {
  return { name, held, reference, withheld, kind: 'category', type: 'string', value: `CAST(${held} AS VARCHAR)` };
}

function planned(common: Common, column: Column, type: ColumnTypeName, dialect: Dialect): PlannedColumn {
  const { held } = common;
  switch (type) {
    case 'integer':
    case 'decimal':
      return { ...common, kind: 'number', type, value: `CAST(${held} AS DOUBLE)` };
    case 'double':
      return {
        ...common,
        kind: 'number',
        type,
        value: `CASE WHEN ${dialect.finite(held)} THEN CAST(${held} AS DOUBLE) END`,
      };
    case 'date':
    case 'timestamp': {
      const fromText = column.type === 'text';
      const read = fromText ? `TRY_CAST(${held} AS TIMESTAMP)` : held;
      const seconds = `floor(${dialect.seconds(read)})`;
      return {
        ...common,
        kind: 'date',
        type,
        value: type === 'date' ? `floor(${seconds} / 86400)` : seconds,
        fromText,
      };
    }
    case 'string':
    case 'boolean':
      return { ...common, kind: 'category', type, value: `CAST(${held} AS VARCHAR)` };
    default:
      return { ...common, kind: 'other', type };
  }
}

/** What a profile calls the column; what a CSV cannot say for itself is as it was in the reference. */
function typeOf(
  column: Column,
  before: ProfileColumn | undefined,
  guessed: boolean,
  date: 'date' | 'timestamp' | undefined,
): ColumnTypeName {
  const { type, storedAs } = column;
  switch (type) {
    case 'boolean':
    case 'integer':
    case 'number':
      // digits of a CSV may be meant as text, and were when others had a leading zero
      if (guessed && before !== undefined && isCategoryColumn(before) && before.type === 'string') return 'string';
      return type === 'number' ? (/^DECIMAL/i.test(storedAs) ? 'decimal' : 'double') : type;
    case 'text':
      if (before !== undefined && isDateColumn(before)) return before.type;
      return before === undefined ? (date ?? 'string') : 'string';
    case 'time':
      if (before !== undefined && isDateColumn(before) && !/^TIME(?!STAMP)/i.test(storedAs)) return before.type;
      return /^TIMESTAMP/i.test(storedAs) ? 'timestamp' : /^DATE/i.test(storedAs) ? 'date' : 'time';
    case 'empty':
      if (before !== undefined && (isNumberColumn(before) || isCategoryColumn(before))) return before.type;
      return 'string';
    case 'mixed':
      return 'struct';
    case 'other':
      return /^(BLOB|BIT|VARBINARY)/i.test(storedAs) ? 'binary' : /\]$|^ARRAY/i.test(storedAs) ? 'list' : 'struct';
  }
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;
const timestampForm = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?$/;
const lookedAt = 200;

async function dateLike(
  { engine, dialect, source }: ProfiledTable,
  names: readonly string[],
): Promise<ReadonlyMap<string, 'date' | 'timestamp'>> {
  if (names.length === 0) return new Map();
  const list = names.map((name, at) => `CAST(${dialect.identifier(name)} AS VARCHAR) AS c${at}`).join(', ');
  const rows = await engine.ask({ sql: `SELECT ${list} FROM this LIMIT ${lookedAt}`, tables: { this: source } });
  const entries = names.flatMap((name, at) => {
    const values = rows.map((row) => row[`c${at}`]).filter((value) => typeof value === 'string');
    const all = (form: RegExp) => values.length > 0 && values.every((value) => form.test(value));
    const type = all(dateForm) ? 'date' : all(timestampForm) ? 'timestamp' : undefined;
    return type === undefined ? [] : [[name, type] as const];
  });
  return new Map(entries);
}
