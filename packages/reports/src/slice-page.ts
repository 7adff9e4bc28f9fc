import type { CheckResult, Verdict } from '@modelgate/core';
import { none } from './check-row.ts';
import { htmlEscaped, htmlText } from './html-text.ts';
import { counted } from './number-format.ts';
import { badge, cell, tableOf } from './page-table.ts';
import { phraseHtml } from './phrase.ts';
import { plotSvg } from './plot-svg.ts';
import { discoveryWords, foundMark, patchLead } from './slice-discovery.ts';
import { acrossWords, type GapRow, type GroupRow, gapRows, groupRows, pText, rateHeads } from './slice-gaps.ts';
import { outcomeSigns } from './slice-outcome.ts';
import { type SliceRow, sliceRows } from './slice-rows.ts';
import {
  type AcrossCheck,
  type EachCheck,
  isAcrossCheck,
  isEachCheck,
  type SliceCheck,
  thresholdOf,
} from './slice-rule.ts';
import { eachLine, leftWords, tablePlace } from './slice-words.ts';

/** Groups of one table that are not folded. */
const mostOpen = 25;

/** Checks about groups as HTML: a table with drawn intervals each, most harm first. */
export function sliceSections(verdict: Verdict, checks: readonly SliceCheck[]): string {
  return checks
    .map((check) => {
      if (isEachCheck(check)) return eachSection(verdict, check);
      return isAcrossCheck(check) ? acrossSection(verdict, check) : '';
    })
    .join('');
}

/** Groups that nobody declared, with the lines that would declare them. */
export function discoverySection(verdict: Verdict): string {
  const words = discoveryWords(verdict);
  if (words === undefined) return '';
  const { summary, lead, rows, patch } = words;
  const lines = rows.map(({ confirmed, name, where, rows, loss, effect, p }) => {
    const { mark, word } = foundMark(confirmed);
    const tone = confirmed ? 'warn' : 'skipped';
    const cells = [
      cell('', chip(tone, mark, word)),
      cell('', `<code>${htmlText(name)}</code><div class="why"><code>${htmlText(where)}</code></div>`, 'rule'),
      cell('Rows', rows, 'number'),
      cell('Mean excess loss', htmlText(loss), 'number'),
      cell('Effect', effect === none ? '' : htmlText(effect), 'number'),
      cell('p, corrected', p === none ? '' : htmlText(p), 'number'),
    ];
    return `<tr role="row" class="${tone}">${cells.join('')}</tr>`;
  });
  const head = ['Status', 'Group', '#Rows', '#Mean excess loss', '#Effect', '#p, corrected'];
  return [
    `<details open><summary>${htmlText(summary)}</summary>\n<p class="legend">${htmlText(lead)}</p>\n`,
    lines.length === 0 ? '' : tableOf(head, lines),
    patch === undefined ? '' : `<p>${patchLead}</p>\n<pre><code>${htmlEscaped(patch)}</code></pre>\n`,
    '</details>\n',
  ].join('');
}

function eachSection(verdict: Verdict, check: EachCheck): string {
  const rows = sliceRows(check);
  const methods = new Set(rows.flatMap(({ method }) => method ?? []));
  const lines = rows.map((row) => groupLine(check, row, methods.size > 1));
  const head = [
    'Group is',
    'Group',
    '#Rows',
    '#Champion',
    '#Candidate',
    '#Difference',
    thresholdOf(check) === undefined ? 'Interval' : 'Interval and limit',
  ];
  const folded =
    lines.length > mostOpen
      ? `<details><summary>${counted(lines.length - mostOpen, 'more group')}</summary>\n${tableOf(head, lines.slice(mostOpen))}</details>\n`
      : '';
  return [
    title(check, `${check.metric} of each group`),
    `<p>${phraseHtml([`${eachLine(check)}.`])}</p>\n`,
    whyOf(check),
    lines.length === 0 ? '' : tableOf(head, lines.slice(0, mostOpen)),
    folded,
    methods.size === 1 ? `<p class="legend">Intervals: ${htmlText([...methods].join(''))}.</p>\n` : '',
    restLine(verdict, leftWords(check, rows.length)),
  ].join('');
}

