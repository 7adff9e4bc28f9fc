import { requireCount, requireInnerProbability } from './argument.ts';
import { binomialCdf, binomialSf } from './distribution.ts';
import { oneSidedAlpha } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';

/** Which order statistics bound a quantile. */
export interface OrderStatisticRanks {
  /** 1-based rank in ascending order; undefined when there are too few rows for a lower bound. */
  readonly lower: number | undefined;
  /** Likewise for the upper bound. */
  readonly upper: number | undefined;
  /** Exact probability that the interval covers the quantile of a continuous distribution; a missing side counts as infinite. */
  readonly coverage: number;
}

/**
 * Ranks of the order statistics that bound a quantile whatever the distribution, so that a database can fetch just two
 * values. Each side alone errs with probability at most (1 − level)/2; ties make it more conservative, never less.
 *
 * @param rows        integer > 0
 * @param probability of the quantile, in (0, 1): .95 for p95
 * @param level       two-sided confidence level in (0, 1)
 * @returns the closest ranks that hold the level; p99 needs 368 rows for an upper bound at level .95
 * @throws RangeError when an argument is out of range
 * Source: David and Nagaraja (2003), Order Statistics, 7.1.
 */
export function orderStatisticRanks(rows: number, probability: number, level: number): OrderStatisticRanks {
  requireCount('rows', rows, 1);
  requireInnerProbability('probability', probability);
  const alpha = oneSidedAlpha(level);
  // P(quantile < X_(k)) = P(Bin(rows, probability) ≤ k − 1); P(quantile > X_(k)) = P(Bin ≥ k).
  const lower = firstWhere(0, rows, (k) => binomialCdf(k, rows, probability) > alpha);
  const upper = firstWhere(1, rows + 1, (k) => binomialSf(k - 1, rows, probability) <= alpha);
  const missedBelow = lower === 0 ? 0 : binomialCdf(lower - 1, rows, probability);
  const missedAbove = upper > rows ? 0 : binomialSf(upper - 1, rows, probability);
  return {
    lower: lower === 0 ? undefined : lower,
    upper: upper > rows ? undefined : upper,
    coverage: 1 - missedBelow - missedAbove,
  };
}

/** A quantile with its distribution-free bounds. */
export interface OrderStatisticInterval {
  readonly estimate: number;
  /** undefined when there are too few rows for this side. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly coverage: number;
}

/**
 * Distribution-free interval for one quantile of a column.
 *
 * @param values      at least one finite number, in any order
 * @param probability of the quantile, in (0, 1)
 * @param level       two-sided confidence level in (0, 1)
 * @throws RangeError when an argument is out of range or a value is not finite
 * Source: as `orderStatisticRanks`.
 */
export function orderStatisticInterval(
  values: ArrayLike<number>,
  probability: number,
  level: number,
): OrderStatisticInterval {
  const ranks = orderStatisticRanks(values.length, probability, level);
  const sorted = Float64Array.from(values).sort();
  const at = (rank: number | undefined): number | undefined => (rank === undefined ? undefined : sorted[rank - 1]);
  return {
    estimate: quantileOfSorted(sorted, probability),
    lower: at(ranks.lower),
    upper: at(ranks.upper),
    coverage: ranks.coverage,
  };
}

/** First integer of [from, to) that satisfies a condition which, once true, stays true; `to` when none does. */
function firstWhere(from: number, to: number, condition: (k: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (condition(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
