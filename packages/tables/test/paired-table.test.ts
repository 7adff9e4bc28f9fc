import { afterAll, beforeAll, expect, test } from 'vitest';
import { classIndex, type PairedTable } from '../src/index.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
let table: PairedTable;

// 1e8 beside steps of 1: textbook sums of squares would lose every digit of the variance.
const candidate = [1e8 + 1, 1e8 + 2, 1e8 + 4, 1e8 + 8];
const champion = [1e8 + 3, 1e8 + 3, 1e8 + 1, 1e8 + 5];

beforeAll(async () => {
  session = await opened();
  session.write('e.csv', 'id,y\n1,a\n2,b\n3,a\n4,a\n');
  session.write('c.csv', `id,p,v\n${candidate.map((v, index) => `${index + 1},${'abba'[index]},${v}`).join('\n')}\n`);
  session.write(
    'h.csv',
    `id,p,v\n${champion.map((v, index) => `${4 - index},${'abca'[index]},${champion[3 - index] ?? v}`).join('\n')}\n`,
  );
  const columns = { prediction: { column: 'p', role: 'class' }, latency: { column: 'v', role: 'number' } } as const;
  const [examples, c, h] = [
    await session.tables.describe('e.csv'),
    await session.tables.describe('c.csv'),
    await session.tables.describe('h.csv'),
  ];
  table = await session.tables.pair({
    examples: { source: examples, key: 'id', label: 'y' },
    candidate: { source: c, key: 'id', columns },
    champion: { source: h, key: 'id', columns },
  });
});
afterAll(() => session.tables.close());

test('what the table is', () => {
  expect([table.rows, table.hasLabel, table.hasChampion, table.columns, table.dropped]).toEqual([
    4,
    true,
    true,
    ['prediction', 'latency'],
    { candidate: 0, champion: 0 },
  ]);
});

test('joint counts, ordered by label, champion, candidate', async () => {
  // rows (label, champion, candidate): 1 a a a, 2 b c b, 3 a b b, 4 a a a
  expect(await table.jointCounts('prediction')).toEqual({
    classes: ['a', 'b', 'c'],
    label: Uint16Array.of(0, 0, 1),
    champion: Uint16Array.of(0, 1, 2),
    candidate: Uint16Array.of(0, 1, 1),
    count: Float64Array.of(2, 1, 1),
  });
});

test('moments do not cancel', async () => {
  const found = await table.pairedMoments('latency');
  expect(found.candidate).toEqual({
    n: 4,
    mean: 1e8 + 3.75,
    variance: 9.583333333333334,
    minimum: 1e8 + 1,
    maximum: 1e8 + 8,
  });
  expect(found.champion).toEqual({
    n: 4,
    mean: 1e8 + 3,
    variance: 2.6666666666666665,
    minimum: 1e8 + 1,
    maximum: 1e8 + 5,
  });
  // differences −2, −1, 3, 3
  expect(found.difference).toEqual({ n: 4, mean: 0.75, variance: 6.916666666666667, minimum: -2, maximum: 3 });
  expect(found.covariance).toBe(2.6666666666666665);
  expect(await table.moments('latency', 'candidate')).toEqual(found.candidate);
});

test('values ascending, pairs by champion then candidate', async () => {
  expect(await table.values('latency', 'champion')).toEqual(Float64Array.of(1e8 + 1, 1e8 + 3, 1e8 + 3, 1e8 + 5));
  expect(await table.pairs('latency')).toEqual({
    champion: Float64Array.of(1e8 + 1, 1e8 + 3, 1e8 + 3, 1e8 + 5),
    candidate: Float64Array.of(1e8 + 4, 1e8 + 1, 1e8 + 2, 1e8 + 8),
  });
});

test('quantiles of type 7 and order statistics', async () => {
  expect(await table.quantiles('latency', 'candidate', [0, 0.5, 0.9, 1])).toEqual(
    Float64Array.of(1e8 + 1, 1e8 + 3, 1e8 + 6.8, 1e8 + 8),
  );
  expect(await table.orderStatistics('latency', 'candidate', [4, 1, 1])).toEqual(
    Float64Array.of(1e8 + 8, 1e8 + 1, 1e8 + 1),
  );
  await expect(table.orderStatistics('latency', 'candidate', [5])).rejects.toThrow('ranks lie in 1 to 4');
});

