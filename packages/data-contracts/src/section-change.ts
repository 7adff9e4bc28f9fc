import { type DataContract, levels, type Tolerance } from '@modelgate/core';
import type { ContractChangeKind, Difference, Effect } from './contract-rule.ts';
import { toleranceText } from './contract-rule.ts';
import { ceilingMovement, enforcedMovement, type Movement, opaqueMovement, toleranceMovement } from './movement.ts';
import { excerpt } from './single-line.ts';

/** Sections of a contract whose keys are compared by what their names say, not by a class of each. */
export const comparedSections = ['labels', 'splits', 'parity', 'corpus', 'privacy', 'drift'] as const;

export interface SectionDifference extends Difference {
  readonly path: readonly string[];
}

/**
 * What became of a section: a rule that came or went is told once, and of one that stayed each key. Limits move by their
 * names: more of `at-most` is looser, more of `at-least` stricter; any other difference counts as harm to both sides.
 */
export function sectionChanges(
  section: (typeof comparedSections)[number],
  from: DataContract,
  to: DataContract,
): readonly SectionDifference[] {
  return differences([section], from[section], to[section], 'fail');
}

function differences(path: readonly string[], from: unknown, to: unknown, level: string): readonly SectionDifference[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const name = `\`${path.join('.')}\``;
  const inside = asMapping(to)?.['level'];
  const stopping = (typeof inside === 'string' ? inside : level) === 'fail';
  const [before, after] = [asMapping(from), asMapping(to)];
  if (before === undefined || after === undefined) {
    // a rule that is new or gone, as a whole
    if (path.length <= 2 && (from === undefined || to === undefined) && (before ?? after) !== undefined)
      return [
        from === undefined
          ? { path, effect: effect('added', { producers: stopping }), words: `${name} is new` }
          : { path, effect: effect('removed', { readers: true }), words: `${name} is removed` },
      ];
    return [{ path, ...leaf(path, from, to, stopping) }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differences([...path, key], before[key], after[key], stopping ? 'fail' : 'warn'));
}

function leaf(path: readonly string[], from: unknown, to: unknown, stopping: boolean): Difference {
  const key = path.at(-1) ?? '';
  const words = `\`${path.join('.')}\` ${shownValue(from)} → ${shownValue(to)}`;
  if (key === 'why') return { effect: effect('changed', {}), words };
  return { effect: effectOf(movementOf(key, from, to), stopping), words };
}

function movementOf(key: string, from: unknown, to: unknown): Movement {
  if (key === 'level') return enforcedMovement(levels, String(from ?? 'fail'), String(to ?? 'fail'));
  if (isTolerance(from) || isTolerance(to))
    return toleranceMovement(isTolerance(from) ? from : 'any', isTolerance(to) ? to : 'any');
  const numbers = [from, to].every((one) => one === undefined || typeof one === 'number');
  if (numbers && /at-most$|^max$/.test(key)) return ceilingMovement(asNumber(from), asNumber(to));
  if (numbers && /at-least$|^min$|^k$/.test(key)) return ceilingMovement(minus(from), minus(to));
  return opaqueMovement(from, to) === 'same' ? 'same' : 'other';
}

function effectOf(movement: Movement, stopping: boolean): Effect {
  switch (movement) {
    case 'looser':
      return effect('widened', { readers: true });
    case 'stricter':
      return effect('narrowed', { producers: stopping });
    case 'other':
      return effect('changed', { readers: true, producers: stopping });
    case 'warns-later':
      return effect('widened', {});
    case 'warns-sooner':
      return effect('narrowed', {});
    case 'warns-otherwise':
    case 'same':
      return effect('changed', {});
  }
}

function effect(kind: ContractChangeKind, harm: { readonly readers?: boolean; readonly producers?: boolean }): Effect {
  return { kind, breaking: harm.readers === true, breaksProducers: harm.producers === true };
}

function shownValue(value: unknown): string {
  if (value === undefined) return 'not set';
  return isTolerance(value) ? toleranceText(value) : excerpt(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A tolerance is a value, though it is written as a mapping. */
function asMapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isTolerance(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function isTolerance(value: unknown): value is Tolerance {
  return typeof value === 'object' && value !== null && 'atMost' in value;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function minus(value: unknown): number | undefined {
  return typeof value === 'number' ? -value : undefined;
}
