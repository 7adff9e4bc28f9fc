import type { Column } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { comparable } from './source-column.ts';

/** How far two numbers may lie apart and be the same. */
export interface Closeness {
  readonly absolute: number;
  readonly relative: number;
}

/**
 * Condition that two values of a column differ. NULL equals NULL and NaN equals NaN; numbers are the same when they lie
 * no further apart than the larger of `absolute` and `relative` × the larger magnitude, as in Python's `math.isclose`.
 *
 * @param columns of the two tables
 * @param values  SQL of the two values
 */
export function differs(
  columns: readonly [Column, Column],
  [one, other]: readonly [string, string],
  { absolute, relative }: Closeness,
  dialect: Dialect,
): string {
  const same = sameValue(columns, [one, other], { absolute, relative }, dialect);
  return `CASE WHEN ${one} IS NULL AND ${other} IS NULL THEN FALSE
    WHEN ${one} IS NULL OR ${other} IS NULL THEN TRUE
    ELSE NOT coalesce(${same}, FALSE) END`;
}

function sameValue(
  columns: readonly [Column, Column],
  values: readonly [string, string],
  { absolute, relative }: Closeness,
  dialect: Dialect,
): string {
  const types = columns.map(({ type }) => type);
  const numbers = types.every((type) => type === 'integer' || type === 'number');
  if (numbers && (absolute > 0 || relative > 0 || types.includes('number'))) {
    const [a = '', b = ''] = values.map((value) => `CAST(${value} AS DOUBLE)`);
    const equal = `${a} = ${b} OR (${dialect.nan(a)} AND ${dialect.nan(b)})`;
    if (absolute === 0 && relative === 0) return `(${equal})`;
    const apart = `greatest(CAST(${absolute} AS DOUBLE), CAST(${relative} AS DOUBLE) * greatest(abs(${a}), abs(${b})))`;
    return `(${equal} OR (${dialect.finite(a)} AND ${dialect.finite(b)} AND abs(${a} - ${b}) <= ${apart}))`;
  }
  if (types.includes('time') && types.includes('text')) {
    const [a, b] = values.map((value) => `TRY_CAST(${value} AS TIMESTAMP)`);
    return `${a} = ${b}`;
  }
  const asValue = comparable(columns);
  return `${asValue(values[0])} = ${asValue(values[1])}`;
}
