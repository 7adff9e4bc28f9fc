import { requireFiniteColumn } from './argument.ts';
import { normalCdf, normalSf } from './distribution.ts';
import { midranks } from './midrank.ts';

export interface SignedRankOptions {
  /** `wilcox` drops zeros before ranking (default); `pratt` ranks with them and drops their ranks. */
  readonly zeros?: 'wilcox' | 'pratt';
  /**
   * `auto` as scipy: exact up to 50 differences without ties and zeros and up to 13 with them, else normal. `exact`
   * conditions on the ranks as they are, ties included, for at most 50 differences that are not zero.
   */
  readonly method?: 'auto' | 'exact' | 'normal';
  /** Continuity correction of the normal approximation; default false, as scipy. */
  readonly continuity?: boolean;
}

/** Wilcoxon's test of differences that are symmetric about 0. Not a test of their mean. */
export interface SignedRank {
  /** W+ and W−: rank sums of the positive and of the negative differences. R's V is W+, scipy reports the smaller one. */
  readonly positive: number;
  readonly negative: number;
  readonly zeros: number;
  readonly method: 'exact' | 'normal';
  /** Two-sided. */
  readonly p: number;
  /** One-sided: of so many positive ranks (the candidate is better), of so few (it is worse). */
  readonly greater: number;
  readonly less: number;
}

/**
 * Wilcoxon's signed-rank test.
 *
 * @param differences finite numbers, candidate − champion; ties are exact equality of absolute values
 * @returns all p-values 1 when every difference is 0 or there is none
 * @throws RangeError when a difference is not finite, or `exact` is asked for more than 50 non-zero differences
 * Source: Wilcoxon (1945), Biometrics Bulletin 1, 80–83; zeros: Pratt (1959), JASA 54, 655–667; their variance: Cureton
 * (1967), JASA 62, 1068–1069.
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>, options: SignedRankOptions = {}): SignedRank {
  const ranked = rankDifferences(differences, options.zeros ?? 'wilcox');
  const { ranks, positive, negative, zeros } = ranked;
  const method = methodFor(ranked, differences.length, options.method ?? 'auto');
  const shared = { positive, negative, zeros, method };
  if (ranks.length === 0) return { ...shared, p: 1, greater: 1, less: 1 };
  const tails = method === 'exact' ? exactTails(ranked) : normalTails(ranked, options.continuity ?? false);
  return { ...shared, ...tails };
}

interface RankedDifferences {
  /** Midranks of the non-zero differences. */
  readonly ranks: Float64Array;
  readonly positive: number;
  readonly negative: number;
  readonly zeros: number;
  readonly tied: boolean;
  readonly mean: number;
  readonly variance: number;
}

function rankDifferences(differences: ArrayLike<number>, zeroRule: 'wilcox' | 'pratt'): RankedDifferences {
  requireFiniteColumn('differences', differences);
  const all = Float64Array.from(differences);
  const nonZero = all.filter((difference) => difference !== 0);
  const zeros = all.length - nonZero.length;
  const { ranks, tieSum } = midranks(nonZero.map(Math.abs));
  // The zeros are the smallest absolute values: ranking with them moves every other rank up by their number.
  const leading = zeroRule === 'pratt' ? zeros : 0;
  let positive = 0;
  let negative = 0;
  for (const [i, difference] of nonZero.entries()) {
    const rank = (ranks[i] ?? 0) + leading;
    ranks[i] = rank;
    if (difference > 0) positive += rank;
    else negative += rank;
  }
  const sumTo = (n: number): number => n * (n + 1);
  const squaresTo = (n: number): number => n * (n + 1) * (2 * n + 1);
  const n = nonZero.length + leading;
  return {
    ranks,
    positive,
    negative,
    zeros,
    tied: tieSum > 0,
    mean: (sumTo(n) - sumTo(leading)) / 4,
    variance: (squaresTo(n) - squaresTo(leading)) / 24 - tieSum / 48,
  };
}

const MOST_EXACT = 50;
const MOST_EXACT_WITH_TIES = 13;

function methodFor(ranked: RankedDifferences, size: number, asked: 'auto' | 'exact' | 'normal'): 'exact' | 'normal' {
  if (asked === 'exact' && ranked.ranks.length > MOST_EXACT) {
    throw new RangeError(
      `the exact test takes at most ${MOST_EXACT} non-zero differences, got ${ranked.ranks.length}; use method "normal"`,
    );
  }
  if (asked !== 'auto') return asked;
  const most = ranked.tied || ranked.zeros > 0 ? MOST_EXACT_WITH_TIES : MOST_EXACT;
  return size <= most ? 'exact' : 'normal';
}

type Tails = Pick<SignedRank, 'p' | 'greater' | 'less'>;

/** Distribution of 2 W+ over all signs; midranks are halves, so that twice a rank is an integer. */
function exactTails({ ranks, positive }: RankedDifferences): Tails {
  const doubled = Array.from(ranks, (rank) => Math.round(2 * rank));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--) {
      chance[sum] = ((chance[sum] ?? 0) + (sum >= rank ? (chance[sum - rank] ?? 0) : 0)) / 2;
    }
  }
  const observed = Math.round(2 * positive);
  let less = 0;
  let greater = 0;
  for (let sum = 0; sum <= observed; sum++) less += chance[sum] ?? 0;
  for (let sum = total; sum >= observed; sum--) greater += chance[sum] ?? 0;
  return { p: Math.min(1, 2 * Math.min(less, greater)), greater: Math.min(1, greater), less: Math.min(1, less) };
}

function normalTails({ positive, mean, variance }: RankedDifferences, continuity: boolean): Tails {
  const deviation = Math.sqrt(variance);
  const half = continuity ? 0.5 : 0;
  const distance = positive - mean;
  return {
    p: Math.min(1, 2 * normalSf((Math.abs(distance) - (distance === 0 ? 0 : half)) / deviation)),
    greater: normalSf((distance - half) / deviation),
    less: normalCdf((distance + half) / deviation),
  };
}
