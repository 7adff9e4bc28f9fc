import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aucBootstrap, delong, delongNonInferiorityP, Random, type RankedScores } from '../src/index.ts';

const seed = '0123456789abcdef';

/** Scores of a third of positives, in steps, so that there are ties. */
function simulated(rows: number, random: Random, candidateLift = 0.6, championLift = 0.6): RankedScores {
  const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const shared = Array.from({ length: rows }, () => random.uniform());
  const scores = (lift: number) =>
    Float64Array.from(shared, (part, i) => Math.round(20 * (part + random.uniform() + lift * (labels[i] ?? 0))) / 20);
  return { labels, champion: scores(championLift), candidate: scores(candidateLift) };
}

/** DeLong's definition over all pairs. */
function bruteForce({ labels, champion, candidate }: RankedScores) {
  const rows = Array.from(labels, (_, i) => i);
  const positives = rows.filter((i) => labels[i] === 1);
  const negatives = rows.filter((i) => labels[i] === 0);
  const psi = (scores: Float64Array, i: number, j: number) => (Math.sign((scores[i] ?? 0) - (scores[j] ?? 0)) + 1) / 2;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const difference = (i: number, j: number) => psi(candidate, i, j) - psi(champion, i, j);
  const ofPositives = positives.map((i) => mean(negatives.map((j) => difference(i, j))));
  const ofNegatives = negatives.map((j) => mean(positives.map((i) => difference(i, j))));
  return {
    difference: mean(ofPositives),
    standardError: Math.sqrt(variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length),
  };
}

function intervalOf(scores: RankedScores, level = 0.95) {
  const got = delong(scores, level);
  if (got.kind !== 'interval') throw new Error(got.kind);
  return got;
}

const anyScores = fc.integer({ min: 12, max: 60 }).chain((rows) =>
  fc.record({
    labels: fc.constant(Uint8Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0))),
    champion: fc.float64Array({ minLength: rows, maxLength: rows, min: 0, max: 1, noNaN: true }),
    candidate: fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: rows, maxLength: rows })
      .map((values) => Float64Array.from(values)),
  }),
);

test('by one sort as by all pairs', () => {
  fc.assert(
    fc.property(anyScores, (scores) => {
      const got = delong(scores, 0.95);
      fc.pre(got.kind === 'interval');
      const want = bruteForce(scores);
      expect(got.difference).toBeCloseTo(want.difference, 12);
      expect(got.kind === 'interval' && got.standardError).toBeCloseTo(want.standardError, 12);
    }),
  );
  const large = simulated(4200, new Random(seed));
  const want = bruteForce(large);
  expect(intervalOf(large).difference).toBeCloseTo(want.difference, 12);
  expect(intervalOf(large).standardError).toBeCloseTo(want.standardError, 12);
});

test('swapping the models mirrors everything; only the order of the scores matters', () => {
  fc.assert(
    fc.property(anyScores, ({ labels, champion, candidate }) => {
      const straight = delong({ labels, champion, candidate }, 0.95);
      fc.pre(straight.kind === 'interval');
      const swapped = intervalOf({ labels, champion: candidate, candidate: champion });
      expect(swapped.difference).toBeCloseTo(-straight.difference, 14);
      expect(swapped.p).toBeCloseTo(straight.kind === 'interval' ? straight.p : Number.NaN, 12);
      const stretched = { labels, champion, candidate: candidate.map((score) => Math.exp(score) - 3) };
      expect(intervalOf(stretched)).toEqual(straight);
      const turned = {
        labels: labels.toReversed(),
        champion: champion.toReversed(),
        candidate: candidate.toReversed(),
      };
      expect(intervalOf(turned).interval.lower).toBeCloseTo(
        straight.kind === 'interval' ? straight.interval.lower : Number.NaN,
        12,
      );
    }),
  );
});

test('test and interval agree, p falls with the margin', () => {
  const random = new Random('00000000000000b1');
  for (let i = 0; i < 200; i++) {
    const scores = simulated(90, random, 0.2 + random.uniform());
    const level = 0.8 + 0.19 * random.uniform();
    const margin = 0.1 * random.uniform();
    const got = intervalOf(scores, level);
    expect(delongNonInferiorityP(got, margin) < (1 - level) / 2).toBe(got.interval.lower > -margin);
    expect(got.p < 1 - level).toBe(got.interval.lower > 0 || got.interval.upper < 0);
    expect(delongNonInferiorityP(got, margin + 0.01)).toBeLessThan(delongNonInferiorityP(got, margin));
  }
});

test('all rows twice: the interval shrinks by the root of two', () => {
  const { labels, champion, candidate } = simulated(3000, new Random(seed));
  const once = intervalOf({ labels, champion, candidate });
  const twice = intervalOf({
    labels: [...Array.from(labels), ...Array.from(labels)],
    champion: Float64Array.of(...champion, ...champion),
    candidate: Float64Array.of(...candidate, ...candidate),
  });
  expect(twice.difference).toBeCloseTo(once.difference, 13);
  expect(twice.standardError / once.standardError).toBeCloseTo(Math.SQRT1_2, 3);
});

test('models that order all rows alike differ by nothing', () => {
  const { labels, champion } = simulated(60, new Random(seed));
  expect(delong({ labels, champion, candidate: champion.map((score) => 3 * score + 1) }, 0.95)).toMatchObject({
    kind: 'identical-ranking',
    difference: 0,
    p: 1,
  });
});

