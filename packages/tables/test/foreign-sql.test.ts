import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '../src/index.ts';
import { emptyFolder, type Opened, opened, seen } from './opened.ts';

let session: Opened;
let tables: Readonly<Record<string, Source>>;
beforeAll(async () => {
  session = await opened();
  session.write('data.csv', 'id,x,day\n1,5,2024-01-31\n2,7,2024-02-01\n');
  session.write('secret.csv', 'id\n1\n');
  const source = await session.tables.describe('data.csv');
  tables = { this: source, orders: source };
});
afterAll(() => session.tables.close());

const outside = (name: string) => `The SQL calls ${name}(), which reads something else than its tables.`;
const unnamed = (name: string) => `The SQL reads \`${name}\`, which is none of its tables.`;
const noQuery = (word: string) => `The SQL is no query: it starts with ${word}.`;
const changing = (name: string) => `The SQL calls ${name}(), which gives another answer each time.`;
const engineState = 'The SQL asks what the engine holds (SHOW, DESCRIBE, SUMMARIZE).';
const random = 'The SQL takes a random sample, which gives another answer each time.';

const hostile: readonly (readonly [string, string])[] = [
  // files
  [`SELECT * FROM read_csv('/etc/passwd')`, outside('read_csv')],
  [`SELECT * FROM "read_csv"('secret.csv')`, outside('read_csv')],
  [`SELECT * FROM system.main.READ_TEXT('secret.csv')`, outside('read_text')],
  [`FROM glob('**')`, outside('glob')],
  [`FROM parquet_metadata('x.parquet')`, outside('parquet_metadata')],
  [`FROM sniff_csv('secret.csv')`, outside('sniff_csv')],
  [`FROM 'secret.csv'`, unnamed('secret.csv')],
  [`FROM "secret.csv"`, unnamed('secret.csv')],
  [`FROM this JOIN 'secret.csv' USING (id)`, unnamed('secret.csv')],
  [`FROM this WHERE id IN (SELECT id FROM 'secret.csv')`, unnamed('secret.csv')],
  [`FROM this ORDER BY (SELECT count(*) FROM 'secret.csv')`, unnamed('secret.csv')],
  [`SELECT (SELECT list(id) FROM 'secret.csv') FROM this`, unnamed('secret.csv')],
  [`FROM this GROUP BY ALL HAVING count(*) > (SELECT count(*) FROM read_blob('*'))`, outside('read_blob')],
  [`FROM this SELECT *, lag(x) OVER (ORDER BY (SELECT min(id) FROM 'secret.csv'))`, unnamed('secret.csv')],
  [`FROM this LIMIT (SELECT count(*) FROM 'secret.csv')`, unnamed('secret.csv')],
  [`SELECT * FROM this UNION ALL SELECT id, 1, NULL FROM 'secret.csv'`, unnamed('secret.csv')],
  [`FROM this, LATERAL (SELECT * FROM read_text('secret.csv'))`, outside('read_text')],
  [`FROM (PIVOT 'secret.csv' ON id IN (1) USING count(*))`, unnamed('secret.csv')],
  [`FROM (UNPIVOT 'secret.csv' ON id)`, unnamed('secret.csv')],
  [`SELECT list_transform([1], lambda x: x + (SELECT count(*) FROM 'secret.csv')) FROM this`, unnamed('secret.csv')],
  [`SELECT COLUMNS(c -> c = (SELECT min(content) FROM read_text('*'))) FROM this`, outside('read_text')],
  // a table of WITH is no cover for a file of the same name
  [`WITH "secret.csv" AS (FROM "secret.csv") FROM "secret.csv"`, unnamed('secret.csv')],
  [`WITH a AS (FROM "secret.csv"), "secret.csv" AS (SELECT 1) FROM a`, unnamed('secret.csv')],
  [`FROM (WITH "secret.csv" AS (SELECT 1) FROM "secret.csv"), "secret.csv"`, unnamed('secret.csv')],
  [`WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n FROM a, 'secret.csv') FROM a`, unnamed('secret.csv')],
  // what the engine holds
  [`FROM duckdb_settings()`, outside('duckdb_settings')],
  [`FROM duckdb_tables`, unnamed('duckdb_tables')],
  [`FROM information_schema.tables`, unnamed('information_schema.tables')],
  [`FROM temp.main.this`, unnamed('temp.main.this')],
  [`FROM pg_catalog.pg_settings`, unnamed('pg_catalog.pg_settings')],
  [`FROM sqlite_master`, unnamed('sqlite_master')],
  [`SHOW TABLES`, engineState],
  [`FROM (DESCRIBE this)`, engineState],
  [`SUMMARIZE this`, engineState],
  [`FROM query('SELECT 1')`, outside('query')],
  [`FROM query_table('secret.csv')`, outside('query_table')],
  [`FROM json_execute_serialized_sql('{}')`, outside('json_execute_serialized_sql')],
  [`FROM seq_scan('this')`, outside('seq_scan')],
  [`SELECT json_serialize_plan('FROM ''secret.csv''') FROM this`, outside('json_serialize_plan')],
  [`FROM this WHERE getenv('HOME') LIKE '/%'`, outside('getenv')],
  [`FROM this WHERE "GetEnv"('HOME') LIKE '/%'`, outside('getenv')],
  [`FROM this WHERE current_setting('temp_directory') IS NULL`, outside('current_setting')],
  [`SELECT current_database() FROM this`, outside('current_database')],
  [`SELECT pg_sleep(10) FROM this`, outside('pg_sleep')],
  [`SELECT write_log('x') FROM this`, outside('write_log')],
  // what writes or changes
  [`COPY this TO 'x.csv'`, noQuery('COPY')],
  [`-- only\n/* a */ insert into this values (1)`, noQuery('INSERT')],
  [`CREATE TABLE x AS FROM this`, noQuery('CREATE')],
  [`DROP TABLE x`, noQuery('DROP')],
  [`UPDATE this SET x = 1`, noQuery('UPDATE')],
  [`DELETE FROM this`, noQuery('DELETE')],
  [`ATTACH 'x.db'`, noQuery('ATTACH')],
  [`INSTALL httpfs`, noQuery('INSTALL')],
  [`LOAD httpfs`, noQuery('LOAD')],
  [`SET threads = 1`, noQuery('SET')],
  [`PRAGMA version`, noQuery('PRAGMA')],
  [`CALL pragma_version()`, noQuery('CALL')],
  [`EXPORT DATABASE 'x'`, noQuery('EXPORT')],
  [`EXPLAIN ANALYZE FROM this`, noQuery('EXPLAIN')],
  [`PREPARE p AS FROM this`, noQuery('PREPARE')],
  [`FROM this; DROP TABLE this`, 'The SQL holds a statement that is no query.'],
  [`FROM this; FROM this`, 'The SQL holds 2 statements; one query is taken.'],
  [`WITH x AS (DELETE FROM this RETURNING *) FROM x`, 'The SQL cannot be read: A CTE needs a SELECT.'],
  // out of its parentheses
  [`FROM this) UNION ALL (FROM this`, 'The SQL cannot be read: syntax error at or near ")", line 1, column 10.'],
  [`FROM this /*`, 'The SQL cannot be read: unterminated /* comment at or near "/*", line 1, column 11.'],
  ['', 'The SQL is empty.'],
  ['-- nothing', 'The SQL is empty.'],
  // not the same twice
  ['FROM this WHERE random() < 0.5', changing('random')],
  ['FROM this USING SAMPLE 1', random],
  ['FROM this TABLESAMPLE 10%', random],
  ['FROM this WHERE id = $1', 'The SQL holds a placeholder, and nothing fills it.'],
];

