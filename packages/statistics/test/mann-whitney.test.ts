import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mannWhitney } from '../src/index.ts';

const x = [1, 2, 2, 3, 5, 8, 8, 9, 11, 14];
const y = [0, 2, 3, 3, 4, 5, 6, 7, 8, 8, 8, 1];

test.each([
  [true, [0.36929202544317774, 0.18464601272158887, 0.8325532380997791]],
  [false, [0.35182658272399314, 0.17591329136199657, 0.8240867086380035]],
] as const)('ties, as scipy 1.17.1, continuity %s', (continuity, [p, greater, less]) => {
  const got = mannWhitney(x, y, { continuity });
  expect(got).toMatchObject({ u: 74, method: 'normal', share: 74 / 120 });
  expect(got.p).toBeCloseTo(p, 12);
  expect(got.greater).toBeCloseTo(greater, 12);
  expect(got.less).toBeCloseTo(less, 12);
});

test('exact without ties, as scipy 1.17.1', () => {
  const got = mannWhitney([1.5, 2.5, 9, 11, 3.3, 4.4, 20], [0, 2, 3, 3.1, 4, 5, 6, 7, 8, 8.5, 8.7, 1]);
  expect(got).toMatchObject({ u: 52, method: 'exact' });
  expect(got.p).toBeCloseTo(0.4319679288719536, 12);
  expect(got.greater).toBeCloseTo(0.2159839644359768, 12);
  expect(got.less).toBeCloseTo(0.8077716916726205, 12);
});

test('swapping the samples swaps the tails', () => {
  const sample = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sample, sample, (one, other) => {
      const straight = mannWhitney(one, other);
      const swapped = mannWhitney(other, one);
      expect(straight.u + swapped.u).toBe(one.length * other.length);
      expect(swapped.p).toBeCloseTo(straight.p, 12);
      expect(swapped.greater).toBeCloseTo(straight.less, 12);
    }),
  );
});

test('equal values only: p is 1; wrong calls are refused', () => {
  expect(mannWhitney([2, 2], [2, 2, 2])).toEqual({ u: 3, share: 0.5, method: 'normal', p: 1, greater: 1, less: 1 });
  expect(mannWhitney([1], [2])).toMatchObject({ u: 0, method: 'exact', p: 1, less: 0.5 });
  expect(() => mannWhitney([], [1])).toThrow(new RangeError('number of x must be an integer of at least 1, got 0'));
  expect(() => mannWhitney([1, 1], [1], { method: 'exact' })).toThrow(
    new RangeError('the exact distribution of U holds without ties only'),
  );
  const long = Array.from({ length: 101 }, (_, i) => i);
  expect(() =>
    mannWhitney(
      long,
      long.map((i) => i + 0.5),
      { method: 'exact' },
    ),
  ).toThrow(new RangeError('the exact test takes at most 10000 pairs, got 10201; use method "normal"'));
});
