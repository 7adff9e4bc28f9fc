import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened({ memoryLimit: 256 << 20 });
});
afterAll(() => session.tables.close());

/** Rows, keys and rows looked at, of each key. */
async function found(name: string, keys: Readonly<Record<string, { columns: readonly string[]; where?: string }>>) {
  const source = await session.tables.describe(name);
  const answers: Record<string, readonly number[]> = {};
  for (const [what, spec] of Object.entries(keys)) {
    const { rows, keys: shared, of } = await session.tables.duplicates(source, spec);
    answers[what] = [rows, shared, of];
  }
  return answers;
}

type Value = number | string | null;

/** The slow and obvious way. */
function counted(rows: readonly (readonly Value[])[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (!row.includes(null)) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
  }
  const all = [...counts.values()];
  const more = all.filter((n) => n > 1);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return [sum(more), more.length, sum(all)];
}

test('over random tables, as a slow and obvious way counts', async () => {
  const row = fc.record({
    a: fc.option(fc.integer({ min: 0, max: 5 })),
    b: fc.option(fc.constantFrom('x', 'y', 'Y', ' y')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (drawn) => {
      const rows = [{ a: 0, b: 'x' }, ...drawn];
      session.write('t.jsonl', rows.map((one) => JSON.stringify(one)).join('\n'));
      expect(
        await found('t.jsonl', { a: { columns: ['a'] }, b: { columns: ['b'] }, both: { columns: ['a', 'b'] } }),
      ).toEqual({
        a: counted(rows.map(({ a }) => [a])),
        b: counted(rows.map(({ b }) => [b])),
        both: counted(rows.map(({ a, b }) => [a, b])),
      });
    }),
    { numRuns: 30 },
  );
});

describe('large tables', () => {
  const rows = 1_200_000;

  beforeAll(async () => {
    const writer = await (await DuckDBInstance.create(':memory:')).connect();
    // in another order than they are numbered
    const shuffled = `(i * 7919) % ${rows}`;
    await writer.run(`COPY (SELECT
        ${shuffled} AS one,
        CASE WHEN i % 100000 = 7 THEN NULL WHEN i < 30 THEN 500 + i // 3 ELSE 1000 + i END AS few,
        i % 300000 AS often,
        CAST(${shuffled} * 9000000000 AS BIGINT) AS far,
        CAST(18446744073709551615 - ${shuffled} AS UBIGINT) AS high,
        'T-' || lpad(CAST(${shuffled} AS VARCHAR), 8, '0') AS text,
        'T-' || CAST(CASE WHEN i < 40 THEN i // 4 ELSE ${shuffled} + 10 END AS VARCHAR) AS few_texts,
        i % 1200 AS left_half, i // 1200 AS right_half,
        CASE i WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN 0::DOUBLE WHEN 3 THEN '-0'::DOUBLE ELSE i END AS number
      FROM range(${rows}) numbers(i)) TO '${path.join(session.workspace, 'large.parquet')}' (FORMAT parquet)`);
    writer.closeSync();
  });

  test('each way of finding out gives the same numbers', async () => {
    const nulls = rows / 100_000;
    expect(
      await found('large.parquet', {
        one: { columns: ['one'] },
        few: { columns: ['few'] },
        often: { columns: ['often'] },
        far: { columns: ['far'] },
        high: { columns: ['high'] },
        text: { columns: ['text'] },
        fewTexts: { columns: ['few_texts'] },
        both: { columns: ['left_half', 'right_half'] },
        half: { columns: ['left_half'] },
        number: { columns: ['number'] },
        where: { columns: ['few'], where: 'few < 503 -- three of each' },
        whereText: { columns: ['few_texts'], where: "few_texts <> 'T-3'" },
        nothing: { columns: ['one'], where: 'one < 0' },
      }),
    ).toEqual({
      one: [0, 0, rows],
      // one of the thirty has no key
      few: [29, 10, rows - nulls],
      often: [rows, 300_000, rows],
      far: [0, 0, rows],
      high: [0, 0, rows],
      text: [0, 0, rows],
      fewTexts: expect.any(Array),
      both: [0, 0, rows],
      half: [rows, 1200, rows],
      number: [4, 2, rows],
      where: [8, 3, 8],
      whereText: expect.any(Array),
      nothing: [0, 0, 0],
    });
  });

  test('few texts that are shared are found by grouping as well', async () => {
    const source = await session.tables.describe('large.parquet');
    const [grouped] = await session.tables.ask({
      sql: `SELECT sum(n) FILTER (WHERE n > 1)::BIGINT AS rows, count(*) FILTER (WHERE n > 1) AS keys, sum(n)::BIGINT AS "of"
        FROM (SELECT count(*) AS n FROM this WHERE few_texts <> 'T-3' GROUP BY few_texts)`,
      tables: { this: source },
    });
    expect(await session.tables.duplicates(source, { columns: ['few_texts'], where: "few_texts <> 'T-3'" })).toEqual(
      grouped,
    );
    expect(grouped?.['keys']).toBeGreaterThan(8);
  });
});

test('a key that is not there, and a condition that is no expression', async () => {
  session.write('t.csv', 'a,b\n1,2\n');
  const source = await session.tables.describe('t.csv');
  expect(await seen(session.tables.duplicates(source, { columns: ['c'] }))).toEqual([
    'column-missing',
    'The table has no column `c`.',
    undefined,
  ]);
  const [reason] = await seen(
    session.tables.duplicates(source, { columns: ['a'], where: 'a IN (SELECT b FROM other)' }),
  );
  expect(reason).toBe('policy-invalid');
});
