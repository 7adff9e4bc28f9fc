import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PairedRows, PairedTable, Role } from '../src/index.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

async function described(name: string, content: string) {
  session.write(name, content);
  return session.tables.describe(name);
}

const column = (name: string, role: Role) => ({ column: name, role });
const both = [
  { side: 'candidate', column: 'p' },
  { side: 'champion', column: 'p' },
] as const;

test('labels, weights, clusters and both sides in one order, by the numbers asked for', async () => {
  const columns = { p: column('p', 'number') };
  const table = await session.tables.pair({
    examples: {
      source: await described('e.csv', 'id,y,w,g\n1,b,0.5,x\n2,a,1,y\n3,b,2,x\n4,a,0,z\n'),
      key: 'id',
      label: 'y',
      weight: 'w',
      cluster: 'g',
    },
    candidate: { source: await described('c.csv', 'id,p\n4,4\n3,-0.0\n2,2\n1,1.5\n'), key: 'id', columns },
    champion: { source: await described('h.csv', 'id,p\n1,7\n2,8\n3,9\n4,6\n'), key: 'id', columns },
  });
  expect([table.weighted, table.clusters, table.hasLabel]).toEqual([true, 3, true]);
  expect(await table.rowsOf(both)).toEqual({
    rows: 4,
    label: { kind: 'classes', codes: Uint16Array.of(1, 1, 0, 0), classes: { kind: 'text', names: ['a', 'b'] } },
    weight: Float64Array.of(2, 0.5, 1, 0),
    cluster: { codes: Uint32Array.of(0, 0, 1, 2), count: 3 },
    columns: [
      { kind: 'numbers', values: Float64Array.of(0, 1.5, 2, 4) },
      { kind: 'numbers', values: Float64Array.of(9, 7, 8, 6) },
    ],
  });
  expect((await table.rowsOf([])).label).toMatchObject({ codes: Uint16Array.of(0, 1, 0, 1) });
  await expect(table.rowsOf([{ side: 'examples', column: 'p' }])).rejects.toThrow('no column "p" was paired');
  await table.drop();
});

test('classes, probabilities, flags, texts and lists of texts, from every format', async () => {
  const lines = [
    { id: 1, y: ['a', 'b'], c: 2, q: 0.25, f: true, t: 'x', s: 'only' },
    { id: 2, y: 'c', c: 1, q: 0.5, f: false, t: '', s: null },
    { id: 3, y: [], c: 2, q: 0.75, f: true, t: 'é\u{1F600}', s: 'é' },
    { id: 4, y: null, c: 3, q: 1, f: true, t: '1', s: 'two' },
  ];
  const source = await described('r.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  const columns = {
    c: column('c', 'class'),
    q: column('q', 'probability'),
    f: column('f', 'flag'),
    t: column('t', 'text'),
    s: column('s', 'texts'),
  };
  const spec = { key: 'id', label: 'y', columns };
  const expected: PairedRows = {
    rows: 4,
    label: { kind: 'texts', lists: [['a', 'b'], ['c'], [], []] },
    weight: undefined,
    cluster: undefined,
    columns: [
      { kind: 'numbers', values: Float64Array.of(0.25, 0.5, 0.75, 1) },
      { kind: 'classes', codes: Uint16Array.of(1, 0, 1, 2), classes: { kind: 'number', names: ['1', '2', '3'] } },
      { kind: 'numbers', values: Float64Array.of(1, 0, 1, 1) },
      { kind: 'text', texts: ['x', '', 'é\u{1F600}', '1'] },
      { kind: 'texts', lists: [['only'], [], ['é'], ['two']] },
    ],
  };
  const wanted = ['q', 'c', 'f', 't', 's'].map((name) => ({ side: 'candidate', column: name }) as const);
  const json = await session.tables.pair({ candidate: { source, ...spec }, labelRole: 'texts' });
  expect(await json.rowsOf(wanted)).toEqual(expected);
  await expect(json.jointCounts('c')).rejects.toThrow('the label was paired as texts');
  expect((await json.moments('f', 'candidate')).mean).toBe(0.75);
  await expect(json.values('t', 'candidate')).rejects.toThrow('"t" was paired as text');
  const to = `${session.workspace}/r.parquet`;
  await session.tables.record({ source, key: 'id', columns: ['c', 'q', 'f', 't', 's'], to });
  const parquet = await session.tables.pair({
    candidate: { source: await session.tables.describe('r.parquet'), key: 'id', columns },
  });
  expect(await parquet.rowsOf(wanted)).toEqual({ ...expected, label: undefined });
});

