import { contractRuleChanges } from './contract-rule-change.ts';
import { hoursOf } from './duration.ts';
import { asList, at, keysOf, sameValue } from './plain-value.ts';
import type { Gate, Policy, PolicyDocument } from './policy.ts';
import { type ChangeEffect, ruleClasses } from './rule-class.ts';
import { asLimit, ruleWords, type Side } from './rule-words.ts';
import { addsGroups, moreGroups, ofEachGroup, sliceRuleChanges, slicesOf } from './slice-rule-change.ts';
import {
  type Between,
  checkOf,
  evaluationOf,
  type Found,
  mostly,
  stageChanges,
  stops,
  strictness,
} from './stage-change.ts';
import type { Location } from './user-error.ts';
import type { Limit } from './verdict.ts';
import type { Waiver } from './waiver.ts';
import type { KeyPath } from './yaml-document.ts';

/** One rule that is another one after the change. */
export interface PolicyChange {
  /** Keys from the top of the policy, with dots; of a waiver `waivers.gate/check`. */
  readonly path: string;
  readonly effect: ChangeEffect;
  /** On one line, names between backticks: "`quality/accuracy` margin 0.3pt → 0.5pt". */
  readonly words: string;
  /** In the head's file; of what is gone, where it would stand. */
  readonly where: Location;
}

/** A policy with its waivers. */
export interface PolicySide {
  readonly document: PolicyDocument;
  readonly waivers: readonly Waiver[];
}

/**
 * What a change does to the rules: loosened ones first, tightened ones last. Layout, comments and order do not count.
 * Loosened is whatever could let something pass, or go on undecided, that the base would have stopped: what cannot be
 * shown to be no looser, as limits of different units, counts as that.
 */
export function policyChanges(base: PolicySide, head: PolicySide): PolicyChange[] {
  const between: Between = { base: base.document.policy, head: head.document.policy };
  const found = differences({ pattern: '', path: [], from: between.base, to: between.head }, between);
  const order: readonly ChangeEffect[] = ['loosened', 'changed', 'tightened'];
  return [
    ...found.map(({ path, ...rest }) => ({
      path: path.join('.'),
      where: head.document.document.locate(path),
      ...rest,
    })),
    ...waiverChanges(base.waivers, head.waivers, head.document),
  ].toSorted((one, other) => order.indexOf(one.effect) - order.indexOf(other.effect));
}

function differences(pair: Side, between: Between): readonly Found[] {
  const { pattern, path, from, to } = pair;
  if (sameValue(from, to)) return [];
  const one = pattern === '' ? { is: 'group' as const } : ruleClasses[pattern];
  // a test holds that every key has a class; without one, the safe answer
  if (one === undefined) return [{ path, effect: 'loosened', words: ruleWords(pair) }];
  if (one.is === 'surroundings') return bySurroundings(pair, between);
  const presence = from === undefined ? one.added : to === undefined ? one.removed : undefined;
  if (presence !== undefined) return [{ path, effect: sharedLevel(pair, between) ?? presence, words: ruleWords(pair) }];
  if (one.is !== 'group') return [{ path, effect: effectOf(pair), words: ruleWords(pair) }];
  const inside = keysOf(from, to).flatMap((key) =>
    differences(
      {
        pattern: [pattern, one.entries ? '*' : key].filter((part) => part !== '').join('.'),
        path: [...path, key],
        from: at(from, key),
        to: at(to, key),
      },
      between,
    ),
  );
  return one.together ? together(pair, inside) : inside;
}

/** What is measured is one thing to a reader, whatever number of keys describe it. */
function together({ path }: Side, inside: readonly Found[]): readonly Found[] {
  const same = inside.filter((found) => found.effect === 'changed');
  const [first, ...others] = same;
  if (first === undefined || others.length === 0) return inside;
  const subject = /^(?:`[^`]+`|\w+ `[^`]+`)? ?/.exec(first.words)?.[0] ?? '';
  const rest = others.map(({ words }) => (words.startsWith(subject) ? words.slice(subject.length) : words));
  const merged: Found = { path, effect: 'changed', words: [first.words, ...rest].join(', ') };
  return [...inside.filter((found) => found.effect !== 'changed'), merged];
}

