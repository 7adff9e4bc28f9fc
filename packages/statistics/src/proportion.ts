import { requireCount } from './argument.ts';
import { betaQuantile, normalQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/**
 * Wilson's score interval for one proportion.
 *
 * @param successes integer in [0, trials]
 * @param trials    integer > 0
 * @param level     two-sided confidence level in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Wilson (1927), JASA 22, 209–212; Newcombe (1998), Statistics in Medicine 17, 857–872, method 3.
 */
export function wilsonInterval(successes: number, trials: number, level: number): Interval {
  requireTrials(successes, trials);
  return wilsonBounds(successes, trials, -normalQuantile(oneSidedAlpha(level)));
}

/** `wilsonInterval` of counts that may be fractions, such as effective ones, at the normal quantile z > 0 of its level. */
export function wilsonBounds(successes: number, trials: number, z: number): Interval {
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return {
    lower: successes === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    upper: successes === trials ? 1 : Math.min(1, (centre + reach) / scale),
  };
}

/**
 * Jeffreys' equal-tailed interval for one proportion, 0 and 1 at the ends. Arguments and errors as `wilsonInterval`.
 * Source: Brown, Cai and DasGupta (2001), Statistical Science 16, 101–133.
 */
export function jeffreysInterval(successes: number, trials: number, level: number): Interval {
  requireTrials(successes, trials);
  const alpha = oneSidedAlpha(level);
  const a = successes + 0.5;
  const b = trials - successes + 0.5;
  return {
    lower: successes === 0 ? 0 : betaQuantile(alpha, a, b),
    upper: successes === trials ? 1 : betaQuantile(1 - alpha, a, b),
  };
}

/**
 * Clopper and Pearson's interval for one proportion: covers at least `level` whatever the proportion, and is wider for
 * it. Arguments and errors as `wilsonInterval`.
 * Source: Clopper and Pearson (1934), Biometrika 26, 404–413.
 */
export function clopperPearsonInterval(successes: number, trials: number, level: number): Interval {
  requireTrials(successes, trials);
  const alpha = oneSidedAlpha(level);
  return {
    lower: successes === 0 ? 0 : betaQuantile(alpha, successes, trials - successes + 1),
    upper: successes === trials ? 1 : betaQuantile(1 - alpha, successes + 1, trials - successes),
  };
}

function requireTrials(successes: number, trials: number): void {
  requireCount('trials', trials, 1);
  requireCount('successes', successes);
  if (successes > trials) throw new RangeError(`successes must not exceed trials, got ${successes} of ${trials}`);
}
