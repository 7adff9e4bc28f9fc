import { requireFiniteColumn, requireInnerProbability } from './argument.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { tQuantile } from './distribution.ts';
import { oneSidedAlpha } from './interval.ts';
import { orderStatisticInterval, orderStatisticRanks } from './order-statistic.ts';
import { type EffectiveDesign, effectiveDesign, keptOf, type RowDesign } from './row-design.ts';
import {
  quantileOfColumn,
  type SortedColumn,
  shareAtOrBelow,
  sortedColumn,
  type UnitNumbers,
} from './unit-quantile.ts';

export interface DesignedQuantileInput {
  /** One finite number a row. */
  readonly values: Float64Array;
  readonly design: RowDesign;
  /** Which quantile, in (0, 1): .5 the median, .95 p95. */
  readonly probability: number;
}

/**
 * Quantile of rows that may have weights: Hyndman and Fan's type 7 (numpy, DuckDB) without weights; with them the value
 * below which the share of the weight lies, and where it falls between two values their mean (type 2, as scikit-learn).
 *
 * @throws RangeError when there is no row, a value is not finite, or design or probability are wrong
 * Source: Hyndman and Fan (1996), The American Statistician 50, 361–365.
 */
export function designedQuantile({ values, design, probability }: DesignedQuantileInput): number {
  requireInnerProbability('probability', probability);
  requireFiniteColumn('values', values);
  const effective = effectiveDesign(values.length, design);
  return quantileOfColumn(sortedColumn(keptOf(values, effective), effective.weights), probability);
}

export type DesignedQuantileInterval =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      /** undefined when there are too few rows for this side. */
      readonly lower: number | undefined;
      /** Likewise. */
      readonly upper: number | undefined;
      /** Clusters where there are any, else rows; those of weight 0 do not count. */
      readonly units: number;
      /** Independent rows of equal weight that would know the share below the quantile as well; at most the rows. */
      readonly effectiveRows: number;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'too-few-clusters';
      readonly estimate: number;
      readonly units: number;
    };

/**
 * Interval of one quantile of rows that may have weights or depend on each other within clusters.
 *
 * The standard error of the share below the quantile says how many independent rows the design is worth; the order
 * statistics that would bound the quantile of so many rows are read off at their shares of the weight. With no design it
 * is `orderStatisticInterval`. Unlike a normal interval of the share it holds in the tails, and says when there are too
 * few rows.
 *
 * @throws RangeError as `designedQuantile`, or when level is out of range
 * Source: Woodruff (1952), Journal of the American Statistical Association 47, 635–646; the effective number of rows:
 * Korn and Graubard (1998), Survey Methodology 24, 193–201.
 */
export function designedQuantileInterval(
  input: DesignedQuantileInput & {
    /** Two-sided confidence level in (0, 1). */
    readonly level: number;
  },
): DesignedQuantileInterval {
  const { values, design, probability, level } = input;
  const alpha = oneSidedAlpha(level);
  const estimate = designedQuantile(input);
  const effective = effectiveDesign(values.length, design);
  const { units, rows } = effective;
  const kept = keptOf(values, effective);
  if (effective.clusters !== undefined && units < LEAST_CLUSTERS) {
    return { kind: 'degenerate', reason: 'too-few-clusters', estimate, units };
  }
  if (effective.clusters === undefined && effective.weights === undefined) {
    const { lower, upper } = orderStatisticInterval(kept, probability, level);
    return { kind: 'interval', estimate, lower, upper, units, effectiveRows: rows };
  }
  const column = sortedColumn(kept, effective.weights);
  const effectiveRows = rowsWorth(column, effective, estimate, alpha);
  const whole = Math.max(1, Math.floor(effectiveRows));
  const ranks = orderStatisticRanks(whole, probability, level);
  const at = (rank: number | undefined): number | undefined =>
    rank === undefined ? undefined : valueAtShare(column, (rank - 0.5) / whole);
  return { kind: 'interval', estimate, lower: at(ranks.lower), upper: at(ranks.upper), units, effectiveRows };
}

/** share (1 − share)/variance of the share, less what t with few clusters loses against many rows; at most the rows. */
function rowsWorth(column: SortedColumn, effective: EffectiveDesign, estimate: number, alpha: number): number {
  const { rows, clusters, units } = effective;
  const { share, standardError } = shareAtOrBelow(column, unitNumbers(effective), estimate);
  const spread = share * (1 - share);
  const worth = standardError > 0 && spread > 0 ? spread / standardError ** 2 : kishRows(column, effective);
  const loss =
    clusters === undefined ? 1 : (tQuantile(alpha, Math.max(1, rows - 1)) / tQuantile(alpha, units - 1)) ** 2;
  return Math.min(rows, worth * loss);
}

/** Kish's effective number: of use where the quantile is the greatest value, whose share below has no variance. */
function kishRows({ weights }: SortedColumn, effective: EffectiveDesign): number {
  const { unitOf, units } = unitNumbers(effective);
  const sums = new Float64Array(units);
  for (let row = 0; row < unitOf.length; row++) {
    sums[unitOf[row] ?? 0] = (sums[unitOf[row] ?? 0] ?? 0) + (weights === undefined ? 1 : (weights[row] ?? 0));
  }
  return sums.reduce((sum, of) => sum + of, 0) ** 2 / sums.reduce((sum, of) => sum + of * of, 0);
}

export function unitNumbers({ clusters, units, rows }: EffectiveDesign): UnitNumbers {
  return { unitOf: clusters ?? Uint32Array.from({ length: rows }, (_, row) => row), units };
}

/** The least value with at least this share of the weight at or below it. */
function valueAtShare({ values, order, weights }: SortedColumn, share: number): number {
  const all = weights === undefined ? order.length : weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  for (const row of order) {
    reached += weights === undefined ? 1 : (weights[row] ?? 0);
    if (reached >= share * all - 1e-12 * all) return values[row] ?? Number.NaN;
  }
  return values[order[order.length - 1] ?? 0] ?? Number.NaN;
}
