import type { SliceTable } from '@modelgate/core';
import { confirmSlices, excessErrors, type JudgedSlice, type SliceFeature } from '@modelgate/statistics';
import type { Division, DivisionSpec, Source, Tables } from '@modelgate/tables';
import type { Arena, RowLosses } from './arena.ts';
import { seedOf } from './slice-measurement.ts';
import type { EachCheck, SlicePlan } from './slice-plan.ts';
import { named } from './slice-words.ts';

type Discovery = NonNullable<SliceTable['discovery']>;

/** One column that may say what the rows of a weak group have in common: a condition for each of its codes. */
export interface Feature {
  readonly name: string;
  /** Column of the joined table with the code of each row. */
  readonly column: string;
  readonly conditions: readonly { readonly words: string; readonly where: string }[];
}

/** A column of numbers with more values than these is divided at its quartiles. */
const mostValues = 64;

/**
 * SliceLine's α: how much more the mean loss counts than the number of rows. At its default, .95, a group of 10 % of the
 * rows must lose half as much again as the average; at .99 a tenth more, which is what a regression looks like.
 */
const errorWeight = 0.99;

/** Texts and dates with more values than these have no groups that a search could find. */
const mostTexts = 1000;

/** What to divide the examples by, for a search, and what is not searched. */
export interface SearchedColumns {
  readonly specs: readonly DivisionSpec[];
  readonly skipped: readonly string[];
}

/** Advisory, so that nothing here keeps the gate from its verdict but a column that is not there, which the policy names. */
export async function searchedColumns(
  columns: readonly string[],
  examples: Source,
  tables: Tables,
): Promise<SearchedColumns> {
  const specs: DivisionSpec[] = [];
  const skipped: string[] = [];
  for (const column of new Set(columns)) {
    const type = examples.columns.find(({ name }) => name === column)?.type;
    if (type === 'other' || type === 'mixed') {
      skipped.push(`\`${column}\` holds no single values`);
      continue;
    }
    // a column that is not there is refused where the examples are divided
    const values = type === undefined ? 0 : await distinctValues(column, examples, tables);
    const isNumber = type === 'number' || type === 'integer';
    if (isNumber && values > mostValues) {
      specs.push({ kind: 'bins', column, bins: binsAt(await quartiles(column, examples, tables)) });
    } else if (values > mostTexts) {
      skipped.push(`\`${column}\` has ${values.toLocaleString('en')} different values`);
    } else {
      specs.push({ kind: 'columns', columns: [column] });
    }
  }
  return { specs, skipped };
}

async function distinctValues(column: string, examples: Source, tables: Tables): Promise<number> {
  const [found = 0] = Object.values(await tables.numbers(examples, { found: `count(DISTINCT ${quoted(column)})` }));
  return found;
}

async function quartiles(column: string, examples: Source, tables: Tables): Promise<readonly number[]> {
  const sql = [0.25, 0.5, 0.75].map((q) => [String(q), `quantile_disc(${quoted(column)}, ${q})`] as const);
  return [...new Set(Object.values(await tables.numbers(examples, Object.fromEntries(sql))))].sort((a, b) => a - b);
}

function binsAt(edges: readonly number[]) {
  return [...edges, undefined].map((to, index) => ({ from: edges[index - 1], to }));
}

/** The codes of a division in words and as SQL. */
export function featureOf(spec: DivisionSpec, division: Division, examples: Source): Feature {
  if (spec.kind === 'bins') {
    const { column } = spec;
    const conditions = spec.bins.map(({ from, to }) => {
      const ends = [
        ...(from === undefined ? [] : [{ sign: '>=', end: from, words: `from ${from}` }]),
        ...(to === undefined ? [] : [{ sign: '<', end: to, words: `below ${to}` }]),
      ];
      return {
        words: `${column} ${ends.map(({ words }) => words).join(' ')}`,
        where: ends.map(({ sign, end }) => `${quoted(column)} ${sign} ${end}`).join(' AND '),
      };
    });
    const absent = { words: `${column} is missing`, where: `${quoted(column)} IS NULL` };
    return { name: column, column: division.column, conditions: [...conditions, absent] };
  }
  if (spec.kind !== 'columns') throw new Error('a search is over columns');
  const [column = ''] = spec.columns;
  const type = examples.columns.find(({ name }) => name === column)?.type;
  const conditions = division.groups.map(({ values: [value = null] }) =>
    value === null
      ? { words: `${column} is missing`, where: `${quoted(column)} IS NULL` }
      : { words: `${column}=${value}`, where: `${quoted(column)} = ${literal(value, type)}` },
  );
  return { name: column, column: division.column, conditions };
}

/** Always in quotes: a column may be called group or order. */
function quoted(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}

function literal(value: string, type: string | undefined): string {
  const isBare = (type === 'number' || type === 'integer' || type === 'boolean') && /^[-+.\w]+$/.test(value);
  return isBare ? value : `'${value.replaceAll("'", "''")}'`;
}

/** What the policy divides by already, in the words of a found group and as SQL. */
export type Declared = ReadonlySet<string>;

/** Names of the groups that the policy declares, and its conditions. */
export function declaredBy({ divisions }: SlicePlan, names: readonly string[]): Declared {
  const conditions = divisions.flatMap(({ spec }) => (spec.kind === 'where' ? [sameSql(spec.sql)] : []));
  return new Set([...names.map((name) => name.replaceAll(', ', ' and ')), ...conditions]);
}

