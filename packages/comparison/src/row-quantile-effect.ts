import type { Interval } from '@modelgate/core';
import {
  designedQuantile,
  designedQuantileBootstrap,
  designedQuantileInterval,
  orderStatisticRanks,
  quantileOfSorted,
} from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import { openSideNote, type QuantileData, quantileEffects, unchangedColumn } from './column-effect.ts';
import { championNearZero, degenerate, type Effect, type Measured, nearZero } from './effect.ts';
import { factorOf, relative } from './relative-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { tooFewClusters } from './row-mean-effect.ts';
import type { SidedRows } from './sided-rows.ts';

/** Effects of a quantile of a value a row, such as the median absolute error. */
export function rowQuantileEffects(
  name: string,
  rows: SidedRows<Float64Array>,
  probability: number,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { candidate, champion, design } = rows;
  if (design.weights !== undefined || design.clusters !== undefined) {
    return designedQuantileEffects(name, rows, probability, bounds, plan);
  }
  const own = candidate.slice().sort();
  const { lower, upper } = orderStatisticRanks(own.length, probability, plan.confidence);
  const at = (rank: number | undefined) => (rank === undefined ? undefined : own[rank - 1]);
  const data: QuantileData = {
    kind: 'quantile',
    probability,
    rows: own.length,
    candidate: quantileOfSorted(own, probability),
    champion: champion && quantileOfSorted(champion.slice().sort(), probability),
    orderStatistics: { lower: at(lower), upper: at(upper) },
    pair: champion && { champion, candidate },
  };
  return quantileEffects(name, data, bounds, plan);
}

/** With weights or clusters: Woodruff's interval for the value, resampled units for differences. */
function designedQuantileEffects(
  name: string,
  { candidate, champion, design }: SidedRows<Float64Array>,
  probability: number,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const own = designedQuantile({ values: candidate, design, probability });
  const theirs = champion && designedQuantile({ values: champion, design, probability });
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value') return valueEffect({ values: candidate, design, probability }, plan);
    if (champion === undefined || theirs === undefined) return undefined;
    const isRelative = bound.of === 'relative-difference';
    if (isRelative && nearZero(theirs)) return championNearZero(name, theirs);
    const factor = isRelative ? factorOf(bound, theirs) : 1;
    const effect =
      unchangedColumn({ candidate, champion, design }, { probability, factor, level: plan.confidence }) ??
      differenceEffect({ candidate, champion, design, probability, factor }, plan);
    return isRelative ? relative(effect, bound, theirs) : effect;
  });
  return { rows: candidate.length, candidate: own, champion: theirs, effects };
}

type Quantile = Parameters<typeof designedQuantile>[0];

function valueEffect(quantile: Quantile, { confidence: level }: ResamplingPlan): Effect {
  const found = designedQuantileInterval({ ...quantile, level });
  if (found.kind === 'degenerate') return tooFewClusters(found.estimate, found.units);
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = found;
  const interval: Interval = { lower, upper, level, method: 'woodruff' };
  const note = openSideNote(interval, quantile.values.length, quantile.probability);
  return { kind: 'interval', estimate: found.estimate, interval, standardError: undefined, ...note };
}

function differenceEffect(
  pair: Omit<Quantile, 'values'> & {
    readonly candidate: Float64Array;
    readonly champion: Float64Array;
    readonly factor: number;
  },
  { confidence: level, replicates, seed }: ResamplingPlan,
): Effect {
  const { factor, ...columns } = pair;
  const found = designedQuantileBootstrap({ ...columns, factors: [factor], replicates, seed, level });
  if (found.kind === 'degenerate') return tooFewClusters(found.candidate - factor * found.champion, found.units);
  const [contrast] = found.contrasts;
  if (contrast === undefined) throw new Error('one factor gives one contrast');
  if (contrast.kind === 'degenerate') return degenerate(contrast);
  const interval: Interval = { ...contrast.interval, level, method: 'percentile' };
  return { kind: 'interval', estimate: contrast.point, interval, standardError: contrast.standardError };
}
