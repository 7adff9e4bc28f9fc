import { expect, test } from 'vitest';
import {
  type BootstrapEstimate,
  cellBootstrap,
  clusteredMean,
  clusterTotals,
  designedMean,
  Random,
  type RowDesign,
  totalsBootstrap,
  type UnitBootstrap,
  unitTotalsOfCells,
  unitTotalsOfColumns,
} from '../src/index.ts';
import { clusters, kindOf, turned, values, weights } from './designed-rows.ts';

const seed = '0123456789abcdef';
const options = { replicates: 9999, seed, level: 0.95 };
const estimates = (found: UnitBootstrap) => kindOf(found, 'estimates');
const interval = (estimate: BootstrapEstimate | undefined) => kindOf(estimate, 'interval');
const ratio = (totals: Float64Array): number => (totals[0] ?? 0) / (totals[1] ?? 0);
const ones = values.map(() => 1);

test('a ratio of weighted squares as scipy.stats.bootstrap has it', () => {
  const other = values.map((_, i) => 1.3 * (values[(i + 27) % 30] ?? 0) + 0.2);
  const columns = [values.map((value) => value ** 2), other.map((value) => value ** 2)];
  const totals = unitTotalsOfColumns({ columns, design: { weights }, seed });
  const got = interval(estimates(totalsBootstrap({ ...options, totals, statistics: [ratio] })).statistics[0]);
  // scipy 1.17.1: bootstrap((w, v, x), paired=True, method='BCa', n_resamples=9999), mean of six seeds
  expect(got.point).toBeCloseTo(0.5494139833156263, 12);
  expect(Math.abs(got.interval.lower - 0.25564)).toBeLessThan(0.02);
  expect(Math.abs(got.interval.upper - 1.05877)).toBeLessThan(0.035);
  expect(got.standardError / 0.2123).toBeCloseTo(1, 1);
});

test('rows in cells are the bootstrap of cells, draw for draw', () => {
  const counts = [30, 120, 0, 50];
  const cells = Uint32Array.from(counts.flatMap((count, cell) => new Array<number>(count).fill(cell)));
  const statistic = (at: Float64Array): number => (at[0] ?? 0) / ((at[0] ?? 0) + (at[1] ?? 0));
  const totals = unitTotalsOfCells({ cells: [cells], width: 4, design: {}, seed });
  expect(totals).toMatchObject({ units: 200, groups: 200, clustered: false });
  expect([...totals.multiplicities]).toEqual([30, 120, 50]);
  const got = totalsBootstrap({ ...options, totals, statistics: [statistic], contrasts: [[2]] });
  const want = cellBootstrap({ ...options, counts, statistics: [statistic], contrasts: [[2]] });
  expect(got).toEqual({ kind: 'estimates', units: 200, groups: 200, ...want });
});

test('rows of two models add to a cell of each, and equal units are one kind', () => {
  const champion = Uint32Array.of(0, 1, 0, 1, 1, 0);
  const candidate = Uint32Array.of(2, 3, 3, 3, 3, 2);
  const input = { cells: [champion, candidate], width: 4, seed };
  const rows = unitTotalsOfCells({ ...input, design: {} });
  expect(entries(rows)).toEqual(['2 × 0:1 2:1', '1 × 0:1 3:1', '3 × 1:1 3:1']);
  const design = { clusters: Uint32Array.of(0, 0, 1, 1, 2, 2), weights: Float64Array.of(1, 2, 1, 2, 2, 1) };
  const units = unitTotalsOfCells({ ...input, design });
  expect(units).toMatchObject({ units: 3, groups: 3, clustered: true });
  expect(entries(units).sort()).toEqual(['1 × 0:1 1:2 3:3', '2 × 0:1 1:2 2:1 3:2']);
});

test('rows of a cell twice in a row add twice', () => {
  const same = Uint32Array.of(1, 1);
  expect(entries(unitTotalsOfCells({ cells: [same, same], width: 2, design: {}, seed }))).toEqual(['2 × 1:2']);
});

test('a mean has the standard error of its sandwich, whatever the design', () => {
  for (const design of [{}, { weights }, { clusters }, { weights, clusters }] as const) {
    const totals = unitTotalsOfColumns({ columns: [values, ones], design, seed });
    const { units } = totals;
    const got = interval(estimates(totalsBootstrap({ ...options, totals, statistics: [ratio] })).statistics[0]);
    const mean = kindOf(designedMean({ values, design, level: 0.95 }), 'interval');
    expect(got.point).toBeCloseTo(mean.estimate, 14);
    // resampling has the divisor U, not U − 1, and few clusters of unequal size add a little
    expect(got.standardError / mean.standardError / Math.sqrt((units - 1) / units)).toBeGreaterThan(0.97);
    expect(got.standardError / mean.standardError / Math.sqrt((units - 1) / units)).toBeLessThan(1.07);
  }
});

