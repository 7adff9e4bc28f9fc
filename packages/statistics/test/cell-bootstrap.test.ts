import { expect, test } from 'vitest';
import { cellBootstrap, Random, rowBootstrap, tangoInterval } from '../src/index.ts';

const seed = '0123456789abcdef';
/** Cells in the order label × 4 + champion × 2 + candidate. */
const counts = [600, 20, 15, 65, 50, 25, 20, 205];

/** F1 of the model whose prediction is this bit of the cell's number. */
function f1(bit: 0 | 1): (counts: Float64Array) => number {
  return (at) => {
    let hits = 0;
    let misses = 0;
    for (const [cell, count] of at.entries()) {
      const label = cell >> 2;
      const predicted = (cell >> bit) & 1;
      if (label === 1 && predicted === 1) hits += count;
      else if (label !== predicted) misses += count;
    }
    return hits + misses === 0 ? Number.NaN : (2 * hits) / (2 * hits + misses);
  };
}

const f1Difference = { statistics: [f1(1), f1(0)], contrasts: [[-1, 1]], replicates: 9999, seed, level: 0.95 };

function intervalOf(estimate: ReturnType<typeof cellBootstrap>['statistics'][number] | undefined) {
  if (estimate?.kind !== 'interval') throw new Error(estimate?.reason ?? 'no estimate');
  return estimate;
}

test('F1 of both models and their difference, as scipy.stats.bootstrap has them', () => {
  const got = cellBootstrap({ ...f1Difference, counts });
  // scipy 1.17.1: bootstrap((label, champion, candidate), paired=True, method='BCa', n_resamples=9999), mean of six seeds
  const want = { point: 0.0041658267822347606, lower: -0.02623, upper: 0.03503 };
  const width = want.upper - want.lower;
  const difference = intervalOf(got.contrasts[0]);
  expect(difference.point).toBeCloseTo(want.point, 12);
  expect(Math.abs(difference.interval.lower - want.lower)).toBeLessThan(0.04 * width);
  expect(Math.abs(difference.interval.upper - want.upper)).toBeLessThan(0.04 * width);
  expect(intervalOf(got.statistics[0]).point).toBeCloseTo(0.743801652892562, 14);
});

test('all estimates come from one set of replicates', () => {
  const got = cellBootstrap({
    ...f1Difference,
    counts,
    contrasts: [
      [0, 1],
      [-1.05, 1],
    ],
  });
  expect(got.contrasts[0]).toEqual(got.statistics[1]);
  const apart = cellBootstrap({
    ...f1Difference,
    counts,
    statistics: [(at) => f1(0)(at) - 1.05 * f1(1)(at)],
    contrasts: [],
  });
  const together = intervalOf(got.contrasts[1]);
  expect(intervalOf(apart.statistics[0]).interval.lower).toBeCloseTo(together.interval.lower, 12);
  expect(intervalOf(apart.statistics[0]).acceleration).toBeCloseTo(together.acceleration, 12);
});

test('the jackknife over cells is the jackknife over rows', () => {
  const small = [12, 3, 1, 0, 4, 2, 3, 9];
  const rows = Float64Array.from(small.flatMap((count, cell) => new Array<number>(count).fill(cell)));
  const byCell = cellBootstrap({ ...f1Difference, counts: small });
  const byRow = rowBootstrap({
    columns: [rows],
    statistic: ([cells]) => {
      const at = new Float64Array(8);
      for (const cell of cells ?? []) at[cell] = (at[cell] ?? 0) + 1;
      return f1(0)(at) - f1(1)(at);
    },
    replicates: 9999,
    seed,
    level: 0.95,
  });
  const cells = intervalOf(byCell.contrasts[0]);
  const plain = intervalOf(byRow);
  expect(cells.point).toBeCloseTo(plain.point, 14);
  expect(cells.acceleration).toBeCloseTo(plain.acceleration, 12);
  const width = plain.interval.upper - plain.interval.lower;
  expect(Math.abs(cells.interval.lower - plain.interval.lower)).toBeLessThan(0.05 * width);
  expect(Math.abs(cells.interval.upper - plain.interval.upper)).toBeLessThan(0.05 * width);
  expect(cells.standardError / plain.standardError).toBeCloseTo(1, 1);
});

test('on accuracy it comes near Tango’s interval', () => {
  const accuracy = cellBootstrap({
    counts: [40, 55, 905],
    statistics: [([wins = 0, losses = 0]) => (wins - losses) / 1000],
    replicates: 9999,
    seed,
    level: 0.95,
  });
  const tango = tangoInterval({ wins: 40, losses: 55, examples: 1000 }, 0.95);
  const { interval } = intervalOf(accuracy.statistics[0]);
  expect(Math.abs(interval.lower - tango.lower)).toBeLessThan(0.001);
  expect(Math.abs(interval.upper - tango.upper)).toBeLessThan(0.001);
});

test('swapping the models mirrors the interval up to the last bits of the sums', () => {
  const straight = intervalOf(cellBootstrap({ ...f1Difference, counts }).contrasts[0]);
  const mirrored = intervalOf(cellBootstrap({ ...f1Difference, counts, contrasts: [[1, -1]] }).contrasts[0]);
  expect(mirrored.interval.lower).toBeCloseTo(-straight.interval.upper, 12);
  expect(mirrored.interval.upper).toBeCloseTo(-straight.interval.lower, 12);
});

