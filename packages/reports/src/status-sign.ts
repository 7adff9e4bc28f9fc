import { type Status, statuses } from '@modelgate/core';

/** A status for people: a sign for Markdown, one for terminals (single width), and always the word beside it. */
export interface StatusSign {
  readonly sign: string;
  readonly mark: string;
  readonly word: string;
}

/** Shapes differ, so that nothing depends on colour; the word is always written too. */
export const statusSigns: Readonly<Record<Status, StatusSign>> = {
  error: { sign: '⛔', mark: '■', word: 'error' },
  fail: { sign: '❌', mark: '✗', word: 'fail' },
  inconclusive: { sign: '❓', mark: '?', word: 'cannot tell' },
  waived: { sign: '✍️', mark: '~', word: 'waived' },
  warn: { sign: '⚠️', mark: '!', word: 'warning' },
  pass: { sign: '✅', mark: '✓', word: 'pass' },
  skipped: { sign: '➖', mark: '-', word: 'skipped' },
};

/** Sign and word in a cell of a table in Markdown, on one line. */
export function statusCell(status: Status): string {
  const { sign, word } = statusSigns[status];
  return `${sign} ${word.replaceAll(' ', '\u00a0')}`;
}

/** Worst first: smaller is worse. */
export function severity(status: Status): number {
  return statuses.indexOf(status);
}

/** Whether a reader has to know about it. */
export function isTrouble(status: Status): boolean {
  return status !== 'pass' && status !== 'skipped';
}
