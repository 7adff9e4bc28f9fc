import { defined, type MetricValue, notDefined } from './class-totals.ts';
import { requireBinary, scoreOutcomes } from './score-outcomes.ts';
import { whyUnusable } from './weighted-rows.ts';

/**
 * Average precision: precision at each distinct score, weighed by the recall that this score adds. Not interpolated.
 *
 * In [0, 1], higher is better; chance gives the share of positive rows. scikit-learn: `average_precision_score`.
 * Undefined where no row is positive (0 with a warning there; rows of weight 0 do not count), and where a score is not
 * finite.
 *
 * @param labels  1 for a positive row, 0 for a negative one
 * @param scores  higher means more likely positive; any scale
 * @param weights one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ or a label is neither 0 nor 1
 * Source: scikit-learn's user guide, 3.4.4.9 "Precision, recall and F-measures".
 */
export function averagePrecision(labels: ArrayLike<number>, scores: Float64Array, weights?: Float64Array): MetricValue {
  const why = whyUnusable(labels.length, weights, [scores]);
  if (why !== undefined) return notDefined(why);
  requireBinary(labels);
  const { positive, negative, positives } = scoreOutcomes(labels, scores, weights);
  if (!(positives > 0)) return notDefined('no row is positive');
  let total = 0;
  let hits = 0;
  let taken = 0;
  for (let group = positive.length - 1; group >= 0; group--) {
    const gained = positive[group] ?? 0;
    hits += gained;
    taken += gained + (negative[group] ?? 0);
    if (gained > 0) total += gained * (hits / taken);
  }
  return defined(total / positives);
}
