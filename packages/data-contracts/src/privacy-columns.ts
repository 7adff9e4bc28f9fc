import type { PrivacyContract } from '@modelgate/core';
import type { Column } from '@modelgate/tables';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { confirmsPersonalData, type PersonalDataKind, personalDataPattern } from './personal-data.ts';
import { type PersonalColumnKind, personalColumns } from './personal-data-column.ts';
import { announces, kindsOfDigits, type NamedKind, namedKinds, words } from './privacy-kinds.ts';
import { isLuck } from './privacy-luck.ts';
import { named } from './source-column.ts';

/** A column that is searched, with what its name says. */
interface Searched extends Column {
  readonly announced: PersonalColumnKind | undefined;
}

/** Rows of one column that hold one kind. */
interface Held {
  readonly column: string;
  readonly rows: number;
  readonly of: number;
  /** "estimated from 10,000 of 52,000 values of its shape" */
  readonly estimate?: string;
}

/** Values that are read to be confirmed, for each kind and column; and the characters of all of them. */
const mostValues = 10_000;
const mostCharacters = 64_000_000;
/** Of one value: what lies behind is not read. */
const longestValue = 1_000_000;
/** Shorter values hold none of the kinds. */
const shortestValue = 6;
/** Sets of counts of one pass over the table. */
const together = 50;

/** For each kind a measurement of each column that holds it, and one that holds for all others. */
export async function measureColumns(
  rule: PrivacyContract,
  kinds: { readonly byValue: readonly PersonalDataKind[]; readonly byName: readonly NamedKind[] },
  identity: (id: string, column?: string) => RuleIdentity,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  const excepted = new Set(rule.except);
  const announced = new Map(
    personalColumns(world.source.columns.map(({ name }) => name)).map(({ column, kind }) => [column, kind]),
  );
  const columns = world.source.columns
    .filter(({ name, type }) => !excepted.has(name) && type !== 'empty')
    .map((column) => ({ ...column, announced: announced.get(column.name) }));
  const all: DataMeasurement[] = [];
  const report = async (kind: PersonalDataKind | NamedKind, look: () => Promise<readonly Held[]>) => {
    let held: readonly Held[] = [];
    const others = await measured(identity(`privacy.${kind}`), async () => {
      held = await look();
      return counted(`a column holds ${words[kind]}`, { rows: 0, of: world.source.rows }, rule);
    });
    const found = held.filter(({ rows }) => rows > 0);
    for (const one of found) {
      const breaks = `${named(one.column)} holds ${words[kind]}`;
      all.push({ ...identity(`privacy.${kind}.${one.column}`, one.column), found: counted(breaks, one, rule) });
    }
    if (found.length === 0) all.push(others);
  };
  let candidates: Promise<ReadonlyMap<string, Candidates>> | undefined;
  for (const kind of kinds.byValue)
    await report(kind, async () => {
      candidates ??= candidateRows(kinds.byValue, columns, world);
      const shaped = await candidates;
      const held: Held[] = [];
      for (const column of columns.filter((one) => isSearched(one, kind))) {
        const there = shaped.get(`${kind} ${column.name}`);
        if (there !== undefined && there.rows > 0) held.push(await confirmedRows(kind, column, there, world));
      }
      return held;
    });
  for (const kind of kinds.byName) await report(kind, () => givenRows(kind, columns, world));
  return all;
}

function counted(
  breaks: string,
  { rows, of, estimate }: Pick<Held, 'rows' | 'of' | 'estimate'>,
  rule: PrivacyContract,
): Found {
  return {
    kind: 'counted',
    breaks,
    failing: rows,
    of,
    unit: 'row',
    allowed: rule['at-most'],
    ...(estimate === undefined ? {} : { extra: estimate }),
    sampleShows: 'share',
    suppressBelow: rule['suppress-below'],
  };
}

/** Lists and structures are searched as they are written; numbers with a fraction and times hold nothing of the kind. */
function isSearched({ type, announced }: Searched, kind: PersonalDataKind): boolean {
  if (type === 'integer') return kindsOfDigits.has(kind) || (kind === 'phone' && announces(announced, kind));
  return type === 'text' || type === 'mixed' || type === 'other';
}

interface Candidates {
  /** Rows whose value has the shape somewhere. */
  readonly rows: number;
  readonly characters: number;
  /** Rows with a value. */
  readonly of: number;
}

