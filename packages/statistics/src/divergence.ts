import { requireCount, requireInnerProbability, requirePositive } from './argument.ts';
import { chiSquareUpperQuantile } from './distribution.ts';

/**
 * Distances of two histograms over the same bins. Counts or shares, not negative, each with a sum above 0; they are
 * normalised here.
 */

/**
 * Jensen and Shannon's divergence in bits, in [0, 1]: what TFDV calls jensen_shannon_divergence.
 *
 * @throws RangeError when the histograms differ in length, hold a negative number or sum to 0
 * Source: Lin (1991), IEEE Transactions on Information Theory 37, 145–151.
 */
export function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = shares(p, q);
  let bits = 0;
  for (let i = 0; i < a.length; i++) {
    const middle = ((a[i] ?? 0) + (b[i] ?? 0)) / 2;
    bits += (relativeEntropy(a[i] ?? 0, middle) + relativeEntropy(b[i] ?? 0, middle)) / 2;
  }
  return Math.min(1, Math.max(0, bits / Math.LN2));
}

/**
 * Jensen and Shannon's distance, the root of the divergence.
 *
 * @param base of the logarithm: 2 (at most 1, as NannyML) or "e" (at most .8326, as scipy and Evidently)
 * @throws RangeError as `jensenShannonDivergence`
 * Source: Endres and Schindelin (2003), IEEE Transactions on Information Theory 49, 1858–1860.
 */
export function jensenShannonDistance(p: ArrayLike<number>, q: ArrayLike<number>, base: 2 | 'e'): number {
  return Math.sqrt(jensenShannonDivergence(p, q) * (base === 2 ? 1 : Math.LN2));
}

/**
 * Largest difference of a share: TFDV's L-infinity distance for categories.
 * @throws RangeError as `jensenShannonDivergence`
 */
export function largestShareDifference(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = shares(p, q);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}

/**
 * Population stability index Σ (a − e) ln(a/e), the symmetric Kullback–Leibler divergence in nats.
 *
 * @param expected the reference's histogram
 * @param actual   the current one
 * @param floor    smallest share, in (0, 1), to which empty bins are raised (both sides, without normalising again);
 *   undefined: an empty bin is an error, since its contribution would be the floor's and not the data's
 * @throws RangeError as `jensenShannonDivergence`, or when a bin is empty and no floor is given
 * Source: Siddiqi (2006), Credit Risk Scorecards, chapter 9; Yurdakul (2018) for its distribution.
 */
export function populationStabilityIndex(
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  floor?: number,
): number {
  if (floor !== undefined) requireInnerProbability('floor', floor);
  const [e, a] = shares(expected, actual);
  let index = 0;
  for (let i = 0; i < e.length; i++) {
    const [before, now] = [e[i] ?? 0, a[i] ?? 0];
    if (floor === undefined && (before === 0 || now === 0)) {
      throw new RangeError(`bin ${i} is empty; give a floor for its share, such as 0.0001, or merge it`);
    }
    const [low, high] = [Math.max(before, floor ?? 0), Math.max(now, floor ?? 0)];
    index += (high - low) * Math.log(high / low);
  }
  return index;
}

/**
 * Index that chance alone exceeds with probability alpha when nothing drifted: a threshold below it alarms at noise.
 *
 * @param bins          integer ≥ 2
 * @param referenceRows integer > 0
 * @param currentRows   integer > 0
 * @param alpha         in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Yurdakul (2018), Statistical Properties of Population Stability Index: chi-square with bins − 1 degrees of
 * freedom times (1/n + 1/m).
 */
export function stabilityIndexNoise(bins: number, referenceRows: number, currentRows: number, alpha: number): number {
  requireCount('bins', bins, 2);
  requireCount('referenceRows', referenceRows, 1);
  requireCount('currentRows', currentRows, 1);
  return chiSquareUpperQuantile(alpha, bins - 1) * (1 / referenceRows + 1 / currentRows);
}

function relativeEntropy(share: number, reference: number): number {
  return share === 0 ? 0 : share * Math.log(share / reference);
}

function shares(p: ArrayLike<number>, q: ArrayLike<number>): readonly [Float64Array, Float64Array] {
  if (p.length !== q.length)
    throw new RangeError(`histograms must be of equal length, got ${p.length} and ${q.length}`);
  return [normalised('first histogram', p), normalised('second histogram', q)];
}

function normalised(name: string, histogram: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(histogram);
  let sum = 0;
  for (const [i, value] of values.entries()) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${name}[${i}] must be a finite number of at least 0, got ${value}`);
    }
    sum += value;
  }
  requirePositive(`sum of the ${name}`, sum);
  return values.map((value) => value / sum);
}
