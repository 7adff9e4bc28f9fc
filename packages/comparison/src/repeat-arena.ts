import type { ClassMetric, Metric, NotDefined } from '@modelgate/metrics';
import { compareRepeats, type RepeatedScores, type RowDesign } from '@modelgate/statistics';
import type { RepeatedTable, RowsColumn, Side } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import type { PlannedBound } from './bound-plan.ts';
import type { ColumnCheck } from './column-statistic.ts';
import { confusionCells, confusionEffects } from './designed-class-effect.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { neededColumns, sideColumns } from './fetched-rows.ts';
import { groupSizes } from './group-members.ts';
import { groupRepeats } from './group-rankings.ts';
import { definedEffects } from './metric-effect.ts';
import { classesOf, metricInput, numbersOf, positiveIndex } from './metric-input.ts';
import { columnName } from './pair-columns.ts';
import { areOutcomes, rateEffects } from './rate-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { rowMeanEffects } from './row-mean-effect.ts';
import { extremesOf, requireRange } from './row-reach.ts';
import { reducedDesign, type SidedRows, unitsOf, withCountedRows } from './sided-rows.ts';
import { quotient, type RowTotals, totalsEffects } from './totals-effect.ts';

/** Runs of one side: the example of each, and its columns. */
interface Runs {
  readonly example: Uint32Array;
  readonly label: RowsColumn | undefined;
  readonly columns: ReadonlyMap<string, RowsColumn>;
}

/** Several runs an example, as many as a side likes: what a run adds is averaged within its example first. */
export function repeatArena(repeated: RepeatedTable, plan: EvaluationPlan, wanted: readonly string[]): Arena {
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
    const design = reducedDesign({ weights: weight, clusters: cluster?.codes });
    return { candidate: await runsOf('candidate', names), champion, design };
  }

  async function measure(
    check: PlannedCheck,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const runs = await bothSides(neededColumns(check, wanted));
    return withCountedRows(await measureRuns(check, runs, bounds, resampling), runs.design);
  }

  async function measureRuns(
    check: PlannedCheck,
    runs: SidedRows<Runs>,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const { quantity, name } = check;
    if (quantity.kind === 'column') return await columnRuns({ ...check, bounds, quantity }, runs, resampling);
    if (quantity.kind !== 'metric') throw new Error('only metrics and columns are averaged over runs');
    const { metric } = quantity;
    if (metric.kind === 'classes' && !metric.perRow) return classRuns(metric, runs, bounds, resampling);
    const range = metric.kind === 'mean' ? metric.rowRange : ([0, 1] as const);
    return definedEffects(
      name,
      runs,
      bounds,
      (side) => scoresOfMetric(metric, side),
      (scores) => meanRuns(name, scores, bounds, resampling, range, range[0] === 0 && range[1] === 1),
    );
  }

  function scoresOfMetric(metric: Metric, { label, columns, example }: Runs): RepeatedScores | NotDefined {
    if (metric.kind === 'classes') {
      const { codes } = classesOf(columns.get('prediction'));
      const labels = classesOf(label).codes;
      return scoresOf(
        Float64Array.from(codes, (code, run) => (code === labels[run] ? 1 : 0)),
        example,
        count,
      );
    }
    if (metric.kind !== 'mean' || metric.input === 'ranking')
      throw new Error(`${metric.name} is not averaged over runs`);
    const values = metric.rows(metricInput(metric.input, label, sideColumns(columns), plan.gate));
    return 'undefined' in values ? values : scoresOf(values, example, count);
  }

  function meanRuns(
    name: string,
    scores: SidedRows<RepeatedScores>,
    bounds: readonly PlannedBound[],
    resampling: ResamplingPlan,
    range: readonly [number, number] | undefined,
    isShare: boolean,
  ): Measured {
    const means = mapped(scores, (one) => Float64Array.from(one.means));
    // one run each: hits and misses, as without repeats
    if (isShare && ranOnce(scores) && areOutcomes(means)) return rateEffects(name, means, bounds, resampling);
    return withNote(rowMeanEffects(name, means, bounds, resampling, range), partsNote(scores));
  }

  async function columnRuns(
    { name, quantity: { column, per = '', statistic, range }, bounds }: ColumnCheck,
    runs: SidedRows<Runs>,
    resampling: ResamplingPlan,
  ): Promise<Measured> {
    const scores = (one: string) =>
      mapped(runs, ({ example, columns }) => scoresOf(numbersOf(columns.get(columnName(one))), example, count));
    if (statistic === 'ratio') {
      const means = (side: RepeatedScores) => Float64Array.from(side.means);
      const over = mapped(scores(column), means);
      const under = wanted.includes(columnName(per)) ? mapped(scores(per), means) : await divisor(per, runs);
      return totalsEffects(name, ratioTotals(over, under), bounds, resampling);
    }
    if (range !== undefined) {
      const values = [runs.candidate, ...(runs.champion ? [runs.champion] : [])];
      const numbers = values.map(({ columns }) => numbersOf(columns.get(columnName(column))));
      requireRange(name, range, extremesOf(numbers));
    }
    const isRate = statistic === 'rate';
    return meanRuns(name, scores(column), bounds, resampling, isRate ? [0, 1] : range, isRate);
  }

  /** What divides, where the examples hold it: it is the same for all runs of an example. */
  async function divisor(per: string, runs: SidedRows<Runs>): Promise<SidedRows<Float64Array>> {
    const { columns } = await repeated.exampleRows([columnName(per)]);
    return mapped(runs, () => numbersOf(columns[0]));
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

  let groups: ReturnType<typeof groupRepeats> | undefined;
  return {
    rows: count,
    classCells: async () => undefined,
    rowLosses: async () => undefined,
    units: async () => {
      const { weight, cluster } = await examples;
      return unitsOf(count, reducedDesign({ weights: weight, clusters: cluster?.codes }));
    },
    metricReplicates: async () => undefined,
    recounts: repeated.weighted,
    async rowsOfGroups(division) {
      const { columns, weight } = await repeated.exampleRows([division]);
      return groupSizes(columns[0], plan.divisions.get(division) ?? 0, weight);
    },
    within(division, group, rows) {
      groups ??= groupRepeats(repeated, plan.divisions);
      return repeatArena(groups(division, group, rows), plan, wanted);
    },
    hasOpponent: hasChampion,
    dropped: repeated.dropped,
    covers: (check) => neededColumns(check, wanted).every((name) => repeated.columns.includes(name)),
    measure,
    drop: () => repeated.drop(),
  };
}

/** Sums over examples, each run counting as one of its example's. */
function ratioTotals(over: SidedRows<Float64Array>, under: SidedRows<Float64Array>): SidedRows<RowTotals> {
  const totals = (above: Float64Array, below: Float64Array): RowTotals => ({
    columns: [above, below],
    value: quotient,
  });
  const champion = over.champion && under.champion && totals(over.champion, under.champion);
  return { candidate: totals(over.candidate, under.candidate), champion, design: over.design };
}

function mapped<From, To>({ candidate, champion, design }: SidedRows<From>, map: (from: From) => To): SidedRows<To> {
  return { candidate: map(candidate), champion: champion && map(champion), design };
}

function ranOnce({ candidate, champion }: SidedRows<RepeatedScores>): boolean {
  return [candidate, ...(champion === undefined ? [] : [champion])].every(({ counts }) =>
    Array.from(counts).every((runs) => runs === 1),
  );
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
