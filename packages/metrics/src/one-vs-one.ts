import { defined, type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import type { PreparedRank } from './metric.ts';
import type { InputOf } from './metric-input.ts';
import { type RankedRows, rankedOnce } from './ranked-rows.ts';
import type { AucAverage } from './roc-auc.ts';
import { weightOf, whyUnusable } from './weighted-rows.ts';

/**
 * Mean over pairs of classes of how well their scores tell the two apart (for each pair the mean of both directions).
 *
 * In [0, 1], higher is better, 0.5 is chance; `macro` does not depend on how frequent classes are, `weighted` weighs
 * pairs by their rows. scikit-learn: `roc_auc_score`, `multi_class="ovo"`, which takes no weights (a row of weight 2 is
 * two rows here); classes without rows are left out. Undefined where fewer than two classes have rows.
 *
 * @param labels  class of each row, a position in `scores`
 * @param scores  one column a class
 * @param weights one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ or a label is no class
 * Source: Hand and Till (2001), Machine Learning 45, 171–186; weighted: Ferri, Hernández-Orallo and Modroiu (2009),
 * Pattern Recognition Letters 30, 27–38.
 */
export function rocAucOneVsOne(
  labels: ArrayLike<number>,
  scores: readonly Float64Array[],
  average: AucAverage,
  weights?: Float64Array,
): MetricValue {
  const why = whyUnusable(labels.length, weights, scores);
  if (why !== undefined) return notDefined(why);
  const classes = Uint16Array.from({ length: labels.length }, (_, row) =>
    requireClass(labels[row], scores.length, row),
  );
  const prepared = oneVsOneRanks({ kind: 'scores', labels: classes, scores }, average, weights);
  return 'undefined' in prepared ? prepared : defined(prepared.value(weights));
}

/** `rocAucOneVsOne` for many weights. */
export function oneVsOneRanks(
  input: InputOf<'scores'>,
  average: AucAverage,
  weights?: Float64Array,
): PreparedRank | NotDefined {
  const { labels, scores } = input;
  const why = whyUnusable(labels.length, weights, scores);
  if (why !== undefined) return notDefined(why);
  for (let row = 0; row < labels.length; row++) requireClass(labels[row], scores.length, row);
  const occurring = supportOf(labels, scores.length, weights).filter((weight) => weight > 0);
  if (occurring.length < 2) return notDefined('all rows are of one class');
  const ranked = scores.map((_, k) => rankedOnce(input, k));
  return {
    value: (of) => oneVsOne(labels, ranked, average, of).value,
    influence: (of) => influenceOf(labels, ranked, average, of),
  };
}

interface OneVsOne {
  readonly value: number;
  /** Weight of each class's rows. */
  readonly support: Float64Array;
  /** At [a × classes + b]: how likely a row of class a has a higher score for a than a row of class b has. */
  readonly areas: Float64Array;
  /** What the two areas of a pair count, at both places; a class without rows is in no pair. */
  readonly shares: Float64Array;
  /** Sum of the shares of all pairs. */
  readonly total: number;
}

/** One walk over each class's scores gives its areas against all other classes. */
function oneVsOne(
  labels: Uint16Array,
  ranked: readonly RankedRows[],
  average: AucAverage,
  weights: Float64Array | undefined,
): OneVsOne {
  const classes = ranked.length;
  const support = supportOf(labels, classes, weights);
  const areas = new Float64Array(classes * classes);
  for (const [a, rows] of ranked.entries()) addPairsAbove(labels, rows, a, classes, support, weights, areas);
  const shares = new Float64Array(classes * classes);
  let value = 0;
  let total = 0;
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b < classes; b++) {
      const [ofA, ofB] = [support[a] ?? 0, support[b] ?? 0];
      if (a === b || ofA === 0 || ofB === 0) continue;
      const at = a * classes + b;
      const share = average === 'macro' ? 1 : ofA + ofB;
      areas[at] = (areas[at] ?? 0) / ofA / ofB;
      shares[at] = share;
      value += (share * (areas[at] ?? 0)) / 2;
      total += share / 2;
    }
  }
  return { value: value / total, support, areas, shares, total };
}

