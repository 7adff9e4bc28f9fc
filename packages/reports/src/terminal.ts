import type { CheckResult, Status, Verdict } from '@modelgate/core';
import { checkRows, none, rowName, rowNotes } from './check-row.ts';
import { gateSummary } from './data-facts.ts';
import { parted } from './data-rows.ts';
import { isDataGate } from './data-rule.ts';
import { dataLines } from './data-terminal.ts';
import { gateFacts } from './gate-facts.ts';
import { alerts, checksCell, consequence, decidedBy, policyPhrase, troublesOf } from './gate-line.ts';
import { bySeverity, gateName, headlinePhrase } from './headline.ts';
import { plotLegend, plotText } from './interval-plot.ts';
import { phrasePlain } from './phrase.ts';
import { plainText } from './plain-text.ts';
import { changeBlocks } from './rule-change.ts';
import { drawsGroups } from './slice-table.ts';
import { discoveryLines, sliceLines } from './slice-terminal.ts';
import { statusSigns } from './status-sign.ts';
import { marked, type Paint, paintMark } from './terminal-paint.ts';
import { table, wrapped } from './terminal-table.ts';
import { todo } from './todo.ts';

export interface TerminalOptions {
  /** Columns of the terminal; a log of CI has none, 120 reads well there. */
  readonly width: number;
  /** Whether ANSI colours are written: not where NO_COLOR is set or nothing but a file reads it. */
  readonly colour: boolean;
}

/** The report for a terminal: the comment's words in the comment's order, tables aligned to the width. */
export function terminal(verdicts: readonly Verdict[], options: TerminalOptions): string {
  const ordered = bySeverity(verdicts);
  const paint = options.colour ? coloured : plain;
  const width = Math.max(40, options.width);
  const lines = [
    ...headline(ordered, width, paint),
    ...section(changeLines(ordered, width)),
    ...section(alerts(ordered).flatMap((alert) => wrapped(`! ${phrasePlain(alert)}`, width, '  '))),
    ...section(troubleLines(ordered, width)),
    ...section(ordered.length > 1 ? gatesTable(ordered, width, paint) : []),
    ...ordered.flatMap((verdict) => gateSection(verdict, width, paint)),
    ...section(todoLines(ordered, width, paint)),
    ...section(footerLines(ordered, width)),
  ];
  return `${lines.map(withoutCommand).join('\n')}\n`;
}

/** One gate for the step's log: plain lines without colour; text from data holds no line break and no control. */
export function logLines(verdict: Verdict, width = 120): readonly string[] {
  return terminal([verdict], { width, colour: false }).trimEnd().split('\n');
}

/**
 * A runner takes a log line for a command that begins with `::` after white space, or holds `##[` anywhere
 * (actions/runner, ActionCommand.cs). Wrapping could put a data's `::` there.
 */
function withoutCommand(line: string): string {
  return line.replace(/^(\s*)::/, '$1∷').replaceAll('##[', '#·[');
}

const ansi: Readonly<Record<Status | 'bold' | 'dim', string>> = {
  error: '31;1',
  fail: '31;1',
  inconclusive: '33',
  waived: '35',
  warn: '33',
  pass: '32',
  skipped: '2',
  bold: '1',
  dim: '2',
};

const plain: Paint = (text) => text;
const coloured: Paint = (text, style) => `\u001b[${ansi[style]}m${text}\u001b[0m`;

/** The same sentence as everywhere; the sign is one column wide here, with its word. */
function headline(ordered: readonly Verdict[], width: number, paint: Paint): readonly string[] {
  const status = ordered[0]?.status ?? 'error';
  const { sign } = statusSigns[status];
  const sentence = phrasePlain(headlinePhrase(ordered)).slice(sign.length).trimStart();
  const means = consequence(ordered);
  return [
    ...wrapped(`${marked(status)}  ${sentence}`, width, '  ').map((line) => paint(line, status)),
    ...(means === undefined ? [] : wrapped(phrasePlain(means), width, '')),
  ];
}

function changeLines(ordered: readonly Verdict[], width: number): readonly string[] {
  return changeBlocks(ordered, 20).flatMap(({ lead, items }) => [
    ...wrapped(`${phrasePlain(lead)}${items.length === 0 ? '' : ':'}`, width, ''),
    ...items.flatMap((item) => wrapped(`- ${phrasePlain(item)}`, width, '  ')),
  ]);
}

