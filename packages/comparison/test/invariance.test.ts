import type { GateOutcome } from '@modelgate/core';
import { Random } from '@modelgate/statistics';
import { describe, expect, it } from 'vitest';
import { boundOf } from './told.ts';
import { csv, type Files, workspace } from './workspace.ts';

// Neither the order of rows, nor what keys and clusters are called, nor who is asked first says anything about a model.

/** Row by row other numbers in [0, 1), the same in every run. */
const noise = (row: number, salt: number) => {
  const mixed = Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453;
  return Math.round((mixed - Math.floor(mixed)) * 1e4) / 1e4;
};
const y = (row: number) => (noise(row, 1) > 0.5 ? 1 : 0);
const kind = (row: number) => ['a', 'b', 'c'][Math.floor(noise(row, 1) * 3)] ?? 'a';

function shuffled(text: string, random: Random): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  for (let last = lines.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [lines[last], lines[other]] = [lines[other] ?? '', lines[last] ?? ''];
  }
  return `${[header, ...lines].join('\n')}\n`;
}

/** Another name for each value of some columns, in another order than theirs. */
function renamed(text: string, columns: readonly string[]): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  const other = (value: string) => `${[...value].reverse().join('')}-${value.length}`;
  const again = lines.map((line) =>
    line
      .split(',')
      .map((value, at) => (columns.includes(names[at] ?? '') ? other(value) : value))
      .join(','),
  );
  return `${[header, ...again].join('\n')}\n`;
}

/** Without what tells files apart. */
function verdict({ inputs, baseline, anchor, ...rest }: GateOutcome) {
  return { ...rest, inputs: inputs.map(({ role, rows }) => [role, rows]), from: [baseline?.from, anchor?.from] };
}

const rows = 60;
const design = { w: (row: number) => 1 + (row % 3), c: (row: number) => `u${Math.floor(noise(row, 9) * 14)}` };
const score = (salt: number) => (row: number) => Math.round((0.1 + 0.25 * y(row) + 0.6 * noise(row, salt)) * 1e4) / 1e4;
const scores = (salt: number) => {
  const of = (name: string, at: number) => (row: number) => noise(row, salt + at) + (kind(row) === name ? 0.5 : 0);
  return { p_a: of('a', 1), p_b: of('b', 2), p_c: of('c', 3) };
};

function retrieved(salt: number): string {
  const lines = ['query,document,score'];
  for (let query = 1; query <= 40; query++) {
    for (let document = 1; document <= 4; document++)
      lines.push(`${query},d${document},${noise(query * 4 + document, salt)}`);
  }
  return `${lines.join('\n')}\n`;
}

