import { expect, test } from 'vitest';
import { type GroupShare, gap, gapBounds, gapPermutation, gapWidening, Random, streamSeed } from '../src/index.ts';

const seed = '00000000000000f1';

/** `groups` groups of `rows` rows each, at rates of their own. */
function draw(random: Random, rates: readonly number[], rows: number): GroupShare[] {
  return rates.map((rate) => ({ hits: random.binomial(rows, rate), rows }));
}

const equal = (groups: number, rate: number) => new Array<number>(groups).fill(rate);

/**
 * What chance alone shows: mean gap, P(gap > .1), P(ratio < .8). Compared as doubles are: a gap of 5 of 50 rows is .1 or
 * .1 and a bit, as its rates round, and a part of those counts as above.
 */
test.each([
  [2, 50, 0.5, 0.079, 0.32, 0.26],
  [5, 50, 0.5, 0.164, 0.86, 0.79],
  [5, 200, 0.5, 0.082, 0.28, 0.18],
  [5, 1000, 0.5, 0.037, 0, 0],
  [5, 200, 0.2, 0.066, 0.08, 0.81],
])('%i equal groups of %i at a rate of %d', (groups, rows, rate, meanGap, wide, unequal) => {
  const random = new Random(seed);
  const sims = 20_000;
  let [sum, above, below] = [0, 0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const rates = draw(random, equal(groups, rate), rows).map((group) => group.hits / group.rows);
    const { difference = Number.NaN, ratio = Number.NaN } = gap(rates, rate);
    sum += difference;
    if (difference > 0.1) above++;
    if (ratio < 0.8) below++;
  }
  expect(Math.abs(sum / sims - meanGap)).toBeLessThan(0.001);
  expect(Math.abs(above / sims - wide)).toBeLessThan(0.015);
  expect(Math.abs(below / sims - unequal)).toBeLessThan(0.015);
});

test('the permutation p of two equal groups is Fisher’s, .05355 for 12 and 5 of 20 (scipy)', () => {
  const strata = [
    [
      { hits: 12, rows: 20 },
      { hits: 5, rows: 20 },
    ],
  ];
  const got = gapPermutation({ strata, replicates: 40_000, seed });
  if (got.kind !== 'value') throw new Error(got.reason);
  expect(got.gap).toBeCloseTo(0.35, 14);
  expect(Math.abs(got.p - 0.05355099259437413)).toBeLessThan(3 * Math.sqrt((0.0536 * 0.9464) / 40_000));
});

test('the permutation draws whole tables of any size: means and variances of the hypergeometric', () => {
  // one group takes all but a row: its gap by chance is |1 − 0| or so; a large table needs no walk over its rows
  const large = [
    [
      { hits: 300_000, rows: 600_000 },
      { hits: 200_500, rows: 400_000 },
    ],
  ];
  const got = gapPermutation({ strata: large, replicates: 2000, seed });
  if (got.kind !== 'value') throw new Error(got.reason);
  // E|Z| of a normal with variance p (1 − p) (1/n + 1/m)
  const deviation = Math.sqrt(0.25 * (1 / 600_000 + 1 / 400_000));
  expect(got.byChance / (deviation * Math.sqrt(2 / Math.PI))).toBeCloseTo(1, 1);
});

test('the permutation keeps its level with true positive and false positive rates at once', () => {
  const random = new Random(seed);
  let rejected = 0;
  for (let sim = 0; sim < 1000; sim++) {
    const strata = [draw(random, equal(4, 0.7), 30), draw(random, equal(4, 0.2), 60)];
    const got = gapPermutation({ strata, replicates: 99, seed: streamSeed(seed, sim) });
    if (got.kind === 'value' && got.p <= 0.05) rejected++;
  }
  expect(rejected).toBeLessThanOrEqual(1000 * 0.05 + 3 * Math.sqrt(1000 * 0.05 * 0.95));
});

/** One-sided errors at alpha .05, where percentile and basic bootstrap of the gap itself fail grossly. */
test.each([
  [equal(5, 0.5), 50],
  [[0.4, 0.5, 0.5, 0.5, 0.6], 50],
  [[0.4, 0.4, 0.5, 0.6, 0.6], 50],
  [[0.02, 0.05, 0.1], 50],
  [[0.9, 0.95, 0.98], 100],
  [[0.3, 0.5], 100],
])('bounds of the gap hold at rates %j, groups of %i', (rates, rows) => {
  const random = new Random(seed);
  const truth = Math.max(...rates) - Math.min(...rates);
  const sims = 500;
  let [above, below] = [0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const got = gapBounds({
      strata: [draw(random, rates, rows)],
      replicates: 399,
      level: 0.9,
      seed: streamSeed(seed, sim),
    });
    if (got.kind !== 'interval') throw new Error(got.reason);
    if (got.interval.lower > truth + 1e-12) above++;
    if (got.interval.upper < truth - 1e-12) below++;
    if (got.interval.lower > got.gap || got.interval.upper < got.gap) throw new Error('the gap lies outside');
  }
  const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
  expect(above).toBeLessThanOrEqual(most);
  expect(below).toBeLessThanOrEqual(most);
});

