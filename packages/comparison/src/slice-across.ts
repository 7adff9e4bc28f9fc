import type { SliceFinding } from '@modelgate/core';
import type { PairedGroup } from '@modelgate/statistics';
import type { Arena, Arenas } from './arena.ts';
import type { Effect } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import { withoutOpponent } from './evaluation-sources.ts';
import type { ResamplingPlan } from './resampling.ts';
import {
  type GapGroup,
  type GroupMetric,
  groupMetric,
  type MeasuredGap,
  type MeasuredGaps,
  metricBounds,
  metricGaps,
  nothing,
  pairedShare,
  rateGaps,
  shareBefore,
  shareNow,
} from './slice-gap.ts';
import type { Group } from './slice-groups.ts';
import { type GroupPlaces, groupReplicates, seedOf } from './slice-measurement.ts';
import type { AcrossCheck, SlicePlan } from './slice-plan.ts';
import { rowRates } from './slice-rate.ts';
import { named } from './slice-words.ts';

/** A group, and the group of `control` within which it is compared. */
export interface AcrossGroup {
  readonly group: Group;
  readonly name: string;
  readonly within: string | undefined;
}

export interface MeasuredAcross {
  readonly check: AcrossCheck;
  readonly gaps: MeasuredGaps;
  readonly groups: readonly ToldGroup[];
  readonly rows: number;
  /** Why nothing is compared with the champion; undefined where it is there. */
  readonly alone: Effect | undefined;
  /** Why there is no gap at all, where it is not for want of groups. */
  readonly why: string | undefined;
  /** Groups with fewer rows are told without numbers. */
  readonly suppressedBelow: number;
}

type AcrossFinding = Extract<SliceFinding, { kind: 'across' }>;
type ToldGroup = AcrossFinding['groups'][number];

/** Measures how far groups lie apart: rates by counts of rows, everything else by its standard errors within groups. */
export async function measureAcross(
  plan: SlicePlan,
  check: AcrossCheck,
  groups: readonly AcrossGroup[],
  places: GroupPlaces,
): Promise<MeasuredAcross> {
  const { confidence } = plan.policy;
  const seed = seedOf(plan, check.id, '');
  const resampling = { confidence, seed, replicates: groupReplicates(confidence) };
  const rateOf = check.checks.map(({ quantity }) =>
    quantity.kind === 'metric' ? rowRates.get(quantity.metric.name) : undefined,
  );
  const sized: SizedGroup[] = [];
  // what is asked of the candidate alone is asked of all its rows
  const ofCandidate = check.spec.ratchet === undefined;
  for (const one of groups) sized.push({ ...one, rows: await places.rowsOf(one.group, ofCandidate) });
  const enough = sized.filter(({ rows }) => rows >= plan.gate['min-rows']);
  const few = sized.filter((one) => !enough.includes(one));
  const counted = rateOf.every((rate) => rate !== undefined)
    ? await countedGroups(check, enough, places, ofCandidate)
    : undefined;
  const measured =
    counted === undefined
      ? await metricGroups(plan, check, enough, places, resampling, ofCandidate)
      : ratesCompared(check, counted, resampling, plan.gate['suppress-below']);
  const told = few.map(({ rows, name, within }): ToldGroup => {
    const shown = rows < plan.gate['suppress-below'] ? {} : { rows };
    return { name, ...(within === undefined ? {} : { within }), ...shown, candidate: {}, left: 'too-few-rows' };
  });
  return {
    check,
    gaps: measured.gaps,
    why: measured.why,
    suppressedBelow: plan.gate['suppress-below'],
    groups: [...withAlone(measured.groups), ...told].map((one) => suppressed(one, plan.gate['suppress-below'])),
    rows: enough.reduce((sum, { rows }) => sum + rows, 0),
    alone: places.hasChampion ? undefined : withoutOpponent('champion', places.opponent, check.name),
  };
}

/** With the rows that are compared. */
interface SizedGroup extends AcrossGroup {
  readonly rows: number;
}

/** A bias needs fewer resamples than the end of an interval. */
const biasReplicates = 399;

interface Compared {
  readonly gaps: MeasuredGaps;
  readonly groups: readonly ToldGroup[];
  readonly why?: string;
}