test('no variance without identical ranking decides nothing', () => {
  const labels = [1, 1, 1, 0, 0, 0];
  const perfect = Float64Array.of(9, 8, 7, 3, 2, 1);
  const otherwise = Float64Array.of(7, 8, 9, 1, 2, 3);
  expect(delong({ labels, champion: perfect, candidate: otherwise }, 0.95)).toMatchObject({
    kind: 'degenerate',
    reason: 'degenerate-variance',
    difference: 0,
  });
  const reversed = perfect.map((score) => -score);
  expect(delong({ labels, champion: perfect, candidate: reversed }, 0.95)).toMatchObject({
    kind: 'degenerate',
    champion: 1,
    candidate: 0,
    difference: -1,
  });
});

test('type I error of non-inferiority at equality and margin 0', () => {
  const random = new Random('00000000000000b2');
  const sims = 1000;
  let rejected = 0;
  for (let sim = 0; sim < sims; sim++) {
    if (delongNonInferiorityP(intervalOf(simulated(150, random)), 0) < 0.05) rejected++;
  }
  expect(rejected / sims).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
});

const refused: readonly (readonly [Partial<RankedScores>, string])[] = [
  [{ labels: [1, 0, 0] }, 'number of positives must be an integer of at least 2, got 1'],
  [{ labels: [1, 1, 0] }, 'number of negatives must be an integer of at least 2, got 1'],
  [{ labels: [1, 0, 2] }, 'labels[2] must be 0 or 1, got 2'],
  [{ labels: [1, 0] }, 'labels, champion and candidate must be of equal length, got 2, 3 and 3'],
  [
    { labels: [1, 1, 0, 0], champion: Float64Array.of(1, 2, Number.NaN, 4), candidate: new Float64Array(4) },
    'champion[2] must be a finite number, got NaN',
  ],
];

test.each(refused)('%j is refused', (changes, message) => {
  const scores = { labels: [1, 1, 0], champion: new Float64Array(3), candidate: new Float64Array(3), ...changes };
  expect(() => delong(scores, 0.95)).toThrow(new RangeError(message));
});

test('bootstrap of few positives: resampling both classes row by row gives the same', () => {
  const random = new Random('00000000000000b3');
  const labels = Uint8Array.from({ length: 108 }, (_, i) => (i < 8 ? 1 : 0));
  const champion = Float64Array.from(labels, (label) => Math.round(8 * (label * 0.5 + random.uniform())));
  const candidate = Float64Array.from(champion, (score) => score + Math.round(4 * random.uniform()));
  for (const flipped of [false, true]) {
    const scores = flipped
      ? { labels: labels.map((label) => 1 - label), champion, candidate }
      : { labels, champion, candidate };
    const got = aucBootstrap({ ...scores, replicates: 9999, seed, level: 0.95, method: 'percentile' });
    if (got.kind !== 'interval') throw new Error(got.reason);
    expect(got.point).toBeCloseTo(delongDifference(scores), 14);
    const want = stratified(scores, 3000);
    expect(got.standardError / want.standardError).toBeGreaterThan(0.94);
    expect(got.standardError / want.standardError).toBeLessThan(1.06);
    expect(Math.abs(got.interval.lower - want.lower)).toBeLessThan(0.15 * want.standardError * 2);
    expect(Math.abs(got.interval.upper - want.upper)).toBeLessThan(0.15 * want.standardError * 2);
  }
});

test('bootstrap of areas: swapped models mirror the BCa interval, shuffled rows change nothing', () => {
  const scores = simulated(60, new Random('00000000000000b4'), 0.9);
  const options = { replicates: 1999, seed, level: 0.9 } as const;
  const straight = aucBootstrap({ ...scores, ...options });
  const swapped = aucBootstrap({
    labels: scores.labels,
    champion: scores.candidate,
    candidate: scores.champion,
    ...options,
  });
  if (straight.kind !== 'interval' || swapped.kind !== 'interval') throw new Error('degenerate');
  expect(swapped.acceleration).toBeCloseTo(-straight.acceleration, 12);
  expect(straight.interval.lower).toBeGreaterThan(-0.1);
  expect(straight.interval.lower).toBeLessThan(straight.point);
});

function delongDifference(scores: RankedScores): number {
  return delong(scores, 0.95).difference;
}

function stratified({ labels, champion, candidate }: RankedScores, replicates: number) {
  const random = new Random('00000000000000b5');
  const rows = Array.from(labels, (_, i) => i);
  const classes = [rows.filter((i) => labels[i] === 1), rows.filter((i) => labels[i] === 0)] as const;
  const values = Float64Array.from({ length: replicates }, () => {
    const [positives, negatives] = classes.map((members) =>
      members.map(() => members[random.integer(members.length)] ?? 0),
    );
    let sum = 0;
    for (const i of positives ?? []) {
      for (const j of negatives ?? []) {
        sum +=
          Math.sign((candidate[i] ?? 0) - (candidate[j] ?? 0)) - Math.sign((champion[i] ?? 0) - (champion[j] ?? 0));
      }
    }
    return sum / 2 / (classes[0].length * classes[1].length);
  }).sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / replicates;
  const standardError = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / replicates);
  const at = (share: number) => values[Math.floor(share * replicates)] ?? Number.NaN;
  return { lower: at(0.025), upper: at(0.975), standardError };
}
