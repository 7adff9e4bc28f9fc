import { expect, test } from 'vitest';
import { quantileDifferenceBootstrap, quantileOfSorted, Random, rowBootstrap } from '../src/index.ts';
import { jointCells } from '../src/joint-cells.ts';
import { quantilePosition } from '../src/quantile.ts';
import { resampledQuantiles } from '../src/quantile-resample.ts';
import { quantileWindow } from '../src/quantile-window.ts';

const seed = '0123456789abcdef';

/** Latencies of two models on the same requests: skewed, and correlated by `shared`. */
function latencies(rows: number, shared: number, round = false) {
  const random = new Random('00000000000000e5');
  const draw = (): number => -20 * Math.log(1 - random.uniform());
  const champion = new Float64Array(rows);
  const candidate = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = draw();
    const a = shared * common + (1 - shared) * draw();
    const b = shared * common + (1 - shared) * draw() + 0.5;
    champion[i] = round ? Math.round(a) : a;
    candidate[i] = round ? Math.round(b) : b;
  }
  return { champion, candidate };
}

function quantile(column: Float64Array | undefined, probability: number): number {
  return quantileOfSorted((column ?? new Float64Array(0)).slice().sort(), probability);
}

function intervalOf(estimate: ReturnType<typeof quantileDifferenceBootstrap>['contrasts'][number] | undefined) {
  if (estimate?.kind !== 'interval') throw new Error(estimate?.reason ?? 'no estimate');
  return estimate;
}

test('four rows: the joint distribution is that of all 256 resamples', () => {
  const champion = Float64Array.from([3, 1, 4, 1]);
  const candidate = Float64Array.from([2, 7, 1, 8]);
  const position = quantilePosition(4, 0.4);
  const key = (x: number, y: number): string => `${x.toFixed(6)} ${y.toFixed(6)}`;
  const expected = new Map<string, number>();
  for (let i = 0; i < 256; i++) {
    const picks = [i % 4, (i >> 2) % 4, (i >> 4) % 4, i >> 6];
    const x = quantile(
      Float64Array.from(picks, (pick) => champion[pick] ?? Number.NaN),
      0.4,
    );
    const y = quantile(
      Float64Array.from(picks, (pick) => candidate[pick] ?? Number.NaN),
      0.4,
    );
    expected.set(key(x, y), (expected.get(key(x, y)) ?? 0) + 1 / 256);
  }
  const windows = [quantileWindow(champion, 0.4, 20), quantileWindow(candidate, 0.4, 20)] as const;
  const joint = jointCells(champion, windows[0], candidate, windows[1]);
  const draws = 200_000;
  const got = resampledQuantiles(joint, windows, position, draws, new Random(seed));
  const observed = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const at = key(got?.champion[i] ?? Number.NaN, got?.candidate[i] ?? Number.NaN);
    observed.set(at, (observed.get(at) ?? 0) + 1);
  }
  expect([...observed.keys()].sort()).toEqual([...expected.keys()].sort());
  let chiSquare = 0;
  for (const [at, chance] of expected) {
    chiSquare += ((observed.get(at) ?? 0) - draws * chance) ** 2 / (draws * chance);
  }
  const degrees = expected.size - 1;
  expect(Math.abs(chiSquare - degrees) / Math.sqrt(2 * degrees)).toBeLessThan(4);
});

test.each([
  ['median of correlated latencies', 300, 0.7, 0.5, false],
  ['p95 of correlated latencies', 700, 0.7, 0.95, false],
  ['p95 of independent latencies', 700, 0, 0.95, false],
  ['p90 of whole milliseconds', 700, 0.5, 0.9, true],
  ['p10 of nearly equal models', 700, 0.9, 0.1, false],
] as const)('%s: the same interval as plain row resampling', (_, rows, shared, probability, round) => {
  const columns = latencies(rows, shared, round);
  const input = { seed, level: 0.9, method: 'percentile' } as const;
  const plain = intervalOf(
    rowBootstrap({
      ...input,
      columns: [columns.champion, columns.candidate],
      statistic: ([champion, candidate]) => quantile(candidate, probability) - quantile(champion, probability),
      replicates: 1999,
    }),
  );
  const fast = intervalOf(
    quantileDifferenceBootstrap({ ...input, ...columns, probability, replicates: 3999 }).contrasts[0],
  );
  expect(fast.point).toBe(plain.point);
  expect(fast.standardError / plain.standardError).toBeGreaterThan(0.92);
  expect(fast.standardError / plain.standardError).toBeLessThan(1.08);
  // A bound of 1,999 replicates wavers by about .05 standard errors, in whole milliseconds by up to one of them.
  const tolerance = Math.max(0.25 * plain.standardError, round ? 1 : 0);
  expect(Math.abs(fast.interval.lower - plain.interval.lower)).toBeLessThan(tolerance);
  expect(Math.abs(fast.interval.upper - plain.interval.upper)).toBeLessThan(tolerance);
});

test('the acceleration is the jackknife’s over rows, ties included', () => {
  for (const round of [false, true]) {
    for (const probability of [0.5, 0.9, 0.95]) {
      const columns = latencies(200, 0.6, round);
      const fast = quantileDifferenceBootstrap({ ...columns, probability, replicates: 999, seed, level: 0.5 });
      const plain = rowBootstrap({
        columns: [columns.champion, columns.candidate],
        statistic: ([champion, candidate]) => quantile(candidate, probability) - quantile(champion, probability),
        replicates: 999,
        seed,
        level: 0.5,
      });
      expect(intervalOf(fast.contrasts[0]).acceleration).toBeCloseTo(intervalOf(plain).acceleration, 10);
    }
  }
});

