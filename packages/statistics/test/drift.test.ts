import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chiSquareSf,
  chiSquareTest,
  chiSquareUpperQuantile,
  cramersV,
  jensenShannonDistance,
  jensenShannonDivergence,
  kolmogorovSmirnov,
  largestShareDifference,
  populationStabilityIndex,
  Random,
  scaledWassersteinDistance,
  stabilityIndexNoise,
  wassersteinDistance,
} from '../src/index.ts';

test('chi-square tails, as scipy has them', () => {
  expect(chiSquareSf(3.84, 1)).toBeCloseTo(0.05004352124870519, 14);
  expect(chiSquareSf(30, 9)).toBeCloseTo(0.00043872177097947936, 15);
  expect(chiSquareSf(200, 9) / 3.312992393909567e-38).toBeCloseTo(1, 11);
  expect(chiSquareSf(0.5, 2.5)).toBeCloseTo(0.8638836284585889, 13);
  expect([chiSquareSf(0, 3), chiSquareSf(Infinity, 3)]).toEqual([1, 0]);
  expect(chiSquareUpperQuantile(0.05, 9)).toBeCloseTo(16.91897760462045, 11);
  expect(() => chiSquareSf(-1, 3)).toThrow(new RangeError('x must be at least 0, got -1'));
});

test('chi-square of a 2 × 2 table, with and without Yates’ correction, as scipy', () => {
  const table = [
    [12, 5],
    [7, 9],
  ];
  expect(chiSquareTest(table)).toEqual({
    statistic: expect.closeTo(1.455996378814684, 12),
    p: expect.closeTo(0.22756821457580642, 12),
    degreesOfFreedom: 1,
    leastExpected: expect.closeTo((14 * 16) / 33, 12),
  });
  expect(chiSquareTest(table, false).p).toBeCloseTo(0.118989205532145, 12);
  expect(() =>
    chiSquareTest([
      [0, 3],
      [0, 4],
    ]),
  ).toThrow(new RangeError('sum of column 0 must be an integer of at least 1, got 0'));
  expect(() => chiSquareTest([[1, 3], [4]])).toThrow(
    new RangeError('row 1 must have 2 counts as the first one, got 1'),
  );
});

test('Cramér’s V: no association for equal shares, symmetric, at most 1', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(counts, counts, (one, other) => {
      const straight = cramersV(one, other);
      expect(cramersV(other, one)).toEqual(
        straight.kind === 'value' ? { kind: 'value', value: expect.closeTo(straight.value, 9) } : straight,
      );
      expect(straight.kind === 'value' && straight.value >= 0 && straight.value <= 1).toBe(true);
    }),
  );
  expect(cramersV([10, 20, 30], [100, 200, 300])).toEqual({ kind: 'value', value: 0 });
});

test('Cramér’s V of constant samples: equal ones do not differ, others cannot be told', () => {
  expect(cramersV([0, 40, 0], [0, 3, 0])).toEqual({ kind: 'value', value: 0 });
  expect(cramersV([40, 0], [0, 40])).toEqual({ kind: 'degenerate', reason: 'constant-sample' });
  expect(cramersV([40, 0], [20, 20])).toEqual({ kind: 'degenerate', reason: 'constant-sample' });
  expect(cramersV([40, 5, 0], [20, 20, 0])).toEqual(cramersV([40, 5], [20, 20]));
  expect(() => cramersV([0, 0], [1, 2])).toThrow(
    new RangeError('sum of reference must be an integer of at least 1, got 0'),
  );
});

test('three conventions of Jensen and Shannon on one pair', () => {
  const [p, q] = [
    [0.1, 0.9],
    [0.3, 0.7],
  ] as const;
  expect(jensenShannonDivergence(p, q).toFixed(4)).toBe('0.0468');
  expect(jensenShannonDistance(p, q, 2)).toBeCloseTo(0.21629805472397423, 12);
  expect(jensenShannonDistance(p, q, 'e')).toBeCloseTo(0.1800799428448848, 12);
  expect(largestShareDifference(p, q)).toBeCloseTo(0.2, 14);
});

test('histogram distances: symmetric, 0 for equal shares, whatever the totals', () => {
  const histogram = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(histogram, histogram, (one, other) => {
      fc.pre([one, other].every((counts) => counts.some((count) => count > 0)));
      for (const distance of [jensenShannonDivergence, largestShareDifference]) {
        expect(distance(one, other)).toBeCloseTo(distance(other, one), 12);
        expect(
          distance(
            one,
            one.map((count) => 7 * count),
          ),
        ).toBeCloseTo(0, 12);
        expect(distance(one, other)).toBeLessThanOrEqual(1);
      }
      expect(populationStabilityIndex(one, other, 0.001)).toBeCloseTo(populationStabilityIndex(other, one, 0.001), 12);
    }),
  );
  expect(jensenShannonDivergence([1, 0], [0, 5])).toBe(1);
});

