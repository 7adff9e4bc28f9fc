import type { DataTable, Verdict } from '@modelgate/core';
import { isDataGate } from './data-rule.ts';
import { rowsLookedAt } from './data-words.ts';
import { decidedBy } from './gate-line.ts';
import { count, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';

/** What a data gate looked at: the table, the contract, the profile, and what there is of a new one. */
export function dataFacts(verdict: Verdict): readonly Phrase[] {
  const { data } = verdict;
  if (data === undefined) return [];
  const { proposedProfile } = data;
  return [tablePhrase(verdict, data), ...(proposedProfile === undefined ? [] : [profileOffer(proposedProfile)])];
}

/** For above a gate's checks: of data what was looked at, for each rule says what it came to; else what decided. */
export function gateSummary(verdict: Verdict): Phrase {
  const { data } = verdict;
  return isDataGate(verdict) && data !== undefined ? tablePhrase(verdict, data) : decidedBy(verdict);
}

/** The table and what it was judged by, in one line. */
function tablePhrase(verdict: Verdict, data: DataTable): Phrase {
  const { table, columns, engine, contract, profile } = data;
  const looked = rowsLookedAt(verdict);
  return [
    { code: table },
    `: ${[looked, counted(columns, 'column')].filter((part) => part !== undefined).join(', ')}`,
    engine === 'trino' ? ', counted by Trino' : '',
    '; contract ',
    ...(contract.file === undefined ? [{ code: contract.name }, ' of the policy'] : [{ code: contract.file }]),
    ...(profile === undefined
      ? []
      : ([
          '; profile ',
          { code: profile.file },
          `, made of ${count(profile.rows)} ${profile.rows === 1 ? 'row' : 'rows'} at `,
          { code: profile.commit.slice(0, 7) },
        ] satisfies Phrase)),
  ];
}

function profileOffer({ artifact, file, words }: NonNullable<DataTable['proposedProfile']>): Phrase {
  return [
    'New profile: ',
    words.replace(/[.\s]+$/, ''),
    '; it is ',
    { code: file },
    ' in the artifact ',
    { code: artifact },
  ];
}
