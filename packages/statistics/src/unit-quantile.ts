import { ascendingOrder } from './ascending-order.ts';
import { interpolate, quantilePosition } from './quantile.ts';

/** A column of rows that count, sorted once. */
export interface SortedColumn {
  readonly values: Float64Array;
  /** Rows in ascending order of their values. */
  readonly order: Uint32Array;
  /** Undefined: all weigh 1. */
  readonly weights: Float64Array | undefined;
}

export function sortedColumn(values: Float64Array, weights: Float64Array | undefined): SortedColumn {
  return { values, order: ascendingOrder(values), weights };
}

/** The quantile of the column itself: type 7 without weights, type 2 with them (see `designedQuantile`). */
export function quantileOfColumn(column: SortedColumn, probability: number): number {
  const rows = column.order.length;
  const everyRow = new UnitQuantile(column, { unitOf: new Uint32Array(rows), units: 1 }, probability, 1);
  return everyRow.at(Float64Array.of(1)) ?? Number.NaN;
}

/** Which unit each row belongs to. */
export interface UnitNumbers {
  readonly unitOf: Uint32Array;
  readonly units: number;
}

/**
 * The quantile of a column whose units are drawn some number of times each.
 *
 * Rows far from the quantile of the column itself matter by their weight alone, which is summed by unit once; only rows
 * in a window around it are walked through. A draw whose quantile lies outside the window has no value here.
 */
export class UnitQuantile {
  private readonly probability: number;
  private readonly weighted: boolean;
  /** By unit: weight of all rows, and of those below the window. */
  private readonly total: Float64Array;
  private readonly below: Float64Array;
  /** Of the window's rows, ascending. */
  private readonly values: Float64Array;
  private readonly unitOf: Uint32Array;
  private readonly weights: Float64Array;
  /** Whether rows lie below, or above, the window. */
  private readonly open: { readonly below: boolean; readonly above: boolean };

  /** @param spread what the window reaches on either side of the quantile, as a share of the weight */
  constructor(column: SortedColumn, { unitOf, units }: UnitNumbers, probability: number, spread: number) {
    const { values, order, weights } = column;
    const rows = order.length;
    this.probability = probability;
    this.weighted = weights !== undefined;
    this.total = new Float64Array(units);
    this.below = new Float64Array(units);
    const weightOf = (row: number): number => (weights === undefined ? 1 : (weights[row] ?? 0));
    let all = 0;
    for (let row = 0; row < rows; row++) {
      const unit = unitOf[row] ?? 0;
      this.total[unit] = (this.total[unit] ?? 0) + weightOf(row);
      all += weightOf(row);
    }
    const [from, to] = windowOf(order, weightOf, all, probability, spread);
    for (let i = 0; i < from; i++) {
      const unit = unitOf[order[i] ?? 0] ?? 0;
      this.below[unit] = (this.below[unit] ?? 0) + weightOf(order[i] ?? 0);
    }
    const inside = order.subarray(from, to);
    this.values = Float64Array.from(inside, (row) => values[row] ?? Number.NaN);
    this.unitOf = Uint32Array.from(inside, (row) => unitOf[row] ?? 0);
    this.weights = Float64Array.from(inside, weightOf);
    this.open = { below: from > 0, above: to < rows };
  }

  /**
   * @param times how often each unit is drawn, not all 0
   * @returns undefined when the quantile lies outside the window
   */
  at(times: Float64Array): number | undefined {
    let all = 0;
    let below = 0;
    for (let unit = 0; unit < times.length; unit++) {
      const drawn = times[unit] ?? 0;
      all += drawn * (this.total[unit] ?? 0);
      below += drawn * (this.below[unit] ?? 0);
    }
    return this.weighted ? this.byWeight(times, all, below) : this.byRank(times, all, below);
  }

  private byRank(times: Float64Array, rows: number, below: number): number | undefined {
    const { rank, fraction } = quantilePosition(rows, this.probability);
    if (below > rank) return undefined;
    let reached = below;
    let at = -1;
    while (reached <= rank) {
      if (++at === this.values.length) return undefined;
      reached += times[this.unitOf[at] ?? 0] ?? 0;
    }
    const value = this.values[at] ?? Number.NaN;
    if (fraction === 0 || reached > rank + 1) return value;
    const next = this.firstDrawn(times, at + 1);
    return next === undefined ? undefined : interpolate(value, next, fraction);
  }

