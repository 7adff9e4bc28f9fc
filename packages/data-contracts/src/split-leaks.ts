import { type SplitContract, UserError } from '@modelgate/core';
import type { Column, Row, Source } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { columnIn, named } from './source-column.ts';

type LeakRule = NonNullable<SplitContract['target-leaks']>;

/** What one feature alone gives away of the label, of rows that it was not learnt from. */
interface Leak {
  readonly column: string;
  /** 0: no more than the usual label does; 1: all of it. */
  readonly share: number;
  /** Where rows of a sample can say it. */
  readonly standardError?: number;
}

/** A feature as it is learnt from: by its values, or by 64 ranges of them that hold equally many rows. */
interface Reading {
  readonly column: string;
  /** SQL of a text, never NULL. */
  readonly sql: string;
}

/** Rows that are plenty for an estimate; of a larger table a reproducible sample is looked at. */
const mostRows = 100_000;
const leastRows = 30;
/** A number with more different values than this is a quantity, with fewer a class. */
const mostClasses = 20;
const bins = 64;
/** Readings of one query. */
const together = 16;

/**
 * How much of the label each feature gives away by itself. The rows are halved by their hash. What is usual for each value is learnt from one half and tried on the other, both ways: the commonest label,
 * or for a quantity the median. The share is how much of the errors it saves that the usual label of all rows makes, 0
 * at least: an id that is new in every row gives away nothing. Numbers and times are tried by value and by range, and
 * the better one counts.
 *
 * Source: Goodman, Kruskal (1954), Measures of association for cross classifications, JASA 49, 732–764 (lambda), here on
 * rows not learnt from; for quantities the same of mean absolute errors.
 *
 * @returns a measurement for each feature above the limit, and one that holds for all others
 */
export async function measureTargetLeaks(
  rule: LeakRule,
  identity: RuleIdentity,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  let leaks: readonly Leak[] = [];
  const others = await measured(identity, async () => {
    const looked = await look(rule, world);
    leaks = looked.leaks;
    const below = leaks.filter(({ share }) => share <= rule['at-most']);
    const [strongest] = below.toSorted((a, b) => b.share - a.share);
    const count = below.length === leaks.length ? `${below.length}` : `${below.length} other`;
    const words =
      strongest === undefined
        ? `share of ${named(rule.label)} that any other feature alone gives away`
        : below.length === 1
          ? `share of ${named(rule.label)} that ${named(strongest.column)} alone gives away`
          : `share of ${named(rule.label)} that the strongest of ${count} features alone, ${named(strongest.column)}, gives away`;
    return found(words, strongest ?? { column: '', share: 0 }, rule, looked);
  });
  const over = leaks.filter(({ share }) => share > rule['at-most']).toSorted((a, b) => b.share - a.share);
  const rows = others.found.kind === 'number' ? others.found.rows : undefined;
  return [
    ...over.map((leak) => ({
      ...identity,
      id: `${identity.id}.${leak.column}`,
      column: leak.column,
      found: found(`share of ${named(rule.label)} that ${named(leak.column)} alone gives away`, leak, rule, {
        rows: rows ?? 0,
        estimated: others.found.kind === 'number' && others.found.approximate === true,
      }),
    })),
    ...(over.length > 0 && over.length === leaks.length ? [] : [others]),
  ];
}

function found(
  what: string,
  { share, standardError }: Leak,
  rule: LeakRule,
  { rows, estimated }: { readonly rows: number; readonly estimated: boolean },
): Found {
  return {
    kind: 'number',
    what,
    value: share,
    limits: { atMost: rule['at-most'] },
    rows,
    ...(estimated ? { approximate: true as const } : {}),
    ...(standardError === undefined ? {} : { standardError }),
  };
}

