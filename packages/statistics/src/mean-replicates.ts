import { Random, streamSeed } from './random.ts';

/** Means of resamples, in chunks that can be drawn in any order and by anyone. */
export class MeanReplicates {
  readonly chunks: number;
  private readonly values: Float64Array;
  private readonly weights: Float64Array | undefined;
  private readonly seed: string;
  private readonly replicates: number;
  /** Rows of each block, and where the draws of a replicate are counted by block. */
  private readonly blocks: Float64Array;
  private readonly counts: Float64Array;
  private readonly places: Uint16Array;

  /**
   * @param values  what is summed, one a row (or a cluster)
   * @param weights what the sum is divided by, one a row; undefined: the number of rows
   */
  constructor(values: Float64Array, weights: Float64Array | undefined, seed: string, replicates: number) {
    this.values = values;
    this.weights = weights;
    this.seed = seed;
    this.replicates = replicates;
    this.chunks = Math.ceil(replicates / CHUNK);
    const blocks = Math.ceil(values.length / BLOCK);
    this.blocks = Float64Array.from({ length: blocks }, (_, block) => Math.min(BLOCK, values.length - block * BLOCK));
    this.counts = new Float64Array(blocks);
    // a block is drawn once a row on average, and may be drawn for all of them
    this.places = new Uint16Array(values.length + 2);
  }

  all(): Float64Array {
    const into = new Float64Array(this.replicates);
    for (let chunk = 0; chunk < this.chunks; chunk++) this.draw(chunk, into);
    return into;
  }

  /** Writes the replicates of a chunk to their places in `into`, which holds all replicates. */
  draw(chunk: number, into: Float64Array): void {
    const random = new Random(streamSeed(this.seed, chunk));
    const last = Math.min(this.replicates, (chunk + 1) * CHUNK);
    for (let replicate = chunk * CHUNK; replicate < last; replicate++) into[replicate] = this.resampledMean(random);
  }

  private resampledMean(random: Random): number {
    const { values, weights, blocks, counts } = this;
    const rows = values.length;
    if (rows < LEAST_ROWS) return this.meanOfDraws(random);
    random.multinomial(blocks, rows, rows, counts);
    const places = this.places;
    let sum = 0;
    let weight = 0;
    for (let block = 0; block < blocks.length; block++) {
      const first = block * BLOCK;
      const drawn = counts[block] ?? 0;
      drawPlaces(random, blocks[block] ?? BLOCK, drawn, places);
      const own = values.subarray(first, first + BLOCK);
      for (let i = 0; i < drawn; i++) sum += own[places[i] ?? 0] ?? 0;
      if (weights === undefined) continue;
      const ofRow = weights.subarray(first, first + BLOCK);
      for (let i = 0; i < drawn; i++) weight += ofRow[places[i] ?? 0] ?? 0;
    }
    return sum / (weights === undefined ? rows : weight);
  }

  private meanOfDraws(random: Random): number {
    const { values, weights } = this;
    const drawn = new Uint32Array(values.length);
    random.integers(values.length, drawn);
    let sum = 0;
    let weight = 0;
    for (const row of drawn) {
      sum += values[row] ?? 0;
      if (weights !== undefined) weight += weights[row] ?? 0;
    }
    return sum / (weights === undefined ? values.length : weight);
  }
}

/** Places in a block, three of ten bits from the leading bits of each random number. */
function drawPlaces(random: Random, size: number, drawn: number, into: Uint16Array): void {
  if (size < BLOCK) {
    for (let i = 0; i < drawn; ) {
      const place = random.bits() >>> 22;
      if (place < size) into[i++] = place;
    }
    return;
  }
  for (let i = 0; i < drawn; i += 3) {
    const bits = random.bits();
    into[i] = bits >>> 22;
    into[i + 1] = (bits >>> 12) & (BLOCK - 1);
    into[i + 2] = (bits >>> 2) & (BLOCK - 1);
  }
}

/** Replicates drawn from one stream. Part of the result: another size gives other replicates. */
const CHUNK = 128;
/**
 * Rows in whose midst a draw falls are found by block first: how many draws fall into each block of 1,024 rows is one
 * multinomial draw, and within a block ten bits say which row. That is the same distribution as drawing rows one by one, at
 * a third of the random numbers and without jumping about in memory.
 */
const BLOCK = 1024;
/** Below this many rows drawing them one by one is as fast. */
const LEAST_ROWS = 2048;
