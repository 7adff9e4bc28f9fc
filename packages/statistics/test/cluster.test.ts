import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cellBootstrap,
  clusterBootstrap,
  clusteredMean,
  clusteredMeanNonInferiorityP,
  clusteredRareDropBound,
  clusterMeanBootstrap,
  clusterTotals,
  momentsOf,
  pairedMean,
  Random,
  rareDropBound,
} from '../src/index.ts';

const seed = '0123456789abcdef';
const values = [
  2.04, 2.516, 2.025, -2.193, 0.603, 0.144, 1.097, 2.215, 1.999, 1.928, 0.546, 1.064, -0.206, 0.368, -0.893, 0.188,
  -0.371, -0.704, -1.193, -1.576, 0.142, -0.142, 1.428, 1.094, -2.624, -2.871, -1.157, -0.969, -0.333, -0.329,
];
const clusters = [0, 0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 11];

function intervalOf(got: ReturnType<typeof clusteredMean>) {
  if (got.kind !== 'interval') throw new Error(got.reason);
  return got;
}

test('standard error and interval as statsmodels 0.15.0 (OLS, cov_type="cluster", use_t)', () => {
  const got = intervalOf(clusteredMean(clusterTotals(values, clusters), 0.95));
  expect(got).toMatchObject({ clusters: 12, degreesOfFreedom: 11 });
  expect(got.estimate).toBeCloseTo(0.12786667, 8);
  expect(got.standardError).toBeCloseTo(0.40268609, 8);
  expect(got.p).toBeCloseTo(0.7567842, 7);
  expect(got.interval.lower).toBeCloseTo(-0.75843945, 8);
  expect(got.interval.upper).toBeCloseTo(1.01417278, 8);
});

test('clusters of one row are independent rows', () => {
  const single = clusterTotals(
    values,
    values.map((_, i) => i),
  );
  const { interval, standardError } = intervalOf(clusteredMean(single, 0.95));
  const independent = pairedMean(momentsOf(values), 0.95);
  if (independent.kind !== 'interval') throw new Error('degenerate');
  expect(standardError).toBeCloseTo(independent.standardError, 14);
  expect(interval.lower).toBeCloseTo(independent.interval.lower, 12);
  expect(clusteredRareDropBound(single, 2, 0.9)).toBeCloseTo(rareDropBound(momentsOf(values), 2, 0.9), 12);
});

test('rows copied within their cluster add nothing', () => {
  const once = intervalOf(clusteredMean(clusterTotals(values, clusters), 0.95));
  const thrice = intervalOf(
    clusteredMean(clusterTotals([...values, ...values, ...values], [...clusters, ...clusters, ...clusters]), 0.95),
  );
  expect(thrice.standardError).toBeCloseTo(once.standardError, 13);
});

test('test and interval agree; negated differences mirror', () => {
  const totals = fc
    .array(fc.record({ count: fc.integer({ min: 1, max: 9 }), sum: fc.double({ min: -5, max: 5, noNaN: true }) }), {
      minLength: 10,
      maxLength: 40,
    })
    .map((all) => ({ counts: all.map(({ count }) => count), sums: all.map(({ sum }) => sum) }));
  fc.assert(
    fc.property(totals, fc.double({ min: 0, max: 1, noNaN: true }), (at, margin) => {
      const got = clusteredMean(at, 0.9);
      fc.pre(got.kind === 'interval' && Math.abs(got.interval.lower + margin) > 1e-10);
      const { interval, standardError, estimate, degreesOfFreedom } = intervalOf(got);
      expect(clusteredMeanNonInferiorityP({ estimate, standardError, degreesOfFreedom }, margin) < 0.05).toBe(
        interval.lower > -margin,
      );
      const mirrored = intervalOf(clusteredMean({ ...at, sums: at.sums.map((sum) => -sum) }, 0.9));
      expect(mirrored.interval.lower).toBeCloseTo(-interval.upper, 11);
    }),
  );
});

