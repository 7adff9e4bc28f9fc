import { describe, expect, test } from 'vitest';
import { measuredOf, measurementsOf } from './measured-of.ts';
import { opened } from './opened.ts';
import { writeParquet } from './parquet-file.ts';

const engine = await opened({ threads: 4 });

describe('increasing', () => {
  test('in the order of the rows in their files, whatever the threads do', async () => {
    // several row groups a file, and more files than threads
    for (let file = 0; file < 6; file++) {
      const start = file * 130_000;
      await writeParquet(
        engine.workspace,
        `steps/${file}.parquet`,
        `SELECT i AS x FROM range(${start}, ${start + 130_000}) t(i)`,
      );
    }
    const rules = 'columns: { x: { increasing: strictly } }\n';
    expect(await measuredOf(engine, 'steps/*.parquet', rules)).toMatchObject({ 'columns.x.increasing': '0/780000' });
    // one row of the fourth file falls back, and so does the first row of the fifth
    await writeParquet(
      engine.workspace,
      'steps/3.parquet',
      'SELECT CASE WHEN i = 400000 THEN 5 WHEN i = 519999 THEN 520000 ELSE i END AS x FROM range(390000, 520000) t(i)',
    );
    expect(await measuredOf(engine, 'steps/*.parquet', rules)).toMatchObject({ 'columns.x.increasing': '2/780000' });
    expect(
      await measuredOf(engine, 'steps/*.parquet', 'columns: { x: { increasing: weakly, where: "x <> 5" } }\n'),
    ).toMatchObject({ 'columns.x.increasing': '0/779998' });
  });

  test('of a CSV that is read in many parts', async () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => `${index},some text to fill the line ${index}`);
    rows[150_000] = '1,';
    engine.write('t.csv', `x,t\n${rows.join('\n')}\n`);
    expect(await measuredOf(engine, 't.csv', 'columns: { x: { increasing: weakly } , t: }\n')).toMatchObject({
      'columns.x.increasing': '1/200000',
    });
  });

  test('within groups, by columns, strictly; a row without a value or a place is not looked at', async () => {
    engine.write('t.csv', 'g,at,x\na,1,1\nb,1,9\na,2,1\nb,3,8\na,,0\n,1,5\n,2,4\na,3,\nb,2,10\na,3,7\na,3,6\n');
    const rules = `
columns: { g: , at: , x: }
checks:
  files: { increasing: { column: x, by: [g] } }
  order: { increasing: { column: x, by: [g], order: [at] } }
  strict: { increasing: { column: x, by: [g], order: [at], strictly: true }, where: "g = 'a'", failing: 1 }
  all: { increasing: { column: x } }
`;
    expect(await measuredOf(engine, 't.csv', rules)).toMatchObject({
      'checks.files': '4/10',
      // rows of b in order: 9, 10, 8; rows that `order` cannot tell apart stand in their own order
      'checks.order': '2/9',
      'checks.strict': '1/4',
      'checks.all': '5/10',
    });
  });

  test('in a table without order nothing is claimed', async () => {
    engine.write('t.csv', 'x\n1\n2\n');
    const [found] = (
      await measurementsOf(
        { ...engine, tables: { ...engine.tables, kind: 'trino' as 'duckdb' } },
        't.csv',
        'columns: { x: { increasing: weakly } }\n',
      )
    ).filter(({ id }) => id === 'columns.x.increasing');
    expect(found?.found).toEqual({
      kind: 'unmeasured',
      reason: 'not-available',
      words: 'Rows of a table in Trino have no order, so whether `x` increases cannot be told.',
      how: 'Write a check with `increasing: { column, order }`, which names the columns that order the rows.',
    });
  });
});

