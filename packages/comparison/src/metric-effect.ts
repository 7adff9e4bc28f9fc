import type { ClassMetric, MeanMetric, Metric, MetricInput, NotDefined } from '@modelgate/metrics';
import type { PlannedBound } from './bound-plan.ts';
import { type Measured, undefinedEffect } from './effect.ts';
import { areOutcomes, rateEffects } from './rate-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { rowMeanEffects } from './row-mean-effect.ts';
import { rowQuantileEffects } from './row-quantile-effect.ts';
import { scoreEffects } from './score-effect.ts';
import type { SidedRows } from './sided-rows.ts';
import { type RowTotals, totalsEffects } from './totals-effect.ts';

/** Effects of a metric of rows, by the kind of number that it is. */
export function metricEffects(
  metric: Exclude<Metric, ClassMetric>,
  inputs: SidedRows<MetricInput>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { name } = metric;
  const { weights } = inputs.design;
  switch (metric.kind) {
    case 'mean':
      return definedEffects(
        name,
        inputs,
        bounds,
        (side) => metric.rows(side, weights),
        (values) => meanEffects(metric, values, bounds, plan),
      );
    case 'totals':
      return definedEffects(
        name,
        inputs,
        bounds,
        (side) => metric.of(side, weights),
        (totals) => totalsEffects(name, totals, bounds, plan),
      );
    case 'quantile':
      return definedEffects(
        name,
        inputs,
        bounds,
        (side) => metric.rows(side, weights),
        (values) => rowQuantileEffects(name, values, metric.probability, bounds, plan),
      );
    case 'rank':
      return scoreEffects(metric, scored(inputs), bounds, plan);
  }
}

function meanEffects(
  { name, root, rowRange }: MeanMetric,
  values: SidedRows<Float64Array>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  if (root) return totalsEffects(name, rooted(values), bounds, plan);
  // hits and misses, such as exact_match or hit_rate@5
  if (rowRange[0] === 0 && rowRange[1] === 1 && areOutcomes(values)) return rateEffects(name, values, bounds, plan);
  return rowMeanEffects(name, values, bounds, plan, rowRange);
}

/** Reads both sides; where the candidate has no value nothing is compared, and says why. */
export function definedEffects<Side, Value extends object>(
  name: string,
  { candidate, champion, design }: SidedRows<Side>,
  bounds: readonly PlannedBound[],
  of: (side: Side) => Value | NotDefined,
  measure: (rows: SidedRows<Value>) => Measured,
): Measured {
  const own = of(candidate);
  if (isUndefined(own)) {
    const gap = whyUndefined(name, 'candidate', own);
    return { rows: undefined, candidate: undefined, champion: undefined, gap, effects: bounds.map(() => gap) };
  }
  const theirs = champion && of(champion);
  if (theirs === undefined || !isUndefined(theirs)) return measure({ candidate: own, champion: theirs, design });
  const missing = whyUndefined(name, 'champion', theirs);
  const measured = measure({ candidate: own, champion: undefined, design });
  return {
    ...measured,
    effects: measured.effects.map((effect, at) => (bounds[at]?.of === 'value' ? effect : missing)),
  };
}

function isUndefined(value: object): value is NotDefined {
  return 'undefined' in value;
}

function whyUndefined(name: string, who: 'candidate' | 'champion', { undefined: why }: NotDefined) {
  return undefinedEffect(
    'metric-undefined',
    `${name} of the ${who} is undefined: ${why}`,
    'check the examples, or gate another metric',
  );
}

/** The root of a mean, such as RMSE, is a function of two totals. */
function rooted({ candidate, champion, design }: SidedRows<Float64Array>): SidedRows<RowTotals> {
  const totals = (values: Float64Array): RowTotals => ({
    columns: [values, new Float64Array(values.length).fill(1)],
    value: (sums) => Math.sqrt((sums[0] ?? 0) / (sums[1] ?? 0)),
  });
  return { candidate: totals(candidate), champion: champion && totals(champion), design };
}

type Scored = Extract<MetricInput, { kind: 'score' | 'scores' }>;

function scored({ candidate, champion, design }: SidedRows<MetricInput>): SidedRows<Scored> {
  const checked = (input: MetricInput): Scored => {
    if (input.kind === 'score' || input.kind === 'scores') return input;
    throw new Error('only scores rank rows');
  };
  return { candidate: checked(candidate), champion: champion && checked(champion), design };
}
