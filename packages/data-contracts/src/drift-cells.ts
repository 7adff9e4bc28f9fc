import { type CategoryColumn, type DateColumn, isDateColumn, type NumberColumn, timeOf } from './profile.ts';

/** Rows of both tables over the same cells. */
export interface Cells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Where each cell lies, ascending; categories lie nowhere. */
  readonly positions?: readonly number[];
  /** Of the reference, divisor n, in the unit of the positions; without it that of the cells. */
  readonly deviation?: number;
}

/** Below this expected count Pearson's statistic is no chi-square (Cochran 1954, Biometrics 10, 417–451). */
const leastExpected = 5;

/** The bins of two columns, or `undefined` where they are not the same bins. */
export function binCells(reference: NumberColumn | DateColumn, current: NumberColumn | DateColumn): Cells | undefined {
  const [before, now] = [binsOf(reference), binsOf(current)];
  if (before.edges.length !== now.edges.length || before.edges.some((edge, i) => edge !== now.edges[i]))
    return undefined;
  const positions = before.centres ?? middles(before.edges, before.ends);
  const rows = before.counts.reduce((sum, count) => sum + count, 0);
  const stddev = isDateColumn(reference) ? 0 : (reference.spread?.stddev ?? 0);
  const deviation = stddev * Math.sqrt((rows - 1) / rows);
  return { reference: before.counts, current: now.counts, positions, ...(deviation > 0 ? { deviation } : {}) };
}

interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly centres?: readonly number[] | undefined;
  readonly ends: readonly [number, number] | undefined;
}

function binsOf(column: NumberColumn | DateColumn): Bins {
  if (isDateColumn(column)) {
    const { bins, first, last } = column;
    const ends = first === undefined || last === undefined ? undefined : ([timeOf(first), timeOf(last)] as const);
    return { edges: bins?.edges.map(timeOf) ?? [], counts: bins?.counts ?? [], ends };
  }
  const { bins, spread } = column;
  return {
    edges: bins?.edges ?? [],
    counts: bins?.counts ?? [],
    centres: bins?.centres,
    ends: spread === undefined ? undefined : [spread.min, spread.max],
  };
}

function middles(edges: readonly number[], ends: readonly [number, number] | undefined): readonly number[] {
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 0];
  const low = Math.min(ends?.[0] ?? first, first);
  const high = Math.max(ends?.[1] ?? last, last);
  const all = [low, ...edges, high];
  return all.slice(1).map((end, i) => (end + (all[i] ?? end)) / 2);
}

/** Neighbouring bins joined until each is expected to hold 5 rows on either side. */
export function joinedBins({ reference, current }: Cells): Cells {
  const shares = sharesOf(sumOf(reference), sumOf(current));
  const joined: [number, number][] = [];
  let open: [number, number] = [0, 0];
  for (const [i, count] of reference.entries()) {
    open = [open[0] + count, open[1] + (current[i] ?? 0)];
    if ((open[0] + open[1]) * shares.least < leastExpected) continue;
    joined.push(open);
    open = [0, 0];
  }
  const last = joined.at(-1);
  if (last === undefined) joined.push(open);
  else joined[joined.length - 1] = [last[0] + open[0], last[1] + open[1]];
  return { reference: joined.map(([rows]) => rows), current: joined.map(([, rows]) => rows) };
}

/** A value that the current table has and the reference cannot have had to that extent. */
export interface NewValue {
  readonly value: string;
  readonly rows: number;
}

/**
 * Categories of both tables, the rare ones pooled.
 *
 * Which values get a cell of their own follows from the rows of both tables together: chosen by the reference's counts
 * alone, the values that were frequent there by luck would look as if they had become rarer. A profile hides counts
 * below `listedFrom`; so a value needs an expected count that chance does not take below it (about 4 standard
 * deviations of a Poisson count), and a hidden count is taken to be as near to no drift as it can be.
 */
