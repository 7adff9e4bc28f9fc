/**
 * What every metric of predicted classes needs to know about one model: per class, how many rows are of it, how many were
 * predicted to be, and how many both; counts or sums of weights. Metrics never see rows, so their cost does not grow with
 * rows.
 */
export interface ClassTotals {
  /** All rows. */
  readonly rows: number;
  /** Rows whose label is class k (scikit-learn's support). */
  readonly actual: Float64Array;
  /** Rows that the model put into class k. */
  readonly predicted: Float64Array;
  /** Rows of class k that the model put into class k. */
  readonly correct: Float64Array;
}

/** Why a metric has no value on these rows, in words that follow "undefined, because". */
export interface NotDefined {
  readonly undefined: string;
}

/** A metric's value, or what makes it undefined: never 0 for "cannot be computed". */
export type MetricValue = { readonly value: number } | NotDefined;

export const defined = (value: number): MetricValue => ({ value });
export const notDefined = (why: string): NotDefined => ({ undefined: why });
