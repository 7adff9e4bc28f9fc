import type { CheckResult } from '@modelgate/core';
import { type DriftRow, dataRows, type RuleRow, ruleRows } from './data-rows.ts';
import type { DataCheck } from './data-rule.ts';
import { htmlText } from './html-text.ts';
import { count } from './number-format.ts';
import { badge, cell, tableOf } from './page-table.ts';
import { phraseHtml } from './phrase.ts';
import { plotSvg } from './plot-svg.ts';

/** The rules of a data gate as HTML: what did not pass, how far columns are from the profile, and every rule that holds. */
export function dataSection(checks: readonly DataCheck[]): string {
  const { drift } = dataRows(checks);
  const open = ruleRows(checks.filter(({ status }) => status !== 'pass' && status !== 'skipped'));
  const held = ruleRows(checks.filter(({ status }) => status === 'pass' || status === 'skipped'));
  return [
    open.length === 0 ? '' : ruleTable(open),
    drift.length === 0 ? '' : driftTable(drift),
    held.length === 0 ? '' : heldRules(held, open.length === 0 && drift.length === 0),
  ].join('');
}

/** Folded where there are many, or more important things to read. */
function heldRules(rows: readonly RuleRow[], alone: boolean): string {
  const held = rows.filter(({ status }) => status === 'pass').length;
  const skipped = rows.length - held;
  const words = [
    `${count(held)} ${held === 1 ? 'rule holds' : 'rules hold'}`,
    `${count(skipped)} not meant to be asked here`,
  ];
  const open = alone && rows.length <= mostUnfolded ? ' open' : '';
  const summary = words.slice(held === 0 ? 1 : 0, skipped === 0 ? 1 : 2).join(', ');
  return `<details${open}><summary>${summary}</summary>\n${ruleTable(rows)}</details>\n`;
}

const mostUnfolded = 60;

function ruleTable(rows: readonly RuleRow[]): string {
  return tableOf(['Status', 'Rule', 'Found'], rows.map(ruleLine));
}

function ruleLine({ check, status, sentence }: RuleRow): string {
  const cells = [
    cell('', badge(status)),
    cell('', `<code>${htmlText(check.id)}</code>${placeOf(check)}`, 'rule'),
    cell('', `${phraseHtml([sentence])}${whyOf(check)}`),
  ];
  return `<tr role="row" class="${status}">${cells.join('')}</tr>`;
}

function driftTable(rows: readonly DriftRow[]): string {
  const head = ['Status', 'Column', 'Compared by', '#Distance', 'Interval and limit', 'Decided'];
  const legend = rows.some(({ plot }) => plot !== undefined) ? `<p class="legend">${driftLegend}</p>\n` : '';
  return `<h3>Distance from the profile</h3>\n${tableOf(head, rows.map(driftLine))}${legend}`;
}

const driftLegend =
  'The bar is the interval of the distance, the dot the distance, the dashed line what the contract allows, the thin line no difference. Farther is left; distances are drawn as multiples of what is allowed, and an arrow stands for what lies farther away.';

function driftLine({ check, status, sentence, plot, ...row }: DriftRow): string {
  const decision = row.distance === undefined ? '' : htmlText(row.decision);
  const drawing = plot === undefined ? '' : plotSvg(plot, sentence);
  const range = row.interval === undefined ? '' : `<span class="range">${htmlText(row.interval)}</span>`;
  const cells = [
    cell('', badge(status)),
    cell('', `<code>${htmlText(row.column)}</code>`, 'column'),
    cell('Compared by', row.comparator === '–' ? '' : htmlText(row.comparator)),
    cell('Distance', row.distance === undefined ? '' : htmlText(row.distance), 'number'),
    cell('Interval', `${drawing}${range}`, 'interval'),
    cell('', `${decision}${whyWords(check)}${whyOf(check)}`),
  ];
  return `<tr role="row" class="${status}">${cells.join('')}</tr>`;
}

/** Without a distance the words are all there is; of what is within its limit they say no more than the numbers. */
function whyWords({ data, status }: DataCheck): string {
  const words = phraseHtml([data.words]);
  if (data.kind === 'drift' && data.distance === undefined) return words;
  return status === 'pass' ? '' : `<div class="why">${words}</div>`;
}

function whyOf({ why, problem }: CheckResult): string {
  return [problem?.how, why]
    .filter((text) => text !== undefined)
    .map((text) => `<div class="why">${phraseHtml([text])}</div>`)
    .join('');
}

/** The line of the contract that asks for it. */
function placeOf({ where }: CheckResult): string {
  if (where?.line === undefined) return '';
  return `<div class="why">${htmlText(`${where.file}:${where.line}`)}</div>`;
}
