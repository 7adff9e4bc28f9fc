import type { Status, Verdict } from '@modelgate/core';
import { type CheckRow, checkRows, none } from './check-row.ts';
import { dataSection } from './data-page.ts';
import { parted } from './data-rows.ts';
import { checksNoun } from './data-rule.ts';
import { gateFacts } from './gate-facts.ts';
import { alerts, checksCell, consequence, decidedBy, policyPhrase, troublesOf } from './gate-line.ts';
import { bySeverity, gateName, headlinePhrase } from './headline.ts';
import { htmlText } from './html-text.ts';
import { methodsOf } from './interval-method.ts';
import { pageStyle } from './page-style.ts';
import { badge, cell, tableOf } from './page-table.ts';
import { phraseHtml, phrasePlain } from './phrase.ts';
import { plotSvg } from './plot-svg.ts';
import { provenance } from './provenance.ts';
import type { ReportContext } from './report-context.ts';
import { changeBlocks } from './rule-change.ts';
import { discoverySection, sliceSections } from './slice-page.ts';
import { drawsGroups } from './slice-table.ts';
import { statusSigns } from './status-sign.ts';
import { todo } from './todo.ts';
import { webAddress } from './web-link.ts';

/**
 * The report as one HTML file: the comment's words in the comment's order, with drawn intervals and where everything
 * came from. It fetches nothing and runs nothing (its content security policy allows inline style only).
 */
export function page(verdicts: readonly Verdict[], context: ReportContext): string {
  const ordered = bySeverity(verdicts);
  const status = ordered[0]?.status ?? 'error';
  const lead = headlinePhrase(ordered);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlText(phrasePlain(lead))}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header class="lead ${status}">
<h1>${phraseHtml(lead)}</h1>
<p>${leadNote(ordered, status, context)}</p>
</header>
${changeSection(ordered)}${alertSection(ordered)}${gatesSection(ordered)}${troubleSection(ordered)}${todoSection(ordered)}${ordered.map(gateSection).join('')}${legend(ordered)}${methodSection(ordered)}${provenance(ordered)}<footer>${footer(ordered, context)}</footer>
</main>
</body>
</html>
`;
}

function leadNote(ordered: readonly Verdict[], status: Status, context: ReportContext): string {
  const means = consequence(ordered);
  const facts = [
    `Verdict: ${statusSigns[status].word}`,
    `policy <code>${htmlText(context.policyName)}</code>`,
    `commit <code>${htmlText(context.headSha.slice(0, 7))}</code>`,
    ...(context.heading === undefined ? [] : [htmlText(context.heading)]),
    ...(means === undefined ? [] : [phraseHtml(means)]),
  ];
  return facts.join(' · ');
}

function changeSection(ordered: readonly Verdict[]): string {
  const all = changeBlocks(ordered, Number.POSITIVE_INFINITY).map(({ lead, items }) => {
    const [only, ...more] = items.map(phraseHtml);
    if (only === undefined) return `<p>${phraseHtml(lead)}</p>`;
    if (more.length === 0) return `<p>${phraseHtml(lead)}: ${only}.</p>`;
    return `<p>${phraseHtml(lead)}:</p>\n<ul>${[only, ...more].map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
  });
  return all.length === 0 ? '' : `<section class="change">${all.join('\n')}</section>\n`;
}

function alertSection(ordered: readonly Verdict[]): string {
  const lines = alerts(ordered).map((alert) => `<p>${phraseHtml(alert)}</p>`);
  return lines.length === 0
    ? ''
    : `<div class="alert" role="note"><strong>⚠️ Take note</strong>${lines.join('')}</div>\n`;
}

function gatesSection(ordered: readonly Verdict[]): string {
  if (ordered.length === 0) return '';
  const rows = ordered.map((verdict) => {
    const cells = [
      cell('', badge(verdict.status)),
      cell('Gate', `<code>${htmlText(gateName(verdict))}</code>`, 'gate'),
      cell('Checks', checksCell(verdict), 'number'),
      cell('Decided by', phraseHtml(decidedBy(verdict))),
    ];
    return `<tr role="row">${cells.join('')}</tr>`;
  });
  return `<h2>Gates</h2>\n${tableOf(['Status', 'Gate', '#Checks', 'Decided by'], rows)}`;
}

function troubleSection(ordered: readonly Verdict[]): string {
  const all = troublesOf(ordered);
  if (all.length === 0) return '';
  const lines = all.map(({ status, phrase }) => `<li class="${status}">${phraseHtml(phrase)}</li>`);
  return `<h2>What did not pass</h2>\n<ul>${lines.join('\n')}</ul>\n`;
}

