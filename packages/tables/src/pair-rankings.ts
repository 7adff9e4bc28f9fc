import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { writeContentOrder } from './content-order.ts';
import {
  checkKeys,
  checkWeights,
  clustersOf,
  dropClusterNumbers,
  partySelect,
  partyWords,
  type RelationOf,
} from './pair.ts';
import { type KeyedParty, withCommonKey, withCommonType, withDistinctKeys } from './pair-keys.ts';
import { type PartyName, type Planned, planClasses, plannedColumn } from './pair-plan.ts';
import type { RankingSpec, Retrieved, Side } from './pair-spec.ts';
import { readDocuments, readQueries } from './rank-documents.ts';
import type { PairedRankings } from './ranked-rows.ts';
import { count, sumOfCounts } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import { checkTable, columnOf, type Party, type WantedColumn } from './table-check.ts';
import { documentChecks, useChecks } from './value-check.ts';

/**
 * Joins judgements and what each side retrieved by query and document.
 *
 * @throws UserError `column-missing`, `column-type`, `value-missing`, `not-finite`, `value-out-of-range`,
 *   `values-differ`, `duplicate-keys`, `keys-differ`
 */
export async function pairRankings(
  session: Session,
  spec: RankingSpec,
  relationOf: RelationOf,
  name: string,
): Promise<PairedRankings> {
  const parties = await checkedParties(session, spec, relationOf);
  const raw = (of: string) => `${name}_raw_${of}`;
  const plan = await writeParties(session, spec, parties, raw, name);
  for (const [of, party] of parties) await checkDocuments(session, raw(of), party);
  for (const planned of plan.filter(isOfQuery)) {
    await checkSameInQuery(session, raw('examples'), planned, wordsOf(planned, spec));
  }
  const queries = await writeQueries(session, [...parties.keys()], plan, raw);
  const distinct = await withDistinctKeys(session, parties);
  await checkKeys(session, spec, distinct, queries, spec.showKeys ?? false, nothingRetrieved);
  await checkWeights(
    session,
    raw('queries'),
    plan.find(({ target }) => target === 'weight'),
  );
  const clusters = await clustersOf(session, raw('queries'), plan);
  const sides = spec.champion === undefined ? (['candidate'] as const) : (['candidate', 'champion'] as const);
  for (const side of sides) await writeDocuments(session, side, raw);
  const weighted = spec.examples.weight !== undefined;
  const contents = {
    base: raw('queries'),
    clustered: clusters !== undefined,
    values: weighted ? ['weight'] : [],
    sides: sides.map((side) => ({ table: raw(`${side}_documents`), values: ['score', 'relevance'] })),
  };
  await writeContentOrder(session, contents, raw('order'));
  const columns = Object.keys(spec.examples.columns ?? {}).map((of, index) => [of, further(index)] as const);
  const known = await readQueries(session, raw('queries'), raw('order'), { queries, weighted, clusters, columns });
  const ranked = {
    candidate: await readDocuments(session, raw('candidate_documents'), raw('order'), queries),
    champion: spec.champion && (await readDocuments(session, raw('champion_documents'), raw('order'), queries)),
  };
  const tables = [...parties.keys(), 'queries', 'order', ...sides.map((side) => `${side}_documents`)];
  for (const table of tables) await session.run(`DROP TABLE ${identifier(raw(table))}`);
  const counted = (of: PartyName) => distinct.get(of)?.relation.rows ?? queries;
  const dropped = { candidate: counted('candidate') - queries, champion: counted('champion') - queries };
  return { queries, dropped, ...ranked, ...known };
}

const nothingRetrieved = 'A query for which nothing was retrieved has one row, whose document is null.';

type RawTable = (of: string) => string;