async function look(
  rule: LeakRule,
  world: ContractWorld,
): Promise<{ readonly leaks: readonly Leak[]; readonly rows: number; readonly estimated: boolean }> {
  const { engine, dialect, contract } = world;
  const whole = world.source;
  const label = columnIn(whole, rule.label);
  const without = new Set([rule.label, ...(rule.except ?? []), contract.splits?.column]);
  const features = whole.columns.filter(
    ({ name, type }) =>
      !without.has(name) && contract.columns[name]?.label !== true && type !== 'other' && type !== 'empty',
  );
  if (features.length === 0)
    throw new UserError('contract-invalid', `There is no feature beside ${named(rule.label)}.`, {
      how: 'Take a column out of `except`.',
    });
  const source = await someRows(world);
  const estimated = source !== whole;
  const [counted] = await engine.ask({
    sql: `SELECT count(${dialect.identifier(label.name)}) AS looked,
      count(DISTINCT ${dialect.identifier(label.name)}) AS labels FROM this`,
    tables: { this: source },
  });
  const [rows, labels] = [Number(counted?.['looked']), Number(counted?.['labels'])];
  if (rows < leastRows)
    throw new UserError(
      'too-few-rows',
      `${named(label.name)} is given in ${rows} rows; what a feature gives away shows in ${leastRows} at least.`,
    );
  if (labels < 2)
    throw new UserError(
      'metric-undefined',
      `${named(label.name)} is the same in all rows: nothing could give it away.`,
    );
  const quantity = (label.type === 'number' || label.type === 'integer') && labels > mostClasses;
  const readings = features.flatMap((feature) => readingsOf(feature, dialect));
  const shares = new Map<string, Leak>();
  for (let start = 0; start < readings.length; start += together) {
    const some = readings.slice(start, start + together);
    const answers = await engine.ask({
      sql: quantity ? quantitySql(label, some, source, dialect) : classSql(label, some, source, dialect),
      tables: { this: source },
    });
    for (const [index, { column }] of some.entries()) {
      const answer = answers.find(({ feature }) => Number(feature) === index);
      const leak = leakOf(column, answer, quantity, source.sampledFrom !== undefined);
      if (leak.share >= (shares.get(column)?.share ?? 0)) shares.set(column, leak);
    }
  }
  return { leaks: [...shares.values()], rows, estimated };
}

/** A sample takes equal rows all or none: of a table with few different ones it may be far from the size asked for. */
async function someRows({ engine, source, seed }: ContractWorld): Promise<Source> {
  if (source.rows <= mostRows) return source;
  const some = await engine.sample(source, { share: mostRows / source.rows, seed: `${seed}-target-leaks` });
  return Math.abs(some.rows / mostRows - 1) < 0.2 ? some : source;
}

function readingsOf({ name, type }: Column, dialect: Dialect): readonly Reading[] {
  const sql = dialect.identifier(name);
  const given = (text: string) => `CASE WHEN ${sql} IS NULL THEN 'none' ELSE concat('v', ${text}) END`;
  const byValue = { column: name, sql: given(`CAST(${sql} AS VARCHAR)`) };
  if (type !== 'integer' && type !== 'number' && type !== 'time') return [byValue];
  // Ties share a rank, so that the ranges do not depend on the order in which an engine reads.
  const rank = `CAST(floor(CAST(rank() OVER (ORDER BY ${sql}) - 1 AS DOUBLE) * ${bins} / count(*) OVER ()) AS BIGINT)`;
  return [byValue, { column: name, sql: given(`CAST(${rank} AS VARCHAR)`) }];
}

function leakOf(column: string, answer: Row | undefined, quantity: boolean, sampled: boolean): Leak {
  const number = (name: string) => Number(answer?.[name] ?? 0);
  const [made, usual] = [number('errors'), number('usual_errors')];
  const share = usual > 0 ? Math.max(0, 1 - made / usual) : 0;
  if (!sampled || quantity || usual === 0) return { column, share };
  const [rows, right] = [number('looked'), 1 - made / number('looked')];
  return { column, share, standardError: Math.sqrt((right * (1 - right)) / rows) / (usual / rows) };
}

/**
 * The label, the half and each reading of a row; all columns take part in the half that a row belongs to. Ten equal rows
 * stay together, so that a repeated row is not learnt from its copy; more are dealt out by tens.
 */
