import { requireCount, requireFiniteColumn, requireNonNegative, requirePositive } from './argument.ts';
import { ascendingOrder } from './ascending-order.ts';
import { normalQuantile, normalSf } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';

/** Scores of two models on the same rows. */
export interface RankedScores {
  /** 1 for a positive row, 0 for a negative one. */
  readonly labels: ArrayLike<number>;
  /** Higher means more likely positive; finite; as long as `labels`. */
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
}

interface Areas {
  readonly champion: number;
  readonly candidate: number;
  /** candidate − champion. */
  readonly difference: number;
  readonly positives: number;
  readonly negatives: number;
}

/** DeLong's comparison of two areas under the ROC curve, or why there is none. */
export type Delong = Areas &
  (
    | {
        readonly kind: 'interval';
        readonly standardError: number;
        readonly interval: Interval;
        /** z and two-sided p of "the areas are equal". */
        readonly z: number;
        readonly p: number;
      }
    /** Both models order all rows alike: the difference is 0 whatever rows come, p is 1, and nothing got worse. */
    | { readonly kind: 'identical-ranking'; readonly p: 1 }
    | { readonly kind: 'degenerate'; readonly reason: 'degenerate-variance' }
  );

/** With fewer rows in a class the normal approximation does not hold: use `aucBootstrap`. */
export const LEAST_CLASS_ROWS = 10;

/**
 * Difference of the areas under two ROC curves of the same rows, with DeLong's standard error.
 *
 * @param scores labels and both models' scores; at least 2 rows of either class
 * @param level  two-sided confidence level in (0, 1)
 * @throws RangeError when a class has fewer than 2 rows, lengths differ, a label is neither 0 nor 1, a score not finite
 * Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837–845; in O(n log n) as Sun and Xu (2014), IEEE
 * Signal Processing Letters 21, 1389–1393.
 */
export function delong(scores: RankedScores, level: number): Delong {
  const alpha = oneSidedAlpha(level);
  const { positives, negatives } = requireScores(scores);
  const labels = new Uint8Array(scores.labels);
  const champion = placements(labels, scores.champion, positives, negatives);
  const candidate = placements(labels, scores.candidate, positives, negatives);
  const difference = candidate.area - champion.area;
  const areas = { champion: champion.area, candidate: candidate.area, difference, positives, negatives };

  const standardError = Math.sqrt(differenceVariance(labels, champion, candidate, positives, negatives));
  if (standardError < 1e-12) {
    return sameOrder(scores.champion, scores.candidate)
      ? { ...areas, difference: 0, kind: 'identical-ranking', p: 1 }
      : { ...areas, kind: 'degenerate', reason: 'degenerate-variance' };
  }
  const reach = -normalQuantile(alpha) * standardError;
  const z = difference / standardError;
  return {
    ...areas,
    kind: 'interval',
    standardError,
    interval: { lower: difference - reach, upper: difference + reach },
    z,
    p: 2 * normalSf(Math.abs(z)),
  };
}

/**
 * p-value of non-inferiority of an area.
 *
 * @param compared difference candidate − champion and its standard error (> 0), from `delong`
 * @param margin   largest tolerated drop, ≥ 0
 * @returns p; below alpha exactly when the lower bound of `delong` at level 1 − 2 alpha is above −margin
 * @throws RangeError when an argument is out of range
 */
export function delongNonInferiorityP(
  compared: { readonly difference: number; readonly standardError: number },
  margin: number,
): number {
  requirePositive('standardError', compared.standardError);
  requireNonNegative('margin', margin);
  return normalSf((compared.difference + margin) / compared.standardError);
}

/** Of one model: the share of the other class that each row is placed right against (DeLong's V10 and V01). */
export interface Placements {
  readonly area: number;
  /** One a row, in the order of the rows. */
  readonly ofRow: Float64Array;
}

/** One sort of all rows and one walk over it; equal scores count half. */
export function placements(
  labels: ArrayLike<number>,
  scores: Float64Array,
  positives: number,
  negatives: number,
): Placements {
  const order = ascendingOrder(scores);
  const ofRow = new Float64Array(scores.length);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let pairs = 0;
  let next = scores[order[0] ?? 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    const score = next;
    let tiedPositives = 0;
    do {
      tiedPositives += labels[order[to++] ?? 0] ?? 0;
      next = scores[order[to] ?? 0];
    } while (to < order.length && next === score);
    const tiedNegatives = to - from - tiedPositives;
    const ofPositive = (negativesBelow + tiedNegatives / 2) / negatives;
    const ofNegative = (positives - positivesBelow - tiedPositives / 2) / positives;
    for (let i = from; i < to; i++) ofRow[order[i] ?? 0] = labels[order[i] ?? 0] === 1 ? ofPositive : ofNegative;
    pairs += tiedPositives * (negativesBelow + tiedNegatives / 2);
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
  }
  return { area: pairs / (positives * negatives), ofRow };
}

/** Variance of the difference: of the differences of the placements, class by class. */
function differenceVariance(
  labels: ArrayLike<number>,
  champion: Placements,
  candidate: Placements,
  positives: number,
  negatives: number,
): number {
  const mean = candidate.area - champion.area;
  let ofPositives = 0;
  let ofNegatives = 0;
  for (let row = 0; row < labels.length; row++) {
    const deviation = (candidate.ofRow[row] ?? 0) - (champion.ofRow[row] ?? 0) - mean;
    if (labels[row] === 1) ofPositives += deviation * deviation;
    else ofNegatives += deviation * deviation;
  }
  return ofPositives / ((positives - 1) * positives) + ofNegatives / ((negatives - 1) * negatives);
}

/** Whether two columns order all rows alike, ties included. */
function sameOrder(one: Float64Array, other: Float64Array): boolean {
  const order = ascendingOrder(one);
  for (let i = 1; i < order.length; i++) {
    const [below, above] = [order[i - 1] ?? 0, order[i] ?? 0];
    const step = Math.sign((one[above] ?? 0) - (one[below] ?? 0));
    if (Math.sign((other[above] ?? 0) - (other[below] ?? 0)) !== step) return false;
  }
  return true;
}

/** @throws RangeError as `delong` */
export function requireScores({ labels, champion, candidate }: RankedScores): {
  readonly positives: number;
  readonly negatives: number;
} {
  if (champion.length !== labels.length || candidate.length !== labels.length) {
    throw new RangeError(
      `labels, champion and candidate must be of equal length, got ${labels.length}, ${champion.length} and ${candidate.length}`,
    );
  }
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label === 1) positives++;
    else if (label !== 0) throw new RangeError(`labels[${row}] must be 0 or 1, got ${label}`);
  }
  requireCount('number of positives', positives, 2);
  requireCount('number of negatives', labels.length - positives, 2);
  requireFiniteColumn('champion', champion);
  requireFiniteColumn('candidate', candidate);
  return { positives, negatives: labels.length - positives };
}