  /** Hyndman and Fan's type 2: where a sum of weights is just the share, the mean of this value and the next. */
  private byWeight(times: Float64Array, all: number, below: number): number | undefined {
    const target = this.probability * all;
    const slack = SLACK * all;
    if (this.open.below && below >= target - slack) return undefined;
    let reached = below;
    for (let at = 0; at < this.values.length; at++) {
      reached += (times[this.unitOf[at] ?? 0] ?? 0) * (this.weights[at] ?? 0);
      if (reached < target - slack) continue;
      const value = this.values[at] ?? Number.NaN;
      if (reached > target + slack) return value;
      const next = this.firstDrawn(times, at + 1);
      if (next !== undefined) return (value + next) / 2;
      return this.open.above ? undefined : value;
    }
    return undefined;
  }

  private firstDrawn(times: Float64Array, from: number): number | undefined {
    for (let at = from; at < this.values.length; at++)
      if ((times[this.unitOf[at] ?? 0] ?? 0) > 0) return this.values[at];
    return undefined;
  }
}

/** Within it, as a share of their total, two sums of weights are equal: ten weights of .1 have a middle as ten of 1 do. */
const SLACK = 1e-12;
/** The window has these rows on either side at least. */
const LEAST_ROWS = 16;

function windowOf(
  order: Uint32Array,
  weightOf: (row: number) => number,
  all: number,
  probability: number,
  spread: number,
): readonly [number, number] {
  let from = 0;
  let reached = 0;
  while (from < order.length && reached + weightOf(order[from] ?? 0) < (probability - spread) * all) {
    reached += weightOf(order[from++] ?? 0);
  }
  let to = from;
  while (to < order.length && reached < (probability + spread) * all) reached += weightOf(order[to++] ?? 0);
  return [Math.max(0, from - LEAST_ROWS), Math.min(order.length, to + LEAST_ROWS)];
}

export interface ShareBelow {
  /** Of the weight. */
  readonly share: number;
  readonly standardError: number;
}

/**
 * The share of the weight at or below a value, its standard error from residuals summed by unit.
 * Source: Woodruff (1952), Journal of the American Statistical Association 47, 635–646.
 */
export function shareAtOrBelow(column: SortedColumn, units: UnitNumbers, value: number): ShareBelow {
  return shareOf(
    column,
    units,
    column.values.map((of) => (of <= value ? 1 : 0)),
  );
}

/** The share of the rows that come first up to a probability: unlike that of a value it has an error where many are equal. */
export function shareOfFirst(column: SortedColumn, units: UnitNumbers, probability: number): ShareBelow {
  const { order, weights } = column;
  const all = weights === undefined ? order.length : weights.reduce((sum, weight) => sum + weight, 0);
  const isFirst = new Float64Array(order.length);
  let reached = 0;
  for (const row of order) {
    reached += weights === undefined ? 1 : (weights[row] ?? 0);
    if (reached > probability * all) break;
    isFirst[row] = 1;
  }
  return shareOf(column, units, isFirst);
}

function shareOf({ weights }: SortedColumn, { unitOf, units }: UnitNumbers, counted: Float64Array): ShareBelow {
  const weightOf = (row: number): number => (weights === undefined ? 1 : (weights[row] ?? 0));
  let all = 0;
  let below = 0;
  for (let row = 0; row < counted.length; row++) {
    all += weightOf(row);
    below += weightOf(row) * (counted[row] ?? 0);
  }
  const share = below / all;
  const residuals = new Float64Array(units);
  for (let row = 0; row < counted.length; row++) {
    const unit = unitOf[row] ?? 0;
    residuals[unit] = (residuals[unit] ?? 0) + weightOf(row) * ((counted[row] ?? 0) - share);
  }
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { share, standardError: units < 2 ? 0 : Math.sqrt((units / (units - 1)) * squares) / all };
}
