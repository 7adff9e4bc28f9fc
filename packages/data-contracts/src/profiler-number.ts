import * as z from 'zod';
import type { DateColumn, NumberColumn } from './profile.ts';
import type { GroupedNumber, GroupedNumbers } from './profiler-category.ts';
import type { ColumnOf, PlannedColumn, ProfiledTable } from './profiler-column.ts';
import { binCounts, binnedOf, edgesOf, type Look } from './profiler-look.ts';

/** Up to so many values each has a bin of its own. */
const mostByValue = 20;

/** Estimated values up to which they are counted exactly. */
const mostCounted = 10_000;

interface Bins {
  readonly edges: readonly number[];
  readonly centres?: readonly number[];
  /** Where known without another pass. */
  readonly counts?: readonly number[];
}

export interface NumberOptions {
  lookOf(name: string): Look;
  readonly grouped: GroupedNumbers;
}

/** Bins of numbers and dates: over the reference's, over each value, or over quantiles, which takes one pass more. */
export async function numberProfiles(
  table: ProfiledTable,
  columns: readonly PlannedColumn[],
  { lookOf, grouped }: NumberOptions,
): Promise<readonly (NumberColumn | DateColumn)[]> {
  const all = columns
    .filter((column) => column.kind === 'number' || column.kind === 'date')
    .map((column) => {
      const look = lookOf(column.name);
      const groups = grouped.get(column.name);
      return { column, look, bins: binsOf(look, groups), distinct: groups?.length };
    });
  const counted = await lastLook(table, all);
  return all.map((one, at) => profileOf(table, { ...one, ...counted[at] }));
}

type Numeric = ColumnOf<'number'> | ColumnOf<'date'>;

interface Profiled {
  readonly column: Numeric;
  readonly look: Look;
  readonly bins: Bins | undefined;
  /** Exact. */
  readonly distinct?: number | undefined;
  readonly counts?: readonly number[];
}

function binsOf(
  { values, spread, binned, quantiles = [], column }: Look,
  groups: readonly GroupedNumber[] | undefined,
): Bins | undefined {
  if (spread === undefined || values === 0) return undefined;
  if (binned !== undefined) return { edges: edgesOf(column.reference), counts: binned };
  if (groups !== undefined && groups.length <= mostByValue) {
    const centres = groups.map(({ value }) => value);
    return { edges: centres.slice(0, -1), centres, counts: groups.map(({ rows }) => rows) };
  }
  return quantileBins(quantiles, spread.max);
}

/** Twenty bins, fewer where a value is so frequent that it is several quantiles; none of them is empty. */
export function quantileBins(quantiles: readonly number[], max: number): Bins {
  const edges = [...new Set(quantiles.filter((_, at) => at % 2 === 1))].filter((edge) => edge < max);
  const ends = [...edges, Number.POSITIVE_INFINITY];
  const centres = ends.map((end, at) => {
    const start = edges[at - 1] ?? Number.NEGATIVE_INFINITY;
    const inside = quantiles.filter((value) => value > start && value <= end);
    return inside[(inside.length - 1) >> 1] ?? Math.min(end, max);
  });
  return { edges, centres };
}

/** Counts over own bins, and of different values where there are few enough to hold. */
async function lastLook(
  { engine, dialect, source }: ProfiledTable,
  all: readonly Profiled[],
): Promise<readonly Pick<Profiled, 'counts' | 'distinct'>[]> {
  const expressions = all.flatMap(({ column, look, bins, distinct }, at) => {
    const { value } = column;
    const over = bins === undefined || bins.counts !== undefined ? [] : bins.edges;
    const list = over.length === 0 ? [] : [`${binnedOf(dialect, value, over)} AS binned${at}`];
    if (column.reference === undefined && distinct === undefined && look.distinct <= mostCounted && look.values > 0)
      list.push(`count(DISTINCT ${value}) AS distinct${at}`);
    return list;
  });
  if (expressions.length === 0) return all.map(({ bins, distinct }) => ({ ...countsOf(bins), distinct }));
  const [row = {}] = await engine.ask({ sql: `SELECT ${expressions.join(', ')} FROM this`, tables: { this: source } });
  return all.map(({ look, bins, distinct }, at) => {
    const exact = z.number().optional().parse(row[`distinct${at}`]) ?? distinct;
    if (bins === undefined || bins.counts !== undefined) return { ...countsOf(bins), distinct: exact };
    return { counts: binCounts(row[`binned${at}`], bins.edges, look.values), distinct: exact };
  });
}

function countsOf(bins: Bins | undefined): Pick<Profiled, 'counts'> {
  return bins?.counts === undefined ? {} : { counts: bins.counts };
}

function profileOf({ source }: ProfiledTable, one: Profiled): NumberColumn | DateColumn {
  const { column, look, bins, counts = [], distinct } = one;
  const { name, withheld } = column;
  const nulls = source.rows - look.there;
  const missing = look.there - look.values;
  const common = {
    name,
    nulls,
    ...(distinct === undefined ? { distinct: look.distinct, approximate: true as const } : { distinct }),
    ...(withheld === undefined ? {} : { withheld }),
  };
  const { spread } = look;
  if (column.kind === 'number') {
    const head = { ...common, type: column.type, ...(missing > 0 ? { notFinite: missing } : {}) };
    if (spread === undefined || bins === undefined) return head;
    const { edges, centres } = bins;
    return {
      ...head,
      spread,
      bins: { edges: [...edges], counts: [...counts], ...(centres === undefined ? {} : { centres: [...centres] }) },
    };
  }
  const head = { ...common, type: column.type };
  if (spread === undefined || bins === undefined) return head;
  const at = (value: number) => writtenDate(value, column.type);
  const { edges } = bins;
  return { ...head, first: at(spread.min), last: at(spread.max), bins: { edges: edges.map(at), counts: [...counts] } };
}

/** Of days or seconds since 1970. */
function writtenDate(value: number, type: 'date' | 'timestamp'): string {
  const iso = new Date(value * (type === 'date' ? 86_400_000 : 1000)).toISOString();
  return type === 'date' ? iso.slice(0, 10) : iso.replace('.000Z', 'Z');
}
