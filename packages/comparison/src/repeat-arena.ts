import type { ClassMetric, Metric } from '@modelgate/metrics';
import { compareRepeats, type RepeatedScores, type RowDesign } from '@modelgate/statistics';
import type { RepeatedTable, RowsColumn, Side } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import type { PlannedBound } from './bound-plan.ts';
import { confusionCells, confusionEffects } from './designed-class-effect.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { classesOf, metricInput, numbersOf, positiveIndex } from './metric-input.ts';
import { columnName } from './pair-columns.ts';
import { neededColumns, sideColumns } from './paired-arena.ts';
import type { ColumnQuantity } from './quantity-plan.ts';
import type { ResamplingPlan } from './resampling.ts';
import { rowMeanEffects } from './row-mean-effect.ts';
import type { SidedRows } from './sided-rows.ts';
import { totalsEffects } from './totals-effect.ts';

/** Runs of one side: the example of each, and its columns. */
interface Runs {
  readonly example: Uint32Array;
  readonly label: RowsColumn | undefined;
  readonly columns: ReadonlyMap<string, RowsColumn>;
}

/** Several runs an example, as many as a side likes: what a run adds is averaged within its example first. */
export function repeatArena(repeated: RepeatedTable, plan: EvaluationPlan): Arena {
  const { examples: count, hasChampion } = repeated;
  const examples = repeated.exampleRows();

  async function runsOf(side: Side, names: readonly string[]): Promise<Runs> {
    const { label } = await examples;
    const { example, columns } = await repeated.rowsOf(side, names);
    const named = names.flatMap((name, at): [string, RowsColumn][] => {
      const column = columns[at];
      return column === undefined ? [] : [[name, column]];
    });
    return { example, label: label && spread(label, example), columns: new Map(named) };
  }

  async function bothSides(names: readonly string[]): Promise<SidedRows<Runs>> {
    const { weight, cluster } = await examples;
    const champion = hasChampion ? await runsOf('champion', names) : undefined;
    const design = { weights: weight, clusters: cluster?.codes };
    return { candidate: await runsOf('candidate', names), champion, design };
  }

  async function measure(
    check: PlannedCheck,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const { quantity, name } = check;
    const runs = await bothSides(neededColumns(check, plan, repeated.columns));
    if (quantity.kind === 'column') return columnRuns(name, quantity, runs, bounds, resampling);
    if (quantity.kind !== 'metric') throw new Error('only metrics and columns are averaged over runs');
    const { metric } = quantity;
    if (metric.kind === 'classes' && !metric.perRow) return classRuns(metric, runs, bounds, resampling);
    const range = metric.kind === 'mean' ? metric.rowRange : ([0, 1] as const);
    return meanRuns(
      name,
      mapped(runs, (side) => [side, valuesOf(metric, side)] as const),
      bounds,
      resampling,
      range,
    );
  }

  function valuesOf(metric: Metric, { label, columns }: Runs): Float64Array {
    if (metric.kind === 'classes') {
      const { codes } = classesOf(columns.get('prediction'));
      const labels = classesOf(label).codes;
      return Float64Array.from(codes, (code, run) => (code === labels[run] ? 1 : 0));
    }
    if (metric.kind !== 'mean' || metric.input === 'ranking')
      throw new Error(`${metric.name} is not averaged over runs`);
    const values = metric.rows(metricInput(metric.input, label, sideColumns(columns), plan.gate));
    return 'undefined' in values ? new Float64Array(label === undefined ? 0 : columns.size).fill(Number.NaN) : values;
  }

  function meanRuns(
    name: string,
    values: SidedRows<readonly [Runs, Float64Array]>,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
    range: readonly [number, number] | undefined,
  ): Measured {
    const scores = mapped(values, ([{ example }, of]) => scoresOf(of, example, count));
    const means = mapped(scores, (one) => Float64Array.from(one.means));
    return withNote(rowMeanEffects(name, means, bounds, resampling, range), partsNote(scores));
  }

  function columnRuns(
    name: string,
    { column, per, statistic, range }: ColumnQuantity,
    runs: SidedRows<Runs>,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Measured {
    const of = (one: string) => mapped(runs, (side) => [side, numbersOf(side.columns.get(columnName(one)))] as const);
    if (statistic !== 'ratio')
      return meanRuns(name, of(column), bounds, resampling, statistic === 'rate' ? [0, 1] : range);
    const means = (one: string) =>
      mapped(of(one), ([{ example }, values]) => Float64Array.from(scoresOf(values, example, count).means));
    const [over, under] = [means(column), means(per ?? '')];
    const totals = (above: Float64Array, below: Float64Array) => ({
      columns: [above, below],
      value: (sums: Float64Array) => (sums[1] === 0 ? Number.NaN : (sums[0] ?? 0) / (sums[1] ?? 0)),
    });
    const champion = over.champion && under.champion && totals(over.champion, under.champion);
    const both = { candidate: totals(over.candidate, under.candidate), champion, design: runs.design };
    return totalsEffects(name, both, bounds, resampling);
  }

  /** A run counts as one of its example's K: 1/K of it stands in the confusion counts. */
  function classRuns(
    metric: ClassMetric,
    runs: SidedRows<Runs>,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Measured {
    const { classes } = classesOf(runs.candidate.label);
    const sides = [
      ['candidate', runs.candidate] as const,
      ...(runs.champion ? [['champion', runs.champion] as const] : []),
    ];
    const cells = sides.map(([side, { label, columns }]) =>
      confusionCells(
        { classes: classes.names },
        classesOf(label).codes,
        classesOf(columns.get('prediction')).codes,
        side,
      ),
    );
    const rows = {
      classes: classes.names,
      positive: positiveIndex(classes, plan.gate),
      cells: [Uint32Array.from(cells.flatMap((one) => [...one]))],
      count,
      design: runDesign(
        sides.map(([, { example }]) => example),
        count,
        runs.design,
      ),
    };
    return confusionEffects(metric, rows, bounds, resampling, hasChampion);
  }

  return {
    rows: count,
    hasOpponent: hasChampion,
    dropped: repeated.dropped.candidate + repeated.dropped.champion,
    covers: (check) => neededColumns(check, plan, repeated.columns).every((name) => repeated.columns.includes(name)),
    measure,
    drop: () => repeated.drop(),
  };
}

function mapped<From, To>({ candidate, champion, design }: SidedRows<From>, map: (from: From) => To): SidedRows<To> {
  return { candidate: map(candidate), champion: champion && map(champion), design };
}

/** The label of each run's example. */
function spread(label: RowsColumn, example: Uint32Array): RowsColumn {
  switch (label.kind) {
    case 'classes':
      return { ...label, codes: Uint16Array.from(example, (at) => label.codes[at] ?? 0) };
    case 'numbers':
      return { ...label, values: Float64Array.from(example, (at) => label.values[at] ?? 0) };
    case 'text':
      return { ...label, texts: Array.from(example, (at) => label.texts[at] ?? '') };
    case 'texts':
      return { ...label, lists: Array.from(example, (at) => label.lists[at] ?? []) };
  }
}

/** Count, mean and sample variance of the runs of each example. */
function scoresOf(values: Float64Array, example: Uint32Array, count: number): RepeatedScores {
  const counts = new Float64Array(count);
  const means = new Float64Array(count);
  const squares = new Float64Array(count);
  for (let run = 0; run < values.length; run++) {
    const at = example[run] ?? 0;
    const runs = (counts[at] ?? 0) + 1;
    const away = (values[run] ?? 0) - (means[at] ?? 0);
    counts[at] = runs;
    means[at] = (means[at] ?? 0) + away / runs;
    squares[at] = (squares[at] ?? 0) + away * ((values[run] ?? 0) - (means[at] ?? 0));
  }
  const variances = squares.map((sum, at) => ((counts[at] ?? 0) > 1 ? sum / ((counts[at] ?? 0) - 1) : 0));
  return { counts, means, variances };
}

function runDesign(examples: readonly Uint32Array[], count: number, { weights, clusters }: RowDesign): RowDesign {
  const of = examples.map((example) => {
    const runs = new Float64Array(count);
    for (const at of example) runs[at] = (runs[at] ?? 0) + 1;
    return { example, runs };
  });
  const rows = of.flatMap(({ example, runs }) => Array.from(example, (at) => ({ at, runs: runs[at] ?? 1 })));
  return {
    weights: Float64Array.from(rows, ({ at, runs }) => (weights === undefined ? 1 : (weights[at] ?? 0)) / runs),
    clusters: Uint32Array.from(rows, ({ at }) => (clusters === undefined ? at : (clusters[at] ?? 0))),
  };
}

/** Where the variance of a comparison comes from: tells whether more examples or more runs would help. */
function partsNote({ candidate, champion }: SidedRows<RepeatedScores>): string | undefined {
  if (champion === undefined || candidate.counts.length < 2) return undefined;
  const parts = compareRepeats(champion, candidate);
  const { between, championWithin, candidateWithin, championRepeats, candidateRepeats } = parts;
  if (between === undefined || championWithin === undefined || candidateWithin === undefined) return undefined;
  const within = championWithin / championRepeats + candidateWithin / candidateRepeats;
  const total = between + within;
  if (!(total > 0)) return undefined;
  const share = Math.round((100 * within) / total);
  return `${shown(candidateRepeats)} runs an example (champion ${shown(championRepeats)}): ${share} % of the variance is between runs of one example, the rest between examples`;
}

function shown(repeats: number): string {
  return String(Number(repeats.toPrecision(2)));
}

function withNote(measured: Measured, note: string | undefined): Measured {
  if (note === undefined) return measured;
  const effects = measured.effects.map((effect) =>
    effect?.kind === 'interval'
      ? { ...effect, note: effect.note === undefined ? note : `${effect.note}; ${note}` }
      : effect,
  );
  return { ...measured, effects };
}
