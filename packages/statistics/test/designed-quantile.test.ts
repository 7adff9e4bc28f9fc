import { expect, test } from 'vitest';
import {
  type DesignedQuantileBootstrap,
  designedQuantile,
  designedQuantileBootstrap,
  designedQuantileInterval,
  normalQuantile,
  orderStatisticInterval,
  quantileDifferenceBootstrap,
  quantileOfSorted,
  Random,
  type RowDesign,
  rowBootstrap,
  unpairedQuantileBootstrap,
} from '../src/index.ts';
import { clusters, kindOf, turned, values, weights } from './designed-rows.ts';

const seed = '0123456789abcdef';
const level = 0.95;
const resampling = { replicates: 4999, seed, level };
const first = (found: DesignedQuantileBootstrap) => kindOf(kindOf(found, 'estimates').contrasts[0], 'interval');
const median = { probability: 0.5 };

test('type 7 without weights; with them as scikit-learn', () => {
  const sorted = values.slice().sort();
  for (const probability of [0.05, 0.5, 0.77, 0.95]) {
    expect(designedQuantile({ values, design: {}, probability })).toBe(quantileOfSorted(sorted, probability));
    const equal = { clusters, weights: values.map(() => 0.1) };
    expect(designedQuantile({ values, design: equal, probability })).toBe(quantileOfSorted(sorted, probability));
  }
  // scikit-learn 1.9.1: _weighted_percentile(values, weights, …, average=True)
  const want = { 0.05: -2.871, 0.25: -0.893, 0.5: -0.142, 0.77: 1.097, 0.95: 2.215 };
  for (const [probability, value] of Object.entries(want)) {
    expect(designedQuantile({ values, design: { weights }, probability: Number(probability) })).toBe(value);
  }
  // the share falls just between two values
  const between = { values: Float64Array.of(1, 5, 2, 9), design: { weights: Float64Array.of(1, 1, 1, 3) } };
  expect(designedQuantile({ ...between, ...median })).toBe(7);
  expect(() => designedQuantile({ values, design: {}, probability: 1 })).toThrow(
    new RangeError('probability must lie strictly between 0 and 1, got 1'),
  );
});

test('with no design the interval is that of order statistics', () => {
  for (const probability of [0.5, 0.9, 0.99]) {
    const { estimate, lower, upper } = orderStatisticInterval(values, probability, level);
    expect(designedQuantileInterval({ values, design: {}, probability, level })).toEqual({
      kind: 'interval',
      estimate,
      lower,
      upper,
      units: 30,
      effectiveRows: 30,
    });
  }
});

test('rows copied within their clusters add nothing, and rows of weight 0 count for nothing', () => {
  const one = { clusters: Uint32Array.from(values, (_, i) => i) };
  const alone = kindOf(designedQuantileInterval({ values, design: one, ...median, level }), 'interval');
  const thrice = kindOf(
    designedQuantileInterval({
      values: Float64Array.of(...values, ...values, ...values),
      design: { clusters: Uint32Array.of(...one.clusters, ...one.clusters, ...one.clusters) },
      ...median,
      level,
    }),
    'interval',
  );
  // alike but for t with 29 degrees of freedom, which is now held against that with 89
  expect(thrice.effectiveRows / alone.effectiveRows).toBeGreaterThan(0.92);
  expect(thrice.effectiveRows).toBeLessThanOrEqual(alone.effectiveRows);
  expect(thrice.lower).toBeLessThanOrEqual(alone.lower ?? Number.NaN);
  expect(thrice.upper).toBeGreaterThanOrEqual(alone.upper ?? Number.NaN);
  const few = designedQuantileInterval({ values, design: { weights }, ...median, level });
  const more = designedQuantileInterval({
    values: Float64Array.of(...values, 99),
    design: { weights: Float64Array.of(...weights, 0) },
    ...median,
    level,
  });
  expect(more).toEqual(few);
});

