import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Tables of a workspace, by what they are. */
export const tables = {
  examples: 'eval/golden.parquet',
  candidate: 'out/predictions.parquet',
  champion: 'champion/predictions.parquet',
} as const;

/** Columns that divide the examples: a control, two sensitive features, and one of few and one of many values. */
const columns = {
  age: "list_extract(['18-29', '30-44', '45-64', '65+'], pick(u(i, 10), 4))",
  sex: "list_extract(['f', 'm', 'x'], pick(u(i, 11), 3))",
  region: "list_extract(['east', 'north', 'south', 'west'], pick(u(i, 12), 4))",
  team: "'t' || pick(u(i, 13), 10)",
  shop: "'s' || pick(u(i, 14), 1000)",
} as const;

/** Where the candidate is worse; everywhere else it is a little better. */
export const harmed = { group: 'age=65+, sex=x, region=west', shop: 'shop=s7' } as const;

/**
 * Writes the tables of a binary task: three rows in ten positive, the models right on about nine in ten and mostly on the
 * same; groups of unequal size, the largest value about twice the smallest. Every value is a hash of the row's number, so every
 * machine makes the same rows. The candidate's rows come in another order than the champion's.
 */
export async function writeTables(workspace: string, rows: number): Promise<void> {
  for (const file of Object.values(tables)) await mkdir(path.dirname(path.join(workspace, file)), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    temp_directory: path.join(workspace, 'spill'),
  });
  const connection = await instance.connect();
  // Uniform in [0, 1), one stream a salt.
  await connection.run('CREATE MACRO u(i, salt) AS (hash(16 * i + salt) >> 11) / 9007199254740992.0');
  // 1 to n, with a density that falls to half
  await connection.run('CREATE MACRO pick(u, n) AS 1 + CAST(floor(n * (2 - sqrt(4 - 3 * u))) AS INTEGER)');
  await connection.run('CREATE MACRO label(i) AS CAST(u(i, 1) < 0.3 AS TINYINT)');
  await connection.run('CREATE MACRO flipped(class, wrong) AS CASE WHEN wrong THEN 1 - class ELSE class END');
  await connection.run('CREATE MACRO champion(i) AS flipped(label(i), u(i, 2) < 0.1)');
  await connection.run(`CREATE MACRO harmed(i) AS
    (${columns.age} = '65+' AND ${columns.sex} = 'x' AND ${columns.region} = 'west') OR ${columns.shop} = 's7'`);
  await connection.run(`CREATE MACRO candidate(i) AS flipped(champion(i),
    u(i, 3) < CASE WHEN champion(i) <> label(i) THEN 0.3 WHEN harmed(i) THEN 0.12 ELSE 0.02 END)`);
  const key = '7 * i + 1000000000000 AS id';
  const from = `FROM (SELECT range AS i FROM range(${rows}))`;
  const divided = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
  const selects = {
    examples: `SELECT ${key}, label(i) AS label, ${divided.join(', ')} ${from}`,
    candidate: `SELECT ${key}, CAST(candidate(i) AS TINYINT) AS predicted ${from} ORDER BY hash(i)`,
    champion: `SELECT ${key}, CAST(champion(i) AS TINYINT) AS predicted ${from}`,
  };
  for (const [name, file] of Object.entries(tables)) {
    const select = selects[name as keyof typeof tables];
    const to = path.join(workspace, file).replaceAll("'", "''");
    await connection.run(`COPY (${select}) TO '${to}' (FORMAT parquet, COMPRESSION zstd)`);
  }
  connection.closeSync();
  instance.closeSync();
}
