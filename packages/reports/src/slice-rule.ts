import type { CheckResult, SliceFinding, Verdict } from '@modelgate/core';
import { clipped, plainText } from './plain-text.ts';

/** A check of a gate about groups of rows, with what was found. */
export type SliceCheck = CheckResult & { readonly slices: SliceFinding };

/** What holds of each group. */
export type EachFinding = Extract<SliceFinding, { kind: 'each' }> & Shown;
/** How far groups lie apart. */
export type AcrossFinding = Extract<SliceFinding, { kind: 'across' }> & Shown;

/** What verdicts may say of a rule beside what was found: both are told where they are there. */
interface Shown {
  /** Where a group stops keeping the rule, on the scale of its estimate, signed like the threshold of a bound. */
  readonly threshold?: number;
  /** Numbers of groups with fewer rows are not told. */
  readonly suppressedBelow?: number;
}

export type EachCheck = CheckResult & { readonly slices: EachFinding };
export type AcrossCheck = CheckResult & { readonly slices: AcrossFinding };

export function isSliceCheck(check: CheckResult): check is SliceCheck {
  return check.slices !== undefined;
}

export function isEachCheck(check: CheckResult): check is EachCheck {
  return check.slices?.kind === 'each';
}

export function isAcrossCheck(check: CheckResult): check is AcrossCheck {
  return check.slices?.kind === 'across';
}

export function isSliceGate({ gate }: Verdict): boolean {
  return gate.kind === 'slices';
}

const longestName = 60;

/** The name of a group as it is shown: names come from data, and a table has room for so much of one. */
export function sliceName(name: string): string {
  return clipped(plainText(name), longestName);
}

/** The number from which on rows are told is the policy's `suppress-below`; this is its default. */
const usuallySuppressed = 5;

/** `fewer than 5 rows`: a group so small that its numbers are not told. */
export function fewRows({ suppressedBelow = usuallySuppressed }: Shown): string {
  return `fewer than ${suppressedBelow} rows`;
}

/** Numbers of a group times this grow with what is better: a limit on values says itself which way that is. */
export function turnOf({ better, slices: { rule } }: EachCheck): 1 | -1 {
  if (rule !== 'max-regression') return rule === 'at-least' ? 1 : -1;
  return better === 'higher' ? 1 : -1;
}

/** Where a group stops keeping the rule, on the scale of its estimate; nothing where the verdict does not say it. */
export function thresholdOf(check: CheckResult): number | undefined {
  return isEachCheck(check) ? check.slices.threshold : undefined;
}
