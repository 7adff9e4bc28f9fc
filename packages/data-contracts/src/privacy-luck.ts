import { chanceConfirmed, luckyShare, type PersonalDataKind } from './personal-data.ts';

/** Fewer numbers than this cannot tell luck; then what has the checksum counts. */
const leastValues = 30;
const leastProbability = 0.001;

/**
 * Whether what was confirmed is no more than the share of unrelated numbers that bear a right checksum by luck: one in
 * ten order numbers passes for a payment card. Twice that share at least must be confirmed, for how often luck has it
 * depends on how the numbers were given out.
 *
 * @param values    different values of the shape
 * @param confirmed how many of them were confirmed
 */
export function isLuck(kind: PersonalDataKind, values: number, confirmed: number): boolean {
  if (values < leastValues || confirmed === 0) return false;
  return confirmed < 2 * luckyShare(kind) * values || chanceConfirmed(kind, values, confirmed) >= leastProbability;
}
