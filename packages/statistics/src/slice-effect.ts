import { requireCount, requireFinite, requireNonNegative } from './argument.ts';
import { tSf } from './distribution.ts';
import type { Moments } from './paired-mean.ts';

export type SliceEffect =
  | {
      readonly kind: 'value';
      /** Difference of means in units of the spread of both; .2 small, .5 medium, .8 large. */
      readonly effect: number;
      /** Welch's t and its degrees of freedom. */
      readonly t: number;
      readonly degreesOfFreedom: number;
      /** One-sided p of "the slice's loss is not larger". */
      readonly p: number;
    }
  | { readonly kind: 'degenerate'; readonly reason: 'zero-variance' };

/**
 * How much worse a slice is than the rows outside of it.
 *
 * SliceFinder's effect size √2 (mean − mean')/√(variance + variance'), and Welch's t-test that the slice's mean loss is
 * larger. The authors' published code returns the other tail of the test and divides by standard deviations; this is
 * the paper's formula.
 *
 * @param slice       of its rows' losses, count ≥ 2
 * @param counterpart of all other rows' losses, count ≥ 2
 * @throws RangeError when a count is below 2 or a moment is not finite
 * Source: Chung et al. (2019), ICDE, 1550–1553, section 2 (effect size, after Cohen); Welch (1947), Biometrika 34,
 * 28–35.
 */
export function sliceEffect(slice: Moments, counterpart: Moments): SliceEffect {
  for (const [name, { count, mean, variance }] of Object.entries({ slice, counterpart })) {
    requireCount(`count of the ${name}`, count, 2);
    requireFinite(`mean of the ${name}`, mean);
    requireNonNegative(`variance of the ${name}`, variance);
  }
  const spread = slice.variance + counterpart.variance;
  if (spread === 0) return { kind: 'degenerate', reason: 'zero-variance' };
  const difference = slice.mean - counterpart.mean;
  const [one, other] = [slice.variance / slice.count, counterpart.variance / counterpart.count];
  const t = difference / Math.sqrt(one + other);
  const degreesOfFreedom = (one + other) ** 2 / (one ** 2 / (slice.count - 1) + other ** 2 / (counterpart.count - 1));
  return {
    kind: 'value',
    effect: (Math.SQRT2 * difference) / Math.sqrt(spread),
    t,
    degreesOfFreedom,
    p: tSf(t, degreesOfFreedom),
  };
}
