import { expect, test } from 'vitest';
import { allPairsAlpha } from '../src/all-pairs-alpha.ts';
import { clopperPearsonInterval, normalQuantile, Random, ratioBounds } from '../src/index.ts';
import { moverRatio } from '../src/mover-ratio.ts';

const seed = '00000000000000f2';
const equal = (groups: number, rate: number) => new Array<number>(groups).fill(rate);

test('the level of all pairs is that of the studentized range (scipy: studentized_range, quad)', () => {
  expect(allPairsAlpha([2], 0.025)).toBeCloseTo(0.0125, 12);
  expect(allPairsAlpha([3], 0.05)).toBeCloseTo(0.00954674614600035, 12);
  expect(allPairsAlpha([5], 0.05)).toBeCloseTo(0.003188160281335883, 12);
  expect(allPairsAlpha([10], 0.025)).toBeCloseTo(0.00035872498517520036, 13);
  expect(allPairsAlpha([3, 5], 0.025)).toBeCloseTo(0.001108532412159489, 12);
  expect(allPairsAlpha([1000], 0.025) / 4.127452397791707e-8).toBeCloseTo(1, 6);
  // the table in every textbook: 4.47 for ten groups at .05
  expect(-Math.SQRT2 * normalQuantile(allPairsAlpha([10], 0.05))).toBeCloseTo(4.474124221725907, 9);
});

test('a pair’s bounds by Donner and Zou’s formula on Clopper and Pearson’s limits (scipy, beta.ppf)', () => {
  const limited = (hits: number, rows: number) => ({ value: hits / rows, ...clopperPearsonInterval(hits, rows, 0.95) });
  const got = moverRatio(limited(12, 40), limited(30, 60));
  expect(got.lower).toBeCloseTo(0.3184252279291678, 10);
  expect(got.upper).toBeCloseTo(1.0276046232457803, 10);
  // whatever the denominator: 0 hits may be a rate of 0, and a rate of 0 below makes any ratio possible
  expect(moverRatio(limited(0, 40), limited(30, 60)).lower).toBe(0);
  expect(moverRatio(limited(3, 40), limited(0, 60)).upper).toBe(Infinity);
  expect(moverRatio(limited(0, 40), limited(0, 60))).toEqual({ lower: 0, upper: Infinity });
});

test('two groups: a pair’s own lower bound, and an upper one at half the alpha', () => {
  const strata = [
    [
      { hits: 12, rows: 40 },
      { hits: 30, rows: 60 },
    ],
  ];
  const got = ratioBounds({ strata, level: 0.95 });
  expect(got).toEqual({
    kind: 'interval',
    ratio: expect.closeTo(0.6, 14),
    // scipy: 1.097…, and no ratio is above 1
    interval: { lower: expect.closeTo(0.3184252279291678, 10), upper: 1 },
  });
});

test('a rate of 0 has ratio 0, nothing is proven about it from below, and from above a little', () => {
  const strata = [
    [
      { hits: 0, rows: 40 },
      { hits: 30, rows: 60 },
    ],
  ];
  expect(ratioBounds({ strata, level: 0.95 })).toEqual({
    kind: 'interval',
    ratio: 0,
    interval: { lower: 0, upper: expect.closeTo(0.21739779829705008, 9) },
  });
});

test('the worst stratum counts', () => {
  const even = [1, 2, 3].map(() => ({ hits: 5000, rows: 10_000 }));
  const uneven = [
    { hits: 4000, rows: 10_000 },
    { hits: 8000, rows: 10_000 },
  ];
  const got = ratioBounds({ strata: [even, uneven], level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect(got.ratio).toBe(0.5);
  expect(got.interval.lower).toBeGreaterThan(0.485);
  expect(got.interval.upper).toBeLessThan(0.53);
  const swapped = ratioBounds({ strata: [[...uneven].reverse(), even], level: 0.95 });
  if (swapped.kind !== 'interval') throw new Error(swapped.reason);
  expect(swapped.interval.upper).toBeCloseTo(got.interval.upper, 12);
});

test('what has no ratio', () => {
  const none = { hits: 0, rows: 9 };
  expect(ratioBounds({ strata: [[none, none]], level: 0.9 })).toEqual({ kind: 'degenerate', reason: 'no-hits' });
  expect(ratioBounds({ strata: [[none, { hits: 0, rows: 0 }]], level: 0.9 })).toEqual({
    kind: 'degenerate',
    reason: 'empty-group',
  });
  expect(() => ratioBounds({ strata: [[none]], level: 0.9 })).toThrow(
    new RangeError('number of groups must be an integer of at least 2, got 1'),
  );
  expect(() => ratioBounds({ strata: [[none, { hits: 3, rows: 2 }]], level: 0.9 })).toThrow(
    new RangeError('group 1 has 3 hits in 2 rows'),
  );
});

test.each([
  [equal(2, 0.5), 50],
  [[0.4, 0.5], 200],
  [[0.02, 0.2], 50],
  [[0.4, ...equal(4, 0.5)], 50],
  [[0.8, 0.9, 0.9, 0.9, 0.9], 100],
  [equal(10, 0.3), 200],
])('bounds of the ratio hold at rates %j, groups of %i', (rates, rows) => {
  const random = new Random(seed);
  const truth = Math.min(...rates) / Math.max(...rates);
  const sims = 100;
  let [above, below] = [0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const got = ratioBounds({
      strata: [rates.map((rate) => ({ hits: random.binomial(rows, rate), rows }))],
      level: 0.9,
    });
    if (got.kind !== 'interval') throw new Error(got.reason);
    if (got.interval.lower > truth + 1e-12) above++;
    if (got.interval.upper < truth - 1e-12) below++;
    if (got.interval.lower > got.ratio || got.interval.upper < got.ratio) throw new Error('the ratio lies outside');
  }
  const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
  expect(above).toBeLessThanOrEqual(most);
  expect(below).toBeLessThanOrEqual(most);
});

test('four hundred groups: more pairs than a call takes arguments, and the bounds of a plain double loop', () => {
  const strata = [Array.from({ length: 400 }, (_, i) => ({ hits: 400 + ((i * 37) % 101), rows: 1000 + (i % 7) }))];
  const got = ratioBounds({ strata, level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  const limited = (alpha: number) =>
    (strata[0] ?? []).map(({ hits, rows }) => ({
      value: hits / rows,
      ...clopperPearsonInterval(hits, rows, 1 - 2 * alpha),
    }));
  const [single, together] = [limited(0.025), limited(allPairsAlpha([400], 0.025))];
  let [ratio, lower, upper] = [1, 1, Number.POSITIVE_INFINITY];
  for (const [i, one] of single.entries()) {
    for (const [j, other] of single.entries()) {
      const [a, b] = [together[i], together[j]];
      if (i === j || a === undefined || b === undefined) continue;
      ratio = Math.min(ratio, one.value / other.value);
      lower = Math.min(lower, moverRatio(one, other).lower);
      upper = Math.min(upper, moverRatio(a, b).upper);
    }
  }
  expect(got).toEqual({
    kind: 'interval',
    ratio: expect.closeTo(ratio, 14),
    interval: { lower: expect.closeTo(lower, 9), upper: expect.closeTo(Math.min(1, upper), 9) },
  });
});
