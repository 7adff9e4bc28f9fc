// The hand-written query in the same engine that Modelgate uses, through the same client. Started in the folder of the
// tables; prints one JSON object. Plain JavaScript, so that no time goes into stripping types.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const text = readFileSync(path.join(import.meta.dirname, 'bare-query.sql'), 'utf8');
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', temp_directory: 'spill' });
const connection = await instance.connect();
const asked = [];
for (const sql of text.split(';\n')) asked.push((await connection.runAndReadAll(sql)).getRowObjectsJson());
const [[numbers], [ids], columns] = asked;
const [[version]] = (await connection.runAndReadAll('SELECT library_version FROM pragma_version()')).getRowsJson();
console.log(
  JSON.stringify({
    numbers: { ...numbers, ...ids },
    columns: columns.map((column) => [column.column_name, column.column_type]),
    versions: `DuckDB ${version}, its own Node client`,
  }),
);
connection.closeSync();
instance.closeSync();
