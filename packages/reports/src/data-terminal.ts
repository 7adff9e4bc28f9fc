import type { Status } from '@modelgate/core';
import { type DriftRow, dataRows, type RuleGroup, type RuleRow } from './data-rows.ts';
import type { DataCheck } from './data-rule.ts';
import { driftLegend } from './drift-plot.ts';
import { plotText } from './interval-plot.ts';
import { phrasePlain } from './phrase.ts';
import { plainText } from './plain-text.ts';
import { marked, type Paint, paintMark } from './terminal-paint.ts';
import { displayWidth, table, wrapped } from './terminal-table.ts';

/** The rules of a data gate for a terminal: sentences are wrapped, for a number that is cut off says nothing. */
export function dataLines(checks: readonly DataCheck[], width: number, paint: Paint): readonly string[] {
  const { open, beyondSample, drift, telling, held } = dataRows(checks);
  const marks = [...open, ...beyondSample, ...telling, ...held].map(({ status }) => displayWidth(marked(status)));
  const layout: Layout = { width, paint, indent: marks.reduce((most, one) => Math.max(most, one), 0) + 2 };
  return [
    ...open.flatMap((row) => sentenceLines(row, layout)),
    ...beyondSample.flatMap((group) => groupLines(group, layout)),
    ...(drift.length === 0 ? [] : driftLines(drift, width, paint)),
    ...telling.flatMap((row) => sentenceLines(row, layout)),
    ...held.flatMap((group) => groupLines(group, layout)),
  ];
}

interface Layout {
  readonly width: number;
  readonly paint: Paint;
  readonly indent: number;
}

function sentenceLines({ check, status, sentence }: RuleRow, layout: Layout): readonly string[] {
  return hanging(status, `${plainText(check.id)}: ${phrasePlain([sentence])}`, layout);
}

function groupLines({ status, of, rules }: RuleGroup, layout: Layout): readonly string[] {
  return hanging(status, `${plainText(of)}: ${rules.map(plainText).join(', ')}`, layout);
}

/** Status, and a text that keeps clear of it however many lines it takes. */
function hanging(status: Status, text: string, { width, paint, indent }: Layout): readonly string[] {
  const mark = marked(status);
  const start = `${mark}${' '.repeat(indent - displayWidth(mark))}`;
  const [first = '', ...rest] = wrapped(text, width - indent, '');
  return [paintMark(`${start}${first}`, status, paint), ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

function driftLines(rows: readonly DriftRow[], width: number, paint: Paint): readonly string[] {
  const legend = driftLegend(rows);
  return [
    ...table({
      head: ['', 'column', 'compared by', 'distance', 'interval and limit', '', 'decided'],
      right: [3],
      rows: rows.map((row) => [
        marked(row.status),
        plainText(row.column),
        row.comparator === '–' ? '' : plainText(row.comparator),
        plainText(row.distance ?? ''),
        row.plot === undefined ? '' : plotText(row.plot),
        plainText(row.interval ?? ''),
        plainText(row.decision),
      ]),
      optional: [2, 5, 4],
      width,
    }).map((line, index) => (index === 0 ? paint(line, 'dim') : paintMark(line, rows[index - 1]?.status, paint))),
    ...(legend === undefined ? [] : wrapped(legend, width, '').map((line) => paint(line, 'dim'))),
  ];
}
