import type { SliceOutcome, SliceResult } from '@modelgate/core';

/** How numbers of one check are written. */
export interface NumberWords {
  readonly scale: 'share' | 'own';
  readonly unit: string | undefined;
  readonly better: 'higher' | 'lower';
}

/** 6.1 points, 3.2 %, 12.4 ms: how far apart two values are, without a sign. */
export function sizeWords(size: number, of: SliceResult['of'], { scale, unit }: NumberWords): string {
  const amount = Math.abs(size);
  if (of === 'relative-difference') return `${digits(amount * 100)} %`;
  if (scale === 'share') return of === 'value' ? plain(amount) : `${digits(amount * 100)} points`;
  return `${plain(amount)}${unit === undefined ? '' : ` ${unit}`}`;
}

/** One decimal, more where that would be 0. */
function digits(amount: number): string {
  if (amount === 0) return '0';
  if (amount >= 0.95) return amount.toFixed(1);
  return String(Number(amount.toPrecision(amount >= 0.095 ? 1 : 2)));
}

export function plain(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** "(95 % interval 2.0 to 10.2)" of a loss: how much worse, at least and at most. */
export function lossInterval({ interval, of }: SliceResult, numbers: NumberWords): string {
  if (interval === undefined) return '';
  const sign = of === 'value' || numbers.better === 'lower' ? 1 : -1;
  const [least, most] = [sign * interval.lower, sign * interval.upper].sort((one, other) => one - other);
  const ends = [least ?? 0, most ?? 0].map((end) => `${end < 0 ? '−' : ''}${bare(sizeWords(end, of, numbers))}`);
  return ` (${Number((interval.level * 100).toPrecision(4))} % interval ${ends.join(' to ')})`;
}

function bare(words: string): string {
  return words.replace(/ .*$/, '');
}

export function named(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

const outcomeWords: Readonly<Record<SliceOutcome, string>> = {
  improved: 'improved',
  'not-worse': 'not worse',
  worse: 'worse',
  'cannot-tell': 'cannot tell',
  'too-few-rows': 'with too few rows',
  vanished: 'vanished',
  new: 'new',
};

/** "9 not worse, 5 cannot tell, 2 with too few rows" */
export function tally(counts: Readonly<Partial<Record<SliceOutcome, number>>>, of: readonly SliceOutcome[]): string {
  return of
    .filter((outcome) => (counts[outcome] ?? 0) > 0)
    .map((outcome) => `${counts[outcome]} ${outcomeWords[outcome]}`)
    .join(', ');
}
