import type { ClassTotals } from './class-totals.ts';
import { requireLength, weightOf } from './weighted-rows.ts';

/** How many rows of each class were put into each class: counts, or sums of weights. */
export interface ConfusionMatrix {
  readonly classes: number;
  /** Rows of class i that the model put into class j at [i × classes + j], as scikit-learn's `confusion_matrix`. */
  readonly counts: Float64Array;
}

/**
 * @param labels      class of each row, an integer in [0, classes)
 * @param predictions class that the model put the row into, likewise
 * @param classes     how many classes there are, occurring or not
 * @param weights     one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ, a class is out of range or a weight is negative or not finite
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
  weights?: Float64Array,
): ConfusionMatrix {
  requireLength('predictions', predictions, labels.length);
  if (weights) requireLength('weights', weights, labels.length);
  const counts = new Float64Array(classes * classes);
  for (let row = 0; row < labels.length; row++) {
    const at = requireClass(labels[row], classes, row) * classes + requireClass(predictions[row], classes, row);
    const weight = weightOf(weights, row);
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`weights[${row}] must be at least 0, got ${weight}`);
    counts[at] = (counts[at] ?? 0) + weight;
  }
  return { classes, counts };
}

/** Sums of a confusion matrix by label and by prediction, and its diagonal. */
export function classTotals({ classes, counts }: ConfusionMatrix): ClassTotals {
  const actual = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const correct = new Float64Array(classes);
  let rows = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      const count = counts[i * classes + j] ?? 0;
      rows += count;
      actual[i] = (actual[i] ?? 0) + count;
      predicted[j] = (predicted[j] ?? 0) + count;
      if (i === j) correct[i] = count;
    }
  }
  return { rows, actual, predicted, correct };
}

/** @throws RangeError when it is no class */
export function requireClass(value: number | undefined, classes: number, row: number): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value < classes) return value;
  throw new RangeError(`row ${row} must have a class from 0 to ${classes - 1}, got ${value}`);
}
