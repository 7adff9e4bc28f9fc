import { normalQuantile, oneSidedAlpha } from '@modelgate/statistics';

/**
 * With none of n rows different, the share of all rows that is different is at most z²/(n + z²): the score bound, as in
 * Tango's interval for b = c = 0.
 */
export function unseenShare(rows: number, level: number): number {
  const z2 = normalQuantile(oneSidedAlpha(level)) ** 2;
  return z2 / (rows + z2);
}
