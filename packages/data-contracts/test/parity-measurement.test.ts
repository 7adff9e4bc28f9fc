import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { measureParity } from '../src/parity-measurement.ts';
import { foundById, type TableRow, tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

async function found(rules: string, rows: readonly TableRow[], served: readonly TableRow[]) {
  const others = { served: await tableOf(session, served) };
  return foundById(await measureParity(worldOf(session, rules, { source: await tableOf(session, rows), others })));
}

const none = { atMost: { value: 0, unit: 'rows' } };

test('columns are compared row by row of the same key', async () => {
  const rules = `parity:
  with: served
  key: id
  unmatched: 10%
  at-most: 1%
  columns: { amount: { tolerance: 0.01 }, rate: { relative-tolerance: 0.1, at-most: 3 }, name: {}, day: {} }`;
  const rows = [
    { id: 1, amount: 10, rate: 100, name: 'a', day: '2026-01-31', only: 1 },
    { id: 2, amount: 10.5, rate: 110, name: null, day: null, only: 1 },
    { id: 3, amount: 10.5, rate: 111.2, name: null, day: null, only: 1 },
    { id: 4, amount: null, rate: -5, name: 'x|<b>', day: '2026-01-31', only: 1 },
    { id: 5, amount: 1, rate: 1, name: 'x', day: '2026-01-31', only: 1 },
    { id: null, amount: 1, rate: 1, name: 'x', day: '2026-01-31', only: 1 },
  ];
  const served = [
    { id: '1', amount: 10.01, rate: 100, name: 'a', day: '2026-01-31' },
    { id: '2', amount: 10.52, rate: 100, name: null, day: null },
    { id: '3', amount: 10.5, rate: 100, name: 'b', day: '2026-01-31' },
    { id: '4', amount: 1, rate: 5, name: 'x|<b>', day: '2026-01-31' },
    { id: 'x', amount: 1, rate: 1, name: 'x', day: '2026-01-31' },
    { id: 'y', amount: 1, rate: 1, name: 'x', day: '2026-01-31' },
  ];
  const column = (name: string, failing: number, allowed: object) => ({
    kind: 'counted',
    breaks: `\`${name}\` differs from \`served\``,
    failing,
    of: 4,
    unit: 'row',
    allowed,
    sampleShows: 'share',
  });
  const onePercent = { atMost: { value: 0.01, unit: 'share' } };
  expect(await found(rules, rows, served)).toEqual({
    'parity.unmatched': {
      kind: 'counted',
      breaks: '`id` is not found in `served`',
      failing: 1,
      of: 5,
      unit: 'row',
      allowed: { atMost: { value: 0.1, unit: 'share' } },
      sampleShows: 'share',
    },
    'parity.unmatched.served': expect.objectContaining({
      breaks: '`id` of `served` is not found in this table',
      failing: 2,
      of: 6,
    }),
    'parity.columns.amount': column('amount', 2, onePercent),
    'parity.columns.rate': column('rate', 2, { atMost: { value: 3, unit: 'rows' } }),
    'parity.columns.name': column('name', 1, onePercent),
    'parity.columns.day': column('day', 1, onePercent),
  });
});

test('by default, what both have but the key; NaN equals NaN, an infinity itself, and a date its text', async () => {
  session.write(
    'offline.csv',
    'a,b,x,day,only\n1,1,nan,2026-01-31,1\n1,2,inf,2026-02-01,1\n2,1,-inf,2026-02-02,1\n2,2,1.5,,1\n',
  );
  session.write('online.csv', 'b,a,x,day\n1,1,nan,2026-01-31\n2,1,inf,2026-02-01\n1,2,inf,2026-02-03\n2,2,nan,x\n');
  const [source, served] = [await session.tables.describe('offline.csv'), await session.tables.describe('online.csv')];
  const all = foundById(
    await measureParity(worldOf(session, 'parity: { with: served, key: [a, b] }', { source, others: { served } })),
  );
  expect(all).toMatchObject({
    'parity.unmatched': { failing: 0, of: 4, breaks: '`a`, `b` is not found in `served`', allowed: none },
    'parity.columns.x': { failing: 2, of: 4 },
    'parity.columns.day': { failing: 2, of: 4 },
  });
  expect(Object.keys(all)).toHaveLength(4);
});

test('keys that name several rows, or none of the other, leave nothing compared', async () => {
  const rules = 'parity: { with: served, key: id, columns: [x] }';
  const rows = [
    { id: 1, x: 1 },
    { id: 2, x: 1 },
    { id: 2, x: 1 },
  ];
  expect((await found(rules, rows, [...rows, { id: 1, x: 1 }]))['parity.key']).toEqual({
    kind: 'unmeasured',
    reason: 'duplicate-keys',
    words: '`id` does not name one row: keys that occur more than once are 1 in this table and 2 in `served`.',
    how: 'Rows can be compared only by a key that is unique in both.',
  });
  const apart = await found(rules, [{ id: 1, x: 1 }], [{ id: 2, x: 1 }]);
  expect(apart['parity.key']).toMatchObject({
    reason: 'keys-differ',
    words: 'No row of this table has one in `served` by `id`.',
  });
  expect(apart['parity.unmatched']).toMatchObject({ failing: 1, of: 1 });
});

test('a column that one side lacks is said, and the others are compared', async () => {
  const all = await found(
    'parity: { with: served, key: id, columns: [x, price] }',
    [{ id: 1, x: 1, price: 2 }],
    [{ id: 1, x: 2, prices: 2 }],
  );
  expect(all['parity.columns.x']).toMatchObject({ failing: 1, of: 1 });
  expect(all['parity.columns.price']).toMatchObject({ reason: 'column-missing', how: 'Did you mean `prices`?' });
  expect(
    (await found('parity: { with: served, key: id }', [{ id: 1, a: 1 }], [{ id: 1, b: 2 }]))['parity.key'],
  ).toMatchObject({
    words: 'This table and `served` have no column in common but the key.',
  });
});

test('counts agree with every pair of rows compared in turn', async () => {
  const row = fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    n: fc.constantFrom(null, 0, 1, 1.5, 2, 100, 105),
    s: fc.constantFrom(null, 'a', 'A', 'x|\n<b>`'),
  });
  const side = fc
    .uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 10 })
    .map((rows) => [{ id: -1, n: 1, s: 'a' }, ...rows]);
  const rules =
    'parity: { with: served, key: id, columns: { n: { tolerance: 0.5, relative-tolerance: 0.05 }, s: { tolerance: 1.0e-7 } } }';
  await fc.assert(
    fc.asyncProperty(side, side, async (ours, theirs) => {
      const partner = (one: (typeof ours)[number], of: typeof ours) => of.find(({ id }) => id === one.id);
      const joined = ours.flatMap((one) => {
        const other = partner(one, theirs);
        return other === undefined ? [] : [[one, other] as const];
      });
      const near = (a: number | null, b: number | null) =>
        a === null || b === null
          ? a === b
          : Math.abs(a - b) <= Math.max(0.5, 0.05 * Math.max(Math.abs(a), Math.abs(b)));
      expect(await found(rules, ours, theirs)).toMatchObject({
        'parity.unmatched': { failing: ours.length - joined.length, of: ours.length },
        'parity.unmatched.served': { failing: theirs.length - joined.length, of: theirs.length },
        'parity.columns.n': { failing: joined.filter(([a, b]) => !near(a.n, b.n)).length, of: joined.length },
        'parity.columns.s': { failing: joined.filter(([a, b]) => a.s !== b.s).length, of: joined.length },
      });
    }),
    { numRuns: 15, seed: 4 },
  );
});
