import { UserError } from '@modelgate/core';
import { expect, test } from 'vitest';
import { type Profile, profileSchemaId } from '../src/profile.ts';
import { parseProfile, writeProfile } from '../src/profile-text.ts';

const profile: Profile = {
  tool: '0.1.0',
  schema: profileSchemaId,
  sha256: 'd'.repeat(64),
  commit: 'c'.repeat(40),
  rows: 1000,
  columns: [
    {
      name: 'delay',
      type: 'double',
      nulls: 100,
      distinct: 577,
      approximate: true,
      spread: { mean: 6.895_376_757_1, stddev: 44.633_291_690_2, min: -86, max: 1272 },
      bins: { edges: [-17, -5, 14.25], counts: [225, 225, 225, 225] },
    },
    {
      name: 'carrier',
      type: 'string',
      nulls: 0,
      distinct: 5,
      listedFrom: 5,
      values: [
        ['UA', 600],
        ['10', 5],
        ['9', 380],
        ['OO', 4],
      ],
      rest: 11,
    },
    {
      name: 'day',
      type: 'date',
      nulls: 0,
      first: '2013-01-01',
      last: '2013-12-31',
      bins: { edges: ['2013-07-01'], counts: [500, 500] },
    },
    { name: '__proto__', type: 'list', nulls: 1000 },
  ],
};

const text = `{
  "columns": [
    {
      "name": "__proto__",
      "nulls": 1000,
      "type": "list"
    },
    {
      "name": "carrier",
      "distinct": 5,
      "listedFrom": 5,
      "nulls": 0,
      "rest": 15,
      "type": "string",
      "values": [
        ["10", 5],
        ["9", 380],
        ["UA", 600]
      ]
    },
    {
      "name": "day",
      "bins": { "counts": [500, 500], "edges": ["2013-07-01"] },
      "first": "2013-01-01",
      "last": "2013-12-31",
      "nulls": 0,
      "type": "date"
    },
    {
      "name": "delay",
      "approximate": true,
      "bins": { "counts": [225, 225, 225, 225], "edges": [-17, -5, 14.25] },
      "distinct": 577,
      "nulls": 100,
      "spread": { "max": 1272, "mean": 6.9, "min": -86, "stddev": 44.63 },
      "type": "double"
    }
  ],
  "commit": "${'c'.repeat(40)}",
  "rows": 1000,
  "schema": "https://github.com/modelgate/modelgate/profile/v1",
  "sha256": "${'d'.repeat(64)}",
  "tool": "0.1.0"
}
`;

test('a profile is written with a line for each fact, keys sorted, digits that 900 values justify, and no rare value', () => {
  expect(writeProfile(profile)).toBe(text);
});

test('the order of columns, values and keys does not change a byte', () => {
  const shuffled = {
    ...Object.fromEntries(Object.entries(profile).reverse()),
    columns: profile.columns
      .toReversed()
      .map((column) => (column.type === 'string' ? { ...column, values: column.values.toReversed() } : column)),
  } as Profile;
  expect(writeProfile(shuffled)).toBe(text);
});

test('reading and writing again changes nothing', () => {
  expect(writeProfile(parseProfile(text, 'flights.profile.json'))).toBe(text);
});

test.each([0.000_123_456_7, 0.999_999, 9.9999, 99_999.6, 3.3e12, 1e-12])(
  'a deviation of %d is as rounded as it gets',
  (stddev) => {
    for (const rows of [2, 10, 999, 1_000_000]) {
      const spread = { mean: stddev / 3, stddev, min: -1e13, max: 1e13 };
      const columns = [{ name: 'x', type: 'double' as const, nulls: 0, spread, bins: { edges: [], counts: [rows] } }];
      const once = writeProfile({ ...profile, rows, columns });
      expect(writeProfile(parseProfile(once, 'x'))).toBe(once);
    }
  },
);

test.each([
  [
    '"rest": 15',
    '"rest": 14',
    9,
    '`values` of column `carrier`: add up to 985, and 14 of the rest, not to the 1000 rows with a value',
  ],
  [
    '["10", 5]',
    '["10", 4]',
    9,
    '`values` of column `carrier`: add up to 984, and 15 of the rest, not to the 1000 rows with a value; `values` of column `carrier`: name 1 with fewer than 5 rows, which belong into `rest`',
  ],
  ['["10", 5]', '["9", 5]', 9, '`values` of column `carrier`: name one twice'],
  ['[-17, -5, 14.25]', '[-5, -17, 14.25]', 30, '`bins.edges` of column `delay`: must ascend'],
  [
    '[225, 225, 225, 225]',
    '[225, 225, 450]',
    30,
    '`bins.counts` of column `delay`: must be one more than the 3 edges, got 3',
  ],
  ['"nulls": 100,', '"nulls": 1001,', 30, '`nulls` of column `delay`: are more than the 1000 rows'],
  ['"max": 1272', '"max": -87', 30, '`spread` of column `delay`: has a min above its max'],
  ['"first": "2013-01-01"', '"first": "2014-01-01"', 22, '`first` of column `day`: is after `last`'],
  ['"name": "day"', '"name": "carrier"', 9, '`name` of column `carrier`: is described twice'],
])('%s written as %s is refused', (from, to, line, want) => {
  const broken = text.replace(from, to);
  const error = refusal(broken);
  expect(error.message).toBe(`flights.profile.json is no profile: ${want}`);
  expect(error.reason).toBe('file-unreadable');
  expect(broken.split('\n')[(error.where?.line ?? 0) - 1]).toContain('"name": ');
  expect(error.where?.line).toBe(line);
});

test('a text that is no JSON is refused with its line', () => {
  const error = refusal('{\n  "rows": 1,\n}');
  expect(error.message).toMatch(/^flights\.profile\.json is no JSON: /);
  expect(error.where).toEqual({ file: 'flights.profile.json', line: 3 });
});

function refusal(broken: string): UserError {
  try {
    parseProfile(broken, 'flights.profile.json');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('was taken as a profile');
}