test('with many rows the bounds close in on the gap, and show it', () => {
  const strata = [
    [
      { hits: 40_000, rows: 100_000 },
      { hits: 55_000, rows: 100_000 },
      { hits: 50_000, rows: 100_000 },
    ],
  ];
  const got = gapBounds({ strata, replicates: 999, level: 0.95, seed });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect(got.gap).toBeCloseTo(0.15, 14);
  expect(got.interval.lower).toBeGreaterThan(0.144);
  expect(got.interval.upper).toBeLessThan(0.156);
  expect(gapBounds({ strata, replicates: 999, level: 0.95, seed })).toEqual(got);
});

test('a group without rows of the label is not judged; one group has no gap', () => {
  const empty = [
    [
      { hits: 0, rows: 0 },
      { hits: 3, rows: 9 },
    ],
  ];
  const want = { kind: 'degenerate', reason: 'empty-group' };
  expect(gapBounds({ strata: empty, replicates: 99, level: 0.9, seed })).toEqual(want);
  expect(gapPermutation({ strata: empty, replicates: 99, seed })).toEqual(want);
  const none = { both: 0, onlyChampion: 0, onlyCandidate: 0, neither: 0 };
  expect(gapWidening({ strata: [[none, { ...none, both: 4 }]], level: 0.9 })).toEqual(want);
  expect(() => gapBounds({ strata: [[{ hits: 1, rows: 2 }]], replicates: 99, level: 0.9, seed })).toThrow(
    new RangeError('number of groups must be an integer of at least 2, got 1'),
  );
  expect(() =>
    gapPermutation({
      strata: [
        [
          { hits: 3, rows: 2 },
          { hits: 1, rows: 2 },
        ],
      ],
      replicates: 9,
      seed,
    }),
  ).toThrow(new RangeError('group 0 has 3 hits in 2 rows'));
});

/** Champion at `before`, candidate at `after`; a tenth of the rows apart from the difference changes sides. */
function drawPaired(random: Random, before: readonly number[], after: readonly number[], rows: number) {
  return before.map((rate, i) => {
    const now = after[i] ?? 0;
    const lost = 0.05 + Math.max(0, rate - now);
    const won = lost + now - rate;
    const counts = new Float64Array(4);
    random.multinomial([rate - lost, lost, won, 1 - rate - won], 1, rows, counts);
    const [both = 0, onlyChampion = 0, onlyCandidate = 0, neither = 0] = counts;
    return { both, onlyChampion, onlyCandidate, neither };
  });
}

test.each([
  [equal(5, 0.5), equal(5, 0.5), 100],
  [[0.4, 0.5, 0.6], [0.4, 0.5, 0.6], 100],
  [[0.5, 0.5, 0.6], [0.4, 0.5, 0.6], 200],
  [[0.3, 0.3, 0.6, 0.6], [0.4, 0.4, 0.6, 0.6], 200],
  [[0.4, 0.5, 0.6], [0.4, 0.6, 0.6], 100],
  [[0.3, 0.6], [0.5, 0.5], 60],
  [[0.5, 0.55, 0.5], [0.5, 0.7, 0.7], 200],
])('bounds of the widening hold from %j to %j, groups of %i', (before, after, rows) => {
  const random = new Random(seed);
  const spread = (rates: readonly number[]) => Math.max(...rates) - Math.min(...rates);
  const truth = spread(after) - spread(before);
  const sims = 1000;
  let [above, below] = [0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const strata = [drawPaired(random, before, after, rows)];
    const got = gapWidening({ strata, level: 0.9 });
    if (got.kind !== 'interval') throw new Error(got.reason);
    if (got.interval.lower > truth + 1e-12) above++;
    if (got.interval.upper < truth - 1e-12) below++;
  }
  const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
  expect(above).toBeLessThanOrEqual(most);
  expect(below).toBeLessThanOrEqual(most);
});

test('models that hardly differ are held close, whatever the gap is', () => {
  const strata = [
    [
      { both: 300, onlyChampion: 2, onlyCandidate: 1, neither: 197 },
      { both: 100, onlyChampion: 1, onlyCandidate: 2, neither: 397 },
    ],
  ];
  const got = gapWidening({ strata, level: 0.95 });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect(got).toMatchObject({ champion: expect.closeTo(0.402, 12), candidate: expect.closeTo(0.398, 12) });
  // by hand: both changes ∓1/502, their variances (4/502 − 1/502²)/502 each, z = 1.96
  const reach = 1.959963984540054 * Math.sqrt((2 * (4 / 502 - 1 / 502 ** 2)) / 502);
  expect(got.interval.lower).toBeCloseTo(-2 / 502 - reach, 12);
  expect(got.interval.upper).toBeCloseTo(-2 / 502 + reach, 12);
});

test('a gap that closes is not called wider, also where the other group is ahead afterwards', () => {
  const strata = [
    [
      { both: 300, onlyChampion: 0, onlyCandidate: 200, neither: 500 },
      { both: 500, onlyChampion: 100, onlyCandidate: 0, neither: 400 },
    ],
  ];
  const got = gapWidening({ strata, level: 0.95 });
  expect(got).toMatchObject({ kind: 'interval', widening: expect.closeTo(-0.3, 12) });
  expect(got.kind === 'interval' && got.interval.upper).toBeLessThan(-0.2);
});
