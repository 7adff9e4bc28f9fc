import { defined, type MetricValue, notDefined } from './class-totals.ts';
import { weightedQuantile } from './weighted-quantile.ts';
import {
  countRows,
  meanOfRows,
  type RowValues,
  requireLength,
  rowsHave,
  weightOf,
  whyUnusable,
} from './weighted-rows.ts';

/**
 * Errors of predicted numbers. All are lower-is-better and at least 0, take the true values, the predictions and a weight a
 * row (≥ 0; 1 each where absent), throw a RangeError when these differ in length, and are undefined without rows of
 * weight above 0, where a number is not finite and where the result is too large for a double.
 */
type Column = Float64Array;

/** Mean of |prediction − truth|, in the unit of the column. scikit-learn: `mean_absolute_error`. */
export function meanAbsoluteError(truth: Column, predicted: Column, weights?: Column): MetricValue {
  return meanError(truth, predicted, weights, sumOfAbsolute);
}

/** Mean of (prediction − truth)², in the squared unit of the column. scikit-learn: `mean_squared_error`. */
export function meanSquaredError(truth: Column, predicted: Column, weights?: Column): MetricValue {
  return meanError(truth, predicted, weights, sumOfSquares);
}

/** Root of the mean squared error, in the unit of the column. scikit-learn: `root_mean_squared_error`. */
export function rootMeanSquaredError(truth: Column, predicted: Column, weights?: Column): MetricValue {
  const squared = meanSquaredError(truth, predicted, weights);
  return 'value' in squared ? defined(Math.sqrt(squared.value)) : squared;
}

/**
 * Median of |prediction − truth|, in the unit of the column; where half of the weight lies on either side of two errors,
 * their mean. scikit-learn: `median_absolute_error` (see `weightedQuantile` for sums of weights that are equal but for
 * rounding).
 */
export function medianAbsoluteError(truth: Column, predicted: Column, weights?: Column): MetricValue {
  const errors = absoluteErrors(truth, predicted, weights);
  return errors instanceof Float64Array ? finite(weightedQuantile(errors, 0.5, weights)) : errors;
}

/**
 * Mean of |prediction − truth| / |truth|, a share: 0.1 is 10 %. Not bounded above.
 *
 * scikit-learn: `mean_absolute_percentage_error`, which divides by 2.2e-16 where the truth is nearer to 0 than that;
 * undefined here, as the mean then says nothing but that.
 * Source: Hyndman and Koehler (2006), International Journal of Forecasting 22, 679–688, section 2.2.
 */
export function meanAbsolutePercentageError(truth: Column, predicted: Column, weights?: Column): MetricValue {
  return finiteMean(percentageErrors(truth, predicted, weights), weights);
}

/**
 * Mean pinball loss of predicted quantiles: a prediction below the truth costs alpha a unit, one above it 1 − alpha.
 *
 * In the unit of the column. scikit-learn: `mean_pinball_loss`.
 *
 * @param alpha the quantile that is predicted, in [0, 1]; 0.5 gives half the mean absolute error
 * @throws RangeError also when alpha is outside [0, 1]
 * Source: Koenker and Bassett (1978), Econometrica 46, 33–50.
 */
export function meanPinballLoss(truth: Column, predicted: Column, alpha: number, weights?: Column): MetricValue {
  return finiteMean(pinballLosses(truth, predicted, alpha, weights), weights);
}

/** |prediction − truth| of each row. */
export function absoluteErrors(truth: Column, predicted: Column, weights?: Column): RowValues {
  requireLength('column', predicted, truth.length);
  const errors = new Float64Array(truth.length);
  let total = 0;
  for (let row = 0; row < errors.length; row++) {
    const error = Math.abs((predicted[row] ?? 0) - (truth[row] ?? 0));
    errors[row] = error;
    total += error;
  }
  const why = whyUnusable(truth.length, weights, doubtful(total, truth, predicted));
  return why === undefined ? errors : notDefined(why);
}

