import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

async function table(name: string, content: string) {
  session.write(name, content);
  return session.tables.describe(name);
}

test('a query of ours sees typed columns of its tables and gives cells that keep every digit', async () => {
  const tables = {
    this: await table('this.csv', 'id,big,word,day\n1,9007199254740993,a,2024-01-31\n2,5,,x\n'),
    'other one': await table('other.csv', 'id,share\n1,0.5\n'),
  };
  const sql = `WITH joined AS (SELECT * FROM this LEFT JOIN "other one" USING (id))
    SELECT id, big, word, share, share > 0.2 AS enough, sum(big) OVER () AS total, 1.50 AS price, DATE '2024-01-31' AS day,
      TIMESTAMP '2024-01-31 12:00:00.5' AS at, TIMESTAMPTZ '2024-01-31 12:00:00+02' AS instant, 'nan'::DOUBLE AS nan
    FROM joined ORDER BY id DESC -- the last word`;
  expect(await session.tables.ask({ sql, tables })).toEqual([
    {
      id: 2,
      big: 5,
      word: null,
      share: null,
      enough: null,
      total: '9007199254740998',
      price: '1.50',
      day: '2024-01-31',
      at: '2024-01-31 12:00:00.5',
      instant: '2024-01-31 10:00:00+00',
      nan: Number.NaN,
    },
    {
      id: 1,
      big: '9007199254740993',
      word: 'a',
      share: 0.5,
      enough: true,
      total: '9007199254740998',
      price: '1.50',
      day: '2024-01-31',
      at: '2024-01-31 12:00:00.5',
      instant: '2024-01-31 10:00:00+00',
      nan: Number.NaN,
    },
  ]);
});

test('a query of ours may be recursive', async () => {
  const tables = { this: await table('limit.csv', 'most\n3\n') };
  const sql = `WITH RECURSIVE up AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM up, this WHERE n < most) FROM up ORDER BY n`;
  expect(await session.tables.ask({ sql, tables })).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('more rows than a query may give, and values that are no cells, are defects', async () => {
  const asked = { sql: 'FROM range(5000) t(i)', tables: {} };
  expect(await session.tables.ask({ ...asked, most: 5000 })).toHaveLength(5000);
  await expect(session.tables.ask({ ...asked, most: 4999 })).rejects.toThrow('may give 4999 rows gave more');
  await expect(session.tables.ask({ sql: 'SELECT [1] AS list', tables: {} })).rejects.toThrow('cast them to VARCHAR');
});

test("rows of a person's query are counted", async () => {
  const tables = { this: await table('c.csv', 'id,x\n1,1\n2,5\n3,\n') };
  const counts = [
    'SELECT * FROM this WHERE x > 2',
    'FROM this',
    'with big as (select * from THIS where x > 0) select * from big order by id limit 1; ',
    'SELECT * FROM this WHERE x IS NULL -- missing',
    'SELECT id FROM this WHERE false',
    'WITH RECURSIVE up AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM up WHERE n < 5) FROM up',
  ];
  expect(await Promise.all(counts.map((sql) => session.tables.countOf({ sql, tables })))).toEqual([1, 3, 1, 1, 0, 5]);
  expect(await seen(session.tables.countOf({ sql: 'SELECT idd FROM this', tables }))).toEqual([
    'policy-invalid',
    'The engine does not take the SQL: Referenced column "idd" not found.',
    'Check the names of columns and functions in it.',
  ]);
  expect(
    await seen(session.tables.countOf({ sql: "FROM this WHERE CAST('secret' || id AS INT) > 0", tables })),
  ).toEqual([
    'policy-invalid',
    'The SQL fails on a value of the table.',
    'Where a value may not be readable, write TRY_CAST(… AS …) or TRY(…).',
  ]);
});

test('a sample says of how many rows it is, and keeps rows of one key together', async () => {
  const rows = Array.from({ length: 4000 }, (_, index) => `${index % 1000},${index}`);
  const source = await table('whole.csv', `id,n\n${rows.join('\n')}\n`);
  const part = await session.tables.sample(source, { share: 0.25, key: ['id'], seed: 's' });
  expect([part.rows % 4, part.sampledFrom, part.digest === source.digest]).toEqual([0, 4000, true]);
  const keys = await session.tables.ask({
    sql: 'SELECT id, count(*) AS n FROM this GROUP BY id ORDER BY id',
    tables: { this: part },
  });
  expect(keys.every(({ n }) => n === 4)).toBe(true);
  expect(keys.length * 4).toBe(part.rows);
  expect(await session.tables.sample(source, { share: 1, seed: 's' })).toBe(source);
});
