import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { errorRateTables } from '../../scripts/error-rates.ts';
import { enumeratedStudies } from '../../scripts/error-studies/enumerated.ts';
import { studies } from '../../scripts/error-studies/studies.ts';
import type { ErrorRate, Study } from '../../scripts/error-studies/study.ts';
import { staleGenerated } from '../../scripts/generate.ts';
import { marginTables, naiveNumbers } from '../../scripts/margin-tables.ts';
import { withComputed } from '../../scripts/markdown-table.ts';
import { chancesOf, chanceThat, threeWaySplits } from '../../scripts/sampled-rows.ts';
import { read } from './repository.ts';

const { tables } = marginTables();

test('tables and numbers stand between their markers, and the rest of a page stays', () => {
  const page =
    '# X $1\n<!-- table: one -->\nold\n<!-- /table -->\nIt is <!-- number: two -->1 %<!-- /number --> of $&.\n';
  expect(
    withComputed(page, 'x.md', { tables: new Map([['one', '| $& |\n']]), numbers: new Map([['two', '2 %']]) }),
  ).toBe(
    '# X $1\n<!-- table: one -->\n| $& |\n<!-- /table -->\nIt is <!-- number: two -->2 %<!-- /number --> of $&.\n',
  );
});

test('a page that asks for what is not computed is refused', () => {
  const page = '<!-- table: tow -->\n<!-- /table -->\n';
  expect(() => withComputed(page, 'x.md', { tables: new Map([['two', '']]) })).toThrow(
    new Error('x.md asks for the table "tow"; there are: two'),
  );
});

test('a page that leaves out what is computed is refused', () => {
  const numbers = new Map([
    ['one', ''],
    ['two', ''],
  ]);
  expect(() => withComputed('# X\n', 'x.md', { tables: new Map(), numbers })).toThrow(
    new Error('x.md has no place for: one, two. Write <!-- number: name --><!-- /number -->'),
  );
});

test('a page with an old number is named as stale', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelgate-pages-'));
  try {
    mkdirSync(path.join(folder, 'docs'));
    const page = path.join(folder, 'docs/choosing-a-margin.md');
    const text = read('docs/choosing-a-margin.md');
    writeFileSync(page, text.replace('52.9 %', '52.8 %'));
    expect(staleGenerated(folder)).toContain('docs/choosing-a-margin.md');
    writeFileSync(page, text);
    expect(staleGenerated(folder)).not.toContain('docs/choosing-a-margin.md');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the margins that rows prove, the rows that a drop needs, and the naive gates are the published ones', () => {
  expect(row('provable-margin', '500')).toBe('| 500 | 2.8 / 2.8 | 4.0 / 4.0 | 5.6 / 5.6 |');
  expect(row('confidence', '0.9')).toBe('| 0.9 | 5.0 % | 3.5 points | 6,183 |');
  expect(row('naive-gates', '500')).toBe('| 500 | 47.2 % | 26.2 % | 21.8 % | 52.9 % |');
  expect(row('pairing', 'the same rows, 10 % answered differently')).toContain('| 7,847 |');
  expect(row('pairing', 'other rows for each model')).toContain('(20,557 each)');
  expect(row('no-loss', '1.0 %')).toBe('| 1.0 % | 368 | 299 |');
});

test('the README says the same of the naive gates', () => {
  const numbers = naiveNumbers();
  expect(read('README.md')).toContain(
    `On 500 rows, "new at least as good as old" blocks ${numbers.get('equal-blocked')} of equal models, and "fail when it drops by more than a point" lets ${numbers.get('drop-passed')} of true one-point drops pass.`,
  );
});

test('splits of few rows have the chances that can be counted by hand', () => {
  const splits = threeWaySplits(2, 0.5, 0.25).map(({ first, second, chance }) => [first, second, chance.toFixed(6)]);
  expect(splits.toSorted()).toEqual([
    [0, 0, '0.062500'],
    [0, 1, '0.125000'],
    [0, 2, '0.062500'],
    [1, 0, '0.250000'],
    [1, 1, '0.250000'],
    [2, 0, '0.250000'],
  ]);
  // three rows, of which the two models answer each differently: at least as many losses as wins
  const coins = { rows: 3, discordance: 1, difference: 0 };
  expect(chanceThat(coins, ({ wins, losses }) => losses > wins)).toBeCloseTo(0.5, 12);
  expect(chancesOf(coins, ({ wins }) => (wins === 3 ? 'all' : 'some')).all).toBeCloseTo(0.125, 12);
});

test('chances add up to one, for thousands of rows and for models that only lose', () => {
  for (const { rows, discordance, difference } of [
    { rows: 5000, discordance: 0.2, difference: 0.01 },
    { rows: 100, discordance: 0.02, difference: -0.02 },
  ]) {
    expect(chanceThat({ rows, discordance, difference }, () => true)).toBeCloseTo(1, 6);
  }
});

test('error rates on the page are those that the code computes now, as far as that is quick', async () => {
  const page = read('docs/error-rates.md');
  const quick = enumeratedStudies.filter(({ name }) => !name.startsWith('rare-drops'));
  const { tables: now } = await errorRateTables(quick);
  for (const { name } of quick) {
    const table = now.get(name);
    expect(page).toContain(`<!-- table: ${name} -->\n${table}<!-- /table -->`);
  }
});

test('the page has every study once', () => {
  const names = studies.map(({ name }) => name);
  const placed = [...read('docs/error-rates.md').matchAll(/<!-- table: ([a-z0-9-]+) -->/g)].map(([, name]) => name);
  expect(placed.toSorted()).toEqual(['summary', ...names].toSorted());
});

test('a rate is bold when chance does not explain it', async () => {
  const rate = { setting: 'X', rows: 1000, failedWrongly: 0.01 };
  const rates: readonly ErrorRate[] = [
    { ...rate, provenWrongly: 0.025 },
    { ...rate, provenWrongly: 0.0251 },
    { ...rate, provenWrongly: 0.0354, samples: 2000 },
    { ...rate, provenWrongly: 0.0356, samples: 2000 },
  ];
  const study: Study = { name: 'x', title: ['an x', 'guess'], rates: () => rates };
  const got = (await errorRateTables([study])).tables;
  expect(got.get('x')?.split('\n').slice(2, -1)).toEqual([
    '| X | 1,000 | 2.50 % | 1.00 % | all | – |',
    '| X | 1,000 | **2.51 %** | 1.00 % | all | – |',
    '| X | 1,000 | 3.54 % | 1.00 % | 2,000 | 0.35 % |',
    '| X | 1,000 | **3.56 %** | 1.00 % | 2,000 | 0.35 % |',
  ]);
  expect(got.get('summary')).toContain('| an x | guess | **3.56 %** | 1.00 % |');
});

function row(table: string, first: string): string | undefined {
  return tables
    .get(table)
    ?.split('\n')
    .find((line) => line.startsWith(`| ${first} |`));
}
