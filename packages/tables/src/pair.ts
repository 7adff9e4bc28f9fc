import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { type ClassColumn, type ClassSet, classSet, classValue } from './class-set.ts';
import { type KeyedParty, refuseDuplicates, refuseOtherKeys, withCommonKey } from './pair-keys.ts';
import type { OutputColumn, Outputs, PairSpec } from './pair-spec.ts';
import { type PairedTable, type PairedTableShape, pairedTable } from './paired-table.ts';
import type { Relation } from './relation.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import type { Source } from './source.ts';
import { identifier, literal } from './sql-text.ts';
import { checkTable, columnOf, type Party } from './table-check.ts';

type PartyName = 'examples' | 'candidate' | 'champion';
type RelationOf = (source: Source) => Relation;

/**
 * Joins candidate, champion and examples by key into one table inside the engine, after every check that could make the
 * comparison a lie. Keys do not survive the join: what is compared needs only labels and outputs.
 *
 * @throws UserError `column-missing`, `column-type`, `value-missing`, `not-finite`, `probability-out-of-range`,
 *   `duplicate-keys`, `keys-differ`, `labels-differ`
 */
export async function pair(
  session: Session,
  spec: PairSpec,
  relationOf: RelationOf,
  name: string,
): Promise<PairedTable> {
  const parties = new Map<PartyName, Party>();
  if (spec.examples) parties.set('examples', party('examples', spec.examples, {}, relationOf));
  parties.set('candidate', party('candidate', spec.candidate, spec.candidate.columns, relationOf));
  if (spec.champion) parties.set('champion', party('champion', spec.champion, spec.champion.columns, relationOf));
  for (const each of parties.values()) await checkTable(session, each);
  const names = [...parties.keys()];
  const keyed = new Map(withCommonKey([...parties.values()]).map((each, index) => [names[index], each]));
  const showKeys = spec.showKeys ?? false;
  for (const each of keyed.values()) await refuseDuplicates(session, each, showKeys);
  const plan = planOf(spec, (of) => keyed.get(of));
  const classColumns = plan.filter(({ role }) => role === 'class').map(({ source }) => source);
  const classes = classColumns.length > 0 ? await classSet(session, classColumns) : undefined;
  const rows = await join(session, name, [...keyed.values()], plan, classes);
  await checkKeys(session, spec, keyed, rows, showKeys);
  await checkLabels(session, name, plan, rows);
  const before = (of: PartyName) => keyed.get(of)?.relation.rows ?? rows;
  const shape: PairedTableShape = {
    name,
    rows,
    dropped: { candidate: before('candidate') - rows, champion: before('champion') - rows },
    hasLabel: plan.some(({ target }) => target === 'label'),
    hasChampion: spec.champion !== undefined,
    columns: new Map(
      Object.entries(spec.candidate.columns).map(([column, { role }], index) => [column, { index, role }]),
    ),
    classes,
  };
  return pairedTable(session, shape);
}

function party(
  name: PartyName,
  of: { readonly source: Source; readonly key: string; readonly label?: string | undefined },
  columns: Readonly<Record<string, OutputColumn>>,
  relationOf: RelationOf,
): Party {
  const label = of.label === undefined ? [] : [{ column: of.label, role: 'class' as const }];
  const wanted = [...label, ...Object.values(columns)];
  const words = name === 'examples' ? `examples ${of.source.path}` : `${name} table ${of.source.path}`;
  const file = of.source.files[0]?.path ?? of.source.path;
  return { words, file, relation: relationOf(of.source), key: of.key, wanted };
}

/** One column of the joined table. */
interface Planned {
  /** `label`, `label_candidate`, `label_champion`, `candidate_<i>`, `champion_<i>`. */
  readonly target: string;
  readonly party: KeyedParty;
  readonly role: OutputColumn['role'];
  readonly source: ClassColumn;
}

