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
  const between = whole > 0 && whole < values.length && Math.abs(position - whole) <= SLACK * values.length;
  const rank = between ? whole - 1 : Math.min(Math.floor(position), values.length - 1);
  const { value, next } = valueOfRank(values, rank);
  return between ? (value + (next ?? leastAbove(values, value))) / 2 : value;
}

/** Of a value that is the last one of its size. */
function leastAbove(values: Float64Array, value: number): number {
  let least = Infinity;
  for (let row = 0; row < values.length; row++) {
    const other = values[row] ?? 0;
    if (other > value && other < least) least = other;
  }
  return least;
}

/** To be sorted: that also shows the next value, which else takes another pass. */
const FEW = 0x8000;

/**
 * The value at a rank from 0 on, and the one at the rank after it where that came to light. Counts the doubles by their leading 16 bits, keeps those that begin as the one of that
 * rank, and so on with the bits that follow until few are left: two passes over the column as a rule, and its order
 * does not matter.
 *
 * Source: Knuth, The Art of Computer Programming 3, 5.2.5 (radix exchange), of which only the part with the rank is
 * followed; the order of doubles by bits: IEEE 754-2019, 5.10.
 */
function valueOfRank(
  values: Float64Array,
  rank: number,
): { readonly value: number; readonly next: number | undefined } {
  let left = values;
  let rankLeft = rank;
  let negative = false;
  for (let digit = 3; digit >= 0 && left.length > FEW; digit--) {
    const codes = new Uint16Array(left.buffer, left.byteOffset, 4 * left.length);
    const lane = LITTLE_ENDIAN ? digit : 3 - digit;
    const counts = countCodes(codes, lane);
    // the leading bit is the sign, and greater bits are smaller numbers where it is set
    let code: number = digit === 3 || negative ? 0xffff : 0;
    for (; rankLeft >= (counts[code] ?? 0); code = codeAfter(code, digit === 3, negative))
      rankLeft -= counts[code] ?? 0;
    if (digit === 3) negative = code >= 0x8000;
    left = valuesOfCode(left, codes, lane, code, counts[code] ?? 0);
  }
  const sorted = left.slice().sort();
  return { value: sorted[rankLeft] ?? Number.NaN, next: sorted[rankLeft + 1] };
}

function countCodes(codes: Uint16Array, lane: number): Uint32Array {
  const counts = new Uint32Array(0x10000);
  for (let at = lane; at < codes.length; at += 4) {
    const code = codes[at] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function valuesOfCode(
  values: Float64Array,
  codes: Uint16Array,
  lane: number,
  code: number,
  count: number,
): Float64Array {
  const kept = new Float64Array(count);
  let next = 0;
  for (let row = 0; row < values.length; row++) {
    if (codes[4 * row + lane] === code) kept[next++] = values[row] ?? 0;
  }
  return kept;
}

/** Leading codes ascend from 0xffff down to 0x8000 and on from 0 up; others up or, of negative numbers, down. */
function codeAfter(code: number, leading: boolean, negative: boolean): number {
  if (!leading) return negative ? code - 1 : code + 1;
  if (code >= 0x8000) return code === 0x8000 ? 0 : code - 1;
  return code + 1;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
