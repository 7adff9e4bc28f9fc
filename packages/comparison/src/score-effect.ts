import type { Interval } from '@modelgate/core';
import type { MetricInput, PreparedRank, RankMetric } from '@modelgate/metrics';
import {
  aucBootstrap,
  type Delong,
  delong,
  influenceInterval,
  LEAST_CLASS_ROWS,
  logitInterval,
  moverDifference,
  weightedBootstrap,
} from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import { championNearZero, type Effect, type Measured, nearZero, undefinedEffect } from './effect.ts';
import { factorOf, relative } from './relative-effect.ts';
import { type ResamplingPlan, resampledEffect } from './resampling.ts';
import { tooFewClusters } from './row-mean-effect.ts';
import { contrastOf, type SidedRows, sameColumn } from './sided-rows.ts';

type Input = Extract<MetricInput, { readonly kind: 'score' | 'scores' }>;

/** So many rows times replicates are resampled in about a second; beyond, the normal approximation has long been good. */
const mostWork = 2e8;

/**
 * Effects of a metric that ranks all rows by score. Difference of two areas under the ROC curve: DeLong, or the stratified
 * bootstrap below ten rows a class. All others: the bootstrap of units where it is affordable, else the normal interval
 * from influence values, which is what DeLong's is.
 */
export function scoreEffects(
  metric: RankMetric,
  rows: SidedRows<Input>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const { design } = rows;
  const candidate = metric.prepare(rows.candidate, design.weights);
  const champion = rows.champion && metric.prepare(rows.champion, design.weights);
  const count = rows.candidate.labels.length;
  const values = { candidate: valueOn(candidate, rows), champion: champion && valueOn(champion, rows) };
  const base = { rows: count, ...values };
  if ('undefined' in candidate || values.candidate === undefined) {
    const gap = undefinedOf(metric, 'candidate', candidate);
    return { ...base, gap, effects: bounds.map(() => gap) };
  }
  const rarest = rarestClass(rows);
  const effects = bounds.map((bound): Effect | undefined => {
    const shared = { candidate, count, design, rarest };
    if (bound.of === 'value') return contrastEffect({ ...shared, champion: undefined, factor: 0 }, plan);
    if (champion === undefined) return undefined;
    if ('undefined' in champion || values.champion === undefined) return undefinedOf(metric, 'champion', champion);
    if (bound.of === 'relative-difference') {
      if (nearZero(values.champion)) return championNearZero(metric.name, values.champion);
      const factor = factorOf(bound, values.champion);
      return relative(contrastEffect({ ...shared, champion, factor }, plan), bound, values.champion);
    }
    const contrast = { ...shared, champion, factor: 1 };
    const compared = metric.name === 'roc_auc' ? areaEffect(rows, plan) : undefined;
    return compared === undefined ? contrastEffect(contrast, plan) : carefully(compared, contrast, plan);
  });
  return { ...base, effects };
}

function valueOn(prepared: ReturnType<RankMetric['prepare']>, { design }: SidedRows<Input>): number | undefined {
  if ('undefined' in prepared) return undefined;
  const value = prepared.value(design.weights);
  return Number.isNaN(value) ? undefined : value;
}

function undefinedOf(
  metric: RankMetric,
  who: 'candidate' | 'champion',
  prepared: ReturnType<RankMetric['prepare']>,
): Effect {
  const why = 'undefined' in prepared ? prepared.undefined : 'no weight is left on one of the classes';
  return undefinedEffect(
    'metric-undefined',
    `${metric.name} of the ${who} is undefined: ${why}`,
    'check the examples and `positive`, or gate another metric',
  );
}

/** DeLong's comparison, where rows count alike; undefined where they do not. */
function areaEffect({ candidate, champion, design }: SidedRows<Input>, plan: ResamplingPlan): Effect | undefined {
  if (design.weights !== undefined || design.clusters !== undefined) return undefined;
  if (candidate.kind !== 'score' || champion?.kind !== 'score') return undefined;
  const scores = { labels: candidate.labels, candidate: candidate.scores, champion: champion.scores };
  const positives = candidate.labels.reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, candidate.labels.length - positives) < 2) return undefined;
  const compared = delong(scores, plan.confidence);
  const few = Math.min(compared.positives, compared.negatives) < LEAST_CLASS_ROWS;
  if (!few || compared.kind !== 'interval') return delongEffect(compared, plan);
  const { confidence: level, ...resampling } = plan;
  const effect = resampledEffect(aucBootstrap({ ...scores, ...resampling, level }), plan, () => undefined);
  const note = `fewer than ${LEAST_CLASS_ROWS} rows of one class: resampled class by class`;
  return effect.kind === 'interval' ? { ...effect, note } : effect;
}

