import { ascendingOrder } from '@modelgate/statistics';
import { weightedSum } from './weighted-rows.ts';

/**
 * The value below which a share of the weight lies; where that falls between two values, their mean. For weights of 1
 * and a share of 0.5 this is the usual median.
 *
 * scikit-learn: `_weighted_percentile(…, average=True)`, Hyndman and Fan's type 2 with weights. Sums of weights count as
 * equal within 1e-12 of their total, so that ten weights of 0.1 have a middle as ten of 1 do; there rounding decides.
 *
 * @param values finite, at least one with a weight above 0
 * @param share  in [0, 1]; 0 and 1 give the least and the greatest value of weight above 0
 * Source: Hyndman and Fan (1996), The American Statistician 50, 361–365, definition 2.
 */
export function weightedQuantile(values: Float64Array, share: number, weights?: Float64Array): number {
  return weights === undefined ? quantile(values, share) : quantileByWeight(values, share, weights);
}

/** Of the total weight: within it two sums of weights count as equal. */
const SLACK = 1e-12;

function quantileByWeight(values: Float64Array, share: number, weights: Float64Array): number {
  const total = weightedSum(values.length, weights, () => 1);
  const slack = SLACK * total;
  let lower: number | undefined;
  let reached = 0;
  for (const row of ascendingOrder(values)) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    const value = values[row] ?? 0;
    if (lower !== undefined) return (lower + value) / 2;
    reached += weight;
    if (reached > share * total + slack) return value;
    // exactly the share: the next value has a part in it
    if (reached >= share * total - slack) lower = value;
  }
  return lower ?? Number.NaN;
}

function quantile(values: Float64Array, share: number): number {
  const position = share * values.length;
  const whole = Math.round(position);
  const copy = values.slice();
  const between = whole > 0 && whole < values.length && Math.abs(position - whole) <= SLACK * values.length;
  if (!between) return valueOfRank(copy, Math.min(Math.floor(position), values.length - 1));
  const lower = valueOfRank(copy, whole - 1);
  // all that follows that rank is at least as great
  let upper = Infinity;
  for (let at = whole; at < copy.length; at++) upper = Math.min(upper, copy[at] ?? 0);
  return (lower + upper) / 2;
}

/**
 * The value at a rank from 0 on; reorders the column so that what stands before is at most it, what follows at least.
 *
 * Source: Hoare (1961), Communications of the ACM 4, 321–322, algorithm 65 "Find".
 */
function valueOfRank(column: Float64Array, rank: number): number {
  let from = 0;
  let to = column.length - 1;
  while (from < to) {
    const pivot = middleOfThree(column[from] ?? 0, column[(from + to) >>> 1] ?? 0, column[to] ?? 0);
    let left = from;
    let right = to;
    while (left <= right) {
      while ((column[left] ?? 0) < pivot) left++;
      while ((column[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const swapped = column[left] ?? 0;
      column[left++] = column[right] ?? 0;
      column[right--] = swapped;
    }
    if (rank <= right) to = right;
    else if (rank >= left) from = left;
    else break;
  }
  return column[rank] ?? Number.NaN;
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
