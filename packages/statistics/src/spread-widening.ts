import { requireNonNegative } from './argument.ts';
import { tQuantile } from './distribution.ts';
import type { Strata } from './group-share.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import {
  largestSpread,
  type Measured,
  type NoVariance,
  requireGroups,
  requireMeasured,
  withoutVariance,
} from './measured-group.ts';
import { pairs } from './ratio-bound.ts';

/** A metric of both models on the same rows of one group; groups share no row. */
export interface PairedMeasuredGroup {
  readonly champion: Measured;
  readonly candidate: Measured;
  /** Of candidate − champion on the same rows. */
  readonly differenceStandardError: number;
  /** Independent units behind it, rows or clusters; ≥ 2. */
  readonly units: number;
}

export type SpreadWidening =
  | {
      readonly kind: 'interval';
      /** Largest − smallest value of each model; of the worst stratum. */
      readonly champion: number;
      readonly candidate: number;
      readonly widening: number;
      readonly interval: Interval;
    }
  | NoVariance;

/**
 * How much wider the candidate's spread of a metric over groups is than the champion's, on the same rows. `gapWidening` for
 * metrics of any kind: the widening is at most the change of the candidate's widest pair of groups, so of all pairs that
 * may be the widest (within √(ln n) standard errors) the largest upper bound of the change counts; the lower bound is the
 * same with the models exchanged.
 *
 * @param input.strata at least two groups. A standard error of 0 (models that answer a group alike) is degenerate: what
 *   rows that were not seen could do is the caller's to say
 * @param input.level  two-sided, in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Berger (1982), Technometrics 24, 295–300; Andrews and Soares (2010), Econometrica 78, 119–157 (which pairs
 * count).
 */
export function spreadWidening(input: {
  readonly strata: Strata<PairedMeasuredGroup>;
  readonly level: number;
}): SpreadWidening {
  const { strata } = input;
  const alpha = oneSidedAlpha(input.level);
  requireGroups(strata);
  for (const groups of strata) for (const [i, group] of groups.entries()) requirePaired(group, i);
  const fixed = withoutVariance(strata, (group) => [
    group.champion.standardError,
    group.candidate.standardError,
    group.differenceStandardError,
  ]);
  if (fixed !== undefined) return fixed;
  const spreadOf = (model: 'champion' | 'candidate') =>
    largestSpread(strata.map((groups) => groups.map((group) => group[model].estimate)));
  const spreads = { champion: spreadOf('champion'), candidate: spreadOf('candidate') };
  const widening = spreads.candidate - spreads.champion;
  const exchanged = strata.map((groups) =>
    groups.map((group) => ({ ...group, champion: group.candidate, candidate: group.champion })),
  );
  const interval = {
    lower: Math.min(widening, -mostWidening(exchanged, spreads.champion, alpha)),
    upper: Math.max(widening, mostWidening(strata, spreads.candidate, alpha)),
  };
  return { kind: 'interval', ...spreads, widening, interval };
}

/** The largest upper bound of the change of any pair that may be the candidate's widest. */
function mostWidening(strata: Strata<PairedMeasuredGroup>, spread: number, alpha: number): number {
  let most = -Infinity;
  for (const [one, other] of pairs(strata)) {
    const reach = Math.sqrt(Math.log(one.units + other.units));
    const error = (of: 'champion' | 'candidate') => Math.hypot(one[of].standardError, other[of].standardError);
    if (one.candidate.estimate - other.candidate.estimate < spread - reach * error('candidate')) continue;
    const before = one.champion.estimate - other.champion.estimate;
    // The champion's spread is the size of this difference, whichever of the two groups was ahead: the change is the
    // smaller one of both readings, so that an upper bound of either is one of it, each at half of the error.
    const signs = Math.abs(before) > reach * error('champion') ? [Math.sign(before)] : [1, -1];
    const t = -tQuantile(alpha / signs.length, Math.min(one.units, other.units) - 1);
    const bounds = signs.map((sign) => {
      const [a, b] = [changeOf(one, sign), changeOf(other, sign)];
      return a.value - b.value + t * Math.sqrt(a.variance + b.variance);
    });
    most = Math.max(most, Math.min(...bounds));
  }
  return most;
}

/** Candidate − sign × champion and its variance; that of the sum follows from that of the difference. */
function changeOf({ champion, candidate, differenceStandardError }: PairedMeasuredGroup, sign: number) {
  const squared = differenceStandardError ** 2;
  const ofSum = 2 * (candidate.standardError ** 2 + champion.standardError ** 2) - squared;
  return { value: candidate.estimate - sign * champion.estimate, variance: sign > 0 ? squared : Math.max(0, ofSum) };
}

function requirePaired(group: PairedMeasuredGroup, i: number): void {
  requireMeasured(`the champion in group ${i}`, group.champion);
  requireMeasured(`the candidate in group ${i}`, group.candidate);
  requireNonNegative(`differenceStandardError of group ${i}`, group.differenceStandardError);
}