function planOf(spec: PairSpec, partyOf: (name: PartyName) => KeyedParty | undefined): readonly Planned[] {
  const planned: Planned[] = [];
  const add = (name: PartyName, target: string, { column, role }: OutputColumn) => {
    const from = partyOf(name);
    if (from === undefined) throw new Error(`${name} is not part of this comparison`);
    const { sql, type } = columnOf(from.relation, column);
    const source = { type, sql, from: from.relation.sql, words: `column "${column}" of the ${from.words}` };
    planned.push({ target, party: from, role, source });
  };
  const labels: readonly (readonly [PartyName, string | undefined])[] = [
    ['examples', spec.examples?.label],
    ['candidate', spec.candidate.label],
    ['champion', spec.champion?.label],
  ];
  for (const [name, label] of labels) {
    if (label === undefined) continue;
    const target = planned.length === 0 ? 'label' : `label_${name}`;
    add(name, target, { column: label, role: 'class' });
  }
  for (const [name, index, column] of outputs(spec)) add(name, `${name}_${index}`, column);
  return planned;
}

function* outputs(spec: PairSpec): Generator<readonly ['candidate' | 'champion', number, OutputColumn]> {
  for (const [index, [name, column]] of Object.entries(spec.candidate.columns).entries()) {
    yield ['candidate', index, column];
    if (spec.champion !== undefined) yield ['champion', index, championColumn(spec.champion, name)];
  }
}

function championColumn(champion: Outputs, name: string): OutputColumn {
  const column = champion.columns[name];
  if (column === undefined) throw new Error(`the champion's outputs lack "${name}", which the candidate's have`);
  return column;
}

/** Classes become codes of one enumeration (a byte or two a row), numbers become DOUBLE. Gives the rows. */
async function join(
  session: Session,
  name: string,
  parties: readonly KeyedParty[],
  plan: readonly Planned[],
  classes: ClassSet | undefined,
): Promise<number> {
  const classType = identifier(`${name}_class`);
  if (classes !== undefined && classes.names.length > 0) {
    await session.run(`CREATE TYPE ${classType} AS ENUM (${classes.names.map(literal).join(', ')})`);
  }
  const selects = parties.map((from) => {
    const columns = plan
      .filter((planned) => planned.party === from)
      .map((planned) => {
        const { source, role, target } = planned;
        const sql =
          role === 'class' && classes ? classValue(source, classes, classType) : `CAST(${source.sql} AS DOUBLE)`;
        return `${sql} AS ${identifier(target)}`;
      });
    return `(SELECT ${[`${from.keySql} AS k`, ...columns].join(', ')} FROM ${from.relation.sql})`;
  });
  const [first, ...others] = selects.map((select, index) => `${select} AS t${index}`);
  const targets = plan.map(({ target }) => identifier(target)).join(', ') || 'true AS present';
  const joins = others.map((other) => `JOIN ${other} USING (k)`).join(' ');
  await session.run(`CREATE TABLE ${identifier(name)} AS SELECT ${targets} FROM ${first} ${joins}`);
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${identifier(name)}`, z.object({ rows: count }));
  return rows;
}

/** Without duplicates, a join as long as every party means equal keys; only otherwise are the keys looked at again. */
async function checkKeys(
  session: Session,
  spec: PairSpec,
  keyed: ReadonlyMap<PartyName | undefined, KeyedParty>,
  rows: number,
  showKeys: boolean,
): Promise<void> {
  if ([...keyed.values()].every((each) => each.relation.rows === rows)) return;
  const [examples, candidate, champion] = [keyed.get('examples'), keyed.get('candidate'), keyed.get('champion')];
  if (candidate === undefined) throw new Error('a comparison without a candidate');
  if (examples !== undefined) await refuseOtherKeys(session, candidate, examples, showKeys);
  if (champion !== undefined && spec.championKeys !== 'intersect') {
    await refuseOtherKeys(session, champion, examples ?? candidate, showKeys);
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
