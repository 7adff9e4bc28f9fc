import {
  requireBelow,
  requireCount,
  requireFinite,
  requireInnerProbability,
  requireNonNegative,
  requirePositive,
} from './argument.ts';
import { normalQuantile } from './distribution.ts';
import { bisect } from './root.ts';

/** Error rates of a plan. */
export interface Plan {
  /** One-sided: (1 − confidence)/2, the same as the verdict's. In (0, .5). */
  readonly alpha: number;
  /** Chance of the verdict when the assumption holds; default .8. In (.5, 1). */
  readonly power?: number;
}

/** Share of pairs on which the two models differ: (b + c)/n, in (0, 1]. */
interface Discordance {
  readonly discordance: number;
}

/**
 * Paired rows needed to see a true difference of two proportions.
 *
 * @param input.difference  true difference, in either direction; 0 < |difference| ≤ discordance
 * @param input.discordance share of discordant pairs; if unknown, at most the sum of both error rates
 * @returns rows as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 * Source: Connor (1987), Biometrics 43, 207–211.
 */
export function rowsToDetectDifference(input: Plan & Discordance & { readonly difference: number }): number {
  const { zAlpha, zPower } = quantilesOf(input);
  requireDiscordance(input.discordance);
  const difference = Math.abs(input.difference);
  requirePositive('absolute difference', difference);
  requireAtMostDiscordance(difference, input.discordance);
  return connorRows(difference, input.discordance, zAlpha, zPower);
}

/**
 * Smallest difference of two paired proportions that these rows show with the planned power: the inverse of
 * `rowsToDetectDifference`.
 *
 * @returns difference in (0, discordance], or undefined when not even differences all in one direction would be seen
 * @throws RangeError when an argument is out of range
 */
export function minimumDetectableDifference(input: Plan & Discordance & { readonly rows: number }): number | undefined {
  const { zAlpha, zPower } = quantilesOf(input);
  requireDiscordance(input.discordance);
  requireCount('rows', input.rows, 1);
  const excess = (difference: number): number => connorRows(difference, input.discordance, zAlpha, zPower) - input.rows;
  return excess(input.discordance) > 0 ? undefined : bisect(excess, 0, input.discordance);
}

/**
 * Paired rows needed to prove that a proportion did not fall by more than the margin.
 *
 * @param input.margin     largest tolerated drop, > 0
 * @param input.difference assumed true difference candidate − champion, default 0; |difference| ≤ discordance, > −margin
 * @returns rows as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 * Source: Nam (1997), Biometrics 53, 1422–1430, in its large-sample form.
 */
export function rowsToProveMargin(
  input: Plan & Discordance & { readonly margin: number; readonly difference?: number },
): number {
  const { zAlpha, zPower } = quantilesOf(input);
  const { discordance, margin, difference = 0 } = input;
  requireDiscordance(discordance);
  requireNonNegative('margin', margin);
  requireFinite('difference', difference);
  requireAtMostDiscordance(Math.abs(difference), discordance);
  requirePositive('difference + margin', difference + margin);
  return ((zAlpha + zPower) ** 2 * (discordance - difference ** 2)) / (difference + margin) ** 2;
}

/**
 * Smallest margin that these rows can prove with the planned power: the inverse of `rowsToProveMargin`.
 *
 * @param input.difference assumed true difference candidate − champion, default 0
 * @returns margin as a proportion; may exceed 1 (nothing can be proven) or be negative (an improvement can)
 * @throws RangeError when an argument is out of range
 */
export function smallestProvableMargin(
  input: Plan & Discordance & { readonly rows: number; readonly difference?: number },
): number {
  const { zAlpha, zPower } = quantilesOf(input);
  const { discordance, rows, difference = 0 } = input;
  requireDiscordance(discordance);
  requireCount('rows', rows, 1);
  requireFinite('difference', difference);
  requireAtMostDiscordance(Math.abs(difference), discordance);
  return (zAlpha + zPower) * Math.sqrt((discordance - difference ** 2) / rows) - difference;
}

/**
 * Smallest true difference that an estimate with this standard error shows with the planned power; also the smallest
 * margin that it proves when nothing changed. For means and bootstrap metrics.
 *
 * @param input.standardError of the estimated difference, ≥ 0, in the metric's unit
 * @throws RangeError when an argument is out of range
 */
export function detectableDifference(input: Plan & { readonly standardError: number }): number {
  const { zAlpha, zPower } = quantilesOf(input);
  requireNonNegative('standardError', input.standardError);
  return (zAlpha + zPower) * input.standardError;
}

/**
 * Rows needed until an estimate's standard error, which shrinks with the root of the rows, is small enough.
 *
 * @param input.rows          rows that gave `standardError`, > 0
 * @param input.standardError of the estimated difference on those rows, > 0
 * @param input.distance      between the assumed true value and the limit, > 0: difference + margin for "not worse"
 * @returns rows as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 */
export function rowsForDistance(
  input: Plan & { readonly rows: number; readonly standardError: number; readonly distance: number },
): number {
  const { zAlpha, zPower } = quantilesOf(input);
  requireCount('rows', input.rows, 1);
  requirePositive('standardError', input.standardError);
  requirePositive('distance', input.distance);
  return input.rows * (((zAlpha + zPower) * input.standardError) / input.distance) ** 2;
}

/**
 * Rows without a single loss that bound the loss rate below a limit: the "rule of three", exactly.
 *
 * @param rate  limit in (0, 1)
 * @param alpha one-sided, in (0, 1)
 * @returns rows as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 */
export function rowsWithoutLoss(rate: number, alpha: number): number {
  requireInnerProbability('rate', rate);
  requireInnerProbability('alpha', alpha);
  return Math.log(alpha) / Math.log1p(-rate);
}

function connorRows(difference: number, discordance: number, zAlpha: number, zPower: number): number {
  const root = zAlpha * Math.sqrt(discordance) + zPower * Math.sqrt(Math.max(0, discordance - difference ** 2));
  return (root / difference) ** 2;
}

/** The normal quantiles of a plan, checked. */
export function quantilesOf({ alpha, power = 0.8 }: Plan): { readonly zAlpha: number; readonly zPower: number } {
  requireInnerProbability('alpha', alpha);
  requireBelow('alpha', alpha, 0.5);
  requireInnerProbability('power', power);
  requireBelow('1 - power', 1 - power, 0.5);
  return { zAlpha: -normalQuantile(alpha), zPower: normalQuantile(power) };
}

function requireDiscordance(discordance: number): void {
  if (!(discordance > 0 && discordance <= 1)) {
    throw new RangeError(`discordance must lie in (0, 1], got ${discordance}`);
  }
}

function requireAtMostDiscordance(difference: number, discordance: number): void {
  if (!(difference <= discordance)) {
    throw new RangeError(`difference must not exceed the discordance ${discordance}, got ${difference}`);
  }
}
