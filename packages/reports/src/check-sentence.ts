import {
  type BaselineIdentity,
  type BoundResult,
  type CheckResult,
  type Reason,
  reasons,
  type Verdict,
} from '@modelgate/core';
import { type BoundWords, boundWords, isAgainstAnchor } from './bound-words.ts';
import { isDataCheck } from './data-rule.ts';
import { ruleSentence } from './data-words.ts';
import { failingCases, metricWords } from './metric-words.ts';
import { about, count, counted } from './number-format.ts';

/**
 * What one check came to, in a sentence: what, by how much, how sure, what is allowed. Plain text, one line when the
 * verdict's own texts are; each renderer escapes it. Never empty, whatever the reason.
 *
 * @param anchor of the check's verdict, to name it where the check is decided against it
 */
export function checkSentence(check: CheckResult, anchor?: BaselineIdentity): string {
  if (check.problem !== undefined) return `${check.problem.reason}: ${check.problem.message}`;
  if (isDataCheck(check)) return `${ruleSentence(check)}${waivedUntil(check)}`;
  if (check.slices !== undefined) return `${check.slices.words.replace(/[.\s]+$/, '')}${waivedUntil(check)}`;
  const bound = decisiveBound(check);
  const sentence = bound === undefined ? withoutBound(check) : boundSentence(check, bound, anchor);
  return `${sentence}${otherBounds(check, bound)}${waivedUntil(check)}`;
}

/** The bound that made the check what it is: the one with its outcome and reason, else the first with its outcome. */
export function decisiveBound(check: CheckResult): BoundResult | undefined {
  return (
    check.bounds.find((bound) => bound.status === check.outcome && bound.reason === check.reason) ??
    check.bounds.find((bound) => bound.status === check.outcome) ??
    check.bounds[0]
  );
}

/** `about 12,000 rows would decide`, where the verdict knows. */
export function rowsThatDecide(bound: BoundResult): string | undefined {
  return bound.rowsNeeded === undefined ? undefined : `about ${about(bound.rowsNeeded)} rows would decide`;
}

function boundSentence(check: CheckResult, bound: BoundResult, anchor: BaselineIdentity | undefined): string {
  const words = boundWords(check, bound, anchor);
  switch (bound.status) {
    case 'pass':
      return held(check, bound, words);
    case 'fail':
      return broken(check, bound, words);
    case 'inconclusive':
      if (bound.reason !== 'too-few-rows' && bound.rule === 'max-regression' && worseWithin(check, bound)) {
        return worseUndecided(check, bound, words);
      }
      return `cannot tell whether ${words.question}: ${undecided(check, bound, words)}`;
    default:
      return withoutBound(check, bound);
  }
}

function held(check: CheckResult, bound: BoundResult, words: BoundWords): string {
  const facts = words.facts === '' ? '' : ` (${words.facts})`;
  if (bound.judged === 'estimate')
    return `${byEstimate(check, bound, words)} (by the estimate alone: nothing is proven)`;
  if (bound.reason === 'not-disproven') return `nothing shows that ${words.breach}${facts}`;
  const metric = metricWords(check);
  switch (bound.rule) {
    case 'at-least':
    case 'at-most':
      return `${metric} is proven ${bound.rule === 'at-least' ? 'at least' : 'at most'} ${words.limit}${facts}`;
    case 'min-improvement':
      return `${metric} is proven better${words.than}${words.limitIsZero ? '' : ` by more than ${words.limit}`}${facts}`;
    case 'max-improvement':
    case 'max-regression': {
      const way = bound.rule === 'max-regression' ? 'worse' : 'better';
      const than = words.limitIsZero ? '' : ` by more than ${words.limit}`;
      return `${metric} is proven not ${way}${words.than}${than}${facts}${worseWithin(check, bound) ? '; worse all the same, within what is allowed' : ''}`;
    }
  }
}

function broken(check: CheckResult, bound: BoundResult, words: BoundWords): string {
  const metric = metricWords(check);
  const known = [words.changeInterval, words.cases].filter((part) => part !== undefined);
  const interval = words.changeInterval === undefined ? '' : `${words.than} (${known.join('; ')})`;
  const estimate = words.changeInterval === undefined ? `${words.than} (by the estimate alone)` : '';
  switch (bound.rule) {
    case 'max-regression':
      return `${metric} is ${words.change ?? 'worse'}${interval}${estimate}; ${words.limitIsZero ? 'no loss' : words.bareLimit} is allowed`;
    case 'min-improvement': {
      const asked = words.limitIsZero ? 'an improvement' : `better by more than ${words.limit}`;
      return `${metric} is ${words.change ?? 'not better'}${interval}${estimate}; ${asked} is asked`;
    }
    case 'max-improvement':
      return `${metric} is ${words.change ?? 'better'}${interval}${estimate}; more than ${words.bareLimit} is not plausible: look for a leak`;
    case 'at-least':
    case 'at-most': {
      const asked =
        bound.rule === 'at-least' ? `at least ${words.limit} is asked` : `at most ${words.limit} is allowed`;
      const level = words.range === undefined ? estimate : interval;
      const cases = failingCases(check);
      if (cases !== undefined) {
        const size = [words.estimate, words.changeInterval].filter((part) => part !== undefined).join(', ');
        return `${cases}${size === '' ? '' : ` (${size})`}; ${asked}`;
      }
      return `${metric} is ${words.estimate ?? (bound.rule === 'at-least' ? 'below the limit' : 'above the limit')}${level}; ${asked}`;
    }
  }
}

