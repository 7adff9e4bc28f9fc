import type { MetricBase } from './metric.ts';
import { type MetricFamily, meanMetric, type Parameter } from './metric-family.ts';
import type { RankedQueries } from './ranked-queries.ts';
import {
  averagePrecisionAt,
  hitRateAt,
  ndcgAt,
  precisionAt,
  queryRows,
  recallAt,
  reciprocalRank,
} from './retrieval-metrics.ts';

const share: Omit<MetricBase, 'name'> = { better: 'higher', scale: 'share', tasks: ['ranking'] };

/** The number of ranks that are looked at; all where the name has none and may have none. */
function ranks(required: boolean): Parameter {
  return { required, example: '10', accepts: (k) => Number.isSafeInteger(k) && k >= 1 };
}

/** Metrics of ranked documents: means over queries. */
export const rankingFamilies: readonly MetricFamily[] = [
  atRanks('hit_rate', hitRateAt),
  atRanks('recall', recallAt),
  atRanks('precision', precisionAt),
  atRanksOrAll('mrr', reciprocalRank),
  atRanksOrAll('map', averagePrecisionAt),
  atRanksOrAll('ndcg', (queries, k) => ndcgAt(queries, 'linear', k)),
  atRanksOrAll('ndcg_burges', (queries, k) => ndcgAt(queries, 'exponential', k)),
];

function atRanks(name: string, values: (queries: RankedQueries, k: number) => Float64Array): MetricFamily {
  return {
    ...atRanksOrAll(name, (queries, k) => values(queries, k ?? Number.MAX_SAFE_INTEGER)),
    parameter: ranks(true),
  };
}

function atRanksOrAll(
  name: string,
  values: (queries: RankedQueries, k: number | undefined) => Float64Array,
): MetricFamily {
  return {
    name,
    ...share,
    parameter: ranks(false),
    metric: (base, k) => meanMetric(base, 'ranking', ({ queries }, weights) => queryRows(values(queries, k), weights)),
  };
}
