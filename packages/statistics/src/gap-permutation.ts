import { requireCount } from './argument.ts';
import {
  type EmptyGroup,
  type GroupShare,
  hasEmptyGroup,
  largestGap,
  requireStrata,
  type Strata,
} from './group-share.ts';
import { Random } from './random.ts';
import { logBeta } from './special.ts';

export type GapPermutation =
  | {
      readonly kind: 'value';
      /** Largest rate − smallest rate. */
      readonly gap: number;
      /** Of "the rate does not depend on the group". */
      readonly p: number;
      /** Mean gap when it does not: what chance alone shows with groups of these sizes. */
      readonly byChance: number;
    }
  | EmptyGroup;

/**
 * Permutation test of the gap of a rate over groups: which rows belong to which group is shuffled, within each stratum,
 * that is within the label where the rate is a true or false positive rate.
 *
 * A stratum's shuffle is one draw of the multivariate hypergeometric distribution, so the cost does not grow with the
 * rows. Rows must be exchangeable: rows of one user in one group are not.
 *
 * @param input.strata     see `Strata`; at least two groups
 * @param input.replicates B > 0
 * @param input.seed       at least 16 hexadecimal digits
 * @returns p = (1 + replicates with a gap as large)/(B + 1)
 * @throws RangeError when an argument is out of range
 * Source: Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9:39; DiCiccio et al.
 * (2020), KDD, 1467–1477.
 */
export function gapPermutation(input: {
  readonly strata: Strata<GroupShare>;
  readonly replicates: number;
  readonly seed: string;
}): GapPermutation {
  const { strata, replicates } = input;
  requireStrata(strata);
  requireCount('replicates', replicates, 1);
  if (hasEmptyGroup(strata)) return { kind: 'degenerate', reason: 'empty-group' };
  const random = new Random(input.seed);
  const gap = largestGap(strata);
  const shuffled = strata.map((groups) => groups.map(({ rows }) => ({ hits: 0, rows })));
  const totals = strata.map((groups) => groups.reduce((sum, { hits }) => sum + hits, 0));
  let asLarge = 1;
  let sum = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (const [i, groups] of shuffled.entries()) shuffle(groups, totals[i] ?? 0, random);
    const found = largestGap(shuffled);
    if (found >= gap - 1e-12) asLarge++;
    sum += found;
  }
  return { kind: 'value', gap, p: asLarge / (replicates + 1), byChance: sum / replicates };
}

/** Deals `hits` of all rows to the groups, each by its size. */
function shuffle(groups: { hits: number; readonly rows: number }[], hits: number, random: Random): void {
  let rowsLeft = groups.reduce((sum, { rows }) => sum + rows, 0);
  let hitsLeft = hits;
  for (const group of groups) {
    group.hits = drawHypergeometric(random, rowsLeft, hitsLeft, group.rows);
    rowsLeft -= group.rows;
    hitsLeft -= group.hits;
  }
}

/**
 * How many of `drawn` rows, taken without replacement from `rows` of which `hits` have something, have it. By inversion
 * from the mode outwards: about as many steps as the standard deviation is large.
 * Source: Kachitvichyanukul and Schmeiser (1985), Journal of Statistical Computation and Simulation 22, 127–145 (HIN,
 * from the mode).
 */
function drawHypergeometric(random: Random, rows: number, hits: number, drawn: number): number {
  const least = Math.max(0, drawn - (rows - hits));
  const most = Math.min(drawn, hits);
  if (least === most) return least;
  const mode = Math.min(most, Math.max(least, Math.floor(((drawn + 1) * (hits + 1)) / (rows + 2))));
  const atMode = Math.exp(logChoose(hits, mode) + logChoose(rows - hits, drawn - mode) - logChoose(rows, drawn));
  for (;;) {
    let left = random.uniform() - atMode;
    if (left < 0) return mode;
    let [down, below] = [mode, atMode];
    let [up, above] = [mode, atMode];
    while (down > least || up < most) {
      if (up < most) {
        above *= ((hits - up) * (drawn - up)) / ((up + 1) * (rows - hits - drawn + up + 1));
        up++;
        left -= above;
        if (left < 0) return up;
      }
      if (down > least) {
        below *= (down * (rows - hits - drawn + down)) / ((hits - down + 1) * (drawn - down + 1));
        down--;
        left -= below;
        if (left < 0) return down;
      }
    }
    // Rounding left a sliver of the unit interval that belongs to no count: draw again.
  }
}

function logChoose(n: number, k: number): number {
  return -Math.log(n + 1) - logBeta(k + 1, n - k + 1);
}
