import { interpolate, quantilePosition } from './quantile.ts';
import { sortedRanks } from './sorted-ranks.ts';

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
 */
export function quantileWindow(column: Float64Array, probability: number, reach: number): QuantileWindow {
  const rows = column.length;
  const { rank, fraction } = quantilePosition(rows, probability);
  const low = Math.max(0, rank - reach);
  const nearby = sortedRanks(column, low, Math.min(rows - 1, rank + 1 + reach));
  const high = low + nearby.length - 1;
  const values = nearby.filter((value, i) => i === 0 || value !== nearby[i - 1]);
  const point = interpolate(nearby[rank - low] ?? Number.NaN, nearby[rank + 1 - low], fraction);
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
