import type { Source } from '@modelgate/tables';
import type { ContractWorld } from './measurement.ts';
import { columnIn, comparable } from './source-column.ts';

/**
 * Rows of the first table whose key no row of the second has. A key with a NULL in it names nothing, and is not looked
 * at.
 */
export async function rowsWithout(
  key: readonly string[],
  [one, other]: readonly [Source, Source],
  { engine, dialect }: Pick<ContractWorld, 'engine' | 'dialect'>,
): Promise<{ readonly failing: number; readonly of: number }> {
  const parts = key.map((name) => ({
    column: dialect.identifier(name),
    asValue: comparable([columnIn(one, name), columnIn(other, name)]),
  }));
  const values = (table: string) =>
    parts.map(({ column, asValue }, index) => `${asValue(`${table}.${column}`)} AS key_${index}`).join(', ');
  const given = parts.map(({ column }) => `${column} IS NOT NULL`).join(' AND ');
  const equal = parts.map((_, index) => `ours.key_${index} = theirs.key_${index}`).join(' AND ');
  const [found] = await engine.ask({
    sql: `WITH ours AS (SELECT ${values('one_side')} FROM one_side WHERE ${given}),
      theirs AS (SELECT DISTINCT ${values('other_side')}, 1 AS found FROM other_side WHERE ${given})
      SELECT count(*) AS looked, count(*) - count(theirs.found) AS failing
      FROM ours LEFT JOIN theirs ON ${equal}`,
    tables: { one_side: one, other_side: other },
  });
  return { failing: Number(found?.['failing'] ?? 0), of: Number(found?.['looked'] ?? 0) };
}
