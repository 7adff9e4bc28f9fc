import fc from 'fast-check';
import type { MetricValue } from '../src/index.ts';

export const column = (...values: readonly number[]): Float64Array => Float64Array.from(values);

export function numberOf(metric: MetricValue): number {
  if ('undefined' in metric) throw new Error(metric.undefined);
  return metric.value;
}

/** Rows of the fields' arbitraries with whole weights, and the same rows as often as they weigh. */
export function weightedRows<Row extends object>(row: fc.Arbitrary<Row>) {
  const weighted = fc.record({ of: row, weight: fc.nat({ max: 3 }) });
  return fc
    .array(weighted, { minLength: 1, maxLength: 30 })
    .filter((rows) => rows.some(({ weight }) => weight > 0))
    .map((rows) => ({
      rows: rows.map(({ of }) => of),
      weights: Float64Array.from(rows, ({ weight }) => weight),
      repeated: rows.flatMap(({ of, weight }) => Array.from({ length: weight }, () => of)),
    }));
}
