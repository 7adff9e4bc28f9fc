import { tQuantile, tSf } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/** An estimate that is t-distributed around the truth, in units of its standard error. */
export interface TInterval {
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly interval: Interval;
  /** t and two-sided p of "the truth is 0". */
  readonly t: number;
  readonly p: number;
}

/**
 * @param standardError    > 0
 * @param degreesOfFreedom > 0
 * @param level            two-sided confidence level in (0, 1)
 * @throws RangeError when `level` is out of range
 */
export function tInterval(estimate: number, standardError: number, degreesOfFreedom: number, level: number): TInterval {
  const reach = -tQuantile(oneSidedAlpha(level), degreesOfFreedom) * standardError;
  const t = estimate / standardError;
  return {
    estimate,
    standardError,
    degreesOfFreedom,
    interval: { lower: estimate - reach, upper: estimate + reach },
    t,
    p: 2 * tSf(Math.abs(t), degreesOfFreedom),
  };
}
