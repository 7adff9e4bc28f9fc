import type { CheckResult, Verdict } from '@modelgate/core';
import { none } from './check-row.ts';
import { leavesLeft, leavesRight, plotText } from './interval-plot.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { counted } from './number-format.ts';
import { phraseMarkdown } from './phrase.ts';
import { acrossWords, type GapRow, type GroupRow, gapRows, groupRows, rateHeads } from './slice-gaps.ts';
import { outcomeSigns } from './slice-outcome.ts';
import { type SliceRow, sliceNotes, sliceRows } from './slice-rows.ts';
import {
  type AcrossCheck,
  type EachCheck,
  isAcrossCheck,
  isEachCheck,
  type SliceCheck,
  thresholdOf,
} from './slice-rule.ts';
import { eachLine, leftWords, tablePlace } from './slice-words.ts';
import { statusCell, statusSigns } from './status-sign.ts';

/** Groups of one table at most; of more, all are in the artifact. */
const mostGroups = 12;

/**
 * Checks about groups in Markdown, a table each: every group with its interval on one scale, most harm first, or the
 * groups that are compared with one another.
 *
 * @param most groups of a table, and checks
 */
export function sliceTables(verdict: Verdict, checks: readonly SliceCheck[], most: number): readonly string[] {
  const shown = checks.slice(0, Number.isFinite(most) ? most : undefined);
  const left = checks.length - shown.length;
  return [
    ...shown.flatMap((check) => sliceBlocks(verdict, check, Math.min(mostGroups, most))),
    ...(left === 0 ? [] : [`and ${counted(left, 'more check')}.`]),
  ];
}

/** Whether an interval of a check about each group is too wide to be drawn to its ends. */
export function leavesPicture(check: SliceCheck): boolean {
  if (!isEachCheck(check)) return false;
  return sliceRows(check, mostGroups).some(({ plot }) => plot !== undefined && (leavesLeft(plot) || leavesRight(plot)));
}

/** Whether a check about groups has an interval to draw. */
export function drawsGroups(check: SliceCheck): boolean {
  if (isEachCheck(check)) return check.slices.slices.some(({ interval }) => interval !== undefined);
  return isAcrossCheck(check) && check.bounds.some(({ interval }) => interval !== undefined);
}

function sliceBlocks(verdict: Verdict, check: SliceCheck, most: number): readonly string[] {
  if (isEachCheck(check)) return eachBlocks(verdict, check, most);
  return isAcrossCheck(check) ? acrossBlocks(verdict, check, most) : [];
}

function eachBlocks(verdict: Verdict, check: EachCheck, most: number): readonly string[] {
  const rows = sliceRows(check, most);
  const notes = sliceNotes(rows).map(({ names, note }) => `- ${names.map(codeSpan).join(', ')}: ${markdownText(note)}`);
  return [
    `${lead(check)}: ${markdownText(`${shortMetric(check)}${eachLine(check)}`)}.`,
    rows.length === 0 ? '' : groupTable(check, rows),
    restLine(verdict, leftWords(check, rows.length)),
    notes.join('\n'),
  ].filter((block) => block !== '');
}

/** The drawing stands near the left: a comment has room for some 750 pixels, and what lies beyond has to be scrolled to. */
function groupTable(check: EachCheck, rows: readonly SliceRow[]): string {
  return [
    `| | group | ${intervalHead(check)} | champion | candidate | rows |`,
    '|---|---|---|--:|--:|--:|',
    ...rows.map(groupLine),
  ].join('\n');
}

