import type { ColumnContract } from '@modelgate/core';
import type { Column, Format } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { isReadByRow, readText } from './text-reading.ts';

/** What the values of a column are once they are read; `none`: nothing but NULL in a file that could say no type. */
export type ValueKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'floating'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'instant'
  | 'list'
  | 'binary'
  | 'none'
  | 'other';

/** A column as rules see it. */
export interface ReadColumn {
  readonly name: string;
  /** SQL of the column itself: NULL where a value is missing. */
  readonly held: string;
  /** SQL of its value; NULL too where a text cannot be read as the type that is asked. */
  readonly sql: string;
  readonly kind: ValueKind;
  /** FLOAT: numbers that a contract writes are rounded alike before they are compared. */
  readonly single: boolean;
  /** The type as which text is read row by row. */
  readonly readAs?: NonNullable<ColumnContract['type']>;
  /** Whether it comes from a file that knows no types, or few. */
  readonly fromText: boolean;
}

/** How the rules about a column see it, by the type that its contract asks. */
export function readColumn(
  column: Column,
  asked: ColumnContract['type'],
  format: Format,
  dialect: Dialect,
): ReadColumn {
  const { name } = column;
  const held = dialect.identifier(name);
  const fromText = format === 'csv' || format === 'json';
  if (asked !== undefined && isReadByRow(asked, column, format))
    return {
      name,
      held,
      sql: readText(held, asked, dialect),
      kind: readKinds[asked] ?? 'other',
      single: false,
      readAs: asked,
      fromText,
    };
  return { name, held, sql: held, kind: kindOf(column), single: /^(FLOAT|REAL)\b/i.test(column.storedAs), fromText };
}

const readKinds: Readonly<Partial<Record<NonNullable<ColumnContract['type']>, ValueKind>>> = {
  boolean: 'boolean',
  integer: 'integer',
  decimal: 'decimal',
  double: 'floating',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
};

function kindOf({ type, storedAs }: Column): ValueKind {
  switch (type) {
    case 'text':
    case 'integer':
    case 'boolean':
      return type;
    case 'number':
      return /^(FLOAT|DOUBLE|REAL)\b/i.test(storedAs) ? 'floating' : 'decimal';
    case 'time':
      if (/^date\b/i.test(storedAs)) return 'date';
      if (!/^timestamp/i.test(storedAs)) return 'time';
      return /with time zone/i.test(storedAs) ? 'instant' : 'timestamp';
    case 'empty':
      return 'none';
    case 'mixed':
      return 'other';
    case 'other':
      if (/\]$|^array\b/i.test(storedAs)) return 'list';
      return /^(BLOB|VARBINARY)\b/i.test(storedAs) ? 'binary' : 'other';
  }
}

/** What a column holds, for a sentence. */
export const kindWords: Readonly<Record<ValueKind, string>> = {
  text: 'text',
  integer: 'integers',
  decimal: 'decimal numbers',
  floating: 'numbers',
  boolean: 'true and false',
  date: 'dates',
  time: 'times of day',
  timestamp: 'timestamps',
  instant: 'timestamps',
  list: 'lists',
  binary: 'bytes',
  none: 'nothing',
  other: 'structures or values of several types',
};
