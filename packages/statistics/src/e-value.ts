import { requireCount, requireFinite, requireInnerProbability, requirePositive } from './argument.ts';
import { logBeta, logSumExp } from './special.ts';

/**
 * E-values: evidence against a hypothesis whose mean under it is at most 1, so that it exceeds 1/alpha with probability
 * at most alpha, whenever one looks. All are given as natural logarithms, since evidence grows without bound.
 */

/**
 * Beta-binomial e-value of "each trial succeeds with probability `rate`".
 *
 * @param input.successes integer in [0, trials]
 * @param input.trials    integer ≥ 0
 * @param input.rate      hypothesised probability in (0, 1)
 * @param input.a         prior successes, > 0; default 1
 * @param input.b         prior failures, > 0; default 1
 * @returns ln E; 0 before the first trial
 * @throws RangeError when an argument is out of range
 * Source: Robbins (1970), Annals of Mathematical Statistics 41, 1397–1409.
 */
export function betaBinomialLogE(input: {
  readonly successes: number;
  readonly trials: number;
  readonly rate: number;
  readonly a?: number;
  readonly b?: number;
}): number {
  const { successes, trials, rate, a = 1, b = 1 } = input;
  requireCount('trials', trials);
  requireCount('successes', successes);
  if (successes > trials) throw new RangeError(`successes must not exceed trials ${trials}, got ${successes}`);
  requireInnerProbability('rate', rate);
  requirePositive('a', a);
  requirePositive('b', b);
  const failures = trials - successes;
  return (
    logBeta(a + successes, b + failures) - logBeta(a, b) - successes * Math.log(rate) - failures * Math.log1p(-rate)
  );
}

/**
 * Mixture sequential probability ratio of "both arms have the same mean", for normal observations of known variance.
 *
 * @param input.count      observations of each arm, integer > 0
 * @param input.difference of the arms' means so far
 * @param input.variance   sigma² of one observation, > 0; an estimate makes it hold in the limit only
 * @param input.mixing     tau²: variance of the differences that are looked for, > 0
 * @returns ln Lambda
 * @throws RangeError when an argument is out of range
 * Source: Johari, Koomen, Pekelis and Walsh (2022), Operations Research 70, 1806–1821, eq. (7).
 */
export function msprtLogE(input: {
  readonly count: number;
  readonly difference: number;
  readonly variance: number;
  readonly mixing: number;
}): number {
  const { count, difference, variance, mixing } = input;
  requireCount('count', count, 1);
  requireFinite('difference', difference);
  requirePositive('variance', variance);
  requirePositive('mixing', mixing);
  const v = 2 * variance;
  const total = v + count * mixing;
  return 0.5 * Math.log(v / total) + (count ** 2 * mixing * difference ** 2) / (2 * v * total);
}

/**
 * p-value that may be looked at after every observation: 1 over the largest e-value so far.
 *
 * @param before p before this look, 1 at the start
 * @param logE   e-value now, as a natural logarithm
 * @throws RangeError when `before` is not in [0, 1] or `logE` is NaN
 * Source: Johari et al. (2022), section 3.2.
 */
export function alwaysValidP(before: number, logE: number): number {
  if (!(before >= 0 && before <= 1)) throw new RangeError(`before must lie in [0, 1], got ${before}`);
  if (Number.isNaN(logE)) throw new RangeError('logE must be a number, got NaN');
  return Math.min(before, Math.exp(-logE));
}

/**
 * E-value of "no metric is worse": the mean of the metrics' e-values, valid whatever their dependence. Never their product.
 *
 * @param logs at least one e-value, as natural logarithms
 * @throws RangeError when there is none or one is NaN
 * Source: Vovk and Wang (2021), Annals of Statistics 49, 1736–1754.
 */
export function meanLogE(logs: readonly number[]): number {
  requireCount('number of e-values', logs.length, 1);
  if (logs.some(Number.isNaN)) throw new RangeError('an e-value is NaN');
  return logSumExp(logs) - Math.log(logs.length);
}
