import { asList, at } from './plain-value.ts';
import type { Policy } from './policy.ts';
import type { ChangeEffect } from './rule-class.ts';
import { ruleWords, type Side } from './rule-words.ts';
import type { SliceGate } from './slice-gate.ts';
import { type Between, type Found, gateOf } from './stage-change.ts';

/** The gate that a path leads into, where it compares groups of rows. */
export function slicesOf(policy: Policy, path: Side['path']): SliceGate | undefined {
  const gate = gateOf(policy, path);
  return gate?.kind === 'slices' ? gate : undefined;
}

/** What keys of a gate of groups mean only beside others: which groups are judged, and how many. */
export function sliceRuleChanges(pair: Side, between: Between): readonly Found[] {
  const { pattern, path, from, to } = pair;
  const told = (effect: ChangeEffect, more = ''): readonly Found[] => [
    { path, effect, words: `${ruleWords(pair)}${more}` },
  ];
  switch (pattern) {
    case 'gates.*.min-rows':
      return Number(to) > Number(from)
        ? told('loosened', ': fewer groups are tested')
        : told(moreGroups(between, path), ': more groups are tested');
    case 'gates.*.at-most':
      return Number(to) < Number(from)
        ? told('loosened', ': fewer groups are judged')
        : told(moreGroups(between, path), ': more groups are judged');
    case 'gates.*.by.*.missing':
      if (to === 'leave-out' || from === 'error') return told('loosened');
      return told(to === 'error' ? 'tightened' : moreGroups(between, path));
    case 'gates.*.checks.*.judged':
      return told(judgedEffect(from, to));
    case 'gates.*.checks.*.slices':
      return told(judgedGroups(pair, between));
    default:
      return told('loosened');
  }
}

/**
 * More groups find more that became worse. All groups of all checks also share one chance of a false alarm, so that Holm
 * lets each of the others become a little worse before it is shown: with enough of them that would be a way round a rule.
 */
export function moreGroups({ head }: Between, path: Side['path']): ChangeEffect {
  return slicesOf(head, path)?.correction === 'none' ? 'tightened' : 'changed';
}

/** Another way to divide the rows, or another check of each group. */
export function addsGroups({ pattern, path, to }: Side, { head }: Between): boolean {
  if (pattern === 'gates.*.by.*') return true;
  return pattern === 'gates.*.checks.*' && slicesOf(head, path) !== undefined && at(to, 'across') === undefined;
}

/** A check that names no entries of `by` judges the groups of all. */
function judgedGroups({ path, from, to }: Side, between: Between): ChangeEffect {
  const all = (policy: Policy) => Object.keys(slicesOf(policy, path)?.by ?? {});
  const before = asList(from) ?? all(between.base);
  const after = asList(to) ?? all(between.head);
  // an entry that is gone is told as that
  const kept = before.filter((entry) => all(between.head).includes(String(entry)));
  if (kept.some((entry) => !after.includes(entry))) return 'loosened';
  return after.some((entry) => !before.includes(entry)) ? moreGroups(between, path) : 'changed';
}

/** Whether the check at this path asks something of each group. */
export function ofEachGroup(policy: Policy, path: Side['path']): boolean {
  return slicesOf(policy, path)?.checks[String(path[3])]?.each !== undefined;
}

/** Of each group, strictest first; an estimate has no place among them. */
const judgements: readonly unknown[] = ['proven', undefined, 'not-disproven'];

function judgedEffect(from: unknown, to: unknown): ChangeEffect {
  if (to === 'estimate') return 'loosened';
  if (from === 'estimate') return to === 'proven' ? 'tightened' : 'loosened';
  return judgements.indexOf(to) < judgements.indexOf(from) ? 'tightened' : 'loosened';
}
