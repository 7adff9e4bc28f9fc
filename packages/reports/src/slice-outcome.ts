import type { SliceOutcome, Status } from '@modelgate/core';
import { count, counted } from './number-format.ts';
import type { EachFinding } from './slice-rule.ts';

/** What became of a group, for people: a sign for Markdown, one for terminals, and in which status's colour. */
export interface OutcomeSign {
  readonly sign: string;
  readonly mark: string;
  readonly tone: Status;
}

/** Shapes differ, so that nothing depends on colour; the word is always written too. */
export const outcomeSigns: Readonly<Record<SliceOutcome, OutcomeSign>> = {
  vanished: { sign: '⛔', mark: '■', tone: 'error' },
  worse: { sign: '❌', mark: '✗', tone: 'fail' },
  'cannot-tell': { sign: '❓', mark: '?', tone: 'inconclusive' },
  'too-few-rows': { sign: '➖', mark: '-', tone: 'skipped' },
  new: { sign: '🆕', mark: '+', tone: 'skipped' },
  'not-worse': { sign: '✅', mark: '✓', tone: 'pass' },
  improved: { sign: '⬆️', mark: '▲', tone: 'pass' },
};

const byHarm = Object.keys(outcomeSigns);

/** Most harm first: smaller is worse. */
export function harmRank(outcome: SliceOutcome): number {
  return byHarm.indexOf(outcome);
}

/** `worse`, `not worse`; of a rule about the candidate alone `below the limit`, `within the limit`. */
export function outcomeWord(outcome: SliceOutcome, rule: EachFinding['rule']): string {
  const ofLimit = rule === 'max-regression' ? undefined : rule === 'at-least' ? 'below the limit' : 'above the limit';
  switch (outcome) {
    case 'worse':
      return ofLimit ?? 'worse';
    case 'not-worse':
      return ofLimit === undefined ? 'not worse' : 'within the limit';
    case 'cannot-tell':
      return 'cannot tell';
    case 'too-few-rows':
      return 'too few rows';
    default:
      return outcome;
  }
}

/** How many groups there are of each outcome: those that are named are taken from `of`, all others from the verdict. */
export function countWords(finding: EachFinding): string {
  const { rule, counts } = finding;
  const all = groupsOf(finding);
  if (all === 0) return 'no group has a row';
  const kept = counts.improved + counts['not-worse'];
  const word = outcomeWord('not-worse', rule);
  const improved = counts.improved === 0 || rule !== 'max-regression' ? '' : ` (${count(counts.improved)} improved)`;
  const rest = outcomeList(finding, ['cannot-tell', 'too-few-rows', 'new']);
  const bad = outcomeList(finding, ['vanished', 'worse']);
  const [first = '', ...more] = [...bad, ...(kept === 0 ? [] : [`${count(kept)} ${word}${improved}`]), ...rest];
  // the first of them says of how many; what is no adjective stands apart
  const apart = /^[\d,]+ (?:cannot|too)/.test(first) ? ':' : '';
  const lead = first.replace(/^[\d,]+/, (number) => `${number} of ${counted(all, 'group')}${apart}`);
  return more.length === 0 ? lead : `${lead}; ${more.join(', ')}`;
}

export function groupsOf({ counts }: EachFinding): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

function outcomeList({ counts, rule }: EachFinding, outcomes: readonly SliceOutcome[]): readonly string[] {
  return outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${count(counts[outcome])} ${outcomeWord(outcome, rule)}`);
}
