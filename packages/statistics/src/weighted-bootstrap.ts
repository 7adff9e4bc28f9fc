import { requireCount, requireFiniteColumn } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { combine, contrastEstimates, requireWeights } from './contrast.ts';
import { Random } from './random.ts';
import { type EffectiveDesign, effectiveDesign, keptOf, type RowDesign, unitSums } from './row-design.ts';
import type { UnitBootstrap } from './totals-bootstrap.ts';

export interface WeightedBootstrapInput extends Resampling {
  /** Number of rows, > 0. */
  readonly rows: number;
  readonly design: RowDesign;
  /**
   * Functions of the rows' weights (one each, many of them 0); NaN means "no value here". Called on the design's own
   * weights and on every replicate; they must neither keep nor change the array.
   */
  readonly statistics: readonly ((weights: Float64Array) => number)[];
  /** Linear combinations of the statistics, one weight each: [-1, 1] is a difference. */
  readonly contrasts?: readonly (readonly number[])[];
  /** Influence values, one column a statistic (see `influenceInterval`): with them BCa, without percentile. */
  readonly influences?: readonly Float64Array[] | undefined;
}

/**
 * Bootstrap of statistics that are computed anew from reweighted rows: a row's weight is its own times how often its unit
 * was drawn. For statistics that need one pass over rows sorted once, such as average precision; the cost is that of
 * rows × replicates. Where totals suffice `totalsBootstrap` is faster by far.
 *
 * @returns `degenerate` below ten clusters; `groups` is always `units`. The default method is `bca` where influence
 *   values are given (Efron's acceleration from them, summed by unit), else `percentile`
 * @throws RangeError when an argument is out of range, or `method` is `bca` without influence values
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8 and 5.3.2.
 */
export function weightedBootstrap(input: WeightedBootstrapInput): UnitBootstrap {
  const { rows, statistics, contrasts = [], influences, replicates, level } = input;
  const method = input.method ?? (influences === undefined ? 'percentile' : 'bca');
  requireCount('replicates', replicates, 1);
  for (const weights of contrasts) requireWeights(weights, statistics.length);
  if (method === 'bca') requireInfluences(influences, statistics.length, rows);
  const effective = effectiveDesign(rows, input.design);
  const random = new Random(input.seed);
  const { units } = effective;

  const weights = new Float64Array(rows);
  writeWeights(effective, undefined, weights);
  const points = statistics.map((statistic) => statistic(weights));
  if (effective.clusters !== undefined && units < LEAST_CLUSTERS) {
    return {
      kind: 'degenerate',
      reason: 'too-few-clusters',
      units,
      points: { statistics: points, contrasts: contrasts.map((weights) => combine(points, weights)) },
    };
  }
  const columns = statistics.map(() => new Float64Array(replicates));
  const picked = new Uint32Array(units);
  const times = new Uint32Array(units);
  for (let replicate = 0; replicate < replicates; replicate++) {
    times.fill(0);
    random.integers(units, picked);
    for (let i = 0; i < units; i++) times[picked[i] ?? 0] = (times[picked[i] ?? 0] ?? 0) + 1;
    writeWeights(effective, times, weights);
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column !== undefined) column[replicate] = statistics[i]?.(weights) ?? Number.NaN;
    }
  }
  const jackknife =
    method === 'bca'
      ? {
          columns: (influences ?? []).map((column) => withoutUnits(column, effective)),
          weights: new Float64Array(units).fill(1),
        }
      : undefined;
  const estimates = contrastEstimates({ points, columns, jackknife, contrasts, level, method });
  return { kind: 'estimates', units, groups: units, ...estimates };
}

/** The jackknife to first order, but for a shift and a scale: a statistic is lower without what raises it. */
function withoutUnits(influence: Float64Array, effective: EffectiveDesign): Float64Array {
  const kept = keptOf(influence, effective);
  return unitSums((row) => -(kept[row] ?? 0), effective);
}

/** The rows' own weights times how often their units were drawn (once, where undefined). */
function writeWeights(
  { kept, rows, weights, clusters }: EffectiveDesign,
  times: Uint32Array | undefined,
  into: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    const drawn = times === undefined ? 1 : (times[clusters === undefined ? i : (clusters[i] ?? 0)] ?? 0);
    into[kept === undefined ? i : (kept[i] ?? 0)] = weights === undefined ? drawn : drawn * (weights[i] ?? 0);
  }
}

function requireInfluences(influences: readonly Float64Array[] | undefined, statistics: number, rows: number): void {
  if (influences?.length !== statistics) {
    throw new RangeError(`bca needs influence values of all ${statistics} statistics, got ${influences?.length ?? 0}`);
  }
  for (const [i, column] of influences.entries()) {
    if (column.length !== rows) {
      throw new RangeError(`influences[${i}] must be one for each of ${rows} rows, got ${column.length}`);
    }
    requireFiniteColumn(`influences[${i}]`, column);
  }
}
