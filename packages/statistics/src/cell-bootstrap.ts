import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { type BootstrapEstimates, contrastEstimates, requireWeights } from './contrast.ts';
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
  return contrastEstimates({
    points,
    columns,
    jackknife: method === 'bca' ? { columns: withoutOneRow(counts, statistics), weights: counts } : undefined,
    contrasts,
    level: input.level,
    method,
  });
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

function requireCounts(counts: Float64Array): number {
  let rows = 0;
  for (const [cell, count] of counts.entries()) {
    requireCount(`counts[${cell}]`, count);
    rows += count;
  }
  requireCount('sum of counts', rows, 1);
  return rows;
}
