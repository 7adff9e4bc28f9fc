import { requireCount, requireFiniteColumn, requireNonNegative, requirePositive } from './argument.ts';
import { ascendingOrder } from './ascending-order.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/** A sample of numbers, with weights where its rows do not count alike. */
export interface WeightedSample {
  /** At least one finite number. */
  readonly values: ArrayLike<number>;
  /** Not negative, with a sum above 0; default all 1. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Wasserstein's distance of order 1, the area between two distribution functions, in the unit of the values.
 *
 * @throws RangeError when a sample is empty, a value not finite, or weights do not fit
 * Source: Vallender (1974), Theory of Probability and its Applications 18, 784–786.
 */
export function wassersteinDistance(one: WeightedSample, other: WeightedSample): number {
  let area = 0;
  let before = Number.NaN;
  let height = 0;
  for (const [value, difference] of stepsOf(one, other)) {
    if (!Number.isNaN(before)) area += Math.abs(height) * (value - before);
    before = value;
    height = difference;
  }
  return area;
}

/** A distance in units of the reference's spread, or why there is none. */
export type ScaledDistance =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'degenerate'; readonly reason: 'constant-reference' };

/**
 * Wasserstein's distance over the reference's standard deviation (divisor n), so that columns of any unit compare.
 *
 * @returns 0 when both samples are the same constant; no value when only the reference is constant
 * @throws RangeError as `wassersteinDistance`
 */
export function scaledWassersteinDistance(reference: ArrayLike<number>, current: ArrayLike<number>): ScaledDistance {
  const distance = wassersteinDistance({ values: reference }, { values: current });
  if (distance === 0) return { kind: 'value', value: 0 };
  let sum = 0;
  for (let row = 0; row < reference.length; row++) sum += reference[row] ?? 0;
  const mean = sum / reference.length;
  let squares = 0;
  let constant = true;
  for (let row = 0; row < reference.length; row++) {
    squares += ((reference[row] ?? 0) - mean) ** 2;
    if (reference[row] !== reference[0]) constant = false;
  }
  if (constant) return { kind: 'degenerate', reason: 'constant-reference' };
  return { kind: 'value', value: distance / Math.sqrt(squares / reference.length) };
}

/** Kolmogorov and Smirnov's distance of two samples. */
export interface KolmogorovSmirnov {
  /** Largest distance of the empirical distribution functions, in [0, 1]. */
  readonly distance: number;
  /** Bounds of the true distance, whatever the distributions. */
  readonly interval: Interval;
  /** Asymptotic two-sided p of "no difference": a measure of the sample size more than of the drift. */
  readonly p: number;
}

/**
 * Distance of two samples with bounds from a band around each of both distribution functions.
 *
 * @param reference at least one finite number
 * @param current   at least one finite number
 * @param level     two-sided, in (0, 1); each bound errs with at most (1 − level)/2
 * @throws RangeError when a sample is empty or not finite, or `level` is out of range
 * Source: Massart (1990), Annals of Probability 18, 1269–1283 (both bands at alpha/2: ln(4/alpha)); p: Smirnov (1948).
 */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  level: number,
): KolmogorovSmirnov {
  const alpha = oneSidedAlpha(level);
  let distance = 0;
  for (const [, difference] of stepsOf({ values: reference }, { values: current })) {
    distance = Math.max(distance, Math.abs(difference));
  }
  const [n, m] = [reference.length, current.length];
  const reach = Math.sqrt(Math.log(4 / alpha) / 2) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m));
  return {
    distance,
    interval: { lower: Math.max(0, distance - reach), upper: Math.min(1, distance + reach) },
    p: kolmogorovSf(distance * Math.sqrt((n * m) / (n + m))),
  };
}

/** P(K > x) of Kolmogorov's limit distribution. Source: Marsaglia, Tsang and Wang (2003), eq. (1), both its series. */
function kolmogorovSf(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k <= 5; k++) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / x) * sum);
  }
  let sum = 0;
  for (let k = 1; k <= 8; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}

/** Each distinct value of the pooled samples, ascending, with F_one − F_other there. */
function* stepsOf(one: WeightedSample, other: WeightedSample): Generator<readonly [number, number]> {
  const first = requireSample('first sample', one);
  const second = requireSample('second sample', other);
  const pooled = new Float64Array(first.values.length + second.values.length);
  pooled.set(first.values);
  pooled.set(second.values, first.values.length);
  const order = ascendingOrder(pooled);
  const size = first.values.length;
  let ofFirst = 0;
  let ofSecond = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = pooled[order[from] ?? 0] ?? 0;
    for (; to < order.length && pooled[order[to] ?? 0] === value; to++) {
      const row = order[to] ?? 0;
      if (row < size) ofFirst += first.weights?.[row] ?? 1;
      else ofSecond += second.weights?.[row - size] ?? 1;
    }
    yield [value, to === order.length ? 0 : ofFirst / first.total - ofSecond / second.total];
  }
}

function requireSample(
  name: string,
  { values, weights }: WeightedSample,
): { readonly values: Float64Array; readonly weights: ArrayLike<number> | undefined; readonly total: number } {
  requireCount(`size of the ${name}`, values.length, 1);
  requireFiniteColumn(name, values);
  if (weights === undefined) return { values: Float64Array.from(values), weights, total: values.length };
  if (weights.length !== values.length) {
    throw new RangeError(`the ${name} needs ${values.length} weights, one a value, got ${weights.length}`);
  }
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    requireNonNegative(`weight ${row} of the ${name}`, weights[row] ?? Number.NaN);
    total += weights[row] ?? 0;
  }
  requirePositive(`sum of the weights of the ${name}`, total);
  return { values: Float64Array.from(values), weights, total };
}