function judged(): string {
  const lines = ['query,document,grade,c'];
  for (let query = 1; query <= 40; query++) {
    for (let document = 1; document <= 4; document++) {
      lines.push(`${query},d${document},${Math.floor(noise(query * 4 + document, 5) * 3)},u${query % 13}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const cases = (): string => {
  const lines = ['id,test,case,original,c'];
  for (let row = 1; row <= 120; row++) {
    const own = Math.floor((row - 1) / 3);
    lines.push(`${row},typos,${own},${(row - 1) % 3 === 0},t${own % 13}`);
  }
  return `${lines.join('\n')}\n`;
};

const runs = (salt: number): string => {
  const lines = ['id,p,ms'];
  for (let run = 0; run < 150; run++) {
    const id = (run % rows) + 1;
    lines.push(`${id},${noise(run, salt) > 0.3 ? y(id) : 1 - y(id)},${Math.round(100 * noise(run, salt + 1))}`);
  }
  return `${lines.join('\n')}\n`;
};

const sides = 'champion: { from: file, table: old.csv }\nchecks:\n';
const tasks: readonly [name: string, gate: string, files: Files, names: readonly string[]][] = [
  [
    'binary, with weights and clusters',
    `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y, weight: w, cluster: c }
candidate: { table: out.csv, prediction: p, score: s }
${sides}  accuracy: { metric: accuracy, at-least: 0.5, max-regression: 5pt }
  f1: { metric: f1, at-least: 0.5, max-regression: 5% }
  auc: { metric: roc_auc, at-least: 0.5, max-regression: 5pt }
  ap: { metric: average_precision, max-regression: 5pt }
  log: { metric: log_loss, max-regression: 0.1 }
  ece: { metric: expected_calibration_error, at-most: 0.5 }
  p90: { column: s, statistic: p90, better: higher, max-regression: 0.1 }
`,
    {
      'golden.csv': csv(rows, { y, ...design }),
      'out.csv': csv(rows, { p: (row) => (score(2)(row) > 0.5 ? 1 : 0), s: score(2) }),
      'old.csv': csv(rows, { p: (row) => (score(3)(row) > 0.5 ? 1 : 0), s: score(3) }),
    },
    ['id', 'c'],
  ],
  [
    'multiclass',
    `task: multiclass
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p, scores: "p_{class}" }
${sides}  f1: { metric: f1_macro, at-least: 0.3, max-regression: 20pt }
  ovr: { metric: roc_auc_ovr, at-least: 0.3, max-regression: 20pt }
  top2: { metric: top_k_accuracy@2, max-regression: 20pt }
`,
    {
      'golden.csv': csv(rows, { y: kind }),
      'out.csv': csv(rows, { p: (row) => (noise(row, 4) > 0.2 ? kind(row) : 'a'), ...scores(20) }),
      'old.csv': csv(rows, { p: (row) => (noise(row, 5) > 0.2 ? kind(row) : 'b'), ...scores(30) }),
    },
    ['id'],
  ],
  [
    'regression',
    `task: regression
examples: { table: golden.csv, key: id, label: y, cluster: c }
candidate: { table: out.csv, prediction: p }
${sides}  mae: { metric: mean_absolute_error, max-regression: 10% }
  rmse: { metric: root_mean_squared_error, max-regression: 1 }
  r2: { metric: r2, at-least: 0.1, max-regression: 0.1 }
  median: { metric: median_absolute_error, at-most: 5, max-regression: 1 }
`,
    {
      'golden.csv': csv(rows, { y: (row) => 10 * noise(row, 1), ...design }),
      'out.csv': csv(rows, { p: (row) => 10 * noise(row, 1) + noise(row, 2) }),
      'old.csv': csv(rows, { p: (row) => 10 * noise(row, 1) - 1.1 * noise(row, 3) }),
    },
    ['id', 'c'],
  ],
  [
    'ranking, in clusters of queries',
    `task: ranking
examples: { table: golden.csv, key: query, document: document, label: grade, cluster: c }
candidate: { table: out.csv, document: document, score: score }
${sides}  ndcg: { metric: ndcg@3, at-least: 0.3, max-regression: 20pt }
  mrr: { metric: mrr, max-regression: 20pt }
`,
    { 'golden.csv': judged(), 'out.csv': retrieved(6), 'old.csv': retrieved(7) },
    ['query', 'document', 'c'],
  ],
  [
    'tests of behaviour, in templates',
    `task: behavioral
examples: { table: golden.csv, key: id, test: test, case: case, original: original, cluster: c }
candidate: { table: out.csv, prediction: p, score: s }
${sides}  typos: { behavior: invariance, at-most: 0.9, max-regression: 20pt }
`,
    {
      'golden.csv': cases(),
      'out.csv': csv(120, { p: (row) => (noise(row, 2) > 0.2 ? 1 : 0), s: (row) => noise(row, 2) }),
      'old.csv': csv(120, { p: (row) => (noise(row, 3) > 0.2 ? 1 : 0), s: (row) => noise(row, 3) }),
    },
    ['id', 'case', 'c'],
  ],
  [
    'several runs an example',
    `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p, repeats: true }
${sides}  accuracy: { metric: accuracy, at-least: 0.5, max-regression: 20pt }
  f1: { metric: f1, at-least: 0.5, max-regression: 20pt }
  ms: { column: ms, statistic: ratio, per: steps, at-most: 100, max-regression: 50% }
`,
    { 'golden.csv': csv(rows, { y, steps: (row) => 1 + (row % 4) }), 'out.csv': runs(4), 'old.csv': runs(40) },
    ['id'],
  ],
  [
    'columns of independent samples',
    `pairing: none
candidate: { table: out.csv }
${sides}  mean: { column: ms, statistic: mean, at-most: 1, max-regression: 20% }
  p90: { column: ms, statistic: p90, at-most: 1, max-regression: 20% }
  ratio: { column: ms, statistic: ratio, per: s, at-most: 1, max-regression: 20% }
`,
    {
      'out.csv': csv(rows, { ms: (row) => noise(row, 1), s: (row) => 1 + noise(row, 2) }),
      'old.csv': csv(rows + 9, { ms: (row) => noise(row, 3), s: (row) => 1 + noise(row, 4) }),
    },
    ['id'],
  ],
];

describe('the same verdict to the last digit', () => {
  it.each(tasks)('%s', async (_, gate, files, names) => {
    const { run } = workspace();
    const first = await run(gate, files);
    expect(first.problem).toBeUndefined();
    expect(first.checks.every(({ status }) => status !== 'error')).toBe(true);
    const random = new Random('5eed5eed5eed5eed');
    const again = Object.entries(files).map(([name, text]) => [name, shuffled(renamed(text, names), random)]);
    const second = await run(gate, Object.fromEntries(again));
    expect(second.inputs).not.toEqual(first.inputs);
    expect(verdict(second)).toEqual(verdict(first));
  });
});

const [, binary = '', binaryFiles = {}] = tasks[0] ?? [];

/** Checks without the method's name and without notes, which say how rows count. */
function numbers({ checks }: GateOutcome) {
  return checks.map(({ candidate, champion, bounds }) => ({
    values: [candidate, champion],
    bounds: bounds.map(({ status, estimate, interval }) => [status, estimate, interval?.lower, interval?.upper]),
  }));
}

it('equal weights are no weights, and one row a cluster is no cluster', async () => {
  const { run } = workspace();
  const of = async (table: string, designed: string) =>
    numbers(await run(binary.replace(', weight: w, cluster: c', designed), { ...binaryFiles, 'golden.csv': table }));
  const table = csv(rows, { y, w: () => 2.5, c: (row) => `only ${row}` });
  const plain = await of(table, '');
  expect(await of(table, ', weight: w')).toEqual(plain);
  expect(await of(table, ', cluster: c')).toEqual(plain);
  expect(await of(table, ', weight: w, cluster: c')).toEqual(plain);
});

it('several runs of which there is one are none', async () => {
  const { run } = workspace();
  const [, multiclass = '', files = {}] = tasks[1] ?? [];
  const gate = multiclass
    .replace(/ {2}ovr: .*\n/, '  log: { metric: brier_score_loss, max-regression: 0.2 }\n')
    .replace('"p_{class}"', 'SCORES');
  const probabilities = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, name === 'golden.csv' ? text : halved(text)]),
  );
  const once = gate.replace('SCORES', '"p_{class}"');
  const repeats = gate.replace('SCORES', '"p_{class}", repeats: true');
  const single = await run(once, probabilities);
  const several = await run(repeats, probabilities);
  expect(numbers(several).at(-1)).toEqual(numbers(single).at(-1));
});

/** Scores as a distribution over three classes. */
function halved(text: string): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const shares = lines.map((line) => {
    const [id, p, ...values] = line.split(',');
    const sum = values.reduce((total, value) => total + Number(value), 0);
    return [id, p, ...values.map((value) => Number(value) / sum)].join(',');
  });
  return `${[header, ...shares].join('\n')}\n`;
}

it('with candidate and champion swapped, differences are mirrored', async () => {
  const { run } = workspace();
  const gate = `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p, score: s }
