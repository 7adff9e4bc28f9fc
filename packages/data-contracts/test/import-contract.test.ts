import { readFileSync } from 'node:fs';
import { parseDataContract, UserError } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { type ContractSource, type ImportedContract, importContract } from '../src/parts.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** The contract as it means, and what was left out as `what: why`. */
function taken(source: ContractSource, text: string) {
  const { contract, left } = importContract(source, text, 'file');
  return {
    text: contract,
    contract: parseDataContract(contract, 'file').contract,
    left: left.map(({ what, why }) => `${what}: ${why}`),
  };
}

const rows = (value: number) => ({ atMost: { value, unit: 'rows' } });
const share = (value: number) => ({ atMost: { value, unit: 'share' } });

describe('files that the tools wrote', () => {
  test.each([
    ['great-expectations', 'great-expectations-1.24.1.json'],
    ['great-expectations', 'great-expectations-0.18.22.json'],
    ['pandera', 'pandera-0.35.0.yml'],
    ['pandera', 'pandera-0.35.0-full.yml'],
    ['json-schema', 'json-schema-2020-12.json'],
  ] as const)('%s: %s', (source, name) => {
    const { contract, left }: ImportedContract = importContract(source, fixture(name), name);
    const listed = left.map(({ what, why, where = '-' }) => `# ${where} | ${what} | ${why}\n`);
    expect(contract + listed.join('')).toBe(fixture(name.replace(/\.(json|yml)$/, '.contract.yml')));
    expect(() => parseDataContract(contract, name)).not.toThrow();
  });

  test('a suite means the same afterwards', () => {
    const { contract } = taken('great-expectations', fixture('great-expectations-1.24.1.json'));
    expect(contract.columns['tail_number']).toMatchObject({
      nulls: share(0.01),
      pattern: '^N[0-9A-Z]{1,6}$',
      matching: share(0.01),
    });
    expect(contract.columns['dest']).toMatchObject({ 'not-in': ['EWR', 'LGA'], level: 'warn' });
    expect(contract.columns['flight_id']).toMatchObject({ nullable: false, unique: rows(0) });
    expect(Object.keys(contract.columns)[1]).toBe('delayed');
    expect(contract.order).toBe(true);
  });
});

const suite = (...expectations: readonly Readonly<Record<string, unknown>>[]) =>
  taken('great-expectations', JSON.stringify({ name: 's', expectations }));
const on = (rule: string, kwargs: Readonly<Record<string, unknown>>) => ({
  type: `expect_${rule}`,
  kwargs: { column: 'a', ...kwargs },
});