function effectOf({ pattern, from, to }: Side): ChangeEffect {
  const one = ruleClasses[pattern];
  switch (one?.is) {
    case 'measured':
      return 'changed';
    case 'number':
      return direction(Number(from ?? one.absent), Number(to ?? one.absent), one.looser);
    case 'duration':
      return direction(hoursOf(String(from)), hoursOf(String(to)), one.looser);
    case 'limit':
      return limitEffect(asLimit(from), asLimit(to), one.looser);
    case 'ranked':
      return ranked(one.ranks, String(from ?? one.absent), String(to ?? one.absent));
    case 'allowed':
      return allowedEffect(asList(from), asList(to), one.absent);
    case 'demanded':
      return demandedEffect(asList(from) ?? [], asList(to) ?? []);
    case 'trust':
    case 'division':
    case 'group':
    case 'surroundings':
    case undefined:
      return 'loosened';
  }
}

function direction(from: number, to: number, looser: 'more' | 'less'): ChangeEffect {
  if (from === to) return 'changed';
  return to > from === (looser === 'more') ? 'loosened' : 'tightened';
}

/** Points are hundredths of a share's own unit; percent depend on the champion, so that nothing is shown. */
function limitEffect(from: Limit | undefined, to: Limit | undefined, looser: 'more' | 'less'): ChangeEffect {
  if (from === undefined || to === undefined) return 'loosened';
  if (from.unit === to.unit) return direction(from.value, to.value, looser);
  if (from.unit === 'percent' || to.unit === 'percent') return 'loosened';
  return direction(inOwnUnit(from), inOwnUnit(to), looser);
}

function inOwnUnit({ value, unit }: Limit): number {
  return unit === 'points' ? Number((value / 100).toPrecision(12)) : value;
}

function ranked(ranks: Readonly<Record<string, number>>, from: string, to: string): ChangeEffect {
  return direction(ranks[from] ?? 0, ranks[to] ?? 0, 'more');
}

function allowedEffect(
  from: readonly unknown[] | undefined,
  to: readonly unknown[] | undefined,
  absent: 'all' | 'unknown',
): ChangeEffect {
  if (from === undefined) return absent === 'all' ? 'tightened' : 'loosened';
  if (to === undefined) return 'loosened';
  if (to.some((one) => !from.includes(one))) return 'loosened';
  return from.some((one) => !to.includes(one)) ? 'tightened' : 'changed';
}

function demandedEffect(from: readonly unknown[], to: readonly unknown[]): ChangeEffect {
  if (from.some((one) => !to.includes(one))) return 'loosened';
  return to.some((one) => !from.includes(one)) ? 'tightened' : 'changed';
}

/** What a key means only beside others. */
function bySurroundings(pair: Side, between: Between): readonly Found[] {
  const { pattern, path } = pair;
  const { base, head } = between;
  const told = (effect: ChangeEffect, more = ''): readonly Found[] => [
    { path, effect, words: `${ruleWords(pair)}${more}` },
  ];
  switch (pattern) {
    case 'name': {
      const recorded = Object.values(head.gates).some(startsAnew);
      const more = ': another comment and other check runs';
      return recorded ? told('loosened', `${more}, and no recorded champion to begin with`) : told('changed', more);
    }
    case 'confidence': {
      if (head.confidence < base.confidence) return told('loosened');
      // a looser guard: it stops only what is shown to be broken, and less can be shown
      return Object.values(head.gates).some(hasGuard)
        ? told('loosened')
        : told('changed', ': harder to prove, and harder to be shown worse');
    }
    case 'stages':
      return stageChanges(between);
    case 'gates.*.examples':
      return examplesChanges(pair, between);
    case 'gates.*.min-rows': {
      if (slicesOf(head, path) !== undefined) return sliceRuleChanges(pair, between);
      if (Number(pair.to) < Number(pair.from)) return told('loosened');
      return stopsUndecided(between, path) ? told('tightened') : told('loosened', ': with fewer rows nothing stops');
    }
    case 'gates.*.on-inconclusive':
    case 'gates.*.checks.*.on-inconclusive': {
      const { from, to } = strictness(between, path);
      return told(mostly(from, to));
    }
    case 'gates.*.checks.*.judged': {
      if (ofEachGroup(base, path) && ofEachGroup(head, path)) return sliceRuleChanges(pair, between);
      const words = { ...pair, from: pair.from ?? judgedOf(base, path), to: pair.to ?? judgedOf(head, path) };
      if (words.from === words.to) return [];
      // an estimate proves nothing, and not-disproven lets pass what an estimate would fail: neither is the stricter one
      return [{ path, effect: words.to === 'proven' ? 'tightened' : 'loosened', words: ruleWords(words) }];
    }
    case 'gates.*.contract':
      return contractRuleChanges(pair);
    case 'gates.*.at-most':
    case 'gates.*.by.*.missing':
    case 'gates.*.checks.*.slices':
      return sliceRuleChanges(pair, between);
    case 'gates.*.checks.*.max-regression-from-anchor':
      return fromAnchor(pair, between);
    default:
      return told('loosened');
  }
}

