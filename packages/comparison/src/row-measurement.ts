import { createHash } from 'node:crypto';
import { type InputIdentity, UserError } from '@modelgate/core';
import { orderStatisticRanks } from '@modelgate/statistics';
import {
  classIndex,
  type Examples,
  type OutputColumn,
  type Outputs,
  type PairedTable,
  type Source,
  type Tables,
} from '@modelgate/tables';
import { type ClassCells, classEffects, type ResamplingPlan } from './class-effect.ts';
import { type MeanData, meanEffects, type QuantileData, quantileEffects } from './column-effect.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck, Quantity } from './evaluation-plan.ts';
import {
  type EvaluationWorld,
  type Opponent,
  problemOf,
  tableIdentity,
  withoutChampion,
} from './evaluation-sources.ts';

/** Replicates of every bootstrap: bounds of common levels are then single order statistics (k = α (B + 1)). */
const replicates = 9_999;

export interface RowMeasurement {
  readonly measured: ReadonlyMap<string, Measured>;
  readonly rows: number;
  readonly inputs: InputIdentity[];
  readonly candidate: Source;
  readonly examples: Source | undefined;
  /** The opponent after its tables were read: a champion whose table is broken or recorded on other examples has failed. */
  readonly opponent: Opponent;
}

/**
 * Measures every check of a plan on paired rows: one join, then one pass a metric or column.
 *
 * @throws UserError for anything wrong with examples or candidate; what is wrong with the champion's table stops only the
 *         checks that need it
 */
