import type { QuantileWindow } from './quantile-window.ts';
import type { Random } from './random.ts';

/**
 * Rows of two columns, counted by pair of window cells. Neighbouring cells of a column form blocks, and pairs of the same
 * two blocks form a group: a resample first draws the groups' counts, and then looks only into those that matter.
 * The order is that of the cells, not of the rows, so that shuffled rows give the same resamples.
 */
export interface JointCells {
  readonly rows: number;
  readonly x: Blocks;
  readonly y: Blocks;
  readonly pairX: Uint32Array;
  readonly pairY: Uint32Array;
  /** Rows in each pair of cells. */
  readonly pairCounts: Float64Array;
  readonly groups: readonly Group[];
  readonly groupCounts: Float64Array;
}

/** Division of a window's cells: block 0 is "below", then blocks of `width` cells, the last one is "above". */
export interface Blocks {
  readonly size: number;
  readonly width: number;
  readonly last: number;
  /** Groups that hold rows of each block. */
  readonly groupsOf: readonly (readonly number[])[];
}

interface Group {
  readonly blockX: number;
  readonly blockY: number;
  /** Its pairs are from … to − 1. */
  readonly from: number;
  readonly to: number;
  /** The pair of each of its rows, where drawing rows is cheaper than drawing a count for each pair. */
  readonly pairOfRow: Uint32Array | undefined;
}

/** Counts the pairs of cells of two columns of equal length. */
export function jointCells(x: Float64Array, ofX: QuantileWindow, y: Float64Array, ofY: QuantileWindow): JointCells {
  const countOf = countPairs(x, ofX, y, ofY);
  const nearby = x.length - corners(ofX, ofY).reduce((sum, key) => sum + (countOf.get(key) ?? 0), 0);
  const blocks = blockCount(nearby);
  const widthX = Math.ceil((ofX.size - 2) / blocks);
  const widthY = Math.ceil((ofY.size - 2) / blocks);
  const entries = Array.from(countOf, ([key, count]) => {
    const cellX = Math.floor(key / ofY.size);
    const cellY = key % ofY.size;
    const blockX = blockOf(cellX, ofX.size, widthX);
    const blockY = blockOf(cellY, ofY.size, widthY);
    return { cellX, cellY, blockX, blockY, key, count };
  }).sort((a, b) => a.blockX - b.blockX || a.blockY - b.blockY || a.key - b.key);
  const pairCounts = Float64Array.from(entries, (entry) => entry.count);

  const groups: Group[] = [];
  const groupCounts: number[] = [];
  for (let from = 0, to = 0; from < entries.length; from = to) {
    const first = entries[from];
    if (first === undefined) break;
    let count = 0;
    while (entries[to]?.blockX === first.blockX && entries[to]?.blockY === first.blockY) count += pairCounts[to++] ?? 0;
    const pairOfRow = count < ROWS_PER_PAIR * (to - from) ? rowsOf(pairCounts, from, to, count) : undefined;
    groups.push({ blockX: first.blockX, blockY: first.blockY, from, to, pairOfRow });
    groupCounts.push(count);
  }
  return {
    rows: x.length,
    x: blocksOf(ofX.size, widthX, groups, (group) => group.blockX),
    y: blocksOf(ofY.size, widthY, groups, (group) => group.blockY),
    pairX: Uint32Array.from(entries, (entry) => entry.cellX),
    pairY: Uint32Array.from(entries, (entry) => entry.cellY),
    pairCounts,
    groups,
    groupCounts: Float64Array.from(groupCounts),
  };
}

/** Adds `drawn` rows of a group, drawn with replacement, to the counts of the cells of both columns. */
export function scatter(
  joint: JointCells,
  group: Group,
  drawn: number,
  random: Random,
  cellsX: Float64Array,
  cellsY: Float64Array,
): void {
  const { pairOfRow, from, to } = group;
  const add = (pair: number, count: number): void => {
    const cellX = joint.pairX[pair] ?? 0;
    const cellY = joint.pairY[pair] ?? 0;
    cellsX[cellX] = (cellsX[cellX] ?? 0) + count;
    cellsY[cellY] = (cellsY[cellY] ?? 0) + count;
  };
  if (pairOfRow !== undefined) {
    for (let i = 0; i < drawn; i++) add(pairOfRow[random.integer(pairOfRow.length)] ?? 0, 1);
    return;
  }
  const weights = joint.pairCounts.subarray(from, to);
  const counts = new Float64Array(to - from);
  random.multinomial(
    weights,
    weights.reduce((sum, weight) => sum + weight, 0),
    drawn,
    counts,
  );
  for (const [i, count] of counts.entries()) add(from + i, count);
}

/** From this many rows a pair on, drawing the pair's count is cheaper than drawing its rows. */
const ROWS_PER_PAIR = 8;

/** Balances the groups to draw (blocks²) against the rows to draw in one block of either column (rows/blocks). */
function blockCount(rows: number): number {
  return Math.max(1, Math.round(Math.cbrt(rows / 5)));
}

function blockOf(cell: number, size: number, width: number): number {
  return cell === size - 1 ? Math.ceil((size - 2) / width) + 1 : Math.ceil(cell / width);
}

function blocksOf(size: number, width: number, groups: readonly Group[], blockIn: (group: Group) => number): Blocks {
  const last = blockOf(size - 1, size, width);
  const groupsOf: number[][] = Array.from({ length: last + 1 }, () => []);
  for (const [i, group] of groups.entries()) groupsOf[blockIn(group)]?.push(i);
  return { size, width, last, groupsOf };
}

function rowsOf(pairCounts: Float64Array, from: number, to: number, count: number): Uint32Array {
  const pairs = new Uint32Array(count);
  let row = 0;
  for (let pair = from; pair < to; pair++) {
    for (let i = pairCounts[pair] ?? 0; i > 0; i--) pairs[row++] = pair;
  }
  return pairs;
}

/** Rows by pair of cells, keyed cellX × (cells of y) + cellY. */
function countPairs(x: Float64Array, ofX: QuantileWindow, y: Float64Array, ofY: QuantileWindow): Map<number, number> {
  const countOf = new Map<number, number>();
  const inCorner = new Float64Array(4);
  for (let row = 0; row < x.length; row++) {
    const cellX = ofX.cellOf(x[row] ?? Number.NaN);
    const cellY = ofY.cellOf(y[row] ?? Number.NaN);
    // Nearly all rows of a large table lie in a corner; they skip the map.
    if ((cellX === 0 || cellX === ofX.size - 1) && (cellY === 0 || cellY === ofY.size - 1)) {
      const corner = (cellX === 0 ? 0 : 2) + (cellY === 0 ? 0 : 1);
      inCorner[corner] = (inCorner[corner] ?? 0) + 1;
    } else {
      const key = cellX * ofY.size + cellY;
      countOf.set(key, (countOf.get(key) ?? 0) + 1);
    }
  }
  for (const [corner, key] of corners(ofX, ofY).entries()) {
    const count = inCorner[corner] ?? 0;
    if (count > 0) countOf.set(key, count);
  }
  return countOf;
}

/** Keys of the pairs of which neither cell is in its window. */
function corners(ofX: QuantileWindow, ofY: QuantileWindow): readonly number[] {
  const above = (ofX.size - 1) * ofY.size;
  return [0, ofY.size - 1, above, above + ofY.size - 1];
}
