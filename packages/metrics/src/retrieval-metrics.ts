import { defined, type MetricValue, notDefined } from './class-totals.ts';
import type { RankedQueries } from './ranked-queries.ts';
import { countRows, type RowValues, weightedMean, weightOf, whyUnusable } from './weighted-rows.ts';

/**
 * Metrics of ranked documents, one value a query, in [0, 1], higher is better; NaN where the query has no relevant
 * document and the metric is therefore undefined (trec_eval, ir_measures and ranx give 0). A query for which nothing was
 * retrieved has 0. `meanOfQueries` averages.
 *
 * k is the number of ranks that are looked at, an integer of at least 1, else a RangeError is thrown; where fewer documents
 * were retrieved the missing ranks count as not relevant.
 */

/** 1 where a relevant document is among the first k, else 0. trec_eval: `success`; ranx: `hit_rate`. */
export function hitRateAt(ranked: RankedQueries, k: number): Float64Array {
  return eachQuery(ranked, k, ({ hits }) => (hits > 0 ? 1 : 0));
}

/** Relevant documents among the first k, of all relevant ones. trec_eval, ranx: `recall`; ir_measures: `R@k`. */
export function recallAt(ranked: RankedQueries, k: number): Float64Array {
  return eachQuery(ranked, k, ({ hits, relevant }) => hits / relevant);
}

/** Relevant documents among the first k, of k even where fewer were retrieved. trec_eval: `P`; ranx: `precision`. */
export function precisionAt(ranked: RankedQueries, k: number): Float64Array {
  return eachQuery(ranked, k, ({ hits }) => hits / k);
}

/**
 * 1 / rank of the first relevant document, 0 where none is among the first k; its mean is the MRR.
 * trec_eval: `recip_rank`; ir_measures: `RR@k`; ranx: `mrr`.
 *
 * @param k all ranks where absent
 */
export function reciprocalRank(ranked: RankedQueries, k = Number.MAX_SAFE_INTEGER): Float64Array {
  return eachQuery(ranked, k, ({ first }) => (first > 0 ? 1 / first : 0));
}

/**
 * Mean over all relevant documents of the precision at their rank, 0 for those not among the first k; its mean is the
 * MAP. trec_eval: `map_cut`; ir_measures: `AP@k`; ranx: `map`. Divided by all relevant documents, also where they are
 * more than k (other tools divide by the lesser of the two).
 *
 * @param k all ranks where absent
 */
export function averagePrecisionAt(ranked: RankedQueries, k = Number.MAX_SAFE_INTEGER): Float64Array {
  return eachQuery(ranked, k, ({ precisions, relevant }) => precisions / relevant);
}

/**
 * What a document of a grade gains: the grade (`linear`; trec_eval, ir_measures, scikit-learn, ranx's `ndcg`), or
 * 2^grade − 1 (`exponential`; ir_measures with `dcg='exp-log2'`, ranx's `ndcg_burges`, learning to rank).
 */
export type Gain = 'linear' | 'exponential';

/**
 * Normalised discounted cumulative gain: gains at the first k ranks, each divided by log2(rank + 1), of those of the best
 * order of all judged documents.
 *
 * @param k all ranks where absent
 * Source: Järvelin and Kekäläinen (2002), ACM Transactions on Information Systems 20, 422–446, with the discount from
 * rank 1 on of Burges et al. (2005), ICML 22, 89–96.
 */
export function ndcgAt(ranked: RankedQueries, gain: Gain, k = Number.MAX_SAFE_INTEGER): Float64Array {
  requireRanks(k);
  return Float64Array.from({ length: ranked.queries }, (_, query) => {
    const best = discounted(ranked.ideal, ranked.idealStarts[query] ?? 0, ranked.idealStarts[query + 1] ?? 0, gain, k);
    if (best === 0) return Number.NaN;
    return discounted(ranked.grades, ranked.starts[query] ?? 0, ranked.starts[query + 1] ?? 0, gain, k) / best;
  });
}

/**
 * Values of queries that a mean can be taken of: as they are, but 0 where undefined and without weight.
 *
 * @param values  one a query, NaN where undefined
 * @param weights one a query, ≥ 0; 1 each where absent
 * @returns why not, where a query of weight above 0 is undefined
 */
