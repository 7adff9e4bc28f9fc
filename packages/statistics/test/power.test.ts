import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  detectableDifference,
  minimumDetectableDifference,
  rowsForDistance,
  rowsToDetectDifference,
  rowsToProveMargin,
  rowsWithoutLoss,
  smallestProvableMargin,
} from '../src/index.ts';

/** statistics.md 1.5: smallest detectable difference (two-sided .05) and provable margin (one-sided .05) in points. */
const table = [
  [100, [undefined, 8.8, 12.4], [5.6, 7.9, 11.1]],
  [200, [4.4, 6.2, 8.8], [3.9, 5.6, 7.9]],
  [500, [2.8, 4.0, 5.6], [2.5, 3.5, 5.0]],
  [1000, [2.0, 2.8, 4.0], [1.8, 2.5, 3.5]],
  [2000, [1.4, 2.0, 2.8], [1.2, 1.8, 2.5]],
  [5000, [0.89, 1.25, 1.8], [0.79, 1.11, 1.6]],
  [10_000, [0.63, 0.89, 1.25], [0.56, 0.79, 1.11]],
] as const;

test.each(table)('the table of statistics.md at %d rows', (rows, detectable, provable) => {
  for (const [i, discordance] of [0.05, 0.1, 0.2].entries()) {
    const want = detectable[i];
    const got = minimumDetectableDifference({ rows, discordance, alpha: 0.025 });
    if (want === undefined) expect(got).toBeUndefined();
    else expectPoints(got, want);
    expectPoints(smallestProvableMargin({ rows, discordance, alpha: 0.05 }), provable[i]);
  }
});

/** As printed in the table: one decimal, two where it gives two. */
function expectPoints(share: number | undefined, points: number | undefined): void {
  const half = String(points).includes('.') && String(points).split('.')[1]?.length === 2 ? 0.005 : 0.05;
  expect(Math.abs((share ?? Number.NaN) * 100 - (points ?? Number.NaN))).toBeLessThanOrEqual(half + 1e-9);
}

test.each([
  [0.05, 3092],
  [0.1, 6183],
  [0.2, 12_366],
])('rows to prove one point at discordance %d', (discordance, rows) => {
  expect(Math.ceil(rowsToProveMargin({ discordance, margin: 0.01, alpha: 0.05 }))).toBe(rows);
});

test('rows to detect one point, and rows without a loss', () => {
  expect(Math.ceil(rowsToDetectDifference({ discordance: 0.1, difference: -0.01, alpha: 0.025 }))).toBe(7847);
  expect([0.05, 0.02, 0.01, 0.005].map((rate) => Math.ceil(rowsWithoutLoss(rate, 0.05)))).toEqual([59, 149, 299, 598]);
});

test('means of judged scores: 969 rows for three points at variance 1/9', () => {
  const standardError = Math.sqrt(1 / 9 / 100);
  expect(Math.ceil(rowsForDistance({ rows: 100, standardError, distance: 0.03, alpha: 0.025 }))).toBe(969);
  const noisy = Math.sqrt((1 / 9 + 1 / 6 + 1 / 6) / 100);
  expect(Math.round(rowsForDistance({ rows: 100, standardError: noisy, distance: 0.03, alpha: 0.025 }))).toBe(3876);
});

test('sizes and differences are inverses of each other', () => {
  const share = fc.double({ min: 0.02, max: 1, noNaN: true });
  const alpha = fc.double({ min: 0.001, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(share, alpha, fc.integer({ min: 500, max: 1_000_000 }), (discordance, a, rows) => {
      const difference = minimumDetectableDifference({ rows, discordance, alpha: a });
      if (difference !== undefined) {
        expect(rowsToDetectDifference({ discordance, difference, alpha: a }) / rows).toBeCloseTo(1, 9);
      }
      const margin = smallestProvableMargin({ rows, discordance, alpha: a });
      expect(rowsToProveMargin({ discordance, margin, alpha: a }) / rows).toBeCloseTo(1, 9);
      const standardError = Math.sqrt(discordance / rows);
      const distance = detectableDifference({ standardError, alpha: a });
      expect(distance).toBeCloseTo(margin, 12);
      expect(rowsForDistance({ rows, standardError, distance, alpha: a }) / rows).toBeCloseTo(1, 9);
    }),
  );
});

test('an assumed drop eats the margin', () => {
  const input = { discordance: 0.1, margin: 0.02, alpha: 0.025 };
  expect(rowsToProveMargin({ ...input, difference: -0.01 })).toBeGreaterThan(3.9 * rowsToProveMargin(input));
  expect(smallestProvableMargin({ rows: 1000, discordance: 0.1, difference: -0.01, alpha: 0.025 })).toBeGreaterThan(
    smallestProvableMargin({ rows: 1000, discordance: 0.1, alpha: 0.025 }),
  );
});

test.each([
  [
    () => rowsToDetectDifference({ discordance: 0.1, difference: 0, alpha: 0.05 }),
    'absolute difference must be a finite number above 0, got 0',
  ],
  [
    () => rowsToDetectDifference({ discordance: 0.1, difference: -0.2, alpha: 0.05 }),
    'difference must not exceed the discordance 0.1, got 0.2',
  ],
  [() => rowsToProveMargin({ discordance: 0, margin: 0.1, alpha: 0.05 }), 'discordance must lie in (0, 1], got 0'],
  [
    () => rowsToProveMargin({ discordance: 0.1, margin: 0.01, difference: -0.01, alpha: 0.05 }),
    'difference + margin must be a finite number above 0, got 0',
  ],
  [
    () => minimumDetectableDifference({ discordance: 0.1, rows: 1.5, alpha: 0.05 }),
    'rows must be an integer of at least 1, got 1.5',
  ],
  [() => smallestProvableMargin({ discordance: 0.1, rows: 9, alpha: 0.6 }), 'alpha must be below 0.5, got 0.6'],
  [() => detectableDifference({ standardError: 1, alpha: 0.05, power: 0.4 }), '1 - power must be below 0.5, got 0.6'],
  [
    () => detectableDifference({ standardError: Number.NaN, alpha: 0.05 }),
    'standardError must be a finite number of at least 0, got NaN',
  ],
  [
    () => rowsForDistance({ rows: 10, standardError: 1, distance: 0, alpha: 0.05 }),
    'distance must be a finite number above 0, got 0',
  ],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
