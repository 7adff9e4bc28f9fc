import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type PairedCounts,
  smallestProvableMargin,
  tangoInterval,
  tangoNonInferiorityP,
  tangoZ,
} from '../src/index.ts';
import { outcomes } from './trinomial.ts';

const counts = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 500 }))
  .map(([wins, losses, rest]): PairedCounts => ({ wins, losses, examples: Math.max(1, wins + losses + rest) }));
const level = fc.double({ min: 0.5, max: 0.999, noNaN: true });
const z95 = 1.959963984540054;

test('no discordant pair: the interval is ∓ z²/(n + z²)', () => {
  const bound = z95 ** 2 / (100 + z95 ** 2);
  const got = tangoInterval({ wins: 0, losses: 0, examples: 100 }, 0.95);
  expect(got.lower).toBeCloseTo(-bound, 14);
  expect(got.upper).toBeCloseTo(bound, 14);
});

test('no discordant pair: z is −sign(D) √(n|D|/(1 − |D|)), and margin 0 proves nothing', () => {
  const same = { wins: 0, losses: 0, examples: 90 };
  expect(tangoZ(same, -0.1)).toBeCloseTo(Math.sqrt(10), 14);
  expect(tangoZ(same, 0.1)).toBeCloseTo(-Math.sqrt(10), 14);
  expect(tangoZ(same, -1)).toBe(Infinity);
  expect(tangoNonInferiorityP(same, 0)).toBe(0.5);
});

test('all pairs discordant one way: the limit is the end of the range', () => {
  const allWins = tangoInterval({ wins: 10, losses: 0, examples: 10 }, 0.95);
  expect(allWins.upper).toBe(1);
  expect(allWins.lower).toBeCloseTo(0.4449344002742216, 12);
  expect(tangoInterval({ wins: 0, losses: 10, examples: 10 }, 0.95).lower).toBe(-1);
  expect(tangoZ({ wins: 10, losses: 0, examples: 10 }, 1)).toBe(0);
  expect(tangoZ({ wins: 10, losses: 0, examples: 10 }, -1)).toBe(Infinity);
  expect(tangoZ({ wins: 0, losses: 3, examples: 10 }, 1)).toBe(-Infinity);
});

test('one row', () => {
  const got = tangoInterval({ wins: 1, losses: 0, examples: 1 }, 0.95);
  expect(got.upper).toBe(1);
  expect(got.lower).toBeGreaterThan(-1);
  expect(got.lower).toBeLessThan(0);
});

test('ten million rows: the interval is Wald’s to five digits', () => {
  const got = tangoInterval({ wins: 500_000, losses: 505_000, examples: 10_000_000 }, 0.95);
  const reach = z95 * Math.sqrt(1_005_000 / 1e14 - 5e-4 ** 2 / 1e7);
  expect((got.lower + 5e-4) / -reach).toBeCloseTo(1, 5);
  expect((got.upper + 5e-4) / reach).toBeCloseTo(1, 5);
});

test('swapping the models mirrors the interval', () => {
  fc.assert(
    fc.property(counts, level, ({ wins, losses, examples }, c) => {
      const straight = tangoInterval({ wins, losses, examples }, c);
      const swapped = tangoInterval({ wins: losses, losses: wins, examples }, c);
      expect(swapped.lower).toBeCloseTo(-straight.upper, 12);
      expect(swapped.upper).toBeCloseTo(-straight.lower, 12);
    }),
  );
});

test('the interval holds the estimate, lies in [−1, 1] and widens with the level', () => {
  fc.assert(
    fc.property(counts, level, (at, c) => {
      const { lower, upper } = tangoInterval(at, c);
      const estimate = (at.wins - at.losses) / at.examples;
      expect(lower).toBeGreaterThanOrEqual(-1);
      expect(lower).toBeLessThanOrEqual(estimate + 1e-15);
      expect(upper).toBeGreaterThanOrEqual(estimate - 1e-15);
      expect(upper).toBeLessThanOrEqual(1);
      const wider = tangoInterval(at, (1 + c) / 2);
      expect(wider.lower).toBeLessThanOrEqual(lower);
      expect(wider.upper).toBeGreaterThanOrEqual(upper);
    }),
  );
});

