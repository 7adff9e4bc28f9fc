import { normalCdf, normalSf, Random } from '@modelgate/statistics';
import { expect, it } from 'vitest';
import type { Measured } from '../src/effect.ts';
import { metricEffects } from '../src/metric-effect.ts';
import { rateEffects } from '../src/rate-effect.ts';
import type { ResamplingPlan } from '../src/resampling.ts';
import { rowMeanEffects } from '../src/row-mean-effect.ts';
import { normal } from './normal.ts';
import { passes, plannedCheck } from './planned.ts';

// How often a gate passes a candidate that is worse by exactly the margin, where rows do not count alike or are ranked:
// at most alpha = (1 − confidence)/2 of the runs, and three standard errors of that share.

const confidence = 0.9;
const alpha = 0.05;

function mostPasses(runs: number): number {
  return alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
}

type PlannedCheck = ReturnType<typeof plannedCheck>;

function shareOfPasses(check: PlannedCheck, runs: number, measure: (random: Random, plan: ResamplingPlan) => Measured) {
  const random = new Random('5eed5eed5eed5eed');
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    const plan = { confidence, seed: (run + 1).toString(16).padStart(16, '0'), replicates: 399 };
    if (passes(check, measure(random, plan), confidence)) passed += 1;
  }
  return passed / runs;
}

/** 40 clusters of 10 rows; a cluster loses and wins rows at rates of its own, on average `lost` and `won`. */
function clusteredAccuracy({ bounds }: PlannedCheck, lost: number, won: number) {
  const clusters = Uint32Array.from({ length: 400 }, (_, row) => Math.floor(row / 10));
  return (random: Random, plan: ResamplingPlan): Measured => {
    const candidate = new Float64Array(400);
    const champion = new Float64Array(400);
    let factor = 1;
    for (let row = 0; row < 400; row++) {
      // half of the clusters lose and win twice as often, half not at all
      if (row % 10 === 0) factor = random.uniform() < 0.5 ? 2 : 0;
      const at = random.uniform();
      const changed = (lost + won) * factor;
      const bothRight = at > 1 - 0.8 * (1 - changed);
      champion[row] = at < lost * factor || bothRight ? 1 : 0;
      candidate[row] = (at >= lost * factor && at < changed) || bothRight ? 1 : 0;
    }
    return rateEffects('accuracy', { candidate, champion, design: { clusters } }, bounds, plan);
  };
}

it('accuracy in clusters', () => {
  const check = plannedCheck('{ metric: accuracy, max-regression: 5pt }');
  const runs = 600;
  expect(shareOfPasses(check, runs, clusteredAccuracy(check, 0.08, 0.03))).toBeLessThan(mostPasses(runs));
  // and the test can fail: a smaller loss passes more often than the limit allows
  expect(shareOfPasses(check, 200, clusteredAccuracy(check, 0.03, 0.03))).toBeGreaterThan(0.5);
});

it('a weighted mean, whose weights go with the loss', () => {
  const check = plannedCheck('{ column: x, statistic: mean, better: higher, max-regression: 1 }');
  const runs = 600;
  const measure = (loss: number) => (random: Random, plan: ResamplingPlan) => {
    const heavy = Float64Array.from({ length: 60 }, () => (random.uniform() < 0.5 ? 1 : 0));
    const weights = heavy.map((one) => (one === 1 ? 3 : 1));
    const champion = heavy.map(() => normal(random));
    // Σ w d / Σ w is −(3 · 4/3 + 1 · 0)/4 = −1 for a loss of 4/3 on rows of weight 3 and none on the others
    const candidate = champion.map((value, row) => value - ((heavy[row] ?? 0) * 4 * loss) / 3 + normal(random));
    return rowMeanEffects('x', { candidate, champion, design: { weights } }, check.bounds, plan);
  };
  expect(shareOfPasses(check, runs, measure(1))).toBeLessThan(mostPasses(runs));
  expect(shareOfPasses(check, 200, measure(0.3))).toBeGreaterThan(0.5);
});

/** Scores that tell positives by `distance` standard deviations, both models' with a correlation of one half. */
function scores(random: Random, rows: number, share: number, distance: { candidate: number; champion: number }) {
  const labels = Uint8Array.from({ length: rows }, () => (random.uniform() < share ? 1 : 0));
  const common = Float64Array.from(labels, () => normal(random));
  const of = (apart: number) =>
    common.map((one, row) => (one + normal(random)) / Math.SQRT2 + apart * (labels[row] ?? 0));
  const input = (apart: number) => ({ kind: 'score', labels, scores: of(apart) }) as const;
  return { candidate: input(distance.candidate), champion: input(distance.champion), design: {} };
}

/** Mean of the precision over the positives, by the trapezoid rule over thresholds. */
function averagePrecision(distance: number, share: number): number {
  let [sum, recall] = [0, 0];
  for (let z = 9; z > -9; z -= 0.001) {
    const found = normalSf(z - distance);
    const wrong = normalSf(z);
    sum += (found - recall) * ((share * found) / (share * found + (1 - share) * wrong));
    recall = found;
  }
  return sum;
}

function rankedCheck(metric: string, margin: number): PlannedCheck {
  return plannedCheck(`{ metric: ${metric}, max-regression: ${margin} }`, ', score: s');
}

function rankMetric({ quantity }: PlannedCheck) {
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'rank') throw new Error('not a metric of ranks');
  return quantity.metric;
}

const distance = { candidate: 1.2, champion: 1.5 };

it('the area under the ROC curve, by DeLong', () => {
  const margin = normalCdf(distance.champion / Math.SQRT2) - normalCdf(distance.candidate / Math.SQRT2);
  expect(margin).toBeCloseTo(0.05365, 5);
  const check = rankedCheck('roc_auc', margin);
  const runs = 600;
  const measure = (of: typeof distance) => (random: Random, plan: ResamplingPlan) =>
    metricEffects(rankMetric(check), scores(random, 300, 0.4, of), check.bounds, plan);
  expect(shareOfPasses(check, runs, measure(distance))).toBeLessThan(mostPasses(runs));
  expect(shareOfPasses(check, 100, measure({ candidate: 1.5, champion: 1.5 }))).toBeGreaterThan(0.5);
});

it('average precision, by the bootstrap', () => {
  const margin = averagePrecision(distance.champion, 0.4) - averagePrecision(distance.candidate, 0.4);
  const check = rankedCheck('average_precision', margin);
  const runs = 400;
  const measure = (of: typeof distance) => (random: Random, plan: ResamplingPlan) =>
    metricEffects(rankMetric(check), scores(random, 250, 0.4, of), check.bounds, plan);
  expect(shareOfPasses(check, runs, measure(distance))).toBeLessThan(mostPasses(runs));
  expect(shareOfPasses(check, 60, measure({ candidate: 1.5, champion: 1.5 }))).toBeGreaterThan(0.4);
});
