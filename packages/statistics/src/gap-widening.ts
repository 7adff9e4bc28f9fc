import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import {
  type EmptyGroup,
  type GroupShare,
  hasEmptyGroup,
  largestGap,
  requireStrata,
  type Strata,
} from './group-share.ts';
import { guardedInterval } from './guarded-interval.ts';
import type { Interval } from './interval.ts';
import { Random } from './random.ts';

/** The same rows of a group under both models: which of them have what the rate is about. */
export interface PairedGroup {
  readonly both: number;
  readonly onlyChampion: number;
  readonly onlyCandidate: number;
  readonly neither: number;
}

export type GapWidening =
  | {
      readonly kind: 'interval';
      readonly champion: number;
      readonly candidate: number;
      /** Gap of the candidate − gap of the champion. */
      readonly widening: number;
      readonly interval: Interval;
    }
  | EmptyGroup;

/**
 * How much wider the candidate's gap over groups is than the champion's, on the same rows: what both share drops out.
 * Resamples the rows of each group, one multinomial draw over its four cells.
 *
 * @param input.strata see `Strata`; at least two groups, counts integers ≥ 0
 * @throws RangeError when an argument is out of range
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 8; bounds by `guardedInterval`.
 */
export function gapWidening(input: Omit<Resampling, 'method'> & { readonly strata: Strata<PairedGroup> }): GapWidening {
  const { strata, replicates } = input;
  requireCount('replicates', replicates, 1);
  const cells = strata.map((groups) => groups.map(cellsOf));
  const champion = sideOf(cells, 1);
  const candidate = sideOf(cells, 2);
  requireStrata(champion);
  if (hasEmptyGroup(champion)) return { kind: 'degenerate', reason: 'empty-group' };
  const random = new Random(input.seed);
  const drawn = cells.map((groups) => groups.map(() => new Float64Array(4)));
  const values = new Float64Array(replicates).map(() => {
    for (const [i, groups] of cells.entries()) {
      for (const [j, counts] of groups.entries()) {
        const rows = sumOf(counts);
        random.multinomial(counts, rows, rows, drawn[i]?.[j] ?? new Float64Array(4));
      }
    }
    return largestGap(sideOf(drawn, 2)) - largestGap(sideOf(drawn, 1));
  });
  const gaps = { champion: largestGap(champion), candidate: largestGap(candidate) };
  const widening = gaps.candidate - gaps.champion;
  return { kind: 'interval', ...gaps, widening, interval: guardedInterval(widening, values, input.level) };
}

function cellsOf(group: PairedGroup, i: number): Float64Array {
  for (const [name, count] of Object.entries(group)) requireCount(`${name} of group ${i}`, count);
  return Float64Array.of(group.both, group.onlyChampion, group.onlyCandidate, group.neither);
}

/** What one model has: the rows of both and its own cell, 1 the champion's and 2 the candidate's. */
function sideOf(cells: readonly (readonly Float64Array[])[], own: 1 | 2): Strata<GroupShare> {
  return cells.map((groups) =>
    groups.map((counts) => ({ hits: (counts[0] ?? 0) + (counts[own] ?? 0), rows: sumOf(counts) })),
  );
}

function sumOf(counts: Float64Array): number {
  return (counts[0] ?? 0) + (counts[1] ?? 0) + (counts[2] ?? 0) + (counts[3] ?? 0);
}
