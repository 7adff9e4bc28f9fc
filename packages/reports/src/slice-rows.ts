import type { CheckResult, SliceOutcome, SliceResult } from '@modelgate/core';
import { none } from './check-row.ts';
import { intervalMethod } from './interval-method.ts';
import { type IntervalPlot, type Measure, placing } from './interval-plot.ts';
import {
  about,
  boundDecimals,
  count,
  honestDecimals,
  levelText,
  type NumberScale,
  number,
  scaleOf,
  withShortUnit,
} from './number-format.ts';
import { harmRank, outcomeWord } from './slice-outcome.ts';
import { type EachCheck, fewRows, sliceName, thresholdOf, turnOf } from './slice-rule.ts';

/** One group in a table, its numbers as texts and its interval placed for drawing. */
export interface SliceRow {
  readonly slice: SliceResult;
  readonly outcome: SliceOutcome;
  readonly word: string;
  readonly name: string;
  readonly rows: string;
  readonly champion: string;
  readonly candidate: string;
  readonly difference: string;
  readonly interval: string;
  /** `99.9 %, Tango`: how sure the interval is, and how it was made. */
  readonly method: string | undefined;
  readonly plot: IntervalPlot | undefined;
  /** `about 1,300 rows`, where it cannot be told: so many it would take. */
  readonly lacks: string;
  /** What the drawing shows, in words. */
  readonly sentence: string;
}

/** Groups of a check, most harm first, at most so many; what is drawn shares one scale. */
export function sliceRows(check: EachCheck, most = Number.POSITIVE_INFINITY): readonly SliceRow[] {
  const shown = byHarm(check).slice(0, Number.isFinite(most) ? most : undefined);
  const plots = slicePlots(check, shown);
  return shown.map((slice) => sliceRow(check, slice, plots.get(slice)));
}

/** Worst outcome first, within it by how far the candidate is behind; groups without numbers last. */
export function byHarm(check: EachCheck): readonly SliceResult[] {
  const turn = turnOf(check);
  const standing = ({ estimate }: SliceResult) => (estimate === undefined ? Number.MAX_VALUE : estimate * turn);
  return check.slices.slices.toSorted(
    (one, other) => harmRank(one.outcome) - harmRank(other.outcome) || standing(one) - standing(other),
  );
}

/** Notes of the groups that are shown, each once with its groups. */
export function sliceNotes(
  rows: readonly SliceRow[],
): readonly { readonly names: readonly string[]; readonly note: string }[] {
  const noted = rows.flatMap(({ slice, name }) => (slice.note === undefined ? [] : [{ name, note: slice.note }]));
  return [...Map.groupBy(noted, ({ note }) => note)].map(([note, same]) => ({
    names: same.map(({ name }) => name),
    note,
  }));
}

/** The change of a group, `−6.1 pt`; empty where nothing is known or may be told. */
export function sliceDifference(check: CheckResult, slice: SliceResult): string {
  const { of, estimate, interval, champion, candidate } = slice;
  if (of !== 'value' && estimate !== undefined) {
    const scale = scaleOf(check, of);
    return withShortUnit(number(estimate * scale.factor, decimalsOf(check, slice, scale), true), scale);
  }
  const width = interval === undefined ? undefined : interval.upper - interval.lower;
  return champion === undefined || candidate === undefined ? none : changeText(check, candidate - champion, width);
}

/** `+0.4 pt`: a difference of two values of a check's metric. */
export function changeText(check: CheckResult, change: number, width?: number): string {
  const scale = scaleOf(check, 'difference');
  const size = change * scale.factor;
  const decimals = honestDecimals(width === undefined ? undefined : width * scale.factor, size);
  return withShortUnit(number(size, scale.factor === 100 ? sameDecimals(width, decimals) : decimals, true), scale);
}

/** A tenth of a point at least, as in the sentence above the table: with fewer digits the two would not agree. */
function sameDecimals(width: number | undefined, decimals: number): number {
  return width === undefined ? 1 : Math.max(1, decimals);
}

function sliceRow(check: EachCheck, slice: SliceResult, plot: IntervalPlot | undefined): SliceRow {
  const { outcome, rows, interval, required } = slice;
  const name = sliceName(slice.name);
  const word = outcomeWord(outcome, check.slices.rule);
  const difference = sliceDifference(check, slice);
  const range = rangeText(check, slice);
  const told = [difference === none ? undefined : difference, range].filter((part) => part !== undefined);
  return {
    slice,
    outcome,
    word: required === true ? `${word}, required` : word,
    name,
    rows: rows === undefined ? (outcome === 'vanished' ? '0' : fewRows(check.slices)) : count(rows),
    ...values(check, slice),
    difference,
    interval: range ?? none,
    method: interval && `${levelText(interval)}, ${intervalMethod(interval.method).name}`,
    plot,
    lacks: lacks(slice),
    sentence: `${name}: ${[word, ...told].join(', ')}`,
  };
}

