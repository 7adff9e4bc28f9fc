import { parseDataContract } from '@modelgate/core';
import { expect, test } from 'vitest';
import { duckdb, inferContract, observeColumns, structureFindings } from '../src/parts.ts';
import { opened } from './opened.ts';

const airports = ['LGA', 'EWR', 'JFK'].map((value) => ({ value, rows: 400 }));

test('what was seen is a question; only types and much-seen completeness are rules', () => {
  const text = inferContract('my flights', [
    { name: 'origin', type: 'string', rows: 1200, nulls: 0, values: airports },
    { name: 'delay', type: 'double', rows: 1200, nulls: 7 },
  ]);
  expect(text).toBe(`# Proposed from 1,200 rows. Read it as a question: what was seen once is no law.
# Ranges are left to you: the smallest and largest value seen say little about what may come.
# To tighten: take over what the comments propose, add \`range\` and \`keys\`, and write \`extra-columns: fail\`
# once a new column must not come unannounced. What is too strict for some rows takes \`failing: 1%\`.
version: 1
name: my-flights
extra-columns: warn
columns:
  # nullable: false, because no value was missing in 1,200 rows
  # only these were seen, if there can be no other: in: [EWR, JFK, LGA]
  origin: { type: string, nullable: false }
  # missing in 0.58% of rows; to hold it there: nulls: 2%
  delay: { type: double }
`);
  expect(parseDataContract(text, 'f').contract.columns['origin']).toEqual({
    type: 'string',
    nullable: false,
    required: true,
    level: 'fail',
  });
});

const missing = 'missing in 0.02% of rows; to hold it there: nulls: 0.1%';

test.each([
  [
    'too few rows',
    { rows: 999, nulls: 0, values: airports },
    ['no value was missing, but 999 rows are too few to ask for it'],
  ],
  ['a rare value', { rows: 5000, nulls: 1, values: [...airports, { value: 'rare', rows: 9 }] }, [missing]],
  ['a long value', { rows: 5000, nulls: 1, values: [{ value: 'x'.repeat(41), rows: 5000 }] }, [missing]],
  [
    'too many values',
    { rows: 5000, nulls: 1, values: Array.from({ length: 21 }, (_, at) => ({ value: `${at}`, rows: 200 })) },
    [missing],
  ],
  ['a key of few rows', { rows: 999, nulls: 3, unique: true }, []],
  ['most values missing', { rows: 5000, nulls: 4000 }, ['missing in 80% of rows']],
])('%s: nothing is proposed', (_, seen, comments) => {
  const text = inferContract('t', [{ name: 'a', type: 'string', ...seen }]);
  const lines = text.split('\n').slice(8, -1);
  expect(lines).toEqual([...comments.map((one) => `  # ${one}`), '  a: { type: string }']);
});

test('a value with a line break stays in its comment', () => {
  const values = [{ value: 'a\n  b: { absent: true }', rows: 2000 }];
  const text = inferContract('t', [{ name: 'a', type: 'string', rows: 2000, nulls: 0, values }]);
  expect(Object.keys(parseDataContract(text, 'f').contract.columns)).toEqual(['a']);
});

test('a table is looked at, and what is proposed holds for it', async () => {
  const { tables, write } = await opened();
  const rows = Array.from({ length: 1200 }, (_, i) =>
    [
      i,
      ['LGA', 'EWR'][i % 2],
      `2024-01-${10 + (i % 20)}`,
      i % 100 === 0 ? '' : i / 7,
      i % 4 === 0 ? 'nan' : i,
      'Meier',
      '',
    ].join(),
  );
  write('t.csv', `id,origin,day,delay,score,surname,nothing\n${rows.join('\n')}\n`);
  const source = await tables.describe('t.csv');
  const text = inferContract('t', await observeColumns({ engine: tables, dialect: duckdb, source }));
  expect(text.slice(text.indexOf('columns:\n'))).toBe(`columns:
  # nullable: false, because no value was missing in 1,200 rows
  # no value came twice in 1,200 rows; if none may: unique: true, or keys: [[id]]
  id: { type: integer, nullable: false }
  # nullable: false, because no value was missing in 1,200 rows
  # only these were seen, if there can be no other: in: [EWR, LGA]
  origin: { type: string, nullable: false }
  # nullable: false, because no value was missing in 1,200 rows
  day: { type: date, nullable: false }
  # missing in 1% of rows; to hold it there: nulls: 2%
  delay: { type: double }
  # nullable: false, because no value was missing in 1,200 rows
  # finite: false, because 25% of values are NaN or infinite
  score: { type: double, nullable: false, finite: false }
  # nullable: false, because no value was missing in 1,200 rows
  # looks like personal data; no value of it is shown, and \`privacy\` says what is allowed
  surname: { type: string, nullable: false }
  # missing in 100% of rows
  nothing: {}
`);
  const { contract } = parseDataContract(text, 'f');
  const situation = { environment: undefined, today: '2026-01-01' };
  expect(structureFindings(contract, source.columns, source.format, situation)).toEqual([]);
});
