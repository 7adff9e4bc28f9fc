import type { ColumnType } from './column-type.ts';
import type { Cell } from './data-engine.ts';

/** From Trino's own type name, such as `decimal(12,2)`. A DECIMAL without digits behind the point is an integer. */
export function columnTypeOfTrino(type: string): ColumnType {
  if (type === 'boolean') return 'boolean';
  if (/^(tinyint|smallint|integer|bigint)$|^decimal\(\d+, ?0\)$/.test(type)) return 'integer';
  if (/^(real$|double$|decimal\()/.test(type)) return 'number';
  if (/^(varchar|char)(\(|$)|^uuid$/.test(type)) return 'text';
  return /^(date$|time|timestamp)/.test(type) ? 'time' : 'other';
}

/**
 * SQL of a value as text, the same for equal values: of 0 and -0, of one instant in two time zones. Of whole numbers,
 * text, booleans and dates it is the text that DuckDB gives as well.
 *
 * @returns undefined for types that have no text, such as bytes
 */
export function textOfTrino(sql: string, type: string): string | undefined {
  if (/^(real|double)$/.test(type)) return `CAST(${sql} + 0 AS VARCHAR)`;
  if (/with time zone$/.test(type))
    return type.startsWith('timestamp') ? `CAST(${sql} AT TIME ZONE 'UTC' AS VARCHAR)` : undefined;
  // padded to its length, in comparisons too
  if (type.startsWith('char')) return `CAST(${sql} AS VARCHAR)`;
  return columnTypeOfTrino(type) === 'other' ? undefined : `CAST(${sql} AS VARCHAR)`;
}

/** @throws Error for lists, rows and other values that no check asks for: a defect of the query */
export function cellOfTrino(value: unknown, type: string): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') {
    // JSON has no numbers for these
    if (/^(real|double)$/.test(type)) return Number(value);
    if (/^time(stamp)?(\(\d+\))?$/.test(type)) return withoutZeros(value);
    if (/^timestamp(\(\d+\))? with time zone$/.test(type) && value.endsWith(' UTC'))
      return `${withoutZeros(value.slice(0, -' UTC'.length))}+00`;
    if (/^(varchar|char|uuid|date|decimal|tinyint|smallint|integer|bigint)(\(|$)/.test(type)) return value;
  }
  throw new Error(`a query asked for values of ${type}, which are no cells: cast them to VARCHAR`);
}

/** `12:00:00.500000` is `12:00:00.5`, and `12:00:00.000` is `12:00:00`. */
function withoutZeros(time: string): string {
  return time.includes('.') ? time.replace(/\.?0+$/, '') : time;
}
