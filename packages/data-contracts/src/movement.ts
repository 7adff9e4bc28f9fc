import type { Amount, Tolerance } from '@modelgate/core';

/**
 * How far a rule moves in what it lets through. `looser`: tables that it stopped before; `stricter`: it stops tables
 * that it let through; `other`: both, or nobody can tell. `warns-…`: only when it warns is another, not what it stops.
 */
export type Movement = 'same' | 'looser' | 'stricter' | 'other' | 'warns-later' | 'warns-sooner' | 'warns-otherwise';

/** A rule of two ends that move by themselves. */
export function together(one: Movement, other: Movement): Movement {
  if (one === 'same' || one === other) return other;
  return other === 'same' ? one : 'other';
}

/** The same set of values, but as what is forbidden instead of what is allowed. */
export function opposite(movement: Movement): Movement {
  if (movement === 'looser') return 'stricter';
  return movement === 'stricter' ? 'looser' : movement;
}

/** As a movement of the warning alone. */
export function ofWarning(movement: Movement): Movement {
  if (movement === 'looser') return 'warns-later';
  if (movement === 'stricter') return 'warns-sooner';
  return movement === 'other' ? 'warns-otherwise' : movement;
}

/** A limit that numbers may not be above; undefined: no limit. */
export function ceilingMovement(from: number | undefined, to: number | undefined): Movement {
  const [before, after] = [from ?? Number.POSITIVE_INFINITY, to ?? Number.POSITIVE_INFINITY];
  if (before === after) return 'same';
  return after > before ? 'looser' : 'stricter';
}

/** A rule of which nothing is known but that it is there: another one may stop and let through anything. */
export function opaqueMovement(from: unknown, to: unknown): Movement {
  if (from === undefined) return to === undefined ? 'same' : 'stricter';
  if (to === undefined) return 'looser';
  return JSON.stringify(from) === JSON.stringify(to) ? 'same' : 'other';
}

/** Words in the order from `fail`, which alone stops a table, to the one that says least. */
export function enforcedMovement(words: readonly string[], from: string, to: string): Movement {
  const [before, after] = [words.indexOf(from), words.indexOf(to)];
  const movement = ceilingMovement(before, after);
  return before === 0 || after === 0 ? movement : ofWarning(movement);
}

/** How many rows may break a rule. Rows and shares cannot be compared without the table, unless one is none or all. */
export function toleranceMovement(from: Tolerance | 'any', to: Tolerance | 'any'): Movement {
  const amounts = amountMovement(asAmount(from), asAmount(to));
  if (amounts !== 'same' || from === 'any' || to === 'any') return amounts;
  // without a limit of its own the warning begins where the failure does
  return ofWarning(amountMovement(from.warnOver ?? from.atMost, to.warnOver ?? to.atMost));
}

function asAmount(tolerance: Tolerance | 'any'): Amount {
  return tolerance === 'any' ? { value: 1, unit: 'share' } : tolerance.atMost;
}

function amountMovement(from: Amount, to: Amount): Movement {
  const comparable = from.unit === to.unit || from.value === 0 || to.value === 0;
  if (comparable) return ceilingMovement(from.value, to.value);
  if (isAll(to)) return 'looser';
  return isAll(from) ? 'stricter' : 'other';
}

function isAll({ value, unit }: Amount): boolean {
  return unit === 'share' && value === 1;
}

/** One end of a range; without it the range is open on that side. */
export interface End {
  readonly at: number | string;
  /** Whether the value itself is outside. */
  readonly open: boolean;
}

export interface Ends {
  readonly low?: End | undefined;
  readonly high?: End | undefined;
}

export function endsMovement(from: Ends, to: Ends): Movement {
  return together(endMovement(from.low, to.low, 'low'), endMovement(from.high, to.high, 'high'));
}

function endMovement(from: End | undefined, to: End | undefined, side: 'low' | 'high'): Movement {
  if (from === undefined || to === undefined) return opaqueMovement(from, to);
  const order = comparison(from.at, to.at);
  if (order === undefined) return 'other';
  if (order === 0) return from.open === to.open ? 'same' : to.open ? 'stricter' : 'looser';
  return order < 0 === (side === 'high') ? 'looser' : 'stricter';
}

/** Below 0 when `one` is less; undefined for a number and a date, or dates of which only one has an offset. */
function comparison(one: number | string, other: number | string): number | undefined {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number' || typeof other === 'number') return undefined;
  const [before, after] = [instant(one), instant(other)];
  if (before.zoned !== after.zoned) return undefined;
  return before.milliseconds - after.milliseconds || before.rest - after.rest;
}

/** Finer than a Date, which drops what is below a millisecond; without an offset read as UTC, not as this machine's time. */
function instant(text: string): { readonly milliseconds: number; readonly rest: number; readonly zoned: boolean } {
  const timed = text.includes('T');
  const zoned = timed && /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const milliseconds = Date.parse(timed && !zoned ? `${text}Z` : text);
  return { milliseconds, rest: Number(`0.${fraction.slice(3) || '0'}`), zoned };
}

/** Values that are allowed: written out, or a column of another table. */
export type ValueSet =
  | readonly (string | number | boolean)[]
  | { readonly table: string; readonly column: string; readonly where?: string | undefined };

export function setMovement(from: ValueSet | undefined, to: ValueSet | undefined): Movement {
  if (from === undefined || to === undefined) return opaqueMovement(from, to);
  if ('table' in from && 'table' in to) {
    const same = from.table === to.table && from.column === to.column;
    return same ? opaqueMovement(from.where, to.where) : 'other';
  }
  if ('table' in from || 'table' in to) return 'other';
  return together(
    missingFrom(to, from).length > 0 ? 'looser' : 'same',
    missingFrom(from, to).length > 0 ? 'stricter' : 'same',
  );
}

/** Those of `values` that `others` does not hold. */
export function missingFrom<Value>(values: readonly Value[], others: readonly Value[]): readonly Value[] {
  const known = new Set(others);
  return values.filter((value) => !known.has(value));
}