function todoSection(ordered: readonly Verdict[]): string {
  const steps = todo(ordered).map((step) => `<li>${phraseHtml(step)}</li>`);
  return steps.length === 0 ? '' : `<h2>What to do</h2>\n<ul>${steps.join('\n')}</ul>\n`;
}

function gateSection(verdict: Verdict): string {
  if (verdict.checks.length === 0) return '';
  const { rules, groups, comparisons } = parted(verdict.checks);
  const rows = checkRows(comparisons, verdict.anchor);
  const head = ['Status', 'Check', '#Champion', '#Candidate', '#Difference', 'Interval and limit', '#Detectable from'];
  const facts = gateFacts(verdict).map((fact) => `<li>${phraseHtml(fact)}</li>`);
  const list = facts.length === 0 ? '' : `<ul class="facts">${facts.join('\n')}</ul>\n`;
  const compared = rows.length === 0 ? '' : tableOf(head, rows.map(checkLine));
  const title = `<h2>All ${checksNoun(verdict)}s of <code>${htmlText(gateName(verdict))}</code></h2>`;
  return `${title}\n${compared}${dataSection(rules)}${sliceSections(verdict, groups)}${list}${discoverySection(verdict)}`;
}

function legend(ordered: readonly Verdict[]): string {
  const kinds = ordered.map(({ checks }) => parted(checks));
  const compared = kinds.some(({ comparisons }) => checkRows(comparisons).some((row) => row.plot !== undefined));
  const groups = kinds.some(({ groups }) => groups.some(drawsGroups));
  const words = [
    ...(compared || groups ? [legendText] : []),
    ...(groups ? [groupLegend] : []),
    ...(compared ? [powerLegend] : []),
  ];
  return words.length === 0 ? '' : `<p class="legend">${words.join(' ')}</p>\n`;
}

const legendText =
  'The bar is the interval, the dot the estimate, the dashed line the limit, the thin line no difference. Worse is left, better right.';
const groupLegend = 'Groups of one check share one scale; an arrow stands for what lies farther away.';
const powerLegend = '“Detectable from” is the smallest margin that this many rows can prove.';

/** How the intervals of this page were made: for everybody, and in a second line for those who know statistics. */
function methodSection(ordered: readonly Verdict[]): string {
  const lines = methodsOf(ordered.flatMap(({ checks }) => checks))
    .filter(({ plain }) => plain !== '')
    .map(({ name, plain, exact }) => {
      return `<dt>${htmlText(name)}</dt><dd>${htmlText(plain)}<div class="why">${htmlText(exact)}</div></dd>`;
    });
  return lines.length === 0 ? '' : `<h2>How the intervals were made</h2>\n<dl>${lines.join('\n')}</dl>\n`;
}

function checkLine(row: CheckRow): string {
  const drawing = row.plot === undefined ? '' : plotSvg(row.plot, row.sentence);
  const asides = [row.check.why, row.note].filter((aside) => aside !== undefined);
  const why = asides.map((aside) => `<div class="why">${htmlText(aside)}</div>`).join('');
  const method = row.method === undefined ? '' : `<div class="why">${htmlText(row.method)}</div>`;
  const known = (text: string) => (text === none ? '' : htmlText(text));
  const cells = [
    cell('', badge(row.status)),
    cell('', `${phraseHtml(row.name)}${why}`),
    cell('Champion', known(row.champion), 'number'),
    cell('Candidate', known(row.candidate), 'number'),
    cell('Difference', known(row.difference), 'number'),
    cell('Interval', `${drawing}<span class="range">${htmlText(row.interval)}</span>${method}`, 'interval'),
    cell('Detectable from', known(row.power), 'number'),
  ];
  return `<tr role="row" class="${row.status}">${cells.join('')}</tr>`;
}

function footer(ordered: readonly Verdict[], context: ReportContext): string {
  const tools = new Set(ordered.map(({ tool }) => `${tool.name} ${htmlText(tool.version)}`));
  const policies = new Set(ordered.map(({ policy }) => phraseHtml(policyPhrase(policy))));
  const links = [
    ['evidence', context.evidenceUrl],
    ['run', context.runUrl],
  ] as const;
  const anchors = links.flatMap(([label, address]) => {
    const known = webAddress(address);
    return known === undefined ? [] : [`<a href="${htmlText(known)}">${label}</a>`];
  });
  return [...tools, ...policies, ...anchors].join(' · ');
}
