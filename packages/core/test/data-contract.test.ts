import { describe, expect, test } from 'vitest';
import { PolicyError, parseDataContract } from '../src/index.ts';

const file = 'contracts/flights.yml';
const flights = `version: 1
name: flights
owner: data-platform@example.com
rows: { at-least: 100000 }
freshness: { column: time_hour, at-most: 26h }
extra-columns: warn
keys:
  - [year, month, day, carrier, flight, origin]
  - { columns: [id], at-most: 0.1% }
columns:
  carrier:   { type: string, in: { table: data/airlines.csv, column: carrier } }
  origin:    { type: string, in: [EWR, JFK, LGA], nullable: false }
  distance:  { type: double, range: { min: 17, below: 5000 }, unit: miles }
  dep_delay: { type: double, nulls: { at-most: 3%, warn-over: 2.5% } }
  tailnum:   { type: string, pattern: "^N[0-9A-Z]{1,6}$", matching: { at-least: 99% } }
  time_hour: { type: timestamp }
  email:     { absent: true }
  arr_delay: { label: true, environments: [training] }
  plain:
checks:
  plausible-speed: { where: "air_time > 0", expect: "distance / air_time * 60 between 80 and 650", failing: 0.01% }
  mean-delay:      { mean: dep_delay, between: [5, 25] }
  p99-delay:       { quantile: { column: dep_delay, q: 0.99 }, at-most: 300 }
  no-orphans:      { sql: "select * from this anti join planes using (tailnum)", returning: 5% }
  known-planes:    { references: { columns: [tailnum], table: data/planes.csv } }
  in-time:         { increasing: { column: time_hour, by: [carrier] } }
consumers: [train.py, dashboard/delays]
`;

test('a contract reads like a table of columns', () => {
  const { contract, document } = parseDataContract(flights, file);
  expect(contract.columns['dep_delay']?.nulls).toEqual({
    atMost: { value: 0.03, unit: 'share' },
    warnOver: { value: 0.025, unit: 'share' },
  });
  expect(contract.columns['tailnum']?.matching).toEqual({ atMost: { value: 0.01, unit: 'share' } });
  expect(contract.columns['plain']).toEqual({ required: true, level: 'fail' });
  expect(contract.keys).toEqual([
    {
      columns: ['year', 'month', 'day', 'carrier', 'flight', 'origin'],
      tolerance: { atMost: { value: 0, unit: 'rows' } },
      level: 'fail',
    },
    { columns: ['id'], tolerance: { atMost: { value: 0.001, unit: 'share' } }, level: 'fail' },
  ]);
  expect(contract.checks['plausible-speed']?.failing).toEqual({ atMost: { value: 0.0001, unit: 'share' } });
  expect(document.locate(['columns', 'tailnum', 'pattern'])).toMatchObject({ file, line: 15 });
});

