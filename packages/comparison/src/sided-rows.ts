import { LEAST_CLUSTERS, type RowDesign } from '@modelgate/statistics';
import type { Measured } from './effect.ts';

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

/** What is independent, clusters where there are any, else rows; a row of weight 0 is none. */
export function unitsOf(rows: number, { weights, clusters }: RowDesign): number {
  if (clusters === undefined) return countedRows(rows, weights);
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) if (weights?.[row] !== 0) seen.add(clusters[row] ?? 0);
  return seen.size;
}

function countedRows(rows: number, weights: Float64Array | undefined): number {
  return weights === undefined ? rows : weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
}

/** Rows of weight 0 are no rows: too few of the others are not judged. */
export function withCountedRows(measured: Measured, { weights }: RowDesign): Measured {
  if (measured.rows === undefined || weights === undefined) return measured;
  return { ...measured, rows: countedRows(weights.length, weights) };
}

export function countAlike({ weights, clusters }: RowDesign): boolean {
  return weights === undefined && clusters === undefined;
}

/** Without weights that are all equal and without clusters of one row each, which give exactly what none give. */
export function reducedDesign({ weights, clusters }: RowDesign): RowDesign {
  const alike = weights?.every((weight) => weight === weights[0]) ?? true;
  const rows = clusters?.length ?? 0;
  const alone = clusters === undefined || (rows >= LEAST_CLUSTERS && new Set(clusters).size === rows);
  return { weights: alike ? undefined : weights, clusters: alone ? undefined : clusters };
}
