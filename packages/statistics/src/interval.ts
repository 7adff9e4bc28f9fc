import { requireInnerProbability } from './argument.ts';

/** A two-sided confidence interval; each bound alone is a one-sided bound at alpha = (1 − level)/2. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * One-sided error probability of each bound of a two-sided interval.
 * @param level two-sided confidence level in (0, 1)
 * @throws RangeError when `level` is not in (0, 1)
 */
export function oneSidedAlpha(level: number): number {
  requireInnerProbability('level', level);
  return (1 - level) / 2;
}
