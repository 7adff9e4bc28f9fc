import * as z from 'zod';
import { withoutNegativeZero } from './paired-rows.ts';
import type { PairedRankings, RankedDocuments } from './ranked-rows.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import type { ReadColumn } from './stream-columns.ts';

/** Documents of one side in the order of the queries' numbers. @param documents table of `k`, `score`, `relevance` */
export async function readDocuments(
  session: Session,
  documents: string,
  order: string,
  queries: number,
): Promise<RankedDocuments> {
  const from = `FROM ${identifier(documents)} JOIN ${identifier(order)} USING (k)`;
  const { rows } = await session.row(`SELECT count(*) AS rows ${from}`, z.object({ rows: count }));
  const leastRelevantFirst = 'CASE WHEN isnan(relevance) THEN 0 ELSE relevance END, isnan(relevance) DESC';
  const [query, scores, relevance] = await session.read(
    `SELECT example, score, relevance ${from} ORDER BY example, isnan(score), score DESC, ${leastRelevantFirst}`,
    ['numbers', 'doubles', 'doubles'],
    rows,
  );
  const starts = new Uint32Array(queries + 1);
  for (const of of numbersOf(query)) starts[of + 1] = (starts[of + 1] ?? 0) + 1;
  for (let index = 1; index <= queries; index++) starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
  return { starts, scores: withoutNegativeZero(doublesOf(scores)), relevance: doublesOf(relevance) };
}

/** Weights, clusters and further columns of the queries in the order of their numbers. */
export async function readQueries(
  session: Session,
  queriesTable: string,
  order: string,
  {
    queries,
    weighted,
    clusters,
    columns,
  }: {
    readonly queries: number;
    readonly weighted: boolean;
    readonly clusters: number | undefined;
    /** Columns of the table, by the names that the answer has. */
    readonly columns: readonly (readonly [name: string, target: string])[];
  },
): Promise<Pick<PairedRankings, 'weight' | 'cluster' | 'columns'>> {
  const further = columns.map(([, target]) => identifier(target));
  const [cluster, weight, ...values] = await session.read(
    `SELECT ${[clusters === undefined ? 'example' : 'o.cluster', weighted ? 'weight' : "CAST('1' AS DOUBLE)", ...further].join(', ')}
     FROM ${identifier(queriesTable)} JOIN ${identifier(order)} AS o USING (k) ORDER BY example`,
    ['numbers', 'doubles', ...columns.map(() => 'doubles' as const)],
    queries,
  );
  return {
    columns: new Map(columns.map(([name], index) => [name, doublesOf(values[index])])),
    weight: weighted ? withoutNegativeZero(doublesOf(weight)) : undefined,
    cluster: clusters === undefined ? undefined : { codes: numbersOf(cluster), count: clusters },
  };
}

function numbersOf(read: ReadColumn | undefined): Uint32Array {
  if (read?.kind !== 'numbers') throw new Error('numbers were asked for');
  return read.values;
}

function doublesOf(read: ReadColumn | undefined): Float64Array {
  if (read?.kind !== 'doubles') throw new Error('doubles were asked for');
  return read.values;
}
