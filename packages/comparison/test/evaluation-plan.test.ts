import { parsePolicy, parseRules } from '@modelgate/core';
import { expect, it } from 'vitest';
import { planEvaluation } from '../src/evaluation-plan.ts';
import { planOf, planProblems } from './planned.ts';

const check = (text: string) => `\`gates.g.checks.c.${text}`;

it('understands a gate: names, directions, scales, and the line of each check', () => {
  const plan = planOf(
    '{ metric: f1, max-regression: 1pt }\n      lat: { column: ms, statistic: p95, at-most: 40, unit: ms }',
  );
  expect(plan).toMatchObject({
    id: 'g',
    mode: 'rows',
    needsChampion: true,
    examples: { table: 'golden.csv', name: 'golden.csv' },
  });
  expect(plan.checks.map(({ id, name, better, scale, where }) => [id, name, better, scale, where?.line])).toEqual([
    ['c', 'f1', 'higher', 'share', 11],
    ['lat', 'p95(ms)', 'lower', 'own', 12],
  ]);
  expect(planOf('{ column: ms, statistic: p95, at-most: 40 }').needsChampion).toBe(false);
});

it.each([
  ['{ column: x, statistic: mean, at-least: 1 }', 'higher'],
  ['{ column: x, statistic: mean, at-most: 1 }', 'lower'],
  ['{ column: x, statistic: mean, at-least: 1, max-regression: 1 }', 'higher'],
  ['{ column: x, statistic: mean, at-most: 1, better: higher }', 'higher'],
  // both sides: nothing says which is better, and nothing asks
  ['{ column: x, statistic: mean, at-least: 1, at-most: 2 }', 'higher'],
])('%s: %s is better', (text, better) => {
  expect(planOf(text).checks[0]?.better).toBe(better);
});

