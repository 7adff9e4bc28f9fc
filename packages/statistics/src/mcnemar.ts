import { requireCount } from './argument.ts';
import { binomialCdf, binomialSf, normalSf } from './distribution.ts';

/** The p-values of McNemar's test in the variants that are in use; all two-sided unless the name says otherwise. */
export interface McnemarResult {
  /** (b − c)²/(b + c); 0 when no pair is discordant. */
  readonly statistic: number;
  /** With Edwards' continuity correction: max(|b − c| − 1, 0)²/(b + c). */
  readonly correctedStatistic: number;
  readonly exact: number;
  /** The default: holds its level in practice and loses little power (Fagerland, Lydersen and Laake 2013). */
  readonly midP: number;
  /** Chi-square with one degree of freedom; for b + c ≥ 25 only. */
  readonly asymptotic: number;
  readonly corrected: number;
}

/**
 * McNemar's test of equal proportions in pairs.
 *
 * @param wins   pairs that only the candidate got right (b ≥ 0, integer)
 * @param losses pairs that only the champion got right (c ≥ 0, integer)
 * @returns all four p-values; each is 1 when b + c = 0. At b = c the corrected statistic is 0, not 1/(b + c).
 * @throws RangeError when a count is negative or not an integer
 * Source: McNemar (1947), Psychometrika 12, 153–157; mid-p: Fagerland, Lydersen and Laake (2013), BMC Medical Research
 * Methodology 13:91.
 */
export function mcnemar(wins: number, losses: number): McnemarResult {
  requireCount('wins', wins);
  requireCount('losses', losses);
  const discordant = wins + losses;
  if (discordant === 0) {
    return { statistic: 0, correctedStatistic: 0, exact: 1, midP: 1, asymptotic: 1, corrected: 1 };
  }
  const fewer = Math.min(wins, losses);
  const distance = Math.abs(wins - losses);
  const statistic = distance ** 2 / discordant;
  const correctedStatistic = Math.max(distance - 1, 0) ** 2 / discordant;
  const below = binomialCdf(fewer - 1, discordant, 0.5);
  const upTo = binomialCdf(fewer, discordant, 0.5);
  return {
    statistic,
    correctedStatistic,
    exact: Math.min(1, 2 * upTo),
    midP: Math.min(1, below + upTo), // 2 F(k) − f(k), without subtracting
    asymptotic: 2 * normalSf(Math.sqrt(statistic)),
    corrected: 2 * normalSf(Math.sqrt(correctedStatistic)),
  };
}

/**
 * One-sided mid-p of "the candidate is worse": P(C > c) + P(C = c)/2 with C ~ Bin(b + c, 1/2).
 *
 * @param wins   pairs that only the candidate got right (b ≥ 0, integer)
 * @param losses pairs that only the champion got right (c ≥ 0, integer)
 * @returns p in (0, 1); .5 when b + c = 0. Swapping the arguments gives 1 − p.
 * @throws RangeError when a count is negative or not an integer
 * Source: as `mcnemar`.
 */
export function mcnemarWorseMidP(wins: number, losses: number): number {
  requireCount('wins', wins);
  requireCount('losses', losses);
  const discordant = wins + losses;
  if (discordant === 0) return 0.5;
  return (binomialSf(losses, discordant, 0.5) + binomialSf(losses - 1, discordant, 0.5)) / 2;
}
