import { UserError } from '@modelgate/core';
import type { Examples, Outputs, Role, Source, Tables } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import { behaviorColumns } from './behavior-effect.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { type ColumnNames, columnName, divisorsOfExamples, outputColumns } from './pair-columns.ts';
import { pairedArena } from './paired-arena.ts';
import { rankingArena } from './ranking-arena.ts';
import { repeatArena } from './repeat-arena.ts';
import { unpairedArena } from './unpaired-arena.ts';

/** A model's table and what its columns are called. */
export interface ModelTable extends ColumnNames {
  readonly source: Source;
  readonly key: string;
  readonly label?: string | undefined;
  readonly document?: string | undefined;
  readonly rank?: string | undefined;
  /** Of a recorded champion: the columns that were recorded; others were not asked for then, which is no fault of it. */
  readonly recorded?: ReadonlySet<string> | undefined;
}

/** The candidate's and the examples' tables of a plan. */
export interface OwnTables {
  readonly candidate: ModelTable;
  readonly examples: Source | undefined;
}

/**
 * Joins the candidate with one opponent, or with nobody, in the way that the plan's task asks for.
 *
 * @throws UserError for whatever is wrong with any of the tables
 */
export async function join(
  plan: EvaluationPlan,
  own: OwnTables,
  opponent: ModelTable | undefined,
  tables: Tables,
): Promise<Arena> {
  const championKeys = plan.gate['on-new-examples'] === 'intersect' ? 'intersect' : 'same';
  if (plan.gate.task === 'ranking') return await joinRankings(plan, own, opponent, tables, championKeys);
  const divisors = divisorsOfExamples(plan, own.candidate.source, own.examples);
  const candidate = outputsOf(plan, own.candidate, divisors);
  const champion = opponent && outputsOf(plan, opponent, divisors);
  const { pairing } = plan.gate;
  if (pairing === 'none') {
    const single = (side: 'candidate' | 'champion', { source, columns }: Outputs) =>
      tables.single({ source, side, columns });
    const theirs = champion && (await single('champion', champion));
    return unpairedArena({ candidate: await single('candidate', candidate), champion: theirs }, plan.gate['min-rows']);
  }
  const shared = champion === undefined ? candidate : sharedColumns(candidate, champion, opponent);
  const wanted = Object.keys(candidate.columns);
  const spec = {
    examples: examplesOf(plan, own, divisors),
    labelRole: labelRole(plan),
    candidate: shared,
    champion,
    championKeys,
  } as const;
  return plan.gate.candidate.repeats === true
    ? repeatArena(await tables.pairRepeats(spec), plan, wanted)
    : pairedArena(await tables.pair(spec), plan, wanted);
}

async function joinRankings(
  plan: EvaluationPlan,
  own: OwnTables,
  opponent: ModelTable | undefined,
  tables: Tables,
  championKeys: 'same' | 'intersect',
): Promise<Arena> {
  const { examples: policy } = plan;
  if (own.examples === undefined || policy?.document === undefined || policy.label === undefined) {
    throw new Error('a ranking was planned without judged documents');
  }
  const { key, document, label, weight, cluster } = policy;
  const columns = Object.fromEntries([...plan.divisions.keys()].map((column) => [column, { column, words: 'group' }]));
  const examples = { source: own.examples, key, document, label, weight, cluster, columns };
  const champion = opponent && retrievedOf(opponent);
  return rankingArena(
    await tables.pairRankings({ examples, candidate: retrievedOf(own.candidate), champion, championKeys }),
    plan.divisions,
  );
}

function retrievedOf({ source, key, document, score, rank }: ModelTable) {
  if (document === undefined) throw new Error('a ranking was planned without documents');
  if (score !== undefined) return { source, key, document, score };
  if (rank !== undefined) return { source, key, document, rank };
  throw new Error('a ranking was planned without an order');
}

function outputsOf(plan: EvaluationPlan, model: ModelTable, elsewhere: ReadonlySet<string>): Outputs {
  const columns = Object.entries(outputColumns(plan, model, model.source, elsewhere)).filter(
    ([, { column }]) => model.recorded?.has(column) ?? true,
  );
  return {
    source: model.source,
    key: model.key,
    label: model.label,
    columns: Object.fromEntries(columns),
    ...(plan.gate.candidate.repeats === true ? { repeat: true } : {}),
  };
}

/** What both sides can be measured by. @throws UserError column-missing where that a column is missing is a mistake */
function sharedColumns(candidate: Outputs, champion: Outputs, opponent: ModelTable | undefined): Outputs {
  const missing = Object.entries(candidate.columns).find(([name]) => !(name in champion.columns));
  if (missing !== undefined && opponent?.recorded === undefined) {
    throw new UserError('column-missing', `${champion.source.path} has no column like ${missing[1].column}`, {
      how: 'both models need the same columns, under names that `candidate` and `champion` say',
      where: { file: champion.source.path },
    });
  }
  const columns = Object.entries(candidate.columns).filter(([name]) => name in champion.columns);
  return { ...candidate, columns: Object.fromEntries(columns) };
}

function examplesOf(
  plan: EvaluationPlan,
  { examples: source }: OwnTables,
  divisors: ReadonlySet<string>,
): Examples | undefined {
  const { examples } = plan;
  if (examples === undefined || source === undefined) return undefined;
  const { key, label, weight, cluster } = examples;
  const isBehavioral = plan.gate.task === 'behavioral';
  return {
    source,
    key,
    label: isBehavioral ? undefined : label,
    labelRole: labelRole(plan),
    weight,
    cluster,
    columns: isBehavioral ? behaviorTable(examples) : { ...numberColumns(divisors), ...divisionColumns(plan) },
  };
}

function behaviorTable({
  test,
  case: group,
  original,
  label,
}: NonNullable<EvaluationPlan['examples']>): Examples['columns'] {
  const column = (name: string, of: string | undefined, role: Role) =>
    of === undefined ? {} : { [name]: { column: of, role } };
  return {
    ...column(behaviorColumns.test, test, 'class'),
    ...column(behaviorColumns.case, group, 'group'),
    ...column(behaviorColumns.original, original, 'flag'),
    ...column(behaviorColumns.expected, label, 'name'),
  };
}

function numberColumns(names: ReadonlySet<string>): Examples['columns'] {
  return Object.fromEntries([...names].map((name) => [columnName(name), { column: name, role: 'number' as const }]));
}

function divisionColumns({ divisions }: EvaluationPlan): NonNullable<Examples['columns']> {
  return Object.fromEntries([...divisions.keys()].map((column) => [column, { column, role: 'number' as const }]));
}

function labelRole({ gate }: EvaluationPlan): Role {
  switch (gate.task) {
    case 'regression':
      return 'number';
    case 'answers':
      return 'texts';
    default:
      return 'class';
  }
}
