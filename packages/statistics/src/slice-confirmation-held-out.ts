import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { tSf } from './distribution.ts';
import type { Moments } from './paired-mean.ts';
import { sliceEffect } from './slice-effect.ts';
import { logBeta } from './special.ts';

/** Fewer rows in a slice, or outside of it, are not tested. */
export const LEAST_HELD_OUT_ROWS = 10;

export interface HeldOutRows {
  /** How many of them are in the slice. */
  readonly rows: number;
  /** Of the rows in the slice; null where there are none. */
  readonly mean: number | null;
  /** Of the other rows; null where there are none. */
  readonly restMean: number | null;
}

export type HeldOutTest =
  | {
      readonly kind: 'tested';
      /** `sliceEffect`'s; null where nothing varies within the slice nor outside of it. */
      readonly effect: number | null;
      readonly p: number;
    }
  | { readonly kind: 'not-tested'; readonly reason: 'too-few-rows' | 'too-few-clusters' };

/**
 * One-sided test that the mean of some rows is larger than that of the others.
 *
 * p is the largest of Welch's, of Student's with a pooled variance, and with clusters of that from their influence on
 * the difference. Welch's alone takes a side of few rows on which, by chance, nothing went wrong for one without variance,
 * and is far below its level where errors are rare and the slice is most of the rows. Where neither side has any variance
 * p is that of the permutations of rows (or clusters): this arrangement is the most extreme one.
 *
 * @param values   finite
 * @param inside   1 where the row is in the slice, else 0
 * @param clusters of the rows, 0 … G − 1, not every one of which needs a row here
 * Source: Welch (1947), Biometrika 34, 28–35; Liang and Zeger (1986), Biometrika 73, 13–22, with the degrees of freedom
 * and the factor of the side of fewer clusters.
 */
export function heldOutTest(
  values: Float64Array,
  inside: Uint8Array,
  clusters: Uint32Array | undefined,
): HeldOutRows & { readonly test: HeldOutTest } {
  const [rest, slice] = [momentsWhere(values, inside, 0), momentsWhere(values, inside, 1)];
  const found = {
    rows: slice.count,
    mean: slice.count === 0 ? null : slice.mean,
    restMean: rest.count === 0 ? null : rest.mean,
  };
  if (Math.min(slice.count, rest.count) < LEAST_HELD_OUT_ROWS) {
    return { ...found, test: { kind: 'not-tested', reason: 'too-few-rows' } };
  }
  const reach = clusters && clusterReach(values, inside, clusters, slice, rest);
  if (reach !== undefined && Math.min(reach.slice, reach.rest) < LEAST_CLUSTERS) {
    return { ...found, test: { kind: 'not-tested', reason: 'too-few-clusters' } };
  }
  return { ...found, test: tested(slice, rest, reach) };
}

function tested(slice: Moments, rest: Moments, reach: ClusterReach | undefined): HeldOutTest {
  const welch = sliceEffect(slice, rest);
  const difference = slice.mean - rest.mean;
  if (welch.kind === 'degenerate') {
    const [units, ofSlice] = reach ? [reach.all, reach.slice] : [slice.count + rest.count, slice.count];
    return { kind: 'tested', effect: null, p: difference > 0 ? arrangementP(units, ofSlice) : 1 };
  }
  const ps = [welch.p, pooledP(slice, rest)];
  if (reach !== undefined) {
    const fewest = Math.min(reach.slice, reach.rest);
    const variance = (fewest / (fewest - 1)) * reach.squares;
    if (variance > 0) ps.push(tSf(difference / Math.sqrt(variance), fewest - 1));
  }
  return { kind: 'tested', effect: welch.effect, p: Math.max(...ps) };
}

function pooledP(slice: Moments, rest: Moments): number {
  const freedom = slice.count + rest.count - 2;
  const variance = ((slice.count - 1) * slice.variance + (rest.count - 1) * rest.variance) / freedom;
  const deviation = Math.sqrt(variance * (1 / slice.count + 1 / rest.count));
  return tSf((slice.mean - rest.mean) / deviation, freedom);
}

/** 1 in all ways to take `taken` of `units`. */
function arrangementP(units: number, taken: number): number {
  return Math.min(1, (units + 1) * Math.exp(logBeta(taken + 1, units - taken + 1)));
}

function momentsWhere(values: Float64Array, inside: Uint8Array, side: 0 | 1): Moments {
  let count = 0;
  let sum = 0;
  let squares = 0;
  // From the first value on, so that equal ones have a variance of exactly 0.
  const origin = values[inside.indexOf(side)] ?? 0;
  for (let row = 0; row < values.length; row++) {
    if (inside[row] !== side) continue;
    count++;
    sum += (values[row] ?? 0) - origin;
  }
  const mean = sum / count;
  for (let row = 0; row < values.length; row++) {
    if (inside[row] === side) squares += ((values[row] ?? 0) - origin - mean) ** 2;
  }
  return { count, mean: origin + mean, variance: count < 2 ? 0 : squares / (count - 1) };
}

interface ClusterReach {
  /** Clusters that have a row in the slice, outside of it, at all. */
  readonly slice: number;
  readonly rest: number;
  readonly all: number;
  /** Σ over clusters of the square of what the cluster adds to the difference of means. */
  readonly squares: number;
}

function clusterReach(
  values: Float64Array,
  inside: Uint8Array,
  clusters: Uint32Array,
  slice: Moments,
  rest: Moments,
): ClusterReach {
  const size = clusters.reduce((most, cluster) => Math.max(most, cluster), 0) + 1;
  const influence = new Float64Array(size);
  const sides = new Uint8Array(size);
  for (let row = 0; row < values.length; row++) {
    const cluster = clusters[row] ?? 0;
    const value = values[row] ?? 0;
    const added = inside[row] === 1 ? (value - slice.mean) / slice.count : (rest.mean - value) / rest.count;
    influence[cluster] = (influence[cluster] ?? 0) + added;
    sides[cluster] = (sides[cluster] ?? 0) | (inside[row] === 1 ? 1 : 2);
  }
  const counts = [0, 0, 0, 0];
  for (const side of sides) counts[side] = (counts[side] ?? 0) + 1;
  const [, sliceOnly = 0, restOnly = 0, both = 0] = counts;
  return {
    slice: sliceOnly + both,
    rest: restOnly + both,
    all: sliceOnly + restOnly + both,
    squares: influence.reduce((sum, added) => sum + added ** 2, 0),
  };
}
