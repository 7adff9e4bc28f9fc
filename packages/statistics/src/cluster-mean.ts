import {
  requireCount,
  requireFinite,
  requireFiniteColumn,
  requireInnerProbability,
  requireNonNegative,
  requirePositive,
} from './argument.ts';
import { tQuantile, tSf } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { tInterval } from './t-interval.ts';

/** Rows and sums of a column by cluster (user, document, conversation); a database computes them in one pass. */
export interface ClusterTotals {
  /** Rows of each cluster, integers > 0. */
  readonly counts: ArrayLike<number>;
  /** Sum of the differences of each cluster's rows; as long as `counts`. */
  readonly sums: ArrayLike<number>;
}

/** Mean of differences whose rows depend on each other within clusters, or why there is no interval. */
export type ClusteredMean =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly standardError: number;
      /** Clusters − 1. */
      readonly degreesOfFreedom: number;
      readonly clusters: number;
      readonly interval: Interval;
      /** t and two-sided p of "the mean is 0". */
      readonly t: number;
      readonly p: number;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'too-few-clusters' | 'zero-variance';
      readonly estimate: number;
      readonly clusters: number;
    };

/** Fewer clusters give no trustworthy standard error. */
export const LEAST_CLUSTERS = 10;

/**
 * Two-sided t interval and test for a mean with standard errors clustered by cluster.
 *
 * @param totals at least one cluster
 * @param level  two-sided confidence level in (0, 1)
 * @returns interval with clusters − 1 degrees of freedom; `degenerate` below ten clusters or when all cluster residuals are 0.
 *   With one row a cluster this is `pairedMean`.
 * @throws RangeError when an argument is out of range
 * Source: Liang and Zeger (1986), Biometrika 73, 13–22; with the factor G/(G − 1).
 */
export function clusteredMean(totals: ClusterTotals, level: number): ClusteredMean {
  requireInnerProbability('level', level);
  const { clusters, estimate, variance, size } = varianceOf(totals);
  if (clusters < LEAST_CLUSTERS) return { kind: 'degenerate', reason: 'too-few-clusters', estimate, clusters };
  if (!(Math.sqrt(variance) > 1e-14 * size)) return { kind: 'degenerate', reason: 'zero-variance', estimate, clusters };
  const standardError = Math.sqrt(variance);
  return { kind: 'interval', clusters, ...tInterval(estimate, standardError, clusters - 1, level) };
}

/**
 * p-value of non-inferiority of a clustered mean difference (candidate − champion, higher is better).
 *
 * @param clustered estimate, standard error (> 0) and degrees of freedom, from `clusteredMean`
 * @param margin    largest tolerated drop, ≥ 0, in the unit of the scores
 * @returns p; below alpha exactly when the lower bound of `clusteredMean` at level 1 − 2 alpha is above −margin
 * @throws RangeError when an argument is out of range
 */
export function clusteredMeanNonInferiorityP(
  clustered: { readonly estimate: number; readonly standardError: number; readonly degreesOfFreedom: number },
  margin: number,
): number {
  requireFinite('estimate', clustered.estimate);
  requirePositive('standardError', clustered.standardError);
  requireNonNegative('margin', margin);
  return tSf((clustered.estimate + margin) / clustered.standardError, clustered.degreesOfFreedom);
}

/**
 * The guard against rare drops for clusters (see `rareDropBound`): the lower bound after one more cluster of the mean
 * size, all of whose rows fell as far as they can. With one row a cluster it is `rareDropBound`.
 *
 * @param totals of candidate − champion, higher is better; at least nine clusters, so that ten are judged
 * @param range  largest possible drop of one row, > 0
 * @param level  two-sided confidence level in (0, 1)
 * @throws RangeError when an argument is out of range
 */
export function clusteredRareDropBound(totals: ClusterTotals, range: number, level: number): number {
  requirePositive('range', range);
  const { clusters, rows } = varianceOf(totals);
  requireCount('clusters', clusters, LEAST_CLUSTERS - 1);
  const size = rows / clusters;
  return intervalLower(
    [...Array.from(totals.counts), size],
    [...Array.from(totals.sums), -range * size],
    oneSidedAlpha(level),
  );
}

/**
 * Adds up a column by cluster.
 *
 * @param values   finite numbers
 * @param clusters number of each row's cluster, 0 … size − 1; as long as `values`; every cluster must have a row
 * @throws RangeError when a value is not finite, a cluster number no integer ≥ 0, or lengths differ
 */
export function clusterTotals(values: ArrayLike<number>, clusters: ArrayLike<number>): ClusterTotals {
  requireCount('number of values', values.length, 1);
  if (values.length !== clusters.length) {
    throw new RangeError(`values and clusters must be of equal length, got ${values.length} and ${clusters.length}`);
  }
  requireFiniteColumn('values', values);
  let size = 0;
  for (let row = 0; row < clusters.length; row++) {
    const cluster = clusters[row] ?? Number.NaN;
    requireCount(`clusters[${row}]`, cluster);
    size = Math.max(size, cluster + 1);
  }
  const counts = new Float64Array(size);
  const sums = new Float64Array(size);
  for (let row = 0; row < values.length; row++) {
    const cluster = clusters[row] ?? 0;
    counts[cluster] = (counts[cluster] ?? 0) + 1;
    sums[cluster] = (sums[cluster] ?? 0) + (values[row] ?? 0);
  }
  return { counts, sums };
}

interface ClusterVariance {
  readonly clusters: number;
  readonly rows: number;
  readonly estimate: number;
  readonly variance: number;
  /** Scale of the sums, against which a variance may be rounding only. */
  readonly size: number;
}

function varianceOf({ counts, sums }: ClusterTotals): ClusterVariance {
  requireCount('clusters', counts.length, 1);
  if (counts.length !== sums.length) {
    throw new RangeError(`counts and sums must be of equal length, got ${counts.length} and ${sums.length}`);
  }
  for (let g = 0; g < counts.length; g++) requireCount(`counts[${g}]`, counts[g] ?? Number.NaN, 1);
  requireFiniteColumn('sums', sums);
  return clusterVariance(counts, sums);
}

/** G/(G − 1) Σ (residual sum of a cluster)²/n²; 0 for one cluster. */
function clusterVariance(counts: ArrayLike<number>, sums: ArrayLike<number>): ClusterVariance {
  const clusters = counts.length;
  let rows = 0;
  let sum = 0;
  let size = 0;
  for (let g = 0; g < clusters; g++) {
    rows += counts[g] ?? 0;
    sum += sums[g] ?? 0;
    size += Math.abs(sums[g] ?? 0);
  }
  const estimate = sum / rows;
  let squares = 0;
  for (let g = 0; g < clusters; g++) squares += ((sums[g] ?? 0) - (counts[g] ?? 0) * estimate) ** 2;
  const variance = clusters < 2 ? 0 : ((clusters / (clusters - 1)) * squares) / rows ** 2;
  return { clusters, rows, estimate, variance, size: size / rows };
}

function intervalLower(counts: readonly number[], sums: readonly number[], alpha: number): number {
  const { clusters, estimate, variance } = clusterVariance(counts, sums);
  return estimate + tQuantile(alpha, clusters - 1) * Math.sqrt(variance);
}
