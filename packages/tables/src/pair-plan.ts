import { type ClassColumn, type ClassSet, classSet, classValue } from './class-set.ts';
import { type ColumnUse, sqlOfUse } from './column-use.ts';
import type { KeyedParty } from './pair-keys.ts';
import type { OutputColumn, Outputs, PairSpec, Role } from './pair-spec.ts';
import type { Session } from './session.ts';
import { identifier, literal } from './sql-text.ts';
import { columnOf, type Party } from './table-check.ts';

export type PartyName = 'examples' | 'candidate' | 'champion';

/** One column of the joined table. */
export interface Planned {
  /** `label`, `label_candidate`, `label_champion`, `examples_<i>`, `candidate_<i>`, `champion_<i>`, `weight`, `cluster`. */
  readonly target: string;
  readonly of: PartyName;
  readonly party: Party;
  readonly use: ColumnUse;
  /** Columns of one group are compared, so their classes are one set; the golden table's further columns are not. */
  readonly group: string;
  readonly source: ClassColumn;
  /** SQL of the value; of a class before it becomes a code. */
  readonly sql: string;
}

export function labelRoleOf(spec: Pick<PairSpec, 'examples' | 'labelRole'>): Role {
  return spec.examples?.labelRole ?? spec.labelRole ?? 'class';
}

const compared = 'compared';

export function planOf(spec: PairSpec, partyOf: (name: PartyName) => KeyedParty | undefined): readonly Planned[] {
  const planned: Planned[] = [];
  const add = (name: PartyName, target: string, column: string, use: Planned['use'], group = compared) => {
    const party = partyOf(name);
    if (party === undefined) throw new Error(`${name} is not part of this comparison`);
    planned.push({ ...plannedColumn(name, party, target, column, use), group });
  };
  const labels: readonly (readonly [PartyName, string | undefined])[] = [
    ['examples', spec.examples?.label],
    ['candidate', spec.candidate.label],
    ['champion', spec.champion?.label],
  ];
  for (const [name, label] of labels) {
    if (label === undefined) continue;
    add(name, planned.length === 0 ? 'label' : `label_${name}`, label, labelRoleOf(spec));
  }
  for (const [name, index, { column, role }] of outputs(spec)) add(name, `${name}_${index}`, column, role);
  for (const [index, { column, role }] of Object.values(spec.examples?.columns ?? {}).entries()) {
    add('examples', `examples_${index}`, column, role, `examples_${index}`);
  }
  if (spec.examples?.weight !== undefined) add('examples', 'weight', spec.examples.weight, 'weight');
  if (spec.examples?.cluster !== undefined) add('examples', 'cluster', spec.examples.cluster, 'cluster');
  return planned;
}

export function plannedColumn(of: PartyName, party: Party, target: string, name: string, use: Planned['use']): Planned {
  const column = columnOf(party.relation, name);
  const words = `column "${name}" of the ${party.words}`;
  const source = { type: column.type, sql: column.sql, from: party.relation.sql, words };
  return { target, of, party, use, group: compared, source, sql: sqlOfUse(column, use) };
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

/** The sets of classes of a plan, each an enumeration of the engine. */
export interface PlannedClasses {
  /** Of label and outputs; undefined where none of them is a class. */
  readonly compared: ClassSet | undefined;
  of(target: string): ClassSet;
  /** SQL of a planned column's value, a class as a code of its enumeration (a byte or two a row). */
  value(planned: Planned): string;
  /** Names of the enumerations, to be dropped at last. */
  readonly types: readonly string[];
}

/** @throws UserError `column-type` as `classSet` does */
export async function planClasses(session: Session, plan: readonly Planned[], name: string): Promise<PlannedClasses> {
  const sets = new Map<string, { readonly set: ClassSet; readonly type: string }>();
  const classes = plan.filter(({ use }) => use === 'class');
  for (const group of new Set(classes.map((planned) => planned.group))) {
    const columns = classes.filter((planned) => planned.group === group).map(({ source }) => source);
    const set = await classSet(session, columns);
    const type = identifier(`${name}_${group}`);
    sets.set(group, { set, type });
    await session.run(`CREATE TYPE ${type} AS ENUM (${set.names.map(literal).join(', ')})`);
  }
  const groupOf = (planned: Planned | undefined) => {
    const found = planned && sets.get(planned.group);
    if (found === undefined) throw new Error('this column was not planned as a class');
    return found;
  };
  return {
    compared: sets.get(compared)?.set,
    of: (target) => groupOf(classes.find((planned) => planned.target === target)).set,
    value(planned) {
      if (planned.use !== 'class') return planned.sql;
      const { set, type } = groupOf(planned);
      return classValue(planned.source, set, type);
    },
    types: [...sets.values()].map(({ type }) => type),
  };
}
