import { Random, streamSeed } from './random.ts';
import type { UnitEntries, UnitKinds } from './unit-kinds.ts';

/** More units than this are merged, unless the caller says otherwise. */
export const MOST_GROUPS = 4096;
/** Fewer groups estimate a standard error too roughly (4.4 % at 256): rather let a replicate take longer. */
export const LEAST_GROUPS = 256;
/** Additions that a replicate may take. */
export const MOST_ADDITIONS = 131_072;
/** From this many units a kind on, drawing the kind's count is cheaper than drawing its units. */
export const UNITS_PER_KIND = 8;

/** A binomial draw costs about as much as this many additions. */
const BINOMIAL_COST = 16;
/** A uniform draw of a unit likewise. */
const DRAW_COST = 4;

/**
 * The random group of each unit.
 *
 * @param order units in an order that does not depend on the rows'; the groups are dealt after shuffling it
 * @param seed  the groups use a stream of their own, so that what is drawn later does not depend on them
 */
export function randomGroups(order: Uint32Array, groups: number, seed: string): Uint32Array {
  const groupOf = new Uint32Array(order.length);
  const shuffled = order.slice();
  if (groups < order.length) shuffle(shuffled, new Random(streamSeed(seed, GROUPING_STREAM)));
  for (let i = 0; i < shuffled.length; i++) groupOf[shuffled[i] ?? 0] = i % groups;
  return groupOf;
}

const GROUPING_STREAM = 0x67726f75;

/** Number of groups to merge the units into; undefined where drawing them as they are is cheap enough. */
export function groupsFor(
  kinds: UnitKinds,
  width: number,
  units: number,
  mostUnits: number | undefined,
): number | undefined {
  const size = kinds.multiplicities.length;
  if (mostUnits !== undefined) return Math.min(units, size) > mostUnits ? mostUnits : undefined;
  const byKind = size * UNITS_PER_KIND < units;
  const cost = (byKind ? BINOMIAL_COST * size : DRAW_COST * units) + kinds.amounts.length;
  if (cost <= MOST_ADDITIONS || units <= LEAST_GROUPS) return undefined;
  let groups = Math.min(MOST_GROUPS, units);
  while (groups > LEAST_GROUPS && entriesExpected(kinds, width, units, groups) > MOST_ADDITIONS) groups /= 2;
  groups = Math.max(LEAST_GROUPS, Math.floor(groups));
  return cost <= DRAW_COST * groups + entriesExpected(kinds, width, units, groups) ? undefined : groups;
}

/** A group of m units has an entry for every total that any of them adds to. */
function entriesExpected(
  { starts, columnOf, multiplicities }: UnitKinds,
  width: number,
  units: number,
  groups: number,
): number {
  const having = new Float64Array(width);
  for (let kind = 0; kind < multiplicities.length; kind++) {
    for (let at = starts[kind] ?? 0; at < (starts[kind + 1] ?? 0); at++) {
      const column = columnOf[at] ?? 0;
      having[column] = (having[column] ?? 0) + (multiplicities[kind] ?? 0);
    }
  }
  const each = units / groups;
  return having.reduce((sum, with_) => sum + groups * (1 - (1 - with_ / units) ** each), 0);
}

/** Units merged at random; each group is a kind of its own. */
export function mergedUnits(kinds: UnitKinds, width: number, units: number, groups: number, seed: string): UnitKinds {
  const kindOf = new Uint32Array(units);
  let filled = 0;
  for (const [kind, times] of kinds.multiplicities.entries()) {
    kindOf.fill(kind, filled, filled + times);
    filled += times;
  }
  shuffle(kindOf, new Random(streamSeed(seed, GROUPING_STREAM)));
  const entries = gatheredEntries(groups, width, (group, add) => {
    for (let i = group; i < units; i += groups) {
      const kind = kindOf[i] ?? 0;
      for (let at = kinds.starts[kind] ?? 0; at < (kinds.starts[kind + 1] ?? 0); at++) {
        add(kinds.columnOf[at] ?? 0, kinds.amounts[at] ?? 0);
      }
    }
  });
  return { ...entries, multiplicities: new Float64Array(groups).fill(1) };
}

/** Adds up what `gather` gives for each unit, columns ascending and those without anything left out. */
export function gatheredEntries(
  units: number,
  width: number,
  gather: (unit: number, add: (column: number, amount: number) => void) => void,
): UnitEntries {
  const starts = new Uint32Array(units + 1);
  let columnOf = new Uint32Array(Math.max(1024, 2 * units));
  let amounts = new Float64Array(columnOf.length);
  const sums = new Float64Array(width);
  const touched = new Uint32Array(width);
  const isTouched = new Uint8Array(width);
  let size = 0;
  const add = (column: number, amount: number): void => {
    if (isTouched[column] === 0) {
      isTouched[column] = 1;
      touched[size++] = column;
    }
    sums[column] = (sums[column] ?? 0) + amount;
  };
  let end = 0;
  for (let unit = 0; unit < units; unit++) {
    size = 0;
    gather(unit, add);
    if (end + size > columnOf.length) {
      const longer = Math.max(2 * columnOf.length, end + size);
      columnOf = grown(columnOf, new Uint32Array(longer));
      amounts = grown(amounts, new Float64Array(longer));
    }
    const columns = size > 1 ? touched.subarray(0, size).sort() : touched;
    for (let i = 0; i < size; i++) {
      const column = columns[i] ?? 0;
      columnOf[end] = column;
      amounts[end++] = sums[column] ?? 0;
      sums[column] = 0;
      isTouched[column] = 0;
    }
    starts[unit + 1] = end;
  }
  return { starts, columnOf: columnOf.slice(0, end), amounts: amounts.slice(0, end) };
}

function grown<Column extends Uint32Array | Float64Array>(column: Column, longer: Column): Column {
  longer.set(column);
  return longer;
}

/** Source: Fisher and Yates (1938), as Durstenfeld (1964), Communications of the ACM 7, 420, algorithm 235. */
function shuffle(column: Uint32Array, random: Random): void {
  for (let i = column.length - 1; i > 0; i--) {
    const other = random.integer(i + 1);
    const moved = column[i] ?? 0;
    column[i] = column[other] ?? 0;
    column[other] = moved;
  }
}
