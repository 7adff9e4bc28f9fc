import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder } from '../src/ascending-order.ts';
import { Random } from '../src/index.ts';
import { midranks } from '../src/midrank.ts';

const awkward = [0, -0, 1e-310, -1e-310, 5e-324, -5e-324, 1, -1, 1e308, -1e308, Math.PI, -Math.E, Infinity, -Infinity];

test('orders doubles of every kind as a comparison does, equal ones by row', () => {
  const random = new Random('0123456789abcdef');
  for (const size of [3, 4095, 4096, 9000]) {
    const values = Float64Array.from({ length: size }, () =>
      random.uniform() < 0.3 ? (awkward[random.integer(awkward.length)] ?? 0) : random.uniform() - 0.5,
    );
    const order = Array.from(values.keys()).sort((a, b) => {
      const [x, y] = [values[a] ?? 0, values[b] ?? 0];
      return x < y ? -1 : x > y ? 1 : a - b;
    });
    expect(Array.from(ascendingOrder(values))).toEqual(order);
  }
});

test('columns whose rows share digits or are all equal', () => {
  const constant = new Float64Array(5000).fill(-2.5);
  expect(Array.from(ascendingOrder(constant))).toEqual(Array.from(constant.keys()));
  const floats = Float64Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i)));
  const sorted = Array.from(ascendingOrder(floats), (row) => floats[row]);
  expect(sorted).toEqual(Array.from(floats.slice().sort()));
});

test('midranks share the mean rank among ties', () => {
  expect(midranks(Float64Array.of(10, 30, 20, 20, 10, 20))).toEqual({
    ranks: Float64Array.of(1.5, 6, 4, 4, 1.5, 4),
    tieSum: 6 + 24,
  });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }), (values) => {
      const { ranks } = midranks(Float64Array.from(values));
      const below = (value: number) => values.filter((other) => other < value).length;
      const upTo = (value: number) => values.filter((other) => other <= value).length;
      expect(Array.from(ranks)).toEqual(values.map((value) => (below(value) + upTo(value) + 1) / 2));
    }),
  );
  expect(() => midranks(Float64Array.of(1, Number.NaN))).toThrow(RangeError);
});
