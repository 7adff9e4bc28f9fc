import { requireCount, requireFinite, requireFiniteColumn, requireInnerProbability } from './argument.ts';
import { type BootstrapEstimate, bootstrapInterval, type Resampling } from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { quantileDifferenceBootstrap } from './quantile-bootstrap.ts';
import { Random, streamSeed } from './random.ts';
import { type EffectiveDesign, effectiveDesign, keptOf, type RowDesign } from './row-design.ts';
import { MOST_GROUPS, randomGroups } from './unit-groups.ts';
import { RowHashes } from './unit-kinds.ts';
import {
  quantileOfColumn,
  type SortedColumn,
  shareOfFirst,
  sortedColumn,
  type UnitNumbers,
  UnitQuantile,
} from './unit-quantile.ts';

export interface DesignedQuantileBootstrapInput extends Resampling {
  /** One finite number a row; the same row of both columns is one example. */
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
  readonly design: RowDesign;
  /** Which quantile, in (0, 1): .5 the median, .95 p95. */
  readonly probability: number;
  /** Estimates candidate − factor × champion for each; default [1], the difference. 1.1 asks "at most 10 % more". */
  readonly factors?: readonly number[];
}

export type DesignedQuantileBootstrap = {
  /** The quantiles of the columns themselves, as `designedQuantile`. */
  readonly champion: number;
  readonly candidate: number;
  /** Clusters where there are any, else rows; those of weight 0 do not count. Of the smaller side, where unpaired. */
  readonly units: number;
} & (
  | {
      readonly kind: 'estimates';
      /** One estimate for each factor, all from the same replicates. */
      readonly contrasts: readonly BootstrapEstimate[];
    }
  | { readonly kind: 'degenerate'; readonly reason: 'too-few-clusters' }
);

/**
 * Paired bootstrap of the difference between the same quantile of two columns, for rows that may have weights or depend
 * on each other within clusters: whole units are resampled.
 *
 * With no design it is `quantileDifferenceBootstrap` (method `bca` unless told otherwise). Else intervals are percentile
 * ones, whatever `method` says but for `basic`: a quantile's acceleration is not smooth. More than 4,096 units are merged
 * at random as `unitTotalsOfColumns` says; rows far from the quantile are only counted, so that a replicate costs about
 * 4,096 units and the rows within three standard errors of the quantile's rank. The order of the rows does not matter but
 * for the rounding of sums.
 *
 * @returns `degenerate` below ten clusters
 * @throws RangeError when the columns are empty, of unequal length or not finite, or another argument is out of range
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 3.8 and 5.3.1.
 */
export function designedQuantileBootstrap(input: DesignedQuantileBootstrapInput): DesignedQuantileBootstrap {
  const { champion, candidate, design, probability, replicates, seed, factors = [1] } = input;
  requireArguments(input, factors);
  if (champion.length !== candidate.length) {
    throw new RangeError(
      `champion and candidate must be of equal length, got ${champion.length} and ${candidate.length}`,
    );
  }
  requireFiniteColumn('champion', champion);
  requireFiniteColumn('candidate', candidate);
  const effective = effectiveDesign(champion.length, design);
  const columns = [keptOf(champion, effective), keptOf(candidate, effective)] as const;
  if (effective.clusters === undefined && effective.weights === undefined) {
    const found = quantileDifferenceBootstrap({ ...input, champion: columns[0], candidate: columns[1] });
    return { kind: 'estimates', units: effective.units, ...found };
  }
  const [before, after] = columns.map((column) => sortedColumn(column, effective.weights));
  if (before === undefined || after === undefined) throw new Error('two columns make two sorted ones');
  const points = { champion: quantileOfColumn(before, probability), candidate: quantileOfColumn(after, probability) };
  const { units } = effective;
  if (tooFew(effective)) return { kind: 'degenerate', reason: 'too-few-clusters', units, ...points };
  const groups = groupNumbers(columns, effective, seed);
  const [ofChampion, ofCandidate] = resampledQuantiles([before, after], groups, { probability, replicates, seed });
  const values = { champion: ofChampion ?? new Float64Array(), candidate: ofCandidate ?? new Float64Array() };
  return { kind: 'estimates', units, ...points, contrasts: contrastsOf(points, values, factors, input) };
}

export interface UnpairedQuantileBootstrapInput extends Resampling {
  /** Rows of one side: one finite number each. */
  readonly champion: QuantileSide;
  /** Rows of the other side, none of them the same examples. */
  readonly candidate: QuantileSide;
  /** As for `designedQuantileBootstrap`. */
  readonly probability: number;
  readonly factors?: readonly number[];
}

export interface QuantileSide {
  readonly values: Float64Array;
  readonly design: RowDesign;
}

/**
 * Bootstrap of the difference between the same quantile of two samples that share no rows, each resampled alone.
 *
 * Percentile intervals (`basic` where told). Merging and cost as `designedQuantileBootstrap`.
 *
 * @returns `degenerate` when either side has clusters, but fewer than ten
 * @throws RangeError when a side is empty or not finite, or another argument is out of range
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, 8.3.
 */
