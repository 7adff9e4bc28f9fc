import * as z from 'zod';
import { chanceConfirmed, confirmsPersonalData, personalDataKinds } from './personal-data.ts';
import { type CategoryColumn, isCategoryColumn, longestNamed, type ProfileColumn } from './profile.ts';
import type { ColumnOf, PlannedColumn, ProfiledTable, Withheld } from './profiler-column.ts';
import type { Look } from './profiler-look.ts';

/** Estimated values beyond which a text is no category, and its values are not gone through. */
const mostValues = 100_000;

/** How many values a profile lists. */
const mostListed = 500;

/** Where values that may be named are a smaller part of all, the column is no category but names or free text. */
const leastNamedShare = 0.1;

/** Numbers with so few values, by estimate, are counted by value in the same pass. */
const mostNumbers = 25;

export interface GroupedNumber {
  readonly value: number;
  readonly rows: number;
}

/** Rows of each value of a number or date with few of them, by column, ascending. */
export type GroupedNumbers = ReadonlyMap<string, readonly GroupedNumber[]>;

export interface CategoryOptions {
  lookOf(name: string): Look;
  readonly listedFrom: number;
}

/** The values of texts and booleans, and of numbers with few: one pass for all. */
export async function categoryProfiles(
  table: ProfiledTable,
  columns: readonly PlannedColumn[],
  { lookOf, listedFrom }: CategoryOptions,
): Promise<{ readonly categories: readonly CategoryColumn[]; readonly grouped: GroupedNumbers }> {
  const asked: AskedColumn[] = [];
  for (const column of columns) {
    const look = lookOf(column.name);
    if (column.withheld !== undefined || column.kind === 'other') continue;
    if (column.kind === 'category') asked.push(askedCategory(column, look, listedFrom));
    else if (column.reference === undefined && look.distinct <= mostNumbers)
      asked.push({ column, value: column.value, known: [], least: 1, longest: 100 });
  }
  const found = await groups(table, asked);
  const grouped = new Map(
    asked.flatMap(({ column }, at) =>
      column.kind === 'number' || column.kind === 'date' ? [[column.name, numbersOf(found[at])] as const] : [],
    ),
  );
  const categories = columns
    .filter((column) => column.kind === 'category')
    .map((column) => {
      const at = asked.findIndex((one) => one.column.name === column.name);
      const one = { column, look: lookOf(column.name), rows: table.source.rows, listedFrom };
      return at === -1 ? withheldCategory(one, column.withheld ?? 'many-values') : listed(one, found[at]);
    });
  return { categories, grouped };
}

interface AskedColumn {
  readonly column: PlannedColumn;
  readonly value: string;
  /** Values of the reference, which are counted however rare. */
  readonly known: readonly string[];
  readonly least: number;
  readonly longest: number;
}

function askedCategory(column: ColumnOf<'category'>, { distinct }: Look, listedFrom: number): AskedColumn {
  const known = knownOf(column.reference);
  const least = leastOf(column.reference, listedFrom);
  const common = { column, known, least, longest: longestNamed };
  return distinct <= mostValues ? { ...common, value: column.value } : { ...common, value: '' };
}

function knownOf(reference: ProfileColumn | undefined): readonly string[] {
  return reference !== undefined && isCategoryColumn(reference) ? reference.values.map(([value]) => value) : [];
}

function leastOf(reference: ProfileColumn | undefined, listedFrom: number): number {
  return reference !== undefined && isCategoryColumn(reference) ? reference.listedFrom : listedFrom;
}

interface Groups {
  /** Exact; undefined where not all values were gone through. */
  readonly distinct: number | undefined;
  /** Most frequent first, and those of the reference. */
  readonly values: readonly { readonly value: string; readonly rows: number; readonly isKnown: boolean }[];
}

