import { requireCount, requireFinite, requireFiniteColumn, requireInnerProbability } from './argument.ts';
import { clusteredMean, LEAST_CLUSTERS } from './cluster-mean.ts';
import { tQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { momentsOf, pairedMean } from './paired-mean.ts';
import { effectiveDesign, keptOf, type RowDesign, unitSums } from './row-design.ts';
import { tInterval } from './t-interval.ts';

export interface DesignedValues {
  /** One finite number a row, such as differences candidate − champion. */
  readonly values: Float64Array;
  readonly design: RowDesign;
  /** Two-sided confidence level in (0, 1). */
  readonly level: number;
}

/** Mean of rows that may have weights and may depend on each other within clusters, or why there is no interval. */
export type DesignedMean =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly standardError: number;
      /** Units − 1. */
      readonly degreesOfFreedom: number;
      /** Clusters where there are any, else rows; those of weight 0 do not count. */
      readonly units: number;
      readonly interval: Interval;
      /** t and two-sided p of "the mean is 0". */
      readonly t: number;
      readonly p: number;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'single-row' | 'too-few-clusters' | 'zero-variance';
      readonly estimate: number;
      readonly units: number;
    };

/**
 * Two-sided t interval and test for a mean, whatever the design of its rows.
 *
 * Without weights it is `pairedMean`, or `clusteredMean` where there are clusters. With weights the mean is the ratio
 * Σ w x / Σ w, and its variance that of its linearised residuals w (x − mean) / Σ w, summed by unit, times U/(U − 1).
 *
 * @returns interval with units − 1 degrees of freedom; `degenerate` for one row, below ten clusters or without variance.
 *   `clusteredMeanNonInferiorityP` takes it for the p-value of non-inferiority
 * @throws RangeError when a value is not finite or the design is wrong
 * Source: Cochran (1977), Sampling Techniques, 2.11 and 6.3; Binder (1983), International Statistical Review 51,
 * 279–292. statsmodels: OLS (no weights), WLS with cov_type "HC1" (weights) or "cluster" without its factor
 * (n − 1)/(n − k), which is 1 for a mean.
 */
export function designedMean({ values, design, level }: DesignedValues): DesignedMean {
  requireInnerProbability('level', level);
  const totals = meanTotals(values, design);
  const { units } = totals;
  if (totals.kind === 'rows') return { ...pairedMean(momentsOf(totals.values), level), units };
  if (totals.kind === 'clusters') {
    const { clusters: _, ...mean } = clusteredMean({ counts: totals.weights, sums: totals.sums }, level);
    return { ...mean, units };
  }
  const { estimate, variance, size } = ratioVariance(totals.weights, totals.sums);
  if (totals.clustered && units < LEAST_CLUSTERS) {
    return { kind: 'degenerate', reason: 'too-few-clusters', estimate, units };
  }
  if (units === 1) return { kind: 'degenerate', reason: 'single-row', estimate, units };
  const standardError = Math.sqrt(variance);
  if (!(standardError > 1e-14 * size)) return { kind: 'degenerate', reason: 'zero-variance', estimate, units };
  return { kind: 'interval', units, ...tInterval(estimate, standardError, units - 1, level) };
}

/**
 * The guard against rare drops for any design (see `rareDropBound`): the bounds after one more unit of the mean weight
 * (a cluster also has the mean size, as weight is size where rows weigh 1), all of whose rows have the worst, or the
 * best, possible value. With no design the lower bound is `rareDropBound`, with clusters `clusteredRareDropBound`.
 *
 * @param worst least possible value of a row (−1 for differences of scores in [0, 1]); decides `lower`
 * @param best  greatest possible value of a row; decides `upper`
 * @throws RangeError when a value is not finite, the design is wrong, or there are fewer than nine clusters
 */
export function designedRareDropBounds(
  input: DesignedValues & { readonly worst: number; readonly best: number },
): Interval {
  const { values, design, level, worst, best } = input;
  const alpha = oneSidedAlpha(level);
  requireFinite('worst', worst);
  requireFinite('best', best);
  if (worst > best) throw new RangeError(`worst must not be above best, got ${worst} and ${best}`);
  const totals = meanTotals(values, design);
  const { units, clustered } = totals;
  if (clustered) requireCount('clusters', units, LEAST_CLUSTERS - 1);
  const weights = totals.kind === 'rows' ? new Float64Array(units).fill(1) : totals.weights;
  const sums = totals.kind === 'rows' ? totals.values : totals.sums;
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / units;
  const reach = tQuantile(alpha, units);
  const bound = (value: number, side: 1 | -1): number => {
    const { estimate, variance } = ratioVariance(withUnit(weights, meanWeight), withUnit(sums, value * meanWeight));
    return estimate + side * reach * Math.sqrt(variance);
  };
  return { lower: bound(worst, 1), upper: bound(best, -1) };
}

type MeanTotals = {
  readonly units: number;
  readonly clustered: boolean;
} & (
  | { readonly kind: 'rows'; readonly values: Float64Array }
  | { readonly kind: 'clusters' | 'ratio'; readonly weights: Float64Array; readonly sums: Float64Array }
);

/** By unit: its weight and its weighted sum of the values. */
function meanTotals(values: Float64Array, design: RowDesign): MeanTotals {
  requireFiniteColumn('values', values);
  const effective = effectiveDesign(values.length, design);
  const kept = keptOf(values, effective);
  const { units } = effective;
  const clustered = effective.clusters !== undefined;
  if (!clustered && effective.weights === undefined) return { kind: 'rows', units, clustered, values: kept };
  const weights = unitSums(() => 1, effective);
  const sums = unitSums((row) => kept[row] ?? 0, effective);
  return { kind: effective.weights === undefined ? 'clusters' : 'ratio', units, clustered, weights, sums };
}

interface RatioVariance {
  readonly estimate: number;
  /** U/(U − 1) Σ (sum − weight × estimate)² / (Σ weight)²; 0 for one unit. */
  readonly variance: number;
  /** Scale of the sums, against which a variance may be rounding only. */
  readonly size: number;
}

function ratioVariance(weights: Float64Array, sums: Float64Array): RatioVariance {
  const units = weights.length;
  let weight = 0;
  let sum = 0;
  let size = 0;
  for (let unit = 0; unit < units; unit++) {
    weight += weights[unit] ?? 0;
    sum += sums[unit] ?? 0;
    size += Math.abs(sums[unit] ?? 0);
  }
  const estimate = sum / weight;
  let squares = 0;
  for (let unit = 0; unit < units; unit++) squares += ((sums[unit] ?? 0) - (weights[unit] ?? 0) * estimate) ** 2;
  const variance = units < 2 ? 0 : ((units / (units - 1)) * squares) / weight ** 2;
  return { estimate, variance, size: size / weight };
}

function withUnit(column: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(column.length + 1);
  longer.set(column);
  longer[column.length] = value;
  return longer;
}