it.each<[string, string, string[]]>([
  [
    'an unknown metric',
    '{ metric: acuracy, at-least: 0.5 }',
    [`11:12 ${check('metric`: unknown metric "acuracy"; did you mean accuracy?')}`],
  ],
  [
    'an unknown metric near nothing',
    '{ metric: perplexity, at-most: 9 }',
    [`11:12 ${check('metric`: unknown metric "perplexity"; metrics are listed in docs/metrics.md')}`],
  ],
  [
    'a metric of scores without a score',
    '{ metric: roc_auc, at-least: 0.5 }',
    ['9:5 `gates.g.candidate`: needs `score`: the column with the probability of the positive class'],
  ],
  [
    'a direction against the metric’s own',
    '{ metric: f1, better: lower, max-regression: 1pt }',
    ['11:7 `gates.g.checks.c`: says better: lower, but higher is better for f1'],
  ],
  [
    'a direction that nobody stated',
    '{ column: ms, statistic: p95, max-regression: 5% }',
    [
      '11:7 `gates.g.checks.c`: does not say which direction of p95(ms) is better: add `better: lower` or `better: higher`',
    ],
  ],
  [
    'a floor and a ceiling with a margin and no direction',
    '{ column: ms, statistic: mean, at-least: 1, at-most: 2, max-regression: 1 }',
    [
      '11:7 `gates.g.checks.c`: does not say which direction of mean(ms) is better: add `better: lower` or `better: higher`',
    ],
  ],
  [
    'points of a column',
    '{ column: ms, statistic: mean, better: lower, max-regression: 1pt }',
    [
      `11:56 ${check('max-regression`: percentage points are for metrics in [0, 1], which mean(ms) is not: write a number in its own unit, or a percent')}`,
    ],
  ],
  [
    'a floor in percent of a share',
    '{ metric: f1, at-least: 58 }',
    [`11:24 ${check('at-least`: 58 is outside [0, 1], where f1 lies: write 0.58')}`],
  ],
  [
    'a floor below any share',
    '{ metric: f1, at-least: -0.5 }',
    [`11:24 ${check('at-least`: -0.5 is outside [0, 1], where f1 lies: write 0')}`],
  ],
  [
    'a floor that nothing proves',
    '{ metric: f1, at-least: 1 }',
    [`11:24 ${check('at-least`: no number of rows proves f1 at-least 1: lower it or use judged: estimate')}`],
  ],
  [
    'a ceiling that nothing proves',
    '{ metric: f1, at-most: 0 }',
    [`11:24 ${check('at-most`: no number of rows proves f1 at-most 0: lower it or use judged: estimate')}`],
  ],
  [
    'a bare margin that was meant in points',
    '{ metric: f1, max-regression: 0.29 }',
    [`11:24 ${check('max-regression`: 0.29 would be 29 points: write 0.29pt or 29pt, whichever you mean')}`],
  ],
  [
    'a margin as wide as the scale',
    '{ metric: f1, max-regression: 100pt }',
    [`11:24 ${check('max-regression`: 100 points is the whole scale of f1')}`],
  ],
])('refuses %s', (_, text, problems) => {
  expect(planProblems(text)).toEqual(problems);
});

it('an estimate may be held to the end of the scale', () => {
  expect(planProblems('{ metric: f1, at-least: 1, judged: estimate }')).toEqual([]);
});

const f1 = '{ metric: f1, at-least: 0.5 }';

it.each<[string, Readonly<Record<string, string>>, string[]]>([
  [
    'a classification metric of a generic gate',
    { 'task: binary': 'task: generic' },
    [`11:12 ${check('metric`: f1 needs to know the task: give the gate `task: binary` (with `positive`)')}`],
  ],
  [
    'a metric of one class of several',
    { 'task: binary': 'task: multiclass' },
    [
      `11:12 ${check('metric`: f1 needs one positive class: with several classes use f1_macro, f1_micro or f1_weighted')}`,
    ],
  ],
  [
    'no prediction column',
    { ', prediction: predicted': '' },
    ['9:5 `gates.g.candidate`: needs `prediction`: the column with the predicted class'],
  ],
  [
    'no label',
    { ', label: y': '' },
    ['8:5 `gates.g.examples`: name no `label`: classification metrics need the true class'],
  ],
  [
    'neither examples nor key nor label',
    { '    examples: { table: golden.csv, key: id, label: y }\n': '' },
    [
      '8:5 `gates.g.candidate`: names no `label`: classification metrics need the true class',
      '8:5 `gates.g.candidate`: needs `key` (rows are paired by it), as the gate names no `examples`',
    ],
  ],
])('refuses %s', (_, replace, problems) => {
  expect(planProblems(f1, replace)).toEqual(problems);
});

const metricsOnly = {
  '{ table: out.csv, prediction: predicted }': '{ file: metrics.json }',
  '    examples: { table: golden.csv, key: id, label: y }\n': '',
};

it.each<[string, string, string[]]>([
  [
    'a column of a metrics file',
    '{ column: ms, statistic: mean, at-most: 4 }',
    [`10:12 ${check('column`: a metrics file has no rows, so no columns: name a `metric` of the file')}`],
  ],
  [
    'a proof without rows',
    '{ metric: f1, at-least: 0.5, judged: proven }',
    [`10:39 ${check('judged`: proven needs rows: a bare metrics file can only be judged by its estimate')}`],
  ],
  [
    'a metric of a metrics file whose direction nobody knows',
    '{ metric: perplexity, max-regression: 1 }',
    [
      '10:7 `gates.g.checks.c`: does not say which direction of perplexity is better: add `better: lower` or `better: higher`',
    ],
  ],
])('refuses %s', (_, text, problems) => {
  expect(planProblems(text, metricsOnly)).toEqual(problems);
});

it('says everything that is wrong, in one go', () => {
  const two = '{ metric: acuracy, at-least: 0.5 }\n      d: { metric: f1, at-least: 7, max-regression: 200pt }';
  expect(planProblems(two)).toEqual([
    `11:12 ${check('metric`: unknown metric "acuracy"; did you mean accuracy?')}`,
    '12:24 `gates.g.checks.d.at-least`: 7 is outside [0, 1], where f1 lies: write 0.07',
    '12:37 `gates.g.checks.d.max-regression`: 200 points is the whole scale of f1',
  ]);
});

it.each(['quality', 'constructor', '__proto__'])('there is no gate %s', (id) => {
  const { document, policy } = parsePolicy(
    'version: 1\nname: p\ngates:\n  g: { kind: evaluation, candidate: { file: m.json }, checks: { c: { metric: f1, at-least: 0.5 } } }\n',
    'modelgate.yml',
  );
  expect(() => planEvaluation({ document, policy }, id)).toThrow(`has no gate "${id}"; gates: g`);
});

it('rules of an input are planned like a policy, their lines those of the input', () => {
  const rules = 'candidate: { file: m.json }\nchecks:\n  c: { metric: f1, at-least: 90 }\n';
  expect(() => planEvaluation(parseRules(rules, 'evaluation'), 'evaluation')).toThrow(
    'rules input:3:20: `gates.evaluation.checks.c.at-least`: 90 is outside [0, 1], where f1 lies: write 0.9',
  );
});
