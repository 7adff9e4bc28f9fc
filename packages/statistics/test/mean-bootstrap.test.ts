import { expect, test } from 'vitest';
import {
  type BootstrapEstimate,
  meanBootstrap,
  quantileBootstrap,
  Random,
  rowBootstrap,
  streamSeed,
} from '../src/index.ts';
import { meanBootstrapInWorkers } from '../src/parallel.ts';

const seed = '0123456789abcdef';
const skewed = Float64Array.of(
  0.566,
  0.606,
  1.166,
  0.529,
  0.268,
  1.027,
  1.444,
  0.81,
  2.241,
  0.149,
  0.345,
  0.125,
  0.026,
  0.617,
  0.873,
  2.099,
  0.703,
  0.216,
  0.007,
  0.268,
  0.52,
  1.244,
  0.277,
  0.794,
  0.317,
  2.547,
  5.668,
  0.172,
  0.754,
  1.076,
  0.138,
  0.072,
  1.371,
  2.028,
  0.75,
  0.639,
  0.513,
  0.676,
  2.264,
  0.547,
);
const options = { values: skewed, replicates: 9999, seed, level: 0.95 };

function intervalOf(estimate: BootstrapEstimate) {
  if (estimate.kind !== 'interval') throw new Error(estimate.reason);
  return estimate;
}

test('BCa of a mean, as scipy.stats.bootstrap has it', () => {
  const { interval } = intervalOf(meanBootstrap(options));
  // scipy 1.17.1, n_resamples=9999, mean of six seeds
  const width = 1.3627992535409366 - 0.680588312853049;
  expect(Math.abs(interval.lower - 0.680588312853049)).toBeLessThan(0.04 * width);
  expect(Math.abs(interval.upper - 1.3627992535409366)).toBeLessThan(0.04 * width);
});

test('BCa of a median, as scipy.stats.bootstrap has it', () => {
  // Means of two rows: with few replicates the bound falls on a neighbour now and then.
  expect(intervalOf(quantileBootstrap({ ...options, replicates: 99_999 })).interval).toEqual({
    lower: 0.5165,
    upper: 0.802,
  });
});

test('one beta draw a replicate is the bootstrap of sorted resamples', () => {
  const random = new Random('00000000000000d1');
  for (const [size, probability] of [
    [41, 0.5],
    [60, 0.5],
    [200, 0.9],
    [37, 0.2],
  ] as const) {
    const values = Float64Array.from({ length: size }, () => Math.round(400 * random.uniform() ** 2) / 400);
    const statistic = ([column]: readonly Float64Array[]) => {
      const sorted = (column ?? values).slice().sort();
      const at = (sorted.length - 1) * probability;
      const below = sorted[Math.floor(at)] ?? Number.NaN;
      return below + (at % 1) * ((sorted[Math.ceil(at)] ?? Number.NaN) - below);
    };
    const want = intervalOf(rowBootstrap({ columns: [values], statistic, replicates: 9999, seed, level: 0.9 }));
    const got = intervalOf(quantileBootstrap({ values, probability, replicates: 9999, seed, level: 0.9 }));
    expect(got.point).toBeCloseTo(want.point, 14);
    expect(got.acceleration).toBeCloseTo(want.acceleration, 12);
    expect(Math.abs(got.bias - want.bias)).toBeLessThan(0.06);
    expect(got.standardError / want.standardError).toBeGreaterThan(0.96);
    expect(got.standardError / want.standardError).toBeLessThan(1.04);
    expect(Math.abs(got.interval.lower - want.interval.lower)).toBeLessThan(0.25 * want.standardError);
    expect(Math.abs(got.interval.upper - want.interval.upper)).toBeLessThan(0.25 * want.standardError);
  }
});

test('the mean’s acceleration is the jackknife’s, and its standard error that of resampled rows', () => {
  const got = intervalOf(meanBootstrap(options));
  const mean = ([column]: readonly Float64Array[]) =>
    (column ?? skewed).reduce((sum, value) => sum + value, 0) / (column ?? skewed).length;
  const want = intervalOf(rowBootstrap({ columns: [skewed], statistic: mean, replicates: 200, seed, level: 0.9 }));
  expect(got.acceleration).toBeCloseTo(want.acceleration, 12);
  expect(got.point).toBeCloseTo(want.point, 14);
  const deviation = Math.sqrt(skewed.reduce((sum, value) => sum + (value - got.point) ** 2, 0)) / skewed.length;
  expect(got.standardError / deviation).toBeGreaterThan(0.97);
  expect(got.standardError / deviation).toBeLessThan(1.03);
});

