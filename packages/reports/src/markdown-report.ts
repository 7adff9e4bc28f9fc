import type { CheckResult, Verdict } from '@modelgate/core';
import { type CheckRow, checkRows, none, rowNotes } from './check-row.ts';
import { parted } from './data-rows.ts';
import { checksNoun } from './data-rule.ts';
import { dataTables } from './data-table.ts';
import { discoveryFold } from './discovery-table.ts';
import { gateFacts } from './gate-facts.ts';
import { alerts, checksCell, consequence, decidedBy, policyPhrase, type Trouble, troublesOf } from './gate-line.ts';
import { bySeverity, gateName, headlinePhrase } from './headline.ts';
import { htmlText } from './html-text.ts';
import { plotLegend, plotText } from './interval-plot.ts';
import { codeSpan, markdownLink, markdownText } from './markdown-text.ts';
import { counted } from './number-format.ts';
import { type Phrase, phraseMarkdown } from './phrase.ts';
import type { ReportContext } from './report-context.ts';
import { changeBlocks } from './rule-change.ts';
import { drawsGroups, leavesPicture, sliceTables } from './slice-table.ts';
import { isTrouble, statusCell, statusSigns } from './status-sign.ts';
import { todo } from './todo.ts';
import { webAddress } from './web-link.ts';

/** How much of a report is written. The smallest that fits is not chosen, the largest is. */
export interface ReportSize {
  readonly passes: boolean;
  readonly gates: number;
  readonly checks: number;
  readonly lines: number;
}

/** Everything; failures only, ever fewer of them; the headline and the links. */
export const reportSizes: readonly ReportSize[] = [
  { passes: true, gates: Number.POSITIVE_INFINITY, checks: Number.POSITIVE_INFINITY, lines: 12 },
  { passes: false, gates: 60, checks: 80, lines: 12 },
  { passes: false, gates: 20, checks: 20, lines: 5 },
  { passes: false, gates: 5, checks: 5, lines: 2 },
  { passes: false, gates: 0, checks: 0, lines: 0 },
];

/** The whole report: headline, loud notices, gates, failing checks, all checks folded, what to do, where it is from. */
export function markdownReport(verdicts: readonly Verdict[], context: ReportContext, size: ReportSize): string {
  const ordered = bySeverity(verdicts);
  const heading = context.heading === undefined ? undefined : `_${markdownText(context.heading)}_`;
  return blocks([
    `### ${phraseMarkdown(headlinePhrase(ordered))}`,
    heading,
    changeBlock(ordered, size),
    lineOf(consequence(ordered)),
    alertBlock(ordered, size),
    ordered.some((verdict) => isTrouble(verdict.status)) ? troubleReport(ordered, size) : passReport(ordered, size),
    size.passes ? undefined : shortened(size, context),
    `<sub>${footer(ordered, context)}</sub>`,
  ]);
}

export function lineOf(phrase: Phrase | undefined): string | undefined {
  return phrase === undefined ? undefined : phraseMarkdown(phrase);
}

/** What the change does to its own judging; its count stands even where nothing else fits. */
export function changeBlock(verdicts: readonly Verdict[], size: ReportSize): string | undefined {
  const all = changeBlocks(verdicts, Math.max(1, size.lines)).map(({ lead, items }) => {
    const [only, ...more] = items.map(phraseMarkdown);
    if (only === undefined) return phraseMarkdown(lead);
    return more.length === 0
      ? `${phraseMarkdown(lead)}: ${only}.`
      : [`${phraseMarkdown(lead)}:`, '', ...[only, ...more].map((item) => `- ${item}`)].join('\n');
  });
  return all.length === 0 ? undefined : all.slice(0, size.gates + 3).join('\n\n');
}

/** The notices of the gates and the standing of the policy, as one of GitHub's alerts. */
export function alertBlock(verdicts: readonly Verdict[], size: ReportSize): string | undefined {
  const all = alerts(verdicts).map(phraseMarkdown);
  if (all.length === 0) return undefined;
  const shown = all.slice(0, Math.max(1, size.lines));
  const left = all.length - shown.length;
  const lines = left > 0 ? [...shown, `and ${counted(left, 'more notice')}`] : shown;
  return `> [!WARNING]\n${lines.map((line) => `> ${line}`).join('\n> \n')}`;
}

