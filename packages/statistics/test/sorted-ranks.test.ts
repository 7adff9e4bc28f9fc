import { expect, test } from 'vitest';
import { Random } from '../src/index.ts';
import { sortedRanks } from '../src/sorted-ranks.ts';

const random = new Random('00000000000000f6');
const rows = 100_000;
const smooth = Float64Array.from({ length: rows }, () => random.uniform() ** 3 - 0.5);

test.each([
  ['in no order', smooth],
  ['ascending', smooth.slice().sort()],
  ['descending', smooth.slice().sort().reverse()],
  ['in whole numbers', smooth.map((value) => Math.round(value * 20))],
  ['constant', new Float64Array(rows).fill(7)],
  ['in an order that fools the sample', smooth.map((value, i) => (i % 6 === 0 ? -9 : value))],
])('a large column %s', (_, column) => {
  const sorted = column.slice().sort();
  for (const [from, to] of [
    [0, 30],
    [49_000, 51_000],
    [94_800, 95_200],
    [99_990, rows - 1],
    [0, rows - 1],
  ] as const) {
    expect(sortedRanks(column, from, to)).toEqual(sorted.slice(from, to + 1));
  }
});

test('a small column', () => {
  expect(sortedRanks(Float64Array.of(3, 1, 2), 1, 2)).toEqual(Float64Array.of(2, 3));
});
