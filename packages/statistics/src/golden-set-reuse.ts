import {
  requireCount,
  requireInnerProbability,
  requireNonNegative,
  requirePositive,
  requireProbability,
} from './argument.ts';
import { logSumExp } from './special.ts';

/**
 * What a developer learns from each look at a golden set. `none`: nothing, or the set is replaced at the first pass
 * (ease.ml/ci's hybrid); the looks share the error probability. `full`: pass or fail after every look, so that all 2^H
 * answers must be guarded against. `sparse`: likewise, but at most `rare` of the answers are of the rarer kind.
 */
export type Adaptivity = 'none' | 'full' | { readonly rare: number };

/** Looks at one golden set, and the chance that any of them misleads. */
export interface Reuse {
  /** In (0, 1). */
  readonly delta: number;
  /** H, integer > 0; default 1. */
  readonly looks?: number;
  /** Default `none`. */
  readonly adaptivity?: Adaptivity;
}

/**
 * Examples needed so that an expression of measured shares is right within a tolerance at every look.
 *
 * @param input.tolerance    eps > 0
 * @param input.coefficients one for each measured variable; default [1]. Candidate − champion is [1, −1]
 * @param input.clauses      conditions that are checked at once, integer > 0; default 1
 * @returns examples as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 * Source: Renggli et al. (2019), MLSys, sections 3 and 4.1: Hoeffding's one-sided bound, tolerance and error probability
 * shared among the variables.
 */
export function hoeffdingRows(
  input: Reuse & {
    readonly tolerance: number;
    readonly coefficients?: readonly number[];
    readonly clauses?: number;
  },
): number {
  const { tolerance, coefficients = [1], clauses = 1 } = input;
  requirePositive('tolerance', tolerance);
  requireCount('number of coefficients', coefficients.length, 1);
  requireCount('clauses', clauses, 1);
  const reach = coefficients.reduce((sum, coefficient) => sum + Math.abs(coefficient), 0);
  requirePositive('sum of the coefficients', reach);
  const logs = logTranscripts(input) - Math.log(input.delta) + Math.log(coefficients.length * clauses);
  return (reach ** 2 * logs) / (2 * tolerance ** 2);
}

/** The pattern "few rows differ, and the difference is at least …". */
interface Disagreement {
  /** Largest share of rows on which both models differ, in (0, 1]. */
  readonly disagreement: number;
  /** Tolerance of the difference of accuracies, in (0, disagreement]. */
  readonly tolerance: number;
}

/**
 * Examples needed for the difference of two accuracies when the models seldom differ.
 *
 * @returns examples as a real number, to be rounded up
 * @throws RangeError when an argument is out of range
 * Source: Renggli et al. (2019), section 4.2, by Bennett's inequality.
 */
export function bennettRows(input: Reuse & Disagreement): number {
  requireDisagreement(input);
  return (logTranscripts(input) - Math.log(input.delta / 4)) / bennettExponent(input);
}

/**
 * Labels needed at each look when only rows on which the models differ are labelled, and fresh rows are drawn for it.
 *
 * @returns labels as a real number
 * @throws RangeError when an argument is out of range
 * Source: Renggli et al. (2019), section 4.2 (active labelling).
 */
export function bennettLabels(input: Disagreement & { readonly delta: number }): number {
  requireDisagreement(input);
  requireInnerProbability('delta', input.delta);
  return (-Math.log(input.delta / 4) / bennettExponent(input)) * input.disagreement;
}

/**
 * How far a measured share can be off at any look, given how often the set was looked at: the tolerance that a golden set
 * still has.
 *
 * @param input.rows integer > 0
 * @throws RangeError when an argument is out of range
 * Source: Renggli et al. (2019), Hoeffding's bound solved for eps; `rare` by counting the transcripts.
 */
export function effectiveTolerance(input: Reuse & { readonly rows: number }): number {
  requireCount('rows', input.rows, 1);
  return Math.sqrt((logTranscripts(input) - Math.log(input.delta)) / (2 * input.rows));
}

/** ln of the number of answers that must be guarded against. */
function logTranscripts({ delta, looks = 1, adaptivity = 'none' }: Reuse): number {
  requireInnerProbability('delta', delta);
  requireCount('looks', looks, 1);
  if (adaptivity === 'none') return Math.log(looks);
  if (adaptivity === 'full') return looks * Math.LN2;
  requireCount('rare', adaptivity.rare);
  const logs = [0];
  for (let i = 1, log = 0; i <= Math.min(adaptivity.rare, looks); i++) {
    log += Math.log((looks - i + 1) / i);
    logs.push(log);
  }
  return logSumExp(logs);
}

/** p h(eps/p), h(u) = (1 + u) ln(1 + u) − u. */
function bennettExponent({ disagreement, tolerance }: Disagreement): number {
  const u = tolerance / disagreement;
  return disagreement * ((1 + u) * Math.log1p(u) - u);
}

function requireDisagreement({ disagreement, tolerance }: Disagreement): void {
  requirePositive('disagreement', disagreement);
  requireProbability('disagreement', disagreement);
  requirePositive('tolerance', tolerance);
  requireNonNegative('disagreement - tolerance', disagreement - tolerance);
}
