import { createHash } from 'node:crypto';
import { oneSidedAlpha } from '@modelgate/statistics';
import { type Arena, type Arenas, type GroupRows, leavesOut, type Meeting, measureCheck } from './arena.ts';
import type { PlannedBound } from './bound-plan.ts';
import type { Measured } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import type { Opponent } from './evaluation-sources.ts';
import type { ResamplingPlan } from './resampling.ts';
import type { Group, Grouping } from './slice-groups.ts';
import type { EachCheck, SlicePlan } from './slice-plan.ts';

/** What one group came to, for one check. */
export type MeasuredGroup =
  | { readonly kind: 'measured'; readonly group: Group; readonly measured: Measured }
  /** Decided by its number of rows alone, before any score was looked at. */
  | { readonly kind: 'too-few-rows'; readonly group: Group; readonly rows: number; readonly needed: number }
  /** The champion answered none of its rows. */
  | { readonly kind: 'new'; readonly group: Group };

export interface MeasuredEach {
  readonly check: EachCheck;
  readonly overall: Measured;
  readonly groups: readonly MeasuredGroup[];
  readonly vanished: readonly { readonly by: string; readonly name: string }[];
}

/**
 * So many replicates that 50 lie beyond each bound, and that bounds of common levels are single order statistics: there
 * are hundreds of groups. What calls a group worse is not read off them.
 */
export function groupReplicates(confidence: number): number {
  return Math.ceil(50 / oneSidedAlpha(confidence) - 1e-9) - 1;
}

/** Measures every `each` check in every group that has rows enough. */
export async function measureGroups(
  plan: SlicePlan,
  checks: readonly EachCheck[],
  groupings: ReadonlyMap<string, Grouping>,
  arenas: Arenas,
): Promise<readonly MeasuredEach[]> {
  const { confidence } = plan.policy;
  const places = groupPlaces(arenas);
  const overalls = new Map<EachCheck, Measured>();
  for (const check of checks) {
    const resampling = { confidence, seed: seedOf(plan, check.id, ''), replicates: groupReplicates(confidence) };
    overalls.set(check, await measureCheck(check.check, { ...arenas, anchor: undefined }, resampling));
  }
  const needed = plan.gate['min-rows'];
  const sorted = new Map<EachCheck, Sorted[]>();
  for (const check of checks) {
    const all = check.by.flatMap((by) => groupings.get(by)?.groups ?? []);
    const own: Sorted[] = [];
    for (const group of all) own.push({ group, rows: await places.rowsOf(group, isOfCandidate(check)) });
    sorted.set(check, own);
  }
  const tested = [...sorted.values()].flat().filter(({ rows }) => rows >= needed).length;
  const exchange = oneSidedAlpha(confidence) / Math.max(1, plan.gate.correction === 'holm' ? tested : 1);
  const found: MeasuredEach[] = [];
  for (const check of checks) {
    const groups: MeasuredGroup[] = [];
    for (const { group, rows } of sorted.get(check) ?? []) {
      if (rows === 0 && places.isNew && !isOfCandidate(check)) groups.push({ kind: 'new', group });
      else if (rows < needed) groups.push({ kind: 'too-few-rows', group, rows, needed });
      else {
        const seed = seedOf(plan, check.id, group.name);
        const resampling = { confidence, seed, replicates: groupReplicates(confidence), exchange };
        groups.push(await measuredGroup(check, { group, rows }, places, resampling, needed));
      }
    }
    const vanished = check.by.flatMap((by) => (groupings.get(by)?.vanished ?? []).map((name) => ({ by, name })));
    const overall = overalls.get(check);
    if (overall === undefined) throw new Error(`check ${check.id} was not measured`);
    found.push({ check, overall, groups, vanished });
  }
  return found;
}

interface Sorted {
  readonly group: Group;
  readonly rows: number;
}

/** A floor asks the candidate alone, whatever the champion answered. */
function isOfCandidate({ bound, improved }: EachCheck): boolean {
  return improved === undefined && bound?.of === 'value';
}

async function measuredGroup(
  each: EachCheck,
  { group, rows: counted }: Sorted,
  places: GroupPlaces,
  resampling: ResamplingPlan,
  needed: number,
): Promise<MeasuredGroup> {
  const measured = await measureCheck(each.check, await places.of(group, isOfCandidate(each)), resampling);
  // a metric without a value tells no rows
  const { rows = counted } = measured;
  if (rows < needed) return { kind: 'too-few-rows', group, rows, needed };
  return { kind: 'measured', group, measured: { ...measured, rows } };
}

/** Where the rows of a group meet. */
export interface GroupPlaces {
  /** @param ofCandidate whether nothing is compared with the champion: then also where it did not answer */
  of(group: Group, ofCandidate?: boolean): Promise<Arenas>;
  /** In the comparison with the champion, where there is one; without rows of weight 0. */
  rowsOf(group: Group, ofCandidate?: boolean): Promise<number>;
  /** Whether a group without a row is one that the champion did not answer. */
  readonly isNew: boolean;
  readonly opponent: Opponent;
  readonly hasChampion: boolean;
}

export function groupPlaces({ champion, alone }: Arenas): GroupPlaces {
  const counts = new Map<Arena, Map<string, Promise<GroupRows>>>();
  const within = async (arena: Arena | undefined, group: Group): Promise<Arena | undefined> => {
    if (arena === undefined) return undefined;
    return arena.within(group.division, group.index, await rowsIn(arena, group));
  };
  function recounted(arena: Arena, { division }: Group): Promise<GroupRows> {
    const own = counts.get(arena) ?? new Map<string, Promise<GroupRows>>();
    counts.set(arena, own);
    const found = own.get(division) ?? arena.rowsOfGroups(division);
    own.set(division, found);
    return found;
  }
  async function rowsIn(arena: Arena, group: Group): Promise<number> {
    if (!leavesOut(arena)) return group.rows;
    return (await recounted(arena, group)).all[group.index] ?? 0;
  }
  const judged = champion.arena ?? alone;
  return {
    async of(group, ofCandidate = false) {
      const theirs = ofCandidate && alone !== undefined ? undefined : champion.arena;
      const meeting: Meeting = { opponent: champion.opponent, arena: await within(theirs, group) };
      return { champion: meeting, anchor: undefined, alone: await within(alone, group) };
    },
    async rowsOf(group, ofCandidate = false) {
      const place = ofCandidate ? (alone ?? judged) : judged;
      if (place === undefined || !(leavesOut(place) || place.recounts)) return group.rows;
      return (await recounted(place, group)).counted[group.index] ?? 0;
    },
    isNew: judged !== undefined && leavesOut(judged),
    opponent: champion.opponent,
    hasChampion: champion.arena !== undefined,
  };
}

/** The same rows give the same verdict, whatever other groups there are. */
export function seedOf({ policy, id }: SlicePlan, check: string, group: string): string {
  return createHash('sha256')
    .update(JSON.stringify([policy.name, id, check, group]))
    .digest('hex');
}

/** The effect of one bound. */
export function effectFor(measured: Measured, check: PlannedCheck, bound: PlannedBound | undefined) {
  return bound === undefined ? undefined : measured.effects[check.bounds.indexOf(bound)];
}
