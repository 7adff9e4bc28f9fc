import betainc from '@stdlib/math-base-special-betainc';
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import gammainc from '@stdlib/math-base-special-gammainc';
import { requireCount, requireInnerProbability, requirePositive, requireProbability } from './argument.ts';
import { bisect } from './root.ts';

// The special functions are those of @stdlib (ports of FreeBSD msun and Boost). Its own quantiles of beta and t are
// not used: they pull in a logger that calls require('tty'), which no ESM bundle survives.

/**
 * P(Z ≤ z) for a standard normal Z.
 * @param z any number, infinite too
 * @throws RangeError when `z` is NaN
 */
export function normalCdf(z: number): number {
  requireNumber('z', z);
  return 0.5 * erfc(-z / Math.SQRT2);
}

/**
 * P(Z > z) for a standard normal Z, accurate far into the tail (relative 1e-13 at z = 35).
 * @param z any number, infinite too
 * @throws RangeError when `z` is NaN
 */
export function normalSf(z: number): number {
  requireNumber('z', z);
  return 0.5 * erfc(z / Math.SQRT2);
}

/**
 * The z with P(Z ≤ z) = p.
 * @param p in [0, 1]; 0 gives −Infinity, 1 gives Infinity
 * @throws RangeError when `p` is not in [0, 1]
 */
export function normalQuantile(p: number): number {
  requireProbability('p', p);
  return -Math.SQRT2 * erfcinv(2 * p);
}

/**
 * P(T ≤ t) for Student's t.
 * @param t                any number, infinite too
 * @param degreesOfFreedom above 0, need not be an integer
 * @throws RangeError when `t` is NaN or `degreesOfFreedom` is not positive
 */
export function tCdf(t: number, degreesOfFreedom: number): number {
  return tSf(-t, degreesOfFreedom);
}

/**
 * P(T > t) for Student's t, without the cancellation of 1 − cdf.
 * @param t                any number, infinite too
 * @param degreesOfFreedom above 0, need not be an integer
 * @throws RangeError when `t` is NaN or `degreesOfFreedom` is not positive
 * Source: Abramowitz and Stegun 26.7.1; the complement keeps digits when t² is small against the degrees of freedom.
 */
export function tSf(t: number, degreesOfFreedom: number): number {
  requireNumber('t', t);
  requirePositive('degreesOfFreedom', degreesOfFreedom);
  if (Math.abs(t) === Infinity) return t > 0 ? 0 : 1;
  const square = t * t;
  const tail = 0.5 * betainc(square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2, true, true);
  return t > 0 ? tail : 1 - tail;
}

/**
 * The t with P(T ≤ t) = p.
 * @param p                in (0, 1)
 * @param degreesOfFreedom above 0
 * @throws RangeError when an argument is out of its range
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  requireInnerProbability('p', p);
  requirePositive('degreesOfFreedom', degreesOfFreedom);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let far = 2;
  while (tSf(far, degreesOfFreedom) > tail) far *= 2;
  const quantile = bisect((t) => tSf(t, degreesOfFreedom) - tail, 0, far);
  return p < 0.5 ? -quantile : quantile;
}

/**
 * P(X > x) for a chi-square X.
 * @param x                at least 0, may be infinite
 * @param degreesOfFreedom above 0, need not be an integer
 * @throws RangeError when an argument is out of its range
 */
export function chiSquareSf(x: number, degreesOfFreedom: number): number {
  requirePositive('degreesOfFreedom', degreesOfFreedom);
  if (!(x >= 0)) throw new RangeError(`x must be at least 0, got ${x}`);
  return x === Infinity ? 0 : gammainc(x / 2, degreesOfFreedom / 2, true, true);
}

/**
 * The x with P(X > x) = p for a chi-square X: p = .05 and one degree of freedom give 3.84.
 * @param p                in (0, 1)
 * @param degreesOfFreedom above 0
 * @throws RangeError when an argument is out of its range
 */
export function chiSquareUpperQuantile(p: number, degreesOfFreedom: number): number {
  requireInnerProbability('p', p);
  requirePositive('degreesOfFreedom', degreesOfFreedom);
  let far = 2 * degreesOfFreedom;
  while (chiSquareSf(far, degreesOfFreedom) > p) far *= 2;
  return bisect((x) => chiSquareSf(x, degreesOfFreedom) - p, 0, far);
}

/**
 * P(X ≤ k) for X ~ Bin(trials, probability).
 * @param k           any integer; below 0 gives 0, `trials` and above give 1
 * @param trials      integer ≥ 0
 * @param probability in [0, 1]
 * @throws RangeError when an argument is out of its range
 */
export function binomialCdf(k: number, trials: number, probability: number): number {
  requireBinomial(k, trials, probability);
  if (k < 0) return 0;
  if (k >= trials) return 1;
  return betainc(probability, k + 1, trials - k, true, true);
}

/**
 * P(X > k) for X ~ Bin(trials, probability), without the cancellation of 1 − cdf. Arguments and errors as `binomialCdf`.
 */
export function binomialSf(k: number, trials: number, probability: number): number {
  requireBinomial(k, trials, probability);
  if (k < 0) return 1;
  if (k >= trials) return 0;
  return betainc(probability, k + 1, trials - k);
}

/**
 * The x with P(X ≤ x) = p for X ~ Beta(a, b).
 * @param p in (0, 1)
 * @param a above 0
 * @param b above 0
 * @throws RangeError when an argument is out of its range
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireInnerProbability('p', p);
  requirePositive('a', a);
  requirePositive('b', b);
  return bisect((x) => betainc(x, a, b) - p, 0, 1);
}

function requireBinomial(k: number, trials: number, probability: number): void {
  requireCount('trials', trials);
  requireProbability('probability', probability);
  if (!Number.isInteger(k)) throw new RangeError(`k must be an integer, got ${k}`);
}

function requireNumber(name: string, value: number): void {
  if (Number.isNaN(value)) throw new RangeError(`${name} must be a number, got NaN`);
}
