import type { Status } from '@modelgate/core';
import { isTrouble, statusSigns } from './status-sign.ts';
import { displayWidth } from './terminal-table.ts';

/** Puts colour to a text, or leaves it as it is. */
export type Paint = (text: string, style: Status | 'bold' | 'dim') => string;

export function marked(status: Status): string {
  const { mark, word } = statusSigns[status];
  return `${mark} ${word}`;
}

/** A line that begins with a status, with that in its colour. */
export function paintMark(line: string, status: Status | undefined, paint: Paint): string {
  if (status === undefined || !(isTrouble(status) || status === 'pass')) return line;
  const mark = marked(status);
  return line.startsWith(mark) && displayWidth(mark) > 0 ? `${paint(mark, status)}${line.slice(mark.length)}` : line;
}
