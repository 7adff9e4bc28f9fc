import type { SliceFinding, SliceResult } from '@modelgate/core';
import type { EachCheck } from './slice-plan.ts';
import { counted, lossInterval, type NumberWords, named, plain, sizeWords } from './slice-words.ts';

type EachFinding = Extract<SliceFinding, { kind: 'each' }>;

/** What a group has to keep. */
export function limitWords({ bound, check }: EachCheck): string {
  if (bound === undefined) return 'its rule';
  if (bound.of === 'value') return `${check.name} ${bound.rule.replace('-', ' ')} ${plain(bound.threshold)}`;
  return `the margin of ${sizeWords(bound.threshold, bound.of, numbersOf(bound, check))}`;
}

function numbersOf(_bound: EachCheck['bound'], { scale, better, spec }: EachCheck['check']): NumberWords {
  return { scale, better, unit: spec.unit };
}

/** What is worse first, and that the average hides it. */
export function worseWords(
  { bound, check }: EachCheck,
  { slices, counts, overall, masked }: Omit<EachFinding, 'words'>,
  all: number,
) {
  const [worst] = slices.filter(({ outcome }) => outcome === 'worse');
  if (worst === undefined) throw new Error('no group is worse');
  const numbers = numbersOf(bound, check);
  const others = counts.worse - 1;
  const more =
    others === 0 ? ` (1 of ${counted(all, 'group')})` : `, and for ${others} more of ${counted(all, 'group')}`;
  if (bound?.of === 'value') {
    const rule = bound.side === 'above' ? `at least ${plain(bound.threshold)}` : `at most ${plain(bound.threshold)}`;
    const value = worst.estimate === undefined ? '' : ` is ${plain(worst.estimate)}`;
    return `${check.name} of ${named(worst.name)}${value}${valueInterval(worst)}; ${rule} is asked of each group${others === 0 ? '' : `, and ${counted(others, 'more group')} ${others === 1 ? 'breaks' : 'break'} it`}`;
  }
  const size = worst.estimate === undefined ? '' : ` by ${sizeWords(worst.estimate, worst.of, numbers)}`;
  const loss = `got worse for ${named(worst.name)}${size}${lossInterval(worst, numbers)}${more}`;
  if (masked !== true) return `${check.name} ${loss}`;
  const { estimate = 0 } = overall ?? {};
  const average =
    estimate === 0 ? 'did not move on average' : `got better by ${sizeWords(estimate, worst.of, numbers)} on average`;
  return `${check.name} ${average} and ${loss}`;
}

function valueInterval({ interval }: SliceResult): string {
  if (interval === undefined) return '';
  const level = Number((interval.level * 100).toPrecision(4));
  return ` (${level} % interval ${plain(interval.lower)} to ${plain(interval.upper)})`;
}
