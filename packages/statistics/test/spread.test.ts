import { expect, test } from 'vitest';
import { allPairsAlpha } from '../src/all-pairs-alpha.ts';
import { normalSf, Random, spreadBounds, spreadByChance, spreadWidening, streamSeed, tQuantile } from '../src/index.ts';
import { moverRatio } from '../src/mover-ratio.ts';
import { exponentialMean, pairedMeans } from './measured-groups.ts';

const seed = '00000000000000f3';
const group = (estimate: number, standardError: number, units = 1e9) => ({ estimate, standardError, units });
const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

test('two groups: lower bounds at half the alpha, upper ones at alpha, by hand', () => {
  const got = spreadBounds({ strata: [[group(0.9, 0.03), group(0.6, 0.04)]], level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  // standard error .05; z of .0125 is 2.2414, of .025 1.96
  expect(got.difference.estimate).toBeCloseTo(0.3, 14);
  expect(got.difference.interval.lower).toBeCloseTo(0.3 - 2.241402727604947 * 0.05, 6);
  expect(got.difference.interval.upper).toBeCloseTo(0.3 + 1.959963984540054 * 0.05, 6);
  expect(got.ratio?.estimate).toBeCloseTo(2 / 3, 14);
  // Fieller's limits for .6/.9 and these errors: lower .5665 at z = 1.96, upper .7840 at z = 2.2414
  const fieller = (z: number, sign: number) => {
    const [a, b, c] = [0.81 - (z * 0.03) ** 2, 0.54, 0.36 - (z * 0.04) ** 2];
    return (b + sign * Math.sqrt(b * b - a * c)) / a;
  };
  expect(got.ratio?.interval.lower).toBeCloseTo(fieller(1.959963984540054, -1), 3);
  expect(got.ratio?.interval.upper).toBeCloseTo(fieller(2.241402727604947, 1), 3);
});

test('few units reach further: t with units − 1 degrees of freedom', () => {
  const got = spreadBounds({ strata: [[group(3, 0.1, 10), group(1, 0.1, 10)]], level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect(got.difference.interval.upper).toBeCloseTo(2 - tQuantile(0.025, 9) * Math.hypot(0.1, 0.1), 12);
  expect(got.difference.interval.lower).toBeCloseTo(2 + tQuantile(0.0125, 9) * Math.hypot(0.1, 0.1), 9);
});

test('replicates that go further than the standard error says widen the bounds, missing ones more', () => {
  // .3 from the estimate at 2.5 %, on both sides, which no standard error of .01 tells
  const replicates = Float64Array.from(
    { length: 999 },
    (_, i) => 0.5 + 0.004 * (Math.max(899, i) - 998 + Math.min(99, i)),
  );
  const plain = [group(0.5, 0.01), group(0.2, 0.01)];
  const bounds = (strata: Parameters<typeof spreadBounds>[0]['strata']) => {
    const got = spreadBounds({ strata, level: 0.95 });
    if (got.kind !== 'interval') throw new Error(got.reason);
    return got.difference.interval;
  };
  const [narrow, wide] = [bounds([plain]), bounds([[{ ...group(0.5, 0.01), replicates }, group(0.2, 0.01)]])];
  // the 25th largest replicate
  expect(wide.upper - 0.3).toBeCloseTo(Math.hypot(0.004 * 75, 1.959963984540054 * 0.01), 8);
  expect(wide.upper).toBeGreaterThan(narrow.upper + 0.2);
  expect(wide.lower).toBeLessThan(narrow.lower - 0.2);
  const missing = replicates.slice().fill(Number.NaN, 0, 20);
  expect(bounds([[{ ...group(0.5, 0.01), replicates: missing }, group(0.2, 0.01)]]).upper).toBeGreaterThan(wide.upper);
  const none = replicates.slice().fill(Number.NaN);
  expect(bounds([[{ ...group(0.5, 0.01), replicates: none }, group(0.2, 0.01)]])).toEqual({
    lower: 0,
    upper: Infinity,
  });
});

test('a bias that replicates show counts 2.41 times, where it makes the bounds wider', () => {
  // .1 (√2 − 1) above the estimate on average: as when the estimate is .1 too large
  const around = (centre: number) => Float64Array.from({ length: 1000 }, (_, i) => centre + (i % 2 ? 1e-9 : -1e-9));
  const biased = { ...group(0.15, 0.01), replicates: around(0.15 + 0.1 * (Math.SQRT2 - 1)) };
  const [plain, got] = [
    [group(0.15, 0.01), group(0.05, 0.01)],
    [biased, group(0.05, 0.01)],
  ].map((groups) => spreadBounds({ strata: [groups], level: 0.95 }));
  if (plain?.kind !== 'interval' || got?.kind !== 'interval') throw new Error('degenerate');
  const [narrow, wide] = [plain.difference.interval, got.difference.interval];
  expect(narrow.lower).toBeCloseTo(0.1 - 2.241402727604947 * Math.hypot(0.01, 0.01), 6);
  expect(wide.lower).toBe(0);
  // the bias is two thirds of the estimate: 1 + 2/3 of its standard error
  expect(wide.upper).toBeCloseTo(0.1 + 1.959963984540054 * Math.hypot(0.01 * (1 + 2 / 3), 0.01), 6);
  // and the other way round: the group that is ahead may be further ahead
  const low = { ...group(0.15, 0.01), replicates: around(0.15 - 0.1 * (Math.SQRT2 - 1)) };
  const ahead = spreadBounds({ strata: [[low, group(0.05, 0.01)]], level: 0.95 });
  expect(ahead.kind === 'interval' && ahead.difference.interval.upper).toBeCloseTo(wide.upper + 0.1, 9);
  // chance alone shows a difference of .1 then
  const chance = spreadByChance({ strata: [[biased, group(0.05, 0.01)]], replicates: 4000, seed });
  if (chance.kind !== 'value') throw new Error(chance.reason);
  expect(chance.difference.byChance).toBeCloseTo(0.1, 2);
  expect(chance.difference.p).toBeGreaterThan(0.4);
  const blind = spreadByChance({ strata: [[group(0.15, 0.01), group(0.05, 0.01)]], replicates: 4000, seed });
  expect(blind).toMatchObject({ difference: { p: 1 / 4001 } });
});

test('values below 0 have no ratio; a group that does not vary is named; the worst stratum counts', () => {
  const strata = [
    [group(1, 0.1), group(1, 0.1), group(1, 0.1)],
    [group(-2, 0.1), group(3, 0.1)],
  ];
  const got = spreadBounds({ strata, level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect([got.difference.estimate, got.ratio]).toEqual([5, undefined]);
  const fixed = { kind: 'degenerate', reason: 'zero-variance', stratum: 1, group: 1 };
  const still = [strata[0] ?? [], [group(2, 0.1), group(3, 0)]];
  expect(spreadBounds({ strata: still, level: 0.95 })).toEqual(fixed);
  expect(spreadByChance({ strata: still, replicates: 9, seed })).toEqual(fixed);
  expect(() => spreadBounds({ strata: [[group(1, 1)]], level: 0.95 })).toThrow(
    new RangeError('number of groups must be an integer of at least 2, got 1'),
  );
  expect(() => spreadBounds({ strata: [[group(1, 1), group(1, -1)]], level: 0.95 })).toThrow(
    new RangeError('standardError of group 1 must be a finite number of at least 0, got -1'),
  );
  expect(() => spreadBounds({ strata: [[group(1, 1), group(1, 1, 1)]], level: 0.95 })).toThrow(
    new RangeError('units of group 1 must be an integer of at least 2, got 1'),
  );
});

test('by chance: two groups differ by √(2/π) standard errors on average, and p is that of a z-test', () => {
  const got = spreadByChance({ strata: [[group(0.9, 0.03), group(0.8, 0.04)]], replicates: 40_000, seed });
  if (got.kind !== 'value') throw new Error(got.reason);
  expect(got.difference.estimate).toBeCloseTo(0.1, 14);
  // E|Z| .05; its standard deviation is .6 of that
  expect(Math.abs(got.difference.byChance - 0.05 * Math.sqrt(2 / Math.PI))).toBeLessThan(4 * 0.03 * 0.005);
  const want = 2 * normalSf(2);
  expect(Math.abs(got.difference.p - want)).toBeLessThan(4 * Math.sqrt((want * (1 - want)) / 40_000));
  expect(got.ratio?.estimate).toBeCloseTo(8 / 9, 14);
  expect(Math.abs((got.ratio?.p ?? 0) - want)).toBeLessThan(0.01);
  expect(spreadByChance({ strata: [[group(-1, 1), group(1, 1)]], replicates: 9, seed })).toMatchObject({
    ratio: undefined,
  });
});

test('five equal groups of 50 at a rate of .5 differ by .164 on average, as counted rates do', () => {
  const strata = [[1, 2, 3, 4, 5].map(() => group(0.5, Math.sqrt(0.25 / 50)))];
  const got = spreadByChance({ strata, replicates: 20_000, seed });
  expect(got).toMatchObject({ difference: { estimate: 0, p: 1 } });
  expect(got.kind === 'value' && Math.abs(got.difference.byChance - 0.164)).toBeLessThan(0.002);
});

test.each([
  [[1, 1], 50],
  [[1, 1.5], 200],
  [[1, 1.5, 1.5, 1.5, 1.5], 50],
  [new Array<number>(10).fill(1), 50],
])('bounds of the spread of skewed means hold at %j, groups of %i', (means, rows) => {
  const random = new Random(seed);
  const [gap, ratio] = [spread(means), Math.min(...means) / Math.max(...means)];
  const sims = 100;
  const wrong = { gapAbove: 0, gapBelow: 0, ratioAbove: 0, ratioBelow: 0, chance: 0 };
  for (let sim = 0; sim < sims; sim++) {
    const strata = [means.map((mean) => exponentialMean(random, mean, rows))];
    const got = spreadBounds({ strata, level: 0.9 });
    if (got.kind !== 'interval' || got.ratio === undefined) throw new Error('no bounds');
    if (got.difference.interval.lower > gap + 1e-12) wrong.gapAbove++;
    if (got.difference.interval.upper < gap - 1e-12) wrong.gapBelow++;
    if (got.ratio.interval.lower > ratio + 1e-12) wrong.ratioAbove++;
    if (got.ratio.interval.upper < ratio - 1e-12) wrong.ratioBelow++;
    const chance = spreadByChance({ strata, replicates: 99, seed: streamSeed(seed, sim) });
    if (gap === 0 && chance.kind === 'value' && chance.difference.p <= 0.05) wrong.chance++;
  }
  const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
  for (const [side, count] of Object.entries(wrong)) expect(count, side).toBeLessThanOrEqual(most);
});

test('widening of two groups far apart, by hand: the change of their difference, with its paired error', () => {
  const of = (champion: number, candidate: number, error: number) => ({
    champion: { estimate: champion, standardError: 0.02 },
    candidate: { estimate: candidate, standardError: 0.02 },
    differenceStandardError: error,
    units: 1e6,
  });
  const got = spreadWidening({ strata: [[of(0.8, 0.81, 0.003), of(0.5, 0.48, 0.004)]], level: 0.95 });
  expect(got).toEqual({
    kind: 'interval',
    champion: expect.closeTo(0.3, 12),
    candidate: expect.closeTo(0.33, 12),
    widening: expect.closeTo(0.03, 12),
    interval: {
      lower: expect.closeTo(0.03 - 1.959963984540054 * 0.005, 6),
      upper: expect.closeTo(0.03 + 1.959963984540054 * 0.005, 6),
    },
  });
  // the groups change places: the spread closes by .3 and opens by .1, although their difference moves by .4
  const crossed = spreadWidening({ strata: [[of(0.8, 0.5, 0.01), of(0.5, 0.6, 0.01)]], level: 0.95 });
  expect(crossed).toMatchObject({ widening: expect.closeTo(-0.2, 12) });
  // each group's sum of both models varies by 2 (.02² + .02²) − .01²
  const reach = 1.959963984540054 * Math.sqrt(2 * (2 * (0.02 ** 2 + 0.02 ** 2) - 0.01 ** 2));
  expect(crossed.kind === 'interval' && crossed.interval.upper).toBeCloseTo(-0.2 + reach, 6);
  const still = { kind: 'degenerate', reason: 'zero-variance', stratum: 0, group: 1 };
  expect(spreadWidening({ strata: [[of(0.8, 0.5, 0.01), of(0.5, 0.6, 0)]], level: 0.95 })).toEqual(still);
});

test.each([
  [[0, 0], [0, 0], 50],
  [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], 100],
  [[0, 0.5, 1], [0, 0.5, 1], 100],
  [[0.5, 0.5, 1], [0, 0.5, 1], 100],
  [[0, 0.6], [0.5, 0.4], 60],
  [[0, 0.2, 0], [0, 0.8, 0.8], 100],
])('bounds of the widening hold from %j to %j, groups of %i', (before, after, rows) => {
  const random = new Random(seed);
  const truth = spread(after) - spread(before);
  const sims = 200;
  let [above, below] = [0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const strata = [before.map((mean, i) => pairedMeans(random, mean, after[i] ?? 0, rows))];
    const got = spreadWidening({ strata, level: 0.9 });
    if (got.kind !== 'interval') throw new Error(got.reason);
    if (got.interval.lower > truth + 1e-12) above++;
    if (got.interval.upper < truth - 1e-12) below++;
  }
  const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
  expect(above).toBeLessThanOrEqual(most);
  expect(below).toBeLessThanOrEqual(most);
});

test('four hundred groups: more pairs than a call takes arguments, and the bounds of a plain double loop', () => {
  const groups = Array.from({ length: 400 }, (_, i) => group(1 + ((i * 37) % 101) / 100, 0.05 + (i % 7) / 500, 100));
  const got = spreadBounds({ strata: [groups], level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  const reached = (alpha: number) =>
    groups.map(({ estimate: value, standardError }) => {
      const reach = -tQuantile(alpha, 99) * standardError;
      return { value, reach, lower: Math.max(0, value - reach), upper: value + reach };
    });
  const [single, together] = [reached(0.025), reached(allPairsAlpha([400], 0.025))];
  const want = { lower: 0, upper: 0, ratioLower: 1, ratioUpper: Number.POSITIVE_INFINITY };
  for (const [i, one] of single.entries()) {
    for (const [j, other] of single.entries()) {
      const [a, b] = [together[i], together[j]];
      if (i === j || a === undefined || b === undefined) continue;
      want.lower = Math.max(want.lower, a.value - b.value - Math.hypot(a.reach, b.reach));
      want.upper = Math.max(want.upper, one.value - other.value + Math.hypot(one.reach, other.reach));
      want.ratioLower = Math.min(want.ratioLower, moverRatio(one, other).lower);
      want.ratioUpper = Math.min(want.ratioUpper, moverRatio(a, b).upper);
    }
  }
  expect(got.difference).toEqual({
    estimate: 1,
    interval: { lower: expect.closeTo(want.lower, 12), upper: expect.closeTo(want.upper, 12) },
  });
  expect(got.ratio).toEqual({
    estimate: 0.5,
    interval: { lower: expect.closeTo(want.ratioLower, 12), upper: expect.closeTo(want.ratioUpper, 12) },
  });
  expect([want.lower > 0, want.ratioUpper < 1]).toEqual([true, true]);
});
