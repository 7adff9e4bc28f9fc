import { at, isMapping, keysOf, sameValue } from './plain-value.ts';
import type { ChangeEffect } from './rule-class.ts';
import { ruleWords, type Side } from './rule-words.ts';
import type { Found } from './stage-change.ts';

/**
 * What became of a contract inside a gate, or of the path of one. Another rule is a tightened one only where nothing but
 * that rule came; what else differs may let a table through that the base stops.
 */
export function contractRuleChanges(pair: Side): readonly Found[] {
  const { path, from, to } = pair;
  if (!isMapping(from) || !isMapping(to)) {
    const file = (one: unknown) => (isMapping(one) ? 'in place' : one);
    return [{ path, effect: 'loosened', words: ruleWords({ ...pair, from: file(from), to: file(to) }) }];
  }
  const closed = at(from, 'extra-columns') === 'fail' || at(to, 'extra-columns') === 'fail';
  return keysOf(from, to).flatMap((section) => {
    const [before, after] = [at(from, section), at(to, section)];
    if (sameValue(before, after)) return [];
    if (!isMapping(before) || !isMapping(after) || !named.includes(section))
      return [told(pair, [section], before === undefined ? sectionEffect(section) : otherEffect(section))];
    return keysOf(before, after)
      .filter((key) => !sameValue(at(before, key), at(after, key)))
      .map((key) => {
        // where other columns are refused, one more of them may come
        const comes = at(before, key) === undefined && !(section === 'columns' && closed);
        return told(pair, [section, key], comes ? sectionEffect(section) : 'loosened');
      });
  });
}

/** Sections whose entries the user has named. */
const named: readonly string[] = ['columns', 'checks', 'tables'];
const notes: readonly string[] = ['owner', 'description', 'tables'];

function sectionEffect(section: string): ChangeEffect {
  if (section === 'extra-columns') return 'loosened';
  return notes.includes(section) || section === 'consumers' ? 'changed' : 'tightened';
}

function otherEffect(section: string): ChangeEffect {
  return notes.includes(section) && section !== 'tables' ? 'changed' : 'loosened';
}

function told(pair: Side, keys: readonly string[], effect: ChangeEffect): Found {
  const gate = String(pair.path[1]);
  return { path: [...pair.path, ...keys], effect, words: `\`${gate}\` contract \`${keys.join('.')}\` is another one` };
}