/** What did not pass, beyond what the headline says: worst first, a line each. */
export function troubleList(verdicts: readonly Verdict[], size: ReportSize): string | undefined {
  const all = troublesOf(verdicts).filter(({ unsaid }) => unsaid !== undefined);
  if (all.length === 0 || size.lines === 0) return undefined;
  const shown = all.slice(0, size.lines).map(({ status, unsaid }) => {
    return `- ${statusSigns[status].sign} ${phraseMarkdown(unsaid ?? [])}`;
  });
  return [...shown, ...restLine(all.slice(size.lines))].join('\n');
}

/** What is left out is counted by status, so that the undecided are not lost behind the failed. */
function restLine(rest: readonly Trouble[]): readonly string[] {
  if (rest.length === 0) return [];
  const words = Map.groupBy(rest, ({ status }) => statusSigns[status].word);
  const number = (of: readonly Trouble[]) => of.reduce((sum, { checks }) => sum + checks, 0);
  return [`- and ${number(rest)} more: ${[...words].map(([word, same]) => `${number(same)} ${word}`).join(', ')}`];
}

/** A gate's checks, rules of contracts in tables of their own, and what is to be known about them. */
export function checksTable(
  verdict: Verdict,
  checks: readonly CheckResult[] = verdict.checks,
  most = Number.POSITIVE_INFINITY,
): string {
  const { rules, groups, comparisons } = parted(checks);
  const rows = checkRows(comparisons, verdict.anchor);
  const shown = rows.slice(0, most);
  const notes = rowNotes(shown).map(({ ids, note }) => `- ${ids.map(codeSpan).join(', ')}: ${markdownText(note)}`);
  const facts = gateFacts(verdict).map((fact) => `- ${phraseMarkdown(fact)}`);
  return blocks([
    ...(rows.length === 0 ? [] : [comparisonTable(shown), restText(rows.length - shown.length)]),
    ...dataTables(rules, most),
    ...sliceTables(verdict, groups, most),
    [...notes, ...facts].join('\n'),
  ]).trimEnd();
}

function restText(left: number): string | undefined {
  return left === 0 ? undefined : `and ${left} more.`;
}

/** Comparisons with the champion, their intervals drawn on common scales. */
function comparisonTable(shown: readonly CheckRow[]): string {
  return [
    '| | check | champion | candidate | difference | interval and limit | detectable from |',
    '|---|---|--:|--:|--:|---|--:|',
    ...shown.map(rowLine),
  ].join('\n');
}

/** "What to do", or nothing where there is nothing to do. */
export function todoBlock(verdicts: readonly Verdict[], size: ReportSize): string | undefined {
  const steps = todo(verdicts);
  if (steps.length === 0 || size.lines === 0) return undefined;
  const kept = steps.length > size.lines ? [...steps.slice(0, size.lines - 1), ...steps.slice(-1)] : steps;
  return ['**What to do**', '', ...kept.map((step) => `- ${phraseMarkdown(step)}`)].join('\n');
}

/** Blocks with an empty line between them. */
export function blocks(parts: readonly (string | undefined)[]): string {
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}

function troubleReport(ordered: readonly Verdict[], size: ReportSize): string {
  return blocks([
    gatesTable(ordered, size),
    troubleList(ordered, size),
    todoBlock(ordered, size),
    ...ordered.slice(0, size.gates).flatMap((verdict) => [details(verdict, size), discoveryBlock(verdict, size)]),
  ]).trimEnd();
}

/** A passing run is one line and a folded table. */
function passReport(ordered: readonly Verdict[], size: ReportSize): string {
  if (!size.passes) return '';
  const checks = ordered.reduce((sum, verdict) => sum + verdict.checks.length, 0);
  if (checks === 0) return gatesTable(ordered, size) ?? '';
  return blocks([
    `<details><summary>${allOf(checks, ordered)}</summary>`,
    gatesTable(ordered, size),
    ...ordered.flatMap((verdict) => {
      if (verdict.checks.length === 0) return [];
      const name = ordered.length > 1 ? `**${codeSpan(gateName(verdict))}**` : undefined;
      return [name, checksTable(verdict)];
    }),
    plotNote(ordered),
    '</details>',
    ...ordered.map((verdict) => discoveryBlock(verdict, size)),
  ]).trimEnd();
}