function delongEffect(compared: Delong, { confidence: level }: ResamplingPlan): Effect {
  switch (compared.kind) {
    case 'interval': {
      const interval: Interval = { ...compared.interval, level, method: 'delong' };
      return { kind: 'interval', estimate: compared.difference, interval, standardError: compared.standardError };
    }
    case 'identical-ranking': {
      const interval: Interval = { lower: 0, upper: 0, level, method: 'identical-ranking' };
      const note = 'both models order all rows alike';
      return { kind: 'interval', estimate: 0, interval, standardError: 0, note };
    }
    case 'degenerate':
      return withoutSpread(compared.difference);
  }
}

function withoutSpread(estimate: number): Effect {
  const note = 'every row weighs alike in both models, so nothing says how other rows would';
  return { kind: 'undecidable', estimate, reason: 'degenerate-variance', note };
}

interface Contrast {
  readonly candidate: PreparedRank;
  readonly champion: PreparedRank | undefined;
  readonly factor: number;
  readonly count: number;
  readonly design: SidedRows<Input>['design'];
  /** Rows of the class that has fewest; those of weight 0 are none. */
  readonly rarest: number;
}

/** candidate − factor × champion. */
function contrastEffect(contrast: Contrast, plan: ResamplingPlan): Effect {
  const { candidate, champion, factor, count, design } = contrast;
  const statistic = (weights: Float64Array | undefined): number =>
    candidate.value(weights) - (champion === undefined ? 0 : factor * champion.value(weights));
  const own = candidate.influence(design.weights);
  const theirs = champion?.influence(design.weights);
  const estimate = statistic(design.weights);
  if (theirs !== undefined && factor === 1 && estimate === 0 && sameColumn(own, theirs)) {
    const interval: Interval = { lower: 0, upper: 0, level: plan.confidence, method: 'identical-ranking' };
    return { kind: 'interval', estimate: 0, interval, standardError: 0, note: 'both models order all rows alike' };
  }
  const influence = theirs === undefined ? own : contrastOf(own, theirs, factor);
  if (count * plan.replicates <= mostWork) {
    const { confidence: level, replicates, seed } = plan;
    const found = weightedBootstrap({ rows: count, design, statistic, influence, level, replicates, seed });
    return found.kind === 'degenerate' && found.reason === 'too-few-clusters'
      ? tooFewClusters(estimate, found.units)
      : carefully(
          resampledEffect(found, plan, () => undefined),
          contrast,
          plan,
        );
  }
  const found = influenceInterval({ estimate, influence, design, level: plan.confidence });
  if (found.kind === 'degenerate') {
    return found.reason === 'too-few-clusters' ? tooFewClusters(estimate, found.units) : withoutSpread(estimate);
  }
  const method = design.clusters === undefined ? 'influence' : 'clustered-influence';
  const interval: Interval = { ...found.interval, level: plan.confidence, method };
  return carefully({ kind: 'interval', estimate, interval, standardError: found.standardError }, contrast, plan);
}

/**
 * Near 1, and with few rows of a class, symmetric and resampled intervals of areas prove too easily. Logit limits of both
 * models, put together with their correlation, keep the level there, and for many rows they are the same interval.
 */
function carefully(effect: Effect, contrast: Contrast, plan: ResamplingPlan): Effect {
  if (effect.kind !== 'interval' || effect.interval.method === 'identical-ranking') return effect;
  const { candidate, champion, factor, design, rarest } = contrast;
  const { confidence: level } = plan;
  const spreadOf = (influence: Float64Array) => {
    const found = influenceInterval({ estimate: 0, influence, design, level });
    return { error: found.kind === 'interval' ? found.standardError : 0, units: found.units };
  };
  const influence = candidate.influence(design.weights);
  const { error, units } = spreadOf(influence);
  const freedom = Math.max(1, Math.min(rarest, units) - 1);
  const own = { value: candidate.value(design.weights), standardError: error };
  const by = 'by logit limits';
  if (champion === undefined) return { ...effect, careful: { ...logitInterval(own, freedom, level), by } };
  const before = champion.influence(design.weights);
  const theirs = { value: champion.value(design.weights), standardError: spreadOf(before).error };
  const together = spreadOf(contrastOf(influence, before, 1)).error;
  const product = 2 * own.standardError * theirs.standardError;
  const shared = own.standardError ** 2 + theirs.standardError ** 2 - together ** 2;
  const correlation = product > 0 ? Math.max(-1, Math.min(1, shared / product)) : 0;
  const compared = { candidate: own, champion: theirs, correlation, factor };
  return { ...effect, careful: { ...moverDifference(compared, freedom, level), by } };
}

function rarestClass({ candidate: { labels }, design: { weights } }: SidedRows<Input>): number {
  const counts = new Map<number, number>();
  for (const [row, label] of labels.entries()) {
    if (weights?.[row] !== 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return Math.min(...counts.values());
}
