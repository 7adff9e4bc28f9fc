import { expect, it } from 'vitest';
import { type ClassTotals, classificationMetrics, type MetricValue } from '../src/index.ts';

/** Totals of a confusion matrix: rows are labels, columns predictions. */
function totals(matrix: readonly (readonly number[])[]): ClassTotals {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    rows: sum(matrix.flat()),
    actual: Float64Array.from(matrix, sum),
    predicted: Float64Array.from(matrix, (_, k) => sum(matrix.map((row) => row[k] ?? 0))),
    correct: Float64Array.from(matrix, (row, k) => row[k] ?? 0),
  };
}

function valueFor(name: string, matrix: readonly (readonly number[])[], positive = 1): MetricValue {
  const metric = classificationMetrics.get(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric.compute(totals(matrix), positive);
}

// By hand, with scikit-learn's definitions (test/oracles holds them to scikit-learn itself): precision 2/3, 1/3, 3/4; recall 2/3, 1/2, 3/5.
const three = [
  [2, 1, 0],
  [0, 1, 1],
  [1, 1, 3],
];

it.each([
  ['accuracy', 0.6],
  ['balanced_accuracy', 0.5888888888888889],
  ['precision_macro', 0.5833333333333334],
  ['precision_micro', 0.6],
  ['precision_weighted', 0.6416666666666666],
  ['recall_macro', 0.5888888888888889],
  ['recall_micro', 0.6],
  ['recall_weighted', 0.6],
  ['f1_macro', 0.5777777777777778],
  ['f1_micro', 0.6],
  ['f1_weighted', 0.6133333333333334],
])('%s of three classes', (name, expected) => {
  const value = valueFor(name, three, -1);
  expect('value' in value ? value.value : Number.NaN).toBeCloseTo(expected, 14);
});

const [neverPredicted, noneThere, empty] = [
  [
    [8, 0],
    [2, 0],
  ],
  [
    [8, 2],
    [0, 0],
  ],
  [
    [0, 0],
    [0, 0],
  ],
];

it.each<[string, string, readonly (readonly number[])[], MetricValue]>([
  ['precision', 'never predicted', neverPredicted, { undefined: 'the model never predicts the class' }],
  ['recall', 'never predicted', neverPredicted, { value: 0 }],
  ['f1', 'never predicted', neverPredicted, { value: 0 }],
  ['f1_macro', 'never predicted', neverPredicted, { value: 8 / 9 / 2 }],
  [
    'precision_macro',
    'never predicted',
    neverPredicted,
    { undefined: 'for one class the model never predicts the class' },
  ],
  [
    'precision_weighted',
    'never predicted',
    neverPredicted,
    { undefined: 'for one class the model never predicts the class' },
  ],
  ['balanced_accuracy', 'never predicted', neverPredicted, { value: 0.5 }],
  ['precision', 'in no label', noneThere, { value: 0 }],
  ['recall', 'in no label', noneThere, { undefined: 'no row is of the class' }],
  ['f1', 'in no label', noneThere, { value: 0 }],
  ['recall_macro', 'in no label', noneThere, { undefined: 'for one class no row is of the class' }],
  // weight 0 in scikit-learn's mean, so that its undefined recall never enters
  ['recall_weighted', 'in no label', noneThere, { value: 0.8 }],
  ['balanced_accuracy', 'in no label', noneThere, { value: 0.8 }],
  ['accuracy', 'absent: no rows', empty, { undefined: 'there are no rows' }],
  ['balanced_accuracy', 'absent: no rows', empty, { undefined: 'there are no rows' }],
  ['f1_micro', 'absent: no rows', empty, { undefined: 'there are no rows' }],
  ['f1_weighted', 'absent: no rows', empty, { undefined: 'there are no rows' }],
  ['f1', 'absent: no rows', empty, { undefined: 'no row is of the class and the model never predicts it' }],
])('%s where the class is %s', (name, _, matrix, expected) => {
  expect(valueFor(name, matrix)).toEqual(expected);
});

it('a class that is in neither labels nor predictions changes no mean', () => {
  const padded = [...three.map((row) => [...row, 0]), [0, 0, 0, 0]];
  for (const name of classificationMetrics.keys()) {
    if (classificationMetrics.get(name)?.needsPositive) continue;
    expect(valueFor(name, padded, -1), name).toEqual(valueFor(name, three, -1));
  }
});

it('counts of any size give the same value as rows', () => {
  const million = three.map((row) => row.map((count) => count * 1_000_000));
  for (const name of classificationMetrics.keys()) {
    const [small, large] = [valueFor(name, three, 2), valueFor(name, million, 2)];
    if (!('value' in small && 'value' in large)) throw new Error(`${name} is undefined`);
    expect(large.value, name).toBeCloseTo(small.value, 14);
  }
});
