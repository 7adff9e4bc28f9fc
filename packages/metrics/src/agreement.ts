import { type ClassTotals, defined, type MetricValue, notDefined } from './class-totals.ts';
import type { Average } from './classification.ts';
import { type ConfusionMatrix, classTotals } from './confusion-matrix.ts';

/** Metrics of how far labels and predictions agree, from confusion counts; counts may be sums of weights. */

/**
 * Matthews' correlation coefficient, for any number of classes: the correlation of labels and predictions.
 *
 * In [−1, 1] (for more than two classes the least value is above −1), higher is better, 0 is chance.
 * scikit-learn: `matthews_corrcoef`, which gives 0 where labels or predictions are all of one class; undefined here.
 * Source: Gorodkin (2004), Computational Biology and Chemistry 28, 367–374, equation 8.
 */
export function matthewsCorrcoef(confusion: ConfusionMatrix): MetricValue {
  return matthewsOfTotals(classTotals(confusion));
}

/** The same from class totals, which hold all that it needs. */
export function matthewsOfTotals({ rows, actual, predicted, correct }: ClassTotals): MetricValue {
  if (rows === 0) return notDefined('there are no rows');
  if (occurring(actual) < 2) return notDefined('all labels are of one class');
  if (occurring(predicted) < 2) return notDefined('all predictions are of one class');
  let hits = 0;
  let chance = 0;
  let labelSpread = 0;
  let predictionSpread = 0;
  for (let k = 0; k < actual.length; k++) {
    const [label, prediction] = [actual[k] ?? 0, predicted[k] ?? 0];
    hits += correct[k] ?? 0;
    chance += (label / rows) * prediction;
    // n² − Σ n_k² without its cancellation
    labelSpread += (label / rows) * (rows - label);
    predictionSpread += (prediction / rows) * (rows - prediction);
  }
  return defined((hits - chance) / Math.sqrt(labelSpread * predictionSpread));
}

/** How much two classes disagree: 1 for any two (`none`), |i − j| or (i − j)². Scikit-learn calls it `weights`. */
export type ClassDistance = 'none' | 'linear' | 'quadratic';

const distances: Readonly<Record<ClassDistance, (i: number, j: number) => number>> = {
  none: (i, j) => (i === j ? 0 : 1),
  linear: (i, j) => Math.abs(i - j),
  quadratic: (i, j) => (i - j) ** 2,
};

/**
 * Cohen's kappa: agreement of labels and predictions beyond that of chance with the same marginals.
 *
 * At most 1, higher is better, 0 is chance. With a distance the classes are ordered and stand at their positions in the
 * matrix, as in scikit-learn's `cohen_kappa_score` when all classes are given as `labels` (without them it closes up
 * classes that do not occur, so that distances depend on the rows).
 * Undefined where chance alone agrees fully: labels and predictions are all of the same class (NaN in scikit-learn).
 * Source: Cohen (1960), Educational and Psychological Measurement 20, 37–46; weighted: Cohen (1968), Psychological
 * Bulletin 70, 213–220.
 */
export function cohenKappa(confusion: ConfusionMatrix, distance: ClassDistance = 'none'): MetricValue {
  const { classes, counts } = confusion;
  const { rows, actual, predicted } = classTotals(confusion);
  if (rows === 0) return notDefined('there are no rows');
  const between = distances[distance];
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      observed += between(i, j) * (counts[i * classes + j] ?? 0);
      expected += between(i, j) * ((actual[i] ?? 0) / rows) * (predicted[j] ?? 0);
    }
  }
  return expected > 0 ? defined(1 - observed / expected) : notDefined(FULL_AGREEMENT_BY_CHANCE);
}

/** Cohen's kappa without distances, from class totals, which hold all that it needs. */
export function kappaOfTotals({ rows, actual, predicted, correct }: ClassTotals): MetricValue {
  if (rows === 0) return notDefined('there are no rows');
  let observed = 0;
  let expected = 0;
  for (let k = 0; k < actual.length; k++) {
    observed += (actual[k] ?? 0) - (correct[k] ?? 0);
    expected += ((actual[k] ?? 0) / rows) * (rows - (predicted[k] ?? 0));
  }
  return expected > 0 ? defined(1 - observed / expected) : notDefined(FULL_AGREEMENT_BY_CHANCE);
}

const FULL_AGREEMENT_BY_CHANCE = 'labels and predictions are all of one and the same class';

/**
 * Jaccard index of one class: rows that are of it and predicted to be, among rows that are either.
 *
 * In [0, 1], higher is better. scikit-learn: `jaccard_score`, `average="binary"`; where no row is of the class nor
 * predicted to be, it gives 0 with a warning; undefined here.
 * Source: scikit-learn's user guide, 3.4.4.10 "Jaccard similarity coefficient score".
 */
export function jaccard({ actual, predicted, correct }: ClassTotals, k: number): MetricValue {
  const both = correct[k] ?? 0;
  const either = (actual[k] ?? 0) + (predicted[k] ?? 0) - both;
  return either > 0 ? defined(both / either) : notDefined('no row is of the class and the model never predicts it');
}

/**
 * Jaccard index over classes: `macro` is the mean of the classes that occur in labels or predictions, `weighted` weighs
 * them by their rows, `micro` pools counts. In [0, 1], higher is better; undefined without rows.
 *
 * scikit-learn: `jaccard_score`, except that a class all of whose rows have weight 0 is none here (0 with a warning there).
 */
export function jaccardAveraged(totals: ClassTotals, average: Exclude<Average, 'binary'>): MetricValue {
  if (totals.rows === 0) return notDefined('there are no rows');
  if (average === 'micro') {
    const both = totals.correct.reduce((sum, count) => sum + count, 0);
    return defined(both / (2 * totals.rows - both));
  }
  let total = 0;
  let weights = 0;
  for (let k = 0; k < totals.actual.length; k++) {
    const one = jaccard(totals, k);
    if ('undefined' in one) continue;
    const weight = average === 'macro' ? 1 : (totals.actual[k] ?? 0);
    total += weight * one.value;
    weights += weight;
  }
  return defined(total / weights);
}

function occurring(counts: Float64Array): number {
  return counts.reduce((classes, count) => classes + (count > 0 ? 1 : 0), 0);
}
