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
