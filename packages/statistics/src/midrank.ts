import { requireFinite } from './argument.ts';
import { ascendingOrder } from './ascending-order.ts';

/** Ranks of a column, ties sharing the mean of theirs, and what ties do to rank statistics. */
export interface Midranks {
  /** 1-based, one a row. */
  readonly ranks: Float64Array;
  /** Sum of t³ − t over groups of t equal values; 0 without ties. */
  readonly tieSum: number;
}

/**
 * @param values finite numbers
 * @throws RangeError when a value is not finite
 */
export function midranks(values: Float64Array): Midranks {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  let tieSum = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[order[from] ?? 0] ?? Number.NaN;
    requireFinite('value', value);
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] ?? 0] = (from + to + 1) / 2;
    const tied = to - from;
    tieSum += tied ** 3 - tied;
  }
  return { ranks, tieSum };
}
