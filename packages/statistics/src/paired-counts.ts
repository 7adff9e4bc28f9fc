import { requireCount } from './argument.ts';

/** The 2×2 table of paired right/wrong outcomes, as far as differences depend on it. */
export interface PairedCounts {
  /** Examples that only the candidate got right (b ≥ 0). */
  readonly wins: number;
  /** Examples that only the champion got right (c ≥ 0). */
  readonly losses: number;
  /** All paired examples (n ≥ b + c, n > 0). */
  readonly examples: number;
}

/** @throws RangeError when the counts are negative, not integers or inconsistent */
export function requirePairedCounts({ wins, losses, examples }: PairedCounts): void {
  requireCount('wins', wins);
  requireCount('losses', losses);
  requireCount('examples', examples, 1);
  if (wins + losses > examples) {
    throw new RangeError(`wins + losses must not exceed examples, got ${wins} + ${losses} > ${examples}`);
  }
}
