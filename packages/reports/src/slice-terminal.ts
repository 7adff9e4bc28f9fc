import type { Verdict } from '@modelgate/core';
import { none } from './check-row.ts';
import { plotText } from './interval-plot.ts';
import { counted } from './number-format.ts';
import { phrasePlain } from './phrase.ts';
import { plainText } from './plain-text.ts';
import { discoveryWords, foundMark, patchLead } from './slice-discovery.ts';
import { acrossWords, gapRows, groupRows, rateHeads } from './slice-gaps.ts';
import { outcomeSigns } from './slice-outcome.ts';
import { sliceNotes, sliceRows } from './slice-rows.ts';
import {
  type AcrossCheck,
  type EachCheck,
  isAcrossCheck,
  isEachCheck,
  type SliceCheck,
  thresholdOf,
} from './slice-rule.ts';
import { eachLine, leftWords } from './slice-words.ts';
import { marked, type Paint, paintMark } from './terminal-paint.ts';
import { table, wrapped } from './terminal-table.ts';

/** Groups of one table at most. */
const mostGroups = 30;

/** Checks about groups for a terminal: a line and a table each. */
export function sliceLines(checks: readonly SliceCheck[], width: number, paint: Paint): readonly string[] {
  return checks.flatMap((check) => {
    if (isEachCheck(check)) return eachLines(check, width, paint);
    return isAcrossCheck(check) ? acrossLines(check, width, paint) : [];
  });
}

/** Groups that nobody declared, and the lines that would declare them. */
export function discoveryLines(verdict: Verdict, width: number, paint: Paint): readonly string[] {
  const words = discoveryWords(verdict);
  if (words === undefined) return [];
  const { summary, lead, rows, patch } = words;
  return [
    paint(plainText(summary), 'bold'),
    ...wrapped(plainText(lead), width, '  '),
    ...(rows.length === 0
      ? []
      : headed(
          table({
            head: ['', 'group', 'rows', 'mean excess loss', 'effect', 'p, corrected'],
            right: [2, 3, 4, 5],
            rows: rows.map(({ confirmed, name, rows, loss, effect, p }) => {
              const { mark, word } = foundMark(confirmed);
              return [`${mark} ${word}`, name, rows, loss, effect, p];
            }),
            optional: [4, 5],
            width,
          }),
          paint,
        )),
    ...(patch === undefined ? [] : [patchLead, ...patch.split('\n').map((line) => `  ${line}`)]),
  ];
}

function eachLines(check: EachCheck, width: number, paint: Paint): readonly string[] {
  const rows = sliceRows(check, mostGroups);
  const rest = leftWords(check, rows.length);
  const lines = table({
    head: [
      '',
      'group',
      'rows',
      'champion',
      'candidate',
      'difference',
      thresholdOf(check) === undefined ? 'interval' : 'interval and limit',
      '',
      'needs',
    ],
    right: [2, 3, 4, 5],
    rows: rows.map((row) => [
      `${outcomeSigns[row.outcome].mark} ${row.word}`,
      row.name,
      row.rows,
      ...[row.champion, row.candidate, row.difference].map(plainText),
      row.plot === undefined ? '' : plotText(row.plot),
      row.interval === none ? '' : plainText(row.interval),
      row.lacks === none ? '' : plainText(row.lacks),
    ]),
    optional: [3, 4, 8, 7, 6],
    width,
  });
  return [
    ...titleLines(check, `${plainText(check.id)}: ${plainText(eachLine(check))}`, width, paint),
    ...lines.map((line, index) => {
      const row = rows[index - 1];
      if (row === undefined) return paint(line, 'dim');
      const mark = `${outcomeSigns[row.outcome].mark} ${row.word}`;
      return line.startsWith(mark) ? `${paint(mark, outcomeSigns[row.outcome].tone)}${line.slice(mark.length)}` : line;
    }),
    ...(rest === undefined ? [] : wrapped(`${plainText(rest)}.`, width, '  ')),
    ...sliceNotes(rows).flatMap(({ names, note }) => wrapped(`${names.join(', ')}: ${plainText(note)}`, width, '  ')),
  ];
}

function acrossLines(check: AcrossCheck, width: number, paint: Paint): readonly string[] {
  const gaps = gapRows(check);
  const groups = groupRows(check);
  const shown = groups.slice(0, mostGroups);
  const left = groups.length - shown.length + (check.slices.leftOut ?? 0);
  return [
    ...titleLines(check, `${plainText(check.id)}: ${phrasePlain(acrossWords(check))}`, width, paint),
    ...table({
      head: ['', 'between groups', 'champion', 'candidate', 'interval and limit', ''],
      right: [2, 3],
      rows: gaps.map(({ status, rule, champion, candidate, plot, interval }) => [
        status === undefined ? '' : marked(status),
        plainText(rule),
        plainText(champion),
        plainText(candidate),
        plot === undefined ? '' : plotText(plot),
        interval === none ? '' : plainText(interval),
      ]),
      optional: [2, 5, 4],
      width,
    }).map((line, index) => (index === 0 ? paint(line, 'dim') : paintMark(line, gaps[index - 1]?.status, paint))),
    ...gaps.flatMap(({ rule, chance }) => (chance === undefined ? [] : wrapped(`${rule}: ${chance}`, width, '  '))),
    ...(shown.length === 0
      ? []
      : headed(
          table({
            head: ['group', 'within', 'rows', ...rateHeads(check.slices), ''],
            right: [2, ...rateHeads(check.slices).map((_, index) => index + 3)],
            rows: shown.map(({ name, within, rows, rates, left }) => [
              name,
              within ?? '',
              rows,
              ...rates.map(plainText),
              left ?? '',
            ]),
            optional: [],
            width,
          }),
          paint,
        )),
    ...(left === 0 ? [] : [`and ${counted(left, 'more group')}.`]),
  ];
}

function titleLines(check: SliceCheck, text: string, width: number, paint: Paint): readonly string[] {
  return wrapped(`${marked(check.status)}  ${text}`, width, '  ').map((line, index) =>
    index === 0 ? paintMark(line, check.status, paint) : line,
  );
}

function headed(lines: readonly string[], paint: Paint): readonly string[] {
  return lines.map((line, index) => (index === 0 ? paint(line, 'dim') : line));
}
