import type { PlannedBound } from './bound-plan.ts';
import type { ClassCells } from './class-effect.ts';
import type { Effect, Measured } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import { type Opponent, withoutOpponent } from './evaluation-sources.ts';
import type { ResamplingPlan } from './resampling.ts';

/** The candidate joined with one opponent, or with nobody: where checks are measured. */
export interface Arena {
  readonly rows: number;
  readonly hasOpponent: boolean;
  /** Examples that only this side has, left out (`on-new-examples: intersect`). */
  readonly dropped: { readonly candidate: number; readonly champion: number };
  /** Whether all sides have what the check looks at. */
  covers(check: PlannedCheck): boolean;
  measure(check: PlannedCheck, bounds: readonly PlannedBound[], resampling: ResamplingPlan): Promise<Measured>;
  /** Rows counted by label and predictions; undefined where there are no classes, or rows do not count alike. */
  classCells(): Promise<ClassCells | undefined>;
  /** Independent ones behind these rows: clusters where there are any; rows of weight 0 are none. */
  units(): Promise<number>;
  /** The candidate's metric on resamples of these rows; undefined where it is not one of scores or numbers of rows. */
  metricReplicates(check: PlannedCheck, resampling: ResamplingPlan): Promise<Float64Array | undefined>;
  /** Undefined where single rows have no loss. @param check whose loss it is, where that is a mean over rows */
  rowLosses(check: PlannedCheck | undefined, divisions: readonly string[]): Promise<RowLosses | undefined>;
  /** Whether a group may have fewer rows than lines of the examples: some weigh nothing, or many are one query. */
  readonly recounts: boolean;
  /** Rows of each group of a division, by its index. */
  rowsOfGroups(division: string): Promise<GroupRows>;
  /** The same of the rows of one group. @param rows how many it has here; of `intersect` fewer than the examples have */
  within(division: string, group: number, rows: number): Arena;
  drop(): Promise<void>;
}

/** By the group's index. */
export interface GroupRows {
  readonly all: readonly number[];
  /** Without rows of weight 0, which are none. */
  readonly counted: readonly number[];
}

/** What each row costs, the more the worse, in one order with the groups that it belongs to. */
export interface RowLosses {
  /** What the loss is: "a wrong prediction", "absolute error". */
  readonly words: string;
  readonly candidate: Float64Array;
  readonly champion: Float64Array | undefined;
  /** Of each division that was asked for: the index of the row's group, −1 for none. */
  readonly codes: readonly Float64Array[];
  readonly clusters: Uint32Array | undefined;
}

/** Where the candidate meets one opponent. */
export interface Meeting {
  /** After its tables were read: one whose table is broken or recorded on other examples has failed. */
  readonly opponent: Opponent;
  readonly arena: Arena | undefined;
}

/** All places where the candidate is measured. */
export interface Arenas {
  readonly champion: Meeting;
  readonly anchor: Meeting | undefined;
  /** The candidate alone: where there is no champion, or it has not every column. */
  readonly alone: Arena | undefined;
}

/** Whether not all examples are compared. */
export function leavesOut({ dropped }: Arena): boolean {
  return dropped.candidate + dropped.champion > 0;
}

/**
 * Measures one check: against the champion, against the anchor where a bound asks for it, and alone where there is
 * nobody to compare with.
 */
export async function measureCheck(check: PlannedCheck, arenas: Arenas, resampling: ResamplingPlan): Promise<Measured> {
  const { champion, anchor, alone } = arenas;
  const place = champion.arena?.covers(check) ? champion.arena : alone;
  if (place === undefined) throw new Error('neither a pair nor the candidate alone was joined');
  const own = check.bounds.filter((bound) => bound.of === 'value' || bound.against === undefined);
  const usable = place.hasOpponent ? own : own.filter((bound) => bound.of === 'value');
  const measured = await place.measure(check, usable, resampling);
  const effects = new Map<PlannedBound, Effect | undefined>();
  for (const [index, bound] of usable.entries()) effects.set(bound, measured.effects[index]);
  if (leavesOut(place) && alone !== undefined) {
    // the candidate's own value is judged on all examples, whatever the champion knew
    const values = usable.filter((bound) => bound.of === 'value');
    const whole = await alone.measure(check, values, resampling);
    for (const [index, bound] of values.entries()) effects.set(bound, whole.effects[index]);
  }
  const missing = measured.gap ?? withoutOpponent('champion', champion.opponent, check.name);
  for (const bound of own) if (!effects.has(bound)) effects.set(bound, missing);

  const anchored = check.bounds.filter((bound) => bound.of !== 'value' && bound.against === 'anchor');
  if (anchored.length > 0 && anchor !== undefined) {
    const against = anchor.arena?.covers(check) ? await anchor.arena.measure(check, anchored, resampling) : undefined;
    const without = measured.gap ?? withoutOpponent('anchor', anchor.opponent, check.name);
    for (const [index, bound] of anchored.entries()) effects.set(bound, against ? against.effects[index] : without);
    return { ...measured, anchor: against?.champion, effects: check.bounds.map((bound) => effects.get(bound)) };
  }
  return { ...measured, effects: check.bounds.map((bound) => effects.get(bound)) };
}
