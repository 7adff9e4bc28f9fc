import type { Interval } from './interval.ts';

/** An estimate ≥ 0 with its own limits, 0 ≤ lower ≤ value ≤ upper. */
export interface LimitedEstimate extends Interval {
  readonly value: number;
}

/**
 * Bounds of the ratio of two independent estimates, from limits of each at the level that the bounds shall have. It keeps
 * the skew of either side; with limits value ± z se it is close to Fieller's. An upper bound is Infinity where the
 * denominator may be 0; a lower one is 0 where the numerator may.
 *
 * Source: Donner and Zou (2012), Statistical Methods in Medical Research 21, 347–359 (MOVER-R); the lower bound with its
 * numerator made rational, so that it does not cancel or divide by 0.
 */
export function moverRatio(numerator: LimitedEstimate, denominator: LimitedEstimate): Interval {
  const product = numerator.value * denominator.value;
  const root = (squared: number) => Math.sqrt(Math.max(0, product ** 2 - squared));
  const least = numerator.lower * (2 * numerator.value - numerator.lower);
  const lowRoot = root(least * denominator.upper * (2 * denominator.value - denominator.upper));
  const most = numerator.upper * (2 * numerator.value - numerator.upper);
  const divisor = denominator.lower * (2 * denominator.value - denominator.lower);
  return {
    lower: least > 0 ? least / (product + lowRoot) : 0,
    upper: divisor > 0 ? (product + root(most * divisor)) / divisor : Infinity,
  };
}
