import type { CheckResult, SliceResult } from '@modelgate/core';
import type { DataOccasion } from './data-steps.ts';
import { about, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { byHarm } from './slice-rows.ts';
import { isAcrossCheck, isEachCheck, sliceName } from './slice-rule.ts';

/** Reasons by which a rule about groups of rows is judged; what to do depends on the groups. */
export type SliceReason =
  | 'slice-worse'
  | 'slice-below-limit'
  | 'share-not-reached'
  | 'groups-differ'
  | 'difference-widened'
  | 'slices-undecided';

/** What to do about groups of rows, by reason. */
export const sliceSteps: Readonly<Record<SliceReason, (occasion: DataOccasion) => Phrase>> = {
  'slice-worse': ({ checks }) => [
    'Look at the rows of ',
    ...worstGroups(checks, 'the groups that became worse'),
    ' first',
    ...orWaive(checks),
  ],
  'slice-below-limit': ({ checks }) => [
    'Look at the rows of ',
    ...worstGroups(checks, 'the groups that break the limit'),
    ' first',
    ...orWaive(checks),
  ],
  'share-not-reached': ({ checks, names }) => [
    'For ',
    ...names,
    ': the candidate has to be better on more groups; look at those where it is behind, worst first',
    ...orWaive(checks),
  ],
  'groups-differ': ({ checks, names }) => ['For ', ...names, ': look at ', ...outermost(checks), ...orWaive(checks)],
  'difference-widened': ({ checks, names }) => [
    'For ',
    ...names,
    ': the champion treats these groups more alike; look at what changed for ',
    ...outermost(checks),
    ...orWaive(checks),
  ],
  'slices-undecided': ({ verdict, checks, names }) => {
    const examples = verdict.inputs.find((input) => input.role === 'examples')?.name;
    const where: Phrase = examples === undefined ? [''] : [' in ', { code: examples }];
    return ['For ', ...names, ': more rows', ...where, ' would tell', ...shortGroups(checks), '.'];
  },
};

const mostNamed = 3;

/** The three worst, and how many more. */
function worstGroups(checks: readonly CheckResult[], otherwise: string): Phrase {
  const worst = groupsOf(checks, ['vanished', 'worse']);
  const all = checks.filter(isEachCheck).reduce((most, { slices }) => Math.max(most, slices.counts.worse), 0);
  return worst.length === 0 ? [otherwise] : named(worst, Math.max(all, worst.length));
}

/** `: ` `carrier=OO` needs about 1,300 rows, and so on; those that lack least first, for they are the nearest. */
function shortGroups(checks: readonly CheckResult[]): Phrase {
  const short = groupsOf(checks, ['cannot-tell', 'too-few-rows'])
    .flatMap(({ name, rows, rowsNeeded }) => (rowsNeeded === undefined ? [] : [{ name, rows, rowsNeeded }]))
    .toSorted((one, other) => one.rowsNeeded - (one.rows ?? 0) - (other.rowsNeeded - (other.rows ?? 0)));
  const shown = short.slice(0, mostNamed);
  if (shown.length === 0) return [];
  const left = short.length - shown.length;
  return [
    ': ',
    ...shown.flatMap(({ name, rows, rowsNeeded }, index): Phrase => {
      const now = rows === undefined ? '' : ` (now ${counted(rows, 'row')})`;
      return [index === 0 ? '' : ', ', { code: sliceName(name) }, ` about ${about(rowsNeeded)} in all${now}`];
    }),
    left === 0 ? '' : `, and ${counted(left, 'more group')}`,
  ];
}

/** The groups with the largest and the smallest rate. */
function outermost(checks: readonly CheckResult[]): Phrase {
  const [across] = checks.filter(isAcrossCheck);
  const compared = (across?.slices.groups ?? []).filter(({ left }) => left === undefined);
  const rate = Object.keys(compared[0]?.candidate ?? {})[0] ?? '';
  const ordered = compared
    .filter(({ candidate }) => candidate[rate] !== undefined)
    .toSorted((one, other) => (one.candidate[rate] ?? 0) - (other.candidate[rate] ?? 0));
  const [least, most] = [ordered[0], ordered.at(-1)];
  // within groups of a control the outermost of all need not be those that are compared
  if (across?.slices.control !== undefined || least === undefined || most === undefined || least === most) {
    return ['the groups with the largest and the smallest rate'];
  }
  return [{ code: sliceName(least.name) }, ' and ', { code: sliceName(most.name) }];
}

function groupsOf(checks: readonly CheckResult[], outcomes: readonly SliceResult['outcome'][]): readonly SliceResult[] {
  const all = checks.filter(isEachCheck).flatMap((check) => byHarm(check));
  const wanted = all.filter(({ outcome }) => outcomes.includes(outcome));
  // a group that several checks name stands where the first of them has it
  return [...new Map(wanted.map((slice) => [slice.name, slice])).values()];
}

function named(groups: readonly SliceResult[], all: number): Phrase {
  const shown = groups.slice(0, mostNamed);
  const left = all - shown.length;
  return shown.flatMap(({ name }, index): Phrase => {
    const between = index === 0 ? '' : index === shown.length - 1 && left === 0 ? ' and ' : ', ';
    const more = index === shown.length - 1 && left > 0 ? ` and ${counted(left, 'more group')}` : '';
    return [between, { code: sliceName(name) }, more];
  });
}

function orWaive(checks: readonly CheckResult[]): Phrase {
  if (checks.every(({ status }) => status === 'waived')) return ['.'];
  return checks.every(({ status }) => status === 'warn')
    ? ['; nothing stops for it, it only warns.']
    : ['; or, if this is intended, write a waiver: it needs an owner, a reason and an end date.'];
}
