import { requireCount } from './argument.ts';

/** A rate of one group: rows that have it (predicted positive, or right) among the rows that could. */
export interface GroupShare {
  readonly hits: number;
  readonly rows: number;
}

/**
 * Rates whose gaps are judged at once, each over the same groups in the same order. One for the selection rate; for
 * equalized odds two, the true positive rate among the rows of label 1 and the false positive rate among those of label
 * 0.
 */
export type Strata<Group> = readonly (readonly Group[])[];

/** Why a gap cannot be judged: a group has no row that could have the rate. */
export interface EmptyGroup {
  readonly kind: 'degenerate';
  readonly reason: 'empty-group';
}

/** Largest rate − smallest rate, of the worst stratum. */
export function largestGap(strata: Strata<GroupShare>): number {
  let largest = 0;
  for (const groups of strata) {
    let least = Infinity;
    let most = -Infinity;
    for (const { hits, rows } of groups) {
      const rate = hits / rows;
      if (rate < least) least = rate;
      if (rate > most) most = rate;
    }
    if (most - least > largest) largest = most - least;
  }
  return largest;
}

/** A rate, and it with its variance after one row is added to either side: groups without a hit vary, too. */
export function smoothed({ hits, rows }: GroupShare) {
  const smooth = (hits + 1) / (rows + 2);
  return { rate: hits / rows, smooth, variance: (smooth * (1 - smooth)) / (rows + 2) };
}

/** @throws RangeError when there are fewer than two groups in a stratum or counts do not fit */
export function requireStrata(strata: Strata<GroupShare>): void {
  requireCount('number of strata', strata.length, 1);
  for (const groups of strata) {
    requireCount('number of groups', groups.length, 2);
    for (const [i, { hits, rows }] of groups.entries()) {
      requireCount(`rows of group ${i}`, rows);
      requireCount(`hits of group ${i}`, hits);
      if (hits > rows) throw new RangeError(`group ${i} has ${hits} hits in ${rows} rows`);
    }
  }
}

export function hasEmptyGroup(strata: Strata<GroupShare>): boolean {
  return strata.some((groups) => groups.some(({ rows }) => rows === 0));
}
