import { type Tolerance, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import * as z from 'zod';
import type { ContractWorld, Counted, RuleIdentity } from './measurement.ts';
import type { ReadColumn } from './read-column.ts';
import { own, type RulePlan, unmeasurable } from './rule-plan.ts';
import { named } from './source-column.ts';

export interface OrderRule {
  readonly rule: RuleIdentity;
  readonly column: ReadColumn;
  readonly strictly: boolean;
  /** Each group of these by itself. */
  readonly by?: readonly string[];
  /** Instead of the order of the rows in their files. */
  readonly order?: readonly string[];
  readonly where?: string | undefined;
  readonly allowed: Tolerance;
}

/**
 * Rows whose value is below (or, strictly, not above) that of the row before them, among the rows that have one. Files
 * of a table follow each other by their names. Rows that `order` cannot tell apart stand in the order of the column
 * itself, and rows without one nowhere.
 */
export function orderPlan(one: OrderRule, source: Source, { engine, dialect }: ContractWorld): RulePlan {
  const { rule, column, strictly, allowed, where } = one;
  if (one.order === undefined && engine.kind !== 'duckdb')
    return unmeasurable(
      rule,
      new UserError(
        'not-available',
        `Rows of a table in Trino have no order, so whether ${named(column.name)} increases cannot be told.`,
        {
          how: 'Write a check with `increasing: { column, order }`, which names the columns that order the rows.',
        },
      ),
    );
  return {
    rule,
    foreign: where === undefined ? [] : [where],
    async finish(): Promise<Counted> {
      const [found] = await engine.ask({ sql: orderSql(one, dialect.identifier), tables: { this: source } });
      const { looked, broken } = counts.parse(found);
      return {
        kind: 'counted',
        breaks: `${named(column.name)} is ${strictly ? 'not above' : 'below'} the row before`,
        failing: broken,
        of: looked,
        unit: 'row',
        allowed,
        sampleShows: 'presence',
      };
    },
  };
}

const counts = z.object({ looked: z.int(), broken: z.int() });

function orderSql({ column, strictly, by = [], order, where }: OrderRule, quoted: (name: string) => string): string {
  const conditions = [
    `${column.sql} IS NOT NULL`,
    ...(order ?? []).map((name) => `${quoted(name)} IS NOT NULL`),
    ...(where === undefined ? [] : [own(where)]),
  ];
  const groups = by.map((name, index) => `${quoted(name)} AS g${index}`);
  const places = order?.map((name, index) => `${quoted(name)} AS o${index}`);
  // the place in the files is counted before any grouping: a partition keeps no order of its own
  const place = places ?? (by.length === 0 ? [] : ['row_number() OVER () AS o0']);
  const rows = `SELECT ${[`${column.sql} AS x`, ...groups, ...place].join(', ')} FROM this WHERE ${conditions.join(' AND ')}`;
  const partition = by.length === 0 ? '' : `PARTITION BY ${by.map((_, index) => `g${index}`).join(', ')}`;
  const keys = order === undefined ? (by.length === 0 ? [] : ['o0']) : [...order.map((_, index) => `o${index}`), 'x'];
  const window = [partition, keys.length === 0 ? '' : `ORDER BY ${keys.join(', ')}`].join(' ').trim();
  return `SELECT count(*) AS looked, coalesce(sum(CASE WHEN x ${strictly ? '<=' : '<'} before THEN 1 ELSE 0 END), 0) AS broken
    FROM (SELECT x, lag(x) OVER (${window}) AS before FROM (${rows}) AS held) AS ordered`;
}
