import { expect, test } from 'vitest';
import { driftBounds, type HistogramDistance, Random, streamSeed } from '../src/index.ts';

const seed = '00000000000000d1';
const even = new Array<number>(10).fill(0.1);
const slightly = [0.05, 0.07, 0.08, 0.1, 0.1, 0.1, 0.1, 0.12, 0.13, 0.15];
const clearly = [0.02, 0.05, 0.05, 0.08, 0.1, 0.1, 0.12, 0.13, 0.15, 0.2];
const positions = even.map((_, i) => i);

// the distance of Jensen and Shannon is a root of the divergence: its bounds err when those do
const distances: readonly HistogramDistance[] = [
  { kind: 'jensen-shannon', as: 'divergence' },
  { kind: 'stability-index', floor: 0.0001 },
  { kind: 'largest-share' },
  { kind: 'wasserstein', positions },
];

test.each([
  [{ kind: 'jensen-shannon', as: 'divergence' } as const, 0.04678484847737],
  [{ kind: 'jensen-shannon', as: 'distance' } as const, 0.21629805472397],
  [{ kind: 'stability-index', floor: 0.0001 } as const, 0.2 * Math.log(3) + 0.2 * Math.log(9 / 7)],
  [{ kind: 'largest-share' } as const, 0.2],
  [{ kind: 'wasserstein', positions: [0, 1] } as const, 0.2 / 0.3],
])('%j of (.1, .9) and (.3, .7) lies within its bounds', (distance, want) => {
  const got = driftBounds({ reference: [100, 900], current: [300, 700], distance, replicates: 499, level: 0.95, seed });
  if (got.kind !== 'interval') throw new Error(got.reason);
  expect(got.distance).toBeCloseTo(want, 8);
  expect(got.interval.lower).toBeLessThan(want);
  expect(got.interval.upper).toBeGreaterThan(want);
  expect(got.interval.lower).toBeGreaterThan(want / 2);
});

test('Wasserstein of bins at uneven positions, over the reference’s deviation, as scipy', () => {
  const distance = { kind: 'wasserstein', positions: [0, 1, 3, 7] } as const;
  const got = driftBounds({
    reference: [10, 20, 30, 40],
    current: [25, 25, 25, 25],
    distance,
    replicates: 99,
    level: 0.9,
    seed,
  });
  expect(got).toMatchObject({ kind: 'interval', distance: expect.closeTo(0.42592592592592593, 12) });
});

/** True distances are those of the shares themselves. */
function truth(p: readonly number[], q: readonly number[], distance: HistogramDistance): number {
  const counts = (shares: readonly number[]) => shares.map((share) => Math.round(share * 10_000));
  const got = driftBounds({ reference: counts(p), current: counts(q), distance, replicates: 99, level: 0.9, seed });
  return got.kind === 'interval' ? got.distance : Number.NaN;
}

const cases = distances.flatMap((distance) =>
  [
    [slightly, 200],
    [slightly, 1000],
    [clearly, 300],
  ].map(([shares, rows]) => [distance, shares, rows] as [HistogramDistance, number[], number]),
);

test.each(cases)(
  '%j, drift to %j, %i rows a side: neither bound errs more often than it may',
  (distance, shares, rows) => {
    const random = new Random(seed);
    const true_ = truth(even, shares, distance);
    const draw = (of: readonly number[]) => {
      const counts = new Float64Array(10);
      random.multinomial(of, 1, rows, counts);
      return counts;
    };
    const sims = 200;
    let [above, below] = [0, 0];
    for (let sim = 0; sim < sims; sim++) {
      const got = driftBounds({
        reference: draw(even),
        current: draw(shares),
        distance,
        replicates: 99,
        level: 0.9,
        seed: streamSeed(seed, sim),
      });
      if (got.kind !== 'interval') throw new Error(got.reason);
      if (got.interval.lower > true_) above++;
      if (got.interval.upper < true_) below++;
    }
    const most = sims * 0.05 + 3 * Math.sqrt(sims * 0.05 * 0.95);
    expect([above <= most, below <= most]).toEqual([true, true]);
  },
);

test('noise of small samples is not shown to be drift: PSI above .1 in 37 %, its lower bound in none', () => {
  const random = new Random(seed);
  const sims = 1000;
  let [alarms, shown] = [0, 0];
  for (let sim = 0; sim < sims; sim++) {
    const [reference, current] = [new Float64Array(10), new Float64Array(10)];
    random.multinomial(even, 1, 200, reference);
    random.multinomial(even, 1, 200, current);
    const distance = { kind: 'stability-index', floor: 0.0001 } as const;
    const got = driftBounds({ reference, current, distance, replicates: 39, level: 0.9, seed: streamSeed(seed, sim) });
    if (got.kind !== 'interval') throw new Error(got.reason);
    if (got.distance > 0.1) alarms++;
    if (got.interval.lower > 0.1) shown++;
  }
  expect(Math.abs(alarms / sims - 0.37)).toBeLessThan(3 * Math.sqrt((0.37 * 0.63) / sims));
  expect(shown).toBe(0);
});

test('degenerate and wrong samples', () => {
  const wasserstein = { kind: 'wasserstein', positions: [0, 1] } as const;
  const common = { replicates: 99, level: 0.9, seed } as const;
  expect(driftBounds({ ...common, reference: [5, 0], current: [5, 0], distance: wasserstein })).toEqual({
    kind: 'interval',
    distance: 0,
    interval: { lower: 0, upper: 0 },
  });
  expect(driftBounds({ ...common, reference: [5, 0], current: [4, 1], distance: wasserstein })).toEqual({
    kind: 'degenerate',
    reason: 'constant-reference',
  });
  const share = { kind: 'largest-share' } as const;
  const index = { kind: 'stability-index', floor: 0.001 } as const;
  expect(() => driftBounds({ ...common, reference: [0, 0], current: [4, 1], distance: share })).toThrow(
    new RangeError('rows of the reference must be an integer of at least 1, got 0'),
  );
  expect(() => driftBounds({ ...common, reference: [1, 2], current: [4, 1.5], distance: share })).toThrow(
    new RangeError('current[1] must be an integer of at least 0, got 1.5'),
  );
  expect(() => driftBounds({ ...common, reference: [1, 2], current: [4, 1], distance: index, level: 0.99 })).toThrow(
    new RangeError('alpha × (replicates + 1) must be an integer of at least 1, got 0'),
  );
  const descending = { kind: 'wasserstein', positions: [1, 0] } as const;
  expect(() => driftBounds({ ...common, reference: [1, 2], current: [4, 1], distance: descending })).toThrow(
    new RangeError('positions must be in ascending order'),
  );
});