function sameSql(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

/** What the search divides by, and what it leaves out. */
export interface Searched {
  readonly features: readonly Feature[];
  readonly skipped: readonly string[];
}

/**
 * Groups that nobody declared in which the candidate loses most against the champion: found on one half of the rows, and
 * confirmed on the other. Advisory: whatever keeps it from searching is said, and stops nothing.
 *
 * @param check whose loss is looked at, where it is a mean over rows
 */
export async function discover(
  plan: SlicePlan,
  check: EachCheck | undefined,
  { features, skipped }: Searched,
  declared: Declared,
  arena: Arena | undefined,
): Promise<Discovery | undefined> {
  const { discover: asked } = plan.gate;
  if (asked === undefined) return undefined;
  const losses = await arena?.rowLosses(
    check?.check,
    features.map(({ column }) => column),
  );
  const unsearched = features.length === 0 ? (skipped[0] ?? 'no column is left to search') : lossless(losses, arena);
  if (unsearched !== undefined || losses?.champion === undefined) return nothingSearched(unsearched ?? 'no loss');
  try {
    return searched(plan, asked, { features, skipped }, declared, losses, losses.champion);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return nothingSearched(error.message);
  }
}

function lossless(losses: RowLosses | undefined, arena: Arena | undefined): string | undefined {
  if (losses?.champion !== undefined) return undefined;
  return arena?.hasOpponent === true ? 'this gate has no loss of single rows' : 'there is no champion to compare with';
}

function nothingSearched(why: string): Discovery {
  return { found: [], rows: 0, exact: true, note: `Nothing was searched: ${why}.` };
}

function searched(
  { id, gate, ...plan }: SlicePlan,
  asked: NonNullable<SlicePlan['gate']['discover']>,
  { features, skipped }: Searched,
  declared: Declared,
  losses: RowLosses,
  champion: Float64Array,
): Discovery {
  const least = Math.max(gate['suppress-below'], Math.round((asked['least-rows'] ?? 0) / 2));
  const { search, slices } = confirmSlices({
    errors: excessErrors(losses.candidate, champion),
    judged: losses.candidate.map((loss, row) => loss - (champion[row] ?? 0)),
    features: features.map((feature, index) => coded(feature, losses, index)),
    top: asked.top,
    mostLiterals: asked.literals,
    alpha: errorWeight,
    ...(asked['least-rows'] === undefined ? {} : { leastRows: Math.max(1, least) }),
    ...(losses.clusters === undefined ? {} : { clusters: losses.clusters }),
    seed: seedOf({ id, gate, ...plan }, 'discover', ''),
  });
  const found = slices.map((slice) => told(slice, features));
  const proposed = found.filter((one) => isNew(one, declared));
  const patch = policyPatch(id, proposed, new Set(Object.keys(gate.by)));
  const left = skipped.length === 0 ? '' : ` Not searched: ${skipped.join('; ')}.`;
  return {
    found,
    rows: losses.candidate.length,
    exact: search.exhausted,
    ...(patch === undefined ? {} : { patch }),
    note: `Loss: ${losses.words}. Found on one half of the rows, confirmed on the other (Benjamini–Hochberg at 10 %).${left}`,
  };
}

/** Confirmed, and nothing that the policy says by itself. */
function isNew({ words, where, confirmed }: Discovery['found'][number], declared: Declared): boolean {
  return confirmed && !declared.has(words) && !declared.has(sameSql(where));
}

function coded({ name, conditions }: Feature, { codes }: RowLosses, index: number): SliceFeature {
  const own = codes[index];
  if (own === undefined) throw new Error('a column was not joined');
  const none = conditions.length;
  return { name, codes: Uint16Array.from(own, (code) => (code < 0 ? none : code)), size: none, none };
}

function told(
  { literals, discovered, outcome, rows }: JudgedSlice,
  features: readonly Feature[],
): Discovery['found'][number] {
  const conditions = literals.flatMap(({ feature, code }) => features[feature]?.conditions[code] ?? []);
  return {
    words: conditions.map(({ words }) => words).join(' and '),
    where: conditions.map(({ where }) => where).join(' AND '),
    rows: discovered.rows + rows,
    meanLoss: discovered.meanError,
    ...(outcome.kind === 'tested' && outcome.effect !== null ? { effect: outcome.effect } : {}),
    adjustedP: outcome.adjustedP,
    confirmed: outcome.confirmed,
  };
}

/** Lines for the policy, under names that it does not have yet. */
function policyPatch(gate: string, proposed: Discovery['found'], taken: ReadonlySet<string>): string | undefined {
  if (proposed.length === 0) return undefined;
  let number = 0;
  const lines = proposed.map(({ where }) => {
    do number++;
    while (taken.has(`found-${number}`));
    return `      found-${number}: { where: ${JSON.stringify(where)} }`;
  });
  return ['gates:', `  ${gate}:`, '    by:', ...lines].join('\n');
}

/** For the notice beside the verdict. */
export function discoveryNotice({ found }: Discovery, declared: Declared): string | undefined {
  const [first, ...others] = found.filter((one) => isNew(one, declared));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `The candidate also loses where ${named(first.words)}${more}, which no group of the policy says by itself: see the proposed groups.`;
}
