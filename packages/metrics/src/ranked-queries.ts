import { requireLength } from './weighted-rows.ts';

/** Documents of a set of queries, one a row: what the model retrieved, what people judged, or both. */
export interface Retrieval {
  /** Row at which each query's documents start, ascending from 0, and after the last query the number of rows. */
  readonly starts: Uint32Array;
  /** Score that the model gave, higher first; NaN: judged, but not retrieved. */
  readonly scores: Float64Array;
  /**
   * Grade ≥ 0, 0 not relevant; NaN: retrieved, but not judged, which counts as not relevant (as in trec_eval,
   * ir_measures and ranx).
   */
  readonly relevance: Float64Array;
}

export interface RankingOptions {
  /**
   * Which of a query's documents with equal scores comes first:
   * - `rows`: the earlier row. trec_eval and ir_measures take the greater document id: put rows in that order to agree;
   * - `worst`: the less relevant one, so that no order of rows flatters a model that cannot tell its documents apart.
   */
  readonly ties: 'rows' | 'worst';
  /** Least grade that counts as relevant where relevance is yes or no (all metrics but nDCG); default 1. */
  readonly relevantFrom?: number;
}

/** Queries with their documents in the order of rank: what retrieval metrics are computed from. */
export interface RankedQueries {
  readonly queries: number;
  readonly relevantFrom: number;
  /** Grades of retrieved documents, best ranked first, query after query; those of query q from starts[q]. */
  readonly grades: Float64Array;
  readonly starts: Uint32Array;
  /** All grades above 0, retrieved or not, greatest first, query after query; those of query q from idealStarts[q]. */
  readonly ideal: Float64Array;
  readonly idealStarts: Uint32Array;
}

/** @throws RangeError when lengths or starts do not fit, a score is infinite or a grade is negative or infinite */
export function rankQueries(retrieval: Retrieval, { ties, relevantFrom = 1 }: RankingOptions): RankedQueries {
  requireRetrieval(retrieval);
  const { scores, relevance } = retrieval;
  const queries = retrieval.starts.length - 1;
  const grades = new Float64Array(scores.length);
  const ideal = new Float64Array(scores.length);
  const starts = new Uint32Array(queries + 1);
  const idealStarts = new Uint32Array(queries + 1);

  const gradeOf = (row: number) => relevance[row] || 0;
  const firstOfEqual =
    ties === 'rows' ? (a: number, b: number) => a - b : (a: number, b: number) => gradeOf(a) - gradeOf(b);
  const byRank = (a: number, b: number) => (scores[b] ?? 0) - (scores[a] ?? 0) || firstOfEqual(a, b);

  let ranked = 0;
  let positive = 0;
  for (let query = 0; query < queries; query++) {
    const retrieved: number[] = [];
    for (let row = retrieval.starts[query] ?? 0; row < (retrieval.starts[query + 1] ?? 0); row++) {
      if (!Number.isNaN(scores[row])) retrieved.push(row);
      if (gradeOf(row) > 0) ideal[positive++] = gradeOf(row);
    }
    for (const row of retrieved.sort(byRank)) grades[ranked++] = gradeOf(row);
    ideal.subarray(idealStarts[query], positive).sort().reverse();
    starts[query + 1] = ranked;
    idealStarts[query + 1] = positive;
  }
  return {
    queries,
    relevantFrom,
    grades: grades.subarray(0, ranked),
    starts,
    ideal: ideal.subarray(0, positive),
    idealStarts,
  };
}

function requireRetrieval({ starts, scores, relevance }: Retrieval): void {
  requireLength('relevance', relevance, scores.length);
  const inOrder = starts[0] === 0 && starts.every((start, query) => query === 0 || start >= (starts[query - 1] ?? 0));
  if (!inOrder || starts.at(-1) !== scores.length) {
    throw new RangeError(`starts must ascend from 0 to the number of rows, ${scores.length}`);
  }
  for (let row = 0; row < scores.length; row++) {
    const [score, grade] = [scores[row] ?? 0, relevance[row] ?? 0];
    if (Math.abs(score) === Infinity) throw new RangeError(`scores[${row}] must be finite or NaN, got ${score}`);
    if (grade < 0 || grade === Infinity) {
      throw new RangeError(`relevance[${row}] must be a finite grade of at least 0 or NaN, got ${grade}`);
    }
  }
}
