import type { Reason } from '@modelgate/core';
import type { DataReason } from './data-steps.ts';
import type { SliceReason } from './slice-steps.ts';

/** Reasons after which there is nothing to do. */
export type QuietReason =
  | 'proven'
  | 'not-disproven'
  | 'estimate-within-limit'
  | 'within-limit'
  | 'bootstrap'
  | 'not-in-stage';

/** Reasons that a check is judged by; what to do depends on its numbers. */
export type JudgedReason =
  | 'margin-exceeded'
  | 'not-improved'
  | 'improved-too-much'
  | 'below-limit'
  | 'above-limit'
  | 'interval-spans-limit'
  | 'too-few-rows'
  | 'rare-drop-not-excluded'
  | 'careful-bound-spans-limit'
  | 'degenerate-variance'
  | 'unprovable-margin';

/** What mends a problem whose author gave no advice: a code of core without an entry here does not compile. */
export const problemAdvice: Readonly<
  Record<Exclude<Reason, QuietReason | JudgedReason | DataReason | SliceReason>, string>
> = {
  'golden-set-expired': 'draw new examples that nobody has seen, and keep the present ones for development',
  'file-missing': 'check the path in the policy, and that the step before this one writes it',
  'file-empty': 'check that the step before this one writes rows',
  'file-unreadable': 'write the file again; it must be CSV, JSON, JSONL or Parquet as its name says',
  'column-missing': 'check the spelling of the column in the policy',
  'column-type': 'let the step that writes the table mend this column, or name another one in the policy',
  'not-finite':
    'find out why these are no numbers: a row whose value could not be computed must not pass for a measured one',
  'value-missing': 'give every row a value; a row that the model left out counts, too',
  'probability-out-of-range':
    'write probabilities from 0 to 1, not scores or percentages, or leave `score` out of the policy',
  'value-out-of-range': 'mend these values where the table is written; none of them is cut or left out silently',
  'values-differ': 'write the same value on all rows that belong together, or name another column in the policy',
  'duplicate-keys':
    'write each key once; where a key has several runs on purpose, say `repeats: true` with the candidate',
  'keys-differ': 'let the model answer all of the examples and no others; a row that it left out counts, too',
  'labels-differ': 'take the labels from one place: write both tables from the same examples',
  'examples-changed': 'evaluate the candidate on the same examples as the policy names',
  'metric-missing': 'check the spelling of the metric, or let the step before this one write it',
  'metric-undefined': 'check the examples: both classes and every group need rows; or gate another metric',
  'champion-near-zero': "write the limit in points or in the metric's own unit instead of percent",
  'contract-invalid': 'mend the contract at the lines that are named',
  'profile-unusable': 'make the profile anew from a table that people have looked at, and commit it',
  'server-unreachable': 'check the address, the user and the password of the server, and run the job again',
  'query-failed': "look for the query in the server's own log, mend what it says there, and run the job again",
  'slice-vanished':
    'find out why these rows are gone; if the group is no more, take it out of `values` and `require` of the policy',
  'too-many-slices': 'divide the column with `bins`, or name a column with fewer values',
  'slices-invalid': 'mend the entry of `by` that is named, or the column that it divides',
  'baseline-missing': "run the workflow on the default branch, which records the champion's results",
  'baseline-unreadable': 'allow the workflow to read them: permissions, actions: read',
  'command-failed': 'run the command of the policy in a fresh checkout, and mend what it prints; secrets are not there',
  'baseline-mismatch': 'record the champion anew on the default branch, and find out who changed its results',
  'policy-invalid': 'mend the policy at the lines that are named',
  'policy-override': 'remove the other policy or the rules from the workflow; change the policy of the base instead',
  'policy-unreadable': 'allow the workflow to read the repository: permissions, contents: read',
  'evidence-missing': 'run gates.yml on the commit that made this model, and keep what it signs',
  'evidence-unreadable': 'fetch the evidence again from the run that made it',
  'evidence-newer': 'verify with a version of Modelgate that is not older than the one that signed',
  'evidence-unsigned': 'let gates.yml sign, or let the policy of the base say `evidence: { unsigned: accept }`',
  'evidence-signature': 'fetch the evidence again; with a key, give the public half of the one that signed',
  'evidence-untrusted': 'fetch the present trust root; if this stays so, the evidence is not from where it says',
  'evidence-issuer': 'only tokens of the GitHub server that this repository is on are trusted',
  'evidence-signer': 'let gates.yml of Modelgate sign, or name the workflow in `evidence.workflow` of the policy',
  'evidence-signer-commit': 'add the commit to `evidence.commits` of the policy once somebody has looked at it',
  'evidence-repository': 'take the evidence from a run of this repository',
  'evidence-ref': 'run gates.yml on a ref that `evidence.refs` of the policy names',
  'evidence-event': 'run gates.yml on an event that `evidence.events` of the policy names',
  'evidence-commit': 'run gates.yml on the commit that is to be released',
  'evidence-policy': 'run gates.yml again, under the policy as it is now',
  'evidence-subject': 'release the model that the gates judged, or let the gates judge this one',
  'evidence-level': 'let gates.yml score the model itself (`score:`), or ask for a lower `evidence.level`',
  'evidence-expired': 'run gates.yml again',
  'evidence-future': 'set the clock of this machine, or of the one that signed',
  'evidence-contradicts': 'fetch the evidence again from the run that made it',
  'evidence-failed': 'mend the model; a verdict that failed it cannot be outvoted by a later one',
  'key-unusable': 'write a key with `cosign generate-key-pair`, and keep it with its password in the environment',
  'signing-unavailable': 'give the job `id-token: write`, or sign with a key',
  'waiver-expired': 'mend the check, or renew the waiver with a new end date',
  'not-available': 'take it out of the policy until a version of Modelgate has it',
  'engine-unavailable': 'run the job again; without a network, install the engine before and name it by `engine-path`',
  'api-unavailable': 'run the job again',
  'event-unreadable': 'run this in a workflow that GitHub started, or use the command line on your own machine',
  crash: 'this is a defect in Modelgate: please report it with the log of the step',
};

/** Advice for a reason, where there is anything to do about it that does not depend on numbers. */
export function adviceFor(reason: Reason): string | undefined {
  const advice: Readonly<Partial<Record<Reason, string>>> = problemAdvice;
  return advice[reason];
}
