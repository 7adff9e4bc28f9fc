import type { PairedRankings, RankedDocuments, RepeatedTable } from '@modelgate/tables';
import { clustersAt, codesIn, columnAt, membersOf, numbersAt } from './group-members.ts';
import type { Divisions } from './group-pairs.ts';

/** The queries of one group. */
export function groupRankings(
  ranked: PairedRankings,
  divisions: Divisions,
): (division: string, group: number) => PairedRankings {
  const members = new Map(
    [...divisions].map(([name, groups]) => {
      const codes = ranked.columns.get(name);
      if (codes === undefined) throw new Error(`no division ${name} was joined`);
      return [name, membersOf(codes, groups)] as const;
    }),
  );
  return (division, group) => {
    const queries = members.get(division)?.[group];
    if (queries === undefined) throw new Error(`no group ${group} of ${division}`);
    return {
      queries: queries.length,
      dropped: ranked.dropped,
      candidate: documentsAt(ranked.candidate, queries),
      champion: ranked.champion && documentsAt(ranked.champion, queries),
      weight: ranked.weight && numbersAt(ranked.weight, queries),
      cluster: ranked.cluster && clustersAt(ranked.cluster, queries),
      columns: new Map(),
    };
  };
}

function documentsAt({ starts, scores, relevance }: RankedDocuments, queries: Uint32Array): RankedDocuments {
  const own = new Uint32Array(queries.length + 1);
  for (const [index, query] of queries.entries())
    own[index + 1] = (own[index] ?? 0) + (starts[query + 1] ?? 0) - (starts[query] ?? 0);
  const documents = new Uint32Array(own[queries.length] ?? 0);
  let filled = 0;
  for (const query of queries)
    for (let at = starts[query] ?? 0; at < (starts[query + 1] ?? 0); at++) documents[filled++] = at;
  return { starts: own, scores: numbersAt(scores, documents), relevance: numbersAt(relevance, documents) };
}

/** The examples of one group with their runs. */
export function groupRepeats(
  repeated: RepeatedTable,
  divisions: Divisions,
): (division: string, group: number, examples: number) => RepeatedTable {
  let read: Promise<ReadonlyMap<string, readonly Uint32Array[]>> | undefined;
  async function members(division: string, group: number): Promise<Uint32Array> {
    read ??= membersByDivision(repeated, divisions);
    const found = (await read).get(division)?.[group];
    if (found === undefined) throw new Error(`no group ${group} of ${division}`);
    return found;
  }
  return (division, group, examples) => ({
    ...repeated,
    examples,
    async rowsOf(side, columns) {
      const own = await members(division, group);
      const numbers = new Map(Array.from(own, (example, index) => [example, index]));
      const all = await repeated.rowsOf(side, columns);
      const rows = Uint32Array.from(all.example.keys()).filter((row) => numbers.has(all.example[row] ?? -1));
      return {
        rows: rows.length,
        example: Uint32Array.from(rows, (row) => numbers.get(all.example[row] ?? -1) ?? 0),
        columns: all.columns.map((column) => columnAt(column, rows)),
      };
    },
    async exampleRows(columns) {
      const own = await members(division, group);
      const all = await repeated.exampleRows(columns);
      return {
        rows: own.length,
        label: all.label && columnAt(all.label, own),
        weight: all.weight && numbersAt(all.weight, own),
        cluster: all.cluster && clustersAt(all.cluster, own),
        columns: all.columns.map((column) => columnAt(column, own)),
      };
    },
    drop: async () => undefined,
  });
}

async function membersByDivision(
  repeated: RepeatedTable,
  divisions: Divisions,
): Promise<ReadonlyMap<string, readonly Uint32Array[]>> {
  const { columns } = await repeated.exampleRows([...divisions.keys()]);
  return new Map(
    [...divisions].map(([name, groups], index) => [name, membersOf(codesIn(columns[index]), groups)] as const),
  );
}
