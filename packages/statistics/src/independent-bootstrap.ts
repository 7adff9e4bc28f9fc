import { requireCount } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { type BootstrapEstimates, combine, contrastEstimates, requireWeights } from './contrast.ts';
import { Random, streamSeed } from './random.ts';
import type { UnitBootstrap } from './totals-bootstrap.ts';
import { pointTotals, totalsDrawer, withoutOneUnit } from './totals-resample.ts';
import type { UnitTotals } from './unit-totals.ts';

export interface IndependentTotalsInput extends Resampling {
  /** Totals of two samples that share no rows, from `unitTotalsOfColumns` or `unitTotalsOfCells`. */
  readonly candidate: UnitTotals;
  readonly champion: UnitTotals;
  /** Functions of both sides' totals; NaN means "no value here". They must neither keep nor change the arrays. */
  readonly statistics: readonly ((candidate: Float64Array, champion: Float64Array) => number)[];
  /** Linear combinations of the statistics, one weight each: [-1, 1] is a difference. */
  readonly contrasts?: readonly (readonly number[])[];
}

/**
 * Bootstrap of statistics of two samples that share no rows, each resampled alone.
 *
 * @returns `units` and `groups` of the smaller side; `degenerate` when either side has clusters, but fewer than ten
 * @throws RangeError when replicates, seed, level or the length of a contrast are wrong
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, 8.3; acceleration of two samples: Davison and
 * Hinkley (1997), 5.3.2.
 */
export function independentTotalsBootstrap(input: IndependentTotalsInput): UnitBootstrap {
  const { candidate, champion, statistics, contrasts = [], replicates, method = 'bca', level } = input;
  requireCount('replicates', replicates, 1);
  for (const weights of contrasts) requireWeights(weights, statistics.length);
  const after = pointTotals(candidate);
  const before = pointTotals(champion);
  const points = statistics.map((statistic) => statistic(after, before));
  const units = Math.min(candidate.units, champion.units);
  if ([candidate, champion].some((side) => side.clustered && side.units < LEAST_CLUSTERS)) {
    const combined = contrasts.map((weights) => combine(points, weights));
    return {
      kind: 'degenerate',
      reason: 'too-few-clusters',
      units,
      points: { statistics: points, contrasts: combined },
    };
  }

  const drawAfter = totalsDrawer(candidate, new Random(streamSeed(input.seed, 0)));
  const drawBefore = totalsDrawer(champion, new Random(streamSeed(input.seed, 1)));
  const columns = statistics.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const [one, other] = [drawAfter(), drawBefore()];
    for (const [i, column] of columns.entries()) column[replicate] = statistics[i]?.(one, other) ?? Number.NaN;
  }
  const jackknife =
    method === 'bca'
      ? joined(
          influencesOf(
            candidate,
            statistics.map((statistic) => (totals: Float64Array) => statistic(totals, before)),
          ),
          influencesOf(
            champion,
            statistics.map((statistic) => (totals: Float64Array) => statistic(after, totals)),
          ),
        )
      : undefined;
  const groups = Math.min(candidate.groups, champion.groups);
  return {
    kind: 'estimates',
    units,
    groups,
    ...contrastEstimates({ points, columns, jackknife, contrasts, level, method }),
  };
}

export interface IndependentCellsInput extends Omit<IndependentTotalsInput, 'candidate' | 'champion'> {
  /** Rows by cell of either side; integers, sum > 0. */
  readonly candidate: ArrayLike<number>;
  readonly champion: ArrayLike<number>;
}

/**
 * As `independentTotalsBootstrap`, of independent rows that were counted by cell, such as (label, prediction): the cost
 * does not grow with the rows.
 *
 * @throws RangeError as `cellBootstrap`
 */
export function independentCellsBootstrap(input: IndependentCellsInput): BootstrapEstimates {
  const found = independentTotalsBootstrap({
    ...input,
    candidate: totalsOfCounts('candidate', input.candidate),
    champion: totalsOfCounts('champion', input.champion),
  });
  if (found.kind === 'degenerate') throw new Error('counted rows have no clusters');
  return { statistics: found.statistics, contrasts: found.contrasts };
}

interface Jackknife {
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
}

/** Of one sample: the jackknife about its mean, scaled to the influence of a unit on the statistic. */
function influencesOf(side: UnitTotals, statistics: readonly ((totals: Float64Array) => number)[]): Jackknife {
  const { groups, multiplicities } = side;
  const columns = withoutOneUnit(side, pointTotals(side), statistics).map((values) => {
    let sum = 0;
    let count = 0;
    for (let kind = 0; kind < values.length; kind++) {
      const value = values[kind] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value * (multiplicities[kind] ?? 0);
      count += multiplicities[kind] ?? 0;
    }
    return values.map((value) => ((value - sum / count) * (groups - 1)) / groups);
  });
  return { columns, weights: multiplicities };
}

/** Both samples' influences are centred, so that their mean over both is 0 and cubes and squares add up. */
function joined(candidate: Jackknife, champion: Jackknife): Jackknife {
  return {
    columns: candidate.columns.map((column, i) => concatenated(column, champion.columns[i] ?? new Float64Array())),
    weights: concatenated(candidate.weights, champion.weights),
  };
}

function concatenated(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function totalsOfCounts(name: string, counts: ArrayLike<number>): UnitTotals {
  const cells: number[] = [];
  let rows = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] ?? Number.NaN;
    requireCount(`${name}[${cell}]`, count);
    if (count > 0) cells.push(cell);
    rows += count;
  }
  requireCount(`sum of ${name}`, rows, 1);
  return {
    width: counts.length,
    starts: Uint32Array.from({ length: cells.length + 1 }, (_, kind) => kind),
    columnOf: Uint32Array.from(cells),
    amounts: new Float64Array(cells.length).fill(1),
    multiplicities: Float64Array.from(cells, (cell) => counts[cell] ?? 0),
    units: rows,
    groups: rows,
    clustered: false,
  };
}