async function checkedParties(
  session: Session,
  spec: RankingSpec,
  relationOf: RelationOf,
): Promise<ReadonlyMap<PartyName, KeyedParty>> {
  const { label, weight, cluster, document, columns = {} } = spec.examples;
  const wanted: readonly WantedColumn[] = [
    ...Object.values(columns).map(({ column }) => ({ column, use: 'number' as const })),
    { column: document, use: 'document' },
    { column: label, use: 'grade' },
    ...(weight === undefined ? [] : [{ column: weight, use: 'weight' as const }]),
    ...(cluster === undefined ? [] : [{ column: cluster, use: 'cluster' as const }]),
  ];
  const parties = new Map<PartyName, Party>();
  const add = (
    of: PartyName,
    { source, key }: { source: RankingSpec['examples']['source']; key: string },
    columns: readonly WantedColumn[],
  ) => parties.set(of, { ...partyWords(of, source), relation: relationOf(source), key, wanted: columns });
  add('examples', spec.examples, wanted);
  add('candidate', spec.candidate, retrievedColumns(spec.candidate, relationOf));
  if (spec.champion) add('champion', spec.champion, retrievedColumns(spec.champion, relationOf));
  for (const each of parties.values()) await checkTable(session, each);
  const keyed = withCommonKey([...parties.values()]);
  return new Map([...parties.keys()].flatMap((of, i) => (keyed[i] === undefined ? [] : [[of, keyed[i]] as const])));
}

/** Where no document was retrieved there is no score either, so only scores beside a document are checked. */
function retrievedColumns(retrieved: Retrieved, relationOf: RelationOf): readonly WantedColumn[] {
  const document = relationOf(retrieved.source).columns.find(({ name }) => name === retrieved.document);
  const { column, use } = numberOf(retrieved);
  return [
    { column: retrieved.document, use: 'document', checks: documentChecks },
    {
      column,
      use,
      checks: (found) =>
        useChecks(found, use).map((check) => ({ ...check, sql: `${document?.sql} IS NOT NULL AND (${check.sql})` })),
    },
  ];
}

function numberOf({ score, rank }: Retrieved): { readonly column: string; readonly use: 'number' | 'rank' } {
  return rank === undefined ? { column: score, use: 'number' } : { column: rank, use: 'rank' };
}

/** A table `raw(of)` a party: `k`, `d`, and `grade`, `weight`, `cluster` or `score`. */
async function writeParties(
  session: Session,
  spec: RankingSpec,
  parties: ReadonlyMap<PartyName, KeyedParty>,
  raw: RawTable,
  name: string,
): Promise<readonly Planned[]> {
  const documentOf = (of: PartyName) => spec[of]?.document ?? '';
  const documents = withCommonType([...parties].map(([of, { relation }]) => columnOf(relation, documentOf(of))));
  const plan: Planned[] = [];
  for (const [index, [of, party]] of [...parties].entries()) {
    const add = (target: string, column: string | undefined, use: Planned['use']) => {
      if (column !== undefined) plan.push(plannedColumn(of, party, target, column, use));
    };
    plan.push({ ...plannedColumn(of, party, 'd', documentOf(of), 'document'), sql: documents[index] ?? '' });
    if (of === 'examples') {
      add('grade', spec.examples.label, 'grade');
      add('weight', spec.examples.weight, 'weight');
      add('cluster', spec.examples.cluster, 'cluster');
      for (const [at, { column }] of Object.values(spec.examples.columns ?? {}).entries())
        add(further(at), column, 'number');
      continue;
    }
    const retrieved = spec[of];
    if (retrieved !== undefined) add('score', numberOf(retrieved).column, numberOf(retrieved).use);
  }
  const classes = await planClasses(session, plan, name);
  for (const [of, party] of parties) {
    const select = await partySelect(session, name, party, plan, classes);
    await session.run(`CREATE TABLE ${identifier(raw(of))} AS FROM ${select}`);
    await dropClusterNumbers(session, name);
  }
  return plan;
}