test('a seed repeats exactly; another one stays near', () => {
  const first = cellBootstrap({ ...f1Difference, counts });
  expect(cellBootstrap({ ...f1Difference, counts: Uint32Array.from(counts) })).toEqual(first);
  const other = cellBootstrap({ ...f1Difference, counts, seed: 'fedcba9876543210' });
  expect(other).not.toEqual(first);
  const width = intervalOf(first.contrasts[0]).interval.upper - intervalOf(first.contrasts[0]).interval.lower;
  expect(
    Math.abs(intervalOf(other.contrasts[0]).interval.lower - intervalOf(first.contrasts[0]).interval.lower),
  ).toBeLessThan(0.05 * width);
});

test('ten times the rows narrow the interval by √10, at the same cost', () => {
  const once = intervalOf(cellBootstrap({ ...f1Difference, counts }).contrasts[0]);
  const tenfold = intervalOf(cellBootstrap({ ...f1Difference, counts: counts.map((n) => n * 10_000) }).contrasts[0]);
  expect(once.standardError / tenfold.standardError / 100).toBeCloseTo(1, 1);
});

test('rows without a positive: undefined replicates are counted, and too many decide nothing', () => {
  const few = cellBootstrap({ ...f1Difference, counts: [95, 0, 0, 1, 0, 0, 0, 4] });
  const estimate = intervalOf(few.statistics[0]);
  expect(estimate.undefinedReplicates).toBeGreaterThan(30);
  expect(estimate.undefinedReplicates).toBeLessThan(100); // 9,999 × e⁻⁵ is 67
  const fewer = cellBootstrap({ ...f1Difference, counts: [98, 0, 0, 0, 0, 0, 1, 1] });
  expect(fewer.contrasts[0]).toMatchObject({ kind: 'degenerate', reason: 'undefined-replicates' });
  const none = cellBootstrap({ ...f1Difference, counts: [100, 0, 0, 0, 0, 0, 0, 0] });
  expect(none.contrasts[0]).toMatchObject({ kind: 'degenerate', reason: 'undefined-point', undefinedReplicates: 9999 });
});

test('equal models: the difference is constant and degenerate', () => {
  const got = cellBootstrap({ ...f1Difference, counts: [50, 0, 0, 7, 5, 0, 0, 38] });
  expect(got.contrasts[0]).toMatchObject({ kind: 'degenerate', reason: 'constant-replicates', point: 0 });
});

test('equal models computed in another order: still equal', () => {
  const share = (order: readonly number[]) => (at: Float64Array) =>
    order.reduce((sum, cell) => sum + (at[cell] ?? 0) / 100, 0);
  const got = cellBootstrap({
    counts: [31, 17, 29, 23],
    statistics: [share([0, 1, 2]), share([2, 1, 0])],
    contrasts: [[-1, 1]],
    replicates: 999,
    seed,
    level: 0.95,
  });
  expect(got.contrasts[0]).toMatchObject({ kind: 'degenerate', reason: 'constant-replicates', point: 0 });
});

test('the interval covers the true difference about as often as it says', () => {
  const truth = f1(0)(Float64Array.from(counts)) - f1(1)(Float64Array.from(counts));
  const world = new Random('00000000000000d4');
  const sample = new Float64Array(8);
  let below = 0;
  let above = 0;
  const trials = 500;
  for (let i = 0; i < trials; i++) {
    world.multinomial(counts, 1000, 400, sample);
    const seeded = i.toString(16).padStart(16, '0');
    const got = cellBootstrap({ ...f1Difference, counts: sample, replicates: 999, seed: seeded, level: 0.9 });
    const { interval } = intervalOf(got.contrasts[0]);
    if (truth < interval.lower) below++;
    if (truth > interval.upper) above++;
  }
  // nominal .05 a side; alpha + 3 standard errors of 500 trials is .079
  expect(below / trials).toBeLessThan(0.079);
  expect(above / trials).toBeLessThan(0.079);
  expect((below + above) / trials).toBeGreaterThan(0.06);
});

test('a thousand cells', () => {
  const matrix = new Float64Array(1000).map((_, i) => (i * 37) % 11);
  const got = cellBootstrap({
    counts: matrix,
    statistics: [(at) => at.reduce((sum, count, i) => sum + (i % 3 === 0 ? count : 0), 0)],
    replicates: 199,
    seed,
    level: 0.9,
  });
  expect(got.statistics[0]?.kind).toBe('interval');
});

test.each([
  [{ counts: [1, -1] }, 'counts[1] must be an integer of at least 0, got -1'],
  [{ counts: [1, 0.5] }, 'counts[1] must be an integer of at least 0, got 0.5'],
  [{ counts: [Number.NaN] }, 'counts[0] must be an integer of at least 0, got NaN'],
  [{ counts: [0, 0] }, 'sum of counts must be an integer of at least 1, got 0'],
  [{ counts, replicates: 0 }, 'replicates must be an integer of at least 1, got 0'],
  [{ counts, level: 1 }, 'level must lie strictly between 0 and 1, got 1'],
  [{ counts, seed: 'x' }, 'seed must be at least 16 hexadecimal digits, got "x"'],
  [{ counts, contrasts: [[1]] }, 'a contrast needs 2 finite weights, one for each statistic, got [1]'],
])('%j is refused', (changes, message) => {
  expect(() => cellBootstrap({ ...f1Difference, replicates: 99, ...changes })).toThrow(new RangeError(message));
});
