import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { normalQuantile } from './distribution.ts';
import {
  type EmptyGroup,
  type GroupShare,
  hasEmptyGroup,
  largestGap,
  requireStrata,
  type Strata,
  smoothed,
} from './group-share.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { Random } from './random.ts';

export type GapBounds = { readonly kind: 'interval'; readonly gap: number; readonly interval: Interval } | EmptyGroup;

/**
 * Bounds for the true gap of a rate over groups, largest − smallest.
 *
 * The gap of a sample is larger than the true one on average, and that of a resample larger still, so a percentile
 * interval of the gap itself is no use: at a one-sided error of 2.5 % its lower bound lay above the truth in 10 % to
 * 100 % of simulated cases (five groups of 50; 2 to 19 % for the basic interval). These bounds come from the differences of
 * all pairs of groups. Lower: the gap is above a limit when some pair's difference is, so all pairs' lower bounds hold
 * together, by the bootstrap distribution of the largest studentised difference. Upper: the gap is below a limit when
 * every pair's difference is, so each pair has a bound of its own and the largest counts; it errs on the safe side when
 * several pairs lie close. Rates and their variances with one row added to either side, which keeps groups without a
 * hit from having no variance.
 *
 * @param input.strata see `Strata`; at least two groups
 * @throws RangeError when an argument is out of range
 * Source: Agresti and Caffo (2000), The American Statistician 54, 280–288 (pairs); Hothorn, Bretz and Westfall (2008),
 * Biometrical Journal 50, 346–363 (largest statistic); Berger (1982), Technometrics 24, 295–300 (all pairs below).
 */
export function gapBounds(input: Omit<Resampling, 'method'> & { readonly strata: Strata<GroupShare> }): GapBounds {
  const { strata, replicates } = input;
  const alpha = oneSidedAlpha(input.level);
  requireStrata(strata);
  requireCount('replicates', replicates, 1);
  if (hasEmptyGroup(strata)) return { kind: 'degenerate', reason: 'empty-group' };
  const gap = largestGap(strata);
  const critical = criticalValue(strata, { alpha, replicates, seed: input.seed });
  const single = -normalQuantile(alpha);
  let lower = 0;
  let upper = gap;
  for (const groups of strata) {
    const all = groups.map(smoothed);
    for (const one of all) {
      for (const other of all) {
        if (one === other) continue;
        const error = Math.sqrt(one.variance + other.variance);
        lower = Math.max(lower, one.rate - other.rate - critical * error);
        upper = Math.max(upper, one.smooth - other.smooth + single * error);
      }
    }
  }
  return { kind: 'interval', gap, interval: { lower: Math.min(lower, gap), upper: Math.min(1, upper) } };
}

/**
 * The 1 − alpha quantile of the largest studentised difference of any two groups, about its own value in the sample.
 */
function criticalValue(
  strata: Strata<GroupShare>,
  { alpha, replicates, seed }: { readonly alpha: number; readonly replicates: number; readonly seed: string },
): number {
  const random = new Random(seed);
  const largest = new Float64Array(replicates);
  const truths = strata.map((groups) => groups.map((group) => ({ rows: group.rows, share: smoothed(group).smooth })));
  for (let replicate = 0; replicate < replicates; replicate++) {
    let worst = 0;
    for (const groups of truths) {
      const drawn = groups.map(({ rows, share }) => {
        const { rate, variance } = smoothed({ hits: random.binomial(rows, share), rows });
        return { deviation: rate - share, variance };
      });
      for (const one of drawn) {
        for (const other of drawn) {
          const t = (one.deviation - other.deviation) / Math.sqrt(one.variance + other.variance);
          if (t > worst) worst = t;
        }
      }
    }
    largest[replicate] = worst;
  }
  largest.sort();
  const rank = Math.min(replicates, Math.ceil((1 - alpha) * (replicates + 1) - 1e-9));
  return largest[rank - 1] ?? Infinity;
}
