import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ObjectStore, s3Settings } from '@modelgate/baselines';
import { currentPlatform, openTables, type RemoteStore, type Tables } from '@modelgate/tables';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkDataGate } from '../data-gate-check.ts';
import { toolPath } from '../tool.ts';
import { keys, type S3Server, startS3 } from './s3-server.ts';

/** Tables in a real object store, read by the engine's signed extension, whose sandbox stays closed for all else. */
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 's3-tables-')));
const workspace = path.join(folder, 'workspace');
const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(
    `@duckdb/node-bindings-${currentPlatform()}/package.json`,
  ),
);
let server: S3Server;
let tables: Tables;
const opened: Tables[] = [];

const store = (): RemoteStore => ({
  extension: toolPath('httpfs'),
  endpoint: server.url,
  region: 'us-east-1',
  accessKeyId: keys.access,
  secretAccessKey: keys.secret,
  prefixes: ['s3://models/data/'],
});

async function open(remote?: RemoteStore): Promise<Tables> {
  const one = await openTables({ workspace, temporary: folder, toolCache: folder, preplaced, threads: 2, remote });
  opened.push(one);
  return one;
}

async function parquet(key: string, csv: string): Promise<void> {
  writeFileSync(path.join(workspace, 'from.csv'), csv);
  const source = await tables.describe('from.csv');
  const columns = source.columns.map((column) => column.name);
  const to = path.join(folder, 'written.parquet');
  await tables.record({ source, key: undefined, columns, to });
  await put(key, readFileSync(to));
}

/** Through the store, which then knows its ETag. */
async function put(key: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const environment = {
    AWS_ACCESS_KEY_ID: keys.access,
    AWS_SECRET_ACCESS_KEY: keys.secret,
    AWS_ENDPOINT_URL_S3: server.url,
  };
  await new ObjectStore(s3Settings('models', environment), { now: () => new Date() }).put(key, content);
}

async function seen(work: Promise<unknown>): Promise<readonly unknown[]> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof Error && 'reason' in error && 'how' in error) return [error.reason, error.message, error.how];
  return [error];
}

