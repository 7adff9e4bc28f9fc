import { Random, tangoInterval } from '@modelgate/statistics';
import { expect, it } from 'vitest';
import { type ClassCells, classEffects } from '../src/class-effect.ts';
import { meanEffects } from '../src/column-effect.ts';
import type { ResamplingPlan } from '../src/resampling.ts';
import { normal } from './normal.ts';
import { passes, plannedCheck } from './planned.ts';

// How often a gate passes a candidate that is worse by exactly the margin: at most alpha = (1 − confidence)/2.

function cells(counts: ArrayLike<number>): ClassCells {
  const bits = [0, 1, 2, 3, 4, 5, 6, 7];
  return {
    classes: ['0', '1'],
    label: Uint16Array.from(bits, (cell) => cell >> 2),
    champion: Uint16Array.from(bits, (cell) => (cell >> 1) & 1),
    candidate: Uint16Array.from(bits, (cell) => cell & 1),
    count: Float64Array.from(counts),
    positive: 1,
  };
}

/** P(k of n) for all k. */
function binomial(trials: number, rate: number): readonly number[] {
  let log = trials * Math.log1p(-rate);
  return Array.from({ length: trials + 1 }, (_, k) => {
    if (k > 0) log += Math.log((trials - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    return Math.exp(log);
  });
}

it.each([
  { rows: 100, margin: 0.05, losses: 0.075, confidence: 0.95, size: 0.01825 },
  { rows: 200, margin: 0.05, losses: 0.1, confidence: 0.95, size: 0.02408 },
  { rows: 200, margin: 0.02, losses: 0.03, confidence: 0.9, size: 0.04428 },
])('accuracy, $rows rows, margin $margin: passed at the margin with probability $size, enumerated', (one) => {
  const wins = one.losses - one.margin;
  const check = plannedCheck(`{ metric: accuracy, max-regression: ${one.margin} }`);
  let size = 0;
  for (const [lost, chance] of binomial(one.rows, one.losses).entries()) {
    if (chance < 1e-7) continue;
    for (const [won, given] of binomial(one.rows - lost, wins / (1 - one.losses)).entries()) {
      if (chance * given < 1e-7) continue;
      // the judge's own way for a few, Tango's bound for all: both must say the same
      const { lower } = tangoInterval({ wins: won, losses: lost, examples: one.rows }, one.confidence);
      const passed = lower > -one.margin;
      if ((won + lost) % 7 === 0) {
        const plan: ResamplingPlan = { confidence: one.confidence, seed: '0123456789abcdef', replicates: 1 };
        const { quantity, bounds } = check;
        if (quantity.kind !== 'metric' || quantity.metric.kind !== 'classes')
          throw new Error('not a classification metric');
        const measured = classEffects(
          quantity.metric,
          cells([one.rows - lost - won, 0, 0, 0, 0, won, lost, 0]),
          bounds,
          plan,
        );
        expect(passes(check, measured, one.confidence)).toBe(passed);
      }
      if (passed) size += chance * given;
    }
  }
  expect(size).toBeCloseTo(one.size, 5);
  const alpha = (1 - one.confidence) / 2;
  expect(size).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / 4000));
});

/** P(cell) by 4 label + 2 champion + candidate, and the candidate's F1 less the champion's. */
const worse = [0.6, 0.03, 0.02, 0.07, 0.05, 0.015, 0.035, 0.18];

function f1Difference(shares: readonly number[]): number {
  const share = (wanted: (cell: number) => boolean) => shares.reduce((sum, p, cell) => sum + (wanted(cell) ? p : 0), 0);
  const f1 = (bit: number) => {
    const both = share((cell) => cell >> 2 === 1 && ((cell >> bit) & 1) === 1);
    return (2 * both) / (share((cell) => cell >> 2 === 1) + share((cell) => ((cell >> bit) & 1) === 1));
  };
  return f1(0) - f1(1);
}

