import { LEAST_CLUSTERS } from './cluster-mean.ts';
import { designedMean } from './designed-mean.ts';
import { normalQuantile, tQuantile } from './distribution.ts';
import { type Interval, oneSidedAlpha } from './interval.ts';
import { wilsonBounds } from './proportion.ts';
import { type EffectiveDesign, effectiveDesign, keptOf, type RowDesign, unitSums } from './row-design.ts';
import { tangoBounds } from './tango.ts';

/** A share of rows, or a difference of two, where rows do not count alike; or why there is no interval. */
export type DesignedRate =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      /** Of the estimate; 0 where no row differs from another. */
      readonly standardError: number;
      readonly units: number;
      /** How many independent rows of equal weight would tell as much. */
      readonly effectiveRows: number;
      readonly interval: Interval;
    }
  | {
      readonly kind: 'degenerate';
      readonly reason: 'too-few-clusters';
      readonly estimate: number;
      readonly units: number;
    };

/**
 * Wilson's interval of a share whose rows have weights or clusters: with as many rows as would give the same standard
 * error if they were independent, allowing for the degrees of freedom of that standard error. Unlike Student's t it
 * stays inside [0, 1] and keeps its level for rare events.
 *
 * Where all rows are alike nothing says how they depend on each other: each unit then counts as one row (fewer where
 * their weights are unequal, by Kish's formula).
 *
 * @param values 0 or 1 a row; with no design it is `wilsonInterval`
 * @param level  two-sided confidence level in (0, 1)
 * @throws RangeError when values are neither 0 nor 1, or the design is wrong
 * Source: Rao and Scott (1992), Biometrics 48, 577–585; degrees of freedom: Korn and Graubard (1998), Survey Methodology
 * 24, 193–201; Kish (1965), Survey Sampling, 11.7.
 */
export function designedRate(input: { values: Float64Array; design: RowDesign; level: number }): DesignedRate {
  requireOutcomes(input.values);
  return rateOf({ ...input, spread: (share) => share * (1 - share) }, (share, rows, z) =>
    wilsonBounds(share * rows, rows, z),
  );
}

/**
 * Tango's interval of the difference candidate − champion of two shares of the same rows, as `designedRate`: b, c and n
 * divided by the design effect of the difference.
 *
 * @param candidate 0 or 1 a row
 * @param champion  the same rows in the same order; with no design it is `tangoInterval`
 * @throws RangeError as `designedRate`
 */
export function designedRateDifference(input: {
  candidate: Float64Array;
  champion: Float64Array;
  design: RowDesign;
  level: number;
}): DesignedRate {
  const { candidate, champion, design, level } = input;
  requireOutcomes(candidate);
  requireOutcomes(champion);
  const values = candidate.map((value, row) => value - (champion[row] ?? 0));
  const changed = designedMean({ values: values.map(Math.abs), design, level }).estimate;
  return rateOf(
    { values, design, level, spread: (difference) => Math.max(0, changed - difference ** 2) },
    (difference, examples, z) =>
      tangoBounds(
        { wins: ((changed + difference) / 2) * examples, losses: ((changed - difference) / 2) * examples, examples },
        z,
      ),
  );
}

interface RateInput {
  readonly values: Float64Array;
  readonly design: RowDesign;
  readonly level: number;
  /** Variance of one independent row, given the estimate. */
  readonly spread: (estimate: number) => number;
}

function rateOf(
  { values, design, level, spread }: RateInput,
  bounds: (estimate: number, rows: number, z: number) => Interval,
): DesignedRate {
  const alpha = oneSidedAlpha(level);
  const z = -normalQuantile(alpha);
  const effective = effectiveDesign(values.length, design);
  const { rows, units, weights, clusters } = effective;
  const kept = keptOf(values, effective);
  const sizes = unitSums(() => 1, effective);
  const sums = unitSums((row) => kept[row] ?? 0, effective);
  const size = inOrder(sizes);
  const estimate = inOrder(sums) / size;
  if (clusters !== undefined && units < LEAST_CLUSTERS) {
    return { kind: 'degenerate', reason: 'too-few-clusters', estimate, units };
  }
  const independent = clusters === undefined && weights === undefined;
  const squares = inOrder(sums.map((sum, unit) => (sum - (sizes[unit] ?? 0) * estimate) ** 2));
  const variance = units < 2 ? 0 : ((units / (units - 1)) * squares) / size ** 2;
  const single = spread(estimate);
  const kish = equalUnits(sizes);
  const allowed = (z / -tQuantile(alpha, Math.max(1, kish - 1))) ** 2;
  const effectiveRows = independent
    ? kept.length
    : variance > 0 && single > 0
      ? Math.min(rows / effectOfSize(kept, effective), single / variance) * allowed
      : kish;
  const standardError = independent ? Math.sqrt(single / rows) : Math.sqrt(variance);
  return {
    kind: 'interval',
    estimate,
    standardError,
    units,
    effectiveRows,
    interval: bounds(estimate, effectiveRows, z),
  };
}

/**
 * Design effect of clusters of unequal size, 1 + ICC (Σ n² / Σ n − 1), with the intraclass correlation of a one-way
 * analysis of variance, not below 0. The linearised variance alone is too small where a few large clusters happen to agree
 * with the mean. Rows of unequal weight: 1.
 *
 * Source: Kish (1965), Survey Sampling, 5.4 and 8.2; Donner and Klar (2000), Cluster Randomization Trials, 1.4.
 */
function effectOfSize(values: Float64Array, { clusters, weights, units }: EffectiveDesign): number {
  if (clusters === undefined || weights !== undefined) return 1;
  const counts = new Float64Array(units);
  const sums = new Float64Array(units);
  let total = 0;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    const cluster = clusters[row] ?? 0;
    const value = values[row] ?? 0;
    counts[cluster] = (counts[cluster] ?? 0) + 1;
    sums[cluster] = (sums[cluster] ?? 0) + value;
    total += value;
    squares += value * value;
  }
  const rows = values.length;
  if (rows <= units) return 1;
  const sizes = inOrder(counts.map((count) => count * count));
  const between = inOrder(sums.map((sum, cluster) => (sum * sum) / (counts[cluster] ?? 1))) - total ** 2 / rows;
  const within = squares - total ** 2 / rows - between;
  const [meanBetween, meanWithin] = [between / (units - 1), within / (rows - units)];
  const typical = (rows - sizes / rows) / (units - 1);
  const spread = meanBetween + (typical - 1) * meanWithin;
  const correlation = spread > 0 ? Math.max(0, (meanBetween - meanWithin) / spread) : 0;
  return 1 + correlation * (sizes / rows - 1);
}

/** Kish's number of units of equal weight. */
function equalUnits(weights: Float64Array): number {
  return inOrder(weights) ** 2 / inOrder(weights.map((weight) => weight * weight));
}

/** A sum that does not depend on the order of its terms, which is that of clusters or rows. */
function inOrder(terms: Float64Array): number {
  return terms
    .slice()
    .sort()
    .reduce((sum, term) => sum + term, 0);
}

function requireOutcomes(values: Float64Array): void {
  const row = values.findIndex((value) => value !== 0 && value !== 1);
  if (row >= 0) throw new RangeError(`values[${row}] must be 0 or 1, got ${values[row]}`);
}
