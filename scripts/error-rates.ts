import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { studies } from './error-studies/studies.ts';
import { type ErrorRate, type Study, stated } from './error-studies/study.ts';
import { type Computed, markdownTable, withComputed } from './markdown-table.ts';

const file = 'docs/error-rates.md';

/** A table for each study, and `summary` with the worst of each. */
export async function errorRateTables(of: readonly Study[]): Promise<Computed> {
  const measured: (Omit<Study, 'rates'> & { readonly rates: readonly ErrorRate[] })[] = [];
  for (const study of of) measured.push({ ...study, rates: await study.rates() });
  const summary = markdownTable(
    ['bound of', 'method', 'wrongly proven', 'wrongly failed'],
    measured.map(({ title: [what, method], rates }) => [what, method, worst(rates, 'proven'), worst(rates, 'failed')]),
  );
  return {
    tables: new Map([
      ['summary', summary],
      ...measured.map(({ name, rates, further }): [string, string] => [name, rateTable(rates, further)]),
    ]),
  };
}

/** Standard error of a simulated rate that is as stated; 0 where all samples were enumerated. */
export function standardError({ samples }: ErrorRate): number {
  return samples === undefined ? 0 : Math.sqrt((stated * (1 - stated)) / samples);
}

function rateTable(rates: readonly ErrorRate[], further: string | undefined): string {
  const head = ['setting', 'rows', 'wrongly proven', 'wrongly failed', 'samples', 'standard error'];
  return markdownTable(
    further === undefined ? head : [...head, further],
    rates.map((rate) => [
      rate.setting,
      rate.rows.toLocaleString('en'),
      shown(rate, 'proven'),
      shown(rate, 'failed'),
      rate.samples === undefined ? 'all' : rate.samples.toLocaleString('en'),
      rate.samples === undefined ? '–' : percent(standardError(rate)),
      ...(further === undefined ? [] : [rate.further ?? '–']),
    ]),
  );
}

type Kind = 'proven' | 'failed';

function worst(rates: readonly ErrorRate[], kind: Kind): string {
  const [most] = rates.toSorted((a, b) => rateOf(b, kind) - rateOf(a, kind));
  return most === undefined ? '–' : shown(most, kind);
}

/** Bold where it is more than stated, and chance does not explain it. */
function shown(rate: ErrorRate, kind: Kind): string {
  const limit = stated + 3 * standardError(rate);
  const text = percent(rateOf(rate, kind));
  return rateOf(rate, kind) > limit && text !== percent(limit) ? `**${text}**` : text;
}

function rateOf({ provenWrongly, failedWrongly }: ErrorRate, kind: Kind): number {
  return kind === 'proven' ? provenWrongly : failedWrongly;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Lines of one text that the other has not, each with its number. */
function newLines(text: string, than: string): readonly string[] {
  const known = new Set(than.split('\n'));
  return text.split('\n').flatMap((line, index) => (known.has(line) ? [] : [`${index + 1}: ${line}`]));
}

if (import.meta.main) {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const absolute = path.join(path.dirname(import.meta.dirname), file);
  const page = readFileSync(absolute, 'utf8');
  const recomputed = withComputed(page, file, await errorRateTables(studies));
  if (recomputed === page) {
    console.log(`${file}: every number is as recomputed`);
  } else if (check) {
    const [says, is] = [newLines(page, recomputed), newLines(recomputed, page)];
    console.error(`${file} is stale. It says\n\n${says.join('\n')}\n\nRecomputed:\n\n${is.join('\n')}\n`);
    console.error('Look why the numbers changed, then run "npm run error-rates" and commit.');
    process.exitCode = 1;
  } else {
    writeFileSync(absolute, recomputed);
    console.log(`wrote ${file}`);
  }
}
