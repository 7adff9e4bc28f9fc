import { ascendingOrder } from './ascending-order.ts';

/** Entries of one unit after another; columns ascend within a unit. */
export interface UnitEntries {
  /** One longer than there are units. */
  readonly starts: Uint32Array;
  readonly columnOf: Uint32Array;
  readonly amounts: Float64Array;
}

/** The distinct units, and how many there are of each. */
export interface UnitKinds extends UnitEntries {
  readonly multiplicities: Float64Array;
}

/** Units with equal entries together, in an order that depends on the entries only. */
export function kindsOf(units: UnitEntries): UnitKinds {
  const order = ascendingOrder(entryHashes(units));
  const firsts: number[] = [];
  const multiplicities: number[] = [];
  for (const unit of order) {
    const last = firsts.length - 1;
    if (last >= 0 && sameEntries(units, firsts[last] ?? 0, unit))
      multiplicities[last] = (multiplicities[last] ?? 0) + 1;
    else {
      firsts.push(unit);
      multiplicities.push(1);
    }
  }
  return { ...entriesOf(units, firsts), multiplicities: Float64Array.from(multiplicities) };
}

/**
 * One number a unit that depends on its rows' values only, whatever their order; equal for units of equal rows. It
 * sorts units, no more: should two different units ever share one, they keep the order of their rows.
 */
export class RowHashes {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;

  constructor(units: number) {
    this.high = new Uint32Array(units);
    this.low = new Uint32Array(units);
  }

  /** Adds a row to a unit. The sum of hashes does not depend on the order of the rows. */
  add(unit: number, values: Float64Array): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let i = 0; i < bits.length; i++) {
      const word = bits[i] ?? 0;
      a = mixed(a ^ word, 0x85ebca6b);
      b = mixed(b ^ word, 0xc2b2ae35);
    }
    this.high[unit] = (this.high[unit] ?? 0) + a;
    this.low[unit] = (this.low[unit] ?? 0) + b;
  }

  /** Units in ascending order of their hashes. */
  order(): Uint32Array {
    return ascendingOrder(hashNumbers(this.high, this.low));
  }
}

function entryHashes({ starts, columnOf, amounts }: UnitEntries): Float64Array {
  const units = starts.length - 1;
  const high = new Uint32Array(units);
  const low = new Uint32Array(units);
  const bits = new Uint32Array(amounts.buffer, amounts.byteOffset, 2 * amounts.length);
  for (let unit = 0; unit < units; unit++) {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let at = starts[unit] ?? 0; at < (starts[unit + 1] ?? 0); at++) {
      const column = columnOf[at] ?? 0;
      const [first, second] = [bits[2 * at] ?? 0, bits[2 * at + 1] ?? 0];
      a = mixed(mixed(mixed(a ^ column, 0x85ebca6b) ^ first, 0x85ebca6b) ^ second, 0x85ebca6b);
      b = mixed(mixed(mixed(b ^ column, 0xc2b2ae35) ^ first, 0xc2b2ae35) ^ second, 0xc2b2ae35);
    }
    high[unit] = a;
    low[unit] = b;
  }
  return hashNumbers(high, low);
}

/** 53 bits, so that a double holds them. */
function hashNumbers(high: Uint32Array, low: Uint32Array): Float64Array {
  const numbers = new Float64Array(high.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((high[i] ?? 0) >>> 11) * 0x100000000 + (low[i] ?? 0);
  return numbers;
}

/** A step of MurmurHash3's finaliser (Appleby 2011, public domain). */
function mixed(word: number, factor: number): number {
  const product = Math.imul(word ^ (word >>> 15), factor);
  return product ^ (product >>> 13);
}

function sameEntries({ starts, columnOf, amounts }: UnitEntries, one: number, other: number): boolean {
  const from = starts[one] ?? 0;
  const start = starts[other] ?? 0;
  const size = (starts[one + 1] ?? 0) - from;
  if ((starts[other + 1] ?? 0) - start !== size) return false;
  for (let i = 0; i < size; i++) {
    if (columnOf[from + i] !== columnOf[start + i] || amounts[from + i] !== amounts[start + i]) return false;
  }
  return true;
}

function entriesOf({ starts, columnOf, amounts }: UnitEntries, units: readonly number[]): UnitEntries {
  const into = new Uint32Array(units.length + 1);
  for (const [i, unit] of units.entries()) into[i + 1] = (into[i] ?? 0) + (starts[unit + 1] ?? 0) - (starts[unit] ?? 0);
  const columns = new Uint32Array(into[units.length] ?? 0);
  const values = new Float64Array(columns.length);
  for (const [i, unit] of units.entries()) {
    columns.set(columnOf.subarray(starts[unit], starts[unit + 1]), into[i]);
    values.set(amounts.subarray(starts[unit], starts[unit + 1]), into[i]);
  }
  return { starts: into, columnOf: columns, amounts: values };
}
