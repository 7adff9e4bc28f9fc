import * as z from 'zod';
import { count } from './rows.ts';

/**
 * What a column holds, whatever the engine calls it. `time`: date, time of day or timestamp; `mixed`: JSON values of
 * several types; `empty`: nothing but nulls in a text format; `other`: lists, structures, bytes.
 */
export type ColumnType = 'boolean' | 'integer' | 'number' | 'text' | 'time' | 'other' | 'mixed' | 'empty';

/** From the engine's own type name. */
export function columnTypeOf(engineType: string): ColumnType {
  if (/[[\]]|^(STRUCT|MAP|UNION|BLOB|BIT|INTERVAL|JSON|VARIANT|GEOMETRY)/.test(engineType)) return 'other';
  if (engineType === 'BOOLEAN') return 'boolean';
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^DECIMAL\(\d+,0\)$/.test(engineType)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(engineType)) return 'number';
  if (/^(VARCHAR|ENUM|UUID)/.test(engineType)) return 'text';
  return /^(DATE|TIME)/.test(engineType) ? 'time' : 'other';
}

/** How many values of a text column read as what; from one pass over every row. */
export const textCountsSchema = z.object({
  values: count,
  /** `true` or `false`, in any case. */
  booleans: count,
  /** Integers that survive a round trip through 64 (128) bits unchanged: no sign `+`, no leading zeros. */
  integers: count,
  largeIntegers: count,
  /** Decimal numbers without leading zeros; `nan` and `inf` too, which are refused where a number is needed. */
  numbers: count,
});
export type TextCounts = z.infer<typeof textCountsSchema>;

/** The type of a column of a text format. A column where any value has leading zeros is text: `007` is not 7. */
export function typeOfTexts(counts: TextCounts): { readonly type: ColumnType; readonly storedAs: string } {
  if (counts.values === 0) return { type: 'empty', storedAs: 'VARCHAR' };
  if (counts.booleans === counts.values) return { type: 'boolean', storedAs: 'BOOLEAN' };
  if (counts.integers === counts.values) return { type: 'integer', storedAs: 'BIGINT' };
  if (counts.largeIntegers === counts.values) return { type: 'integer', storedAs: 'HUGEINT' };
  if (counts.numbers === counts.values) return { type: 'number', storedAs: 'DOUBLE' };
  return { type: 'text', storedAs: 'VARCHAR' };
}

/** What one text reads as, as a number for `textCounts`; null for null. The dear tests see only what the cheap ones left. */
export function textKind(sql: string): string {
  return `CASE WHEN ${sql} IS NULL THEN NULL
    WHEN CAST(TRY_CAST(${sql} AS BIGINT) AS VARCHAR) = ${sql} THEN 0
    WHEN regexp_full_match(${sql}, '${decimalNumber}') THEN
      CASE WHEN CAST(TRY_CAST(${sql} AS HUGEINT) AS VARCHAR) = ${sql} THEN 1 ELSE 2 END
    WHEN lower(${sql}) IN ('true', 'false') THEN 3
    ELSE 4 END`;
}

/** The aggregates that make up TextCounts, over a column of `textKind`. */
export function textCounts(kind: string): string {
  return `{
    'values': count(${kind}),
    'booleans': count(*) FILTER (WHERE ${kind} = 3),
    'integers': count(*) FILTER (WHERE ${kind} = 0),
    'largeIntegers': count(*) FILTER (WHERE ${kind} <= 1),
    'numbers': count(*) FILTER (WHERE ${kind} <= 2)
  }`;
}

const decimalNumber =
  '\\s*[-+]?((0|[1-9][0-9]*)(\\.[0-9]*)?([eE][-+]?[0-9]+)?|\\.[0-9]+([eE][-+]?[0-9]+)?|(?i:nan|inf|infinity))\\s*';
