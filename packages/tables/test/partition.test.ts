import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

async function parquet(name: string, csv: string): Promise<void> {
  session.write('from.csv', csv);
  const source = await session.tables.describe('from.csv');
  const columns = source.columns.map((column) => column.name);
  await session.tables.record({ source, key: undefined, columns, to: path.join(session.workspace, name) });
}

async function rows(asked: string): Promise<readonly unknown[]> {
  const source = await session.tables.describe(asked);
  const types = source.columns.map((column) => `${column.name}: ${column.type}`);
  return [types, await session.tables.ask({ sql: 'FROM this ORDER BY ALL', tables: { this: source } })];
}

test('folders named key=value are columns: typed as CSV is, percent-decoded, and null as Hive writes it', async () => {
  const expected = [
    ['id: integer', 'year: integer', 'month: text', 'place: text'],
    [
      { id: 1, year: 2024, month: '01', place: 'a b/c' },
      { id: 2, year: 2024, month: '12', place: 'x=y' },
      { id: 3, year: 2025, month: '01', place: null },
    ],
  ];
  const folders = [
    'year=2024/month=01/place=a%20b%2Fc',
    'year=2024/month=12/place=x=y',
    'year=2025/month=01/place=__HIVE_DEFAULT_PARTITION__',
  ];
  for (const [index, folder] of folders.entries()) {
    const id = index + 1;
    await parquet(`parquet/${folder}/part[0].parquet`, `id\n${id}\n`);
    session.write(`csv/${folder}/it's.csv.zst`, zstdCompressSync(Buffer.from(`id\n${id}\n`)));
    session.write(`json/${folder}/part.jsonl`, `{"id":${id}}\n`);
  }
  expect(await rows('parquet/**/*.parquet')).toEqual(expected);
  expect(await rows('csv/**/*.zst')).toEqual(expected);
  expect(await rows('json/year=*/**/*.jsonl')).toEqual(expected);
});

test('numbers and samples see the columns of folders too', async () => {
  session.write('p/k=1/a.csv', 'id\n1\n2\n');
  session.write('p/k=2/a.csv', 'id\n3\n');
  const source = await session.tables.describe('p/*/a.csv');
  expect(await session.tables.numbers(source, { sum: 'sum(k)', two: 'count(*) FILTER (WHERE k = 2)' })).toEqual({
    sum: 4,
    two: 1,
  });
  const part = await session.tables.sample(source, { share: 0.999999, key: ['k'], seed: '' });
  expect(await session.tables.numbers(part, { sum: 'sum(k)' })).toEqual({ sum: 4 });
});

test('a column of the files wins over a folder of its name', async () => {
  session.write('own/id=7/a.csv', 'ID\n1\n');
  expect(await rows('own/*/a.csv')).toEqual([['ID: integer'], [{ ID: 1 }]]);
});

test('files of one table are partitioned alike', async () => {
  session.write('mix/a.csv', 'id\n1\n');
  session.write('mix/k=1/a.csv', 'id\n1\n');
  session.write('mix/k=1/l=2/a.csv', 'id\n1\n');
  const how = 'All files of one table must be partitioned by the same columns.';
  expect(await seen(session.tables.describe('mix/**/*.csv'))).toEqual([
    'file-unreadable',
    'mix/k=1/a.csv lies in folders k=…, mix/a.csv in no folder of a partition.',
    how,
  ]);
  expect(await seen(session.tables.describe('mix/k=1/**/*.csv'))).toEqual([
    'file-unreadable',
    'mix/k=1/l=2/a.csv lies in folders k=…/l=…, mix/k=1/a.csv in folders k=….',
    how,
  ]);
});

test('a link from one partition into another is no second file', async () => {
  session.write('linked/k=1/a.csv', 'id\n1\n');
  session.write('linked/k=2/b.csv', 'id\n1\n');
  symlinkSync('../k=1/a.csv', path.join(session.workspace, 'linked/k=2/a.csv'));
  expect(await seen(session.tables.describe('linked/*/*.csv'))).toEqual([
    'file-unreadable',
    'linked/k=2/a.csv is a link to a file that is part of the table already.',
    undefined,
  ]);
});

test('zstd, gzip and plain files side by side, and through links with other names', async () => {
  session.write('packed/a.csv', 'id\n1\n');
  session.write('packed/b.csv.gz', gzipSync('id\n2\n'));
  session.write('packed/c.csv.zst', zstdCompressSync(Buffer.from('id\n3\n')));
  expect(await rows('packed/*')).toEqual([['id: integer'], [{ id: 1 }, { id: 2 }, { id: 3 }]]);
  session.write('blobs/1', zstdCompressSync(Buffer.from('{"id":1}\n')));
  symlinkSync('blobs/1', path.join(session.workspace, 'linked.jsonl.zst'));
  expect(await rows('linked.jsonl.zst')).toEqual([['id: integer'], [{ id: 1 }]]);
  const whole = zstdCompressSync(Buffer.from(`id\n${'1\n'.repeat(5000)}`));
  session.write('cut.csv.zst', whole.subarray(0, -3));
  session.write('text.csv.zst', 'id\n1\n');
  expect(await seen(session.tables.describe('cut.csv.zst'))).toEqual([
    'file-unreadable',
    'cut.csv.zst cannot be read: its compressed data are cut off.',
    undefined,
  ]);
  expect(await seen(session.tables.describe('text.csv.zst'))).toEqual([
    'file-unreadable',
    'text.csv.zst cannot be read: its compressed data are damaged.',
    undefined,
  ]);
});

