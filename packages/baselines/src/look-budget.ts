import type { Reuse } from '@modelgate/core';
import { effectiveTolerance } from '@modelgate/statistics';

/** `looks` of a gate. */
export interface LookBudget {
  /** Candidates that one golden set may judge, > 0. */
  readonly 'at-most': number;
  readonly 'on-exhausted': 'warn' | 'fail';
  /** `full`: what a look shows shapes the next candidate. `none`: candidates do not depend on earlier looks. */
  readonly adaptivity: 'full' | 'none';
}

export type LookCount =
  | {
      readonly kind: 'counted';
      /** This one included, > 0. */
      readonly looks: number;
      /** Those with a mark already. */
      readonly marked: number;
      /** This candidate was judged on this golden set before: no new look. */
      readonly known: boolean;
      /** ISO date and time of the first. */
      readonly since: string;
      /** There may be more than could be listed. */
      readonly atLeast: boolean;
      readonly fromForks: number;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly expected: boolean };

/** A golden set is announced as nearly used up from this share of its budget on. */
const NEARLY = 0.8;

/**
 * What so many looks mean: how far a measured share may be off by now, and what to do about it.
 *
 * The tolerance is Hoeffding's bound for one share of the rows that holds at every look with the policy's confidence.
 * It is much wider than an interval, which holds for a single look: what lies between is what adapting to the set can
 * buy.
 *
 * @param of.rows       integer > 0
 * @param of.confidence in (0, 1); all looks together mislead with probability 1 − confidence at most
 * @throws RangeError when an argument is out of range
 * Source: Renggli et al. (2019), MLSys, section 3, by `effectiveTolerance`.
 */
export function reuseOf(of: {
  readonly count: LookCount;
  readonly budget: LookBudget;
  readonly rows: number;
  readonly confidence: number;
}): { readonly reuse: Reuse; readonly notice: string | undefined; readonly status: 'pass' | 'warn' | 'fail' } {
  const { count, budget, rows, confidence } = of;
  const atMost = budget['at-most'];
  if (count.kind === 'unknown') {
    const note = `Looks at these examples are not counted here. ${count.why}`;
    return { reuse: { atMost, exhausted: false, note }, notice: count.expected ? undefined : note, status: 'pass' };
  }
  const { looks, since, atLeast } = count;
  const tolerance = effectiveTolerance({ rows, delta: 1 - confidence, looks, adaptivity: budget.adaptivity });
  // the look that uses up the budget is still within it
  const exhausted = looks > atMost;
  const advice = adviceAt(looks, budget);
  const note = [
    `${atLeast ? 'At least ' : ''}${candidates(looks)} ${looks === 1 ? 'was' : 'were'} judged on these ${rows.toLocaleString('en-US')} rows since ${since.slice(0, 10)}; the policy allows ${atMost}.`,
    `After so many looks a share of these rows may be off by ${points(tolerance)}.`,
    ...(advice === undefined ? [] : [advice]),
    ...(count.fromForks === 0
      ? []
      : [`${candidates(count.fromForks)} of forks ${count.fromForks === 1 ? 'is' : 'are'} not counted.`]),
  ].join(' ');
  return {
    reuse: { looks, ...(atLeast ? { atLeast } : {}), atMost, since, tolerance, exhausted, note },
    notice: advice === undefined ? undefined : note,
    status: exhausted ? budget['on-exhausted'] : 'pass',
  };
}

const rotation = 'draw new examples that nobody has seen, and demote these to development';

function adviceAt(looks: number, { 'at-most': atMost, 'on-exhausted': then }: LookBudget): string | undefined {
  const left = atMost - looks;
  if (left < 0) return `They are used up: ${rotation}.`;
  if (looks < NEARLY * atMost) return undefined;
  const what = then === 'fail' ? 'the gate fails' : 'the gate warns';
  return left === 0
    ? `None is left, and with the next one ${what}: ${rotation}.`
    : `${left} ${left === 1 ? 'is' : 'are'} left before ${what}: ${rotation}.`;
}

function candidates(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'candidate' : 'candidates'}`;
}

function points(share: number): string {
  return share >= 1 ? 'anything' : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} points`;
}
