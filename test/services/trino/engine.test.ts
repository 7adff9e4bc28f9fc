import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '@modelgate/core';
import { openTrino, type Source, type TrinoEngine } from '@modelgate/tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDataGate } from '../data-gate-check.ts';
import { keepLog } from './lasting-log.ts';
import { statement } from './raw-statement.ts';
import { startTrino, type TrinoServer } from './trino-server.ts';

let server: TrinoServer;
let engine: TrinoEngine;
let orders: Source;
let lineitem: Source;
keepLog(() => server);
beforeAll(async () => {
  server = await startTrino();
  engine = await open();
  orders = await engine.describe('tpch.tiny.orders');
  lineitem = await engine.describe('tpch.tiny.lineitem');
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
});

function open(options: { user?: string; timeout?: number; url?: string } = {}): Promise<TrinoEngine> {
  return openTrino({ url: server.url, user: 'tests', fetch, timeout: 120_000, ...options });
}

/** Reason and message, as a user sees them; names of queries differ each time. */
async function seen(work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    return ['no error', await work];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.reason, error.message.replaceAll(server.url, 'URL').replace(/query \d+_\d+_\d+_\w+/, 'query …')];
  }
}

test('a table is described by columns, rows and a digest that holds until a row changes', async () => {
  expect(engine.version).toBe('476');
  expect(orders).toMatchObject({ path: 'tpch.tiny.orders', format: 'table', rows: 15_000, files: [], bytes: 0 });
  expect(orders.columns.map(({ name, type, storedAs }) => `${name}: ${type} ${storedAs}`)).toEqual([
    'orderkey: integer bigint',
    'custkey: integer bigint',
    'orderstatus: text varchar(1)',
    'totalprice: number double',
    'orderdate: time date',
    'orderpriority: text varchar(15)',
    'clerk: text varchar(15)',
    'shippriority: integer integer',
    'comment: text varchar(79)',
  ]);
  expect(orders.digest).toMatch(/^[0-9a-f]{64}$/);
  expect((await engine.describe('TPCH."tiny".Orders')).digest).toBe(orders.digest);

  await statement(server.url, `CREATE TABLE memory.default.held AS SELECT * FROM tpch.tiny.nation ORDER BY name`);
  const before = await engine.describe('memory.default.held');
  // the same rows in another order, then two rows that swap a value
  await statement(server.url, 'CREATE TABLE memory.default.turned AS SELECT * FROM tpch.tiny.nation ORDER BY comment');
  expect((await engine.describe('memory.default.turned')).digest).toBe(before.digest);
  await statement(
    server.url,
    `CREATE TABLE memory.default.swapped AS SELECT nationkey, name, CASE nationkey WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE regionkey END AS regionkey, comment
     FROM tpch.tiny.nation`,
  );
  expect((await engine.describe('memory.default.swapped')).digest).not.toBe(before.digest);
});

test('a table that is not there, or holds nothing', async () => {
  expect(await seen(engine.describe('tpch.tiny.order'))).toEqual([
    'file-missing',
    'tpch.tiny.order is no table of Trino: tpch.tiny has no table order.',
  ]);
  expect(await seen(engine.describe('tpch.tin.orders'))).toEqual([
    'file-missing',
    'tpch.tin.orders is no table of Trino: catalog tpch has no schema tin.',
  ]);
  expect(await seen(engine.describe('tcph.tiny.orders'))).toEqual([
    'file-missing',
    'tcph.tiny.orders is no table of Trino: there is no catalog tcph.',
  ]);
  expect(await seen(engine.describe('orders'))).toEqual(['policy-invalid', '"orders" does not name a table of Trino.']);
  await statement(server.url, 'CREATE TABLE memory.default.nothing (a bigint)');
  expect(await seen(engine.describe('memory.default.nothing'))).toEqual([
    'file-empty',
    'memory.default.nothing holds no rows.',
  ]);
});

