import { type MetricValue, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import { meanOfRows, type RowValues, whyUnusable } from './weighted-rows.ts';

/**
 * Share of rows whose label is among the k classes of the highest scores.
 *
 * In [0, 1], higher is better. scikit-learn: `top_k_accuracy_score` with all classes as `labels`; of equal scores the
 * later class counts as higher there, and here. Undefined where k is not below the number of classes: every row is a hit
 * then (1 with a warning there).
 *
 * @param labels  class of each row, a position in `scores`
 * @param scores  one column a class; any scale. For two classes scikit-learn wants one column and a threshold instead
 * @param k       integer ≥ 1
 * @param weights one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ, a label is no class or k no integer of at least 1
 */
export function topKAccuracy(
  labels: ArrayLike<number>,
  scores: readonly Float64Array[],
  k: number,
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(topKRows(labels, scores, k, weights), weights);
}

/** 1 for each row that `topKAccuracy` counts, 0 for the others. */
export function topKRows(
  labels: ArrayLike<number>,
  scores: readonly Float64Array[],
  k: number,
  weights?: Float64Array,
): RowValues {
  if (!(Number.isSafeInteger(k) && k >= 1)) throw new RangeError(`k must be an integer of at least 1, got ${k}`);
  const why = whyUnusable(labels.length, weights, scores);
  if (why !== undefined) return notDefined(why);
  for (let row = 0; row < labels.length; row++) requireClass(labels[row], scores.length, row);
  if (k >= scores.length) return notDefined(`every row is a hit: k is ${k} and there are ${scores.length} classes`);
  const hits = new Float64Array(labels.length);
  for (let row = 0; row < hits.length; row++) hits[row] = higherClasses(scores, labels[row] ?? 0, row) < k ? 1 : 0;
  return hits;
}

/** How many classes stand above the label. */
function higherClasses(scores: readonly Float64Array[], label: number, row: number): number {
  const own = scores[label]?.[row] ?? 0;
  let higher = 0;
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]?.[row] ?? 0;
    if (score > own || (score === own && other > label)) higher++;
  }
  return higher;
}
