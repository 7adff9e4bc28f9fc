import { addAreaInfluence, binaryArea } from './binary-area.ts';
import { requireBinary, sidesOf } from './binary-labels.ts';
import { defined, type MetricValue, type NotDefined, notDefined } from './class-totals.ts';
import { requireClass } from './confusion-matrix.ts';
import type { PreparedRank } from './metric.ts';
import type { InputOf } from './metric-input.ts';
import { type RankedOutcomes, rankedOnce, rankOutcomes, rankRows } from './ranked-rows.ts';
import { whyUnusable } from './weighted-rows.ts';

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
  const reason = whyNoArea(sidesOf(labels, 1, weights), ofLabels);
  if (reason !== undefined) return notDefined(reason);
  return defined(binaryArea(rankOutcomes(labels, 1, rankRows(scores)), weights).area);
}

/** `rocAuc` for many weights. */
export function rocAucRanks(input: InputOf<'score'>, weights?: Float64Array): PreparedRank | NotDefined {
  const why = whyUnusable(input.labels.length, weights, [input.scores]);
  if (why !== undefined) return notDefined(why);
  requireBinary(input.labels);
  const reason = whyNoArea(sidesOf(input.labels, 1, weights), ofLabels);
  if (reason !== undefined) return notDefined(reason);
  const outcomes = rankOutcomes(input.labels, 1, rankedOnce(input, 0));
  return {
    value: (of) => binaryArea(outcomes, of).area,
    influence: (of) => {
      const influence = new Float64Array(input.labels.length);
      const here = binaryArea(outcomes, of);
      addAreaInfluence(outcomes, here, of, here.positives + here.negatives, influence);
      return influence;
    },
  };
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
  const classes = Uint16Array.from({ length: labels.length }, (_, row) =>
    requireClass(labels[row], scores.length, row),
  );
  const prepared = oneVsRestRanks({ kind: 'scores', labels: classes, scores }, average, weights);
  return 'undefined' in prepared ? prepared : defined(prepared.value(weights));
}

/** `rocAucOneVsRest` for many weights. */
export function oneVsRestRanks(
  input: InputOf<'scores'>,
  average: AucAverage,
  weights?: Float64Array,
): PreparedRank | NotDefined {
  const { labels, scores } = input;
  const why = whyUnusable(labels.length, weights, scores);
  if (why !== undefined) return notDefined(why);
  for (let row = 0; row < labels.length; row++) requireClass(labels[row], scores.length, row);
  for (let k = 0; k < scores.length; k++) {
    const sides = sidesOf(labels, k, weights);
    const reason = whyNoArea(sides, ofClasses);
    if (reason !== undefined && (average === 'macro' || sides.positives > 0)) return notDefined(reason);
  }
  const outcomes = scores.map((_, k) => rankOutcomes(labels, k, rankedOnce(input, k)));
  return {
    value: (of) => oneVsRest(outcomes, average, of).value,
    influence: (of) => oneVsRestInfluence(labels, outcomes, average, of),
  };
}

interface OneVsRest {
  readonly value: number;
  /** Of each class, NaN where it is left out. */
  readonly areas: readonly number[];
  /** What each class's area counts; they sum to 1. */
  readonly shares: readonly number[];
}

function oneVsRest(outcomes: readonly RankedOutcomes[], average: AucAverage, weights?: Float64Array): OneVsRest {
  const found = outcomes.map((of) => binaryArea(of, weights));
  const counts = found.map(({ positives }) => (average === 'macro' ? 1 : positives));
  const all = sum(counts);
  const shares = counts.map((count) => count / all);
  const areas = found.map(({ area }) => area);
  const value = sum(shares.map((share, k) => (share > 0 ? share * (areas[k] ?? 0) : 0)));
  return { value, areas, shares };
}

/** Of the areas, and where these are weighed by the classes' rows also of the shares. */
function oneVsRestInfluence(
  labels: Uint16Array,
  outcomes: readonly RankedOutcomes[],
  average: AucAverage,
  weights: Float64Array | undefined,
): Float64Array {
  const { value, areas, shares } = oneVsRest(outcomes, average, weights);
  const influence = new Float64Array(labels.length);
  if (Number.isNaN(value)) return influence.fill(Number.NaN);
  if (average === 'weighted') {
    // a class without weight has no area and no share: that of its first row would be of its size, not of first order
    for (let row = 0; row < labels.length; row++) influence[row] = (areas[labels[row] ?? 0] || value) - value;
  }
  for (const [k, of] of outcomes.entries()) {
    const share = shares[k] ?? 0;
    if (share === 0) continue;
    const found = binaryArea(of, weights);
    addAreaInfluence(of, found, weights, share * (found.positives + found.negatives), influence);
  }
  return influence;
}

/** Why there is no area. */
interface Reasons {
  readonly none: string;
  readonly all: string;
}

const ofLabels: Reasons = { none: 'no row is positive', all: 'no row is negative' };
const ofClasses: Reasons = { none: 'a class has no rows', all: 'all rows are of one class' };

function whyNoArea(
  { positives, negatives }: { readonly positives: number; readonly negatives: number },
  words: Reasons,
): string | undefined {
  if (!(positives > 0)) return words.none;
  return negatives > 0 ? undefined : words.all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
