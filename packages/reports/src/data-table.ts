import { type DataRows, type DriftRow, dataRows, type HeldRules, type RuleRow } from './data-rows.ts';
import type { DataCheck } from './data-rule.ts';
import { driftLegend } from './drift-plot.ts';
import { plotText } from './interval-plot.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { counted } from './number-format.ts';
import { phraseMarkdown } from './phrase.ts';
import { statusCell } from './status-sign.ts';

/**
 * The rules of a data gate in Markdown: what did not pass with its sentence, how far columns are from the profile, and
 * what holds in a line a column.
 *
 * @param most rules with a sentence, and lines of every other table
 */
export function dataTables(checks: readonly DataCheck[], most: number): readonly string[] {
  const { told, drift, held }: DataRows = dataRows(checks);
  return [
    ...(told.length === 0 ? [] : [table(['| | rule | found |', '|---|---|---|'], told.map(toldLine), most, 'rule')]),
    ...(drift.length === 0 ? [] : driftTable(drift, most)),
    ...(held.length === 0 ? [] : [table(['| | where | rules |', '|---|---|---|'], held.map(heldLine), most, 'line')]),
  ];
}

function driftTable(rows: readonly DriftRow[], most: number): readonly string[] {
  const head = ['| | column | compared by | distance | interval and limit | decided |', '|---|---|---|--:|---|---|'];
  const lines = table(head, rows.map(driftLine), most, 'column');
  const legend = driftLegend(rows);
  return legend === undefined ? [lines] : [lines, `<sub>${markdownText(legend)}</sub>`];
}

function table(head: readonly string[], lines: readonly string[], most: number, noun: string): string {
  const left = lines.length - most;
  const more = left > 0 ? ['', `and ${counted(left, `more ${noun}`)}.`] : [];
  return [...head, ...lines.slice(0, most), ...more].join('\n');
}

function toldLine({ check, status, sentence }: RuleRow): string {
  return `| ${statusCell(status)} | ${codeSpan(check.id)} | ${phraseMarkdown([sentence])} |`;
}

function driftLine({ status, column, check, ...row }: DriftRow): string {
  const plot = row.plot === undefined ? '' : `\`${plotText(row.plot).replaceAll(' ', '\u00a0')}\` `;
  const settled = row.distance === undefined ? phraseMarkdown([row.sentence]) : markdownText(row.decision);
  const cells = [
    statusCell(status),
    codeSpan(column),
    markdownText(row.comparator),
    markdownText(row.distance ?? '–'),
    `${plot}${markdownText(row.interval ?? '–')}`,
    settled,
  ];
  return `| ${cells.join(' | ')} |`;
}

function heldLine({ status, of, isColumn, rules }: HeldRules): string {
  return `| ${statusCell(status)} | ${isColumn ? codeSpan(of) : markdownText(of)} | ${rules.map(codeSpan).join(', ')} |`;
}
