import { requireInnerProbability } from './argument.ts';
import { normalQuantile, normalSf } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { type PairedCounts, requirePairedCounts } from './paired-counts.ts';
import { bisect } from './root.ts';

/**
 * Tango's score statistic for the hypothesis that candidate − champion equals `difference`.
 *
 * @param counts     paired outcomes
 * @param difference hypothesised difference of the proportions in [−1, 1]
 * @returns z, decreasing in `difference`; ±Infinity where the hypothesis allows no variance and the data contradict it
 * @throws RangeError when counts or difference are out of range
 * Source: Tango (1998), Statistics in Medicine 17, 891–908, eq. (7) to (9).
 */
export function tangoZ(counts: PairedCounts, difference: number): number {
  requirePairedCounts(counts);
  if (!(difference >= -1 && difference <= 1)) {
    throw new RangeError(`difference must lie in [-1, 1], got ${difference}`);
  }
  return scoreZ(counts, difference);
}

/**
 * p-value of non-inferiority: how likely so good a candidate is when the true difference is −margin.
 *
 * @param counts paired outcomes
 * @param margin largest tolerated drop of the proportion, in [0, 1)
 * @returns p in [0, 1]; below alpha exactly when the lower bound of `tangoInterval` at level 1 − 2 alpha is above −margin
 * @throws RangeError when counts or margin are out of range
 * Source: Tango (1998).
 */
export function tangoNonInferiorityP(counts: PairedCounts, margin: number): number {
  requirePairedCounts(counts);
  if (!(margin >= 0 && margin < 1)) throw new RangeError(`margin must lie in [0, 1), got ${margin}`);
  return normalSf(scoreZ(counts, -margin));
}

/**
 * Confidence interval for the difference of two paired proportions (candidate − champion), by inverting the score test.
 *
 * @param counts paired outcomes
 * @param level  two-sided confidence level in (0, 1)
 * @returns bounds in [−1, 1] with lower ≤ (b − c)/n ≤ upper; a limit is −1 or 1 where the test rejects nothing on that
 *   side (c = n or b = n). For b = c = 0: ∓ z²/(n + z²).
 * @throws RangeError when counts or level are out of range
 * Source: Tango (1998).
 */
export function tangoInterval(counts: PairedCounts, level: number): Interval {
  requirePairedCounts(counts);
  requireInnerProbability('level', level);
  return tangoBounds(counts, -normalQuantile(oneSidedAlpha(level)));
}

/** `tangoInterval` of counts that may be fractions, such as effective ones, at the normal quantile z > 0 of its level. */
export function tangoBounds(counts: PairedCounts, z: number): Interval {
  const { wins, losses, examples } = counts;
  if (wins + losses === 0) {
    const bound = (z * z) / (examples + z * z);
    return { lower: -bound, upper: bound };
  }
  const estimate = (wins - losses) / examples;
  return {
    lower: losses === examples ? -1 : bisect((at) => scoreZ(counts, at) - z, -1, estimate),
    upper: wins === examples ? 1 : bisect((at) => scoreZ(counts, at) + z, 1, estimate),
  };
}

function scoreZ({ wins, losses, examples }: PairedCounts, difference: number): number {
  if (wins + losses === 0) {
    if (difference === 0) return 0;
    return -Math.sign(difference) * Math.sqrt((examples * Math.abs(difference)) / (1 - Math.abs(difference)));
  }
  const distance = wins - losses - examples * difference;
  const lossRate = restrictedLossRate(wins, losses, examples, difference);
  const variance = examples * (2 * lossRate + difference * (1 - difference));
  if (Math.abs(distance) < 1e-12) return 0;
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Infinity;
}

/** Maximum likelihood estimate of P(only the champion is right) under the hypothesis; root of 2n q² + B q + C = 0. */
function restrictedLossRate(wins: number, losses: number, examples: number, difference: number): number {
  const a = 2 * examples;
  const b = -wins - losses + (2 * examples - wins + losses) * difference;
  const c = -losses * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  if (b <= 0) return (root - b) / (2 * a);
  return (-2 * c) / (b + root); // the same root where −b + root would cancel
}
