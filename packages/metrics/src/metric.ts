import type { ClassTotals, MetricValue, NotDefined } from './class-totals.ts';
import type { InputKind, MetricInput } from './metric-input.ts';
import type { RowValues } from './weighted-rows.ts';

/** What a model is asked for; a metric belongs to one or more of these. */
export type MetricTask = 'binary' | 'multiclass' | 'regression' | 'ranking' | 'answers';

export interface MetricBase {
  /** With its parameter, as asked for: `ndcg@10`. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** `share`: lies in [0, 1], differences are read in points. `own`: in a unit of its own. */
  readonly scale: 'share' | 'own';
  readonly tasks: readonly MetricTask[];
}

/** From class totals. */
export interface ClassMetric extends MetricBase {
  readonly kind: 'classes';
  /** Needs the positive class of a binary task. */
  readonly needsPositive: boolean;
  /** Whether it is the mean of per-row outcomes (right or wrong), for which exact paired methods exist. */
  readonly perRow: boolean;
  /**
   * @param totals   counts, or sums of weights
   * @param positive index of the positive class; ignored where not needed
   */
  compute(totals: ClassTotals, positive: number): MetricValue;
}

/*
 * Of all that follow: `input` is what they are computed from, and handing in another kind is a RangeError, as are columns
 * of unequal length. Results are per row, before weighting: the caller weighs. `weights` (one a row, ≥ 0; 1 each where
 * absent) only say which rows count, so that a row of weight 0 makes nothing undefined.
 */

/** The (weighted) mean of row values. */
export interface MeanMetric extends MetricBase {
  readonly kind: 'mean';
  readonly input: InputKind;
  /** The metric is the square root of that mean. */
  readonly root: boolean;
  /** The least and the greatest possible row value, infinite where open. */
  readonly rowRange: readonly [number, number];
  rows(input: MetricInput, weights?: Float64Array): RowValues;
  /** The metric itself where that costs less than a value a row. `metricValue` asks for it. */
  readonly direct?: DirectValue | undefined;
}

/** @param weights as of `metricValue` */
export type DirectValue = (input: MetricInput, weights?: Float64Array) => MetricValue;

/** A function of sums over rows. */
export interface TotalsMetric extends MetricBase {
  readonly kind: 'totals';
  readonly input: InputKind;
  of(input: MetricInput, weights?: Float64Array): RowTotals | NotDefined;
  /** As of a mean. */
  readonly direct?: DirectValue | undefined;
}

export interface RowTotals {
  /** What a row adds to each total. Made when first read where `cells` says the same in less memory. */
  readonly columns: readonly Float64Array[];
  /**
   * The same, sparse: row i adds `amounts[i]` to total `ofRow[i]` and 1 to the last one, of `width` totals. Absent where
   * rows add to all totals.
   */
  readonly cells?: { readonly width: number; readonly ofRow: Uint32Array; readonly amounts: Float64Array };
  /** @param totals sums of weight × column, in the order of the columns; NaN where the metric has no value */
  value(totals: Float64Array): number;
  /** What a model without any error would read on these rows, on average: the metric is too high by at most so much. */
  readonly noise?: number;
}

/** A function of the order of scores. */
export interface RankMetric extends MetricBase {
  readonly kind: 'rank';
  readonly input: 'score' | 'scores';
  /** Sorts once. Metrics of one and the same input object share the sort: leave its columns as they are. */
  prepare(input: MetricInput, weights?: Float64Array): PreparedRank | NotDefined;
}

/** Both in one pass over the sorted rows. */
export interface PreparedRank {
  /** The metric with these weights, 1 each where absent; NaN where it has no value. */
  value(weights?: Float64Array): number;
  /**
   * The influence of each row: Σ w × derivative of the value by the row's weight, so that Σ w × influence is 0 and its
   * weighted mean under other weights is the change of the value to first order. NaN where the metric has no value.
   *
   * Source: Hampel (1974), Journal of the American Statistical Association 69, 383–393; for areas these are DeLong's
   * structural components.
   */
  influence(weights?: Float64Array): Float64Array;
}

/** A quantile of row values, see `weightedQuantile`. */
export interface QuantileMetric extends MetricBase {
  readonly kind: 'quantile';
  readonly input: InputKind;
  readonly probability: number;
  rows(input: MetricInput, weights?: Float64Array): RowValues;
}

export type RowMetric = MeanMetric | TotalsMetric | RankMetric | QuantileMetric;
export type Metric = ClassMetric | RowMetric;
