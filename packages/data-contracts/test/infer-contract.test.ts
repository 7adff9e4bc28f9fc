import { parseDataContract } from '@modelgate/core';
import { expect, test } from 'vitest';
import { inferContract } from '../src/index.ts';

const airports = ['LGA', 'EWR', 'JFK'].map((value) => ({ value, rows: 400 }));

test('what was seen is a question; only types and much-seen completeness are rules', () => {
  const text = inferContract('my flights', [
    { name: 'origin', type: 'string', rows: 1200, nulls: 0, values: airports },
    { name: 'delay', type: 'double', rows: 1200, nulls: 7 },
  ]);
  expect(text).toBe(`# Proposed from 1,200 rows. Read it as a question: what was seen once is no law.
# Ranges are left to you: the smallest and largest value seen say little about what may come.
version: 1
name: my-flights
columns:
  # nullable: false, because no value was missing in 1,200 rows
  # only these were seen, if there can be no other: in: [EWR, JFK, LGA]
  origin: { type: string, nullable: false }
  delay: { type: double }
`);
  expect(parseDataContract(text, 'f').contract.columns['origin']).toEqual({
    type: 'string',
    nullable: false,
    required: true,
    level: 'fail',
  });
});

test.each([
  [
    'too few rows',
    { rows: 999, nulls: 0, values: airports },
    ['no value was missing, but 999 rows are too few to ask for it'],
  ],
  ['a rare value', { rows: 5000, nulls: 1, values: [...airports, { value: 'rare', rows: 9 }] }, []],
  ['a long value', { rows: 5000, nulls: 1, values: [{ value: 'x'.repeat(41), rows: 5000 }] }, []],
  [
    'too many values',
    { rows: 5000, nulls: 1, values: Array.from({ length: 21 }, (_, at) => ({ value: `${at}`, rows: 200 })) },
    [],
  ],
])('%s: nothing is proposed', (_, seen, comments) => {
  const text = inferContract('t', [{ name: 'a', type: 'string', ...seen }]);
  const lines = text.split('\n').slice(5, -1);
  expect(lines).toEqual([...comments.map((one) => `  # ${one}`), '  a: { type: string }']);
});

test('a value with a line break stays in its comment', () => {
  const values = [{ value: 'a\n  b: { absent: true }', rows: 2000 }];
  const text = inferContract('t', [{ name: 'a', type: 'string', rows: 2000, nulls: 0, values }]);
  expect(Object.keys(parseDataContract(text, 'f').contract.columns)).toEqual(['a']);
});
