import { type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import type { RowTotals } from './metric.ts';
import { finite, pinball } from './regression-error.ts';
import { weightedQuantile } from './weighted-quantile.ts';
import { someRow, weightedMean, weightedSum, whyUnusable } from './weighted-rows.ts';

/**
 * What share of the spread of the true values the predictions explain: 1 − loss of the predictions / loss of the best
 * constant. All are at most 1, higher is better, 0 is a constant's; they take a weight a row (≥ 0; 1 each where absent) and
 * throw a RangeError when columns differ in length.
 *
 * Undefined where all true values (of rows with weight) are equal, one row included: there is no spread to explain.
 * scikit-learn gives 1 for perfect predictions of equal values, 0 for others, NaN for one row.
 */
type Column = Float64Array;

/** Of squared errors, against the mean. scikit-learn: `r2_score`. Source: its user guide, 3.4.6.1. */
export function r2(truth: Column, predicted: Column, weights?: Column): MetricValue {
  const why = whyNothingToExplain(truth, predicted, weights);
  if (why !== undefined) return notDefined(why);
  const rows = truth.length;
  const mean = weightedMean(rows, weights, (row) => truth[row] ?? 0);
  const left = weightedSum(rows, weights, (row) => ((truth[row] ?? 0) - (predicted[row] ?? 0)) ** 2);
  const spread = weightedSum(rows, weights, (row) => ((truth[row] ?? 0) - mean) ** 2);
  return finite(1 - left / spread);
}

/** Of absolute errors, against the median. scikit-learn: `d2_absolute_error_score`. */
export function d2AbsoluteErrorScore(truth: Column, predicted: Column, weights?: Column): MetricValue {
  return d2PinballScore(truth, predicted, 0.5, weights);
}

/**
 * Of pinball losses, against the constant quantile (`weightedQuantile`). scikit-learn: `d2_pinball_score`.
 *
 * @param alpha the quantile that is predicted, in (0, 1): at 0 and 1 a constant always has no loss
 * @throws RangeError also when alpha is not inside (0, 1)
 * Source: Koenker and Machado (1999), Journal of the American Statistical Association 94, 1296–1310, equation 7.
 */
export function d2PinballScore(truth: Column, predicted: Column, alpha: number, weights?: Column): MetricValue {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie strictly between 0 and 1, got ${alpha}`);
  const why = whyNothingToExplain(truth, predicted, weights);
  if (why !== undefined) return notDefined(why);
  const constant = weightedQuantile(truth, alpha, weights);
  const left = weightedSum(truth.length, weights, (row) => pinball((predicted[row] ?? 0) - (truth[row] ?? 0), alpha));
  const spread = weightedSum(truth.length, weights, (row) => pinball(constant - (truth[row] ?? 0), alpha));
  return finite(1 - left / spread);
}

/**
 * `r2` as a function of sums over rows. The true values are taken from their mean on these rows, so that their squares
 * lose no digits.
 */
export function r2Totals(truth: Column, predicted: Column, weights?: Column): RowTotals | NotDefined {
  const value = r2(truth, predicted, weights);
  if ('undefined' in value) return value;
  const mean = weightedMean(truth.length, weights, (row) => truth[row] ?? 0);
  const centred = truth.map((one) => one - mean);
  return {
    columns: [
      new Float64Array(truth.length).fill(1),
      centred,
      centred.map((one) => one * one),
      truth.map((one, row) => (one - (predicted[row] ?? 0)) ** 2),
    ],
    value: ([rows = 0, sum = 0, squares = 0, left = 0]) => {
      const spread = squares - (sum / rows) * sum;
      return spread > NO_SPREAD * squares ? 1 - left / spread : Number.NaN;
    },
  };
}

/** Of the sum of squares: what rounding leaves where all values are equal. */
const NO_SPREAD = 1e-12;

/**
 * `d2PinballScore` as a function of sums over rows. The constant is held at the quantile of these rows and not found anew
 * for each set of totals: it is where the constant's loss is least, so a small shift of it changes that loss by second
 * order only (the envelope theorem), and influence values and bootstrap agree with the moving constant to first order.
 */
export function d2PinballTotals(
  truth: Column,
  predicted: Column,
  alpha: number,
  weights?: Column,
): RowTotals | NotDefined {
  const value = d2PinballScore(truth, predicted, alpha, weights);
  if ('undefined' in value) return value;
  const constant = weightedQuantile(truth, alpha, weights);
  return {
    columns: [
      truth.map((one, row) => pinball((predicted[row] ?? 0) - one, alpha)),
      truth.map((one) => pinball(constant - one, alpha)),
    ],
    value: ([left = 0, spread = 0]) => (spread > 0 ? 1 - left / spread : Number.NaN),
  };
}

/** Asked of the values themselves, as the spread of equal ones need not be rounded to 0. */
function whyNothingToExplain(truth: Column, predicted: Column, weights: Column | undefined): string | undefined {
  const why = whyUnusable(truth.length, weights, [truth, predicted]);
  if (why !== undefined) return why;
  let first: number | undefined;
  const spread = someRow(truth.length, weights, (row) => {
    first ??= truth[row];
    return truth[row] !== first;
  });
  return spread ? undefined : 'all true values are equal';
}
