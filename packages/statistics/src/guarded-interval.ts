import { requireCount } from './argument.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/**
 * Interval of a statistic whose resamples lie to one side of it: a largest gap, a distance that is never negative. The
 * sample's value is biased upwards and its resamples are so once more, so that percentile bounds lie too high by twice
 * the bias. Mirrored at the point (the basic bootstrap) the lower bound is right and the upper one may lie too low; so
 * each bound is the more careful of both.
 *
 * @param point    the statistic of the sample
 * @param values   of the resamples; sorted in place
 * @param level    two-sided, in (0, 1)
 * @returns bounds around the point
 * @throws RangeError when there are too few resamples for the level (k = floor(alpha (B + 1)) < 1)
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, sections 5.2 and 5.3.
 */
export function guardedInterval(point: number, values: Float64Array, level: number): Interval {
  const rank = Math.floor(oneSidedAlpha(level) * (values.length + 1) + 1e-9);
  requireCount('alpha × (replicates + 1)', rank, 1);
  values.sort();
  const low = values[rank - 1] ?? Number.NaN;
  const high = values[values.length - rank] ?? Number.NaN;
  return { lower: Math.min(low, 2 * point - high, point), upper: Math.max(high, 2 * point - low, point) };
}
