import { requireCount } from './argument.ts';
import { betaQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { jeffreysInterval } from './proportion.ts';

/** Successes among the rows of one slice. */
export interface SliceCount {
  readonly successes: number;
  readonly rows: number;
}

/**
 * Shares of many slices, each drawn towards the mean of all, small ones more. For ranking and reporting, never for
 * blocking.
 */
export interface ShrunkenShares {
  /** Mean m of the prior; the share of all rows where all are pooled. */
  readonly mean: number;
  /** How many rows the prior is worth, k; Infinity where the slices vary no more than chance does: all are pooled. */
  readonly strength: number;
  readonly slices: readonly { readonly estimate: number; readonly interval: Interval }[];
}

/**
 * Beta-binomial empirical Bayes by the method of moments: each slice's share as (x + k m)/(n + k), with the
 * equal-tailed interval of its posterior Beta(x + k m, n − x + k (1 − m)).
 *
 * m is the mean of the shares and v their sample variance; k solves v = m (1 − m) (1 + k mean(1/n))/(k + 1). The
 * interval takes m and k for known, so it is somewhat too narrow when there are few slices. Where all are pooled every
 * slice has Jeffreys' interval of all rows; where the slices vary as much as shares can (k = 0) each keeps its own.
 *
 * @param counts at least 2 slices, each of at least 1 row
 * @param level  two-sided, in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Kleinman (1973), JASA 68, 46–54, with equal weights; Casella (1985), The American Statistician 39, 83–87.
 */
export function betaBinomialShrinkage(counts: readonly SliceCount[], level: number): ShrunkenShares {
  const alpha = oneSidedAlpha(level);
  requireCount('number of slices', counts.length, 2);
  for (const [i, { successes, rows }] of counts.entries()) {
    requireCount(`rows of slice ${i}`, rows, 1);
    requireCount(`successes of slice ${i}`, successes);
    if (successes > rows) throw new RangeError(`slice ${i} has ${successes} successes in ${rows} rows`);
  }
  const { mean, strength } = priorOf(counts);
  if (strength === Infinity) return pooled(counts, level);
  const slices = counts.map(({ successes, rows }) => {
    if (strength === 0) return { estimate: successes / rows, interval: jeffreysInterval(successes, rows, level) };
    const a = successes + strength * mean;
    const b = rows - successes + strength * (1 - mean);
    return {
      estimate: a / (a + b),
      interval: { lower: betaQuantile(alpha, a, b), upper: betaQuantile(1 - alpha, a, b) },
    };
  });
  return { mean, strength, slices };
}

function priorOf(counts: readonly SliceCount[]): { readonly mean: number; readonly strength: number } {
  const shares = counts.map(({ successes, rows }) => successes / rows);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  const inverseRows = counts.reduce((sum, { rows }) => sum + 1 / rows, 0) / counts.length;
  const spread = mean * (1 - mean);
  const beyondChance = variance - spread * inverseRows;
  // equal shares whose mean is rounded must not count as varying
  if (beyondChance <= 1e-15) return { mean, strength: Infinity };
  return { mean, strength: Math.max(0, (spread - variance) / beyondChance) };
}

function pooled(counts: readonly SliceCount[], level: number): ShrunkenShares {
  const successes = counts.reduce((sum, one) => sum + one.successes, 0);
  const rows = counts.reduce((sum, one) => sum + one.rows, 0);
  const every = { estimate: successes / rows, interval: jeffreysInterval(successes, rows, level) };
  return { mean: every.estimate, strength: Infinity, slices: counts.map(() => every) };
}
