import type { ClassMetric, InputKind, Metric, MetricInput } from '@modelgate/metrics';
import type { PairedTable } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import { behaviorColumns, behaviorEffects } from './behavior-effect.ts';
import type { PlannedBound } from './bound-plan.ts';
import { type ClassCells, classEffects } from './class-effect.ts';
import { columnEffects } from './column-statistic.ts';
import { designedClassEffects } from './designed-class-effect.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { neededColumns, rowsOnce, sideColumns } from './fetched-rows.ts';
import { groupSizes } from './group-members.ts';
import { groupPairs } from './group-pairs.ts';
import { metricEffects } from './metric-effect.ts';
import { classesOf, metricInput, positiveIndex } from './metric-input.ts';
import { metricReplicates } from './metric-replicates.ts';
import type { ResamplingPlan } from './resampling.ts';
import { pairedLosses } from './row-losses.ts';
import { countAlike, type SidedRows, unitsOf, withCountedRows } from './sided-rows.ts';

/**
 * Rows joined by key, one a key.
 *
 * @param wanted columns of the candidate that checks look at; a recorded opponent may lack some of them
 */
export function pairedArena(paired: PairedTable, plan: EvaluationPlan, wanted: readonly string[]): Arena {
  const cellsOf = once(() => classCells(paired, plan));
  const rowsOf = rowsOnce(paired);
  /** Rows have weights or clusters, whether or not these say anything. */
  const mayDiffer = paired.weighted || paired.clusters !== undefined;

  async function measure(
    check: PlannedCheck,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const measured = await measureRows(check, bounds, resampling);
    return mayDiffer && check.quantity.kind !== 'behavior'
      ? withCountedRows(measured, (await rowsOf(neededColumns(check, wanted))).design)
      : measured;
  }

  async function measureRows(
    check: PlannedCheck,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const { quantity } = check;
    switch (quantity.kind) {
      case 'metric': {
        const { metric } = quantity;
        if (metric.kind === 'classes') return await classesEffects(metric, bounds, resampling);
        return metricEffects(metric, await inputsOf(check, metric), bounds, resampling);
      }
      case 'column':
        return await columnEffects({ paired, rowsOf, mayDiffer }, { ...check, bounds, quantity }, resampling);
      case 'behavior':
        return await behaviorEffects(
          { outputs: neededColumns(check, wanted), examples: behaviorExamples(plan), rowsOf },
          { ...check, bounds, quantity },
          resampling,
        );
      case 'file':
        throw new Error('a metrics file has no rows');
    }
  }

  async function classesEffects(
    metric: ClassMetric,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    if (!mayDiffer) return classEffects(metric, await cellsOf(), bounds, resampling);
    const { rows, sided, design } = await rowsOf(['prediction']);
    if (countAlike(design)) return classEffects(metric, await cellsOf(), bounds, resampling);
    const label = classesOf(rows.label);
    const predicted = sided((columns) => classesOf(columns.get('prediction')).codes);
    const positive = positiveIndex(label.classes, plan.gate);
    const { names: classes } = label.classes;
    return designedClassEffects(metric, { classes, label: label.codes, predicted, positive }, bounds, resampling);
  }

  /** One input a side and kind: metrics that rank rows share its sort. */
  const inputs = new Map<InputKind, Promise<SidedRows<MetricInput>>>();

  function inputsOf(check: PlannedCheck, { input }: Exclude<Metric, ClassMetric>): Promise<SidedRows<MetricInput>> {
    const found = inputs.get(input) ?? readInputs(check, input);
    inputs.set(input, found);
    return found;
  }

  async function readInputs(check: PlannedCheck, input: InputKind): Promise<SidedRows<MetricInput>> {
    if (input === 'ranking') throw new Error('rankings are joined by query');
    const { rows, sided } = await rowsOf(neededColumns(check, wanted));
    return sided((columns) => metricInput(input, rows.label, sideColumns(columns), plan.gate));
  }

  let groups: ReturnType<typeof groupPairs> | undefined;
  return {
    rows: paired.rows,
    async classCells() {
      if (paired.classes === undefined || !paired.hasLabel || !paired.columns.includes('prediction')) return undefined;
      const alike = !mayDiffer || countAlike((await rowsOf(['prediction'])).design);
      return alike ? await cellsOf() : undefined;
    },
    async units() {
      return mayDiffer ? unitsOf(paired.rows, (await rowsOf([])).design) : paired.rows;
    },
    async metricReplicates(check, resampling) {
      const { quantity } = check;
      if (quantity.kind !== 'metric' || quantity.metric.kind === 'classes') return undefined;
      const { candidate, design } = await inputsOf(check, quantity.metric);
      return metricReplicates(quantity.metric, candidate, paired.rows, design, resampling);
    },
    rowLosses: (check, divisions) => pairedLosses({ paired, plan, wanted, rowsOf }, check, divisions),
    recounts: paired.weighted,
    async rowsOfGroups(division) {
      const { columns, weight } = await paired.rowsOf([{ side: 'examples', column: division }]);
      return groupSizes(columns[0], plan.divisions.get(division) ?? 0, weight);
    },
    within(division, group, rows) {
      groups ??= groupPairs(paired, plan.divisions);
      return pairedArena(groups(division, group, rows), plan, wanted);
    },
    hasOpponent: paired.hasChampion,
    dropped: paired.dropped,
    covers: (check) => neededColumns(check, wanted).every((name) => paired.columns.includes(name)),
    measure,
    drop: () => paired.drop(),
  };
}

/** Columns of the examples, as joined, that tests of behaviour look at. */
function behaviorExamples({ examples }: EvaluationPlan): readonly string[] {
  const { test, case: group, original, expected } = behaviorColumns;
  const named = {
    [test]: examples?.test,
    [group]: examples?.case,
    [original]: examples?.original,
    [expected]: examples?.label,
  };
  return Object.entries(named).flatMap(([name, column]) => (column === undefined ? [] : [name]));
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The joint counts of a pair, counted once however many metrics ask for them. */
async function classCells(paired: PairedTable, { gate }: EvaluationPlan): Promise<ClassCells> {
  const cells = await paired.jointCounts('prediction');
  const positive = paired.classes === undefined ? -1 : positiveIndex(paired.classes, gate);
  return { ...cells, positive };
}
