import type { ClassMetric } from '@modelgate/metrics';
import { type RowDesign, unitTotalsOfCells } from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import type { Measured } from './effect.ts';
import { rateEffects } from './rate-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import type { SidedRows } from './sided-rows.ts';
import { type Possible, unitEffects } from './totals-effect.ts';

/** Classes of rows that have weights, clusters or several runs. */
export interface ClassRows {
  readonly classes: readonly string[];
  readonly label: Uint16Array;
  readonly predicted: SidedRows<Uint16Array>;
  /** Index of the positive class, −1 where there is none. */
  readonly positive: number;
}

/**
 * Effects of a classification metric where rows do not count alike: Wilson and Tango with effective counts for metrics
 * that are a share of right rows, the bootstrap of units over both models' confusion counts for all others.
 */
export function designedClassEffects(
  metric: ClassMetric,
  rows: ClassRows,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { label, predicted } = rows;
  if (metric.perRow) {
    const right = (codes: Uint16Array) => Float64Array.from(codes, (code, row) => (code === label[row] ? 1 : 0));
    const champion = predicted.champion && right(predicted.champion);
    const values = { candidate: right(predicted.candidate), champion, design: predicted.design };
    return rateEffects(metric.name, values, bounds, plan);
  }
  const { champion } = predicted;
  const cells = [confusionCells(rows, label, predicted.candidate, 'candidate')];
  if (champion !== undefined) cells.push(confusionCells(rows, label, champion, 'champion'));
  const counted = {
    classes: rows.classes,
    positive: rows.positive,
    cells,
    count: label.length,
    design: predicted.design,
  };
  return confusionEffects(metric, counted, bounds, plan, champion !== undefined);
}

/** Cells of both confusion matrices, the candidate's first, row by row. */
export interface ConfusionRows {
  readonly classes: readonly string[];
  readonly positive: number;
  /** Each list has a cell a row. */
  readonly cells: readonly Uint32Array[];
  /** Examples behind the rows. */
  readonly count: number;
  readonly design: RowDesign;
}

/** Effects of a metric of confusion counts. */
export function confusionEffects(
  metric: ClassMetric,
  { classes, positive, cells, count, design }: ConfusionRows,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
  hasChampion: boolean,
): Measured {
  const area = classes.length ** 2;
  const totals = unitTotalsOfCells({ cells, width: hasChampion ? 2 * area : area, design, seed: plan.seed });
  const statistic = (offset: number) => confusionStatistic(metric, { classes, positive }, offset);
  const champion = hasChampion ? statistic(area) : undefined;
  const measured = { candidate: statistic(0), champion, totals, count, design };
  return unitEffects(metric.name, measured, bounds, plan, otherwisePredicted(classes.length, hasChampion));
}

/** Moving every row to every class is too much beyond this many classes. */
const fewClasses = 30;

/** A share of all rows, of one label and one prediction of one side, is predicted to be another class. */
function otherwisePredicted(size: number, hasChampion: boolean): Possible | undefined {
  if (size > fewClasses) return undefined;
  const area = size * size;
  return function* (sums, share) {
    const weight = sums.subarray(0, area).reduce((sum, one) => sum + one, 0);
    for (let cell = 0; cell < (hasChampion ? 2 * area : area); cell++) {
      const amount = Math.min(share * weight, sums[cell] ?? 0);
      const first = cell - (cell % size);
      for (let to = first; to < first + size; to++) {
        if (to === cell || amount === 0) continue;
        const moved = sums.slice();
        moved[cell] = (sums[cell] ?? 0) - amount;
        moved[to] = (sums[to] ?? 0) + amount;
        yield moved;
      }
    }
  };
}

export function confusionCells(
  { classes }: Pick<ConfusionRows, 'classes'>,
  label: Uint16Array,
  predicted: Uint16Array,
  side: 'candidate' | 'champion',
): Uint32Array {
  const size = classes.length;
  const offset = side === 'candidate' ? 0 : size * size;
  return Uint32Array.from(predicted, (code, row) => offset + (label[row] ?? 0) * size + code);
}

/** The metric of one side as a function of the confusion counts that start at an offset, with nothing allocated a call. */
function confusionStatistic(
  metric: ClassMetric,
  { classes, positive }: Pick<ConfusionRows, 'classes' | 'positive'>,
  offset: number,
) {
  const size = classes.length;
  const totals = {
    rows: 0,
    actual: new Float64Array(size),
    predicted: new Float64Array(size),
    correct: new Float64Array(size),
  };
  return (counts: Float64Array): number => {
    totals.rows = 0;
    totals.actual.fill(0);
    totals.predicted.fill(0);
    for (let label = 0; label < size; label++) {
      for (let guess = 0; guess < size; guess++) {
        const count = counts[offset + label * size + guess] ?? 0;
        totals.rows += count;
        totals.actual[label] = (totals.actual[label] ?? 0) + count;
        totals.predicted[guess] = (totals.predicted[guess] ?? 0) + count;
        if (label === guess) totals.correct[label] = count;
      }
    }
    const value = metric.compute(totals, positive);
    return 'value' in value ? value.value : Number.NaN;
  };
}