/** To row a of the areas: for every row of another class the weight of the rows of class a that have a higher score for a. */
function addPairsAbove(
  labels: Uint16Array,
  { order, starts }: RankedRows,
  a: number,
  classes: number,
  support: Float64Array,
  weights: Float64Array | undefined,
  areas: Float64Array,
): void {
  const all = support[a] ?? 0;
  let below = 0;
  for (let group = 1; group < starts.length; group++) {
    const [start, end] = [starts[group - 1] ?? 0, starts[group] ?? 0];
    let tied = 0;
    for (let i = start; i < end; i++) if (labels[order[i] ?? 0] === a) tied += weightOf(weights, order[i] ?? 0);
    for (let i = start; i < end; i++) {
      const row = order[i] ?? 0;
      const at = a * classes + (labels[row] ?? 0);
      areas[at] = (areas[at] ?? 0) + weightOf(weights, row) * (all - below - tied / 2);
    }
    below += tied;
  }
}

function influenceOf(
  labels: Uint16Array,
  ranked: readonly RankedRows[],
  average: AucAverage,
  weights: Float64Array | undefined,
): Float64Array {
  const found = oneVsOne(labels, ranked, average, weights);
  const influence = new Float64Array(labels.length);
  if (Number.isNaN(found.value)) return influence.fill(Number.NaN);
  for (const [a, rows] of ranked.entries()) {
    if ((found.support[a] ?? 0) > 0) addClassInfluence(labels, rows, a, found, weights, influence);
  }
  const ofShares = average === 'weighted' ? shareInfluence(found) : undefined;
  let all = 0;
  for (const weight of found.support) all += weight;
  for (let row = 0; row < labels.length; row++) {
    influence[row] = (all * ((influence[row] ?? 0) + (ofShares?.[labels[row] ?? 0] ?? 0))) / found.total;
  }
  return influence;
}

/** Derivatives of class a's areas against the others by the rows' weights, each times half its pair's share. */
function addClassInfluence(
  labels: Uint16Array,
  { order, starts }: RankedRows,
  a: number,
  { support, areas, shares }: OneVsOne,
  weights: Float64Array | undefined,
  into: Float64Array,
): void {
  const classes = support.length;
  const all = support[a] ?? 0;
  // of each class: weight below this group's score, and half of what is at it
  const below = new Float64Array(classes);
  const tied = new Float64Array(classes);
  for (let group = 1; group < starts.length; group++) {
    const [start, end] = [starts[group - 1] ?? 0, starts[group] ?? 0];
    tied.fill(0);
    for (let i = start; i < end; i++) {
      const label = labels[order[i] ?? 0] ?? 0;
      tied[label] = (tied[label] ?? 0) + weightOf(weights, order[i] ?? 0);
    }
    let ofA = Number.NaN;
    for (let i = start; i < end; i++) {
      const row = order[i] ?? 0;
      const label = labels[row] ?? 0;
      if (label === a) {
        if (Number.isNaN(ofA)) ofA = placedAbove(a, below, tied, support, areas, shares);
        into[row] = (into[row] ?? 0) + ofA;
        continue;
      }
      const share = shares[a * classes + label] ?? 0;
      if (share === 0) continue;
      const above = (all - (below[a] ?? 0) - (tied[a] ?? 0) / 2) / all;
      const ofB = (share / 2) * ((above - (areas[a * classes + label] ?? 0)) / (support[label] ?? 0));
      into[row] = (into[row] ?? 0) + ofB;
    }
    for (let k = 0; k < classes; k++) below[k] = (below[k] ?? 0) + (tied[k] ?? 0);
  }
}

/** Of a row of class a, over the classes that it is held against. */
function placedAbove(
  a: number,
  below: Float64Array,
  tied: Float64Array,
  support: Float64Array,
  areas: Float64Array,
  shares: Float64Array,
): number {
  const classes = support.length;
  let total = 0;
  for (let b = 0; b < classes; b++) {
    const share = shares[a * classes + b] ?? 0;
    if (share === 0) continue;
    const placed = ((below[b] ?? 0) + (tied[b] ?? 0) / 2) / (support[b] ?? 0);
    total += (share / 2) * (placed - (areas[a * classes + b] ?? 0));
  }
  return total / (support[a] ?? 0);
}

/** Of a row of each class: it adds its weight to the share of every pair of its class. */
function shareInfluence({ value, areas, shares }: OneVsOne): Float64Array {
  const classes = Math.sqrt(areas.length);
  return Float64Array.from({ length: classes }, (_, a) => {
    let total = 0;
    for (let b = 0; b < classes; b++) {
      if ((shares[a * classes + b] ?? 0) === 0) continue;
      total += ((areas[a * classes + b] ?? 0) + (areas[b * classes + a] ?? 0)) / 2 - value;
    }
    return total;
  });
}

function supportOf(labels: Uint16Array, classes: number, weights: Float64Array | undefined): Float64Array {
  const support = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0;
    support[label] = (support[label] ?? 0) + weightOf(weights, row);
  }
  return support;
}
