import fc from 'fast-check';
import { expect, test } from 'vitest';
import { betaBinomialShrinkage, momentsOf, Random, sliceEffect } from '../src/index.ts';

test('beta-binomial shrinkage: the prior by the method of moments, the posterior as scipy has it', () => {
  const counts = [
    { successes: 5, rows: 10 },
    { successes: 9, rows: 30 },
    { successes: 20, rows: 50 },
    { successes: 30, rows: 100 },
    { successes: 2, rows: 20 },
  ];
  const got = betaBinomialShrinkage(counts, 0.95);
  expect(got.mean).toBeCloseTo(0.32, 14);
  expect(got.strength).toBeCloseTo(15.382518245113666, 10);
  expect(got.slices.map(({ estimate, interval }) => [estimate, interval.lower, interval.upper])).toEqual(
    [
      [0.39091494951831723, 0.21465663515040068, 0.5834604090992175],
      [0.30677905010120055, 0.18294362893220692, 0.44673957643558465],
      [0.38117843281906544, 0.2682139537134033, 0.5010309589516515],
      [0.3026663516239845, 0.2226417172087432, 0.3891702887233247],
      [0.19564480375537882, 0.08447661526328418, 0.3392582004328041],
    ].map((row) => row.map((value) => expect.closeTo(value, 9))),
  );
});

test('slices that vary as chance does are pooled; those that vary as much as shares can stay as they are', () => {
  const same = [40, 41, 39, 40].map((successes) => ({ successes, rows: 100 }));
  const pooled = betaBinomialShrinkage(same, 0.95);
  expect([pooled.strength, pooled.mean]).toEqual([Infinity, 0.4]);
  expect(new Set(pooled.slices.map(({ estimate }) => estimate))).toEqual(new Set([0.4]));
  expect(pooled.slices[0]?.interval).toEqual({ lower: expect.closeTo(0.3528, 3), upper: expect.closeTo(0.4486, 3) });
  const none = betaBinomialShrinkage(
    [0, 0, 0].map((successes) => ({ successes, rows: 9 })),
    0.95,
  );
  expect(none).toMatchObject({ mean: 0, strength: Infinity });
  const extreme = betaBinomialShrinkage(
    [0, 50, 0, 50].map((successes) => ({ successes, rows: 50 })),
    0.9,
  );
  expect(extreme.strength).toBe(0);
  expect(extreme.slices.map(({ estimate }) => estimate)).toEqual([0, 1, 0, 1]);
  expect(() =>
    betaBinomialShrinkage(
      [
        { successes: 3, rows: 2 },
        { successes: 1, rows: 2 },
      ],
      0.9,
    ),
  ).toThrow(new RangeError('slice 0 has 3 successes in 2 rows'));
});

test('every estimate lies between its own share and the mean, small slices closer to the mean', () => {
  const slice = fc
    .integer({ min: 1, max: 300 })
    .chain((rows) => fc.record({ rows: fc.constant(rows), successes: fc.integer({ min: 0, max: rows }) }));
  fc.assert(
    fc.property(fc.array(slice, { minLength: 2, maxLength: 12 }), (counts) => {
      const { mean, slices, strength } = betaBinomialShrinkage(counts, 0.9);
      for (const [i, { estimate, interval }] of slices.entries()) {
        const own = (counts[i]?.successes ?? 0) / (counts[i]?.rows ?? 1);
        if (Number.isFinite(strength)) {
          expect(estimate).toBeGreaterThanOrEqual(Math.min(own, mean) - 1e-12);
          expect(estimate).toBeLessThanOrEqual(Math.max(own, mean) + 1e-12);
        }
        expect(interval.lower).toBeLessThanOrEqual(interval.upper);
      }
    }),
  );
});

test('shrunken shares are closer to the truth than the slices’ own, over 40 slices of 25 rows', () => {
  const random = new Random('00000000000000b3');
  let [own, shrunken, strength] = [0, 0, 0];
  const sims = 60;
  for (let sim = 0; sim < sims; sim++) {
    // rates uniform in (.5, .7): Beta of mean .6 with about 71 rows' worth
    const rates = Array.from({ length: 40 }, () => 0.5 + 0.2 * random.uniform());
    const counts = rates.map((rate) => ({ successes: random.binomial(25, rate), rows: 25 }));
    const got = betaBinomialShrinkage(counts, 0.9);
    strength += 1 / (1 + got.strength);
    for (const [i, rate] of rates.entries()) {
      own += ((counts[i]?.successes ?? 0) / 25 - rate) ** 2;
      shrunken += ((got.slices[i]?.estimate ?? 0) - rate) ** 2;
    }
  }
  // by Bayes' risk: 25/(25 + 71) of the error of the slices' own shares; full knowledge of the prior would give .26
  expect(shrunken / own).toBeLessThan(0.36);
  expect(shrunken / own).toBeGreaterThan(0.2);
  // 1/(1 + k) estimates the variance of the rates over m (1 − m): (.04/12)/.24 = .0139
  expect(strength / sims).toBeGreaterThan(0.01);
  expect(strength / sims).toBeLessThan(0.02);
});

test('effect and Welch’s t of a slice, as scipy; the slice’s losses larger, not smaller', () => {
  const slice = momentsOf([3.1, 2.4, 5.6, 1.9, 4.4, 6.1]);
  const others = momentsOf([1.2, 2.2, 0.4, 3.3, 2.8, 1.1, 0.9, 1.7]);
  const got = sliceEffect(slice, others);
  expect(got).toEqual({
    kind: 'value',
    effect: expect.closeTo(1.5737370254477467, 12),
    t: expect.closeTo(2.8154037481683343, 12),
    degreesOfFreedom: expect.closeTo(7.485900284573338, 10),
    p: expect.closeTo(0.012108775295665128, 11),
  });
  const turned = sliceEffect(others, slice);
  expect(turned).toMatchObject({
    effect: expect.closeTo(-1.5737370254477467, 12),
    p: expect.closeTo(1 - 0.0121087752957, 10),
  });
});

test('the slice of table I that SliceFinder calls .28: means .41 and .22 of log losses', () => {
  // 20 k of 30 k rows; the variance that makes the published effect out of the published means
  const variance = ((0.41 - 0.22) / 0.28) ** 2;
  const got = sliceEffect({ count: 20_000, mean: 0.41, variance }, { count: 10_000, mean: 0.22, variance });
  expect(got.kind === 'value' && got.effect.toFixed(2)).toBe('0.28');
  expect(sliceEffect({ count: 5, mean: 1, variance: 0 }, { count: 9, mean: 0, variance: 0 })).toEqual({
    kind: 'degenerate',
    reason: 'zero-variance',
  });
  expect(() => sliceEffect({ count: 1, mean: 1, variance: 0 }, { count: 9, mean: 0, variance: 1 })).toThrow(
    new RangeError('count of the slice must be an integer of at least 2, got 1'),
  );
});