function groupLine(check: EachCheck, row: SliceRow, several: boolean): string {
  const { sign: _, mark, tone } = outcomeSigns[row.outcome];
  const { adjustedP, note } = row.slice;
  const asides = [
    row.lacks === none ? undefined : `needs ${row.lacks}`,
    adjustedP === undefined ? undefined : `p ${pText(adjustedP)}, corrected`,
    note,
  ].filter((aside) => aside !== undefined);
  const drawing = row.plot === undefined ? '' : plotSvg(row.plot, `${check.metric} of ${row.sentence}`);
  const range = row.interval === none ? '' : `<span class="range">${htmlText(row.interval)}</span>`;
  const method = row.method === undefined || !several ? '' : `<div class="why">${htmlText(row.method)}</div>`;
  const cells = [
    cell('', chip(tone, mark, row.word)),
    cell('', `<code>${htmlText(row.name)}</code>${asides.map(aside).join('')}`, 'group'),
    cell('Rows', htmlText(row.rows), 'number'),
    cell('Champion', known(row.champion), 'number'),
    cell('Candidate', known(row.candidate), 'number'),
    cell('Difference', known(row.difference), 'number'),
    cell('Interval', `${drawing}${range}${method}`, 'interval'),
  ];
  return `<tr role="row" class="${tone}">${cells.join('')}</tr>`;
}

function acrossSection(verdict: Verdict, check: AcrossCheck): string {
  const gaps = gapRows(check);
  const groups = groupRows(check);
  const { leftOut } = check.slices;
  const names = rateHeads(check.slices).map((head) => `#${htmlText(head)}`);
  const within = groups.some((row) => row.within !== undefined);
  return [
    title(check, ''),
    `<p>${phraseHtml([...acrossWords(check), '.'])}</p>\n`,
    whyOf(check),
    gaps.length === 0
      ? ''
      : tableOf(['Status', 'Between groups', '#Champion', '#Candidate', 'Interval and limit'], gaps.map(gapLine)),
    groups.length === 0
      ? ''
      : tableOf(
          ['Group', ...(within ? ['Within'] : []), '#Rows', ...names, ''],
          groups.map((row) => rateLine(check, row, within)),
        ),
    restLine(verdict, leftOut === undefined ? undefined : `and ${counted(leftOut, 'more group')}`),
  ].join('');
}

function gapLine({ status, plot, sentence, ...row }: GapRow): string {
  const drawing = plot === undefined ? '' : plotSvg(plot, sentence);
  const range = row.interval === none ? '' : `<span class="range">${htmlText(row.interval)}</span>`;
  const method = row.method === undefined ? '' : `<div class="why">${htmlText(row.method)}</div>`;
  const asides = [row.chance, row.note].filter((one) => one !== undefined);
  const cells = [
    cell('', status === undefined ? '' : badge(status)),
    cell('', `${htmlText(row.rule)}${asides.map(aside).join('')}`, 'group'),
    cell('Champion', known(row.champion), 'number'),
    cell('Candidate', known(row.candidate), 'number'),
    cell('Interval', `${drawing}${range}${method}`, 'interval'),
  ];
  return `<tr role="row" class="${status ?? 'skipped'}">${cells.join('')}</tr>`;
}

function rateLine(check: AcrossCheck, row: GroupRow, within: boolean): string {
  const names = rateHeads(check.slices);
  const cells = [
    cell('', `<code>${htmlText(row.name)}</code>`, 'group'),
    ...(within
      ? [cell('Within', row.within === undefined ? '' : `<code>${htmlText(row.within)}</code>`, 'group')]
      : []),
    cell('Rows', htmlText(row.rows), 'number'),
    ...row.rates.map((rate, index) => cell(htmlText(names[index] ?? ''), known(rate), 'number')),
    cell('', row.left === undefined ? '' : chip('skipped', '-', row.left)),
  ];
  return `<tr role="row">${cells.join('')}</tr>`;
}

function title(check: CheckResult, words: string): string {
  const more = words === '' ? '' : ` <span class="legend">${htmlText(words)}</span>`;
  return `<h3>${badge(check.status)} <code>${htmlText(check.id)}</code>${more}</h3>\n`;
}

function chip(tone: string, mark: string, word: string): string {
  return `<span class="badge ${tone}"><span aria-hidden="true">${mark}</span> ${htmlText(word)}</span>`;
}

function aside(text: string): string {
  return `<div class="why">${phraseHtml([text])}</div>`;
}

function whyOf({ why, problem }: CheckResult): string {
  return [problem?.how, why]
    .filter((text) => text !== undefined)
    .map(aside)
    .join('');
}

function restLine(verdict: Verdict, words: string | undefined): string {
  if (words === undefined) return '';
  const place = tablePlace(verdict);
  const where = place === undefined ? '' : `; all of them are in ${phraseHtml(place)}`;
  return `<p class="legend">${htmlText(words)}${where}.</p>\n`;
}

function known(text: string): string {
  return text === none ? '' : htmlText(text);
}
