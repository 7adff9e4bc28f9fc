import type { Estimand, PlannedBound } from '../../packages/comparison/src/bound-plan.ts';
import type { Measured } from '../../packages/comparison/src/effect.ts';
import { breaks, clears } from '../../packages/comparison/src/judge.ts';
import type { ResamplingPlan } from '../../packages/comparison/src/resampling.ts';
import type { SidedRows } from '../../packages/comparison/src/sided-rows.ts';
import { type ClassMetric, findMetric, type Metric, type MetricTask } from '../../packages/metrics/src/index.ts';
import { type Decision, seedOf } from './drawn.ts';
import { level } from './study.ts';

/** The gate's own way from rows to a decision, with a limit on which the truth lies. */

/** A verdict takes 9,999; fewer keep this cheap and add a little noise to every bound. With 399 the bound is the tenth. */
export const replicates = 399;

export function planOf(name: string): ResamplingPlan {
  return { confidence: level, seed: seedOf(name), replicates };
}

/** The bound of a `max-regression` (of: difference), `at-least` or `at-most` (of: value) whose limit is the truth. */
export function boundAt(truth: number, of: Estimand, better: 'higher' | 'lower'): PlannedBound {
  const rule = of === 'value' ? (better === 'higher' ? 'at-least' : 'at-most') : 'max-regression';
  const side = better === 'higher' ? 'above' : 'below';
  return { rule, limit: { value: truth, unit: 'own' }, of, side, threshold: truth, judged: 'proven' };
}

/** What the gate says of this bound: as in judge.ts, but for the smallest number of rows. */
export function decisionOf(bound: PlannedBound, { effects }: Measured): Decision {
  const [effect] = effects;
  if (effect?.kind !== 'interval') return 'open';
  if (breaks(bound, effect.interval)) return 'failed';
  return [effect.interval, effect.guarded, effect.careful].every((one) => one === undefined || clears(bound, one))
    ? 'proven'
    : 'open';
}

/** What a gate measures of rows. */
export type Measure<Rows> = (rows: Rows, bounds: readonly PlannedBound[], plan: ResamplingPlan) => Measured;

/**
 * The limit on which an enumerated population lies: measured by the same code, each of its rows weighed by how likely it is.
 */
export function limitOf<Column>(
  measure: Measure<SidedRows<Column>>,
  population: SidedRows<Column>,
  of: Estimand,
  better: 'higher' | 'lower',
): PlannedBound {
  const { candidate, champion } = measure(population, [], planOf('population'));
  if (candidate === undefined) throw new Error('a population has a value');
  return boundAt(of === 'value' ? candidate : candidate - (champion ?? Number.NaN), of, better);
}

export function rowMetric(name: string, task: MetricTask): Exclude<Metric, ClassMetric> {
  const metric = metricOf(name, task);
  if (metric.kind === 'classes') throw new Error(`${name} is a metric of classes`);
  return metric;
}

export function classMetric(name: string, task: MetricTask): ClassMetric {
  const metric = metricOf(name, task);
  if (metric.kind !== 'classes') throw new Error(`${name} is no metric of classes`);
  return metric;
}

function metricOf(name: string, task: MetricTask): Metric {
  const found = findMetric(name, task);
  if (found.kind !== 'metric') throw new Error(`there is no metric ${name} of task ${task}`);
  return found.metric;
}
