import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measuredOf } from './measured-of.ts';
import { opened } from './opened.ts';

/** Null, as SQL has it: unknown. */
type Maybe<T> = T | null;
interface Row {
  readonly i: Maybe<number>;
  readonly f: Maybe<number>;
  readonly s: Maybe<string>;
  readonly b: Maybe<boolean>;
  readonly d: Maybe<string>;
  readonly g: Maybe<number>;
}

const engine = await opened();
let writer: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  writer = await instance.connect();
});
afterAll(() => writer.closeSync());

const sqlText = (value: string) => `'${value.replaceAll("'", "''")}'`;

async function write(name: string, rows: readonly Row[]): Promise<void> {
  const lines = rows.map(({ i, f, s, b, d, g }) =>
    [i, f === null ? null : `'${f}'`, s === null ? null : sqlText(s), b, d === null ? null : `'${d}'`, g]
      .map(String)
      .join(', '),
  );
  const types = { i: 'BIGINT', f: 'DOUBLE', s: 'VARCHAR', b: 'BOOLEAN', d: 'DATE', g: 'INTEGER' };
  const columns = Object.entries(types).map(([column, type]) => `CAST(${column} AS ${type}) AS ${column}`);
  await writer.run(
    `COPY (SELECT ${columns.join(', ')} FROM (VALUES (${lines.join('), (')})) AS t(${Object.keys(types).join(', ')}))
     TO '${path.join(engine.workspace, name)}' (FORMAT parquet)`,
  );
}

