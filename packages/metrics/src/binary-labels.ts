/** @throws RangeError when a label is neither 0 nor 1 */
export function requireBinary(labels: ArrayLike<number>): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label !== 0 && label !== 1) throw new RangeError(`labels[${row}] must be 0 or 1, got ${label}`);
  }
}
