import { UserError } from '@modelgate/core';
import type { Column, Source } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { excerpt } from './single-line.ts';
import { columnIn, named } from './source-column.ts';

/**
 * SQL of an id as text, so that ids of two tables are the same whatever type each table keeps them in.
 *
 * @throws UserError `column-missing`, `column-type`
 */
export function idSql(source: Source, name: string, dialect: Dialect): string {
  const column = columnIn(source, name);
  if (!['text', 'integer', 'mixed', 'empty'].includes(column.type))
    throw refused(source, column, 'an id', 'a text or an integer');
  return `CAST(${dialect.identifier(name)} AS VARCHAR)`;
}

/** SQL of a text. @throws UserError `column-missing`, `column-type` */
export function textSql(source: Source, name: string, dialect: Dialect): string {
  const column = columnIn(source, name);
  // A file of text takes a column whose texts happen to be digits for numbers.
  if (!['text', 'integer', 'number', 'boolean', 'mixed', 'empty'].includes(column.type))
    throw refused(source, column, 'a text', 'text');
  return `CAST(${dialect.identifier(name)} AS VARCHAR)`;
}

/** @param what in a sentence: "`x` of t.csv is BLOB, and *an id* is *a text or an integer*" */
export function refused(source: Source, { name, type, storedAs }: Column, what: string, needed: string): UserError {
  const held =
    type === 'mixed'
      ? 'values of several types'
      : type === 'other' && storedAs === 'VARCHAR'
        ? 'lists or structures'
        : excerpt(storedAs);
  return new UserError(
    'column-type',
    `${named(name)} of ${excerpt(source.path)} holds ${held}, and ${what} is ${needed}.`,
    {
      how: 'Name another column, or write this one as what it is meant to be.',
    },
  );
}