/** Without a limit of its own an anchor has the champion's. */
function fromAnchor(pair: Side, { base, head }: Between): readonly Found[] {
  const own = (policy: Policy) => checkOf(policy, pair.path)?.['max-regression'];
  const from = asLimit(pair.from) ?? own(base);
  const to = asLimit(pair.to) ?? own(head);
  const words = ruleWords({ ...pair, from, to });
  if (from === undefined) return [{ path: pair.path, effect: 'tightened', words }];
  return sameValue(from, to) ? [] : [{ path: pair.path, effect: limitEffect(from, to, 'more'), words }];
}

/** A gate names its examples or has them in place: what counts is which they are. */
function examplesChanges(pair: Side, between: Between): readonly Found[] {
  const of = (policy: Policy) => {
    const { examples } = evaluationOf(policy, pair.path) ?? {};
    return typeof examples === 'string' ? policy.examples[examples] : examples;
  };
  const from = of(between.base);
  const to = of(between.head);
  if (from === undefined || to === undefined) {
    return [{ path: pair.path, effect: to === undefined ? 'loosened' : 'changed', words: ruleWords(pair) }];
  }
  const keys = keysOf(from, to).flatMap((key) => {
    const pattern = `${pair.pattern}.${key}`;
    return differences({ pattern, path: [...pair.path, key], from: at(from, key), to: at(to, key) }, between);
  });
  return together(pair, keys);
}

/**
 * A new check that is judged not-disproven takes part in a correction which lets each of the others be broken a little
 * further: with enough of them that would be a way round a guard.
 */
function sharedLevel(pair: Side, between: Between): ChangeEffect | undefined {
  const { pattern, path, to } = pair;
  if (to !== undefined && addsGroups(pair, between)) return moreGroups(between, path);
  if (pattern !== 'gates.*.checks.*' || at(to, 'judged') !== 'not-disproven') return undefined;
  const gate = evaluationOf(between.base, path);
  return gate?.correction === 'holm' && hasGuard(gate) ? 'changed' : undefined;
}

function hasGuard(gate: Gate): boolean {
  switch (gate.kind) {
    case 'data':
      return false;
    case 'evaluation':
      return Object.values(gate.checks).some(({ judged }) => judged === 'not-disproven');
    case 'slices':
      return Object.values(gate.checks).some(
        ({ judged, each }) => judged === 'not-disproven' || (judged === undefined && each !== undefined),
      );
  }
}

/** A champion that is found by the policy's name. */
function startsAnew(gate: Gate): boolean {
  if (gate.kind !== 'evaluation') return false;
  const { champion } = gate;
  return champion.from === 'recorded' || (champion.from === 's3' && champion.prefix !== undefined);
}

/** Whether every check of this gate stops the step, in every stage, when it stays undecided. */
function stopsUndecided(between: Between, path: KeyPath): boolean {
  const checks = Object.keys(evaluationOf(between.head, path)?.checks ?? {});
  return checks.every((check) => {
    return strictness(between, [...path.slice(0, 2), 'checks', check]).to.every((rank) => rank >= stops);
  });
}

function judgedOf(policy: Policy, path: KeyPath): string {
  return evaluationOf(policy, path)?.candidate.file === undefined ? 'proven' : 'estimate';
}

function waiverChanges(base: readonly Waiver[], head: readonly Waiver[], { document }: PolicyDocument): PolicyChange[] {
  const checks = new Set([...base, ...head].map(({ gate, check }) => `${gate}/${check}`));
  return [...checks].flatMap((name): PolicyChange[] => {
    const of = (side: readonly Waiver[]) =>
      side
        .filter(({ gate, check }) => `${gate}/${check}` === name)
        .toSorted((one, other) => (one.expires > other.expires ? -1 : 1))[0];
    const [from, to] = [of(base), of(head)];
    const told = (effect: ChangeEffect, words: string): PolicyChange[] => {
      const where = to?.where ?? document.locate(['waivers']);
      return [{ path: `waivers.${name}`, effect, words: `\`${name}\` ${words}`, where }];
    };
    if (from === undefined) return told('loosened', `is waived until ${to?.expires}`);
    if (to === undefined) return told('tightened', `is no longer waived (it was until ${from.expires})`);
    if (from.expires !== to.expires) {
      const effect = to.expires > from.expires ? 'loosened' : 'tightened';
      return told(effect, `waived until ${from.expires} → ${to.expires}`);
    }
    return from.owner === to.owner && from.reason === to.reason ? [] : told('changed', 'waiver has other words');
  });
}
