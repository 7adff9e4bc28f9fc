import * as z from 'zod';
import { refuseDamage } from './damage.ts';
import type { SampleSpec } from './data-engine.ts';
import type { Relation } from './relation.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import { literal } from './sql-text.ts';
import { columnOf } from './table-check.ts';

/**
 * The rows whose MD5 over seed and key falls below the share, kept in a table of the session. MD5 and the text of a
 * value are the same on every machine and in every engine; the engine's own hash is not promised to be.
 *
 * The names of the columns take no part, so two tables sampled by the same key and seed keep the same keys.
 *
 * @param into name of the table to make
 * @throws RangeError for a share outside (0, 1)
 */
export async function sampleOf(
  session: Session,
  relation: Relation,
  spec: SampleSpec,
  into: string,
): Promise<Relation> {
  const columns = spec.key === undefined ? relation.columns : spec.key.map((name) => columnOf(relation, name));
  const texts = columns.map(({ sql }) => `coalesce(CAST(${sql} AS VARCHAR), '')`);
  const hash = `md5(concat_ws(chr(31), ${[literal(spec.seed), ...texts].join(', ')}))`;
  try {
    await session.run(
      `CREATE TEMP TABLE ${into} AS SELECT * FROM ${relation.sql} WHERE ${hash} < ${literal(sampleLimit(spec.share))}`,
    );
  } catch (error) {
    if (error instanceof EngineFailure) await refuseDamage(session, [relation]);
    throw error;
  }
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${into}`, z.object({ rows: count }));
  return { ...relation, sql: into, parts: [], rows };
}

/**
 * A row belongs to the sample when the hexadecimal text of its hash sorts before this one: the first 52 bits of the
 * hash, as a fraction, are below the share.
 *
 * @param share in (0, 1)
 */
export function sampleLimit(share: number): string {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share is above 0 and below 1, not ${share}`);
  return Math.ceil(share * 2 ** 52)
    .toString(16)
    .padStart(13, '0');
}
