import { expect, it } from 'vitest';
import {
  classificationMetrics,
  classTotals,
  cohenKappa,
  confusionMatrix,
  findMetric,
  isShare,
  jaccard,
  jaccardAveraged,
  knownDirection,
  type MetricTask,
  matthewsCorrcoef,
  metricNames,
} from '../src/index.ts';

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
    expect(findMetric(name, 'binary')).toMatchObject({ kind: 'metric', metric: { kind: 'classes', name } });
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
] as const)('%s needs its task: %s is better, share %s', (name, better, share) => {
  expect(findMetric(name, 'generic')).toMatchObject({ kind: 'wrong-task' });
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
  expect(findMetric(name, 'binary')).toEqual({ kind: 'unknown', nearest });
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

const tasks: readonly MetricTask[] = ['binary', 'multiclass', 'regression', 'ranking', 'answers'];

it.each(tasks.flatMap((task) => metricNames(task).map((name) => [name, task] as const)))(
  '%s is found for a %s task, and known in metrics files',
  (name, task) => {
    const found = findMetric(name, task);
    if (found.kind !== 'metric') throw new Error(found.kind);
    const { metric } = found;
    expect(metric.name).toBe(name);
    expect(metric.tasks).toContain(task);
    expect(knownDirection(`test.${name}`)).toBe(metric.better);
    const classwise = name === 'brier_score_loss' && task === 'multiclass';
    expect([isShare(name), metric.scale]).toEqual(classwise ? [true, 'own'] : [metric.scale === 'share', metric.scale]);
  },
);

it('has these metrics that are not of predicted classes', () => {
  const others = (task: MetricTask) =>
    metricNames(task).filter((name) => {
      const found = findMetric(name, task);
      return found.kind === 'metric' && found.metric.kind !== 'classes';
    });
  expect(Object.fromEntries(tasks.map((task) => [task, others(task).join(' ')]))).toEqual({
    binary:
      'roc_auc average_precision log_loss brier_score_loss expected_calibration_error expected_calibration_error@15',
    multiclass:
      'roc_auc_ovr roc_auc_ovo roc_auc_ovr_weighted roc_auc_ovo_weighted top_k_accuracy top_k_accuracy@5 log_loss ' +
      'brier_score_loss expected_calibration_error expected_calibration_error@15',
    regression:
      'mean_absolute_error mean_squared_error root_mean_squared_error median_absolute_error ' +
      'mean_absolute_percentage_error mean_pinball_loss mean_pinball_loss@0.9 r2 d2_absolute_error_score ' +
      'd2_pinball_score d2_pinball_score@0.9',
    ranking: 'hit_rate@10 recall@10 precision@10 mrr mrr@10 map map@10 ndcg ndcg@10 ndcg_burges ndcg_burges@10',
    answers: 'exact_match token_f1',
  });
});

it.each<[string, MetricTask | 'generic', readonly MetricTask[]]>([
  ['roc_auc', 'multiclass', ['binary']],
  ['roc_auc_ovr', 'binary', ['multiclass']],
  ['precision', 'ranking', ['binary']],
  ['precision@5', 'binary', ['ranking']],
  ['r2', 'answers', ['regression']],
  ['accuracy', 'regression', ['binary', 'multiclass']],
  ['accuracy', 'generic', ['binary', 'multiclass']],
])('%s is no metric of a %s task but of %j', (name, task, of) => {
  expect(findMetric(name, task)).toEqual({ kind: 'wrong-task', tasks: of });
});

it.each([
  ['acuracy', 'accuracy'],
  ['hit_rate', 'hit_rate@10'],
  ['recall@0', 'recall@10'],
  ['ndcg@1.5', 'ndcg@10'],
  ['ndcg@ten', 'ndcg@10'],
  ['ndgc@10', 'ndcg@10'],
  ['mean_pinball_loss@1', 'mean_pinball_loss@0.9'],
  ['expected_calibration_error@0', 'expected_calibration_error@15'],
  ['accuracy@5', 'accuracy'],
  ['constructor', undefined],
  ['', undefined],
])('%j is found for no task, nearest %j', (name, nearest) => {
  for (const task of [...tasks, 'generic'] as const) {
    expect(findMetric(name, task)).toEqual({ kind: 'unknown', nearest });
  }
});

it.each<[string, MetricTask, string]>([
  ['d2_pinball_score@0.90', 'regression', 'd2_pinball_score@0.9'],
  ['ndcg@010', 'ranking', 'ndcg@10'],
  ['top_k_accuracy', 'multiclass', 'top_k_accuracy'],
])('%s of a %s task is called %s', (name, task, full) => {
  expect(findMetric(name, task)).toMatchObject({ kind: 'metric', metric: { name: full } });
});

it('computes agreement from totals as from the whole confusion matrix', () => {
  const confusion = confusionMatrix(
    [0, 0, 1, 1, 2, 2, 2],
    [0, 1, 1, 1, 2, 0, 2],
    3,
    Float64Array.of(1, 2, 0.5, 1, 3, 1, 1),
  );
  const totals = classTotals(confusion);
  const computed = (name: string) => {
    const found = findMetric(name, 'binary');
    if (found.kind !== 'metric' || found.metric.kind !== 'classes') throw new Error(found.kind);
    const value = found.metric.compute(totals, 1);
    return 'value' in value ? value.value : Number.NaN;
  };
  const all = {
    matthews_corrcoef: matthewsCorrcoef(confusion),
    cohen_kappa: cohenKappa(confusion),
    jaccard: jaccard(totals, 1),
    jaccard_macro: jaccardAveraged(totals, 'macro'),
    jaccard_micro: jaccardAveraged(totals, 'micro'),
    jaccard_weighted: jaccardAveraged(totals, 'weighted'),
  };
  for (const [name, value] of Object.entries(all)) {
    expect(computed(name), name).toBeCloseTo('value' in value ? value.value : Number.NaN, 14);
  }
});