test('type I error with rows that depend on each other: clustered holds, independent does not', () => {
  const random = new Random('00000000000000c1');
  const sims = 800;
  let clustered = 0;
  let independent = 0;
  for (let sim = 0; sim < sims; sim++) {
    const rows: number[] = [];
    const of: number[] = [];
    for (let g = 0; g < 30; g++) {
      const shared = random.uniform() - 0.5;
      for (let i = 0; i < 6; i++) {
        rows.push(shared + 0.6 * (random.uniform() - 0.5));
        of.push(g);
      }
    }
    if (intervalOf(clusteredMean(clusterTotals(rows, of), 0.95)).p < 0.05) clustered++;
    const naive = pairedMean(momentsOf(rows), 0.95);
    if (naive.kind === 'interval' && naive.p < 0.05) independent++;
  }
  expect(clustered / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(independent / sims).toBeGreaterThan(0.25);
});

test('degenerate: nine clusters, and clusters without any variance', () => {
  const nine = { counts: new Array(9).fill(2), sums: new Array(9).fill(0.5) };
  expect(clusteredMean(nine, 0.95)).toEqual({
    kind: 'degenerate',
    reason: 'too-few-clusters',
    estimate: 0.25,
    clusters: 9,
  });
  const equal = { counts: new Array(12).fill(3), sums: new Array(12).fill(0.3) };
  expect(clusteredMean(equal, 0.95)).toMatchObject({ kind: 'degenerate', reason: 'zero-variance', clusters: 12 });
  expect(clusteredRareDropBound(equal, 1, 0.95)).toBeLessThan(0);
  expect(() => clusteredRareDropBound({ counts: [1], sums: [0] }, 1, 0.95)).toThrow(
    new RangeError('clusters must be an integer of at least 9, got 1'),
  );
  expect(() => clusterTotals([1, 2], [0])).toThrow(
    new RangeError('values and clusters must be of equal length, got 2 and 1'),
  );
  expect(() => clusteredMean({ counts: [1, 0], sums: [1, 0] }, 0.95)).toThrow(
    new RangeError('counts[1] must be an integer of at least 1, got 0'),
  );
});

/** Share of rows in cell 1, as accuracy over two cells. */
const accuracy = (counts: Float64Array): number => (counts[1] ?? 0) / ((counts[0] ?? 0) + (counts[1] ?? 0));
const options = { statistics: [accuracy], replicates: 1999, seed, level: 0.95 };

const total = (cluster: readonly number[]): number => cluster.reduce((sum, cell) => sum + cell, 0);

/** Clusters given as rows (cell numbers) a cluster. */
function cellsOf(rows: readonly (readonly number[])[]) {
  const starts = [0];
  const cellOf: number[] = [];
  const counts: number[] = [];
  for (const cluster of rows) {
    for (const cell of new Set(cluster)) {
      cellOf.push(cell);
      counts.push(cluster.filter((other) => other === cell).length);
    }
    starts.push(cellOf.length);
  }
  return { cells: 2, starts, cellOf, counts };
}

test('one row a cluster is the bootstrap of cells, draw for draw', () => {
  const rows = [...new Array(30).fill([0]), ...new Array(170).fill([1])];
  const got = clusterBootstrap({ ...options, clusters: cellsOf(rows) });
  const want = cellBootstrap({ ...options, counts: [30, 170] });
  expect(got).toEqual({ kind: 'estimates', clusters: 200, ...want });
});

test('metrics of clusters: standard error of the mean of cells, shuffled clusters alike', () => {
  const random = new Random('00000000000000c2');
  const rows = Array.from({ length: 60 }, () => {
    const share = random.uniform();
    return Array.from({ length: 1 + random.integer(8) }, (): number => (random.uniform() < share ? 1 : 0));
  });
  const got = clusterBootstrap({ ...options, replicates: 9999, clusters: cellsOf(rows) });
  if (got.kind !== 'estimates' || got.statistics[0]?.kind !== 'interval') throw new Error('degenerate');
  const sandwich = intervalOf(
    clusteredMean({ counts: rows.map((cluster) => cluster.length), sums: rows.map((c) => total(c)) }, 0.95),
  );
  expect(got.statistics[0].point).toBeCloseTo(sandwich.estimate, 14);
  expect(got.statistics[0].standardError / sandwich.standardError).toBeGreaterThan(0.95);
  expect(got.statistics[0].standardError / sandwich.standardError).toBeLessThan(1.05);
  const turned = rows.toReversed().map((cluster) => cluster.toReversed());
  expect(clusterBootstrap({ ...options, replicates: 9999, clusters: cellsOf(turned) })).toEqual(got);

  const totals = { counts: rows.map((c) => c.length), sums: rows.map((c) => total(c)) };
  const mean = clusterMeanBootstrap({ totals, replicates: 9999, seed, level: 0.95 });
  if (mean.kind !== 'interval') throw new Error(mean.reason);
  expect(mean.acceleration).toBeCloseTo(got.statistics[0].acceleration, 12);
  expect(Math.abs(mean.interval.lower - got.statistics[0].interval.lower)).toBeLessThan(0.15 * mean.standardError);
  expect(Math.abs(mean.interval.upper - got.statistics[0].interval.upper)).toBeLessThan(0.15 * mean.standardError);
});

test('resampling of fewer than ten clusters is refused by its result, wrong cells by an error', () => {
  const nine = cellsOf(new Array(9).fill([0, 1]));
  expect(clusterBootstrap({ ...options, clusters: nine })).toEqual({
    kind: 'degenerate',
    reason: 'too-few-clusters',
    clusters: 9,
  });
  const totals = { counts: new Array(9).fill(2), sums: new Array(9).fill(1) };
  expect(clusterMeanBootstrap({ totals, replicates: 99, seed, level: 0.95 })).toEqual({
    kind: 'degenerate',
    reason: 'too-few-clusters',
    point: 0.5,
  });
  expect(() => clusterBootstrap({ ...options, clusters: { ...nine, cells: 1 } })).toThrow(
    new RangeError('cellOf[1] must be below 1, the number of cells, got 1'),
  );
  const alike = clusterBootstrap({ ...options, clusters: cellsOf(new Array(12).fill([0, 1])) });
  expect(alike).toMatchObject({ statistics: [{ kind: 'degenerate', reason: 'constant-replicates' }] });
});