test('aggregates of one pass; those that Trino does not take are named', async () => {
  expect(
    await engine.numbers(orders, {
      rows: 'count(*)',
      dear: 'count(*) FILTER (WHERE totalprice > 400000)',
      mean: 'avg(shippriority)',
      nothing: 'sum(CAST(NULL AS double))',
      nan: 'avg(nan())',
    }),
  ).toEqual({ rows: 15_000, dear: 16, mean: 0 });
  expect(
    await seen(engine.numbers(orders, { rows: 'count(*)', far: 'sum(distance)', by0: 'sum(1 / shippriority)' })),
  ).toEqual(['policy-invalid', 'The engine does not take: far, by0.']);
  expect(await seen(engine.numbers(orders, { foreign: '(SELECT count(*) FROM tpch.tiny.nation)' }))).toEqual([
    'policy-invalid',
    'The SQL reads `tpch.tiny.nation`, which is none of its tables.',
  ]);
  // more than one statement takes
  const many = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`n${index}`, `max(orderkey) + ${index}`]));
  const found = await engine.numbers(orders, many);
  expect([Object.keys(found).length, found['n0'], found['n309']]).toEqual([310, 60_000, 60_309]);
});

test('a table of 300 columns has a digest and a sample', async () => {
  const columns = Array.from({ length: 300 }, (_, index) => `CAST(n + ${index} AS bigint) AS c${index}`);
  await statement(
    server.url,
    `CREATE TABLE memory.default.wide AS SELECT ${columns.join(', ')} FROM UNNEST(sequence(1, 50)) t(n)`,
  );
  const wide = await engine.describe('memory.default.wide');
  expect(wide.columns).toHaveLength(300);
  const part = await engine.sample(wide, { share: 0.5, seed: 's' });
  expect(part.sampledFrom).toBe(50);
  expect(part.rows).toBeGreaterThan(5);
  expect(part.rows).toBeLessThan(45);
});

test('queries of ours over named tables', async () => {
  const sql = `WITH late AS (SELECT orderkey, max(receiptdate) AS d FROM l GROUP BY orderkey)
    SELECT o.orderkey, o.orderdate, late.d > o.orderdate AS later, CAST(9007199254740993 AS bigint) AS big, CAST(1.5 AS decimal(9,2)) AS price,
      TIMESTAMP '2024-01-31 12:00:00.500000' AS at, TIMESTAMP '2024-01-31 12:00:00 +02:00' AT TIME ZONE 'UTC' AS instant, nan() AS nan
    FROM "o" JOIN late ON late.orderkey = o.orderkey ORDER BY o.orderkey LIMIT 1`;
  expect(await engine.ask({ sql, tables: { o: orders, l: lineitem } })).toEqual([
    {
      orderkey: 1,
      orderdate: '1996-01-02',
      later: true,
      big: '9007199254740993',
      price: '1.50',
      at: '2024-01-31 12:00:00.5',
      instant: '2024-01-31 10:00:00+00',
      nan: Number.NaN,
    },
  ]);
  await expect(engine.ask({ sql: 'SELECT * FROM o', tables: { o: orders }, most: 100 })).rejects.toThrow(
    'a query that may give 100 rows gave more',
  );
});

describe("a person's query", () => {
  test.each([
    ['SELECT * FROM this WHERE totalprice > 400000;', ['no error', 16]],
    ['WITH dear AS (SELECT * FROM this WHERE totalprice > 400000) SELECT * FROM dear -- ; )', ['no error', 16]],
    ['SELECT * FROM this WHERE orderkey NOT IN (SELECT orderkey FROM lines)', ['no error', 0]],
    [
      'SELECT * FROM tpch.tiny.nation',
      ['policy-invalid', 'The SQL reads `tpch.tiny.nation`, which is none of its tables.'],
    ],
    [
      'SELECT * FROM this WHERE EXISTS (SELECT 1 FROM tpch.information_schema.tables)',
      ['policy-invalid', 'The SQL reads `tpch.information_schema.tables`, which is none of its tables.'],
    ],
    [
      'SELECT * FROM system.runtime.queries',
      ['policy-invalid', 'The SQL reads `system.runtime.queries`, which is none of its tables.'],
    ],
    ['SELECT 1; SELECT 2', ['policy-invalid', 'The SQL holds several statements; one query is taken.']],
    ['SELECT 1) , (SELECT 2', ['policy-invalid', 'The SQL closes a parenthesis that it did not open.']],
    [
      'INSERT INTO memory.default.t SELECT 1',
      ['policy-invalid', "The SQL cannot be read by Trino: mismatched input 'INSERT', line 1, column 1."],
    ],
    [
      'SELECT *\nFORM this',
      ['policy-invalid', "The SQL cannot be read by Trino: mismatched input 'FORM', line 2, column 1."],
    ],
    [
      'SELECT far\nFROM this',
      ['policy-invalid', "The SQL is not taken by Trino: Column 'far' cannot be resolved, line 1, column 8."],
    ],
    ['SELECT count(CAST(comment AS bigint)) FROM this', ['no error', 1]],
    [
      'SELECT * FROM this WHERE CAST(comment AS bigint) > 1',
      ['policy-invalid', 'The SQL fails on a value of the table (INVALID_CAST_ARGUMENT).'],
    ],
    [
      'SELECT * FROM this WHERE 1 / shippriority > 1',
      ['policy-invalid', 'The SQL divides by zero (DIVISION_BY_ZERO).'],
    ],
  ])('%s', async (sql, expected) => {
    expect(await seen(engine.countOf({ sql, tables: { this: orders, lines: lineitem } }))).toEqual(expected);
  });

  test('a condition is one expression', async () => {
    expect(await seen(engine.checkExpression('a > 1 AND b IS NOT NULL -- both'))).toEqual(['no error', undefined]);
    expect(await seen(engine.checkExpression('a >'))).toEqual([
      'policy-invalid',
      "The SQL cannot be read by Trino: mismatched input ')', line 2, column 1.",
    ]);
    expect(await seen(engine.checkExpression('a IN (SELECT b FROM c)'))).toEqual([
      'policy-invalid',
      'The SQL is a query; here it may use the columns of the row only.',
    ]);
  });

  test('a view is the tables behind it', async () => {
    await statement(
      server.url,
      'CREATE VIEW memory.default.dear AS SELECT * FROM tpch.tiny.orders WHERE totalprice > 400000',
    );
    const view = await engine.describe('memory.default.dear');
    expect([view.rows, await engine.countOf({ sql: 'SELECT * FROM this', tables: { this: view } })]).toEqual([16, 16]);
  });
});

