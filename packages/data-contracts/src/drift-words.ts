import type { DriftReason } from './drift.ts';
import type { MeasuredChange } from './drift-finding.ts';
import type { Comparator } from './drift-settings.ts';
import type { ProfileColumn } from './profile.ts';

interface Decision {
  readonly reason: DriftReason;
  readonly adjustedP: number;
  readonly rowsNeeded: number | undefined;
  /** Of the interval. */
  readonly level: number;
}

/** What a measured change came to, as a sentence whose subject is the column. */
export function decidedWords(change: MeasuredChange, decision: Decision): string {
  const news = newWords(change);
  return [outcomeWords(change, decision), ...(news === undefined ? [] : [news])].join('; ');
}

/** "moved by 0.31 standard deviations (wasserstein, 95 % 0.29 to 0.33)" */
function measuredWords({ comparator, of, distance, interval, shares }: MeasuredChange, level: number): string {
  const range = (unit: number) =>
    interval === undefined
      ? ''
      : `${number(level * 100)} % ${number(interval.lower * unit)} to ${number(interval.upper * unit)}`;
  if (comparator === 'share-difference') {
    const [before, now] = (shares ?? [0, 0]).map((share) => `${number(share * 100)} %`);
    const state = of === 'nulls' ? 'is missing in' : 'is NaN or infinite in';
    return `${state} ${now} of rows, was in ${before}, a change of ${number(distance * 100)} points (${range(100)})`;
  }
  if (comparator === 'chi-square') return `changed by a chi-square of ${number(distance)}`;
  const unit = comparator === 'wasserstein' ? ' standard deviations' : '';
  return `moved by ${number(distance)}${unit} (${comparator}, ${range(1)})`;
}

function outcomeWords(change: MeasuredChange, { reason, adjustedP, rowsNeeded, level }: Decision): string {
  const { comparator, interval, values, floor } = change;
  const measured = measuredWords(change, level);
  const p = `p ${adjustedP < 0.001 ? 'below 0.001' : number(adjustedP)} after correction`;
  const tolerated = comparator === 'share-difference' ? `${number(floor * 100)} points` : number(floor);
  const verb = comparator === 'share-difference' && floor !== 0.01 ? 'are' : 'is';
  switch (reason) {
    case 'above-floor':
      return `${measured}; ${tolerated} ${verb} tolerated`;
    case 'more-than-noise':
      return `${measured}, more than noise (${p}); a test has no size, so this may be a small change`;
    case 'below-floor':
      return `${measured}, within the ${tolerated} that ${verb} tolerated`;
    case 'new-values':
      return `${measured}, within the ${tolerated} that ${verb} tolerated, yet it is not the same`;
    case 'not-more-than-noise':
      return interval === undefined
        ? `${measured}, not more than noise (${p}); a test never shows that nothing changed: name a distance for that`
        : `${measured}; ${tolerated} ${verb} tolerated, and this is not more than noise (${p})`;
    default:
      return `${measured}; ${tolerated} ${verb} tolerated, and ${rows(values)} cannot tell on which side it lies${
        rowsNeeded === undefined ? '' : `; about ${whole(rowsNeeded)} in each table would, were it as far as this`
      }`;
  }
}

/** New values by name where enough rows have them, so that no name points at a person. */
function newWords({ newValues, namedFrom, values }: MeasuredChange): string | undefined {
  const named = newValues.filter((one) => one.rows >= namedFrom);
  const rare = newValues.length - named.length;
  const shown = named
    .slice(0, 3)
    .map((one) => `${JSON.stringify(one.value)} (${whole(one.rows)} of ${whole(values[1])} rows)`);
  if (named.length > 3) shown.push(`${named.length - 3} more`);
  if (rare > 0) shown.push(`${rare} ${rare === 1 ? 'value' : 'values'} with fewer than ${namedFrom} rows`);
  return shown.length === 0 ? undefined : `new against the profile: ${shown.join(', ')}`;
}

/** Sentences of what needed no test; their subject is the column. */
export const settledWords = {
  vanished: (before: ProfileColumn | undefined) =>
    `is gone; the profile has it${before === undefined ? '' : ` as ${before.type}`}`,
  added: () => 'is not in the profile: nothing to compare with; record a new profile',
  retyped: (before: ProfileColumn, now: ProfileColumn) =>
    `held ${before.type} in the profile and holds ${now.type} now: these have no distance`,
  misfit: (comparator: Comparator, before: ProfileColumn, known: readonly Comparator[]) =>
    `is of type ${before.type}, for which ${comparator} has no meaning; write one of ${known.join(', ')}`,
  empty: ([before, now]: readonly [number, number]) =>
    `holds no values to compare${before > 0 ? '' : now === 0 ? ', neither here nor in the profile' : ' in the profile'}`,
  few: (values: readonly [number, number], least: number) =>
    `has too few rows: ${rows(values)} hold a value, and it takes ${whole(least)} in each table`,
  sameConstant: (value: string) => `holds ${value} and nothing else, as in the profile`,
  constant: ({ named, range }: { readonly named: string; readonly range: string }) =>
    `held ${named} and nothing else in the profile, and holds ${range} now: there is no spread to measure the change by`,
  otherBins: () => 'is counted over other bins than in the profile; profile this table over the bins of the reference',
  rareValues: (values: readonly [number, number]) =>
    `has too few rows: in ${rows(values)} no two values are frequent enough to compare; group them, or use more rows`,
  oneCell: () => 'lies in a single bin or category in one of the tables: there is no scale to measure the change by',
};

function rows([before, now]: readonly [number, number]): string {
  return `${whole(before)} and ${whole(now)} rows`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: false });
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
