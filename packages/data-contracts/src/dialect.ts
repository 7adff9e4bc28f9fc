/** What of a check differs between engines; everything else is the SQL that they share. */
export interface Dialect {
  readonly name: 'duckdb' | 'trino';
  identifier(name: string): string;
  text(value: string): string;
  /** Whether a text matches anywhere; patterns are RE2. */
  matches(sql: string, pattern: string): string;
  /** Whether a DOUBLE is neither NaN nor infinite. */
  finite(sql: string): string;
  /** Whether a number is NaN. */
  nan(sql: string): string;
  /** Characters of a text. */
  length(sql: string): string;
  quantile(sql: string, q: number): string;
  /** Text of a JSON list: values of a DOUBLE at these shares, exact in DuckDB; `among`: condition on the rows. */
  quantiles(sql: string, shares: readonly number[], among: string): string;
  /**
   * Condition that about this share of the rows meets, the same ones each time; for engines whose quantiles hold every
   * value in memory.
   */
  someRows(columns: readonly string[], share: number): string | undefined;
  /** Estimated number of different values (HyperLogLog). */
  approximateDistinct(sql: string): string;
  /** Seconds since 1970 of a date or timestamp; one without a zone is taken as UTC. */
  seconds(sql: string): string;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

export const duckdb: Dialect = {
  name: 'duckdb',
  identifier: quoted,
  text,
  matches: (sql, pattern) => `regexp_matches(${sql}, ${text(pattern)})`,
  finite: (sql) => `isfinite(CAST(${sql} AS DOUBLE))`,
  nan: (sql) => `isnan(CAST(${sql} AS DOUBLE))`,
  length: (sql) => `length(${sql})`,
  quantile: (sql, q) => `quantile_cont(${sql}, ${q})`,
  quantiles: (sql, shares, among) =>
    `CAST(quantile_disc(${sql}, [${shares.join(', ')}]) FILTER (WHERE ${among}) AS VARCHAR)`,
  someRows: (columns, share) => `hash(${columns.join(', ')}) % 1000000 < ${Math.ceil(share * 1e6)}`,
  approximateDistinct: (sql) => `approx_count_distinct(${sql})`,
  seconds: (sql) => `epoch(${sql})`,
};

/** Source: Trino's documentation, "Regular expression functions", "Mathematical functions", "Aggregate functions". */
export const trino: Dialect = {
  name: 'trino',
  identifier: quoted,
  text,
  matches: (sql, pattern) => `regexp_like(${sql}, ${text(pattern)})`,
  finite: (sql) => `is_finite(CAST(${sql} AS DOUBLE))`,
  nan: (sql) => `is_nan(CAST(${sql} AS DOUBLE))`,
  length: (sql) => `length(${sql})`,
  quantile: (sql, q) => `approx_percentile(${sql}, ${q})`,
  quantiles: (sql, shares, among) =>
    `json_format(CAST(approx_percentile(${sql}, ARRAY[${shares.join(', ')}]) FILTER (WHERE ${among}) AS JSON))`,
  someRows: () => undefined,
  approximateDistinct: (sql) => `approx_distinct(${sql})`,
  seconds: (sql) => `to_unixtime(CAST(${sql} AS TIMESTAMP))`,
};
