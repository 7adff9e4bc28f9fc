import type { Interval } from '@modelgate/core';
import {
  linearisedTotals,
  pointTotals,
  type RowDesign,
  totalsBootstrap,
  type UnitTotals,
  unitTotalsOfColumns,
} from '@modelgate/statistics';
import type { Estimand, PlannedBound } from './bound-plan.ts';
import { championNearZero, type Effect, type Measured, nearZero, undefinedEffect } from './effect.ts';
import { type ResamplingPlan, resampledEffect } from './resampling.ts';
import { tooFewClusters } from './row-mean-effect.ts';
import type { SidedRows } from './sided-rows.ts';
import { unseenShare } from './unseen-rows.ts';

/** A statistic of one side that is a function of sums over rows, such as R² or a ratio of two means. */
export interface RowTotals {
  /** What each row adds to each total, before weights. */
  readonly columns: readonly Float64Array[];
  /** NaN: no value. */
  readonly value: (totals: Float64Array) => number;
  /** What a model without error would read on these rows: the statistic is too high by at most so much. */
  readonly noise?: number;
}

/** The first of two sums by the second; NaN where that is 0. */
export function quotient([over = 0, under = 0]: Float64Array): number {
  return under === 0 ? Number.NaN : over / under;
}

/**
 * Effects of a function of totals: the paired bootstrap of units (rows, or clusters) over both sides' totals at once, so
 * that what is paired stays paired.
 */
export function totalsEffects(
  name: string,
  rows: SidedRows<RowTotals>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { candidate, champion, design } = rows;
  const columns = [...candidate.columns, ...(champion?.columns ?? [])];
  const totals = unitTotalsOfColumns({ columns, design, seed: plan.seed });
  return unitEffects(
    name,
    { ...twoSided(rows), totals, count: candidate.columns[0]?.length ?? 0, design },
    bounds,
    plan,
    likeAnyRow(columns, champion === undefined ? columns.length : columns.length / 2, design),
  );
}

/** Both sides' statistics as functions of one list of totals, the candidate's first. */
function twoSided({
  candidate,
  champion,
}: SidedRows<RowTotals>): Pick<UnitStatistics, 'candidate' | 'champion' | 'noise'> {
  const own = candidate.columns.length;
  return {
    candidate: (totals) => candidate.value(totals.subarray(0, own)),
    champion: champion && ((totals) => champion.value(totals.subarray(own))),
    ...(candidate.noise === undefined ? {} : { noise: { candidate: candidate.noise, champion: champion?.noise ?? 0 } }),
  };
}

export interface UnitStatistics {
  readonly candidate: (totals: Float64Array) => number;
  readonly champion: ((totals: Float64Array) => number) | undefined;
  /** By how much each side's statistic may be too high on these rows, where it is a sum of sizes. */
  readonly noise?: { readonly candidate: number; readonly champion: number };
  readonly totals: UnitTotals;
  /** Rows behind the units. */
  readonly count: number;
  readonly design: RowDesign;
}

/**
 * Where replicates do not vary, bounds come from what unseen rows could do.
 *
 * @param share of the weight, that unseen rows of another kind may have
 * @returns totals that such rows could lead to
 */
export type Possible = (sums: Float64Array, share: number) => Iterable<Float64Array>;

/** One set of replicates serves all bounds of a check. */
export function unitEffects(
  name: string,
  statistics: UnitStatistics,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
  possible?: Possible,
): Measured {
  const sums = pointTotals(statistics.totals);
  const candidate = statistics.candidate(sums);
  const champion = statistics.champion?.(sums);
  const base = { rows: statistics.count, candidate: numberOf(candidate), champion: numberOf(champion) };
  if (Number.isNaN(candidate)) {
    const gap = undefinedOn(name, 'candidate');
    return { ...base, gap, effects: bounds.map(() => gap) };
  }
  const wanted = [...new Set(bounds.map((bound) => bound.of))];
  const effects = new Map<Estimand, Effect | undefined>();
  const open: Estimand[] = [];
  for (const of of wanted) {
    if (of === 'value') open.push(of);
    else if (champion === undefined) effects.set(of, undefined);
    else if (Number.isNaN(champion)) effects.set(of, undefinedOn(name, 'champion'));
    else if (of === 'relative-difference' && nearZero(champion)) effects.set(of, championNearZero(name, champion));
    else open.push(of);
  }
  for (const [of, effect] of resampled(statistics, open, plan, possible)) effects.set(of, effect);
  return { ...base, effects: bounds.map((bound) => effects.get(bound.of)) };
}

