import { type DriftRow, dataRows, type RuleGroup, type RuleRow } from './data-rows.ts';
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
  const { open, beyondSample, drift, telling, held } = dataRows(checks);
  return [
    ...sentenceTable(open, most),
    ...groupTable(beyondSample, most),
    ...driftTable(drift, most),
    ...sentenceTable(telling, most),
    ...groupTable(held, most),
  ];
}

function sentenceTable(rows: readonly RuleRow[], most: number): readonly string[] {
  return table(['| | rule | found |', '|---|---|---|'], rows.map(sentenceLine), most, 'rule');
}

function groupTable(groups: readonly RuleGroup[], most: number): readonly string[] {
  return table(['| | where | rules |', '|---|---|---|'], groups.map(groupLine), most, 'line');
}

function driftTable(rows: readonly DriftRow[], most: number): readonly string[] {
  const head = ['| | column | compared by | distance | interval and limit | decided |', '|---|---|---|--:|---|---|'];
  const legend = driftLegend(rows.slice(0, most));
  return [
    ...table(head, rows.map(driftLine), most, 'column'),
    ...(legend === undefined ? [] : [`<sub>${markdownText(legend)}</sub>`]),
  ];
}

function table(head: readonly string[], lines: readonly string[], most: number, noun: string): readonly string[] {
  if (lines.length === 0) return [];
  const left = lines.length - most;
  const more = left > 0 ? ['', `and ${counted(left, `more ${noun}`)}.`] : [];
  return [[...head, ...lines.slice(0, most), ...more].join('\n')];
}

function sentenceLine({ check, status, sentence }: RuleRow): string {
  return `| ${unbroken(statusCell(status))} | ${codeSpan(check.id)} | ${phraseMarkdown([sentence])} |`;
}

function driftLine({ status, column, check, ...row }: DriftRow): string {
  const plot = row.plot === undefined ? '' : `\`${unbroken(plotText(row.plot))}\` `;
  const settled = row.distance === undefined ? phraseMarkdown([row.sentence]) : markdownText(row.decision);
  const cells = [
    unbroken(statusCell(status)),
    codeSpan(column),
    markdownText(row.comparator),
    markdownText(row.distance ?? '–'),
    `${plot}${markdownText(row.interval ?? '–')
      .split(', ')
      .map(unbroken)
      .join(', ')}`,
    settled,
  ];
  return `| ${cells.join(' | ')} |`;
}

function groupLine({ status, of, isColumn, rules }: RuleGroup): string {
  return `| ${unbroken(statusCell(status))} | ${isColumn ? codeSpan(of) : markdownText(of)} | ${rules.map(codeSpan).join(', ')} |`;
}

/** Words of a table that are read together: long sentences beside them would else leave them no room. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}
