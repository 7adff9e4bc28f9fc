import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { requireCount } from './argument.ts';
import type { BootstrapEstimate } from './bootstrap-interval.ts';
import { type MeanBootstrapInput, meanBootstrap, meanEstimate, requireMeanInput } from './mean-bootstrap.ts';
import type { MeanWork } from './mean-worker.ts';

export interface Workers {
  /** Threads; default: the processor's, or none where the work is too small to pay for starting them. */
  readonly threads?: number;
  /** The module that runs in each thread; a bundle names its own copy of `mean-worker.ts`. */
  readonly entry?: URL;
}

/**
 * `meanBootstrap` in several threads: the same result to the last bit, whatever their number.
 *
 * @throws RangeError as `meanBootstrap`; an error of a thread is thrown as it is
 */
export async function meanBootstrapInWorkers(
  input: MeanBootstrapInput,
  workers: Workers = {},
): Promise<BootstrapEstimate> {
  requireMeanInput(input);
  const drawn = input.values.length * input.replicates;
  const { threads = drawn < WORTH_THREADS ? 1 : availableParallelism() } = workers;
  const { entry = new URL('./mean-worker.ts', import.meta.url) } = workers;
  requireCount('threads', threads, 1);
  if (threads === 1) return meanBootstrap(input);
  const values = new Float64Array(new SharedArrayBuffer(input.values.byteLength));
  values.set(input.values);
  const into = new Float64Array(new SharedArrayBuffer(8 * input.replicates));
  const nextChunk = new Int32Array(new SharedArrayBuffer(4));
  const work: MeanWork = { values, into, nextChunk, seed: input.seed };
  await Promise.all(Array.from({ length: threads }, () => finished(new Worker(entry, { workerData: work }))));
  return meanEstimate(input, Float64Array.from(into));
}

/** Drawn rows (rows × replicates) that take about half a second. */
const WORTH_THREADS = 5e7;

function finished(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a bootstrap thread ended with ${code}`)),
    );
  });
}
