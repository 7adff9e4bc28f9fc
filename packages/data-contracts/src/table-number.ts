import { hoursOf, type TableCheck, UserError } from '@modelgate/core';
import type { Dialect } from './dialect.ts';
import { bracketOf, drawn, isBracketed, quantileBetween } from './exact-quantile.ts';
import type { ContractWorld, Measured, NumberLimits, RuleIdentity } from './measurement.ts';
import { kindWords, type ReadColumn } from './read-column.ts';
import { own, type RulePlan, unmeasurable } from './rule-plan.ts';
import { named } from './source-column.ts';

type Freshness = NonNullable<ContractWorld['contract']['freshness']>;

/** Rows of the whole table, of which a sample's source knows. */
export function rowsPlan(rule: RuleIdentity, limits: NumberLimits, { source }: ContractWorld): RulePlan {
  const value = source.sampledFrom ?? source.rows;
  return {
    rule,
    finish: () => ({ kind: 'number', what: 'number of rows', value, limits, standardError: 0 }),
  };
}

/** A newest row further ahead than this is a clock or a unit gone wrong, not a fresh table. In hours. */
const mostAhead = 24;

/** The age of the newest value in hours: of dates the start of the day, of times without a zone as UTC. */
export function freshnessPlan(
  rule: RuleIdentity,
  freshness: Freshness,
  column: ReadColumn,
  world: ContractWorld,
): RulePlan {
  if (!['date', 'timestamp', 'instant'].includes(column.kind))
    return unmeasurable(
      rule,
      new UserError(
        'column-type',
        `\`freshness\` needs dates or times, and ${named(column.name)} holds ${kindWords[column.kind]}.`,
        {
          how: 'Name a column of dates or timestamps; in a CSV file give it `type: timestamp`.',
        },
      ),
    );
  const limits = { atLeast: -mostAhead, atMost: hoursOf(freshness['at-most']) };
  const warnOver = freshness['warn-over'];
  return {
    rule,
    asks: { newest: world.dialect.seconds(`max(${column.sql})`) },
    finish(answer) {
      const newest = answer('newest');
      const value = newest === undefined ? undefined : (world.now.getTime() / 1000 - newest) / 3600;
      // the whole table is no older than rows of it
      const proven = value !== undefined && value >= limits.atLeast && value <= limits.atMost;
      return {
        kind: 'number',
        what: `age of the newest ${named(column.name)}`,
        value,
        limits,
        ...(warnOver === undefined ? {} : { warn: { atMost: hoursOf(warnOver) } }),
        unit: 'hours',
        ...(proven ? { standardError: 0 } : {}),
      };
    },
  };
}

export type Aggregate = 'mean' | 'sum' | 'stddev' | 'min' | 'max' | 'distinct' | 'quantile';

export interface AggregateCheck {
  readonly aggregate: Aggregate;
  readonly column: ReadColumn;
  /** Of a quantile: which one, and all that are asked of this column under the same condition. */
  readonly q?: number;
  readonly shares?: readonly number[];
}

/** A number of the rows that a check looks at, NULLs left out. A NaN or an infinity makes it undefined. */
export function aggregatePlan(
  rule: RuleIdentity,
  check: TableCheck,
  one: AggregateCheck,
  world: ContractWorld,
): RulePlan {
  const { aggregate, column } = one;
  const { dialect, source } = world;
  if (aggregate !== 'distinct' && !numeric.has(column.kind)) return unmeasurable(rule, notNumeric(one));
  const { where } = check;
  const filter = where === undefined ? '' : ` FILTER (WHERE ${own(where)})`;
  const bracketed = aggregate === 'quantile' && column.kind !== 'none' && isBracketed(source, world);
  const of = (found: number | undefined, rows: number, deviation?: number): Measured => ({
    kind: 'number',
    what: whatOf(one),
    value: found,
    limits: limitsOf(check),
    ...(check.warn === undefined ? {} : { warn: limitsOf(check.warn) }),
    rows,
    ...(aggregate === 'quantile' && dialect.estimatesQuantiles ? { approximate: true } : {}),
    ...(deviation === undefined || rows < 2 ? {} : { standardError: deviation / Math.sqrt(rows) }),
  });
  return {
    rule,
    asks: {
      rows: `count(${column.held})${filter}`,
      ...(column.kind === 'floating' && aggregate !== 'distinct'
        ? { odd: `count_if(NOT ${dialect.finite(column.sql)})${filter}` }
        : {}),
      ...(bracketed ? roughAsks(one, filter, dialect) : { value: valueSql(one, filter, dialect) }),
      ...(source.sampledFrom !== undefined && aggregate === 'mean'
        ? { deviation: stddev(column, filter, dialect) }
        : {}),
    },
    foreign: where === undefined ? [] : [where],
    async finish(answer) {
      const rows = answer('rows') ?? 0;
      if ((answer('odd') ?? 0) > 0) return of(undefined, rows);
      if (!bracketed) return of(answer('value'), rows, answer('deviation'));
      const [low, high, q = 0.5] = [answer('low'), answer('high'), one.q];
      if (low === undefined || high === undefined) return of(undefined, rows);
      const sql = numberOf(column);
      const found = await quantileBetween({ sql, where, q, rows, low, high }, source, world);
      if (found !== undefined) return of(found, rows);
      // the draw was unlucky
      const value = valueSql({ ...one, shares: [q] }, filter, dialect);
      return of((await world.engine.numbers(source, { value }))['value'], rows);
    },
  };
}