test('an empty bin of the stability index needs a declared floor', () => {
  expect(() => populationStabilityIndex([1, 1], [2, 0])).toThrow(
    new RangeError('bin 1 is empty; give a floor for its share, such as 0.0001, or merge it'),
  );
  expect(populationStabilityIndex([1, 1], [2, 0], 0.0001)).toBeCloseTo(
    0.5 * Math.log(2) + (0.5 - 0.0001) * Math.log(5000),
    12,
  );
  expect(() => populationStabilityIndex([1, -1], [1, 1])).toThrow(
    new RangeError('first histogram[1] must be a finite number of at least 0, got -1'),
  );
  expect(() => jensenShannonDivergence([0, 0], [1, 1])).toThrow(
    new RangeError('sum of the first histogram must be a finite number above 0, got 0'),
  );
});

test('the noise of the stability index: .034 at 1,000 rows a side, .169 at 200, and simulated', () => {
  expect(stabilityIndexNoise(10, 1000, 1000, 0.05).toFixed(3)).toBe('0.034');
  expect(stabilityIndexNoise(10, 200, 200, 0.05).toFixed(3)).toBe('0.169');
  const random = new Random('0000000000000111');
  const bins = new Float64Array(10).fill(1);
  const draw = () => {
    const counts = new Float64Array(10);
    random.multinomial(bins, 10, 1000, counts);
    return counts;
  };
  const sims = 2000;
  let above = 0;
  for (let sim = 0; sim < sims; sim++) {
    if (populationStabilityIndex(draw(), draw(), 0.0001) > stabilityIndexNoise(10, 1000, 1000, 0.05)) above++;
  }
  expect(Math.abs(above / sims - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / sims));
});

test('Kolmogorov and Smirnov’s distance with ties, Wasserstein’s, as scipy', () => {
  const [one, other] = [
    [1, 2, 2, 3, 7],
    [2, 2, 5, 6],
  ];
  expect(kolmogorovSmirnov(one, other, 0.95).distance).toBeCloseTo(0.3, 14);
  expect(wassersteinDistance({ values: one }, { values: other })).toBeCloseTo(1.15, 14);
});

test.each([
  [0.2, 0.999999999999495],
  [0.5, 0.9639452436648751],
  [0.9, 0.3927307079406543],
  [1, 0.26999967167735456],
  [1.3, 0.06809222184476636],
  [2.5, 7.453306344157342e-6],
])('Kolmogorov’s limit at %d, as scipy.special.kolmogorov', (x, want) => {
  // Two samples of 200 at a distance of d: the statistic is 10 d.
  const shift = Math.round(20 * x);
  const reference = Array.from({ length: 200 }, (_, i) => i);
  const current = reference.map((i) => i + shift);
  expect(kolmogorovSmirnov(reference, current, 0.95).p).toBeCloseTo(want, 12);
});

test('bounds of the distance hold at the level, and beyond', () => {
  const random = new Random('0000000000000112');
  let missed = 0;
  for (let sim = 0; sim < 500; sim++) {
    const reference = Float64Array.from({ length: 100 }, () => random.uniform());
    const current = Float64Array.from({ length: 80 }, () => random.uniform() + 0.3); // true distance .3
    const { interval } = kolmogorovSmirnov(reference, current, 0.9);
    if (interval.lower > 0.3 || interval.upper < 0.3) missed++;
  }
  expect(missed).toBeLessThanOrEqual(50);
  const same = kolmogorovSmirnov([1, 2], [1, 2], 0.9);
  expect(same).toEqual({ distance: 0, interval: { lower: 0, upper: 1 }, p: 1 });
});

test('Wasserstein: shift by a constant, scale with the unit, weights as repeated rows', () => {
  const column = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(column, column, fc.integer({ min: -9, max: 9 }), (one, other, shift) => {
      const distance = (a: readonly number[], b: readonly number[]) =>
        wassersteinDistance({ values: a }, { values: b });
      expect(
        distance(
          one,
          one.map((value) => value + shift),
        ),
      ).toBeCloseTo(Math.abs(shift), 10);
      expect(distance(one, other)).toBeCloseTo(distance(other, one), 10);
      const tripled = distance(
        one.map((value) => 3 * value),
        other.map((value) => 3 * value),
      );
      expect(tripled).toBeCloseTo(3 * distance(one, other), 9);
      const weights = one.map((_, i) => 1 + (i % 3));
      const repeated = one.flatMap((value, i) => new Array<number>(weights[i] ?? 1).fill(value));
      expect(wassersteinDistance({ values: one, weights }, { values: other })).toBeCloseTo(
        distance(repeated, other),
        10,
      );
    }),
  );
});

test('a constant reference has no scale', () => {
  expect(scaledWassersteinDistance([5, 5, 5], [5, 5])).toEqual({ kind: 'value', value: 0 });
  expect(scaledWassersteinDistance([5, 5, 5], [5, 6])).toEqual({ kind: 'degenerate', reason: 'constant-reference' });
  expect(scaledWassersteinDistance([0, 2], [3, 5])).toEqual({ kind: 'value', value: 3 });
  expect(() => wassersteinDistance({ values: [] }, { values: [1] })).toThrow(
    new RangeError('size of the first sample must be an integer of at least 1, got 0'),
  );
  expect(() => wassersteinDistance({ values: [1], weights: [1, 2] }, { values: [1] })).toThrow(
    new RangeError('the first sample needs 1 weights, one a value, got 2'),
  );
});
