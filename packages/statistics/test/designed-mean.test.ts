import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clusteredMean,
  clusteredMeanNonInferiorityP,
  clusteredRareDropBound,
  clusterTotals,
  type DesignedMean,
  designedMean,
  designedRareDropBounds,
  heavyTails,
  momentsOf,
  normalQuantile,
  pairedMean,
  Random,
  type RowDesign,
  rareDropBound,
} from '../src/index.ts';
import { clusters, kindOf, turned, values, weights } from './designed-rows.ts';

const level = 0.95;
const interval = (mean: DesignedMean) => kindOf(mean, 'interval');

test('without a design it is the paired mean, with clusters the clustered one, to the last bit', () => {
  expect(designedMean({ values, design: {}, level })).toEqual({ ...pairedMean(momentsOf(values), level), units: 30 });
  const { clusters: units, ...mean } = kindOf(clusteredMean(clusterTotals(values, clusters), level), 'interval');
  expect(designedMean({ values, design: { clusters }, level })).toEqual({ ...mean, units });
  for (const design of [{}, { clusters }]) {
    const equal = { ...design, weights: new Float64Array(30).fill(0.3) };
    expect(designedMean({ values, design: equal, level })).toEqual(designedMean({ values, design, level }));
  }
});

test.each([
  {
    // statsmodels 0.15.0: WLS(values, ones, weights).fit(cov_type='HC1', use_t=True)
    design: { weights },
    want: [-0.05069339622641502, 0.30309052305027057, 0.8683302863302904, -0.6705831182183336, 0.5691963257655036],
  },
  {
    // … cov_type='cluster', cov_kwds={'groups': clusters}
    design: { weights, clusters },
    want: [-0.05069339622641502, 0.4313225737663164, 0.9085585374037564, -1.0000279802986085, 0.8986411878457785],
  },
])('weighted means as statsmodels has them', ({ design, want }) => {
  const got = interval(designedMean({ values, design, level }));
  for (const [i, value] of [got.estimate, got.standardError, got.p, got.interval.lower, got.interval.upper].entries()) {
    expect(value).toBeCloseTo(want[i] ?? Number.NaN, 10);
  }
});

test('order of rows and names of clusters do not matter; one row a cluster is no cluster; weights have no unit', () => {
  const at = interval(designedMean({ values, design: { weights, clusters }, level }));
  const other = interval(
    designedMean({
      values: turned(values),
      design: {
        weights: turned(weights).map((weight) => 1000 * weight),
        clusters: turned(clusters).map((c) => 11 - c),
      },
      level,
    }),
  );
  expect(other.interval.lower).toBeCloseTo(at.interval.lower, 12);
  expect(other.p).toBeCloseTo(at.p, 12);
  const single = { weights, clusters: Uint32Array.from(values, (_, i) => 29 - i) };
  const alone = interval(designedMean({ values, design: single, level }));
  expect(alone.interval.upper).toBeCloseTo(
    interval(designedMean({ values, design: { weights }, level })).interval.upper,
    12,
  );
});

test('a row of weight 0 is no row', () => {
  const more = (column: Float64Array, value: number) => Float64Array.of(...column, value, value);
  const design = { weights: more(weights, 0), clusters: Uint32Array.of(...clusters, 12, 3) };
  const rows = { values: more(values, 99), design, level };
  const few = { values, design: { weights, clusters }, level };
  expect(designedMean(rows)).toEqual(designedMean(few));
  expect(heavyTails(rows)).toEqual(heavyTails(few));
  expect(designedRareDropBounds({ ...rows, worst: -3, best: 3 })).toEqual(
    designedRareDropBounds({ ...few, worst: -3, best: 3 }),
  );
});

test('degenerate: one row, nine clusters, no variance', () => {
  const one = Float64Array.of(2);
  expect(designedMean({ values: one, design: {}, level })).toEqual({
    kind: 'degenerate',
    reason: 'single-row',
    estimate: 2,
    units: 1,
  });
  const twoOfWeight = { weights: Float64Array.of(0, 3) };
  expect(designedMean({ values: Float64Array.of(7, 2), design: twoOfWeight, level })).toMatchObject({
    reason: 'single-row',
    estimate: 2,
  });
  const nine = { clusters: clusters.map((cluster) => cluster % 9), weights };
  expect(designedMean({ values, design: nine, level })).toMatchObject({ reason: 'too-few-clusters', units: 9 });
  const flat = values.map(() => 0.1);
  expect(designedMean({ values: flat, design: { weights }, level })).toMatchObject({ reason: 'zero-variance' });
});

test('what is wrong with a design is named', () => {
  const mean = (design: RowDesign) => () => designedMean({ values: Float64Array.of(1, 2), design, level });
  expect(mean({ weights: Float64Array.of(1) })).toThrow(
    new RangeError('weights must be one for each of 2 rows, got 1'),
  );
  expect(mean({ weights: Float64Array.of(1, -1) })).toThrow(
    new RangeError('weights[1] must be a finite number of at least 0, got -1'),
  );
  expect(mean({ weights: Float64Array.of(Number.NaN, 1) })).toThrow(
    new RangeError('weights[0] must be a finite number of at least 0, got NaN'),
  );
  expect(mean({ weights: Float64Array.of(0, 0) })).toThrow(new RangeError('weights must not all be 0'));
  expect(mean({ clusters: Uint32Array.of(0, 2) })).toThrow(
    new RangeError('clusters must be numbered 0 … 2 without gaps, but there are only 2 rows'),
  );
  expect(mean({ clusters: Uint32Array.of(1, 1) })).toThrow(
    new RangeError('clusters must be numbered 0 … 1 without gaps, but 0 has no row'),
  );
});

