import {
  requireCount,
  requireFinite,
  requireInnerProbability,
  requireNonNegative,
  requirePositive,
} from './argument.ts';
import type { Interval } from './interval.ts';
import { bisect } from './root.ts';
import { logBeta, zeta } from './special.ts';

/**
 * Intervals that hold at all times at once: whoever looks after every row, and stops when it suits, errs with probability
 * at most alpha. The price is width.
 *
 * Sub-Gaussian boundaries bound a sum S of centred terms by its intrinsic time V (for n rows in an interval of width r:
 * V = n r²/4, always valid). With a variance that was estimated from the rows they hold in the limit only and must not be
 * called always valid.
 */

/**
 * rho of the normal mixture that is tightest at an intrinsic time.
 *
 * @param tuneAt intrinsic time V > 0 at which the boundary shall be tightest
 * @param alpha  two-sided error probability in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, 1055–1080, 3.5, to first order.
 */
export function normalMixtureRho(tuneAt: number, alpha: number): number {
  requirePositive('tuneAt', tuneAt);
  requireInnerProbability('alpha', alpha);
  const twice = -2 * Math.log(alpha);
  return tuneAt / (twice + Math.log1p(twice));
}

/**
 * Logarithm of the two-sided normal mixture supermartingale: an e-value of "the terms are centred".
 *
 * @param sum  S
 * @param time intrinsic time V ≥ 0
 * @param rho  from `normalMixtureRho`, > 0
 * @throws RangeError when an argument is out of range
 * Source: Howard et al. (2021), eq. (14).
 */
export function normalMixtureLogE(sum: number, time: number, rho: number): number {
  requireFinite('sum', sum);
  requireNonNegative('time', time);
  requirePositive('rho', rho);
  return 0.5 * Math.log(rho / (time + rho)) + (sum * sum) / (2 * (time + rho));
}

/**
 * How far |S| may go at intrinsic time V: the two-sided normal mixture boundary.
 *
 * @param time  V ≥ 0
 * @param rho   from `normalMixtureRho`, > 0
 * @param alpha two-sided, in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Howard et al. (2021), eq. (14), solved for S.
 */
export function normalMixtureBound(time: number, rho: number, alpha: number): number {
  requireNonNegative('time', time);
  requirePositive('rho', rho);
  requireInnerProbability('alpha', alpha);
  return Math.sqrt((time + rho) * (Math.log((time + rho) / rho) - 2 * Math.log(alpha)));
}

export interface Stitching {
  /** One-sided error probability in (0, 1). */
  readonly alpha: number;
  /** Intrinsic time > 0 from which on the boundary is tight; before, it is that of this time. */
  readonly from: number;
  /** Scale of the sub-gamma tail, ≥ 0; default 0, sub-Gaussian. */
  readonly scale?: number;
  /** s > 1 and eta > 1 of the paper; default 1.4 and 2. */
  readonly power?: number;
  readonly growth?: number;
}

/**
 * How far S may go at intrinsic time V: the polynomial stitching boundary, whose width shrinks at the rate of the law of
 * the iterated logarithm, for terms with sub-gamma tails.
 *
 * @param time V ≥ 0
 * @throws RangeError when an argument is out of range
 * Source: Howard et al. (2021), Theorem 1, eq. (10).
 */
export function stitchedBound(time: number, { alpha, from, scale = 0, power = 1.4, growth = 2 }: Stitching): number {
  requireNonNegative('time', time);
  requireInnerProbability('alpha', alpha);
  requirePositive('from', from);
  requireNonNegative('scale', scale);
  requirePositive('power - 1', power - 1);
  requirePositive('growth - 1', growth - 1);
  const v = Math.max(time, from);
  const k1 = (growth ** 0.25 + growth ** -0.25) / Math.SQRT2;
  const k2 = (Math.sqrt(growth) + 1) / 2;
  const ell =
    power * Math.log(Math.log((growth * v) / from)) + Math.log(zeta(power) / (alpha * Math.log(growth) ** power));
  const drift = k2 * scale * ell;
  return Math.sqrt(k1 * k1 * v * ell + drift * drift) + drift;
}

