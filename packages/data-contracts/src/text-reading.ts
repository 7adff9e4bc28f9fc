import type { ColumnContract, DataContract } from '@modelgate/core';
import type { Column, Format } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';

type Asked = NonNullable<ColumnContract['type']>;

const number = '[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?';
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const clock = '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?';

/**
 * What a text must look like to be read as a type, and what the engine then reads it as. Without the first, engines
 * round `2.5` to an integer, take `t` for true and `2026-01-01 x` for a date; a timestamp loses its offset unless it is
 * read as an instant.
 */
const readings: Readonly<Partial<Record<Asked, { readonly shape: string; read(text: string): string }>>> = {
  boolean: { shape: '^(?i:true|false)$', read: (text) => `TRY_CAST(${text} AS BOOLEAN)` },
  integer: { shape: '^\\s*[-+]?[0-9]+\\s*$', read: (text) => `TRY_CAST(${text} AS HUGEINT)` },
  decimal: { shape: `^\\s*${number}\\s*$`, read: (text) => `TRY_CAST(${text} AS DECIMAL(38, 9))` },
  double: { shape: `^\\s*(${number}|[-+]?(?i:nan|inf|infinity))\\s*$`, read: (text) => `TRY_CAST(${text} AS DOUBLE)` },
  date: { shape: `^${day}$`, read: (text) => `TRY_CAST(${text} AS DATE)` },
  time: { shape: `^${clock}$`, read: (text) => `TRY_CAST(${text} AS TIME)` },
  timestamp: {
    shape: `^${day}([Tt ]${clock}([Zz]|[-+][0-9]{2}(:?[0-9]{2})?)?)?$`,
    read: (text) => `CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`,
  },
};

/**
 * Whether values of a column are read as a type row by row, so that those that cannot be are counted. Only text files
 * leave it open what a text is meant as; there is no such thing in Parquet or in an engine's own table.
 */
export function isReadByRow(asked: Asked, { type }: Column, format: Format): boolean {
  return (
    (format === 'csv' || format === 'json') && readings[asked] !== undefined && (type === 'text' || type === 'mixed')
  );
}

/** SQL of a text read as a type: NULL where it cannot be. DuckDB's, for only files are read so. */
export function readText(text: string, asked: Asked, dialect: Dialect): string {
  const reading = readings[asked];
  if (reading === undefined) return text;
  return `CASE WHEN ${dialect.matches(text, reading.shape)} THEN ${reading.read(text)} END`;
}

/**
 * Columns of a CSV file that the engine takes for something else than the contract asks, and which are therefore read
 * as they are written: digits that are meant as text, and a column of integers where one is none.
 */
export function writtenColumns(contract: DataContract, columns: readonly Column[], format: Format): readonly string[] {
  if (format !== 'csv') return [];
  return columns.flatMap(({ name, type }) => {
    const asked = contract.columns[name]?.type;
    if (asked === undefined || type === 'text' || type === 'empty') return [];
    const fits =
      asked === type ||
      (asked === 'double' && (type === 'integer' || type === 'number')) ||
      (asked === 'decimal' && type === 'integer');
    return fits || !(asked === 'string' || readings[asked] !== undefined) ? [] : [name];
  });
}
