import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Moments,
  momentsOf,
  pairedMean,
  pairedMeanNonInferiorityP,
  rareDropBound,
  withRow,
} from '../src/index.ts';

const moments = fc.record({
  count: fc.integer({ min: 2, max: 5000 }),
  mean: fc.double({ min: -1, max: 1, noNaN: true }),
  variance: fc.double({ min: 1e-6, max: 4, noNaN: true }),
});
const level = fc.double({ min: 0.5, max: 0.999, noNaN: true });

function intervalOf(at: Moments, c: number) {
  const got = pairedMean(at, c);
  if (got.kind !== 'interval') throw new Error(got.reason);
  return got;
}

test('moments of a column, also far from zero', () => {
  expect(momentsOf([1, 2, 4])).toEqual({ count: 3, mean: 7 / 3, variance: expect.closeTo(7 / 3, 14) });
  expect(momentsOf([5])).toEqual({ count: 1, mean: 5, variance: 0 });
  const shifted = momentsOf(Float64Array.from([1, 2, 4], (value) => value + 1e9));
  expect(shifted.variance).toBeCloseTo(7 / 3, 6);
  expect(() => momentsOf([])).toThrow(new RangeError('number of values must be an integer of at least 1, got 0'));
  expect(() => momentsOf([1, Number.NaN])).toThrow(
    new RangeError('sum of the values must be a finite number, got NaN'),
  );
});

test('negating the differences mirrors the interval and keeps p', () => {
  fc.assert(
    fc.property(moments, level, (at, c) => {
      const straight = intervalOf(at, c);
      const mirrored = intervalOf({ ...at, mean: -at.mean }, c);
      expect(mirrored.interval.lower).toBeCloseTo(-straight.interval.upper, 12);
      expect(mirrored.p).toBe(straight.p);
    }),
  );
});

test('test and interval agree', () => {
  fc.assert(
    fc.property(moments, level, fc.double({ min: 0, max: 2, noNaN: true }), (at, c, margin) => {
      const { interval, p } = intervalOf(at, c);
      fc.pre(Math.abs(interval.lower + margin) > 1e-10 && Math.abs(interval.lower) > 1e-10);
      expect(pairedMeanNonInferiorityP(at, margin) < (1 - c) / 2).toBe(interval.lower > -margin);
      expect(p < 1 - c).toBe(interval.lower > 0 || interval.upper < 0);
    }),
  );
});

test('one row more by its moments is one row more', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }), (rows) => {
      const got = withRow(momentsOf(rows), -1);
      const want = momentsOf([...rows, -1]);
      expect(got.count).toBe(want.count);
      expect(got.mean).toBeCloseTo(want.mean, 12);
      expect(got.variance).toBeCloseTo(want.variance, 12);
    }),
  );
});

test('one row or no variance gives no interval', () => {
  expect(pairedMean({ count: 1, mean: 0.2, variance: 0 }, 0.95)).toEqual({
    kind: 'degenerate',
    reason: 'single-row',
    estimate: 0.2,
  });
  expect(pairedMean({ count: 40, mean: 0, variance: 0 }, 0.95)).toEqual({
    kind: 'degenerate',
    reason: 'zero-variance',
    estimate: 0,
  });
});

/** Chance that 0/1 scores with a true drop of exactly the margin pass, every loss a full point, by enumeration. */
function chanceOfPass(rows: number, margin: number, guarded: boolean): number {
  let passed = 0;
  let chance = (1 - margin) ** rows;
  for (let losses = 0; losses <= rows; losses++) {
    const at = { count: rows, mean: -losses / rows, variance: (losses - losses ** 2 / rows) / (rows - 1) };
    const got = pairedMean(at, 0.9);
    const lower = got.kind === 'interval' ? got.interval.lower : got.estimate;
    if (lower > -margin && (!guarded || rareDropBound(at, 1, 0.9) > -margin)) passed += chance;
    chance *= ((rows - losses) / (losses + 1)) * (margin / (1 - margin));
  }
  return passed;
}

test('rare drops: t alone passes 74 % at the margin, the guard none', () => {
  expect(chanceOfPass(30, 0.01, false)).toBeCloseTo(0.74, 3);
  expect(chanceOfPass(30, 0.01, true)).toBe(0);
});

test('rare drops: worst type I error of the guarded test is 6.5 % at nominal 5 %', () => {
  let worst = 0;
  for (const rows of [20, 50, 100, 200, 500]) {
    for (const margin of [0.01, 0.02, 0.05, 0.1]) {
      worst = Math.max(worst, chanceOfPass(rows, margin, true));
    }
  }
  expect(worst.toFixed(3)).toBe('0.065');
});

test('the guard: every row already the worst', () => {
  expect(rareDropBound({ count: 12, mean: -1, variance: 0 }, 1, 0.95)).toBe(-1);
});

test.each([
  [() => pairedMean({ count: 0, mean: 0, variance: 1 }, 0.95), 'count must be an integer of at least 1, got 0'],
  [() => pairedMean({ count: 3, mean: Number.NaN, variance: 1 }, 0.95), 'mean must be a finite number, got NaN'],
  [
    () => pairedMean({ count: 3, mean: 0, variance: -1 }, 0.95),
    'variance must be a finite number of at least 0, got -1',
  ],
  [
    () => pairedMeanNonInferiorityP({ count: 1, mean: 0, variance: 0 }, 0),
    'count must be an integer of at least 2, got 1',
  ],
  [
    () => pairedMeanNonInferiorityP({ count: 5, mean: 0, variance: 0 }, 0),
    'variance must be a finite number above 0, got 0',
  ],
  [
    () => pairedMeanNonInferiorityP({ count: 5, mean: 0, variance: 1 }, -1),
    'margin must be a finite number of at least 0, got -1',
  ],
  [() => rareDropBound({ count: 5, mean: 0, variance: 1 }, 0, 0.95), 'range must be a finite number above 0, got 0'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
