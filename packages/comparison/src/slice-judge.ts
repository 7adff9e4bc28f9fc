import {
  type Judgement,
  type Reason,
  type SliceFinding,
  type SliceOutcome,
  type SliceResult,
  type Status,
  worstStatus,
} from '@modelgate/core';
import { mostProven, oneSidedAlpha } from '@modelgate/statistics';
import type { Effect } from './effect.ts';
import { effectFor } from './slice-measurement.ts';
import type { JudgedEach } from './slice-outcome.ts';
import type { EachCheck } from './slice-plan.ts';
import { limitWords, worseWords } from './slice-sentence.ts';
import { type SliceRules, settle } from './slice-settlement.ts';
import { counted, named, plain, tally } from './slice-words.ts';

/** What is known of the groups beside their rows. */
export interface KnownGroupings {
  /** Divisions with one group, which holds all the rows. */
  readonly single: readonly { readonly by: string; readonly name: string }[];
  /** Rows of one group say nothing about those of another: there are no clusters. */
  readonly independent: boolean;
}

type EachFinding = Extract<SliceFinding, { kind: 'each' }>;

/** So many groups of a check are in the verdict; all of them are in the table beside it. */
const mostShown = 60;

/** Decides one check from its judged groups: a pure and total function. */
export function judgeEach(judged: JudgedEach, groupings: KnownGroupings, rules: SliceRules): Judgement {
  const { check, overall } = judged.measured;
  const single = groupings.single.filter(({ by }) => check.by.includes(by)).map(({ name }) => name);
  const effect = effectFor(overall, check.check, check.bound ?? check.improved);
  if (effect?.kind === 'not-compared') {
    return settle(check, { status: 'warn', reason: effect.reason }, undefined, rules, overall);
  }
  const change = effectFor(overall, check.check, check.improved);
  for (const one of [effect, change]) {
    if (one?.kind !== 'undefined' || isOfThisGroupOnly(one)) continue;
    const { problem } = one;
    return settle(check, { status: 'error', reason: problem.reason, problem }, undefined, rules, overall);
  }
  const shown = shownShares(judged, oneSidedAlpha(rules.confidence), groupings.independent && check.by.length === 1);
  const share = change?.kind === 'not-compared' ? {} : improvedShare(judged, shown);
  const finding = { ...findingOf(judged, effect), ...share };
  const groups = ofGroups(judged, finding, single);
  const shares =
    change?.kind === 'not-compared'
      ? [notCompared(check, change)]
      : ofShare(check, finding.improvedShare, shown, finding.counts['too-few-rows'] + finding.counts.new);
  // what is asked for speaks first
  const parts = check.bound === undefined ? [...shares, groups] : [groups, ...shares];
  const status = worstStatus(parts.map((part) => part.status));
  const decisive = parts.find((part) => part.status === status) ?? parts[0];
  if (decisive === undefined) throw new Error('a check has no outcome');
  return settle(check, decisive, { ...finding, words: decisive.words }, rules, overall);
}

function notCompared({ check }: EachCheck, { reason }: Extract<Effect, { kind: 'not-compared' }>): Part {
  const words = `on how many groups ${check.name} is better cannot be told: there is no champion to compare with yet`;
  return { status: 'warn', reason, words };
}

/** Without a positive in all rows a metric has no value anywhere; its groups say so one by one. */
function isOfThisGroupOnly({ problem }: Extract<Effect, { kind: 'undefined' }>): boolean {
  return problem.reason === 'metric-undefined' || problem.reason === 'champion-near-zero';
}

interface Part {
  readonly status: Status;
  readonly reason: Reason;
  readonly words: string;
}

function findingOf(
  { measured, groups, family, suppressedBelow }: JudgedEach,
  effect: Effect | undefined,
): Omit<EachFinding, 'words'> {
  const { check, overall } = measured;
  const results = groups.map(({ result }) => result).toSorted((one, other) => harm(one, check) - harm(other, check));
  const counts = countsOf(results);
  const estimate = effect?.kind === 'interval' ? effect.estimate : undefined;
  const isComparison = (check.bound ?? check.improved)?.of !== 'value';
  const ahead = estimate !== undefined && (check.check.better === 'higher' ? estimate >= 0 : estimate <= 0);
  return {
    kind: 'each',
    rule: ruleOf(check),
    ...(check.bound === undefined ? {} : { threshold: check.bound.threshold }),
    suppressedBelow,
    counts,
    tested: family,
    overall: {
      ...(overall.champion === undefined ? {} : { champion: overall.champion }),
      ...(overall.candidate === undefined ? {} : { candidate: overall.candidate }),
      ...(estimate === undefined ? {} : { estimate }),
    },
    ...(isComparison && ahead && counts.worse > 0 ? { masked: true as const } : {}),
    slices: results.slice(0, mostShown),
    ...(results.length > mostShown ? { leftOut: results.length - mostShown } : {}),
  };
}

