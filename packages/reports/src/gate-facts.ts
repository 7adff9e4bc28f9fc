import type { Verdict } from '@modelgate/core';
import { dataFacts } from './data-facts.ts';
import { familySentences } from './family-words.ts';
import { looksSentence } from './golden-set.ts';
import { lineagePhrase } from './lineage-words.ts';
import type { Phrase } from './phrase.ts';
import { sliceFacts } from './slice-words.ts';

/**
 * What stands below the checks of a gate: which table was looked at or how rows were divided, how their number is allowed for, how often the examples were used, and where the
 * data come from. Lines, in this order, of those that are known.
 */
export function gateFacts(verdict: Verdict): readonly Phrase[] {
  const lineage = lineagePhrase(verdict);
  return [
    ...dataFacts(verdict),
    ...sliceFacts(verdict),
    ...familySentences(verdict).map((sentence): Phrase => [sentence]),
    ...(verdict.reuse === undefined ? [] : [[looksSentence(verdict.reuse)]]),
    ...(lineage === undefined ? [] : [lineage]),
  ];
}