beforeAll(async () => {
  mkdirSync(workspace);
  server = await startS3();
  tables = await open(store());
  await parquet('data/day=1/a.parquet', 'id,word\n1,x\n2,y\n');
  await parquet('data/day=1/it’s [odd].parquet', 'id,word\n3,z\n');
  await parquet('data/day=2/b.parquet', 'id,word\n4,\n');
  await parquet('private/secret.parquet', 'id\n1\n');
  await parquet('data-of-others/secret.parquet', 'id\n1\n');
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('reads, counts and samples a partitioned table of objects', async () => {
  const source = await tables.describe('s3://models/data/**/*.parquet');
  expect(source.files.map((file) => file.path)).toEqual([
    's3://models/data/day=1/a.parquet',
    's3://models/data/day=1/it’s [odd].parquet',
    's3://models/data/day=2/b.parquet',
  ]);
  expect([source.format, source.rows, source.identity, source.bytes]).toEqual([
    'parquet',
    4,
    'etag',
    ['day=1/a.parquet', 'day=1/it’s [odd].parquet', 'day=2/b.parquet']
      .map((name) => statSync(path.join(server.bucket, 'data', name)).size)
      .reduce((sum, size) => sum + size),
  ]);
  expect(await tables.numbers(source, { ids: 'sum(id)', words: 'count(word)', days: 'sum(day)' })).toEqual({
    ids: 10,
    words: 3,
    days: 5,
  });
  expect(await tables.countOf({ sql: 'FROM this WHERE day = 2', tables: { this: source } })).toBe(1);
  const part = await tables.sample(source, { share: 0.999999, key: ['id'], seed: '' });
  expect([part.rows, part.sampledFrom, part.digest]).toEqual([4, 4, source.digest]);
});

it('a data gate of a store: judged with the credentials of its step, and not without', async () => {
  const gate = [
    'table: s3://models/data/day=*/*.parquet',
    'contract:',
    '  keys: [[id]]',
    '  columns: { id: { type: integer, range: { min: 1, max: 4 } }, word: { type: string, nullable: false }, day: {} }',
  ].join('\n');
  const environment = {
    AWS_ACCESS_KEY_ID: keys.access,
    AWS_SECRET_ACCESS_KEY: keys.secret,
    AWS_ENDPOINT_URL_S3: server.url,
    MODELGATE_HTTPFS: toolPath('httpfs'),
  };
  const at = path.join(folder, 'gate');
  const { code, verdict } = await checkDataGate(at, gate, environment);
  expect([code, verdict.status, verdict.rows, verdict.inputs[0]?.files]).toEqual([1, 'fail', 4, 3]);
  expect(verdict.checks.flatMap(({ status, id }) => (status === 'pass' ? [] : [`${status} ${id}`]))).toEqual([
    'fail columns.word.nullable',
  ]);
  const { AWS_SECRET_ACCESS_KEY: _, ...without } = environment;
  const refused = await checkDataGate(at, gate, without);
  expect([refused.code, refused.verdict.status, refused.verdict.problem?.message]).toEqual([
    1,
    'error',
    's3://models/data/day=*/*.parquet: the object store needs AWS_SECRET_ACCESS_KEY, which is not set',
  ]);
});

it('the digest is the same while the objects are, and another when one is replaced', async () => {
  await parquet('data/changing.parquet', 'id\n1\n');
  const asked = 's3://models/data/changing.parquet';
  const [first, again] = [await tables.describe(asked), await tables.describe(asked)];
  expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(again.digest).toBe(first.digest);
  await parquet('data/changing.parquet', 'id\n2\n');
  const replaced = await tables.describe(asked);
  expect(replaced.digest).not.toBe(first.digest);
  expect(await tables.numbers(replaced, { id: 'max(id)' })).toEqual({ id: 2 });
});

it('nothing outside of the prefixes is asked for', async () => {
  for (const asked of [
    's3://models/private/secret.parquet',
    's3://models/data-of-others/*.parquet',
    's3://models/data/../private/secret.parquet',
    's3://others/data/a.parquet',
    'S3://models/data/day=1/a.parquet',
    's3://models/*/secret.parquet',
  ]) {
    expect(await seen(tables.describe(asked))).toEqual([
      'policy-invalid',
      `${asked} is outside of what may be read.`,
      'Tables of the object store are read below s3://models/data/.',
    ]);
  }
  const without = await open();
  expect(await seen(without.describe('s3://models/data/day=1/a.parquet'))).toEqual([
    'policy-invalid',
    's3://models/data/day=1/a.parquet lies in an object store, and none is set up here.',
    'Set keys that may list and read it, and the prefix that may be read.',
  ]);
});

it("a person's SQL reaches no address, and no key", async () => {
  let asked = 0;
  const elsewhere = createServer((_, reply) => {
    asked++;
    reply.end('id\n1\n');
  });
  await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready));
  const { port } = elsewhere.address() as AddressInfo;
  const own = await tables.describe('s3://models/data/day=2/b.parquet');
  for (const sql of [
    `FROM 'http://127.0.0.1:${port}/x.csv'`,
    `FROM read_csv('http://127.0.0.1:${port}/x.csv')`,
    `FROM read_parquet('s3://models/data/day=1/a.parquet')`,
    `FROM read_parquet('s3://models/data/x.parquet?s3_endpoint=127.0.0.1:${port}')`,
    `FROM 's3://models/private/secret.parquet'`,
    `FROM glob('s3://models/**')`,
    'FROM duckdb_secrets()',
    `FROM which_secret('s3://models/data/x', 's3')`,
    `COPY this TO 's3://models/data/out.parquet'`,
    'DROP SECRET modelgate_objects',
  ]) {
    expect([sql, (await seen(tables.countOf({ sql, tables: { this: own } })))[0]]).toEqual([sql, 'policy-invalid']);
  }
  await new Promise((closed) => elsewhere.close(closed));
  expect(asked).toBe(0);
});

