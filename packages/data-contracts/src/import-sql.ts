/** Conditions in the SQL that DuckDB and Trino share, for rules that have no words of their own in a contract. */

export type Scalar = string | number | boolean;

/** Ends of a range as the grammar of a column has them. */
export interface Range {
  readonly min?: number | string;
  readonly above?: number | string;
  readonly max?: number | string;
  readonly below?: number | string;
}

export function column(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value as SQL writes it; ISO dates and times of day become what they mean where `temporal` asks for it. */
export function literal(value: Scalar, temporal = false): string {
  if (typeof value !== 'string') return String(value);
  const quoted = `'${value.replaceAll("'", "''")}'`;
  if (!temporal) return quoted;
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? `date ${quoted}` : `timestamp '${value.replace('T', ' ')}'`;
}

export function within(expression: string, range: Range): string {
  const words = { min: '>=', above: '>', max: '<=', below: '<' } as const;
  const ends = (['min', 'above', 'max', 'below'] as const).flatMap((key) => {
    const end = range[key];
    return end === undefined ? [] : [`${expression} ${words[key]} ${literal(end, true)}`];
  });
  return ends.join(' and ');
}

export function among(expression: string, values: readonly Scalar[], not = false): string {
  return `${expression} ${not ? 'not in' : 'in'} (${values.map((one) => literal(one)).join(', ')})`;
}

export function isThere(...names: readonly string[]): string {
  return names.map((name) => `${column(name)} is not null`).join(' and ');
}

/** All of the conditions; each is put into brackets where it needs them. */
export function both(...conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter((one) => one !== undefined && one !== '');
  if (given.length < 2) return given[0];
  return given.map((one) => (/\bor\b/i.test(one ?? '') ? `(${one})` : one)).join(' and ');
}

/** Rows for wanted values that the column of `this` does not hold. */
export function missingFrom(name: string, values: readonly Scalar[], when: string | undefined): string {
  const rows = values.map((one) => `(${literal(one)})`).join(', ');
  const there = both(isThere(name), when) ?? '';
  return `select * from (values ${rows}) as wanted(value) where value not in (select ${column(name)} from this where ${there})`;
}
