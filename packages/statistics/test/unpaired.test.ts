import { expect, test } from 'vitest';
import {
  designedMean,
  independentCellsBootstrap,
  independentTotalsBootstrap,
  momentsOf,
  Random,
  unitTotalsOfColumns,
  unpairedMean,
  welchMean,
} from '../src/index.ts';
import { clusters, kindOf, values, weights } from './designed-rows.ts';

const seed = '0123456789abcdef';
const level = 0.95;
const before = values.slice(18);
const after = values.slice(0, 18);

test('Welch’s t as scipy.stats.ttest_ind(equal_var=False)', () => {
  const got = kindOf(welchMean(momentsOf(after), momentsOf(before), level), 'interval');
  expect(got.t).toBeCloseTo(2.888913495461457, 11);
  expect(got.degreesOfFreedom).toBeCloseTo(23.500944738880452, 10);
  expect(got.p).toBeCloseTo(0.00817210080560648, 11);
  expect(got.interval.lower).toBeCloseTo(0.3980693363174491, 9);
  expect(got.interval.upper).toBeCloseTo(2.3975973303492175, 9);
});

test('swapped sides mirror; a factor scales the champion; no design is Welch', () => {
  const got = kindOf(welchMean(momentsOf(after), momentsOf(before), level), 'interval');
  const mirrored = kindOf(welchMean(momentsOf(before), momentsOf(after), level), 'interval');
  expect(mirrored.interval.lower).toBeCloseTo(-got.interval.upper, 12);
  expect(mirrored.p).toBeCloseTo(got.p, 14);
  const scaled = welchMean(momentsOf(after), momentsOf(before.map((value) => 1.1 * value)), level);
  const byFactor = kindOf(welchMean(momentsOf(after), momentsOf(before), level, 1.1), 'interval');
  expect(byFactor.interval.lower).toBeCloseTo(kindOf(scaled, 'interval').interval.lower, 11);
  const sides = { candidate: { values: after, design: {} }, champion: { values: before, design: {} }, level };
  expect(unpairedMean(sides)).toEqual(got);
});

test('designed sides: standard errors add, degenerate ones are named', () => {
  const champion = { values, design: { weights, clusters } };
  const got = kindOf(unpairedMean({ candidate: { values: after, design: {} }, champion, level }), 'interval');
  const one = kindOf(designedMean({ values: after, design: {}, level }), 'interval').standardError;
  const other = kindOf(designedMean({ ...champion, level }), 'interval').standardError;
  expect(got.standardError).toBeCloseTo(Math.hypot(one, other), 13);
  expect(got.degreesOfFreedom).toBeCloseTo((one ** 2 + other ** 2) ** 2 / (one ** 4 / 17 + other ** 4 / 11), 9);
  const nine = { values, design: { clusters: clusters.map((cluster) => cluster % 9) } };
  expect(unpairedMean({ candidate: nine, champion, level })).toMatchObject({ reason: 'too-few-clusters' });
  const constant = { count: 5, mean: 2, variance: 0 };
  expect(welchMean(constant, { count: 1, mean: 1, variance: 0 }, level)).toEqual({
    kind: 'degenerate',
    reason: 'single-row',
    estimate: 1,
  });
  expect(welchMean(constant, constant, level)).toEqual({ kind: 'degenerate', reason: 'zero-variance', estimate: 0 });
  // one constant side lends its mean, and no uncertainty
  const against = kindOf(welchMean(momentsOf(after), constant, level), 'interval');
  expect(against.degreesOfFreedom).toBeCloseTo(17, 10);
});

test('type I error of Welch’s test with unequal variances', () => {
  const random = new Random('00000000000000da');
  const sims = 1500;
  let wrong = 0;
  for (let sim = 0; sim < sims; sim++) {
    const candidate = Float64Array.from({ length: 12 }, () => random.uniform() - 0.5);
    const champion = Float64Array.from({ length: 40 }, () => 4 * (random.uniform() - 0.5));
    if (kindOf(welchMean(momentsOf(candidate), momentsOf(champion), level), 'interval').p < 0.05) wrong++;
  }
  expect(wrong / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(wrong / sims).toBeGreaterThan(0.03);
});

/** Of counts (hit, false alarm, rest). */
const precision = (at: Float64Array): number => (at[0] ?? 0) / ((at[0] ?? 0) + (at[1] ?? 0));
const cells = {
  candidate: [80, 20, 50],
  champion: [50, 40, 30],
  statistics: [
    (candidate: Float64Array) => precision(candidate),
    (_: Float64Array, champion: Float64Array) => precision(champion),
  ],
  contrasts: [[1, -1]],
  replicates: 9999,
  seed,
  level,
};

test('difference of two precisions as scipy.stats.bootstrap of two samples', () => {
  const found = independentCellsBootstrap(cells);
  const got = kindOf(found.contrasts[0], 'interval');
  // scipy 1.17.1: bootstrap((candidate, champion), method='BCa', n_resamples=9999), mean of six seeds
  expect(got.point).toBeCloseTo(0.24444444444444446, 14);
  expect(Math.abs(got.interval.lower - 0.11367)).toBeLessThan(0.009);
  expect(Math.abs(got.interval.upper - 0.37087)).toBeLessThan(0.009);
  expect(got.standardError / 0.06555).toBeCloseTo(1, 1);
  // the difference of the same two samples, taken as one statistic
  const whole = independentCellsBootstrap({
    ...cells,
    statistics: [(candidate, champion) => precision(candidate) - precision(champion)],
    contrasts: [],
  });
  expect(kindOf(whole.statistics[0], 'interval').acceleration).toBeCloseTo(got.acceleration, 12);
  expect(() => independentCellsBootstrap({ ...cells, champion: [1, -1, 0] })).toThrow(
    new RangeError('champion[1] must be an integer of at least 0, got -1'),
  );
});

test('totals of two samples: standard errors add up, and clusters are counted', () => {
  const ratio = (at: Float64Array): number => (at[0] ?? 0) / (at[1] ?? 0);
  const totals = (of: Float64Array, design = {}) =>
    unitTotalsOfColumns({ columns: [of, of.map(() => 1)], design, seed });
  const statistics = [(one: Float64Array, other: Float64Array) => ratio(one) - ratio(other)];
  const resampling = { replicates: 9999, seed, level, statistics };
  const found = independentTotalsBootstrap({ ...resampling, candidate: totals(after), champion: totals(before) });
  const got = kindOf(kindOf(found, 'estimates').statistics[0], 'interval');
  const [one, other] = [momentsOf(after), momentsOf(before)];
  const plugIn = Math.sqrt((one.variance * 17) / 18 / 18 + (other.variance * 11) / 12 / 12);
  expect(got.standardError / plugIn).toBeGreaterThan(0.97);
  expect(got.standardError / plugIn).toBeLessThan(1.03);
  expect(found.units).toBe(12);
  const nine = { clusters: clusters.map((cluster) => cluster % 9) };
  expect(
    independentTotalsBootstrap({ ...resampling, candidate: totals(values, nine), champion: totals(before) }),
  ).toMatchObject({ kind: 'degenerate', reason: 'too-few-clusters', units: 9 });
});
