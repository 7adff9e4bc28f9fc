import type { CheckResult, Problem, Verdict } from '@modelgate/core';
import { checkSentence, decisiveBound, reasonText, rowsText } from './check-sentence.ts';
import { isDataCheck } from './data-rule.ts';
import { dataGateSentence, isDecidedBySample, isOpenBySample, undisproven } from './data-words.ts';
import { expiredSentence, isDecidedByLooks } from './golden-set.ts';
import { about, counted } from './number-format.ts';
import { type Phrase, phrasePlain } from './phrase.ts';
import { clipped } from './plain-text.ts';
import { isEachCheck, isSliceCheck } from './slice-rule.ts';
import { sliceGateSentence } from './slice-words.ts';
import { isTrouble, severity, statusSigns } from './status-sign.ts';

/** The first sentence of everything: status, gate, what, by how much, what is allowed. One line of plain text. */
export function headline(verdict: Verdict): string {
  return phrasePlain(headlinePhrase([verdict]));
}

/** The headline of a set of verdicts: the worst one's, and how many more there are. The order given does not matter. */
export function headlinePhrase(verdicts: readonly Verdict[]): Phrase {
  const ordered = bySeverity(verdicts);
  const [worst] = ordered;
  if (worst === undefined) return [`${statusSigns.error.sign} no gate reported a verdict`];
  const { sign } = statusSigns[worst.status];
  if (!isTrouble(worst.status) && ordered.length > 1) return [`${sign} ${allHold(ordered)}`];
  const more = ordered.reduce((sum, verdict) => sum + troubles(verdict), 0) - troublesSaid(worst);
  const ending = more > 0 ? `, and ${more} more` : '';
  return [`${sign} `, { code: gateName(worst) }, `: ${gateSentence(worst)}${ending}`];
}

/** What one gate came to, without its name. */
export function gateSentence(verdict: Verdict): string {
  if (verdict.problem !== undefined) return `${verdict.problem.reason}: ${leadOf(verdict.problem)}`;
  const decisive = decisiveCheck(verdict);
  if (verdict.status === 'skipped') return `not meant for stage ${verdict.run.stage}`;
  if (isDecidedByLooks(verdict)) return looksSentenceOf(verdict);
  const ofData = dataGateSentence(verdict);
  if (ofData !== undefined) return ofData;
  const ofGroups = sliceGateSentence(verdict);
  if (ofGroups !== undefined) return ofGroups;
  if (verdict.status !== 'pass' && decisive !== undefined) return checkSentence(decisive, verdict.anchor);
  if (verdict.status !== 'pass') return reasonText(verdict.reason);
  const [only] = verdict.checks;
  return verdict.checks.length === 1 && only !== undefined
    ? checkSentence(only, verdict.anchor)
    : passSentence(verdict);
}

/** The first line of a problem; what it lists below stands under "What to do". */
export function leadOf(problem: Problem): string {
  const [lead = '', ...listed] = problem.message.split('\n');
  return listed.length === 0 ? lead : lead.replace(/:$/, '');
}

/** The title of the check run: short, no Markdown, at most 200 characters. */
export function title(verdict: Verdict): string {
  return clipped(phrasePlain([titleText(verdict)]), 200);
}

/** A gate's name, with the matrix leg where there is one. */
export function gateName(verdict: Verdict): string {
  return verdict.run.leg === undefined ? verdict.gate.id : `${verdict.gate.id} (${verdict.run.leg})`;
}

/** Worst first, then by name: a report is a function of the set of verdicts, not of the order in which they came. */
export function bySeverity(verdicts: readonly Verdict[]): readonly Verdict[] {
  const key = (verdict: Verdict) =>
    `${verdict.gate.id}\0${verdict.run.leg ?? ''}\0${verdict.policy.name}\0${verdict.at}`;
  return verdicts.toSorted(
    (one, other) =>
      Number(other.stops) - Number(one.stops) ||
      severity(one.status) - severity(other.status) ||
      (key(one) < key(other) ? -1 : 1),
  );
}

/** The first check with the gate's status; none where the looks at the examples decided. */
export function decisiveCheck(verdict: Verdict): CheckResult | undefined {
  if (isDecidedByLooks(verdict)) return undefined;
  const same = verdict.checks.filter((check) => check.status === verdict.status);
  return same.find((check) => check.reason === verdict.reason) ?? same[0];
}

/** `3 of 4`: how many of the checks that were meant to run hold. */
export function holding(verdict: Verdict): { readonly held: number; readonly all: number } {
  const meant = verdict.checks.filter((check) => check.status !== 'skipped');
  return { held: meant.filter((check) => check.status === 'pass').length, all: meant.length };
}

