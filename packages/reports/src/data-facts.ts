import type { Verdict } from '@modelgate/core';
import { rowsLookedAt } from './data-words.ts';
import { count, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';

/** What a data gate looked at: the table, the contract, the profile, and what there is of a new one. */
export function dataFacts(verdict: Verdict): readonly Phrase[] {
  const { data } = verdict;
  if (data === undefined) return [];
  const { proposedProfile } = data;
  return [tablePhrase(verdict), ...(proposedProfile === undefined ? [] : [profileOffer(proposedProfile)])];
}

/** The table and what it was judged by, in one line. */
export function tablePhrase(verdict: Verdict): Phrase {
  const { data } = verdict;
  if (data === undefined) return [rowsLookedAt(verdict) ?? ''];
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

function profileOffer({ artifact, file, words }: NonNullable<NonNullable<Verdict['data']>['proposedProfile']>): Phrase {
  return [
    'New profile: ',
    words.replace(/[.\s]+$/, ''),
    '; it is ',
    { code: file },
    ' in the artifact ',
    { code: artifact },
  ];
}
