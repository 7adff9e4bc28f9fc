import { requireProbability } from './argument.ts';

/**
 * Adjusted p-values: reject where the adjusted one is at most alpha (here: strictly below, as every verdict of this
 * package). In the order of the input. An empty family gives an empty list.
 *
 * @throws RangeError when a p-value is not in [0, 1]; a test without data enters with its own p (McNemar's .5), never NaN
 */
type Adjustment = (p: readonly number[]) => readonly number[];

/** m p: family-wise error at any dependence; Holm's is never larger. Source: Dunn (1961), JASA 56, 52–64. */
export const bonferroni: Adjustment = (p) => {
  requirePs(p);
  return p.map((value) => Math.min(1, p.length * value));
};

/** Family-wise error at any dependence: the default. Source: Holm (1979), Scandinavian Journal of Statistics 6, 65–70. */
export const holm: Adjustment = (p) => stepDown(p, (rank, m) => m - rank + 1);

/** Family-wise error for independent or positively dependent tests. Source: Hochberg (1988), Biometrika 75, 800–802. */
export const hochberg: Adjustment = (p) => stepUp(p, (rank, m) => m - rank + 1);

/**
 * False discovery rate for independent or positively dependent (PRDS) tests.
 * Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.
 */
export const benjaminiHochberg: Adjustment = (p) => stepUp(p, (rank, m) => m / rank);

/**
 * False discovery rate at any dependence.
 * Source: Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165–1188.
 */
export const benjaminiYekutieli: Adjustment = (p) => {
  let harmonic = 0;
  for (let i = 1; i <= p.length; i++) harmonic += 1 / i;
  return stepUp(p, (rank, m) => (harmonic * m) / rank);
};

type Factor = (rank: number, family: number) => number;

/** From the smallest p on: no adjusted p below one before it. */
function stepDown(p: readonly number[], factor: Factor): readonly number[] {
  const adjusted = p.map(() => 1);
  let highest = 0;
  for (const [i, index] of ascending(p).entries()) {
    highest = Math.max(highest, Math.min(1, factor(i + 1, p.length) * (p[index] ?? 1)));
    adjusted[index] = highest;
  }
  return adjusted;
}

/** From the largest p on: no adjusted p above one after it. */
function stepUp(p: readonly number[], factor: Factor): readonly number[] {
  const adjusted = p.map(() => 1);
  const order = ascending(p);
  let lowest = 1;
  for (let i = order.length - 1; i >= 0; i--) {
    const index = order[i] ?? 0;
    lowest = Math.min(lowest, factor(i + 1, p.length) * (p[index] ?? 1));
    adjusted[index] = lowest;
  }
  return adjusted;
}

function ascending(p: readonly number[]): readonly number[] {
  requirePs(p);
  return p.map((_, i) => i).sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
}

function requirePs(p: readonly number[]): void {
  for (const [i, value] of p.entries()) requireProbability(`p[${i}]`, value);
}
