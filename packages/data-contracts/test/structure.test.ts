import { parseDataContract } from '@modelgate/core';
import type { Column, Format } from '@modelgate/tables';
import { describe, expect, test } from 'vitest';
import { structureFindings } from '../src/parts.ts';

const today = '2026-11-22';

function column(name: string, type: Column['type'], storedAs: string): Column {
  return { name, type, storedAs };
}

function found(
  contract: string,
  columns: readonly Column[],
  { format = 'parquet', environment }: { format?: Format; environment?: string } = {},
): readonly string[] {
  const { contract: parsed } = parseDataContract(`version: 1\nname: t\n${contract}`, 'c.yml');
  return structureFindings(parsed, columns, format, { environment, today }).map(
    ({ kind, level, words, how }) => `${level} ${kind}: ${words}${how === undefined ? '' : `; ${how}`}`,
  );
}

const id = column('id', 'integer', 'BIGINT');

test('columns that are missing, forbidden or not known', () => {
  const contract =
    'extra-columns: fail\ncolumns:\n  id: { type: integer }\n  carrier: { level: warn }\n  email: { absent: true }\n  note: { required: false }\n';
  expect(found(contract, [id, column('carier', 'text', 'VARCHAR'), column('email', 'text', 'VARCHAR')])).toEqual([
    'warn missing: there is no column `carrier`; is it the column `carier`?',
    'fail forbidden: the column `email` is there, and must not be',
    'fail unexpected: the contract does not know the column `carier`; is it meant as `carrier`?',
  ]);
  expect(found('columns: { id: }\n', [id, column('x', 'text', 'VARCHAR')])).toEqual([
    'warn unexpected: the contract does not know the column `x`',
  ]);
  expect(found('extra-columns: allow\ncolumns: { id: }\n', [id, column('x', 'text', 'VARCHAR')])).toEqual([]);
});

test('columns that belong to an environment or a time', () => {
  const contract = `columns:
  id:
  late: { label: true }
  weather: { environments: [training] }
  gate: { since: 2026-06-01 }
  soon: { since: 2027-01-01 }
  old: { until: 2026-06-01 }
  leaving: { until: 2026-12-31 }
`;
  expect(found(contract, [id], { environment: 'serving' })).toEqual([
    'fail missing: there is no column `gate`, which has been asked for since 2026-06-01',
    'fail missing: there is no column `leaving`',
  ]);
  expect(found(contract, [id], { environment: 'training' }).map((line) => /`(\w+)`/.exec(line)?.[1])).toEqual([
    'late',
    'weather',
    'gate',
    'leaving',
  ]);
  const all = ['late', 'weather', 'gate', 'old', 'leaving'].map((name) => column(name, 'text', 'VARCHAR'));
  expect(found(contract, [id, ...all])).toEqual([
    'fail late: the column `old` should have gone after 2026-06-01',
    'warn early: the column `leaving` will go after 2026-12-31',
  ]);
});

describe('types', () => {
  test.each([
    ['string', column('a', 'integer', 'BIGINT'), 'parquet', '`a` is BIGINT; string is asked for'],
    ['string', column('a', 'integer', 'BIGINT'), 'csv', undefined],
    ['integer', column('a', 'number', 'DOUBLE'), 'parquet', '`a` is DOUBLE; integer is asked for'],
    ['integer', column('a', 'text', 'VARCHAR'), 'csv', undefined],
    ['integer', column('a', 'text', 'VARCHAR'), 'parquet', '`a` is VARCHAR; integer is asked for'],
    ['double', column('a', 'integer', 'INTEGER'), 'parquet', undefined],
    ['date', column('a', 'time', 'DATE'), 'parquet', undefined],
    ['timestamp', column('a', 'time', 'DATE'), 'parquet', '`a` is DATE; timestamp is asked for'],
    ['timestamp', column('a', 'time', 'TIMESTAMP WITH TIME ZONE'), 'parquet', undefined],
    ['list', column('a', 'other', 'INTEGER[]'), 'parquet', undefined],
    ['struct', column('a', 'other', 'STRUCT(x INTEGER)'), 'parquet', undefined],
    ['binary', column('a', 'other', 'BLOB'), 'parquet', undefined],
    ['boolean', column('a', 'mixed', 'VARCHAR'), 'json', undefined],
    ['string', column('a', 'mixed', 'VARCHAR'), 'json', '`a` is VARCHAR; string is asked for'],
    ['string', column('a', 'integer', 'BIGINT'), 'json', '`a` is BIGINT; string is asked for'],
    ['list', column('a', 'other', 'array(varchar)'), 'table', undefined],
    ['date', column('a', 'text', 'varchar'), 'table', '`a` is varchar; date is asked for'],
    ['boolean', column('a', 'empty', 'VARCHAR'), 'csv', undefined],
  ] as const)('%s asked of %o in %s', (type, held, format, words) => {
    expect(found(`columns: { a: { type: ${type} } }\n`, [held], { format })).toEqual(
      words === undefined ? [] : [`fail re-typed: ${words}`],
    );
  });
});

test('order', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => column(name, 'text', 'VARCHAR')) as [Column, Column, Column];
  const contract = 'order: true\nextra-columns: allow\ncolumns: { a: , b: , c: { required: false } }\n';
  expect(found(contract, [a, column('x', 'text', 'VARCHAR'), b])).toEqual([]);
  expect(found(contract, [b, a, c])).toEqual(['fail out-of-order: `b` stands where the contract has `a`']);
});