/** Each column is a grouping set of its own, so that one scan does for all. */
async function groups(
  { engine, dialect, source }: ProfiledTable,
  asked: readonly AskedColumn[],
): Promise<readonly (Groups | undefined)[]> {
  if (asked.length === 0) return [];
  const names = asked.map((_, at) => `c${at}`);
  const texts = asked.map(({ known }) => known.map((value) => dialect.text(value)).join(', '));
  const values = asked.map(({ column, value, known }, at) => {
    const sql = value === '' && column.kind === 'category' ? onlyKnown(column.value, known, texts[at] ?? '') : value;
    return `CAST(${sql} AS VARCHAR) AS c${at}`;
  });
  const which = names.map((name, at) => `WHEN GROUPING(${name}) = 0 THEN ${at}`).join(' ');
  const known = asked.map((one, at) => (one.known.length === 0 ? [] : [`(which = ${at} AND value IN (${texts[at]}))`]));
  const least = asked.map((one, at) => `WHEN ${at} THEN ${one.least}`).join(' ');
  const longest = asked.map((one, at) => `WHEN ${at} THEN ${one.longest}`).join(' ');
  const sql = `
    WITH named AS (SELECT ${values.join(', ')} FROM this),
    counted AS (
      SELECT CASE ${which} END AS which, coalesce(${names.join(', ')}, NULL) AS value, count(*) AS n FROM named
      GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})),
    judged AS (
      SELECT which, value, n, ${known.flat().length === 0 ? 'FALSE' : known.flat().join(' OR ')} AS known,
        ${dialect.length('value')} <= CASE which ${longest} END AND n >= CASE which ${least} END AS enough
      FROM counted WHERE value IS NOT NULL),
    placed AS (
      SELECT which, value, n, known, enough, count(*) OVER (PARTITION BY which) AS many,
        row_number() OVER (PARTITION BY which, enough ORDER BY n DESC, value) AS place
      FROM judged)
    SELECT which, CASE WHEN known OR enough THEN value END AS value, n, known, enough, many FROM placed
    WHERE known OR place = 1 OR (enough AND place <= ${mostListed + 1})
    ORDER BY which, n DESC, value`;
  const most = asked.reduce((sum, one) => sum + one.known.length + mostListed + 3, 0);
  const rows = groupRow.array().parse(await engine.ask({ sql, tables: { this: source }, most }));
  return asked.map(({ value }, at) => {
    const own = rows.filter((row) => row.which === at);
    const told = own.flatMap((row) =>
      row.value === null ? [] : [{ value: row.value, rows: row.n, isKnown: row.known }],
    );
    return { distinct: value === '' ? undefined : (own[0]?.many ?? 0), values: told };
  });
}

const groupRow = z.object({
  which: z.int(),
  value: z.string().nullable(),
  n: z.int(),
  known: z.boolean(),
  enough: z.boolean(),
  many: z.int(),
});

function onlyKnown(sql: string, known: readonly string[], texts: string): string {
  return known.length === 0 ? 'NULL' : `CASE WHEN ${sql} IN (${texts}) THEN ${sql} END`;
}

function numbersOf(found: Groups | undefined): readonly GroupedNumber[] {
  return (found?.values ?? [])
    .map(({ value, rows }) => ({ value: Number(value) + 0, rows }))
    .sort((a, b) => a.value - b.value);
}

interface LookedAt {
  readonly column: ColumnOf<'category'>;
  readonly look: Look;
  readonly rows: number;
  readonly listedFrom: number;
}

function listed(one: LookedAt, found: Groups | undefined): CategoryColumn {
  const { column, look, rows } = one;
  const { reference } = column;
  const told = found?.values ?? [];
  const least = leastOf(reference, one.listedFrom);
  const frequent = told.filter((value) => value.rows >= least);
  // so many values are too many to list: the number of rows from which on they are is raised, and no value is left out
  const beyond = frequent.length > mostListed ? frequent[mostListed]?.rows : undefined;
  const listedFrom = beyond === undefined ? least : beyond + 1;
  const chosen = told.filter(({ isKnown, rows: n }) => isKnown || n >= listedFrom);
  const counts = new Map(chosen.map((value) => [value.value, value.rows]));
  for (const value of knownOf(reference)) if (!counts.has(value)) counts.set(value, 0);
  if (reference === undefined && look.values > 0) {
    if (look.distinct > mostValues) return withheldCategory(one, 'many-values');
    if (column.type === 'string' && isPersonal([...counts.keys()])) return withheldCategory(one, 'personal');
    const named = [...counts.values()].reduce((sum, n) => sum + n, 0);
    if (named < leastNamedShare * look.values) return withheldCategory(one, 'rare-values');
  }
  const values = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = look.values - values.reduce((sum, [, n]) => sum + n, 0);
  return {
    name: column.name,
    type: column.type,
    nulls: rows - look.there,
    ...(found?.distinct === undefined
      ? { distinct: look.distinct, approximate: true as const }
      : { distinct: found.distinct }),
    listedFrom,
    values,
    rest,
  };
}

function withheldCategory({ column, look, rows, listedFrom }: LookedAt, withheld: Withheld): CategoryColumn {
  return {
    name: column.name,
    type: column.type,
    nulls: rows - look.there,
    distinct: look.distinct,
    approximate: true,
    withheld,
    listedFrom: leastOf(column.reference, listedFrom),
    values: [],
    rest: look.values,
  };
}

/** Of a checksum that holds by chance, so many values must have it that chance is no explanation. */
function isPersonal(values: readonly string[]): boolean {
  return personalDataKinds.some((kind) => {
    const confirmed = values.filter((value) => confirmsPersonalData(kind, value)).length;
    return confirmed > 0 && chanceConfirmed(kind, values.length, confirmed) < 0.001;
  });
}