function ruleOf({ bound }: EachCheck): EachFinding['rule'] {
  return bound?.rule === 'at-least' || bound?.rule === 'at-most' ? bound.rule : 'max-regression';
}

function countsOf(results: readonly SliceResult[]): Record<SliceOutcome, number> {
  const counts: Record<SliceOutcome, number> = {
    improved: 0,
    'not-worse': 0,
    worse: 0,
    'cannot-tell': 0,
    'too-few-rows': 0,
    vanished: 0,
    new: 0,
  };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

const byHarm: readonly SliceOutcome[] = [
  'vanished',
  'worse',
  'cannot-tell',
  'new',
  'too-few-rows',
  'not-worse',
  'improved',
];

/** What hurts most first; within one outcome the largest loss. */
function harm({ outcome, estimate = 0 }: SliceResult, { check, bound }: EachCheck): number {
  const good = bound?.of === 'value' ? bound.side === 'above' : check.better === 'higher';
  const loss = good ? -estimate : estimate;
  return byHarm.indexOf(outcome) - Math.atan(loss) / Math.PI;
}

/** Of how many groups it is shown, whichever these are, that the candidate is better there, or worse. */
interface ShownShares {
  readonly improved: number;
  readonly fallen: number;
}

/**
 * Source: Benjamini and Heller (2008), Biometrics 64, 1215–1222. Groups of one division share no row, so that their
 * p-values are independent and combine as Fisher's; others by Bonferroni's, whatever they share.
 */
function shownShares({ groups }: JudgedEach, alpha: number, independent: boolean): ShownShares {
  const tested = groups.filter(({ improvedP }) => improvedP !== undefined);
  const combine = independent ? 'fisher' : 'bonferroni';
  return {
    improved: mostProven(
      tested.map(({ improvedP }) => improvedP ?? 1),
      alpha,
      combine,
    ),
    fallen: mostProven(
      tested.map(({ fallenP }) => fallenP ?? 1),
      alpha,
      combine,
    ),
  };
}

function improvedShare(
  { measured: { check }, groups }: JudgedEach,
  shown: ShownShares,
): Pick<EachFinding, 'improvedShare'> {
  const limit = check.spec['improved-share'];
  if (limit === undefined) return {};
  const tested = groups.filter(({ improvedP }) => improvedP !== undefined);
  const improved = tested.filter(({ result }) => isAhead(result, check)).length;
  return { improvedShare: { limit, improved, proven: Math.min(shown.improved, tested.length), of: tested.length } };
}

function isAhead({ champion, candidate }: SliceResult, { check }: EachCheck): boolean {
  if (champion === undefined || candidate === undefined) return false;
  return check.better === 'higher' ? candidate > champion : candidate < champion;
}

// ---- statuses

function ofGroups(
  { measured, groups }: JudgedEach,
  finding: Omit<EachFinding, 'words'>,
  single: readonly string[],
): Part {
  const { check } = measured;
  const { counts } = finding;
  const all = groups.length;
  const [gone] = finding.slices.filter(({ outcome }) => outcome === 'vanished');
  if (gone !== undefined) {
    const more = counts.vanished > 1 ? `, nor to ${counted(counts.vanished - 1, 'more group')}` : '';
    return {
      status: 'error',
      reason: 'slice-vanished',
      words: `no row of the examples belongs to ${named(gone.name)} any more${more}`,
    };
  }
  const unknown = (check.spec.require ?? []).filter((name) => !groups.some(({ result }) => result.name === name));
  if (unknown.length > 0) {
    const names = unknown.map(named).join(', ');
    return {
      status: 'error',
      reason: 'slice-vanished',
      words: `${names} must be shown, and is no group that this check looks at`,
    };
  }
  if (check.bound !== undefined && counts.worse > 0)
    return { ...broken(check), words: worseWords(check, finding, all) };
  const open = groups.find(({ result }) => result.required === true && !isKept(result));
  if (open !== undefined) {
    const { name, outcome, rowsNeeded } = open.result;
    const needs = rowsNeeded === undefined ? '' : `; it would take about ${rowsNeeded.toLocaleString('en')} rows`;
    return {
      status: 'inconclusive',
      reason: outcome === 'too-few-rows' ? 'too-few-rows' : 'interval-spans-limit',
      words: `${named(name)} is not shown to keep ${limitWords(check)}${needs}`,
    };
  }
  const undecided = counts['cannot-tell'] + counts['too-few-rows'] + counts.new;
  const [lonely] = single;
  const told = `none of ${counted(all, 'group')} is ${check.spec.judged === 'estimate' ? '' : 'shown to be '}${brokenWords(check)}`;
  if (all === 0) return { status: 'error', reason: 'slices-invalid', words: 'there is no group of rows to judge' };
  const tested = all - counts['too-few-rows'] - counts.new;
  if (tested === 0) {
    const words = `no group has rows enough to be tested: ${tally(counts, ['too-few-rows', 'new'])}`;
    return { status: 'inconclusive', reason: 'too-few-rows', words };
  }
  if (undecided > 0 && check.bound !== undefined) {
    const words = `${told}: ${tally(counts, ['improved', 'not-worse', 'cannot-tell', 'too-few-rows', 'new'])}`;
    return { status: check.spec.judged === 'proven' ? 'inconclusive' : 'warn', reason: 'slices-undecided', words };
  }
  if (lonely !== undefined) {
    const words = `${named(lonely)} is one group, which holds all the rows: it says nothing that the average does not say`;
    return { status: 'warn', reason: 'slices-invalid', words };
  }
  const kept = tally(counts, ['improved', 'not-worse', 'cannot-tell']);
  const reason = check.spec.judged === 'estimate' ? 'estimate-within-limit' : 'proven';
  return { status: 'pass', reason, words: `${told}${kept === '' ? '' : `: ${kept}`}` };
}

/** worse on f1; below 0.85 on recall */
function brokenWords({ bound, check }: EachCheck): string {
  if (bound?.of !== 'value') return `worse on ${check.name}`;
  return `${bound.side === 'above' ? 'below' : 'above'} ${plain(bound.threshold)} on ${check.name}`;
}

function isKept({ outcome }: SliceResult): boolean {
  return outcome === 'improved' || outcome === 'not-worse';
}

function broken({ bound }: EachCheck): Pick<Part, 'status' | 'reason'> {
  return { status: 'fail', reason: bound?.of === 'value' ? 'slice-below-limit' : 'slice-worse' };
}

/** "On at least 80 % of groups": what the points say, and what is shown. */
function ofShare(
  { spec, check }: EachCheck,
  share: EachFinding['improvedShare'],
  shown: ShownShares,
  untested: number,
): readonly Part[] {
  if (share === undefined) return [];
  const { limit, improved, proven, of } = share;
  const percent = `${plain(limit * 100)} %`;
  const told = `${check.name} is higher than the champion's in ${improved} of ${counted(of, 'group')}, shown in at least ${proven}; ${percent} are asked`;
  const words = check.better === 'higher' ? told : told.replace('is higher than', 'is lower than');
  if (of === 0)
    return [{ status: 'inconclusive', reason: 'too-few-rows', words: 'no group has rows enough to be tested' }];
  const asked = Math.ceil(limit * of - 1e-9);
  if (spec.judged === 'estimate') {
    return improved >= asked
      ? [{ status: 'pass', reason: 'estimate-within-limit', words }]
      : [{ status: 'fail', reason: 'share-not-reached', words }];
  }
  // groups that were not tested are no groups on which it is better
  if (proven >= asked)
    return [
      untested === 0
        ? { status: 'pass', reason: 'proven', words }
        : {
            status: 'warn',
            reason: 'slices-undecided',
            words: `${words}; ${counted(untested, 'more group')} could not be tested`,
          },
    ];
  return [{ status: of - shown.fallen < asked ? 'fail' : 'inconclusive', reason: 'share-not-reached', words }];
}
