import type { Reuse, Verdict } from '@modelgate/core';
import { count, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';

/** `Look 34 of at most 50 since 2026-09-01: a share is known within 2.1 points after so many looks.` */
export function looksSentence(reuse: Reuse): string {
  const { looks, atLeast, atMost, since, tolerance, exhausted, note } = reuse;
  if (looks === undefined) return note;
  const first = since === undefined ? '' : ` since ${since.slice(0, 10)}`;
  const look = atLeast === true ? `At least look ${count(looks)}` : `Look ${count(looks)}`;
  const budget = exhausted ? `${first}, where ${count(atMost)} are allowed` : ` of at most ${count(atMost)}${first}`;
  return `${look}${budget}${tolerance === undefined ? '' : `: ${known(tolerance)} after so many looks`}.`;
}

/** Whether a gate is what it is for its looks alone: no check decided it. */
export function isDecidedByLooks({ reason, reuse }: Verdict): boolean {
  return reason === 'golden-set-expired' && reuse !== undefined;
}

/** What a gate that is decided by its looks came to, and that its checks are another matter. */
export function expiredSentence({ looks, atLeast, atMost, since }: Reuse): string {
  const judged = looks === undefined ? 'more candidates than allowed' : counted(looks, 'candidate');
  const first = since === undefined ? '' : ` since ${since.slice(0, 10)}`;
  return `these examples have judged ${atLeast === true ? 'at least ' : ''}${judged}${first}; ${count(atMost)} ${atMost === 1 ? 'is' : 'are'} allowed`;
}

/** What to do about examples that are used up, or nothing where they are not. */
export function renewalStep(verdict: Verdict, gate: string): Phrase | undefined {
  if (verdict.reuse?.exhausted !== true) return undefined;
  const examples = verdict.inputs.find((input) => input.role === 'examples')?.name;
  const place: Phrase = examples === undefined ? [] : [' for ', { code: examples }];
  return [
    { code: gate },
    ': draw new examples that nobody has seen',
    ...place,
    ', and keep the present ones for development; a higher ',
    { code: 'looks.at-most' },
    ' only hides that candidates have been fitted to them.',
  ];
}

function known(tolerance: number): string {
  if (tolerance >= 1) return 'a share of so few rows is not known at all';
  return `a share is known within ${(100 * tolerance).toFixed(tolerance < 0.1 ? 1 : 0)} points`;
}
