import type { RuleChange, Verdict } from './verdict.ts';

/** A folder ready to be stored under a name, as the next champion's record. */
export interface RecordedFolder {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** What a gate came to, before the frame adds policy, run and tool to make it a verdict. */
export type GateOutcome = Readonly<
  Pick<
    Verdict,
    | 'status'
    | 'reason'
    | 'onInconclusive'
    | 'stops'
    | 'checks'
    | 'families'
    | 'problem'
    | 'notices'
    | 'rows'
    | 'rowsAre'
    | 'inputs'
    | 'baseline'
    | 'anchor'
    | 'lineage'
    | 'data'
    | 'slices'
    | 'reuse'
  >
> & {
  readonly recorded?: RecordedFolder;
  /** The mark that this candidate was judged on these examples: one file, stored as it is. */
  readonly look?: RecordedFolder;
  /** What this outcome is about, where that is not what the policy names. */
  readonly subject?: NonNullable<Verdict['subject']>;
  /** What the change that is judged does to contract, profile and table. */
  readonly dataChange?: NonNullable<RuleChange['data']>;
  /** A profile of the table that passed, for people to commit: one file, stored as it is. */
  readonly proposedProfile?: RecordedFolder;
  /** All groups of all checks, for people and other tools. */
  readonly sliceTable?: RecordedFolder;
};
