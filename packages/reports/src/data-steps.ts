import type { CheckResult, Verdict } from '@modelgate/core';
import { isDataGate } from './data-rule.ts';
import type { Phrase } from './phrase.ts';
import { isSliceGate } from './slice-rule.ts';

/** Reasons by which a rule of a data contract is judged; what to do depends on the contract and the profile. */
export type DataReason =
  | 'rule-broken'
  | 'columns-differ'
  | 'drifted'
  | 'drift-undecided'
  | 'sample-cannot-tell'
  | 'warning-limit';

/** Checks of one gate that are what they are for the same reason. */
export interface DataOccasion {
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  readonly names: Phrase;
}

/** What to do about rules of a data contract that did not hold, by reason. */
export const dataSteps: Readonly<Record<DataReason, (occasion: DataOccasion) => Phrase>> = {
  'rule-broken': ({ verdict, checks, names }) => [
    'Mend what wrote these rows: ',
    ...names,
    `. ${onlyWarns(checks) ? 'Nothing stops for it' : 'If the data are right and the rule is not, change it'}`,
    ...(onlyWarns(checks)
      ? []
      : [...contractPlace(verdict, checks), ', or write a waiver with owner, reason and end date']),
    '.',
  ],
  'columns-differ': ({ verdict, checks, names }) => [
    'For ',
    ...names,
    ': let what writes the table keep the columns of the contract; or change the contract',
    ...contractPlace(verdict, checks),
    ' together with those who read the table.',
  ],
  drifted: ({ verdict, names }) => [
    'For ',
    ...names,
    ': find out whether the world changed or what collects the data. If it is right as it is, commit a new profile',
    ...profilePlace(verdict),
    ' that people have looked at.',
  ],
  'drift-undecided': ({ checks, names }) => [
    'For ',
    ...names,
    checks.some(({ data }) => data?.kind === 'drift' && data.distance !== undefined)
      ? ': more rows would tell drift from noise; with these, allow for more in `drift` of the contract.'
      : ': nothing could be compared; that takes more rows, or a new profile that people have looked at.',
  ],
  'sample-cannot-tell': ({ verdict, checks, names }) => [
    // of all rules a sample leaves open there is one thing to say
    ...(checks.length > 1 ? ['For what a sample cannot show'] : (['For ', ...names] satisfies Phrase)),
    ': let a stage without `sample` judge all rows, such as the scheduled one',
    ...(verdict.stops ? [', or let `on-inconclusive` of this one warn'] : []),
    '.',
  ],
  'warning-limit': ({ verdict, checks, names }) => [
    'Look at ',
    ...names,
    ' before it grows; the contract',
    ...contractPlace(verdict, checks, ' warns of it'),
    ', and nothing stops.',
  ],
};

/** How to see the same on one's own machine; nothing where a name could be more than a name to a shell. */
export function localStep(verdict: Verdict): Phrase | undefined {
  const { gate, run } = verdict;
  const known = isDataGate(verdict) || isSliceGate(verdict);
  if (!known || ![gate.id, run.stage].every((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))) {
    return undefined;
  }
  const stage = run.stage === 'pull-request' ? '' : ` --stage ${run.stage}`;
  return ['See it on your own machine: ', { code: `npx modelgate check ${gate.id}${stage}` }];
}

/** ` at contracts/flights.yml:31` of a single rule, ` in contracts/flights.yml` of several. */
function contractPlace({ data }: Verdict, checks: readonly CheckResult[], otherwise = ''): Phrase {
  const [only, ...more] = checks;
  const { file, line } = only?.where ?? {};
  if (more.length === 0 && file !== undefined && line !== undefined) {
    return [otherwise === '' ? ' at ' : `${otherwise} at `, { code: `${file}:${line}` }];
  }
  const contract = data?.contract.file;
  return contract === undefined ? [otherwise] : [otherwise === '' ? ' in ' : `${otherwise} in `, { code: contract }];
}

function profilePlace({ data }: Verdict): Phrase {
  return data?.profile === undefined ? [] : [' as ', { code: data.profile.file }];
}

function onlyWarns(checks: readonly CheckResult[]): boolean {
  return checks.every((check) => check.status === 'warn');
}
