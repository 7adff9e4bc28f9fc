import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { Duplicates, DuplicatesSpec } from './data-engine.ts';
import { type Relation, type RelationColumn, typedRelation } from './relation.ts';
import { count, sumOfCounts } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';

/** From so many rows on it pays to ask first whether there are duplicates at all, with less than their keys in memory. */
const many = 1_000_000;

/** Keys that one grouping holds; more are split by their hash. */
const groupsAtOnce = 4_000_000;

/** The keys as SQL over the table as `this`. */
interface Keys {
  readonly relation: Relation;
  readonly columns: readonly RelationColumn[];
  /** The table, without the rows that are not looked at. */
  readonly from: string;
  readonly hash: string;
  readonly list: string;
}

/**
 * Rows that share their key, exactly. Grouping ten million keys takes 620 MB and more; most tables that promise unique
 * keys have them, which takes a bit for each possible integer, or a sort of 64-bit hashes, to show: no two hashes are
 * equal where no two keys are. Only where some are, the keys themselves are grouped.
 *
 * @throws UserError `column-missing`
 */
export async function duplicates(session: Session, relation: Relation, spec: DuplicatesSpec): Promise<Duplicates> {
  const keys = keysOf(relation, spec);
  if (relation.rows < many) return grouped(session, keys, '');
  const distinct = await distinctIntegers(session, keys);
  const { of, extra } =
    distinct === undefined
      ? await equalHashes(session, keys)
      : { of: distinct.of, extra: distinct.of - distinct.distinct };
  if (extra === 0) return { rows: 0, keys: 0, of };
  if (extra < of / 20) {
    const few = await grouped(session, keys, `AND ${keys.hash} IN (SELECT k FROM (${sortedHashes(keys)}) WHERE k = p)`);
    // Otherwise two keys have one hash, which next to never happens, or the engine lost the order.
    if (few.rows - few.keys === extra) return { ...few, of };
  }
  const buckets = Math.ceil(of / groupsAtOnce);
  const found: Duplicates[] = [];
  for (let bucket = 0; bucket < buckets; bucket++)
    found.push(await grouped(session, keys, buckets === 1 ? '' : `AND ${keys.hash} % ${buckets} = ${bucket}`));
  return { rows: total(found, 'rows'), keys: total(found, 'keys'), of };
}

function keysOf(relation: Relation, { columns: names, where }: DuplicatesSpec): Keys {
  const columns = names.map((name) => {
    const column = relation.columns.find((one) => one.name === name);
    if (column !== undefined) return column;
    throw new UserError('column-missing', `The table has no column \`${name}\`.`);
  });
  const list = columns.map(({ name }) => identifier(name)).join(', ');
  const conditions = [
    ...columns.map(({ name }) => `${identifier(name)} IS NOT NULL`),
    ...(where === undefined ? [] : [`(\n${where}\n)`]),
  ];
  const from = `${typedRelation(relation)} AS "this" WHERE ${conditions.join(' AND ')}`;
  return { relation, columns, from, list, hash: `hash(${list})` };
}

function grouped(session: Session, { from, list }: Keys, only: string): Promise<Duplicates> {
  return session.row(
    `SELECT sum(n) AS "of", sum(n) FILTER (WHERE n > 1) AS rows, count(*) FILTER (WHERE n > 1) AS keys
     FROM (SELECT count(*) AS n FROM ${from} ${only} GROUP BY ${list})`,
    z.object({ of: sumOfCounts, rows: sumOfCounts, keys: count }),
  );
}

/** Bits for each integer between the smallest and the largest: at most 32 MiB for each thread. */
const mostBits = 2 ** 28;

const edge = z.bigint().nullable();

/** Undefined where the key is no integer, these lie too far apart, or are guessed from text, which is read again for it. */
async function distinctIntegers(session: Session, { relation, columns, from }: Keys) {
  const [column, ...more] = columns;
  if (column === undefined || more.length > 0) return undefined;
  const guessed = column.written !== undefined || column.json !== undefined;
  if (guessed || !/^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(column.storedAs)) return undefined;
  const name = identifier(column.name);
  // Parquet knows them without being read.
  const { low, high } = await session.row(
    `SELECT min(${name})::HUGEINT AS low, max(${name})::HUGEINT AS high FROM ${typedRelation(relation)}`,
    z.object({ low: edge, high: edge }),
  );
  if (low === null || high === null || high - low >= mostBits) return undefined;
  return session.row(
    `SELECT count(*) AS "of", bit_count(bitstring_agg(${name}, ${low}, ${high})) AS distinct FROM ${from}`,
    z.object({ of: count, distinct: count.nullable().transform((found) => found ?? 0) }),
  );
}

/** Each hash beside the one before it, in their order. */
function sortedHashes({ from, hash }: Keys): string {
  return `SELECT k, lag(k) OVER () AS p FROM (SELECT ${hash} AS k FROM ${from} ORDER BY k)`;
}

/**
 * How many hashes equal the one before them. A window of its own order would hold all rows at once; that the engine
 * passes sorted rows on in their order is its way and no promise, so it is counted whether it did.
 */
async function equalHashes(session: Session, keys: Keys): Promise<{ readonly of: number; readonly extra: number }> {
  const { of, extra, unsorted, starts } = await session.row(
    `SELECT count(*) AS "of", count(*) FILTER (WHERE k = p) AS extra,
       count(*) FILTER (WHERE k < p) AS unsorted, count(*) FILTER (WHERE p IS NULL) AS starts
     FROM (${sortedHashes(keys)})`,
    z.object({ of: count, extra: count, unsorted: count, starts: count }),
  );
  if (unsorted > 0 || starts > 1) throw new Error('the engine did not keep the order of sorted hashes');
  return { of, extra };
}

function total(parts: readonly Duplicates[], key: 'rows' | 'keys'): number {
  return parts.reduce((sum, part) => sum + part[key], 0);
}
