import type { DriftReason } from './drift.ts';
import type { MeasuredChange } from './drift-finding.ts';
import type { Comparator } from './drift-settings.ts';
import type { ProfileColumn } from './profile.ts';

const comparatorWords: Readonly<Record<Exclude<MeasuredChange['comparator'], 'share-difference'>, string>> = {
  wasserstein: 'Wasserstein distance (of bins, in standard deviations of the reference)',
  'kolmogorov-smirnov': 'Kolmogorov–Smirnov distance (of bins)',
  'population-stability-index': 'population stability index',
  'jensen-shannon-divergence': 'Jensen–Shannon divergence (bits)',
  'jensen-shannon-distance': 'Jensen–Shannon distance (base 2)',
  'l-infinity': 'largest change of a share',
  'cramers-v': 'Cramér’s V (bias-corrected)',
  'chi-square': 'chi-square',
};

/** What a measured change came to, as a sentence. */
export function decidedWords(
  change: MeasuredChange,
  decision: {
    readonly reason: DriftReason;
    readonly adjustedP: number;
    readonly rowsNeeded: number | undefined;
  },
): string {
  const [measured, news] = [measuredWords(change), newWords(change)];
  return [`${measured}: ${outcomeWords(change, decision)}`, ...(news === undefined ? [] : [news])].join('; ');
}

function measuredWords({ comparator, distance, interval, shares }: MeasuredChange): string {
  const range = interval === undefined ? '' : ` (${number(interval.lower)} to ${number(interval.upper)})`;
  if (comparator !== 'share-difference') return `${comparatorWords[comparator]} ${number(distance)}${range}`;
  const change = `from ${number((shares?.[0] ?? 0) * 100)} % to ${number((shares?.[1] ?? 0) * 100)} %`;
  return `the share of nulls went ${change}, a difference of ${number(distance)}${range}`;
}

function outcomeWords(
  { floor, interval, values }: MeasuredChange,
  { reason, adjustedP, rowsNeeded }: Parameters<typeof decidedWords>[1],
): string {
  const p = `p ${adjustedP < 0.001 ? 'below 0.001' : number(adjustedP)} after correction`;
  switch (reason) {
    case 'above-floor':
      return `shown to be above ${number(floor)}, ${p}`;
    case 'more-than-noise':
      return `more than noise, ${p}; a test has no size, so this may be a small change`;
    case 'below-floor':
      return `shown to be below ${number(floor)}`;
    case 'new-values':
      return `shown to be below ${number(floor)}, yet not the same`;
    case 'not-more-than-noise':
      return interval === undefined
        ? `not more than noise, ${p}; a test never shows that nothing changed: name a distance for that`
        : `above ${number(floor)}, but not more than noise, ${p}`;
    default:
      return `on which side of ${number(floor)} it lies, ${rows(values)} cannot tell${
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
  return shown.length === 0 ? undefined : `new against the reference: ${shown.join(', ')}`;
}

/** Sentences of what needed no test. */
export const settledWords = {
  vanished: (before: ProfileColumn | undefined) =>
    `the column is gone; the reference has it${before === undefined ? '' : ` as ${before.type}`}`,
  added: () => 'the reference does not know this column: nothing to compare with; record a new profile',
  retyped: (before: ProfileColumn, now: ProfileColumn) =>
    `held ${before.type} in the reference and holds ${now.type} now: these have no distance`,
  misfit: (comparator: Comparator, before: ProfileColumn, known: readonly Comparator[]) =>
    `${comparator} has no meaning for a column of type ${before.type}; write one of ${known.join(', ')}`,
  empty: ([before, now]: readonly [number, number]) =>
    `${before === 0 ? (now === 0 ? 'both tables hold' : 'the reference holds') : 'this table holds'} nothing but nulls: no values to compare`,
  few: (values: readonly [number, number], least: number) =>
    `too few rows: ${rows(values)} hold a value, and it takes ${whole(least)} in each table`,
  sameConstant: (value: string) => `both tables hold ${value} and nothing else`,
  constant: ({ named, range }: { readonly named: string; readonly range: string }) =>
    `the reference holds ${named} and nothing else, this table ${range}: there is no spread to measure the change by`,
  otherBins: () => 'the two profiles count over different bins; profile this table over the bins of the reference',
  rareValues: (values: readonly [number, number]) =>
    `too few rows: in ${rows(values)} no two values are frequent enough to compare; group them, or use more rows`,
  oneCell: () => 'one of the tables lies in a single bin or category: there is no scale to measure the change by',
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