/** @throws UserError `duplicate-keys`, `value-missing` */
async function checkDocuments(session: Session, table: string, { words, file }: Party): Promise<void> {
  const twice = await session.row(
    `SELECT count(*) AS pairs, sum(n) AS rows
     FROM (SELECT count(*) AS n FROM ${identifier(table)} WHERE d IS NOT NULL GROUP BY k, d HAVING count(*) > 1)`,
    z.object({ pairs: count, rows: sumOfCounts }),
  );
  if (twice.pairs > 0) {
    const pairs = `${twice.pairs.toLocaleString('en')} pair${twice.pairs === 1 ? '' : 's'}`;
    throw new UserError(
      'duplicate-keys',
      `The ${words}: ${pairs} of query and document occur${twice.pairs === 1 ? 's' : ''} more than once, in ${twice.rows.toLocaleString('en')} rows.`,
      { how: 'A query holds a document once: remove the repeated rows.', where: { file } },
    );
  }
  const { queries } = await session.row(
    `SELECT count(*) AS queries FROM
       (SELECT k FROM ${identifier(table)} GROUP BY k HAVING count(*) > 1 AND count(*) > count(d))`,
    z.object({ queries: count }),
  );
  if (queries === 0) return;
  throw new UserError(
    'value-missing',
    `The ${words}: ${queries.toLocaleString('en')} quer${queries === 1 ? 'y has' : 'ies have'} a row without a document beside other rows.`,
    {
      how: 'A null document says that nothing was retrieved for the query, and is then its only row: remove it, or fill it.',
      where: { file },
    },
  );
}

/** Name in our tables of a further column of the queries. */
function further(index: number): string {
  return `further_${index}`;
}

/** What belongs to a query, and stands on each of its rows. */
function isOfQuery({ target }: Planned): boolean {
  return target === 'weight' || target === 'cluster' || target.startsWith(further(0).slice(0, -1));
}

function wordsOf({ target, source }: Planned, { examples }: RankingSpec): string {
  const index = Object.keys(examples.columns ?? {}).findIndex((_, at) => target === further(at));
  const words = Object.values(examples.columns ?? {})[index]?.words;
  return words ?? `${target}, ${source.words}`;
}

/** @throws UserError `values-differ` */
async function checkSameInQuery(
  session: Session,
  table: string,
  { target, party }: Planned,
  words: string,
): Promise<void> {
  const { queries } = await session.row(
    `SELECT count(*) AS queries FROM
       (SELECT k FROM ${identifier(table)} GROUP BY k HAVING min(${identifier(target)}) <> max(${identifier(target)}))`,
    z.object({ queries: count }),
  );
  if (queries === 0) return;
  throw new UserError(
    'values-differ',
    `The rows of ${queries.toLocaleString('en')} quer${queries === 1 ? 'y' : 'ies'} differ in their ${words}.`,
    {
      how: `The ${words.split(',')[0]} belongs to the query: write the same in all its rows.`,
      where: { file: party.file },
    },
  );
}

/** The table `raw('queries')`: a row a query that every party has. Gives its rows. */
async function writeQueries(
  session: Session,
  parties: readonly PartyName[],
  plan: readonly Planned[],
  raw: RawTable,
): Promise<number> {
  const keys = parties.map((of) => `SELECT k FROM ${identifier(raw(of))}`).join(' INTERSECT ');
  const values = plan.filter(isOfQuery).map(({ target }) => `, any_value(${target}) AS ${target}`);
  const table = identifier(raw('queries'));
  await session.run(
    `CREATE TABLE ${table} AS SELECT k${values.join('')} FROM ${identifier(raw('examples'))} SEMI JOIN (${keys}) USING (k) GROUP BY k`,
  );
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${table}`, z.object({ rows: count }));
  return rows;
}

/** The table `raw('<side>_documents')`: a row a query and document that was judged, retrieved, or both. */
async function writeDocuments(session: Session, side: Side, raw: RawTable): Promise<void> {
  const own = (of: string, columns: string) =>
    `(SELECT k, d, ${columns} FROM ${identifier(raw(of))} SEMI JOIN ${identifier(raw('queries'))} USING (k) WHERE d IS NOT NULL)`;
  const orNaN = (column: string) => `coalesce(${column}, CAST('NaN' AS DOUBLE))`;
  await session.run(
    `CREATE TABLE ${identifier(raw(`${side}_documents`))} AS SELECT k, ${orNaN('score')} AS score, ${orNaN('grade')} AS relevance
     FROM ${own('examples', 'grade')} FULL JOIN ${own(side, 'score')} USING (k, d)`,
  );
}