/** (prediction − truth)² of each row. */
export function squaredErrors(truth: Column, predicted: Column, weights?: Column): RowValues {
  requireLength('column', predicted, truth.length);
  const errors = new Float64Array(truth.length);
  let total = 0;
  for (let row = 0; row < errors.length; row++) {
    const error = (predicted[row] ?? 0) - (truth[row] ?? 0);
    errors[row] = error * error;
    total += error * error;
  }
  const why = whyUnusable(truth.length, weights, doubtful(total, truth, predicted));
  return why === undefined ? errors : notDefined(why);
}

/** Columns that may hold what is no finite number: none where the sum of all errors is one. */
export function doubtful(total: number, ...columns: readonly Column[]): readonly Column[] {
  return Number.isFinite(total) ? [] : columns;
}

/** |prediction − truth| / |truth| of each row; 0 where the truth is 0 and the row has no weight. */
export function percentageErrors(truth: Column, predicted: Column, weights?: Column): RowValues {
  const why = whyUnusable(truth.length, weights, [truth, predicted]);
  if (why !== undefined) return notDefined(why);
  const isZero = (row: number) => Math.abs(truth[row] ?? 0) < Number.EPSILON;
  const zeros = countRows(truth.length, (row) => weightOf(weights, row) > 0 && isZero(row));
  if (zeros > 0) return notDefined(`${rowsHave(zeros)} a true value of 0, of which no error is a percentage`);
  return truth.map((value, row) => (isZero(row) ? 0 : Math.abs(((predicted[row] ?? 0) - value) / value)));
}

/** Pinball loss of each row. Arguments and errors as of `meanPinballLoss`. */
export function pinballLosses(truth: Column, predicted: Column, alpha: number, weights?: Column): RowValues {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha must lie in [0, 1], got ${alpha}`);
  const why = whyUnusable(truth.length, weights, [truth, predicted]);
  if (why !== undefined) return notDefined(why);
  return truth.map((value, row) => pinball((predicted[row] ?? 0) - value, alpha));
}

/** @param error prediction − truth */
export function pinball(error: number, alpha: number): number {
  return error > 0 ? (1 - alpha) * error : -alpha * error;
}

function finiteMean(rows: RowValues, weights: Column | undefined): MetricValue {
  const mean = meanOfRows(rows, weights);
  return 'value' in mean ? finite(mean.value) : mean;
}

type SumOfErrors = (truth: Column, predicted: Column, weights?: Column) => number;

/** Without an array of the errors. A sum that is finite says that all that went into it was. */
function meanError(truth: Column, predicted: Column, weights: Column | undefined, sumOf: SumOfErrors): MetricValue {
  requireLength('column', predicted, truth.length);
  if (weights) requireLength('weights', weights, truth.length);
  const total = sumOf(truth, predicted, weights);
  const why = whyUnusable(truth.length, weights, doubtful(total, truth, predicted));
  return why === undefined ? finite(total / totalWeight(truth.length, weights)) : notDefined(why);
}

// Loops with and without weights stand apart: asking in each row takes several times as long as the sum itself.

function sumOfAbsolute(truth: Column, predicted: Column, weights?: Column): number {
  let total = 0;
  if (weights === undefined) {
    for (let row = 0; row < truth.length; row++) total += Math.abs((predicted[row] ?? 0) - (truth[row] ?? 0));
    return total;
  }
  for (let row = 0; row < truth.length; row++) {
    total += (weights[row] ?? 0) * Math.abs((predicted[row] ?? 0) - (truth[row] ?? 0));
  }
  return total;
}

/** Weighted sum of squared errors. */
export function sumOfSquares(truth: Column, predicted: Column, weights?: Column): number {
  let total = 0;
  if (weights === undefined) {
    for (let row = 0; row < truth.length; row++) {
      const error = (predicted[row] ?? 0) - (truth[row] ?? 0);
      total += error * error;
    }
    return total;
  }
  for (let row = 0; row < truth.length; row++) {
    const error = (predicted[row] ?? 0) - (truth[row] ?? 0);
    total += (weights[row] ?? 0) * (error * error);
  }
  return total;
}

function totalWeight(rows: number, weights: Column | undefined): number {
  if (weights === undefined) return rows;
  let total = 0;
  for (let row = 0; row < rows; row++) total += weights[row] ?? 0;
  return total;
}

/** No number where it would be infinite. */
export function finite(value: number): MetricValue {
  return Number.isFinite(value) ? defined(value) : notDefined('the result is too large for a number');
}
