import { tQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { pointTotals } from './totals-resample.ts';
import type { UnitTotals } from './unit-totals.ts';

/**
 * t interval of a smooth function of totals from its linear approximation: what a unit adds to the totals, along the
 * gradient of the statistic, is its influence. For differences of two models it keeps its level on fewer rows, and on fewer
 * clusters, than resampling does.
 *
 * @param statistic must not change when all totals are multiplied by a number, as ratios and metrics do not
 * @returns undefined where the statistic, or its slope, has no value, or nothing varies
 * Source: Binder (1983), International Statistical Review 51, 279–292; Davison and Hinkley (1997), 2.7.2.
 */
export function linearisedTotals(
  totals: UnitTotals,
  statistic: (totals: Float64Array) => number,
  level: number,
): (Interval & { readonly standardError: number }) | undefined {
  const point = pointTotals(totals);
  const gradient = gradientOf(statistic, point);
  const estimate = statistic(point);
  const { starts, columnOf, amounts, multiplicities, groups } = totals;
  let squares = 0;
  let sum = 0;
  for (let kind = 0; kind < multiplicities.length; kind++) {
    let influence = 0;
    for (let at = starts[kind] ?? 0; at < (starts[kind + 1] ?? 0); at++) {
      influence += (gradient[columnOf[at] ?? 0] ?? 0) * (amounts[at] ?? 0);
    }
    sum += (multiplicities[kind] ?? 0) * influence;
    squares += (multiplicities[kind] ?? 0) * influence ** 2;
  }
  const variance = groups < 2 ? 0 : (groups / (groups - 1)) * (squares - sum ** 2 / groups);
  if (!(Number.isFinite(estimate) && variance > 0)) return undefined;
  const standardError = Math.sqrt(variance);
  const reach = -tQuantile(oneSidedAlpha(level), totals.units - 1) * standardError;
  return { lower: estimate - reach, upper: estimate + reach, standardError };
}

/** Central differences, with a step in proportion to the total. */
function gradientOf(statistic: (totals: Float64Array) => number, point: Float64Array): Float64Array {
  const moved = point.slice();
  const scale = point.reduce((most, total) => Math.max(most, Math.abs(total)), 0);
  return point.map((total, at) => {
    const step = 1e-5 * Math.max(Math.abs(total), 1e-3 * scale);
    moved[at] = total + step;
    const above = statistic(moved);
    moved[at] = total - step;
    const below = statistic(moved);
    moved[at] = total;
    return (above - below) / (2 * step);
  });
}