describe('uniqueness', () => {
  test('rows that share a key, their keys, and the rows that have one', async () => {
    expect(await engine.duplicates(lineitem, { columns: ['orderkey'] })).toEqual({
      rows: 58_075,
      keys: 12_900,
      of: 60_175,
    });
    expect(await engine.duplicates(lineitem, { columns: ['orderkey', 'linenumber'] })).toEqual({
      rows: 0,
      keys: 0,
      of: 60_175,
    });
    expect(await engine.duplicates(lineitem, { columns: ['orderkey'], where: 'quantity > 25 -- many' })).toEqual({
      rows: 25_999,
      keys: 8811,
      of: 30_085,
    });
    expect(await seen(engine.duplicates(lineitem, { columns: ['orderkeys'] }))).toEqual([
      'column-missing',
      'The table has no column `orderkeys`.',
    ]);
  });

  test('keys that are too many for the memory of one query are counted in parts', async () => {
    await statement(
      server.url,
      `CREATE TABLE memory.default.keys AS SELECT 1000 * x + y AS orderkey, 'a text of some length ' || CAST(x AS varchar) || ' ' || CAST(y AS varchar) AS comment
       FROM UNNEST(sequence(0, 799)) a(x) CROSS JOIN UNNEST(sequence(0, 999)) b(y)`,
    );
    const ids = await engine.describe('memory.default.keys');
    expect(ids.rows).toBe(800_000);
    const whole = statement(
      server.url,
      'SELECT count(*) FROM (SELECT 1 FROM memory.default.keys GROUP BY orderkey, comment)',
    );
    await expect(whole).rejects.toThrow('EXCEEDED_LOCAL_MEMORY_LIMIT');
    const spec = { columns: ['orderkey', 'comment'] };
    expect(await engine.duplicates(ids, spec)).toEqual({ rows: 0, keys: 0, of: 800_000 });
    await statement(server.url, 'INSERT INTO memory.default.keys SELECT orderkey, comment FROM tpch.tiny.orders');
    expect(await engine.duplicates(await engine.describe('memory.default.keys'), { columns: ['orderkey'] })).toEqual({
      rows: 30_000,
      keys: 15_000,
      of: 815_000,
    });
  });
});

