import { allPairsAlpha } from './all-pairs-alpha.ts';
import { type EmptyGroup, type GroupShare, hasEmptyGroup, requireStrata, type Strata } from './group-share.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { type LimitedEstimate, moverRatio } from './mover-ratio.ts';
import { clopperPearsonInterval } from './proportion.ts';

export type RatioBounds =
  | {
      readonly kind: 'interval';
      /** Smallest/largest rate, of the worst stratum. */
      readonly ratio: number;
      /** Within [0, 1]. */
      readonly interval: Interval;
    }
  | EmptyGroup
  /** No group of a stratum has a hit: 0/0. */
  | { readonly kind: 'degenerate'; readonly reason: 'no-hits' };

/**
 * Bounds for the true ratio of a rate over groups, smallest/largest.
 *
 * As with the gap (see `gapBounds`) they come from all pairs of groups. Upper: the ratio is below a limit when some pair's
 * is, so all pairs' upper bounds hold together. Lower: the ratio is above a limit when every pair's is, so each pair has a
 * bound of its own and the smallest counts. A pair's bounds are made of Clopper and Pearson's limits of both rates, since
 * few hits matter more here than anywhere: a group without any has ratio 0, lower bound 0 and an upper bound above 0.
 *
 * Of 4,000 simulations each at 2.5 %, with 2, 5 and 10 groups of 50 and 200 rows at rates from .02 to .9, the upper bound was
 * wrong in 0 to 2.3 % and the lower one in 0 to 2.0 %. Power, of 100: rates of .4, .5 and .6 are shown to have a ratio below
 * .8 in 13 % with 200 rows a group, 41 % with 500 and 86 % with 1,000; rates of .48, .5 and .5 to have one above .8 in 1, 61
 * and 93 %.
 *
 * @param input.strata see `Strata`; at least two groups, as many as there are in each stratum
 * @param input.level  two-sided, in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Donner and Zou (2012), Statistical Methods in Medical Research 21, 347–359 (pairs); Hayter (1984), Annals of
 * Statistics 12, 61–75 (all pairs above); Berger (1982), Technometrics 24, 295–300 (all pairs below).
 */
export function ratioBounds(input: { readonly strata: Strata<GroupShare>; readonly level: number }): RatioBounds {
  const { strata, level } = input;
  const alpha = oneSidedAlpha(level);
  requireStrata(strata);
  if (hasEmptyGroup(strata)) return { kind: 'degenerate', reason: 'empty-group' };
  if (strata.some((groups) => groups.every(({ hits }) => hits === 0))) return { kind: 'degenerate', reason: 'no-hits' };
  const together = allPairsAlpha(
    strata.map((groups) => groups.length),
    alpha,
  );
  const limits = (at: number) => strata.map((groups) => groups.map((group) => limited(group, at)));
  return { kind: 'interval', ...ratioOf(limits(alpha), limits(together)) };
}

/**
 * The worst stratum's ratio and its bounds, from limits of each group at the level of one pair and at that of all.
 * Estimates ≥ 0, one of each stratum above.
 */
export function ratioOf(
  single: Strata<LimitedEstimate>,
  together: Strata<LimitedEstimate>,
): { readonly ratio: number; readonly interval: Interval } {
  const ratio = least(
    single.map((groups) => {
      const values = groups.map(({ value }) => value);
      return least(values) / -least(values.map((value) => -value));
    }),
  );
  const lower = leastOfPairs(single, (one, other) => moverRatio(one, other).lower);
  const upper = leastOfPairs(together, (one, other) => moverRatio(one, other).upper);
  return { ratio, interval: { lower: Math.min(lower, ratio), upper: Math.min(1, Math.max(upper, ratio)) } };
}

/** All ordered pairs of groups of a stratum. */
export function* pairs<Group>(strata: Strata<Group>): Generator<readonly [Group, Group]> {
  for (const groups of strata) {
    for (const [i, one] of groups.entries()) for (const [j, other] of groups.entries()) if (i !== j) yield [one, other];
  }
}

/** Of hundreds of groups there are more pairs than a call takes arguments. */
export function leastOfPairs<Group>(strata: Strata<Group>, of: (one: Group, other: Group) => number): number {
  let found = Number.POSITIVE_INFINITY;
  for (const [one, other] of pairs(strata)) found = Math.min(found, of(one, other));
  return found;
}

function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY);
}

function limited({ hits, rows }: GroupShare, alpha: number): LimitedEstimate {
  return { value: hits / rows, ...clopperPearsonInterval(hits, rows, 1 - 2 * alpha) };
}
