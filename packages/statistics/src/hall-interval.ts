import { type DesignedValues, designedMean } from './designed-mean.ts';
import { tQuantile } from './distribution.ts';
import { heavyTails } from './heavy-tails.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/**
 * Interval of a mean that allows for the skewness of its rows: Hall's monotone cubic transformation of Student's t. For
 * rows without skew it is the t interval; with a long right tail it reaches further up. The sample's skewness understates
 * that of very heavy tails, so that even this one is then too short.
 *
 * @param input as for `designedMean`
 * @returns undefined where the mean has no interval
 * @throws RangeError as `designedMean`
 * Source: Hall (1992), Journal of the Royal Statistical Society B 54, 221–228.
 */
export function hallInterval(input: DesignedValues): Interval | undefined {
  const mean = designedMean(input);
  if (mean.kind === 'degenerate') return undefined;
  const { skewness } = heavyTails(input);
  const slope = skewness / Math.sqrt(mean.units);
  const reach = -tQuantile(oneSidedAlpha(input.level), mean.degreesOfFreedom);
  // g(T) = T + a T²/3 + a² T³/27 + a/6 is nearly symmetric; a is the skewness over √n
  const inverse = (x: number): number =>
    Math.abs(slope) < 1e-9 ? x : (3 / slope) * (Math.cbrt(1 + slope * (x - slope / 6)) - 1);
  return {
    lower: mean.estimate - mean.standardError * inverse(reach),
    upper: mean.estimate - mean.standardError * inverse(-reach),
  };
}
