import { requireCount, requireFiniteColumn } from './argument.ts';
import type { Resampling } from './bootstrap-interval.ts';
import { jensenShannonDivergence, populationStabilityIndex } from './divergence.ts';
import { gapBounds } from './gap-bound.ts';
import { guardedInterval } from './guarded-interval.ts';
import type { Interval } from './interval.ts';
import { Random } from './random.ts';

/**
 * How two histograms over the same bins are held apart. `jensen-shannon`: the divergence in bits, or its root (base 2)
 * as a distance. `stability-index`: with the floor of empty bins. `largest-share`: TFDV's L-infinity. `wasserstein`: of
 * bins at given positions, over the reference's standard deviation.
 */
export type HistogramDistance =
  | { readonly kind: 'jensen-shannon'; readonly as: 'divergence' | 'distance' }
  | { readonly kind: 'stability-index'; readonly floor: number }
  | { readonly kind: 'largest-share' }
  | { readonly kind: 'wasserstein'; readonly positions: ArrayLike<number> };

export type DriftBounds =
  | { readonly kind: 'interval'; readonly distance: number; readonly interval: Interval }
  /** All rows of the reference, or of one of its resamples, lie in one bin, and those of the other sample do not. */
  | { readonly kind: 'degenerate'; readonly reason: 'constant-reference' };

/**
 * Distance of two samples by their histograms, with bounds from multinomial resamples of both.
 *
 * Drift is shown when the lower bound is above what is tolerated, its absence when the upper one is below: a p-value of
 * "no drift at all" measures the sample size. Percentile bounds will not do, for a resample is further away than its
 * sample: with 10 bins of 200 rows a side their lower bound lay above the true distance in 60 to 76 % of the cases at a
 * nominal 2.5 % (all but Wasserstein's); see `guardedInterval`. Bins are taken as given; where their edges are
 * quantiles of the reference, the distances are a little small.
 *
 * @param input.reference rows in each bin, integers ≥ 0, sum > 0
 * @param input.current   likewise, as many bins
 * @throws RangeError when an argument is out of range
 * Source: the distances as in `divergence.ts` and `distribution-distance.ts`; Davison and Hinkley (1997), section 5.2.
 */
export function driftBounds(
  input: Omit<Resampling, 'method'> & {
    readonly reference: ArrayLike<number>;
    readonly current: ArrayLike<number>;
    readonly distance: HistogramDistance;
  },
): DriftBounds {
  const { replicates } = input;
  requireCount('replicates', replicates, 1);
  const reference = Float64Array.from(input.reference);
  const current = Float64Array.from(input.current);
  const [n, m] = [requireRows('reference', reference), requireRows('current', current)];
  if (reference.length !== current.length) {
    throw new RangeError(`histograms must be of equal length, got ${reference.length} and ${current.length}`);
  }
  if (input.distance.kind === 'largest-share') return largestShareBounds(reference, current, input);
  const { measure, shown } = measureOf(input.distance, reference.length);
  const point = measure(reference, current);
  const random = new Random(input.seed);
  const before = new Float64Array(reference.length);
  const now = new Float64Array(current.length);
  const values = new Float64Array(replicates).map(() => {
    random.multinomial(reference, n, n, before);
    random.multinomial(current, m, m, now);
    return measure(before, now);
  });
  if (!Number.isFinite(point) || values.some((value) => !Number.isFinite(value))) {
    return { kind: 'degenerate', reason: 'constant-reference' };
  }
  const { lower, upper } = guardedInterval(point, values, input.level);
  const at = (value: number) => shown(Math.max(0, value));
  return { kind: 'interval', distance: at(point), interval: { lower: at(lower), upper: at(upper) } };
}

/**
 * Each bin is a pair of groups, and the largest difference of shares a gap: near ties of bins its resamples would err
 * as those of gaps do. Bins are drawn as if they were independent, which is on the safe side (Šidák 1967, JASA 62,
 * 626–633).
 */
function largestShareBounds(
  reference: Float64Array,
  current: Float64Array,
  resampling: Omit<Resampling, 'method'>,
): DriftBounds {
  const [n, m] = [sumOf(reference), sumOf(current)];
  const strata = Array.from(reference, (hits, bin) => [
    { hits, rows: n },
    { hits: current[bin] ?? 0, rows: m },
  ]);
  const { replicates, seed, level } = resampling;
  const bounds = gapBounds({ strata, replicates, seed, level });
  if (bounds.kind === 'degenerate') throw new RangeError('both histograms must have rows');
  return { kind: 'interval', distance: bounds.gap, interval: bounds.interval };
}

type Measure = (reference: Float64Array, current: Float64Array) => number;

/**
 * A root is taken last: bounds of the divergence are those of the distance, and the mirrored ones behave only for the
 * first.
 */
function measureOf(
  distance: Exclude<HistogramDistance, { kind: 'largest-share' }>,
  bins: number,
): { readonly measure: Measure; readonly shown: (value: number) => number } {
  const asIs = (value: number) => value;
  switch (distance.kind) {
    case 'jensen-shannon': {
      const root = (value: number) => Math.sqrt(Math.min(1, value));
      return {
        measure: jensenShannonDivergence,
        shown: distance.as === 'distance' ? root : (value) => Math.min(1, value),
      };
    }
    case 'stability-index':
      return { measure: (e, a) => populationStabilityIndex(e, a, distance.floor), shown: asIs };
    case 'wasserstein':
      return { measure: wassersteinOf(distance.positions, bins), shown: asIs };
  }
}

/**
 * Area between the distribution functions over the reference's standard deviation; NaN where that is 0 and they differ.
 */
function wassersteinOf(positions: ArrayLike<number>, bins: number): Measure {
  if (positions.length !== bins) throw new RangeError(`${bins} bins need as many positions, got ${positions.length}`);
  requireFiniteColumn('positions', positions);
  for (let i = 1; i < bins; i++) {
    if (!((positions[i] ?? 0) > (positions[i - 1] ?? 0))) throw new RangeError('positions must be in ascending order');
  }
  return (reference, current) => {
    const [n, m] = [sumOf(reference), sumOf(current)];
    let mean = 0;
    for (const [i, count] of reference.entries()) mean += ((positions[i] ?? 0) * count) / n;
    let [variance, area, height] = [0, 0, 0];
    for (const [i, count] of reference.entries()) {
      const here = positions[i] ?? 0;
      variance += ((here - mean) ** 2 * count) / n;
      height += count / n - (current[i] ?? 0) / m;
      if (i + 1 < bins) area += Math.abs(height) * ((positions[i + 1] ?? 0) - here);
    }
    const constant = reference.some((count) => count === n);
    if (constant) return area <= 1e-12 * Math.abs((positions[bins - 1] ?? 0) - (positions[0] ?? 0)) ? 0 : Number.NaN;
    return area / Math.sqrt(variance);
  };
}

function requireRows(name: string, counts: Float64Array): number {
  for (const [bin, count] of counts.entries()) requireCount(`${name}[${bin}]`, count);
  const rows = sumOf(counts);
  requireCount(`rows of the ${name}`, rows, 1);
  return rows;
}

function sumOf(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
