import { ascendingOrder } from '@modelgate/statistics';
import { weightOf } from './weighted-rows.ts';

/** Weight of positive and of negative rows at each distinct score, scores ascending. */
export interface ScoreOutcomes {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * @param isPositive 1 for a positive row, 0 for a negative one
 * @param scores     finite; higher means more likely positive
 */
export function scoreOutcomes(
  isPositive: ArrayLike<number>,
  scores: Float64Array,
  weights: Float64Array | undefined,
): ScoreOutcomes {
  const positive = new Float64Array(scores.length);
  const negative = new Float64Array(scores.length);
  let scoresSeen = 0;
  let last = Number.NaN;
  const order = ascendingOrder(scores);
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    const score = scores[row] ?? 0;
    if (score !== last) scoresSeen++;
    last = score;
    const into = isPositive[row] === 1 ? positive : negative;
    into[scoresSeen - 1] = (into[scoresSeen - 1] ?? 0) + weightOf(weights, row);
  }
  return {
    positive: positive.subarray(0, scoresSeen),
    negative: negative.subarray(0, scoresSeen),
    positives: sum(positive),
    negatives: sum(negative),
  };
}

/** @throws RangeError when a label is neither 0 nor 1 */
export function requireBinary(labels: ArrayLike<number>): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label !== 0 && label !== 1) throw new RangeError(`labels[${row}] must be 0 or 1, got ${label}`);
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