export function unpairedQuantileBootstrap(input: UnpairedQuantileBootstrapInput): DesignedQuantileBootstrap {
  const { probability, replicates, seed, factors = [1] } = input;
  requireArguments(input, factors);
  const before = sideOf('champion', input.champion, probability);
  const after = sideOf('candidate', input.candidate, probability);
  const points = { champion: before.point, candidate: after.point };
  const units = Math.min(before.effective.units, after.effective.units);
  if (tooFew(before.effective) || tooFew(after.effective)) {
    return { kind: 'degenerate', reason: 'too-few-clusters', units, ...points };
  }
  const resample = (side: typeof before, stream: number): Float64Array => {
    const own = streamSeed(seed, stream);
    const groups = groupNumbers([side.column.values], side.effective, own);
    return resampledQuantiles([side.column], groups, { probability, replicates, seed: own })[0] ?? new Float64Array();
  };
  const values = { champion: resample(before, 0), candidate: resample(after, 1) };
  return { kind: 'estimates', units, ...points, contrasts: contrastsOf(points, values, factors, input) };
}

function sideOf(name: string, { values, design }: QuantileSide, probability: number) {
  requireFiniteColumn(name, values);
  const effective = effectiveDesign(values.length, design);
  const column = sortedColumn(keptOf(values, effective), effective.weights);
  return { effective, column, point: quantileOfColumn(column, probability) };
}

function contrastsOf(
  points: { readonly champion: number; readonly candidate: number },
  values: { readonly champion: Float64Array; readonly candidate: Float64Array },
  factors: readonly number[],
  { level, method }: Resampling,
): readonly BootstrapEstimate[] {
  return factors.map((factor) =>
    bootstrapInterval({
      point: points.candidate - factor * points.champion,
      values: values.candidate.map((value, i) => value - factor * (values.champion[i] ?? Number.NaN)),
      acceleration: 0,
      level,
      method: method === 'basic' ? 'basic' : 'percentile',
    }),
  );
}

/** The random group of each row's unit; each unit its own where they are few. */
function groupNumbers(columns: readonly Float64Array[], effective: EffectiveDesign, seed: string): UnitNumbers {
  const { rows, units, weights, clusters } = effective;
  const hashes = new RowHashes(units);
  const row = new Float64Array(columns.length + 1);
  const unitOf = (at: number): number => (clusters === undefined ? at : (clusters[at] ?? 0));
  for (let at = 0; at < rows; at++) {
    for (let i = 0; i < columns.length; i++) row[i] = columns[i]?.[at] ?? 0;
    row[columns.length] = weights?.[at] ?? 1;
    hashes.add(unitOf(at), row);
  }
  const groups = Math.min(units, MOST_GROUPS);
  const groupOf = randomGroups(hashes.order(), groups, seed);
  return { unitOf: Uint32Array.from({ length: rows }, (_, at) => groupOf[unitOf(at)] ?? 0), units: groups };
}

interface Replication {
  readonly probability: number;
  readonly replicates: number;
  readonly seed: string;
}

/** One column of replicates each, all from the same draws. */
function resampledQuantiles(
  columns: readonly SortedColumn[],
  units: UnitNumbers,
  { probability, replicates, seed }: Replication,
): readonly Float64Array[] {
  const random = new Random(seed);
  const picked = new Uint32Array(units.units);
  const times = new Float64Array(units.units);
  const quantiles = columns.map((column) => quantileOfDraw(column, units, probability));
  const values = columns.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    times.fill(0);
    random.integers(units.units, picked);
    for (let i = 0; i < picked.length; i++) times[picked[i] ?? 0] = (times[picked[i] ?? 0] ?? 0) + 1;
    for (const [i, column] of values.entries()) column[replicate] = quantiles[i]?.(times) ?? Number.NaN;
  }
  return values;
}

/** Tries a window of three standard errors, which holds nearly every draw, then four times as wide ones until one does. */
function quantileOfDraw(
  column: SortedColumn,
  units: UnitNumbers,
  probability: number,
): (times: Float64Array) => number {
  const { standardError } = shareOfFirst(column, units, probability);
  const windows: UnitQuantile[] = [];
  return (times) => {
    for (let i = 0; ; i++) {
      windows[i] ??= new UnitQuantile(column, units, probability, 3 * 4 ** i * (standardError + FLOOR));
      const value = windows[i]?.at(times);
      if (value !== undefined) return value;
    }
  };
}

/** Where the standard error is 0, the windows' growth must start somewhere. */
const FLOOR = 1e-6;

function tooFew({ clusters, units }: EffectiveDesign): boolean {
  return clusters !== undefined && units < LEAST_CLUSTERS;
}

function requireArguments(
  { probability, replicates }: { readonly probability: number; readonly replicates: number },
  factors: readonly number[],
): void {
  requireInnerProbability('probability', probability);
  requireCount('replicates', replicates, 1);
  for (const factor of factors) requireFinite('factor', factor);
}
