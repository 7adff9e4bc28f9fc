import * as z from 'zod';
import type { Duplicates, DuplicatesSpec } from './data-engine.ts';
import { identifier } from './sql-text.ts';
import type { TrinoClient } from './trino-client.ts';
import { TrinoFailure } from './trino-failure.ts';
import { columnIn, joined, type TrinoTable } from './trino-table.ts';
import { textOfTrino } from './trino-type.ts';

/** Groups that Trino counts in one query at first. */
const groupsAtOnce = 5_000_000;

/** Parts that the keys are split into at most. */
const mostBuckets = 256;

/**
 * Rows that share their key, exactly. The keys are split by a hash into buckets, each counted by a query of its own, so
 * that none holds more groups than a node has memory for; a bucket that is still too large is split in two.
 *
 * @param rows of the table
 * @throws TrinoFailure EXCEEDED_LOCAL_MEMORY_LIMIT when a 256th of the keys is still too large
 */
export async function duplicatesInTable(
  client: TrinoClient,
  table: TrinoTable,
  rows: number,
  spec: DuplicatesSpec,
): Promise<Duplicates> {
  const columns = spec.columns.map((name) => columnIn(table, name));
  const names = columns.map((column) => identifier(column.name));
  const looked = [
    ...names.map((name) => `${name} IS NOT NULL`),
    ...(spec.where === undefined ? [] : [`(\n${spec.where}\n)`]),
  ];
  const texts = columns.flatMap((column) => textOfTrino(identifier(column.name), column.storedAs) ?? []);
  const hash = `from_big_endian_64(xxhash64(to_utf8(${joined(["''", ...texts])})))`;

  // of one size all buckets are about as large: what was too large for one is not tried with the next
  let fewest = 1;

  async function halved(bucket: number, buckets: number): Promise<Duplicates> {
    return added([await counted(bucket, buckets * 2), await counted(bucket + buckets, buckets * 2)]);
  }

  async function counted(bucket: number, buckets: number): Promise<Duplicates> {
    if (buckets < fewest) return halved(bucket, buckets);
    const condition = buckets === 1 ? looked : [...looked, `bitwise_and(${hash}, ${buckets - 1}) = ${bucket}`];
    const sql = `SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE n > 1), 0), count_if(n > 1) FROM (
      SELECT count(*) AS n FROM ${table.sql} AS "this" WHERE ${condition.join(' AND ')} GROUP BY ${names.join(', ')})`;
    try {
      const { rows: answer } = await client.run(sql);
      const [[of, shared, keys]] = z.tuple([z.tuple([z.int(), z.int(), z.int()])]).parse(answer);
      return { rows: shared, keys, of };
    } catch (error) {
      const splittable = texts.length > 0 && buckets < mostBuckets;
      if (!splittable || !(error instanceof TrinoFailure) || !error.tooLarge) throw error;
      fewest = buckets * 2;
      return halved(bucket, buckets);
    }
  }

  const wanted = texts.length === 0 ? 1 : 2 ** Math.ceil(Math.log2(Math.max(1, rows / groupsAtOnce)));
  const buckets = Math.min(wanted, mostBuckets);
  const found: Duplicates[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) found.push(await counted(bucket, buckets));
  return added(found);
}

function added(parts: readonly Duplicates[]): Duplicates {
  return parts.reduce(
    (sum, part) => ({ rows: sum.rows + part.rows, keys: sum.keys + part.keys, of: sum.of + part.of }),
    { rows: 0, keys: 0, of: 0 },
  );
}