test('several chunks arrive whole and in order, doubled from FLOAT without a detour', async () => {
  const n = 10_000;
  session.write(
    'many.csv',
    `id,v\n${Array.from({ length: n }, (_, index) => `${index},${(index * 7919) % n}.5`).join('\n')}\n`,
  );
  const source = await session.tables.describe('many.csv');
  const many = await session.tables.pair({
    candidate: { source, key: 'id', columns: { v: { column: 'v', role: 'number' } } },
  });
  expect(await many.values('v', 'candidate')).toEqual(Float64Array.from({ length: n }, (_, index) => index + 0.5));
  await many.drop();
});

test('without a champion, one row, no label', async () => {
  session.write('one.csv', 'id,p,v\n1,true,2.5\n');
  const source = await session.tables.describe('one.csv');
  const columns = { p: { column: 'p', role: 'class' }, v: { column: 'v', role: 'number' } } as const;
  const one = await session.tables.pair({ candidate: { source, key: 'id', label: 'p', columns } });
  expect(await one.jointCounts('p')).toEqual({
    classes: ['false', 'true'],
    label: Uint16Array.of(1),
    champion: undefined,
    candidate: Uint16Array.of(1),
    count: Float64Array.of(1),
  });
  expect(await one.moments('v', 'candidate')).toEqual({
    n: 1,
    mean: 2.5,
    variance: Number.NaN,
    minimum: 2.5,
    maximum: 2.5,
  });
  await expect(one.pairedMoments('v')).rejects.toThrow('there is no champion in this comparison');
  await expect(one.moments('p', 'candidate')).rejects.toThrow('"p" was paired as class');
  const bare = await session.tables.pair({ candidate: { source, key: 'id', columns: { v: columns.v } } });
  await expect(bare.jointCounts('v')).rejects.toThrow('there is no label in this comparison');
});

test("a policy's value finds its class", () => {
  const numbers = { kind: 'number', names: ['0', '1', '10'] } as const;
  const booleans = { kind: 'boolean', names: ['false', 'true'] } as const;
  const texts = { kind: 'text', names: ['1', 'true', 'yes'] } as const;
  expect([true, 1, 10, 2, '1'].map((value) => classIndex(numbers, value))).toEqual([1, 1, 2, undefined, undefined]);
  expect([true, 1, 0, 2, 'true'].map((value) => classIndex(booleans, value))).toEqual([1, 1, 0, undefined, undefined]);
  expect(['yes', 'true', true, 1].map((value) => classIndex(texts, value))).toEqual([2, 1, undefined, undefined]);
});

test('every rank of many rows', async () => {
  const rows = 999;
  const value = (id: number) => (id * 7919) % 500;
  const ids = Array.from({ length: rows }, (_, index) => index + 1);
  session.write('ranks.csv', `id,v\n${ids.map((id) => `${id},${value(id)}\n`).join('')}`);
  const source = await session.tables.describe('ranks.csv');
  const columns = { v: { column: 'v', role: 'number' } } as const;
  const paired = await session.tables.pair({ candidate: { source, key: 'id', columns } });
  expect(await paired.orderStatistics('v', 'candidate', ids)).toEqual(
    Float64Array.from(ids.map(value).sort((a, b) => a - b)),
  );
});

test.each([3, 17, 40])('%i classes of numbers, each row in its own', async (classes) => {
  const rows = 3 * classes;
  // -2, -1, 0 … ; the prediction is the next class, written with a fraction of nothing in one column
  const ids = Array.from({ length: rows }, (_, index) => index);
  const line = (id: number) => `${id},${(id % classes) - 2},${((id + 1) % classes) - 2}.0\n`;
  session.write('classes.csv', `id,y,p\n${ids.map(line).join('')}`);
  const source = await session.tables.describe('classes.csv');
  const columns = { p: { column: 'p', role: 'class' } } as const;
  const paired = await session.tables.pair({ candidate: { source, key: 'id', label: 'y', columns } });
  const cells = await paired.jointCounts('p');
  const expected = Array.from({ length: classes }, (_, index) => index);
  expect(cells.classes).toEqual(expected.map((index) => String(index - 2)));
  expect([...cells.label]).toEqual(expected);
  expect([...cells.candidate]).toEqual(expected.map((index) => (index + 1) % classes));
  expect([...cells.count]).toEqual(expected.map(() => 3));
});
