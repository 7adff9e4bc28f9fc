import { expect, it } from 'vitest';
import { toldChecks, toldProblem } from './told.ts';
import { csv, workspace } from './workspace.ts';

// Small data whose values follow from counting.

/** 20 positives, then 20 negatives. */
const y = (row: number) => (row <= 20 ? 1 : 0);
const oneOf =
  (...rows: number[]) =>
  (row: number) =>
    rows.includes(row);
/** Wrong on the rows that are named; its score is 0.9 or 0.1, and no other. */
function classifier(...wrong: number[]) {
  const predicted = (row: number) => (oneOf(...wrong)(row) ? 1 - y(row) : y(row));
  return csv(40, { predicted, score: (row) => (predicted(row) === 1 ? 0.9 : 0.1) });
}

it('binary: 18 of 20 positives found, 1 of 20 negatives taken for one', async () => {
  const outcome = await workspace().run(
    `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: predicted, score: score }
champion: { from: file, table: old.csv }
checks:
  accuracy: { metric: accuracy, at-least: 0.8, max-regression: 10pt, min-improvement: 0 }
  f1: { metric: f1, at-least: 0.75 }
  precision: { metric: precision, at-most: 0.99, judged: estimate }
  recall: { metric: recall, max-regression: 20pt }
  mcc: { metric: matthews_corrcoef, at-least: 0.5 }
  kappa: { metric: cohen_kappa, at-least: 0.5 }
  jaccard: { metric: jaccard, at-least: 0.5 }
  auc: { metric: roc_auc, at-least: 0.8, max-regression: 10pt }
  ap: { metric: average_precision, at-least: 0.7 }
  log: { metric: log_loss, at-most: 0.5, max-regression: 0.1 }
  brier: { metric: brier_score_loss, at-most: 0.15 }
  ece: { metric: expected_calibration_error, at-most: 0.3 }
`,
    { 'golden.csv': csv(40, { y }), 'out.csv': classifier(1, 2, 21), 'old.csv': classifier(1, 2, 3, 21, 22) },
  );
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "inconclusive",
        0.925,
        0.875,
        "at-least pass proven wilson [0.8014, 0.9742]",
        "max-regression pass proven tango [-0.042, 0.165]",
        "min-improvement inconclusive interval-spans-limit tango [-0.042, 0.165]",
      ],
      "ap": [
        "inconclusive",
        0.902632,
        0.835526,
        "at-least inconclusive interval-spans-limit bca [0.6848, 0.9795]",
      ],
      "auc": [
        "inconclusive",
        0.925,
        0.875,
        "at-least inconclusive interval-spans-limit bca [0.7967, 0.9792]",
        "max-regression pass proven delong [-0.0193, 0.1193]",
      ],
      "brier": [
        "inconclusive",
        0.07,
        0.11,
        "at-most inconclusive rare-drop-not-excluded t [0.0018, 0.1382]",
      ],
      "ece": [
        "pass",
        0.025,
        0.025,
        "at-most pass proven percentile [0, 0.105]",
      ],
      "f1": [
        "pass",
        0.923077,
        0.871795,
        "at-least pass proven bca [0.7742, 0.9796]",
      ],
      "jaccard": [
        "pass",
        0.857143,
        0.772727,
        "at-least pass proven bca [0.6316, 0.9583]",
      ],
      "kappa": [
        "pass",
        0.85,
        0.75,
        "at-least pass proven bca [0.6447, 1]",
      ],
      "log": [
        "inconclusive",
        0.270152,
        0.380014,
        "at-most inconclusive careful-bound-spans-limit t [0.0827, 0.4576]",
        "max-regression pass proven paired-t [-0.265, 0.0452]",
      ],
      "mcc": [
        "pass",
        0.851064,
        0.750939,
        "at-least pass proven bca [0.6238, 1]",
      ],
      "precision": [
        "pass",
        0.947368,
        0.894737,
        "at-most pass estimate-within-limit",
      ],
      "recall": [
        "pass",
        0.9,
        0.85,
        "max-regression pass proven bca [0, 0.2667]",
      ],
    }
  `);
});

const classes = ['a', 'b', 'c'] as const;
const truth = (row: number) => classes[row % 3] ?? 'a';
const next = (name: string) => classes[(classes.indexOf(name as 'a') + 1) % 3] ?? 'a';

/** Wrong on the first so many rows of each class, where it says the next class and holds the truth for second best. */
function threeClasses(wrong: number) {
  const isWrong = (row: number) => Math.ceil(row / 3) <= wrong;
  const share = (name: string) => (row: number) => {
    const [first, second] = isWrong(row) ? [next(truth(row)), truth(row)] : [truth(row), next(truth(row))];
    return name === first ? 0.8 : name === second ? 0.15 : 0.05;
  };
  return csv(60, {
    predicted: (row) => (isWrong(row) ? next(truth(row)) : truth(row)),
    p_a: share('a'),
    p_b: share('b'),
    p_c: share('c'),
  });
}

it('multiclass: two of 20 rows of each class taken for the next class', async () => {
  const outcome = await workspace().run(
    `task: multiclass
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: predicted, scores: "p_{class}" }
champion: { from: file, table: old.csv }
checks:
  accuracy: { metric: accuracy, max-regression: 5pt }
  f1_macro: { metric: f1_macro, at-least: 0.7 }
  kappa: { metric: cohen_kappa, max-regression: 0.1 }
  log: { metric: log_loss, max-regression: 5% }
  brier: { metric: brier_score_loss, at-most: 0.5 }
  top2: { metric: top_k_accuracy@2, at-least: 0.9 }
  ovr: { metric: roc_auc_ovr, max-regression: 5pt }
