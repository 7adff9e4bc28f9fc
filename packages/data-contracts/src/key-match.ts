import type { Tolerance } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import type { ContractWorld, Found } from './measurement.ts';
import { columnIn, comparable, named, namedAll } from './source-column.ts';

export interface KeyMatch {
  readonly key: readonly string[];
  /** The other table, as the contract calls it. */
  readonly with: string;
  readonly allowed: Tolerance;
}

/** Rows of this table whose key no row of the other has; `back`: the other way round. */
export async function unmatched(match: KeyMatch, world: ContractWorld, back: boolean): Promise<Found> {
  const other = await world.table(match.with);
  if (back && world.source.sampledFrom !== undefined && other.sampledFrom === undefined)
    return {
      kind: 'unmeasured',
      reason: 'sample-cannot-tell',
      words: `Which rows of ${named(match.with)} have none in this table, a sample of it cannot tell.`,
      how: 'A run over all rows shows it.',
    };
  const { failing, of } = await rowsWithout(match.key, back ? [other, world.source] : [world.source, other], world);
  return {
    kind: 'counted',
    breaks: back
      ? `${namedAll(match.key)} of ${named(match.with)} is not found in this table`
      : `${namedAll(match.key)} is not found in ${named(match.with)}`,
    failing,
    of,
    unit: 'row',
    allowed: match.allowed,
    sampleShows: 'share',
  };
}

/**
 * Rows of the first table whose key no row of the second has. A key with a NULL in it names nothing, and is not looked
 * at.
 */
async function rowsWithout(
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
