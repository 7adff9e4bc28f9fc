import { type Amount, type Level, levels, type Tolerance } from '@modelgate/core';
import { enforcedMovement, type Movement, opaqueMovement, toleranceMovement } from './movement.ts';
import { excerpt } from './single-line.ts';

/**
 * What became of a part of the contract. `widened`: tables are let through that the base stopped; `narrowed`: the other
 * way round; `changed`: both, neither, or nobody can tell.
 */
export type ContractChangeKind = 'added' | 'removed' | 'narrowed' | 'widened' | 're-typed' | 'changed';

export interface Effect {
  readonly kind: ContractChangeKind;
  /** Whether readers lose what they were promised. */
  readonly breaking: boolean;
  /** Whether what producers delivered in accordance with the base may be stopped. */
  readonly breaksProducers: boolean;
}

/** What differs between two versions of a rule; the words do not name whose rule it is. */
export interface Difference {
  readonly effect: Effect;
  readonly words: string;
}

/** How one key of the grammar is compared, within the whole that holds it: a column, a check, a key. */
export interface Rule<Whole> {
  readonly difference: (from: Whole, to: Whole) => Difference | undefined;
  /** Keys of the grammar below this one; they are compared with it. */
  readonly parts: readonly string[];
}

/** A key that says nothing by itself, and is compared with another one beside it. */
export interface ToldBy {
  readonly toldBy: string;
  readonly parts: readonly string[];
}

/** A class for each key: a new key of the grammar without one is an error of types, and of a test. */
export type Rules<Whole> = { readonly [Key in keyof Whole]-?: Rule<Whole> | ToldBy };

const usual: Readonly<Record<Exclude<Movement, 'same'>, Effect>> = {
  looser: { kind: 'widened', breaking: true, breaksProducers: false },
  stricter: { kind: 'narrowed', breaking: false, breaksProducers: true },
  other: { kind: 'changed', breaking: true, breaksProducers: true },
  'warns-later': { kind: 'widened', breaking: false, breaksProducers: false },
  'warns-sooner': { kind: 'narrowed', breaking: false, breaksProducers: false },
  'warns-otherwise': { kind: 'changed', breaking: false, breaksProducers: false },
};

interface RuleOptions<Whole, Value> {
  /** The value that counts, undefined where nothing is asked. */
  readonly of: (whole: Whole) => Value | undefined;
  readonly moves: (from: Value | undefined, to: Value | undefined) => Movement;
  /** Name and value in words: "range ≥ 17". */
  readonly noun: string;
  readonly shows: (value: Value) => string;
  /** Instead of the noun and both values, where both sides have one. */
  readonly words?: (from: Value, to: Value) => string;
  /** Effects that are not the usual ones of their movement. */
  readonly effects?: Readonly<Partial<Record<Movement, Effect>>>;
  readonly parts?: readonly string[];
}

export function rule<Whole, Value>(options: RuleOptions<Whole, Value>): Rule<Whole> {
  const { of, moves, effects = {}, parts = [] } = options;
  return {
    parts,
    difference: (from, to) => {
      const [before, after] = [of(from), of(to)];
      const movement = moves(before, after);
      if (movement === 'same') return undefined;
      return { effect: effects[movement] ?? usual[movement], words: wordsOf(options, before, after) };
    },
  };
}

function wordsOf<Whole, Value>(
  { noun, shows, words }: RuleOptions<Whole, Value>,
  from: Value | undefined,
  to: Value | undefined,
): string {
  const named = (value: Value) => [noun, shows(value)].filter((part) => part !== '').join(' ');
  if (from === undefined) return to === undefined ? noun : `gets ${named(to)}`;
  if (to === undefined) return `loses ${named(from)}`;
  return words?.(from, to) ?? `${named(from)} → ${shows(to)}`;
}

export function toldBy(key: string, parts: readonly string[] = []): ToldBy {
  return { toldBy: key, parts };
}

/** For people only: another one changes nothing that is checked or promised. */
export function note<Whole>(noun: string, of: (whole: Whole) => string | number | undefined): Rule<Whole> {
  const effect: Effect = { kind: 'changed', breaking: false, breaksProducers: false };
  return rule({
    of,
    noun,
    moves: opaqueMovement,
    shows: (value) => excerpt(String(value)),
    effects: { looser: effect, stricter: effect, other: effect },
  });
}

/** What is asked or not; both turns have words of their own. */
export function flag<Whole>(
  of: (whole: Whole) => boolean,
  words: { readonly on: string; readonly off: string },
  effects: Readonly<Partial<Record<Movement, Effect>>> = {},
): Rule<Whole> {
  return rule({
    of,
    noun: '',
    moves: (from, to) => (from === to ? 'same' : to ? 'stricter' : 'looser'),
    shows: String,
    words: (_, to) => (to ? words.on : words.off),
    effects,
  });
}

/** Of which nothing is known but that it is asked: a pattern, a format. */
export function opaque<Whole>(noun: string, of: (whole: Whole) => string | undefined): Rule<Whole> {
  return rule({ of, noun, moves: opaqueMovement, shows: excerpt });
}

/** How many rows may break a rule; `any` where nothing is asked. */
export function tolerated<Whole>(noun: string, of: (whole: Whole) => Tolerance | 'any'): Rule<Whole> {
  return rule({
    of,
    noun,
    moves: (from, to) => toleranceMovement(from ?? 'any', to ?? 'any'),
    shows: toleranceText,
    parts: ['at-most', 'at-least', 'warn-over'],
  });
}

export function levelRule<Whole extends { readonly level: Level }>(): Rule<Whole> {
  return rule({
    of: ({ level }) => level,
    noun: 'level',
    moves: (from, to) => enforcedMovement(levels, from ?? 'fail', to ?? 'fail'),
    shows: (level) => level,
  });
}

export function toleranceText(tolerance: Tolerance | 'any'): string {
  if (tolerance === 'any') return 'any';
  const { atMost, warnOver } = tolerance;
  return `${amountText(atMost)}${warnOver === undefined ? '' : ` (warned over ${amountText(warnOver)})`}`;
}

function amountText({ value, unit }: Amount): string {
  if (value === 0) return 'none';
  if (unit === 'rows') return value === 1 ? '1 row' : `${value} rows`;
  return `${Number((value * 100).toPrecision(12))}%`;
}
