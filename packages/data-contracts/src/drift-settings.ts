import { isCategoryColumn, isDateColumn, isNumberColumn, type ProfileColumn } from './profile.ts';

/** How two columns are held apart, by what they hold. */
const comparatorsOf = {
  numbers: [
    'wasserstein',
    'kolmogorov-smirnov',
    'population-stability-index',
    'jensen-shannon-divergence',
    'jensen-shannon-distance',
  ],
  categories: [
    'jensen-shannon-divergence',
    'jensen-shannon-distance',
    'l-infinity',
    'population-stability-index',
    'cramers-v',
    'chi-square',
  ],
} as const;

/**
 * `wasserstein`: of bins at their centres, over the reference's standard deviation. `kolmogorov-smirnov`: of bins, at
 * their edges. `population-stability-index`: in nats, empty bins at a share of .0001. `jensen-shannon-divergence`: in
 * bits, in [0, 1] (TFDV's convention); `jensen-shannon-distance`: its root (NannyML's; Evidently's is .83 of it).
 * `l-infinity`: largest difference of a share. `cramers-v`: bias-corrected. `chi-square`: a test without a size.
 */
export type Comparator =
  | (typeof comparatorsOf.numbers)[number]
  | Exclude<(typeof comparatorsOf.categories)[number], (typeof comparatorsOf.numbers)[number]>;

export interface DriftRule {
  readonly comparator: Comparator;
  /** Distance up to which a change is tolerated, ≥ 0; `chi-square` has none and ignores it. */
  readonly floor: number;
}

export interface DriftSettings {
  /** For each column without a rule of its own; without a default, columns of that kind are left out. */
  readonly numbers?: DriftRule;
  readonly categories?: DriftRule;
  readonly dates?: DriftRule;
  readonly columns: ReadonlyMap<string, DriftRule>;
  /** Tolerated change of the share of nulls, and of that of NaN and infinities, in [0, 1]. */
  readonly nulls: number;
  /** Two-sided, in (0, 1): each bound of a distance errs with at most (1 − level)/2. */
  readonly level: number;
  /** Chance, in (0, 1), of any alarm at all when nothing drifted (`holm`), or the share of false ones among them. */
  readonly alarmRate: number;
  readonly correction: 'holm' | 'benjamini-hochberg';
  /** Fewer values on a side than this are not judged. */
  readonly leastRows: number;
  readonly replicates: number;
  /** At least 16 hexadecimal digits. */
  readonly seed: string;
}

/** What a policy that says nothing gets; only the seed is the caller's. */
export const defaultDriftSettings: Omit<DriftSettings, 'seed'> = {
  numbers: { comparator: 'wasserstein', floor: 0.1 },
  categories: { comparator: 'jensen-shannon-distance', floor: 0.1 },
  columns: new Map(),
  nulls: 0.02,
  level: 0.95,
  alarmRate: 0.05,
  correction: 'holm',
  leastRows: 30,
  replicates: 499,
};

/** What a column can be compared as; `undefined` where a profile knows no distribution of it. */
export function kindOf(column: ProfileColumn): 'numbers' | 'categories' | 'dates' | undefined {
  if (column.withheld !== undefined) return undefined;
  if (isNumberColumn(column)) return 'numbers';
  if (isCategoryColumn(column)) return 'categories';
  return isDateColumn(column) ? 'dates' : undefined;
}

/** The comparators that have a meaning for a column; dates are binned as numbers are. */
export function comparatorsFor(kind: 'numbers' | 'categories' | 'dates'): readonly Comparator[] {
  return comparatorsOf[kind === 'categories' ? 'categories' : 'numbers'];
}
