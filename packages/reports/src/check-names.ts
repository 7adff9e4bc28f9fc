import type { CheckResult, Verdict } from '@modelgate/core';
import { gateName } from './headline.ts';
import type { Phrase } from './phrase.ts';

const mostNames = 4;

/** ``quality/f1` and `quality/recall``; of many the first ones and their number. */
export function checkNames(verdict: Verdict, checks: readonly CheckResult[]): Phrase {
  const shown = checks.slice(0, mostNames).map((check): Phrase => [{ code: `${gateName(verdict)}/${check.id}` }]);
  const left = checks.length - shown.length;
  return left === 0 ? joined(shown) : [...shown.flatMap((name) => [...name, ', ']), `and ${left} more`];
}

function joined(phrases: readonly Phrase[]): Phrase {
  return phrases.flatMap((phrase, index) => {
    if (index === 0) return phrase;
    return [index === phrases.length - 1 ? ' and ' : ', ', ...phrase];
  });
}
