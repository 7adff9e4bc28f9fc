import type { Interval } from '@modelgate/core';
import {
  designedMean,
  designedRareDropBounds,
  hallInterval,
  heavyTails,
  LEAST_CLUSTERS,
  oneSidedAlpha,
  type RowDesign,
  sequentialSignFlip,
} from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import {
  championNearZero,
  type Effect,
  type Exchange,
  exchangeOf,
  type Measured,
  nearZero,
  withExchange,
} from './effect.ts';
import { factorOf, relative } from './relative-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { extremesOf, type RowReach, rowReach } from './row-reach.ts';
import { contrastOf, type SidedRows, sameColumn, unitsOf, weightedMeanOf } from './sided-rows.ts';
import { unseenShare } from './unseen-rows.ts';

/**
 * Effects of the mean of a value a row: Student's t on the value and on the paired differences, with weights and clusters
 * where the examples have them.
 *
 * @param range possible values of a row: where finite, a rare drop that no row shows is not taken as excluded
 */
export function rowMeanEffects(
  name: string,
  rows: SidedRows<Float64Array>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
  range?: readonly [number, number],
): Measured {
  const { confidence } = plan;
  const { candidate, champion, design } = rows;
  const known = range?.every(Number.isFinite) ? range : undefined;
  const theirs = champion && weightedMeanOf(champion, design);
  const sizes = extremesOf([candidate, ...(champion ? [champion] : [])]).map(Math.abs);
  const of = (values: Float64Array, paired: boolean, reach: RowReach | undefined): Effect =>
    guarded({ values, design }, { level: confidence, paired, size: Math.max(...sizes) }, reach);
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value') return of(candidate, false, rowReach(known, 0));
    if (champion === undefined || theirs === undefined) return undefined;
    const isRelative = bound.of === 'relative-difference';
    if (isRelative && nearZero(theirs)) return championNearZero(name, theirs);
    const factor = isRelative ? factorOf(bound, theirs) : 1;
    const compared =
      factor === 1 && known === undefined && sameColumn(candidate, champion)
        ? unchangedMean(candidate, design, confidence)
        : of(contrastOf(candidate, champion, factor), true, rowReach(known, factor));
    const effect = withExchange(compared, exchangedMean(candidate, champion, design, plan));
    return isRelative ? relative(effect, bound, theirs) : effect;
  });
  return { rows: candidate.length, candidate: weightedMeanOf(candidate, design), champion: theirs, effects };
}

/** Random signs of the rows' differences; of clusters, and with weights, of their sums. */
function exchangedMean(
  candidate: Float64Array,
  champion: Float64Array,
  design: RowDesign,
  { exchange: alpha, seed }: ResamplingPlan,
): Exchange | undefined {
  if (alpha === undefined) return undefined;
  const differences = unitSumsOf(contrastOf(candidate, champion, 1), design);
  return exchangeOf((side) => sequentialSignFlip({ differences, alpha, side, seed }).p);
}

function unitSumsOf(values: Float64Array, { weights, clusters }: RowDesign): Float64Array {
  const weighted = weights === undefined ? values : values.map((value, row) => value * (weights[row] ?? 0));
  if (clusters === undefined) return weighted;
  const sums = new Float64Array(clusters.reduce((most, code) => Math.max(most, code), 0) + 1);
  for (const [row, code] of clusters.entries()) sums[code] = (sums[code] ?? 0) + (weighted[row] ?? 0);
  return sums;
}

interface Shown {
  readonly level: number;
  readonly paired: boolean;
  /** The largest number that the values are, or are differences of. */
  readonly size: number;
}

/** Sums of squares of larger numbers are infinite. */
const LARGEST = 1e150;

type DesignedRows = Pick<Parameters<typeof designedMean>[0], 'values' | 'design'>;

/** The interval of a mean, and what it would be with one more row, or cluster, at the edge of the range. */
function guarded(rows: DesignedRows, shown: Shown, reach: RowReach | undefined): Effect {
  if (!(shown.size < LARGEST)) {
    return undecidedMean(weightedMeanOf(rows.values, rows.design), 'the values are too large to be squared');
  }
  const effect = meanEffect(rows, shown);
  const tooFew = effect.kind === 'undecidable' && effect.reason !== 'degenerate-variance';
  if (reach === undefined || tooFew) return effect;
  const bounds = designedRareDropBounds({ ...rows, level: shown.level, ...reach });
  if (effect.kind === 'interval') return { ...effect, guarded: bounds };
  return {
    kind: 'interval',
    estimate: weightedMeanOf(rows.values, rows.design),
    interval: { ...bounds, level: shown.level, method: methodOf(rows, shown) },
    standardError: undefined,
    note: 'no row differs from another: the bounds allow for one more row at the edge of the range',
  };
}

