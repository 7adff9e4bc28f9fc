import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyFolder, type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

async function types(name: string, content: string | Uint8Array): Promise<readonly string[]> {
  session.write(name, content);
  const source = await session.tables.describe(name);
  return source.columns.map((column) => `${column.name}: ${column.type} ${column.storedAs}`);
}

async function refusal(name: string, content: string | Uint8Array): Promise<readonly unknown[]> {
  session.write(name, content);
  return seen(session.tables.describe(name));
}

test('a CSV is typed by every row, and its ids keep every digit and every leading zero', async () => {
  const rows = [
    'id,big,huge,zip,ratio,flag,word,none,mixed',
    '9007199254740993,18446744073709551616,1e400,007,1.5,true,x,,1',
  ];
  rows.push('-1,5,nan,8,.5e3,False,"a,b",,x');
  expect(await types('types.csv', rows.join('\n'))).toEqual([
    'id: integer BIGINT',
    'big: integer HUGEINT',
    'huge: number DOUBLE',
    'zip: text VARCHAR',
    'ratio: number DOUBLE',
    'flag: boolean BOOLEAN',
    'word: text VARCHAR',
    'none: empty VARCHAR',
    'mixed: text VARCHAR',
  ]);
});

test('byte order mark, CRLF, semicolons, tabs, gzip and an unnamed first column are fine', async () => {
  expect(await types('bom.csv', '\uFEFFid,a\r\n1,"x\r\ny"\r\n')).toEqual(['id: integer BIGINT', 'a: text VARCHAR']);
  expect(await types('semi.csv', 'id;a\n1;2,5\n')).toEqual(['id: integer BIGINT', 'a: text VARCHAR']);
  expect(await types('tab.tsv', 'id\ta,b\n1\t2\n')).toEqual(['id: integer BIGINT', 'a,b: integer BIGINT']);
  expect(await types('packed.csv.gz', gzipSync(',a\n0,2\n'))).toEqual(['column0: integer BIGINT', 'a: integer BIGINT']);
});

test('JSON lines and arrays keep the digits of ids and say what is mixed', async () => {
  const lines =
    '{"id":9007199254740993,"p":1,"s":"x","m":1,"b":true,"n":null,"l":[1]}\n\n{"id":18446744073709551617,"p":0.5,"s":null,"m":"a"}\n';
  const expected = [
    'id: integer HUGEINT',
    'p: number DOUBLE',
    's: text VARCHAR',
    'm: mixed VARCHAR',
    'b: boolean BOOLEAN',
    'n: empty VARCHAR',
    'l: other VARCHAR',
  ];
  expect(await types('lines.jsonl', lines)).toEqual(expected);
  expect(await types('lines.ndjson.gz', gzipSync(lines))).toEqual(expected);
  expect(await types('array.json', `[${lines.trim().split('\n\n').join(',\n')}]`)).toEqual(expected);
});

test('hostile names of files and columns are only names', async () => {
  const folder = 'it\'s "odd"; drop table x';
  const names = [`${folder}/a[1]*?.csv`, `${folder}/a1xx.csv`];
  for (const [index, name] of names.entries())
    session.write(name, `"a""; drop table t; --",'b',"two\nlines",ünï\n${index},2,3,4\n`);
  const source = await session.tables.describe(`${folder}/a[1]*?.csv`);
  expect(source.rows).toBe(1);
  expect(source.files.map((file) => file.path)).toEqual([names[0]]);
  expect(source.columns.map((column) => column.name)).toEqual(['a"; drop table t; --', "'b'", 'two\nlines', 'ünï']);
  const key = 'a"; drop table t; --';
  const to = path.join(session.workspace, `${folder}/out'"; x.parquet`);
  const recorded = await session.tables.record({ source, key, columns: ["'b'", 'two\nlines'], to });
  expect(recorded.rows).toBe(1);
  const again = await session.tables.describe(`${folder}/out'"; x.parquet`);
  expect(again.digest).toBe(recorded.sha256);
  expect(again.columns.map((column) => column.name)).toEqual([key, "'b'", 'two\nlines']);
});

