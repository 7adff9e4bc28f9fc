import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logOddsWeights } from '../src/hypergeometric.ts';
import {
  advanceCounts,
  type CountPlan,
  type CountState,
  estimatedRatio,
  judgeCounts,
  Random,
  startCounts,
  type TickCounts,
} from '../src/index.ts';

const plan: CountPlan = { plannedTicks: 50 };
/** 1, 5, 25, 50 % of the traffic for 10, 10, 10, 20 ticks. */
const shareAt = (tick: number): number => [0.01, 0.05, 0.25, 0.5, 0.5][Math.floor((tick - 1) / 10)] ?? 0.5;

interface Traffic {
  readonly requests: number;
  readonly rate: (tick: number) => number;
  readonly ratio: (tick: number) => number;
  readonly ticks?: number;
}

/** Real shares: requests of the canary are drawn, not computed from the weight. */
function tickOf(random: Random, { requests, rate, ratio }: Traffic, tick: number): TickCounts {
  const canaryRequests = random.binomial(requests, shareAt(tick));
  const baselineRequests = requests - canaryRequests;
  return {
    canaryRequests,
    baselineRequests,
    canaryErrors: random.binomial(canaryRequests, Math.min(1, rate(tick) * ratio(tick))),
    baselineErrors: random.binomial(baselineRequests, rate(tick)),
  };
}

interface Ending {
  readonly verdict: 'rollback' | 'promote' | 'undecided';
  readonly tick: number;
}

/** Rollback as soon as it is due; promotion only where the last step is reached. */
function rollout(random: Random, of: CountPlan, traffic: Traffic): Ending {
  let state = startCounts(of);
  const ticks = traffic.ticks ?? 50;
  for (let tick = 1; tick <= ticks; tick++) {
    state = advanceCounts(of, state, tickOf(random, traffic, tick));
    const { verdict } = judgeCounts(of, state);
    if (verdict === 'rollback') return { verdict, tick };
    if (verdict === 'promote' && tick >= 50) return { verdict, tick };
  }
  return { verdict: 'undecided', tick: ticks };
}

function rollouts(seed: string, count: number, of: CountPlan, traffic: Traffic) {
  const random = new Random(seed);
  const endings = Array.from({ length: count }, () => rollout(random, of, traffic));
  const ticks = endings.map(({ verdict, tick }) => (verdict === 'rollback' ? tick : Infinity)).sort((a, b) => a - b);
  const share = (verdict: Ending['verdict']) => endings.filter((ending) => ending.verdict === verdict).length / count;
  return { rollback: share('rollback'), promote: share('promote'), medianRollback: ticks[Math.floor(count / 2)] };
}

const always = (value: number) => () => value;

test.each([
  ['200 requests a tick at 1 %', { requests: 200, rate: always(0.01), ratio: always(1) }],
  ['2,000 at 1 %', { requests: 2000, rate: always(0.01), ratio: always(1) }],
  ['200 at 5 %', { requests: 200, rate: always(0.05), ratio: always(1) }],
  ['a base rate that drifts threefold', { requests: 2000, rate: (t: number) => 0.01 * (1 + t / 25), ratio: always(1) }],
  [
    'an incident of ten times on both arms',
    { requests: 2000, rate: (t: number) => (t >= 20 && t < 25 ? 0.1 : 0.01), ratio: always(1) },
  ],
] as const)('healthy canaries are rolled back in at most 1.3 %%: %s', (_, traffic) => {
  const { rollback } = rollouts('0000000000000101', 400, plan, traffic);
  expect(rollback).toBeLessThanOrEqual(0.013 + 3 * Math.sqrt((0.013 * 0.987) / 400));
});

test.each([
  ['200 at 5 %, ratio 2', { requests: 200, rate: always(0.05), ratio: always(2) }, 25],
  ['2,000 at 1 %, ratio 2', { requests: 2000, rate: always(0.01), ratio: always(2) }, 21],
  ['2,000 at 1 %, ratio 1.5', { requests: 2000, rate: always(0.01), ratio: always(1.5) }, 30],
] as const)('worse canaries are seen: %s', (_, traffic, most) => {
  const { medianRollback } = rollouts('0000000000000102', 300, plan, traffic);
  expect(medianRollback).toBeLessThanOrEqual(most);
});

