import type { BaselineIdentity, BoundResult, CheckResult, Status } from '@modelgate/core';
import { type BoundWords, boundWords, isAboutValue, isAgainstAnchor } from './bound-words.ts';
import { checkSentence } from './check-sentence.ts';
import { intervalMethod } from './interval-method.ts';
import { type IntervalPlot, intervalPlots } from './interval-plot.ts';
import { failureCounts, shortMetric } from './metric-words.ts';
import { about, honestDecimals, levelText, number, scaleOf, withShortUnit } from './number-format.ts';
import { type Phrase, phrasePlain } from './phrase.ts';

/** One line of a table of checks: one bound of one check, or a check that has none (an error, a bootstrap). */
export interface CheckRow {
  readonly check: CheckResult;
  readonly status: Status;
  readonly name: Phrase;
  readonly champion: string;
  readonly candidate: string;
  readonly difference: string;
  /** The interval that decides, in short: `−2.8 to −1.0 pt`; for a check without one its reason. */
  readonly interval: string;
  /** `95 %, BCa bootstrap`: how sure the interval is, and how it was made. */
  readonly method: string | undefined;
  readonly plot: IntervalPlot | undefined;
  readonly power: string;
  /** A caveat of the method on these data. */
  readonly note: string | undefined;
  readonly sentence: string;
}

/** What is not known or does not apply, in a table. */
export const none = '–';

/** The rows of a table of checks, in the policy's order, with plots on common scales. */
export function checkRows(checks: readonly CheckResult[], anchor?: BaselineIdentity): readonly CheckRow[] {
  const plots = intervalPlots(checks.flatMap((check) => check.bounds.map((bound) => ({ check, bound }))));
  return checks.flatMap((check): readonly CheckRow[] => {
    if (check.bounds.length === 0) return [rowWithoutBound(check)];
    return check.bounds.map((bound) => boundRow(check, bound, plots.get(bound), anchor));
  });
}

/** `at most 0.5 pt worse`: what a bound asks, in short. */
export function ruleText(bound: BoundResult, words: BoundWords): string {
  const limit = words.limit.replace(/ points?$/, ' pt');
  switch (bound.rule) {
    case 'at-least':
      return `at least ${limit}`;
    case 'at-most':
      return `at most ${limit}`;
    case 'max-regression':
      return `${words.limitIsZero ? 'not worse' : `at most ${limit} worse`}${isAgainstAnchor(bound) ? ' than the anchor' : ''}`;
    case 'min-improvement':
      return words.limitIsZero ? 'better' : `over ${limit} better`;
    case 'max-improvement':
      return words.limitIsZero ? 'not better' : `at most ${limit} better`;
  }
}

/**
 * Champion, candidate and their difference as short texts with honest digits; `difference` in points for shares. For a
 * bound against the anchor the difference is the one from the anchor, whose own value stands in the champion's place.
 */
export function values(
  check: CheckResult,
  of?: BoundResult,
): { champion: string; candidate: string; difference: string } {
  const anchored = of !== undefined && isAgainstAnchor(of);
  const compared = check.bounds.filter((bound) => !isAboutValue(bound) && bound.interval !== undefined);
  const paired = anchored ? of : compared.find((bound) => !isAgainstAnchor(bound));
  const alone = check.bounds.find((bound) => isAboutValue(bound) && bound.interval !== undefined);
  const own = scaleOf(check, 'value');
  const ownDecimals = valueDecimals(check, compared.find((bound) => !isAgainstAnchor(bound)) ?? compared[0], alone);
  const shown = (value: number | undefined) => {
    return value === undefined ? none : withShortUnit(number(value, ownDecimals), own);
  };
  const counts = failureCounts(check);
  return {
    champion: anchored ? shown(check.anchor) : (counts.champion ?? shown(check.champion)),
    candidate: counts.candidate ?? shown(check.candidate),
    difference: difference(check, paired),
  };
}

function boundRow(
  check: CheckResult,
  bound: BoundResult,
  plot: IntervalPlot | undefined,
  anchor: BaselineIdentity | undefined,
): CheckRow {
  const words = boundWords(check, bound);
  const status = check.status === check.outcome || bound.status !== check.outcome ? bound.status : check.status;
  return {
    check,
    status,
    name: [{ code: check.id }, ` ${nameOfMetric(check)}${ruleText(bound, words)}`],
    ...values(check, bound),
    interval: words.range === undefined ? 'no interval' : withShortUnit(words.range, words.scale),
    method: bound.interval && `${levelText(bound.interval)}, ${intervalMethod(bound.interval.method).name}`,
    plot,
    power: power(bound, words),
    note: bound.note,
    sentence: checkSentence({ ...check, bounds: [bound] }, anchor),
  };
}

function rowWithoutBound(check: CheckResult): CheckRow {
  const metric = nameOfMetric(check).trim();
  return {
    check,
    status: check.status,
    name: metric === '' ? [{ code: check.id }] : [{ code: check.id }, ` ${metric}`],
    ...values(check),
    interval: check.problem?.reason ?? check.reason,
    method: undefined,
    plot: undefined,
    power: none,
    note: undefined,
    sentence: checkSentence(check),
  };
}

function nameOfMetric(check: CheckResult): string {
  const metric = shortMetric(check);
  return metric === '' ? '' : `${metric} `;
}

function power(bound: BoundResult, words: BoundWords): string {
  if (bound.status === 'inconclusive' && bound.rowsNeeded !== undefined) return `needs ${about(bound.rowsNeeded)} rows`;
  if (bound.detectable === undefined) return none;
  const size = bound.detectable * words.scale.factor;
  return withShortUnit(number(size, honestDecimals(size * 4)), words.scale);
}

/** A value gets the digits that its own interval justifies, else those of the difference. */
function valueDecimals(check: CheckResult, paired: BoundResult | undefined, alone: BoundResult | undefined): number {
  const size = check.candidate ?? check.champion;
  if (alone?.interval !== undefined) return honestDecimals(alone.interval.upper - alone.interval.lower, size);
  if (paired?.interval !== undefined) {
    const width = paired.interval.upper - paired.interval.lower;
    const relative = paired.of === 'relative-difference';
    return honestDecimals(relative ? width * Math.abs(check.champion ?? 1) : width, size);
  }
  return check.scale === 'share' ? 3 : honestDecimals(undefined, size);
}

function difference(check: CheckResult, paired: BoundResult | undefined): string {
  if (paired !== undefined) {
    const { signed } = boundWords(check, paired);
    if (signed !== undefined) return signed.replace(/ points?$/, ' pt');
  }
  const theirs = paired !== undefined && isAgainstAnchor(paired) ? check.anchor : check.champion;
  if (theirs === undefined || check.candidate === undefined) return none;
  const scale = scaleOf(check, 'difference');
  const value = (check.candidate - theirs) * scale.factor;
  const decimals = scale.factor === 100 ? 1 : valueDecimals(check, undefined, check.bounds.find(isAboutValue));
  return withShortUnit(number(value, decimals, true), scale);
}

/** Caveats below a table, each once with the checks that it is about. */
export function rowNotes(
  rows: readonly CheckRow[],
): readonly { readonly ids: readonly string[]; readonly note: string }[] {
  const noted = rows.flatMap(({ check, note }) => (note === undefined ? [] : [{ id: check.id, note }]));
  return [...Map.groupBy(noted, ({ note }) => note)].map(([note, same]) => {
    return { ids: [...new Set(same.map(({ id }) => id))], note };
  });
}

/** The name of a row as plain text, for terminals. */
export function rowName(row: CheckRow): string {
  return phrasePlain(row.name);
}
