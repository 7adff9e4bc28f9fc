import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { refuseTooMuchText } from './long-text.ts';
import { type KeyedParty, refuseDuplicates, refuseOtherKeys, withCommonKey } from './pair-keys.ts';
import { labelRoleOf, type PartyName, type Planned, type PlannedClasses, planClasses, planOf } from './pair-plan.ts';
import type { Examples, OutputColumn, PairSpec, Role } from './pair-spec.ts';
import { type PairedTable, pairedTable } from './paired-table.ts';
import type { Relation } from './relation.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import type { Source } from './source.ts';
import { identifier } from './sql-text.ts';
import { checkTable, type Party, type WantedColumn } from './table-check.ts';

export type RelationOf = (source: Source) => Relation;

/**
 * Joins candidate, champion and examples by key into one table inside the engine, after every check that could make the
 * comparison a lie. Keys do not survive the join: what is compared needs only labels and outputs.
 *
 * @throws UserError `column-missing`, `column-type`, `value-missing`, `not-finite`, `probability-out-of-range`,
 *   `value-out-of-range`, `duplicate-keys`, `keys-differ`, `labels-differ`
 */
export async function pair(
  session: Session,
  spec: PairSpec,
  relationOf: RelationOf,
  name: string,
): Promise<PairedTable> {
  const keyed = await checkedParties(session, spec, relationOf);
  const showKeys = spec.showKeys ?? false;
  for (const each of keyed.values()) await refuseDuplicates(session, each, showKeys);
  const plan = planOf(spec, (of) => keyed.get(of));
  await refuseTooMuchText(session, plan);
  const classes = await planClasses(session, plan, name);
  const rows = await join(session, name, [...keyed.values()], plan, classes);
  await checkKeys(session, spec, keyed, rows, showKeys);
  await checkLabels(session, name, plan, rows);
  await checkWeights(
    session,
    name,
    plan.find(({ target }) => target === 'weight'),
  );
  const before = (of: PartyName) => keyed.get(of)?.relation.rows ?? rows;
  return pairedTable(session, {
    name,
    rows,
    dropped: { candidate: before('candidate') - rows, champion: before('champion') - rows },
    labelRole: plan.some(({ target }) => target === 'label') ? labelRoleOf(spec) : undefined,
    hasChampion: spec.champion !== undefined,
    columns: columnsByName(spec.candidate.columns),
    goldenColumns: columnsByName(spec.examples?.columns ?? {}),
    classes,
    weighted: plan.some(({ target }) => target === 'weight'),
    clusters: await clustersOf(session, name, plan),
  });
}

export function columnsByName(columns: Readonly<Record<string, OutputColumn>>) {
  return new Map(Object.entries(columns).map(([name, { role }], index) => [name, { index, role }]));
}

/** Each party's columns checked by themselves, and the key as one type. */
export async function checkedParties(
  session: Session,
  spec: PairSpec,
  relationOf: RelationOf,
): Promise<ReadonlyMap<PartyName, KeyedParty>> {
  const parties = new Map<PartyName, Party>();
  const label = labelRoleOf(spec);
  if (spec.examples) {
    const { weight, cluster, columns } = spec.examples;
    parties.set('examples', party('examples', spec.examples, label, columns ?? {}, relationOf, { weight, cluster }));
  }
  parties.set('candidate', party('candidate', spec.candidate, label, spec.candidate.columns, relationOf));
  if (spec.champion) {
    parties.set('champion', party('champion', spec.champion, label, spec.champion.columns, relationOf));
  }
  for (const each of parties.values()) await checkTable(session, each);
  const names = [...parties.keys()];
  const keyed = withCommonKey([...parties.values()]);
  return new Map(names.flatMap((name, index) => (keyed[index] === undefined ? [] : [[name, keyed[index]] as const])));
}

function party(
  name: PartyName,
  of: { readonly source: Source; readonly key: string; readonly label?: string | undefined },
  labelRole: Role,
  columns: Readonly<Record<string, OutputColumn>>,
  relationOf: RelationOf,
  { weight, cluster }: Pick<Examples, 'weight' | 'cluster'> = {},
): Party {
  const one = (column: string | undefined, use: WantedColumn['use']) => (column === undefined ? [] : [{ column, use }]);
  const outputs = Object.values(columns).map(({ column, role }) => ({ column, use: role }));
  const wanted = [...one(of.label, labelRole), ...one(weight, 'weight'), ...one(cluster, 'cluster'), ...outputs];
  return { ...partyWords(name, of.source), relation: relationOf(of.source), key: of.key, wanted };
}

export function partyWords(name: PartyName, source: Source): Pick<Party, 'words' | 'file'> {
  const words = name === 'examples' ? `examples ${source.path}` : `${name} table ${source.path}`;
  return { words, file: source.files[0]?.path ?? source.path };
}

