import { UserError } from '@modelgate/core';
import type { Metric } from '@modelgate/metrics';
import type { OutputColumn, Source } from '@modelgate/tables';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';

/** What the columns of one model are called; `scores` as in the policy. */
export interface ColumnNames {
  readonly prediction?: string | undefined;
  readonly score?: string | undefined;
  readonly scores?: string | Readonly<Record<string, string>> | undefined;
}

/** Columns of a plan's checks that both sides must have, by the names under which they are measured. */
export function outputColumns(
  plan: EvaluationPlan,
  names: ColumnNames,
  source: Source,
  divisorsOfExamples: ReadonlySet<string>,
): Readonly<Record<string, OutputColumn>> {
  const columns: Record<string, OutputColumn> = {};
  const add = (name: string, column: string | undefined, role: OutputColumn['role']) => {
    if (column !== undefined) columns[name] = { column, role };
  };
  if (usesPrediction(plan)) add('prediction', names.prediction, predictionRole(plan));
  add('score', names.score, scoreRole(plan));
  for (const [name, column] of scoreColumns(names.scores, source)) {
    add(scoreName(name), column, probabilitiesNeeded(plan) ? 'probability' : 'number');
  }
  for (const { quantity } of plan.checks) {
    if (quantity.kind !== 'column') continue;
    add(columnName(quantity.column), quantity.column, quantity.statistic === 'rate' ? 'flag' : 'number');
    const { per } = quantity;
    if (per !== undefined && !divisorsOfExamples.has(per)) add(columnName(per), per, 'number');
  }
  return columns;
}

/** Columns to divide by that only the examples hold, such as the steps that a trajectory should take. */
export function divisorsOfExamples(
  { checks }: EvaluationPlan,
  candidate: Source,
  examples: Source | undefined,
): ReadonlySet<string> {
  const divisors = checks.flatMap(({ quantity }) =>
    quantity.kind === 'column' && quantity.per !== undefined ? [quantity.per] : [],
  );
  const known = (source: Source | undefined, name: string) =>
    source?.columns.some((column) => column.name === name) ?? false;
  return new Set(divisors.filter((name) => !known(candidate, name) && known(examples, name)));
}

/** A user's column may be called prediction, too. */
export function columnName(column: string): string {
  return `column ${column}`;
}

const scorePrefix = 'score of ';

export function scoreName(className: string): string {
  return `${scorePrefix}${className}`;
}

/** The class of a column that `scoreName` named. */
export function classOfScore(name: string): string | undefined {
  return name.startsWith(scorePrefix) ? name.slice(scorePrefix.length) : undefined;
}

/** Columns of a pattern are found in the table: a class that has none there cannot be known from here. */
function scoreColumns(scores: ColumnNames['scores'], source: Source): readonly (readonly [string, string])[] {
  if (scores === undefined) return [];
  if (typeof scores !== 'string') return Object.entries(scores);
  const [before = '', after = ''] = scores.split('{class}');
  const found = source.columns
    .map(({ name }) => name)
    .filter((name) => name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after))
    .map((name): [string, string] => [name.slice(before.length, name.length - after.length), name]);
  if (found.length > 1) return found;
  throw new UserError(
    'column-missing',
    `${source.path} has ${found.length === 0 ? 'no' : 'one'} column like ${scores}`,
    {
      how: 'write `scores` as its columns are called, with {class} where the class stands',
      where: { file: source.path },
    },
  );
}

function usesPrediction({ gate, checks }: EvaluationPlan): boolean {
  return checks.some(({ quantity }) => {
    if (quantity.kind === 'behavior') return gate.candidate.prediction !== undefined;
    if (quantity.kind !== 'metric') return false;
    const { metric } = quantity;
    return metric.kind === 'classes' || metric.input === 'number' || metric.input === 'answer';
  });
}

function predictionRole({ gate }: EvaluationPlan): OutputColumn['role'] {
  switch (gate.task) {
    case 'regression':
      return 'number';
    case 'answers':
      return 'text';
    default:
      return 'class';
  }
}

/** Areas and average precision only order rows, by any score; all else reads a probability. */
function scoreRole(plan: EvaluationPlan): OutputColumn['role'] {
  const ordered = plan.checks.some(({ quantity }) => metricOf(quantity)?.kind === 'rank');
  return ordered && !probabilitiesNeeded(plan) ? 'number' : 'probability';
}

function probabilitiesNeeded({ checks }: EvaluationPlan): boolean {
  return checks.some(({ quantity }) => {
    if (quantity.kind === 'behavior') return true;
    const metric = metricOf(quantity);
    if (metric === undefined || metric.kind === 'classes' || metric.kind === 'rank') return false;
    return (metric.input === 'score' || metric.input === 'scores') && !metric.name.startsWith('top_k_accuracy');
  });
}

function metricOf(quantity: PlannedCheck['quantity']): Metric | undefined {
  return quantity.kind === 'metric' ? quantity.metric : undefined;
}
