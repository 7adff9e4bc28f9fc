import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm, mostProven, partialConjunction } from '../src/index.ts';

const p = [0.02, 0.3, 0.001, 0.04, 0.008];
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

test('p of "fewer than k of five are false", with scipy’s combine_pvalues for Fisher’s', () => {
  expect(partialConjunction(p)).toEqual(near([0.005, 0.032, 0.06, 0.08, 0.3]));
  expect(partialConjunction(p, 'simes')).toEqual(near([0.005, 0.032, 0.06, 0.08, 0.3]));
  expect(partialConjunction(p, 'fisher')).toEqual(
    near([1.599709971578939e-5, 0.0009233809081287389, 0.010576779412185077, 0.06507418355032964, 0.3]),
  );
  // Simes gains where p-values lie close: 3 · .03, 3 · .031/2, 3 · .032/3
  expect(partialConjunction([0.032, 0.03, 0.031], 'simes')).toEqual(near([0.032, 0.032, 0.032]));
});

test('as many as are shown', () => {
  expect([mostProven(p, 0.05), mostProven(p, 0.05, 'fisher'), mostProven(p, 0.07, 'fisher')]).toEqual([2, 3, 4]);
  expect([mostProven([], 0.05), mostProven([0.05], 0.05), mostProven([0, 0], 0.05, 'fisher')]).toEqual([0, 0, 2]);
});

test('Bonferroni’s are Holm’s in ascending order; no combination is below one with fewer', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (list) => {
      const ofHolm = [...holm(list)].sort((one, other) => one - other);
      expect(partialConjunction(list)).toEqual(near(ofHolm));
      for (const combination of ['bonferroni', 'simes', 'fisher'] as const) {
        const values = partialConjunction(list, combination);
        expect(values).toEqual([...values].sort((one, other) => one - other));
        expect(values.at(-1) ?? 1).toBeGreaterThanOrEqual(Math.max(-1, ...list) - 1e-12);
      }
      const [bonferroni, simes] = [partialConjunction(list), partialConjunction(list, 'simes')];
      for (const [i, value] of simes.entries()) expect(value).toBeLessThanOrEqual((bonferroni[i] ?? 0) + 1e-12);
    }),
    { numRuns: 100 },
  );
});

test('wrong numbers are named', () => {
  expect(() => partialConjunction([0.5, 1.2])).toThrow(new RangeError('p[1] must lie in [0, 1], got 1.2'));
  expect(() => mostProven([0.5], 1)).toThrow(new RangeError('alpha must lie strictly between 0 and 1, got 1'));
});
