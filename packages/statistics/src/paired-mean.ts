import {
  requireCount,
  requireFinite,
  requireInnerProbability,
  requireNonNegative,
  requirePositive,
} from './argument.ts';
import { tSf } from './distribution.ts';
import type { Interval } from './interval.ts';
import { tInterval } from './t-interval.ts';

/** Count, mean and sample variance (divisor n − 1) of per-row differences; a database computes them in one pass. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Ignored when `count` is 1; a database's null may be passed as 0. */
  readonly variance: number;
}

/** Student's t for a mean of differences, or why there is none. */
export type PairedMean =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly standardError: number;
      readonly degreesOfFreedom: number;
      readonly interval: Interval;
      /** t and two-sided p of "the mean is 0". */
      readonly t: number;
      readonly p: number;
    }
  | {
      readonly kind: 'degenerate';
      /** `zero-variance` decides nothing by itself: see `rareDropBound`. */
      readonly reason: 'single-row' | 'zero-variance';
      readonly estimate: number;
    };

/**
 * Moments of a column of differences in two passes, so that a large mean costs no digits of the variance.
 * @param values at least one finite number
 * @throws RangeError when there is none or one is not finite
 */
export function momentsOf(values: ArrayLike<number>): Moments {
  const count = values.length;
  requireCount('number of values', count, 1);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i] ?? Number.NaN;
  requireFinite('sum of the values', sum);
  const mean = sum / count;
  let squares = 0;
  let residue = 0;
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] ?? Number.NaN) - mean;
    squares += deviation * deviation;
    residue += deviation;
  }
  return { count, mean, variance: count === 1 ? 0 : Math.max(0, squares - (residue * residue) / count) / (count - 1) };
}

/**
 * Two-sided t interval and test for the mean of paired differences.
 *
 * @param moments of the differences; count ≥ 1, variance ≥ 0
 * @param level   two-sided confidence level in (0, 1)
 * @returns interval and test, or `degenerate` for one row or no variance
 * @throws RangeError when an argument is out of range
 * Source: Student (1908), Biometrika 6, 1–25. Wants n ≥ 30 or scores near a normal.
 */
export function pairedMean(moments: Moments, level: number): PairedMean {
  requireMoments(moments);
  requireInnerProbability('level', level);
  const { count, mean: estimate, variance } = moments;
  if (count === 1) return { kind: 'degenerate', reason: 'single-row', estimate };
  if (variance === 0) return { kind: 'degenerate', reason: 'zero-variance', estimate };
  const standardError = Math.sqrt(variance / count);
  return { kind: 'interval', ...tInterval(estimate, standardError, count - 1, level) };
}

/**
 * p-value of non-inferiority of a mean difference (candidate − champion, higher is better).
 *
 * @param moments count ≥ 2, variance > 0
 * @param margin  largest tolerated drop, ≥ 0, in the unit of the scores
 * @returns p; below alpha exactly when the lower bound of `pairedMean` at level 1 − 2 alpha is above −margin
 * @throws RangeError when an argument is out of range
 */
export function pairedMeanNonInferiorityP(moments: Moments, margin: number): number {
  requireMoments(moments);
  requireCount('count', moments.count, 2);
  requirePositive('variance', moments.variance);
  requireNonNegative('margin', margin);
  const t = (moments.mean + margin) / Math.sqrt(moments.variance / moments.count);
  return tSf(t, moments.count - 1);
}

/**
 * The guard against rare drops: the lower bound of the mean after one more row with the worst possible difference.
 *
 * A sample that happens to miss a rare failure has too small a variance, and t would pass it (type I error up to 74 %
 * at n = 30, margin .01, differences in {0, −1}). Non-inferiority on scores of known range therefore also needs this
 * bound above −margin; worst type I error is then 6.5 % at nominal 5 %. Price in power at n = 50: .54 to .16.
 *
 * @param moments of candidate − champion, higher is better (else negate the mean); count ≥ 1
 * @param range   largest possible drop of one row (1 for scores in [0, 1]), > 0
 * @param level   two-sided confidence level in (0, 1)
 * @returns lower bound at one-sided alpha (1 − level)/2
 * @throws RangeError when an argument is out of range
 */
export function rareDropBound(moments: Moments, range: number, level: number): number {
  requirePositive('range', range);
  const guarded = pairedMean(withRow(moments, -range), level);
  // Without variance even now, every row is the worst possible one.
  return guarded.kind === 'interval' ? guarded.interval.lower : guarded.estimate;
}

/**
 * Moments after one more row.
 * @throws RangeError when an argument is out of range
 */
export function withRow(moments: Moments, value: number): Moments {
  requireMoments(moments);
  requireFinite('value', value);
  const { count, mean, variance } = moments;
  const squares = count === 1 ? 0 : variance * (count - 1);
  const step = value - mean;
  return {
    count: count + 1,
    mean: mean + step / (count + 1),
    variance: (squares + (step * step * count) / (count + 1)) / count,
  };
}

function requireMoments({ count, mean, variance }: Moments): void {
  requireCount('count', count, 1);
  requireFinite('mean', mean);
  requireNonNegative('variance', variance);
}
