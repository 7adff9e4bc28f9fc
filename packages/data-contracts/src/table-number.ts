import { hoursOf, type TableCheck, UserError } from '@modelgate/core';
import type { Dialect } from './dialect.ts';
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
    finish: () => ({ kind: 'number', what: 'number of rows', value, limits, unit: 'rows', standardError: 0 }),
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
  const { dialect } = world;
  if (aggregate !== 'distinct' && !numeric.has(column.kind))
    return unmeasurable(
      rule,
      new UserError(
        'column-type',
        `\`${aggregate}\` needs numbers, and ${named(column.name)} holds ${kindWords[column.kind]}.`,
        {
          how:
            column.kind === 'text'
              ? 'In a CSV file give the column a `type`; otherwise name a column of numbers.'
              : 'Name a column of numbers.',
        },
      ),
    );
  const filter = check.where === undefined ? '' : ` FILTER (WHERE ${own(check.where)})`;
  const sampled = world.source.sampledFrom !== undefined && aggregate === 'mean';
  const asks = {
    value:
      column.kind === 'none' && aggregate !== 'distinct' ? 'CAST(NULL AS DOUBLE)' : aggregateSql(one, filter, dialect),
    rows: `count(${column.held})${filter}`,
    ...(column.kind === 'floating' && aggregate !== 'distinct'
      ? { odd: `count_if(NOT ${dialect.finite(column.sql)})${filter}` }
      : {}),
    ...(sampled ? { deviation: stddev(column, filter, dialect) } : {}),
  };
  return {
    rule,
    asks,
    foreign: check.where === undefined ? [] : [check.where],
    finish: (answer): Measured => {
      const rows = answer('rows') ?? 0;
      const value = (answer('odd') ?? 0) > 0 ? undefined : answer('value');
      const deviation = answer('deviation');
      return {
        kind: 'number',
        what: whatOf(one),
        value,
        limits: limitsOf(check),
        ...(check.warn === undefined ? {} : { warn: limitsOf(check.warn) }),
        rows,
        ...(aggregate === 'quantile' && dialect.estimatesQuantiles ? { approximate: true } : {}),
        ...(deviation === undefined || rows < 2 ? {} : { standardError: deviation / Math.sqrt(rows) }),
      };
    },
  };
}

const numeric: ReadonlySet<ReadColumn['kind']> = new Set(['integer', 'decimal', 'floating', 'boolean', 'none']);

function aggregateSql(
  { aggregate, column, q = 0.5, shares = [q] }: AggregateCheck,
  filter: string,
  dialect: Dialect,
): string {
  const { kind } = column;
  const sql = kind === 'boolean' && aggregate !== 'distinct' ? `CAST(${column.sql} AS INTEGER)` : column.sql;
  switch (aggregate) {
    case 'mean':
      return `${dialect.mean(sql)}${filter}`;
    case 'sum':
      return `${dialect.sum(sql)}${filter}`;
    case 'stddev':
      return stddev(column, filter, dialect);
    case 'min':
    case 'max':
      return `${aggregate}(${sql})${filter}`;
    case 'distinct':
      return `count(DISTINCT ${sql})${filter}`;
    case 'quantile':
      return dialect.exactQuantiles(sql, shares, filter)[shares.indexOf(q)] ?? '';
  }
}

/** Of the finite values: the engine ends in an error on others, which are told by themselves. */
function stddev({ sql, kind }: ReadColumn, filter: string, dialect: Dialect): string {
  const number = kind === 'boolean' ? `CAST(${sql} AS INTEGER)` : sql;
  return kind === 'floating'
    ? `stddev_samp(CASE WHEN ${dialect.finite(sql)} THEN ${sql} END)${filter}`
    : `stddev_samp(${number})${filter}`;
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
