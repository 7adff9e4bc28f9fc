import { csv, type Files } from './workspace.ts';

/** Row by row other numbers in [0, 1), the same in every run. */
const noise = (row: number, salt: number) => {
  const mixed = Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453;
  return Math.round((mixed - Math.floor(mixed)) * 1e4) / 1e4;
};
export const y = (row: number) => (noise(row, 1) > 0.5 ? 1 : 0);
const kind = (row: number) => ['a', 'b', 'c'][Math.floor(noise(row, 1) * 3)] ?? 'a';

export const rows = 60;
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

/** The champion is a file. */
export const sides = 'champion: { from: file, table: old.csv }\nchecks:\n';
/** A gate of each task: its name, its policy, its files, and the columns that name rows or clusters. */
export const tasks: readonly [name: string, gate: string, files: Files, names: readonly string[]][] = [
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