function notNumeric({ aggregate, column: { kind, name } }: AggregateCheck): UserError {
  return new UserError('column-type', `\`${aggregate}\` needs numbers, and ${named(name)} holds ${kindWords[kind]}.`, {
    how:
      kind === 'text'
        ? 'In a CSV file give the column a `type`; otherwise name a column of numbers.'
        : 'Name a column of numbers.',
  });
}

const numeric: ReadonlySet<ReadColumn['kind']> = new Set(['integer', 'decimal', 'floating', 'boolean', 'none']);

function roughAsks({ column, q = 0.5, shares = [q] }: AggregateCheck, filter: string, dialect: Dialect) {
  const all = shares.flatMap(bracketOf);
  const rough = dialect.roughQuantiles?.(numberOf(column), all, filter, drawn) ?? [];
  const [low = 'NULL', high = 'NULL'] = rough.slice(2 * shares.indexOf(q));
  return { low, high };
}

function valueSql(one: AggregateCheck, filter: string, dialect: Dialect): string {
  const { aggregate, column, q = 0.5, shares = [q] } = one;
  if (aggregate === 'distinct') return `count(DISTINCT ${column.sql})${filter}`;
  if (column.kind === 'none') return 'CAST(NULL AS DOUBLE)';
  const sql = numberOf(column);
  switch (aggregate) {
    case 'mean':
      return `${dialect.mean(sql)}${filter}`;
    case 'sum':
      return `${dialect.sum(sql, column.kind === 'integer' || column.kind === 'decimal' ? column.kind : undefined)}${filter}`;
    case 'stddev':
      return stddev(column, filter, dialect);
    case 'min':
    case 'max':
      return `${aggregate}(${sql})${filter}`;
    case 'quantile':
      return dialect.exactQuantiles(sql, shares, filter)[shares.indexOf(q)] ?? 'NULL';
  }
}

function numberOf({ kind, sql }: ReadColumn): string {
  return kind === 'boolean' ? `CAST(${sql} AS INTEGER)` : sql;
}

/** Of the finite values: the engine ends in an error on others, which are told by themselves. */
function stddev(column: ReadColumn, filter: string, dialect: Dialect): string {
  const sql = numberOf(column);
  return column.kind === 'floating'
    ? `stddev_samp(CASE WHEN ${dialect.finite(sql)} THEN ${sql} END)${filter}`
    : `stddev_samp(${sql})${filter}`;
}

function whatOf({ aggregate, column, q }: AggregateCheck): string {
  const name = named(column.name);
  switch (aggregate) {
    case 'stddev':
      return `standard deviation of ${name}`;
    case 'min':
      return `minimum of ${name}`;
    case 'max':
      return `maximum of ${name}`;
    case 'distinct':
      return `number of different values of ${name}`;
    case 'quantile':
      return `${q} quantile of ${name}`;
    default:
      return `${aggregate} of ${name}`;
  }
}

type Limited = Pick<TableCheck, 'between' | 'at-least' | 'at-most'>;

function limitsOf({ between, 'at-least': atLeast, 'at-most': atMost }: Limited): NumberLimits {
  if (between !== undefined) return { atLeast: between[0], atMost: between[1] };
  return { ...(atLeast === undefined ? {} : { atLeast }), ...(atMost === undefined ? {} : { atMost }) };
}
