import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { type BootstrapEstimates, combine, contrastEstimates, requireWeights } from './contrast.ts';
import { Random } from './random.ts';
import { pointTotals, totalsDrawer, withoutOneUnit } from './totals-resample.ts';
import type { UnitTotals } from './unit-totals.ts';

export interface TotalsBootstrapInput extends Resampling {
  /** From `unitTotalsOfColumns` or `unitTotalsOfCells`. */
  readonly totals: UnitTotals;
  /**
   * Functions of the totals; NaN means "no value here" (no positives). Called on the rows, on every replicate and once a
   * kind of unit for the jackknife; they must neither keep nor change the array.
   */
  readonly statistics: readonly ((totals: Float64Array) => number)[];
  /** Linear combinations of the statistics, one weight each: [-1, 1] is a difference. */
  readonly contrasts?: readonly (readonly number[])[];
}

/** Estimates from resampled units, or why there are none. */
export type UnitBootstrap =
  | ({
      readonly kind: 'estimates';
      /** Clusters where there are any, else rows; those of weight 0 do not count. */
      readonly units: number;
      /** What was resampled: as `units`, or fewer random groups of them. */
      readonly groups: number;
    } & BootstrapEstimates)
  | {
      readonly kind: 'degenerate';
      readonly reason: 'too-few-clusters';
      readonly units: number;
      /** Each statistic and each contrast on the rows themselves; NaN where it has no value. */
      readonly points: { readonly statistics: readonly number[]; readonly contrasts: readonly number[] };
    };

/**
 * Bootstrap of statistics that depend on the rows only through totals: sums of weights by cell, of losses, of squares.
 * Whole units are resampled, and the jackknife of BCa leaves out one unit at a time.
 *
 * Units of a kind are drawn by count where that is cheaper, so that independent rows in cells are `cellBootstrap`, and
 * clusters of them `clusterBootstrap`.
 *
 * @returns `degenerate` below ten clusters
 * @throws RangeError when replicates, seed, level or the length of a contrast are wrong
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8; Field and Welsh (2007), Journal of
 * the Royal Statistical Society B 69, 369–390. Weights: Rao and Wu (1988), Journal of the American Statistical
 * Association 83, 231–241, a weight goes with its row.
 */
export function totalsBootstrap(input: TotalsBootstrapInput): UnitBootstrap {
  const { totals, statistics, contrasts = [], replicates, method = 'bca', level } = input;
  const { units, groups } = totals;
  requireCount('replicates', replicates, 1);
  for (const weights of contrasts) requireWeights(weights, statistics.length);
  const random = new Random(input.seed);
  const point = pointTotals(totals);
  const points = statistics.map((statistic) => statistic(point));
  if (totals.clustered && units < LEAST_CLUSTERS) {
    return {
      kind: 'degenerate',
      reason: 'too-few-clusters',
      units,
      points: { statistics: points, contrasts: contrasts.map((weights) => combine(points, weights)) },
    };
  }
  const columns = statistics.map(() => new Float64Array(replicates));
  const draw = totalsDrawer(totals, random);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const resampled = draw();
    for (const [i, column] of columns.entries()) column[replicate] = statistics[i]?.(resampled) ?? Number.NaN;
  }
  const jackknife =
    method === 'bca'
      ? { columns: withoutOneUnit(totals, point, statistics), weights: totals.multiplicities }
      : undefined;
  return {
    kind: 'estimates',
    units,
    groups,
    ...contrastEstimates({ points, columns, jackknife, contrasts, level, method }),
  };
}
