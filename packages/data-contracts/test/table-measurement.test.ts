import { describe, expect, test } from 'vitest';
import { measuredOf, measurementsOf } from './measured-of.ts';
import { opened } from './opened.ts';

const engine = await opened();

/** Only what is said of these ids, or of all where none is given. */
async function found(name: string, content: string, rules: string, ...ids: readonly string[]) {
  engine.write(name, content);
  const all = await measuredOf(engine, name, rules);
  return ids.length === 0 ? all : Object.fromEntries(ids.map((id) => [id, all[id]]));
}

test('everything of one contract, with the words of what breaks', async () => {
  engine.write('t.csv', 'id,code,x,d\n1,007,1.50,2026-11-21\n2,12,2,2026-02-30\n2,,nan,\n');
  const measurements = await measurementsOf(
    engine,
    't.csv',
    `
rows: { at-least: 3, at-most: 5 }
freshness: { column: d, at-most: 2d, warn-over: 1d }
keys: [[id, code], { columns: [code], at-most: 1, level: warn, why: codes are ids }]
columns:
  id: { type: integer, unique: true, range: { min: 2 }, increasing: strictly }
  code: { type: string, pattern: "^[0-9]{3}$", nullable: false, length: { min: 3 } }
  x: { type: double, range: { min: -1.5, below: 5 }, in: [1.5, 2] }
  d: { type: date }
checks:
  median: { quantile: { column: id, q: 0.5 }, at-most: 3, warn: { at-most: 1 } }
  high: { expect: "id > 1", where: "id < 3" }
  bad: { sql: "select * from this where id = 2" }
`,
  );
  const none = { atMost: { value: 0, unit: 'rows' } };
  expect(measurements.filter(({ found: { kind } }) => kind !== 'fact')).toEqual(
    [
      [
        'rows',
        ['rows'],
        undefined,
        { kind: 'number', what: 'number of rows', value: 3, limits: { atLeast: 3, atMost: 5 }, standardError: 0 },
      ],
      [
        'freshness',
        ['freshness'],
        'd',
        {
          kind: 'number',
          what: 'age of the newest `d`',
          value: 36,
          limits: { atLeast: -24, atMost: 48 },
          warn: { atMost: 24 },
          unit: 'hours',
          standardError: 0,
        },
      ],
      ...(
        [
          ['id', 'range', '`id` is below 2', 1, 3],
          ['id', 'increasing', '`id` is not above the row before', 1, 3],
          ['code', 'nullable', '`code` is missing', 1, 3],
          ['code', 'pattern', '`code` does not match its pattern', 1, 2],
          ['code', 'length', '`code` has fewer than 3 characters', 1, 2],
          ['x', 'finite', '`x` is NaN or infinite', 1, 3],
          ['x', 'in', '`x` is none of the 2 allowed values', 1, 3],
          ['x', 'range', '`x` is outside -1.5 to 5 (excluded)', 1, 3],
          ['d', 'type', '`d` does not read as a date', 1, 2],
        ] as const
      ).map(([column, key, breaks, failing, of]) => [
        `columns.${column}.${key}`,
        ['columns', column, key],
        column,
        {
          ...{ kind: 'counted', breaks, failing, of, unit: 'row', allowed: none },
          sampleShows: key === 'increasing' ? 'presence' : 'share',
        },
      ]),
      [
        'columns.id.unique',
        ['columns', 'id', 'unique'],
        'id',
        {
          ...{
            kind: 'counted',
            breaks: '`id` is shared with another row',
            failing: 2,
            of: 3,
            unit: 'row',
            allowed: none,
          },
          extra: '1 value occurs more than once',
          sampleShows: 'presence',
        },
      ],
      [
        'keys.id+code',
        ['keys', 0],
        undefined,
        {
          ...{ kind: 'counted', breaks: '`id` and `code` are shared with another row', failing: 0, of: 2, unit: 'row' },
          ...{ allowed: none, sampleShows: 'presence' },
        },
      ],
      [
        'keys.code',
        ['keys', 1],
        undefined,
        {
          ...{ kind: 'counted', breaks: '`code` is shared with another row', failing: 0, of: 2, unit: 'row' },
          ...{ allowed: { atMost: { value: 1, unit: 'rows' } }, sampleShows: 'presence' },
        },
      ],
      [
        'checks.median',
        ['checks', 'median'],
        'id',
        { kind: 'number', what: '0.5 quantile of `id`', value: 2, limits: { atMost: 3 }, warn: { atMost: 1 }, rows: 3 },
      ],
      [
        'checks.high',
        ['checks', 'high'],
        undefined,
        {
          kind: 'counted',
          breaks: '`high` is not met',
          failing: 1,
          of: 3,
          unit: 'row',
          allowed: none,
          sampleShows: 'share',
        },
      ],
      [
        'checks.bad',
        ['checks', 'bad'],
        undefined,
        {
          kind: 'counted',
          breaks: '`bad` returns bad rows',
          failing: 2,
          of: 3,
          unit: 'row',
          allowed: none,
          sampleShows: 'presence',
        },
      ],
    ].map(([id, path, column, one]) => ({
      ...{ id, path, level: id === 'keys.code' ? 'warn' : 'fail', found: one },
      ...(column === undefined ? {} : { column }),
      ...(id === 'keys.code' ? { why: 'codes are ids' } : {}),
    })),
  );
});

