import type { BaselineIdentity, BoundResult, CheckResult } from '@modelgate/core';
import { failingCasesBeside, metricWords } from './metric-words.ts';
import { boundDecimals, levelName, limitNumber, type NumberScale, number, scaleOf, withUnit } from './number-format.ts';
import { anchorWords } from './opponent-words.ts';

/** One bound's numbers in words. Amounts are unsigned ("worse by 1.9 points"); signed ones are candidate − champion. */
export interface BoundWords {
  readonly scale: NumberScale;
  readonly decimals: number;
  /** ` than the anchor model of a1b2c3d`; empty against the champion, which goes without saying. */
  readonly than: string;
  /** `12 of 400 cases fail`, for a test of behaviour. */
  readonly cases: string | undefined;
  /** The limit without sign: `0.5 points`, `0.75`. */
  readonly limit: string;
  /** The limit where the estimate beside it already says the unit: `0.5` points, but `10 %`. */
  readonly bareLimit: string;
  readonly limitIsZero: boolean;
  readonly estimate: string | undefined;
  /** `−0.1 points`; a value has no sign of its own. */
  readonly signed: string | undefined;
  /** `worse by 1.9 points`, `better by 0.6 points`, `no different`. */
  readonly change: string | undefined;
  /** `95 % interval 1.0 to 2.8`, turned so that it counts in the direction of `change`. */
  readonly changeInterval: string | undefined;
  /** `−0.1 points, 95 % interval −0.3 to 0.1`, signed. */
  readonly facts: string;
  /** `−1.1 to 0.4`. */
  readonly range: string | undefined;
  /** What is asked, so that "cannot tell whether …" and "nothing shows that …" can be put before it. */
  readonly breach: string;
  readonly question: string;
}

/** Whether a bound is about the candidate alone: then its numbers are values, not differences. */
export function isAboutValue(bound: BoundResult): boolean {
  return bound.of === 'value';
}

/** Whether a bound compares with the gate's fixed model of the past. */
export function isAgainstAnchor(bound: BoundResult): boolean {
  return bound.against === 'anchor' && !isAboutValue(bound);
}

export function boundWords(check: CheckResult, bound: BoundResult, anchor?: BaselineIdentity): BoundWords {
  const scale = scaleOf(check, bound.of);
  const decimals = boundDecimals(bound, scale);
  const limitValue = isAboutValue(bound) ? bound.threshold : Math.abs(bound.threshold);
  const limit = withUnit(limitNumber(limitValue * scale.factor), scale);
  const estimate = estimateOf(check, bound);
  const amount = (value: number, signed: boolean) => withUnit(number(value * scale.factor, decimals, signed), scale);
  const range = rangeOf(bound, 1, scale, decimals);
  const level = bound.interval === undefined ? undefined : levelName(bound.interval);
  const signed = estimate === undefined ? undefined : amount(estimate, !isAboutValue(bound));
  const cases = failingCasesBeside(check, !isAboutValue(bound) && !isAgainstAnchor(bound));
  const facts = [signed, level === undefined ? undefined : `${level} ${range}`].filter((part) => part !== undefined);
  if (cases !== undefined) facts.push(cases);
  else if (!isAboutValue(bound) && check.better === 'lower' && facts.length > 0) facts.push('lower is better');
  const than = isAgainstAnchor(bound) ? ` than ${anchorWords(anchor)}` : '';
  return {
    scale,
    decimals,
    than,
    cases,
    limit,
    bareLimit: scale.unit === 'points' ? limitNumber(limitValue * scale.factor) : limit,
    limitIsZero: bound.threshold === 0,
    estimate: estimate === undefined ? undefined : amount(estimate, false),
    signed,
    change: estimate === undefined ? undefined : changeOf(check, estimate, (value) => amount(value, false)),
    changeInterval:
      level === undefined ? undefined : `${level} ${rangeOf(bound, direction(check, estimate ?? 0), scale, decimals)}`,
    facts: facts.join(', '),
    range,
    ...asked(metricWords(check), bound, limit, than),
  };
}

/** The bound's estimate, or what champion and candidate say where it is left out. */
export function estimateOf(check: CheckResult, bound: BoundResult): number | undefined {
  if (bound.estimate !== undefined) return bound.estimate;
  const { champion, candidate } = check;
  if (candidate === undefined || isAboutValue(bound)) return candidate;
  if (champion === undefined || isAgainstAnchor(bound)) return undefined;
  if (bound.of === 'difference') return candidate - champion;
  return champion === 0 ? undefined : (candidate - champion) / champion;
}

function asked(
  metric: string,
  bound: BoundResult,
  limit: string,
  opponent: string,
): { breach: string; question: string } {
  const than = `${opponent}${bound.threshold === 0 ? '' : ` by more than ${limit}`}`;
  switch (bound.rule) {
    case 'at-least':
      return { breach: `${metric} is below ${limit}`, question: `${metric} is at least ${limit}` };
    case 'at-most':
      return { breach: `${metric} is above ${limit}`, question: `${metric} is at most ${limit}` };
    case 'max-regression':
      return { breach: `${metric} is worse${than}`, question: `${metric} is worse${than}` };
    case 'min-improvement':
      return { breach: `${metric} is not better${than}`, question: `${metric} is better${than}` };
    case 'max-improvement':
      return { breach: `${metric} is better${than}`, question: `${metric} is better${than}` };
  }
}

/** +1 where the candidate is better by `estimate` and higher is better, or worse and lower is better; else −1. */
function direction(check: CheckResult, estimate: number): 1 | -1 {
  if (estimate === 0) return check.better === 'higher' ? 1 : -1;
  return estimate > 0 ? 1 : -1;
}

function changeOf(check: CheckResult, estimate: number, amount: (value: number) => string): string {
  const magnitude = amount(Math.abs(estimate));
  if (estimate === 0) return 'no different';
  return `${estimate > 0 === (check.better === 'higher') ? 'better' : 'worse'} by ${magnitude}`;
}

function rangeOf(bound: BoundResult, turn: 1 | -1, scale: NumberScale, decimals: number): string | undefined {
  if (bound.interval === undefined) return undefined;
  const ends = [bound.interval.lower * turn, bound.interval.upper * turn].toSorted((one, other) => one - other);
  return ends.map((end) => number(end * scale.factor, decimals)).join(' to ');
}
