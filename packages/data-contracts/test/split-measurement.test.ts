import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { measureSplits } from '../src/split-measurement.ts';
import { foundById, type TableRow, tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

async function found(
  rules: string,
  rows: readonly TableRow[],
  tables: Readonly<Record<string, readonly TableRow[]>> = {},
) {
  const others = await Promise.all(
    Object.entries(tables).map(async ([name, all]) => [name, await tableOf(session, all)] as const),
  );
  const world = worldOf(session, rules, { source: await tableOf(session, rows), others: Object.fromEntries(others) });
  return foundById(await measureSplits(world));
}

const none = { atMost: { value: 0, unit: 'rows' } };

test('a contract without splits measures nothing', async () => {
  expect(await found('rows: { at-least: 1 }', [{ a: 1 }])).toEqual({});
});

describe('splits in a column', () => {
  const rows = [
    { id: 1, x: 'a', t: '2026-01-01', split: 'train' },
    { id: 1, x: 'a', t: '2026-01-02', split: 'train' },
    { id: 1, x: 'b', t: '2026-01-02', split: 'test' },
    { id: 2, x: null, t: '2026-01-05', split: 'train' },
    { id: 2, x: null, t: '2026-01-05', split: 'valid' },
    { id: null, x: 'c', t: '2026-01-06', split: 'test' },
    { id: null, x: 'd', t: null, split: 'valid' },
    { id: 3, x: 'a', t: '2026-01-07', split: null },
    { id: 4, x: 'e', t: '2026-01-09', split: 'test' },
  ];

  test('share ids, rows and moments', async () => {
    const rules = `splits:
  column: split
  order: [train, valid, test]
  ids: { columns: id, at-most: 5%, level: warn, why: people come back }
  rows: { columns: [id, x] }
  time: { column: t }`;
    expect(await found(rules, rows)).toEqual({
      'splits.ids': {
        kind: 'counted',
        breaks: '`id` is in another split as well',
        failing: 5,
        of: 6,
        unit: 'row',
        allowed: { atMost: { value: 0.05, unit: 'share' } },
        extra: '2 ids are in more than one split, 1 of them in `train` and `valid`',
        sampleShows: 'presence',
      },
      'splits.rows': {
        kind: 'counted',
        breaks: 'another split has a row of equal `id`, `x`',
        failing: 2,
        of: 8,
        unit: 'row',
        allowed: none,
        extra: '1 row is in more than one split, in `train` and `valid`',
        sampleShows: 'presence',
      },
      'splits.time': {
        kind: 'counted',
        breaks: '`t` is not after all rows of an earlier split',
        failing: 2,
        of: 4,
        unit: 'row',
        allowed: none,
        extra: 'most of them in `valid`',
        sampleShows: 'presence',
      },
    });
  });

  test('are not named where the contract does not name them', async () => {
    const all = await found('splits: { column: split, ids: { columns: id }, rows: {} }', rows);
    expect(all['splits.ids']).toMatchObject({ extra: '2 ids are in more than one split' });
    expect(all['splits.rows']).toMatchObject({ breaks: 'another split has an equal row', failing: 2, of: 8 });
  });

  test('that are not there were not compared', async () => {
    const wrong = 'splits: { column: split, order: [train, tset], ids: { columns: id } }';
    expect((await found(wrong, rows))['splits.ids']).toEqual({
      kind: 'unmeasured',
      reason: 'contract-invalid',
      words: '`split` is `tset` in no row.',
      how: 'Write the splits as the column has them.',
    });
    const one = await found('splits: { column: x, ids: { columns: id } }', [{ id: 1, x: 'all' }]);
    expect(one['splits.ids']).toMatchObject({
      words: '`x` is the same in all rows: there are no splits to compare.',
    });
    const many = Array.from({ length: 101 }, (_, id) => ({ id, x: `s${id}` }));
    expect((await found('splits: { column: x, ids: { columns: id } }', many))['splits.ids']).toMatchObject({
      words: '`x` has 101 different values, more than the 100 splits that there may be.',
    });
  });

  test('one rule that cannot be measured leaves the others their answers', async () => {
    const all = await found('splits: { column: split, ids: { columns: idd }, rows: { columns: [id, x] } }', rows);
    expect(all['splits.ids']).toMatchObject({ reason: 'column-missing', how: 'Did you mean `id`?' });
    expect(all['splits.rows']).toMatchObject({ failing: 2 });
  });

  test('have no order by what is no time', async () => {
    const rules = (column: string) => `splits: { column: split, order: [train, test], time: { column: ${column} } }`;
    expect((await found(rules('x'), rows))['splits.time']).toEqual({
      kind: 'unmeasured',
      reason: 'column-type',
      words: '`x` is no date or time in 6 rows.',
      how: 'Write times as 2026-01-31 or 2026-01-31 12:00:00.',
    });
    // Years and other numbers have an order.
    expect((await found(rules('id'), rows))['splits.time']).toMatchObject({
      failing: 1,
      of: 2,
      extra: 'all of them in `test`',
    });
  });
});

describe('splits in tables', () => {
  const rules = `splits:
  tables: { train: this, test: held }
  ids: { columns: [id] }
  rows: {}
  time: { column: at }
  near-duplicates: { text: note, similarity: 60% }`;

  test('meet by what their columns mean, and by the columns that all have', async () => {
    const train = [
      { id: 1, note: 'the plane was late by an hour', at: 1, only: 7 },
      { id: 2, note: 'nothing happened', at: 2, only: 7 },
      { id: 2, note: 'nothing happened', at: 2, only: 7 },
      { id: 3, note: null, at: 5, only: 7 },
    ];
    const held = [
      { id: '1', note: 'The plane was late by an HOUR!', at: 6 },
      { id: 'x', note: 'nothing happened', at: 5 },
      { id: '2', note: 'nothing happened', at: 2 },
    ];
    expect(await found(rules, train, { held })).toMatchObject({
      'splits.ids': { failing: 5, of: 7, extra: '2 ids are in more than one split, in `train` and `test`' },
      'splits.rows': { failing: 3, of: 7, extra: '1 row is in more than one split, in `train` and `test`' },
      'splits.time': { failing: 2, of: 3, extra: 'all of them in `test`' },
      'splits.near-duplicates': {
        kind: 'counted',
        breaks: '`note` is near a text of another split',
        failing: 6,
        of: 6,
        unit: 'row',
        allowed: none,
        sampleShows: 'presence',
      },
    });
  });
});

test('of more texts than fit into memory none is compared, and that is an error', async () => {
  const lines = Array.from({ length: 250_001 }, (_, row) => `text ${row},${row % 2 === 0 ? 'train' : 'test'}`);
  session.write('texts.csv', `text,split\n${lines.join('\n')}\n`);
  const source = await session.tables.describe('texts.csv');
  const rules = 'splits: { column: split, near-duplicates: { text: text } }';
  expect(foundById(await measureSplits(worldOf(session, rules, { source })))).toEqual({
    'splits.near-duplicates': {
      kind: 'unmeasured',
      reason: 'not-available',
      words:
        '`text` holds 250,001 different texts of 2,638,901 characters; near-duplicates are looked for among 250,000 texts of 150,000,000 characters at most.',
      how: 'Check a sample of the table; `rows` finds equal texts of any number.',
    },
  });
});

test('counts agree with every pair of rows compared in turn', async () => {
  const row = fc.record({
    id: fc.constantFrom(null, 1, 2, 3, 4, 5),
    x: fc.constantFrom(null, 'a', "b'\n|<b>", '`c`'),
    t: fc.constantFrom(null, 1, 2, 3, 4, 5, 6, 7, 8),
    split: fc.constantFrom(null, 'one', 'two', 'three'),
  });
  const rules = `splits: { column: split, ids: { columns: [id] }, rows: { columns: [x, id] } }`;
  const ordered = `splits: { column: split, order: [one, two, three], time: { column: t } }`;
  const table = fc
    .array(row, { minLength: 1, maxLength: 20 })
    .map((rows) => [...rows, ...['one', 'two', 'three'].map((split) => ({ id: null, x: null, t: null, split }))]);
  await fc.assert(
    fc.asyncProperty(table, async (rows) => {
      const all = { ...(await found(rules, rows)), ...(await found(ordered, rows)) };
      const named = rows.filter(({ split }) => split !== null);
      const others = (one: (typeof rows)[number]) => named.filter(({ split }) => split !== one.split);
      const withId = named.filter(({ id }) => id !== null);
      expect(all['splits.ids']).toMatchObject({
        failing: withId.filter((one) => others(one).some(({ id }) => id === one.id)).length,
        of: withId.length,
      });
      expect(all['splits.rows']).toMatchObject({
        failing: named.filter((one) => others(one).some(({ id, x }) => id === one.id && x === one.x)).length,
        of: named.length,
      });
      const place = ({ split }: { split: string | null }) => ['one', 'two', 'three'].indexOf(split ?? '');
      const later = named.filter((one) => place(one) > 0 && one.t !== null);
      // A split without any time is before and after nothing.
      const timed = later.filter((one) => named.some((other) => other.t !== null && place(other) < place(one)));
      expect(all['splits.time']).toMatchObject({
        failing: timed.filter((one) =>
          named.some((other) => place(other) < place(one) && other.t !== null && other.t >= (one.t ?? 0)),
        ).length,
        of: later.length,
      });
    }),
    { numRuns: 15, seed: 9 },
  );
});

describe('features that give the label away', () => {
  /** Reproducible, and unrelated to the row's number. */
  const noise = (row: number, of: number) => (Math.imul(row + 7, 2654435761) >>> 16) % of;
  const rows = Array.from({ length: 2000 }, (_, id) => {
    const label = noise(id, 1000) < 300 ? 'late' : 'on time';
    return {
      id,
      label,
      code: label === 'late' ? 'X9' : 'A1',
      hint: noise(id * 31, 100) < 40 ? label : 'unknown',
      coin: noise(id * 17, 2),
      delay: label === 'late' ? 15 + noise(id * 5, 90) / 7 : noise(id * 3, 150) / 10.1,
      reference: `r${id}`,
    };
  });

  test('are shown one by one, and the strongest of the others', async () => {
    const all = await found('splits: { target-leaks: { label: label, at-most: 0.9 } }', rows);
    expect(all).toEqual({
      'splits.target-leaks.code': {
        kind: 'number',
        what: 'share of `label` that `code` alone gives away',
        value: 1,
        limits: { atMost: 0.9 },
        rows: 2000,
      },
      'splits.target-leaks.delay': expect.objectContaining({ value: expect.closeTo(0.98, 1) }),
      'splits.target-leaks': expect.objectContaining({
        what: 'share of `label` that the strongest of 4 other features alone, `hint`, gives away',
        limits: { atMost: 0.9 },
      }),
    });
    const hint = all['splits.target-leaks'];
    const known = rows.filter(({ label, hint: said }) => label === 'late' && said === 'late').length;
    expect(hint?.kind === 'number' && hint.value).toBeCloseTo(
      known / rows.filter(({ label }) => label === 'late').length,
      12,
    );
  });

  test('are none of ids, coins and what is excepted', async () => {
    const rules = 'splits: { target-leaks: { label: label, at-most: 0.1, except: [code, hint, delay] } }';
    expect(await found(rules, rows)).toEqual({
      'splits.target-leaks': expect.objectContaining({
        what: expect.stringMatching(/^share of `label` that the strongest of 3 features alone, `\w+`, gives away$/),
        value: 0,
      }),
    });
  });

  test('an order of rows by their label is one', async () => {
    const sorted = rows.toSorted((a, b) => a.label.localeCompare(b.label)).map((row, id) => ({ label: row.label, id }));
    expect((await found('splits: { target-leaks: { label: label } }', sorted))['splits.target-leaks.id']).toMatchObject(
      {
        value: expect.closeTo(0.98, 1),
      },
    );
  });

  test('of a quantity save its errors', async () => {
    const quantities = Array.from({ length: 3000 }, (_, id) => {
      const target = noise(id, 10_007) / 100;
      return {
        id,
        target,
        celsius: target,
        fahrenheit: target * 1.8 + 32,
        band: `b${Math.floor(target / 25)}`,
        coin: noise(id * 17, 2),
      };
    });
    const all = await found('splits: { target-leaks: { label: target, at-most: 80% } }', quantities);
    expect(Object.keys(all)).toEqual(
      expect.arrayContaining(['splits.target-leaks.celsius', 'splits.target-leaks.fahrenheit']),
    );
    expect(all['splits.target-leaks']).toMatchObject({
      what: 'share of `target` that the strongest of 3 other features alone, `band`, gives away',
    });
  });

  test('are estimated from a part of a large table, unless its rows are so alike that a part is none', async () => {
    const large = async (name: string, id: (row: number) => number) => {
      const lines = Array.from({ length: 150_000 }, (_, row) => `${id(row)},${noise(row, 2)},${noise(row, 2) * 3}`);
      session.write(name, `id,label,same\n${lines.join('\n')}\n`);
      const source = await session.tables.describe(name);
      return foundById(await measureSplits(worldOf(session, 'splits: { target-leaks: { label: label } }', { source })));
    };
    const part = (await large('unlike.csv', (row) => row))['splits.target-leaks.same'];
    expect(part).toMatchObject({ value: 1, approximate: true });
    expect(Math.abs((part?.kind === 'number' ? (part.rows ?? 0) : 0) - 100_000)).toBeLessThan(1000);
    const whole = (await large('alike.csv', () => 1))['splits.target-leaks.same'];
    expect(whole).toEqual({
      kind: 'number',
      what: 'share of `label` that `same` alone gives away',
      value: 1,
      limits: { atMost: 0.98 },
      rows: 150_000,
    });
  });

  test('cannot be seen in a label that never changes, nor in few rows', async () => {
    const rules = 'splits: { target-leaks: { label: label } }';
    expect(
      (
        await found(
          rules,
          rows.map((row) => ({ ...row, label: 1 })),
        )
      )['splits.target-leaks'],
    ).toMatchObject({
      reason: 'metric-undefined',
      words: '`label` is the same in all rows: nothing could give it away.',
    });
    expect((await found(rules, rows.slice(0, 29)))['splits.target-leaks']).toMatchObject({
      reason: 'too-few-rows',
      words: '`label` is given in 29 rows; what a feature gives away shows in 30 at least.',
    });
    expect((await found('splits: { target-leaks: { label: id } }', [{ id: 1 }]))['splits.target-leaks']).toMatchObject({
      words: 'There is no feature beside `id`.',
    });
  });
});
