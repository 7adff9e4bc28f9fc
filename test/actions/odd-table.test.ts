import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latencyGate } from './bad-tables.ts';
import { champion, flights, golden, predictions, same } from './flights.ts';
import { type Ended, type Files, type GitHub, startGitHub } from './step.ts';

/** Tables that look like trouble and are not, and tables on which nothing can be proven. */
interface OddTable {
  readonly id: string;
  readonly files: Files;
  readonly gate?: object;
  /** Status and reason of its first check. */
  readonly expected: readonly [string, string];
  /** The first bound's note. */
  readonly note?: string;
  readonly candidate?: number;
}

const prediction = 'predicted';
const rows = Array.from({ length: flights }, (_, index) => index + 1);

/** Ids that no double tells apart from their neighbours. */
const largeIds = rows.map((id) => (2n ** 53n + BigInt(id)).toString());
const largeTable = (header: string, cell: (id: number) => string | number) =>
  `id,${header}\n${rows.map((id, index) => `${largeIds[index]},${cell(id)}\n`).join('')}`;
const largeGate = (table: string) => ({
  examples: { table: 'in/large-golden.csv', key: 'id', label: 'label' },
  candidate: { table, prediction },
  champion: { from: 'file', table: 'in/large-champion.csv' },
});

const quoted = `a";DROP TABLE x;--`;
const multiline = '::error::pwned\n| x |\n<!-- c -->';
const csvName = (name: string) => `"${name.replaceAll('"', '""')}"`;
const latency = (name: string, value: (id: number) => string | number) =>
  `id,${name}\n${rows.map((id) => `${id},${value(id)}\n`).join('')}`;
const latencyOf = (file: string, column: string, check: object) => ({
  ...latencyGate(file),
  checks: { latency: { column, ...check } },
});
const hostileFile = 'in/a b;`$(x)`\n::error::pwned [1].csv';
const first = (table: string, count: number) =>
  table
    .split('\n')
    .slice(0, count + 1)
    .join('\n');

const oddTables: readonly OddTable[] = [
  { id: 'byte-order-mark', files: { 'in/byte-order-mark.csv': `\ufeff${same}` }, expected: ['pass', 'proven'] },
  { id: 'semicolons', files: { 'in/semicolons.csv': same.replaceAll(',', ';') }, expected: ['pass', 'proven'] },
  {
    id: 'windows-lines',
    files: { 'in/windows-lines.csv': same.replaceAll('\n', '\r\n') },
    expected: ['pass', 'proven'],
  },
  {
    id: 'large-ids-csv',
    files: {
      'in/large-golden.csv': largeTable('label', (id) => id % 2),
      'in/large-champion.csv': largeTable(prediction, (id) => id % 2),
      'in/large-ids-csv.csv': largeTable(prediction, (id) => id % 2),
    },
    gate: largeGate('in/large-ids-csv.csv'),
    expected: ['pass', 'proven'],
    candidate: 1,
  },
  {
    id: 'large-ids-jsonl',
    files: {
      'in/large.jsonl': rows.map((id, index) => `{"id":${largeIds[index]},"predicted":${id % 2}}\n`).join(''),
    },
    gate: largeGate('in/large.jsonl'),
    expected: ['pass', 'proven'],
    candidate: 1,
  },
  {
    id: 'hostile-column',
    files: { 'in/hostile-column.csv': latency(csvName(quoted), (id) => id / 100) },
    gate: latencyOf('in/hostile-column.csv', quoted, { statistic: 'mean', 'at-most': 3 }),
    expected: ['pass', 'proven'],
    candidate: 2.005,
  },
  {
    id: 'multiline-column',
    files: { 'in/multiline-column.csv': latency(csvName(multiline), (id) => id / 100) },
    gate: latencyOf('in/multiline-column.csv', multiline, { statistic: 'mean', 'at-most': 1 }),
    expected: ['fail', 'above-limit'],
  },
  {
    id: 'hostile-file',
    files: { [hostileFile]: same },
    gate: { candidate: { table: hostileFile, prediction } },
    expected: ['pass', 'proven'],
  },
  {
    id: 'hostile-label',
    files: {
      'in/hostile-golden.csv': `id,label\n${rows.map((id) => `${id},"${id % 2 ? 'ok' : '::error::pwned'}\n::set-output name=x::y"\n`).join('')}`,
      'in/hostile-label.csv': `id,predicted\n${rows.map((id) => `${id},"${id % 3}\n::error::pwned"\n`).join('')}`,
    },
    gate: {
      positive: 'ok\n::set-output name=x::y',
      examples: { table: 'in/hostile-golden.csv', key: 'id', label: 'label' },
      candidate: { table: 'in/hostile-label.csv', prediction },
      checks: { accuracy: { metric: 'accuracy', 'at-least': 0.5 } },
    },
    expected: ['error', 'column-type'],
  },
  {
    id: 'one-row',
    files: {
      'in/one-golden.csv': first(golden, 1),
      'in/one-row.csv': first(same, 1),
      'in/one-champion.csv': first(champion, 1),
    },
    gate: {
      examples: { table: 'in/one-golden.csv', key: 'id', label: 'label' },
      champion: { from: 'file', table: 'in/one-champion.csv' },
    },
    expected: ['inconclusive', 'too-few-rows'],
    note: '1 rows; at least 30 are judged',
  },
  {
    id: 'no-discordance',
    files: { 'in/no-discordance.csv': same },
    gate: { checks: { accuracy: { metric: 'accuracy', 'min-improvement': '0pt' } } },
    expected: ['inconclusive', 'interval-spans-limit'],
  },
  {
    id: 'rows-alike',
    files: { 'in/rows-alike.csv': latency('latency_ms', () => 7) },
    gate: latencyOf('in/rows-alike.csv', 'latency_ms', { statistic: 'mean', 'at-most': 8 }),
    expected: ['inconclusive', 'degenerate-variance'],
    note: 'all rows are alike, so nothing says how other rows would be',
  },
  {
    id: 'unprovable-margin',
    files: { 'in/unprovable-margin.csv': predictions([1, 39], [41, 41]) },
    gate: { checks: { accuracy: { metric: 'accuracy', 'max-regression': '0.01pt' } } },
    expected: ['inconclusive', 'unprovable-margin'],
  },
  {
    id: 'too-few-for-p99',
    files: { 'in/too-few-for-p99.csv': latency('latency_ms', (id) => id / 10) },
    gate: latencyOf('in/too-few-for-p99.csv', 'latency_ms', { statistic: 'p99', 'at-most': 100 }),
    expected: ['pass', 'proven'],
  },
];

