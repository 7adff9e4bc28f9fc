import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mcnemar, mcnemarWorseMidP } from '../src/index.ts';
import { outcomes } from './trinomial.ts';

const count = fc.integer({ min: 0, max: 300 });

test('without a discordant pair nothing differs', () => {
  expect(mcnemar(0, 0)).toEqual({
    statistic: 0,
    correctedStatistic: 0,
    exact: 1,
    midP: 1,
    asymptotic: 1,
    corrected: 1,
  });
  expect(mcnemarWorseMidP(0, 0)).toBe(0.5);
});

test('at b = c the corrected statistic is 0', () => {
  expect(mcnemar(7, 7)).toMatchObject({ statistic: 0, correctedStatistic: 0, corrected: 1, exact: 1 });
});

test('swapping the models keeps two-sided p-values and mirrors the one-sided one', () => {
  fc.assert(
    fc.property(count, count, (wins, losses) => {
      expect(mcnemar(wins, losses)).toEqual(mcnemar(losses, wins));
      expect(mcnemarWorseMidP(wins, losses) + mcnemarWorseMidP(losses, wins)).toBeCloseTo(1, 12);
    }),
  );
});

test('one more loss is never evidence for the candidate', () => {
  fc.assert(
    fc.property(count, count, (wins, losses) => {
      expect(mcnemarWorseMidP(wins, losses + 1)).toBeLessThan(mcnemarWorseMidP(wins, losses) + 1e-15);
    }),
  );
});

/** Chance of finding the candidate worse among 500 pairs with a tenth discordant, by enumeration. */
function chanceOfWorse(drop: number, rejects: (wins: number, losses: number) => boolean): number {
  let chance = 0;
  for (const at of outcomes(500, (0.1 - drop) / 2, (0.1 + drop) / 2)) {
    if (at.losses > at.wins && rejects(at.wins, at.losses)) chance += at.chance;
  }
  return chance;
}

test('type I error and power are those of statistics.md, exactly enumerated', () => {
  const exact = (wins: number, losses: number) => mcnemar(wins, losses).exact <= 0.05;
  const midP = (wins: number, losses: number) => mcnemar(wins, losses).midP <= 0.05;
  const worse = (wins: number, losses: number) => mcnemarWorseMidP(wins, losses) <= 0.05;
  expect([exact, midP, worse].map((rejects) => chanceOfWorse(0, rejects).toFixed(4))).toEqual([
    '0.0183',
    '0.0247',
    '0.0494',
  ]);
  expect([exact, midP, worse].map((rejects) => chanceOfWorse(0.01, rejects).toFixed(3))).toEqual([
    '0.083',
    '0.103',
    '0.172',
  ]);
});

test.each([
  [() => mcnemar(-1, 2), 'wins must be an integer of at least 0, got -1'],
  [() => mcnemar(1, 2.5), 'losses must be an integer of at least 0, got 2.5'],
  [() => mcnemarWorseMidP(Number.NaN, 2), 'wins must be an integer of at least 0, got NaN'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});

test('all p-values to ten digits, on the example of R’s mcnemar.test', () => {
  const { asymptotic, corrected, exact, midP } = mcnemar(150, 86);
  const digits = [asymptotic, corrected, exact, midP].map((p) => p.toExponential(8));
  expect(digits).toEqual(['3.09929344e-5', '4.11456228e-5', '3.71593614e-5', '2.89338952e-5']);
});
