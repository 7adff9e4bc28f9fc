import { requireFinite, requireInnerProbability } from './argument.ts';
import { type DesignedMean, type DesignedValues, designedMean } from './designed-mean.ts';
import type { Interval } from './interval.ts';
import { type Moments, type PairedMean, pairedMean } from './paired-mean.ts';
import { tInterval } from './t-interval.ts';

/** Difference of the means of two samples that share no rows, or why there is no interval. */
export type WelchMean =
  | {
      readonly kind: 'interval';
      /** candidate − factor × champion. */
      readonly estimate: number;
      readonly standardError: number;
      /** Welch and Satterthwaite's, rarely an integer. */
      readonly degreesOfFreedom: number;
      readonly interval: Interval;
      /** t and two-sided p of "the difference is 0". */
      readonly t: number;
      readonly p: number;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'single-row' | 'too-few-clusters' | 'zero-variance';
      readonly estimate: number;
    };

/**
 * Two-sided interval and test for the difference of the means of two samples that share no rows.
 *
 * @param candidate moments of one side; count ≥ 1, variance ≥ 0
 * @param champion  moments of the other
 * @param level     two-sided confidence level in (0, 1)
 * @param factor    estimated is candidate − factor × champion; 1.1 asks "at most 10 % more"
 * @returns `degenerate` when a side has one row, or both have no variance
 * @throws RangeError when an argument is out of range
 * Source: Welch (1947), Biometrika 34, 28–35; Satterthwaite (1946), Biometrics Bulletin 2, 110–114. scipy:
 * `ttest_ind(…, equal_var=False)`.
 */
export function welchMean(candidate: Moments, champion: Moments, level: number, factor = 1): WelchMean {
  return welchOf(pairedMean(candidate, level), pairedMean(champion, level), level, factor);
}

export interface UnpairedMeanInput {
  readonly candidate: Omit<DesignedValues, 'level'>;
  readonly champion: Omit<DesignedValues, 'level'>;
  /** Two-sided confidence level in (0, 1). */
  readonly level: number;
  /** Default 1; estimated is candidate − factor × champion. */
  readonly factor?: number;
}

/**
 * As `welchMean`, of rows that may have weights or depend on each other within clusters: each side's standard error is
 * that of `designedMean`, and has units − 1 degrees of freedom.
 *
 * @returns `degenerate` also when either side has clusters, but fewer than ten
 * @throws RangeError as `designedMean`
 */
export function unpairedMean({ candidate, champion, level, factor = 1 }: UnpairedMeanInput): WelchMean {
  return welchOf(designedMean({ ...candidate, level }), designedMean({ ...champion, level }), level, factor);
}

type SideMean = PairedMean | DesignedMean;

function welchOf(candidate: SideMean, champion: SideMean, level: number, factor: number): WelchMean {
  requireFinite('factor', factor);
  requireInnerProbability('level', level);
  const estimate = candidate.estimate - factor * champion.estimate;
  for (const reason of ['too-few-clusters', 'single-row'] as const) {
    for (const side of [candidate, champion]) {
      if (side.kind === 'degenerate' && side.reason === reason) return { kind: 'degenerate', reason, estimate };
    }
  }
  const after = spreadOf(candidate, 1);
  const before = spreadOf(champion, factor);
  const variance = after.variance + before.variance;
  if (!(variance > 0)) return { kind: 'degenerate', reason: 'zero-variance', estimate };
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom = variance ** 2 / (after.squareByFreedom + before.squareByFreedom);
  return { kind: 'interval', ...tInterval(estimate, standardError, degreesOfFreedom, level) };
}

/** Variance of a side's mean times its factor, and the square of it by its degrees of freedom; 0 without variance. */
function spreadOf(side: SideMean, factor: number): { readonly variance: number; readonly squareByFreedom: number } {
  if (side.kind === 'degenerate') return { variance: 0, squareByFreedom: 0 };
  const variance = (factor * side.standardError) ** 2;
  return { variance, squareByFreedom: variance ** 2 / side.degreesOfFreedom };
}
