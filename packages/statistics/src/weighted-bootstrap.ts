import { requireCount, requireFiniteColumn } from './argument.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { Random } from './random.ts';
import { type EffectiveDesign, effectiveDesign, keptOf, type RowDesign, unitSums } from './row-design.ts';

export interface WeightedBootstrapInput extends Resampling {
  /** Number of rows, > 0. */
  readonly rows: number;
  readonly design: RowDesign;
  /**
   * Function of the rows' weights (one each, many of them 0); NaN means "no value here". Called on the design's own
   * weights (1 each where there are none) and on every replicate; it must neither keep nor change the array.
   */
  readonly statistic: (weights: Float64Array) => number;
  /** Influence value of each row (see `influenceInterval`): with them BCa, without percentile. */
  readonly influence?: Float64Array | undefined;
}

export type UnitBootstrapEstimate =
  | BootstrapEstimate
  | {
      readonly kind: 'degenerate';
      readonly reason: 'too-few-clusters';
      readonly units: number;
      /** The statistic on the rows themselves. */
      readonly point: number;
    };

/**
 * Bootstrap of a statistic that is computed anew from reweighted rows: a row's weight is its own times how often its unit
 * was drawn. For statistics that need one pass over rows sorted once, such as average precision; the cost is that of
 * rows × replicates. Where totals suffice `totalsBootstrap` is faster by far.
 *
 * @returns `degenerate` below ten clusters. The default method is `bca` where influence values are given (the
 *   acceleration comes from them, summed by unit), else `percentile`
 * @throws RangeError when an argument is out of range, or `method` is `bca` without influence values
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8; Efron (1987), JASA 82, eq. (6.6).
 */
export function weightedBootstrap(input: WeightedBootstrapInput): UnitBootstrapEstimate {
  const { rows, statistic, influence, replicates, level } = input;
  const method = input.method ?? (influence === undefined ? 'percentile' : 'bca');
  requireCount('replicates', replicates, 1);
  const effective = effectiveDesign(rows, input.design);
  if (influence !== undefined) requireInfluence(influence, rows);
  else if (method === 'bca') throw new RangeError('bca needs influence values, got none');
  const { units } = effective;

  const weights = new Float64Array(rows);
  writeWeights(effective, undefined, weights);
  const point = statistic(weights);
  if (effective.clusters !== undefined && units < LEAST_CLUSTERS) {
    return { kind: 'degenerate', reason: 'too-few-clusters', units, point };
  }
  const random = new Random(input.seed);
  const values = new Float64Array(replicates);
  const picked = new Uint32Array(units);
  const times = new Uint32Array(units);
  for (let replicate = 0; replicate < replicates; replicate++) {
    times.fill(0);
    random.integers(units, picked);
    for (let i = 0; i < units; i++) times[picked[i] ?? 0] = (times[picked[i] ?? 0] ?? 0) + 1;
    writeWeights(effective, times, weights);
    values[replicate] = statistic(weights);
  }
  const acceleration = method === 'bca' && influence !== undefined ? accelerationOf(influence, effective) : 0;
  return bootstrapInterval({ point, values, acceleration, level, method });
}

/** Negated influences are the jackknife to first order, but for a shift and a scale. */
function accelerationOf(influence: Float64Array, effective: EffectiveDesign): number {
  const kept = keptOf(influence, effective);
  const without = unitSums((row) => -(kept[row] ?? 0), effective);
  return jackknifeAcceleration(without, new Float64Array(effective.units).fill(1));
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

function requireInfluence(influence: Float64Array, rows: number): void {
  if (influence.length !== rows) {
    throw new RangeError(`influence must be one for each of ${rows} rows, got ${influence.length}`);
  }
  requireFiniteColumn('influence', influence);
}
