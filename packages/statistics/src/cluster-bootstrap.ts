import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { type BootstrapEstimates, contrastEstimates, requireWeights } from './contrast.ts';
import { Random } from './random.ts';

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
  const { statistics, contrasts = [], replicates, method = 'bca' } = input;
  const kinds = clusterKinds(input.clusters);
  requireCount('replicates', replicates, 1);
  for (const weights of contrasts) requireWeights(weights, statistics.length);
  const random = new Random(input.seed);
  const { clusters } = kinds;
  if (clusters < LEAST_CLUSTERS) return { kind: 'degenerate', reason: 'too-few-clusters', clusters };

  const total = new Float64Array(input.clusters.cells);
  for (const [kind, multiplicity] of kinds.multiplicities.entries()) addKind(kinds, kind, multiplicity, total);
  const columns = statistics.map(() => new Float64Array(replicates));
  const resampled = new Float64Array(total.length);
  const drawKinds = kindDrawer(kinds, random);
  for (let replicate = 0; replicate < replicates; replicate++) {
    resampled.fill(0);
    for (const [kind, times] of drawKinds().entries()) if (times > 0) addKind(kinds, kind, times, resampled);
    write(columns, replicate, statistics, resampled);
  }
  const estimates = contrastEstimates({
    points: statistics.map((statistic) => statistic(total)),
    columns,
    jackknife:
      method === 'bca'
        ? { columns: withoutOneCluster(kinds, total, statistics), weights: kinds.multiplicities }
        : undefined,
    contrasts,
    level: input.level,
    method,
  });
  return { kind: 'estimates', clusters, ...estimates };
}

/** Clusters, those with equal counts together. */
interface ClusterKinds {
  readonly clusters: number;
  /** How many clusters are of each kind. */
  readonly multiplicities: Float64Array;
  /** Entries of kind k are starts[k] … starts[k + 1] − 1. */
  readonly starts: Uint32Array;
  readonly cellOf: Uint32Array;
  readonly counts: Float64Array;
}

/** Kinds in the order of their counts, whatever the order of the clusters. */
function clusterKinds({ cells, starts, cellOf, counts }: ClusterCells): ClusterKinds {
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
  return {
    clusters: starts.length - 1,
    multiplicities: Float64Array.from(sorted, (kind) => kind.times),
    starts: kindStarts,
    cellOf: Uint32Array.from(flat, ([cell]) => cell),
    counts: Float64Array.from(flat, ([, count]) => count),
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

function addKind({ starts, cellOf, counts }: ClusterKinds, kind: number, times: number, into: Float64Array): void {
  const to = starts[kind + 1] ?? 0;
  for (let at = starts[kind] ?? 0; at < to; at++) {
    const cell = cellOf[at] ?? 0;
    into[cell] = (into[cell] ?? 0) + times * (counts[at] ?? 0);
  }
}

/** How often each kind is among as many clusters drawn with replacement: by count where kinds are few, else one by one. */
function kindDrawer(kinds: ClusterKinds, random: Random): () => Float64Array {
  const { clusters, multiplicities } = kinds;
  const drawn = new Float64Array(multiplicities.length);
  if (multiplicities.length * CLUSTERS_PER_KIND < clusters) {
    return () => {
      random.multinomial(multiplicities, clusters, clusters, drawn);
      return drawn;
    };
  }
  const kindOf = new Uint32Array(clusters);
  let filled = 0;
  for (const [kind, times] of multiplicities.entries()) {
    kindOf.fill(kind, filled, filled + times);
    filled += times;
  }
  return () => {
    drawn.fill(0);
    for (let i = 0; i < clusters; i++) {
      const kind = kindOf[random.integer(clusters)] ?? 0;
      drawn[kind] = (drawn[kind] ?? 0) + 1;
    }
    return drawn;
  };
}

/** From this many clusters a kind on, drawing the kind's count is cheaper than drawing its clusters. */
const CLUSTERS_PER_KIND = 8;

function withoutOneCluster(
  kinds: ClusterKinds,
  total: Float64Array,
  statistics: readonly ((counts: Float64Array) => number)[],
): readonly Float64Array[] {
  const columns = statistics.map(() => new Float64Array(kinds.multiplicities.length));
  const reduced = total.slice();
  for (let kind = 0; kind < kinds.multiplicities.length; kind++) {
    addKind(kinds, kind, -1, reduced);
    write(columns, kind, statistics, reduced);
    addKind(kinds, kind, 1, reduced);
  }
  return columns;
}

function write(
  columns: readonly Float64Array[],
  at: number,
  statistics: readonly ((counts: Float64Array) => number)[],
  counts: Float64Array,
): void {
  for (const [i, statistic] of statistics.entries()) {
    const column = columns[i];
    if (column !== undefined) column[at] = statistic(counts);
  }
}
