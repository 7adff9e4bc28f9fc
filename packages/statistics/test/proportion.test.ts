import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agrestiMinInterval,
  clopperPearsonInterval,
  jeffreysInterval,
  miettinenNurminenInterval,
  newcombeInterval,
  pairedWaldInterval,
  wilsonInterval,
} from '../src/index.ts';
import { expectInterval } from './near.ts';

test.each([
  // scipy 1.17.1: beta.ppf and binomtest(...).proportion_ci(method='exact')
  [0, 10, [0, 0.21719626750921053], [0, 0.30849710781876294]],
  [3, 10, [0.09269459393815316, 0.6058183181486713], [0.06673951117773447, 0.652452850060008]],
  [81, 263, [0.2545219349910236, 0.36564749917408246], [0.25273674558504267, 0.36762192260134746]],
  [10, 10, [0.7828037324907894, 1], [0.6915028921812371, 1]],
] as const)('Jeffreys and Clopper–Pearson of %d in %d as scipy has them', (x, n, jeffreys, exact) => {
  expectInterval(jeffreysInterval(x, n, 0.95), jeffreys, 1e-12);
  expectInterval(clopperPearsonInterval(x, n, 0.95), exact, 1e-12);
});

test('Wilson at no success', () => {
  expectInterval(wilsonInterval(0, 10, 0.95), [0, 0.2775], 5e-5);
});

test.each([
  // Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 6
  [9, 10, 3, 10, [0.17, 0.8406]],
  [5, 56, 0, 29, [-0.0326, 0.1933]],
  [0, 10, 0, 20, [-0.1658, 0.2844]],
  [0, 10, 0, 10, [-0.2879, 0.2879]],
  [10, 10, 0, 20, [0.7156, 1]],
  [10, 10, 0, 10, [0.6636, 1]],
] as const)('Miettinen and Nurminen: %d/%d − %d/%d', (x1, n1, x2, n2, want) => {
  const counts = { candidateSuccesses: x1, candidateTrials: n1, championSuccesses: x2, championTrials: n2 };
  expectInterval(miettinenNurminenInterval(counts, 0.95), want, 5e-5);
  const swapped = { candidateSuccesses: x2, candidateTrials: n2, championSuccesses: x1, championTrials: n1 };
  const mirrored = miettinenNurminenInterval(swapped, 0.95);
  expectInterval({ lower: -mirrored.upper, upper: -mirrored.lower }, want, 5e-5);
});

test('every interval of a proportion mirrors with failures for successes and holds the estimate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (trials, drawn) => {
      const successes = Math.min(drawn, trials);
      for (const interval of [wilsonInterval, jeffreysInterval, clopperPearsonInterval]) {
        const straight = interval(successes, trials, 0.9);
        const mirrored = interval(trials - successes, trials, 0.9);
        expect(mirrored.lower).toBeCloseTo(1 - straight.upper, 10);
        expect(straight.lower).toBeLessThanOrEqual(successes / trials);
        expect(straight.upper).toBeGreaterThanOrEqual(successes / trials);
      }
    }),
  );
});

test('Clopper and Pearson cover at least the level, whatever the proportion', () => {
  for (const p of [0.01, 0.1, 0.37, 0.5]) {
    let covered = 0;
    let chance = (1 - p) ** 30;
    for (let x = 0; x <= 30; x++) {
      const { lower, upper } = clopperPearsonInterval(x, 30, 0.95);
      if (lower <= p && p <= upper) covered += chance;
      chance *= ((30 - x) / (x + 1)) * (p / (1 - p));
    }
    expect(covered).toBeGreaterThanOrEqual(0.95);
  }
});

test('closed forms of the paired difference mirror as well; Wald’s is empty without discordant pairs', () => {
  const counts = { wins: 6, losses: 16, examples: 161 };
  const swapped = { wins: 16, losses: 6, examples: 161 };
  for (const interval of [agrestiMinInterval, pairedWaldInterval]) {
    expect(interval(swapped, 0.95).lower).toBeCloseTo(-interval(counts, 0.95).upper, 14);
  }
  expect(newcombeInterval(swapped, 59, 0.95).lower).toBeCloseTo(-newcombeInterval(counts, 59, 0.95).upper, 14);
  expect(pairedWaldInterval({ wins: 0, losses: 0, examples: 20 }, 0.95)).toEqual({ lower: 0, upper: 0 });
});

test.each([
  [() => wilsonInterval(5, 0, 0.95), 'trials must be an integer of at least 1, got 0'],
  [() => jeffreysInterval(5, 4, 0.95), 'successes must not exceed trials, got 5 of 4'],
  [() => clopperPearsonInterval(1.5, 4, 0.95), 'successes must be an integer of at least 0, got 1.5'],
  [() => wilsonInterval(1, 4, Number.NaN), 'level must lie strictly between 0 and 1, got NaN'],
  [
    () => newcombeInterval({ wins: 1, losses: 1, examples: 4 }, 3, 0.95),
    'bothRight must be an integer from 0 to 2, got 3',
  ],
  [
    () =>
      miettinenNurminenInterval(
        { candidateSuccesses: 3, candidateTrials: 2, championSuccesses: 0, championTrials: 1 },
        0.95,
      ),
    'candidateSuccesses must not exceed candidateTrials, got 3 of 2',
  ],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
