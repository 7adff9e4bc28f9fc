import { expect } from 'vitest';

/** Absolute tolerance. */
export function expectNear(actual: number | undefined, expected: number, tolerance: number): void {
  expect(actual, `expected ${expected} ± ${tolerance}`).toBeTypeOf('number');
  expect(Math.abs((actual ?? Number.NaN) - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

export function expectInterval(
  actual: { readonly lower: number; readonly upper: number },
  expected: readonly number[],
  tolerance: number,
): void {
  expectNear(actual.lower, expected[0] ?? Number.NaN, tolerance);
  expectNear(actual.upper, expected[1] ?? Number.NaN, tolerance);
}
