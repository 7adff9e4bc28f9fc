import { requireFiniteColumn } from './argument.ts';
import type { DesignedValues } from './designed-mean.ts';
import { normalQuantile } from './distribution.ts';
import { oneSidedAlpha } from './interval.ts';
import { effectiveDesign, keptOf, unitSums } from './row-design.ts';

/** How far a few rows make up the spread of a mean, and what that does to its t interval. */
export interface HeavyTails {
  /** Of the units' residuals: third moment over the 3/2 power of the second, divisor n (scipy.stats.skew); 0 without variance. */
  readonly skewness: number;
  /** Share of the sum of squared residuals that the largest unit has, in [0, 1]; 0 without variance. */
  readonly largestShare: number;
  /** Estimated true error of either one-sided bound whose nominal error is (1 − level)/2, in [0, 1]. */
  readonly oneSidedError: { readonly lower: number; readonly upper: number };
}

/**
 * Whether the t interval of a mean can be trusted with rows as skewed as these.
 *
 * The error of a one-sided t bound is alpha ∓ skewness/(6 √n) (2 z² + 1) φ(z) to first order: rows with a long right tail
 * make the upper bound err too often and the lower one too seldom. The sample's skewness understates that of a heavy
 * tail (it never exceeds √n), so the estimate is itself a lower one for the bound on the tail's side.
 *
 * @param input values, design and level as for `designedMean`
 * @throws RangeError as `designedMean`
 * Source: Hall (1992), The Bootstrap and Edgeworth Expansion, eq. (2.55) for Student's t; Johnson (1978), Journal of the
 * American Statistical Association 73, 536–544.
 */
export function heavyTails({ values, design, level }: DesignedValues): HeavyTails {
  const alpha = oneSidedAlpha(level);
  requireFiniteColumn('values', values);
  const effective = effectiveDesign(values.length, design);
  const kept = keptOf(values, effective);
  const residuals = unitResiduals(kept, effective);
  let squares = 0;
  let cubes = 0;
  let largest = 0;
  for (let unit = 0; unit < residuals.length; unit++) {
    const residual = residuals[unit] ?? 0;
    const square = residual * residual;
    squares += square;
    cubes += square * residual;
    if (square > largest) largest = square;
  }
  const scale = kept.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(squares > residuals.length * (1e-14 * scale) ** 2)) {
    return { skewness: 0, largestShare: 0, oneSidedError: { lower: alpha, upper: alpha } };
  }
  // Σ r³/(Σ r²)^1.5 is skewness/√n, also where the units have unequal weights.
  const relative = cubes / squares ** 1.5;
  const z = normalQuantile(alpha);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const shift = (relative / 6) * (2 * z * z + 1) * density;
  return {
    skewness: relative * Math.sqrt(residuals.length),
    largestShare: largest / squares,
    oneSidedError: { lower: clamp(alpha - shift), upper: clamp(alpha + shift) },
  };
}

function unitResiduals(values: Float64Array, effective: ReturnType<typeof effectiveDesign>): Float64Array {
  const weights = unitSums(() => 1, effective);
  const sums = unitSums((row) => values[row] ?? 0, effective);
  const mean = sums.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0);
  // Scaled by the mean weight of a unit, so that they are of the size of the values: cubes must not underflow.
  const meanWeight = weights.reduce((a, b) => a + b, 0) / weights.length;
  return sums.map((sum, unit) => (sum - (weights[unit] ?? 0) * mean) / meanWeight);
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