test('a window that is too narrow is noticed, not guessed around', () => {
  const { champion, candidate } = latencies(1000, 0.5);
  const windows = [quantileWindow(champion, 0.5, 3), quantileWindow(candidate, 0.5, 3)] as const;
  const joint = jointCells(champion, windows[0], candidate, windows[1]);
  const position = quantilePosition(1000, 0.5);
  expect(resampledQuantiles(joint, windows, position, 999, new Random(seed))).toBeUndefined();
});

test('the order of the rows does not matter; a seed repeats', () => {
  const { champion, candidate } = latencies(800, 0.5);
  const input = { probability: 0.9, replicates: 999, seed, level: 0.95, factors: [1, 1.1] };
  const straight = quantileDifferenceBootstrap({ ...input, champion, candidate });
  const reversed = quantileDifferenceBootstrap({
    ...input,
    champion: champion.toReversed(),
    candidate: candidate.toReversed(),
  });
  expect(reversed).toEqual(straight);
  expect(quantileDifferenceBootstrap({ ...input, champion, candidate })).toEqual(straight);
  expect(quantileDifferenceBootstrap({ ...input, champion, candidate, seed: 'fedcba9876543210' })).not.toEqual(
    straight,
  );
});

test('a factor weighs the champion: "at most ten per cent more" has its own interval from the same replicates', () => {
  const columns = latencies(1000, 0.7);
  const got = quantileDifferenceBootstrap({
    ...columns,
    probability: 0.95,
    replicates: 1999,
    seed,
    level: 0.95,
    factors: [1, 1.1],
  });
  expect(got.contrasts).toHaveLength(2);
  expect(intervalOf(got.contrasts[1]).point).toBeCloseTo(got.candidate - 1.1 * got.champion, 12);
  expect(intervalOf(got.contrasts[1]).interval.upper).toBeLessThan(intervalOf(got.contrasts[0]).interval.upper);
});

test('swapping the columns mirrors a percentile interval in distribution', () => {
  const { champion, candidate } = latencies(1000, 0.5);
  const input = { probability: 0.5, replicates: 3999, seed, level: 0.9, method: 'percentile' } as const;
  const straight = intervalOf(quantileDifferenceBootstrap({ ...input, champion, candidate }).contrasts[0]);
  const swapped = intervalOf(
    quantileDifferenceBootstrap({ ...input, champion: candidate, candidate: champion }).contrasts[0],
  );
  expect(swapped.point).toBe(-straight.point);
  expect(Math.abs(swapped.interval.lower + straight.interval.upper)).toBeLessThan(0.15 * straight.standardError);
});

test('degenerate columns: one row, equal columns, constants', () => {
  const input = { probability: 0.95, replicates: 99, seed, level: 0.8 };
  const same = latencies(100, 0.5).champion;
  for (const [champion, candidate] of [
    [Float64Array.of(4), Float64Array.of(5)],
    [same, same],
    [new Float64Array(50).fill(2), new Float64Array(50).fill(3)],
  ] as const) {
    const got = quantileDifferenceBootstrap({ ...input, champion, candidate });
    expect(got.contrasts[0]).toMatchObject({
      kind: 'degenerate',
      reason: 'constant-replicates',
      point: got.candidate - got.champion,
    });
  }
});

test('a hundred thousand rows', () => {
  const columns = latencies(100_000, 0.7);
  const got = quantileDifferenceBootstrap({ ...columns, probability: 0.95, replicates: 499, seed, level: 0.95 });
  const { interval, point, standardError } = intervalOf(got.contrasts[0]);
  expect(interval.lower).toBeLessThan(point);
  expect(interval.upper).toBeGreaterThan(point);
  expect((interval.upper - interval.lower) / standardError).toBeGreaterThan(3);
  expect((interval.upper - interval.lower) / standardError).toBeLessThan(5);
});

test.each([
  [{ champion: new Float64Array(0), candidate: new Float64Array(0) }, 'rows must be an integer of at least 1, got 0'],
  [{ candidate: Float64Array.of(1) }, 'champion and candidate must be of equal length, got 2 and 1'],
  [{ probability: 1 }, 'probability must lie strictly between 0 and 1, got 1'],
  [{ replicates: 1.5 }, 'replicates must be an integer of at least 1, got 1.5'],
  [{ factors: [Number.NaN] }, 'factor must be a finite number, got NaN'],
  [{ champion: Float64Array.of(1, Number.NaN) }, 'champion[1] must be a finite number, got NaN'],
  [{ candidate: Float64Array.of(1, -Infinity) }, 'candidate[1] must be a finite number, got -Infinity'],
])('%j is refused', (changes, message) => {
  const valid = {
    champion: Float64Array.of(1, 2),
    candidate: Float64Array.of(1, 2),
    probability: 0.5,
    replicates: 99,
    seed,
    level: 0.9,
  };
  expect(() => quantileDifferenceBootstrap({ ...valid, ...changes })).toThrow(new RangeError(message));
});
