import { requireFinite, requireFiniteColumn } from './argument.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { normalQuantile, tQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { effectiveDesign, keptOf, type RowDesign, unitSums } from './row-design.ts';

export interface InfluenceInput {
  readonly estimate: number;
  /** One finite number a row: how an estimate moves per unit of the row's share of the weight, so that Σ w IF = 0. */
  readonly influence: Float64Array;
  readonly design: RowDesign;
  /** Two-sided confidence level in (0, 1). */
  readonly level: number;
}

export type InfluenceInterval =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly standardError: number;
      /** Clusters − 1; Infinity (the normal distribution) without clusters. */
      readonly degreesOfFreedom: number;
      /** Clusters where there are any, else rows; those of weight 0 do not count. */
      readonly units: number;
      readonly interval: Interval;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'single-row' | 'too-few-clusters' | 'zero-variance';
      readonly estimate: number;
      readonly units: number;
    };

/**
 * Normal-theory interval of any smooth statistic from its influence values: the variance is U/(U − 1) Σ (Σ w IF)²/W², the
 * inner sum over the rows of a unit, W the sum of all weights.
 *
 * @returns z interval without clusters, t with clusters − 1 degrees of freedom with them; `degenerate` for one row, below
 *   ten clusters or with a standard error below 10⁻¹²
 * @throws RangeError when an influence value is not finite or the design is wrong
 * Source: Hampel (1974), Journal of the American Statistical Association 69, 383–393; with weights and clusters: Deville
 * (1999), Survey Methodology 25, 193–203.
 */
export function influenceInterval({ estimate, influence, design, level }: InfluenceInput): InfluenceInterval {
  const alpha = oneSidedAlpha(level);
  requireFinite('estimate', estimate);
  const { standardError, units, clustered } = influenceDeviation(influence, design);
  if (clustered && units < LEAST_CLUSTERS) return { kind: 'degenerate', reason: 'too-few-clusters', estimate, units };
  if (units === 1) return { kind: 'degenerate', reason: 'single-row', estimate, units };
  if (standardError < 1e-12) return { kind: 'degenerate', reason: 'zero-variance', estimate, units };
  const degreesOfFreedom = clustered ? units - 1 : Infinity;
  const reach = -(clustered ? tQuantile(alpha, units - 1) : normalQuantile(alpha)) * standardError;
  return {
    kind: 'interval',
    estimate,
    standardError,
    degreesOfFreedom,
    units,
    interval: { lower: estimate - reach, upper: estimate + reach },
  };
}

function influenceDeviation(
  influence: Float64Array,
  design: RowDesign,
): { readonly standardError: number; readonly units: number; readonly clustered: boolean } {
  requireFiniteColumn('influence', influence);
  const effective = effectiveDesign(influence.length, design);
  const kept = keptOf(influence, effective);
  const { units } = effective;
  const weight = unitSums(() => 1, effective).reduce((sum, of) => sum + of, 0);
  const squares = unitSums((row) => kept[row] ?? 0, effective).reduce((sum, of) => sum + of * of, 0);
  const variance = units < 2 ? 0 : ((units / (units - 1)) * squares) / weight ** 2;
  return { standardError: Math.sqrt(variance), units, clustered: effective.clusters !== undefined };
}
