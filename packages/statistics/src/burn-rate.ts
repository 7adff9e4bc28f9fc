import { requireInnerProbability, requireNonNegative, requirePositive, requireProbability } from './argument.ts';

/**
 * How many times faster than allowed an error budget is being spent.
 *
 * @param errorRatio share of bad requests in a window, in [0, 1]
 * @param objective  service level objective in (0, 1), such as .999
 * @throws RangeError when an argument is out of range
 * Source: Beyer, Murphy, Rensin, Kawahara and Thorne (2018), The Site Reliability Workbook, chapter 5.
 */
export function burnRate(errorRatio: number, objective: number): number {
  requireProbability('errorRatio', errorRatio);
  requireInnerProbability('objective', objective);
  return errorRatio / (1 - objective);
}

/**
 * Burn rate that spends a share of the budget within a window: 2 % of a 30-day budget in one hour is 14.4.
 *
 * @param window      hours, > 0
 * @param budgetShare in (0, 1]
 * @param period      hours of the objective's period, ≥ window
 * @throws RangeError when an argument is out of range
 */
export function burnThreshold(window: number, budgetShare: number, period: number): number {
  requirePositive('window', window);
  requireNonNegative('period - window', period - window);
  requirePositive('budgetShare', budgetShare);
  requireProbability('budgetShare', budgetShare);
  return (budgetShare * period) / window;
}

/** A pair of windows and the burn rate at which both must stand: the short one ends the alarm soon after the fault. */
export interface BurnWindow {
  /** Hours. */
  readonly long: number;
  readonly short: number;
  readonly threshold: number;
  readonly severity: 'page' | 'ticket';
}

/** The workbook's windows for a period of 30 days: 2 %, 5 % and 10 % of the budget. */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: 1, short: 1 / 12, threshold: 14.4, severity: 'page' },
  { long: 6, short: 0.5, threshold: 6, severity: 'page' },
  { long: 72, short: 6, threshold: 1, severity: 'ticket' },
];

/** Whether both windows burn at the threshold or faster. */
export function burns(window: BurnWindow, longRate: number, shortRate: number): boolean {
  requireNonNegative('longRate', longRate);
  requireNonNegative('shortRate', shortRate);
  return reaches(longRate, window.threshold) && reaches(shortRate, window.threshold);
}

/**
 * Hours until a window's burn rate reaches its threshold, from a start without errors.
 *
 * @param window     hours, > 0
 * @param threshold  burn rate, > 0
 * @param errorRatio share of bad requests from now on, in [0, 1]
 * @param objective  in (0, 1)
 * @returns undefined when so few errors never reach it
 * @throws RangeError when an argument is out of range
 */
export function burnDetectionTime(
  window: number,
  threshold: number,
  errorRatio: number,
  objective: number,
): number | undefined {
  requirePositive('window', window);
  requirePositive('threshold', threshold);
  const rate = burnRate(errorRatio, objective);
  return reaches(rate, threshold) ? (threshold / rate) * window : undefined;
}

/** 1 − .999 is a little above .001 in doubles: a rate that is the threshold but for rounding has reached it. */
function reaches(rate: number, threshold: number): boolean {
  return rate >= threshold * (1 - 1e-12);
}
