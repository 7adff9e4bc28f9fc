import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';

/** What changed from the first table of a pair to the second. */
export interface Shift {
  /** Factor. */
  readonly amount: number;
  /** In standard deviations. */
  readonly temp: number;
}

export const none: Shift = { amount: 1, temp: 0 };

export const driftColumns = { numbers: ['amount', 'temp', 'pax'], categories: ['zone', 'pay', 'tip'] } as const;

export interface PairFiles {
  readonly reference: string;
  readonly current: string;
}

export interface DriftTables {
  /** Writes two tables of independent rows; every value is a hash of stream and row, so every machine makes the same. */
  write(name: string, rows: number, stream: number, shift: Shift): Promise<PairFiles>;
  /** Largest stability index of a column as it is usually computed, and of which column. */
  stabilityIndex(pair: PairFiles): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

const counts = z.array(z.object({ reference: z.coerce.number(), current: z.coerce.number() }));

/**
 * Six columns: an amount in cents with a long tail, a temperature to a tenth of a degree, 1 to 6 passengers, 265 zones
 * (shares about as Zipf has them), four ways to pay (70, 25, 4 and 1 %), and whether a tip was given.
 *
 * @param folder workspace for Parquet files
 */
export async function openDriftTables(folder: string): Promise<DriftTables> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB' });
  const connection = await instance.connect();
  // Uniform in [0, 1), one stream a table and salt.
  await connection.run(
    'CREATE MACRO u(i, stream, salt) AS (hash(xor(hash(CAST(stream AS BIGINT) * 16 + salt), CAST(i AS UBIGINT))) >> 11) / 9007199254740992.0',
  );
  await connection.run(
    'CREATE MACRO normal(i, s, salt) AS sqrt(-2 * ln(1 - u(i, s, salt))) * cos(2 * pi() * u(i, s, salt + 1))',
  );
  const rowsOf = async (sql: string) => counts.parse((await connection.runAndReadAll(sql)).getRowObjectsJson());
  const file = (name: string) => path.join(folder, name).replaceAll("'", "''");
  return {
    async write(name, rows, stream, shift) {
      const pair = { reference: `${name}-reference.parquet`, current: `${name}-current.parquet` };
      const copy = async (to: string, s: number, { amount, temp }: Shift) => {
        const select = `SELECT round(exp(2.5 + 0.6 * normal(i, ${s}, 0)) * ${amount}, 2) AS amount,
          round(12 + 8 * (normal(i, ${s}, 2) + ${temp}), 1) AS temp,
          CAST(CASE WHEN u(i, ${s}, 4) < 0.7 THEN 1 WHEN u(i, ${s}, 4) < 0.85 THEN 2
            ELSE 3 + floor((u(i, ${s}, 4) - 0.85) / 0.15 * 4) END AS INTEGER) AS pax,
          'z' || CAST(floor(3 * pow(268 / 3, u(i, ${s}, 5))) - 3 AS INTEGER) AS zone,
          CASE WHEN u(i, ${s}, 6) < 0.7 THEN 'card' WHEN u(i, ${s}, 6) < 0.95 THEN 'cash'
            WHEN u(i, ${s}, 6) < 0.99 THEN 'app' ELSE 'voucher' END AS pay,
          u(i, ${s}, 7) < 0.3 AS tip FROM (SELECT range AS i FROM range(${rows}))`;
        await connection.run(`COPY (${select}) TO '${file(to)}' (FORMAT parquet)`);
      };
      await copy(pair.reference, 2 * stream, none);
      await copy(pair.current, 2 * stream + 1, shift);
      return pair;
    },
    async stabilityIndex(pair) {
      const from = (side: 'reference' | 'current') => `read_parquet('${file(pair[side])}')`;
      const found: Record<string, number> = {};
      for (const column of driftColumns.numbers) {
        const bin = (side: 'reference' | 'current') =>
          `SELECT len(list_filter(edges, e -> ${column} > e)) AS cell, count(*) AS n FROM ${from(side)}, edges GROUP BY 1`;
        found[column] = indexOf(
          await rowsOf(`WITH edges AS (SELECT list_distinct(quantile_cont(${column}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])) AS edges FROM ${from('reference')}),
            a AS (${bin('reference')}), b AS (${bin('current')})
            SELECT coalesce(a.n, 0) AS reference, coalesce(b.n, 0) AS current FROM a FULL JOIN b USING (cell)`),
        );
      }
      for (const column of driftColumns.categories) {
        const cell = (side: 'reference' | 'current') =>
          `SELECT ${column} AS cell, count(*) AS n FROM ${from(side)} GROUP BY 1`;
        found[column] = indexOf(
          await rowsOf(`WITH a AS (${cell('reference')}), b AS (${cell('current')})
            SELECT coalesce(a.n, 0) AS reference, coalesce(b.n, 0) AS current FROM a FULL JOIN b USING (cell)`),
        );
      }
      return found;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** With empty cells at a share of .0001. */
function indexOf(cells: z.infer<typeof counts>): number {
  const [n, m] = [sum(cells.map(({ reference }) => reference)), sum(cells.map(({ current }) => current))];
  return sum(
    cells.map(({ reference, current }) => {
      const [e, a] = [Math.max(reference / n, 0.0001), Math.max(current / m, 0.0001)];
      return (a - e) * Math.log(a / e);
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
