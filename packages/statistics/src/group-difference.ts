import { requireCount } from './argument.ts';

/** Outcomes of one group of a protected attribute; counts of rows. */
export interface GroupCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Rates of a group; undefined where it has no row to speak of (no positive for the true positive rate), never 0. */
export interface GroupRates {
  /** Share of rows predicted positive. */
  readonly selection: number | undefined;
  readonly truePositive: number | undefined;
  readonly falsePositive: number | undefined;
}

/**
 * How far groups lie apart. All four are undefined when a group's rate is, or the overall one: a group that cannot be
 * measured makes the whole insufficient. Ratios are undefined too where both rates are 0.
 *
 * Gaps of small groups are large by chance (five equal groups of 50 rows at a rate of .5: .164 on average): they need an
 * interval before they mean anything.
 */
export interface GroupGap {
  /** Largest rate − smallest rate. */
  readonly difference: number | undefined;
  /** Smallest rate / largest rate. */
  readonly ratio: number | undefined;
  /** Largest |rate − overall rate|. */
  readonly differenceToOverall: number | undefined;
  /** Smallest of rate/overall and overall/rate. */
  readonly ratioToOverall: number | undefined;
}

/** Gap of several rates at once. */
export type Gaps = Readonly<Record<'demographicParity' | 'equalOpportunity' | 'equalizedOdds', GroupGap>> & {
  readonly rates: readonly GroupRates[];
};

/**
 * Fairness metrics of a binary classifier over groups: gaps in the selection rate (demographic parity), in the true
 * positive rate (equal opportunity), and the worse of those in the true and the false positive rate (equalized odds).
 *
 * @param groups at least one group, counts integers ≥ 0
 * @throws RangeError when there is no group or a count is not an integer ≥ 0
 * Source: Fairlearn, metrics `demographic_parity_*`, `equal_opportunity_*`, `equalized_odds_*` (agg = "worst_case").
 */
export function groupGaps(groups: readonly GroupCounts[]): Gaps {
  requireCount('number of groups', groups.length, 1);
  for (const [i, group] of groups.entries()) {
    for (const [name, count] of Object.entries(group)) requireCount(`groups[${i}].${name}`, count);
  }
  const rates = groups.map(ratesOf);
  const overall = ratesOf(groups.reduce(add));
  const gapIn = (rate: keyof GroupRates): GroupGap =>
    gap(
      rates.map((group) => group[rate]),
      overall[rate],
    );
  const truePositive = gapIn('truePositive');
  const falsePositive = gapIn('falsePositive');
  return {
    rates,
    demographicParity: gapIn('selection'),
    equalOpportunity: truePositive,
    equalizedOdds: {
      difference: worse(Math.max, truePositive.difference, falsePositive.difference),
      ratio: worse(Math.min, truePositive.ratio, falsePositive.ratio),
      differenceToOverall: worse(Math.max, truePositive.differenceToOverall, falsePositive.differenceToOverall),
      ratioToOverall: worse(Math.min, truePositive.ratioToOverall, falsePositive.ratioToOverall),
    },
  };
}

/** Gap of any rate over groups, such as an error rate or a mean score; rates must not be negative for the ratios. */
export function gap(rates: readonly (number | undefined)[], overall: number | undefined): GroupGap {
  const known = rates.filter((rate) => rate !== undefined);
  if (overall === undefined || known.length < rates.length || known.length === 0) {
    return { difference: undefined, ratio: undefined, differenceToOverall: undefined, ratioToOverall: undefined };
  }
  const least = Math.min(...known);
  const most = Math.max(...known);
  const toOverall = known.map((rate) => share(Math.min(rate, overall), Math.max(rate, overall)));
  return {
    difference: most - least,
    ratio: share(least, most),
    differenceToOverall: Math.max(...known.map((rate) => Math.abs(rate - overall))),
    ratioToOverall: toOverall.reduce((one, other) => worse(Math.min, one, other)),
  };
}

function ratesOf(group: GroupCounts): GroupRates {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = group;
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  return {
    selection: share(truePositives + falsePositives, positives + negatives),
    truePositive: share(truePositives, positives),
    falsePositive: share(falsePositives, negatives),
  };
}

function add(one: GroupCounts, other: GroupCounts): GroupCounts {
  return {
    truePositives: one.truePositives + other.truePositives,
    falsePositives: one.falsePositives + other.falsePositives,
    trueNegatives: one.trueNegatives + other.trueNegatives,
    falseNegatives: one.falseNegatives + other.falseNegatives,
  };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function worse(
  pick: (...values: number[]) => number,
  one: number | undefined,
  other: number | undefined,
): number | undefined {
  return one === undefined || other === undefined ? undefined : pick(one, other);
}