test('a glob is a set of files, sorted, with one digest', async () => {
  session.write('set/b/2.csv', 'id\n2\n');
  session.write('set/a.csv', 'id\n1\n');
  const source = await session.tables.describe('set/**/*.csv');
  expect(source).toEqual({
    path: 'set/**/*.csv',
    format: 'csv',
    files: [
      { path: 'set/a.csv', bytes: 5, sha256: '7cde7fb64fd82bd152710cf238e017b9ab46c0592483edc067ba4f6c75fac108' },
      { path: 'set/b/2.csv', bytes: 5, sha256: '4ece338a824893ad18a76a3173acce24b5e60addef0d55bf47ea13070ea88daa' },
    ],
    bytes: 10,
    digest: '74ec8e455044d584667ca9256b1219367d4ccebf2d0df4f12b3c7cebea77cb40',
    rows: 2,
    columns: [{ name: 'id', type: 'integer', storedAs: 'BIGINT' }],
  });
  expect((await session.tables.describe(path.join(session.workspace, 'set/a.csv'))).rows).toBe(1);
});

test('nothing there: the nearest file, the missing folder, the step that should have written it', async () => {
  session.write('out/predictions.csv', 'id\n1\n');
  expect(await seen(session.tables.describe('out/prediction.csv'))).toEqual([
    'file-missing',
    'out/prediction.csv matches no file.',
    'Did you mean out/predictions.csv?',
  ]);
  expect(await seen(session.tables.describe('out/*.parquet'))).toEqual([
    'file-missing',
    'out/*.parquet matches no file.',
    'Did the step that writes it run, and in this job?',
  ]);
  expect(await seen(session.tables.describe('eval/x.csv'))).toEqual([
    'file-missing',
    'eval/x.csv matches no file: there is no folder eval.',
    'Did the step that writes it run, and in this job?',
  ]);
});

test('nothing outside the workspace is read, also not through a link', async () => {
  const how = 'Tables are read from inside the checkout only; copy the file there.';
  const elsewhere = emptyFolder();
  writeFileSync(path.join(elsewhere, 'secret.csv'), 'id\n1\n');
  mkdirSync(path.join(session.workspace, 'links'));
  symlinkSync(path.join(elsewhere, 'secret.csv'), path.join(session.workspace, 'links/file.csv'));
  symlinkSync(elsewhere, path.join(session.workspace, 'links/folder'));
  for (const asked of ['../x.csv', '/etc/passwd', '../*.csv']) {
    expect(await seen(session.tables.describe(asked))).toEqual([
      'file-unreadable',
      `${asked} leads outside the workspace.`,
      how,
    ]);
  }
  expect(await seen(session.tables.describe('links/*.csv'))).toEqual([
    'file-unreadable',
    'links/file.csv leads outside the workspace.',
    how,
  ]);
  expect(await seen(session.tables.describe('links/folder/secret.csv'))).toEqual([
    'file-unreadable',
    'links/folder/secret.csv leads outside the workspace.',
    how,
  ]);
});

test('empty files and tables without rows', async () => {
  expect(await refusal('zero.csv', '')).toEqual(['file-empty', 'zero.csv is empty.', undefined]);
  expect(await refusal('blank.csv', '\n\n')).toEqual(['file-empty', 'blank.csv has no header line.', undefined]);
  expect(await refusal('header.csv', 'id,a\n')).toEqual(['file-empty', 'header.csv holds no rows.', undefined]);
  expect(await refusal('none.json', '[]')).toEqual(['file-empty', 'none.json holds no rows.', undefined]);
  expect(await refusal('none.jsonl', '\n')).toEqual(['file-empty', 'none.jsonl holds no rows.', undefined]);
});