let github: GitHub;
let ended: Ended;
beforeAll(async () => {
  const gates = oddTables.map(({ id, gate }) => [
    id,
    {
      kind: 'evaluation',
      task: 'binary',
      positive: 1,
      examples: { table: 'eval/golden.csv', key: 'id', label: 'label' },
      candidate: { table: `in/${id}.csv`, prediction },
      champion: { from: 'file', table: 'champion/predictions.csv' },
      checks: { accuracy: { metric: 'accuracy', 'max-regression': '2pt' } },
      ...gate,
    },
  ]);
  const base = {
    'modelgate.yml': JSON.stringify({ version: 1, name: 'odd', gates: Object.fromEntries(gates) }),
    'eval/golden.csv': golden,
    'champion/predictions.csv': champion,
  };
  github = await startGitHub([
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  ended = await github.step({ files: Object.assign({}, ...oddTables.map((one) => one.files)) });
});
afterAll(() => github.close());

describe('an odd table gets the verdict that its numbers deserve', () => {
  test.each(oddTables)('$id', ({ id, expected, note, candidate }) => {
    const check = ended.verdicts.find((one) => one.gate.id === id)?.checks[0];
    const trouble = ended.verdicts.find((one) => one.gate.id === id)?.problem?.message;
    expect([check?.status, check?.reason], trouble).toEqual(expected);
    if (note !== undefined) expect(check?.bounds[0]?.note).toBe(note);
    if (candidate !== undefined) expect(check?.candidate).toBeCloseTo(candidate, 9);
  });

  test('no text of the data becomes a command of the runner', () => {
    const outside = ended.log.replaceAll(/^::stop-commands::(.+)\n(?:.*\n)*?::\1::$/gm, '');
    const commands = outside.split('\n').filter((line) => /^\s*::|##\[/.test(line));
    const names = commands.map((line) => /^::(\w+)(?: title=Modelgate%3A [\w-]+)?::/.exec(line)?.[1]);
    expect([...new Set(names)].sort()).toEqual(['endgroup', 'error', 'group', 'warning']);
  });

  test('nor a heading, a table row, a comment or a link of the report', () => {
    const comment = github.standIn.comments(7)[0]?.body ?? '';
    const lines = comment.split('\n').slice(1);
    expect(lines.filter((line) => /<!--|^\| x \||^::/.test(line))).toEqual([]);
    expect(lines.find((line) => line.includes('pwned'))).toMatchInlineSnapshot(
      `"| ❌ fail | \`multiline-column\` | 0 of 1 | **mean(::&#8203;error::pwned &#124; x &#124; &#60;!-- c --&#62;) 2.01**; 400 rows |"`,
    );
  });
});
