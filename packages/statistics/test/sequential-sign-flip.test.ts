import { expect, test } from 'vitest';
import { normalCdf, Random, sequentialSignFlip, signFlipTest } from '../src/index.ts';
import { SequentialP } from '../src/sequential-p.ts';
import { drawT } from '../src/t-variate.ts';

const seed = '0123456789abcdef';
const options = { alpha: 0.001, seed };

test('up to twenty that are not 0: the exact test, zeros beside them', () => {
  const differences = [-3, 1, -2, -5, 2, -4, 0, 0];
  const exact = signFlipTest(differences, { seed });
  const want = { mean: -11 / 8, nonZero: 6, method: 'exact', replicates: 0 };
  expect(sequentialSignFlip({ differences, ...options })).toEqual({ ...want, p: exact.less });
  expect(sequentialSignFlip({ differences, ...options, side: 'better' })).toEqual({ ...want, p: exact.greater });
  // by hand: up to 3 of the 17 are positive: none, 1, 2, 2, 3, 1 + 2, 1 + 2
  expect(exact.less).toBe(7 / 64);
  expect(sequentialSignFlip({ differences: [0, 0], ...options })).toEqual({
    mean: 0,
    p: 1,
    nonZero: 0,
    method: 'exact',
    replicates: 0,
  });
});

test('sampled: p as with all replicates, stopped at the twentieth as extreme', () => {
  const differences = Array.from({ length: 300 }, (_, i) => Math.sin(i * i) - 0.08);
  const want = signFlipTest(differences, { seed, replicates: 40_000 }).less;
  const full = sequentialSignFlip({ differences, ...options, mostReplicates: 40_000, exceedances: 40_000 });
  expect(full).toMatchObject({ method: 'sampled', nonZero: 300, replicates: 40_000 });
  expect(full.p).toBeCloseTo(want, 2);
  const early = sequentialSignFlip({ differences, ...options });
  expect(early.p).toBe(20 / early.replicates);
  expect(early.replicates).toBeLessThan(20_000);
  expect(sequentialSignFlip({ differences, ...options, side: 'better' }).replicates).toBeLessThan(60);
  const low = differences.map((difference) => difference - 1);
  expect(sequentialSignFlip({ differences: low, ...options })).toMatchObject({ replicates: 20_000, p: 1 / 20_001 });
});

test('many rows: the normal distribution with the variance of the flips, beside what sampling says', () => {
  const differences = Array.from({ length: 5000 }, (_, i) => Math.sin(i * i) - 0.02);
  const got = sequentialSignFlip({ differences, ...options });
  const squares = differences.reduce((sum, value) => sum + value ** 2, 0);
  const total = differences.reduce((sum, value) => sum + value, 0);
  expect(got).toEqual({
    mean: expect.closeTo(total / 5000, 14),
    p: expect.closeTo(normalCdf(total / Math.sqrt(squares)), 14),
    nonZero: 5000,
    method: 'normal',
    replicates: 0,
  });
  const sampled = signFlipTest(differences, { seed, replicates: 4000 }).less;
  expect(Math.abs(got.p - sampled)).toBeLessThan(4 * Math.sqrt((got.p * (1 - got.p)) / 4000));
  expect(sequentialSignFlip({ differences, ...options, side: 'better' }).p).toBeCloseTo(1 - got.p, 14);
});

test('many rows of which a few decide: those are flipped', () => {
  // three of 100 among 3,000 of about 1: which way the three go is nearly all of the sum
  const differences = Array.from({ length: 3000 }, (_, i) => (i < 3 ? -100 : Math.sin(i * i)));
  const got = sequentialSignFlip({ differences, ...options, mostReplicates: 20_000, exceedances: 20_000 });
  const sampled = signFlipTest(differences, { seed, replicates: 20_000 }).less;
  expect(got.method).toBe('sampled-and-normal');
  // all three down (1/8), and the rest about as low as it was (about half of that); the normal would say .043
  expect(Math.abs(got.p - sampled)).toBeLessThan(4 * Math.sqrt((2 * 0.07 * 0.93) / 20_000));
});

test('a p that stops early is no smaller than it may be, and no larger than need be', () => {
  const random = new Random(seed);
  const sims = 3000;
  const ps = Array.from({ length: sims }, () => {
    const truth = random.uniform();
    const sequence = new SequentialP({ alpha: 0.01, seed });
    while (sequence.isOpen) sequence.count(random.uniform() < truth);
    return sequence.p;
  });
  for (const level of [0.005, 0.01, 0.05, 0.3]) {
    const share = ps.filter((p) => p <= level).length / sims;
    expect(Math.abs(share - level), `${level}`).toBeLessThan(3.5 * Math.sqrt((level * (1 - level)) / sims));
  }
});

test('p is below alpha exactly when fewer than twenty of the most replicates were as extreme', () => {
  const p = (extreme: number) => {
    const sequence = new SequentialP({ alpha: 0.000125, seed });
    // the extreme ones last
    for (let drawn = 0; sequence.isOpen; drawn++) sequence.count(drawn >= 160_000 - extreme);
    return [sequence.p, sequence.replicates];
  };
  expect(p(0)).toEqual([1 / 160_001, 160_000]);
  expect(p(19)).toEqual([20 / 160_001, 160_000]);
  expect(p(20)).toEqual([0.000125, 160_000]);
  expect(p(159_999)).toEqual([20 / 21, 21]);
});

test('draws of t have its variance, and its kurtosis for the normal', () => {
  const random = new Random(seed);
  const moments = (degreesOfFreedom: number) => {
    let [second, fourth] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      const square = drawT(random, degreesOfFreedom) ** 2;
      second += square / 100_000;
      fourth += square ** 2 / 100_000;
    }
    return [second, fourth];
  };
  const [normal = 0, kurtosis = 0] = moments(Infinity);
  expect(Math.abs(normal - 1)).toBeLessThan(4 * Math.sqrt(2 / 100_000));
  expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(96 / 100_000));
  // variance 10/8, fourth moment 3 · 10²/(8 · 6)
  const [ten = 0] = moments(10);
  expect(Math.abs(ten - 1.25)).toBeLessThan(4 * Math.sqrt((6.25 - 1.25 ** 2) / 100_000));
});

test('wrong numbers are named', () => {
  expect(() => sequentialSignFlip({ differences: [], ...options })).toThrow(
    new RangeError('number of differences must be an integer of at least 1, got 0'),
  );
  expect(() => sequentialSignFlip({ differences: [1, Number.NaN], ...options })).toThrow(
    new RangeError('differences[1] must be a finite number, got NaN'),
  );
});
