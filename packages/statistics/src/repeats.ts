import { requireCount, requireFinite, requireNonNegative } from './argument.ts';
import type { DifferenceVariance } from './mean-power.ts';
import { type Moments, momentsOf } from './paired-mean.ts';

/** Repeated runs of one model, summed up by example; a database computes them in one pass. */
export interface RepeatedScores {
  /** Runs of each example, integers > 0. */
  readonly counts: ArrayLike<number>;
  readonly means: ArrayLike<number>;
  /** Sample variances (divisor count − 1); ignored where the count is 1. */
  readonly variances: ArrayLike<number>;
}

/** How repeated runs compare, and where their variance comes from. */
export interface RepeatedComparison {
  /** Of the differences of the examples' means, candidate − champion: what `pairedMean` judges. */
  readonly differences: Moments;
  /** Variance of a run within an example, pooled; undefined when no example was run twice. */
  readonly championWithin: number | undefined;
  readonly candidateWithin: number | undefined;
  /** Harmonic means of the runs of an example: the K by which the within variances are divided on average. */
  readonly championRepeats: number;
  readonly candidateRepeats: number;
  /**
   * omega²: variance of the difference from example to example, once the runs' own is taken off; not below 0.
   * Undefined when a within variance is unknown.
   */
  readonly between: number | undefined;
}

/**
 * Parts of the variance of a comparison of repeated runs on the same examples, for planning: how many examples, how many
 * repeats. The verdict needs none of them: it is the paired test of the examples' means.
 *
 * @param champion  at least 2 examples
 * @param candidate the same examples in the same order
 * @throws RangeError when an argument is out of range
 * Source: moments of the one-way layout with random effects: Searle, Casella and McCulloch (1992), Variance Components, 3.6.
 */
export function compareRepeats(champion: RepeatedScores, candidate: RepeatedScores): RepeatedComparison {
  const examples = champion.counts.length;
  requireCount('number of examples', examples, 2);
  requireRepeats('champion', champion, examples);
  requireRepeats('candidate', candidate, examples);
  const differences = momentsOf(
    Float64Array.from({ length: examples }, (_, i) => (candidate.means[i] ?? 0) - (champion.means[i] ?? 0)),
  );
  const championWithin = pooledVariance(champion);
  const candidateWithin = pooledVariance(candidate);
  const championRepeats = harmonicMean(champion.counts);
  const candidateRepeats = harmonicMean(candidate.counts);
  const between =
    championWithin === undefined || candidateWithin === undefined
      ? undefined
      : Math.max(0, differences.variance - championWithin / championRepeats - candidateWithin / candidateRepeats);
  return { differences, championWithin, candidateWithin, championRepeats, candidateRepeats, between };
}

/** What a plan for more examples or repeats needs, when all of it is known. */
export function varianceForPlan(compared: RepeatedComparison): DifferenceVariance | undefined {
  const { between, championWithin, candidateWithin, championRepeats, candidateRepeats } = compared;
  if (between === undefined || championWithin === undefined || candidateWithin === undefined) return undefined;
  return { between, championWithin, candidateWithin, championRepeats, candidateRepeats };
}

function pooledVariance({ counts, variances }: RepeatedScores): number | undefined {
  let squares = 0;
  let freedom = 0;
  for (let i = 0; i < counts.length; i++) {
    const spare = (counts[i] ?? 1) - 1;
    if (spare === 0) continue;
    squares += spare * (variances[i] ?? 0);
    freedom += spare;
  }
  return freedom === 0 ? undefined : squares / freedom;
}

function harmonicMean(counts: ArrayLike<number>): number {
  let inverses = 0;
  for (let i = 0; i < counts.length; i++) inverses += 1 / (counts[i] ?? 1);
  return counts.length / inverses;
}

function requireRepeats(name: string, { counts, means, variances }: RepeatedScores, examples: number): void {
  for (const [what, column] of Object.entries({ counts, means, variances })) {
    if (column.length !== examples) {
      throw new RangeError(
        `${name}.${what} must have one number for each of ${examples} examples, got ${column.length}`,
      );
    }
  }
  for (let i = 0; i < examples; i++) {
    requireCount(`${name}.counts[${i}]`, counts[i] ?? Number.NaN, 1);
    requireFinite(`${name}.means[${i}]`, means[i] ?? Number.NaN);
    if ((counts[i] ?? 1) > 1) requireNonNegative(`${name}.variances[${i}]`, variances[i] ?? Number.NaN);
  }
}