/** Classes become codes of enumerations, numbers DOUBLE, clusters numbers of no meaning. Gives the rows. */
async function join(
  session: Session,
  name: string,
  parties: readonly KeyedParty[],
  plan: readonly Planned[],
  classes: PlannedClasses,
): Promise<number> {
  const selects: string[] = [];
  for (const from of parties) selects.push(await partySelect(session, name, from, plan, classes));
  const [first, ...others] = selects.map((select, index) => `${select} AS t${index}`);
  const targets = plan.map(({ target }) => identifier(target)).join(', ') || 'true AS present';
  const joins = others.map((other) => `JOIN ${other} USING (k)`).join(' ');
  await session.run(`CREATE TABLE ${identifier(name)} AS SELECT ${targets} FROM ${first} ${joins}`);
  await dropClusterNumbers(session, name);
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${identifier(name)}`, z.object({ rows: count }));
  return rows;
}

/** A party's planned columns beside its key `k`, or without one where it has none. */
export async function partySelect(
  session: Session,
  name: string,
  from: Party & { readonly keySql?: string | undefined },
  plan: readonly Planned[],
  classes: PlannedClasses,
): Promise<string> {
  const own = plan.filter((planned) => planned.party === from);
  const values = own.map((planned) => `${classes.value(planned)} AS ${identifier(planned.target)}`);
  const keys = from.keySql === undefined ? [] : [`${from.keySql} AS k`];
  const select = `(SELECT ${[...keys, ...values].join(', ') || 'true AS present'} FROM ${from.relation.sql})`;
  const cluster = own.find(({ use }) => use === 'cluster');
  if (cluster === undefined) return select;
  const numbers = identifier(`${name}_clusters`);
  await session.run(
    `CREATE TABLE ${numbers} AS SELECT value, CAST(row_number() OVER () - 1 AS UINTEGER) AS number
     FROM (SELECT DISTINCT ${cluster.sql} AS value FROM ${from.relation.sql})`,
  );
  return `(SELECT v.* REPLACE (c.number AS cluster) FROM ${select} AS v JOIN ${numbers} AS c ON v.cluster = c.value)`;
}

export async function dropClusterNumbers(session: Session, name: string): Promise<void> {
  await session.run(`DROP TABLE IF EXISTS ${identifier(`${name}_clusters`)}`);
}

export async function clustersOf(
  session: Session,
  table: string,
  plan: readonly Planned[],
): Promise<number | undefined> {
  if (plan.every(({ target }) => target !== 'cluster')) return undefined;
  const { clusters } = await session.row(
    `SELECT count(DISTINCT cluster) AS clusters FROM ${identifier(table)}`,
    z.object({ clusters: count }),
  );
  return clusters;
}

/** Without duplicates, a join as long as every party means equal keys; only otherwise are the keys looked at again. */
export async function checkKeys(
  session: Session,
  spec: Pick<PairSpec, 'championKeys'>,
  keyed: ReadonlyMap<PartyName, KeyedParty>,
  rows: number,
  showKeys: boolean,
  hint?: string,
): Promise<void> {
  if ([...keyed.values()].every((each) => each.relation.rows === rows)) return;
  const [examples, candidate, champion] = [keyed.get('examples'), keyed.get('candidate'), keyed.get('champion')];
  if (candidate === undefined) throw new Error('a comparison without a candidate');
  if (examples !== undefined) await refuseOtherKeys(session, candidate, examples, showKeys, hint);
  if (champion !== undefined && spec.championKeys !== 'intersect') {
    await refuseOtherKeys(session, champion, examples ?? candidate, showKeys, hint);
  }
  if (rows === 0) {
    throw new UserError(
      'keys-differ',
      `The tables have no example in common: no key of the ${champion?.words} is in the ${candidate.words}.`,
      {
        how: 'Were both made from the same version of the data, with the same key?',
      },
    );
  }
}

/** @throws UserError `labels-differ` */
async function checkLabels(session: Session, name: string, plan: readonly Planned[], rows: number): Promise<void> {
  const label = plan.find(({ target }) => target === 'label');
  for (const other of plan.filter(({ target }) => target.startsWith('label_'))) {
    const { differing } = await session.row(
      `SELECT count(*) FILTER (WHERE label <> ${identifier(other.target)}) AS differing FROM ${identifier(name)}`,
      z.object({ differing: count }),
    );
    if (differing === 0) continue;
    throw new UserError(
      'labels-differ',
      `${differing.toLocaleString('en')} of ${rows.toLocaleString('en')} labels differ between ${label?.source.words} and ${other.source.words}.`,
      {
        how: 'Both must hold the same labels for the same key. Were they made from the same version of the data?',
        where: { file: other.party.file },
      },
    );
  }
}

/** @throws UserError `value-out-of-range` when no row that is compared has a weight */
export async function checkWeights(session: Session, table: string, weight: Planned | undefined): Promise<void> {
  if (weight === undefined) return;
  const { heaviest } = await session.row(
    `SELECT max(weight) AS heaviest FROM ${identifier(table)}`,
    z.object({ heaviest: z.number() }),
  );
  if (heaviest > 0) return;
  throw new UserError('value-out-of-range', `Every row that is compared has weight 0 in ${weight.source.words}.`, {
    how: 'Rows of weight 0 count for nothing: give at least some a weight above 0, or leave `weight` out.',
    where: { file: weight.party.file },
  });
}
