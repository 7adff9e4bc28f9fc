import type { Interval } from '@modelgate/core';
import {
  type BootstrapEstimate,
  designedQuantile,
  LEAST_CLUSTERS,
  pairedMean,
  quantileDifferenceBootstrap,
  quantileOfSorted,
  type RowDesign,
  withRow,
} from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import { championNearZero, degenerate, type Effect, type Measured, nearZero } from './effect.ts';
import { factorOf, relative } from './relative-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { type RowReach, rowReach } from './row-reach.ts';
import { countAlike, sameColumn, unitsOf } from './sided-rows.ts';
import { unseenShare } from './unseen-rows.ts';

/** Count, mean and sample variance of finite numbers. */
export interface MeanOf {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** What one pass over the rows brings back for the mean of a column. */
export interface MeanData {
  readonly kind: 'mean';
  readonly candidate: MeanOf;
  readonly champion: MeanOf | undefined;
  readonly difference: MeanOf | undefined;
  readonly covariance: number | undefined;
}

/** The same for a quantile; the columns themselves only where a difference has to be resampled. */
export interface QuantileData {
  readonly kind: 'quantile';
  readonly probability: number;
  readonly rows: number;
  readonly candidate: number;
  readonly champion: number | undefined;
  /** Distribution-free bounds of the candidate's quantile; undefined on a side where the rows give none. */
  readonly orderStatistics: { readonly lower: number | undefined; readonly upper: number | undefined } | undefined;
  readonly pair: { readonly champion: Float64Array; readonly candidate: Float64Array } | undefined;
}

/**
 * Effects of a column's mean: Student's t on the value and on the paired differences. A relative margin of r is judged on
 * candidate − (1 + r) champion, so that the champion's own uncertainty counts: at the limit that is Fieller's decision
 * (Fieller 1954, J. R. Statist. Soc. B 16, 175–185).
 *
 * @param range possible values of the column: where known, a rare drop that no row shows is not taken as excluded
 */
export function meanEffects(
  name: string,
  data: MeanData,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
  range?: readonly [number, number],
): Measured {
  const { candidate, champion, difference, covariance } = data;
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value') return guardedMeanEffect(candidate, plan.confidence, 't', rowReach(range, 0));
    if (champion === undefined || difference === undefined || covariance === undefined) return undefined;
    if (bound.of === 'difference')
      return guardedMeanEffect(difference, plan.confidence, 'paired-t', rowReach(range, 1));
    if (nearZero(champion.mean)) return championNearZero(name, champion.mean);
    const factor = factorOf(bound, champion.mean);
    const contrast: MeanOf = {
      count: candidate.count,
      mean: candidate.mean - factor * champion.mean,
      variance: Math.max(0, candidate.variance + factor ** 2 * champion.variance - 2 * factor * covariance),
    };
    const effect = guardedMeanEffect(contrast, plan.confidence, 'paired-t', rowReach(range, factor));
    return relative(effect, bound, champion.mean);
  });
  return { rows: candidate.count, candidate: candidate.mean, champion: champion?.mean, effects };
}

/** Effects of a quantile: order statistics for the value, the paired bootstrap for differences. */
export function quantileEffects(
  name: string,
  data: QuantileData,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { candidate, champion, pair } = data;
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value') return orderStatisticEffect(data, plan.confidence);
    if (champion === undefined || pair === undefined) return undefined;
    if (bound.of === 'relative-difference' && nearZero(champion)) return championNearZero(name, champion);
    const factor = bound.of === 'difference' ? 1 : factorOf(bound, champion);
    const unchanged = unchangedColumn(
      { ...pair, design: {} },
      { probability: data.probability, factor, level: plan.confidence },
    );
    const effect =
      unchanged ?? resampledEffect(quantileContrast(data.probability, pair, factor, plan), plan.confidence);
    return bound.of === 'relative-difference' ? relative(effect, bound, champion) : effect;
  });
  return { rows: data.rows, candidate, champion, effects };
}

function quantileContrast(
  probability: number,
  pair: NonNullable<QuantileData['pair']>,
  factor: number,
  { replicates, seed, confidence: level }: ResamplingPlan,
): BootstrapEstimate | undefined {
  const { contrasts } = quantileDifferenceBootstrap({
    ...pair,
    probability,
    factors: [factor],
    replicates,
    seed,
    level,
    // BCa's acceleration comes from a jackknife, which is inconsistent for quantiles (Efron and Tibshirani 1993, 11.6): on
    // columns of similar models it left a third to a half of samples without an interval where percentiles hold the level.
    method: 'percentile',
  });
  return contrasts[0];
}