function halves(label: string, readings: readonly Reading[], source: Source, dialect: Dialect): string {
  const texts = source.columns
    .filter(({ type }) => type !== 'other')
    .map(({ name }) => `coalesce(CAST(${dialect.identifier(name)} AS VARCHAR), '')`);
  const values = readings.map(({ sql }, index) => `${sql} AS reading_${index}`);
  const hash = dialect.md5(`concat_ws('|', ${["'halves'", ...texts].join(', ')})`);
  const copy = 'CAST(row_number() OVER (PARTITION BY row_hash ORDER BY row_hash) - 1 AS DOUBLE)';
  const dealt = dialect.md5(`concat(row_hash, CAST(CAST(floor(${copy} / 10) AS BIGINT) AS VARCHAR))`);
  return `SELECT *, CASE WHEN ${dealt} < '8' THEN 0 ELSE 1 END AS half
    FROM (SELECT ${[`${hash} AS row_hash`, `${label} AS label`, ...values].join(', ')} FROM this) AS hashed`;
}

/** One row for each reading of a row, from one pass over the table. */
function long(readings: readonly Reading[]): string {
  const value = readings.map((_, index) => `WHEN ${index} THEN reading_${index}`).join(' ');
  const numbers = readings.map((_, index) => `(${index})`).join(', ');
  return `SELECT half, label, feature, CASE feature ${value} END AS held
    FROM halves CROSS JOIN (VALUES ${numbers}) AS features (feature) WHERE label IS NOT NULL`;
}

function classSql(label: Column, readings: readonly Reading[], source: Source, dialect: Dialect): string {
  const text = `CAST(${dialect.identifier(label.name)} AS VARCHAR)`;
  return `WITH halves AS (${halves(text, readings, source, dialect)}),
    counts AS (SELECT feature, half, held, label, count(*) AS n FROM (${long(readings)}) AS long GROUP BY 1, 2, 3, 4),
    learnt AS (
      SELECT feature, half, held, label,
        row_number() OVER (PARTITION BY feature, half, held ORDER BY n DESC, label) AS place
      FROM counts
    ),
    labels AS (SELECT half, label, count(*) AS n FROM halves WHERE label IS NOT NULL GROUP BY 1, 2),
    usual AS (SELECT half, label, row_number() OVER (PARTITION BY half ORDER BY n DESC, label) AS place FROM labels)
    SELECT counts.feature AS feature, sum(counts.n) AS looked,
      sum(CASE WHEN counts.label = coalesce(learnt.label, usual.label) THEN 0 ELSE counts.n END) AS errors,
      sum(CASE WHEN counts.label = usual.label THEN 0 ELSE counts.n END) AS usual_errors
    FROM counts
    JOIN usual ON usual.place = 1 AND usual.half = 1 - counts.half
    LEFT JOIN learnt ON learnt.place = 1 AND learnt.half = 1 - counts.half
      AND learnt.feature = counts.feature AND learnt.held = counts.held
    GROUP BY counts.feature`;
}

function quantitySql(label: Column, readings: readonly Reading[], source: Source, dialect: Dialect): string {
  const column = dialect.identifier(label.name);
  const number = `CASE WHEN ${dialect.finite(column)} THEN CAST(${column} AS DOUBLE) END`;
  const median = dialect.quantile('label', 0.5);
  return `WITH halves AS (${halves(number, readings, source, dialect)}),
    held AS (${long(readings)}),
    learnt AS (SELECT feature, half, held, ${median} AS label FROM held GROUP BY 1, 2, 3),
    usual AS (SELECT half, ${median} AS label FROM halves GROUP BY 1)
    SELECT held.feature AS feature, count(*) AS looked,
      sum(abs(held.label - coalesce(learnt.label, usual.label))) AS errors,
      sum(abs(held.label - usual.label)) AS usual_errors
    FROM held
    JOIN usual ON usual.half = 1 - held.half
    LEFT JOIN learnt ON learnt.half = 1 - held.half AND learnt.feature = held.feature AND learnt.held = held.held
    GROUP BY held.feature`;
}
