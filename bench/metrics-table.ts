import path from 'node:path';

/** One table with labels and outputs of two classifiers and a regression, and the same columns as raw doubles. */
export interface MetricsTable {
  readonly parquet: string;
  /** Of a column's name: 8 bytes a row, little-endian, in the order of the rows. */
  raw(column: string): string;
}

export const columnNames = ['label', 'score', 'champion', 'predicted', 'truth', 'number'] as const;

export function metricsTable(folder: string): MetricsTable {
  return { parquet: path.join(folder, 'rows.parquet'), raw: (column) => path.join(folder, `${column}.f64`) };
}

/**
 * Three rows in ten positive; probabilities to six digits, so that some are equal; the champion's depend on the
 * candidate's. Every value is a hash of the row's number, so every machine makes the same rows.
 */
export async function writeMetricsTable(folder: string, rows: number): Promise<MetricsTable> {
  // not at the top: our side of the benchmark is bundled, and brings the engine in its own way
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    temp_directory: path.join(folder, 'spill'),
  });
  const connection = await instance.connect();
  // Uniform in [0, 1), one stream a salt.
  await connection.run('CREATE MACRO u(i, salt) AS (hash(16 * i + salt) >> 11) / 9007199254740992.0');
  await connection.run('CREATE MACRO label(i) AS CAST(u(i, 1) < 0.3 AS TINYINT)');
  await connection.run('CREATE MACRO score(i, salt) AS 0.35 * label(i) + 0.25 * u(i, 2) + 0.4 * u(i, salt)');
  await connection.run('CREATE MACRO truth(i) AS 100 * u(i, 5) - 20 * ln(1 - u(i, 6))');
  const table = metricsTable(folder);
  await connection.run(
    `COPY (SELECT label(i) AS label, round(score(i, 3), 6) AS score, round(score(i, 4), 6) AS champion,
                  CAST(score(i, 3) > 0.5 AS TINYINT) AS predicted, truth(i) AS truth,
                  truth(i) + 10 * (u(i, 7) + u(i, 8) + u(i, 9) - 1.5) AS number
           FROM (SELECT range AS i FROM range(${rows})))
     TO '${table.parquet.replaceAll("'", "''")}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return table;
}
