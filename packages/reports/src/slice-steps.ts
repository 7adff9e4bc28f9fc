import type { CheckResult } from '@modelgate/core';
import type { DataOccasion } from './data-steps.ts';
import type { Phrase } from './phrase.ts';

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
  'slice-worse': ({ checks, names }) => ['For ', ...names, ': look at ', ...worstGroup(checks), ' first.'],
  'slice-below-limit': ({ checks, names }) => ['For ', ...names, ': look at ', ...worstGroup(checks), ' first.'],
  'share-not-reached': ({ names }) => ['For ', ...names, ': look at the groups on which the candidate is behind.'],
  'groups-differ': ({ names }) => ['For ', ...names, ': look at the groups with the smallest and the largest number.'],
  'difference-widened': ({ names }) => ['For ', ...names, ': find out what changed for the group that fell behind.'],
  'slices-undecided': ({ names }) => ['For ', ...names, ': more rows of the groups that cannot be told would decide.'],
};

function worstGroup(checks: readonly CheckResult[]): Phrase {
  const groups = checks.flatMap(({ slices }) => (slices?.kind === 'each' ? slices.slices : []));
  const worst = groups.find(({ outcome }) => outcome === 'worse');
  return worst === undefined ? ['the groups that are worse'] : [{ code: worst.name }];
}
