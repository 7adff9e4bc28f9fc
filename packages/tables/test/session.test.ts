import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defaultMemoryLimit, EngineFailure, openSession, type Session } from '../src/session.ts';
import { identifier, literal } from '../src/sql-text.ts';
import { emptyFolder, preplaced, seen } from './opened.ts';

let session: Session;
const workspace = emptyFolder();
const temporary = emptyFolder();
beforeAll(async () => {
  session = await openSession({ engine: preplaced, workspace, temporary, threads: 1, memoryLimit: 64 << 20 });
});
afterAll(() => session.close());

async function refused(sql: string): Promise<string> {
  const error: unknown = await session.run(sql).catch((reason: unknown) => reason);
  return error instanceof EngineFailure ? error.message : `not refused: ${error}`;
}

test('outside the workspace nothing is read, written, attached, installed or loaded', async () => {
  const elsewhere = emptyFolder();
  writeFileSync(path.join(elsewhere, 'x.csv'), 'id\n1\n');
  symlinkSync(elsewhere, path.join(workspace, 'link'));
  const denied = 'The engine refused a statement: Permission Error';
  expect(await refused(`FROM read_csv('/etc/passwd')`)).toBe(denied);
  expect(await refused(`FROM read_text('/proc/self/environ')`)).toBe(denied);
  expect(await refused(`FROM read_csv(${literal(path.join(elsewhere, 'x.csv'))})`)).toBe(denied);
  expect(await refused(`FROM read_csv(${literal(path.join(workspace, 'link/x.csv'))})`)).toBe(denied);
  expect(
    await refused(`FROM read_csv(${literal(path.join(workspace, '..', path.basename(elsewhere), 'x.csv'))})`),
  ).toBe(denied);
  expect(await refused(`FROM read_csv(${literal(`${workspace}-sibling/x.csv`)})`)).toBe(denied);
  expect(await refused(`FROM glob('/etc/*')`)).toBe(denied);
  expect(await refused(`FROM glob(${literal(`${temporary}/*`)})`)).toBe(denied);
  expect(await refused(`COPY (SELECT 1) TO ${literal(path.join(elsewhere, 'y.csv'))}`)).toBe(denied);
  expect(await refused(`ATTACH ${literal(path.join(elsewhere, 'y.db'))}`)).toBe(denied);
  expect(await refused(`EXPORT DATABASE ${literal(path.join(elsewhere, 'all'))}`)).toBe(denied);
  expect(await refused('INSTALL httpfs')).toBe(denied);
  expect(await refused('LOAD httpfs')).toBe(denied);
  expect(readdirSync(elsewhere)).toEqual(['x.csv']);
});

test('the configuration is locked', async () => {
  const locked = 'The engine refused a statement: Invalid Input Error';
  for (const sql of [
    'SET enable_external_access = true',
    `SET allowed_directories = ['/']`,
    'RESET lock_configuration',
    'SET threads = 8',
  ]) {
    expect(await refused(sql)).toBe(locked);
  }
  const settings = await session.row(
    `SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory,
      current_setting('autoinstall_known_extensions') AS install, current_setting('autoload_known_extensions') AS load`,
    z.object({ threads: z.bigint(), memory: z.string(), install: z.boolean(), load: z.boolean() }),
  );
  expect(settings).toEqual({ threads: 1n, memory: '64.0 MiB', install: false, load: false });
});

test("the engine's words, which quote data, do not reach the message", async () => {
  const error: unknown = await session.run(`SELECT CAST('secret' AS INTEGER)`).catch((reason: unknown) => reason);
  expect(String(error)).toBe('EngineFailure: The engine refused a statement: Conversion Error');
  expect(JSON.stringify(error)).toBe('{"name":"EngineFailure"}');
});

test('too little memory is said so', async () => {
  expect(await seen(session.run('SELECT list(i) FROM range(100000000) t(i)'))).toEqual([
    'engine-unavailable',
    'The embedded engine needs more memory than the 64 MiB that it may use here.',
    'Use a larger runner, or give the gate fewer rows or columns.',
  ]);
});

test('names and texts stay names and texts', async () => {
  const odd = `a"; DROP TABLE t; --'\n\\ü`;
  await session.run(`CREATE TABLE t AS SELECT ${literal(odd)} AS ${identifier(odd)}`);
  expect(await session.rows(`SELECT ${identifier(odd)} FROM t`, z.record(z.string(), z.string()))).toEqual([
    { [odd]: odd },
  ]);
});

test('the limit is 70 % of a machine, and 768 MiB, at most', () => {
  expect(defaultMemoryLimit()).toBeLessThanOrEqual(768 << 20);
  expect(defaultMemoryLimit()).toBeLessThanOrEqual(os.totalmem() * 0.7);
  expect(defaultMemoryLimit()).toBeGreaterThan(0);
});

test('columns of every kind over many chunks; nulls and other numbers of rows are refused', async () => {
  const n = 5000;
  const numbers = Array.from({ length: n }, (_, index) => index);
  const from = `FROM range(${n}) t(i) ORDER BY i`;
  const read = await session.read(
    `SELECT i / 2, CAST(i AS USMALLINT), CAST(i * 70000 AS UINTEGER), 'text number ' || i, [CAST(i AS VARCHAR)] || CASE WHEN i % 2 = 1 THEN ['odd'] ELSE [] END ${from}`,
    ['doubles', 'codes', 'numbers', 'texts', 'lists'],
    n,
  );
  expect(read).toEqual([
    { kind: 'doubles', values: Float64Array.from(numbers, (i) => i / 2) },
    { kind: 'codes', values: Uint16Array.from(numbers) },
    { kind: 'numbers', values: Uint32Array.from(numbers, (i) => i * 70_000) },
    { kind: 'texts', values: numbers.map((i) => `text number ${i}`) },
    { kind: 'lists', values: numbers.map((i) => (i % 2 === 1 ? [String(i), 'odd'] : [String(i)])) },
  ]);
  const halves = `SELECT CASE WHEN i % 2 = 0 THEN 1.5::DOUBLE END ${from}`;
  await expect(session.doubles(halves, 1, n)).rejects.toThrow('expected a column of numbers without nulls');
  await expect(session.doubles(`SELECT i::DOUBLE ${from}`, 1, n - 1)).rejects.toThrow('the engine gave more');
  await expect(session.doubles(`SELECT i::DOUBLE ${from}`, 1, n + 1)).rejects.toThrow('the engine gave 5000');
  await expect(session.read(`SELECT NULL::VARCHAR ${from}`, ['texts'], n)).rejects.toThrow(
    'expected a text, not a null',
  );
});