function groupLine(row: SliceRow): string {
  const plot = row.plot === undefined ? '' : `\`${unbroken(plotText(row.plot))}\` `;
  const needs = row.lacks === none ? '' : `<br><sub>${unbroken(`needs ${markdownText(row.lacks)}`)}</sub>`;
  const cells = [
    `${unbroken(`${outcomeSigns[row.outcome].sign} ${row.word}`)}${needs}`,
    codeSpan(row.name),
    `${plot}${unbroken(markdownText(changeWords(row)))}`,
    ...[row.champion, row.candidate].map((text) => unbroken(markdownText(text))),
    markdownText(row.rows),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The limit is named only where it is drawn. */
function intervalHead(check: EachCheck): string {
  return thresholdOf(check) === undefined ? 'difference and interval' : 'difference, interval and limit';
}

/** `−6.1 pt (−10.2 to −2.0 pt)`; of a rule about the candidate alone the interval of that. */
function changeWords({ slice, difference, interval }: SliceRow): string {
  if (interval === none) return difference;
  return slice.of === 'value' ? interval : `${difference} (${interval})`;
}

function acrossBlocks(verdict: Verdict, check: AcrossCheck, most: number): readonly string[] {
  const groups = groupRows(check);
  const shown = groups.slice(0, most);
  const left = groups.length - shown.length + (check.slices.leftOut ?? 0);
  const gaps = gapRows(check);
  const notes = gaps.flatMap(({ rule, chance, note }) =>
    [chance, note].filter((one) => one !== undefined).map((one) => `- ${markdownText(`${rule}: ${one}`)}`),
  );
  return [
    `${lead(check)}: ${phraseMarkdown(acrossWords(check))}.`,
    gaps.length === 0 ? '' : gapTable(gaps),
    [...new Set(notes)].join('\n'),
    shown.length === 0 ? '' : rateTable(check, shown),
    restLine(verdict, left === 0 ? undefined : `and ${counted(left, 'more group')}`),
  ].filter((block) => block !== '');
}

function gapTable(gaps: readonly GapRow[]): string {
  return [
    '| | between groups | champion | candidate | interval and limit |',
    '|---|---|--:|--:|---|',
    ...gaps.map(({ status, rule, champion, candidate, interval, plot }) => {
      const drawing = plot === undefined ? '' : `\`${unbroken(plotText(plot))}\` `;
      const cells = [
        status === undefined ? '' : unbroken(statusCell(status)),
        markdownText(rule),
        unbroken(markdownText(champion)),
        unbroken(markdownText(candidate)),
        `${drawing}${unbroken(markdownText(interval))}`,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

function rateTable(check: AcrossCheck, rows: readonly GroupRow[]): string {
  const within = rows.some((row) => row.within !== undefined);
  const aside = rows.some((row) => row.left !== undefined);
  const head = [
    'group',
    ...(within ? ['within'] : []),
    'rows',
    ...rateHeads(check.slices).map((head) => markdownText(head)),
    ...(aside ? [' '] : []),
  ];
  const line = [
    '---',
    ...(within ? ['---'] : []),
    '--:',
    ...rateHeads(check.slices).map(() => '--:'),
    ...(aside ? ['---'] : []),
  ];
  return [
    `| ${head.join(' | ')} |`,
    `|${line.join('|')}|`,
    ...rows.map((row) => {
      const cells = [
        codeSpan(row.name),
        ...(within ? [row.within === undefined ? none : codeSpan(row.within)] : []),
        markdownText(row.rows),
        ...row.rates.map((rate) => unbroken(markdownText(rate))),
        ...(aside ? [row.left === undefined ? '' : `➖ ${markdownText(row.left)}`] : []),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

/** `**f1** ✅ pass`: whose table follows. */
function lead(check: CheckResult): string {
  const { sign, word } = statusSigns[check.status];
  return `${sign} ${word} ${codeSpan(check.id)}`;
}

function shortMetric({ id, metric }: CheckResult): string {
  return id === metric ? '' : `${metric}: `;
}

function restLine(verdict: Verdict, words: string | undefined): string {
  if (words === undefined) return '';
  const place = tablePlace(verdict);
  return place === undefined ? `${words}.` : `${words}; all of them are in ${phraseMarkdown(place)}.`;
}

/** Words of a table that are read together: names beside them would else leave them no room. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}
