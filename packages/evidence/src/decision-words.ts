const longest = 160;

/** Text that others chose, fit for a log: on one line, without control characters and marks that turn text round. */
export function plain(text: string): string {
  const safe = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe;
}

/** 2026-11-20 10:00 UTC */
export function minute(date: Date): string {
  return Number.isNaN(date.getTime())
    ? 'an unreadable time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** 45 minutes, 5 hours, 2 days: whole, rounded down, of 0 and more milliseconds. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** a, b and c */
export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  const end = words.at(-1) ?? '';
  return words.length < 2 ? end : `${words.slice(0, -1).join(', ')} ${last} ${end}`;
}

/** The first digits of a digest, enough to tell two of them apart. */
export function digits(sha256: string): string {
  return `sha256:${sha256.slice(0, 12)}…`;
}

/** What a parser says of bytes it cannot read; that it stumbled over nothing says nothing. */
export function why(cause: unknown): string {
  return cause instanceof Error && !(cause instanceof TypeError) ? `: ${plain(cause.message)}` : '';
}
