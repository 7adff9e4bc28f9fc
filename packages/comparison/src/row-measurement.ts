import { createHash } from 'node:crypto';
import { type InputIdentity, UserError } from '@modelgate/core';
import { oneSidedAlpha } from '@modelgate/statistics';
import { classIndex, type Examples, type PairedTable, type Source, type Tables } from '@modelgate/tables';
import { type ClassCells, classEffects, type ResamplingPlan } from './class-effect.ts';
import { columnData } from './column-data.ts';
import { meanEffects, quantileEffects } from './column-effect.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { type EvaluationWorld, type Opponent, tableIdentity, withoutChampion } from './evaluation-sources.ts';
import { candidateOutputs, columnName, examplesUnchanged, type Pairs, pairTables } from './paired-tables.ts';

/**
 * Replicates of every bootstrap: so many that at least 50 lie beyond each bound, and 9,999 or a larger power of ten less
 * one, for which bounds of common levels are single order statistics (k = α (B + 1)).
 */
function replicatesFor(confidence: number): number {
  const least = 50 / oneSidedAlpha(confidence);
  return 10 ** Math.max(4, Math.ceil(Math.log10(least) - 1e-9)) - 1;
}

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
    const { confidence } = plan.policy;
    const resampling = { confidence, seed, replicates: replicatesFor(confidence) };
    const cellsOf = classCellsOnce(plan);
    const measured = new Map<string, Measured>();
    for (const check of plan.checks) {
      measured.set(check.id, await measureCheck(check, pairs, cellsOf, resampling));
    }
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

async function measureCheck(
  check: PlannedCheck,
  pairs: Pairs,
  cellsOf: CellsOf,
  resampling: ResamplingPlan,
): Promise<Measured> {
  const name = check.quantity.kind === 'column' ? columnName(check.quantity.column) : 'prediction';
  const against = pairs.against?.columns.includes(name) ? pairs.against : undefined;
  const paired = against ?? pairs.alone;
  if (paired === undefined) throw new Error('neither a pair nor the candidate alone was joined');
  const measured = await measureOn(paired, name, check, cellsOf, resampling);
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
  cellsOf: CellsOf,
  resampling: ResamplingPlan,
): Promise<Measured> {
  const { quantity, bounds } = check;
  const usable = paired.hasChampion ? bounds : bounds.filter((bound) => bound.of === 'value');
  switch (quantity.kind) {
    case 'classification': {
      const measured = classEffects(quantity.metric, await cellsOf(paired), usable, resampling);
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

type CellsOf = (paired: PairedTable) => Promise<ClassCells>;

/** The joint counts of a pair, counted once however many metrics ask for them. */
function classCellsOnce(plan: EvaluationPlan): CellsOf {
  const counted = new Map<PairedTable, Promise<ClassCells>>();
  return (paired) => {
    const cells = counted.get(paired) ?? classCells(paired, plan);
    counted.set(paired, cells);
    return cells;
  };
}

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