describe('columns that are not there', () => {
  const csv = 'id,x\n1,2\n';

  test('their rules are said once, and what else names them cannot be measured', async () => {
    const rules = `
freshness: { column: seen, at-most: 1d }
keys: [[id, dya]]
columns:
  id: { type: integer }
  day: { type: date, nullable: false, range: { min: 2026-01-01 }, unique: true }
checks:
  late: { mean: day, at-most: 1 }
  early: { expect: "day > '2026-01-01'" }
  same: { sql: "select day from this" }
  rising: { increasing: { column: x, by: [day] } }
  known: { references: { columns: [day], table: t.csv } }
`;
    expect(await found('t.csv', csv, rules)).toEqual({
      'columns.id': 'holds',
      'columns.day': 'broken: there is no column `day`',
      'extra-columns': 'broken: the contract does not know the column `x`',
      freshness: 'column-missing: t.csv has no column `seen`.',
      'keys.id+dya': 'column-missing: t.csv has no column `dya`.',
      'checks.late': 'column-missing: t.csv has no column `day`.',
      'checks.early': 'policy-invalid: The engine does not take the SQL: Referenced column "day" not found.',
      'checks.same': 'policy-invalid: The engine does not take the SQL: Referenced column "day" not found.',
      'checks.rising': 'column-missing: t.csv has no column `day`.',
      'checks.known': 'column-missing: t.csv has no column `day`.',
    });
  });

  test('a label that may be missing when serving takes the checks about it along', async () => {
    const rules = `
extra-columns: allow
columns: { id: , late: { label: true, nullable: false } }
checks:
  mean: { mean: late, at-most: 1 }
  known: { expect: "late >= 0" }
  id: { expect: "id > 0" }
`;
    engine.write('t.csv', csv);
    expect(await measuredOf(engine, 't.csv', rules, { environment: 'serving' })).toEqual({
      'columns.id': 'holds',
      'checks.id': '0/1',
    });
    expect(Object.keys(await measuredOf(engine, 't.csv', rules, { environment: 'training' }))).toEqual([
      'columns.id',
      'columns.late',
      'checks.mean',
      'checks.known',
      'checks.id',
    ]);
  });

  test('several that the contract does not know', async () => {
    const rules = 'extra-columns: fail\norder: true\ncolumns: { b: , a: }\n';
    expect(await found('t.csv', 'a,b,c,d\n1,2,3,4\n', rules)).toEqual({
      'columns.b': 'holds',
      'columns.a': 'holds',
      'extra-columns': 'broken: the contract does not know 2 columns: `c`, `d`',
      order: 'broken: `a` stands where the contract has `b`',
    });
  });
});

