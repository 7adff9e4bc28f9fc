import { Random, streamSeed } from '@modelgate/statistics';
import { beforeAll, expect, test } from 'vitest';
import { duckdb } from '../src/dialect.ts';
import { drift } from '../src/drift.ts';
import { defaultDriftSettings } from '../src/drift-settings.ts';
import {
  type CategoryColumn,
  isCategoryColumn,
  isDateColumn,
  isNumberColumn,
  type NumberColumn,
  type Profile,
  type ProfileColumn,
  valuesOf,
} from '../src/profile.ts';
import { parseProfile, writeProfile } from '../src/profile-text.ts';
import { type ProfileSpec, profileTable } from '../src/profiler.ts';
import { type Opened, opened } from './opened.ts';

const seed = '00000000000000f5';
const commit = 'c'.repeat(40);

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

let files = 0;
type Row = Readonly<Record<string, string | number | boolean | null>>;

async function describedJson(rows: readonly Row[]) {
  const name = `p${++files}.jsonl`;
  session.write(name, rows.map((row) => JSON.stringify(row)).join('\n'));
  return session.tables.describe(name);
}

async function profiledCsv(text: string, spec: Partial<ProfileSpec> = {}) {
  const name = `p${++files}.csv`;
  session.write(name, text);
  const source = await session.tables.describe(name);
  return profileTable({ engine: session.tables, dialect: duckdb, source }, { commit, tool: '0.1.0', ...spec });
}

async function profiled(rows: readonly Row[], spec: Partial<ProfileSpec> = {}) {
  const source = await describedJson(rows);
  return profileTable({ engine: session.tables, dialect: duckdb, source }, { commit, tool: '0.1.0', ...spec });
}

