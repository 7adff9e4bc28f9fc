import { requireBinary, sidesOf } from './binary-labels.ts';
import { defined, type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import type { PreparedRank } from './metric.ts';
import type { InputOf } from './metric-input.ts';
import { type RankedOutcomes, rankedOnce, rankOutcomes, rankRows } from './ranked-rows.ts';
import { weightOf, whyUnusable } from './weighted-rows.ts';

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
  if (!(sidesOf(labels, 1, weights).positives > 0)) return notDefined(NO_POSITIVE);
  return defined(areaUnderCurve(rankOutcomes(labels, 1, rankRows(scores)), weights));
}

/** `averagePrecision` for many weights. */
export function averagePrecisionRanks(input: InputOf<'score'>, weights?: Float64Array): PreparedRank | NotDefined {
  const why = whyUnusable(input.labels.length, weights, [input.scores]);
  if (why !== undefined) return notDefined(why);
  requireBinary(input.labels);
  if (!(sidesOf(input.labels, 1, weights).positives > 0)) return notDefined(NO_POSITIVE);
  const outcomes = rankOutcomes(input.labels, 1, rankedOnce(input, 0));
  return { value: (of) => areaUnderCurve(outcomes, of), influence: (of) => influenceOf(outcomes, of) };
}

const NO_POSITIVE = 'no row is positive';

/** From the highest score down; NaN where no row is positive. */
function areaUnderCurve(outcomes: RankedOutcomes, weights: Float64Array | undefined): number {
  return weights === undefined ? areaOfCounts(outcomes) : areaOfWeights(outcomes, weights);
}

function areaOfCounts({ order, starts, positive }: RankedOutcomes): number {
  let total = 0;
  let hits = 0;
  let gained = 0;
  let group = starts.length - 2;
  let start = starts[group] ?? 0;
  for (let at = order.length - 1; at >= 0; at--) {
    gained += positive[at] ?? 0;
    if (at > start) continue;
    hits += gained;
    total += gained * (hits / (order.length - start));
    gained = 0;
    start = starts[--group] ?? 0;
  }
  return total / hits;
}

function areaOfWeights({ order, starts, positive }: RankedOutcomes, weights: Float64Array): number {
  let total = 0;
  let hits = 0;
  let taken = 0;
  for (let group = starts.length - 2; group >= 0; group--) {
    const end = starts[group + 1] ?? 0;
    let gained = 0;
    let missed = 0;
    for (let at = starts[group] ?? 0; at < end; at++) {
      const weight = weights[order[at] ?? 0] ?? 0;
      if (positive[at] === 1) gained += weight;
      else missed += weight;
    }
    hits += gained;
    taken += gained + missed;
    if (gained > 0) total += gained * (hits / taken);
  }
  return total / hits;
}

/**
 * With S = Σ gained_g H_g / T_g over groups of equal scores from the highest down (H, T: weight of positive and of all rows
 * down to g) and the value S / H: a row of group c counts in its own gain, and in H_g and T_g of its and all lower groups,
 * whose sums are those of all groups less those of the higher ones.
 */
function influenceOf({ order, starts, positive }: RankedOutcomes, weights: Float64Array | undefined): Float64Array {
  const influence = new Float64Array(order.length);
  let total = 0;
  let hits = 0;
  let taken = 0;
  // of the groups so far: Σ gained / T and Σ gained H / T²
  let ofHits = 0;
  let ofTaken = 0;
  for (let group = starts.length - 2; group >= 0; group--) {
    const [start, end] = [starts[group] ?? 0, starts[group + 1] ?? 0];
    let gained = 0;
    let missed = 0;
    for (let at = start; at < end; at++) {
      const weight = weightOf(weights, order[at] ?? 0);
      if (positive[at] === 1) gained += weight;
      else missed += weight;
    }
    hits += gained;
    taken += gained + missed;
    // where all rows down to here weigh nothing, the first weight that a positive one got would be a hit
    const precision = taken > 0 ? hits / taken : 1;
    for (let at = start; at < end; at++) {
      influence[order[at] ?? 0] = positive[at] === 1 ? precision - ofHits + ofTaken : ofTaken;
    }
    if (gained === 0) continue;
    total += gained * precision;
    ofHits += gained / taken;
    ofTaken += (gained * precision) / taken;
  }
  const [ofPositive, scale] = [ofHits - total / hits, taken / hits];
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    influence[row] = scale * ((influence[row] ?? 0) + (positive[at] === 1 ? ofPositive : 0) - ofTaken);
  }
  return influence;
}
