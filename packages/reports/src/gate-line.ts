import type { CheckResult, PolicyIdentity, Status, Verdict } from '@modelgate/core';
import { isAgainstAnchor } from './bound-words.ts';
import { checkNames } from './check-names.ts';
import { none, values } from './check-row.ts';
import { checkSentence, decisiveBound, reasonText, rowsText } from './check-sentence.ts';
import { isDataCheck, isDataGate } from './data-rule.ts';
import { isUnseenInSample, movedColumns, rowsLookedAt } from './data-words.ts';
import { expiredSentence, isDecidedByLooks } from './golden-set.ts';
import {
  bySeverity,
  decisiveCheck,
  gateName,
  gateSentence,
  holding,
  isToldByGate,
  leadOf,
  weakness,
} from './headline.ts';
import { about, count } from './number-format.ts';
import { opponentPhrase } from './opponent-words.ts';
import type { Phrase } from './phrase.ts';
import { isSliceCheck, isSliceGate } from './slice-rule.ts';
import { sliceDecision, slicePass } from './slice-words.ts';
import { isTrouble, severity, statusSigns } from './status-sign.ts';

/** `3 of 4`: how many checks hold. */
export function checksCell(verdict: Verdict): string {
  const { held, all } = holding(verdict);
  return all === 0 ? none : `${held} of ${all}`;
}

/** What decided a gate, in short: the change and what it was measured against. */
export function decidedBy(verdict: Verdict): Phrase {
  if (verdict.status === 'skipped') return [`not meant for stage ${verdict.run.stage}`];
  if (verdict.problem !== undefined) return [{ strong: verdict.problem.reason }, `: ${leadOf(verdict.problem)}`];
  if (isDataGate(verdict)) return dataDecision(verdict);
  const decisive = decisiveCheck(verdict);
  const groups = verdict.status === 'pass' && isSliceGate(verdict) ? slicePass(verdict.checks) : [];
  const until = decisive?.waiver?.expires;
  const weak = verdict.status === 'pass' ? weakness(verdict) : undefined;
  return [
    ...looked(verdict),
    ...(groups.length === 0 ? [] : [...groups, '; ']),
    ...(decisive === undefined || verdict.status === 'pass' ? [] : decision(decisive)),
    ...measuredOn(verdict, verdict.status === 'pass' ? undefined : decisive),
    ...(weak === undefined ? [] : [`; ${weak}`]),
    ...(verdict.status === 'waived' && until !== undefined ? [`; waived until ${until}`] : []),
  ];
}

/** A rule's own sentence says by how much; of a pass there is only what was looked at. */
function dataDecision(verdict: Verdict): Phrase {
  if (verdict.status !== 'pass') return [gateSentence(verdict)];
  const parts = [rowsLookedAt(verdict), movedColumns(verdict), weakness(verdict)].filter((part) => part !== undefined);
  return [parts.join('; ')];
}

/** `flight-delays@9f8e7d6`, and how far it is to be trusted where it is not the base's own. */
export function policyPhrase(policy: PolicyIdentity): Phrase {
  const version = policy.commit === undefined ? `sha256:${policy.sha256.slice(0, 7)}` : policy.commit.slice(0, 7);
  const trust = policyTrust(policy);
  return [
    'policy ',
    { code: `${policy.name}@${version}` },
    ...(trust === undefined ? [] : [' ', { strong: `(${trust})` }]),
  ];
}

/** Undefined for a policy read through the API at the base. */
export function policyTrust(policy: PolicyIdentity): string | undefined {
  if (policy.advisory) return 'advisory: it comes from the change that it judges';
  if (policy.tightenedBy !== undefined) return "made stricter by the workflow's rules";
  if (policy.source === 'rules') return "the workflow's own rules";
  return policy.verified ? undefined : 'local, unverified';
}