/** A group that has nobody beside it within its group of `control` is not compared. */
function withAlone(groups: readonly ToldGroup[]): readonly ToldGroup[] {
  const compared = new Map<string | undefined, number>();
  for (const { within, left } of groups) if (left === undefined) compared.set(within, (compared.get(within) ?? 0) + 1);
  return groups.map((one) =>
    one.left === undefined && compared.get(one.within) === 1 ? { ...one, left: 'alone' as const } : one,
  );
}

function suppressed({ rows, champion: _, ...group }: ToldGroup, below: number): ToldGroup {
  if (rows === undefined || rows >= below) {
    return { ...group, ...(rows === undefined ? {} : { rows }), ...(_ === undefined ? {} : { champion: _ }) };
  }
  return { ...group, candidate: {} };
}

/** Where rows count alike: by label and predictions. */
async function countedGroups(
  { checks }: AcrossCheck,
  groups: readonly SizedGroup[],
  places: GroupPlaces,
  ofCandidate: boolean,
): Promise<readonly (GapGroup<PairedGroup> & { readonly hasChampion: boolean })[] | undefined> {
  const found: (GapGroup<PairedGroup> & { readonly hasChampion: boolean })[] = [];
  for (const { group, name, within, rows } of groups) {
    const cells = await arenaOf(await places.of(group, ofCandidate)).classCells();
    if (cells === undefined) return undefined;
    const values = checks.map(({ quantity }) => {
      const rate = quantity.kind === 'metric' ? rowRates.get(quantity.metric.name) : undefined;
      return rate && pairedShare(cells, rate);
    });
    found.push({ name, within, rows, values, hasChampion: cells.champion !== undefined });
  }
  return found;
}

function arenaOf({ champion, alone }: Arenas): Arena {
  const arena = champion.arena ?? alone;
  if (arena === undefined) throw new Error('neither a pair nor the candidate alone was joined');
  return arena;
}

function ratesCompared(
  check: AcrossCheck,
  groups: readonly (GapGroup<PairedGroup> & { readonly hasChampion: boolean })[],
  resampling: ResamplingPlan,
  suppressedBelow: number,
): Compared {
  const hasChampion = groups.length > 0 && groups.every((one) => one.hasChampion);
  const names = check.checks.map((one) => one.name);
  const told = groups.map(({ name, within, rows, values }): ToldGroup => {
    const by = (of: typeof shareNow) =>
      Object.fromEntries(
        names.flatMap((rate, index): [string, number][] => {
          const share = values[index] && of(values[index]);
          // a rate of so few rows is what these few people did
          return share === undefined || share.rows < suppressedBelow ? [] : [[rate, share.hits / share.rows]];
        }),
      );
    return {
      name,
      ...(within === undefined ? {} : { within }),
      rows,
      candidate: by(shareNow),
      ...(hasChampion ? { champion: by(shareBefore) } : {}),
      ...(values.some((value) => value === undefined) ? { left: 'undefined' as const } : {}),
    };
  });
  const strata = names.map((_, index) => strataOf(groups, index));
  return { groups: told, gaps: worstOf(check, strata, resampling, (one, plan) => rateGaps(one, plan, hasChampion)) };
}

/** Of metrics that are too high on few rows: a mean and a rate are not. */
async function replicatesOf(arena: Arena, check: PlannedCheck, resampling: ResamplingPlan) {
  const { quantity } = check;
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'totals') return undefined;
  return await arena.metricReplicates(check, { ...resampling, replicates: biasReplicates });
}

