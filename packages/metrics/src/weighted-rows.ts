import { defined, type MetricValue, type NotDefined } from './class-totals.ts';

/** Rows with optional weights, as every metric from rows takes them. */

/**
 * Why no metric can be computed from these rows, or undefined where one can.
 *
 * Row weights are scikit-learn's `sample_weight`: a row of weight 2 counts as two rows, one of weight 0 as none.
 *
 * @param columns every number that the metric uses, weights apart; all as long as `rows`
 * @throws RangeError when a column or the weights are not as long as `rows`: a mistake of the caller, not of the data
 */
export function whyUnusable(
  rows: number,
  weights: Float64Array | undefined,
  columns: readonly Float64Array[] = [],
): string | undefined {
  for (const column of columns) requireLength('column', column, rows);
  if (weights) requireLength('weights', weights, rows);
  if (rows === 0) return 'there are no rows';

  if (!columns.every(allFinite)) {
    const notFinite = countRows(rows, (row) => columns.some((column) => !Number.isFinite(column[row])));
    return `${rowsHave(notFinite)} a value that is not a finite number`;
  }
  if (weights === undefined) return undefined;
  const unusable = countRows(rows, (row) => !((weights[row] ?? 0) >= 0 && Number.isFinite(weights[row])));
  if (unusable > 0) return `${rowsHave(unusable)} a weight that is negative or not a finite number`;
  return weights.some((weight) => weight > 0) ? undefined : 'no row has a weight above 0';
}

/** One value a row, or why there are none. */
export type RowValues = Float64Array | NotDefined;

/** Weighted mean of row values: of a metric that is a mean, its value. */
export function meanOfRows(values: RowValues, weights: Float64Array | undefined): MetricValue {
  if (!(values instanceof Float64Array)) return values;
  let total = 0;
  if (weights === undefined) {
    for (let row = 0; row < values.length; row++) total += values[row] ?? 0;
    return defined(total / values.length);
  }
  let weight = 0;
  for (let row = 0; row < values.length; row++) {
    weight += weights[row] ?? 0;
    total += (weights[row] ?? 0) * (values[row] ?? 0);
  }
  return defined(total / weight);
}

function allFinite(column: Float64Array): boolean {
  for (let row = 0; row < column.length; row++) if (!Number.isFinite(column[row])) return false;
  return true;
}

/** @throws RangeError when the lengths differ */
export function requireLength(name: string, column: ArrayLike<unknown>, rows: number): void {
  if (column.length !== rows) throw new RangeError(`${name} must have ${rows} rows, got ${column.length}`);
}

/** `1 row has`, `1,234 rows have`. */
export function rowsHave(count: number): string {
  return count === 1 ? '1 row has' : `${count.toLocaleString('en')} rows have`;
}

export function countRows(rows: number, holds: (row: number) => boolean): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) count++;
  return count;
}

export function weightOf(weights: Float64Array | undefined, row: number): number {
  return weights === undefined ? 1 : (weights[row] ?? 0);
}

/** Whether something holds for a row that counts: one with a weight above 0. */
export function someRow(rows: number, weights: Float64Array | undefined, holds: (row: number) => boolean): boolean {
  for (let row = 0; row < rows; row++) if (weightOf(weights, row) > 0 && holds(row)) return true;
  return false;
}

/** Sum of weight × value over the rows. */
export function weightedSum(rows: number, weights: Float64Array | undefined, of: (row: number) => number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) total += weightOf(weights, row) * of(row);
  return total;
}

/** Weighted mean of a value of the rows; the weights' sum must be above 0. */
export function weightedMean(rows: number, weights: Float64Array | undefined, of: (row: number) => number): number {
  const total = weights === undefined ? rows : weightedSum(rows, weights, () => 1);
  return weightedSum(rows, weights, of) / total;
}
