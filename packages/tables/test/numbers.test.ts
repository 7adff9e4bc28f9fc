import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

test('aggregates of typed columns in one pass; what is NULL or NaN is left out', async () => {
  session.write('a.csv', 'id,x,word\n1,1.5,a\n2,,b\n3,4.5,\n');
  const source = await session.tables.describe('a.csv');
  expect(
    await session.tables.numbers(source, {
      rows: 'count(*)',
      'nulls of "x"': 'count_if("x" IS NULL)',
      mean: 'avg("x")',
      long: 'count(*) FILTER (WHERE length("word") > 1)',
      nothing: 'avg("x") FILTER (WHERE false)',
      nan: "CAST('nan' AS DOUBLE)",
    }),
  ).toEqual({ rows: 3, 'nulls of "x"': 1, mean: 3, long: 0 });
  expect(await session.tables.numbers(source, {})).toEqual({});
});

test('SQL that the engine does not take is named, and reaches nothing outside', async () => {
  session.write('a.csv', 'id\n1\n');
  const source = await session.tables.describe('a.csv');
  const asked = {
    fine: 'count(*)',
    dates: "count_if(id < DATE '2024-01-31')",
    misspelt: 'count_if("idd" > 0)',
    outside: "(SELECT count(*) FROM read_text('/etc/passwd'))",
    writes: "(COPY (SELECT 1) TO 'x.csv')",
  };
  expect(await seen(session.tables.numbers(source, asked))).toEqual([
    'policy-invalid',
    [
      'The engine does not take',
      'dates: The engine does not take the SQL: Cannot compare values of type BIGINT and type DATE.',
      'misspelt: The engine does not take the SQL: Referenced column "idd" not found.',
      'outside: The SQL calls read_text(), which reads something else than its tables.',
      'writes: The SQL cannot be read: syntax error at or near "SELECT", line 1, column 8.',
    ].join('\n'),
    'Check the names of columns and functions in its SQL, which may use the columns of this table only.',
  ]);
});
