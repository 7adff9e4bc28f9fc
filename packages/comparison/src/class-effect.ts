import type { Interval } from '@modelgate/core';
import type { ClassMetric, ClassTotals, MetricValue } from '@modelgate/metrics';
import { cellBootstrap, cellSwapTest, mcnemarWorseMidP, tangoInterval, wilsonInterval } from '@modelgate/statistics';
import type { Estimand, PlannedBound } from './bound-plan.ts';
import {
  championNearZero,
  type Effect,
  type Exchange,
  exchangeOf,
  type Measured,
  nearZero,
  undefinedEffect,
  withExchange,
} from './effect.ts';
import { type ResamplingPlan, resampledEffect } from './resampling.ts';
import { unseenShare } from './unseen-rows.ts';

/** Rows counted by (label, champion's class, candidate's class); all that classification metrics ever see of them. */
export interface ClassCells {
  readonly classes: readonly string[];
  readonly label: Uint16Array;
  readonly champion: Uint16Array | undefined;
  readonly candidate: Uint16Array;
  readonly count: Float64Array;
  /** Index of the positive class of a binary task, −1 where there is none. */
  readonly positive: number;
}

/**
 * Effects of one classification metric. Metrics that are a mean of right and wrong rows get exact methods (Wilson for
 * the value, Tango for the paired difference); all others the multinomial bootstrap over joint cells.
 */
export function classEffects(
  metric: ClassMetric,
  cells: ClassCells,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { candidate, champion } = sides(metric, cells);
  const values = { candidate: candidate(cells.count), champion: champion?.(cells.count) };
  const base = {
    rows: sum(cells.count),
    candidate: numberOf(values.candidate),
    champion: values.champion && numberOf(values.champion),
  };
  const gap = undefinedProblem(metric, 'candidate', values.candidate);
  if (gap !== undefined) return { ...base, gap, effects: bounds.map(() => gap) };
  const championGap = values.champion && undefinedProblem(metric, 'champion', values.champion);

  const effects = new Map<Estimand, Effect>();
  const open: Estimand[] = [];
  for (const of of new Set(bounds.map((bound) => bound.of))) {
    if (of !== 'value' && championGap !== undefined) effects.set(of, championGap);
    else if (metric.perRow && of !== 'relative-difference') effects.set(of, perRowEffect(cells, of, plan));
    else open.push(of);
  }
  for (const [of, effect] of bootstrapEffects(metric, cells, open, plan)) effects.set(of, effect);
  return { ...base, effects: bounds.map((bound) => effects.get(bound.of)) };
}

function numberOf(value: MetricValue): number | undefined {
  return 'value' in value ? value.value : undefined;
}

function undefinedProblem(metric: ClassMetric, who: 'candidate' | 'champion', value: MetricValue): Effect | undefined {
  if ('value' in value) return undefined;
  return undefinedEffect(
    'metric-undefined',
    `${metric.name} of the ${who} is undefined: ${value.undefined}`,
    'check the examples and `positive`, or gate another metric',
  );
}

/** The metric of one side as a function of the cells' counts, with nothing allocated a call. */
function statistic(
  metric: ClassMetric,
  cells: ClassCells,
  predicted: Uint16Array,
): (counts: Float64Array) => MetricValue {
  const size = cells.classes.length;
  const totals = {
    rows: 0,
    actual: new Float64Array(size),
    predicted: new Float64Array(size),
    correct: new Float64Array(size),
  };
  return (counts) => {
    totals.rows = 0;
    totals.actual.fill(0);
    totals.predicted.fill(0);
    totals.correct.fill(0);
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] ?? 0;
      const label = cells.label[i] ?? 0;
      const guess = predicted[i] ?? 0;
      totals.rows += count;
      totals.actual[label] = (totals.actual[label] ?? 0) + count;
      totals.predicted[guess] = (totals.predicted[guess] ?? 0) + count;
      if (label === guess) totals.correct[label] = (totals.correct[label] ?? 0) + count;
    }
    return metric.compute(totals satisfies ClassTotals, cells.positive);
  };
}

/** Right or wrong a row: Wilson's interval for the share, Tango's for the paired difference. */
function perRowEffect(cells: ClassCells, of: 'value' | 'difference', plan: ResamplingPlan): Effect {
  const { confidence: level } = plan;
  let [wins, losses, right, examples] = [0, 0, 0, 0];
  for (let i = 0; i < cells.count.length; i++) {
    const count = cells.count[i] ?? 0;
    const candidateRight = cells.candidate[i] === cells.label[i];
    const championRight = cells.champion?.[i] === cells.label[i];
    examples += count;
    if (candidateRight) right += count;
    if (candidateRight && !championRight) wins += count;
    if (!candidateRight && championRight) losses += count;
  }
  if (of === 'value') {
    const share = right / examples;
    const { lower, upper } = wilsonInterval(right, examples, level);
    const interval: Interval = { lower, upper, level, method: 'wilson' };
    return { kind: 'interval', estimate: share, interval, standardError: Math.sqrt((share * (1 - share)) / examples) };
  }
  const difference = (wins - losses) / examples;
  const variance = (wins + losses) / examples - difference ** 2;
  const interval: Interval = { ...tangoInterval({ wins, losses, examples }, level), level, method: 'tango' };
  return {
    kind: 'interval',
    estimate: difference,
    interval,
    standardError: Math.sqrt(Math.max(0, variance) / examples),
    ...(plan.exchange === undefined ? {} : { exchange: exchangedRight(wins, losses) }),
  };
}

/** McNemar's one-sided mid-p, either way. */
function exchangedRight(wins: number, losses: number): Exchange {
  return { asHigh: mcnemarWorseMidP(losses, wins), asLow: mcnemarWorseMidP(wins, losses) };
}

