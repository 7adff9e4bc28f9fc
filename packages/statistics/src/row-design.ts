import { requireCount } from './argument.ts';

/** What sampling rows were drawn by: how much each counts, and which of them depend on each other. */
export interface RowDesign {
  /** One a row, finite, ≥ 0, not all 0: scikit-learn's `sample_weight`. A row of weight 0 is treated as no row at all. */
  readonly weights?: Float64Array | undefined;
  /** Number of each row's cluster, 0 … G − 1; every cluster has a row. Rows of a cluster depend on each other. */
  readonly clusters?: Uint32Array | undefined;
}

/** A design reduced to what has an effect, so that weights that are all equal give exactly what no weights give. */
export interface EffectiveDesign {
  /** Rows of weight above 0 in their order; undefined when all rows are. */
  readonly kept: Uint32Array | undefined;
  /** How many rows are kept; what follows has one entry for each of them. */
  readonly rows: number;
  /** All above 0; undefined when they are all equal. */
  readonly weights: Float64Array | undefined;
  /** 0 … units − 1 without gaps; undefined when rows are independent. */
  readonly clusters: Uint32Array | undefined;
  /** Clusters where there are any, else rows: what is independent, and resampled. */
  readonly units: number;
}

/**
 * @param rows integer > 0
 * @throws RangeError when weights or clusters are not as `RowDesign` says
 */
export function effectiveDesign(rows: number, design: RowDesign): EffectiveDesign {
  requireCount('rows', rows, 1);
  if (design.clusters !== undefined) requireClusters(rows, design.clusters);
  if (design.weights === undefined) return withKept(rows, undefined, undefined, design.clusters);
  const { weights } = design;
  const { positive, equal } = requireRowWeights(rows, weights);
  if (positive === rows) return withKept(rows, undefined, equal ? undefined : weights, design.clusters);
  const kept = new Uint32Array(positive);
  let count = 0;
  for (let row = 0; row < rows; row++) if ((weights[row] ?? 0) > 0) kept[count++] = row;
  return withKept(positive, kept, equal ? undefined : pick(weights, kept), renumbered(design.clusters, kept));
}

/** The column's values of the kept rows; the column itself when all are. */
export function keptOf(column: Float64Array, { kept }: EffectiveDesign): Float64Array {
  return kept === undefined ? column : pick(column, kept);
}

/** Adds up a column of the kept rows by unit, each row times its weight. */
export function unitSums(
  column: (row: number) => number,
  { rows, weights, clusters, units }: EffectiveDesign,
): Float64Array {
  const sums = new Float64Array(units);
  for (let row = 0; row < rows; row++) {
    const unit = clusters === undefined ? row : (clusters[row] ?? 0);
    sums[unit] = (sums[unit] ?? 0) + (weights === undefined ? 1 : (weights[row] ?? 0)) * column(row);
  }
  return sums;
}

function withKept(
  rows: number,
  kept: Uint32Array | undefined,
  weights: Float64Array | undefined,
  clusters: Uint32Array | undefined,
): EffectiveDesign {
  let units = rows;
  if (clusters !== undefined) {
    units = 0;
    for (let row = 0; row < rows; row++) units = Math.max(units, (clusters[row] ?? 0) + 1);
  }
  return { kept, rows, weights, clusters, units };
}

function pick(column: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i] ?? 0] ?? 0;
  return picked;
}

/** Clusters of the kept rows, those without any left out, in their old order. */
function renumbered(clusters: Uint32Array | undefined, kept: Uint32Array): Uint32Array | undefined {
  if (clusters === undefined) return undefined;
  const present = new Uint8Array(clusters.reduce((most, cluster) => Math.max(most, cluster), 0) + 1);
  for (const row of kept) present[clusters[row] ?? 0] = 1;
  const numberOf = new Uint32Array(present.length);
  let next = 0;
  for (let cluster = 0; cluster < present.length; cluster++) if (present[cluster] === 1) numberOf[cluster] = next++;
  return kept.map((row) => numberOf[clusters[row] ?? 0] ?? 0);
}

function requireRowWeights(
  rows: number,
  weights: Float64Array,
): { readonly positive: number; readonly equal: boolean } {
  requireLength('weights', rows, weights.length);
  let positive = 0;
  let least = Infinity;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] ?? Number.NaN;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`weights[${row}] must be a finite number of at least 0, got ${weight}`);
    }
    if (weight === 0) continue;
    positive++;
    if (weight < least) least = weight;
    if (weight > most) most = weight;
  }
  if (positive === 0) throw new RangeError('weights must not all be 0');
  return { positive, equal: least === most };
}

function requireClusters(rows: number, clusters: Uint32Array): void {
  requireLength('clusters', rows, clusters.length);
  let size = 0;
  for (let row = 0; row < rows; row++) size = Math.max(size, (clusters[row] ?? 0) + 1);
  const present = new Uint8Array(Math.min(size, rows));
  for (let row = 0; row < rows; row++) present[clusters[row] ?? 0] = 1;
  const missing = size > rows ? rows : present.indexOf(0);
  if (missing >= 0)
    throw new RangeError(
      `clusters must be numbered 0 … ${size - 1} without gaps, ${size > rows ? `but there are only ${rows} rows` : `but ${missing} has no row`}`,
    );
}

function requireLength(name: string, rows: number, length: number): void {
  if (length !== rows) throw new RangeError(`${name} must be one for each of ${rows} rows, got ${length}`);
}
