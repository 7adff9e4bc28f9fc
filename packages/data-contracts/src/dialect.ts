import type { ColumnType } from '@modelgate/tables';
import { joniPattern } from './trino-pattern.ts';

/** What of a check differs between engines; everything else is the SQL that they share. */
export interface Dialect {
  readonly name: 'duckdb' | 'trino';
  /** Whether `exactQuantiles` are exact. */
  readonly estimatesQuantiles: boolean;
  identifier(name: string): string;
  text(value: string): string;
  /** An instant, of `2026-01-31 12:00:00` in UTC. */
  instant(utc: string): string;
  /** Whether a text matches anywhere; patterns are RE2. */
  matches(sql: string, pattern: string): string;
  /** Whether a DOUBLE is neither NaN nor infinite. */
  finite(sql: string): string;
  /** Whether a number is NaN. */
  nan(sql: string): string;
  /** Characters of a text. */
  length(sql: string): string;
  /** Elements of a list. */
  elements(sql: string): string;
  /** Bytes of a binary. */
  bytes(sql: string): string;
  /** Whether a value is one of these literals, of which there may be a thousand. */
  among(sql: string, literals: readonly string[]): string;
  /**
   * Exact number of different integers between two bounds, as a set of bits: what stands before and behind a FILTER.
   * A value outside the bounds ends in an error. Only of engines that have it.
   */
  distinctBits?(sql: string, low: number, high: number): readonly [before: string, behind: string];
  /** @param exact of what kind the numbers are, if their sum is to keep every digit */
  sum(sql: string, exact?: 'integer' | 'decimal'): string;
  mean(sql: string): string;
  quantile(sql: string, q: number): string;
  /** One aggregate for each share, with a FILTER behind it or nothing; exact where the engine can. */
  exactQuantiles(sql: string, shares: readonly number[], filter: string): readonly string[];
  /** The same of values drawn at random, at nearly no cost. Only of engines that have it. */
  roughQuantiles?(sql: string, shares: readonly number[], filter: string, drawn: number): readonly string[];
  /** Text of a JSON list: values of a DOUBLE at these shares, exact in DuckDB; `among`: condition on the rows. */
  quantiles(sql: string, shares: readonly number[], among: string): string;
  /** Text of a JSON list: values up to and including each edge and above the one before; null where there is none. */
  binned(sql: string, edges: readonly string[]): string;
  /**
   * Condition that about this share of the rows meets, the same ones each time; for engines whose quantiles hold every
   * value in memory.
   */
  someRows(columns: readonly string[], share: number): string | undefined;
  /** Estimated number of different values (HyperLogLog). */
  approximateDistinct(sql: string): string;
  /** Seconds since 1970 of a date or timestamp; one without a zone is taken as UTC. */
  seconds(sql: string): string;
  /** Hexadecimal MD5 of a text, in lower case. */
  md5(sql: string): string;
  /** Any value as it is written; lists and structures with what is in them. */
  written(sql: string, type: ColumnType): string;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Beyond this many, DuckDB is faster with a hash table: with the values of IN it compares one by one. */
const fewLiterals = 2;

export const duckdb: Dialect = {
  name: 'duckdb',
  estimatesQuantiles: false,
  identifier: quoted,
  text,
  instant: (utc) => `CAST('${utc}+00' AS TIMESTAMPTZ)`,
  matches: (sql, pattern) => `regexp_matches(${sql}, ${text(pattern)})`,
  finite: (sql) => `isfinite(CAST(${sql} AS DOUBLE))`,
  nan: (sql) => `isnan(CAST(${sql} AS DOUBLE))`,
  length: (sql) => `length(${sql})`,
  elements: (sql) => `len(${sql})`,
  bytes: (sql) => `octet_length(${sql})`,
  among: (sql, literals) =>
    literals.length > fewLiterals
      ? `${sql} IN (SELECT unnest([${literals.join(', ')}]))`
      : `${sql} IN (${literals.join(', ')})`,
  distinctBits: (sql, low, high) => [`bit_count(bitstring_agg(${sql}, ${low}, ${high})`, ')'],
  sum: (sql) => `sum(${sql})`,
  mean: (sql) => `avg(${sql})`,
  quantile: (sql, q) => `quantile_cont(${sql}, ${q})`,
  // as one aggregate, which the engine computes once: each by itself would keep every value once more
  exactQuantiles: (sql, shares, filter) =>
    shares.map((_, index) => `(quantile_cont(${sql}, [${shares.join(', ')}])${filter})[${index + 1}]`),
  roughQuantiles: (sql, shares, filter, drawn) =>
    shares.map((_, index) => `(reservoir_quantile(${sql}, [${shares.join(', ')}], ${drawn})${filter})[${index + 1}]`),
  quantiles: (sql, shares, among) =>
    `CAST(quantile_disc(${sql}, [${shares.join(', ')}]) FILTER (WHERE ${among}) AS VARCHAR)`,
  // finds a value's bin by halving, which a condition for each edge does not
  binned: (sql, edges) =>
    `CAST(list_slice(map_values(histogram(${sql}, [${edges.join(', ')}])), 1, ${edges.length}) AS VARCHAR)`,
  someRows: (columns, share) => `hash(${columns.join(', ')}) % 1000000 < ${Math.ceil(share * 1e6)}`,
  approximateDistinct: (sql) => `approx_count_distinct(${sql})`,
  seconds: (sql) => `epoch(${sql})`,
  md5: (sql) => `md5(${sql})`,
  written: (sql) => `CAST(${sql} AS VARCHAR)`,
};

/**
 * Source: Trino's documentation, "Regular expression functions", "Mathematical functions", "Aggregate functions". Its
 * sum of integers ends in an error beyond 64 bits, its mean of decimals keeps their scale.
 */
export const trino: Dialect = {
  name: 'trino',
  estimatesQuantiles: true,
  identifier: quoted,
  text,
  instant: (utc) => `TIMESTAMP '${utc} UTC'`,
  matches: (sql, pattern) => `regexp_like(${sql}, ${text(joniPattern(pattern))})`,
  finite: (sql) => `is_finite(CAST(${sql} AS DOUBLE))`,
  nan: (sql) => `is_nan(CAST(${sql} AS DOUBLE))`,
  length: (sql) => `length(${sql})`,
  elements: (sql) => `cardinality(${sql})`,
  bytes: (sql) => `length(${sql})`,
  // -0 of a REAL is in no list of several that has 0, though it equals 0 and though -0 of a DOUBLE is
  among: (sql, literals) =>
    `${sql} IN (${literals.map((one) => (/^CAST\(-?0e\+0 AS REAL\)$/.test(one) ? `${one}, CAST(-0e0 AS REAL)` : one)).join(', ')})`,
  sum: (sql, exact) =>
    exact === 'decimal' ? `sum(${sql})` : `sum(CAST(${sql} AS ${exact === 'integer' ? 'DECIMAL(38, 0)' : 'DOUBLE'}))`,
  mean: (sql) => `avg(CAST(${sql} AS DOUBLE))`,
  quantile: (sql, q) => `approx_percentile(${sql}, ${q})`,
  exactQuantiles: (sql, shares, filter) =>
    shares.map((share) => `approx_percentile(CAST(${sql} AS DOUBLE), ${share})${filter}`),
  quantiles: (sql, shares, among) =>
    `json_format(CAST(approx_percentile(${sql}, ARRAY[${shares.map((share) => share.toExponential()).join(', ')}]) FILTER (WHERE ${among}) AS JSON))`,
  binned: (sql, edges) => {
    const within = edges.map((edge, at) => `${sql} <= ${edge}${at === 0 ? '' : ` AND ${sql} > ${edges[at - 1]}`}`);
    return `json_format(CAST(ARRAY[${within.map((one) => `count_if(${one})`).join(', ')}] AS JSON))`;
  },
  someRows: () => undefined,
  approximateDistinct: (sql) => `approx_distinct(${sql})`,
  seconds: (sql) => `to_unixtime(CAST(${sql} AS TIMESTAMP))`,
  md5: (sql) => `lower(to_hex(md5(to_utf8(${sql}))))`,
  written: (sql, type) => (type === 'other' ? `json_format(CAST(${sql} AS JSON))` : `CAST(${sql} AS VARCHAR)`),
};
