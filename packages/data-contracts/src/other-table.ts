import type { Tolerance } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import * as z from 'zod';
import type { FetchedSet } from './counting.ts';
import type { ContractWorld, Counted, RuleIdentity } from './measurement.ts';
import type { ReadColumn } from './read-column.ts';
import { own, type RulePlan, refuseLoose } from './rule-plan.ts';
import { excerpt } from './single-line.ts';
import { columnIn, comparable, named } from './source-column.ts';

export interface SetOfTable {
  readonly table: string;
  readonly column: string;
  readonly where?: string | undefined;
}

/** A set of more values than this is joined instead of written into the query. */
const mostValues = 1000;

/**
 * The values of another table's column, when they are few.
 *
 * @returns undefined when there are more than a query should hold
 * @throws UserError
 */
export async function fetchSet(
  set: SetOfTable,
  column: ReadColumn,
  world: ContractWorld,
): Promise<FetchedSet | undefined> {
  const { engine, dialect } = world;
  const source = await otherTable(set.table, [set.column], [column], world);
  if (set.where !== undefined) await refuseLoose(engine, set.where);
  const value = dialect.identifier(columnIn(source, set.column).name);
  const rows = await engine.ask({
    sql: `SELECT DISTINCT ${value} AS value FROM other WHERE ${conditions([value], set.where)} LIMIT ${mostValues + 1}`,
    tables: { other: source },
    most: mostValues + 1,
  });
  if (rows.length > mostValues) return undefined;
  const values = rows.flatMap(({ value: one = null }) => (one === null ? [] : [one]));
  return { values, from: fromWords(set.table, [set.column]) };
}

export interface ReferenceRule {
  readonly rule: RuleIdentity;
  readonly columns: readonly ReadColumn[];
  readonly table: string;
  /** Columns of that table, as many. */
  readonly key: readonly string[];
  /** On this table, and on the other. */
  readonly where?: string | undefined;
  readonly whereOther?: string | undefined;
  readonly allowed: Tolerance;
  /** Whether values must be there, or must not. */
  readonly found: boolean;
}

/** Rows whose values are not (or are) in the other table; a row with a NULL among them refers to nothing. */
export function referencePlan(one: ReferenceRule, source: Source, world: ContractWorld): RulePlan {
  const { rule, columns, key, table, where, whereOther, allowed } = one;
  return {
    rule,
    foreign: where === undefined ? [] : [where],
    async finish(): Promise<Counted> {
      const { engine, dialect } = world;
      const other = await otherTable(table, key, columns, world);
      if (whereOther !== undefined) await refuseLoose(engine, whereOther);
      const pairs = columns.map((column, index) => {
        const theirs = columnIn(other, key[index] ?? column.name);
        const compared = comparable([columnIn(source, column.name), theirs]);
        return { ours: compared(column.sql), held: column.held, theirs: compared(dialect.identifier(theirs.name)) };
      });
      const ours = pairs.map(({ ours: sql }, index) => `${sql} AS k${index}`);
      const theirs = pairs.map(({ theirs: sql }, index) => `${sql} AS k${index}`);
      const on = pairs.map((_, index) => `one.k${index} = other_keys.k${index}`).join(' AND ');
      const [found] = await engine.ask({
        sql: `SELECT count(*) AS looked, count(other_keys.here) AS met FROM (SELECT ${ours.join(', ')} FROM this WHERE ${conditions(
          pairs.map(({ held }) => held),
          where,
        )}) AS one LEFT JOIN (SELECT DISTINCT ${theirs.join(', ')}, 1 AS here FROM other WHERE ${conditions(
          pairs.map(({ theirs: sql }) => sql),
          whereOther,
        )}) AS other_keys ON ${on}`,
        tables: { this: source, other },
      });
      const { looked, met } = counts.parse(found);
      const names = columns.map(({ name }) => named(name)).join(', ');
      return {
        kind: 'counted',
        breaks: `${names} ${columns.length > 1 ? 'are' : 'is'} ${one.found ? 'not ' : ''}in ${fromWords(table, key)}`,
        failing: one.found ? looked - met : met,
        of: looked,
        unit: 'row',
        allowed,
        sampleShows: 'share',
      };
    },
  };
}

const counts = z.object({ looked: z.int(), met: z.int() });

/** Digits of a CSV file are text where our column is. */
async function otherTable(
  table: string,
  key: readonly string[],
  columns: readonly ReadColumn[],
  { engine, table: open }: ContractWorld,
): Promise<Source> {
  const source = await open(table);
  const asText = key.filter((_, index) => columns[index]?.kind === 'text');
  return asText.length === 0 ? source : engine.asWritten(source, asText);
}

function conditions(present: readonly string[], where: string | undefined): string {
  return [...present.map((sql) => `${sql} IS NOT NULL`), ...(where === undefined ? [] : [own(where)])].join(' AND ');
}

function fromWords(table: string, key: readonly string[]): string {
  return `${key.map(named).join(', ')} of ${excerpt(table)}`;
}