/**
 * Confidence sequence for the mean of scores of a known range.
 *
 * @param input.count  rows so far, integer > 0
 * @param input.mean   of the scores so far
 * @param input.range  width of the interval in which every score lies, > 0
 * @param input.tuneAt number of rows at which the interval shall be tightest, > 0; fixed before the first look
 * @param input.alpha  two-sided, in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Howard et al. (2021), eq. (14); Hoeffding's lemma for V.
 */
export function boundedMeanSequence(input: {
  readonly count: number;
  readonly mean: number;
  readonly range: number;
  readonly tuneAt: number;
  readonly alpha: number;
}): Interval {
  const { count, mean, range, tuneAt, alpha } = input;
  requireCount('count', count, 1);
  requireFinite('mean', mean);
  requirePositive('range', range);
  const rowTime = (range / 2) ** 2;
  const reach = normalMixtureBound(count * rowTime, normalMixtureRho(tuneAt * rowTime, alpha), alpha) / count;
  return { lower: mean - reach, upper: mean + reach };
}

/**
 * Confidence sequence for one proportion, by a beta mixture.
 *
 * @param input.successes integer in [0, trials]
 * @param input.trials    integer > 0
 * @param input.tuneAt    number of trials at which the interval shall be tightest, > 0; fixed before the first look
 * @param input.alpha     two-sided, in (0, 1)
 * @returns bounds in [0, 1] around successes/trials
 * @throws RangeError when an argument is out of range
 * Source: Howard et al. (2021), Proposition 7 and its implementation confseq (`bernoulli_confidence_interval`).
 */
export function proportionSequence(input: {
  readonly successes: number;
  readonly trials: number;
  readonly tuneAt: number;
  readonly alpha: number;
}): Interval {
  const { successes, trials, tuneAt, alpha } = input;
  requireCount('trials', trials, 1);
  requireCount('successes', successes);
  if (successes > trials) throw new RangeError(`successes must not exceed trials ${trials}, got ${successes}`);
  const rhoPerTime = normalMixtureRho(tuneAt, alpha);
  const failures = trials - successes;
  const excess = (p: number): number => {
    const variance = p * (1 - p);
    const r = Math.max(rhoPerTime * variance - variance, variance / 1000);
    const a = r / (1 - p);
    const b = r / p;
    const logLikelihood = xLogY(successes, p) + xLogY(failures, 1 - p);
    return logBeta(a + successes, b + failures) - logBeta(a, b) - logLikelihood + Math.log(alpha);
  };
  const share = successes / trials;
  // After one trial the mixture is its own mean, and nothing is excluded.
  const crossing = (from: number, end: number): number => (excess(from) > 0 ? bisect(excess, from, share) : end);
  return {
    lower: successes === 0 ? 0 : crossing(1e-300, 0),
    upper: failures === 0 ? 1 : crossing(1 - Number.EPSILON / 2, 1),
  };
}

/**
 * How far the empirical distribution function of t rows may lie from the true one, at all times at once: a slower
 * latency is shown where baseline − canary exceeds the sum of both arms' bounds, each at alpha/2.
 *
 * @param rows  integer > 0
 * @param alpha in (0, .25]
 * @throws RangeError when an argument is out of range
 * Source: Howard and Ramdas (2022), Bernoulli 28, 1704–1728, Corollary 2; its use: Lindon, Sanden and Shirikian (2022).
 */
export function distributionBound(rows: number, alpha: number): number {
  requireCount('rows', rows, 1);
  if (!(alpha > 0 && alpha <= 0.25)) throw new RangeError(`alpha must lie in (0, 0.25], got ${alpha}`);
  return 0.85 * Math.sqrt((Math.log(Math.log(Math.E * rows)) + 0.8 * Math.log(1612 / alpha)) / rows);
}

function xLogY(x: number, y: number): number {
  return x === 0 ? 0 : x * Math.log(y);
}
