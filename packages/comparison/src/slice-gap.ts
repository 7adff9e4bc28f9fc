import {
  type GroupShare,
  gapBounds,
  gapPermutation,
  gapWidening,
  normalQuantile,
  oneSidedAlpha,
  type PairedGroup,
  ratioBounds,
  spreadBounds,
  spreadByChance,
  spreadWidening,
} from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import type { ClassCells } from './class-effect.ts';
import type { Effect, Measured } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import type { ResamplingPlan } from './resampling.ts';
import type { RowRate } from './slice-rate.ts';

/** How far groups lie apart, measured: each with the interval that decides. */
export interface MeasuredGap {
  readonly estimate: number;
  readonly interval: { readonly lower: number; readonly upper: number };
}

export interface MeasuredGaps {
  readonly difference: MeasuredGap | undefined;
  readonly ratio: MeasuredGap | undefined;
  /** The candidate's difference − the champion's. */
  readonly widening: MeasuredGap | undefined;
  /** The champion's difference. */
  readonly champion: number | undefined;
  /** The difference of groups of these sizes that do not differ, and how often it is so large. */
  readonly byChance: number | undefined;
  readonly p: number | undefined;
}

export const nothing: MeasuredGaps = {
  difference: undefined,
  ratio: undefined,
  widening: undefined,
  champion: undefined,
  byChance: undefined,
  p: undefined,
};

/** One group under both models, by rate: rows counted, or a metric with its standard error. */
export interface GapGroup<Value> {
  readonly name: string;
  readonly within: string | undefined;
  readonly rows: number;
  readonly values: readonly (Value | undefined)[];
}

export function pairedShare(cells: ClassCells, rate: RowRate): PairedGroup | undefined {
  const { champion, candidate, label, positive } = cells;
  const counts = { both: 0, onlyChampion: 0, onlyCandidate: 0, neither: 0 };
  let rows = 0;
  for (const [cell, count] of cells.count.entries()) {
    const own = label[cell] ?? 0;
    if (!rate.could(own, positive)) continue;
    rows += count;
    const now = rate.has(candidate[cell] ?? 0, own, positive);
    const before = champion === undefined ? now : rate.has(champion[cell] ?? 0, own, positive);
    if (now) counts[before ? 'both' : 'onlyCandidate'] += count;
    else counts[before ? 'onlyChampion' : 'neither'] += count;
  }
  return rows === 0 ? undefined : counts;
}

export function shareNow({ both, onlyCandidate, ...rest }: PairedGroup): GroupShare {
  return { hits: both + onlyCandidate, rows: both + onlyCandidate + rest.onlyChampion + rest.neither };
}

export function shareBefore({ both, onlyChampion, ...rest }: PairedGroup): GroupShare {
  return { hits: both + onlyChampion, rows: both + onlyChampion + rest.onlyCandidate + rest.neither };
}

/** Gaps of rates that are counted exactly. @param strata at least one, each of at least two groups with rows */
export function rateGaps(
  strata: readonly (readonly PairedGroup[])[],
  { confidence: level, seed, replicates }: ResamplingPlan,
  hasChampion: boolean,
): MeasuredGaps {
  const now = strata.map((groups) => groups.map(shareNow));
  const bounds = gapBounds({ strata: now, level, seed, replicates });
  const ratio = ratioBounds({ strata: now, level });
  const chance = gapPermutation({ strata: now, seed, replicates });
  const widening = hasChampion ? gapWidening({ strata, level }) : undefined;
  return {
    difference: bounds.kind === 'interval' ? { estimate: bounds.gap, interval: bounds.interval } : undefined,
    ratio: ratio.kind === 'interval' ? { estimate: ratio.ratio, interval: ratio.interval } : undefined,
    widening: widening?.kind === 'interval' ? { estimate: widening.widening, interval: widening.interval } : undefined,
    champion: widening?.kind === 'interval' ? widening.champion : undefined,
    byChance: chance.kind === 'value' ? chance.byChance : undefined,
    p: chance.kind === 'value' ? chance.p : undefined,
  };
}

/** A metric of one group under both models. */
export interface GroupMetric {
  readonly candidate: { readonly estimate: number; readonly standardError: number };
  readonly champion: { readonly estimate: number; readonly standardError: number } | undefined;
  readonly differenceStandardError: number;
  readonly units: number;
  /** Of the candidate, on resamples of the group's rows: they show the bias of metrics that are too high on few rows. */
  readonly replicates: Float64Array | undefined;
}

/** Gaps of any metric from its standard errors within groups. */
export function metricGaps(
  strata: readonly (readonly GroupMetric[])[],
  { confidence: level, seed, replicates }: ResamplingPlan,
): MeasuredGaps {
  const now = strata.map((groups) =>
    groups.map(({ candidate, units, replicates: of }) => ({
      ...candidate,
      units,
      ...(of === undefined ? {} : { replicates: of }),
    })),
  );
  const bounds = spreadBounds({ strata: now, level });
  const chance = spreadByChance({ strata: now, seed, replicates });
  const both = strata.map((groups) =>
    groups.flatMap(({ champion, ...rest }) => (champion === undefined ? [] : [{ ...rest, champion }])),
  );
  const comparable = both.every((groups, index) => groups.length === strata[index]?.length);
  const widening = comparable ? spreadWidening({ strata: both, level }) : undefined;
  return {
    difference: bounds.kind === 'interval' ? bounds.difference : undefined,
    ratio: bounds.kind === 'interval' ? bounds.ratio : undefined,
    widening: widening?.kind === 'interval' ? { estimate: widening.widening, interval: widening.interval } : undefined,
    champion: widening?.kind === 'interval' ? widening.champion : undefined,
    byChance: chance.kind === 'value' ? chance.difference.byChance : undefined,
    p: chance.kind === 'value' ? chance.difference.p : undefined,
  };
}

/** The bounds by which a metric is measured within a group: its value, and its difference to the champion. */
export function metricBounds({ better }: PlannedCheck): readonly PlannedBound[] {
  const limit = { value: 0, unit: 'own' } as const;
  return [
    { rule: 'at-least', limit, of: 'value', side: 'above', threshold: 0, judged: 'not-disproven' },
    {
      rule: 'min-improvement',
      limit,
      of: 'difference',
      side: better === 'higher' ? 'above' : 'below',
      threshold: 0,
      judged: 'not-disproven',
    },
  ];
}

/**
 * @param units independent ones behind it: rows, or clusters of them
 * @returns undefined where nothing says how sure the group's value is, or it has none
 */
export function groupMetric(
  { candidate, champion, effects }: Measured,
  units: number,
  replicates: Float64Array | undefined,
): GroupMetric | undefined {
  const own = standardErrorOf(effects[0]);
  if (candidate === undefined || own === undefined) return undefined;
  const difference = standardErrorOf(effects[1]) ?? own * Math.SQRT2;
  return {
    candidate: { estimate: candidate, standardError: own },
    // the champion's own error is about the candidate's: only how they differ together is measured
    champion: champion === undefined ? undefined : { estimate: champion, standardError: own },
    differenceStandardError: difference,
    units: Math.max(2, units),
    replicates,
  };
}

function standardErrorOf(effect: Effect | undefined): number | undefined {
  if (effect?.kind !== 'interval') return undefined;
  if (effect.standardError !== undefined && effect.standardError > 0) return effect.standardError;
  const { lower, upper, level } = effect.interval;
  const error = (upper - lower) / (2 * -normalQuantile(oneSidedAlpha(level)));
  return error > 0 && Number.isFinite(error) ? error : undefined;
}
