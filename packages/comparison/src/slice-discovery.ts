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
const sizeMatters = 0.99;

/** What to divide the examples by, for a search over these columns. @throws UserError `column-missing` */
export async function featureSpecs(
  columns: readonly string[],
  examples: Source,
  tables: Tables,
): Promise<readonly DivisionSpec[]> {
  const specs: DivisionSpec[] = [];
  for (const column of columns) {
    const type = examples.columns.find(({ name }) => name === column)?.type;
    const isNumber = type === 'number' || type === 'integer';
    specs.push(
      isNumber && (await distinctValues(column, examples, tables)) > mostValues
        ? { kind: 'bins', column, bins: binsAt(await quartiles(column, examples, tables)) }
        : { kind: 'columns', columns: [column] },
    );
  }
  return specs;
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

function quoted(column: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
}

function literal(value: string, type: string | undefined): string {
  const isBare = (type === 'number' || type === 'integer' || type === 'boolean') && /^[-+.\w]+$/.test(value);
  return isBare ? value : `'${value.replaceAll("'", "''")}'`;
}

/**
 * Groups that nobody declared in which the candidate loses most against the champion: found on one half of the rows, and
 * confirmed on the other.
 *
 * @param check    whose loss is looked at, where it is a mean over rows
 * @param declared groups that the policy names already
 */
export async function discover(
  plan: SlicePlan,
  check: EachCheck | undefined,
  features: readonly Feature[],
  declared: ReadonlySet<string>,
  arena: Arena | undefined,
): Promise<Discovery | undefined> {
  // what the policy names already is told, and not proposed
  const { discover: asked } = plan.gate;
  if (asked === undefined) return undefined;
  const losses = await arena?.rowLosses(
    check?.check,
    features.map(({ column }) => column),
  );
  if (losses?.champion === undefined) {
    const why =
      arena?.hasOpponent === true ? 'this gate has no loss of single rows' : 'there is no champion to compare with';
    return { found: [], rows: 0, exact: true, note: `Nothing was searched: ${why}.` };
  }
  const seed = seedOf(plan, 'discover', '');
  const judged = losses.candidate.map((loss, row) => loss - (losses.champion?.[row] ?? 0));
  const { search, slices } = confirmSlices({
    errors: excessErrors(losses.candidate, losses.champion),
    judged,
    features: features.map((feature, index) => coded(feature, losses, index)),
    top: asked.top,
    mostLiterals: asked.literals,
    alpha: sizeMatters,
    ...(asked['least-rows'] === undefined ? {} : { leastRows: Math.max(1, Math.round(asked['least-rows'] / 2)) }),
    ...(losses.clusters === undefined ? {} : { clusters: losses.clusters }),
    seed,
  });
  const found = slices.map((slice) => told(slice, features));
  const patch = policyPatch(
    plan.id,
    found.filter(({ words }) => !declared.has(words)),
  );
  return {
    found,
    rows: losses.candidate.length,
    exact: search.exhausted,
    ...(patch === undefined ? {} : { patch }),
    note: `Loss: ${losses.words}. Found on one half of the rows, confirmed on the other (Benjamini–Hochberg at 10 %).`,
  };
}

/** Beyond the most frequent values rows belong to no group of the feature. */
function coded({ name, conditions }: Feature, { codes }: RowLosses, index: number): SliceFeature {
  const own = codes[index];
  if (own === undefined) throw new Error('a column was not joined');
  const none = conditions.length;
  return { name, codes: Uint16Array.from(own, (code) => (code < 0 ? none : code)), size: none, none };
}

function told(
  { literals, discovered, outcome }: JudgedSlice,
  features: readonly Feature[],
): Discovery['found'][number] {
  const conditions = literals.flatMap(({ feature, code }) => features[feature]?.conditions[code] ?? []);
  return {
    words: conditions.map(({ words }) => words).join(' and '),
    where: conditions.map(({ where }) => where).join(' AND '),
    rows: discovered.rows,
    meanLoss: discovered.meanError,
    ...(outcome.kind === 'tested' && outcome.effect !== null ? { effect: outcome.effect } : {}),
    adjustedP: outcome.adjustedP,
    confirmed: outcome.confirmed,
  };
}

/** Lines for the policy. */
function policyPatch(gate: string, found: Discovery['found']): string | undefined {
  const confirmed = found.filter((one) => one.confirmed);
  if (confirmed.length === 0) return undefined;
  const lines = confirmed.map(({ where }, index) => `      found-${index + 1}: { where: ${JSON.stringify(where)} }`);
  return ['gates:', `  ${gate}:`, '    by:', ...lines].join('\n');
}

/** For the notice beside the verdict. */
export function discoveryNotice({ found }: Discovery, declared: ReadonlySet<string>): string | undefined {
  const confirmed = found.filter((one) => one.confirmed && !declared.has(one.words));
  const [first] = confirmed;
  if (first === undefined) return undefined;
  const more = confirmed.length === 1 ? '' : ` and ${confirmed.length - 1} more`;
  return `The candidate also loses where ${named(first.words)}${more}, which no group of the policy says by itself: see the proposed groups.`;
}
