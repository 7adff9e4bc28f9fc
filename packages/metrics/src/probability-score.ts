import { requireBinary } from './binary-labels.ts';
import { type MetricValue, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import { countRows, meanOfRows, type RowValues, requireLength, rowsHave, whyUnusable } from './weighted-rows.ts';

/**
 * Scores of predicted probabilities. All are undefined where a probability is outside [0, 1] (an error in
 * scikit-learn) and where a row's probabilities do not sum to 1 (computed with a warning there). The sum may be off by
 * 0.035 %, what scikit-learn allows to float32, so that columns which were float32 once are taken.
 */
const SUM_TOLERANCE = Math.sqrt(2 ** -23);

/**
 * Mean negative natural logarithm of the probability that was given to what happened.
 *
 * In [0, 36.05], lower is better: probabilities are clipped to [ε, 1 − ε], ε = 2.2e-16, as scikit-learn's `log_loss` does
 * for float64. Cast float32 columns to float64 first; scikit-learn clips those at 1.2e-7.
 *
 * @param labels        1 for a positive row, 0 for a negative one
 * @param probabilities of the positive class
 * @param weights       one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ or a label is neither 0 nor 1
 * Source: Good (1952), Journal of the Royal Statistical Society B 14, 107–114.
 */
export function binaryLogLoss(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(binaryLogLossRows(labels, probabilities, weights), weights);
}

/** What each row adds to the mean of `binaryLogLoss`. */
export function binaryLogLossRows(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  weights?: Float64Array,
): RowValues {
  const why = whyNotBinary(labels, probabilities, weights);
  if (why !== undefined) return notDefined(why);
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < losses.length; row++) {
    const p = probabilities[row] ?? 0;
    losses[row] = surprise(labels[row] === 1 ? p : 1 - p);
  }
  return losses;
}

/**
 * As `binaryLogLoss`, for any number of classes.
 *
 * @param labels        class of each row, a position in `probabilities`
 * @param probabilities one column a class
 * @throws RangeError when lengths differ or a label is no class
 */
export function logLoss(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(logLossRows(labels, probabilities, weights), weights);
}

/** What each row adds to the mean of `logLoss`. */
export function logLossRows(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Float64Array,
): RowValues {
  const why = whyNotDistributions(labels, probabilities, weights);
  if (why !== undefined) return notDefined(why);
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < losses.length; row++) losses[row] = surprise(probabilities[labels[row] ?? 0]?.[row] ?? 0);
  return losses;
}

/**
 * Mean squared distance of the positive class's probability from what happened (1 or 0).
 *
 * In [0, 1], lower is better. scikit-learn: `brier_score_loss`. Arguments and errors as of `binaryLogLoss`.
 * Source: Brier (1950), Monthly Weather Review 78, 1–3, halved as is usual for two classes.
 */
export function binaryBrierScoreLoss(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(binaryBrierRows(labels, probabilities, weights), weights);
}

/** What each row adds to the mean of `binaryBrierScoreLoss`. */
export function binaryBrierRows(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  weights?: Float64Array,
): RowValues {
  const why = whyNotBinary(labels, probabilities, weights);
  if (why !== undefined) return notDefined(why);
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < losses.length; row++) {
    const distance = (probabilities[row] ?? 0) - (labels[row] ?? 0);
    losses[row] = distance * distance;
  }
  return losses;
}

/**
 * Mean over rows of the squared distances of all classes' probabilities from what happened, summed over classes.
 *
 * In [0, 2], lower is better; for two classes halved, so in [0, 1] and equal to `binaryBrierScoreLoss`. scikit-learn:
 * `brier_score_loss`, `scale_by_half="auto"`. Arguments and errors as of `logLoss`.
 */
export function brierScoreLoss(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(brierRows(labels, probabilities, weights), weights);
}

/** What each row adds to the mean of `brierScoreLoss`. */
export function brierRows(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights?: Float64Array,
): RowValues {
  const why = whyNotDistributions(labels, probabilities, weights);
  if (why !== undefined) return notDefined(why);
  const losses = new Float64Array(labels.length);
  for (const [k, column] of probabilities.entries()) {
    for (let row = 0; row < losses.length; row++) {
      const distance = (column[row] ?? 0) - (labels[row] === k ? 1 : 0);
      losses[row] = (losses[row] ?? 0) + distance * distance;
    }
  }
  return probabilities.length < 3 ? losses.map((loss) => loss / 2) : losses;
}

/** Why these are no probabilities of a positive class, or undefined where they are. */
export function whyNotBinary(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  weights: Float64Array | undefined,
): string | undefined {
  requireLength('column', probabilities, labels.length);
  // what lies in [0, 1] is finite: the usual case takes one pass
  const shares = allShares(probabilities);
  const why = whyUnusable(labels.length, weights, shares ? [] : [probabilities]);
  if (why !== undefined) return why;
  requireBinary(labels);
  return shares ? undefined : whyOutside([probabilities]);
}

/** Why these are no distributions over classes, or undefined where they are. */
function whyNotDistributions(
  labels: ArrayLike<number>,
  probabilities: readonly Float64Array[],
  weights: Float64Array | undefined,
): string | undefined {
  const rows = labels.length;
  const why = whyUnusable(rows, weights, probabilities);
  if (why !== undefined) return why;
  for (let row = 0; row < rows; row++) requireClass(labels[row], probabilities.length, row);
  const outside = whyOutside(probabilities);
  if (outside !== undefined) return outside;
  const sums = new Float64Array(rows);
  for (const column of probabilities)
    for (let row = 0; row < rows; row++) sums[row] = (sums[row] ?? 0) + (column[row] ?? 0);
  const off = countRows(rows, (row) => Math.abs((sums[row] ?? 0) - 1) > SUM_TOLERANCE);
  return off > 0 ? `${rowsHave(off)} probabilities that do not sum to 1` : undefined;
}

function whyOutside(columns: readonly Float64Array[]): string | undefined {
  if (columns.every(allShares)) return undefined;
  const outside = countRows(columns[0]?.length ?? 0, (row) => columns.some((column) => !isShare(column[row] ?? 0)));
  return `${rowsHave(outside)} a probability outside 0 to 1`;
}

function allShares(column: Float64Array): boolean {
  for (let row = 0; row < column.length; row++) if (!isShare(column[row] ?? 0)) return false;
  return true;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** At most −ln ε, about 36: what a row costs whose outcome was given no probability at all. */
function surprise(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}