/** What must be said loudly beside the verdicts: bootstrap, an advisory policy, notices of the gates. */
export function alerts(verdicts: readonly Verdict[]): readonly Phrase[] {
  const all = bySeverity(verdicts).flatMap((verdict): readonly Phrase[] => {
    const gate = { code: gateName(verdict) };
    return [
      ...(isBootstrap(verdict) && verdict.notices.length === 0 ? [[gate, `: ${bootstrapText}`]] : []),
      ...verdict.notices.map((notice): Phrase => [gate, `: ${notice}`]),
    ];
  });
  const advisory = verdicts.some((verdict) => verdict.policy.advisory);
  return advisory ? [[advisoryText], ...all] : all;
}

/** What is to be told of something that did not pass, and what of it the headline has said already. */
export interface Trouble {
  readonly status: Status;
  /** Of how many checks. */
  readonly checks: number;
  /** The whole sentence, with place and reasons. */
  readonly phrase: Phrase;
  /** What the headline leaves out; nothing where it says all. */
  readonly unsaid: Phrase | undefined;
}

/** Everything of these gates that did not pass, worst first. */
export function troublesOf(verdicts: readonly Verdict[]): readonly Trouble[] {
  const ordered = bySeverity(verdicts);
  const [worst] = ordered;
  const said = worst === undefined || worst.problem !== undefined ? undefined : decisiveCheck(worst);
  return ordered
    .flatMap((verdict) => [
      ...looksTrouble(verdict, verdict === worst),
      ...alike(verdict.checks.filter((check) => isTrouble(check.status) && !isToldByGate(verdict, check))).map((same) =>
        checkTrouble(verdict, same, said !== undefined && same.includes(said)),
      ),
    ])
    .toSorted((one, other) => severity(one.status) - severity(other.status));
}

/** Looks that decided a gate belong to none of its checks. */
function looksTrouble(verdict: Verdict, said: boolean): readonly Trouble[] {
  const { reuse, status } = verdict;
  if (!isDecidedByLooks(verdict) || reuse === undefined) return [];
  const name = { code: gateName(verdict) };
  const phrase: Phrase = [`${statusSigns[status].word}: `, name, `: ${expiredSentence(reuse)}`];
  return [{ status, checks: 1, phrase, unsaid: said ? undefined : phrase }];
}

/** Rules of a contract of which there is the same to say: one table is missing, one sample is too small for all. */
function alike(checks: readonly CheckResult[]): readonly (readonly [CheckResult, ...CheckResult[]])[] {
  const groups = Map.groupBy(checks, (check) => {
    if (!isDataCheck(check)) return check;
    const { status, problem, data, why, waiver } = check;
    return isUnseenInSample(check) ? 'sample' : JSON.stringify([status, problem, data.words, why, waiver]);
  });
  return [...groups.values()].flatMap(([first, ...more]) => (first === undefined ? [] : [[first, ...more]]));
}

function checkTrouble(verdict: Verdict, same: readonly [CheckResult, ...CheckResult[]], said: boolean): Trouble {
  const [check] = same;
  const { status } = check;
  const { word } = statusSigns[status];
  const checks = same.length;
  const names = checkNames(verdict, same);
  const bySample = checks > 1 && isUnseenInSample(check);
  const sentence = bySample ? reasonText(check.reason) : checkSentence(check, verdict.anchor);
  const start: Phrase = sentence.startsWith(word) ? [...names, ': '] : [`${word}: `, ...names, ': '];
  const place = placeOf(check);
  const reasons = reasonsOf(check);
  const phrase = [...start, sentence, ...before(' ', place), ...before('. ', reasons)];
  if (!said || bySample) return { status, checks, phrase, unsaid: phrase };
  const more: Phrase = [...place, ...(place.length === 0 ? reasons : before('. ', reasons))];
  // the headline names one of them
  const unsaid: Phrase = more.length === 0 && checks > 1 ? ['the same of each'] : more;
  return { status, checks, phrase, unsaid: unsaid.length === 0 ? undefined : [...names, ': ', ...unsaid] };
}

