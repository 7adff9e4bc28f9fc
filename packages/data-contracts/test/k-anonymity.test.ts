import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kAnonymity, suppressed } from '../src/index.ts';

const rows = (...counts: readonly number[]) => counts.map((count) => ({ rows: count }));

test('counts groups and rows below k, and the k that the table has', () => {
  expect(kAnonymity(rows(1, 4, 5, 100), 5)).toEqual({ groups: 4, rowsBelow: 5, groupsBelow: 2, smallest: 1 });
  expect(kAnonymity(rows(5, 5), 5)).toEqual({ groups: 2, rowsBelow: 0, groupsBelow: 0, smallest: 5 });
  expect(kAnonymity(rows(0, 7), 5)).toEqual({ groups: 1, rowsBelow: 0, groupsBelow: 0, smallest: 7 });
  expect(kAnonymity([], 5)).toEqual({ groups: 0, rowsBelow: 0, groupsBelow: 0, smallest: undefined });
});

test('agrees with grouping the rows by hand', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, k) => {
      const sizes = new Map<number, number>();
      for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
      const alone = values.filter((value) => values.filter((other) => other === value).length < k);
      expect(
        kAnonymity(
          [...sizes.values()].map((size) => ({ rows: size })),
          k,
        ),
      ).toEqual({
        groups: new Set(values).size,
        rowsBelow: alone.length,
        groupsBelow: new Set(alone).size,
        smallest: sizes.size === 0 ? undefined : Math.min(...sizes.values()),
      });
    }),
  );
});

test('a cell below k is not printed, neither is a zero', () => {
  expect([0, 1, 4, 5, 7052].map((count) => suppressed(count, 5))).toEqual([
    'fewer than 5',
    'fewer than 5',
    'fewer than 5',
    '5',
    '7,052',
  ]);
  expect([0, 1].map((count) => suppressed(count, 1))).toEqual(['0', '1']);
});

test('impossible counts are refused', () => {
  expect(() => kAnonymity(rows(1.5), 5)).toThrow(new RangeError('rows must be an integer of at least 0, got 1.5'));
  expect(() => kAnonymity([], 0)).toThrow(new RangeError('k must be an integer of at least 1, got 0'));
  expect(() => suppressed(-1, 5)).toThrow(new RangeError('count must be an integer of at least 0, got -1'));
});
