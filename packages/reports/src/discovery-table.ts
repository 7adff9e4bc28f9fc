import type { Verdict } from '@modelgate/core';
import { codeSpan, markdownText } from './markdown-text.ts';
import { discoveryWords, type FoundRow, fenced, foundMark, patchLead } from './slice-discovery.ts';

/** Groups that nobody declared, folded, with the lines that would declare them. */
export function discoveryFold(verdict: Verdict): string | undefined {
  const words = discoveryWords(verdict);
  if (words === undefined) return undefined;
  const { summary, lead, rows, patch } = words;
  return [
    `<details><summary>${summary}</summary>`,
    markdownText(lead),
    ...(rows.length === 0 ? [] : [foundTable(rows)]),
    ...(patch === undefined ? [] : [patchLead, fenced(patch, 'yaml')]),
    '</details>',
  ].join('\n\n');
}

function foundTable(rows: readonly FoundRow[]): string {
  return [
    '| | group | rows | mean excess loss | effect | p, corrected |',
    '|---|---|--:|--:|--:|--:|',
    ...rows.map(({ confirmed, name, rows, loss, effect, p }) => {
      const { sign, word } = foundMark(confirmed);
      const cells = [`${sign} ${word}`.replaceAll(' ', '\u00a0'), codeSpan(name), rows, loss, effect, markdownText(p)];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}
