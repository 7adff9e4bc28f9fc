import { normalQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { type PairedCounts, requirePairedCounts } from './paired-counts.ts';
import { wilsonInterval } from './proportion.ts';

/** Closed-form alternatives to `tangoInterval`, for comparison with other tools; verdicts use Tango's. */

/**
 * Newcombe's square-and-add interval with corrected phi (his method 10) for candidate − champion.
 *
 * @param counts    paired outcomes
 * @param bothRight examples that both got right; wins + losses + bothRight ≤ examples
 * @param level     two-sided confidence level in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Newcombe (1998), Statistics in Medicine 17, 2635–2650, method 10.
 */
export function newcombeInterval(counts: PairedCounts, bothRight: number, level: number): Interval {
  requirePairedCounts(counts);
  const { wins, losses, examples } = counts;
  const bothWrong = examples - wins - losses - bothRight;
  if (!(Number.isSafeInteger(bothRight) && bothRight >= 0 && bothWrong >= 0)) {
    throw new RangeError(`bothRight must be an integer from 0 to ${examples - wins - losses}, got ${bothRight}`);
  }
  const candidate = (bothRight + wins) / examples;
  const champion = (bothRight + losses) / examples;
  const ofCandidate = wilsonInterval(bothRight + wins, examples, level);
  const ofChampion = wilsonInterval(bothRight + losses, examples, level);
  const phi = correctedPhi(bothRight, wins, losses, bothWrong);
  const reach = (x: number, y: number): number => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  const estimate = candidate - champion;
  return {
    lower: estimate - reach(candidate - ofCandidate.lower, ofChampion.upper - champion),
    upper: estimate + reach(ofCandidate.upper - candidate, champion - ofChampion.lower),
  };
}

function correctedPhi(bothRight: number, wins: number, losses: number, bothWrong: number): number {
  const examples = bothRight + wins + losses + bothWrong;
  const margins = (bothRight + wins) * (losses + bothWrong) * (bothRight + losses) * (wins + bothWrong);
  if (margins === 0) return 0;
  const cross = bothRight * bothWrong - wins * losses;
  const corrected = cross > 0 ? Math.max(cross - examples / 2, 0) : cross;
  return corrected / Math.sqrt(margins);
}

/**
 * Agresti and Min's interval: Wald after adding .5 to each of the four cells.
 *
 * @param counts paired outcomes
 * @param level  two-sided confidence level in (0, 1)
 * @throws RangeError when an argument is out of range
 * Source: Agresti and Min (2005), Statistics in Medicine 24, 729–740.
 */
export function agrestiMinInterval(counts: PairedCounts, level: number): Interval {
  requirePairedCounts(counts);
  return waldOf(counts.wins + 0.5, counts.losses + 0.5, counts.examples + 2, level);
}

/**
 * Wald's interval, for golden numbers and comparison only: never a default, its coverage fails for few discordant pairs
 * and it is empty at b = c = 0. Arguments and errors as `agrestiMinInterval`.
 */
export function pairedWaldInterval(counts: PairedCounts, level: number): Interval {
  requirePairedCounts(counts);
  return waldOf(counts.wins, counts.losses, counts.examples, level);
}

function waldOf(wins: number, losses: number, examples: number, level: number): Interval {
  const estimate = (wins - losses) / examples;
  const standardError = Math.sqrt(Math.max(0, wins + losses - (wins - losses) ** 2 / examples)) / examples;
  const reach = -normalQuantile(oneSidedAlpha(level)) * standardError;
  return { lower: Math.max(-1, estimate - reach), upper: Math.min(1, estimate + reach) };
}