`,
    { 'golden.csv': csv(60, { y: truth }), 'out.csv': threeClasses(2), 'old.csv': threeClasses(4) },
  );
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "pass",
        0.9,
        0.8,
        "max-regression pass proven tango [0.0338, 0.2015]",
      ],
      "brier": [
        "pass",
        0.195,
        0.325,
        "at-most pass proven t [0.0934, 0.2966]",
      ],
      "f1_macro": [
        "pass",
        0.9,
        0.8,
        "at-least pass proven bca [0.8073, 0.9667]",
      ],
      "kappa": [
        "pass",
        0.85,
        0.7,
        "max-regression pass proven bca [0.0503, 0.2864]",
      ],
      "log": [
        "pass",
        0.390541,
        0.557939,
        "max-regression pass proven paired-t [-0.5452, -0.0549]",
      ],
      "ovr": [
        "pass",
        0.95,
        0.9,
        "max-regression pass proven bca [0.0179, 0.1012]",
      ],
      "top2": [
        "pass",
        1,
        1,
        "at-least pass proven wilson [0.9398, 1]",
      ],
    }
  `);
});

it('a class without a column of its scores is an error, wherever it is missing', async () => {
  const gate = `task: multiclass
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, scores: SCORES }
champion: { from: file, table: old.csv }
checks: { log: { metric: log_loss, at-most: 1, max-regression: 5% } }
`;
  const { run } = workspace();
  const files = { 'golden.csv': csv(60, { y: truth }), 'out.csv': threeClasses(2), 'old.csv': threeClasses(4) };
  expect(toldProblem(await run(gate.replace('SCORES', '"q_{class}"'), files))).toBe(
    'column-missing: out.csv has no column like q_{class}',
  );
  expect(toldProblem(await run(gate.replace('SCORES', '"{class}_a"'), files))).toBe(
    'column-missing: out.csv has one column like {class}_a',
  );
  expect(toldProblem(await run(gate.replace('SCORES', '{ a: p_a, b: p_b }'), files))).toBe(
    'column-missing: the label holds class "c", for which `scores` names no column',
  );
  // of the champion: only the comparison stops
  const without = await run(gate.replace('SCORES', '"p_{class}"'), { 'old.csv': threeClasses(4).replace('p_c', 'x') });
  expect(toldProblem(without)).toBe('column-missing: old.csv has no column like p_c');
  expect(without.checks[0]?.bounds.map(({ rule, status }) => [rule, status])).toEqual([
    ['at-most', 'pass'],
    ['max-regression', 'error'],
  ]);
});

/** Off by 1 to either side, by `far` on every tenth row. */
const numbers = (near: number, far: number) =>
  csv(40, { predicted: (row) => row + (row % 10 === 0 ? far : row % 2 === 0 ? near : -near) });

