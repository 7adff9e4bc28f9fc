import { expect, it } from 'vitest';
import { classificationMetrics, isShare, knownDirection, lookUpMetric } from '../src/index.ts';

it('computes the first set from rows, under the names of scikit-learn’s scorers', () => {
  expect([...classificationMetrics.keys()]).toEqual([
    'accuracy',
    'balanced_accuracy',
    'precision',
    'recall',
    'f1',
    ...['precision', 'recall', 'f1'].flatMap((name) => [`${name}_macro`, `${name}_micro`, `${name}_weighted`]),
  ]);
  for (const name of classificationMetrics.keys()) {
    expect(lookUpMetric(name)).toMatchObject({ kind: 'classification', metric: { name } });
    expect([knownDirection(name), isShare(name)], name).toEqual(['higher', true]);
  }
});

it('knows which metrics are means of right and wrong rows, and which need a positive class', () => {
  const named = (flag: 'perRow' | 'needsPositive') =>
    [...classificationMetrics.values()].filter((metric) => metric[flag]).map(({ name }) => name);
  expect(named('perRow')).toEqual(['accuracy', 'precision_micro', 'recall_micro', 'f1_micro']);
  expect(named('needsPositive')).toEqual(['precision', 'recall', 'f1']);
});

it.each([
  ['roc_auc', 'higher', true],
  ['log_loss', 'lower', false],
  ['brier_score_loss', 'lower', true],
  ['expected_calibration_error', 'lower', true],
  ['mean_absolute_error', 'lower', false],
  ['root_mean_squared_error', 'lower', false],
  ['r2', 'higher', false],
  ['matthews_corrcoef', 'higher', false],
  ['ndcg@10', 'higher', true],
  ['hit_rate@5', 'higher', true],
] as const)('%s comes later: %s is better, share %s', (name, better, share) => {
  expect(lookUpMetric(name)).toEqual({ kind: 'later' });
  expect([knownDirection(name), isShare(name)]).toEqual([better, share]);
});

it.each([
  ['acuracy', 'accuracy'],
  ['f1-macro', 'f1_macro'],
  ['precison', 'precision'],
  ['roc-auc', 'roc_auc'],
  ['balanced_acuracy', 'balanced_accuracy'],
  ['perplexity', undefined],
  ['', undefined],
  ['constructor', undefined],
  ['ndcg@', 'ndcg@10'],
])('%j is unknown, nearest %j', (name, nearest) => {
  expect(lookUpMetric(name)).toEqual({ kind: 'unknown', nearest });
});

it.each([
  ['test.f1', 'higher', true],
  ['eval/f1-score', 'higher', true],
  ['val.rmse', 'lower', false],
  ['auc', 'higher', true],
  ['test.recall@10', 'higher', true],
  ['perplexity', undefined, false],
  ['f1.by_carrier', undefined, false],
  ['toString', undefined, false],
] as const)('a metrics file’s %s: better %s, share %s; a direction is never guessed', (name, better, share) => {
  expect([knownDirection(name), isShare(name)]).toEqual([better, share]);
});
