import type { Examples, OutputColumn, Outputs, PairedTable, Source, Tables } from '@modelgate/tables';
import type { EvaluationPlan } from './evaluation-plan.ts';
import { type EvaluationWorld, type Opponent, problemOf } from './evaluation-sources.ts';

/** The joined tables of a plan. */
export interface Pairs {
  readonly opponent: Opponent;
  /** Candidate and champion on the same rows. */
  readonly against?: PairedTable;
  /** The candidate alone: where there is no champion, or it has not every column. */
  readonly alone?: PairedTable;
  readonly championSource?: Source;
}

export type Spec = { readonly examples: Examples | undefined; readonly candidate: Outputs };

/**
 * Joins the tables. One join when all is well; when it fails, the candidate is joined alone, so that its own faults are
 * told apart from the champion's.
 */
export async function pairTables(plan: EvaluationPlan, opponent: Opponent, spec: Spec, tables: Tables): Promise<Pairs> {
  if (opponent.kind !== 'results') return { opponent, alone: await tables.pair(spec) };
  let against: PairedTable;
  let source: Source;
  try {
    source =
      opponent.identity.from === 'file'
        ? await tables.describe(opponent.path)
        : await tables.describeOwn(opponent.path);
    const champion = championOutputs(plan, opponent, source, spec.candidate);
    const shared = Object.fromEntries(
      Object.entries(spec.candidate.columns).filter(([name]) => name in champion.columns),
    );
    against = await tables.pair({ ...spec, candidate: { ...spec.candidate, columns: shared }, champion });
  } catch (error) {
    const problem = problemOf(error);
    return { opponent: { kind: 'failed', problem }, alone: await tables.pair(spec) };
  }
  const complete = against.columns.length === Object.keys(spec.candidate.columns).length;
  return { opponent, against, championSource: source, ...(complete ? {} : { alone: await tables.pair(spec) }) };
}

/** The champion's columns: as its record or the policy names them, else as the candidate's. */
function championOutputs(
  plan: EvaluationPlan,
  { manifest }: Extract<Opponent, { kind: 'results' }>,
  source: Source,
  candidate: Outputs,
): Outputs {
  if (manifest === undefined) {
    const own = plan.gate.champion;
    const named = own.from === 'recorded' ? plan.gate.candidate : own;
    const { prediction, score } = plan.gate.candidate;
    const columns = outputColumns(plan, named.prediction ?? prediction, named.score ?? score);
    return { source, key: candidate.key, label: candidate.label, columns };
  }
  const columns = outputColumns(plan, manifest.prediction, manifest.score);
  const recorded = new Set(manifest.columns);
  const known = Object.entries(columns).filter(([, { column }]) => recorded.has(column));
  return { source, key: manifest.key ?? candidate.key, label: manifest.label, columns: Object.fromEntries(known) };
}

/** A recorded champion saw certain examples. Others now: an error, except on the base branch, which then records anew. */
export function examplesUnchanged(opponent: Opponent, examples: Source | undefined, world: EvaluationWorld): Opponent {
  if (opponent.kind !== 'results' || opponent.manifest?.examples === undefined || examples === undefined)
    return opponent;
  const recorded = opponent.manifest.examples;
  if (recorded.sha256 === examples.digest) return opponent;
  const change = `${recorded.name} had ${recorded.rows} rows when the champion was recorded and has ${examples.rows} now`;
  if (world.onBaseBranch) {
    return {
      kind: 'not-compared',
      reason: 'examples-changed',
      note: `The examples changed on this branch: ${change}. Nothing was compared; a green run records the champion anew.`,
    };
  }
  return {
    kind: 'failed',
    problem: {
      reason: 'examples-changed',
      message: `the examples are not those that the champion answered: ${change}, with other contents`,
      how: 'change examples in a pull request of their own; once merged, the default branch records the champion anew',
    },
  };
}

/** Columns of a plan's checks that both sides must have, by the names under which they are measured. */
function outputColumns(
  plan: EvaluationPlan,
  prediction: string | undefined,
  score: string | undefined,
): Record<string, OutputColumn> {
  const columns: Record<string, OutputColumn> = {};
  if (needsPrediction(plan) && prediction !== undefined) columns['prediction'] = { column: prediction, role: 'class' };
  if (score !== undefined) columns['score'] = { column: score, role: 'probability' };
  for (const { quantity } of plan.checks) {
    if (quantity.kind === 'column') columns[columnName(quantity.column)] = { column: quantity.column, role: 'number' };
  }
  return columns;
}

function needsPrediction(plan: EvaluationPlan): boolean {
  return plan.checks.some((check) => check.quantity.kind === 'classification');
}

/** A user's column may be called prediction, too. */
export function columnName(column: string): string {
  return `column ${column}`;
}

export function candidateOutputs(plan: EvaluationPlan, source: Source): Outputs {
  const { key, label, prediction, score } = plan.gate.candidate;
  return { source, key: key ?? plan.examples?.key ?? '', label, columns: outputColumns(plan, prediction, score) };
}