it('regression: 36 of 40 numbers off by 1, four by 4', async () => {
  const outcome = await workspace().run(
    `task: regression
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: predicted }
champion: { from: file, table: old.csv }
checks:
  mae: { metric: mean_absolute_error, at-most: 1.5, max-regression: 10% }
  mse: { metric: mean_squared_error, max-regression: 1 }
  rmse: { metric: root_mean_squared_error, max-regression: 0.5 }
  median: { metric: median_absolute_error, at-most: 1.5, max-regression: 0 }
  r2: { metric: r2, at-least: 0.9, max-regression: 0.05 }
  d2: { metric: d2_absolute_error_score, at-least: 0.8 }
`,
    { 'golden.csv': csv(40, { y: (row) => row }), 'out.csv': numbers(1, 4), 'old.csv': numbers(2, 2) },
  );
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "d2": [
        "pass",
        0.87,
        0.8,
        "at-least pass proven bca [0.8207, 0.8983]",
      ],
      "mae": [
        "inconclusive",
        1.3,
        2,
        "at-most inconclusive interval-spans-limit t [1.0085, 1.5915]",
        "max-regression pass proven paired-t [-0.4958, -0.2042]",
      ],
      "median": [
        "inconclusive",
        1,
        2,
        "at-most pass proven order-statistic [1, 1]",
        "max-regression inconclusive degenerate-variance",
      ],
      "mse": [
        "inconclusive",
        2.5,
        4,
        "max-regression inconclusive careful-bound-spans-limit paired-t [-2.9575, -0.0425]",
      ],
      "r2": [
        "pass",
        0.981238,
        0.969981,
        "at-least pass proven bca [0.9645, 0.9902]",
        "max-regression pass proven bca [-0.0047, 0.0209]",
      ],
      "rmse": [
        "pass",
        1.581139,
        2,
        "max-regression pass proven bca [-0.8274, 0.0917]",
      ],
    }
  `);
});

/** Three documents a query, the relevant one first in `first` of 40 queries and second in all others. */
function retrieved(first: number, order: 'score' | 'rank' = 'score'): string {
  const lines = [`query,document,${order}`];
  for (let query = 1; query <= 40; query++) {
    const places = query <= first ? ['good', 'bad', 'other'] : ['bad', 'good', 'other'];
    for (const [at, document] of places.entries())
      lines.push(`${query},${document},${order === 'rank' ? at + 1 : 9 - at}`);
  }
  return `${lines.join('\n')}\n`;
}

it('ranking: the relevant document first for 30 of 40 queries, second for ten', async () => {
  const judged = Array.from({ length: 40 }, (_, at) => `${at + 1},good,1\n${at + 1},bad,0\n`).join('');
  const gate = `task: ranking
examples: { table: golden.csv, key: query, document: document, label: grade }
candidate: { table: out.csv, document: document, score: score }
champion: { from: file, table: old.csv }
checks:
  mrr: { metric: mrr, at-least: 0.7, max-regression: 5pt, min-improvement: 0 }
  ndcg: { metric: ndcg@10, at-least: 0.8 }
  hit1: { metric: hit_rate@1, at-least: 0.5 }
  recall1: { metric: recall@1, max-regression: 5pt }
  precision2: { metric: precision@2, max-regression: 5pt }
  map: { metric: map@3, at-most: 1, judged: estimate }
`;
  const { run } = workspace();
  const files = { 'golden.csv': `query,document,grade\n${judged}`, 'out.csv': retrieved(30), 'old.csv': retrieved(20) };
  const outcome = await run(gate, files);
  expect(outcome.rows).toBe(40);
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "hit1": [
        "pass",
        0.75,
        0.5,
        "at-least pass proven wilson [0.5981, 0.8581]",
      ],
      "map": [
        "pass",
        0.875,
        0.75,
        "at-most pass estimate-within-limit",
      ],
      "mrr": [
        "pass",
        0.875,
        0.75,
        "at-least pass proven t [0.8049, 0.9451]",
        "max-regression pass proven paired-t [0.0549, 0.1951]",
        "min-improvement pass proven paired-t [0.0549, 0.1951]",
      ],
      "ndcg": [
        "pass",
        0.907732,
        0.815465,
        "at-least pass proven t [0.856, 0.9595]",
      ],
      "precision2": [
        "inconclusive",
        0.5,
        0.5,
        "max-regression inconclusive interval-spans-limit paired-t [-0.0737, 0.0737]",
      ],
      "recall1": [
        "pass",
        0.75,
        0.5,
        "max-regression pass proven tango [0.1405, 0.4019]",
      ],
    }
  `);
  const ranks = { 'out.csv': retrieved(30, 'rank'), 'old.csv': retrieved(20, 'rank') };
  expect((await run(gate.replace('score: score', 'rank: rank'), ranks)).checks).toEqual(outcome.checks);
});