describe('SQL of people', () => {
  const csv = 'id,"select","a b",naïve\n1,x,2,3\n2,,4,5\n';

  test('loses its own measurement only, whatever it does', async () => {
    const rules = `
columns: { id: { where: "id >", nullable: false, range: { max: 1 } } }
extra-columns: allow
checks:
  cast: { expect: "CAST(\\"select\\" AS INTEGER) > 0" }
  outside: { expect: "id in (select id from read_csv('/etc/passwd'))" }
  file: { sql: "select * from read_text('t.csv')" }
  out: { expect: "1) > 0 or (id" }
  aggregate: { expect: "id < avg(id)" }
  fine: { expect: "id > 1 -- the rest" }
  none: { expect: "\\"a b\\" > 2 and naïve > 3 and \\"select\\" = 'x'" }
`;
    expect(await found('t.csv', csv, rules)).toEqual({
      'columns.id': 'holds',
      'columns.id.nullable': 'policy-invalid: The SQL cannot be read: syntax error at or near ")", at its end.',
      'columns.id.range': 'policy-invalid: The SQL cannot be read: syntax error at or near ")", at its end.',
      'checks.cast': 'policy-invalid: The SQL fails on a value of the table.',
      'checks.outside': 'policy-invalid: The SQL calls read_csv(), which reads something else than its tables.',
      'checks.file': 'policy-invalid: The SQL calls read_text(), which reads something else than its tables.',
      'checks.out': 'policy-invalid: The SQL cannot be read: syntax error at or near ")", line 2, column 2.',
      'checks.aggregate': 'policy-invalid: The engine does not take the SQL.',
      'checks.fine': '1/2',
      'checks.none': '2/2',
    });
  });

  test('reads the tables that the contract names', async () => {
    engine.write('other.csv', 'id\n2\n3\n');
    const rules = `
columns: { id: { in: { table: known, column: id, where: "id < 9" } } }
extra-columns: allow
tables: { known: other.csv, unused: nothing.csv }
checks:
  orphans: { sql: "select * from this anti join known using (id)", returning: 50% }
  many: { sql: "select * from known, this", returning: 3 }
  refers: { references: { columns: ["a b"], table: known, key: [id] }, failing: 50% }
`;
    expect(await found('t.csv', csv, rules)).toEqual({
      'columns.id': 'holds',
      'columns.id.in': '1/2',
      'checks.orphans': '1/2',
      'checks.many': '4/4',
      'checks.refers': '1/2',
    });
  });
});

describe('values as they are written', () => {
  test('digits of a CSV that are meant as text stay what they are', async () => {
    const csv = 'zip,version,flag,whole\n00700,1.10,TRUE,1\n12345,1.2,false,2.5\n';
    const rules = `
columns:
  zip: { type: string, pattern: '^\\d{5}$', in: ["00700", "12345"] }
  version: { type: string, in: ["1.1", "1.2"], length: { min: 4 } }
  flag: { type: string, pattern: "^[a-z]+$" }
  whole: { type: integer }
checks:
  zip: { expect: "zip like '0%'" }
`;
    expect(await found('t.csv', csv, rules)).toMatchObject({
      'columns.zip.pattern': '0/2',
      'columns.zip.in': '0/2',
      'columns.version.in': '1/2',
      'columns.version.length': '1/2',
      'columns.flag.pattern': '1/2',
      'columns.whole.type': '1/2',
      'checks.zip': '1/2',
    });
  });

  test.each([
    ['integer', ['12', '-7', ' 3', '+4', '9007199254740993'], ['2.5', '1e3', '', 'x', '0x1F', '1_000']],
    ['double', ['12', '.5', '-1e-3', 'nan', '-inf'], ['1,5', '0x1F', '1_000', 'x']],
    ['decimal', ['12.50', '-.5'], ['nan', '1,5', 'x']],
    ['boolean', ['true', 'FALSE'], ['t', 'yes', '1']],
    [
      'date',
      ['2026-02-28', '0001-01-01'],
      ['2026-02-30', '2026-2-1', '2026/02/01', '2026-02-01 10:00', '2026-02-01 x'],
    ],
    ['time', ['12:00', '23:59:59.5'], ['24:30', '12', '12:00Z']],
    [
      'timestamp',
      ['2026-02-28T12:00:00Z', '2026-02-28 12:00', '2026-02-28', '2026-02-28T12:00:00.123456+02:00'],
      ['2026-02-30 10:00', 'noon'],
    ],
  ])('%s', async (type, good, bad) => {
    const missing = bad.filter((one) => one === '').length;
    const csv = `n,v\n${[...good, ...bad].map((one, index) => `${index},"${one}"`).join('\n')}\nlast,\n`;
    expect(
      await found(
        't.csv',
        csv,
        `extra-columns: allow\ncolumns: { v: { type: ${type}${type === 'double' ? ', finite: false' : ''} } }\n`,
      ),
    ).toEqual({
      'columns.v': 'holds',
      'columns.v.type': `${bad.length - missing}/${good.length + bad.length - missing}`,
    } satisfies Record<string, string>);
  });

  test('a range says how text without a type is meant', async () => {
    const rules = 'columns: { n: { range: { min: 2 } }, d: { range: { min: 2026-01-01T01:00:00+01:00 } } }\n';
    const csv = 'n,d\n1,2026-01-01\n2,2025-12-31T23:59:59Z\nx,2026-01-01T02:00:00+03:00\n,soon\n';
    expect(await found('t.csv', csv, rules, 'columns.n.range', 'columns.d.range')).toEqual({
      'columns.n.range': '2/3',
      'columns.d.range': '3/4',
    });
  });
});