test('a data gate of a table in Trino: one contract, pushed down, and a verdict like any other', async () => {
  const gate = (table: string) =>
    [
      `table: ${table}`,
      'contract:',
      '  extra-columns: allow',
      '  rows: { at-least: 15000 }',
      '  keys: [[orderkey]]',
      '  columns:',
      '    orderstatus: { type: string, in: [F, O] }',
      '    totalprice: { type: double, range: { above: 0 } }',
      '    custkey: { type: integer, nullable: false }',
      '  checks:',
      '    known: { references: { columns: [custkey], table: customers } }',
      '    mean: { mean: totalprice, between: [1, 1000000] }',
      '    orphans: { sql: "select * from this where orderkey < 0" }',
      '  tables: { customers: tpch.tiny.customer }',
      `engine: { trino: { url: "${server.url}", user: tests } }`,
    ].join('\n');
  const folder = await mkdtemp(path.join(tmpdir(), 'trino-gate-'));
  try {
    const { code, verdict } = await checkDataGate(folder, gate('tpch.tiny.orders'), {});
    expect([code, verdict.status, verdict.rows, verdict.data?.engine]).toEqual([1, 'fail', 15_000, 'trino']);
    expect(
      verdict.checks.flatMap(({ status, id, data }) => (status === 'pass' ? [] : [[status, id, data?.words]])),
    ).toEqual([
      [
        'fail',
        'columns.orderstatus.in',
        expect.stringMatching(
          /^`orderstatus` is none of the 2 allowed values in 2\.\d+ % of rows \(\d+ of 15,000\); none is allowed$/,
        ),
      ],
    ]);
    const none = await checkDataGate(folder, gate('tpch.tiny.none'), {});
    expect([none.code, none.verdict.status]).toEqual([1, 'error']);
    expect(none.verdict.problem?.message).toContain('tpch.tiny.none');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('users who may not', async () => {
  expect(await seen(open({ user: 'outcast' }))).toEqual([
    'query-failed',
    'Trino does not let this user read the table (query …).',
  ]);
  const stranger = await open({ user: 'stranger' });
  expect(await seen(stranger.describe('tpch.tiny.orders'))).toEqual([
    'query-failed',
    'Trino does not let this user read the table (query …).',
  ]);
});

const endless = 'SELECT * FROM this a, this b, this c WHERE a.orderkey + b.orderkey + c.orderkey = 1';

/** The endless query of a user, without what was asked before it. */
async function states(user: string): Promise<readonly unknown[]> {
  const { rows } = await statement(
    server.url,
    `SELECT query_id, state, error_code FROM system.runtime.queries WHERE "user" = '${user}' AND query LIKE 'WITH%c.orderkey = 1%' ORDER BY created DESC LIMIT 1`,
  );
  return rows[0] ?? [];
}

/** The id of what a user runs by now. */
async function running(user: string): Promise<string> {
  for (;;) {
    const [id, state] = await states(user);
    if (state === 'RUNNING') return String(id);
    await setTimeout(100);
  }
}

test('a query that takes too long is cancelled in Trino too', async () => {
  const hasty = await open({ user: 'hasty', timeout: 4_000 });
  const source = await hasty.describe('tpch.tiny.orders');
  expect(await seen(hasty.countOf({ sql: endless, tables: { this: source } }))).toEqual([
    'server-unreachable',
    'A query took longer than 4 s at Trino at URL, and was cancelled.',
  ]);
  const [, state, code] = await states('hasty');
  expect([state, code]).toEqual(['FAILED', 'USER_CANCELED']);
});

test('a query that an administrator ends', async () => {
  const user = await open({ user: 'ended' });
  const source = await user.describe('tpch.tiny.orders');
  const work = seen(user.countOf({ sql: endless, tables: { this: source } }));
  await statement(
    server.url,
    `CALL system.runtime.kill_query(query_id => '${await running('ended')}', message => 'enough')`,
  );
  expect(await work).toEqual([
    'query-failed',
    "The query was ended by somebody on Trino's side: ADMINISTRATIVELY_KILLED (query …).",
  ]);
});

test('a server that dies while a query runs, and is gone then', async () => {
  const user = await open({ user: 'bereft' });
  const source = await user.describe('tpch.tiny.orders');
  const work = seen(user.countOf({ sql: endless, tables: { this: source } }));
  await running('bereft');
  process.kill(-server.pid, 'SIGKILL');
  const [reason, message] = await work;
  expect(reason).toBe('server-unreachable');
  expect(message).toMatch(
    /^Trino at URL stopped answering while a query ran \((UND_ERR_SOCKET|ECONNRESET|ECONNREFUSED)\)\.$/,
  );
  expect(await seen(open())).toEqual(['server-unreachable', 'Trino at URL cannot be reached (ECONNREFUSED).']);
  expect(await seen(engine.numbers(orders, { n: 'count(*)' }))).toEqual([
    'server-unreachable',
    'Trino at URL cannot be reached (ECONNREFUSED).',
  ]);
});