describe('unique', () => {
  const rules = (where = '') => `
extra-columns: allow
keys: [[a, b]]
columns: { id: { unique: 1%${where} }, text: { unique: true } }
`;

  test('of integers that lie close together, of others, of texts and of compound keys', async () => {
    const sql = (id: string) =>
      `SELECT ${id} AS id, 'n' || i AS text, i % 10 AS a, CASE WHEN i < 900 THEN i // 10 END AS b FROM range(1000) t(i)`;
    for (const [id, failing] of [
      ['i', '0/1000'],
      ['-i * 1000000000000', '0/1000'],
      ['CASE WHEN i < 3 THEN 7 WHEN i = 10 THEN NULL ELSE i END', '4/999'],
      ['CAST(i AS DOUBLE)', '0/1000'],
      ['CASE WHEN i < 2 THEN 170141183460469231731687303715884105727 ELSE i END', '2/1000'],
    ] as const) {
      await writeParquet(engine.workspace, 'u.parquet', sql(id));
      expect(await measuredOf(engine, 'u.parquet', rules())).toMatchObject({
        'columns.id.unique': failing,
        'columns.text.unique': '0/1000',
        'keys.a+b': '0/900',
      });
    }
    expect(await measuredOf(engine, 'u.parquet', rules(', where: "id > 5"'))).toMatchObject({
      'columns.id.unique': '2/996',
    });
    await writeParquet(engine.workspace, 'u.parquet', sql('CASE WHEN i < 3 THEN 7 ELSE i END'));
    const { found } =
      (await measurementsOf(engine, 'u.parquet', rules(', where: "id <> 8"'))).find(
        ({ id }) => id === 'columns.id.unique',
      ) ?? {};
    expect(found).toMatchObject({ failing: 4, of: 999, extra: '1 value occurs more than once' });
  });
});

describe('quantiles', () => {
  test('between rough ones are those of all values', async () => {
    const value = 'CAST(hash(i) % 100003 AS DOUBLE) / 7';
    await writeParquet(
      engine.workspace,
      'q.parquet',
      `SELECT ${value} AS x, CAST(hash(i + 1) % 50 AS INTEGER) AS n, CASE WHEN i % 3 = 0 THEN NULL ELSE CAST(i AS FLOAT) END AS f, i % 2 = 0 AS even FROM range(300000) t(i)`,
    );
    const rules = `
columns: { x: , n: , f: , even: }
checks:
${[
  ['x', 0.5],
  ['x', 0.999],
  ['x', 0.00001],
  ['n', 0.25],
  ['f', 0.9],
  ['even', 0.5],
]
  .flatMap(([column, q], index) => [
    `  a${index}: { quantile: { column: ${column}, q: ${q} }, at-most: 1 }`,
    `  b${index}: { quantile: { column: ${column}, q: ${q} }, where: "n < 7", at-most: 1 }`,
  ])
  .join('\n')}
`;
    const found = await measuredOf(engine, 'q.parquet', rules);
    const source = await engine.tables.describe('q.parquet');
    const exact = (column: string, q: number, filter = '') => `quantile_cont(${column}, ${q})${filter}`;
    const asked = [
      ['x', 0.5],
      ['x', 0.999],
      ['x', 0.00001],
      ['n', 0.25],
      ['f', 0.9],
      ['CAST(even AS INTEGER)', 0.5],
    ] as const;
    const numbers = await engine.tables.numbers(
      source,
      Object.fromEntries(
        asked.flatMap(([column, q], index) => [
          [`checks.a${index}`, exact(column, q)],
          [`checks.b${index}`, exact(column, q, ' FILTER (WHERE n < 7)')],
        ]),
      ),
    );
    for (const [id, value] of Object.entries(numbers)) expect([id, found[id]]).toEqual([id, expect.closeTo(value, 9)]);
    expect(Object.keys(numbers)).toHaveLength(12);
  });
});

test('a sample says what it is of', async () => {
  engine.write(
    't.csv',
    `id,x,d\n${Array.from({ length: 1000 }, (_, index) => `${index},${index % 7},2026-11-22`).join('\n')}\n`,
  );
  const rules = `
rows: { at-least: 1000 }
freshness: { column: d, at-most: 1d }
columns: { id: { unique: true }, x: { range: { max: 5 } }, d: { type: date } }
checks: { mean: { mean: x, at-most: 4 }, most: { max: x, at-most: 6 } }
`;
  const found = Object.fromEntries(
    (await measurementsOf(engine, 't.csv', rules, { share: 0.5 })).map(({ id, found: one }) => [id, one]),
  );
  expect(found['rows']).toMatchObject({ value: 1000, standardError: 0 });
  expect(found['freshness']).toMatchObject({ value: 12, standardError: 0 });
  expect(found['columns.id.unique']).toMatchObject({ failing: 0, sampleShows: 'presence' });
  expect(found['columns.x.range']).toMatchObject({ sampleShows: 'share' });
  expect(found['checks.mean']).toMatchObject({ standardError: expect.closeTo(2 / Math.sqrt(500), 2) });
  expect(found['checks.most']).not.toHaveProperty('standardError');
});