/** What an undecided headline means for the step. */
export function consequence(ordered: readonly Verdict[]): Phrase | undefined {
  const [worst] = ordered;
  if (worst?.status !== 'inconclusive') return undefined;
  return [
    'The policy says ',
    { code: `on-inconclusive: ${worst.onInconclusive}` },
    `: this ${worst.stops ? 'stops' : 'does not stop'} the step.`,
  ];
}

function reasonsOf(check: CheckResult): Phrase {
  const waiver = check.status === 'waived' ? check.waiver?.reason : undefined;
  const parts = [
    waiver === undefined ? undefined : `The waiver's reason: ${waiver}`,
    check.why === undefined ? undefined : `Why this check: ${check.why}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [parts.join('. ')];
}

function before(separator: string, phrase: Phrase): Phrase {
  return phrase.length === 0 ? [] : [separator, ...phrase];
}

const bootstrapText = `nothing was compared: ${reasonText('bootstrap').replace(': nothing was compared', '')}; the first run recorded on the default branch becomes it`;
const advisoryText =
  'This verdict is advisory: the base has no policy, and this one comes from the change that it judges.';

/** `51 looks, 50 allowed`, where that decided. */
function looked(verdict: Verdict): Phrase {
  const { reuse } = verdict;
  if (!isDecidedByLooks(verdict) || reuse?.looks === undefined) return [];
  return [{ strong: `${count(reuse.looks)} looks at the examples` }, `, ${count(reuse.atMost)} allowed; `];
}

function decision(check: CheckResult): Phrase {
  const bound = decisiveBound(check);
  if (check.problem !== undefined) return [{ strong: check.metric }, `: ${check.problem.reason}`];
  if (check.reason === 'bootstrap') return [{ strong: 'nothing was compared' }];
  if (isSliceCheck(check)) return sliceDecision(check);
  if (check.outcome === 'inconclusive') {
    const needs = bound?.rowsNeeded === undefined ? '' : `, needs about ${about(bound.rowsNeeded)} rows`;
    return [{ strong: check.metric }, ` undecided${needs}`];
  }
  const shown = values(check, bound);
  const size = bound?.of === 'value' || shown.difference === none ? shown.candidate : shown.difference;
  return [{ strong: size === none ? check.metric : `${check.metric} ${size}` }];
}

/** After a change `against champion …, n rows`, else `n rows against champion …`. */
function measuredOn(verdict: Verdict, decisive: CheckResult | undefined): Phrase {
  const rows = rowsText(verdict);
  const { baseline, anchor } = verdict;
  const champion = baseline === undefined ? [] : opponentPhrase('champion', baseline);
  const fixed = anchor === undefined ? [] : opponentPhrase('anchor', anchor);
  const decided = decisive?.outcome === 'fail' && !isSliceCheck(decisive);
  const bound = decided ? decisiveBound(decisive) : undefined;
  const opponent = bound !== undefined && isAgainstAnchor(bound) ? fixed : champion;
  const compares = bound !== undefined && bound.of !== 'value';
  if (compares && opponent.length > 0) return [' against ', ...opponent, rows === undefined ? '' : `, ${rows}`];
  const both: Phrase = [...champion, ...(champion.length > 0 && fixed.length > 0 ? [' and '] : []), ...fixed];
  const measured: Phrase =
    both.length === 0 ? [rows ?? ''] : [rows === undefined ? 'against ' : `${rows} against `, ...both];
  if (decisive === undefined) return measured;
  return rows === undefined && both.length === 0 ? [] : ['; ', ...measured];
}

function placeOf(check: CheckResult): Phrase {
  const where = check.problem?.where;
  if (where === undefined) return [];
  const place = [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
  return check.problem?.message.includes(place) ? [] : ['at ', { code: place }];
}

function isBootstrap(verdict: Verdict): boolean {
  return verdict.reason === 'bootstrap' || verdict.checks.some((check) => check.reason === 'bootstrap');
}