describe('Great Expectations', () => {
  test('two shares on one column: the second becomes a check over the same rows', () => {
    const { contract, left } = suite(
      on('column_values_to_be_between', { min_value: 0, mostly: 0.95 }),
      on('column_values_to_be_in_set', { value_set: [1, 2], mostly: 0.9 }),
      on('column_values_to_not_be_null', {}),
    );
    expect(left).toEqual([]);
    // beside `failing`, `nulls: 0` says that no null is meant
    expect(contract.columns['a']).toMatchObject({ range: { min: 0 }, failing: share(0.05), nulls: rows(0) });
    expect(contract.checks).toEqual({
      'a-in': { where: '"a" is not null', expect: '"a" in (1, 2)', failing: share(0.1), level: 'fail' },
    });
  });

  test('ranges meet; a contradiction keeps both', () => {
    const met = suite(
      on('column_values_to_be_between', { min_value: 1 }),
      on('column_values_to_be_between', { max_value: 9, strict_max: true }),
    );
    expect(met.contract.columns['a']?.range).toEqual({ min: 1, below: 9 });
    const none = suite(
      on('column_values_to_be_between', { min_value: 5 }),
      on('column_values_to_be_between', { max_value: 1 }),
    );
    expect(none.contract.columns['a']?.range).toEqual({ min: 5 });
    expect(none.contract.checks['a-range']).toMatchObject({ expect: '"a" <= 1' });
  });

  test('of two shares for one rule, none is lost', () => {
    const { contract, left } = suite(
      on('column_values_to_not_be_null', { mostly: 0.99 }),
      on('column_values_to_not_be_null', { mostly: 0.95 }),
      on('column_values_to_be_unique', { mostly: 0.9 }),
      on('column_values_to_be_unique', { mostly: 0.8 }),
      on('column_values_to_match_regex', { regex: 'x', mostly: 0.9 }),
      on('column_values_to_match_regex', { regex: 'x' }),
    );
    expect(contract.columns['a']).toMatchObject({ nulls: share(0.01), unique: share(0.1), matching: share(0.1) });
    expect(contract.checks['a-nullable']).toMatchObject({ expect: '"a" is not null', failing: share(0.05) });
    expect(contract.keys).toEqual([{ columns: ['a'], tolerance: share(0.2), level: 'fail' }]);
    expect(left).toEqual(['expect_column_values_to_match_regex of `a`: a column has one `pattern`, and here it is x']);
    const strict = suite(on('column_values_to_not_be_null', { mostly: 0.99 }), on('column_values_to_not_be_null', {}));
    expect(strict.contract.columns['a']).toEqual({ nullable: false, required: true, level: 'fail' });
  });

  test('patterns that must not match, and those of some rows', () => {
    const { contract, left } = suite(
      on('column_values_to_not_match_regex', { regex: '^x' }),
      on('column_values_to_not_match_regex_list', { regex_list: ['a', 'b$'] }),
      { type: 'expect_column_values_to_match_regex', kwargs: { column: 'b', regex: '^(?!.*[IO])N[0-9]', mostly: 1 } },
      {
        type: 'expect_column_values_to_match_regex',
        kwargs: { column: 'c', regex: '^N', row_condition: 'b == 1', condition_parser: 'pandas' },
      },
      { type: 'expect_column_values_to_be_between', kwargs: { column: 'c', min_value: 1 } },
      { type: 'expect_column_values_to_be_unique', kwargs: { column: 'c' } },
      {
        type: 'expect_column_values_to_match_regex',
        kwargs: { column: 'd', regex: '^N', row_condition: 'b == 1', condition_parser: 'pandas', mostly: 0.9 },
      },
    );
    expect(left).toEqual([]);
    expect(contract.columns).toMatchObject({
      a: { 'not-pattern': '(?:^x)|(?:(?:a)|(?:b$))' },
      b: { pattern: '^N[0-9]', 'not-pattern': '^.*[IO]' },
      c: { pattern: '^N', where: '"b" = 1' },
      d: { pattern: '^N', where: '"b" = 1', matching: share(0.1) },
    });
    // what asks all rows of `c` stands apart from what asks some
    expect(contract.columns['c']).not.toHaveProperty('range');
    expect(contract.checks).toMatchObject({ 'c-range': { where: '"c" is not null', expect: '"c" >= 1' } });
    expect(contract.keys).toMatchObject([{ columns: ['c'] }]);
  });

  test('a pattern of some rows of a column that has rules for all is listed; an order of some rows is a check', () => {
    const some = { row_condition: 'b == 1', condition_parser: 'pandas' };
    const { contract, left } = suite(
      on('column_values_to_be_between', { min_value: 1 }),
      on('column_values_to_match_regex', { regex: '^N', ...some }),
      on('column_values_to_be_increasing', { strictly: true, ...some }),
      on('column_values_to_match_regex', { regex: '^(?!a)b|c' }),
    );
    expect(left).toEqual([
      'expect_column_values_to_match_regex of `a`: looks at some rows only',
      'expect_column_values_to_match_regex of `a`: the pattern ^(?!a)b|c looks ahead or behind, which the engines do not; write it as two rules',
    ]);
    expect(contract.checks).toMatchObject({
      'a-increasing': { where: '"b" = 1', increasing: { column: 'a', strictly: true } },
    });
  });

  test('rows without limits ask nothing', () => {
    const { contract, left } = suite(on('column_to_exist', {}), {
      type: 'expect_table_row_count_to_be_between',
      kwargs: { min_value: null, max_value: null },
    });
    expect(contract.rows).toBeUndefined();
    expect(left).toEqual(['expect_table_row_count_to_be_between: has no end: it lets any number of rows through']);
  });

  test('a range that lets nothing through is left out with the reason', () => {
    const { left } = suite(
      on('column_to_exist', {}),
      on('column_values_to_be_between', { min_value: 5, max_value: 1 }),
    );
    expect(left).toEqual([
      'expect_column_values_to_be_between of `a`: lets no value through: nothing is between 5 and 1',
    ]);
  });

  test.each([
    [
      'column_values_to_be_of_type',
      { type_: 'object' },
      'what object holds is not fixed, or no type that a contract knows',
    ],
    [
      'column_values_to_be_in_type_list',
      { type_list: ['int64', 'float64'] },
      'a column has one type, and this allows integer and double',
    ],
    ['column_values_to_be_between', { min_value: 2 ** 60 }, 'an integer beyond 2^53 cannot be written exactly'],
    [
      'column_values_to_be_between',
      { min_value: { $PARAMETER: 'low' } },
      '`min_value` comes from a parameter of the run; write its value',
    ],
    ['column_values_to_be_between', { min_value: 1, rounding: 2 }, 'its `rounding: 2` has no counterpart'],
    ['column_values_to_be_unique', { mostly: 0 }, 'mostly: 0 lets every row break it'],
    [
      'column_values_to_be_in_set',
      { value_set: [[1]] },
      'holds a value that is missing, no plain value or an integer too large to be exact',
    ],
    ['column_values_to_be_decreasing', {}, 'a contract has no such rule'],
    [
      'column_mean_to_be_between',
      { min_value: '2020-01-01' },
      'limits of `mean` are numbers here; write a range for the values',
    ],
    [
      'column_values_to_be_between',
      { min_value: 1, row_condition: 'len(b) > 2' },
      'its row_condition is more than comparisons with values: "len(b) > 2"',
    ],
    ['column_values_to_match_regex', { regex: '(?P<x>a)' }, 'the pattern (?P<x>a) names a group as only Python does'],
    [
      'column_values_to_match_regex',
      { regex: '\\Aa\\Z' },
      'the pattern \\Aa\\Z marks the ends with \\A or \\Z: write ^ and $',
    ],
    ['column_values_to_match_regex', { regex: '(' }, 'is no regular expression: Unterminated group'],
    ['constructor', {}, 'a contract has no such rule'],
  ])('%s %j is listed', (rule, kwargs, why) => {
    const { left, contract } = suite(on('column_to_exist', {}), on(rule, kwargs));
    expect(left).toEqual([`expect_${rule} of \`a\`: ${why}`]);
    expect(contract.columns).toEqual({ a: { required: true, level: 'fail' } });
    expect(contract.checks).toEqual({});
  });

  test.each([
    ['b == "x"', 'pandas', `"b" = 'x'`],
    ['b != "x" and `c d` >= -1.5', 'pandas', `"b" is distinct from 'x' and "c d" >= -1.5`],
    ['(b == 1 | b == 2) & c.notnull()', 'pandas', '("b" = 1 or "b" = 2) and "c" is not null'],
    ["b not in ['x', 'it']", 'pandas', `"b" not in ('x', 'it') or "b" is null`],
    ['col("b").notNull()', 'great_expectations', '"b" is not null'],
    ['col("b") != 5', 'great_expectations', '"b" <> 5'],
    [
      {
        type: 'or',
        conditions: [
          { type: 'nullity', column: { name: 'b' }, is_null: true },
          { type: 'comparison', column: { name: 'b' }, operator: '>', parameter: 1 },
        ],
      },
      null,
      '"b" is null or "b" > 1',
    ],
  ])('row_condition %j', (row_condition, condition_parser, where) => {
    const { contract } = suite(on('column_values_to_not_be_null', { row_condition, condition_parser }));
    expect(contract.checks['a-nullable']).toMatchObject({ where, expect: '"a" is not null' });
  });

  test.each(['b == 1 or', 'not b == 1', 'b == 1; drop table x', "b == 'it''s'", '@limit < b', 'b', ''])(
    'row_condition %j is not guessed',
    (row_condition) => {
      const { left } = suite(on('column_to_exist', {}), on('column_values_to_not_be_null', { row_condition }));
      expect(left).toHaveLength(1);
    },
  );

  test('names and values with quotes stay inside of them', () => {
    const { contract } = suite({
      type: 'expect_column_values_to_be_in_set',
      kwargs: { column: 'x" or 1=1 --', value_set: ["it's", '\u0085\u2028: #'], row_condition: 'b == "o\'clock"' },
    });
    expect(Object.values(contract.checks)).toMatchObject([
      {
        where: `"b" = 'o''clock' and ("x"" or 1=1 --" is not null)`,
        expect: `"x"" or 1=1 --" in ('it''s', '\u0085\u2028: #')`,
      },
    ]);
  });

  test('names that YAML or JavaScript read otherwise', () => {
    const names = ['yes', '1', 'null', '', 'a: b', '- x', '#c', '~', 'ключ', '__proto__', '\u0085'];
    const { contract, left } = suite(
      ...names.map((column) => ({ type: 'expect_column_to_exist', kwargs: { column } })),
    );
    expect(Object.keys(contract.columns).toSorted()).toEqual(
      names.filter((one) => one !== '' && one !== '__proto__').toSorted(),
    );
    expect(left).toHaveLength(2);
  });

  test('a suite of which nothing can be asked is an error that says what it held', () => {
    const text = JSON.stringify({ name: 's', expectations: [on('column_values_to_be_decreasing', {})] });
    expect(() => importContract('great-expectations', text, 's.json')).toThrow(
      expect.objectContaining({
        message: 's.json: holds no rule that a contract can ask',
        how: 'left out: s.json:1:29: expect_column_values_to_be_decreasing of `a`: a contract has no such rule',
      }),
    );
  });

  test.each(['[]', '{"expectations": 1}', '{', ''])('%j is no suite', (text) => {
    expect(() => importContract('great-expectations', text, 's.json')).toThrow(UserError);
  });
});

