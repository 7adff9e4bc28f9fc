import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random, type SignedRankOptions, wilcoxonSignedRank } from '../src/index.ts';

const tied = [0, 0, 1, -1, 2, 2, -3, 4, 5, -6, 7, 0, 8, 9, 9, -2.5];

test.each([
  [{ zeros: 'wilcox' }, 69.5, [0.09319223730685036, 0.04659611865342518, 0.9534038813465748]],
  [{ zeros: 'wilcox', continuity: true }, 69.5, [0.10021361006562887, 0.050106805032814436, 0.9567143903545335]],
  [{ zeros: 'pratt' }, 96.5, [0.10156143787528167, 0.050780718937640835, 0.9492192810623592]],
  [{ zeros: 'pratt', continuity: true }, 96.5, [0.10710539814458055, 0.05355269907229027, 0.9518757854497027]],
] as const)(
  'ties and zeros by the normal approximation, as scipy 1.17.1: %j',
  (options, positive, [p, greater, less]) => {
    const got = wilcoxonSignedRank(tied, options);
    expect(got).toMatchObject({ method: 'normal', positive, zeros: 3 });
    expect(got.p).toBeCloseTo(p, 12);
    expect(got.greater).toBeCloseTo(greater, 12);
    expect(got.less).toBeCloseTo(less, 12);
  },
);

test.each([
  ['wilcox', [0.3828125, 0.19140625, 0.828125]],
  ['pratt', [0.35546875, 0.177734375, 0.837890625]],
] as const)(
  'few differences with ties and zeros are exact, as scipy’s permutation: %s',
  (zeros, [p, greater, less]) => {
    expect(wilcoxonSignedRank(tied.slice(0, 12), { zeros })).toMatchObject({ method: 'exact', p, greater, less });
  },
);

test('exact up to 50 differences without ties, normal from 51 on', () => {
  const rising = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  expect(wilcoxonSignedRank(rising(50))).toMatchObject({ method: 'exact', positive: 1275, less: 1 });
  expect(wilcoxonSignedRank(rising(50)).greater).toBe(2 ** -50);
  expect(wilcoxonSignedRank(rising(51)).method).toBe('normal');
  expect(() => wilcoxonSignedRank(rising(51), { method: 'exact' })).toThrow(
    new RangeError('the exact test takes at most 50 non-zero differences, got 51; use method "normal"'),
  );
});

const differences = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 });
const anyOptions: fc.Arbitrary<SignedRankOptions> = fc.record({
  zeros: fc.constantFrom('wilcox', 'pratt'),
  method: fc.constantFrom('exact', 'normal'),
  continuity: fc.boolean(),
});

test('swapping the models swaps the tails; order of rows does not matter', () => {
  fc.assert(
    fc.property(differences, anyOptions, (values, options) => {
      const straight = wilcoxonSignedRank(values, options);
      const swapped = wilcoxonSignedRank(
        values.map((value) => -value),
        options,
      );
      expect(swapped.positive).toBe(straight.negative);
      expect(swapped.p).toBeCloseTo(straight.p, 12);
      expect(swapped.greater).toBeCloseTo(straight.less, 12);
      expect(wilcoxonSignedRank(values.toReversed(), options)).toEqual(straight);
      expect(straight.p).toBeGreaterThan(0);
      expect(straight.p).toBeLessThanOrEqual(1);
    }),
  );
});

test('exact with ties: counted over all signs', () => {
  const values = [1, 1, -2, 3, 3, 3, -4, 5];
  const got = wilcoxonSignedRank(values, { method: 'exact' });
  const ranks = [1.5, 1.5, 3, 5, 5, 5, 7, 8];
  let atLeast = 0;
  for (let signs = 0; signs < 256; signs++) {
    const sum = ranks.reduce((total, rank, i) => total + ((signs >> i) & 1 ? rank : 0), 0);
    if (sum >= got.positive) atLeast++;
  }
  expect(got.greater).toBeCloseTo(atLeast / 256, 14);
});

test('simulated type I error stays at the level', () => {
  const random = new Random('00000000000000a1');
  const sims = 2000;
  let rejected = 0;
  for (let sim = 0; sim < sims; sim++) {
    const values = Array.from({ length: 40 }, () => random.uniform() ** 3 * (random.uniform() < 0.5 ? -1 : 1));
    if (wilcoxonSignedRank(values).p < 0.05) rejected++;
  }
  expect(rejected / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(rejected / sims).toBeGreaterThan(0.05 - 4 * Math.sqrt((0.05 * 0.95) / sims));
});

test.each([[[]], [[0, 0, 0]]])('nothing but zeros (%j): every p is 1', (values) => {
  expect(wilcoxonSignedRank(values)).toEqual({
    positive: 0,
    negative: 0,
    zeros: values.length,
    method: 'exact',
    p: 1,
    greater: 1,
    less: 1,
  });
  expect(wilcoxonSignedRank(values, { zeros: 'pratt', method: 'normal' }).p).toBe(1);
});

test('one difference, and one that is no number', () => {
  expect(wilcoxonSignedRank([3])).toMatchObject({ p: 1, greater: 0.5, less: 1 });
  expect(() => wilcoxonSignedRank([1, Number.NaN])).toThrow(
    new RangeError('differences[1] must be a finite number, got NaN'),
  );
});