const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'] as const;
const row: fc.Arbitrary<Row> = fc.record({
  i: fc.option(fc.integer({ min: -4, max: 4 }), { freq: 6 }),
  f: fc.option(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }).map((half) => half / 2) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
    ),
    { freq: 6 },
  ),
  s: fc.option(fc.stringMatching(/^[abé' ]{0,3}$/), { freq: 6 }),
  b: fc.option(fc.boolean()),
  d: fc.option(fc.constantFrom(...days)),
  g: fc.option(fc.integer({ min: 1, max: 2 })),
});

/** NaN is above everything in the engine's comparisons. */
const above = (a: number, b: number) => (Number.isNaN(a) ? !Number.isNaN(b) : a > b);
const and = (a: Maybe<boolean>, b: Maybe<boolean>): Maybe<boolean> =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const not = (a: Maybe<boolean>): Maybe<boolean> => (a === null ? null : !a);
const of = <T>(value: Maybe<T>, holds: (value: T) => boolean): Maybe<boolean> => (value === null ? null : holds(value));

/** Conditions that people write, and what they mean. */
const conditions: readonly (readonly [string, (row: Row) => Maybe<boolean>])[] = [
  ['i > 0', ({ i }) => of(i, (value) => value > 0)],
  ['b', ({ b }) => b],
  ['i > 0 OR b -- either', ({ i, b }) => not(and(not(of(i, (value) => value > 0)), not(b)))],
  [
    'NOT b AND f < 1',
    ({ b, f }) =>
      and(
        not(b),
        of(f, (value) => above(1, value)),
      ),
  ],
  ["s LIKE 'a%'", ({ s }) => of(s, (value) => value.startsWith('a'))],
  ["d >= DATE '2026-01-03'", ({ d }) => of(d, (value) => value >= '2026-01-03')],
  ['g IS NULL', ({ g }) => g === null],
];
const condition = fc.constantFrom(...conditions);
const where = fc.option(condition, { nil: undefined, freq: 3 });

/** One rule: what the contract says, and the answer that plain code gives. */
interface Drawn {
  readonly column?: keyof Row;
  readonly key: string;
  readonly says: unknown;
  answer(rows: readonly Row[], other: readonly Row[]): unknown;
}

const counted = (looked: readonly unknown[], breaks: readonly unknown[]) => `${breaks.length}/${looked.length}`;

/** A rule about values of one column. */
function valueRule<K extends keyof Row>(
  column: K,
  key: string,
  says: unknown,
  keeps: (value: NonNullable<Row[K]>) => boolean,
): Drawn {
  return {
    ...{ column, key, says },
    answer(rows) {
      const values = rows.flatMap((one) => (one[column] === null ? [] : [one[column] as NonNullable<Row[K]>]));
      return counted(
        values,
        values.filter((value) => !keeps(value)),
      );
    },
  };
}

const ends = fc
  .tuple(
    fc.integer({ min: -4, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom('min', 'above', 'none'),
    fc.constantFrom('max', 'below', 'none'),
  )
  .filter(([, , low, high]) => low !== 'none' || high !== 'none');

const range = (column: 'i' | 'f') =>
  ends.map(([start, width, low, high]) => {
    const [from, to] = [start / 2, start / 2 + width];
    const says = { ...(low === 'none' ? {} : { [low]: from }), ...(high === 'none' ? {} : { [high]: to }) };
    return valueRule(
      column,
      'range',
      says,
      (value) =>
        !Number.isNaN(value) &&
        (low === 'none' || value > from || (low === 'min' && value === from)) &&
        (high === 'none' || value < to || (high === 'max' && value === to)),
    );
  });

const dayRange = fc
  .tuple(fc.constantFrom(...days), fc.constantFrom('min', 'above', 'max', 'below'))
  .map(([day, end]) =>
    valueRule('d', 'range', { [end]: day }, (value) =>
      end === 'min' ? value >= day : end === 'above' ? value > day : end === 'max' ? value <= day : value < day,
    ),
  );

const halves = fc.uniqueArray(
  fc.integer({ min: -5, max: 5 }).map((half) => half / 2),
  { minLength: 1, maxLength: 6 },
);
const texts = fc.uniqueArray(fc.constantFrom<string>('', 'a', 'b', 'ab', "a'", 'é'), { minLength: 1, maxLength: 6 });
const patterns = ['^a', 'b$', '^[ab]+$', "'", '^.$', '^$'] as const;

const sets = fc.oneof(
  halves.map((all) => valueRule('i', 'in', all, (value) => all.includes(value))),
  halves.map((all) => valueRule('i', 'not-in', all, (value) => !all.includes(value))),
  halves.map((all) => valueRule('f', 'in', all, (value) => all.includes(value))),
  texts.map((all) => valueRule('s', 'in', all, (value) => all.includes(value))),
  texts.map((all) => valueRule('s', 'not-in', all, (value) => !all.includes(value))),
  fc
    .subarray([...days], { minLength: 1 })
    .map((all) => valueRule('d', 'in', all, (value) => all.some((day) => day === value))),
  fc.constantFrom('in', 'not-in').chain((key) =>
    fc.tuple(fc.constantFrom('i', 's'), where).map(
      ([column, condition]): Drawn => ({
        ...{
          column,
          key,
          says: { table: 'other', column, ...(condition === undefined ? {} : { where: condition[0] }) },
        },
        answer(rows, other) {
          const allowed = other
            .filter((one) => condition === undefined || condition[1](one) === true)
            .map((one) => one[column]);
          const values = rows.map((one) => one[column]).filter((value) => value !== null);
          return counted(
            values,
            values.filter((value) => allowed.includes(value) !== (key === 'in')),
          );
        },
      }),
    ),
  ),
);

const textRules = fc.oneof(
  fc
    .constantFrom(...patterns)
    .map((text) => valueRule('s', 'pattern', text, (value) => new RegExp(text, 'u').test(value))),
  fc
    .constantFrom(...patterns)
    .map((text) => valueRule('s', 'not-pattern', text, (value) => !new RegExp(text, 'u').test(value))),
  fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))
    .map(([min, more]) =>
      valueRule('s', 'length', { min, max: min + more }, (value) => value.length >= min && value.length <= min + more),
    ),
);

const nameOf = (one: Row, columns: readonly (keyof Row)[]) =>
  columns.map((column) => String(one[column])).join('\u0001');

function sharedRows(rows: readonly Row[], columns: readonly (keyof Row)[]): string {
  const looked = rows.filter((one) => columns.every((column) => one[column] !== null));
  const shared = looked.filter((one) =>
    looked.some((two) => two !== one && nameOf(one, columns) === nameOf(two, columns)),
  );
  return counted(looked, shared);
}

const missing: fc.Arbitrary<Drawn> = fc.constantFrom('i', 'f', 's', 'd', 'b').chain((column) =>
  fc.constantFrom(['nullable', false] as const, ['nulls', '10%'] as const).map(([key, says]) => ({
    ...{ column, key, says },
    answer: (rows) =>
      counted(
        rows,
        rows.filter((one) => one[column] === null),
      ),
  })),
);

const unique: fc.Arbitrary<Drawn> = fc
  .constantFrom('i', 'f', 's', 'd')
  .map((column) => ({ ...{ column, key: 'unique', says: true }, answer: (rows) => sharedRows(rows, [column]) }));

const finite = fc.constant(valueRule('f', 'finite', true, Number.isFinite));

/** A value that does not rise above the one before it, in this order. */
function falls(rows: readonly Row[], column: 'i' | 'f', strictly: boolean): number {
  const values = rows.map((one) => one[column] ?? 0);
  return values.filter((value, index) => {
    const before = values[index - 1];
    if (before === undefined) return false;
    const same = Object.is(value, before) || value === before;
    return above(before, value) || (strictly && same);
  }).length;
}

const increasing: fc.Arbitrary<Drawn> = fc.tuple(fc.constantFrom('i', 'f'), fc.boolean()).map(([column, strictly]) => ({
  ...{ column, key: 'increasing', says: strictly ? 'strictly' : 'weakly' },
  answer(rows) {
    const looked = rows.filter((one) => one[column] !== null);
    return `${falls(looked, column, strictly)}/${looked.length}`;
  },
}));

const columnRule: fc.Arbitrary<Drawn> = fc.oneof(
  missing,
  unique,
  finite,
  increasing,
  range('i'),
  range('f'),
  dayRange,
  sets,
  textRules,
);

/** A check by itself, under a condition. */
const check = fc.tuple(
  where,
  fc.oneof(
    condition.map(
      ([sql, meets]): Drawn => ({
        ...{ key: 'expect', says: { expect: sql } },
        answer: (rows) =>
          counted(
            rows,
            rows.filter((one) => meets(one) !== true),
          ),
      }),
    ),
    fc.tuple(fc.constantFrom('i', 'f'), fc.constantFrom('mean', 'sum', 'min', 'max', 'stddev')).map(
      ([column, key]): Drawn => ({
        ...{ key, says: { [key]: column, 'at-least': 0 } },
        answer: (rows) => aggregated(key, numbersOf(rows, column)),
      }),
    ),
    fc.constantFrom<keyof Row>('i', 'f', 's', 'd', 'b').map(
      (column): Drawn => ({
        ...{ key: 'distinct', says: { distinct: column, 'at-least': 0 } },
        answer: (rows) => new Set(rows.flatMap((one) => (one[column] === null ? [] : [one[column]]))).size,
      }),
    ),
    fc.tuple(fc.constantFrom('i', 'f'), fc.constantFrom(0.01, 0.25, 0.5, 0.9)).map(
      ([column, q]): Drawn => ({
        ...{ key: 'quantile', says: { quantile: { column, q }, 'at-least': 0 } },
        answer: (rows) => quantile(numbersOf(rows, column), q),
      }),
    ),
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map(
      ([strictly, grouped, ordered]): Drawn => ({
        ...{ key: 'increasing' },
        says: {
          increasing: {
            column: 'i',
            strictly,
            ...(grouped ? { by: ['g', 'b'] } : {}),
            ...(ordered ? { order: ['d'] } : {}),
          },
        },
        answer(rows) {
          const looked = rows.filter(({ i, d }) => i !== null && (!ordered || d !== null));
          const sorted = ordered
            ? [...looked].sort((a, b) => (a.d ?? '').localeCompare(b.d ?? '') || (a.i ?? 0) - (b.i ?? 0))
            : looked;
          const groups = Object.values(Object.groupBy(sorted, (one) => (grouped ? nameOf(one, ['g', 'b']) : '')));
          return `${groups.reduce((sum, group) => sum + falls(group ?? [], 'i', strictly), 0)}/${looked.length}`;
        },
      }),
    ),
    fc.subarray<'i' | 's' | 'd' | 'g'>(['i', 's', 'd', 'g'], { minLength: 1, maxLength: 2 }).map(
      (columns): Drawn => ({
        ...{ key: 'references', says: { references: { columns, table: 'other' } } },
        answer(rows, other) {
          const there = new Set(other.map((one) => nameOf(one, columns)));
          const looked = rows.filter((one) => columns.every((column) => one[column] !== null));
          return counted(
            looked,
            looked.filter((one) => !there.has(nameOf(one, columns))),
          );
        },
      }),
    ),
  ),
);

function numbersOf(rows: readonly Row[], column: 'i' | 'f'): readonly number[] {
  return rows.flatMap((one) => one[column] ?? []);
}

function aggregated(key: string, values: readonly number[]): number | undefined {
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  if (key === 'mean') return mean;
  if (key === 'sum') return sum;
  if (key === 'min') return Math.min(...values);
  if (key === 'max') return Math.max(...values);
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return values.length < 2 ? undefined : Math.sqrt(squares / (values.length - 1));
}

function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const [low = 0, high = low] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}