it('says what is wrong with the store, the keys, the bucket and the objects, and shows no key', async () => {
  const wrong = await open({ ...store(), secretAccessKey: 'another' });
  expect(await seen(wrong.describe('s3://models/data/*.parquet'))).toEqual([
    'file-unreadable',
    'The object store answered 403 SignatureDoesNotMatch to listing s3://models.',
    'The secret key does not belong to the access key, or a proxy changes requests.',
  ]);
  const nobody = await open({ ...store(), endpoint: 'http://127.0.0.1:1' });
  expect(await seen(nobody.describe('s3://models/data/*.parquet'))).toEqual([
    'file-unreadable',
    'The object store of s3://models does not answer.',
    'Check endpoint and region, and that this machine may reach it.',
  ]);
  const elsewhere = await open({ ...store(), prefixes: ['s3://nowhere/data'] });
  expect(await seen(elsewhere.describe('s3://nowhere/data/a.parquet'))).toEqual([
    'file-unreadable',
    'The object store answered 404 NoSuchBucket to listing s3://nowhere.',
    'Correct the name of the bucket.',
  ]);
  expect(await seen(tables.describe('s3://models/data/none/*.parquet'))).toEqual([
    'file-missing',
    's3://models/data/none/*.parquet matches no object.',
    'Did the step that writes it run, and into this bucket?',
  ]);
  await put('data/rows.csv', new TextEncoder().encode('id\n1\n'));
  expect((await seen(tables.describe('s3://models/data/rows.csv')))[1]).toBe(
    's3://models/data/rows.csv is no Parquet file by its name.',
  );
  await put('data/cut.parquet', new TextEncoder().encode('PAR1 and then nothing'));
  expect((await seen(tables.describe('s3://models/data/cut.parquet')))[1]).toBe(
    's3://models/data/cut.parquet is not a whole Parquet file: its end is missing.',
  );
  await put('data/zero.parquet', new TextEncoder().encode(''));
  expect((await seen(tables.describe('s3://models/data/zero.parquet')))[1]).toBe(
    's3://models/data/zero.parquet is empty.',
  );
  writeFileSync(path.join(server.bucket, 'data/untold.parquet'), 'PAR1');
  expect((await seen(tables.describe('s3://models/data/untold.parquet')))[1]).toBe(
    's3://models/data/untold.parquet has no ETag, which stands for its content.',
  );
});

it('an object that is deleted while it is in use is an error, never fewer rows', async () => {
  await parquet('data/gone/1.parquet', `id\n${Array.from({ length: 50_000 }, (_, i) => i * 7919).join('\n')}\n`);
  await parquet('data/gone/2.parquet', `id\n${Array.from({ length: 50_000 }, (_, i) => i * 7907).join('\n')}\n`);
  const fresh = await open(store());
  const source = await fresh.describe('s3://models/data/gone/*.parquet');
  unlinkSync(path.join(server.bucket, 'data/gone/2.parquet'));
  expect((await seen(fresh.numbers(source, { sum: 'sum(id)' }))).slice(0, 2)).toEqual([
    'file-unreadable',
    's3://models/data/gone/2.parquet cannot be fetched: HTTP 404.',
  ]);
});

it('an extension that its makers did not sign is refused', async () => {
  const forged = path.join(folder, 'httpfs.duckdb_extension');
  writeFileSync(forged, Buffer.alloc(100_000));
  expect((await seen(open({ ...store(), extension: forged }))).slice(0, 2)).toEqual([
    'engine-unavailable',
    "The engine's extension for object stores (httpfs) cannot be loaded.",
  ]);
});