test('a CSV column of answers that all look like numbers is text as it is written', async () => {
  const source = await described('n.csv', 'id,t,s\n1,42,1\n2,7.50,\n');
  const table = await session.tables.pair({
    candidate: { source, key: 'id', columns: { t: column('t', 'text'), s: column('s', 'texts') } },
  });
  const rows = await table.rowsOf([
    { side: 'candidate', column: 't' },
    { side: 'candidate', column: 's' },
  ]);
  expect(rows.columns).toEqual([
    { kind: 'text', texts: ['42', '7.50'] },
    { kind: 'texts', lists: [['1'], []] },
  ]);
});

test("the examples' own columns: a class there is a set of its own", async () => {
  const table = await session.tables.pair({
    examples: {
      source: await described('b.csv', 'id,y,test,steps\n1,1,typos,3\n2,0,negation,4\n3,1,typos,5\n'),
      key: 'id',
      label: 'y',
      columns: { test: column('test', 'class'), steps: column('steps', 'number') },
    },
    candidate: {
      source: await described('bc.csv', 'id,p\n1,1\n2,1\n3,0\n'),
      key: 'id',
      columns: { p: column('p', 'class') },
    },
  });
  expect(table.classes).toEqual({ kind: 'number', names: ['0', '1'] });
  const rows = await table.rowsOf([
    { side: 'examples', column: 'test' },
    { side: 'examples', column: 'steps' },
    { side: 'candidate', column: 'p' },
  ]);
  expect(rows.columns).toEqual([
    { kind: 'classes', codes: Uint16Array.of(1, 0, 1), classes: { kind: 'text', names: ['negation', 'typos'] } },
    { kind: 'numbers', values: Float64Array.of(3, 4, 5) },
    { kind: 'classes', codes: Uint16Array.of(1, 1, 0), classes: { kind: 'number', names: ['0', '1'] } },
  ]);
  await table.drop();
});