/** Groups that nobody declared decide nothing: where room is short they are left out. */
export function discoveryBlock(verdict: Verdict, size: ReportSize): string | undefined {
  return size.passes ? discoveryFold(verdict) : undefined;
}

function allOf(number: number, verdicts: readonly Verdict[]): string {
  const noun = verdicts.every((verdict) => checksNoun(verdict) === 'rule') ? 'rule' : 'check';
  return number === 1 ? `The ${noun}` : `All ${number} ${noun}s`;
}

function gatesTable(ordered: readonly Verdict[], size: ReportSize): string | undefined {
  const wanted = size.passes ? ordered : ordered.filter((verdict) => isTrouble(verdict.status));
  const shown = wanted.slice(0, size.gates);
  if (shown.length === 0) return undefined;
  const left = ordered.length - shown.length;
  return [
    '| | gate | checks | decided by |',
    '|---|---|--:|---|',
    ...shown.map((verdict) => {
      const cells = [statusCell(verdict.status), codeSpan(gateName(verdict)), checksCell(verdict)];
      return `| ${[...cells, phraseMarkdown(decidedBy(verdict))].join(' | ')} |`;
    }),
    ...(left === 0 ? [] : ['', `and ${left} more ${left === 1 ? 'gate' : 'gates'}.`]),
  ].join('\n');
}

function details(verdict: Verdict, size: ReportSize): string | undefined {
  const checks = size.passes ? verdict.checks : verdict.checks.filter((check) => isTrouble(check.status));
  if (checks.length === 0) return undefined;
  const what = size.passes ? allOf(checks.length, [verdict]) : 'What did not pass';
  return blocks([
    `<details><summary>${what} of <code>${htmlText(gateName(verdict))}</code></summary>`,
    checksTable(verdict, checks, size.checks),
    plotNote([verdict]),
    '</details>',
  ]).trimEnd();
}

/** The legend of the plots, where there are any. */
export function plotNote(verdicts: readonly Verdict[]): string | undefined {
  const drawn = verdicts.some(({ checks }) => {
    const { comparisons, groups } = parted(checks);
    return checkRows(comparisons).some((row) => row.plot !== undefined) || groups.some(drawsGroups);
  });
  const far = verdicts.some(({ checks }) => parted(checks).groups.some(leavesPicture))
    ? ', ‹ › farther than drawn'
    : '';
  return drawn ? `<sub>${markdownText(`${plotLegend}${far}`)}</sub>` : undefined;
}

function rowLine(row: CheckRow): string {
  const plot = row.plot === undefined ? '' : `\`${plotText(row.plot).replaceAll(' ', '\u00a0')}\` `;
  const cells = [
    statusCell(row.status),
    phraseMarkdown(row.name),
    markdownText(row.champion),
    markdownText(row.candidate),
    markdownText(row.difference),
    `${plot}${markdownText(row.interval)}`,
    row.power === none ? none : markdownText(row.power),
  ];
  return `| ${cells.join(' | ')} |`;
}

function shortened(size: ReportSize, context: ReportContext): string {
  const what = size.gates === 0 ? 'Only the headline fits here' : 'Only what did not pass fits here';
  const page = webAddress(context.pageUrl) ?? webAddress(context.runUrl);
  return page === undefined ? `${what}.` : `${what}: ${markdownLink('everything else', page)}.`;
}

/** Version, policies, the commit that was judged, and the links. */
export function footer(ordered: readonly Verdict[], context: ReportContext): string {
  const tools = new Set(ordered.map(({ tool }) => `${tool.name} ${markdownText(tool.version)}`));
  const policies = new Set(ordered.map(({ policy }) => phraseMarkdown(policyPhrase(policy))));
  const links = [
    ['full page', context.pageUrl],
    ['evidence', context.evidenceUrl],
    ['run', context.runUrl],
  ] as const;
  return [
    ...[...tools].slice(0, 2),
    ...[...policies].slice(0, 3),
    `commit ${codeSpan(context.headSha.slice(0, 7))}`,
    ...links.flatMap(([label, address]) => {
      const known = webAddress(address);
      return known === undefined || known.length > 2000 ? [] : [markdownLink(label, known)];
    }),
  ].join(' · ');
}
