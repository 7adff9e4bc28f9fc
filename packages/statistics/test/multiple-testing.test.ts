import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benjaminiHochberg, benjaminiYekutieli, bonferroni, hochberg, holm, mcnemarWorseMidP } from '../src/index.ts';

const p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.04];

test.each([
  ['holm', holm, [0.06, 0.16, 0.15, 0.035, 0.4, 0.9, 0.16]],
  ['hochberg', hochberg, [0.06, 0.12, 0.12, 0.035, 0.4, 0.9, 0.12]],
  ['bonferroni', bonferroni, [0.07, 0.28, 0.21, 0.035, 1, 1, 0.28]],
  ['BH', benjaminiHochberg, [0.035, 0.056, 0.056, 0.035, 0.2333333333333, 0.9, 0.056]],
  ['BY', benjaminiYekutieli, [0.09075, 0.1452, 0.1452, 0.09075, 0.605, 1, 0.1452]],
] as const)('%s, as statsmodels 0.15.0', (_, adjust, want) => {
  for (const [i, value] of adjust(p).entries()) expect(value).toBeCloseTo(want[i] ?? Number.NaN, 12);
});

test('order of the slices does not matter, nothing gets smaller, and the methods are ordered', () => {
  const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(family, (values) => {
      for (const adjust of [holm, hochberg, bonferroni, benjaminiHochberg, benjaminiYekutieli]) {
        expect(adjust(values.toReversed())).toEqual(adjust(values).toReversed());
        for (const [i, value] of adjust(values).entries()) {
          expect(value).toBeGreaterThanOrEqual((values[i] ?? 0) * (1 - 1e-14));
          expect(value).toBeLessThanOrEqual(1);
        }
      }
      const [step, up, all, bh] = [holm(values), hochberg(values), bonferroni(values), benjaminiHochberg(values)];
      for (const i of values.keys()) {
        expect(step[i]).toBeLessThanOrEqual(all[i] ?? 0);
        expect(up[i]).toBeLessThanOrEqual(step[i] ?? 0);
        expect(bh[i]).toBeLessThanOrEqual((up[i] ?? 0) * (1 + 1e-14));
      }
    }),
  );
});

test('a slice without discordant pairs enters with .5 and stays harmless; NaN is refused', () => {
  expect(holm([0.001, mcnemarWorseMidP(0, 0)])).toEqual([0.002, 0.5]);
  expect(holm([])).toEqual([]);
  expect(() => holm([0.1, Number.NaN])).toThrow(new RangeError('p[1] must lie in [0, 1], got NaN'));
});
