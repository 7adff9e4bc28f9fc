import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type Session } from '../src/session.ts';
import { literal } from '../src/sql-text.ts';
import { emptyFolder, type Opened, opened, preplaced, seen } from './opened.ts';

// Types that CSV and JSON do not have are written by the engine itself.
let writer: Session;
let session: Opened;
beforeAll(async () => {
  const folder = emptyFolder();
  writer = await openSession({
    engine: preplaced,
    workspace: folder,
    temporary: folder,
    threads: 1,
    memoryLimit: 128 << 20,
  });
  session = await opened();
});
afterAll(async () => {
  await writer.close();
  await session.tables.close();
});

async function parquet(name: string, select: string) {
  const written = path.join(writer.temporary, 'x.parquet');
  await writer.run(`COPY (${select}) TO ${literal(written)} (FORMAT parquet)`);
  copyFileSync(written, path.join(session.workspace, name));
  return session.tables.describe(name);
}

test('types of Parquet in the words of this package', async () => {
  const source = await parquet(
    'types.parquet',
    `SELECT true AS b, 1::UBIGINT AS u, 1::HUGEINT AS h, 1.5::FLOAT AS f, 1.50::DECIMAL(9,2) AS d, 7::DECIMAL(9,0) AS i, 'x' AS t,
      DATE '2026-01-01' AS day, [1] AS l, {'a': 1, 'B': 2, 'b2': {'a': 1}} AS s, 'x'::BLOB AS bytes`,
  );
  expect(source.columns.map(({ name, type, storedAs }) => `${name}: ${type} ${storedAs}`)).toEqual([
    'b: boolean BOOLEAN',
    'u: integer UBIGINT',
    'h: number DOUBLE',
    'f: number FLOAT',
    'd: number DECIMAL(9,2)',
    'i: integer DECIMAL(9,0)',
    't: text VARCHAR',
    'day: time DATE',
    'l: other INTEGER[]',
    's: other STRUCT(a INTEGER, B INTEGER, b2 STRUCT(a INTEGER))',
    'bytes: other BLOB',
  ]);
});

test('FLOAT is widened before it is measured', async () => {
  const select = 'SELECT i AS id, (0.1 + i)::FLOAT AS v FROM range(3) t(i)';
  const candidate = {
    source: await parquet('float.parquet', select),
    key: 'id',
    columns: { v: { column: 'v', role: 'number' } },
  } as const;
  const table = await session.tables.pair({ candidate, champion: candidate });
  expect(await table.values('v', 'candidate')).toEqual(Float64Array.from(Float32Array.of(0.1, 1.1, 2.1)));
  const mean = (Math.fround(0.1) + Math.fround(1.1) + Math.fround(2.1)) / 3;
  expect((await table.moments('v', 'candidate')).mean).toBe(mean);
});

test('unsigned ids above 2^63 meet text and each other exactly; a FLOAT key above 2^24 is refused', async () => {
  const columns = { v: { column: 'v', role: 'number' } } as const;
  const unsigned = await parquet(
    'u.parquet',
    'SELECT 18446744073709551615::UBIGINT - i::UBIGINT AS id, i AS v FROM range(3) t(i)',
  );
  const text = await parquet('t.parquet', `SELECT '1844674407370955161' || (5 - i) AS id, i AS v FROM range(3) t(i)`);
  const signed = await parquet('s.parquet', 'SELECT i AS id, i AS v FROM range(3) t(i)');
  const candidate = { source: unsigned, key: 'id', columns };
  const table = await session.tables.pair({ candidate, champion: { ...candidate, source: text } });
  expect(await table.pairedMoments('v').then(({ difference }) => [difference.minimum, difference.maximum])).toEqual([
    0, 0,
  ]);
  expect(
    (await seen(session.tables.pair({ candidate, champion: { ...candidate, source: signed } }))).slice(0, 2),
  ).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 3 of 3 keys of the champion table s.parquet are not in the candidate table u.parquet; 3 of 3 keys of the candidate table u.parquet are not in the champion table s.parquet.',
  ]);
  const float = await parquet('f.parquet', 'SELECT (16777215 + i)::FLOAT AS id, i AS v FROM range(3) t(i)');
  expect(await seen(session.tables.pair({ candidate: { ...candidate, source: float } }))).toEqual([
    'column-type',
    'The candidate table f.parquet: key column "id" is stored as FLOAT and holds 2 values that such a column cannot keep as an exact id (first in row 2); write keys as integers or text.',
    undefined,
  ]);
});

test('columns in another order are matched by name', async () => {
  await parquet('a1.parquet', 'SELECT 1 AS id, 2 AS v');
  await parquet('a2.parquet', 'SELECT 4 AS v, 3 AS id');
  const source = await session.tables.describe('a?.parquet');
  const table = await session.tables.pair({
    candidate: { source, key: 'id', columns: { v: { column: 'v', role: 'number' } } },
  });
  expect(await table.values('v', 'candidate')).toEqual(Float64Array.of(2, 4));
});