function meanEffect(rows: DesignedRows, shown: Shown): Effect {
  const estimate = weightedMeanOf(rows.values, rows.design);
  if (rows.values.length < 2) return oneRow(estimate);
  const mean = designedMean({ ...rows, level: shown.level });
  if (mean.kind === 'degenerate') {
    if (mean.reason === 'too-few-clusters') return tooFewClusters(estimate, mean.units);
    return mean.reason === 'single-row' ? oneRow(estimate) : undecidedMean(estimate, allAlike);
  }
  // 0.3 − 0.2 and 0.2 − 0.1 differ by their rounding only
  const [low, high] = extremesOf([rows.values]);
  if (high - low <= 2 * Number.EPSILON * shown.size) return undecidedMean(estimate, allAlike);
  const interval: Interval = { ...mean.interval, level: shown.level, method: methodOf(rows, shown) };
  const tails = tailNote(rows, shown.level);
  const skewed = tails === undefined ? undefined : hallInterval({ ...rows, level: shown.level });
  return {
    kind: 'interval',
    estimate,
    interval,
    standardError: mean.standardError,
    ...(tails === undefined ? {} : { note: tails }),
    ...(skewed === undefined ? {} : { careful: { ...skewed, by: 'allowing for skewness (Hall 1992)' } }),
  };
}

/** One row, or one that counts, has no spread. */
export function oneRow(estimate: number): Effect {
  return { kind: 'undecidable', estimate, reason: 'too-few-rows', note: 'one row has no spread' };
}

const allAlike = 'all rows are alike, so nothing says how other rows would be';

function undecidedMean(estimate: number, note: string): Effect {
  return { kind: 'undecidable', estimate, reason: 'degenerate-variance', note };
}

/** Fewer clusters than ten give no trustworthy spread. */
export function tooFewClusters(estimate: number | undefined, clusters: number): Effect {
  return {
    kind: 'undecidable',
    estimate,
    reason: 'too-few-rows',
    note: `${clusters} clusters; at least ${LEAST_CLUSTERS} are needed to know how they differ`,
  };
}

function methodOf({ design }: DesignedRows, { paired }: Shown): string {
  if (design.clusters !== undefined) return 'clustered-t';
  if (design.weights !== undefined) return 'weighted-t';
  return paired ? 'paired-t' : 't';
}

/** Beyond this many times the stated error of a bound, tails are announced. */
const announced = 1.4;

function tailNote(rows: DesignedRows, level: number): string | undefined {
  const alpha = oneSidedAlpha(level);
  const { oneSidedError, largestShare } = heavyTails({ ...rows, level });
  const worst = Math.max(oneSidedError.lower, oneSidedError.upper);
  if (!(worst > announced * alpha)) return undefined;
  const unit = rows.design.clusters === undefined ? 'row' : 'cluster';
  return `heavy tails: one ${unit} holds ${percent(largestShare)} of the variance, and a bound may miss in at least ${percent(worst)} instead of ${percent(alpha)} of cases; more rows, a median or a known range would help`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/**
 * Two columns that are equal on every row, of values without a known range. Of n rows none differs, so at most a share
 * z²/(n + z²) of all does; such rows are allowed to be as far apart as the rows that were seen (decision 4).
 */
function unchangedMean(values: Float64Array, design: RowDesign, level: number): Effect {
  const units = unitsOf(values.length, design);
  if (design.clusters !== undefined && units < LEAST_CLUSTERS) return tooFewClusters(0, units);
  if (units < 2) return oneRow(0);
  const [low, high] = extremesOf([values.filter((_, row) => design.weights?.[row] !== 0)]);
  const reach = unseenShare(units, level) * (high - low);
  const interval: Interval = { lower: -reach, upper: reach, level, method: 'unanimous' };
  const note = 'no row differs from the champion: the bounds are what rows that were not seen could do';
  return { kind: 'interval', estimate: 0, interval, standardError: undefined, note };
}
