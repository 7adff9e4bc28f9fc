import { expect, test } from 'vitest';
import { binomialCdf, Random } from '../src/index.ts';

const seed = '0123456789abcdef';

test('the golden sequence: changing it changes every recorded bootstrap verdict', () => {
  const random = new Random(seed);
  expect([random.uniform(), random.uniform(), random.uniform()]).toEqual([
    0.8484112729895886, 0.19860808597662916, 0.6006227274571775,
  ]);
  expect([1, 2, 3, 4].map(() => random.integer(1000))).toEqual([648, 971, 853, 410]);
  expect([
    random.binomial(10, 0.3),
    random.binomial(10_000_000, 0.25),
    random.binomial(1000, 0.9),
    random.binomial(1_000_000, 1e-6),
  ]).toEqual([2, 2_500_845, 884, 3]);
  const into = new Float64Array(4);
  random.multinomial([1, 0, 30, 1000], 1031, 1031, into);
  expect([...into]).toEqual([0, 0, 32, 999]);
});

test('the first sixteen digits are the seed, in either case', () => {
  const first = new Random(seed).uniform();
  expect(new Random(`${seed}ffff`).uniform()).toBe(first);
  expect(new Random(seed.toUpperCase()).uniform()).toBe(first);
  expect(new Random('0123456789abcdee').uniform()).not.toBe(first);
  expect(new Random('0000000000000000').uniform()).toBeGreaterThan(0);
});

test.each(['', '0123456789abcde', '0123456789abcdeg'])('seed %j is refused', (bad) => {
  expect(() => new Random(bad)).toThrow(
    new RangeError(`seed must be at least 16 hexadecimal digits, got ${JSON.stringify(bad)}`),
  );
});

/** Pearson's chi-square over bins of about equal chance, as a z-score. */
function chiSquareZ(observed: readonly number[], expected: readonly number[]): number {
  let statistic = 0;
  for (const [i, count] of observed.entries()) statistic += (count - (expected[i] ?? 0)) ** 2 / (expected[i] ?? 0);
  const degrees = observed.length - 1;
  return (statistic - degrees) / Math.sqrt(2 * degrees);
}

test.each([
  [10, 0.3],
  [30, 0.32], // near the switch from inversion to rejection
  [32, 0.32],
  [25, 0.5],
  [100, 0.95],
  [1000, 0.4],
  [100_000, 0.1],
  [10_000_000, 0.03],
  [1_000_000, 3e-6],
])('draws from Bin(%d, %d) follow it', (trials, probability) => {
  const random = new Random('00000000000000a1');
  const draws = 100_000;
  const mean = trials * probability;
  const step = Math.max(1, Math.round(Math.sqrt(mean * (1 - probability)) / 4));
  const edges: number[] = [];
  const expected: number[] = [];
  let edge = -1;
  let passed = 0;
  for (let k = Math.max(0, Math.floor(mean - 12 * step)); k < trials; k += step) {
    const upTo = binomialCdf(k, trials, probability);
    if (upTo - passed < 1e-3) continue;
    if (1 - upTo < 1e-3) break;
    edges.push(k);
    expected.push(draws * (upTo - passed));
    passed = upTo;
    edge = k;
  }
  expect(edge).toBeGreaterThan(-1);
  expected.push(draws * (1 - passed));
  const observed = expected.map(() => 0);
  for (let i = 0; i < draws; i++) {
    const drawn = random.binomial(trials, probability);
    const bin = edges.findIndex((upTo) => drawn <= upTo);
    const at = bin === -1 ? edges.length : bin;
    observed[at] = (observed[at] ?? 0) + 1;
  }
  expect(Math.abs(chiSquareZ(observed, expected))).toBeLessThan(4);
});

test('integers are uniform, also where the bound does not divide 2³²', () => {
  const random = new Random('00000000000000b2');
  const observed = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) {
    const drawn = random.integer(7);
    observed[drawn] = (observed[drawn] ?? 0) + 1;
  }
  expect(Math.abs(chiSquareZ(observed, new Array<number>(7).fill(10_000)))).toBeLessThan(4);
  // With a bound of 3 × 2³⁰ a quarter of the raw values must be thrown away, or the first quarter comes twice as often.
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (random.integer(3 * 2 ** 30) < 2 ** 30) low++;
  expect(Math.abs(low - 10_000) / Math.sqrt(30_000 * (2 / 9))).toBeLessThan(4);
});

test('multinomial counts add up and have the right means and covariances', () => {
  const random = new Random('00000000000000c3');
  const weights = [5, 0, 20, 75];
  const into = new Float64Array(4);
  const sums = [0, 0, 0, 0];
  let product = 0;
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    random.multinomial(weights, 100, 100, into);
    expect(into.reduce((sum, count) => sum + count, 0)).toBe(100);
    for (const [cell, count] of into.entries()) sums[cell] = (sums[cell] ?? 0) + count;
    product += ((into[0] ?? 0) - 5) * ((into[2] ?? 0) - 20);
  }
  expect(sums[1]).toBe(0);
  for (const [cell, weight] of weights.entries()) {
    const error = Math.sqrt((weight * (1 - weight / 100)) / draws);
    expect(Math.abs((sums[cell] ?? 0) / draws - weight)).toBeLessThanOrEqual(4 * error);
  }
  expect(product / draws).toBeCloseTo(-1, 0); // −n p q
});

test('binomials out of range are refused', () => {
  const random = new Random(seed);
  expect(() => random.binomial(-1, 0.5)).toThrow(new RangeError('trials must be an integer of at least 0, got -1'));
  expect(() => random.binomial(5, Number.NaN)).toThrow(new RangeError('probability must lie in [0, 1], got NaN'));
  expect([random.binomial(0, 0.5), random.binomial(9, 0), random.binomial(9, 1)]).toEqual([0, 0, 9]);
});