async function metricGroups(
  plan: SlicePlan,
  check: AcrossCheck,
  groups: readonly SizedGroup[],
  places: GroupPlaces,
  resampling: ResamplingPlan,
  ofCandidate: boolean,
): Promise<Compared> {
  const lost: string[] = [];
  const found: (GapGroup<GroupMetric> & { readonly bare: readonly (number | undefined)[] })[] = [];
  for (const { group, name, within, rows } of groups) {
    const arena = arenaOf(await places.of(group, ofCandidate));
    const units = await arena.units();
    const values: (GroupMetric | undefined)[] = [];
    const bare: (number | undefined)[] = [];
    for (const one of check.checks) {
      const bounds = metricBounds(one).filter(({ of }) => of === 'value' || arena.hasOpponent);
      const own = { ...resampling, seed: seedOf(plan, check.id, `${name} ${within ?? ''}`) };
      const measured = await arena.measure(one, bounds, own);
      values.push(groupMetric(measured, units, await replicatesOf(arena, one, own)));
      bare.push(measured.candidate);
      if (measured.candidate === undefined && measured.champion !== undefined) lost.push(name);
    }
    found.push({ name, within, rows, values, bare });
  }
  const names = check.checks.map((one) => one.name);
  const told = found.map(({ name, within, rows, values, bare }): ToldGroup => {
    const by = (side: 'candidate' | 'champion') =>
      Object.fromEntries(
        names.flatMap((metric, index): [string, number][] => {
          const value = values[index]?.[side]?.estimate ?? (side === 'candidate' ? bare[index] : undefined);
          return value === undefined ? [] : [[metric, value]];
        }),
      );
    const champion = by('champion');
    const unsure = values.some((value, index) => value === undefined && bare[index] !== undefined);
    return {
      name,
      ...(within === undefined ? {} : { within }),
      rows,
      candidate: by('candidate'),
      ...(Object.keys(champion).length === 0 ? {} : { champion }),
      ...(unsure
        ? { left: 'no-interval' as const }
        : values.some((value) => value === undefined)
          ? { left: 'undefined' as const }
          : {}),
    };
  });
  // a group that has a value belongs to the comparison, and without it the rest would look alike
  const [unsure] = told.filter(({ left }) => left === 'no-interval');
  if (unsure !== undefined)
    return { groups: told, gaps: nothing, why: `nothing says how sure the value of ${named(unsure.name)} is` };
  // a candidate must not leave the comparison by answers that give its worst group no value
  const [gone] = lost;
  if (gone !== undefined)
    return { groups: told, gaps: nothing, why: `the candidate gives ${named(gone)} no value, and the champion did` };
  const strata = names.map((_, index) => strataOf(found, index));
  return { groups: told, gaps: worstOf(check, strata, resampling, metricGaps) };
}

/** Groups of one rate, by the group of `control` that they are in; at least two can be compared. */
function strataOf<Value>(groups: readonly GapGroup<Value>[], index: number): readonly (readonly Value[])[] {
  const strata = new Map<string | undefined, Value[]>();
  for (const { within, values } of groups) {
    const value = values[index];
    if (value !== undefined) strata.set(within, [...(strata.get(within) ?? []), value]);
  }
  return [...strata.values()].filter((one) => one.length > 1);
}

/** The worst of all rates and groups of `control`; of `aggregate: mean` the mean of the rates, each at half of the error. */
function worstOf<Value>(
  { spec, checks }: AcrossCheck,
  rates: readonly (readonly (readonly Value[])[])[],
  plan: ResamplingPlan,
  measure: (strata: readonly (readonly Value[])[], plan: ResamplingPlan) => MeasuredGaps,
): MeasuredGaps {
  if (rates.some((strata) => strata.length === 0)) return nothing;
  if (spec.aggregate !== 'mean' || checks.length < 2) return measure(rates.flat(), plan);
  const level = 1 - (1 - plan.confidence) / rates.length;
  const each = rates.map((strata) => measure(strata, { ...plan, confidence: level }));
  return {
    difference: meanOf(each.map((one) => one.difference)),
    ratio: meanOf(each.map((one) => one.ratio)),
    widening: meanOf(each.map((one) => one.widening)),
    champion: meanNumber(each.map((one) => one.champion)),
    byChance: meanNumber(each.map((one) => one.byChance)),
    p: each.reduce<number | undefined>(
      (least, { p }) => (p === undefined ? least : Math.min(least ?? 1, p * each.length)),
      undefined,
    ),
  };
}

function meanOf(gaps: readonly (MeasuredGap | undefined)[]): MeasuredGap | undefined {
  const all = gaps.filter((gap) => gap !== undefined);
  if (all.length < gaps.length) return undefined;
  const mean = (of: (gap: MeasuredGap) => number) => all.reduce((sum, gap) => sum + of(gap), 0) / all.length;
  return {
    estimate: mean((gap) => gap.estimate),
    interval: { lower: mean((gap) => gap.interval.lower), upper: mean((gap) => gap.interval.upper) },
  };
}

function meanNumber(values: readonly (number | undefined)[]): number | undefined {
  const all = values.filter((value) => value !== undefined);
  return all.length < values.length ? undefined : all.reduce((sum, value) => sum + value, 0) / all.length;
}