test('integers beyond 2^53 are told apart, and in a contract they are written in quotes', async () => {
  const csv = 'id\n9007199254740993\n9007199254740992\n';
  expect(await found('t.csv', csv, 'columns: { id: { in: ["9007199254740993"] } }\n', 'columns.id.in')).toEqual({
    'columns.id.in': '1/2',
  });
  expect(await found('t.csv', csv, 'columns: { id: { in: [9007199254740993] } }\n', 'columns.id.in')).toEqual({
    'columns.id.in':
      'contract-invalid: `in` of `id` holds an integer beyond 2^53, which YAML does not keep exactly: write it in quotes.',
  });
});

test('a rule that has no meaning for what a column holds is no pass', async () => {
  const csv = 's,n,b\na,1,true\nb,2,false\n';
  const rules = `
columns:
  n: { pattern: "^1$", length: { max: 1 } }
  b: { range: { min: 0 } }
checks:
  mean: { mean: s, at-most: 1 }
  share: { mean: b, between: [0.5, 0.5] }
  kinds: { distinct: s, at-most: 2 }
freshness: { column: n, at-most: 1d }
extra-columns: allow
`;
  expect(await found('t.csv', csv, rules)).toEqual({
    'columns.n': 'holds',
    'columns.b': 'holds',
    freshness: 'column-type: `freshness` needs dates or times, and `n` holds integers.',
    'columns.n.pattern': 'column-type: `pattern` is for text, and `n` holds integers.',
    'columns.n.length': 'column-type: `length` is of text, bytes and lists, and `n` holds integers.',
    'columns.b.range': 'column-type: `range` is of numbers, and `b` holds true and false.',
    'checks.mean': 'column-type: `mean` needs numbers, and `s` holds text.',
    'checks.share': 0.5,
    'checks.kinds': 2,
  });
});

test('numbers of rows that there are none of, or that are not finite, are none', async () => {
  const csv = 'a,x,e\n1,nan,\n2,1,\n';
  const rules = `
columns: { a: , x: { type: double, finite: false }, e: { type: double, nulls: 100% , range: { min: 1 } } }
checks:
  nan: { mean: x, at-most: 9 }
  deviation: { stddev: x, at-most: 9 }
  quantile: { quantile: { column: x, q: 0.5 }, at-most: 9 }
  empty: { max: e, at-most: 9 }
  nobody: { sum: a, where: "a > 5", at-most: 9 }
  one: { stddev: a, where: "a = 1", at-most: 9 }
  half: { sum: a, where: "a = 2", at-most: 9 }
`;
  expect(await found('t.csv', csv, rules)).toMatchObject({
    'columns.e.nulls': '2/2',
    'columns.e.range': '0/0',
    'checks.nan': undefined,
    'checks.deviation': undefined,
    'checks.quantile': undefined,
    'checks.empty': undefined,
    'checks.nobody': undefined,
    'checks.one': undefined,
    'checks.half': 2,
  });
});