export async function measureRows(
  plan: EvaluationPlan,
  opponent: Opponent,
  tables: Tables,
  world: EvaluationWorld,
): Promise<RowMeasurement> {
  const examples = plan.examples === undefined ? undefined : await tables.describe(plan.examples.table);
  const candidate = await tables.describe(plan.gate.candidate.table ?? '');
  const inputs = [...(examples ? [tableIdentity('examples', examples)] : []), tableIdentity('candidate', candidate)];
  const golden: Examples | undefined =
    plan.examples && examples ? { source: examples, key: plan.examples.key, label: plan.examples.label } : undefined;
  const spec = { examples: golden, candidate: candidateOutputs(plan, candidate) };

  const pairs = await pairTables(plan, examplesUnchanged(opponent, examples, world), spec, tables);
  if (pairs.championSource) inputs.push(tableIdentity('champion', pairs.championSource));
  try {
    const seed = createHash('sha256')
      .update(inputs.map((input) => input.sha256).join('\n'))
      .digest('hex');
    const resampling = { confidence: plan.policy.confidence, seed, replicates };
    const measured = new Map<string, Measured>();
    for (const check of plan.checks) measured.set(check.id, await measureCheck(check, plan, pairs, resampling));
    return {
      measured,
      rows: (pairs.against ?? pairs.alone)?.rows ?? 0,
      inputs,
      candidate,
      examples,
      opponent: pairs.opponent,
    };
  } finally {
    await pairs.against?.drop();
    await pairs.alone?.drop();
  }
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
function columnName(column: string): string {
  return `column ${column}`;
}

function candidateOutputs(plan: EvaluationPlan, source: Source): Outputs {
  const { key, label, prediction, score } = plan.gate.candidate;
  return { source, key: key ?? plan.examples?.key ?? '', label, columns: outputColumns(plan, prediction, score) };
}

/** A recorded champion saw certain examples. Others now: an error, except on the base branch, which then records anew. */
function examplesUnchanged(opponent: Opponent, examples: Source | undefined, world: EvaluationWorld): Opponent {
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

interface Pairs {
  readonly opponent: Opponent;
  /** Candidate and champion on the same rows. */
  readonly against?: PairedTable;
  /** The candidate alone: where there is no champion, or it has not every column. */
  readonly alone?: PairedTable;
  readonly championSource?: Source;
}

type Spec = { readonly examples: Examples | undefined; readonly candidate: Outputs };

/**
 * Joins the tables. One join when all is well; when it fails, the candidate is joined alone, so that its own faults are
 * told apart from the champion's.
 */
async function pairTables(plan: EvaluationPlan, opponent: Opponent, spec: Spec, tables: Tables): Promise<Pairs> {
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

async function measureCheck(
  check: PlannedCheck,
  plan: EvaluationPlan,
  pairs: Pairs,
  resampling: ResamplingPlan,
): Promise<Measured> {
  const name = check.quantity.kind === 'column' ? columnName(check.quantity.column) : 'prediction';
  const against = pairs.against?.columns.includes(name) ? pairs.against : undefined;
  const paired = against ?? pairs.alone;
  if (paired === undefined) throw new Error('neither a pair nor the candidate alone was joined');
  const measured = await measureOn(paired, name, check, plan, resampling);
  if (against !== undefined) return measured;
  const missing = measured.gap ?? withoutChampion(pairs.opponent, check.name);
  return {
    ...measured,
    effects: check.bounds.map((bound, index) => (bound.of === 'value' ? measured.effects[index] : missing)),
  };
}

async function measureOn(
  paired: PairedTable,
  name: string,
  check: PlannedCheck,
  plan: EvaluationPlan,
  resampling: ResamplingPlan,
): Promise<Measured> {
  const { quantity, bounds } = check;
  const usable = paired.hasChampion ? bounds : bounds.filter((bound) => bound.of === 'value');
  switch (quantity.kind) {
    case 'classification': {
      const measured = classEffects(quantity.metric, await classCells(paired, plan), usable, resampling);
      return spread(measured, bounds, usable);
    }
    case 'column': {
      const data = await columnData(paired, name, quantity, check, resampling.confidence);
      const measured =
        data.kind === 'mean'
          ? meanEffects(check.name, data, usable, resampling, quantity.range)
          : quantileEffects(check.name, data, usable, resampling);
      return spread(measured, bounds, usable);
    }
    case 'file':
      throw new Error('a metrics file has no rows');
  }
}

/** Effects of some bounds, put back to the places of all. */
function spread(measured: Measured, all: CheckBounds, some: CheckBounds): Measured {
  return { ...measured, effects: all.map((bound) => measured.effects[some.indexOf(bound)]) };
}

type CheckBounds = PlannedCheck['bounds'];

async function classCells(paired: PairedTable, plan: EvaluationPlan): Promise<ClassCells> {
  const cells = await paired.jointCounts('prediction');
  const { positive } = plan.gate;
  const index = positive === undefined || paired.classes === undefined ? -1 : classIndex(paired.classes, positive);
  if (index === undefined) {
    throw new UserError(
      'column-type',
      `no label and no prediction is the positive class ${JSON.stringify(positive)}; classes: ${cells.classes.slice(0, 10).join(', ')}`,
      {
        how: 'write `positive` as it stands in the label column',
      },
    );
  }
  if (plan.gate.task === 'binary' && cells.classes.length > 2) {
    throw new UserError(
      'column-type',
      `task is binary, but there are ${cells.classes.length} classes: ${cells.classes.slice(0, 10).join(', ')}`,
      {
        how: 'use `task: multiclass`, or let the predictions hold the two labels only',
      },
    );
  }
  return { ...cells, positive: index };
}

const probabilities = { median: 0.5, p95: 0.95, p99: 0.99 } as const;

async function columnData(
  paired: PairedTable,
  name: string,
  quantity: Extract<Quantity, { kind: 'column' }>,
  check: PlannedCheck,
  confidence: number,
): Promise<MeanData | QuantileData> {
  const { statistic, range } = quantity;
  if (statistic === 'mean') {
    const data = await meanData(paired, name);
    if (range !== undefined) requireRange(check.name, range, await extremes(paired, name));
    return data;
  }
  const probability = probabilities[statistic];
  const [candidate = Number.NaN] = await paired.quantiles(name, 'candidate', [probability]);
  const [champion] = paired.hasChampion ? await paired.quantiles(name, 'champion', [probability]) : [];
  const needsValue = check.bounds.some((bound) => bound.of === 'value');
  const needsPair = paired.hasChampion && check.bounds.some((bound) => bound.of !== 'value');
  return {
    kind: 'quantile',
    probability,
    rows: paired.rows,
    candidate,
    champion,
    orderStatistics: needsValue ? await orderStatistics(paired, name, probability, confidence) : undefined,
    pair: needsPair ? await paired.pairs(name) : undefined,
  };
}

async function meanData(paired: PairedTable, name: string): Promise<MeanData> {
  const of = ({ n, mean, variance }: { n: number; mean: number; variance: number }) => ({
    count: n,
    mean,
    variance: n === 1 ? 0 : variance,
  });
  if (!paired.hasChampion) {
    return {
      kind: 'mean',
      candidate: of(await paired.moments(name, 'candidate')),
      champion: undefined,
      difference: undefined,
      covariance: undefined,
    };
  }
  const { candidate, champion, difference, covariance } = await paired.pairedMoments(name);
  return { kind: 'mean', candidate: of(candidate), champion: of(champion), difference: of(difference), covariance };
}

async function extremes(paired: PairedTable, name: string): Promise<readonly [number, number]> {
  const sides = paired.hasChampion ? (['candidate', 'champion'] as const) : (['candidate'] as const);
  const found = await Promise.all(sides.map((side) => paired.moments(name, side)));
  return [Math.min(...found.map((one) => one.minimum)), Math.max(...found.map((one) => one.maximum))];
}

function requireRange(
  name: string,
  range: readonly [number, number],
  [lowest, highest]: readonly [number, number],
): void {
  if (lowest >= range[0] && highest <= range[1]) return;
  throw new UserError(
    'column-type',
    `${name}: values reach from ${lowest} to ${highest}, outside the declared range [${range.join(', ')}]`,
    {
      how: 'mend `range`, or the column',
    },
  );
}

async function orderStatistics(paired: PairedTable, name: string, probability: number, confidence: number) {
  const { lower, upper } = orderStatisticRanks(paired.rows, probability, confidence);
  const ranks = [lower, upper].filter((rank) => rank !== undefined);
  const values = [...(await paired.orderStatistics(name, 'candidate', ranks))];
  return {
    lower: lower === undefined ? undefined : values.shift(),
    upper: upper === undefined ? undefined : values.shift(),
  };
}
