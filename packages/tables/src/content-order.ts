import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';

/** Things with rows of their own on each side, to be put in an order that no name decides. */
export interface Contents {
  /** A row a thing, by `k`; of clustered things `cluster` is a number of no meaning. */
  readonly base: string;
  readonly clustered: boolean;
  /** SQL of what the base knows of each thing. */
  readonly values: readonly string[];
  readonly sides: readonly { readonly table: string; readonly values: readonly string[] }[];
}

/**
 * Writes the table `to` of `k`, `example` (0 … n − 1) and, of clustered things, `cluster` (0 … G − 1). The order goes by
 * checksums of what things hold: the engine's hash of a row, added up over the rows of a thing and over the things of a
 * cluster. What ties in all of them holds the same (but for a chance of 2^-64 a pair), so that either order gives the
 * same result; the engine is pinned, and so is its hash.
 */
export async function writeContentOrder(session: Session, contents: Contents, to: string): Promise<void> {
  const { base, clustered, values, sides } = contents;
  const sums = sides.map(
    (side, i) =>
      `s${i} AS (SELECT k, count(*) AS n, sum(${hashed(side.values)}) AS h FROM ${identifier(side.table)} GROUP BY k)`,
  );
  const joins = sides.map((_, i) => `JOIN s${i} ON s${i}.k = b.k`).join(' ');
  const all = [...values, ...sides.flatMap((_, i) => [`s${i}.n`, `s${i}.h`])];
  const content = `content AS (SELECT b.k${clustered ? ', b.cluster' : ''}, ${hashed(all)} AS h FROM ${identifier(base)} AS b ${joins})`;
  const clusters = 'clusters AS (SELECT cluster, count(*) AS n, sum(h) AS h FROM content GROUP BY cluster)';
  const number = (order: string, rank: string) => `CAST(${rank}() OVER (ORDER BY ${order}) - 1 AS UINTEGER)`;
  const select = clustered
    ? `SELECT content.k, ${number('content.h, clusters.n, clusters.h, cluster', 'row_number')} AS example,
        ${number('clusters.n, clusters.h, cluster', 'dense_rank')} AS cluster
       FROM content JOIN clusters USING (cluster)`
    : `SELECT k, ${number('h', 'row_number')} AS example FROM content`;
  const tables = [...sums, content, ...(clustered ? [clusters] : [])].join(', ');
  await session.run(`CREATE TABLE ${identifier(to)} AS WITH ${tables} ${select}`);
}

function hashed(values: readonly string[]): string {
  return `hash(${values.join(', ') || 'true'})`;
}
