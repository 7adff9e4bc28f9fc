import { requireCount } from './argument.ts';
import type { Strata } from './group-share.ts';
import {
  type Bias,
  biasOf,
  largestSpread,
  type MeasuredGroup,
  type NoVariance,
  requireGroups,
  requireMeasured,
  smallestRatio,
  withoutVariance,
} from './measured-group.ts';
import { Random } from './random.ts';
import { drawT } from './t-variate.ts';

/** A spread beside what chance alone shows. */
export interface Benchmarked {
  readonly estimate: number;
  /** Its mean where all groups truly have the same value. */
  readonly byChance: number;
  /** Of "all groups have the same value". */
  readonly p: number;
}

export type SpreadByChance =
  | {
      readonly kind: 'value';
      /** Largest − smallest value; of the worst stratum. */
      readonly difference: Benchmarked;
      /** Smallest/largest; undefined where a value is negative or all of a stratum are 0. */
      readonly ratio: Benchmarked | undefined;
    }
  | NoVariance;

/**
 * What spread the groups' standard errors alone give: a parametric bootstrap of "all groups have the same value". Each
 * group is drawn at its stratum's mean (weighted by 1/standard error²) plus its standard error times a t with units − 1
 * degrees of freedom. Where replicates are given, the bias that they show (see `biasOf`) stays with its group: a calibration
 * error is larger in a small group than in a large one although nothing differs. For rates `gapPermutation` is exact.
 *
 * @param input.strata     at least two groups a stratum
 * @param input.replicates B > 0
 * @param input.seed       at least 16 hexadecimal digits
 * @returns p = (1 + draws with a spread as wide)/(B + 1)
 * @throws RangeError when an argument is out of range
 * Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 4.2; Krishnamoorthy, Lu and Mathew (2007),
 * Computational Statistics & Data Analysis 51, 5731–5742 (means of unlike variances).
 */
export function spreadByChance(input: {
  readonly strata: Strata<MeasuredGroup>;
  readonly replicates: number;
  readonly seed: string;
}): SpreadByChance {
  const { strata, replicates } = input;
  requireGroups(strata);
  for (const groups of strata) for (const [i, group] of groups.entries()) requireMeasured(`group ${i}`, group);
  requireCount('replicates', replicates, 1);
  const random = new Random(input.seed);
  const fixed = withoutVariance(strata, ({ standardError }) => [standardError]);
  if (fixed !== undefined) return fixed;

  const values = strata.map((groups) => groups.map(({ estimate }) => estimate));
  const [difference, ratio] = [largestSpread(values), smallestRatio(values)];
  const biases = strata.map((groups) => groups.map(biasOf));
  const means = strata.map((groups, s) => pooledMean(groups, biases[s] ?? []));
  const drawn = values.map((groups) => groups.slice());
  const tally = { wide: 1, unequal: 1, differences: 0, ratios: 0 };
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (const [s, groups] of strata.entries()) {
      const into = drawn[s] ?? [];
      for (const [g, { standardError, units }] of groups.entries()) {
        const { bias, noise } = biases[s]?.[g] ?? NO_BIAS;
        into[g] = (means[s] ?? 0) + bias + noise * standardError * drawT(random, units - 1);
      }
    }
    const found = largestSpread(drawn);
    if (found >= difference - 1e-12 * Math.abs(difference)) tally.wide++;
    tally.differences += found;
    // a metric that cannot be negative was drawn below 0
    const share = smallestRatio(drawn) ?? 0;
    if (ratio !== undefined && share <= ratio + 1e-12) tally.unequal++;
    tally.ratios += share;
  }
  const of = (estimate: number, sum: number, count: number) => ({
    estimate,
    byChance: sum / replicates,
    p: count / (replicates + 1),
  });
  return {
    kind: 'value',
    difference: of(difference, tally.differences, tally.wide),
    ratio: ratio === undefined ? undefined : of(ratio, tally.ratios, tally.unequal),
  };
}

function pooledMean(groups: readonly MeasuredGroup[], biases: readonly Bias[]): number {
  let [sum, weights] = [0, 0];
  for (const [g, { estimate, standardError }] of groups.entries()) {
    sum += (estimate - (biases[g] ?? NO_BIAS).bias) / standardError ** 2;
    weights += 1 / standardError ** 2;
  }
  return sum / weights;
}

const NO_BIAS: Bias = { bias: 0, noise: 1 };
