import type { BoundResult, CheckResult, Status } from '@modelgate/core';
import { type BoundWords, boundWords, isAboutValue } from './bound-words.ts';
import { checkSentence } from './check-sentence.ts';
import { type IntervalPlot, intervalPlots } from './interval-plot.ts';
import { about, honestDecimals, number, scaleOf, withShortUnit } from './number-format.ts';
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
  readonly plot: IntervalPlot | undefined;
  readonly power: string;
  /** A caveat of the method on these data. */
  readonly note: string | undefined;
  readonly sentence: string;
}

/** What is not known or does not apply, in a table. */
export const none = '–';

/** The rows of a table of checks, in the policy's order, with plots on common scales. */
export function checkRows(checks: readonly CheckResult[]): readonly CheckRow[] {
  const plots = intervalPlots(checks.flatMap((check) => check.bounds.map((bound) => ({ check, bound }))));
  return checks.flatMap((check): readonly CheckRow[] => {
    if (check.bounds.length === 0) return [rowWithoutBound(check)];
    return check.bounds.map((bound) => boundRow(check, bound, plots.get(bound)));
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
      return words.limitIsZero ? 'not worse' : `at most ${limit} worse`;
    case 'min-improvement':
      return words.limitIsZero ? 'better' : `over ${limit} better`;
    case 'max-improvement':
      return words.limitIsZero ? 'not better' : `at most ${limit} better`;
  }
}

/** Champion, candidate and their difference as short texts with honest digits; `difference` in points for shares. */
export function values(check: CheckResult): { champion: string; candidate: string; difference: string } {
  const paired = check.bounds.find((bound) => !isAboutValue(bound) && bound.interval !== undefined);
  const alone = check.bounds.find((bound) => isAboutValue(bound) && bound.interval !== undefined);
  const own = scaleOf(check, 'value');
  const ownDecimals = valueDecimals(check, paired, alone);
  const shown = (value: number | undefined) => {
    return value === undefined ? none : withShortUnit(number(value, ownDecimals), own);
  };
  return { champion: shown(check.champion), candidate: shown(check.candidate), difference: difference(check, paired) };
}

function boundRow(check: CheckResult, bound: BoundResult, plot: IntervalPlot | undefined): CheckRow {
  const words = boundWords(check, bound);
  const status = check.status === check.outcome || bound.status !== check.outcome ? bound.status : check.status;
  return {
    check,
    status,
    name: [{ code: check.id }, ` ${nameOfMetric(check)}${ruleText(bound, words)}`],
    ...values(check),
    interval: words.range === undefined ? 'no interval' : withShortUnit(words.range, words.scale),
    plot,
    power: power(bound, words),
    note: bound.note,
    sentence: checkSentence(check),
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
    plot: undefined,
    power: none,
    note: undefined,
    sentence: checkSentence(check),
  };
}

function nameOfMetric(check: CheckResult): string {
  return check.metric === check.id ? '' : `${check.metric} `;
}

function power(bound: BoundResult, words: BoundWords): string {
  if (bound.status === 'inconclusive' && bound.rowsNeeded !== undefined) return `needs ${about(bound.rowsNeeded)} rows`;
  if (bound.detectable === undefined) return none;
  const size = bound.detectable * words.scale.factor;
  return withShortUnit(number(size, honestDecimals(size * 4)), words.scale);
}

/** A value gets the digits that its own interval justifies, else those of the difference. */
function valueDecimals(check: CheckResult, paired: BoundResult | undefined, alone: BoundResult | undefined): number {
  if (alone?.interval !== undefined) return honestDecimals(alone.interval.upper - alone.interval.lower);
  if (paired?.interval !== undefined) {
    const width = paired.interval.upper - paired.interval.lower;
    const relative = paired.of === 'relative-difference';
    return honestDecimals(relative ? width * Math.abs(check.champion ?? 1) : width);
  }
  return check.scale === 'share' ? 3 : honestDecimals(undefined, check.candidate ?? check.champion);
}

function difference(check: CheckResult, paired: BoundResult | undefined): string {
  if (paired !== undefined) {
    const { signed } = boundWords(check, paired);
    if (signed !== undefined) return signed.replace(/ points?$/, ' pt');
  }
  if (check.champion === undefined || check.candidate === undefined) return none;
  const scale = scaleOf(check, 'difference');
  const value = (check.candidate - check.champion) * scale.factor;
  const decimals = scale.factor === 100 ? 1 : valueDecimals(check, undefined, check.bounds.find(isAboutValue));
  return withShortUnit(number(value, decimals, true), scale);
}

/** The name of a row as plain text, for terminals. */
export function rowName(row: CheckRow): string {
  return phrasePlain(row.name);
}
