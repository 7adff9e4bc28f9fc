import { requireCount, requireFinite, requireInnerProbability } from './argument.ts';

/**
 * Sample quantile of a sorted column: linear between the order statistics around (n − 1) p, as numpy and DuckDB's
 * quantile_cont do.
 *
 * @param sorted      ascending, at least one, all finite
 * @param probability in (0, 1)
 * @throws RangeError when the column is empty or not finite, or `probability` out of range
 * Source: Hyndman and Fan (1996), The American Statistician 50, 361–365, type 7.
 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  requireInnerProbability('probability', probability);
  requireCount('number of values', sorted.length, 1);
  // Sorting puts −Infinity first and Infinity, then NaN, last: the ends speak for all.
  requireFinite('lowest value', sorted[0] ?? Number.NaN);
  requireFinite('highest value', sorted[sorted.length - 1] ?? Number.NaN);
  const { rank, fraction } = quantilePosition(sorted.length, probability);
  return interpolate(sorted[rank] ?? Number.NaN, sorted[rank + 1], fraction);
}

/** 0-based rank of the order statistic at or below the quantile, and the way to the next one. */
export interface QuantilePosition {
  readonly rank: number;
  readonly fraction: number;
}

/** Position of the type 7 quantile among `rows` sorted values. */
export function quantilePosition(rows: number, probability: number): QuantilePosition {
  const position = (rows - 1) * probability;
  const rank = Math.floor(position);
  return { rank, fraction: position - rank };
}

/** Exact at both ends, so that equal neighbours give themselves. */
export function interpolate(below: number, above: number | undefined, fraction: number): number {
  if (fraction === 0 || above === undefined || above === below) return below;
  return below + fraction * (above - below);
}
