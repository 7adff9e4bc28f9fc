import { describe, expect, it } from 'vitest';
import { sides, tasks } from './task-gates.ts';
import { toldProblem } from './told.ts';
import { csv, workspace } from './workspace.ts';

const base = { record: true, onBaseBranch: true };

describe('what a green run records is what the next one is compared with', () => {
  it.each(tasks)('%s', async (_, gate, files) => {
    const { run } = workspace();
    // without floors and ceilings, so that the first run is green
    const compared = gate.replaceAll(/at-least: [\d.]+, /g, '').replaceAll(/at-most: [\d.]+, /g, 'better: lower, ');
    const lenient = compared.replace(sides, 'checks:\n');
    const { 'old.csv': old = '', ...own } = files;
    const first = await run(lenient, { ...own, 'out.csv': old }, base);
    expect(toldProblem(first)).toBeUndefined();
    expect(first.recorded).toBeDefined();
    const recorded = await run(lenient, { 'out.csv': files['out.csv'] ?? '' });
    expect(recorded.baseline).toMatchObject({ from: 'recorded', branch: 'main' });
    // the same as if that file were named
    const named = await run(compared, { 'old.csv': old });
    expect(recorded.checks.map(withoutLine)).toEqual(named.checks.map(withoutLine));
    expect(recorded.checks.some(({ bounds }) => bounds.some(({ of }) => of !== 'value'))).toBe(true);
  });
});

function withoutLine<Check extends { readonly where?: unknown }>({ where: _, ...check }: Check) {
  return check;
}

describe('a record from before a check was added', () => {
  const note = (metric: string) =>
    `The champion was recorded before ${metric} was asked for. Not compared; the next green run on the default branch records it.`;

  it.each([
    [
      'scores of classes',
      `task: multiclass
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p }
checks:
  accuracy: { metric: accuracy, max-regression: 20pt }
`,
      `task: multiclass
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p, scores: "p_{class}" }
checks:
  accuracy: { metric: accuracy, max-regression: 20pt }
  log: { metric: log_loss, at-most: 9, max-regression: 1 }
`,
      note('log_loss'),
    ],
    [
      'a column to divide by',
      `examples: { table: golden.csv, key: id }
candidate: { table: out.csv }
checks:
  mean: { column: p_a, statistic: mean, better: higher, max-regression: 1 }
`,
      `examples: { table: golden.csv, key: id }
candidate: { table: out.csv }
checks:
  mean: { column: p_a, statistic: mean, better: higher, max-regression: 1 }
  ratio: { column: p_a, statistic: ratio, per: p_b, at-most: 99, max-regression: 1 }
`,
      note('p_a per p_b'),
    ],
  ])('%s: the rest is compared, and the note says why this is not', async (_, before, after, expected) => {
    const { run } = workspace();
    const label = (row: number) => ['a', 'b', 'c'][row % 3] ?? '';
    const own = (row: number) => 0.5 + (row % 10) / 32;
    const share = (name: string) => (row: number) => (label(row) === name ? own(row) : (1 - own(row)) / 2);
    const files = {
      'golden.csv': csv(60, { y: label }),
      'out.csv': csv(60, { p: label, p_a: share('a'), p_b: share('b'), p_c: share('c') }),
    };
    expect((await run(before, files, base)).recorded).toBeDefined();
    const outcome = await run(after, {});
    expect(toldProblem(outcome)).toBeUndefined();
    expect(outcome.checks.map((check) => check.bounds.map(({ rule, status }) => `${rule} ${status}`))).toEqual([
      ['max-regression pass'],
      ['at-most pass', 'max-regression warn'],
    ]);
    expect(outcome.checks[1]?.bounds[1]?.note).toBe(expected);
  });
});

it('queries are counted where examples were added to a ranking, not documents', async () => {
  const { run } = workspace();
  const ranked = (queries: number) => {
    const lines = Array.from({ length: queries }, (_, at) => `${at},good,2\n${at},bad,1\n${at},other,0\n`);
    return `query,document,score\n${lines.join('')}`;
  };
  const gate = `task: ranking
examples: { table: golden.csv, key: query, document: document, label: score }
candidate: { table: out.csv, document: document, score: score }
on-new-examples: intersect
checks: { ndcg: { metric: ndcg@10, max-regression: 5pt } }
`;
  await run(gate, { 'golden.csv': ranked(60), 'out.csv': ranked(60) }, base);
  const outcome = await run(gate, { 'golden.csv': ranked(62), 'out.csv': ranked(62) });
  expect(outcome.notices[1]).toBe(
    'Compared with the champion on the examples that both answered: 60 examples in common, 2 new, 0 gone.',
  );
  expect(outcome.rows).toBe(60);
});
