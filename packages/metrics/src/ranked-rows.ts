import { ascendingOrder } from '@modelgate/statistics';
import type { InputOf } from './metric-input.ts';

/** Rows in ascending order of their scores, equal scores together. */
export interface RankedRows {
  readonly order: Uint32Array;
  /** Where each group of equal scores starts in `order`, and after the last one the number of rows. */
  readonly starts: Uint32Array;
}

/** @param scores finite */
export function rankRows(scores: Float64Array): RankedRows {
  const order = ascendingOrder(scores);
  const starts = new Uint32Array(order.length + 1);
  let groups = 0;
  let last = Number.NaN;
  for (let at = 0; at < order.length; at++) {
    const score = scores[order[at] ?? 0] ?? 0;
    if (score !== last) starts[groups++] = at;
    last = score;
  }
  starts[groups] = order.length;
  return { order, starts: starts.subarray(0, groups + 1) };
}

/** Rows in the order of their scores, and which of them are positive, in that order too. */
export interface RankedOutcomes extends RankedRows {
  readonly positive: Uint8Array;
}

/** @param positiveLabel what the label of a positive row is */
export function rankOutcomes(
  labels: ArrayLike<number>,
  positiveLabel: number,
  { order, starts }: RankedRows,
): RankedOutcomes {
  const positive = new Uint8Array(order.length);
  for (let at = 0; at < order.length; at++) positive[at] = labels[order[at] ?? 0] === positiveLabel ? 1 : 0;
  return { order, starts, positive };
}

/**
 * The sorted columns of inputs that are still in use: several metrics of one input sort it once. Kept by the input, not by
 * its columns, as a resampling may fill one and the same column anew.
 */
const sortedInputs = new WeakMap<InputOf<'score' | 'scores'>, RankedRows[]>();

/** @param column of the input: 0 for its only one */
export function rankedOnce(input: InputOf<'score' | 'scores'>, column: number): RankedRows {
  const known = sortedInputs.get(input) ?? [];
  sortedInputs.set(input, known);
  const scores = input.kind === 'score' ? input.scores : input.scores[column];
  known[column] ??= rankRows(scores ?? new Float64Array(0));
  return known[column];
}