/** What is wrong with one column, one check, or the rest of the contract. */
function problems(part: { column?: string; check?: string; more?: string }): readonly string[] {
  const { column = '{}', check, more = '' } = part;
  const text = `version: 1\nname: t\n${more}columns:\n  a: ${column}\n${check === undefined ? '' : `checks:\n  c: ${check}\n`}`;
  try {
    parseDataContract(text, file);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

describe('rules of a column that cannot be meant', () => {
  test.each([
    ['{ range: { min: 5, max: 1 } }', '`columns.a.range`: lets no value through: nothing is between 5 and 1'],
    ['{ range: { above: 5, max: 5 } }', '`columns.a.range`: lets no value through: nothing is between 5 and 5'],
    ['{ range: { min: 1, above: 0 } }', '`columns.a.range.above`: goes with no `min`: write one of them'],
    ['{ range: {} }', '`columns.a.range`: has no end: write min, max, above or below'],
    ['{ range: { min: 1, max: 2026-01-01 } }', '`columns.a.range`: of a number and a date: 1 and "2026-01-01"'],
    [
      '{ type: string, range: { min: 1 } }',
      '`columns.a.range`: has no meaning for a column of type string; it is for integer, decimal, double, date, time, timestamp',
    ],
    ['{ type: date, range: { min: 1 } }', '`columns.a.range`: of numbers does not fit a column of type date'],
    [
      '{ type: integer, pattern: x }',
      '`columns.a.pattern`: has no meaning for a column of type integer; it is for string',
    ],
    ['{ type: integer, in: [a, 1] }', '`columns.a.in`: holds values that a column of type integer cannot have'],
    ['{ in: [] }', '`columns.a.in`: is empty: then no value is allowed'],
    ['{ in: [a, b], not-in: [b] }', '`columns.a.not-in`: forbids what `in` allows: "b"'],
    ['{ length: { min: 3, max: 2 } }', '`columns.a.length`: lets no value through: min 3 is above max 2'],
    ['{ nullable: false, nulls: 1% }', '`columns.a.nulls`: contradicts `nullable: false`; write one of them'],
    ['{ matching: 1% }', '`columns.a.matching`: goes with `pattern`'],
    ['{ pattern: "(" }', '`columns.a.pattern`: is no regular expression: Unterminated group'],
    [
      '{ pattern: "(?=a)b" }',
      '`columns.a.pattern`: looks ahead or behind, which the engines do not; write it as two rules',
    ],
    ['{ pattern: "(a)\\\\1" }', '`columns.a.pattern`: refers back to a group, which the engines do not'],
    ['{ absent: true, type: string }', '`columns.a`: says nothing about a column that must be absent; remove `type`'],
    [
      '{ nulls: { at-most: 1%, warn-over: 2% } }',
      '`columns.a.nulls.warn-over`: is not below what fails, so it would never warn',
    ],
    ['{ nulls: 120% }', '`columns.a.nulls.at-most`: "120%" is more than all rows'],
    [
      '{ nulls: few }',
      '`columns.a.nulls.at-most`: "few" is no number of rows: write 100 (rows) or 0.5% (of the rows that the rule looks at)',
    ],
    ['{ nulls: { at-least: 5 } }', '`columns.a.nulls.at-least`: is a share: write 99%'],
    ['{ tpye: string }', 'unknown key `tpye`; did you mean `type`?'],
    ['{ type: strng }', '`columns.a.type`: "strng" is not allowed; did you mean "string"?'],
    [
      '{ since: 2026-05-01, until: 2026-01-01 }',
      '`columns.a.until`: is before the day from which the column is expected, 2026-05-01',
    ],
  ])('%s', (column, message) => {
    expect(problems({ column })).toEqual([
      expect.stringContaining(
        message.slice(0, message.indexOf('did you mean') > 0 ? message.indexOf('did you mean') : undefined),
      ),
    ]);
  });
});

describe('checks that cannot be meant', () => {
  test.each([
    [
      '{ why: because }',
      '`checks.c`: says nothing to check: write one of expect, sql, mean, sum, stddev, min, max, distinct, quantile, increasing, references',
    ],
    ['{ mean: a, sum: a, at-most: 1 }', '`checks.c`: `mean` and `sum` are two checks; write each by itself'],
    ['{ mean: a }', '`checks.c.mean`: has no limit: write between, at-least or at-most'],
    ['{ mean: a, between: [2, 1] }', '`checks.c.between`: must be [lowest, highest]'],
    ['{ mean: a, at-least: 2, at-most: 1 }', '`checks.c.at-most`: is below `at-least` (2): nothing can hold'],
    [
      '{ expect: "a > 0", at-most: 5 }',
      '`checks.c.at-most`: goes with a number, and `expect` counts rows: write `failing`',
    ],
    ['{ sql: "select 1", failing: 1% }', '`checks.c.failing`: does not go with `sql`'],
    ['{ quantile: { column: a, q: 1 }, at-most: 5 }', '`checks.c.quantile.q`: is not below 1'],
    [
      '{ references: { columns: [a], table: t, key: [x, y] } }',
      '`checks.c.references`: names 2 columns, and `columns` 1',
    ],
  ])('%s', (check, message) => {
    expect(problems({ check })).toEqual([message]);
  });
});

test('the rest of a contract that cannot be meant', () => {
  expect(problems({ more: 'rows: { at-least: 5, at-most: 4 }\n' })).toEqual([
    '`rows`: lets no table through: at-least is above at-most',
  ]);
  expect(problems({ more: 'extra-columns: fail\nkeys: [[a, b]]\n' })).toEqual([
    '`keys.0`: `b` is not among the columns, and others are not allowed; did you mean a?',
  ]);
  expect(problems({ column: '{ absent: true }', more: 'keys: [[a]]\n' })).toEqual([
    '`keys.0`: `a` must be absent by the contract',
  ]);
  expect(() => parseDataContract('version: 1\nname: t\n', file)).toThrow(
    'holds no rule: a contract that asks nothing shows nothing',
  );
});
