import { expect, test } from 'vitest';
import {
  designedMean,
  influenceInterval,
  normalQuantile,
  Random,
  type RowDesign,
  totalsBootstrap,
  unitTotalsOfColumns,
  weightedBootstrap,
} from '../src/index.ts';
import { clusters, kindOf, values, weights } from './designed-rows.ts';

const seed = '0123456789abcdef';
const level = 0.95;
const options = { rows: 30, replicates: 9999, seed, level };
const designs: readonly RowDesign[] = [{}, { weights }, { clusters }, { weights, clusters }];

/** Weighted mean of the values, and what each row moves it by. */
const mean = (at: Float64Array): number =>
  values.reduce((sum, value, row) => sum + value * (at[row] ?? 0), 0) / at.reduce((sum, weight) => sum + weight, 0);
const influenceOf = (design: RowDesign): Float64Array => {
  const centre = mean(design.weights ?? values.map(() => 1));
  return values.map((value) => value - centre);
};

test('the influence interval of a mean has its sandwich’s standard error, z without clusters and t with', () => {
  for (const design of designs) {
    const want = kindOf(designedMean({ values, design, level }), 'interval');
    const { estimate } = want;
    const got = kindOf(influenceInterval({ estimate, influence: influenceOf(design), design, level }), 'interval');
    expect(got.standardError).toBeCloseTo(want.standardError, 13);
    expect(got.units).toBe(want.units);
    if (design.clusters === undefined) {
      expect(got.degreesOfFreedom).toBe(Infinity);
      expect(got.interval.lower).toBeCloseTo(estimate + normalQuantile(0.025) * want.standardError, 12);
    } else {
      expect(got.degreesOfFreedom).toBe(11);
      expect(got.interval.upper).toBeCloseTo(want.interval.upper, 12);
    }
  }
});

test('degenerate influence: one row, nine clusters, none that moves anything', () => {
  const none = new Float64Array(30);
  const at = { estimate: 0.5, influence: none, level };
  expect(influenceInterval({ ...at, design: {} })).toEqual({
    kind: 'degenerate',
    reason: 'zero-variance',
    estimate: 0.5,
    units: 30,
  });
  const nine = { clusters: clusters.map((cluster) => cluster % 9) };
  expect(influenceInterval({ ...at, design: nine })).toMatchObject({ reason: 'too-few-clusters', units: 9 });
  expect(influenceInterval({ ...at, influence: Float64Array.of(0), design: {} })).toMatchObject({
    reason: 'single-row',
  });
  expect(() => influenceInterval({ ...at, influence: Float64Array.of(0, Number.NaN), design: {} })).toThrow(
    new RangeError('influence[1] must be a finite number, got NaN'),
  );
});

test('reweighted rows give the bootstrap of totals', () => {
  for (const design of designs) {
    const columns = [values, values.map(() => 1)];
    const byTotals = totalsBootstrap({
      ...options,
      totals: unitTotalsOfColumns({ columns, design, seed }),
      statistics: [(totals) => (totals[0] ?? 0) / (totals[1] ?? 0)],
    });
    const want = kindOf(kindOf(byTotals, 'estimates').statistics[0], 'interval');
    const influence = influenceOf(design);
    const got = kindOf(weightedBootstrap({ ...options, design, statistic: mean, influence }), 'interval');
    expect(got.point).toBeCloseTo(want.point, 13);
    expect(Math.abs(got.interval.lower - want.interval.lower)).toBeLessThan(0.12 * want.standardError);
    expect(Math.abs(got.interval.upper - want.interval.upper)).toBeLessThan(0.12 * want.standardError);
    // for a mean without weights or clusters the jackknife is the influence but for its scale
    if (design.weights === undefined && design.clusters === undefined) {
      expect(got.acceleration).toBeCloseTo(want.acceleration, 12);
    } else expect(Math.abs(got.acceleration - want.acceleration)).toBeLessThan(0.03);
  }
});

test('weights add up to those of the rows where each weighs as much; a row of weight 0 never counts', () => {
  const seen = new Set<number>();
  const statistic = (at: Float64Array): number => {
    seen.add(at.reduce((sum, weight) => sum + weight, 0));
    return mean(at);
  };
  const doubled = weightedBootstrap({ ...options, design: { weights: values.map(() => 2) }, statistic });
  expect([...seen]).toEqual([30]);
  expect(doubled).toEqual(weightedBootstrap({ ...options, design: {}, statistic: mean }));
  const without = weights.map((weight, row) => (row % 3 === 0 ? 0 : weight));
  let leaked = 0;
  weightedBootstrap({
    ...options,
    replicates: 99,
    design: { weights: without },
    statistic: (at) => {
      for (let row = 0; row < 30; row += 3) leaked += at[row] ?? 0;
      return mean(at);
    },
  });
  expect(leaked).toBe(0);
});

test('fewer than ten clusters, and arguments that do not fit', () => {
  const nine = { clusters: clusters.map((cluster) => cluster % 9) };
  expect(weightedBootstrap({ ...options, design: nine, statistic: mean })).toEqual({
    kind: 'degenerate',
    reason: 'too-few-clusters',
    units: 9,
    point: mean(values.map(() => 1)),
  });
  const wrong = { ...options, design: {}, statistic: mean };
  expect(() => weightedBootstrap({ ...wrong, method: 'bca' })).toThrow(
    new RangeError('bca needs influence values, got none'),
  );
  expect(() => weightedBootstrap({ ...wrong, influence: Float64Array.of(1) })).toThrow(
    new RangeError('influence must be one for each of 30 rows, got 1'),
  );
});

test('type I error of the influence interval of a weighted variance is near nominal', () => {
  const random = new Random('00000000000000d6');
  const sims = 1000;
  const rows = 300;
  let missed = 0;
  for (let sim = 0; sim < sims; sim++) {
    const drawn = Float64Array.from({ length: rows }, () => random.uniform());
    const of = Float64Array.from({ length: rows }, () => 0.5 + random.uniform());
    const total = of.reduce((sum, weight) => sum + weight, 0);
    const centre = drawn.reduce((sum, value, row) => sum + value * (of[row] ?? 0), 0) / total;
    const estimate = drawn.reduce((sum, value, row) => sum + (value - centre) ** 2 * (of[row] ?? 0), 0) / total;
    const influence = drawn.map((value) => (value - centre) ** 2 - estimate);
    const { interval } = kindOf(influenceInterval({ estimate, influence, design: { weights: of }, level }), 'interval');
    if (interval.lower > 1 / 12 || interval.upper < 1 / 12) missed++;
  }
  expect(missed / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(missed / sims).toBeGreaterThan(0.03);
});
