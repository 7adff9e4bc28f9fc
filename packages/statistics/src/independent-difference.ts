import { requireCount } from './argument.ts';
import { normalQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { bisect } from './root.ts';

/** Successes and trials of two samples that share no rows. */
export interface IndependentCounts {
  readonly candidateSuccesses: number;
  readonly candidateTrials: number;
  readonly championSuccesses: number;
  readonly championTrials: number;
}

/**
 * Miettinen and Nurminen's score interval for the difference of two independent proportions (candidate − champion).
 * For results on different examples only: pairing needs several times fewer rows.
 *
 * @param counts successes (integers from 0 to trials) and trials (integers > 0) of both
 * @param level  two-sided confidence level in (0, 1)
 * @returns bounds in [−1, 1]
 * @throws RangeError when an argument is out of range
 * Source: Miettinen and Nurminen (1985), Statistics in Medicine 4, 213–226.
 */
export function miettinenNurminenInterval(counts: IndependentCounts, level: number): Interval {
  const { candidateSuccesses, candidateTrials, championSuccesses, championTrials } = counts;
  requireSample('candidate', candidateSuccesses, candidateTrials);
  requireSample('champion', championSuccesses, championTrials);
  const z = -normalQuantile(oneSidedAlpha(level));
  const estimate = candidateSuccesses / candidateTrials - championSuccesses / championTrials;
  return {
    lower: estimate === -1 ? -1 : bisect((at) => scoreZ(counts, at) - z, -1, estimate),
    upper: estimate === 1 ? 1 : bisect((at) => scoreZ(counts, at) + z, 1, estimate),
  };
}

function scoreZ(counts: IndependentCounts, difference: number): number {
  const { candidateSuccesses: x1, candidateTrials: n1, championSuccesses: x2, championTrials: n2 } = counts;
  const p2 = restrictedChampionRate(counts, difference);
  const p1 = Math.min(1, Math.max(0, p2 + difference));
  const all = n1 + n2;
  const variance = ((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2) * (all / (all - 1));
  const distance = x1 / n1 - x2 / n2 - difference;
  if (Math.abs(distance) < 1e-15) return 0;
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Infinity;
}

/** Maximum likelihood estimate of the champion's rate under the hypothesis: the cubic's middle root, in closed form. */
function restrictedChampionRate(counts: IndependentCounts, difference: number): number {
  const { candidateSuccesses: x1, candidateTrials: n1, championSuccesses: x2, championTrials: n2 } = counts;
  const all = n1 + n2;
  const a = all;
  const b = (n1 + 2 * n2) * difference - all - x1 - x2;
  const c = (n2 * difference - all - 2 * x2) * difference + x1 + x2;
  const d = x2 * difference * (1 - difference);
  const shift = b / (3 * a);
  const v = shift ** 3 - (b * c) / (6 * a * a) + d / (2 * a);
  const u = (v > 0 ? 1 : -1) * Math.sqrt(Math.max(0, shift ** 2 - c / (3 * a)));
  const angle = u === 0 ? 0 : (Math.PI + Math.acos(Math.min(1, Math.max(-1, v / u ** 3)))) / 3;
  const root = 2 * u * Math.cos(angle) - shift;
  return Math.min(1 - Math.max(difference, 0), Math.max(-Math.min(difference, 0), root));
}

function requireSample(name: string, successes: number, trials: number): void {
  requireCount(`${name}Trials`, trials, 1);
  requireCount(`${name}Successes`, successes);
  if (successes > trials) {
    throw new RangeError(`${name}Successes must not exceed ${name}Trials, got ${successes} of ${trials}`);
  }
}
