import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import type { BootstrapEstimates } from './contrast.ts';
import { totalsBootstrap } from './totals-bootstrap.ts';
import type { UnitTotals } from './unit-totals.ts';

/** Rows of each cluster by joint cell, cells without rows left out. */
export interface ClusterCells {
  /** Number of joint cells. */
  readonly cells: number;
  /** Entries of cluster g are starts[g] … starts[g + 1] − 1; one longer than there are clusters. */
  readonly starts: ArrayLike<number>;
  /** Cell of each entry, 0 … cells − 1, no cell twice in a cluster. */
  readonly cellOf: ArrayLike<number>;
  /** Rows of each entry, integers > 0. */
  readonly counts: ArrayLike<number>;
}

export interface ClusterBootstrapInput extends Resampling {
  readonly clusters: ClusterCells;
  /** As in `cellBootstrap`: functions of the counts of all rows by cell; NaN means "no value here". */
  readonly statistics: readonly ((counts: Float64Array) => number)[];
  /** Linear combinations of the statistics, one weight each: [-1, 1] is a difference. */
  readonly contrasts?: readonly (readonly number[])[];
}

export type ClusterBootstrap =
  | ({ readonly kind: 'estimates'; readonly clusters: number } & BootstrapEstimates)
  | { readonly kind: 'degenerate'; readonly reason: 'too-few-clusters'; readonly clusters: number };

/**
 * Bootstrap of metrics made of cell counts (see `cellBootstrap`) when rows depend on each other within clusters: whole
 * clusters are resampled, and the jackknife leaves out one cluster at a time.
 *
 * Clusters with the same counts are interchangeable and are drawn by count; with one row a cluster this is
 * `cellBootstrap`. The order of the clusters does not matter.
 *
 * @returns `degenerate` below ten clusters
 * @throws RangeError when the cells, replicates, seed, level or the length of a contrast are wrong
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8; Field and Welsh (2007), Journal of
 * the Royal Statistical Society B 69, 369–390.
 */
export function clusterBootstrap(input: ClusterBootstrapInput): ClusterBootstrap {
  const { clusters: cells, ...rest } = input;
  const totals = clusterKinds(cells);
  const found = totalsBootstrap({ ...rest, totals });
  const clusters = totals.units;
  if (found.kind === 'degenerate') return { kind: 'degenerate', reason: found.reason, clusters };
  return { kind: 'estimates', clusters, statistics: found.statistics, contrasts: found.contrasts };
}

/** Kinds in the order of their counts, whatever the order of the clusters. */
function clusterKinds({ cells, starts, cellOf, counts }: ClusterCells): UnitTotals {
  requireCount('cells', cells, 1);
  requireCount('clusters', starts.length - 1, 1);
  const kinds = new Map<string, { readonly entries: readonly (readonly [number, number])[]; times: number }>();
  for (let cluster = 0; cluster + 1 < starts.length; cluster++) {
    const entries = entriesOf(cluster, { cells, starts, cellOf, counts });
    const key = entries.join(';');
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { entries, times: 1 });
    else kind.times++;
  }
  const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
  const flat = sorted.flatMap((kind) => kind.entries);
  const kindStarts = new Uint32Array(sorted.length + 1);
  for (const [i, kind] of sorted.entries()) kindStarts[i + 1] = (kindStarts[i] ?? 0) + kind.entries.length;
  const clusters = starts.length - 1;
  return {
    width: cells,
    units: clusters,
    groups: clusters,
    clustered: true,
    multiplicities: Float64Array.from(sorted, (kind) => kind.times),
    starts: kindStarts,
    columnOf: Uint32Array.from(flat, ([cell]) => cell),
    amounts: Float64Array.from(flat, ([, count]) => count),
  };
}

/** A cluster's cells and rows, by cell. */
function entriesOf(cluster: number, { cells, starts, cellOf, counts }: ClusterCells): readonly [number, number][] {
  const from = starts[cluster] ?? 0;
  const to = starts[cluster + 1] ?? 0;
  requireCount(`rows of starts[${cluster}]`, to - from, 1);
  const entries: [number, number][] = [];
  for (let at = from; at < to; at++) {
    const cell = cellOf[at] ?? Number.NaN;
    const count = counts[at] ?? Number.NaN;
    requireCount(`cellOf[${at}]`, cell);
    if (cell >= cells) throw new RangeError(`cellOf[${at}] must be below ${cells}, the number of cells, got ${cell}`);
    requireCount(`counts[${at}]`, count, 1);
    entries.push([cell, count]);
  }
  return entries.sort(([a], [b]) => a - b);
}
