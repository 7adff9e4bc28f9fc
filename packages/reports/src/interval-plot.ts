import type { BoundResult, CheckResult } from '@modelgate/core';
import { estimateOf, isAboutValue } from './bound-words.ts';

/**
 * One bound, placed for drawing. Everything in 0 … 1 from worse (left) to better (right); absent where not known. What is
 * below 0 leaves the picture to the left, what is above 1 to the right.
 */
export interface IntervalPlot {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly estimate: number | undefined;
  /** Outside 0 … 1 where the limit is far away from every interval. */
  readonly limit: number | undefined;
  /** No difference between champion and candidate; absent for bounds on the candidate alone. */
  readonly zero: number | undefined;
}

/** A bound with the check that holds it. */
export interface BoundOfCheck {
  readonly check: CheckResult;
  readonly bound: BoundResult;
}

/**
 * Plots of a table's bounds. All differences in points share one scale, and so do all in percent; a quantity in a unit
 * of its own has its own. Worse is always left, also where lower is better.
 */
export function intervalPlots(entries: readonly BoundOfCheck[]): ReadonlyMap<BoundResult, IntervalPlot> {
  const groups = Map.groupBy(entries.filter(drawable), scaleName);
  const placed = [...groups.values()].flatMap((group) => {
    const place = scaleOver(group.map(turned), reachOf(group));
    return group.map((entry): [BoundResult, IntervalPlot] => [entry.bound, place(turned(entry))]);
  });
  return new Map(placed);
}

const plotCells = 22;

/**
 * A plot in fixed-width characters, always as wide: `├──●──┤` the interval and its estimate, `┊` the limit, `│` no
 * difference. An interval that keeps clear of the limit is drawn clear of it, however close it is.
 */
export function plotText(plot: IntervalPlot, cells = plotCells): string {
  const cell = (position: number) => Math.round(position * (cells - 3)) + 1;
  const row = Array.from({ length: cells }, () => ' ');
  const put = (at: number, character: string) => {
    if (at >= 0 && at < cells) row[at] = character;
  };
  if (plot.zero !== undefined) put(cell(plot.zero), '│');
  if (plot.lower !== undefined && plot.upper !== undefined) {
    for (let at = cell(plot.lower); at <= cell(plot.upper); at += 1) put(at, '─');
    if (plot.zero !== undefined && plot.zero > plot.lower && plot.zero < plot.upper) put(cell(plot.zero), '┼');
  }
  if (plot.limit !== undefined) {
    put(limitCell(plot, plot.limit, cell, cells), plot.limit < 0 ? '‹' : plot.limit > 1 ? '›' : '┊');
  }
  if (plot.lower !== undefined) put(cell(plot.lower), '├');
  if (plot.upper !== undefined) put(cell(plot.upper), '┤');
  if (plot.estimate !== undefined) put(cell(plot.estimate), '●');
  if (leavesLeft(plot)) put(0, '‹');
  if (leavesRight(plot)) put(cells - 1, '›');
  return row.join('');
}

/** Whether a part of the interval, or its estimate, is too far away to be drawn. */
export function leavesLeft({ lower, estimate }: IntervalPlot): boolean {
  return (lower ?? estimate ?? 0) < 0;
}

export function leavesRight({ upper, estimate }: IntervalPlot): boolean {
  return (upper ?? estimate ?? 0) > 1;
}

export const plotLegend = '├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right';

function limitCell(plot: IntervalPlot, limit: number, cell: (position: number) => number, cells: number): number {
  if (limit < 0) return 0;
  if (limit > 1) return cells - 1;
  const at = cell(limit);
  const low = plot.lower ?? plot.estimate;
  const high = plot.upper ?? plot.estimate;
  if (low !== undefined && limit < low && at >= cell(low)) return cell(low) - 1;
  if (high !== undefined && limit > high && at <= cell(high)) return cell(high) + 1;
  return at;
}

/** What is to be drawn, in its own numbers, turned so that larger is better. */
export interface Measure {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly estimate: number | undefined;
  readonly limit: number | undefined;
  readonly zero: number | undefined;
}

/** The same numbers, turned so that larger is better. */
function turned({ check, bound }: BoundOfCheck): Measure {
  const turn = check.better === 'higher' ? 1 : -1;
  const ends = bound.interval === undefined ? [] : [bound.interval.lower * turn, bound.interval.upper * turn];
  const [lower, upper] = ends.toSorted((one, other) => one - other);
  const estimate = estimateOf(check, bound);
  return {
    lower,
    upper,
    estimate: estimate === undefined ? undefined : estimate * turn,
    limit: bound.threshold * turn,
    zero: isAboutValue(bound) ? undefined : 0,
  };
}

/** The scale holds every interval and zero, and those limits that are at most `reach` times their spread away. */
function scaleOver(group: readonly Measure[], reach: number): (entry: Measure) => IntervalPlot {
  const known = group.flatMap((entry) => [entry.lower, entry.upper, entry.estimate, entry.zero]).filter(isNumber);
  const limits = group.map((entry) => entry.limit).filter(isNumber);
  const [least, most] = [smallest(known), -smallest(known.map((value) => -value))];
  const away = reach * (most - least);
  const near = limits.filter((limit) => least === most || (limit >= least - away && limit <= most + away));
  return placing(smallest([least, ...near]), -smallest([most, ...near].map((value) => -value)));
}

/** Places measures on a scale from `low` to `high`; however far outside something lies, it is placed just outside. */
export function placing(low: number, high: number): (entry: Measure) => IntervalPlot {
  const size = high - low;
  const at = (value: number | undefined) => {
    if (value === undefined) return undefined;
    return size === 0 ? 0.5 : Math.min(2, Math.max(-1, (value - low) / size));
  };
  return ({ lower, upper, estimate, limit, zero }) => ({
    lower: at(lower),
    upper: at(upper),
    estimate: at(estimate),
    limit: at(limit),
    zero: at(zero),
  });
}

/** A limit far away would squeeze all intervals of a table; alone, or without intervals, it may be farther. */
function reachOf(group: readonly BoundOfCheck[]): number {
  if (group.every(({ bound }) => bound.interval === undefined)) return Number.POSITIVE_INFINITY;
  return group.length === 1 || group.some(({ bound }) => isAboutValue(bound)) ? 8 : 3;
}

function drawable({ check, bound }: BoundOfCheck): boolean {
  return bound.interval !== undefined || estimateOf(check, bound) !== undefined;
}

function scaleName({ check, bound }: BoundOfCheck): string {
  if (bound.of === 'relative-difference') return 'percent';
  if (bound.of === 'difference' && check.scale === 'share') return 'points';
  return `${check.metric}\0${bound.of}`;
}

/** Without spreading arguments, of which an engine takes only so many. */
function smallest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}
