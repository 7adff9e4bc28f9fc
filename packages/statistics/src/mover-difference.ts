import { requireProbability } from './argument.ts';
import { tQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/** An estimate in [0, 1], such as an area, with its standard error. */
export interface EstimatedShare {
  readonly value: number;
  readonly standardError: number;
}

/**
 * Interval of a value in [0, 1] by logit limits: symmetric on the scale of log odds, so that it stays inside and is longer
 * towards the middle. Closer to its level than value ± z se for few rows and near 0 and 1.
 *
 * @param degreesOfFreedom of the standard error, ≥ 1; for areas the rows of the rarer class less one
 * @param level two-sided, in (0, 1)
 * @throws RangeError when the value is outside [0, 1]
 * Source: Newcombe (2006), Statistics in Medicine 25, 559–573 (logit limits of areas). At 0 and 1 the standard error is 0
 * and the other limit is that of as many rows as there are degrees of freedom plus one (Clopper and Pearson 1934).
 */
export function logitInterval(
  { value, standardError }: EstimatedShare,
  degreesOfFreedom: number,
  level: number,
): Interval {
  const alpha = oneSidedAlpha(level);
  const ofNone = 1 - alpha ** (1 / (degreesOfFreedom + 1));
  if (Math.abs(value) < rounding) return { lower: 0, upper: ofNone };
  if (Math.abs(1 - value) < rounding) return { lower: 1 - ofNone, upper: 1 };
  requireProbability('value', value);
  const centre = Math.log(value / (1 - value));
  const reach = (-tQuantile(alpha, degreesOfFreedom) * standardError) / (value * (1 - value));
  return { lower: expit(centre - reach), upper: expit(centre + reach) };
}

/** Areas of rows with weights are sums of fractions: a perfect one may come out as 1.0000000000000002. */
const rounding = 1e-12;

/**
 * Interval of candidate − factor × champion from logit limits of both and their correlation: the method of variance
 * estimates recovery, which keeps the skew of either side. For large samples it is the symmetric interval.
 *
 * @param correlation of the two estimates, in [−1, 1]
 * @throws RangeError as `logitInterval`
 * Source: Zou (2007), Psychological Methods 12, 399–413; Zou and Donner (2008), Statistics in Medicine 27, 1693–1702.
 */
export function moverDifference(
  compared: {
    readonly candidate: EstimatedShare;
    readonly champion: EstimatedShare;
    readonly correlation: number;
    readonly factor?: number;
  },
  degreesOfFreedom: number,
  level: number,
): Interval {
  const { candidate, champion, correlation, factor = 1 } = compared;
  const own = logitInterval(candidate, degreesOfFreedom, level);
  const theirs = logitInterval(champion, degreesOfFreedom, level);
  const difference = candidate.value - factor * champion.value;
  // of the candidate and factor × champion
  const together = factor < 0 ? -correlation : correlation;
  const reach = (one: number, other: number) =>
    Math.sqrt(Math.max(0, one ** 2 + other ** 2 - 2 * together * one * other));
  const [low, high] = factor < 0 ? [theirs.upper, theirs.lower] : [theirs.lower, theirs.upper];
  return {
    lower: difference - reach(candidate.value - own.lower, factor * (high - champion.value)),
    upper: difference + reach(own.upper - candidate.value, factor * (champion.value - low)),
  };
}

function expit(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
