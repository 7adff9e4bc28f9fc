import { nearest, UserError } from '@modelgate/core';
import type { Column, Source } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { excerpt } from './single-line.ts';

/** A name for a sentence. */
export function named(name: string): string {
  return `\`${excerpt(name).replaceAll('`', "'")}\``;
}

/** `a`, `b` and 3 more */
export function namedAll(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(named);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** @throws UserError `column-missing` */
export function columnIn(source: Source, name: string): Column {
  const found = source.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    source.columns.map((column) => column.name),
  );
  throw new UserError('column-missing', `${excerpt(source.path)} has no column ${named(name)}.`, {
    how: near === undefined ? 'Name a column that the table has.' : `Did you mean ${named(near)}?`,
  });
}

/**
 * SQL of one column of several tables such that equal values compare as equal: as they are where all are of a kind, as
 * numbers, or as text, for a text file cannot say that 7 is meant as text.
 *
 * @param columns the same column of each table
 * @returns of an identifier (with its table's name in front, where there is one) the SQL to compare
 */
export function comparable(columns: readonly Column[]): (sql: string) => string {
  const types = new Set(columns.map(({ type }) => type).filter((type) => type !== 'empty'));
  const stored = new Set(columns.map(({ storedAs }) => storedAs));
  if (stored.size <= 1) return (sql) => sql;
  if (types.size === 1 && [...types].every((type) => type === 'integer')) return (sql) => sql;
  if ([...types].every((type) => type === 'integer' || type === 'number')) return (sql) => `CAST(${sql} AS DOUBLE)`;
  return (sql) => `CAST(${sql} AS VARCHAR)`;
}

/**
 * Condition that a column's value is one of those that a contract writes. 1 and '1' are the same where the column holds
 * numbers, and so are true and 'true': YAML and CSV tell them apart by accident.
 *
 * @returns for each value its condition; one that the column cannot hold is never met
 */
export function isWritten(
  column: Column,
  values: readonly (string | number | boolean)[],
  dialect: Dialect,
): readonly string[] {
  const sql = dialect.identifier(column.name);
  return values.map((value) => {
    if (column.type === 'integer' || column.type === 'number') {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? `${sql} = ${number}` : 'FALSE';
    }
    if (column.type === 'boolean') {
      const word = String(value).toLowerCase();
      return word === 'true' || word === 'false' ? `${sql} = ${word}` : 'FALSE';
    }
    return `CAST(${sql} AS VARCHAR) = ${dialect.text(String(value))}`;
  });
}