describe('pandera', () => {
  const schema = (columns: string) => taken('pandera', `schema_type: dataframe\nversion: 0.20.0\ncolumns:\n${columns}`);

  test('checks of the versions before 0.35 stand under `checks`, with options', () => {
    const { contract, left } = schema(`  a:
    dtype: float64
    nullable: true
    checks:
      greater_than: 0
      less_than_or_equal_to: { value: 5, options: { ignore_na: true, raise_warning: false } }
  b:
    dtype: datetime64[ns, UTC]
    nullable: false
    checks:
    - { min_value: 2020-01-01 00:00:00, options: { check_name: greater_than_or_equal_to } }
    - { max_value: 2021-01-01 00:00:00, options: { check_name: less_than, raise_warning: true, error: too new } }
`);
    expect(contract.columns['a']).toMatchObject({ type: 'double', range: { above: 0, max: 5 } });
    expect(contract.columns['b']).toMatchObject({ nullable: false, range: { min: '2020-01-01T00:00:00' } });
    expect(contract.checks).toEqual({
      'b-range': {
        where: '"b" is not null',
        expect: `"b" < timestamp '2021-01-01 00:00:00'`,
        level: 'warn',
        why: 'too new',
      },
    });
    expect(left).toEqual([
      'widths of types: datetime64[ns, utc] (`b`): types here are logical: an integer may be of any width and sign',
    ]);
  });

  test.each([
    ['str_matches: N[0-9]+$', '^(?:N[0-9]+$)'],
    ['str_contains: N[0-9]+', 'N[0-9]+'],
    ['str_startswith: a.b', '^a\\.b'],
    ['str_endswith: (x)', '\\(x\\)$'],
  ])('%s', (check, pattern) => {
    expect(schema(`  a:\n    dtype: str\n    ${check}\n`).contract.columns['a']?.pattern).toBe(pattern);
  });

  test.each([
    [
      'my_own_check: 3',
      'my_own_check of `a`: a contract has no such rule; if it is your own check, write it as `expect`',
    ],
    [
      'str_matches: (?<=a)b',
      'str_matches of `a`: the pattern (?<=a)b looks ahead or behind, which the engines do not; write it as two rules',
    ],
    ['default: x', 'default of `a`: fills what is missing before it checks; here nothing is filled'],
    ['coerce: true', 'coerce of `a`: converts values before it checks; here they are judged as they stand'],
    ['isin: { value: [x], groupby: b }', 'isin of `a`: is asked of groups; write one check for each with `where`'],
  ])('%s is listed', (line, what) => {
    expect(schema(`  a:\n    dtype: str\n    ${line}\n`).left).toEqual([what]);
  });

  test('infinity is an open end, and NaN is no value of a set', () => {
    const { contract, left } = schema(`  a:
    dtype: float64
    in_range: { min_value: 1, max_value: .inf }
    isin: [1.5, .nan]
    greater_than: .inf
`);
    expect(contract.columns['a']).toMatchObject({ type: 'double', range: { min: 1 } });
    expect(left).toEqual([
      'isin of `a`: its value cannot be read here: [1.5,null]',
      'greater_than of `a`: Infinity cannot be written exactly',
    ]);
  });

  test('other documents are refused', () => {
    expect(() => importContract('pandera', 'schema_type: series\n', 'p.yml')).toThrow(
      /^p\.yml: is no schema that pandera wrote: schema_type: /,
    );
  });
});

