import { requireCount, requireFiniteColumn, requirePositive } from './argument.ts';

/** Estimates of many slices, each drawn towards the mean of all. For ranking and reporting, never for blocking. */
export interface Shrunken {
  readonly grand: number;
  /** What is kept of each slice's distance to the mean, in [0, 1]; 0 pools all. */
  readonly kept: number;
  readonly estimates: readonly number[];
}

/**
 * James and Stein's positive-part estimator around the grand mean.
 *
 * @param values   one estimate a slice, at least 4
 * @param variance of each estimate, > 0, the same for all
 * @throws RangeError when an argument is out of range
 * Source: Efron and Morris (1975), JASA 70, 311–319, eq. (2.4), its positive part.
 */
export function jamesStein(values: readonly number[], variance: number): Shrunken {
  requireCount('number of values', values.length, 4);
  requireFiniteColumn('values', values);
  requirePositive('variance', variance);
  const grand = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - grand) ** 2, 0);
  const kept = squares > 0 ? Math.max(0, 1 - ((values.length - 3) * variance) / squares) : 0;
  return { grand, kept, estimates: values.map((value) => grand + kept * (value - grand)) };
}