/** Numbers below 2^32 that look random and are the same in each run (Marsaglia 2003, xorshift32). */
function* randoms(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

/** Few values and many ties; `salt` changes the order of the rows, all keys and all names of clusters. */
async function shuffled(salt: number): Promise<PairedTable> {
  const of = randoms(7);
  const draw = (n: number) => (of.next().value ?? 0) % n;
  const rows = Array.from({ length: 3000 }, () => [draw(3), draw(2), draw(4), draw(900), draw(2)]);
  const order = randoms(salt);
  const keyed = rows.map((row, index) => ({ row, key: (index * 7919 + salt) % 3001, at: order.next().value ?? 0 }));
  keyed.sort((a, b) => a.at - b.at);
  const name = (cluster: number) => `g${(cluster * 601 + salt) % 907}`;
  const write = (file: string, cells: (row: readonly number[]) => string, lines = keyed) =>
    described(file, `id,a,b,c\n${lines.map(({ key, row }) => `${key},${cells(row)}`).join('\n')}\n`);
  const columns = { p: column('a', 'number'), t: column('b', 'text') };
  return session.tables.pair({
    examples: {
      source: await write(`e${salt}.csv`, ([y, w, , g]) => `l${y},${(w ?? 0) + 1},${name(g ?? 0)}`),
      key: 'id',
      label: 'a',
      weight: 'b',
      cluster: 'c',
    },
    candidate: { source: await write(`c${salt}.csv`, ([, , p, , t]) => `${p},t${t},0`), key: 'id', columns },
    champion: {
      source: await write(`h${salt}.csv`, ([y, , p]) => `${p},t${y},0`, [...keyed].reverse()),
      key: 'id',
      columns,
    },
  });
}

test('shuffled rows, other keys and other names of clusters give the same arrays', async () => {
  const tables = [await shuffled(1), await shuffled(2), await shuffled(3)];
  for (const wanted of [both, [{ side: 'candidate', column: 't' } as const], []]) {
    const [first, ...others] = await Promise.all(tables.map((table) => table.rowsOf(wanted)));
    expect(first?.cluster?.count).toBe(tables[0]?.clusters);
    expect(new Set(first?.cluster?.codes).size).toBe(first?.cluster?.count);
    for (const other of others) expect(other).toEqual(first);
  }
});

test('clusters keep their rows', async () => {
  const source = await described('k.csv', 'id,v,g\n1,1,x\n2,1,y\n3,2,y\n4,2,z\n5,2,z\n6,1,2020-01-01\n');
  const table = await session.tables.single({
    source,
    side: 'candidate',
    cluster: 'g',
    columns: { v: column('v', 'number') },
  });
  // Clusters that start with 1: {1} twice, then {1, 2}; then {2, 2}.
  expect((await table.rowsOf([{ side: 'candidate', column: 'v' }])).cluster).toEqual({
    codes: Uint32Array.of(0, 1, 2, 2, 3, 3),
    count: 4,
  });
});

test('one table alone: no key, repeated rows, label, weights', async () => {
  const source = await described('load.csv', 'ms,ok,w\n12.5,true,1\n3,true,1\n12.5,false,2\n');
  const table = await session.tables.single({
    source,
    side: 'champion',
    label: 'ok',
    labelRole: 'flag',
    weight: 'w',
    columns: { ms: column('ms', 'number') },
  });
  expect([table.rows, table.hasChampion, table.columns, table.weighted, table.clusters]).toEqual([
    3,
    false,
    ['ms'],
    true,
    undefined,
  ]);
  expect(await table.values('ms', 'candidate')).toEqual(Float64Array.of(3, 12.5, 12.5));
  expect(await table.rowsOf([{ side: 'candidate', column: 'ms' }])).toEqual({
    rows: 3,
    label: { kind: 'numbers', values: Float64Array.of(1, 1, 0) },
    weight: Float64Array.of(1, 1, 2),
    cluster: undefined,
    columns: [{ kind: 'numbers', values: Float64Array.of(3, 12.5, 12.5) }],
  });
  await table.drop();
});

test('intersect: rows that either side lacks are dropped and counted, weights and clusters with them', async () => {
  const columns = { p: column('p', 'number') };
  const table = await session.tables.pair({
    examples: {
      source: await described('ie.csv', 'id,y,w,g\n1,5,1,x\n2,6,2,y\n3,7,3,y\n4,8,4,z\n'),
      key: 'id',
      label: 'y',
      labelRole: 'number',
      weight: 'w',
      cluster: 'g',
    },
    candidate: { source: await described('ic.csv', 'id,p\n1,1\n2,2\n3,3\n4,4\n'), key: 'id', columns },
    champion: {
      source: await described('ih.csv', 'id,p,y\n3,30,7\n2,20,6\n9,90,0\n8,80,0\n7,70,0\n'),
      key: 'id',
      label: 'y',
      columns,
    },
    championKeys: 'intersect',
  });
  expect([table.rows, table.dropped, table.clusters]).toEqual([2, { candidate: 2, champion: 3 }, 1]);
  expect(await table.rowsOf(both)).toEqual({
    rows: 2,
    label: { kind: 'numbers', values: Float64Array.of(6, 7) },
    weight: Float64Array.of(2, 3),
    cluster: { codes: Uint32Array.of(0, 0), count: 1 },
    columns: [
      { kind: 'numbers', values: Float64Array.of(2, 3) },
      { kind: 'numbers', values: Float64Array.of(20, 30) },
    ],
  });
});
