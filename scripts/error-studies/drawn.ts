import { createHash } from 'node:crypto';
import { type Interval, normalQuantile, Random } from '../../packages/statistics/src/index.ts';
import type { ErrorRate } from './study.ts';

/** What one sample does to a limit on which the truth lies. */
export type Decision = 'proven' | 'failed' | 'open';

/** Counts how often fresh samples prove, and how often they fail, what lies exactly on the limit. */
export function simulated(
  setting: string,
  rows: number,
  samples: number,
  decide: (sample: number) => Decision,
): ErrorRate {
  let [proven, failed] = [0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const decision = decide(sample);
    if (decision === 'proven') proven++;
    if (decision === 'failed') failed++;
  }
  return { setting, rows, provenWrongly: proven / samples, failedWrongly: failed / samples, samples };
}

/** Of a floor; a sample without an interval decides nothing. */
export function decidedBy(interval: Interval | undefined, truth: number): Decision {
  if (interval === undefined) return 'open';
  return interval.lower > truth ? 'proven' : interval.upper < truth ? 'failed' : 'open';
}

export function normal(random: Random): number {
  // never 0, whose quantile is −Infinity
  return normalQuantile(random.uniform() + 2 ** -54);
}

/** Running sums of weights, for `pick`. */
export function sumsOf(weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => {
    sum += weight;
    return sum;
  });
}

/** An index, as likely as its weight. */
export function pick(random: Random, sums: Float64Array): number {
  const at = random.uniform() * (sums.at(-1) ?? 0);
  let from = 0;
  let to = sums.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sums[middle] ?? 0) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}

export function randomOf(name: string): Random {
  return new Random(seedOf(name));
}

/** Each setting has a stream of its own: adding one changes no other number. */
export function seedOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