it('answers: 32 of 40 right but for articles, case and full stops, eight half right', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => at + 1);
  const line = (row: Readonly<Record<string, unknown>>) => JSON.stringify(row);
  const golden = rows.map((id) => line({ id, answers: id <= 32 ? ['Lutetia', 'Paris'] : ['red fox'] }));
  const said = (right: number) =>
    rows.map((id) => line({ id, said: id <= right ? 'the PARIS.' : id <= 32 ? 'Rome' : 'red dog' })).join('\n');
  const outcome = await workspace().run(
    `task: answers
examples: { table: golden.jsonl, key: id, label: answers }
candidate: { table: out.jsonl, prediction: said }
champion: { from: file, table: old.jsonl }
checks:
  exact: { metric: exact_match, at-least: 0.6, max-regression: 5pt }
  f1: { metric: token_f1, at-least: 0.8, max-regression: 5pt }
`,
    { 'golden.jsonl': golden.join('\n'), 'out.jsonl': said(32), 'old.jsonl': said(28) },
  );
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "exact": [
        "pass",
        0.8,
        0.7,
        "at-least pass proven wilson [0.6524, 0.895]",
        "max-regression pass proven tango [0.0036, 0.2305]",
      ],
      "f1": [
        "pass",
        0.9,
        0.8,
        "at-least pass proven t [0.8352, 0.9648]",
        "max-regression pass proven paired-t [0.0028, 0.1972]",
      ],
    }
  `);
});

it('weights: right rows that weigh 3, wrong ones that weigh 1, and clusters of four rows', async () => {
  const right = (row: number) => (row % 4 === 0 ? 1 - y(row) : y(row));
  const gate = (design: string) => `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y, ${design} }
candidate: { table: out.csv, prediction: predicted }
checks:
  accuracy: { metric: accuracy, at-least: 0.5 }
  f1: { metric: f1, at-least: 0.5 }
`;
  const files = {
    'golden.csv': csv(40, { y, w: (row) => (row % 4 === 0 ? 1 : 3), c: (row) => `u${row % 10}` }),
    'out.csv': csv(40, { predicted: right }),
  };
  const { run } = workspace();
  expect(toldChecks(await run(gate('weight: w'), files))).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "pass",
        0.9,
        undefined,
        "at-least pass proven weighted-wilson [0.7636, 0.9617]",
      ],
      "f1": [
        "pass",
        0.9,
        undefined,
        "at-least pass proven bca [0.7952, 0.9565]",
      ],
    }
  `);
  expect(toldChecks(await run(gate('cluster: c'), files))).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "pass",
        0.75,
        undefined,
        "at-least pass proven clustered-wilson [0.5328, 0.8875]",
      ],
      "f1": [
        "pass",
        0.75,
        undefined,
        "at-least pass proven bca [0.6, 0.9]",
      ],
    }
  `);
  expect(toldChecks(await run(gate('weight: w, cluster: c'), files))).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "pass",
        0.9,
        undefined,
        "at-least pass proven clustered-wilson [0.7425, 0.9656]",
      ],
      "f1": [
        "pass",
        0.9,
        undefined,
        "at-least pass proven bca [0.8182, 0.9643]",
      ],
    }
  `);
});

it('repeats: runs of one example are averaged first, as many as a side likes', async () => {
  // 40 examples; the candidate has two runs of each, of which one is right on 20 examples and both on the other 20
  const runs = ['id,predicted,ms'];
  for (let id = 1; id <= 40; id++) {
    runs.push(`${id},${y(id)},10`, `${id},${id % 2 === 0 ? 1 - y(id) : y(id)},30`);
  }
  const gate = `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: predicted, repeats: true }
champion: { from: file, table: old.csv }
checks:
  accuracy: { metric: accuracy, at-least: 0.5, max-regression: 30pt }
  f1: { metric: f1, at-least: 0.5 }
  ms: { column: ms, statistic: mean, at-most: 25, range: [0, 100] }
  per: { column: ms, statistic: ratio, per: steps, at-most: 12 }
`;
  const { run } = workspace();
  const files = {
    'golden.csv': csv(40, { y, steps: () => 2 }),
    'out.csv': `${runs.join('\n')}\n`,
    'old.csv': csv(40, { predicted: y, ms: () => 20 }),
  };
  const outcome = await run(gate, files);
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "accuracy": [
        "inconclusive",
        0.75,
        1,
        "at-least pass proven t [0.669, 0.831]",
        "max-regression inconclusive interval-spans-limit paired-t [-0.331, -0.169]",
      ],
      "f1": [
        "pass",
        0.75,
        1,
        "at-least pass proven bca [0.6389, 0.8409]",
      ],
      "ms": [
        "inconclusive",
        20,
        20,
        "at-most inconclusive interval-spans-limit t [18.5263, 25.8948]",
      ],
      "per": [
        "pass",
        10,
        10,
        "at-most pass proven unanimous [10, 10]",
      ],
    }
  `);
  expect(toldProblem(await run(gate.replace('[0, 100]', '[0, 25]'), {}))).toBe(
    'column-type: mean(ms): values reach from 10 to 30, outside the declared range [0, 25]',
  );
});