test('damaged CSV is refused with the line, never with the row', async () => {
  const quoting = 'Write the file with a CSV library, which quotes what needs quoting.';
  expect(await refusal('short.csv', 'id,a,b\n1,2,3\n2,3\n')).toEqual([
    'file-unreadable',
    'short.csv, line 3 has 2 fields, the header has 3.',
    quoting,
  ]);
  expect(await refusal('long.csv', 'id,a\n1,2\n2,3\n4,5,6\n')).toEqual([
    'file-unreadable',
    'long.csv, line 4 has 3 fields, the header has 2.',
    quoting,
  ]);
  expect(await refusal('quote.csv', 'id,a\n1,x\n2,"y\nz\n')).toEqual([
    'file-unreadable',
    'quote.csv, line 3 has a quote that is not closed.',
    quoting,
  ]);
  expect(await refusal('latin.csv', Buffer.from('id,a\n1,ok\n2,caf\xe9\n', 'latin1'))).toEqual([
    'file-unreadable',
    'latin.csv, line 3 is not UTF-8.',
    'Write the file as UTF-8.',
  ]);
  expect(await refusal('head.csv', Buffer.from('id,caf\xe9\n1,ok\n', 'latin1'))).toEqual([
    'file-unreadable',
    'head.csv is not UTF-8 in line 1.',
    'Write the file as UTF-8.',
  ]);
  expect(await refusal('wide.csv', Buffer.from('\uFEFFid,a\n1,2\n', 'utf16le'))).toEqual([
    'file-unreadable',
    'wide.csv is UTF-16 in line 1.',
    'Write the file as UTF-8.',
  ]);
  const cut = gzipSync(`id,a\n${'1,2\n'.repeat(500)}`).subarray(0, -12);
  expect(await refusal('cut.csv.gz', cut)).toEqual([
    'file-unreadable',
    'cut.csv.gz cannot be read: its compressed data are cut off.',
    undefined,
  ]);
});

test('damaged JSON is refused with the line; a bare NaN is called what it is', async () => {
  const shape = 'Write one JSON object a line (.jsonl) or one array of objects (.json).';
  const nan = 'Find out why the value is not a number; where it is missing on purpose, write null.';
  expect(await refusal('nan.jsonl', '{"id":1,"p":0.5}\n\n{"id":2,"p":NaN}\n')).toEqual([
    'not-finite',
    'nan.jsonl, line 3 holds a bare NaN, which JSON does not know.',
    nan,
  ]);
  expect(await refusal('nan.json', '[{"id":1,"p":0.5},\n {"id":2,"p": -Infinity}]')).toEqual([
    'not-finite',
    'nan.json, line 2 holds a bare -Infinity, which JSON does not know.',
    nan,
  ]);
  expect(await types('word.jsonl', '{"id":1,"p":"NaN"}\n')).toEqual(['id: integer BIGINT', 'p: text VARCHAR']);
  expect(await refusal('cut.jsonl', '{"id":1}\n{"id":\n')).toEqual([
    'file-unreadable',
    'cut.jsonl, line 2 is not valid JSON.',
    shape,
  ]);
  expect(await refusal('list.jsonl', '{"id":1}\n[1,2]\n')).toEqual([
    'file-unreadable',
    'list.jsonl, line 2 holds something other than an object.',
    shape,
  ]);
  expect(await refusal('latin.jsonl', Buffer.from('{"id":"a"}\n{"id":"caf\xe9"}\n', 'latin1'))).toEqual([
    'file-unreadable',
    'latin.jsonl, line 2 is not UTF-8.',
    shape,
  ]);
  expect(await refusal('twice.jsonl', '{"id":1,"id":2}\n')).toEqual([
    'file-unreadable',
    'twice.jsonl has two columns named "id".',
    'Rename one of them.',
  ]);
});

test('a JSON number too large for a double is infinite where it is used, not damage', async () => {
  expect(await types('large.jsonl', '{"id":1,"p":1e999}\n')).toEqual(['id: integer BIGINT', 'p: number DOUBLE']);
});

