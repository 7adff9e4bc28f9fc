// The least work that the gate's numbers need: one join of the three tables counted by class, and two quantiles, by
// DuckDB alone with its own settings. Usage: node bare-query.ts WORKSPACE; prints one JSON object.
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tables } from './gate-tables.ts';

const workspace = process.argv[2] ?? '.';
const instance = await DuckDBInstance.create(':memory:', { temp_directory: path.join(workspace, 'spill') });
const connection = await instance.connect();
const read = (file: string) => `read_parquet('${path.join(workspace, file).replaceAll("'", "''")}')`;

const cells = await connection.runAndReadAll(
  `SELECT CAST(label AS INTEGER) AS label, CAST(b.predicted AS INTEGER) AS champion, CAST(a.predicted AS INTEGER) AS candidate,
          CAST(count(*) AS DOUBLE) AS rows
   FROM ${read(tables.examples)} JOIN ${read(tables.candidate)} a USING (id) JOIN ${read(tables.champion)} b USING (id)
   GROUP BY ALL ORDER BY ALL`,
);
const p95 = async (file: string) => {
  const found = await connection.runAndReadAll(`SELECT quantile_cont(latency_ms, 0.95) AS p95 FROM ${read(file)}`);
  return found.getRowObjectsJS()[0]?.['p95'];
};
console.log(
  JSON.stringify({
    cells: cells.getRowObjectsJS(),
    p95: { champion: await p95(tables.champion), candidate: await p95(tables.candidate) },
  }),
);
connection.closeSync();
instance.closeSync();
