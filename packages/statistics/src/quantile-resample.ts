import { type Blocks, type JointCells, scatter } from './joint-cells.ts';
import { interpolate, type QuantilePosition } from './quantile.ts';
import type { QuantileWindow } from './quantile-window.ts';
import type { Random } from './random.ts';

export interface ResampledQuantiles {
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
}

/**
 * The quantile of either column in resamples of the rows.
 * @returns undefined as soon as one lies outside its window, where only numbers of rows are known
 */
export function resampledQuantiles(
  joint: JointCells,
  windows: readonly [QuantileWindow, QuantileWindow],
  position: QuantilePosition,
  replicates: number,
  random: Random,
): ResampledQuantiles | undefined {
  const x = marginOf(joint.x, windows[0]);
  const y = marginOf(joint.y, windows[1]);
  const drawn = new Float64Array(joint.groups.length);
  const quantiles = { champion: new Float64Array(replicates), candidate: new Float64Array(replicates) };
  for (let replicate = 0; replicate < replicates; replicate++) {
    random.multinomial(joint.groupCounts, joint.rows, joint.rows, drawn);
    countBlocks(joint, drawn, x, y);
    const inX = crossing(x, position);
    const inY = crossing(y, position);
    if (inX === undefined || inY === undefined) return undefined;
    countCells(joint, drawn, random, [x, inX], [y, inY]);
    quantiles.champion[replicate] = quantileIn(x, inX, position);
    quantiles.candidate[replicate] = quantileIn(y, inY, position);
  }
  return quantiles;
}

/** Where one column's counts of a resample are kept. */
interface Margin {
  readonly blocks: Blocks;
  readonly window: QuantileWindow;
  readonly blockCounts: Float64Array;
  /** Right only for the blocks that were looked into last. */
  readonly cellCounts: Float64Array;
}

function marginOf(blocks: Blocks, window: QuantileWindow): Margin {
  return {
    blocks,
    window,
    blockCounts: new Float64Array(blocks.last + 1),
    cellCounts: new Float64Array(blocks.size),
  };
}

function countBlocks(joint: JointCells, drawn: Float64Array, x: Margin, y: Margin): void {
  x.blockCounts.fill(0);
  y.blockCounts.fill(0);
  for (let i = 0; i < drawn.length; i++) {
    const group = joint.groups[i];
    if (group === undefined) continue;
    x.blockCounts[group.blockX] = (x.blockCounts[group.blockX] ?? 0) + (drawn[i] ?? 0);
    y.blockCounts[group.blockY] = (y.blockCounts[group.blockY] ?? 0) + (drawn[i] ?? 0);
  }
}

/** The blocks that hold the two order statistics which the quantile lies between. */
interface Crossing {
  readonly block: number;
  readonly nextBlock: number;
  /** Rows in all blocks before `block`. */
  readonly passed: number;
}

function crossing({ blocks, blockCounts }: Margin, { rank, fraction }: QuantilePosition): Crossing | undefined {
  let block = 0;
  let passed = 0;
  while (block < blocks.last && passed + (blockCounts[block] ?? 0) <= rank) passed += blockCounts[block++] ?? 0;
  let nextBlock = block;
  let upTo = passed + (blockCounts[block] ?? 0);
  while (fraction > 0 && nextBlock < blocks.last && upTo <= rank + 1) upTo += blockCounts[++nextBlock] ?? 0;
  return block === 0 || nextBlock === blocks.last ? undefined : { block, nextBlock, passed };
}

/** Counts the cells of the crossings' blocks; each group is looked into once, for both columns. */
function countCells(
  joint: JointCells,
  drawn: Float64Array,
  random: Random,
  [x, inX]: readonly [Margin, Crossing],
  [y, inY]: readonly [Margin, Crossing],
): void {
  clear(x, inX);
  clear(y, inY);
  const lookInto = (group: number): void => {
    const it = joint.groups[group];
    const count = drawn[group] ?? 0;
    if (it !== undefined && count > 0) scatter(joint, it, count, random, x.cellCounts, y.cellCounts);
  };
  for (const block of blocksIn(inX)) x.blocks.groupsOf[block]?.forEach(lookInto);
  for (const block of blocksIn(inY)) {
    for (const group of y.blocks.groupsOf[block] ?? []) {
      const blockX = joint.groups[group]?.blockX;
      if (blockX !== inX.block && blockX !== inX.nextBlock) lookInto(group);
    }
  }
}

function blocksIn({ block, nextBlock }: Crossing): readonly number[] {
  return block === nextBlock ? [block] : [block, nextBlock];
}

function clear({ blocks, cellCounts }: Margin, crossed: Crossing): void {
  for (const block of blocksIn(crossed)) cellCounts.fill(0, (block - 1) * blocks.width + 1, block * blocks.width + 1);
}

function quantileIn(margin: Margin, crossed: Crossing, { rank, fraction }: QuantilePosition): number {
  const { blocks, cellCounts, window } = margin;
  let cell = (crossed.block - 1) * blocks.width + 1;
  let upTo = crossed.passed + (cellCounts[cell] ?? 0);
  while (upTo <= rank) upTo += cellCounts[++cell] ?? Number.NaN;
  const below = window.cellValue(cell);
  if (fraction === 0 || upTo > rank + 1) return below;
  // Blocks in between are empty in this resample, so that its next row is the first one of the next block, if not of this.
  const nextStart = (crossed.nextBlock - 1) * blocks.width + 1;
  cell = crossed.nextBlock === crossed.block ? cell + 1 : nextStart;
  while ((cellCounts[cell] ?? Number.NaN) === 0) cell++;
  return interpolate(below, window.cellValue(cell), fraction);
}