function columnOf(profile: Profile, name: string): ProfileColumn {
  const found = profile.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

/** Random rows: a mass at 0, ties, nulls, few and many values, times. */
function randomRows(random: Random, rows: number): readonly Row[] {
  const upTo = (n: number) => Math.floor(random.uniform() * n);
  const maybe = <T>(share: number, value: T) => (random.uniform() < share ? null : value);
  const zones = 5 + upTo(300);
  return Array.from({ length: rows }, (_, i) => ({
    id: i * 7,
    amount: maybe(0.1, random.uniform() < 0.3 ? 0 : Math.exp(4 * random.uniform()) - 2),
    passengers: maybe(0.05, upTo(6)),
    rank: upTo(40) / 4,
    zone: maybe(0.02, `z${Math.floor(zones * random.uniform() ** 2)}`),
    day: `2024-0${1 + upTo(9)}-1${upTo(10)}`,
    at: maybe(0.1, `2024-01-1${upTo(10)}T0${upTo(10)}:00:00Z`),
    paid: maybe(0.2, upTo(2) === 0),
    nothing: null,
  }));
}

/** Counts again what a profile says, in plain code. */
function recounted(rows: readonly Row[], column: ProfileColumn): ProfileColumn {
  const cells = rows.map((row) => row[column.name] ?? null);
  const there = cells.filter((cell) => cell !== null);
  const nulls = rows.length - there.length;
  const distinct = new Set(there).size;
  if (isCategoryColumn(column)) {
    const counts = new Map<string, number>();
    for (const cell of there) counts.set(String(cell), (counts.get(String(cell)) ?? 0) + 1);
    const values = [...counts].filter(([, n]) => n >= column.listedFrom).sort(([a], [b]) => (a < b ? -1 : 1));
    const rest = there.length - values.reduce((sum, [, n]) => sum + n, 0);
    return { ...column, nulls, distinct, values, rest };
  }
  const read = (text: string | number | boolean) => (typeof text === 'number' ? text : Date.parse(String(text)));
  const numbers = there.map(read).sort((a, b) => a - b);
  const over = (edges: readonly number[]) =>
    [...edges, Number.POSITIVE_INFINITY].map(
      (edge, at) => numbers.filter((one) => one <= edge && one > (edges[at - 1] ?? Number.NEGATIVE_INFINITY)).length,
    );
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (isDateColumn(column)) {
    const write = (ms: number) =>
      new Date(ms)
        .toISOString()
        .replace('.000Z', 'Z')
        .slice(0, column.type === 'date' ? 10 : 30);
    const edges = column.bins?.edges ?? [];
    return {
      ...column,
      nulls,
      distinct,
      first: write(first),
      last: write(last),
      bins: { edges, counts: over(edges.map(read)) },
    };
  }
  if (!isNumberColumn(column)) return { ...column, nulls };
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const squares = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const stddev = numbers.length === 1 ? 0 : Math.sqrt(squares / (numbers.length - 1));
  const edges = column.bins?.edges ?? [];
  return {
    ...column,
    nulls,
    distinct,
    spread: { mean: expect.closeTo(mean, 8), stddev: expect.closeTo(stddev, 8), min: first, max: last },
    bins: { edges, counts: over(edges), ...(column.bins?.centres ? { centres: column.bins.centres } : {}) },
  };
}

test.each([1, 2, 7, 60, 2000])('of %d random rows every count is what plain code counts', async (rows) => {
  const random = new Random(streamSeed(seed, rows));
  const table = randomRows(random, rows);
  const profile = await profiled(table);
  for (const column of profile.columns) {
    const again = recounted(table, column);
    if (column.withheld === undefined) expect(column).toEqual(again);
    else expect([column.nulls, 'rest' in column && column.rest]).toEqual([again.nulls, 'rest' in again && again.rest]);
  }
  // as a file it says the same, and the file of the file is the file
  const text = writeProfile(profile);
  expect(writeProfile(parseProfile(text, 'p.json'))).toBe(text);
  // over the bins of another table
  const other = randomRows(random, 500);
  const against = await profiled(other, { reference: parseProfile(text, 'p.json') });
  for (const column of against.columns) {
    const before = columnOf(profile, column.name);
    const again = recounted(other, column);
    if (isCategoryColumn(column) && isCategoryColumn(before) && isCategoryColumn(again)) {
      const named = new Set([...before.values, ...again.values].map(([value]) => value));
      const counts = [...named].sort().map((value): [string, number] => {
        return [value, other.filter((row) => String(row[column.name] ?? 'null') === value).length];
      });
      const rest = valuesOf(column, 500) - counts.reduce((sum, [, n]) => sum + n, 0);
      if (before.withheld === undefined) expect(column).toEqual({ ...again, values: counts, rest });
    } else if ('bins' in column && 'bins' in before && 'bins' in again) {
      expect(column.bins?.edges).toEqual(before.bins?.edges ?? []);
      expect(column.bins?.counts).toEqual(again.bins?.counts);
    }
  }
});

test('twenty bins of equal size where values differ; a frequent value is one bin, a few values are a bin each', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) => ({
    even: i / 2,
    spiked: i < 900 ? 0 : i,
    few: i % 20,
    half: i % 2 === 0 ? 0.25 : null,
    many: i % 21,
  }));
  const profile = await profiled(rows);
  const of = (name: string) => columnOf(profile, name) as NumberColumn;
  expect(of('even').bins?.counts).toEqual(new Array(20).fill(100));
  expect(of('even').bins?.centres?.[0]).toBe(24.5);
  expect(of('spiked').bins?.counts).toEqual([900, ...new Array(11).fill(100)]);
  expect(of('few').bins).toEqual({
    edges: Array.from({ length: 19 }, (_, i) => i),
    centres: Array.from({ length: 20 }, (_, i) => i),
    counts: new Array(20).fill(100),
  });
  expect(of('half').bins).toEqual({ edges: [], centres: [0.25], counts: [1000] });
  expect(of('half').spread).toEqual({ mean: 0.25, stddev: 0, min: 0.25, max: 0.25 });
  expect(of('many').bins?.counts.every((n) => n > 0)).toBe(true);
  expect(of('many').distinct).toBe(21);
});

test('NaN and infinities are counted apart from values', async () => {
  const cells = ['1.5', '2.5', 'nan', '', 'inf', '-inf', '2.5', '4'];
  const profile = await profiledCsv(`x,k\n${cells.map((cell) => `${cell},1`).join('\n')}\n`);
  expect(columnOf(profile, 'x')).toEqual({
    name: 'x',
    type: 'double',
    nulls: 1,
    notFinite: 3,
    distinct: 3,
    spread: { mean: 2.625, stddev: expect.closeTo(1.0307764064, 9), min: 1.5, max: 4 },
    bins: { edges: [1.5, 2.5], centres: [1.5, 2.5, 4], counts: [1, 2, 1] },
  });
  expect(() => parseProfile(writeProfile(profile), 'p.json')).not.toThrow();
});

