import { UserError } from '@modelgate/core';
import { expect, test } from 'vitest';
import { refuseLooseExpression, refuseLooseSql, withOf } from '../src/trino-sql.ts';
import { joined } from '../src/trino-table.ts';
import { cellOfTrino, columnTypeOfTrino } from '../src/trino-type.ts';

function refusal(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.message : String(error);
  }
}

test.each([
  ['SELECT * FROM this WHERE a > 1', undefined],
  ["SELECT ')' AS \")\" -- ) ; ?\n FROM this /* ; ( */ WHERE b = 'it''s (' ", undefined],
  ['WITH a AS (SELECT 1 AS x) SELECT * FROM a', undefined],
  ['SELECT random AS r, t.uuid FROM t', undefined],
  ['SELECT 1; SELECT 2', 'The SQL holds several statements; one query is taken.'],
  ['SELECT 1) , (SELECT 2', 'The SQL closes a parenthesis that it did not open.'],
  ['SELECT (1', 'The SQL opens a parenthesis that it does not close.'],
  ["SELECT 'a", "The SQL opens a ' that it does not close."],
  ['SELECT ?', 'The SQL holds a placeholder, and nothing fills it.'],
  [
    'SELECT * FROM TABLE /* x */ (postgresql.system.query(query => 1))',
    'The SQL calls a table function, which may read something else than its tables.',
  ],
  ['SELECT * FROM this TABLESAMPLE BERNOULLI (10)', 'The SQL uses tablesample, which gives another answer each time.'],
  ['SELECT * FROM this WHERE RANDOM() < 0.5', 'The SQL uses random, which gives another answer each time.'],
  [' -- nothing', 'The SQL is empty.'],
])('a query: %s', (sql, message) => {
  expect(refusal(() => refuseLooseSql(sql))).toBe(message);
});

test.each([
  ['a > 1 AND b IN (1, 2)', undefined],
  ["extract(year FROM d) = 2024 AND c <> 'SELECT'", undefined],
  ['CAST(t AS timestamp(3) WITH time zone) IS DISTINCT FROM u', undefined],
  ['"select" = ARRAY[1, 2]', undefined],
  ['a, b', 'The SQL is not a single expression.'],
  ['a) OR (b', 'The SQL closes a parenthesis that it did not open.'],
  ['a IN (SELECT b FROM other)', 'The SQL is a query; here it may use the columns of the row only.'],
  ['a IN (TABLE other)', 'The SQL is a query; here it may use the columns of the row only.'],
])('an expression: %s', (sql, message) => {
  expect(refusal(() => refuseLooseExpression(sql))).toBe(message);
});

test('the first WITH of a query is found behind comments', () => {
  expect(withOf('-- first\n /* a */ with RECURSIVE\n t(n) AS (SELECT 1) TABLE t')).toEqual({
    recursive: true,
    rest: 't(n) AS (SELECT 1) TABLE t',
  });
  expect(withOf('SELECT 1')).toBeUndefined();
});

test('more texts than a function takes are joined in groups', () => {
  expect(joined(['a', 'b'])).toBe('concat_ws(chr(31), a, b)');
  const many = joined(Array.from({ length: 250 }, (_, index) => `c${index}`));
  expect(many.match(/concat_ws/g)).toHaveLength(4);
  expect(many).toMatch(
    /^concat_ws\(chr\(31\), concat_ws\(chr\(31\), c0, .*, c99\), concat_ws\(chr\(31\), c100, .*c249\)\)$/,
  );
});

test.each([
  ['boolean', 'boolean'],
  ['tinyint', 'integer'],
  ['bigint', 'integer'],
  ['decimal(38,0)', 'integer'],
  ['decimal(12,2)', 'number'],
  ['real', 'number'],
  ['double', 'number'],
  ['varchar', 'text'],
  ['varchar(10)', 'text'],
  ['char(3)', 'text'],
  ['uuid', 'text'],
  ['date', 'time'],
  ['time(6)', 'time'],
  ['timestamp(3) with time zone', 'time'],
  ['array(bigint)', 'other'],
  ['row(a bigint)', 'other'],
  ['map(varchar, date)', 'other'],
  ['varbinary', 'other'],
  ['json', 'other'],
  ['interval day to second', 'other'],
])('%s is %s', (type, expected) => {
  expect(columnTypeOfTrino(type)).toBe(expected);
});

test.each([
  [null, 'varbinary', null],
  [true, 'boolean', true],
  ['NaN', 'double', Number.NaN],
  ['-Infinity', 'real', Number.NEGATIVE_INFINITY],
  ['9007199254740993', 'bigint', '9007199254740993'],
  ['12.50', 'decimal(9,2)', '12.50'],
  ['2024-01-31', 'date', '2024-01-31'],
  ['12:00:00.500000', 'time(6)', '12:00:00.5'],
  ['2024-01-31 12:00:00.000', 'timestamp(3)', '2024-01-31 12:00:00'],
  ['2024-01-31 12:00:10', 'timestamp(0)', '2024-01-31 12:00:10'],
  ['2024-01-31 12:00:00.120 UTC', 'timestamp(3) with time zone', '2024-01-31 12:00:00.12+00'],
])('the cell %s of %s', (value, type, expected) => {
  expect(cellOfTrino(value, type)).toEqual(expected);
});

test('lists and bytes are no cells', () => {
  expect(() => cellOfTrino([1], 'array(bigint)')).toThrow(
    'a query asked for values of array(bigint), which are no cells',
  );
  expect(() => cellOfTrino('AA==', 'varbinary')).toThrow('varbinary');
});
