import type { RuleChange, Verdict } from '@modelgate/core';
import { count, counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';

/** What a change does to a data contract, to the columns of the table and to its profile. */
export interface DataChangeBlock {
  readonly lead: Phrase;
  readonly items: readonly Phrase[];
  /** Changes that are counted and not told. */
  readonly left: number;
}

type DataChange = NonNullable<RuleChange['data']>;
type ContractChange = DataChange['contract'][number];

/**
 * Breaking changes of the contract with those who read the table, other changes of it, changes of the table's columns,
 * and what became of the profile.
 *
 * @param who `This pull request`
 */
export function dataChangeBlocks(verdicts: readonly Verdict[], who: string): readonly DataChangeBlock[] {
  const known = new Set<string>();
  return verdicts.flatMap(({ change, data }) => {
    const text = JSON.stringify([change?.data, data?.contract.name]);
    if (change?.data === undefined || known.has(text)) return [];
    known.add(text);
    return ofGate(change.data, who, data?.contract.name);
  });
}

function ofGate(
  { contract, columns, profile, leftOut = 0 }: DataChange,
  who: string,
  name?: string,
): readonly DataChangeBlock[] {
  const breaking = contract.filter((one) => one.breaking);
  const others = contract.filter((one) => !one.breaking);
  const of: Phrase = name === undefined ? [] : [' ', { code: name }];
  const rules: readonly DataChangeBlock[] = [
    {
      lead: [
        { strong: `${who} breaks ${counted(breaking.length, 'promise')} of the data contract` },
        ...of,
        afterMerge,
      ],
      items: breaking.map(breakingItem),
      left: 0,
    },
    {
      lead: [
        `${breaking.length === 0 ? who : 'It also'} changes ${counted(others.length, 'rule')} of the data contract`,
        ...of,
        afterMerge,
      ],
      items: others.map(otherItem),
      left: 0,
    },
    {
      lead: [columns.some((one) => one.breaking) ? { strong: columnsLead } : columnsLead],
      items: columns
        .toSorted((one, other) => Number(other.breaking) - Number(one.breaking))
        .map(({ breaking, words }): Phrase => (breaking ? [{ strong: 'breaking' }, ': ', words] : [words])),
      left: 0,
    },
  ].filter(({ items }) => items.length > 0);
  return [
    ...(leftOut === 0 ? rules : counting(rules, leftOut, who)),
    ...(profile === undefined
      ? []
      : [{ lead: [/[.?!…]$/.test(profile) ? profile : `${profile}.`], items: [], left: 0 }]),
  ];
}

const afterMerge = ' (takes effect after merge)';
const columnsLead = 'The columns of the table are not those that the profile was made of';

/** What does not stand in the verdict is counted with its last list, or alone where there is none. */
function counting(blocks: readonly DataChangeBlock[], leftOut: number, who: string): readonly DataChangeBlock[] {
  if (blocks.length > 0)
    return blocks.map((block, index) => ({ ...block, left: index === blocks.length - 1 ? leftOut : 0 }));
  const lead = [`${who} changes contract and columns in ${count(leftOut)} more ${leftOut === 1 ? 'way' : 'ways'}.`];
  return [{ lead, items: [], left: 0 }];
}

const mostConsumers = 5;

function breakingItem({ words, consumers, breaksProducers }: ContractChange): Phrase {
  const shown = consumers.slice(0, mostConsumers);
  const left = consumers.length - shown.length;
  const named = shown.flatMap((code, index): Phrase => [index === 0 ? '; breaks ' : ', ', { code }]);
  return [words, ...named, left > 0 ? ` and ${left} more` : '', producers(breaksProducers)];
}

function otherItem({ words, breaksProducers }: ContractChange): Phrase {
  return [words, producers(breaksProducers)];
}

function producers(broken: boolean): string {
  return broken ? ' (may stop a table that passes today)' : '';
}
