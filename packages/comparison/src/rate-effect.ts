import type { Interval } from '@modelgate/core';
import { findMetric } from '@modelgate/metrics';
import { designedRate, designedRateDifference, type RowDesign } from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import { type ClassCells, classEffects } from './class-effect.ts';
import type { Effect, Measured } from './effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { oneRow, rowMeanEffects, tooFewClusters } from './row-mean-effect.ts';
import type { SidedRows } from './sided-rows.ts';

/**
 * Effects of a share of rows, each 0 or 1. Where rows count alike it is the accuracy of always being meant to be 1, with
 * Wilson's and Tango's intervals; else these with effective counts.
 */
export function rateEffects(
  name: string,
  rows: SidedRows<Float64Array>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { candidate, champion, design } = rows;
  if (design.weights === undefined && design.clusters === undefined) {
    const found = findMetric('accuracy', 'binary');
    if (found.kind !== 'metric' || found.metric.kind !== 'classes') throw new Error('accuracy is a metric of classes');
    return classEffects({ ...found.metric, name }, rateCells(candidate, champion), bounds, plan);
  }
  // a difference in percent of the champion is no share: Student's t, guarded by the range
  const relatives = bounds.filter((bound) => bound.of === 'relative-difference');
  const means = rowMeanEffects(name, rows, relatives, plan, [0, 1]);
  const { confidence: level } = plan;
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value')
      return rateEffect(designedRate({ values: candidate, design, level }), 'wilson', design, level);
    if (bound.of === 'relative-difference') return means.effects[relatives.indexOf(bound)];
    if (champion === undefined) return undefined;
    return rateEffect(designedRateDifference({ candidate, champion, design, level }), 'tango', design, level);
  });
  return { ...means, effects };
}

/** Whether a column can be read as a share of rows. */
export function areOutcomes({ candidate, champion }: SidedRows<Float64Array>): boolean {
  const outcomes = (values: Float64Array) => values.every((value) => value === 0 || value === 1);
  return outcomes(candidate) && (champion === undefined || outcomes(champion));
}

function rateEffect(
  found: ReturnType<typeof designedRate>,
  method: 'wilson' | 'tango',
  { clusters }: RowDesign,
  level: number,
): Effect {
  if (found.kind === 'degenerate') return tooFewClusters(found.estimate, found.units);
  if (found.units < 2) return oneRow(found.estimate);
  const { estimate, standardError, effectiveRows } = found;
  const interval: Interval = {
    ...found.interval,
    level,
    method: `${clusters === undefined ? 'weighted' : 'clustered'}-${method}`,
  };
  const note = `as much as ${Math.round(effectiveRows).toLocaleString('en')} independent rows would tell`;
  return { kind: 'interval', estimate, interval, standardError, note };
}

function rateCells(candidate: Float64Array, champion: Float64Array | undefined): ClassCells {
  const count = new Float64Array(champion === undefined ? 2 : 4);
  for (let row = 0; row < candidate.length; row++) {
    const cell = 2 * (champion?.[row] ?? 0) + (candidate[row] ?? 0);
    count[cell] = (count[cell] ?? 0) + 1;
  }
  const cells = Array.from(count, (_, cell) => cell).filter((cell) => (count[cell] ?? 0) > 0);
  return {
    classes: ['0', '1'],
    label: Uint16Array.from(cells, () => 1),
    champion: champion && Uint16Array.from(cells, (cell) => cell >> 1),
    candidate: Uint16Array.from(cells, (cell) => cell & 1),
    count: Float64Array.from(cells, (cell) => count[cell] ?? 0),
    positive: 1,
  };
}