test('order of rows and equal weights change nothing; clusters of one row are rows', () => {
  const run = (columns: readonly Float64Array[], design: RowDesign, mostUnits?: number) =>
    estimates(
      totalsBootstrap({
        ...options,
        totals: unitTotalsOfColumns({ columns, design, seed, mostUnits }),
        statistics: [ratio],
      }),
    );
  for (const mostUnits of [undefined, 8]) {
    const at = run([values, ones], {}, mostUnits);
    const other = run([turned(values), ones], { weights: values.map(() => 7) }, mostUnits);
    expect(interval(other.statistics[0]).interval.lower).toBeCloseTo(interval(at.statistics[0]).interval.lower, 10);
    const alone = run([values, ones], { clusters: Uint32Array.from(values, (_, i) => i) }, mostUnits);
    expect(alone).toEqual(at);
  }
  const drawn = run([values, ones], { weights, clusters });
  const names = turned(clusters).map((cluster) => (cluster + 5) % 12);
  const again = run([turned(values), ones], { weights: turned(weights), clusters: names });
  expect(interval(again.statistics[0]).interval.upper).toBeCloseTo(interval(drawn.statistics[0]).interval.upper, 10);
});

test('cells give what columns of indicators give', () => {
  const random = new Random('00000000000000d3');
  const rows = 400;
  const cells = Uint32Array.from({ length: rows }, () => random.integer(3));
  const design = {
    weights: Float64Array.from({ length: rows }, () => random.uniform()),
    clusters: Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / 8)),
  };
  const columns = [0, 1, 2].map((cell) => Float64Array.from(cells, (of) => (of === cell ? 1 : 0)));
  const share = (at: Float64Array): number => (at[1] ?? 0) / ((at[0] ?? 0) + (at[1] ?? 0) + (at[2] ?? 0));
  const statistics = [share];
  const byCell = totalsBootstrap({
    ...options,
    totals: unitTotalsOfCells({ cells: [cells], width: 3, design, seed }),
    statistics,
  });
  const byColumn = totalsBootstrap({ ...options, totals: unitTotalsOfColumns({ columns, design, seed }), statistics });
  const [one, other] = [interval(estimates(byCell).statistics[0]), interval(estimates(byColumn).statistics[0])];
  expect(one.point).toBeCloseTo(other.point, 12);
  expect(one.acceleration).toBeCloseTo(other.acceleration, 12);
  expect(one.standardError / other.standardError).toBeCloseTo(1, 1);
});

test('random groups keep the standard error and the acceleration of the rows', () => {
  const random = new Random('00000000000000d4');
  const rows = 20_000;
  const skewed = Float64Array.from({ length: rows }, () => -Math.log(random.uniform() + 2 ** -54));
  const columns = [skewed, skewed.map(() => 1)];
  const totals = unitTotalsOfColumns({ columns, design: {}, seed });
  expect(totals).toMatchObject({ units: rows, groups: 4096 });
  expect([...sums(totals)]).toEqual([
    expect.closeTo(
      skewed.reduce((a, b) => a + b, 0),
      6,
    ),
    rows,
  ]);
  const got = interval(
    estimates(totalsBootstrap({ ...options, replicates: 1999, totals, statistics: [ratio] })).statistics[0],
  );
  const mean = kindOf(designedMean({ values: skewed, design: {}, level: 0.95 }), 'interval');
  expect(got.standardError / mean.standardError).toBeGreaterThan(0.93);
  expect(got.standardError / mean.standardError).toBeLessThan(1.07);
  // skewness 2 of the rows: a = skewness/(6 √n), known from 4,096 groups within √6/(6 · 4,096)
  expect(Math.abs(got.acceleration - 2 / (6 * Math.sqrt(rows)))).toBeLessThan((4 * Math.sqrt(6)) / (6 * 4096));
});