${sides}  accuracy: { metric: accuracy, max-regression: 5pt }
  auc: { metric: roc_auc, max-regression: 5pt }
  log: { metric: log_loss, max-regression: 0.1 }
  f1: { metric: f1, max-regression: 5pt }
  median: { column: s, statistic: median, better: higher, max-regression: 0.1 }
`;
  const { 'out.csv': out = '', 'old.csv': old = '' } = binaryFiles;
  const one = await run(gate, binaryFiles);
  const other = await run(gate, { 'out.csv': old, 'old.csv': out });
  for (const { id } of one.checks) {
    const [first, second] = [one, other].map((outcome) => boundOf(outcome, id).interval);
    const mirrored = [(first?.lower ?? 0) + (second?.upper ?? 1), (first?.upper ?? 0) + (second?.lower ?? 1)];
    // resamples are drawn in another order, so what is resampled is mirrored but for chance
    const tolerance = first?.method === 'bca' || first?.method === 'percentile' ? 0.02 : 1e-9;
    expect(Math.max(...mirrored.map(Math.abs)), id).toBeLessThan(tolerance);
  }
  expect(one.checks.map((check) => check.bounds[0]?.interval?.method)).toEqual([
    'tango',
    'delong',
    'paired-t',
    'bca',
    'percentile',
  ]);
});
