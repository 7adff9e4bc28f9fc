import type { RowDesign } from '@modelgate/statistics';

/** What both models said about the same rows, in one order, and how the rows count. */
export interface SidedRows<Column> {
  readonly candidate: Column;
  /** Undefined where there is nothing to compare with. */
  readonly champion: Column | undefined;
  readonly design: RowDesign;
}

/** Σ w x / Σ w. */
export function weightedMeanOf(values: Float64Array, { weights }: RowDesign): number {
  let total = 0;
  let weight = 0;
  for (let row = 0; row < values.length; row++) {
    const own = weights === undefined ? 1 : (weights[row] ?? 0);
    total += own * (values[row] ?? 0);
    weight += own;
  }
  return total / weight;
}

/** candidate − factor × champion, row by row. */
export function contrastOf(candidate: Float64Array, champion: Float64Array, factor: number): Float64Array {
  return candidate.map((value, row) => value - factor * (champion[row] ?? 0));
}

export function sameColumn(one: Float64Array, other: Float64Array): boolean {
  return one.every((value, row) => value === other[row]);
}

/** What is independent: clusters where there are any, else rows. */
export function unitsOf(rows: number, { clusters }: RowDesign): number {
  return clusters === undefined ? rows : clusters.reduce((most, cluster) => Math.max(most, cluster), -1) + 1;
}
