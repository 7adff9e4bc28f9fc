import { type MetricInput, rankQueries } from '@modelgate/metrics';
import type { PairedRankings } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import { groupSizes } from './group-members.ts';
import type { Divisions } from './group-pairs.ts';
import { groupRankings } from './group-rankings.ts';
import { metricEffects } from './metric-effect.ts';
import { reducedDesign, type SidedRows, unitsOf, withCountedRows } from './sided-rows.ts';

/** Retrieved documents, judged query by query. */
export function rankingArena(paired: PairedRankings, divisions: Divisions): Arena {
  const { candidate, champion, weight, cluster } = paired;
  const ranked = (retrieval: PairedRankings['candidate']): MetricInput => ({
    kind: 'ranking',
    // documents that a model cannot tell apart must not flatter it, whatever their order in the file
    queries: rankQueries(retrieval, { ties: 'worst' }),
  });
  const inputs: SidedRows<MetricInput> = {
    candidate: ranked(candidate),
    champion: champion && ranked(champion),
    design: reducedDesign({ weights: weight, clusters: cluster?.codes }),
  };
  let groups: ReturnType<typeof groupRankings> | undefined;
  return {
    classCells: async () => undefined,
    units: async () => unitsOf(paired.queries, inputs.design),
    metricReplicates: async () => undefined,
    rowLosses: async () => undefined,
    recounts: true,
    rowsOfGroups: async (division) => {
      const values = paired.columns.get(division);
      return groupSizes(values && { kind: 'numbers', values }, divisions.get(division) ?? 0, weight);
    },
    within(division, group) {
      groups ??= groupRankings(paired, divisions);
      return rankingArena(groups(division, group), divisions);
    },
    rows: paired.queries,
    hasOpponent: champion !== undefined,
    dropped: paired.dropped,
    covers: () => true,
    measure: async ({ quantity }, bounds, resampling) => {
      if (quantity.kind !== 'metric' || quantity.metric.kind === 'classes') {
        throw new Error('a ranking has metrics of queries only');
      }
      return withCountedRows(metricEffects(quantity.metric, inputs, bounds, resampling), inputs.design);
    },
    drop: async () => undefined,
  };
}
