import { Random, streamSeed } from './random.ts';

/** Means of resamples, in chunks that can be drawn in any order and by anyone. */
export class MeanReplicates {
  readonly chunks: number;
  private readonly values: Float64Array;
  private readonly weights: Float64Array | undefined;
  private readonly seed: string;
  private readonly replicates: number;

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
    const { values, weights } = this;
    const rows = values.length;
    const drawn = new Uint32Array(Math.min(rows, BLOCK));
    let sum = 0;
    let weight = 0;
    for (let left = rows; left > 0; left -= drawn.length) {
      const block = left < drawn.length ? drawn.subarray(0, left) : drawn;
      random.integers(rows, block);
      for (let i = 0; i < block.length; i++) sum += values[block[i] ?? 0] ?? 0;
      if (weights !== undefined) for (let i = 0; i < block.length; i++) weight += weights[block[i] ?? 0] ?? 0;
    }
    return sum / (weights === undefined ? rows : weight);
  }
}

/** Replicates drawn from one stream. Part of the result: another size gives other replicates. */
const CHUNK = 128;
/** Draws at a time: small enough for the first cache. */
const BLOCK = 2048;
