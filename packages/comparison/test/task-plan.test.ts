import { PolicyError, parsePolicy } from '@modelgate/core';
import { expect, it } from 'vitest';
import { planEvaluation } from '../src/evaluation-plan.ts';

/** Each problem of a plan of this gate as line:column message; the gate's first line is line 6. */
function problems(gate: string): string[] {
  const text = `version: 1\nname: p\ngates:\n  g:\n    kind: evaluation\n${gate.trimEnd().replace(/^/gm, '    ')}\n`;
  const document = parsePolicy(text, 'modelgate.yml');
  try {
    planEvaluation(document, 'g');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ message, where }) => `${where.line}:${where.column} ${message}`);
  }
  return [];
}

const behavioral = 'task: behavioral\nexamples: { table: g.csv, key: q, test: t, case: c, original: o, label: y }\n';
const regression = 'task: regression\nexamples: { table: g.csv, key: q, label: y }\n';
const multiclass = 'task: multiclass\nexamples: { table: g.csv, key: q, label: y }\n';

it.each<[string, string, string[]]>([
  [
    'a ranking without documents',
    'task: ranking\nexamples: { table: g.csv, key: q, label: y }\ncandidate: { table: o.csv, score: s }\nchecks: { c: { metric: ndcg@10, at-least: 0.5 } }\n',
    [
      '7:5 `gates.g.examples`: name no `document`: the column with the judged document',
      '8:5 `gates.g.candidate`: needs `document`: the column with the retrieved document',
    ],
  ],
  [
    'a ranking without judged documents and without an order',
    'task: ranking\ncandidate: { table: o.csv, key: q, document: d }\nchecks: { c: { metric: ndcg@10, at-least: 0.5 } }\n',
    [
      '4:3 `gates.g`: task ranking needs `examples`: the judged documents with key (the query), document and label (the grade)',
      '7:5 `gates.g.candidate`: needs `score` or `rank`, which order the documents',
    ],
  ],
  [
    'a ranking without grades, and a column in it',
    'task: ranking\nexamples: { table: g.csv, key: q, document: d }\ncandidate: { table: o.csv, document: d, rank: r }\nchecks:\n  c: { metric: ndcg@10, at-least: 0.5 }\n  m: { column: ms, statistic: mean, at-most: 4 }\n',
    [
      '11:12 `gates.g.checks.m.column`: has a row a document in a gate with `task: ranking`: judge it in a gate of its own',
      '7:5 `gates.g.examples`: name no `label`: its metrics need the grade of each judged document',
    ],
  ],
  [
    'behaviour without a test column',
    'task: behavioral\nexamples: { table: g.csv, key: q }\ncandidate: { table: o.csv, prediction: p }\nchecks: { c: { behavior: invariance, at-most: 0.5 } }\n',
    [
      '7:5 `gates.g.examples`: task behavioral needs `examples` with `test`: the column that says which test a row belongs to',
    ],
  ],
  [
    'behaviour without examples',
    'task: behavioral\ncandidate: { table: o.csv, key: k, prediction: p }\nchecks: { c: { behavior: minimum-functionality, at-most: 0.5 } }\n',
    ['4:3 `gates.g`: task behavioral needs `examples` with `test`: the column that says which test a row belongs to'],
  ],
  [
    'behaviour without cases, originals and outputs',
    `${behavioral.replace(', case: c, original: o, label: y', '')}candidate: { table: o.csv }
checks:
  c: { behavior: invariance, at-most: 0.5 }
  d: { behavior: directional, direction: increasing, at-most: 0.5 }
  e: { behavior: minimum-functionality, at-most: 0.5 }
`,
    [
      '8:5 `gates.g.candidate`: needs `prediction`: the column with the predicted class',
      '7:5 `gates.g.examples`: need `case` and `original`: perturbed rows are compared with the original of their case',
      '8:5 `gates.g.candidate`: needs `score`: a directional test looks at where the score goes',
      '8:5 `gates.g.candidate`: needs `prediction` or `score`: an invariance test looks at whether they change',
      '7:5 `gates.g.examples`: name no `label`: tests of minimum functionality need the class that is expected',
    ],
  ],
  [
    'an original without cases',
    `${behavioral.replace(', case: c', '')}candidate: { table: o.csv, prediction: p }\nchecks: { c: { behavior: invariance, at-most: 0.5 } }\n`,
    ['7:5 `gates.g.examples`: need `case` and `original`: perturbed rows are compared with the original of their case'],
  ],
  [
    'a metric among tests of behaviour',
    `${behavioral}candidate: { table: o.csv, prediction: p }\nchecks: { c: { metric: accuracy, at-least: 0.5 } }\n`,
    [
      '9:20 `gates.g.checks.c.metric`: accuracy is a metric; a gate with `task: behavioral` holds tests: write `behavior: …`',
    ],
  ],
  [
    'a test of behaviour among metrics',
    `${multiclass}candidate: { table: o.csv, prediction: p }\nchecks: { c: { behavior: invariance, at-most: 0.5 } }\n`,
    ['9:20 `gates.g.checks.c.behavior`: tests of behaviour need `task: behavioral`, in a gate of their own'],
  ],
  [
    'a test of behaviour in a metrics file',
    'candidate: { file: m.json }\nchecks: { c: { behavior: invariance, at-most: 0.5 } }\n',
    ['7:20 `gates.g.checks.c.behavior`: tests of behaviour need rows: a metrics file has none'],
  ],
  [
    'a test of behaviour of which more failures are better, or a limit in percent',
    `${behavioral}candidate: { table: o.csv, prediction: p }
checks:
  c: { behavior: invariance, better: higher, at-most: 0.5 }
  d: { behavior: invariance, at-most: 5 }
  e: { behavior: invariance, at-most: 0 }
`,
    [
      '10:7 `gates.g.checks.c`: says better: higher, but lower is better for failures(c)',
      '11:34 `gates.g.checks.d.at-most`: 5 is outside [0, 1], where failures(d) lies: write 0.05',
      '12:34 `gates.g.checks.e.at-most`: no number of rows proves failures(e) at-most 0: lower it or use judged: estimate',
    ],
  ],
  [
    'quantiles, roots, areas and functions of sums over several runs',
    `${regression}candidate: { table: o.csv, prediction: p, repeats: true }
checks:
  a: { metric: r2, at-least: 0.5 }
  b: { metric: root_mean_squared_error, at-most: 4 }
  c: { metric: median_absolute_error, at-most: 4 }
  d: { column: ms, statistic: p95, at-most: 4 }
  e: { metric: mean_squared_error, at-most: 4 }
  f: { column: ms, statistic: ratio, per: s, at-most: 4 }
`,
    [
      '10:7 `gates.g.checks.a`: r2 is not averaged over repeats; judge it on a table with one row a key',
      '11:7 `gates.g.checks.b`: root_mean_squared_error is not averaged over repeats; judge it on a table with one row a key',
      '12:7 `gates.g.checks.c`: median_absolute_error is not averaged over repeats; judge it on a table with one row a key',
      '13:7 `gates.g.checks.d`: p95(ms) is not averaged over repeats; judge it on a table with one row a key',
    ],
  ],
  [
    'metrics of other tasks',
    `${regression}candidate: { table: o.csv, prediction: p }
checks:
  a: { metric: f1, at-least: 0.5 }
  b: { metric: ndcg@10, at-least: 0.5 }
  c: { metric: log_loss, at-most: 0.5 }
  d: { metric: exact_match, at-least: 0.5 }
`,
    [
      '10:12 `gates.g.checks.a.metric`: f1 is no metric of task regression: give the gate `task: binary` (with `positive`)',
      '11:12 `gates.g.checks.b.metric`: ndcg@10 is no metric of task regression: give the gate `task: ranking`',
      '12:12 `gates.g.checks.c.metric`: log_loss is no metric of task regression: give the gate `task: binary` (with `positive`) or `task: multiclass`',
      '13:12 `gates.g.checks.d.metric`: exact_match is no metric of task regression: give the gate `task: answers`',
    ],
  ],
  [
    'metrics of one class of several',
    `${multiclass}candidate: { table: o.csv, prediction: p, scores: "p_{class}" }
checks:
  a: { metric: roc_auc, at-least: 0.5 }
  b: { metric: jaccard, at-least: 0.5 }
  c: { metric: average_precision, at-least: 0.5 }
  d: { metric: top_k_accuracy@1.5, at-least: 0.5 }
`,
    [
      '10:12 `gates.g.checks.a.metric`: roc_auc needs one positive class: with several classes use roc_auc_ovr or roc_auc_ovo',
      '11:12 `gates.g.checks.b.metric`: jaccard needs one positive class: with several classes use jaccard_macro, jaccard_micro or jaccard_weighted',
      '12:12 `gates.g.checks.c.metric`: average_precision is no metric of task multiclass: give the gate `task: binary` (with `positive`)',
      '13:12 `gates.g.checks.d.metric`: unknown metric "top_k_accuracy@1.5"; did you mean top_k_accuracy@5?',
    ],
  ],
  [
    'scores that are not named',
    `${multiclass}candidate: { table: o.csv, prediction: p }\nchecks: { c: { metric: log_loss, at-most: 0.5 } }\n`,
    [
      '8:5 `gates.g.candidate`: needs `scores`: the columns with the probability of each class, e.g. scores: "p_{class}"',
    ],
  ],
  [
    'numbers that are not named',
    'task: regression\nexamples: { table: g.csv, key: q }\ncandidate: { table: o.csv }\nchecks: { c: { metric: mean_absolute_error, at-most: 0.5 } }\n',
    [
      '8:5 `gates.g.candidate`: needs `prediction`: the column with the predicted number',
      '7:5 `gates.g.examples`: name no `label`: its metrics need the true number',
    ],
  ],
  [
    'answers that are not named',
    'task: answers\ncandidate: { table: o.csv, key: k }\nchecks: { c: { metric: exact_match, at-least: 0.5 } }\n',
    [
      '7:5 `gates.g.candidate`: needs `prediction`: the column with the predicted answer',
      '7:5 `gates.g.candidate`: names no `label`: its metrics need the right answers',
    ],
  ],
  [
    'columns: a rate in percent, a direction that nobody stated, points of a ratio',
    `candidate: { table: o.csv, key: k }
checks:
  a: { column: ok, statistic: rate, at-least: 80 }
  b: { column: ok, statistic: rate, max-regression: 3pt }
  c: { column: tokens, statistic: ratio, per: s, better: higher, max-regression: 3pt }
`,
    [
      '8:41 `gates.g.checks.a.at-least`: 80 is outside [0, 1], where rate(ok) lies: write 0.8',
      '9:7 `gates.g.checks.b`: does not say which direction of rate(ok) is better: add `better: lower` or `better: higher`',
      '10:70 `gates.g.checks.c.max-regression`: percentage points are for metrics in [0, 1], which tokens per s is not: write a number in its own unit, or a percent',
    ],
  ],
  [
    'a margin to the anchor as wide as the scale',
    `anchor: { from: file, table: a.csv }\n${multiclass}candidate: { table: o.csv, prediction: p }\nchecks: { c: { metric: accuracy, max-regression-from-anchor: 0.3 } }\n`,
    [
      '10:38 `gates.g.checks.c.max-regression-from-anchor`: 0.3 would be 30 points: write 0.3pt or 30pt, whichever you mean',
    ],
  ],
])('refuses %s', (_, gate, expected) => {
  expect(problems(gate)).toEqual(expected);
});

it.each([
  [
    'the check says it for both margins',
    'max-regression: 1pt',
    [
      [undefined, -0.01],
      ['anchor', -0.01],
    ],
  ],
  [
    'the anchor has its own',
    'max-regression: 1pt, max-regression-from-anchor: 3pt',
    [
      [undefined, -0.01],
      ['anchor', -0.03],
    ],
  ],
  ['only the anchor has one', 'max-regression-from-anchor: 3pt', [['anchor', -0.03]]],
  ['a floor has nothing to do with it', 'at-least: 0.5', [[undefined, 0.5]]],
])('an anchor: %s', (_, bounds, expected) => {
  const gate = `anchor: { from: file, table: a.csv }\n${multiclass}candidate: { table: o.csv, prediction: p }\nchecks: { c: { metric: accuracy, ${bounds} } }\n`;
  const text = `version: 1\nname: p\ngates:\n  g:\n    kind: evaluation\n${gate.trimEnd().replace(/^/gm, '    ')}\n`;
  const { checks } = planEvaluation(parsePolicy(text, 'modelgate.yml'), 'g');
  expect(checks.flatMap((check) => check.bounds.map(({ against, threshold }) => [against, threshold]))).toEqual(
    expected,
  );
});
