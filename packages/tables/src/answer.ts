import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { refuseDamage } from './damage.ts';
import type { Row } from './data-engine.ts';
import { refuseForeignSql } from './foreign-sql.ts';
import { type Relation, typedRelation } from './relation.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import { identifier } from './sql-text.ts';

export interface AskedTables {
  readonly sql: string;
  readonly tables: Readonly<Record<string, Relation>>;
}

const mostRows = 10_000;

/**
 * @throws UserError `policy-invalid` when a person's SQL in it is not taken
 * @throws Error when there are more rows than `most`
 */
export async function ask(session: Session, query: AskedTables & { readonly most?: number }): Promise<readonly Row[]> {
  await refuseForeignSql(session, query.sql, Object.keys(query.tables));
  const most = query.most ?? mostRows;
  const found = await taken(session, query, () => session.cells(spliced(query), most + 1));
  if (found.length > most) throw new Error(`a query that may give ${most} rows gave more`);
  return found;
}

/** @throws UserError `policy-invalid` */
export async function countOf(session: Session, query: AskedTables): Promise<number> {
  await refuseForeignSql(session, query.sql, Object.keys(query.tables));
  const sql = query.sql.replace(/[\s;]+$/, '');
  const counted = `${withTables(query)} SELECT count(*) AS found FROM (\n${sql}\n)`;
  const { found } = await taken(session, query, () => session.row(counted, z.object({ found: count })));
  return found;
}

/** A query in parentheses may have no WITH of its own, and inside FROM its order would not be promised. */
function spliced(query: AskedTables): string {
  const own = /^\s*WITH\s+(RECURSIVE\s+)?/i.exec(query.sql);
  const tables = withTables(query);
  if (own === null || tables === '') return `${tables}\n${query.sql}`;
  return `${tables.replace('WITH', `WITH ${own[1] ?? ''}`)},\n${query.sql.slice(own[0].length)}`;
}

/** Never kept whole in between: a table of many rows that is named twice is read twice. */
function withTables({ tables }: AskedTables): string {
  const named = Object.entries(tables).map(
    ([name, relation]) => `${identifier(name)} AS NOT MATERIALIZED ${typedRelation(relation)}`,
  );
  return named.length === 0 ? '' : `WITH ${named.join(', ')}`;
}

async function taken<T>(session: Session, { tables }: AskedTables, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw await refusal(session, Object.values(tables), error);
  }
}

/** Engine's words before it reads rows: names of columns, functions and types, never a value. */
const bindingWords = [
  /Referenced column "[^"]*" not found/,
  /(?:Scalar|Aggregate|Table) Function with name "?\w+"? does not exist/i,
  /Table with name [^\n!]* does not exist/,
  /column "[^"]*" must appear in the GROUP BY clause/,
  /Ambiguous reference to column name "[^"]*"/,
  /Cannot (?:compare|mix) values of type \w+ (?:and|with) type \w+/,
  /No function matches the given name and argument types '\w+/,
];

/** Whether the engine understood the statement, and stumbled over what it read. */
export function isOfReading({ detail }: EngineFailure): boolean {
  return !/^(Binder|Catalog|Parser|Not implemented) Error/i.test(detail);
}

/**
 * What to tell about SQL that the engine refused. Once it reads rows its own words hold values of cells, so they are
 * not told.
 *
 * @returns `policy-invalid`, or `file-unreadable` when a file is what is wrong
 */
export async function refusal(
  session: Session,
  relations: readonly Relation[],
  failure: EngineFailure,
): Promise<UserError> {
  const { detail } = failure;
  if (!isOfReading(failure)) {
    const told = bindingWords.map((one) => one.exec(detail)?.[0]).find((words) => words !== undefined);
    const words = told?.replace(/argument types '(\w+)$/, 'the types of its arguments: $1()');
    return new UserError(
      'policy-invalid',
      `The engine does not take the SQL${words === undefined ? '' : `: ${words}`}.`,
      { how: 'Check the names of columns and functions in it.', cause: failure },
    );
  }
  await refuseDamage(session, relations);
  return new UserError('policy-invalid', 'The SQL fails on a value of the table.', {
    how: 'Where a value may not be readable, write TRY_CAST(… AS …) or TRY(…).',
    cause: failure,
  });
}
