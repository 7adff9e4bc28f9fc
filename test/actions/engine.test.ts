import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentPlatform } from '../../packages/tables/src/index.ts';
import { type Ended, type GitHub, startGitHub } from './step.ts';

/** The engine is fetched at run time: what a runner sees that cannot have it. */
const policy = JSON.stringify({
  version: 1,
  name: 'speed',
  gates: {
    speed: {
      kind: 'evaluation',
      candidate: { table: 'out/t.csv', key: 'id' },
      checks: { mean: { column: 'ms', statistic: 'mean', 'at-most': 3 } },
    },
  },
});
const table = { 'out/t.csv': 'id,ms\n1,2\n' };
const how =
  'Let this runner reach the package registry, name one that it can reach in the input "registry", or put the libraries of this version into a folder and name it in the input "engine-path".';

let github: GitHub;
let registry: string;
let cache: string;
beforeAll(async () => {
  github = await startGitHub([
    { name: 'base', branch: 'main', files: { 'modelgate.yml': policy } },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  registry = await closedPort();
  cache = await mkdtemp(path.join(tmpdir(), 'modelgate-tools-'));
});
afterAll(async () => {
  await rm(cache, { recursive: true });
  await github.close();
});

/** An address of this machine where nobody answers. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function run(runId: number, inputs: object, files = {}): Promise<Ended> {
  return await github.step({
    runId,
    files: { ...table, ...files },
    inputs: { comment: 'false', 'check-run': 'false', ...inputs },
    env: { RUNNER_TOOL_CACHE: cache },
  });
}

function readable(text: string): string {
  return text
    .replaceAll(registry, 'REGISTRY')
    .replaceAll(currentPlatform(), 'PLATFORM')
    .replaceAll(/\d+\.\d+\.\d+-r\.\d+/g, 'VERSION')
    .replaceAll(/[0-9a-f]{64}/g, 'SHA-256');
}

test('a registry out of reach and an empty tool cache: an error that says what to do', async () => {
  const { code, verdict, log } = await run(1, { registry, 'engine-path': '' });
  expect([code, verdict.reason, readable(verdict.problem?.message ?? ''), verdict.problem?.how]).toEqual([
    1,
    'engine-unavailable',
    'The embedded engine (DuckDB VERSION for PLATFORM) is not there: REGISTRY/@duckdb/node-bindings-PLATFORM/-/node-bindings-PLATFORM-VERSION.tgz could not be reached (ECONNREFUSED).',
    how,
  ]);
  expect(readable(log)).toContain(
    'Fetching the embedded engine (DuckDB VERSION for PLATFORM) from REGISTRY/@duckdb/node-bindings-PLATFORM/-/node-bindings-PLATFORM-VERSION.tgz\n',
  );
});

test('a copy in the tool cache that was not finished, or has other bytes, is replaced and not loaded', async () => {
  const version =
    /node-bindings-\S+?-(\d[^/]*)\.tgz/.exec((await run(2, { registry, 'engine-path': '' })).log)?.[1] ?? '';
  const folder = path.join(cache, 'modelgate-duckdb', version, currentPlatform().replace(/^[^-]+-/, ''));
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'duckdb.node'), 'half of it');
  const half = await run(3, { registry, 'engine-path': '' });
  expect(half.log).toContain('The engine in the tool cache is replaced: its copy was not finished\n');
  await writeFile(`${folder}.complete`, '');
  const other = await run(4, { registry, 'engine-path': '' });
  expect(readable(other.log)).toMatch(
    /^The engine in the tool cache is replaced: \S+ (has sha-256 SHA-256, expected SHA-256|cannot be read)$/m,
  );
  expect([half, other].map(({ verdict }) => verdict.reason)).toEqual(['engine-unavailable', 'engine-unavailable']);
});

test('a pre-placed copy with other bytes is not loaded', async () => {
  const engine = { 'engine/duckdb.node': 'x', 'engine/libduckdb.so': 'x', 'engine/libduckdb.dylib': 'x' };
  const { verdict } = await run(5, { 'engine-path': 'engine' }, engine);
  expect(readable(verdict.problem?.message ?? '')).toMatch(
    /^The embedded engine \(DuckDB VERSION for PLATFORM\) is not there: the copy in engine is not it: \S+ has sha-256 SHA-256, expected SHA-256\.$/,
  );
});