test('no value is named that could point at a person', async () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    surname: ['Meier', 'Schulz'][i % 2] ?? '',
    age: 20 + (i % 50),
    birth_date: `1980-01-${10 + (i % 10)}`,
    contact: `desk${i % 4}@example.com`,
    comment: i % 2 === 0 ? 'x'.repeat(61) : 'ok',
    city: i < 3 ? 'Hamlet' : i < 8 ? 'Village' : 'Town',
    token: i < 95 ? 'none' : `t${i}`,
  }));
  const profile = await profiled(rows);
  expect(profile.columns.map(({ name, withheld }) => [name, withheld])).toEqual([
    ['surname', 'personal'],
    ['age', undefined],
    ['birth_date', 'personal'],
    ['contact', 'personal'],
    ['comment', undefined],
    ['city', undefined],
    ['token', 'rare-values'],
  ]);
  expect((columnOf(profile, 'city') as CategoryColumn).values).toEqual([
    ['Town', 992],
    ['Village', 5],
  ]);
  expect((columnOf(profile, 'comment') as CategoryColumn).values).toEqual([['ok', 500]]);
  const text = writeProfile(profile);
  for (const secret of ['Meier', 'desk', '1980', 'xxx', 'Hamlet', 't42']) expect(text).not.toContain(secret);
  expect(parseProfile(text, 'p.json').columns).toHaveLength(7);
  // against it the same is withheld, and the city of a few rows is not named either
  const again = await profiled(rows, { reference: parseProfile(text, 'p.json') });
  expect(again.columns.map(({ withheld }) => withheld)).toEqual([
    'personal',
    undefined,
    'personal',
    'personal',
    undefined,
    undefined,
    'rare-values',
  ]);
});

test('of more than 500 values the most frequent are listed, and from how many rows on', async () => {
  const rows = Array.from({ length: 600 }, (_, value) =>
    Array.from({ length: value < 100 ? 9 : value < 400 ? 8 : 7 }, () => ({ c: `v${value}` })),
  ).flat();
  const column = columnOf(await profiled(rows), 'c') as CategoryColumn;
  expect([column.listedFrom, column.values.length, column.rest, column.distinct]).toEqual([8, 400, 1400, 600]);
});

test('a table has not drifted from its own profile', async () => {
  const table = randomRows(new Random(seed), 3000);
  const reference = parseProfile(writeProfile(await profiled(table)), 'p.json');
  const current = await profiled(table, { reference });
  const found = drift(reference, current, {
    ...defaultDriftSettings,
    seed,
    dates: { comparator: 'wasserstein', floor: 0.1 },
  });
  expect(found.filter(({ status }) => status === 'drifted' || status === 'error')).toEqual([]);
  expect(
    found.map(({ measured }) => measured?.distance).filter((distance) => distance !== undefined && distance > 1e-9),
  ).toEqual([]);
  expect(found.length).toBeGreaterThan(8);
});

test('what a CSV cannot say is as it was in the reference: digits that are text, dates that are text', async () => {
  const lines = (code: (i: number) => string) =>
    Array.from({ length: 100 }, (_, i) => `${code(i)},2024-01-${10 + (i % 20)}`).join('\n');
  const reference = await profiledCsv(`code,day\n${lines((i) => `0${i % 5}`)}\n`);
  expect(reference.columns.map(({ type }) => type)).toEqual(['string', 'date']);
  const now = await profiledCsv(`code,day\n${lines((i) => `1${i % 5}`)}\n`, { reference });
  expect(now.columns.map(({ type }) => type)).toEqual(['string', 'date']);
  // one text that is no date, and all are texts
  const broken = await profiledCsv(`code,day\n${lines((i) => `1${i % 5}`)}\n10,2024-02-30\n`, { reference });
  expect(broken.columns.map(({ type }) => type)).toEqual(['string', 'string']);
});

test('only the columns that are asked for', async () => {
  const profile = await profiled([{ a: 1, b: 2 }], { columns: ['b'] });
  expect(profile.columns.map(({ name }) => name)).toEqual(['b']);
});