/** One look for the shapes of all kinds at once is as dear as for one: most columns have none of them. */
async function candidateRows(
  kinds: readonly PersonalDataKind[],
  columns: readonly Searched[],
  world: ContractWorld,
): Promise<ReadonlyMap<string, Candidates>> {
  const kindsOf = (column: Searched) => kinds.filter((kind) => isSearched(column, kind));
  const searched = columns.filter((column) => kindsOf(column).length > 0);
  const any = await counts(
    searched.map((column) => ({ rows: `count(CASE WHEN ${hasShape(kindsOf(column), column, world)} THEN 1 END)` })),
    world,
  );
  const asked = searched
    .filter((_, index) => (any[index]?.['rows'] ?? 0) > 0)
    .flatMap((column) => kindsOf(column).map((kind) => ({ kind, column })));
  const found = await counts(
    asked.map(({ kind, column }) => {
      const shaped = hasShape([kind], column, world);
      const characters = world.dialect.length(textOf(column, world));
      return {
        rows: `count(CASE WHEN ${shaped} THEN 1 END)`,
        characters: `sum(CASE WHEN ${shaped} THEN ${characters} ELSE 0 END)`,
        of: `count(${world.dialect.identifier(column.name)})`,
      };
    }),
    world,
  );
  return new Map(
    asked.map(({ kind, column }, index) => {
      const { rows = 0, characters = 0, of = 0 } = found[index] ?? {};
      return [`${kind} ${column.name}`, { rows, characters, of }];
    }),
  );
}

/** Sets of aggregates, in as few passes over the table as their number allows. */
async function counts(
  asked: readonly Readonly<Record<string, string>>[],
  { engine, source }: ContractWorld,
): Promise<readonly Readonly<Record<string, number>>[]> {
  const found: Record<string, number>[] = [];
  for (let start = 0; start < asked.length; start += together) {
    const some = asked.slice(start, start + together);
    const named = some.flatMap((one, index) => Object.entries(one).map(([name, sql]) => [`${name} ${index}`, sql]));
    const numbers = await engine.numbers(source, Object.fromEntries(named));
    for (const [index, one] of some.entries())
      found.push(Object.fromEntries(Object.keys(one).map((name) => [name, numbers[`${name} ${index}`] ?? 0])));
  }
  return found;
}

function textOf({ name, type }: Column, { dialect }: ContractWorld): string {
  const sql = dialect.identifier(name);
  return type === 'text' ? sql : dialect.written(sql, type);
}

/** The cheap condition first: most columns of a table hold short codes. */
function hasShape(kinds: readonly PersonalDataKind[], column: Column, world: ContractWorld): string {
  const text = textOf(column, world);
  const { dialect } = world;
  const pattern = kinds.map((kind) => `(?:${personalDataPattern(kind)})`).join('|');
  return `CASE WHEN ${dialect.length(text)} >= ${shortestValue} THEN ${dialect.matches(text, pattern)} ELSE FALSE END`;
}

/** Reads values that have the shape, all of them or a reproducible part, and tells no one what they are. */
async function confirmedRows(
  kind: PersonalDataKind,
  column: Searched,
  candidates: Candidates,
  world: ContractWorld,
): Promise<Held> {
  const { engine, dialect, source, seed } = world;
  const text = textOf(column, world);
  const most = Math.max(
    1,
    Math.min(mostValues, Math.floor((mostCharacters * candidates.rows) / candidates.characters)),
  );
  const values = await engine.ask({
    sql: `WITH shaped AS (
        SELECT ${text} AS held, count(*) AS n FROM this WHERE ${hasShape([kind], column, world)} GROUP BY 1
      )
      SELECT substr(held, 1, ${longestValue}) AS held, n FROM shaped
      ORDER BY ${dialect.md5(`concat(${dialect.text(seed)}, held)`)} LIMIT ${most}`,
    tables: { this: source },
    most,
  });
  const isAnnounced = announces(column.announced, kind);
  const label = column.name.replace(/[^\p{L}\p{N}]+/gu, ' ');
  const confirmed = values.filter(({ held }) => {
    const value = String(held);
    return (
      confirmsPersonalData(kind, value) || (isAnnounced && confirmsPersonalData(kind, `${label}: ${value.trim()}`))
    );
  });
  const rowsOf = (some: typeof values) => some.reduce((sum, { n }) => sum + Number(n), 0);
  const read = rowsOf(values);
  const { of } = candidates;
  // The name of one national id announces all of them: most values must then be of the kind.
  const isMeant = isAnnounced && confirmed.length * 2 >= values.length;
  if (confirmed.length === 0 || (!isMeant && isLuck(kind, values.length, confirmed.length)))
    return { column: column.name, rows: 0, of };
  const share = rowsOf(confirmed) / read;
  return read >= candidates.rows
    ? { column: column.name, rows: rowsOf(confirmed), of }
    : {
        column: column.name,
        rows: Math.max(rowsOf(confirmed), Math.round(candidates.rows * share)),
        of,
        estimate: `estimated from ${read.toLocaleString('en-US')} of the ${candidates.rows.toLocaleString('en-US')} rows that have its shape`,
      };
}

/** Nothing in a name or a date of birth says that it is one: every value of a column that is called so counts. */
async function givenRows(
  kind: NamedKind,
  columns: readonly Searched[],
  { engine, dialect, source }: ContractWorld,
): Promise<readonly Held[]> {
  const called = columns.filter(({ announced }) => announced !== undefined && namedKinds[kind].includes(announced));
  if (called.length === 0) return [];
  const numbers = await engine.numbers(
    source,
    Object.fromEntries(called.map(({ name }, index) => [`given ${index}`, `count(${dialect.identifier(name)})`])),
  );
  return called.map(({ name }, index) => ({ column: name, rows: numbers[`given ${index}`] ?? 0, of: source.rows }));
}
