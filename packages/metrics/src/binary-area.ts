import type { RankedOutcomes } from './ranked-rows.ts';
import { weightOf } from './weighted-rows.ts';

/** Area under one ROC curve, and the weight of either side; the area is NaN where one of them is 0. */
export interface BinaryArea {
  readonly area: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Area by the rectangles and triangles between distinct scores. */
export function binaryArea(outcomes: RankedOutcomes, weights?: Float64Array): BinaryArea {
  return weights === undefined ? areaOfCounts(outcomes) : areaOfWeights(outcomes, weights);
}

function areaOfCounts({ order, starts, positive }: RankedOutcomes): BinaryArea {
  let pairs = 0;
  let positives = 0;
  let group = 1;
  let end = starts[1] ?? 0;
  let [start, tied] = [0, 0];
  for (let at = 0; at < order.length; at++) {
    tied += positive[at] ?? 0;
    if (at + 1 < end) continue;
    // below are start − positives negatives, at this score end − start − tied
    pairs += tied * (start - positives + (end - start - tied) / 2);
    positives += tied;
    tied = 0;
    start = end;
    end = starts[++group] ?? 0;
  }
  const negatives = order.length - positives;
  return { area: pairs / positives / negatives, positives, negatives };
}

function areaOfWeights({ order, starts, positive }: RankedOutcomes, weights: Float64Array): BinaryArea {
  let pairs = 0;
  let positives = 0;
  let negatives = 0;
  for (let group = 1; group < starts.length; group++) {
    const end = starts[group] ?? 0;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (let at = starts[group - 1] ?? 0; at < end; at++) {
      const weight = weights[order[at] ?? 0] ?? 0;
      if (positive[at] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    pairs += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return { area: pairs / positives / negatives, positives, negatives };
}

/**
 * Adds to each row what its weight does to the area: `scale` × the derivative of the area by the weight. For a positive
 * row that is (share of negatives below it − area) / weight of the positives, for a negative one likewise.
 */
export function addAreaInfluence(
  outcomes: RankedOutcomes,
  { area, positives, negatives }: BinaryArea,
  weights: Float64Array | undefined,
  scale: number,
  into: Float64Array,
): void {
  const { order, starts, positive } = outcomes;
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let group = 1; group < starts.length; group++) {
    const [start, end] = [starts[group - 1] ?? 0, starts[group] ?? 0];
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (let at = start; at < end; at++) {
      const weight = weightOf(weights, order[at] ?? 0);
      if (positive[at] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    const ofPositive = (negativesBelow + tiedNegatives / 2) / negatives;
    const ofNegative = (positives - positivesBelow - tiedPositives / 2) / positives;
    const positiveInfluence = (scale * (ofPositive - area)) / positives;
    const negativeInfluence = (scale * (ofNegative - area)) / negatives;
    for (let at = start; at < end; at++) {
      const row = order[at] ?? 0;
      into[row] = (into[row] ?? 0) + (positive[at] === 1 ? positiveInfluence : negativeInfluence);
    }
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
  }
}
