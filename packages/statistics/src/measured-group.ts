import { requireCount, requireFinite, requireNonNegative } from './argument.ts';
import type { Strata } from './group-share.ts';

/** A value with its standard error, such as a metric of one group's rows. */
export interface Measured {
  readonly estimate: number;
  /** ≥ 0; 0 makes the group degenerate. */
  readonly standardError: number;
}

/** A metric of one group: groups share no row. */
export interface MeasuredGroup extends Measured {
  /** Independent units behind it, rows or clusters; ≥ 2. */
  readonly units: number;
  /** Of the bootstrap of this group's rows, from a seed of its own; NaN where the metric has no value. */
  readonly replicates?: Float64Array;
}

/** A group whose values do not vary at all says nothing about rows that were not seen. */
export interface NoVariance {
  readonly kind: 'degenerate';
  readonly reason: 'zero-variance';
  /** Which group, by place. */
  readonly stratum: number;
  readonly group: number;
}

/** @throws RangeError when there are fewer than two groups in a stratum */
export function requireGroups(strata: Strata<{ readonly units: number }>): void {
  requireCount('number of strata', strata.length, 1);
  for (const groups of strata) {
    requireCount('number of groups', groups.length, 2);
    for (const [i, { units }] of groups.entries()) requireCount(`units of group ${i}`, units, 2);
  }
}

/** @throws RangeError when a number is not finite or a standard error is negative */
export function requireMeasured(name: string, { estimate, standardError }: Measured): void {
  requireFinite(`estimate of ${name}`, estimate);
  requireNonNegative(`standardError of ${name}`, standardError);
}

/** The first group that one of its standard errors says nothing about. */
export function withoutVariance<Group>(
  strata: Strata<Group>,
  standardErrors: (group: Group) => readonly number[],
): NoVariance | undefined {
  for (const [stratum, groups] of strata.entries()) {
    const group = groups.findIndex((one) => standardErrors(one).includes(0));
    if (group >= 0) return { kind: 'degenerate', reason: 'zero-variance', stratum, group };
  }
  return undefined;
}

/** By how much an estimate may be too large (or, below 0, too small), and how many standard errors that is worth. */
export interface Bias {
  readonly bias: number;
  /** 1 … 2: what chance does to the estimate it does to the bias, too, the other way round. */
  readonly noise: number;
}

/**
 * The bias that a group's replicates show; none without replicates.
 *
 * Resampling shows it only in part: the mean of |N(0, σ²)| is √(2/π) σ too large, and resampling finds it larger by √2 − 1 of
 * this again. What a calibration error is made of are such absolute values, so the bias that shows is taken
 * 1/(√2 − 1) = 2.41 times. One that came out high by chance shows less: along |x| the bias that shows falls by
 * 2 (1 − Φ(|x|/σ)), about .41 at the mean of |x|, so that an estimate less its bias varies twice as much where it is all
 * bias. For smooth metrics the bias is next to nothing, and so is all of this.
 */
export function biasOf({ estimate, replicates }: MeasuredGroup): Bias {
  const known = replicates?.filter((value) => !Number.isNaN(value)) ?? new Float64Array();
  const bias = known.length === 0 ? 0 : (Math.SQRT2 + 1) * (meanOf(known) - estimate);
  return { bias, noise: bias === 0 ? 1 : 1 + Math.min(1, Math.abs(bias / estimate)) };
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Largest − smallest value, of the worst stratum. */
export function largestSpread(strata: Strata<number>): number {
  return Math.max(...strata.map((values) => Math.max(...values) - Math.min(...values)));
}

/** Smallest/largest value, of the worst stratum; undefined where a value is negative or a stratum has only zeros. */
export function smallestRatio(strata: Strata<number>): number | undefined {
  const ratios = strata.map((values) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least >= 0 && most > 0 ? least / most : Number.NaN;
  });
  const smallest = Math.min(...ratios);
  return Number.isNaN(smallest) ? undefined : smallest;
}