function numberOf(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function undefinedOn(name: string, who: 'candidate' | 'champion'): Effect {
  return undefinedEffect(
    'metric-undefined',
    `${name} of the ${who} is undefined on these rows`,
    'check the examples, or gate another metric',
  );
}

function resampled(
  statistics: UnitStatistics,
  wanted: readonly Estimand[],
  plan: ResamplingPlan,
  possible: Possible | undefined,
): ReadonlyMap<Estimand, Effect> {
  if (wanted.length === 0) return new Map();
  const found = totalsBootstrap({
    totals: statistics.totals,
    statistics: wanted.map((of) => estimandOf(of, statistics)),
    replicates: plan.replicates,
    seed: plan.seed,
    level: plan.confidence,
    // all resamples of a sum of sizes lie above it, so that there is nothing for BCa to correct by
    method: statistics.noise === undefined ? 'bca' : 'percentile',
  });
  if (found.kind === 'degenerate') {
    const { points } = found;
    return new Map(wanted.map((of, at) => [of, tooFewClusters(numberOf(points.statistics[at]), found.units)]));
  }
  return new Map(
    wanted.map((of, index) => {
      const estimate = found.statistics[index];
      if (estimate === undefined) throw new Error('one estimate a statistic');
      const method = statistics.noise === undefined ? 'bca' : 'percentile';
      const effect = resampledEffect(
        estimate,
        plan,
        () => possible && unanimous(statistics, of, plan, possible),
        method,
      );
      return [
        of,
        statistics.noise === undefined ? carefully(statistics, of, effect, plan) : noisy(statistics, of, effect),
      ];
    }),
  );
}

/** Resampled differences are too short on few rows or clusters, where their linear approximation keeps its level. */
function carefully(statistics: UnitStatistics, of: Estimand, effect: Effect, plan: ResamplingPlan): Effect {
  if (effect.kind !== 'interval' || effect.interval.method !== 'bca' || of === 'value') return effect;
  const linear = linearisedTotals(statistics.totals, estimandOf(of, statistics), plan.confidence);
  if (linear === undefined) return effect;
  const { lower, upper } = linear;
  return { ...effect, careful: { lower, upper, by: 'by linear approximation' } };
}

/**
 * A sum of sizes, such as a calibration error, is never too low but by chance: the true one may be less by what noise
 * alone would read.
 */
function noisy({ noise, champion, totals }: UnitStatistics, of: Estimand, effect: Effect): Effect {
  if (effect.kind !== 'interval' || noise === undefined) return effect;
  const scale = of === 'relative-difference' ? Math.abs(champion?.(pointTotals(totals)) ?? 1) : 1;
  // resamples repeat the noise and so lie too high: mirrored at the estimate they lie too low
  const { estimate } = effect;
  const lowest = Math.min(effect.interval.lower, 2 * estimate - effect.interval.upper) - noise.candidate / scale;
  const highest = Math.max(effect.interval.upper, 2 * estimate - effect.interval.lower) + noise.champion / scale;
  const interval =
    of === 'value'
      ? { ...effect.interval, lower: Math.max(0, lowest) }
      : { ...effect.interval, lower: lowest, upper: highest };
  const note = `a model without calibration error would read ${Number(noise.candidate.toPrecision(2))} on these rows; the interval allows for it`;
  return { ...effect, interval, note: effect.note === undefined ? note : `${effect.note}; ${note}` };
}

function estimandOf(of: Estimand, { candidate, champion }: UnitStatistics): (totals: Float64Array) => number {
  const theirs = champion ?? (() => Number.NaN);
  switch (of) {
    case 'value':
      return candidate;
    case 'difference':
      return (totals) => candidate(totals) - theirs(totals);
    case 'relative-difference':
      return (totals) => {
        const base = theirs(totals);
        return nearZero(base) ? Number.NaN : (candidate(totals) - base) / Math.abs(base);
      };
  }
}

/** A share of the candidate's rows is answered like any one row that was seen. */
function likeAnyRow(columns: readonly Float64Array[], width: number, { weights }: RowDesign): Possible {
  return function* (sums, share) {
    const rows = columns[0]?.length ?? 0;
    const weight = weights === undefined ? rows : weights.reduce((sum, one) => sum + one, 0);
    const moved = sums.slice();
    for (let row = 0; row < rows; row++) {
      if (weights?.[row] === 0) continue;
      for (let column = 0; column < width; column++) {
        moved[column] = (1 - share) * (sums[column] ?? 0) + share * weight * (columns[column]?.[row] ?? 0);
      }
      yield moved;
    }
  };
}

/**
 * Both models say the same of every row, so that resampling shows no variation. A share of unseen rows may still differ
 * (see `unseenShare`); this takes the worst and the best that they could do.
 */
function unanimous(
  statistics: UnitStatistics,
  of: Estimand,
  plan: ResamplingPlan,
  possible: Possible,
): Effect | undefined {
  const sums = pointTotals(statistics.totals);
  const share = unseenShare(statistics.totals.units, plan.confidence);
  const statistic = estimandOf(of, statistics);
  const estimate = statistic(sums);
  let [lower, upper] = [estimate, estimate];
  for (const moved of possible(sums, share)) {
    const reached = statistic(moved);
    if (Number.isNaN(reached)) continue;
    lower = Math.min(lower, reached);
    upper = Math.max(upper, reached);
  }
  const interval: Interval = { lower, upper, level: plan.confidence, method: 'unanimous' };
  const note = 'resampling shows no variation: the bounds are what rows that were not seen could do';
  return { kind: 'interval', estimate, interval, standardError: undefined, note };
}
