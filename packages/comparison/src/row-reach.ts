import { UserError } from '@modelgate/core';

/** The least and the largest that one more row of candidate − factor × champion could be. */
export interface RowReach {
  readonly worst: number;
  readonly best: number;
}

export function rowReach(range: readonly [number, number] | undefined, factor: number): RowReach | undefined {
  if (range === undefined) return undefined;
  const [low, high] = range;
  const [least, most] = factor < 0 ? [factor * high, factor * low] : [factor * low, factor * high];
  return { worst: low - most, best: high - least };
}

/** @throws UserError column-type where values lie outside the range that the policy declares */
export function requireRange(
  name: string,
  range: readonly [number, number],
  [lowest, highest]: readonly [number, number],
): void {
  if (lowest >= range[0] && highest <= range[1]) return;
  throw new UserError(
    'column-type',
    `${name}: values reach from ${lowest} to ${highest}, outside the declared range [${range.join(', ')}]`,
    {
      how: 'mend `range`, or the column',
    },
  );
}

/** The least and the largest of some columns. */
export function extremesOf(columns: readonly Float64Array[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns) {
    for (const value of column) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}
