import type { BoundResult, CheckFamily, Verdict } from '@modelgate/core';
import { counted, levelText } from './number-format.ts';
import { isEachCheck } from './slice-rule.ts';

/** How checks that are decided together allow for their number: a sentence a family. */
export function familySentences(verdict: Verdict): readonly string[] {
  return (verdict.families ?? []).map((family) => familySentence(verdict, family));
}

function familySentence({ checks }: Verdict, family: CheckFamily): string {
  const number = counted(family.checks.length, 'check');
  const members = checks.filter(({ id }) => family.checks.includes(id)).flatMap(({ bounds }) => bounds);
  if (family.rule === 'all-must-hold') {
    return `${number} must all hold; each is decided at the full ${levelOf(members)}level, no correction is needed.`;
  }
  const stop = family.checks.length === 1 ? 'stops' : 'stop';
  if (family.correction === 'none') {
    return `${number} ${stop} when shown to be broken; without a correction each more of them may stop a good model by chance.`;
  }
  const groups = checks.filter(({ id }) => family.checks.includes(id)).filter(isEachCheck);
  const bounds =
    groups.length === 0
      ? counted(members.filter(({ judged }) => judged === 'not-disproven').length, 'bound')
      : counted(
          groups.reduce((most, { slices }) => Math.max(most, slices.tested), 0),
          'tested group',
        );
  return `${number} ${stop} when shown to be broken; Holm's correction over ${bounds}, so that together they stop a good model by chance no more often than one would.`;
}

function levelOf(bounds: readonly BoundResult[]): string {
  const decided = bounds.find(({ judged, interval }) => judged === 'proven' && interval !== undefined);
  return decided?.interval === undefined ? '' : `${levelText(decided.interval)} `;
}
