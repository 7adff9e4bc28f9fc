import type { Interval } from '@modelgate/core';
import {
  designedQuantile,
  independentTotalsBootstrap,
  miettinenNurminenInterval,
  type RowDesign,
  type UnitTotals,
  unitTotalsOfColumns,
  unpairedMean,
  unpairedQuantileBootstrap,
} from '@modelgate/statistics';
import type { PairedTable } from '@modelgate/tables';
import type { Arena } from './arena.ts';
import type { PlannedBound } from './bound-plan.ts';
import { quantileOf } from './column-data.ts';
import { columnMeanEffects } from './column-statistic.ts';
import { championNearZero, degenerate, type Effect, type Measured, nearZero } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import { numbersOf } from './metric-input.ts';
import { columnName } from './pair-columns.ts';
import type { ColumnQuantity } from './quantity-plan.ts';
import { rateEffects } from './rate-effect.ts';
import { factorOf, relative } from './relative-effect.ts';
import { type ResamplingPlan, resampledEffect } from './resampling.ts';
import { rowQuantileEffects } from './row-quantile-effect.ts';
import { weightedMeanOf } from './sided-rows.ts';
import { quotient, totalsEffects } from './totals-effect.ts';

interface Tables {
  readonly candidate: PairedTable;
  readonly champion: PairedTable | undefined;
}

/**
 * Rows of two runs that share no examples, such as two load tests: independent samples, compared column by column. They
 * need several times the rows that pairs would.
 *
 * @param minRows fewer rows of the champion are not compared with; the judge counts those of the candidate
 */
export function unpairedArena({ candidate, champion }: Tables, minRows: number): Arena {
  const covered = (names: readonly string[]) =>
    [candidate, ...(champion === undefined ? [] : [champion])].every((one) =>
      names.every((name) => one.columns.includes(name)),
    );

  async function measure(
    { name, quantity }: PlannedCheck,
    bounds: readonly PlannedBound[],
    plan: ResamplingPlan,
  ): Promise<Measured> {
    if (quantity.kind !== 'column') throw new Error('without pairs only columns are compared');
    const own = await sample(candidate, quantity);
    const theirs = champion && (await sample(champion, quantity));
    const alone = valueEffects(name, quantity, own, bounds, plan);
    if (theirs === undefined) return alone;
    const base = valueEffects(name, quantity, theirs, [], plan).candidate;
    const effects = bounds.map((bound, at): Effect | undefined => {
      if (bound.of === 'value') return alone.effects[at];
      if (base === undefined) return undefined;
      const isRelative = bound.of === 'relative-difference';
      if (isRelative && nearZero(base)) return championNearZero(name, base);
      const factor = isRelative ? factorOf(bound, base) : 1;
      const compared = differenceEffect(quantity, own, theirs, factor, plan);
      const effect = theirs.values.length < minRows ? tooFewRows(compared, theirs, minRows) : compared;
      return isRelative ? relative(effect, bound, base) : effect;
    });
    return { ...alone, champion: base, effects };
  }

  return {
    rows: candidate.rows,
    hasOpponent: champion !== undefined,
    classCells: async () => undefined,
    rowLosses: async () => undefined,
    units: undividable,
    metricReplicates: async () => undefined,
    recounts: false,
    rowsOfGroups: undividable,
    within: undividable,
    dropped: { candidate: 0, champion: 0 },
    covers: ({ quantity }) => quantity.kind === 'column' && covered(columnsOf(quantity)),
    measure,
    drop: async () => {
      await candidate.drop();
      await champion?.drop();
    },
  };
}

function tooFewRows(compared: Effect, { values }: Sample, minRows: number): Effect {
  if (compared.kind !== 'interval') return compared;
  const note = `${values.length} rows of the champion; at least ${minRows} are judged`;
  return { kind: 'undecidable', estimate: compared.estimate, reason: 'too-few-rows', note };
}

/** One side's rows. */
interface Sample {
  readonly values: Float64Array;
  /** Of a ratio: what divides. */
  readonly per: Float64Array | undefined;
  readonly design: RowDesign;
}

function columnsOf({ column, per }: ColumnQuantity): readonly string[] {
  return [columnName(column), ...(per === undefined ? [] : [columnName(per)])];
}

async function sample(table: PairedTable, quantity: ColumnQuantity): Promise<Sample> {
  const rows = await table.rowsOf(columnsOf(quantity).map((column) => ({ side: 'candidate', column })));
  const [values, per] = rows.columns;
  const design = { weights: rows.weight, clusters: rows.cluster?.codes };
  return { values: numbersOf(values), per: per && numbersOf(per), design };
}

/** The value of one side, and its bounds. */
function valueEffects(
  name: string,
  { statistic, range }: ColumnQuantity,
  { values, per, design }: Sample,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
): Measured {
  const rows = { candidate: values, champion: undefined, design };
  switch (statistic) {
    case 'mean':
      return columnMeanEffects(name, rows, bounds, plan, range);
    case 'rate':
      return rateEffects(name, rows, bounds, plan);
    case 'ratio':
      return totalsEffects(
        name,
        { candidate: { columns: ratioColumns(values, per), value: quotient }, champion: undefined, design },
        bounds,
        plan,
      );
    default:
      return rowQuantileEffects(name, rows, quantileOf(statistic), bounds, plan);
  }
}

