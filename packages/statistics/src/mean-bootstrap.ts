import { requireCount, requireFiniteColumn } from './argument.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { type ClusterTotals, clusteredMean } from './cluster-mean.ts';
import { MeanReplicates } from './mean-replicates.ts';

export interface MeanBootstrapInput extends Resampling {
  /** Finite numbers, such as differences candidate − champion; at least 2. */
  readonly values: Float64Array;
}

/**
 * Bootstrap of the mean of a column of numbers.
 *
 * The replicates are drawn in chunks, each from its own stream of the seed: `meanBootstrapInWorkers` (of
 * `@modelgate/statistics/parallel`) gives the same result with any number of threads. About 10 ns a row and replicate.
 *
 * @throws RangeError when there are fewer than 2 values or one is not finite, or replicates, seed or level are wrong
 * Source: Efron and Tibshirani (1993), chapters 8 and 14.
 */
export function meanBootstrap(input: MeanBootstrapInput): BootstrapEstimate {
  requireMeanInput(input);
  const replicates = new MeanReplicates(input.values, undefined, input.seed, input.replicates);
  return meanEstimate(input, replicates.all());
}

/** @throws RangeError as `meanBootstrap` */
export function requireMeanInput({ values, replicates }: MeanBootstrapInput): void {
  requireCount('number of values', values.length, 2);
  requireFiniteColumn('values', values);
  requireCount('replicates', replicates, 1);
}

/** The interval from the means of the replicates, whoever drew them. */
export function meanEstimate(input: MeanBootstrapInput, replicates: Float64Array): BootstrapEstimate {
  const { values, level, method = 'bca' } = input;
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] ?? 0;
  return bootstrapInterval({
    point: sum / values.length,
    values: replicates,
    // A mean without row i is lower the higher the row: −x is the jackknife but for a shift and a scale.
    acceleration:
      method === 'bca'
        ? jackknifeAcceleration(
            values.map((value) => -value),
            ones(values.length),
          )
        : 0,
    level,
    method,
  });
}

export type ClusterMeanBootstrap =
  | BootstrapEstimate
  | { readonly kind: 'degenerate'; readonly reason: 'too-few-clusters'; readonly point: number };

/**
 * Bootstrap of a mean whose rows depend on each other within clusters: whole clusters are resampled.
 *
 * @returns `degenerate` below ten clusters
 * @throws RangeError when the totals, replicates, seed or level are wrong
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8.
 */
export function clusterMeanBootstrap(input: Resampling & { readonly totals: ClusterTotals }): ClusterMeanBootstrap {
  const { level, method = 'bca' } = input;
  requireCount('replicates', input.replicates, 1);
  const checked = clusteredMean(input.totals, level);
  if (checked.kind === 'degenerate' && checked.reason === 'too-few-clusters') {
    return { kind: 'degenerate', reason: checked.reason, point: checked.estimate };
  }
  const sums = Float64Array.from(input.totals.sums);
  const counts = Float64Array.from(input.totals.counts);
  const rows = counts.reduce((total, count) => total + count, 0);
  const sum = sums.reduce((total, part) => total + part, 0);
  const without = sums.map((part, g) => (sum - part) / (rows - (counts[g] ?? 0)));
  return bootstrapInterval({
    point: checked.estimate,
    values: new MeanReplicates(sums, counts, input.seed, input.replicates).all(),
    acceleration: method === 'bca' ? jackknifeAcceleration(without, ones(sums.length)) : 0,
    level,
    method,
  });
}

function ones(size: number): Float64Array {
  return new Float64Array(size).fill(1);
}