test('test and interval agree: p < alpha exactly when the lower bound clears −margin', () => {
  fc.assert(
    fc.property(counts, level, fc.double({ min: 0, max: 0.99, noNaN: true }), (at, c, margin) => {
      const { lower } = tangoInterval(at, c);
      fc.pre(Math.abs(lower + margin) > 1e-12);
      expect(tangoNonInferiorityP(at, margin) < (1 - c) / 2).toBe(lower > -margin);
    }),
    { numRuns: 500 },
  );
});

test('z falls with the hypothesis, p with the margin', () => {
  const inner = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(counts, inner, inner, (at, one, other) => {
      expect(tangoZ(at, Math.max(one, other))).toBeLessThanOrEqual(tangoZ(at, Math.min(one, other)) + 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('doubling every row narrows the interval by about √2', () => {
  const once = tangoInterval({ wins: 400, losses: 500, examples: 10_000 }, 0.95);
  const twice = tangoInterval({ wins: 800, losses: 1000, examples: 20_000 }, 0.95);
  expect((once.upper - once.lower) / (twice.upper - twice.lower)).toBeCloseTo(Math.SQRT2, 2);
});

/** Chance of passing the non-inferiority test, by enumeration of all outcomes. */
function chanceOfPass(
  examples: number,
  margin: number,
  discordance: number,
  difference: number,
  alpha: number,
): number {
  let chance = 0;
  for (const at of outcomes(examples, (discordance + difference) / 2, (discordance - difference) / 2)) {
    if (tangoNonInferiorityP({ ...at, examples }, margin) < alpha) chance += at.chance;
  }
  return chance;
}

test.each([
  // rows, margin, discordance, size at .05, size at .025
  [20, 0.05, 0.4, '0.0535', '0.0305'],
  [50, 0.02, 0.1, '0.0549', '0.0190'],
  [50, 0.05, 0.2, '0.0497', '0.0191'],
  [100, 0.1, 0.1, '0.0576', '0.0237'],
  [200, 0.02, 0.1, '0.0474', '0.0238'],
  [200, 0.1, 0.4, '0.0511', '0.0246'],
] as const)(
  'exact type I error at the margin: n = %d, margin %d, discordance %d',
  (examples, margin, psi, at05, at025) => {
    expect(chanceOfPass(examples, margin, psi, -margin, 0.05).toFixed(4)).toBe(at05);
    expect(chanceOfPass(examples, margin, psi, -margin, 0.025).toFixed(4)).toBe(at025);
  },
);

test('exact power at the smallest provable margin comes near the planned .8', () => {
  const powerAt = (rows: number, discordance: number): string =>
    chanceOfPass(rows, smallestProvableMargin({ rows, discordance, alpha: 0.05 }), discordance, 0, 0.05).toFixed(3);
  expect([powerAt(200, 0.1), powerAt(300, 0.2), powerAt(400, 0.1)]).toEqual(['0.770', '0.794', '0.785']);
});

test.each([
  [{ wins: 1, losses: 1, examples: 0 }, 'examples must be an integer of at least 1, got 0'],
  [{ wins: 3, losses: 2, examples: 4 }, 'wins + losses must not exceed examples, got 3 + 2 > 4'],
  [{ wins: -1, losses: 2, examples: 4 }, 'wins must be an integer of at least 0, got -1'],
  [{ wins: 1, losses: Number.NaN, examples: 4 }, 'losses must be an integer of at least 0, got NaN'],
])('counts %j are refused', (at, message) => {
  expect(() => tangoInterval(at, 0.95)).toThrow(new RangeError(message));
  expect(() => tangoZ(at, 0)).toThrow(new RangeError(message));
  expect(() => tangoNonInferiorityP(at, 0.1)).toThrow(new RangeError(message));
});

test('levels, margins and differences out of range are refused', () => {
  const at = { wins: 1, losses: 1, examples: 10 };
  expect(() => tangoInterval(at, 1)).toThrow(new RangeError('level must lie strictly between 0 and 1, got 1'));
  expect(() => tangoNonInferiorityP(at, -0.1)).toThrow(new RangeError('margin must lie in [0, 1), got -0.1'));
  expect(() => tangoZ(at, 1.1)).toThrow(new RangeError('difference must lie in [-1, 1], got 1.1'));
});
