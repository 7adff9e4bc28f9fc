import type { CheckResult, Problem, Reason, Verdict } from '@modelgate/core';
import { adviceFor, type JudgedReason } from './advice.ts';
import { boundWords } from './bound-words.ts';
import { checkNames } from './check-names.ts';
import { decisiveBound, isShortOfClusters } from './check-sentence.ts';
import { isDataGate } from './data-rule.ts';
import { type DataReason, dataSteps, localStep } from './data-steps.ts';
import { isOpenBySample } from './data-words.ts';
import { renewalStep } from './golden-set.ts';
import { bySeverity, gateName } from './headline.ts';
import { about, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { type SliceReason, sliceSteps } from './slice-steps.ts';
import { severity } from './status-sign.ts';

/**
 * What a reader can do about these verdicts: a line for each reason of each gate, naming the reader's own checks. Empty
 * when nothing failed or stayed open. No command is named that a reader of the pull request could not run.
 */
export function todo(verdicts: readonly Verdict[]): readonly Phrase[] {
  const open = bySeverity(verdicts).map((verdict) => {
    const checks = verdict.checks.filter(isOpen);
    // of a contract with many rules a warning must not come before what stops
    const worstFirst = checks.toSorted((one, other) => severity(one.status) - severity(other.status));
    return { verdict, checks: isDataGate(verdict) ? worstFirst : checks };
  });
  const steps = open.flatMap(({ verdict, checks }): readonly Phrase[] => [
    ...(verdict.problem === undefined ? [] : gateSteps(verdict, verdict.problem)),
    ...[renewalStep(verdict, gateName(verdict))].filter((step) => step !== undefined),
    ...[...Map.groupBy(checks, ({ problem }) => problem && JSON.stringify([problem.message, problem.how]))].flatMap(
      ([, same]) => {
        const problem = same[0]?.problem;
        return problem === undefined ? [] : [problemStep(checkNames(verdict, same), problem)];
      },
    ),
    // checks that only share the gate's own problem are told by that
    ...[
      ...Map.groupBy(
        checks.filter((check) => check.problem === undefined && check.reason !== verdict.problem?.reason),
        (check) => check.reason,
      ),
    ].flatMap(([reason, same]) => {
      const step = stepFor(reason);
      return step === undefined ? [] : [step({ verdict, checks: same, names: checkNames(verdict, same) })];
    }),
  ]);
  const local = open.flatMap(({ verdict, checks }): readonly (Phrase | undefined)[] => {
    return verdict.problem !== undefined || checks.some((check) => !isOpenBySample(check)) ? [localStep(verdict)] : [];
  });
  return unique([...steps, ...local.filter((step) => step !== undefined)]);
}

interface Occasion {
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  readonly names: Phrase;
}

const mendOrWaive = ({ checks, names }: Occasion): Phrase => {
  const advice = checks.every((check) => check.status === 'warn')
    ? '; nothing stops for it, it only warns.'
    : ', or, if this is intended, write a waiver: it needs an owner, a reason and an end date.';
  return ['Mend ', ...names, advice];
};

const moreRows = ({ verdict, checks, names }: Occasion): Phrase => [
  'For ',
  ...names,
  `: ${rowsAdvice(verdict, checks)}${marginAdvice(checks)}.`,
];

type Step = (occasion: Occasion) => Phrase;

/** The step for checks that have no problem of their own to tell what mends them. */
function stepFor(reason: Reason): Step | undefined {
  const known: Readonly<Partial<Record<Reason, Step>>> = judgedSteps;
  const advice = adviceFor(reason);
  return known[reason] ?? (advice === undefined ? undefined : ({ names }) => ['For ', ...names, `: ${advice}.`]);
}

const judgedSteps: Readonly<Record<JudgedReason | DataReason | SliceReason | 'waiver-expired', Step>> = {
  ...dataSteps,
  ...sliceSteps,
  'margin-exceeded': mendOrWaive,
  'not-improved': mendOrWaive,
  'below-limit': mendOrWaive,
  'above-limit': mendOrWaive,
  'improved-too-much': ({ names }) => [
    'Look for a leak behind ',
    ...names,
    ': does the candidate see the label, or were the examples used for training?',
  ],
  'waiver-expired': ({ names }) => ['Mend ', ...names, ', or renew the waiver with a new end date and a reason.'],
  'interval-spans-limit': moreRows,
  'too-few-rows': moreRows,
  'rare-drop-not-excluded': moreRows,
  'careful-bound-spans-limit': moreRows,
  'unprovable-margin': moreRows,
  'degenerate-variance': ({ names }) => [
    'For ',
    ...names,
    ': look at the rows; every one has the same difference, so check that the right columns are compared.',
  ],
};

/** Where a problem lists several, as a policy does, each of them is a step. */
function gateSteps(verdict: Verdict, problem: Problem): readonly Phrase[] {
  const [, ...listed] = problem.message.split('\n').map((line) => line.trim());
  if (problem.how !== undefined || listed.length === 0) return [problemStep([{ code: gateName(verdict) }], problem)];
  return listed.map((line): Phrase => [line.replace(/^- /, '')]);
}

function problemStep(name: Phrase, problem: Problem): Phrase {
  const advice = problem.how ?? adviceFor(problem.reason);
  if (advice !== undefined) return [...name, `: ${advice}`];
  const file = problem.where?.file;
  return file === undefined ? [...name, `: ${problem.message}`] : [...name, ': look at ', { code: file }];
}

function rowsAdvice(verdict: Verdict, checks: readonly CheckResult[]): string {
  const needed = Math.max(0, ...checks.map((check) => decisiveBound(check)?.rowsNeeded ?? 0));
  const examples = verdict.inputs.find((input) => input.role === 'examples')?.name;
  const units = checks.some((check) => isShortOfClusters(decisiveBound(check))) ? 'clusters' : undefined;
  const where = examples === undefined ? `more ${units ?? 'examples'}` : `more ${units ?? 'rows'} in ${examples}`;
  if (needed === 0) return `only ${where} can decide`;
  const rows = checks.find((check) => check.rows !== undefined)?.rows ?? verdict.rows;
  return `${where} would decide, about ${about(needed)} in all${rows === undefined ? '' : ` (now ${counted(rows, 'row')})`}`;
}

function marginAdvice(checks: readonly CheckResult[]): string {
  const [only] = checks;
  const bound = only === undefined || checks.length > 1 ? undefined : decisiveBound(only);
  // a candidate that looks worse is not helped by a margin that equal models could prove
  if (only?.reason !== 'unprovable-margin' || bound?.detectable === undefined) return '';
  const { scale } = boundWords(only, bound);
  const threshold = roundedUp(bound.detectable * scale.factor) / scale.factor;
  return `; of equal models, these rows can mostly prove ${boundWords(only, { ...bound, threshold }).limit}`;
}

/** To two significant digits: a margin just below what is detectable would not help. */
function roundedUp(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(2));
}

function isOpen(check: CheckResult): boolean {
  return (
    check.status === 'error' ||
    check.status === 'fail' ||
    check.status === 'inconclusive' ||
    (check.status === 'warn' && check.reason !== 'bootstrap')
  );
}

function unique(phrases: readonly Phrase[]): readonly Phrase[] {
  return [...new Map(phrases.map((phrase) => [JSON.stringify(phrase), phrase])).values()];
}