test.each(hostile)("a person's query is refused: %s", async (sql, message) => {
  for (const work of [session.tables.countOf({ sql, tables }), session.tables.ask({ sql, tables })]) {
    expect((await seen(work)).slice(0, 2)).toEqual(['policy-invalid', message]);
  }
});

test('refusals say what may be read', async () => {
  const how = async (work: Promise<unknown>) => (await seen(work))[2];
  expect(await how(session.tables.countOf({ sql: `FROM 'secret.csv'`, tables }))).toBe(
    'It may read `this`, `orders` only; other tables are named under `tables:`.',
  );
  expect(await how(session.tables.countOf({ sql: 'DROP TABLE this', tables }))).toBe(
    'Write one query (SELECT, WITH … SELECT or FROM …) that reads and never writes.',
  );
  expect(await how(session.tables.checkExpression('x IN (SELECT id FROM orders)'))).toBe(
    'Here it may use the columns of the row only; a query over tables belongs under `sql:`.',
  );
});

const fine: readonly (readonly [string, number])[] = [
  ['SELECT * FROM this WHERE x > 5', 1],
  ['FROM THIS ORDER BY id LIMIT 1', 1],
  ['TABLE orders', 2],
  ['WITH "secret.csv" AS (SELECT 1) FROM "secret.csv"', 1],
  ['WITH a AS (FROM this), b AS (FROM a) SELECT * FROM a JOIN b USING (id)', 2],
  ['FROM this t WHERE EXISTS (FROM orders o WHERE o.id = t.id AND o.x > 5)', 1],
  ['SELECT unnest([1, 2]) FROM this', 4],
  ['FROM this, range(3)', 6],
  ['SELECT x FROM this GROUP BY x HAVING count(*) > 0 QUALIFY row_number() OVER (ORDER BY x) = 1', 1],
  ['(FROM this) EXCEPT (FROM orders WHERE id = 1)', 1],
  ['FROM (PIVOT this ON id IN (1, 2) USING count(*))', 2],
  ['VALUES (1), (2), (3)', 3],
  ["FROM this WHERE day::DATE < current_date AND day::DATE < now() AND md5(day::VARCHAR) <> 'x'", 2],
  ['FROM this -- all of it;', 2],
  ["SELECT ';' FROM this;\n;", 2],
];

