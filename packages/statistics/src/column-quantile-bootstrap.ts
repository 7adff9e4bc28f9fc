import { requireCount, requireInnerProbability } from './argument.ts';
import { drawBeta } from './beta-variate.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { interpolate, quantileOfSorted, quantilePosition } from './quantile.ts';
import { Random } from './random.ts';

export interface ColumnQuantileBootstrapInput extends Resampling {
  /** Finite numbers in any order, such as differences candidate − champion; at least 2. */
  readonly values: Float64Array;
  /** Which quantile, in (0, 1); default .5, the median. */
  readonly probability?: number;
}

/**
 * Bootstrap of one quantile of one column (for the difference of the quantiles of two columns see
 * `quantileDifferenceBootstrap`).
 *
 * The order statistics of a resample are the rows at the order statistics of uniform numbers, whose distribution is
 * known: one beta draw a replicate gives what drawing and sorting all rows would. The cost is one sort, whatever the
 * number of replicates.
 *
 * @throws RangeError when there are fewer than 2 values, one is not finite, or another argument is out of range
 * Source: David and Nagaraja (2003), Order Statistics, 2.5; Efron and Tibshirani (1993), chapter 14.
 */
export function quantileBootstrap(input: ColumnQuantileBootstrapInput): BootstrapEstimate {
  const { values, probability = 0.5, replicates, level, method = 'bca' } = input;
  requireCount('number of values', values.length, 2);
  requireInnerProbability('probability', probability);
  requireCount('replicates', replicates, 1);
  const sorted = values.slice().sort();
  return bootstrapInterval({
    point: quantileOfSorted(sorted, probability),
    values: resampledQuantiles(sorted, probability, replicates, new Random(input.seed)),
    acceleration: method === 'bca' ? acceleration(sorted, probability) : 0,
    level,
    method,
  });
}

function resampledQuantiles(
  sorted: Float64Array,
  probability: number,
  replicates: number,
  random: Random,
): Float64Array {
  const rows = sorted.length;
  const { rank, fraction } = quantilePosition(rows, probability);
  const rowAt = (uniform: number): number => sorted[Math.min(rows - 1, Math.floor(rows * uniform))] ?? Number.NaN;
  return Float64Array.from({ length: replicates }, () => {
    const below = drawBeta(random, rank + 1, rows - rank);
    if (fraction === 0) return rowAt(below);
    // Given the one at `rank`, the rest are uniform above it; the next one is the smallest of them.
    const above = 1 - (1 - below) * (1 - random.uniform()) ** (1 / (rows - rank - 1));
    return interpolate(rowAt(below), rowAt(above), fraction);
  });
}

/** Without one row the quantile has one of three values: a row left out below, at the upper neighbour, or above it. */
function acceleration(sorted: Float64Array, probability: number): number {
  const rows = sorted.length;
  const { rank, fraction } = quantilePosition(rows - 1, probability);
  const between = (below: number, above: number): number =>
    interpolate(sorted[below] ?? Number.NaN, sorted[above], fraction);
  const withoutOne = [between(rank + 1, rank + 2), between(rank, rank + 2), between(rank, rank + 1)];
  return jackknifeAcceleration(Float64Array.from(withoutOne), [rank + 1, 1, Math.max(0, rows - rank - 2)]);
}
