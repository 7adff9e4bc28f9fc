import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { type Relation, typedRelation } from './relation.ts';
import { EngineFailure, type Session } from './session.ts';

/** Numbers by the names they were asked under; one that is NULL, NaN or infinite is left out. */
export type Numbers = Readonly<Record<string, number>>;

/**
 * Aggregates over one table in one pass over its rows.
 *
 * @param expressions SQL of aggregates over the table's columns, by name; counts must stay below 2^53
 * @throws UserError policy-invalid with the names of those that the engine does not take
 */
export async function numbers(
  session: Session,
  relation: Relation,
  expressions: Readonly<Record<string, string>>,
): Promise<Numbers> {
  const named = Object.entries(expressions);
  if (named.length === 0) return {};
  try {
    return await asked(session, relation, named);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const refused: string[] = [];
    for (const one of named) if (!(await isTaken(session, relation, one))) refused.push(one[0]);
    if (refused.length === 0) throw error;
    throw new UserError('policy-invalid', `The engine does not take: ${refused.join(', ')}.`, {
      how: 'Check the names of columns and functions in its SQL; it may read the tables of the checkout only.',
      cause: error,
    });
  }
}

async function asked(
  session: Session,
  relation: Relation,
  named: readonly (readonly [string, string])[],
): Promise<Numbers> {
  const list = named.map(([, sql]) => `CAST(${sql} AS DOUBLE)`).join(', ');
  const { found } = await session.row(
    `SELECT [${list}] AS found FROM ${typedRelation(relation)} AS "this"`,
    z.object({ found: z.array(numberOrNull) }),
  );
  const entries = named.flatMap(([name], index) => {
    const value = found[index] ?? null;
    return value !== null && Number.isFinite(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** NaN and infinities too, which `z.number()` does not take. */
const numberOrNull = z.custom<number | null>((value) => value === null || typeof value === 'number');

async function isTaken(session: Session, relation: Relation, one: readonly [string, string]): Promise<boolean> {
  try {
    await asked(session, relation, [one]);
    return true;
  } catch (error) {
    if (error instanceof EngineFailure) return false;
    throw error;
  }
}