test('distinct units are merged, fewer groups where they fill many cells; few kinds are not', () => {
  const random = new Random('00000000000000d5');
  const rows = 100_000;
  const cells = Uint32Array.from({ length: rows }, () => random.integer(4));
  const distinct = { weights: Float64Array.from({ length: rows }, () => random.uniform() + 0.1) };
  const merged = unitTotalsOfCells({ cells: [cells], width: 4, design: distinct, seed });
  expect(merged).toMatchObject({ units: rows, groups: 4096 });
  const two = { weights: Float64Array.from(cells, (_, row) => 1 + (row % 2)) };
  const few = unitTotalsOfCells({ cells: [cells], width: 4, design: two, seed });
  expect(few.groups).toBe(rows);
  expect(few.multiplicities.length).toBe(8);
  const wide = Uint32Array.from({ length: rows }, () => random.integer(2500));
  const pairs = unitTotalsOfCells({
    cells: [wide, wide.map((cell) => cell + 2500)],
    width: 5000,
    design: distinct,
    seed,
  });
  expect(pairs.groups).toBeLessThan(4096);
  expect(pairs.groups).toBeGreaterThanOrEqual(256);
  expect(sums(pairs).reduce((a, b) => a + b, 0)).toBeCloseTo(2 * distinct.weights.reduce((a, b) => a + b, 0), 5);
});

test('without the only positive nothing is left, not rounding', () => {
  const positive = Float64Array.of(0.1, ...new Array<number>(19).fill(0));
  const design = { weights: Float64Array.from(positive, (_, i) => 0.7 + i / 10) };
  const negative = positive.map((value) => 0.3 - value);
  const seen: number[] = [];
  totalsBootstrap({
    ...options,
    replicates: 99,
    totals: unitTotalsOfColumns({ columns: [positive, negative], design, seed }),
    statistics: [
      (at) => {
        seen.push(at[0] ?? 0);
        return ratio(at);
      },
    ],
  });
  expect(seen.filter((value) => value !== 0 && Math.abs(value) < 0.01)).toEqual([]);
});

test('fewer than ten clusters are refused by the result, with the points', () => {
  const nine = { clusters: clusters.map((cluster) => cluster % 9) };
  const totals = unitTotalsOfColumns({ columns: [values, ones], design: nine, seed });
  const { estimate } = clusteredMean(clusterTotals(values, nine.clusters), 0.95);
  expect(totalsBootstrap({ ...options, totals, statistics: [ratio, () => Number.NaN], contrasts: [[2, 0]] })).toEqual({
    kind: 'degenerate',
    reason: 'too-few-clusters',
    units: 9,
    points: { statistics: [expect.closeTo(estimate, 14), Number.NaN], contrasts: [expect.closeTo(2 * estimate, 14)] },
  });
});

test('wrong totals are named', () => {
  const short = values.slice(1);
  expect(() => unitTotalsOfColumns({ columns: [values, short], design: {}, seed })).toThrow(
    new RangeError('columns must be of equal length, got 30, 29'),
  );
  expect(() => unitTotalsOfColumns({ columns: [], design: {}, seed })).toThrow(
    new RangeError('number of columns must be an integer of at least 1, got 0'),
  );
  expect(() => unitTotalsOfCells({ cells: [clusters], width: 11, design: {}, seed })).toThrow(
    new RangeError('cells[0][27] must be below 11, the number of cells, got 11'),
  );
  const totals = unitTotalsOfColumns({ columns: [values], design: {}, seed });
  expect(() => totalsBootstrap({ ...options, totals, statistics: [ratio], contrasts: [[1, 2]] })).toThrow(
    new RangeError('a contrast needs 1 finite weights, one for each statistic, got [1, 2]'),
  );
});

interface Kinds {
  readonly width: number;
  readonly starts: Uint32Array;
  readonly columnOf: Uint32Array;
  readonly amounts: Float64Array;
  readonly multiplicities: Float64Array;
}

function entries({ starts, columnOf, amounts, multiplicities }: Kinds): string[] {
  return Array.from(multiplicities, (times, kind) => {
    const from = starts[kind] ?? 0;
    const cells = [...columnOf.subarray(from, starts[kind + 1])].map((cell, i) => `${cell}:${amounts[from + i]}`);
    return `${times} × ${cells.join(' ')}`;
  });
}

function sums({ width, starts, columnOf, amounts, multiplicities }: Kinds): Float64Array {
  const into = new Float64Array(width);
  for (const [kind, times] of multiplicities.entries()) {
    for (let at = starts[kind] ?? 0; at < (starts[kind + 1] ?? 0); at++) {
      const column = columnOf[at] ?? 0;
      into[column] = (into[column] ?? 0) + times * (amounts[at] ?? 0);
    }
  }
  return into;
}
