import { ascendingOrder } from '@modelgate/statistics';
import { defined, type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import type { RowTotals } from './metric.ts';
import { whyNotBinary } from './probability-score.ts';
import { requireLength, weightedSum, weightOf } from './weighted-rows.ts';

/**
 * How rows are put into bins by their probability:
 * - `equal-width`: bin m of M takes probabilities in ((m − 1)/M, m/M], the first one 0 as well;
 * - `equal-mass`: the upper edge of bin m is the least probability at or below which at least m/M of the weight lies, so that
 *   bins are as equally full as equal probabilities, which are never parted, allow.
 */
export type Binning = 'equal-width' | 'equal-mass';

export interface CalibrationOptions {
  readonly binning?: Binning;
  /** How many; default 15, as Guo et al. */
  readonly bins?: number;
}

export const DEFAULT_BINS = 15;

/**
 * Expected calibration error: how far, bin by bin, the mean probability is from how often it happened, weighed by rows.
 *
 * In [0, 1], lower is better; depends on the bins, so it compares only with the same. Not in scikit-learn, whose
 * `calibration_curve` closes bins on the same side. Undefined where a probability is outside [0, 1].
 *
 * @param outcomes      1 where what the probability is of happened, else 0: the positive class, or `topLabel(…).hits`
 * @param probabilities of that
 * @param weights       one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ, an outcome is neither 0 nor 1, or `bins` is no integer of at least 1
 * Source: Naeini, Cooper and Hauskrecht (2015), AAAI 29, 2901–2907 (equal mass, positive class); Guo, Pleiss, Sun and
 * Weinberger (2017), ICML, PMLR 70, 1321–1330, equation 3 (equal width, top label).
 */
export function expectedCalibrationError(
  outcomes: ArrayLike<number>,
  probabilities: Float64Array,
  { binning = 'equal-width', bins = DEFAULT_BINS }: CalibrationOptions = {},
  weights?: Float64Array,
): MetricValue {
  requireBins(bins);
  const why = whyNotBinary(outcomes, probabilities, weights);
  if (why !== undefined) return notDefined(why);

  const binOfRow = binning === 'equal-width' ? byWidth(bins, probabilities) : byMass(bins, probabilities, weights);
  const amounts = new Float64Array(outcomes.length);
  for (let row = 0; row < amounts.length; row++) amounts[row] = (probabilities[row] ?? 0) - (outcomes[row] ?? 0);
  const excess = sumsByCell(binOfRow, amounts, bins, weights);
  const total = weights === undefined ? outcomes.length : weightedSum(outcomes.length, weights, () => 1);
  // a bin's weight cancels: w_b / w × |(Σ probabilities − Σ outcomes) / w_b|
  return defined(excess.reduce((sum, of) => sum + Math.abs(of), 0) / total);
}

/** `expectedCalibrationError` in bins of equal width, which do not depend on the rows, as a function of sums over rows. */
export function calibrationTotals(
  outcomes: ArrayLike<number>,
  probabilities: Float64Array,
  bins: number,
  weights?: Float64Array,
): RowTotals | NotDefined {
  requireBins(bins);
  const why = whyNotBinary(outcomes, probabilities, weights);
  if (why !== undefined) return notDefined(why);
  const rows = outcomes.length;
  const ofRow = byWidth(bins, probabilities);
  const amounts = new Float64Array(rows);
  for (let row = 0; row < rows; row++) amounts[row] = (probabilities[row] ?? 0) - (outcomes[row] ?? 0);
  let columns: readonly Float64Array[] | undefined;
  return {
    get columns() {
      columns ??= [
        ...Array.from({ length: bins }, (_, bin) => amounts.map((amount, row) => (ofRow[row] === bin ? amount : 0))),
        new Float64Array(rows).fill(1),
      ];
      return columns;
    },
    cells: { width: bins + 1, ofRow, amounts },
    noise: noiseOf(ofRow, probabilities, bins, weights),
    value: (totals) => {
      let excess = 0;
      for (let bin = 0; bin < bins; bin++) excess += Math.abs(totals[bin] ?? 0);
      return (totals[bins] ?? 0) > 0 ? excess / (totals[bins] ?? 0) : Number.NaN;
    },
  };
}

/**
 * Expected calibration error of a calibrated model with these probabilities: in each bin the sum of outcomes is off by
 * √(2/π Σ w² p (1 − p)) on average.
 *
 * Source: the mean of the half-normal distribution; Bröcker (2012), Climate Dynamics 39, 655–667, on this bias.
 */
function noiseOf(
  ofRow: Uint32Array,
  probabilities: Float64Array,
  bins: number,
  weights: Float64Array | undefined,
): number {
  const variances = new Float64Array(bins);
  let total = 0;
  for (let row = 0; row < ofRow.length; row++) {
    const weight = weightOf(weights, row);
    const p = probabilities[row] ?? 0;
    const bin = ofRow[row] ?? 0;
    variances[bin] = (variances[bin] ?? 0) + weight ** 2 * p * (1 - p);
    total += weight;
  }
  return variances.reduce((sum, variance) => sum + Math.sqrt((2 / Math.PI) * variance), 0) / total;
}

/** What the model is most sure of, row by row: its probability, and whether it is right. */
export interface TopLabel {
  /** 1 where the class of the highest probability is the label. */
  readonly hits: Uint8Array;
  readonly confidence: Float64Array;
}

/**
 * @param labels        class of each row, a position in `probabilities`
 * @param probabilities one column a class; of equal ones the first counts as highest, as in numpy's `argmax`
 * @throws RangeError when lengths differ or a label is no class
 */
export function topLabel(labels: ArrayLike<number>, probabilities: readonly Float64Array[]): TopLabel {
  for (const column of probabilities) requireLength('column', column, labels.length);
  const hits = new Uint8Array(labels.length);
  const confidence = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const label = requireClass(labels[row], probabilities.length, row);
    let top = 0;
    for (let k = 1; k < probabilities.length; k++) {
      if ((probabilities[k]?.[row] ?? 0) > (probabilities[top]?.[row] ?? 0)) top = k;
    }
    confidence[row] = probabilities[top]?.[row] ?? 0;
    hits[row] = top === label ? 1 : 0;
  }
  return { hits, confidence };
}

