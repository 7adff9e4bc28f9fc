import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

const csvHow = 'Is a line break lost, or a quote not closed? Longer texts are read from JSON lines or Parquet.';
const jsonHow = 'Is a line break lost, or a quote not closed? Longer texts are read from Parquet.';

test.each([
  ['the last line, which the engine drops without a word', 'id,a\n1,2\n3,', '', 3],
  ['a line among others', 'id,a\r\n1,2\r\n3,', '\r\n4,5\r\n', 3],
  ['a text in quotes', 'id,a\r1,2\r3,"', '"\r', 3],
  ['the header', 'id,a', '\n1,2\n', 1],
])('a CSV line of 40 MB is refused: %s', async (_, before, after, line) => {
  const content = Buffer.concat([Buffer.from(before), Buffer.alloc(40 << 20, 'x'), Buffer.from(after)]);
  session.write('long.csv.zst', zstdCompressSync(content));
  expect(await seen(session.tables.describe('long.csv.zst'))).toEqual([
    'file-unreadable',
    `long.csv.zst, line ${line} is longer than the 2 MiB that are read of one line.`,
    csvHow,
  ]);
});

test('a line that is the rest of a file larger than the memory is refused without being held', async () => {
  for (const [name, start, line, most, how] of [
    ['sparse.csv', 'id,a\n1,2\n3,', 3, 2, csvHow],
    ['sparse.jsonl', '{"id":1}\n{"id":"', 2, 16, jsonHow],
  ] as const) {
    const file = path.join(session.workspace, name);
    const open = openSync(file, 'w');
    writeSync(open, start);
    closeSync(open);
    truncateSync(file, 300 << 20);
    expect(await seen(session.tables.describe(name))).toEqual([
      'file-unreadable',
      `${name}, line ${line} is longer than the ${most} MiB that are read of one line.`,
      how,
    ]);
  }
});

test('a record of an array of JSON may be as long as a line', async () => {
  session.write('long.json', `[{"id":1},\n{"id":"${'x'.repeat(40 << 20)}"}]`);
  expect((await seen(session.tables.describe('long.json'))).slice(0, 2)).toEqual([
    'file-unreadable',
    'long.json cannot be read: a record is longer than the 16 MiB that are read of one.',
  ]);
});

test('lines just below the limit are rows like others', async () => {
  session.write('fits.csv', `id,a\n1,${'x'.repeat((2 << 20) - 100)}\n2,y`);
  const source = await session.tables.describe('fits.csv');
  expect(await session.tables.numbers(source, { n: 'count(a)', long: 'max(length(a))' })).toEqual({
    n: 2,
    long: (2 << 20) - 100,
  });
});

test('an encrypted Parquet file is called so', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // Encrypting needs a source of randomness that the engine has not of its own; this one is said to be unsafe.
  await connection.run("SET force_mbedtls_unsafe = 'true'");
  await connection.run("PRAGMA add_parquet_key('k', '0123456789112345')");
  const file = path.join(session.workspace, 'secret.parquet');
  await connection.run(`COPY (SELECT 1 AS id) TO '${file}' (ENCRYPTION_CONFIG {footer_key: 'k'})`);
  connection.closeSync();
  instance.closeSync();
  expect(await seen(session.tables.describe('secret.parquet'))).toEqual([
    'file-unreadable',
    'secret.parquet is encrypted, and no key is known here.',
    'Give the check a decrypted copy: write one in the step before it.',
  ]);
});

test('a table of 1,200 columns is described and measured in parts', async () => {
  const names = Array.from({ length: 1200 }, (_, index) => `Column "${index}"`);
  const value = (index: number, row: number) => (index % 100 === 0 ? null : index * row);
  const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
  session.write(
    'wide.csv',
    [header, ...[1, 2].map((row) => names.map((_, i) => value(i, row) ?? '').join(','))].join('\n'),
  );
  const records = [1, 2].map((row) =>
    JSON.stringify(Object.fromEntries(names.map((name, i) => [name, value(i, row)]))),
  );
  session.write('wide.jsonl', records.join('\n'));
  const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  for (const name of ['wide.csv', 'wide.jsonl']) {
    const source = await session.tables.describe(name);
    expect(source.columns.map((column) => column.type)).toEqual(
      names.map((_, index) => (index % 100 === 0 ? 'empty' : 'integer')),
    );
    const asked = Object.fromEntries(quoted.map((column, index) => [`n${index}`, `max(${column})`]));
    expect(await session.tables.numbers(source, { ...asked, rows: 'count(*)' })).toEqual({
      ...Object.fromEntries(names.flatMap((_, index) => (index % 100 === 0 ? [] : [[`n${index}`, index * 2]]))),
      rows: 2,
    });
  }
});
