import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDataContract } from '../../packages/core/src/index.ts';
import { parseProfile } from '../../packages/data-contracts/src/profile-text.ts';
import { currentPlatform } from '../../packages/tables/src/index.ts';

// What the command line does with tables and contracts of others, beside judging.

const root = path.resolve(import.meta.dirname, '../..');
const example = path.join(root, 'examples', 'flight-delays');
const engine = path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'modelgate-contract-'));
  await cp(path.join(example, 'data'), path.join(folder, 'data'), { recursive: true });
  await cp(
    path.join(root, 'packages/data-contracts/test/fixtures/great-expectations-1.24.1.json'),
    path.join(folder, 'suite.json'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function modelgate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const script = path.join(root, 'dist', 'cli', 'main.mjs');
  const options = { cwd: folder, env: { PATH: process.env['PATH'], NO_COLOR: '1' }, maxBuffer: 2 ** 24 };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

test('a table proposes a contract that holds for it, and that makes no law of what was seen once', async () => {
  const { code, out } = await modelgate('contract', 'infer', 'data/flights.parquet', '--engine-path', engine);
  expect(code).toBe(0);
  const { contract } = parseDataContract(out, 'inferred');
  expect(contract.name).toBe('flights');
  expect(contract.columns['distance']).toMatchObject({ type: 'integer', nullable: false });
  expect(contract.columns['tailnum']).toMatchObject({ type: 'string' });
  expect(Object.values(contract.columns).flatMap((column) => column.range ?? [])).toEqual([]);

  await writeFile(path.join(folder, 'inferred.yml'), out);
  await writeFile(
    path.join(folder, 'modelgate.yml'),
    'version: 1\nname: t\ngates:\n  data: { kind: data, table: data/flights.parquet, contract: inferred.yml }\n',
  );
  const checked = await modelgate('check', '--engine-path', engine);
  expect([checked.code, checked.out.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^✓ pass {2}data: all \d+ rules hold in 7,061 rows$/),
  ]);
});

test('the contract of another tool is taken over; what it cannot say is listed', async () => {
  const { code, out, err } = await modelgate('contract', 'import', 'suite.json', '--from', 'great-expectations');
  expect(code).toBe(0);
  expect(Object.keys(parseDataContract(out, 'imported').contract.columns).length).toBeGreaterThan(3);
  expect(err).toMatch(/^not taken over: /);
});

test('a table is described, and nothing is written over what is there', async () => {
  const told = ['profile', 'data/flights.parquet', '--out', 'flights.profile.json', '--engine-path', engine];
  expect(await modelgate(...told)).toMatchObject({ code: 0, out: 'Written: flights.profile.json\n' });
  const text = await readFile(path.join(folder, 'flights.profile.json'), 'utf8');
  const committed = await readFile(path.join(example, 'contracts/flights.profile.json'), 'utf8');
  // made of the same table by another commit
  const plain = (profile: ReturnType<typeof parseProfile>) => ({ ...profile, commit: '', tool: '' });
  expect(plain(parseProfile(text, 'new'))).toEqual(plain(parseProfile(committed, 'committed')));
  expect(await modelgate(...told)).toEqual({
    code: 2,
    out: '',
    err: 'modelgate: flights.profile.json is there already\nWhat to do: name another file, or say --force\n',
  });
  expect((await modelgate(...told, '--force')).code).toBe(0);
});

test.each([
  [['profile'], 'profile is told no table'],
  [['profile', 'data/none.parquet', '--engine-path', engine], 'data/none.parquet matches no file.'],
  [['contract'], 'contract is told neither `infer <table>` nor `import <file>`'],
  [['contract', 'import', 'suite.json'], '--from is missing'],
  [['contract', 'import', 'suite.json', '--from', 'soda'], '--from soda: contracts of that tool are not known'],
  [['contract', 'import', 'none.json', '--from', 'pandera'], 'there is no file none.json'],
])('%j: exit code 2, in words', async (args, words) => {
  const { code, out, err } = await modelgate(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(words);
});