test('the guard against rare drops is that of its cases, and counts one more unit', () => {
  const reach = { worst: -2, best: 2 };
  const lower = (design: RowDesign) => designedRareDropBounds({ values, design, level: 0.9, ...reach }).lower;
  expect(lower({})).toBeCloseTo(rareDropBound(momentsOf(values), 2, 0.9), 12);
  expect(lower({ clusters })).toBeCloseTo(clusteredRareDropBound(clusterTotals(values, clusters), 2, 0.9), 12);
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / 30;
  const withRow = designedMean({
    values: Float64Array.of(...values, 2),
    design: { weights: Float64Array.of(...weights, meanWeight) },
    level: 0.9,
  });
  const { upper } = designedRareDropBounds({ values, design: { weights }, level: 0.9, ...reach });
  expect(upper).toBeCloseTo(interval(withRow).interval.upper, 12);
  const none = new Float64Array(40);
  const bounds = designedRareDropBounds({ values: none, design: {}, level: 0.9, worst: -1, best: 0.5 });
  expect(bounds.lower).toBeLessThan(-1 / 41);
  expect(bounds.upper).toBeGreaterThan(0.5 / 41);
  const eight = { clusters: clusters.map((cluster) => cluster % 8) };
  expect(() => designedRareDropBounds({ values, design: eight, level, ...reach })).toThrow(
    new RangeError('clusters must be an integer of at least 9, got 8'),
  );
});

test('test and interval agree for weighted clusters', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 30, maxLength: 30 }), (drawn) => {
      const design = { weights: Float64Array.from(drawn, (weight, i) => (i < 20 ? weight + 0.01 : weight)), clusters };
      const mean = designedMean({ values, design, level: 0.9 });
      fc.pre(mean.kind === 'interval');
      const got = interval(mean);
      const p = clusteredMeanNonInferiorityP(got, 0.5);
      fc.pre(Math.abs(p - 0.05) > 1e-9);
      expect(p < 0.05).toBe(got.interval.lower > -0.5);
    }),
  );
});

test('type I error with weights and clusters holds', () => {
  const random = new Random('00000000000000d1');
  const sims = 1500;
  let wrong = 0;
  for (let sim = 0; sim < sims; sim++) {
    const at = { values: new Float64Array(160), weights: new Float64Array(160), clusters: new Uint32Array(160) };
    for (let row = 0, shared = 0; row < 160; row++) {
      if (row % 4 === 0) shared = random.uniform() - 0.5;
      at.values[row] = shared + random.uniform() - 0.5;
      at.weights[row] = 0.5 + random.uniform();
      at.clusters[row] = Math.floor(row / 4);
    }
    if (interval(designedMean({ values: at.values, design: at, level })).p < 0.05) wrong++;
  }
  expect(wrong / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(wrong / sims).toBeGreaterThan(0.03);
});

test('skewness as scipy.stats.skew, and mirrored with the values', () => {
  const { skewness, largestShare, oneSidedError } = heavyTails({ values, design: {}, level });
  expect(skewness).toBeCloseTo(-0.21929993663087424, 12);
  const mean = values.reduce((sum, value) => sum + value, 0) / 30;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  expect(largestShare).toBeCloseTo((-2.871 - mean) ** 2 / squares, 12);
  expect(oneSidedError.lower + oneSidedError.upper).toBeCloseTo(0.05, 12);
  const mirrored = heavyTails({ values: values.map((value) => -value), design: {}, level });
  expect(mirrored.oneSidedError.lower).toBeCloseTo(oneSidedError.upper, 12);
  expect(heavyTails({ values: values.map(() => 0.7), design: { weights }, level })).toEqual({
    skewness: 0,
    largestShare: 0,
    oneSidedError: { lower: oneSidedAlphaOf(level), upper: oneSidedAlphaOf(level) },
  });
});

test('the estimated error is that of simulation', () => {
  const sims = 3000;
  const rows = 50;
  for (const { draw, mean, skewness, understated } of [
    // exponential: skewness 2; lognormal: (e + 2) √(e − 1)
    { draw: (u: number) => -Math.log(u), mean: 1, skewness: 2, understated: 0.75 },
    { draw: (u: number) => Math.exp(normalQuantile(u)), mean: Math.exp(0.5), skewness: 6.1849, understated: 0.5 },
  ]) {
    const random = new Random('00000000000000d2');
    const missed = { lower: 0, upper: 0 };
    let estimated = 0;
    for (let sim = 0; sim < sims; sim++) {
      const drawn = Float64Array.from({ length: rows }, () => draw(random.uniform() + 2 ** -54));
      const got = interval(designedMean({ values: drawn, design: {}, level })).interval;
      if (got.lower > mean) missed.lower++;
      if (got.upper < mean) missed.upper++;
      estimated += heavyTails({ values: drawn, design: {}, level }).oneSidedError.upper / sims;
    }
    // the formula at the distribution's own skewness
    const shift = (skewness / (6 * Math.sqrt(rows))) * (2 * 1.96 ** 2 + 1) * 0.05845;
    const noise = 3 * Math.sqrt((0.1 * 0.9) / sims);
    expect(Math.abs(missed.upper / sims - (0.025 + shift))).toBeLessThan(noise);
    expect(missed.lower / sims).toBeLessThan(0.01);
    // and from the sample: well above nominal, if below the truth
    expect(estimated).toBeGreaterThan(understated * (missed.upper / sims));
    expect(estimated).toBeLessThan(missed.upper / sims + 0.005);
  }
});

function oneSidedAlphaOf(of: number): number {
  return (1 - of) / 2;
}
