import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

interface Golden<Input, Expected> {
  readonly id: string;
  readonly input: Input;
  readonly expect: Expected;
  readonly tol: number;
  readonly source: string;
}

const goldens: readonly Golden<unknown, unknown>[] = JSON.parse(
  readFileSync(new URL('../../../test/golden/statistics.json', import.meta.url), 'utf8'),
);

/** A published number with its inputs; the caller states the shapes, as the file holds those of many methods. */
export function golden<Input, Expected>(id: string): Golden<Input, Expected> {
  const found = goldens.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no golden ${id}`);
  return found as Golden<Input, Expected>;
}

/** Absolute tolerance, as the golden file means it. */
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