/** Columns with the rules that go together, and each column's condition. */
const columnRules = fc.tuple(
  fc.uniqueArray(columnRule, {
    selector: ({ column, key }) => `${column} ${key === 'nulls' ? 'nullable' : key}`,
    minLength: 1,
    maxLength: 12,
  }),
  fc.dictionary(fc.constantFrom('i', 'f', 's', 'd', 'b'), condition),
);

test('every rule counts what a slow and obvious evaluation counts, over random tables and contracts', async () => {
  let file = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 24 }),
      fc.array(row, { minLength: 1, maxLength: 6 }),
      columnRules,
      fc.array(check, { maxLength: 5 }),
      fc.uniqueArray(fc.subarray<keyof Row>(['i', 's', 'b', 'd', 'g'], { minLength: 1, maxLength: 3 }), {
        maxLength: 2,
        selector: (columns) => columns.join('+'),
      }),
      async (rows, other, [drawn, wheres], checks, keys) => {
        const [name, otherName] = [`p${++file}.parquet`, `o${file}.parquet`];
        await write(name, rows);
        await write(otherName, other);
        const columns: Record<string, Record<string, unknown>> = {
          i: {},
          f: { type: 'double', finite: false },
          s: {},
          b: {},
          d: {},
          g: {},
        };
        for (const { column = 'i', key, says } of consistent(drawn))
          columns[column] = { ...columns[column], [key]: says };
        for (const [column, [sql]] of Object.entries(wheres)) columns[column] = { ...columns[column], where: sql };
        const contract = {
          ...{ columns, keys, tables: { other: otherName } },
          checks: Object.fromEntries(
            checks.map(([condition, { says }], index) => [
              `c${index}`,
              { ...Object(says), ...(condition === undefined ? {} : { where: condition[0] }) },
            ]),
          ),
        };
        const meeting = (meets: ((one: Row) => Maybe<boolean>) | undefined) =>
          meets === undefined ? rows : rows.filter((one) => meets(one) === true);
        const expected = {
          ...Object.fromEntries(
            consistent(drawn).map((one) => [
              `columns.${one.column}.${one.key}`,
              one.answer(meeting(wheres[one.column ?? 'i']?.[1]), other),
            ]),
          ),
          ...Object.fromEntries(keys.map((key) => [`keys.${key.join('+')}`, sharedRows(rows, key)])),
          ...Object.fromEntries(
            checks.map(([condition, one], index) => [`checks.c${index}`, one.answer(meeting(condition?.[1]), other)]),
          ),
        };
        const rules = Object.entries(contract).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
        const found = await measuredOf(engine, name, rules.join('\n'));
        for (const [id, value] of Object.entries(expected))
          expect([id, found[id]]).toEqual([id, typeof value === 'number' ? expect.closeTo(value, 9) : value]);
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);

/** A contract may not forbid what it allows, and says of missing values one thing. */
function consistent(drawn: readonly Drawn[]): readonly Drawn[] {
  const allowed = new Set(drawn.filter(({ key }) => key === 'in').map(({ column }) => column));
  return drawn.filter(({ column, key }) => key !== 'not-in' || !allowed.has(column));
}
