import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { isOfReading, refusal } from './answer.ts';
import { inParts } from './column-type.ts';
import { refuseDamage } from './damage.ts';
import { refuseForeignSql } from './foreign-sql.ts';
import { type Relation, type RelationColumn, typedRelation } from './relation.ts';
import { EngineFailure, type Session } from './session.ts';
import { identifier } from './sql-text.ts';

/** Columns of a table from which on only those that are asked for are read. */
const wide = 500;

/** Numbers by the names they were asked under; one that is NULL, NaN or infinite is left out. */
export type Numbers = Readonly<Record<string, number>>;

/**
 * Aggregates over one table in one pass over its rows (one for every 500 of them).
 *
 * @param expressions SQL of aggregates over the table's columns, by name; counts must stay below 2^53
 * @throws UserError `policy-invalid` with those that the engine does not take, or that read anything else
 */
export async function numbers(
  session: Session,
  relation: Relation,
  expressions: Readonly<Record<string, string>>,
): Promise<Numbers> {
  const named = Object.entries(expressions);
  if (named.length === 0) return {};
  try {
    const parts: Numbers[] = [];
    for (const part of inParts(named)) parts.push(await asked(session, relation, part));
    return Object.assign({}, ...parts);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (error instanceof EngineFailure && isOfReading(error)) await refuseDamage(session, [relation]);
    const refused: string[] = [];
    for (const one of named) {
      const words = await refusalOf(session, relation, one);
      if (words !== undefined) refused.push(`${one[0]}: ${words}`);
    }
    if (refused.length === 0) throw error;
    throw new UserError('policy-invalid', `The engine does not take\n${refused.join('\n')}`, {
      how: 'Check the names of columns and functions in its SQL, which may use the columns of this table only.',
      cause: error,
    });
  }
}

async function asked(
  session: Session,
  relation: Relation,
  named: readonly (readonly [string, string])[],
): Promise<Numbers> {
  const [before, after] = ['SELECT [CAST(', ' AS DOUBLE)] AS found'];
  const list = named.map(([, sql]) => sql).join(' AS DOUBLE), CAST(');
  await refuseForeignSql(session, list, [], [before, after]);
  const { found } = await session.row(
    `${before}${list}${after} FROM ${typedRelation(relation, mentionedIn(list, relation))} AS "this"`,
    z.object({ found: z.array(numberOrNull).length(named.length) }),
  );
  const entries = named.flatMap(([name], index) => {
    const value = found[index] ?? null;
    return value !== null && Number.isFinite(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Of a wide table only columns whose name stands somewhere in the SQL: to read all took seconds for each statement. */
function mentionedIn(sql: string, { columns }: Relation): ((column: RelationColumn) => boolean) | undefined {
  const text = sql.toLowerCase();
  if (columns.length < wide || /columns\s*\(/.test(text)) return undefined;
  return ({ name }) => text.includes(name.toLowerCase()) || text.includes(identifier(name).toLowerCase());
}

/** NaN and infinities too, which `z.number()` does not take. */
const numberOrNull = z.custom<number | null>((value) => value === null || typeof value === 'number');

/** Asked alone, an expression shows why it is not taken; undefined when it is. */
async function refusalOf(
  session: Session,
  relation: Relation,
  one: readonly [string, string],
): Promise<string | undefined> {
  try {
    await asked(session, relation, [one]);
    return undefined;
  } catch (error) {
    if (error instanceof EngineFailure) return (await refusal(session, [relation], error)).message;
    if (isRefusal(error)) return error.message;
    throw error;
  }
}

function isRefusal(error: unknown): error is Error {
  return error instanceof EngineFailure || (error instanceof UserError && error.reason === 'policy-invalid');
}
