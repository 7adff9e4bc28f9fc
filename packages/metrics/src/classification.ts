import { type ClassTotals, defined, type MetricValue, notDefined } from './class-totals.ts';

/**
 * Accuracy, balanced accuracy, precision, recall and F1 with scikit-learn's averages, from class totals.
 *
 * Where scikit-learn substitutes `zero_division` (0 by default, with a warning) the metric is undefined here and says
 * why: a gate must not take "was never predicted" for a number. Where nothing is undefined the values are equal to
 * scikit-learn's (sklearn.metrics, user guide 3.4.4.9 "Precision, recall and F-measures"):
 * - F1 of class k is 2 tp / (actual + predicted), undefined only for a class that is in neither; such classes are left
 *   out of averages, as scikit-learn takes the labels that occur in y_true or y_pred;
 * - `macro` is the mean over those classes, `weighted` weighs by support, `micro` pools counts;
 * - balanced accuracy is the mean recall of the classes that occur in y_true.
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';
type Ratio = 'precision' | 'recall' | 'f1';

export function accuracy({ rows, correct }: ClassTotals): MetricValue {
  return rows > 0 ? defined(sum(correct) / rows) : notDefined('there are no rows');
}

export function balancedAccuracy({ actual, correct }: ClassTotals): MetricValue {
  let total = 0;
  let classes = 0;
  for (let k = 0; k < actual.length; k++) {
    const support = at(actual, k);
    if (support === 0) continue;
    total += at(correct, k) / support;
    classes += 1;
  }
  return classes > 0 ? defined(total / classes) : notDefined('there are no rows');
}

/** One class against the rest: the positive one of a binary task. */
export function ofClass(ratio: Ratio, totals: ClassTotals, k: number): MetricValue {
  const denominator = denominatorOf(ratio, totals, k);
  return denominator > 0
    ? defined((numerator(ratio) * at(totals.correct, k)) / denominator)
    : notDefined(whyEmpty[ratio]);
}

export function averaged(ratio: Ratio, average: Exclude<Average, 'binary'>, totals: ClassTotals): MetricValue {
  if (totals.rows === 0) return notDefined('there are no rows');
  // every row is predicted to be exactly one class, so all three pooled ratios are the share of correct rows
  if (average === 'micro') return accuracy(totals);
  let total = 0;
  let weights = 0;
  for (let k = 0; k < totals.actual.length; k++) {
    if (at(totals.actual, k) === 0 && at(totals.predicted, k) === 0) continue;
    const weight = average === 'macro' ? 1 : at(totals.actual, k);
    if (weight === 0) continue;
    const one = ofClass(ratio, totals, k);
    if ('undefined' in one) return notDefined(`for one class ${one.undefined}`);
    total += weight * one.value;
    weights += weight;
  }
  return defined(total / weights);
}

const whyEmpty: Readonly<Record<Ratio, string>> = {
  precision: 'the model never predicts the class',
  recall: 'no row is of the class',
  f1: 'no row is of the class and the model never predicts it',
};

function numerator(ratio: Ratio): number {
  return ratio === 'f1' ? 2 : 1;
}

function denominatorOf(ratio: Ratio, { actual, predicted }: ClassTotals, k: number): number {
  switch (ratio) {
    case 'precision':
      return at(predicted, k);
    case 'recall':
      return at(actual, k);
    case 'f1':
      return at(actual, k) + at(predicted, k);
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
