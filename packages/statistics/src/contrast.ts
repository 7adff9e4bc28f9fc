import {
  type BootstrapEstimate,
  type BootstrapMethod,
  bootstrapInterval,
  jackknifeAcceleration,
} from './bootstrap-interval.ts';

/** One estimate for each statistic and each contrast, in their order, all from the same replicates. */
export interface BootstrapEstimates {
  readonly statistics: readonly BootstrapEstimate[];
  readonly contrasts: readonly BootstrapEstimate[];
}

/** Statistics on the rows, on every replicate, and without one unit of each kind. */
export interface ContrastMaterial {
  readonly points: readonly number[];
  /** One column of replicates a statistic. */
  readonly columns: readonly Float64Array[];
  /** One column a statistic, and how many units each of its values stands for; needed for BCa. */
  readonly jackknife: { readonly columns: readonly Float64Array[]; readonly weights: ArrayLike<number> } | undefined;
  /** Linear combinations of the statistics, one weight each. */
  readonly contrasts: readonly (readonly number[])[];
  readonly level: number;
  readonly method: BootstrapMethod;
}

/** Intervals of statistics and of their linear combinations. */
export function contrastEstimates(material: ContrastMaterial): BootstrapEstimates {
  const { points, columns, jackknife, contrasts, level, method } = material;
  const estimate = (weights: readonly number[]): BootstrapEstimate =>
    bootstrapInterval({
      point: combine(points, weights),
      values: combineColumns(columns, weights),
      acceleration:
        jackknife === undefined
          ? 0
          : jackknifeAcceleration(combineColumns(jackknife.columns, weights), jackknife.weights),
      level,
      method,
    });
  return {
    statistics: points.map((_, i) => estimate(points.map((_, j) => (i === j ? 1 : 0)))),
    contrasts: contrasts.map(estimate),
  };
}

/** @throws RangeError when a contrast has not one finite weight for each statistic */
export function requireWeights(weights: readonly number[], statistics: number): void {
  if (weights.length !== statistics || !weights.every(Number.isFinite)) {
    throw new RangeError(
      `a contrast needs ${statistics} finite weights, one for each statistic, got [${weights.join(', ')}]`,
    );
  }
}

/** One linear combination of numbers, as `contrastEstimates` makes of points. */
export function combine(values: readonly number[], weights: readonly number[]): number {
  return (
    combineColumns(
      values.map((value) => Float64Array.of(value)),
      weights,
    )[0] ?? Number.NaN
  );
}

/**
 * Weight 0 drops a statistic altogether: 0 × NaN must not spoil what does not use it. A sum that is rounding against its
 * terms is 0: two equal models computed in different orders must not look better or worse by 10⁻¹⁷.
 */
function combineColumns(columns: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0);
  const sizes = new Float64Array(sums.length);
  for (const [i, weight] of weights.entries()) {
    const column = columns[i];
    if (weight === 0 || column === undefined) continue;
    for (let k = 0; k < sums.length; k++) {
      const term = weight * (column[k] ?? Number.NaN);
      sums[k] = (sums[k] ?? 0) + term;
      sizes[k] = (sizes[k] ?? 0) + Math.abs(term);
    }
  }
  return sums.map((sum, k) => (Math.abs(sum) <= 8 * Number.EPSILON * (sizes[k] ?? 0) ? 0 : sum));
}
