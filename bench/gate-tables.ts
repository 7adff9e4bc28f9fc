import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Tables of a gate's workspace, by what they are. */
export const tables = {
  examples: 'eval/golden.parquet',
  candidate: 'out/predictions.parquet',
  champion: 'champion/predictions.parquet',
} as const;

/**
 * Writes the tables of a binary task: three rows in ten positive, either model right on about nine in ten and mostly on
 * the same, latencies with a long tail. Every value is a hash of the row's number, so every machine makes the same rows.
 * The candidate's rows come in another order than the champion's, as parallel scoring leaves them.
 *
 * @param workspace folder that holds `eval`, `out` and `champion`
 */
export async function writeTables(workspace: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    temp_directory: path.join(workspace, 'spill'),
  });
  const connection = await instance.connect();
  // Uniform in [0, 1), one stream a salt.
  await connection.run('CREATE MACRO u(i, salt) AS (hash(16 * i + salt) >> 11) / 9007199254740992.0');
  await connection.run('CREATE MACRO label(i) AS CAST(u(i, 1) < 0.3 AS TINYINT)');
  await connection.run('CREATE MACRO flipped(class, wrong) AS CASE WHEN wrong THEN 1 - class ELSE class END');
  await connection.run('CREATE MACRO champion(i) AS flipped(label(i), u(i, 2) < 0.1)');
  await connection.run('CREATE MACRO candidate(i) AS flipped(champion(i), u(i, 3) < 0.04)');
  await connection.run('CREATE MACRO latency(i, salt) AS 12 - 6 * ln(1 - u(i, 4)) - 2 * ln(1 - u(i, salt))');
  const key = '7 * i + 1000000000000';
  const outputs = (side: 'candidate' | 'champion', salt: number) =>
    `${key} AS id, CAST(${side}(i) AS TINYINT) AS predicted,
     round(0.5 * ${side}(i) + 0.5 * u(i, ${salt}), 6) AS probability, round(latency(i, ${salt + 1}), 3) AS latency_ms`;
  const from = `FROM (SELECT range AS i FROM range(${rows}))`;
  const selects = {
    examples: `SELECT ${key} AS id, label(i) AS label ${from}`,
    candidate: `SELECT ${outputs('candidate', 5)} ${from} ORDER BY hash(i)`,
    champion: `SELECT ${outputs('champion', 7)} ${from}`,
  };
  for (const [name, file] of Object.entries(tables)) {
    const select = selects[name as keyof typeof tables];
    const to = path.join(workspace, file).replaceAll("'", "''");
    await connection.run(`COPY (${select}) TO '${to}' (FORMAT parquet)`);
  }
  connection.closeSync();
  instance.closeSync();
}
