// The hand-written query in the same engine that Modelgate uses, through the same client. Started in the folder of the
// tables; prints one JSON object. Plain JavaScript, so that no time goes into stripping types.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const sql = readFileSync(path.join(import.meta.dirname, 'bare-query.sql'), 'utf8');
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', temp_directory: 'spill' });
const connection = await instance.connect();
const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
const [[version]] = (await connection.runAndReadAll('SELECT library_version FROM pragma_version()')).getRowsJson();
const side = (row, prefix) =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
const groups = rows.map((row) => ({
  of: [row.age, row.sex, row.region].filter((value) => value !== null),
  rows: row.rows,
  candidate: side(row, 'a_'),
  champion: side(row, 'b_'),
}));
console.log(JSON.stringify({ groups, versions: `DuckDB ${version}, its own Node client` }));
connection.closeSync();
instance.closeSync();
