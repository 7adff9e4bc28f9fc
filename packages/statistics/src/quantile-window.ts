import { requireFinite } from './argument.ts';
import { interpolate, quantileOfSorted, quantilePosition } from './quantile.ts';

/**
 * One column, seen from one of its quantiles: the distinct values near it, each a cell, and one cell for all that lies
 * below and one for all above. Resampling moves the quantile by a few standard errors of its rank only, so that the rows
 * outside matter by their number alone.
 */
export interface QuantileWindow {
  /** The quantile of the column itself. */
  readonly point: number;
  /** Cells: 0 is below, 1 … size − 2 are the window's values, size − 1 is above. */
  readonly size: number;
  /** Cell of a value of this column. */
  cellOf(value: number): number;
  /** Value of a window cell. */
  cellValue(cell: number): number;
  /** The quantile of the column without one row of that cell; NaN when one row is all there is. */
  withoutOneRowOf(cell: number): number;
}

/**
 * @param column      finite numbers, at least one
 * @param probability in (0, 1)
 * @param reach       ranks on either side of the quantile that belong to the window; at least 2
 * @throws RangeError when a value is not finite
 */
export function quantileWindow(column: Float64Array, probability: number, reach: number): QuantileWindow {
  const sorted = column.slice().sort();
  const rows = sorted.length;
  const point = quantileOfSorted(sorted, probability);
  requireFinite('quantile', point);
  const { rank } = quantilePosition(rows, probability);
  const low = Math.max(0, rank - reach);
  const high = Math.min(rows - 1, rank + 1 + reach);
  const values = sorted.slice(low, high + 1).filter((value, i, all) => i === 0 || value !== all[i - 1]);
  const nearby = sorted.slice(low, high + 1);
  const size = values.length + 2;
  const lowest = values[0] ?? Number.NaN;
  const highest = values[values.length - 1] ?? Number.NaN;

  const cellOf = (value: number): number => {
    if (value < lowest) return 0;
    return value > highest ? size - 1 : firstAtLeast(values, value) + 1;
  };
  const cellValue = (cell: number): number => values[cell - 1] ?? Number.NaN;
  const withoutOneRowOf = (cell: number): number => {
    if (rows === 1) return Number.NaN;
    const shorter = quantilePosition(rows - 1, probability);
    // Any row of the cell stands for all: below and above lie clear of the quantile, and equal values are equal.
    const removed = cell === 0 ? low - 1 : cell === size - 1 ? high + 1 : low + firstAtLeast(nearby, cellValue(cell));
    const at = (position: number): number | undefined => nearby[(position < removed ? position : position + 1) - low];
    return interpolate(at(shorter.rank) ?? Number.NaN, at(shorter.rank + 1), shorter.fraction);
  };
  return { point, size, cellOf, cellValue, withoutOneRowOf };
}

/** Index of the first element that is at least `value`; the length when there is none. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? Infinity) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
