import type { DataCheck } from './data-rule.ts';
import { type IntervalPlot, leavesLeft } from './interval-plot.ts';
import { honestDecimals, limitNumber, number } from './number-format.ts';

/** One line of a table of drift: a distance from the profile, in words and placed for drawing. */
export interface DriftMeasure {
  /** `Wasserstein distance`; `–` where nothing could be compared. */
  readonly comparator: string;
  readonly distance: string | undefined;
  /** `0.29 to 0.33, limit 0.1`, as far as known. */
  readonly interval: string | undefined;
  readonly plot: IntervalPlot | undefined;
}

/**
 * Distances of a table, drawn as multiples of what each may be, so that different comparators share a picture: all limits
 * stand below each other, no difference is at the right edge, and farther is left.
 */
export function driftMeasures(checks: readonly DataCheck[]): ReadonlyMap<DataCheck, DriftMeasure> {
  const ratios = checks.map(ratioOf);
  const farthest = ratios.reduce((most, ratio) => Math.max(most, ratio?.upper ?? ratio?.estimate ?? 0), 0);
  const reach = Math.min(mostLimits, Math.max(1.5, farthest));
  return new Map(checks.map((check, index) => [check, measure(check, ratios[index], reach)]));
}

/** Beyond so many times its limit a distance is drawn as leaving the picture: one column must not flatten all others. */
const mostLimits = 4;

interface Ratio {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly estimate: number;
}

function ratioOf({ data }: DataCheck): Ratio | undefined {
  if (data.kind !== 'drift' || data.distance === undefined || !(data.floor !== undefined && data.floor > 0)) {
    return undefined;
  }
  const [lower, upper] = data.interval ?? [];
  const { floor } = data;
  const over = (value: number | undefined) => (value === undefined ? undefined : value / floor);
  return { lower: over(lower), upper: over(upper), estimate: data.distance / floor };
}

function measure({ data }: DataCheck, ratio: Ratio | undefined, reach: number): DriftMeasure {
  if (data.kind !== 'drift') return { comparator: '–', distance: undefined, interval: undefined, plot: undefined };
  const { comparator, distance, range, limit } = driftNumbers(data);
  const known = [range, limit === undefined ? undefined : `limit ${limit}`].filter((part) => part !== undefined);
  return {
    comparator: comparator ?? '–',
    distance,
    interval: known.length === 0 ? undefined : known.join(', '),
    plot: ratio === undefined ? undefined : placed(ratio, reach),
  };
}

/** The numbers of a distance in words, with honest digits; of shares in points. */
export function driftNumbers({
  comparator,
  distance,
  interval,
  floor,
}: Extract<DataCheck['data'], { kind: 'drift' }>): Readonly<
  Record<'comparator' | 'distance' | 'range' | 'limit', string | undefined>
> {
  const [factor, unit] = comparator === 'share-difference' ? [100, ' pt'] : [1, ''];
  const width = interval === undefined ? undefined : (interval[1] - interval[0]) * factor;
  const size = Math.max(distance ?? 0, interval?.[1] ?? 0) * factor;
  const shown = (value: number) =>
    number(value * factor, apartFrom(value * factor, (floor ?? 0) * factor, width, size));
  return {
    comparator: comparator === undefined ? undefined : (comparatorNames[comparator] ?? comparator),
    distance: distance === undefined ? undefined : `${shown(distance)}${unit}`,
    range: interval === undefined ? undefined : `${shown(interval[0])} to ${shown(interval[1])}${unit}`,
    limit: floor === undefined || floor === 0 ? undefined : `${limitNumber(floor * factor)}${unit}`,
  };
}

/** Honest digits, and as many more as it takes to see on which side of the limit a number lies. */
function apartFrom(value: number, limit: number, width: number | undefined, largest: number): number {
  let decimals = honestDecimals(width, largest);
  while (
    decimals < 6 &&
    value !== limit &&
    value.toFixed(Math.max(0, decimals)) === limit.toFixed(Math.max(0, decimals))
  ) {
    decimals += 1;
  }
  return decimals;
}

/** Turned, for worse is left in every plot: the ends change places. However far away, nothing is drawn far outside. */
function placed({ lower, upper, estimate }: Ratio, reach: number): IntervalPlot {
  const at = (ratio: number) => Math.min(1, Math.max(-1, 1 - ratio / reach));
  return {
    lower: upper === undefined ? undefined : at(upper),
    upper: lower === undefined ? undefined : at(lower),
    estimate: at(estimate),
    limit: at(1),
    zero: 1,
  };
}

const comparatorNames: Readonly<Partial<Record<string, string>>> = {
  wasserstein: 'Wasserstein distance',
  'kolmogorov-smirnov': 'Kolmogorov–Smirnov distance',
  'population-stability-index': 'population stability index',
  'jensen-shannon-divergence': 'Jensen–Shannon divergence',
  'jensen-shannon-distance': 'Jensen–Shannon distance',
  'l-infinity': 'largest change of a share',
  'cramers-v': 'Cramér’s V',
  'chi-square': 'chi-square test',
  'share-difference': 'share of missing values',
};

/** What the drawings of a table of drift mean. */
export function driftLegend(measures: readonly DriftMeasure[]): string | undefined {
  const plots = measures.flatMap(({ plot }) => (plot === undefined ? [] : [plot]));
  if (plots.length === 0) return undefined;
  const far = plots.some(leavesLeft) ? ', ‹ farther than drawn' : '';
  return `├──●──┤ distance from the profile with its interval, ┊ limit, │ no difference${far}; farther is left`;
}
