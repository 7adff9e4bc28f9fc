import { workerData } from 'node:worker_threads';
import { MeanReplicates } from './mean-replicates.ts';

/** What `parallel.ts` hands to each of its threads: shared memory, so that nothing is copied back. */
export interface MeanWork {
  readonly values: Float64Array;
  /** Receives all replicates. */
  readonly into: Float64Array;
  /** One number: the chunk that nobody has taken yet. */
  readonly nextChunk: Int32Array;
  readonly seed: string;
}

const work: MeanWork = workerData;
const replicates = new MeanReplicates(work.values, undefined, work.seed, work.into.length);
for (;;) {
  const chunk = Atomics.add(work.nextChunk, 0, 1);
  if (chunk >= replicates.chunks) break;
  replicates.draw(chunk, work.into);
}
