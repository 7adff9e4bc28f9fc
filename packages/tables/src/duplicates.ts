import * as z from 'zod';
import type { Duplicates, DuplicatesSpec } from './data-engine.ts';
import { type Relation, typedRelation } from './relation.ts';
import { count, sumOfCounts } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import { columnOf } from './table-check.ts';

/** Rows that share their key, exactly. What the memory does not hold, the engine spills to disk. */
export async function duplicates(session: Session, relation: Relation, spec: DuplicatesSpec): Promise<Duplicates> {
  const names = spec.columns.map((name) => identifier(columnOf(relation, name).name));
  const looked = [
    ...names.map((name) => `${name} IS NOT NULL`),
    ...(spec.where === undefined ? [] : [`(\n${spec.where}\n)`]),
  ];
  return session.row(
    `SELECT sum(n) AS "of", sum(n) FILTER (WHERE n > 1) AS rows, count(*) FILTER (WHERE n > 1) AS keys
     FROM (SELECT count(*) AS n FROM ${typedRelation(relation)} AS "this"
       WHERE ${looked.join(' AND ')} GROUP BY ${names.join(', ')})`,
    z.object({ of: sumOfCounts, rows: sumOfCounts, keys: count }),
  );
}
