import { requireCount, requireInnerProbability, requireProbability } from './argument.ts';
import { chiSquareSf } from './distribution.ts';

/**
 * How the m − k + 1 largest p-values are combined. `bonferroni`: at any dependence; `simes`: independent or positively
 * dependent (PRDS); `fisher`: independent only, which slices are that share no row (and no cluster), and far the strongest
 * where many slices are a little better each.
 */
export type Combination = 'bonferroni' | 'simes' | 'fisher';

/**
 * For k = 1 … m the p-value of "fewer than k of the m hypotheses are false", at index k − 1: small when at least k of the
 * slices are truly improved. It combines the m − k + 1 largest p-values, since the k − 1 smallest may all belong to false
 * hypotheses. No p is below one before it.
 *
 * With `bonferroni` these are Holm's adjusted p-values in ascending order: (m − k + 1) p₍ₖ₎, running maximum.
 *
 * @param p in [0, 1], each valid for its own hypothesis; none gives an empty list
 * @throws RangeError when a p-value is out of range
 * Source: Benjamini and Heller (2008), Biometrics 64, 1215–1222.
 */
export function partialConjunction(p: readonly number[], combination: Combination = 'bonferroni'): readonly number[] {
  for (const [i, value] of p.entries()) requireProbability(`p[${i}]`, value);
  const ascending = [...p].sort((one, other) => one - other);
  let highest = 0;
  return ascending.map((_, i) => {
    highest = Math.max(highest, Math.min(1, COMBINED[combination](ascending.slice(i))));
    return highest;
  });
}

/**
 * How many of the hypotheses are shown to be false: the largest k whose p-value is below alpha, 0 for none. It is a lower
 * confidence bound: more than are false are shown with probability at most alpha, whichever k would have been asked for.
 *
 * @param alpha in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: as `partialConjunction`.
 */
export function mostProven(p: readonly number[], alpha: number, combination: Combination = 'bonferroni'): number {
  requireInnerProbability('alpha', alpha);
  return partialConjunction(p, combination).filter((value) => value < alpha).length;
}

/** p of "all of these are true", from p-values in ascending order, at least one. */
const COMBINED: Readonly<Record<Combination, (p: readonly number[]) => number>> = {
  bonferroni: (p) => p.length * (p[0] ?? 1),
  simes: (p) => Math.min(...p.map((value, i) => (p.length * value) / (i + 1))),
  fisher: (p) => {
    requireCount('number of p-values', p.length, 1);
    return chiSquareSf(-2 * p.reduce((sum, value) => sum + Math.log(value), 0), 2 * p.length);
  },
};