test.each(fine)("a person's query is counted: %s", async (sql, rows) => {
  expect(await session.tables.countOf({ sql, tables })).toBe(rows);
});

test('a condition is one expression over a row', async () => {
  const single = 'The SQL is not a single expression.';
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['x > 0 -- always', 'no error'],
    ['(x > 0) AND (day IS NOT NULL)', 'no error'],
    ["regexp_matches(day::VARCHAR, '^2') OR x IN (1, 2)", 'no error'],
    ['count(*) FILTER (WHERE x > 0)', 'no error'],
    ['x > 0) OR (TRUE', 'no error'],
    ['x > 0), (TRUE', single],
    ['x, day', single],
    ['x > 0) FROM (SELECT 1 AS x', single],
    ['x > 0) FROM (FROM orders', unnamed('orders')],
    ['TRUE); DROP TABLE this; SELECT (1', 'The SQL holds a statement that is no query.'],
    ['/* x > 0', 'The SQL cannot be read: unterminated /* comment at or near "/* x > 0\n)", line 1, column 1.'],
    ['x IN (FROM orders)', unnamed('orders')],
    ["getenv('HOME') = x", outside('getenv')],
    ['random() < x', changing('random')],
    ['', 'The SQL cannot be read: syntax error at or near ")", at its end.'],
  ];
  for (const [sql, message] of cases) {
    const [reason, words = reason] = await seen(session.tables.checkExpression(sql));
    expect([sql, words]).toEqual([sql, message]);
  }
});

test('nothing of a file outside, and no word of one inside, comes back in an error', async () => {
  const elsewhere = path.join(emptyFolder(), 'x.csv');
  writeFileSync(elsewhere, 'id\nhidden\n');
  for (const sql of [`FROM '${elsewhere}'`, `SELECT CAST(content AS INT) FROM read_text('${elsewhere}')`]) {
    expect(JSON.stringify(await seen(session.tables.countOf({ sql, tables })))).not.toContain('hidden');
  }
  const inside = await seen(session.tables.countOf({ sql: `FROM this WHERE CAST(day AS INT) = 1`, tables }));
  expect(JSON.stringify(inside)).not.toContain('2024');
});