test('a column that only some files have is named with its file, in every format', async () => {
  for (const [folder, first, second] of [
    ['a', 'id,extra\n1,2\n', 'id\n1\n'],
    ['b', 'id\n1\n', 'id,extra\n1,2\n'],
  ] as const) {
    await parquet(`some/${folder}/1.parquet`, first);
    await parquet(`some/${folder}/2.parquet`, second);
    session.write(`some/${folder}/1.csv`, first);
    session.write(`some/${folder}/2.csv`, second);
  }
  session.write('some/a/1.jsonl', '{"id":1,"extra":2}\n');
  session.write('some/a/2.jsonl', '{"id":1}\n');
  session.write('some/b/1.jsonl', '{"id":1}\n');
  session.write('some/b/2.jsonl', '{"id":1}\n{"id":2,"extra":2}\n');
  for (const extension of ['parquet', 'csv', 'jsonl']) {
    const how = 'All files of one table must have the same columns.';
    expect(await seen(session.tables.describe(`some/a/*.${extension}`))).toEqual([
      'file-unreadable',
      `some/a/2.${extension} has other columns than some/a/1.${extension}: "extra" is missing.`,
      how,
    ]);
    expect(await seen(session.tables.describe(`some/b/*.${extension}`))).toEqual([
      'file-unreadable',
      `some/b/2.${extension} has other columns than some/b/1.${extension}: "extra" is only there.`,
      how,
    ]);
  }
});

test('files that hold other types make a column of text or of mixed values; Parquet, which has types, is refused', async () => {
  session.write('types/1.csv', 'a\n1\n');
  session.write('types/2.csv', 'a\nx\n');
  session.write('types/1.jsonl', '{"a":1}\n');
  session.write('types/2.jsonl', '{"a":"x"}\n');
  await parquet('types/1.parquet', 'a\n1\n');
  await parquet('types/2.parquet', 'a\nx\n');
  expect(await rows('types/*.csv')).toEqual([['a: text'], [{ a: '1' }, { a: 'x' }]]);
  expect(await rows('types/*.jsonl')).toEqual([['a: mixed'], [{ a: '1' }, { a: 'x' }]]);
  expect((await seen(session.tables.describe('types/*.parquet')))[1]).toBe(
    'types/2.parquet has other columns than types/1.parquet: "a" is VARCHAR there, not BIGINT.',
  );
});

test('a Parquet file that is cut anywhere, or damaged inside, is refused before a number is given', async () => {
  await parquet(
    'damage/good.parquet',
    `id,word\n${Array.from({ length: 5000 }, (_, i) => `${i},w${i * 7919}`).join('\n')}\n`,
  );
  const whole = readFileSync(path.join(session.workspace, 'damage/good.parquet'));
  const how = 'Did the step that writes it end well, and was the file uploaded whole?';
  for (const length of [1, 4, 11, 12, 100, Math.floor(whole.length / 2), whole.length - 8, whole.length - 1]) {
    session.write('damage/cut.parquet', whole.subarray(0, length));
    expect([length, ...(await seen(session.tables.describe('damage/cut.parquet')))]).toEqual([
      length,
      'file-unreadable',
      'damage/cut.parquet is not a whole Parquet file: its end is missing.',
      how,
    ]);
  }
  const middle = Math.floor(whole.length / 2);
  session.write('damage/set/1.parquet', whole);
  session.write('damage/set/2.parquet', Buffer.concat([whole.subarray(0, middle - 500), whole.subarray(middle)]));
  const source = await session.tables.describe('damage/set/*.parquet');
  const damaged = ['file-unreadable', 'damage/set/2.parquet cannot be read: its data are damaged.', how];
  const tables = { this: source };
  expect(await seen(session.tables.numbers(source, { a: 'max(id)', b: 'max(word)' }))).toEqual(damaged);
  expect(await seen(session.tables.ask({ sql: 'SELECT max(id), max(word) FROM this', tables }))).toEqual(damaged);
  expect(await seen(session.tables.countOf({ sql: "FROM this WHERE id > 1 AND word > 'a'", tables }))).toEqual(damaged);
  expect(await seen(session.tables.sample(source, { share: 0.5, seed: '' }))).toEqual(damaged);
});