export function queryRows(values: Float64Array, weights?: Float64Array): RowValues {
  if (values.length === 0) return notDefined('there are no queries');
  const why = whyUnusable(values.length, weights);
  if (why !== undefined) return notDefined(why);
  const left = countRows(values.length, (query) => Number.isNaN(values[query]) && weightOf(weights, query) > 0);
  return left > 0 ? notDefined(unansweredWords(left, values.length)) : values.map((value) => value || 0);
}

function unansweredWords(left: number, queries: number): string {
  return `${left} of ${queries} queries have no relevant document`;
}

/**
 * Weighted mean of a metric over queries.
 *
 * @param values     one a query, NaN where undefined
 * @param unanswered what to do about queries without relevant documents (of weight above 0): no mean, or the mean of the
 *                   others
 * @param weights    one a query, ≥ 0; 1 each where absent
 */
export function meanOfQueries(
  values: Float64Array,
  unanswered: 'undefined' | 'leave-out',
  weights?: Float64Array,
): MetricValue {
  if (values.length === 0) return notDefined('there are no queries');
  const why = whyUnusable(values.length, weights);
  if (why !== undefined) return notDefined(why);
  const counted = Float64Array.from(values, (value, query) => (Number.isNaN(value) ? 0 : (weights?.[query] ?? 1)));
  const left = values.reduce(
    (count, value, query) => count + (Number.isNaN(value) && weights?.[query] !== 0 ? 1 : 0),
    0,
  );
  if (left > 0 && (unanswered === 'undefined' || !counted.some((weight) => weight > 0))) {
    return notDefined(unansweredWords(left, values.length));
  }
  return defined(weightedMean(values.length, counted, (query) => values[query] || 0));
}

/** What the first k ranks of one query hold. */
interface Found {
  readonly hits: number;
  /** Rank of the first hit, 0 where there is none. */
  readonly first: number;
  /** Sum of the precisions at the ranks of hits. */
  readonly precisions: number;
  /** All relevant documents, found or not; above 0. */
  readonly relevant: number;
}

function eachQuery(ranked: RankedQueries, k: number, of: (found: Found) => number): Float64Array {
  requireRanks(k);
  return Float64Array.from({ length: ranked.queries }, (_, query) => {
    const relevant = relevantOf(ranked, query);
    return relevant > 0 ? of({ ...found(ranked, query, k), relevant }) : Number.NaN;
  });
}

function found({ grades, starts, relevantFrom }: RankedQueries, query: number, k: number): Omit<Found, 'relevant'> {
  const start = starts[query] ?? 0;
  const end = Math.min(starts[query + 1] ?? 0, start + k);
  let hits = 0;
  let first = 0;
  let precisions = 0;
  for (let at = start; at < end; at++) {
    if (!isRelevant(grades[at] ?? 0, relevantFrom)) continue;
    const rank = at - start + 1;
    hits++;
    precisions += hits / rank;
    if (first === 0) first = rank;
  }
  return { hits, first, precisions };
}

function relevantOf({ ideal, idealStarts, relevantFrom }: RankedQueries, query: number): number {
  let relevant = 0;
  for (let at = idealStarts[query] ?? 0; at < (idealStarts[query + 1] ?? 0); at++) {
    if (isRelevant(ideal[at] ?? 0, relevantFrom)) relevant++;
  }
  return relevant;
}

/** A grade of 0 is not relevant whatever the least grade. */
function isRelevant(grade: number, relevantFrom: number): boolean {
  return grade > 0 && grade >= relevantFrom;
}

function discounted(grades: Float64Array, start: number, end: number, gain: Gain, k: number): number {
  let total = 0;
  for (let at = start; at < Math.min(end, start + k); at++) {
    const grade = grades[at] ?? 0;
    if (grade > 0) total += (gain === 'linear' ? grade : 2 ** grade - 1) / Math.log2(at - start + 2);
  }
  return total;
}

function requireRanks(k: number): void {
  if (!(Number.isSafeInteger(k) && k >= 1)) throw new RangeError(`k must be an integer of at least 1, got ${k}`);
}
