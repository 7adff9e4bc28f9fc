import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Tables of a workspace, by what they are. */
export const files = { trips: 'trips.parquet', zones: 'zones.parquet' } as const;

export const kinds = ['clean', 'faulty'] as const;
export type Kind = (typeof kinds)[number];

/** In the faulty table every fault is in one row of so many, at a place of its own, so that each count is known. */
export const faultEvery = 1000;

/** The oldest that the newest trip may be, in days: what the contracts of every side say. */
export const freshDays = 60;

/** Ten columns of a good table, of the row number `i`. Zones are 1 to 265, of 300 that the contract allows. */
const clean = {
  id: 'i',
  zone_id: '(hash(16 * i) % 265 + 1)::INTEGER',
  pay: "CASE WHEN u(i, 1) < 0.55 THEN 'card' WHEN u(i, 1) < 0.85 THEN 'cash' WHEN u(i, 1) < 0.97 THEN 'wallet' ELSE 'voucher' END",
  code: "'T-' || lpad((hash(16 * i + 2) % 1000000)::VARCHAR, 6, '0') || '-' || chr((65 + hash(16 * i + 3) % 26)::INTEGER)",
  amount: 'round(exp(2.4 + 0.6 * normal(i, 4)), 2)',
  temp: 'round(18 + 7 * normal(i, 6), 3)',
  pax: 'CASE WHEN i % 40 = 0 THEN NULL ELSE (hash(16 * i + 8) % 6 + 1)::INTEGER END',
  ts: 'newest - to_microseconds(((n - i) * 2592e9 / n)::BIGINT)',
  flagged: 'u(i, 9) < 0.2',
  email:
    "'user' || hash(16 * i + 10) % 250000 || CASE hash(16 * i + 11) % 3 WHEN 0 THEN '@example.com' WHEN 1 THEN '@example.org' ELSE '@example.net' END",
} as const;

/** Every faulty value by the place of its row: `i % faultEvery`. Multiples of ten belong to the missing `pax`. */
const faults: Readonly<Partial<Record<keyof typeof clean, Readonly<Record<number, string>>>>> = {
  id: { 1: 'NULL', 4: 'i - 1' },
  zone_id: { 5: 'NULL', 6: '0', 7: '290' },
  pay: { 8: 'NULL', 9: "'cheque'" },
  code: { 11: "'t-123456-A'", 12: "'T-1234567-A'" },
  amount: { 13: 'NULL', 14: '-5.0', 15: '5000.0' },
  temp: { 16: '80.0' },
  pax: { 17: '9' },
  email: { 18: "'nobody'" },
};

/**
 * Writes the ten columns and the table of zones as Parquet. Every value is a hash of the row's number, so every machine
 * makes the same rows; only `ts` follows the day, for all sides ask how old the newest row is.
 *
 * @param newest time of the last row, in UTC
 */
export async function writeTrips(folder: string, rows: number, kind: Kind, newest: Date): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', temp_directory: `${folder}/spill` });
  const connection = await instance.connect();
  const shifted = kind === 'clean' ? 'INTERVAL 0 DAY' : `INTERVAL ${freshDays + 30} DAY`;
  const at = `TIMESTAMP '${newest.toISOString().slice(0, 19).replace('T', ' ')}' - ${shifted}`;
  // Uniform in [0, 1), one stream a salt; two make a normal number (Box and Muller).
  await connection.run('CREATE MACRO u(i, salt) AS (hash(16 * i + salt) >> 11) / 9007199254740992.0');
  await connection.run(
    'CREATE MACRO normal(i, salt) AS sqrt(-2 * ln(1 - u(i, salt))) * cos(2 * pi() * u(i, salt + 1))',
  );
  const to = (file: string) =>
    `TO '${path.join(folder, file).replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`;
  await connection.run(
    `COPY (SELECT ${selected(kind)} FROM (SELECT range AS i, ${rows} AS n, ${at} AS newest FROM range(1, ${rows + 1})))
     ${to(files.trips)}`,
  );
  await connection.run(
    `COPY (SELECT range::INTEGER AS zone_id, 'Z' || range AS name FROM range(1, 266)) ${to(files.zones)}`,
  );
  connection.closeSync();
  instance.closeSync();
}

function selected(kind: Kind): string {
  return Object.entries(clean)
    .map(([name, sql]) => `${kind === 'clean' ? sql : faulty(name as keyof typeof clean, sql)} AS ${name}`)
    .join(', ');
}

function faulty(name: keyof typeof clean, sql: string): string {
  const cases = Object.entries(faults[name] ?? {}).map(([place, value]) => `WHEN ${place} THEN ${value}`);
  // one row in ten instead of one in forty
  const otherwise = name === 'pax' ? `CASE WHEN i % 10 = 0 THEN NULL ELSE ${sql} END` : sql;
  return cases.length === 0 ? otherwise : `CASE i % ${faultEvery} ${cases.join(' ')} ELSE ${otherwise} END`;
}
