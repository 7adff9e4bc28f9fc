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
};