/** Weighted sums of the rows' amounts, cell by cell. */
export function sumsByCell(
  ofRow: Uint32Array,
  amounts: Float64Array,
  cells: number,
  weights: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(cells);
  if (weights === undefined) {
    for (let row = 0; row < ofRow.length; row++) {
      const cell = ofRow[row] ?? 0;
      sums[cell] = (sums[cell] ?? 0) + (amounts[row] ?? 0);
    }
    return sums;
  }
  for (let row = 0; row < ofRow.length; row++) {
    const cell = ofRow[row] ?? 0;
    sums[cell] = (sums[cell] ?? 0) + (weights[row] ?? 0) * (amounts[row] ?? 0);
  }
  return sums;
}

/** The bin of each row. */
function byWidth(bins: number, probabilities: Float64Array): Uint32Array {
  const edges = Float64Array.from({ length: bins + 1 }, (_, bin) => bin / bins);
  // the first bin takes 0 as well
  edges[0] = -1;
  const binOfRow = new Uint32Array(probabilities.length);
  for (let row = 0; row < binOfRow.length; row++) {
    const probability = probabilities[row] ?? 0;
    const near = Math.min((probability * bins) | 0, bins - 1);
    // the product may be rounded past an edge: the edges themselves, m/M, decide
    const below = probability <= (edges[near] ?? 0) ? 1 : 0;
    const above = probability > (edges[near + 1] ?? 1) ? 1 : 0;
    binOfRow[row] = near - below + above;
  }
  return binOfRow;
}

function requireBins(bins: number): void {
  if (Number.isSafeInteger(bins) && bins >= 1) return;
  throw new RangeError(`bins must be an integer of at least 1, got ${bins}`);
}

/** The bin of each row. */
function byMass(bins: number, probabilities: Float64Array, weights: Float64Array | undefined): Uint32Array {
  const order = ascendingOrder(probabilities);
  const total = weightedSum(order.length, weights, () => 1);
  const binOfRow = new Uint32Array(order.length);
  let below = 0;
  let bin = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const probability = probabilities[order[from] ?? 0];
    // the first bin whose upper edge is not below this probability: a bin ends where the weight below reaches its share
    while (bin < bins - 1 && (bin + 1) / bins <= below / total) bin++;
    for (; to < order.length && probabilities[order[to] ?? 0] === probability; to++) {
      binOfRow[order[to] ?? 0] = bin;
      below += weightOf(weights, order[to] ?? 0);
    }
  }
  return binOfRow;
}