test('too few rows for a tail have no bound there; too few clusters no interval', () => {
  const p99 = kindOf(designedQuantileInterval({ values, design: { weights }, probability: 0.99, level }), 'interval');
  expect(p99.upper).toBeUndefined();
  const nine = { clusters: clusters.map((cluster) => cluster % 9) };
  const degenerate = { kind: 'degenerate', reason: 'too-few-clusters', units: 9 };
  expect(designedQuantileInterval({ values, design: nine, ...median, level })).toMatchObject(degenerate);
  expect(
    designedQuantileBootstrap({ ...resampling, champion: values, candidate: values, design: nine, ...median }),
  ).toMatchObject({ ...degenerate, champion: quantileOfSorted(values.slice().sort(), 0.5) });
});

test('coverage of medians and p90 with weights and clusters', () => {
  const random = new Random('00000000000000d7');
  const sims = 500;
  for (const probability of [0.5, 0.9]) {
    let missed = 0;
    for (let sim = 0; sim < sims; sim++) {
      const drawn = clusteredRows(random, 40, 5);
      // a row is u + v, u shared, both uniform: its distribution is a triangle on [0, 2]
      const truth = probability <= 0.5 ? Math.sqrt(2 * probability) : 2 - Math.sqrt(2 * (1 - probability));
      const got = kindOf(designedQuantileInterval({ ...drawn, probability, level }), 'interval');
      if ((got.lower ?? -Infinity) > truth || (got.upper ?? Infinity) < truth) missed++;
    }
    expect(missed / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  }
});

function clusteredRows(random: Random, groups: number, size: number) {
  const rows = groups * size;
  const at = { values: new Float64Array(rows), weights: new Float64Array(rows), clusters: new Uint32Array(rows) };
  for (let row = 0, shared = 0; row < rows; row++) {
    if (row % size === 0) shared = random.uniform();
    at.values[row] = shared + random.uniform();
    at.weights[row] = 0.5 + random.uniform();
    at.clusters[row] = Math.floor(row / size);
  }
  return { values: at.values, design: { weights: at.weights, clusters: at.clusters } };
}

const random = new Random('00000000000000d8');
const champion = Float64Array.from({ length: 300 }, () => -Math.log(random.uniform() + 2 ** -54));
const candidate = champion.map((value) => 1.1 * value + 0.3 * random.uniform());
const eachFive = Uint32Array.from(champion, (_, row) => Math.floor(row / 5));
const drawnWeights = champion.map(() => 0.2 + random.uniform());

test('with no design the bootstrap is that of rows', () => {
  const paired = { ...resampling, champion, candidate, probability: 0.9, factors: [1, 1.1] };
  const equal = { weights: champion.map(() => 4) };
  expect(designedQuantileBootstrap({ ...paired, design: equal })).toEqual({
    kind: 'estimates',
    units: 300,
    ...quantileDifferenceBootstrap(paired),
  });
});

test.each([
  { design: { weights: drawnWeights }, probability: 0.5 },
  { design: { weights: drawnWeights }, probability: 0.95 },
  { design: { clusters: eachFive }, probability: 0.5 },
  { design: { clusters: eachFive, weights: drawnWeights }, probability: 0.8 },
])('resampling in a window gives what plain resampling of units gives', ({ design, probability }) => {
  const found = designedQuantileBootstrap({ ...resampling, champion, candidate, design, probability, factors: [1.1] });
  const got = first(found);
  const units = 'clusters' in design ? 60 : 300;
  expect(found).toMatchObject({ units, champion: designedQuantile({ values: champion, design, probability }) });
  const plain = rowBootstrap({
    ...resampling,
    method: 'percentile',
    columns: [Float64Array.from({ length: units }, (_, unit) => unit)],
    statistic: ([drawn = new Float64Array()]) => {
      const rows = [...drawn].flatMap((unit) => rowsOf(unit, design));
      const of = (column: Float64Array): number =>
        designedQuantile({ values: pick(column, rows), design: pickDesign(design, rows), probability });
      return of(candidate) - 1.1 * of(champion);
    },
    replicates: 599,
  });
  const want = kindOf(plain, 'interval');
  expect(got.point).toBeCloseTo(want.point, 12);
  expect(Math.abs(got.interval.lower - want.interval.lower)).toBeLessThan(0.4 * want.standardError);
  expect(Math.abs(got.interval.upper - want.interval.upper)).toBeLessThan(0.4 * want.standardError);
  expect(got.standardError / want.standardError).toBeGreaterThan(0.9);
  expect(got.standardError / want.standardError).toBeLessThan(1.1);
});

function rowsOf(unit: number, design: RowDesign): number[] {
  return design.clusters === undefined ? [unit] : [0, 1, 2, 3, 4].map((i) => 5 * unit + i);
}

function pick(column: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
}

/** Clusters do not move a quantile, only its interval. */
function pickDesign(design: RowDesign, rows: readonly number[]): RowDesign {
  return { weights: design.weights === undefined ? undefined : pick(design.weights, rows) };
}

test('order of rows and names of clusters do not matter', () => {
  const at = { ...resampling, replicates: 999, probability: 0.9 };
  const design = { clusters: eachFive, weights: drawnWeights };
  const here = first(designedQuantileBootstrap({ ...at, champion, candidate, design }));
  const there = first(
    designedQuantileBootstrap({
      ...at,
      champion: turned(champion),
      candidate: turned(candidate),
      design: { clusters: turned(eachFive).map((cluster) => (cluster + 7) % 60), weights: turned(drawnWeights) },
    }),
  );
  expect(there.interval).toEqual(here.interval);
});

test('thirty thousand weighted rows: the standard error of theory, a window that holds', () => {
  const large = new Random('00000000000000d9');
  const rows = 30_000;
  const before = Float64Array.from({ length: rows }, () => large.uniform());
  const of = before.map(() => 0.5 + large.uniform());
  const found = first(
    designedQuantileBootstrap({
      ...resampling,
      replicates: 999,
      champion: before.map(() => 0),
      candidate: before,
      design: { weights: of },
      probability: 0.5,
    }),
  );
  // √(p (1 − p) Σ w²/(Σ w)²) of a uniform column, whose density is 1
  const total = of.reduce((sum, weight) => sum + weight, 0);
  const theory = (0.5 * Math.sqrt(of.reduce((sum, weight) => sum + weight ** 2, 0))) / total;
  // the density within one standard error, some 85 rows to a side, is itself known within 8 % only
  expect(found.standardError / theory).toBeGreaterThan(0.8);
  expect(found.standardError / theory).toBeLessThan(1.2);
});

test('quantiles of two samples without common rows as scipy.stats.bootstrap has them', () => {
  const lognormal = (rows: number, scale: number) =>
    Float64Array.from({ length: rows }, (_, i) => Math.exp(scale * normalQuantile((i + 0.5) / rows)));
  const samples = {
    candidate: { values: lognormal(200, 1), design: {} },
    champion: { values: lognormal(150, 1.1), design: {} },
  };
  const got = first(unpairedQuantileBootstrap({ ...resampling, ...samples, probability: 0.9 }));
  // scipy 1.17.1: bootstrap((a, b), difference of p90, method='percentile', n_resamples=9999), mean of six seeds
  expect(got.point).toBeCloseTo(-0.46621496530499584, 8);
  expect(Math.abs(got.interval.lower + 2.0634)).toBeLessThan(0.12);
  expect(Math.abs(got.interval.upper - 0.928)).toBeLessThan(0.12);
  expect(got.standardError / 0.7664).toBeCloseTo(1, 1);
  const nine = { values, design: { clusters: clusters.map((cluster) => cluster % 9) } };
  const few = unpairedQuantileBootstrap({ ...resampling, candidate: nine, champion: samples.champion, ...median });
  expect(few).toMatchObject({ kind: 'degenerate', reason: 'too-few-clusters', units: 9 });
});
