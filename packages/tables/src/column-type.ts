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

/** What a text reads as, as a bit. A column is the sum of its bits: one small number however many rows there are. */
export const textBits = { integer: 1, largeInteger: 2, number: 4, boolean: 8, other: 16 } as const;

/**
 * The type of a column of a text format.
 *
 * `integer` and `largeInteger` survive a round trip through 64 (128) bits unchanged: no sign `+`, no leading zeros.
 * `number` is decimal without leading zeros; `nan` and `inf` too, which are refused where a number is needed. A column
 * where any value has leading zeros is text: `007` is not 7.
 *
 * @param bits of all values that are not null, from `textKind`
 */
export function typeOfTexts(bits: number): { readonly type: ColumnType; readonly storedAs: string } {
  const { integer, number, boolean } = textBits;
  if (bits === 0) return { type: 'empty', storedAs: 'VARCHAR' };
  if (bits === boolean) return { type: 'boolean', storedAs: 'BOOLEAN' };
  if (bits === integer) return { type: 'integer', storedAs: 'BIGINT' };
  if (bits < number) return { type: 'integer', storedAs: 'HUGEINT' };
  if (bits < boolean) return { type: 'number', storedAs: 'DOUBLE' };
  return { type: 'text', storedAs: 'VARCHAR' };
}

/** The bit of one text; null for null. The dear tests see only what the cheap ones left. */
export function textKind(sql: string): string {
  const { integer, largeInteger, number, boolean, other } = textBits;
  return `CASE WHEN ${sql} IS NULL THEN NULL
    WHEN CAST(TRY_CAST(${sql} AS BIGINT) AS VARCHAR) = ${sql} THEN ${integer}
    WHEN regexp_full_match(${sql}, '${decimalNumber}') THEN
      CASE WHEN CAST(TRY_CAST(${sql} AS HUGEINT) AS VARCHAR) = ${sql} THEN ${largeInteger} ELSE ${number} END
    WHEN lower(${sql}) IN ('true', 'false') THEN ${boolean}
    ELSE ${other} END`;
}

/**
 * The bits of many columns as one list. Vectors of the engine hold 2,048 rows even for a single one, so what is
 * aggregated is as small as can be: five counts a column took gigabytes of a table of 1,000.
 */
export function bitsOf(kinds: readonly string[]): string {
  return `[${kinds.map((kind) => `coalesce(bit_or(${kind}), 0)::USMALLINT`).join(', ')}]`;
}

/**
 * Columns that one statement looks at; of wider tables several do, each reading the files again. The time to plan a
 * statement grows with the square of its columns.
 */
const together = 500;

/** The columns in parts that are looked at together. */
export function inParts<T>(columns: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let start = 0; start < columns.length; start += together) parts.push(columns.slice(start, start + together));
  return parts;
}

const decimalNumber =
  '\\s*[-+]?((0|[1-9][0-9]*)(\\.[0-9]*)?([eE][-+]?[0-9]+)?|\\.[0-9]+([eE][-+]?[0-9]+)?|(?i:nan|inf|infinity))\\s*';
