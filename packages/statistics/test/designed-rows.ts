/** Thirty rows in twelve clusters, with weights; golden numbers of several tests are of these. */
export const values = Float64Array.of(
  ...[2.04, 2.516, 2.025, -2.193, 0.603, 0.144, 1.097, 2.215, 1.999, 1.928, 0.546, 1.064, -0.206, 0.368, -0.893],
  ...[0.188, -0.371, -0.704, -1.193, -1.576, 0.142, -0.142, 1.428, 1.094, -2.624, -2.871, -1.157, -0.969, -0.333],
  -0.329,
);
export const clusters = Uint32Array.of(
  ...[0, 0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 11],
);
/** .5, 2.25, 1.25, 3 …: (7 i mod 11)/4 + .5. */
export const weights = Float64Array.from(values, (_, i) => 0.5 + ((7 * i) % 11) / 4);

/** The same rows in another order. */
export function turned<Column>(column: { toReversed(): Column }): Column {
  return column.toReversed();
}

/** The result as the kind that it is expected to be. */
export function kindOf<Result extends { readonly kind: string }, Kind extends Result['kind']>(
  result: Result | undefined,
  kind: Kind,
): Extract<Result, { readonly kind: Kind }> {
  if (result === undefined || !isKind(result, kind)) {
    throw new Error(`expected ${kind}, got ${JSON.stringify(result)}`);
  }
  return result;
}

function isKind<Result extends { readonly kind: string }, Kind extends Result['kind']>(
  result: Result,
  kind: Kind,
): result is Extract<Result, { readonly kind: Kind }> {
  return result.kind === kind;
}
