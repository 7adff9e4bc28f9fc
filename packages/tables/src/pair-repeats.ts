import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { writeContentOrder } from './content-order.ts';
import { refuseTooMuchText } from './long-text.ts';
import {
  checkedParties,
  checkKeys,
  checkWeights,
  clustersOf,
  columnsByName,
  dropClusterNumbers,
  partySelect,
  type RelationOf,
} from './pair.ts';
import { refuseDuplicates, withDistinctKeys } from './pair-keys.ts';
import { labelRoleOf, type PartyName, type Planned, planClasses, planOf } from './pair-plan.ts';
import type { PairSpec, Side } from './pair-spec.ts';
import { type RepeatedTable, repeatedTable } from './repeated-table.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';

/**
 * As `pair`, where a side that says `repeat` may have several rows a key. Every key must be on every side.
 *
 * @throws UserError as `pair`, and `values-differ` where there are no examples and rows of one key have several labels
 */
export async function pairRepeats(
  session: Session,
  spec: PairSpec,
  relationOf: RelationOf,
  name: string,
): Promise<RepeatedTable> {
  const keyed = await checkedParties(session, spec, relationOf);
  for (const [of, each] of keyed) {
    if (of === 'examples' || spec[of]?.repeat !== true) await refuseDuplicates(session, each, spec.showKeys ?? false);
  }
  const plan = planOf(spec, (of) => keyed.get(of));
  await refuseTooMuchText(session, plan);
  const classes = await planClasses(session, plan, name);
  const raw = (of: string) => `${name}_raw_${of}`;
  for (const [of, from] of keyed) {
    const select = await partySelect(session, name, from, plan, classes);
    await session.run(`CREATE TABLE ${identifier(raw(of))} AS FROM ${select}`);
    await dropClusterNumbers(session, name);
  }
  const examples = await writeExamples(session, [...keyed.keys()], plan, raw);
  const distinct = await withDistinctKeys(session, keyed);
  await checkKeys(session, spec, distinct, examples, spec.showKeys ?? false);
  await checkLabels(session, plan, raw);
  await checkWeights(
    session,
    raw('all'),
    plan.find(({ target }) => target === 'weight'),
  );
  const sides = spec.champion === undefined ? (['candidate'] as const) : (['candidate', 'champion'] as const);
  await writeOrdered(session, name, sides, plan, raw);
  const clusters = await clustersOf(session, raw('all'), plan);
  for (const table of [...keyed.keys(), 'all', 'order']) await session.run(`DROP TABLE ${identifier(raw(table))}`);
  const counted = (of: PartyName) => distinct.get(of)?.relation.rows ?? examples;
  return repeatedTable(session, {
    name,
    examples,
    dropped: { candidate: counted('candidate') - examples, champion: counted('champion') - examples },
    labelRole: plan.some(({ target }) => target === 'label') ? labelRoleOf(spec) : undefined,
    hasChampion: spec.champion !== undefined,
    columns: columnsByName(spec.candidate.columns),
    goldenColumns: columnsByName(spec.examples?.columns ?? {}),
    classes,
    weighted: plan.some(({ target }) => target === 'weight'),
    clusters,
  });
}

type RawTable = (of: string) => string;

const isOfExample = ({ target }: Planned) =>
  target === 'label' || target === 'weight' || target === 'cluster' || target.startsWith('examples_');

/** The table `raw('all')`: a row a key that every side has. Gives its rows. */
async function writeExamples(
  session: Session,
  parties: readonly PartyName[],
  plan: readonly Planned[],
  raw: RawTable,
): Promise<number> {
  const keys = parties.map((of) => `SELECT DISTINCT k FROM ${identifier(raw(of))}`).join(' INTERSECT ');
  const known = parties
    .map((of) => ({ of, targets: plan.filter((planned) => planned.of === of && isOfExample(planned)) }))
    .filter(({ targets }) => targets.length > 0);
  const joins = known.map(({ of, targets }) => {
    // A label may be a column of either side; that all rows of a key hold the same is checked afterwards.
    const values = targets.map(({ target }) => `any_value(${identifier(target)}) AS ${identifier(target)}`);
    return `JOIN (SELECT k, ${values.join(', ')} FROM ${identifier(raw(of))} GROUP BY k) USING (k)`;
  });
  const all = identifier(raw('all'));
  await session.run(`CREATE TABLE ${all} AS SELECT * FROM (${keys}) ${joins.join(' ')}`);
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${all}`, z.object({ rows: count }));
  return rows;
}

/** @throws UserError `values-differ` within the rows of a key, `labels-differ` between tables */
async function checkLabels(session: Session, plan: readonly Planned[], raw: RawTable): Promise<void> {
  const label = plan.find(({ target }) => target === 'label');
  for (const own of plan.filter(({ target }) => target.startsWith('label'))) {
    const { keys, rows } = await session.row(
      `SELECT count(DISTINCT k) AS keys, count(*) AS rows FROM ${identifier(raw(own.of))} AS r
       JOIN (SELECT k, label AS known FROM ${identifier(raw('all'))}) USING (k) WHERE r.${identifier(own.target)} <> known`,
      z.object({ keys: count, rows: count }),
    );
    if (keys === 0) continue;
    const where = { file: own.party.file };
    if (own === label) {
      throw new UserError(
        'values-differ',
        `${keys.toLocaleString('en')} ${keys === 1 ? 'key has rows' : 'keys have rows'} with different labels in ${own.source.words}.`,
        { how: 'All rows of a key are the same example: give them the same label.', where },
      );
    }
    throw new UserError(
      'labels-differ',
      `${rows.toLocaleString('en')} rows differ in their labels between ${label?.source.words} and ${own.source.words}.`,
      {
        how: 'Both must hold the same labels for the same key. Were they made from the same version of the data?',
        where,
      },
    );
  }
}

/** `examples`, `candidate` and `champion` with the examples' numbers, in place of the raw tables. */
async function writeOrdered(
  session: Session,
  name: string,
  sides: readonly Side[],
  plan: readonly Planned[],
  raw: RawTable,
): Promise<void> {
  const valuesOf = (mine: (planned: Planned) => boolean) =>
    plan.filter((planned) => mine(planned) && planned.target !== 'cluster');
  const outputs = (side: Side) => valuesOf(({ target }) => target.startsWith(`${side}_`));
  const hashed = ({ use, target }: Planned) =>
    use === 'class' ? `CAST(enum_code(${identifier(target)}) AS INTEGER)` : identifier(target);
  const clustered = plan.some(({ target }) => target === 'cluster');
  const contents = {
    base: raw('all'),
    clustered,
    values: valuesOf(isOfExample).map(hashed),
    sides: sides.map((side) => ({ table: raw(side), values: outputs(side).map(hashed) })),
  };
  await writeContentOrder(session, contents, raw('order'));
  const order = identifier(raw('order'));
  const columns = (of: readonly Planned[]) => of.map(({ target }) => `, ${identifier(target)}`).join('');
  await session.run(
    `CREATE TABLE ${identifier(`${name}_examples`)} AS
     SELECT example${clustered ? ', o.cluster AS cluster' : ''}${columns(valuesOf(isOfExample))}
     FROM ${identifier(raw('all'))} AS a JOIN ${order} AS o USING (k)`,
  );
  for (const side of sides) {
    await session.run(
      `CREATE TABLE ${identifier(`${name}_${side}`)} AS SELECT example${columns(outputs(side))}
       FROM ${identifier(raw(side))} JOIN ${order} USING (k)`,
    );
  }
}
