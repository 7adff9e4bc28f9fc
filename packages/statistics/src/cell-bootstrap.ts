import { requireCount } from './argument.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { Random } from './random.ts';

export interface CellBootstrapInput extends Resampling {
  /** Rows in each joint cell, such as (label, champion's prediction, candidate's prediction); integers, sum > 0. */
  readonly counts: ArrayLike<number>;
  /**
   * Functions of the counts; NaN means "no value here" (no positives). Called on the rows, on every replicate and once
   * a cell for the jackknife; they must neither keep nor change the array.
   */
  readonly statistics: readonly ((counts: Float64Array) => number)[];
  /** Linear combinations of the statistics, one weight each: [-1, 1] is a difference. */
  readonly contrasts?: readonly (readonly number[])[];
}

/** One estimate for each statistic and each contrast, in their order, all from the same replicates. */
export interface BootstrapEstimates {
  readonly statistics: readonly BootstrapEstimate[];
  readonly contrasts: readonly BootstrapEstimate[];
}

/**
 * Bootstrap of metrics that depend on rows only through counts of joint cells: accuracy, precision, recall, F1 and
 * their differences. Rows of a cell are interchangeable, so resampling n rows is one multinomial draw over the cells,
 * and the jackknife is one value a cell: the cost does not grow with the rows.
 *
 * @throws RangeError when counts, replicates, seed, level or the length of a contrast are wrong
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 14.
 */
export function cellBootstrap(input: CellBootstrapInput): BootstrapEstimates {
  const { statistics, contrasts = [], replicates, method = 'bca' } = input;
  const counts = Float64Array.from(input.counts);
  const rows = requireCounts(counts);
  requireCount('replicates', replicates, 1);
  for (const weights of contrasts) requireWeights(weights, statistics.length);
  const random = new Random(input.seed);

  const points = statistics.map((statistic) => statistic(counts));
  const columns = statistics.map(() => new Float64Array(replicates));
  const resampled = new Float64Array(counts.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    random.multinomial(counts, rows, rows, resampled);
    for (const [i, statistic] of statistics.entries()) {
      const column = columns[i];
      if (column !== undefined) column[replicate] = statistic(resampled);
    }
  }
  const jackknife = method === 'bca' ? withoutOneRow(counts, statistics) : statistics.map(() => counts);

  const estimate = (weights: readonly number[]): BootstrapEstimate =>
    bootstrapInterval({
      point: combine(points, weights),
      values: combineColumns(columns, weights),
      acceleration: method === 'bca' ? jackknifeAcceleration(combineColumns(jackknife, weights), counts) : 0,
      level: input.level,
      method,
    });
  return {
    statistics: statistics.map((_, i) => estimate(statistics.map((_, j) => (i === j ? 1 : 0)))),
    contrasts: contrasts.map(estimate),
  };
}

/** Each statistic without one row of each cell; NaN for a cell without rows, whose weight is 0 anyway. */
function withoutOneRow(
  counts: Float64Array,
  statistics: readonly ((counts: Float64Array) => number)[],
): readonly Float64Array[] {
  const columns = statistics.map(() => new Float64Array(counts.length).fill(Number.NaN));
  const reduced = counts.slice();
  for (const [cell, count] of counts.entries()) {
    if (count === 0) continue;
    reduced[cell] = count - 1;
    for (const [i, statistic] of statistics.entries()) {
      const column = columns[i];
      if (column !== undefined) column[cell] = statistic(reduced);
    }
    reduced[cell] = count;
  }
  return columns;
}

function combine(values: readonly number[], weights: readonly number[]): number {
  return (
    combineColumns(
      values.map((value) => Float64Array.of(value)),
      weights,
    )[0] ?? Number.NaN
  );
}

/**
 * Weight 0 drops a statistic altogether: 0 × NaN must not spoil what does not use it. A sum that is rounding against its
 * terms is 0: two equal models computed in different orders must not look better or worse by 10⁻¹⁷.
 */
function combineColumns(columns: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0);
  const sizes = new Float64Array(sums.length);
  for (const [i, weight] of weights.entries()) {
    const column = columns[i];
    if (weight === 0 || column === undefined) continue;
    for (let k = 0; k < sums.length; k++) {
      const term = weight * (column[k] ?? Number.NaN);
      sums[k] = (sums[k] ?? 0) + term;
      sizes[k] = (sizes[k] ?? 0) + Math.abs(term);
    }
  }
  return sums.map((sum, k) => (Math.abs(sum) <= 8 * Number.EPSILON * (sizes[k] ?? 0) ? 0 : sum));
}

function requireCounts(counts: Float64Array): number {
  let rows = 0;
  for (const [cell, count] of counts.entries()) {
    requireCount(`counts[${cell}]`, count);
    rows += count;
  }
  requireCount('sum of counts', rows, 1);
  return rows;
}

function requireWeights(weights: readonly number[], statistics: number): void {
  if (weights.length !== statistics || !weights.every(Number.isFinite)) {
    throw new RangeError(
      `a contrast needs ${statistics} finite weights, one for each statistic, got [${weights.join(', ')}]`,
    );
  }
}
