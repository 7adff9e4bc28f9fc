import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random, signFlipTest } from '../src/index.ts';

const seed = '0123456789abcdef';
const few = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 9 });

test('exact: every combination of signs, counted', () => {
  fc.assert(
    fc.property(few, (values) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      const all = 2 ** values.length;
      const count = (as: (sum: number) => boolean) => {
        let hits = 0;
        for (let signs = 0; signs < all; signs++) {
          if (as(values.reduce((sum, value, i) => sum + ((signs >> i) & 1 ? value : -value), 0))) hits++;
        }
        return hits / all;
      };
      const got = signFlipTest(values, { seed });
      expect(got.p).toBeCloseTo(
        count((sum) => Math.abs(sum) >= Math.abs(total)),
        14,
      );
      expect(got.greater).toBeCloseTo(
        count((sum) => sum >= total),
        14,
      );
      expect(got.less).toBeCloseTo(
        count((sum) => sum <= total),
        14,
      );
    }),
    { numRuns: 50 },
  );
});

test('sums that are equal but for rounding are equal', () => {
  // .1 + .2 − .3 is 0 for people and 5.6e-17 in doubles: all eight combinations are at least as far from 0 as that.
  expect(signFlipTest([0.1, 0.2, -0.3], { seed }).p).toBe(1);
  expect(signFlipTest([0.3, 0.1, 0.2], { seed }).p).toBe(0.25);
});

test('20 differences are tried out, 21 sampled, and both agree', () => {
  const values = Array.from({ length: 21 }, (_, i) => Math.sin(i) + 0.3);
  const exact = signFlipTest(values.slice(0, 20), { seed });
  expect(exact.method).toBe('exact');
  const sampled = signFlipTest([...values.slice(0, 20), 1e-13], { seed, replicates: 40_000 });
  expect(sampled.method).toBe('sampled');
  expect(Math.abs(sampled.p - exact.p)).toBeLessThan(4 * Math.sqrt((exact.p * (1 - exact.p)) / 40_000));
  expect(Math.abs(sampled.less - exact.less)).toBeLessThan(4 * Math.sqrt((exact.less * (1 - exact.less)) / 40_000));
});

test('zeros change no p, and do not count towards the 20', () => {
  const values = [3, -1, 2, 5, -2, 4];
  const padded = signFlipTest([...values, ...new Array(500).fill(0)], { seed });
  expect(padded).toMatchObject({ ...signFlipTest(values, { seed }), mean: 11 / 506 });
});

test('the seed decides, and a sampled p is never 0', () => {
  const values = Array.from({ length: 60 }, (_, i) => 5 + Math.sin(i));
  const got = signFlipTest(values, { seed, replicates: 999 });
  expect(got).toMatchObject({ method: 'sampled', p: 0.001, greater: 0.001, less: 1 });
  const noisy = Array.from({ length: 60 }, (_, i) => Math.sin(i * i));
  expect(signFlipTest(noisy, { seed })).toEqual(signFlipTest(noisy, { seed }));
  expect(signFlipTest(noisy, { seed }).p).not.toBe(signFlipTest(noisy, { seed: 'fedcba9876543210' }).p);
});

test('simulated type I error on skewed sizes stays at the level', () => {
  const random = new Random('00000000000000a2');
  const sims = 1000;
  let rejected = 0;
  for (let sim = 0; sim < sims; sim++) {
    const values = Array.from({ length: 30 }, () => random.uniform() ** 4 * (random.uniform() < 0.5 ? -1 : 1));
    if (signFlipTest(values, { seed, replicates: 199 }).p <= 0.05) rejected++;
  }
  expect(rejected / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
});

test('no difference at all, and none given', () => {
  expect(signFlipTest([0, 0], { seed })).toEqual({ mean: 0, p: 1, greater: 1, less: 1, method: 'exact' });
  expect(() => signFlipTest([], { seed })).toThrow(
    new RangeError('number of differences must be an integer of at least 1, got 0'),
  );
  expect(() => signFlipTest([1, Infinity], { seed })).toThrow(
    new RangeError('differences[1] must be a finite number, got Infinity'),
  );
});
