import { type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import type { RowTotals } from './metric.ts';
import { doubtful, finite, pinball, sumOfSquares } from './regression-error.ts';
import { weightedQuantile } from './weighted-quantile.ts';
import { meanOfRows, requireLength, someRow, weightedSum, whyUnusable } from './weighted-rows.ts';

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
  const sums = squares(truth, predicted, weights);
  return 'undefined' in sums ? sums : finite(1 - sums.left / sums.spread);
}

/** Sums of squares: of the errors, and of the true values about their mean. */
function squares(
  truth: Column,
  predicted: Column,
  weights: Column | undefined,
): { readonly mean: number; readonly left: number; readonly spread: number } | NotDefined {
  requireLength('column', predicted, truth.length);
  if (weights) requireLength('weights', weights, truth.length);
  const left = sumOfSquares(truth, predicted, weights);
  const why = whyUnusable(truth.length, weights, doubtful(left, truth, predicted)) ?? whyAllEqual(truth, weights);
  if (why !== undefined) return notDefined(why);
  const mean = meanOf(truth, weights);
  return { mean, left, spread: spreadAbout(truth, mean, weights) };
}

/** Weighted sum of squared deviations. */
function spreadAbout(truth: Column, mean: number, weights: Column | undefined): number {
  let total = 0;
  if (weights === undefined) {
    for (let row = 0; row < truth.length; row++) {
      const deviation = (truth[row] ?? 0) - mean;
      total += deviation * deviation;
    }
    return total;
  }
  for (let row = 0; row < truth.length; row++) {
    const deviation = (truth[row] ?? 0) - mean;
    total += (weights[row] ?? 0) * (deviation * deviation);
  }
  return total;
}

function meanOf(truth: Column, weights: Column | undefined): number {
  const mean = meanOfRows(truth, weights);
  return 'value' in mean ? mean.value : Number.NaN;
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
  const sums = squares(truth, predicted, weights);
  if ('undefined' in sums) return sums;
  const centred = new Float64Array(truth.length);
  const squared = new Float64Array(truth.length);
  const errors = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const value = truth[row] ?? 0;
    const deviation = value - sums.mean;
    const error = value - (predicted[row] ?? 0);
    centred[row] = deviation;
    squared[row] = deviation * deviation;
    errors[row] = error * error;
  }
  return {
    columns: [new Float64Array(truth.length).fill(1), centred, squared, errors],
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

function whyNothingToExplain(truth: Column, predicted: Column, weights: Column | undefined): string | undefined {
  return whyUnusable(truth.length, weights, [truth, predicted]) ?? whyAllEqual(truth, weights);
}

/** Asked of the values themselves, as the spread of equal ones need not be rounded to 0. */
function whyAllEqual(truth: Column, weights: Column | undefined): string | undefined {
  let first: number | undefined;
  const spread = someRow(truth.length, weights, (row) => {
    first ??= truth[row];
    return truth[row] !== first;
  });
  return spread ? undefined : 'all true values are equal';
}