test('a fault that starts late is seen within six ticks', () => {
  const late = { requests: 2000, rate: always(0.01), ratio: (tick: number) => (tick >= 36 ? 2 : 1) };
  const { medianRollback } = rollouts('0000000000000103', 300, plan, late);
  expect(medianRollback).toBeLessThanOrEqual(36 + 6);
});

test('200 requests at 1 %, ratio 2: 60 % are seen within 50 ticks', () => {
  const { rollback } = rollouts('0000000000000104', 500, plan, { requests: 200, rate: always(0.01), ratio: always(2) });
  expect(rollback).toBeGreaterThanOrEqual(0.6 - 3 * Math.sqrt((0.6 * 0.4) / 500));
});

test('healthy canaries are promoted at tick 50; those at twice or half again the rate are not', () => {
  const at = (ratio: number) =>
    rollouts('0000000000000105', 400, plan, { requests: 2000, rate: always(0.01), ratio: always(ratio) });
  expect(at(1).promote).toBeGreaterThanOrEqual(0.96);
  expect(at(2).promote).toBeLessThanOrEqual(0.005);
  expect(at(1.5).promote).toBeLessThanOrEqual(0.05);
});

test('errors in clusters of up to three, with cap three, roll no healthy canary back', () => {
  const random = new Random('0000000000000106');
  const capped = { ...plan, clusterCap: 3 };
  let rolledBack = 0;
  for (let sim = 0; sim < 400; sim++) {
    let state = startCounts(capped);
    for (let tick = 1; tick <= 50; tick++) {
      const plain = tickOf(random, { requests: 2000, rate: always(0.005), ratio: always(1) }, tick);
      const clustered = (causes: number) => {
        let errors = 0;
        for (let i = 0; i < causes; i++) errors += 1 + random.integer(3);
        return errors;
      };
      state = advanceCounts(capped, state, {
        ...plain,
        canaryErrors: clustered(plain.canaryErrors),
        baselineErrors: clustered(plain.baselineErrors),
      });
      if (judgeCounts(capped, state).verdict === 'rollback') {
        rolledBack++;
        break;
      }
    }
  }
  expect(rolledBack / 400).toBeLessThanOrEqual(0.02);
});

const counts: fc.Arbitrary<TickCounts> = fc.record({
  canaryErrors: fc.integer({ min: 0, max: 5 }),
  canaryRequests: fc.integer({ min: 5, max: 12 }),
  baselineErrors: fc.integer({ min: 0, max: 5 }),
  baselineRequests: fc.integer({ min: 5, max: 12 }),
});

test.each(['rates', 'odds'] as const)('an e-value: its mean over all outcomes of a tick is 1 (%s)', (form) => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 8 }), (tick, errors) => {
      const of = { ...plan, form };
      const before = startCounts(of);
      const { canaryRequests, baselineRequests } = tick;
      const least = Math.max(0, errors - (form === 'odds' ? baselineRequests : errors));
      const most = form === 'odds' ? Math.min(errors, canaryRequests) : errors;
      // Given the errors of the tick: hypergeometric for odds, binomial for rates, both at ratio 1.
      const odds = form === 'odds' ? [canaryRequests, baselineRequests] : undefined;
      let mean = 0;
      let total = 0;
      for (let x = least; x <= most; x++) {
        const share = canaryRequests / (canaryRequests + baselineRequests);
        const chance =
          odds === undefined
            ? choose(errors, x) * share ** x * (1 - share) ** (errors - x)
            : choose(canaryRequests, x) * choose(baselineRequests, errors - x);
        const after = advanceCounts(of, before, { ...tick, canaryErrors: x, baselineErrors: errors - x });
        mean += chance * Math.exp(judgeCounts(of, after).rollbackLogE);
        total += chance;
      }
      expect(mean / total).toBeCloseTo(1, 10);
    }),
    { numRuns: 60 },
  );
});

function choose(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - i + 1)) / i;
  return k < 0 || k > n ? 0 : value;
}

