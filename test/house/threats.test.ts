import { expect, test } from 'vitest';
import { files, read } from './repository.ts';

// Every threat of docs/security.md names the test that holds what stops it.
const page = 'docs/security.md';
const [, table = ''] = /<!-- threats -->\n([\s\S]*?)<!-- \/threats -->/.exec(read(page)) ?? [];
const rows = table
  .split('\n')
  .slice(2)
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

test.each(rows.map(([, , what = '', , shown = '']) => [what, shown] as const))('%s', (_, shown) => {
  const [, file = '', title = ''] = /^\[[^\]]+\]\(\.\.\/([^)]+)\) "([^"]+)"$/.exec(shown) ?? [];
  expect(files, shown).toContain(file);
  expect(
    titles(read(file)).filter((one) => one.includes(title)),
    `no test of ${file} says "${title}"`,
  ).not.toEqual([]);
});

test('the table is there', () => {
  expect(rows.length).toBeGreaterThan(20);
});

/** First arguments of `test`, `describe` and `test.each(…)(…)`, and the names in their tables. */
function titles(source: string): readonly string[] {
  return [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`/g)].map(
    ([, single, double, template]) => (single ?? double ?? template ?? '').replaceAll(/\\(.)/g, '$1'),
  );
}