function values(check: EachCheck, slice: SliceResult): Pick<SliceRow, 'champion' | 'candidate'> {
  const { interval, of, champion, candidate } = slice;
  const size = candidate ?? champion;
  const relative = of === 'relative-difference' ? Math.abs(champion ?? 1) : 1;
  const width = interval === undefined ? undefined : (interval.upper - interval.lower) * relative;
  const honest = honestDecimals(width, size);
  const decimals = check.scale !== 'share' ? honest : width === undefined ? 3 : Math.max(3, honest);
  const shown = (value: number | undefined) => {
    return value === undefined ? none : withShortUnit(number(value, decimals), scaleOf(check, 'value'));
  };
  return { champion: shown(champion), candidate: shown(candidate) };
}

function rangeText(check: EachCheck, slice: SliceResult): string | undefined {
  const { interval, of } = slice;
  if (interval === undefined) return undefined;
  const scale = scaleOf(check, of);
  const decimals = decimalsOf(check, slice, scale);
  const ends = [interval.lower, interval.upper].map((end) => number(end * scale.factor, decimals));
  return withShortUnit(ends.join(' to '), scale);
}

function decimalsOf(check: CheckResult, slice: SliceResult, scale: NumberScale): number {
  const threshold = thresholdOf(check);
  const decimals = boundDecimals({ ...slice, ...(threshold === undefined ? {} : { threshold }) }, scale);
  if (check.scale === 'share' && slice.of === 'value') return Math.max(3, decimals);
  return scale.factor === 100 ? Math.max(1, decimals) : decimals;
}

function lacks({ outcome, rowsNeeded }: SliceResult): string {
  if (outcome !== 'cannot-tell' && outcome !== 'too-few-rows') return none;
  return rowsNeeded === undefined ? none : `about ${about(rowsNeeded)} rows`;
}

/**
 * Intervals of one check on one scale, worse left. The scale holds every estimate, the limit and no difference, and every
 * interval but the very wide ones of groups that cannot be told: one of few rows must not flatten all others, and leaves
 * the picture instead.
 */
function slicePlots(check: EachCheck, shown: readonly SliceResult[]): ReadonlyMap<SliceResult, IntervalPlot> {
  const drawn = shown.filter(({ interval }) => interval !== undefined);
  const plots = [...Map.groupBy(drawn, ({ of }) => of).values()].flatMap((same) => {
    const measures = same.map((slice): [SliceResult, Measure] => [slice, measure(check, slice)]);
    const place = scaleFor(measures);
    return measures.map(([slice, one]): [SliceResult, IntervalPlot] => [slice, place(one)]);
  });
  return new Map(plots);
}

function measure(check: EachCheck, { interval, estimate, of }: SliceResult): Measure {
  const turn = turnOf(check);
  const ends = interval === undefined ? [] : [interval.lower * turn, interval.upper * turn];
  const [lower, upper] = ends.toSorted((one, other) => one - other);
  const limit = thresholdOf(check);
  return {
    lower,
    upper,
    estimate: estimate === undefined ? undefined : estimate * turn,
    limit: limit === undefined ? undefined : limit * turn,
    zero: of === 'value' ? undefined : 0,
  };
}

/** Intervals of groups that cannot be told are drawn to their ends up to this many times the widest of the others. */
const muchWider = 1.5;

function scaleFor(all: readonly (readonly [SliceResult, Measure])[]): (one: Measure) => IntervalPlot {
  const width = ({ lower = 0, upper = 0 }: Measure) => upper - lower;
  const widths = (of: typeof all) => of.map(([, one]) => width(one)).toSorted((one, other) => one - other);
  const decided = widths(all.filter(([{ outcome }]) => outcome !== 'cannot-tell'));
  const each = widths(all);
  const widest = muchWider * (decided.at(-1) ?? each[Math.floor(each.length / 2)] ?? 0);
  const held = all.flatMap(([, one]) => {
    const ends = width(one) <= widest ? [one.lower, one.upper] : [];
    return known([one.estimate, one.limit, one.zero, ...ends]);
  });
  return placing(least(held), most(held));
}

function known(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined);
}

/** Without spreading arguments, of which an engine takes only so many. */
function least(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
}
