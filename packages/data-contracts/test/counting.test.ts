import type { DataContract } from '@modelgate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureTable, patternOf } from '../src/parts.ts';
import { contractOf, worldOf } from './measured-of.ts';
import { opened } from './opened.ts';

const engine = await opened();

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** What is counted: looked at and broken, by the rule's id. */
async function countedIn(file: string, contract: DataContract): Promise<Readonly<Record<string, readonly number[]>>> {
  const found = await measureTable(await worldOf(engine, file, contract));
  return Object.fromEntries(
    found.flatMap(({ id, found: one }) => (one.kind === 'counted' ? [[id, [one.of, one.failing]]] : [])),
  );
}

function counted(contract: DataContract, rows: readonly Row[]) {
  engine.write('t.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  return countedIn('t.jsonl', contract);
}

test('each rule counts the rows that it looks at, and those that break it', async () => {
  const contract = contractOf(
    `columns:
  n: { type: double, nullable: false, range: { min: 0, below: 10 }, in: [1, 2.5, 30] }
  s: { type: string, nulls: 1, pattern: "^N[0-9]+$", length: { min: 2, max: 4 }, not-in: [N13] }
  d: { type: date, range: { above: 2026-01-01 } }
checks:
  both: { where: "n > 1", expect: "s <> 'N7' -- a comment at its end" }
`,
  );
  const rows = [
    { n: 1, s: 'N1', d: '2026-01-02' },
    { n: 2.5, s: 'N7', d: '2026-01-01' },
    { n: 30, s: 'x', d: '2026-05-01' },
    { n: null, s: 'N12345', d: null },
    { n: -1, s: 'N13', d: '2025-12-31' },
    { n: 10, s: null, d: '2026-01-03' },
    { n: 1, s: 'N1', d: 'soon' },
  ];
  expect(await counted(contract, rows)).toEqual({
    'columns.n.nullable': [7, 1],
    'columns.n.finite': [6, 0],
    'columns.n.in': [6, 2],
    'columns.n.range': [6, 3],
    'columns.s.nulls': [7, 1],
    'columns.s.not-in': [6, 1],
    'columns.s.pattern': [6, 1],
    'columns.s.length': [6, 2],
    'columns.d.type': [6, 1],
    'columns.d.range': [6, 2],
    // the row without s is looked at, and unknown is not met
    'checks.both': [3, 2],
  });
});

test('over random tables, as a slow and obvious evaluation counts', async () => {
  const contract = contractOf(`columns:
  n: { type: integer, nullable: false, range: { above: -3, max: 5 }, in: [-2, 0, 3, 5, 9] }
  s: { type: string, nulls: 50%, pattern: "^[ab]+$", length: { min: 1, max: 3 }, not-in: [ab, c] }
`);
  const row = fc.record({
    n: fc.option(fc.integer({ min: -6, max: 9 })),
    s: fc.option(fc.stringMatching(/^[abc]{0,4}$/)),
  });
  // one row keeps both columns typed whatever the others hold
  const typed = { n: 0, s: 'a' };
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (drawn) => {
      const rows = [typed, ...drawn];
      const numbers = rows.flatMap(({ n }) => n ?? []);
      const texts = rows.flatMap(({ s }) => s ?? []);
      const breaking = <T>(values: readonly T[], keeps: (value: T) => boolean) => [
        values.length,
        values.filter((value) => !keeps(value)).length,
      ];
      expect(await counted(contract, rows)).toEqual({
        'columns.n.nullable': breaking(rows, ({ n }) => n !== null),
        'columns.n.in': breaking(numbers, (n) => [-2, 0, 3, 5, 9].includes(n)),
        'columns.n.range': breaking(numbers, (n) => n > -3 && n <= 5),
        'columns.s.nulls': breaking(rows, ({ s }) => s !== null),
        'columns.s.not-in': breaking(texts, (s) => s !== 'ab' && s !== 'c'),
        'columns.s.pattern': breaking(texts, (s) => /^[ab]+$/.test(s)),
        'columns.s.length': breaking(texts, (s) => s.length >= 1 && s.length <= 3),
      });
    }),
    { numRuns: 60 },
  );
});

describe('formats', () => {
  test.each([
    ['email', ['a@example.com', "o'neil+x@sub.example.org"], ['a@b', 'a b@example.com', '@example.com', 'a@-x.com']],
    [
      'uri',
      ['https://example.com/a?b=c#d', 'urn:isbn:0451450523', 'mailto:a@b.c'],
      ['example.com', '://x', 'http://a b'],
    ],
    [
      'uuid',
      ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
      ['f81d4fae7dec11d0a76500a0c91e6bf6', 'g81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    ],
    ['ipv4', ['192.0.2.1', '255.255.255.255', '0.0.0.0'], ['256.0.0.1', '1.2.3', '01.2.3.4']],
    [
      'ipv6',
      ['2001:db8::1', '::', '::1', '1:2:3:4:5:6:7:8', 'fe80::', '::ffff:192.0.2.1'],
      ['1:2:3', ':::', '1::2::3', '12345::'],
    ],
    ['date', ['2026-02-28'], ['2026-13-01', '2026-2-1', '28.02.2026']],
    ['time', ['23:59:60', '00:00:00.5Z', '12:00:00+02:00'], ['24:00:00', '12:00']],
    ['date-time', ['2026-02-28T12:00:00Z', '2026-02-28 12:00:00'], ['2026-02-28', '2026-02-28T25:00:00Z']],
    ['country', ['DE'], ['DEU', 'de']],
    ['currency', ['EUR'], ['EU', 'eur']],
    ['language', ['en', 'zh-Hant-TW', 'es-419'], ['EN', 'english', 'en_US']],
  ] as const)('%s', async (format, good, bad) => {
    const contract = contractOf(`columns:\n  s: { type: string, format: ${format} }\n`);
    const rows = [...good, ...bad].map((s) => ({ s: `${s}` }));
    engine.write('t.csv', `s\n${rows.map(({ s }) => `"${s}"`).join('\n')}\n`);
    expect(await countedIn('t.csv', contract)).toEqual({ 'columns.s.format': [rows.length, bad.length] });
    expect([...good, ...bad].map((s) => new RegExp(patternOf(format)).test(s))).toEqual([
      ...good.map(() => true),
      ...bad.map(() => false),
    ]);
  });
});