function meanEffect(moments: MeanOf, level: number, method: 't' | 'paired-t'): Effect {
  if (moments.count < 2)
    return { kind: 'undecidable', estimate: moments.mean, reason: 'too-few-rows', note: 'one row has no spread' };
  const mean = pairedMean(moments, level);
  if (mean.kind === 'degenerate') {
    return {
      kind: 'undecidable',
      estimate: moments.mean,
      reason: 'degenerate-variance',
      note: 'all rows are alike, so nothing says how other rows would be',
    };
  }
  const interval: Interval = { ...mean.interval, level, method };
  return { kind: 'interval', estimate: mean.estimate, interval, standardError: mean.standardError };
}

/**
 * A sample that misses a rare failure would pass too easily: where the range of the scores is known, the bounds must also
 * hold with one more row of the worst (or best) possible difference. Without any spread that row is all there is.
 */
function guardedMeanEffect(rows: MeanOf, level: number, method: 't' | 'paired-t', reach: RowReach | undefined): Effect {
  const effect = meanEffect(rows, level, method);
  if (reach === undefined || rows.count < 2) return effect;
  const worst = meanEffect(withRow(rows, reach.worst), level, method);
  const best = meanEffect(withRow(rows, reach.best), level, method);
  // rows that all lie at an edge of the range: beyond it there is nothing to allow for
  const guarded = {
    lower: worst.kind === 'interval' ? worst.interval.lower : rows.mean,
    upper: best.kind === 'interval' ? best.interval.upper : rows.mean,
  };
  if (effect.kind === 'interval') return { ...effect, guarded };
  return {
    kind: 'interval',
    estimate: rows.mean,
    interval: { ...guarded, level, method },
    standardError: undefined,
    note: 'no row differs from another: the bounds allow for one more row at the edge of the range',
  };
}

function orderStatisticEffect(
  { candidate, orderStatistics, rows, probability }: QuantileData,
  level: number,
): Effect | undefined {
  if (orderStatistics === undefined) return undefined;
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = orderStatistics;
  const interval: Interval = { lower, upper, level, method: 'order-statistic' };
  const note = openSideNote(interval, rows, probability);
  return { kind: 'interval', estimate: candidate, interval, standardError: undefined, ...note };
}

/** Said where so few rows bound a quantile on one side only. */
export function openSideNote(
  { lower, upper }: Pick<Interval, 'lower' | 'upper'>,
  rows: number,
  probability: number,
): { readonly note?: string } {
  const open = lower === Number.NEGATIVE_INFINITY ? 'lower' : upper === Number.POSITIVE_INFINITY ? 'upper' : undefined;
  return open === undefined
    ? {}
    : { note: `${rows} rows give no ${open} bound for the ${probability * 100} % quantile` };
}

function resampledEffect(estimate: BootstrapEstimate | undefined, level: number): Effect {
  if (estimate === undefined) throw new Error('one factor gives one contrast');
  if (estimate.kind === 'degenerate') return degenerate(estimate);
  const interval: Interval = { ...estimate.interval, level, method: 'percentile' };
  return { kind: 'interval', estimate: estimate.point, interval, standardError: estimate.standardError };
}

/**
 * Two columns that are equal on every row, where resampling shows no variation. Of n rows none differs, so at most a share
 * z²/(n + z²) of all does (see `unanimousEffect`), which moves the candidate's quantile no further than that much along
 * the champion's own values.
 */
export function unchangedColumn(
  { candidate, champion, design }: NonNullable<QuantileData['pair']> & { readonly design: RowDesign },
  { probability, factor, level }: { probability: number; factor: number; level: number },
): Effect | undefined {
  if (!sameColumn(candidate, champion)) return undefined;
  const units = unitsOf(champion.length, design);
  if (design.clusters !== undefined && units < LEAST_CLUSTERS) return undefined;
  const share = unseenShare(units, level);
  const [low, high] = [probability - share, probability + share];
  const quantile = quantilesOf(champion, design);
  const own = quantile(probability);
  const away = (at: number): number => quantile(at) - factor * own;
  const lower = low > 0 ? away(low) : Number.NEGATIVE_INFINITY;
  const upper = high < 1 ? away(high) : Number.POSITIVE_INFINITY;
  const interval: Interval = { lower, upper, level, method: 'unanimous' };
  const note = 'no row differs from the champion: the bounds are what rows that were not seen could do';
  return { kind: 'interval', estimate: own - factor * own, interval, standardError: undefined, note };
}

/** Without a design the column is sorted once. */
function quantilesOf(values: Float64Array, design: RowDesign): (probability: number) => number {
  if (!countAlike(design)) return (probability) => designedQuantile({ values, design, probability });
  const sorted = values.slice().sort();
  return (probability) => quantileOfSorted(sorted, probability);
}