describe('JSON Schema', () => {
  const row = (properties: unknown, more: Readonly<Record<string, unknown>> = {}) =>
    taken('json-schema', JSON.stringify({ type: 'object', required: ['a'], properties, ...more }));

  test.each<[string, unknown, unknown]>([
    ['type', { type: 'integer' }, { type: 'integer', nullable: false }],
    ['nullable type', { type: ['null', 'number'] }, { type: 'double' }],
    ['number and integer', { type: ['integer', 'number'] }, { type: 'double', nullable: false }],
    ['nullable of OpenAPI', { type: 'string', nullable: true }, { type: 'string' }],
    [
      'optional of pydantic',
      { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] },
      { type: 'integer', range: { min: 0 } },
    ],
    ['enum with null', { enum: ['x', null] }, { in: ['x'] }],
    ['const', { const: 3 }, { in: [3], nullable: false }],
    ['exclusive ends', { exclusiveMinimum: 0, exclusiveMaximum: 1 }, { range: { above: 0, below: 1 } }],
    ['exclusive ends of draft 4', { minimum: 0, exclusiveMinimum: true }, { range: { above: 0 } }],
    ['whole numbers', { multipleOf: 1 }, { type: 'integer' }],
    [
      'length',
      { type: 'string', minLength: 1, maxLength: 3 },
      { type: 'string', nullable: false, length: { min: 1, max: 3 } },
    ],
    ['pattern', { pattern: '^\\u00e9\\@\\-[a\\-z]$' }, { pattern: '^é@-[a\\-z]$' }],
    ['reference', { $ref: '#/$defs/x~1y' }, { type: 'boolean', nullable: false }],
    ['anchor', { $ref: '#here' }, { in: [1], nullable: false }],
    [
      'reference and more',
      { $ref: '#/$defs/n', maximum: 9 },
      { type: 'integer', nullable: false, range: { min: 1, max: 9 } },
    ],
    [
      'allOf',
      { allOf: [{ $ref: '#/$defs/n' }, { maximum: 9 }] },
      { type: 'integer', nullable: false, range: { min: 1, max: 9 } },
    ],
    ['anything', true, {}],
  ])('%s', (_, a, rules) => {
    const $defs = { 'x/y': { type: 'boolean' }, n: { type: 'integer', minimum: 1 }, h: { $anchor: 'here', const: 1 } };
    const { contract, left } = row({ a }, { $defs });
    expect(left).toEqual([]);
    expect(contract.columns['a']).toEqual({ required: true, level: 'fail', ...(rules as object) });
  });

  test.each<[unknown, string]>([
    [{ $ref: '#/$defs/loop' }, '$ref #/$defs/loop of `a`: leads out of this file, in a circle, or to nothing'],
    [{ $ref: '#/$defs/none' }, '$ref #/$defs/none of `a`: leads out of this file, in a circle, or to nothing'],
    [{ type: ['string', 'integer'] }, 'type of `a`: a column has one type, and this allows string and integer'],
    [{ pattern: '(a)\\1' }, 'pattern of `a`: the pattern (a)\\1 refers back to a group, which the engines do not'],
    [{ pattern: '\\p{Letter}' }, 'pattern of `a`: the pattern \\p{Letter} names a Unicode property as RE2 does not'],
    [{ pattern: 'a{2000}' }, 'pattern of `a`: the pattern a{2000} repeats 2000 times; RE2 repeats at most 1000 times'],
    [{ minimum: 3, maximum: 1 }, 'maximum of `a`: no'],
    [{ contentEncoding: 'base64' }, 'contentEncoding of `a`: a contract has no such rule'],
  ])('%j is listed', (a, what) => {
    const { left, contract } = row({ a }, { $defs: { loop: { $ref: '#/$defs/loop' } } });
    if (what.endsWith(': no')) {
      // each alone is a rule; together they stand as a column's rule and a check
      expect(left).toEqual([]);
      expect(contract.checks['a-range']).toMatchObject({ expect: '"a" <= 1' });
    } else expect(left).toEqual([what]);
  });

  test('an array of rows, its row behind a reference', () => {
    const { contract, left } = taken(
      'json-schema',
      JSON.stringify({
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'array',
        minItems: 10,
        uniqueItems: true,
        items: { $ref: '#/definitions/row' },
        definitions: { row: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false } },
      }),
    );
    expect(contract.rows).toEqual({ 'at-least': 10, level: 'fail' });
    expect(contract['extra-columns']).toBe('fail');
    expect(contract.columns['a']).toEqual({ type: 'string', required: false, level: 'fail' });
    expect(left).toEqual([
      '`uniqueItems` of the rows: a contract has no such rule of all rows',
      'null written out in `a`: the schema forbids it and lets the property be missing; a table has one kind of missing, which is let through',
    ]);
  });

  test('rows that are put together, and a property that is required without a schema', () => {
    const { contract, left } = taken(
      'json-schema',
      JSON.stringify({
        allOf: [{ properties: { a: { const: 1 } }, required: ['a'], additionalProperties: false }, { required: ['b'] }],
        patternProperties: { '^x': {} },
      }),
    );
    expect(Object.keys(contract.columns)).toEqual(['a', 'b']);
    expect(contract['extra-columns']).toBe('allow');
    expect(left).toEqual([
      'additionalProperties: false: in a part of a schema it also forbids what the other parts name',
      '`patternProperties` of a row: a contract has no such rule',
    ]);
  });

  test.each(['true', '{}', '{"type": "string"}', '[1'])('%s has no row', (text) => {
    expect(() => importContract('json-schema', text, 's.json')).toThrow(UserError);
  });
});
