import { requireCount } from './argument.ts';
import { normalCdf, normalQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/** `bca`: bias-corrected and accelerated, the default; `percentile`; `basic`: the percentile interval mirrored at the point. */
export type BootstrapMethod = 'bca' | 'percentile' | 'basic';

/** How often, from which seed, at what level. */
export interface Resampling {
  /** B > 0; 9,999 for a verdict, so that the bounds of common levels are single replicates. */
  readonly replicates: number;
  /** At least 16 hexadecimal digits; a digest of the inputs, so that a verdict can be repeated. */
  readonly seed: string;
  /** Two-sided confidence level in (0, 1). */
  readonly level: number;
  /** Default `bca`. */
  readonly method?: BootstrapMethod;
}

/**
 * Why replicates give no interval. `undefined-point`: the statistic has no value on the rows themselves.
 * `undefined-replicates`: so many replicates have no value that a bound could lie among them.
 * `constant-replicates`: every replicate has the same value. `one-sided-replicates`: all lie on one side of the point.
 * `too-few-replicates`: the bound lies beyond the outermost replicate. `acceleration`: 1 − a (z0 + z) ≤ 0 (BCa only).
 */
export type DegenerateReason =
  | 'undefined-point'
  | 'undefined-replicates'
  | 'constant-replicates'
  | 'one-sided-replicates'
  | 'too-few-replicates'
  | 'acceleration';

export type BootstrapEstimate =
  | {
      readonly kind: 'interval';
      readonly point: number;
      readonly interval: Interval;
      /** Standard deviation of the replicates (divisor B). */
      readonly standardError: number;
      readonly replicates: number;
      /** Replicates without a value (F1 without a positive): left out, and reported. */
      readonly undefinedReplicates: number;
      /** BCa's z0 and a; 0 for the other methods. */
      readonly bias: number;
      readonly acceleration: number;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: DegenerateReason;
      /** NaN when the reason is `undefined-point`. */
      readonly point: number;
      readonly replicates: number;
      readonly undefinedReplicates: number;
    };

/** What an interval is made of, whatever was resampled. */
export interface BootstrapMaterial {
  /** The statistic on the rows themselves; NaN where it has no value. */
  readonly point: number;
  /** The statistic on every resample, NaN where it has no value. */
  readonly values: Float64Array;
  /** BCa's acceleration, from `jackknifeAcceleration`; ignored by the other methods. */
  readonly acceleration: number;
  /** Two-sided, in (0, 1). */
  readonly level: number;
  readonly method: BootstrapMethod;
}

/**
 * Interval of a statistic from its bootstrap replicates.
 *
 * The lower bound is the k-th smallest replicate, k = floor(a1 (B + 1)), the upper one the k-th largest likewise, so that
 * negating the statistic negates the interval. Where that is no replicate, or BCa is not defined, the result says so: a
 * NaN never leaves here as a bound.
 *
 * @throws RangeError when `level` is out of range or there is no replicate
 * Source: Efron (1987), JASA 82, 171–185; Davison and Hinkley (1997), Bootstrap Methods and their Application, 5.3.
 */
export function bootstrapInterval(material: BootstrapMaterial): BootstrapEstimate {
  const { point, method } = material;
  const alpha = oneSidedAlpha(material.level);
  const replicates = material.values.length;
  requireCount('number of replicates', replicates, 1);
  const sorted = material.values.filter((value) => !Number.isNaN(value)).sort();
  const undefinedReplicates = replicates - sorted.length;
  const degenerate = (reason: DegenerateReason): BootstrapEstimate => ({
    kind: 'degenerate',
    reason,
    point,
    replicates,
    undefinedReplicates,
  });

  if (!Number.isFinite(point)) return degenerate('undefined-point');
  if (undefinedReplicates > alpha * replicates) return degenerate('undefined-replicates');
  if (spreadOf(sorted) <= ROUNDING * Math.abs(sorted[0] ?? 0)) return degenerate('constant-replicates');

  const bias = method === 'bca' ? biasCorrection(sorted, point) : 0;
  if (!Number.isFinite(bias)) return degenerate('one-sided-replicates');
  const acceleration = method === 'bca' ? material.acceleration : 0;
  const lowerShare = adjustedShare(alpha, bias, acceleration);
  const upperShare = adjustedShare(alpha, -bias, -acceleration);
  if (lowerShare === undefined || upperShare === undefined) return degenerate('acceleration');
  const lower = sorted[rank(lowerShare, sorted.length) - 1];
  const upper = sorted[sorted.length - rank(upperShare, sorted.length)];
  if (lower === undefined || upper === undefined) return degenerate('too-few-replicates');
  return {
    kind: 'interval',
    point,
    interval: method === 'basic' ? { lower: 2 * point - upper, upper: 2 * point - lower } : { lower, upper },
    standardError: deviation(sorted),
    replicates,
    undefinedReplicates,
    bias,
    acceleration,
  };
}

/**
 * BCa's acceleration from jackknife values, each standing for several rows.
 *
 * @param values  the statistic without one row of the group; NaN where it has no value (such groups are left out)
 * @param weights how many rows each value stands for
 * @returns a; 0 when no value differs from another (deleting one row of a heavily tied column moves no quantile)
 * Source: Efron (1987), eq. (6.6).
 */
export function jackknifeAcceleration(values: Float64Array, weights: ArrayLike<number>): number {
  let rows = 0;
  let sum = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    rows += weights[i] ?? 0;
    sum += value * (weights[i] ?? 0);
  }
  const mean = sum / rows;
  let squares = 0;
  let cubes = 0;
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const influence = mean - value;
    squares += influence ** 2 * (weights[i] ?? 0);
    cubes += influence ** 3 * (weights[i] ?? 0);
  }
  // Values that differ by rounding only are equal: their cubes would make an acceleration out of noise.
  if (!(squares > rows * (1e-15 * Math.abs(mean)) ** 2)) return 0;
  return cubes / (6 * squares ** 1.5);
}

/** Replicates that differ by less, relative to their scale, differ by the order of a sum only. */
const ROUNDING = 1e-12;

function spreadOf(sorted: Float64Array): number {
  return (sorted[sorted.length - 1] ?? 0) - (sorted[0] ?? 0);
}

/** z0: the normal quantile of the share of replicates below the point, ties by half. */
function biasCorrection(sorted: Float64Array, point: number): number {
  const tie = ROUNDING * spreadOf(sorted);
  const below = countBelow(sorted, point - tie);
  const upTo = countBelow(sorted, point + tie);
  return normalQuantile((below + upTo) / 2 / sorted.length);
}

/** Phi(z0 + (z0 + z)/(1 − a (z0 + z))); none where the denominator is not positive. */
function adjustedShare(alpha: number, bias: number, acceleration: number): number | undefined {
  if (bias === 0 && acceleration === 0) return alpha;
  const shifted = bias + normalQuantile(alpha);
  const denominator = 1 - acceleration * shifted;
  return denominator > 0 ? normalCdf(bias + shifted / denominator) : undefined;
}

/** floor(share (B + 1)), forgiving the last bits: .05 × 10,000 is 500 also when .05 was computed as (1 − .9)/2. */
function rank(share: number, replicates: number): number {
  return Math.floor(share * (replicates + 1) + 1e-9);
}

function countBelow(sorted: Float64Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? Infinity) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function deviation(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