test('any number of threads gives the same interval to the last bit', async () => {
  const random = new Random('00000000000000d2');
  const input = {
    values: Float64Array.from({ length: 3000 }, () => random.uniform()),
    replicates: 2000,
    seed,
    level: 0.95,
  };
  const alone = meanBootstrap(input);
  expect(await meanBootstrapInWorkers(input, { threads: 2 })).toEqual(alone);
  expect(await meanBootstrapInWorkers(input, { threads: 3 })).toEqual(alone);
  expect(await meanBootstrapInWorkers(input)).toEqual(alone);
});

test('a thread that cannot start is an error, not a hang', async () => {
  const input = { values: new Float64Array(10).fill(1), replicates: 10, seed, level: 0.95 };
  const entry = new URL('./no-such-worker.ts', import.meta.url);
  await expect(meanBootstrapInWorkers(input, { threads: 2, entry })).rejects.toThrow('no-such-worker.ts');
});

test('a block of integers is the integers one by one, and streams differ', () => {
  for (const bound of [1, 2, 7, 10_000, 65_537, 3_000_000_000]) {
    const block = new Uint32Array(500);
    new Random(seed).integers(bound, block);
    const random = new Random(seed);
    expect(Array.from(block)).toEqual(Array.from({ length: 500 }, () => random.integer(bound)));
  }
  const streams = Array.from({ length: 200 }, (_, i) => streamSeed(seed, i));
  expect(new Set(streams).size).toBe(200);
  expect(streams.every((stream) => /^[0-9a-f]{16}$/.test(stream))).toBe(true);
  const firsts = streams.map((stream) => new Random(stream).uniform());
  expect(firsts.reduce((sum, value) => sum + value, 0) / 200).toBeCloseTo(0.5, 1);
  expect(() => streamSeed('abc', 0)).toThrow(new RangeError('seed must be at least 16 hexadecimal digits, got "abc"'));
});

test('negated values mirror the interval; the same seed repeats it', () => {
  const straight = intervalOf(meanBootstrap(options));
  const mirrored = intervalOf(meanBootstrap({ ...options, values: skewed.map((value) => -value) }));
  expect(mirrored.interval.lower).toBeCloseTo(-straight.interval.upper, 12);
  expect(meanBootstrap(options)).toEqual(straight);
});

test('coverage of the BCa interval for a skewed mean', () => {
  const random = new Random('00000000000000d3');
  const sims = 400;
  let above = 0;
  for (let sim = 0; sim < sims; sim++) {
    const values = Float64Array.from({ length: 60 }, () => -Math.log(1 - random.uniform()));
    const { interval } = intervalOf(
      meanBootstrap({ values, replicates: 499, seed: streamSeed(seed, sim), level: 0.9 }),
    );
    if (interval.lower > 1) above++;
  }
  expect(above / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
});

test('constant columns have no interval; one value or a wrong one is refused', () => {
  const constant = new Float64Array(50).fill(0.1);
  expect(meanBootstrap({ ...options, values: constant })).toMatchObject({ reason: 'constant-replicates' });
  expect(quantileBootstrap({ ...options, values: constant })).toMatchObject({ reason: 'constant-replicates' });
  expect(() => meanBootstrap({ ...options, values: Float64Array.of(1) })).toThrow(
    new RangeError('number of values must be an integer of at least 2, got 1'),
  );
  expect(() => meanBootstrap({ ...options, values: Float64Array.of(1, Number.NaN) })).toThrow(
    new RangeError('values[1] must be a finite number, got NaN'),
  );
  expect(
    intervalOf(quantileBootstrap({ ...options, values: Float64Array.of(1, 2), method: 'percentile' })).interval,
  ).toEqual({ lower: 1, upper: 2 });
});
