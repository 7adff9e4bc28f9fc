import { expect, it } from 'vitest';
import {
  averagePrecisionAt,
  hitRateAt,
  meanOfQueries,
  ndcgAt,
  precisionAt,
  type Retrieval,
  rankQueries,
  recallAt,
  reciprocalRank,
} from '../src/index.ts';
import { column } from './rows.ts';

type Document = readonly [score: number, grade: number];

function retrieval(...queries: readonly (readonly Document[])[]): Retrieval {
  const rows = queries.flat();
  return {
    starts: Uint32Array.from([0, ...queries.map((_, query) => queries.slice(0, query + 1).flat().length)]),
    scores: Float64Array.from(rows, ([score]) => score),
    relevance: Float64Array.from(rows, ([, grade]) => grade),
  };
}

const missing = Number.NaN;
const ranked = rankQueries(
  retrieval(
    [
      [0.1, 1],
      [0.9, 0],
      [0.5, 3],
      [0.4, missing],
      [missing, 2],
    ],
    [
      [0.5, 0],
      [0.4, 0],
    ],
    [[missing, 1]],
  ),
  { ties: 'rows' },
);

// By hand: the first query's grades in rank order are 0, 3, not judged, 1; three documents are relevant, one of them not
// retrieved. The second query has no relevant document; for the third nothing was retrieved.
it.each<[string, Float64Array, readonly number[]]>([
  ['hit_rate@1', hitRateAt(ranked, 1), [0, missing, 0]],
  ['hit_rate@2', hitRateAt(ranked, 2), [1, missing, 0]],
  ['recall@2', recallAt(ranked, 2), [1 / 3, missing, 0]],
  ['recall@9', recallAt(ranked, 9), [2 / 3, missing, 0]],
  ['precision@2', precisionAt(ranked, 2), [1 / 2, missing, 0]],
  ['precision@8: of 8 although 4 were retrieved', precisionAt(ranked, 8), [2 / 8, missing, 0]],
  ['mrr', reciprocalRank(ranked), [1 / 2, missing, 0]],
  ['mrr@1', reciprocalRank(ranked, 1), [0, missing, 0]],
  ['map', averagePrecisionAt(ranked), [(1 / 2 + 2 / 4) / 3, missing, 0]],
  ['map@2: of all relevant documents', averagePrecisionAt(ranked, 2), [1 / 2 / 3, missing, 0]],
  ['ndcg@1', ndcgAt(ranked, 'linear', 1), [0, missing, 0]],
  ['ndcg@2, linear', ndcgAt(ranked, 'linear', 2), [3 / Math.log2(3) / (3 + 2 / Math.log2(3)), missing, 0]],
  ['ndcg@2, exponential', ndcgAt(ranked, 'exponential', 2), [7 / Math.log2(3) / (7 + 3 / Math.log2(3)), missing, 0]],
])('%s', (_, values, expected) => {
  expect(Array.from(values)).toEqual(expected);
});

it('looks at grades from the least relevant one on', () => {
  const graded = retrieval([
    [0.9, 1],
    [0.5, 2],
    [0.1, 0],
  ]);
  expect(reciprocalRank(rankQueries(graded, { ties: 'rows', relevantFrom: 2 }))).toEqual(column(0.5));
  // what has grade 0 is not relevant, whatever is asked
  expect(
    hitRateAt(
      rankQueries(
        retrieval([
          [0.9, 0],
          [0.5, 0.5],
        ]),
        { ties: 'rows', relevantFrom: 0 },
      ),
      1,
    ),
  ).toEqual(column(0));
  expect(recallAt(rankQueries(graded, { ties: 'rows', relevantFrom: 3 }), 3)).toEqual(column(missing));
});

it('flatters no model that cannot tell its documents apart, if so told', () => {
  const blind = retrieval([
    [0.5, 1],
    [0.5, 0],
    [0.5, missing],
    [0.5, 2],
  ]);
  expect(reciprocalRank(rankQueries(blind, { ties: 'rows' }))).toEqual(column(1));
  expect(reciprocalRank(rankQueries(blind, { ties: 'worst' }))).toEqual(column(1 / 3));
});

it('averages over queries as told', () => {
  const values = column(1, missing, 0.5);
  expect(meanOfQueries(values, 'undefined')).toEqual({ undefined: '1 of 3 queries have no relevant document' });
  expect(meanOfQueries(values, 'leave-out')).toEqual({ value: 0.75 });
  expect(meanOfQueries(values, 'leave-out', column(3, 5, 1))).toEqual({ value: 0.875 });
  expect(meanOfQueries(values, 'undefined', column(3, 0, 1))).toEqual({ value: 0.875 });
  expect(meanOfQueries(values, 'leave-out', column(0, 1, 0))).toEqual({
    undefined: '1 of 3 queries have no relevant document',
  });
  expect(meanOfQueries(column(missing), 'leave-out')).toEqual({
    undefined: '1 of 1 queries have no relevant document',
  });
  expect(meanOfQueries(column(), 'leave-out')).toEqual({ undefined: 'there are no queries' });
});

it.each<[string, () => unknown, string]>([
  ['k', () => precisionAt(ranked, 0), 'k must be an integer of at least 1, got 0'],
  ['k', () => ndcgAt(ranked, 'linear', 1.5), 'k must be an integer of at least 1, got 1.5'],
  [
    'starts',
    () => rankQueries({ ...retrieval([[1, 1]]), starts: Uint32Array.of(0, 2) }, { ties: 'rows' }),
    'starts must ascend from 0 to the number of rows, 1',
  ],
  [
    'starts',
    () => rankQueries({ ...retrieval([[1, 1]]), starts: Uint32Array.of(0, 2, 1) }, { ties: 'rows' }),
    'starts must ascend from 0 to the number of rows, 1',
  ],
  [
    'score',
    () => rankQueries(retrieval([[Infinity, 1]]), { ties: 'rows' }),
    'scores[0] must be finite or NaN, got Infinity',
  ],
  [
    'grade',
    () => rankQueries(retrieval([[1, -1]]), { ties: 'rows' }),
    'relevance[0] must be a finite grade of at least 0 or NaN, got -1',
  ],
])('refuses a wrong %s', (_, call, message) => {
  expect(call).toThrow(new RangeError(message));
});
