import { defined, type MetricValue, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import { requireBinary, scoreOutcomes } from './score-outcomes.ts';
import { weightOf, whyUnusable } from './weighted-rows.ts';

/**
 * Area under the ROC curve: how likely a positive row has a higher score than a negative one, equal scores half.
 *
 * In [0, 1], higher is better, 0.5 is chance. scikit-learn: `roc_auc_score`. Undefined where no row is positive or none
 * negative (NaN with a warning there; rows of weight 0 do not count), and where a score is not finite.
 *
 * @param labels  1 for a positive row, 0 for a negative one
 * @param scores  higher means more likely positive; any scale
 * @param weights one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ or a label is neither 0 nor 1
 * Source: Hanley and McNeil (1982), Radiology 143, 29–36.
 */
export function rocAuc(labels: ArrayLike<number>, scores: Float64Array, weights?: Float64Array): MetricValue {
  const why = whyUnusable(labels.length, weights, [scores]);
  if (why !== undefined) return notDefined(why);
  requireBinary(labels);
  return area(labels, scores, weights, { none: 'no row is positive', all: 'no row is negative' });
}

/** How areas of classes are averaged: each alike, or each by its rows. */
export type AucAverage = 'macro' | 'weighted';

/**
 * Mean over classes of the area of that class against all others.
 *
 * In [0, 1], higher is better, 0.5 is chance. scikit-learn: `roc_auc_score`, `multi_class="ovr"`, all classes given as
 * `labels`; it demands that each row's scores sum to 1, which the areas do not need. `macro` is undefined where a class
 * has no row, `weighted` leaves such a class out; both are where one class has all rows.
 *
 * @param labels class of each row, a position in `scores`
 * @param scores one column a class
 * @throws RangeError when lengths differ or a label is no class
 * Source: Fawcett (2006), Pattern Recognition Letters 27, 861–874, section 9.2; Provost and Domingos (2000), CeDER
 * working paper IS-00-04.
 */
export function rocAucOneVsRest(
  labels: ArrayLike<number>,
  scores: readonly Float64Array[],
  average: AucAverage,
  weights?: Float64Array,
): MetricValue {
  const why = whyUnusable(labels.length, weights, scores);
  if (why !== undefined) return notDefined(why);
  const support = supportOf(labels, scores.length, weights);
  let total = 0;
  let shares = 0;
  for (const [k, column] of scores.entries()) {
    const share = average === 'macro' ? 1 : (support[k] ?? 0);
    if (share === 0) continue;
    const one = area(isClass(labels, k), column, weights, ofClasses);
    if ('undefined' in one) return one;
    total += share * one.value;
    shares += share;
  }
  return defined(total / shares);
}

/**
 * Mean over pairs of classes of how well their scores tell the two apart (for each pair the mean of both directions).
 *
 * In [0, 1], higher is better, 0.5 is chance; `macro` does not depend on how frequent classes are, `weighted` weighs
 * pairs by their rows. scikit-learn: `roc_auc_score`, `multi_class="ovo"`: it takes no weights, and classes without rows
 * are left out; the same here. Undefined where fewer than two classes have rows.
 *
 * @param labels class of each row, a position in `scores`
 * @param scores one column a class
 * @throws RangeError when lengths differ or a label is no class
 * Source: Hand and Till (2001), Machine Learning 45, 171–186; weighted: Ferri, Hernández-Orallo and Modroiu (2009),
 * Pattern Recognition Letters 30, 27–38.
 */
export function rocAucOneVsOne(
  labels: ArrayLike<number>,
  scores: readonly Float64Array[],
  average: AucAverage,
): MetricValue {
  const why = whyUnusable(labels.length, undefined, scores);
  if (why !== undefined) return notDefined(why);
  const support = supportOf(labels, scores.length, undefined);
  const rowsOf = rowsByClass(labels, support);
  let total = 0;
  let shares = 0;
  for (let a = 0; a < scores.length; a++) {
    for (let b = a + 1; b < scores.length; b++) {
      const separation = pairArea(rowsOf[a], rowsOf[b], scores[a], scores[b]);
      if (separation === undefined) continue;
      const share = average === 'macro' ? 1 : (support[a] ?? 0) + (support[b] ?? 0);
      total += share * separation;
      shares += share;
    }
  }
  return shares > 0 ? defined(total / shares) : notDefined('all rows are of one class');
}

/** Why there is no area. */
interface Reasons {
  readonly none: string;
  readonly all: string;
}

const ofClasses: Reasons = { none: 'a class has no rows', all: 'all rows are of one class' };

/** Area by the rectangles and triangles between distinct scores. */
function area(
  isPositive: ArrayLike<number>,
  scores: Float64Array,
  weights: Float64Array | undefined,
  why: Reasons,
): MetricValue {
  const outcomes = scoreOutcomes(isPositive, scores, weights);
  if (!(outcomes.positives > 0)) return notDefined(why.none);
  if (!(outcomes.negatives > 0)) return notDefined(why.all);
  let pairs = 0;
  let below = 0;
  for (let group = 0; group < outcomes.positive.length; group++) {
    const negative = outcomes.negative[group] ?? 0;
    pairs += (outcomes.positive[group] ?? 0) * (below + negative / 2);
    below += negative;
  }
  return defined(pairs / outcomes.positives / outcomes.negatives);
}

/** Undefined where one of the classes has no row. */
function pairArea(
  rowsOfA: Uint32Array | undefined,
  rowsOfB: Uint32Array | undefined,
  scoresForA: Float64Array | undefined,
  scoresForB: Float64Array | undefined,
): number | undefined {
  if (!(rowsOfA?.length && rowsOfB?.length && scoresForA && scoresForB)) return undefined;
  const rows = rowsOfA.length + rowsOfB.length;
  const isA = new Uint8Array(rows).fill(1, 0, rowsOfA.length);
  const isB = isA.map((one) => 1 - one);
  const both = new Uint32Array(rows);
  both.set(rowsOfA);
  both.set(rowsOfB, rowsOfA.length);
  const forA = area(isA, valuesOf(scoresForA, both), undefined, ofClasses);
  const forB = area(isB, valuesOf(scoresForB, both), undefined, ofClasses);
  return 'value' in forA && 'value' in forB ? (forA.value + forB.value) / 2 : undefined;
}

function isClass(labels: ArrayLike<number>, k: number): Uint8Array {
  const indicator = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) indicator[row] = labels[row] === k ? 1 : 0;
  return indicator;
}

function valuesOf(column: Float64Array, rows: Uint32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i] ?? 0] ?? 0;
  return values;
}

function supportOf(labels: ArrayLike<number>, classes: number, weights: Float64Array | undefined): Float64Array {
  const support = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = requireClass(labels[row], classes, row);
    support[label] = (support[label] ?? 0) + weightOf(weights, row);
  }
  return support;
}

/** @param support unweighted */
function rowsByClass(labels: ArrayLike<number>, support: Float64Array): Uint32Array[] {
  const rowsOf = Array.from(support, (count) => new Uint32Array(count));
  const filled = new Uint32Array(support.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0;
    const at = filled[label] ?? 0;
    (rowsOf[label] ?? filled)[at] = row;
    filled[label] = at + 1;
  }
  return rowsOf;
}