function byEstimate(check: CheckResult, bound: BoundResult, words: BoundWords): string {
  const metric = metricWords(check);
  switch (bound.rule) {
    case 'at-least':
      return `${metric} is ${words.estimate ?? 'known'}; at least ${words.limit} is asked`;
    case 'at-most':
      return `${metric} is ${words.estimate ?? 'known'}; at most ${words.limit} is allowed`;
    case 'max-regression':
      return `${metric} is ${words.change ?? 'known'}${words.than}; a loss of ${words.limit} is allowed`;
    case 'min-improvement':
      return `${metric} is ${words.change ?? 'known'}${words.than}; ${words.limitIsZero ? 'an improvement' : `better by more than ${words.limit}`} is asked`;
    case 'max-improvement':
      return `${metric} is ${words.change ?? 'known'}${words.than}; up to ${words.limit} better is plausible`;
  }
}

function undecided(check: CheckResult, bound: BoundResult, words: BoundWords): string {
  const rows = check.rows === undefined ? 'these rows' : counted(check.rows, 'row');
  const decide = rowsThatDecide(bound);
  const ending = decide === undefined ? '' : `; ${decide}`;
  switch (bound.reason) {
    case 'too-few-rows':
      if (isShortOfClusters(bound)) return `${bound.note}${ending}`;
      return `${rows} ${check.rows === 1 ? 'is' : 'are'} fewer than a comparison needs${ending}`;
    case 'rare-drop-not-excluded':
      return `no drop was seen in ${rows}, yet a rare drop larger than that is not excluded${ending}`;
    case 'careful-bound-spans-limit':
      return `the interval clears the limit, but one that is more careful with so few rows does not${ending}`;
    case 'degenerate-variance':
      return `the data do not vary, so no interval can be computed${ending}`;
    case 'unprovable-margin':
      return `${rows} seldom prove so small a margin${ending}`;
    default:
      return words.range === undefined
        ? `${rows} cannot decide${ending}`
        : `the interval ${words.range} spans the limit${ending}`;
  }
}

/** Where rows are clustered the clusters count, however many rows there are; the note of the bound says how many. */
export function isShortOfClusters(bound: BoundResult | undefined): boolean {
  return bound?.reason === 'too-few-rows' && /\bclusters\b/.test(bound.note ?? '');
}

/** Worse beyond doubt, and only by how much is open: "cannot tell" alone would hide the half that is known. */
function worseUndecided(check: CheckResult, bound: BoundResult, words: BoundWords): string {
  const decide = rowsThatDecide(bound);
  const interval = words.changeInterval === undefined ? '' : ` (${words.changeInterval})`;
  return `${metricWords(check)} is ${words.change ?? 'worse'}${words.than}${interval}, but whether by more than ${words.limit} cannot be told${decide === undefined ? '' : `; ${decide}`}`;
}

function withoutBound(check: CheckResult, bound?: BoundResult): string {
  const opponent = bound !== undefined && isAgainstAnchor(bound) ? 'anchor' : 'champion';
  switch (check.reason) {
    case 'bootstrap':
      return `nothing was compared for ${check.metric}: there is no recorded ${opponent} yet`;
    case 'not-in-stage':
      return `${check.metric} is not meant for this stage or event`;
    default:
      return `${check.metric}: ${reasonText(check.reason)}`;
  }
}

function otherBounds(check: CheckResult, decisive: BoundResult | undefined): string {
  if (decisive === undefined || check.bounds.length < 2) return '';
  const others = check.bounds.filter((bound) => bound !== decisive);
  const same = others.filter((bound) => bound.status === decisive.status).length;
  if (same === 0) return '';
  const anchored = others.filter((bound) => bound.status === decisive.status).every(isAgainstAnchor);
  const limits = anchored && same === 1 ? 'the limit against the anchor' : counted(same, 'other limit');
  switch (decisive.status) {
    case 'pass':
      return `; ${limits} ${same === 1 ? 'holds' : 'hold'} too`;
    case 'fail':
      return `; ${limits} ${same === 1 ? 'is' : 'are'} broken too`;
    default:
      return `; ${limits} cannot be decided either`;
  }
}

function waivedUntil(check: CheckResult): string {
  if (check.waiver === undefined) return '';
  if (check.reason === 'waiver-expired')
    return `; the waiver of ${check.waiver.owner} expired on ${check.waiver.expires}`;
  if (check.status !== 'waived') return '';
  return `; waived by ${check.waiver.owner} until ${check.waiver.expires}`;
}

/** Significantly worse, though within the margin: said, for a margin taken again and again is a slow decline. */
function worseWithin(check: CheckResult, bound: BoundResult): boolean {
  if (bound.rule !== 'max-regression' || bound.interval === undefined) return false;
  return check.better === 'higher' ? bound.interval.upper < 0 : bound.interval.lower > 0;
}

export function reasonText(reason: Reason): string {
  return reasons[reason];
}

/** `336,776 paired rows`, `120 queries`: how many, and of what. */
export function rowsText({ rows, rowsAre = 'rows' }: Pick<Verdict, 'rows' | 'rowsAre'>): string | undefined {
  if (rows === undefined) return undefined;
  if (rows !== 1) return `${count(rows)} ${rowsAre}`;
  return `1 ${rowsAre === 'queries' ? 'query' : rowsAre.slice(0, -1)}`;
}