test('ticks in which nothing happened, and resets', () => {
  const start = startCounts(plan);
  const tick = { canaryErrors: 0, canaryRequests: 10, baselineErrors: 0, baselineRequests: 90 };
  for (const silent of [tick, { ...tick, canaryRequests: 0 }, { ...tick, baselineRequests: 0, baselineErrors: 3 }]) {
    const after = advanceCounts(plan, start, silent);
    expect(judgeCounts(plan, after).rollbackLogE).toBeCloseTo(0, 12);
    expect(judgeCounts(plan, after).promoteLogE).toBeCloseTo(0, 12);
    expect(after.ticks).toBe(1);
  }
  expect(advanceCounts(plan, start, { ...tick, baselineErrors: -4 })).toBe(start);
  expect(judgeCounts(plan, start)).toMatchObject({ verdict: 'undecided', calm: true });
});

test('the state survives being stored', () => {
  const random = new Random('0000000000000107');
  const traffic = { requests: 500, rate: always(0.02), ratio: always(1.3) };
  let straight = startCounts(plan);
  let stored = startCounts(plan);
  for (let tick = 1; tick <= 60; tick++) {
    const seen = tickOf(random, traffic, tick);
    straight = advanceCounts(plan, straight, seen);
    const read: CountState = JSON.parse(JSON.stringify(stored));
    stored = advanceCounts(plan, read, seen);
  }
  expect(stored).toEqual(straight);
  expect(straight.unspent).toBeCloseTo(0, 12);
});

test('Fisher’s weights are those of the definition', () => {
  const tick = { canaryErrors: 3, canaryRequests: 7, baselineErrors: 2, baselineRequests: 4 };
  const { logNormalizer } = logOddsWeights(tick);
  const z = (w: number) => [1, 2, 3, 4, 5].reduce((sum, k) => sum + choose(7, k) * choose(4, 5 - k) * w ** k, 0);
  expect(logNormalizer(2.5) - logNormalizer(1)).toBeCloseTo(Math.log(z(2.5) / z(1)), 12);
});

test('rollback comes first; a ratio of the rates is shown with it', () => {
  const gross = { canaryErrors: 400, canaryRequests: 1000, baselineErrors: 100, baselineRequests: 1000 };
  const state = advanceCounts(plan, startCounts(plan), gross);
  expect(judgeCounts(plan, state)).toMatchObject({ verdict: 'rollback', calm: false });
  const ratio = estimatedRatio(state, 0.95);
  expect(ratio?.estimate).toBe(4);
  // One tick: the ratio of two Poisson rates, variance of its logarithm 1/400 + 1/100.
  expect(ratio?.interval.lower).toBeCloseTo(4 * Math.exp(-1.959963984540054 * Math.sqrt(1 / 400 + 1 / 100)), 10);
  expect(estimatedRatio(startCounts(plan), 0.95)).toBeUndefined();
});

test.each([
  [{ plannedTicks: 0 }, 'plannedTicks must be an integer of at least 1, got 0'],
  [{ toleratedRatio: 0.9 }, 'toleratedRatio - 1 must be a finite number of at least 0, got -0.09999999999999998'],
  [{ toleratedRatio: 1.5 }, 'excludedRatio - toleratedRatio must be a finite number above 0, got 0'],
  [
    { form: 'odds', clusterCap: 3 },
    'the odds form counts errors one by one: clusterCap must be 1, count an error once per user',
  ],
] as const)('plan %j is refused', (changes, message) => {
  expect(() => startCounts({ ...plan, ...changes })).toThrow(new RangeError(message));
});

test('counts that are no counts are refused', () => {
  const tick = { canaryErrors: Number.NaN, canaryRequests: 10, baselineErrors: 0, baselineRequests: 90 };
  expect(() => advanceCounts(plan, startCounts(plan), tick)).toThrow(
    new RangeError("a tick's counts must be finite numbers, got NaN, 10, 0, 90"),
  );
  const odds = { ...plan, form: 'odds' } as const;
  expect(() => advanceCounts(odds, startCounts(odds), { ...tick, canaryErrors: 11 })).toThrow(
    new RangeError('canaryRequests must be an integer of at least 11, got 10'),
  );
});
