import { chiSquareTest, cramersV, type DriftBounds, driftBounds, type Interval, Random } from '@modelgate/statistics';
import type { Cells } from './drift-cells.ts';
import type { Comparator } from './drift-settings.ts';

/** Share to which the stability index raises empty bins, Evidently's. */
const emptyShare = 0.0001;

interface Resamples {
  readonly replicates: number;
  readonly seed: string;
  readonly level: number;
}

export type BoundedDistance =
  | { readonly kind: 'bounded'; readonly distance: number; readonly interval: Interval }
  /** A test statistic, of which no bounds mean anything. */
  | { readonly kind: 'statistic'; readonly distance: number }
  | { readonly kind: 'constant' };

/**
 * Distance of two tables over their cells, with bounds of the true one.
 *
 * @param cells two cells or more, rows on both sides; with positions for `wasserstein`
 * @returns `constant` where a table that lies in one cell leaves no scale to measure by
 * @throws RangeError when an argument is out of range
 * Source: the distances and their bounds as in the statistics package, `driftBounds` and `cramersV`.
 */
export function boundedDistance(cells: Cells, comparator: Comparator, resamples: Resamples): BoundedDistance {
  const { reference, current } = cells;
  const over = { reference, current, ...resamples };
  switch (comparator) {
    case 'wasserstein':
      return scaled(driftBounds({ ...over, distance: { kind: comparator, positions: cells.positions ?? [] } }), cells);
    case 'kolmogorov-smirnov':
      return kolmogorovSmirnovOfBins(cells, resamples.level);
    case 'population-stability-index':
      return asBounded(driftBounds({ ...over, distance: { kind: 'stability-index', floor: emptyShare } }));
    case 'jensen-shannon-divergence':
      return asBounded(driftBounds({ ...over, distance: { kind: 'jensen-shannon', as: 'divergence' } }));
    case 'jensen-shannon-distance':
      return asBounded(driftBounds({ ...over, distance: { kind: 'jensen-shannon', as: 'distance' } }));
    case 'l-infinity':
      return asBounded(driftBounds({ ...over, distance: { kind: 'largest-share' } }));
    case 'cramers-v':
      return associationBounds(cells, resamples);
    case 'chi-square':
      return { kind: 'statistic', distance: chiSquareTest([reference, current]).statistic };
  }
}

function asBounded(bounds: DriftBounds): BoundedDistance {
  if (bounds.kind === 'degenerate') return { kind: 'constant' };
  return { kind: 'bounded', distance: bounds.distance, interval: bounds.interval };
}

/** From the deviation of the bins, which miss what lies within each, to that of the rows. */
function scaled(bounds: DriftBounds, { reference, positions = [], deviation }: Cells): BoundedDistance {
  if (bounds.kind === 'degenerate') return { kind: 'constant' };
  const rows = reference.reduce((sum, count) => sum + count, 0);
  const mean = reference.reduce((sum, count, i) => sum + count * (positions[i] ?? 0), 0) / rows;
  const squares = reference.reduce((sum, count, i) => sum + count * ((positions[i] ?? 0) - mean) ** 2, 0);
  const factor = deviation === undefined ? 1 : Math.sqrt(squares / rows) / deviation;
  const { lower, upper } = bounds.interval;
  return {
    kind: 'bounded',
    distance: bounds.distance * factor,
    interval: { lower: lower * factor, upper: upper * factor },
  };
}

/**
 * Largest difference of the distribution functions at the edges. The bounds are those of two bands, which hold at every
 * point and so at these. Source: Massart (1990), Annals of Probability 18, 1269–1283, each band at half of alpha.
 */
function kolmogorovSmirnovOfBins({ reference, current }: Cells, level: number): BoundedDistance {
  const [n, m] = [reference.reduce((a, b) => a + b, 0), current.reduce((a, b) => a + b, 0)];
  let [difference, distance] = [0, 0];
  for (const [i, count] of reference.slice(0, -1).entries()) {
    difference += count / n - (current[i] ?? 0) / m;
    distance = Math.max(distance, Math.abs(difference));
  }
  const reach = Math.sqrt(Math.log(8 / (1 - level)) / 2) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m));
  const interval = { lower: Math.max(0, distance - reach), upper: Math.min(1, distance + reach) };
  return { kind: 'bounded', distance, interval };
}

/**
 * Resamples of an association carry the sample's noise and their own, which the correction for bias removes once only:
 * the more careful of the percentile and the mirrored bounds, as `driftBounds` has it.
 */
function associationBounds({ reference, current }: Cells, { replicates, seed, level }: Resamples): BoundedDistance {
  const point = cramersV(reference, current);
  if (point.kind === 'degenerate') return { kind: 'constant' };
  const rank = Math.floor(((1 - level) / 2) * (replicates + 1) + 1e-9);
  if (rank < 1) throw new RangeError(`${replicates} replicates are too few for a level of ${level}`);
  const random = new Random(seed);
  const draw = (counts: readonly number[]) => {
    const rows = counts.reduce((sum, count) => sum + count, 0);
    const drawn = new Float64Array(counts.length);
    random.multinomial(counts, rows, rows, drawn);
    return Array.from(drawn);
  };
  const values = new Float64Array(replicates);
  for (let i = 0; i < replicates; i++) {
    const one = cramersV(draw(reference), draw(current));
    if (one.kind === 'degenerate') return { kind: 'constant' };
    values[i] = one.value;
  }
  values.sort();
  const [low, high] = [values[rank - 1] ?? 0, values[replicates - rank] ?? 1];
  const lower = Math.max(0, Math.min(low, 2 * point.value - high, point.value));
  const upper = Math.min(1, Math.max(high, 2 * point.value - low, point.value));
  return { kind: 'bounded', distance: point.value, interval: { lower, upper } };
}
