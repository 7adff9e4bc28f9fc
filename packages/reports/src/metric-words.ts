import type { CheckResult } from '@modelgate/core';
import { count } from './number-format.ts';

/** A metric as the subject of a sentence: its name, or for a test of behaviour what it counts. */
export function metricWords(check: CheckResult): string {
  const test = testOf(check);
  return test === undefined ? check.metric : `the failure rate of \`${test}\``;
}

/** The metric's name where the check's own name stands beside it; empty where that says it all. */
export function shortMetric({ id, metric }: CheckResult): string {
  if (metric === id) return '';
  return metric === `failures(${id})` ? 'failures' : metric;
}

/** 12 of 400 cases of `typos` fail: the start of a sentence about a test of behaviour. */
export function failingCases(check: CheckResult): string | undefined {
  const counts = failures(check);
  return counts === undefined ? undefined : `${counts.text} cases of \`${testOf(check)}\` fail`;
}

/** `12 of 400 cases fail`, with the champion's count where that is compared. */
export function failingCasesBeside(check: CheckResult, withChampion: boolean): string | undefined {
  const counts = failures(check);
  if (counts === undefined) return undefined;
  const before = withChampion && counts.before !== undefined ? `, ${count(counts.before)} with the champion` : '';
  return `${counts.text} cases fail${before}`;
}

/** `4 of 400` and `12 of 400`, in tables. */
export function failureCounts(check: CheckResult): Partial<Record<'champion' | 'candidate', string>> {
  const counts = failures(check);
  if (counts === undefined) return {};
  const { text, before } = counts;
  return { candidate: text, ...(before === undefined ? {} : { champion: ofCases(before, counts.cases) }) };
}

interface Failures {
  readonly text: string;
  readonly cases: number;
  /** Of the champion. */
  readonly before: number | undefined;
}

/** Counts from rows × share; none where weights make that no whole number. */
function failures(check: CheckResult): Failures | undefined {
  const { candidate, champion, rows } = check;
  if (testOf(check) === undefined || rows === undefined) return undefined;
  const failed = whole(candidate, rows);
  if (failed === undefined) return undefined;
  return { text: ofCases(failed, rows), cases: rows, before: whole(champion, rows) };
}

function ofCases(failed: number, cases: number): string {
  return `${count(failed)} of ${count(cases)}`;
}

function whole(share: number | undefined, rows: number): number | undefined {
  if (share === undefined) return undefined;
  const cases = share * rows;
  return Math.abs(cases - Math.round(cases)) < 1e-6 ? Math.round(cases) : undefined;
}

function testOf({ metric, scale, better }: CheckResult): string | undefined {
  const [, test] = /^failures\((.+)\)$/s.exec(metric) ?? [];
  return scale === 'share' && better === 'lower' ? test : undefined;
}
