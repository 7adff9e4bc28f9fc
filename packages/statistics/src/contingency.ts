import { requireCount } from './argument.ts';
import { chiSquareSf } from './distribution.ts';

/** Pearson's test of homogeneity. */
export interface ChiSquare {
  readonly statistic: number;
  readonly p: number;
  readonly degreesOfFreedom: number;
  /** Smallest expected count: below 5 the approximation is poor, pool the rare categories. */
  readonly leastExpected: number;
}

/**
 * Chi-square test of a contingency table, with Yates' correction on 2 × 2 (as scipy and R).
 *
 * @param table rows of counts (integers ≥ 0), all of the same length; no row and no column may be empty
 * @param yates default true; false for the uncorrected statistic of a 2 × 2 table
 * @throws RangeError when the table is not of that form
 * Source: Pearson (1900), Philosophical Magazine 50, 157–175; Yates (1934), Supplement to the JRSS 1, 217–235.
 */
export function chiSquareTest(table: readonly (readonly number[])[], yates = true): ChiSquare {
  const { rowSums, columnSums, total } = marginsOf(table);
  for (const [i, sum] of rowSums.entries()) requireCount(`sum of row ${i}`, sum, 1);
  for (const [j, sum] of columnSums.entries()) requireCount(`sum of column ${j}`, sum, 1);
  const degreesOfFreedom = (rowSums.length - 1) * (columnSums.length - 1);
  const correction = yates && degreesOfFreedom === 1 ? 0.5 : 0;
  let statistic = 0;
  let leastExpected = Infinity;
  for (const [i, row] of table.entries()) {
    for (const [j, count] of row.entries()) {
      const expected = ((rowSums[i] ?? 0) * (columnSums[j] ?? 0)) / total;
      const distance = Math.abs(count - expected);
      statistic += (distance - Math.min(correction, distance)) ** 2 / expected;
      leastExpected = Math.min(leastExpected, expected);
    }
  }
  const p = degreesOfFreedom === 0 ? 1 : chiSquareSf(statistic, degreesOfFreedom);
  return { statistic, p, degreesOfFreedom, leastExpected };
}

/** Strength of an association in [0, 1], or why it has none. */
export type Association =
  | { readonly kind: 'value'; readonly value: number }
  /** A sample has one category only while the other has another or several. */
  | { readonly kind: 'degenerate'; readonly reason: 'constant-sample' };

/**
 * Bias-corrected Cramér's V between "which sample" and "which category": how much two samples of categories differ.
 *
 * @param reference counts by category, integers ≥ 0, sum > 0
 * @param current   counts by the same categories
 * @returns 0 when both samples consist of the same one category
 * @throws RangeError when the samples differ in length, are empty, or hold something else than counts
 * Source: Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328; Yates' correction on two categories, as
 * Deepchecks has it.
 */
export function cramersV(reference: readonly number[], current: readonly number[]): Association {
  const { rowSums, columnSums } = marginsOf([reference, current]);
  for (const [i, sum] of rowSums.entries()) requireCount(`sum of ${i === 0 ? 'reference' : 'current'}`, sum, 1);
  const present = (counts: readonly number[]): readonly number[] => counts.filter((_, j) => (columnSums[j] ?? 0) > 0);
  const table = [present(reference), present(current)];
  const categories = table[0]?.length ?? 0;
  if (categories === 1) return { kind: 'value', value: 0 };
  if (table.some((counts) => counts.filter((count) => count > 0).length === 1)) {
    return { kind: 'degenerate', reason: 'constant-sample' };
  }
  const total = rowSums.reduce((sum, part) => sum + part, 0);
  const { statistic } = chiSquareTest(table);
  const shrunk = (levels: number): number => levels - (levels - 1) ** 2 / (total - 1);
  const strength = Math.max(0, statistic / total - (categories - 1) / (total - 1));
  return { kind: 'value', value: Math.min(1, Math.sqrt(strength / Math.min(shrunk(2) - 1, shrunk(categories) - 1))) };
}

function marginsOf(table: readonly (readonly number[])[]): {
  readonly rowSums: readonly number[];
  readonly columnSums: readonly number[];
  readonly total: number;
} {
  const width = table[0]?.length ?? 0;
  requireCount('number of categories', width, 1);
  const columnSums = new Array<number>(width).fill(0);
  const rowSums = table.map((row, i) => {
    if (row.length !== width)
      throw new RangeError(`row ${i} must have ${width} counts as the first one, got ${row.length}`);
    return row.reduce((sum, count, j) => {
      requireCount(`count [${i}][${j}]`, count);
      columnSums[j] = (columnSums[j] ?? 0) + count;
      return sum + count;
    }, 0);
  });
  return { rowSums, columnSums, total: rowSums.reduce((sum, part) => sum + part, 0) };
}
