import { expect, test } from 'vitest';
import {
  compareRepeats,
  detectableMeanDifference,
  differenceVariance,
  momentsOf,
  normalQuantile,
  pairedMean,
  Random,
  rowsForMeanDifference,
  varianceForPlan,
} from '../src/index.ts';

const plan = { alpha: 0.025, power: 0.8 };

test('rows for three points: 969 without sampling noise, 3,876 with one noisy run a model', () => {
  // Miller (2024), Adding Error Bars to Evals
  expect(Math.ceil(rowsForMeanDifference({ ...plan, between: 1 / 9, difference: 0.03 }))).toBe(969);
  expect(Math.ceil(rowsForMeanDifference({ ...plan, between: 1 / 9, difference: -0.03 }))).toBe(969);
  const noisy = { between: 1 / 9, championWithin: 1 / 6, candidateWithin: 1 / 6 };
  expect(Math.ceil(rowsForMeanDifference({ ...plan, ...noisy, difference: 0.03 }))).toBe(3876);
  const averaged = { ...noisy, championRepeats: 10, candidateRepeats: 10 };
  expect(rowsForMeanDifference({ ...plan, ...averaged, difference: 0.03 })).toBeCloseTo(1259.7, 0);
});

test('margin and difference add up; the detectable difference inverts the rows', () => {
  const rows = rowsForMeanDifference({ ...plan, between: 0.2, difference: -0.01, margin: 0.05 });
  expect(rows).toBeCloseTo(rowsForMeanDifference({ ...plan, between: 0.2, difference: 0.04 }), 9);
  const detectable = detectableMeanDifference({ ...plan, between: 0.2, rows: 500 });
  expect(rowsForMeanDifference({ ...plan, between: 0.2, difference: detectable })).toBeCloseTo(500, 9);
});

test('simulated power is the planned one, within two points', () => {
  const random = new Random('00000000000000e1');
  const sims = 2000;
  const rows = 120;
  const within = 0.3;
  const between = 0.2;
  const source = { between, championWithin: within, candidateWithin: within, championRepeats: 2, candidateRepeats: 3 };
  const difference = detectableMeanDifference({ ...plan, ...source, rows });
  const spread = Math.sqrt(differenceVariance(source));
  let seen = 0;
  for (let sim = 0; sim < sims; sim++) {
    const drawn = Float64Array.from({ length: rows }, () => difference + spread * normalQuantile(random.uniform()));
    const got = pairedMean(momentsOf(drawn), 0.95);
    if (got.kind === 'interval' && got.interval.lower > 0) seen++;
  }
  expect(Math.abs(seen / sims - 0.8)).toBeLessThan(0.02);
});

test('variance of repeats: parts that add up, by hand', () => {
  // champion runs: [0, 1], [1, 1], [0, 0, 1]; candidate runs: [1, 1], [1, 0], [1]
  const champion = { counts: [2, 2, 3], means: [0.5, 1, 1 / 3], variances: [0.5, 0, 1 / 3] };
  const candidate = { counts: [2, 2, 1], means: [1, 0.5, 1], variances: [0, 0.5, Number.NaN] };
  const got = compareRepeats(champion, candidate);
  expect(got.championWithin).toBeCloseTo((0.5 + 0 + 2 / 3) / 4, 14);
  expect(got.candidateWithin).toBeCloseTo(0.25, 14);
  expect(got.championRepeats).toBeCloseTo(3 / (1 / 2 + 1 / 2 + 1 / 3), 14);
  expect(got.candidateRepeats).toBe(1.5);
  expect(got.differences).toEqual(momentsOf([0.5, -0.5, 1 - 1 / 3]));
  expect(got.between).toBeCloseTo(got.differences.variance - (7 / 24) * (4 / 9) - 0.25 / 1.5, 12);
});

test('variance parts are found again in simulated runs', () => {
  const random = new Random('00000000000000e2');
  const normal = (deviation: number) => deviation * normalQuantile(random.uniform());
  const summed = (centre: (i: number) => number, runs: number, deviation: number) => {
    const all = Array.from({ length: 3000 }, (_, i) =>
      momentsOf(Float64Array.from({ length: runs }, () => centre(i) + normal(deviation))),
    );
    return {
      counts: all.map(({ count }) => count),
      means: all.map(({ mean }) => mean),
      variances: all.map(({ variance }) => variance),
    };
  };
  const lifts = Array.from({ length: 3000 }, () => 0.1 + normal(0.4));
  const got = compareRepeats(
    summed((i) => i % 7, 4, 0.5),
    summed((i) => (i % 7) + (lifts[i] ?? 0), 3, 0.8),
  );
  expect(got.championWithin).toBeCloseTo(0.25, 1);
  expect(got.candidateWithin).toBeCloseTo(0.64, 1);
  expect(got.between).toBeCloseTo(0.16, 1);
  const source = varianceForPlan(got);
  if (source === undefined) throw new Error('no plan');
  expect(differenceVariance(source)).toBeCloseTo(got.differences.variance, 12);
});

test('never run twice: no within variance, and no plan from it', () => {
  const single = { counts: [1, 1], means: [0, 1], variances: [0, 0] };
  const got = compareRepeats(single, single);
  expect(got).toMatchObject({ championWithin: undefined, between: undefined, championRepeats: 1 });
  expect(varianceForPlan(got)).toBeUndefined();
});

test.each([
  [
    () => rowsForMeanDifference({ ...plan, between: 1, difference: 0 }),
    'absolute difference must be a finite number above 0, got 0',
  ],
  [
    () => rowsForMeanDifference({ ...plan, between: 1, difference: -0.1, margin: 0.1 }),
    'difference + margin must be a finite number above 0, got 0',
  ],
  [() => differenceVariance({ between: -1 }), 'between must be a finite number of at least 0, got -1'],
  [
    () => compareRepeats({ counts: [1, 1], means: [1], variances: [0, 0] }, { counts: [], means: [], variances: [] }),
    'champion.means must have one number for each of 2 examples, got 1',
  ],
  [
    () => compareRepeats({ counts: [1], means: [1], variances: [0] }, { counts: [1], means: [1], variances: [0] }),
    'number of examples must be an integer of at least 2, got 1',
  ],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