/** candidate − factor × champion of two independent samples. */
function differenceEffect(
  { statistic, range }: ColumnQuantity,
  candidate: Sample,
  champion: Sample,
  factor: number,
  plan: ResamplingPlan,
): Effect {
  switch (statistic) {
    case 'rate':
      return factor === 1
        ? rateDifference(candidate, champion, plan)
        : guardedDifference(candidate, champion, factor, plan, [0, 1]);
    case 'mean':
      return guardedDifference(candidate, champion, factor, plan, range);
    case 'ratio':
      return ratioDifference(candidate, champion, factor, plan);
    default:
      return quantileDifference(quantileOf(statistic), candidate, champion, factor, plan);
  }
}

function rateDifference(candidate: Sample, champion: Sample, plan: ResamplingPlan): Effect {
  const designed = [candidate, champion].some(
    ({ design }) => design.weights !== undefined || design.clusters !== undefined,
  );
  if (designed) return meanDifference(candidate, champion, 1, plan);
  const { confidence: level } = plan;
  const counts = {
    candidateSuccesses: successes(candidate),
    candidateTrials: candidate.values.length,
    championSuccesses: successes(champion),
    championTrials: champion.values.length,
  };
  const interval: Interval = { ...miettinenNurminenInterval(counts, level), level, method: 'miettinen-nurminen' };
  const variance = [candidate, champion].reduce((sum, { values, design }) => {
    const rate = weightedMeanOf(values, design);
    return sum + (rate * (1 - rate)) / values.length;
  }, 0);
  const estimate =
    weightedMeanOf(candidate.values, candidate.design) - weightedMeanOf(champion.values, champion.design);
  return { kind: 'interval', estimate, interval, standardError: Math.sqrt(variance) };
}

function successes({ values }: Sample): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** With what one more row of the candidate at an edge of the range would make of it: a rare drop may not have been seen. */
function guardedDifference(
  candidate: Sample,
  champion: Sample,
  factor: number,
  plan: ResamplingPlan,
  range: ColumnQuantity['range'],
): Effect {
  const effect = meanDifference(candidate, champion, factor, plan);
  if (range === undefined || effect.kind !== 'interval') return effect;
  const [worst, best] = range.map((edge) => {
    const values = new Float64Array(candidate.values.length + 1).fill(edge);
    values.set(candidate.values);
    return meanDifference({ ...candidate, values }, champion, factor, plan);
  });
  if (worst?.kind !== 'interval' || best?.kind !== 'interval') return effect;
  return { ...effect, guarded: { lower: worst.interval.lower, upper: best.interval.upper } };
}

function meanDifference(
  candidate: Sample,
  champion: Sample,
  factor: number,
  { confidence: level }: ResamplingPlan,
): Effect {
  const found = unpairedMean({ candidate, champion, level, factor });
  if (found.kind === 'degenerate') {
    const reason = found.reason === 'zero-variance' ? 'degenerate-variance' : 'too-few-rows';
    const note =
      found.reason === 'zero-variance'
        ? 'all rows of both sides are alike, so nothing says how other rows would be'
        : found.reason === 'single-row'
          ? 'one row has no spread'
          : 'fewer than 10 clusters on a side';
    return { kind: 'undecidable', estimate: found.estimate, reason, note };
  }
  const interval: Interval = { ...found.interval, level, method: 'welch' };
  return { kind: 'interval', estimate: found.estimate, interval, standardError: found.standardError };
}

function quantileDifference(
  probability: number,
  candidate: Sample,
  champion: Sample,
  factor: number,
  { confidence: level, replicates, seed }: ResamplingPlan,
): Effect {
  const found = unpairedQuantileBootstrap({
    candidate,
    champion,
    probability,
    factors: [factor],
    replicates,
    seed,
    level,
  });
  const of = ({ values, design }: Sample) => designedQuantile({ values, design, probability });
  if (found.kind === 'degenerate') {
    const note = 'fewer than 10 clusters on a side';
    return { kind: 'undecidable', estimate: of(candidate) - factor * of(champion), reason: 'too-few-rows', note };
  }
  const [contrast] = found.contrasts;
  if (contrast === undefined) throw new Error('one factor gives one contrast');
  if (contrast.kind === 'degenerate') return degenerate(contrast);
  const interval: Interval = { ...contrast.interval, level, method: 'percentile' };
  return { kind: 'interval', estimate: contrast.point, interval, standardError: contrast.standardError };
}

function ratioDifference(candidate: Sample, champion: Sample, factor: number, plan: ResamplingPlan): Effect {
  const { confidence: level, replicates, seed } = plan;
  const totals = ({ values, per, design }: Sample): UnitTotals =>
    unitTotalsOfColumns({ columns: ratioColumns(values, per), design, seed });
  const found = independentTotalsBootstrap({
    candidate: totals(candidate),
    champion: totals(champion),
    statistics: [(own, theirs) => quotient(own) - factor * quotient(theirs)],
    replicates,
    seed,
    level,
  });
  if (found.kind === 'degenerate') {
    const note = 'fewer than 10 clusters on a side';
    return { kind: 'undecidable', estimate: undefined, reason: 'too-few-rows', note };
  }
  const [only] = found.statistics;
  if (only === undefined) throw new Error('one statistic gives one estimate');
  return resampledEffect(only, plan, () => undefined);
}

function ratioColumns(values: Float64Array, per: Float64Array | undefined): readonly Float64Array[] {
  if (per === undefined) throw new Error('a ratio was planned without what divides');
  return [values, per];
}

function undividable(): never {
  throw new Error('independent samples have no examples to divide');
}