function shareOfPasses(
  shares: readonly number[],
  margin: number,
  runs: number,
  rows: number,
  confidence: number,
): number {
  const check = plannedCheck(`{ metric: f1, max-regression: ${margin} }`);
  const { quantity, bounds } = check;
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'classes') throw new Error('not a classification metric');
  const random = new Random('5eed5eed5eed5eed');
  const counts = new Float64Array(8);
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    random.multinomial(shares, 1, rows, counts);
    const seed = (run + 1).toString(16).padStart(16, '0');
    const measured = classEffects(quantity.metric, cells(counts), bounds, { confidence, seed, replicates: 399 });
    if (passes(check, measured, confidence)) passed += 1;
  }
  return passed / runs;
}

it('F1 at the margin is passed at most alpha of the time, three standard errors allowed', () => {
  const margin = -f1Difference(worse);
  expect(margin).toBeCloseTo(0.056782, 6);
  const [runs, alpha] = [1000, 0.05];
  const share = shareOfPasses(worse, margin, runs, 600, 0.9);
  expect(share).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs));
  // and the test can fail: half the margin beyond is nearly never passed, no change nearly always
  expect(shareOfPasses(worse, margin / 2, 200, 600, 0.9)).toBeLessThan(0.02);
  expect(shareOfPasses([0.6, 0.02, 0.02, 0.08, 0.05, 0.02, 0.02, 0.19], margin, 200, 600, 0.9)).toBeGreaterThan(0.6);
});

it('the mean of normal differences at the margin is passed exactly alpha of the time', () => {
  const check = plannedCheck('{ column: x, statistic: mean, better: higher, max-regression: 1 }');
  const random = new Random('5eed5eed5eed5eed');
  const [runs, rows, alpha] = [2000, 12, 0.025];
  const plan = { confidence: 0.95, seed: '0123456789abcdef', replicates: 1 };
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    const differences = Array.from({ length: rows }, () => 2 * normal(random) - 1);
    const mean = differences.reduce((sum, value) => sum + value, 0) / rows;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows - 1);
    const difference = { count: rows, mean, variance };
    const side = { count: rows, mean: 0, variance: 1 };
    const data = { kind: 'mean', candidate: side, champion: side, difference, covariance: 0 } as const;
    if (passes(check, meanEffects('x', data, check.bounds, plan), 0.95)) passed += 1;
  }
  const error = 3 * Math.sqrt((alpha * (1 - alpha)) / runs);
  expect(Math.abs(passed / runs - alpha)).toBeLessThan(error);
});

/** Probability of a pass when each row loses the whole range with the probability of the margin, and nothing else varies. */
function rareDropSize(rows: number, margin: number, confidence: number, range?: readonly [number, number]): number {
  const check = plannedCheck(`{ column: x, statistic: mean, better: higher, max-regression: ${margin} }`);
  const plan = { confidence, seed: '0123456789abcdef', replicates: 1 };
  return binomial(rows, margin).reduce((size, chance, drops) => {
    if (chance < 1e-7) return size;
    // noise far below the margin, or else no spread at all would be "cannot tell" without any guard
    const share = drops / rows;
    const difference = { count: rows, mean: -share, variance: (rows * share * (1 - share)) / (rows - 1) + 1e-12 };
    const side = { count: rows, mean: 0.5, variance: 0.1 };
    const data = { kind: 'mean', candidate: side, champion: side, difference, covariance: 0 } as const;
    return passes(check, meanEffects('x', data, check.bounds, plan, range), confidence) ? size + chance : size;
  }, 0);
}

it('a rare drop passes three times of four without a known range, and rarely with it', () => {
  expect(rareDropSize(30, 0.01, 0.9)).toBeCloseTo(0.7397, 4);
  expect(rareDropSize(30, 0.01, 0.9, [0, 1])).toBe(0);
  const sizes = (confidence: number) =>
    Array.from({ length: 20 }, (_, index) => rareDropSize(40 * (index + 1), 0.01, confidence, [0, 1]));
  expect(Math.max(...sizes(0.9))).toBeCloseTo(0.0654, 4);
  expect(Math.max(...sizes(0.95))).toBeCloseTo(0.047, 4);
});
