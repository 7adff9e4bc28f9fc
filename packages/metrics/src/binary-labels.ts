/** @throws RangeError when a label is neither 0 nor 1 */
export function requireBinary(labels: ArrayLike<number>): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? Number.NaN;
    if (label !== 0 && label !== 1) throw new RangeError(`labels[${row}] must be 0 or 1, got ${label}`);
  }
}

/** Weight of the positive and of the negative rows. @param positiveLabel the label of the positive ones */
export function sidesOf(
  labels: ArrayLike<number>,
  positiveLabel: number,
  weights: Float64Array | undefined,
): { readonly positives: number; readonly negatives: number } {
  let positives = 0;
  if (weights === undefined) {
    for (let row = 0; row < labels.length; row++) positives += labels[row] === positiveLabel ? 1 : 0;
    return { positives, negatives: labels.length - positives };
  }
  let negatives = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === positiveLabel) positives += weights[row] ?? 0;
    else negatives += weights[row] ?? 0;
  }
  return { positives, negatives };
}