/** Whichever of the differences is asked for: under exchange both are 0 together. */
function exchangedClasses(metric: ClassMetric, cells: ClassCells, plan: ResamplingPlan): Exchange | undefined {
  const { champion } = cells;
  if (plan.exchange === undefined || champion === undefined) return undefined;
  if (Number.isNaN(estimandOf('difference', sides(metric, cells))(cells.count))) return undefined;
  return exchangeOf((side) => {
    const found = cellSwapTest({
      ...cells,
      champion,
      difference: (completed) => estimandOf('difference', sides(metric, { ...cells, ...completed })),
      alpha: plan.exchange ?? 1,
      side,
      seed: plan.seed,
    });
    if (found.kind !== 'value') throw new Error('a difference that is defined has no test');
    return found.p;
  });
}

interface Sides {
  readonly candidate: (counts: Float64Array) => MetricValue;
  readonly champion: ((counts: Float64Array) => MetricValue) | undefined;
}

function sides(metric: ClassMetric, cells: ClassCells): Sides {
  return {
    candidate: statistic(metric, cells, cells.candidate),
    champion: cells.champion === undefined ? undefined : statistic(metric, cells, cells.champion),
  };
}

/** What a bound is about, as a function of the cells' counts; NaN where it has no value. */
function estimandOf(of: Estimand, { candidate, champion }: Sides): (counts: Float64Array) => number {
  const number = (value: MetricValue | undefined): number =>
    value !== undefined && 'value' in value ? value.value : Number.NaN;
  switch (of) {
    case 'value':
      return (counts) => number(candidate(counts));
    case 'difference':
      return (counts) => number(candidate(counts)) - number(champion?.(counts));
    case 'relative-difference':
      return (counts) => {
        const base = number(champion?.(counts));
        return nearZero(base) ? Number.NaN : (number(candidate(counts)) - base) / Math.abs(base);
      };
  }
}

/** One set of replicates serves all bounds of a metric. */
function bootstrapEffects(
  metric: ClassMetric,
  cells: ClassCells,
  wanted: readonly Estimand[],
  plan: ResamplingPlan,
): ReadonlyMap<Estimand, Effect> {
  const effects = new Map<Estimand, Effect>();
  const both = sides(metric, cells);
  const champion = both.champion === undefined ? undefined : numberOf(both.champion(cells.count));
  const open = wanted.filter((of) => {
    if (of !== 'relative-difference' || champion === undefined || !nearZero(champion)) return true;
    effects.set(of, championNearZero(metric.name, champion));
    return false;
  });
  if (open.length === 0) return effects;
  const { statistics } = cellBootstrap({
    counts: cells.count,
    statistics: open.map((of) => estimandOf(of, both)),
    replicates: plan.replicates,
    seed: plan.seed,
    level: plan.confidence,
  });
  const exchange = open.every((of) => of === 'value') ? undefined : exchangedClasses(metric, cells, plan);
  for (const [index, of] of open.entries()) {
    const estimate = statistics[index];
    if (estimate !== undefined)
      effects.set(
        of,
        withExchange(
          resampledEffect(estimate, plan, () => unanimousEffect(metric, cells, of, plan.confidence)),
          of === 'value' ? undefined : exchange,
        ),
      );
  }
  return effects;
}

/** Moving every row to every class is too much beyond this many classes. */
const fewClasses = 30;

/**
 * An interval where resampling shows no variation at all: both models answer every row alike, or the candidate is
 * always right. Unseen rows may still behave otherwise. With none of n rows different, the share that is different is at
 * most z²/(n + z²) (the score bound, as in Tango's interval for accuracy); this takes the worst and the best that such a
 * share of rows, moved from one prediction to another, could do to the statistic. So an unchanged model is proven not
 * worse on enough rows, and on few rows it is not.
 */
function unanimousEffect(metric: ClassMetric, cells: ClassCells, of: Estimand, level: number): Effect | undefined {
  const size = cells.classes.length;
  if (size > fewClasses) return undefined;
  const rows = sum(cells.count);
  const moved = rows * unseenShare(rows, level);
  const estimate = estimandOf(of, sides(metric, cells))(cells.count);
  const reached = [estimate];
  for (let cell = 0; cell < cells.count.length; cell++) {
    for (let to = 0; to < size; to++) {
      for (const side of ['candidate', 'champion'] as const) {
        const shifted = withMovedRows(cells, cell, side, to, moved);
        if (shifted !== undefined) reached.push(estimandOf(of, sides(metric, shifted))(shifted.count));
      }
    }
  }
  const finite = reached.filter((value) => !Number.isNaN(value));
  const interval: Interval = { lower: Math.min(...finite), upper: Math.max(...finite), level, method: 'unanimous' };
  const note = 'resampling shows no variation: the bounds are what rows that were not seen could do';
  return { kind: 'interval', estimate, interval, standardError: undefined, note };
}

/** The cells with some rows of one cell given another prediction; undefined where that is no change. */
function withMovedRows(
  cells: ClassCells,
  cell: number,
  side: 'candidate' | 'champion',
  to: number,
  rows: number,
): ClassCells | undefined {
  const predicted = cells[side];
  const available = cells.count[cell] ?? 0;
  if (predicted === undefined || predicted[cell] === to || available === 0) return undefined;
  const amount = Math.min(rows, available);
  const count = Float64Array.of(...cells.count, amount);
  count[cell] = available - amount;
  const again = (codes: Uint16Array) => Uint16Array.of(...codes, codes[cell] ?? 0);
  const redirected = Uint16Array.of(...predicted, to);
  return {
    ...cells,
    count,
    label: again(cells.label),
    candidate: side === 'candidate' ? redirected : again(cells.candidate),
    champion: side === 'champion' ? redirected : cells.champion && again(cells.champion),
  };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
