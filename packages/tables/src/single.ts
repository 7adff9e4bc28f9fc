import { refuseTooMuchText } from './long-text.ts';
import type { RelationOf } from './pair.ts';
import { checkWeights, clustersOf, columnsByName, dropClusterNumbers, partySelect, partyWords } from './pair.ts';
import { planClasses, plannedColumn } from './pair-plan.ts';
import type { SingleSpec } from './pair-spec.ts';
import { type PairedTable, pairedTable } from './paired-table.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import { checkTable, type Party } from './table-check.ts';

/**
 * One table by itself, as the candidate of a comparison without a champion, whatever `side` it is in messages.
 *
 * @throws UserError `column-missing`, `column-type`, `value-missing`, `not-finite`, `probability-out-of-range`,
 *   `value-out-of-range`
 */
export async function single(
  session: Session,
  spec: SingleSpec,
  relationOf: RelationOf,
  name: string,
): Promise<PairedTable> {
  const labelRole = spec.labelRole ?? 'class';
  const uses = [
    ...(spec.label === undefined ? [] : [{ target: 'label', column: spec.label, use: labelRole }]),
    ...Object.values(spec.columns).map(({ column, role }, index) => ({
      target: `candidate_${index}`,
      column,
      use: role,
    })),
    ...(spec.weight === undefined ? [] : [{ target: 'weight', column: spec.weight, use: 'weight' as const }]),
    ...(spec.cluster === undefined ? [] : [{ target: 'cluster', column: spec.cluster, use: 'cluster' as const }]),
  ];
  const relation = relationOf(spec.source);
  const party: Party = { ...partyWords(spec.side, spec.source), relation, key: undefined, wanted: uses };
  await checkTable(session, party);
  const plan = uses.map(({ target, column, use }) => plannedColumn(spec.side, party, target, column, use));
  await refuseTooMuchText(session, plan);
  const classes = await planClasses(session, plan, name);
  const select = await partySelect(session, name, party, plan, classes);
  await session.run(`CREATE TABLE ${identifier(name)} AS FROM ${select}`);
  await dropClusterNumbers(session, name);
  await checkWeights(
    session,
    name,
    plan.find(({ target }) => target === 'weight'),
  );
  return pairedTable(session, {
    name,
    rows: relation.rows,
    dropped: { candidate: 0, champion: 0 },
    labelRole: spec.label === undefined ? undefined : labelRole,
    hasChampion: false,
    columns: columnsByName(spec.columns),
    goldenColumns: new Map(),
    classes,
    weighted: spec.weight !== undefined,
    clusters: await clustersOf(session, name, plan),
  });
}
