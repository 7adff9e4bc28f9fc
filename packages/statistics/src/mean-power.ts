import { requireCount, requireFinite, requireNonNegative, requirePositive } from './argument.ts';
import { type Plan, quantilesOf } from './power.ts';

/** Where the variance of a per-example difference comes from, for scores that vary when a run is repeated. */
export interface DifferenceVariance {
  /** omega²: variance of the true difference from example to example, ≥ 0. */
  readonly between: number;
  /** Variance of one run about its example's true score, ≥ 0; default 0: repeating gives the same. */
  readonly championWithin?: number;
  readonly candidateWithin?: number;
  /** Runs that are averaged for each example, > 0; default 1. */
  readonly championRepeats?: number;
  readonly candidateRepeats?: number;
}

/**
 * Variance of the difference of two averages of one example: omega² + sA²/KA + sB²/KB.
 * @throws RangeError when an argument is out of range
 */
export function differenceVariance(source: DifferenceVariance): number {
  const { between, championWithin = 0, candidateWithin = 0, championRepeats = 1, candidateRepeats = 1 } = source;
  requireNonNegative('between', between);
  requireNonNegative('championWithin', championWithin);
  requireNonNegative('candidateWithin', candidateWithin);
  requirePositive('championRepeats', championRepeats);
  requirePositive('candidateRepeats', candidateRepeats);
  return between + championWithin / championRepeats + candidateWithin / candidateRepeats;
}

/**
 * Paired rows needed to see a true difference of two means, or, with a margin, to prove that a mean did not fall by more.
 *
 * @param input.difference true difference candidate − champion; without a margin not 0, with one above −margin
 * @param input.margin     largest tolerated drop, ≥ 0; undefined: the difference itself is to be seen
 * @returns rows as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 * Source: Miller (2024), Adding Error Bars to Evals, section 5; the normal approximation.
 */
export function rowsForMeanDifference(
  input: Plan & DifferenceVariance & { readonly difference: number; readonly margin?: number },
): number {
  const { zAlpha, zPower } = quantilesOf(input);
  requireFinite('difference', input.difference);
  if (input.margin !== undefined) requireNonNegative('margin', input.margin);
  const distance = input.margin === undefined ? Math.abs(input.difference) : input.difference + input.margin;
  requirePositive(input.margin === undefined ? 'absolute difference' : 'difference + margin', distance);
  return ((zAlpha + zPower) ** 2 * differenceVariance(input)) / distance ** 2;
}

/**
 * Smallest difference of two means that these rows show with the planned power: the inverse of `rowsForMeanDifference`.
 * It is also the smallest margin that they prove when nothing changed.
 *
 * @param input.rows integer > 0
 * @throws RangeError when an argument is out of range
 */
export function detectableMeanDifference(input: Plan & DifferenceVariance & { readonly rows: number }): number {
  const { zAlpha, zPower } = quantilesOf(input);
  requireCount('rows', input.rows, 1);
  return (zAlpha + zPower) * Math.sqrt(differenceVariance(input) / input.rows);
}