function gateSection(verdict: Verdict, width: number, paint: Paint): readonly string[] {
  if (verdict.checks.length === 0) return [];
  const { rules, groups, comparisons } = parted(verdict.checks);
  const [title = '', ...rest] = wrapped(
    `${plainText(gateName(verdict))}: ${phrasePlain(gateSummary(verdict))}`,
    width,
    '  ',
  );
  // what stands in the title already is not told again below
  const facts = gateFacts(verdict).slice(isDataGate(verdict) && verdict.data !== undefined ? 1 : 0);
  return [
    '',
    paint(title, 'bold'),
    ...rest,
    ...(comparisons.length === 0 ? [] : comparisonLines(verdict, comparisons, width, paint)),
    ...dataLines(rules, width, paint),
    ...sliceLines(groups, width, paint),
    ...(groups.some(drawsGroups) ? wrapped(plotLegend, width, '').map((line) => paint(line, 'dim')) : []),
    ...facts.flatMap((fact) => wrapped(`- ${phrasePlain(fact)}`, width, '  ')),
    ...discoveryLines(verdict, width, paint),
  ];
}

function comparisonLines(
  verdict: Verdict,
  comparisons: readonly CheckResult[],
  width: number,
  paint: Paint,
): readonly string[] {
  const rows = checkRows(comparisons, verdict.anchor);
  const plots = rows.some((row) => row.plot !== undefined);
  return [
    ...table({
      head: [
        '',
        'check',
        'champion',
        'candidate',
        'difference',
        plots ? 'interval and limit' : 'interval',
        '',
        'detectable from',
      ],
      right: [2, 3, 4, 7],
      rows: rows.map((row) => [
        marked(row.status),
        rowName(row),
        plainText(row.champion),
        plainText(row.candidate),
        plainText(row.difference),
        row.plot === undefined ? '' : plotText(row.plot),
        plainText(row.interval),
        row.power === none ? '' : plainText(row.power),
      ]),
      optional: [7, 2, 3, 6, 5],
      width,
    }).map((line, index) => (index === 0 ? paint(line, 'dim') : paintMark(line, rows[index - 1]?.status, paint))),
    ...rowNotes(rows).flatMap(({ ids, note }) => {
      return wrapped(`${ids.map(plainText).join(', ')}: ${plainText(note)}`, width, '  ');
    }),
    ...(plots ? wrapped(plotLegend, width, '').map((line) => paint(line, 'dim')) : []),
  ];
}

function troubleLines(ordered: readonly Verdict[], width: number): readonly string[] {
  return troublesOf(ordered).flatMap(({ status, unsaid }) => {
    return unsaid === undefined ? [] : wrapped(`${statusSigns[status].mark} ${phrasePlain(unsaid)}`, width, '  ');
  });
}

function gatesTable(ordered: readonly Verdict[], width: number, paint: Paint): readonly string[] {
  return table({
    head: ['', 'gate', 'checks', 'decided by'],
    right: [2],
    rows: ordered.map((verdict) => [
      marked(verdict.status),
      plainText(gateName(verdict)),
      checksCell(verdict),
      phrasePlain(decidedBy(verdict)),
    ]),
    optional: [2],
    width,
  }).map((line, index) => (index === 0 ? paint(line, 'dim') : paintMark(line, ordered[index - 1]?.status, paint)));
}

function todoLines(ordered: readonly Verdict[], width: number, paint: Paint): readonly string[] {
  const steps = todo(ordered);
  if (steps.length === 0) return [];
  return [paint('What to do', 'bold'), ...steps.flatMap((step) => wrapped(`- ${phrasePlain(step)}`, width, '  '))];
}

function footerLines(ordered: readonly Verdict[], width: number): readonly string[] {
  const parts = ordered.flatMap(({ tool, policy }) => [
    `${tool.name} ${plainText(tool.version)}`,
    phrasePlain(policyPhrase(policy)),
  ]);
  return parts.length === 0 ? [] : wrapped([...new Set(parts)].join(' · '), width, '  ');
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}
