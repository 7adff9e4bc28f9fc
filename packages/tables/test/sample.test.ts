import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleLimit } from '../src/index.ts';
import { type Opened, opened, seen } from './opened.ts';

const sessions: Opened[] = [];
beforeAll(async () => {
  sessions.push(await opened({ threads: 1 }), await opened({ threads: 4 }));
});
afterAll(() => Promise.all(sessions.map((session) => session.tables.close())));

/** The definition, written a second time. */
function isIn(seed: string, key: readonly (string | number | null)[], share: number): boolean {
  const text = [seed, ...key.map((value) => String(value ?? ''))].join('\u001f');
  const hash = createHash('md5').update(text).digest('hex');
  return Number.parseInt(hash.slice(0, 13), 16) / 2 ** 52 < share;
}

interface Row {
  readonly id: number;
  readonly word: string | null;
}

const rows: readonly Row[] = Array.from({ length: 600 }, (_, index) => ({
  id: (index * 7919) % 400,
  word: index % 5 === 0 ? null : (['a', 'ü', 'x,"y', '\u001f'][index % 4] ?? ''),
}));

const csv = (some: readonly Row[]) =>
  `id,word\n${some.map(({ id, word }) => `${id},${word === null ? '' : `"${word.replaceAll('"', '""')}"`}`).join('\n')}\n`;

test('the same rows whatever threads, order, files, and format; as many as the definition says', async () => {
  for (const { tables, write, workspace } of sessions) {
    write('one.csv', csv(rows));
    write('several/b.csv', csv(rows.slice(0, 350).toReversed()));
    write('several/a.csv', csv(rows.slice(350)));
    write('lines.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const to = path.join(workspace, 'typed.parquet');
    await tables.record({ source: await tables.describe('one.csv'), key: undefined, columns: ['id', 'word'], to });
    for (const [key, share, seed] of [
      [['id'], 0.3, 'a'],
      [['word', 'id'], 0.5, "it's"],
      [undefined, 0.05, ''],
      [['id'], 1e-9, 'a'],
    ] as const) {
      const expected = rows
        .filter((row) =>
          isIn(
            seed,
            (key ?? (['id', 'word'] as const)).map((name) => row[name]),
            share,
          ),
        )
        .map(({ id, word }) => `${id} ${word}`)
        .sort();
      for (const name of ['one.csv', 'several/*.csv', 'lines.jsonl', 'typed.parquet']) {
        const source = await tables.describe(name);
        const part = await tables.sample(source, { share, seed, ...(key === undefined ? {} : { key }) });
        const found = await tables.ask({ sql: 'SELECT id, word FROM this', tables: { this: part } });
        expect([name, found.map(({ id, word }) => `${id} ${word}`).sort()]).toEqual([name, expected]);
        expect([part.rows, part.sampledFrom, part.path]).toEqual([expected.length, rows.length, name]);
      }
    }
  }
});

test('two tables sampled by keys of other names keep the same keys', async () => {
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  session.write('orders.csv', `order,customer\n${rows.map(({ id }, index) => `${index},${id}`).join('\n')}\n`);
  session.write('customers.csv', `id\n${[...new Set(rows.map(({ id }) => id))].join('\n')}\n`);
  const sample = async (name: string, key: string) =>
    session.tables.sample(await session.tables.describe(name), { share: 0.4, key: [key], seed: 's' });
  const tables = { orders: await sample('orders.csv', 'customer'), customers: await sample('customers.csv', 'id') };
  const orphans = 'FROM orders WHERE customer NOT IN (SELECT id FROM customers)';
  const childless = 'FROM customers WHERE id NOT IN (SELECT customer FROM orders)';
  expect([
    await session.tables.countOf({ sql: orphans, tables }),
    await session.tables.countOf({ sql: childless, tables }),
  ]).toEqual([0, 0]);
  expect(tables.customers.rows).toBeGreaterThan(0);
});

test('shares and columns that there are not', async () => {
  expect([sampleLimit(0.5), sampleLimit(1 / 16), sampleLimit(2 ** -60)]).toEqual([
    '8000000000000',
    '1000000000000',
    '0000000000001',
  ]);
  expect(() => sampleLimit(0)).toThrow('a share is above 0 and below 1, not 0');
  expect(() => sampleLimit(Number.NaN)).toThrow('a share is above 0 and below 1, not NaN');
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  session.write('few.csv', 'id\n1\n');
  const source = await session.tables.describe('few.csv');
  expect((await seen(session.tables.sample(source, { share: 0.5, key: ['Id'], seed: '' }))).slice(0, 2)).toEqual([
    'column-missing',
    'The table few.csv: there is no column "Id"; did you mean "id"?',
  ]);
});