export function categoryCells(
  before: CategoryColumn,
  now: CategoryColumn,
): { readonly cells: Cells; readonly newValues: readonly NewValue[] } {
  const [reference, current] = [new Listed(before), new Listed(now)];
  const shares = sharesOf(reference.rows, current.rows);
  const least = {
    reference: reference.leastExpected(reference.hides),
    current: current.leastExpected(current.hides && !reference.names.every((value) => current.has(value))),
  };
  const own: { readonly value: string; readonly rows: readonly [number, number] }[] = [];
  const newValues: NewValue[] = [];
  for (const value of byRows(reference, current)) {
    const rows = [
      reference.take(value, (current.count(value) * shares.reference) / shares.current),
      current.take(value, (reference.count(value) * shares.current) / shares.reference),
    ] as const;
    const total = rows[0] + rows[1];
    const stands = total * shares.reference >= least.reference && total * shares.current >= least.current;
    if (stands) own.push({ value, rows });
    if (!reference.has(value) && rows[1] > 0 && (stands || !reference.hides)) newValues.push({ value, rows: rows[1] });
  }
  return { cells: pooled(own, [reference.rows, current.rows], shares.least), newValues };
}

/** What one profile says of its values. */
class Listed {
  readonly rows: number;
  readonly names: readonly string[];
  /** Whether it has rows whose values it does not name. */
  readonly hides: boolean;
  private readonly counts: ReadonlyMap<string, number>;
  private readonly mostHidden: number;
  private rest: number;

  constructor(column: CategoryColumn) {
    this.counts = new Map(column.values);
    this.names = column.values.map(([value]) => value);
    this.rows = sumOf(column.values.map(([, rows]) => rows)) + column.rest;
    this.hides = column.rest > 0;
    this.mostHidden = Math.min(column.listedFrom - 1, column.rest);
    this.rest = column.rest;
  }

  has(value: string): boolean {
    return this.counts.has(value);
  }

  count(value: string): number {
    return this.counts.get(value) ?? 0;
  }

  leastExpected(guessing: boolean): number {
    return guessing ? Math.max(leastExpected, this.mostHidden + 4 * Math.sqrt(this.mostHidden) + 4) : leastExpected;
  }

  /** The value's rows; where they are hidden, as many of the rest as come nearest to `expected`. */
  take(value: string, expected: number): number {
    const known = this.counts.get(value);
    if (known !== undefined) return known;
    const taken = Math.min(this.mostHidden, Math.round(expected), this.rest);
    this.rest -= taken;
    return taken;
  }
}

function byRows(reference: Listed, current: Listed): readonly string[] {
  const rows = (value: string) => reference.count(value) + current.count(value);
  return [...new Set([...reference.names, ...current.names])].sort((a, b) => rows(b) - rows(a) || (a < b ? -1 : 1));
}

/** Own cells, and one for all other rows; where that is expected to hold fewer than 5, it takes the rarest of the own. */
function pooled(
  own: readonly { readonly rows: readonly [number, number] }[],
  totals: readonly [number, number],
  leastShare: number,
): Cells {
  const cells = own.map(({ rows }) => rows).sort((a, b) => b[0] + b[1] - a[0] - a[1]);
  let other: readonly [number, number] = [
    totals[0] - sumOf(cells.map(([rows]) => rows)),
    totals[1] - sumOf(cells.map(([, rows]) => rows)),
  ];
  while (other[0] + other[1] > 0 && (other[0] + other[1]) * leastShare < leastExpected) {
    const rarest = cells.pop();
    if (rarest === undefined) break;
    other = [other[0] + rarest[0], other[1] + rarest[1]];
  }
  const all = other[0] + other[1] > 0 ? [...cells, other] : cells;
  return { reference: all.map(([rows]) => rows), current: all.map(([, rows]) => rows) };
}

function sharesOf(reference: number, current: number) {
  const total = reference + current;
  return {
    reference: reference / total,
    current: current / total,
    least: Math.min(reference, current) / total,
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
