import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderStatisticInterval, orderStatisticRanks, quantileOfSorted } from '../src/index.ts';

/** P(X = k) summed the plain way, for an independent check. */
function binomialSum(rows: number, probability: number, from: number, to: number): number {
  let sum = 0;
  let chance = (1 - probability) ** rows;
  for (let k = 0; k <= rows; k++) {
    if (k >= from && k <= to) sum += chance;
    chance *= ((rows - k) / (k + 1)) * (probability / (1 - probability));
  }
  return sum;
}

test('median of ten: the second and the ninth, 97.85 %', () => {
  const { coverage, ...ranks } = orderStatisticRanks(10, 0.5, 0.95);
  expect(ranks).toEqual({ lower: 2, upper: 9 });
  expect(coverage).toBeCloseTo(0.978515625, 14);
});

test('too few rows leave a side open: p99 has an upper bound from 368 rows on', () => {
  expect(orderStatisticRanks(367, 0.99, 0.95)).toMatchObject({ lower: 359, upper: undefined });
  expect(orderStatisticRanks(368, 0.99, 0.95)).toMatchObject({ lower: 360, upper: 368 });
  expect(orderStatisticRanks(1, 0.5, 0.95)).toEqual({ lower: undefined, upper: undefined, coverage: 1 });
  expect(orderStatisticRanks(100, 0.01, 0.95).lower).toBeUndefined();
});

test('each side holds its level and is the closest rank that does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.double({ min: 0.5, max: 0.99, noNaN: true }),
      (rows, probability, level) => {
        const alpha = (1 - level) / 2;
        const { lower = 0, upper = rows + 1, coverage } = orderStatisticRanks(rows, probability, level);
        expect(binomialSum(rows, probability, 0, lower - 1)).toBeLessThanOrEqual(alpha + 1e-9);
        expect(binomialSum(rows, probability, 0, lower)).toBeGreaterThan(alpha - 1e-9);
        expect(binomialSum(rows, probability, upper, rows)).toBeLessThanOrEqual(alpha + 1e-9);
        expect(binomialSum(rows, probability, upper - 1, rows)).toBeGreaterThan(alpha - 1e-9);
        expect(coverage).toBeCloseTo(binomialSum(rows, probability, lower, upper - 1), 9);
      },
    ),
  );
});

test('ten million rows', () => {
  expect(orderStatisticRanks(10_000_000, 0.95, 0.95)).toMatchObject({ lower: 9_498_649, upper: 9_501_351 });
});

test('the interval of a column takes the values at those ranks, in whatever order they come', () => {
  const values = [7, 3, 9, 1, 10, 2, 8, 4, 6, 5];
  const got = orderStatisticInterval(values, 0.5, 0.95);
  expect(got).toMatchObject({ estimate: 5.5, lower: 2, upper: 9 });
  expect(got.coverage).toBeCloseTo(0.978515625, 14);
});

test('quantiles as numpy 2 has them', () => {
  const sorted = Float64Array.from([1, 2, 2, 3, 4, 7, 7.5, 8, 10, 20]);
  expect([0.5, 0.95, 0.99, 0.1].map((p) => quantileOfSorted(sorted, p))).toEqual([
    5.5,
    expect.closeTo(15.5, 12),
    expect.closeTo(19.1, 12),
    expect.closeTo(1.9, 12),
  ]);
});

test.each([
  [() => orderStatisticRanks(0, 0.5, 0.95), 'rows must be an integer of at least 1, got 0'],
  [() => orderStatisticRanks(5, 1, 0.95), 'probability must lie strictly between 0 and 1, got 1'],
  [() => orderStatisticInterval([1, Number.NaN], 0.5, 0.95), 'highest value must be a finite number, got NaN'],
  [() => orderStatisticInterval([1, -Infinity], 0.5, 0.95), 'lowest value must be a finite number, got -Infinity'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