/** How a reader must take the passes: by estimates alone, or only not disproven. Empty when all are proven. */
export function weakness(verdict: Verdict): string | undefined {
  const judged = verdict.checks.flatMap(judgements).filter((bound) => bound.status === 'pass');
  const estimates = judged.filter((bound) => bound.judged === 'estimate').length;
  const open = judged.filter((bound) => bound.reason === 'not-disproven').length;
  if (estimates > 0 && estimates === judged.length) return 'by the estimates alone: nothing is proven';
  const parts = [
    estimates > 0 ? `${estimates} by the estimate alone` : undefined,
    open > 0 ? `${open} only not disproven` : undefined,
  ];
  if (judged.length === 0) return undisproven(verdict);
  return parts.some((part) => part !== undefined) ? parts.filter((part) => part !== undefined).join(', ') : undefined;
}

/** By what a check is decided: its bounds; of a rule about each group all groups together. */
function judgements(
  check: CheckResult,
): readonly Pick<CheckResult['bounds'][number], 'status' | 'judged' | 'reason'>[] {
  if (!isEachCheck(check)) return check.bounds;
  const { outcome: status, reason } = check;
  return [{ status, reason, judged: reason === 'estimate-within-limit' ? 'estimate' : 'proven' }];
}

function passSentence(verdict: Verdict): string {
  const { held, all } = holding(verdict);
  const rows = rowsText(verdict);
  const weak = weakness(verdict);
  const verb = all === 1 ? 'holds' : 'hold';
  const measured = [`${held} of ${counted(all, 'check')} ${verb}`, rows]
    .filter((part) => part !== undefined)
    .join(', ');
  return weak === undefined ? measured : `${measured}; ${weak}`;
}

function titleText(verdict: Verdict): string {
  const more = troubles(verdict) - troublesSaid(verdict);
  const ending = more > 0 ? `, and ${more} more` : '';
  const decisive = decisiveCheck(verdict);
  if (verdict.problem !== undefined || decisive === undefined) return `${gateSentence(verdict)}${ending}`;
  if (isDecidedBySample(verdict)) return `cannot tell: ${gateSentence(verdict)}${ending}`;
  switch (verdict.status) {
    case 'waived':
      return `waived by ${decisive.waiver?.owner ?? 'nobody'} until ${decisive.waiver?.expires ?? 'never'}: ${decisive.id}${ending}`;
    case 'inconclusive':
      if (isDataCheck(decisive) || isSliceCheck(decisive)) return `cannot tell: ${checkSentence(decisive)}${ending}`;
      return `cannot tell${rowsMissing(decisive)}: ${decisive.id}${ending}`;
    case 'warn':
      return decisive.reason === 'bootstrap'
        ? 'nothing was compared: there is no recorded champion yet'
        : `warning: ${checkSentence(decisive, verdict.anchor)}${ending}`;
    default:
      return `${gateSentence(verdict)}${ending}`;
  }
}

/** Looks that decided come first; that all checks hold is said, for nobody would look for that below a red line. */
function looksSentenceOf(verdict: Verdict): string {
  const { held, all } = holding(verdict);
  const expired = verdict.reuse === undefined ? reasonText(verdict.reason) : expiredSentence(verdict.reuse);
  return held === all && all > 0 ? `${expired}; ${all === 1 ? 'the check holds' : `all ${all} checks hold`}` : expired;
}

function rowsMissing(check: CheckResult): string {
  const needed = decisiveBound(check)?.rowsNeeded;
  if (needed === undefined) return '';
  const missing = needed - (check.rows ?? 0);
  return missing > 0 ? `, needs about ${about(missing)} more ${missing === 1 ? 'row' : 'rows'}` : '';
}

function allHold(verdicts: readonly Verdict[]): string {
  const ran = verdicts.filter((verdict) => verdict.status !== 'skipped');
  if (ran.length === 0) return `all ${verdicts.length} gates are skipped: not meant for this stage`;
  const checks = ran.reduce((sum, verdict) => sum + holding(verdict).all, 0);
  const gates = ran.length === 1 ? '1 gate holds' : `all ${ran.length} gates hold`;
  const weak = ran.some((verdict) => weakness(verdict) !== undefined) ? ', not all of it proven' : '';
  return `${gates}: ${counted(checks, 'check')}${weak}`;
}

function troubles(verdict: Verdict): number {
  if (verdict.checks.length === 0) return isTrouble(verdict.status) ? 1 : 0;
  const bad = verdict.checks.filter((check) => isTrouble(check.status) && !isToldByGate(verdict, check)).length;
  return verdict.problem === undefined && !isDecidedByLooks(verdict) ? bad : 1 + bad;
}

/** Where a whole gate could not be measured, its one problem is not told again with each of its checks. */
export function isToldByGate({ problem }: Verdict, check: CheckResult): boolean {
  if (problem === undefined || check.status !== 'error') return false;
  if (check.data !== undefined && check.data.words !== problem.message) return false;
  return check.problem === undefined || (check.data !== undefined && check.problem.message === problem.message);
}

function troublesSaid(verdict: Verdict): number {
  if (isDecidedBySample(verdict)) return verdict.checks.filter(isOpenBySample).length;
  return isTrouble(verdict.status) ? 1 : 0;
}
