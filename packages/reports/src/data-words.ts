import { type CheckResult, reasons, type Verdict } from '@modelgate/core';
import { type DataCheck, driftColumn, isDataCheck, isDataGate } from './data-rule.ts';
import { driftNumbers } from './drift-plot.ts';
import { count, counted, limitNumber } from './number-format.ts';

/**
 * What one rule came to, in the verdict's own words. Of drift they are long, for they say by which test: the distance and its
 * limit are told instead, and the words stand on the page.
 */
export function ruleSentence(check: DataCheck): string {
  const { data } = check;
  const column = `\`${driftColumn(check)}\``;
  const far = data.kind === 'drift' && check.reason === 'drifted' ? distanceWords(data) : undefined;
  if (far !== undefined) return `${column} drifted from the profile: ${far}`;
  // of a distance the words say how far, and not always of what
  return data.kind === 'drift' && !data.words.includes(column) ? `${column}: ${data.words}` : data.words;
}

/** `Wasserstein distance 1.71 (1.68 to 1.74); 0.1 is allowed`; nothing where there is no limit to compare with. */
function distanceWords(drift: Extract<DataCheck['data'], { kind: 'drift' }>): string | undefined {
  const { comparator, distance, range, limit } = driftNumbers(drift);
  if (distance === undefined || limit === undefined) return undefined;
  return `${comparator} ${distance}${range === undefined ? '' : ` (${range})`}; ${limit} is allowed`;
}

/** How many rows were looked at: `336,776 rows`, `5 % of the rows (16,839 of 336,776)`; nothing where nobody knows. */
export function rowsLookedAt({ rows, data }: Verdict): string | undefined {
  if (rows === undefined) return undefined;
  const whole = data?.sampledFrom;
  if (whole === undefined) return counted(rows, 'row');
  return `${percent(rows, whole)} % of the rows (${count(rows)} of ${count(whole)})`;
}

/** `2 columns moved, both within their limits`: changes beyond chance that the contract takes; nothing where none did. */
export function movedColumns({ checks }: Verdict): string | undefined {
  // what is not shown to be within its limit is not told to be
  const within = checks.filter(({ status, reason }) => status === 'pass' && reason !== 'not-disproven');
  const moved = new Set(within.filter(hasMoved).map(driftColumn)).size;
  if (moved === 0) return undefined;
  if (moved === 1) return '1 column moved, within its limit';
  return `${counted(moved, 'column')} moved, ${moved === 2 ? 'both' : 'all'} within their limits`;
}

/** Beyond chance; of what is within its limit that is only told, with the usual level. */
export function hasMoved({ data }: CheckResult): boolean {
  return data?.kind === 'drift' && data.adjustedP !== undefined && data.adjustedP < 0.05;
}

/** What a data gate came to where no single rule says it: it passes, or only a sample was looked at. */
export function dataGateSentence(verdict: Verdict): string | undefined {
  if (!isDataGate(verdict) || verdict.problem !== undefined || verdict.checks.length === 0) return undefined;
  if (verdict.status === 'pass') return passSentence(verdict);
  return isDecidedBySample(verdict) ? sampleSentence(verdict) : undefined;
}

/** Whether nothing is wrong but that only a part of the rows was looked at. */
export function isDecidedBySample({ status, reason, data, rows }: Verdict): boolean {
  const sampled = data?.sampledFrom !== undefined && rows !== undefined;
  return sampled && status === 'inconclusive' && reason === 'sample-cannot-tell';
}

/** Whether a rule is undecided because only a part of the rows was looked at. */
export function isOpenBySample(check: CheckResult): boolean {
  return check.status === 'inconclusive' && check.reason === 'sample-cannot-tell' && isDataCheck(check);
}

/** Of these rules all that can be told is the same: the sample holds nothing that breaks them. */
export function isUnseenInSample(check: CheckResult): boolean {
  return isOpenBySample(check) && check.data?.kind === 'counted' && check.data.failing === 0;
}

/** What follows from the whole table being looked at, and how sure that is. */
function passSentence(verdict: Verdict): string {
  const held = holding(verdict);
  const rules = held === 1 ? 'the only rule holds' : `all ${count(held)} rules hold`;
  const looked = rowsLookedAt(verdict);
  const sampled = verdict.data?.sampledFrom !== undefined;
  const of = looked === undefined ? '' : sampled ? ` as far as ${looked} can tell` : ` in ${looked}`;
  return [`${rules}${of}`, movedColumns(verdict), undisproven(verdict)].filter((part) => part !== undefined).join('; ');
}

function sampleSentence(verdict: Verdict): string {
  const held = holding(verdict);
  const open = verdict.checks.filter(isOpenBySample).length;
  const rules = `${counted(held, 'rule')} ${held === 1 ? 'holds' : 'hold'} as far as a sample can tell`;
  return `${rowsLookedAt(verdict)} were looked at: ${rules}; ${count(open)} ${open === 1 ? 'needs' : 'need'} all rows`;
}

function holding({ checks }: Verdict): number {
  return checks.filter(({ status }) => status === 'pass').length;
}

/** Drift that is not shown is not shown to be absent. */
export function undisproven({ checks }: Verdict): string | undefined {
  const open = checks.filter((check) => {
    return isDataCheck(check) && check.status === 'pass' && check.reason === 'not-disproven';
  }).length;
  return open === 0
    ? undefined
    : `of ${counted(open, 'rule')} nothing shows that ${open === 1 ? 'it is' : 'they are'} broken`;
}

/** Two digits; a part of the whole is never written as all of it. */
function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  const digits = [2, 3, 4, 5, 6].find((some) => part === whole || Number(share.toPrecision(some)) < 100) ?? 7;
  return limitNumber(Number(share.toPrecision(digits)));
}

/** In a table of drift: how it was decided, in a word or two. */
export function driftDecision(check: DataCheck): string {
  if (check.status === 'waived') return 'drifted, waived';
  if (check.outcome === 'pass') {
    if (check.reason === 'not-disproven') return 'not shown to be beyond its limit';
    return hasMoved(check) ? 'moved, within its limit' : 'within its limit';
  }
  if (check.data.kind === 'drift' && check.data.distance === undefined) return 'not compared';
  return driftWords[check.reason] ?? reasons[check.reason];
}

const driftWords: Readonly<Partial<Record<CheckResult['reason'], string>>> = {
  drifted: 'drifted',
  'drift-undecided': 'these rows cannot tell',
  'sample-cannot-tell': 'a sample cannot tell',
};
