import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { ColumnType } from './column-type.ts';
import type { Session } from './session.ts';
import { literal } from './sql-text.ts';

/**
 * How labels and predictions are compared. `boolean`: all columns are boolean. `number`: integers, decimal numbers
 * without a fraction (`1.0` is 1), and booleans beside 0 and 1 (`true` is 1). `text`: texts, character by character; a
 * text is never a number or a boolean, not even `1` or `true`.
 */
export type ClassKind = 'boolean' | 'number' | 'text';

/** All classes of label and predictions: `false`, `true`; numbers ascending; texts by code point. */
export interface ClassSet {
  readonly kind: ClassKind;
  readonly names: readonly string[];
}

/** A column of classes with the SQL that reads it and words for messages. */
export interface ClassColumn {
  readonly type: ColumnType;
  readonly sql: string;
  /** Relation to read it from. */
  readonly from: string;
  /** Such as `column "predicted" of the candidate table out/p.csv`. */
  readonly words: string;
}

const mostClasses = 1000;

/**
 * Index of the class that a policy's value means, or undefined when these rows hold no such class. `true` and 1, `false`
 * and 0 mean each other; text means only the same text.
 */
export function classIndex(classes: ClassSet, value: string | number | boolean): number | undefined {
  const index = classes.names.indexOf(nameOf(classes.kind, value));
  return index < 0 || (classes.kind === 'text') !== (typeof value === 'string') ? undefined : index;
}

function nameOf(kind: ClassKind, value: string | number | boolean): string {
  if (kind === 'number') return String(Number(value));
  if (kind === 'boolean' && typeof value === 'number') return value === 1 ? 'true' : value === 0 ? 'false' : '';
  return String(value);
}

/** @throws UserError `column-type` when texts meet numbers or booleans */
export function commonKind(columns: readonly ClassColumn[]): ClassKind {
  const kindOf = (type: ColumnType): ClassKind =>
    type === 'boolean' ? 'boolean' : type === 'text' ? 'text' : 'number';
  const [first, ...others] = columns;
  if (first === undefined) throw new Error('no class columns');
  const other = others.find((column) => (kindOf(column.type) === 'text') !== (kindOf(first.type) === 'text'));
  if (other !== undefined) {
    throw new UserError(
      'column-type',
      `Classes of different types cannot be compared: ${first.words} holds ${typeWord(first.type)}, ${other.words} holds ${typeWord(other.type)}.`,
      {
        how: 'Write both as the same type: a text never equals a number or a boolean.',
      },
    );
  }
  const kinds = new Set(columns.map(({ type }) => kindOf(type)));
  return kinds.size === 1 ? kindOf(first.type) : 'number';
}

/** The class's name as text, the same for equal classes of one kind. */
export function className(column: ClassColumn, kind: ClassKind): string {
  if (kind !== 'number') return `CAST(${column.sql} AS VARCHAR)`;
  if (column.type === 'integer') return `CAST(CAST(${column.sql} AS HUGEINT) AS VARCHAR)`;
  return `CAST(CAST(${column.sql} AS BIGINT) AS VARCHAR)`;
}

/** Comparing a value with more names than these takes longer than making a text of it. */
const fewClasses = 16;

/**
 * The class as a value of the engine's enumeration `type` over the names of the set. Few numbers are told apart by
 * comparing: a text made of each row's number took a third of the time of a join.
 */
export function classValue(column: ClassColumn, { kind, names }: ClassSet, type: string): string {
  if (kind === 'text' || column.type === 'empty' || names.length > fewClasses) {
    return `CAST(${className(column, kind)} AS ${type})`;
  }
  const compared = column.type === 'boolean' && kind === 'number' ? `CAST(${column.sql} AS INTEGER)` : column.sql;
  // Names of these kinds are `true`, `false` and whole numbers, which are SQL as they stand.
  const cases = names.map((name) => `WHEN ${name} THEN CAST(${literal(name)} AS ${type})`);
  return `CASE ${compared} ${cases.join(' ')} END`;
}

/**
 * The classes that occur in any of the columns (for `boolean` always both).
 *
 * @throws UserError `column-type` for more than 1,000 classes, or when numbers other than 0 and 1 meet booleans
 */
export async function classSet(session: Session, columns: readonly ClassColumn[]): Promise<ClassSet> {
  const kind = commonKind(columns);
  // The few distinct values become names, not each row's.
  const parts = columns.map((column) => {
    const name = className({ ...column, sql: 'v' }, kind);
    return `SELECT ${name} AS name FROM (SELECT DISTINCT ${column.sql} AS v FROM ${column.from} LIMIT ${mostClasses + 1})`;
  });
  const found = await session.rows(
    `SELECT DISTINCT name FROM (${parts.join(' UNION ALL ')}) WHERE name IS NOT NULL LIMIT ${mostClasses + 1}`,
    z.object({ name: z.string() }),
  );
  const names = found.map(({ name }) => name);
  if (names.length > mostClasses) {
    throw new UserError(
      'column-type',
      `More than ${mostClasses.toLocaleString('en')} classes in ${columns.map(({ words }) => words).join(', ')}.`,
      {
        how: 'A class column holds labels; for measured values use a metric of numbers.',
      },
    );
  }
  const boolean = columns.find(({ type }) => type === 'boolean');
  const number = columns.find(({ type }) => type !== 'boolean');
  if (kind === 'number' && boolean && number && names.some((name) => name !== '0' && name !== '1')) {
    throw new UserError(
      'column-type',
      `Classes of different types cannot be compared: ${boolean.words} holds booleans, ${number.words} numbers other than 0 and 1.`,
      {
        how: 'Write both as the same type.',
      },
    );
  }
  if (kind === 'boolean') return { kind, names: ['false', 'true'] };
  return { kind, names: names.sort(kind === 'number' ? byNumber : byCodePoint) };
}

function byNumber(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** UTF-8 keeps the order of code points; JavaScript's own comparison goes by UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function typeWord(type: ColumnType): string {
  return type === 'boolean' ? 'booleans' : type === 'text' ? 'text' : 'numbers';
}
