import type { RuleChange, Verdict } from '@modelgate/core';
import { checkSentence } from './check-sentence.ts';
import { dataChangeBlocks } from './data-change.ts';
import { gateName, leadOf } from './headline.ts';
import { counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { statusSigns } from './status-sign.ts';

/** A sentence, and what it counts; without that it ends by itself. What does not fit is counted in the last item. */
export interface ChangeBlock {
  readonly lead: Phrase;
  readonly items: readonly Phrase[];
}

/**
 * What the change does to its own judging, for right below the headline: loosened rules, other rules, data contracts, what
 * runs the gates, and what they would come to under the head's own policy. Empty for most changes.
 *
 * @param most items of one sentence
 */
export function changeBlocks(verdicts: readonly Verdict[], most: number): readonly ChangeBlock[] {
  const changes = verdicts.flatMap(({ change }) => (change === undefined ? [] : [bounded(change)]));
  if (changes.length === 0) return [];
  const who = verdicts.some(({ run }) => run.pullRequest !== undefined) ? 'This pull request' : 'This change';
  const rules = unique(changes.flatMap((change) => change.rules));
  const loosened = rules.filter(({ effect }) => effect === 'loosened');
  const others = rules.filter(({ effect }) => effect !== 'loosened');
  const rulesLeft = Math.max(0, ...changes.map((change) => change.rulesLeftOut ?? 0));
  const nothingLooser = loosened.length === 0;
  // loosened ones come first, so that none of them is left out before all others are
  const number = (of: readonly Rule[]) =>
    `${others.length === 0 && rulesLeft > 0 ? 'at least ' : ''}${counted(of.length, 'rule')}`;
  return [
    ...(nothingLooser
      ? []
      : [
          {
            lead: [{ strong: `${who} loosens ${number(loosened)}` }, ' (takes effect after merge)'],
            items: listed(loosened.map(worded), most, others.length === 0 ? rulesLeft : 0),
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            lead: [`${nothingLooser ? who : 'It also'} ${verbs(others)} (takes effect after merge)`],
            items: listed(others.map(worded), Math.min(most, 6), rulesLeft),
          },
        ]),
    ...dataChangeBlocks(verdicts, who).map(({ lead, items, left }) => ({ lead, items: listed(items, most, left) })),
    ...runBlock(who, changes, most),
    ...verdicts.flatMap((verdict) => previewBlock(verdict, verdicts.length > 1)),
  ];
}

/** What a verdict of ours holds at most; one that somebody else wrote could hold any number. */
const rulesAtMost = 200;

function bounded(change: RuleChange): RuleChange {
  const { rules, workflows, rulesLeftOut = 0, workflowsLeftOut = 0 } = change;
  const [rulesOver, runsOver] = [rules.length - rulesAtMost, workflows.length - rulesAtMost];
  return {
    ...change,
    rules: rules.slice(0, rulesAtMost),
    workflows: workflows.slice(0, rulesAtMost),
    ...(rulesOver > 0 ? { rulesLeftOut: rulesLeftOut + rulesOver } : {}),
    ...(runsOver > 0 ? { workflowsLeftOut: workflowsLeftOut + runsOver } : {}),
  };
}

type Rule = RuleChange['rules'][number];
type Run = RuleChange['workflows'][number];

function worded({ words }: Rule): Phrase {
  return [words];
}

/** `changes 1 rule and tightens 2`. */
function verbs(rules: readonly Rule[]): string {
  const changed = rules.filter(({ effect }) => effect === 'changed').length;
  const tightened = rules.length - changed;
  if (changed === 0) return `tightens ${counted(tightened, 'rule')}`;
  const first = `changes ${counted(changed, 'rule')}`;
  return tightened === 0 ? first : `${first} and tightens ${tightened}`;
}

function runBlock(who: string, changes: readonly RuleChange[], most: number): readonly ChangeBlock[] {
  const runs = unique(changes.flatMap((change) => change.workflows));
  const left = Math.max(0, ...changes.map((change) => change.workflowsLeftOut ?? 0));
  if (runs.length === 0 && left === 0) return [];
  const ordered = [...runs].sort((one, other) => Number(isLooser(other)) - Number(isLooser(one)));
  const items = ordered.map(
    ({ file, words }): Phrase => [
      { code: file },
      ` ${words}`,
      // GitHub runs the workflows of the change, and asks the owners of the base branch
      ...(file.endsWith('CODEOWNERS') ? [' (takes effect after merge)'] : []),
    ],
  );
  const lead: Phrase = [{ strong: `${who} changes what runs Modelgate` }, ' (in effect already in its own runs)'];
  return [{ lead, items: listed(items, most, 0, left) }];
}

function isLooser({ effect }: Run): boolean {
  return effect === 'loosened';
}

/** What the gate would come to if its own policy were merged already. */
function previewBlock(verdict: Verdict, several: boolean): readonly ChangeBlock[] {
  const { preview, withoutPreview } = verdict.change ?? {};
  const gate: Phrase = several ? [{ code: gateName(verdict) }] : ['this'];
  if (withoutPreview !== undefined) {
    return [{ lead: ['Under its own policy ', ...gate, ended(` ${withoutPreview}`)], items: [] }];
  }
  if (preview === undefined) return [];
  const { sign, word } = statusSigns[preview.status];
  const why = previewReason(preview);
  const lead: Phrase = ['Under its own policy ', ...gate, ' would be: ', `${sign} `, { strong: word }];
  return [{ lead: [...lead, ended(why === undefined ? '' : `: ${why}`)], items: [] }];
}

/** A sentence that may end in a question already. */
function ended(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

function previewReason({ check, problem }: NonNullable<RuleChange['preview']>): string | undefined {
  if (problem !== undefined) return `${problem.reason}: ${leadOf(problem)}`;
  return check === undefined ? undefined : checkSentence(check);
}

/** Those that fit, and how many more there are. */
function listed(items: readonly Phrase[], most: number, left: number, unread = 0): readonly Phrase[] {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length + left;
  const files = counted(unread, 'changed file that was not looked into', 'changed files that were not looked into');
  const more = [rest === 0 ? undefined : `${rest} more`, unread === 0 ? undefined : files];
  const known = more.filter((part) => part !== undefined);
  return known.length === 0 ? shown : [...shown, [`and ${known.join(', and ')}`]];
}

/** Every gate of a run tells the same about the policy. */
function unique<One extends Rule | Run>(all: readonly One[]): readonly One[] {
  return [...new Map(all.map((one) => [`${'path' in one ? one.path : one.file} ${one.words}`, one])).values()];
}