test('a truncated Parquet file, and one that never was one', async () => {
  session.write('small.csv', 'id\n1\n');
  const to = path.join(session.workspace, 'whole.parquet');
  await session.tables.record({ source: await session.tables.describe('small.csv'), key: 'id', columns: [], to });
  const how = 'Did the step that writes it end well, and was the file uploaded whole?';
  const whole = readFileSync(to);
  expect(await refusal('cut.parquet', whole.subarray(0, whole.length - 20))).toEqual([
    'file-unreadable',
    'cut.parquet is not a whole Parquet file: its end is missing.',
    how,
  ]);
  expect(await refusal('text.parquet', 'id,a\n1,2\n')).toEqual([
    'file-unreadable',
    'text.parquet is not a whole Parquet file: its end is missing.',
    how,
  ]);
  const garbled = Buffer.from(whole);
  garbled.fill(0xff, whole.length - 60, whole.length - 10);
  expect(await refusal('garbled.parquet', garbled)).toEqual([
    'file-unreadable',
    'garbled.parquet is not a whole Parquet file.',
    how,
  ]);
});

test('the files of one table have one format and the same columns', async () => {
  session.write('several/a.csv', 'id,a\n1,2\n');
  session.write('several/b.csv', 'id,b\n1,2\n');
  session.write('several/c.jsonl', '{"id":1}\n');
  const same = 'All files of one table must have the same columns.';
  expect(await seen(session.tables.describe('several/*'))).toEqual([
    'file-unreadable',
    'several/* matches files of several formats: .csv, .jsonl.',
    'Name one extension in the glob.',
  ]);
  expect(await seen(session.tables.describe('several/*.csv'))).toEqual([
    'file-unreadable',
    'several/b.csv has other columns than several/a.csv: "a" is missing.',
    same,
  ]);
  session.write('order/a.csv', 'id,a\n1,2\n');
  session.write('order/b.csv', 'a,id\n1,2\n');
  expect(await seen(session.tables.describe('order/*.csv'))).toEqual([
    'file-unreadable',
    'order/b.csv has other columns than order/a.csv: they are in another order.',
    same,
  ]);
  for (const [name, value] of [
    ['p', '1'],
    ['q', 'x'],
  ]) {
    session.write(`types/${name}.csv`, `id,a\n1,${value}\n`);
    const to = path.join(session.workspace, `types/${name}.parquet`);
    await session.tables.record({
      source: await session.tables.describe(`types/${name}.csv`),
      key: 'id',
      columns: ['a'],
      to,
    });
  }
  expect(await seen(session.tables.describe('types/*.parquet'))).toEqual([
    'file-unreadable',
    'types/q.parquet has other columns than types/p.parquet: "a" is VARCHAR there, not BIGINT.',
    same,
  ]);
  expect(await refusal('odd.xlsx', 'x')).toEqual([
    'file-unreadable',
    'odd.xlsx has no known extension.',
    'Tables are read from .csv, .tsv, .json, .jsonl, .ndjson, .parquet, .pq; text formats also with .gz or .zst.',
  ]);
});

test('names that differ only by case', async () => {
  const how = 'Rename one of them.';
  expect(await refusal('case.csv', 'id,a,A\n1,2,3\n')).toEqual([
    'file-unreadable',
    'case.csv has columns "a" and "A", which differ only by case.',
    how,
  ]);
  expect(await refusal('same.csv', 'id,a,a\n1,2,3\n')).toEqual([
    'file-unreadable',
    'same.csv has two columns named "a".',
    how,
  ]);
  expect(await refusal('case.jsonl', '{"id":1,"P":1}\n{"id":1,"p":1}\n')).toEqual([
    'file-unreadable',
    'case.jsonl has columns "P" and "p", which differ only by case.',
    how,
  ]);
});
