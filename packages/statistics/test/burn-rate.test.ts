import { expect, test } from 'vitest';
import { BURN_WINDOWS, burnDetectionTime, burnRate, burns, burnThreshold } from '../src/index.ts';

test('the workbook’s thresholds are its shares of the budget', () => {
  const shares = [0.02, 0.05, 0.1];
  for (const [i, { long, short, threshold }] of BURN_WINDOWS.entries()) {
    expect(burnThreshold(long, shares[i] ?? 0, 720)).toBeCloseTo(threshold, 12);
    expect(short).toBeCloseTo(long / 12, 12);
  }
});

test('detection times at 99.9 %: all errors .864 minutes, 10 % 8.64, 1 % never', () => {
  const minutes = (errors: number) => (burnDetectionTime(1, 14.4, errors, 0.999) ?? Infinity) * 60;
  expect(minutes(1)).toBeCloseTo(0.864, 10);
  expect(minutes(0.1)).toBeCloseTo(8.64, 10);
  expect(minutes(0.0144)).toBeCloseTo(60, 8);
  expect(minutes(0.01)).toBe(Infinity);
  expect(burnRate(0.01, 0.999)).toBeCloseTo(10, 10);
});

test('both windows must burn', () => {
  const page = { long: 1, short: 1 / 12, threshold: 14.4, severity: 'page' } as const;
  expect([burns(page, 15, 15), burns(page, 15, 3), burns(page, 3, 15), burns(page, 14.4, 14.4)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test.each([
  [() => burnRate(1.1, 0.9), 'errorRatio must lie in [0, 1], got 1.1'],
  [() => burnRate(0.1, 1), 'objective must lie strictly between 0 and 1, got 1'],
  [() => burnThreshold(10, 0.1, 5), 'period - window must be a finite number of at least 0, got -5'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
