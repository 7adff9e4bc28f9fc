import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sampleHistory } from './history.ts';

test('as a process: says where it listens, logs what came, ends on SIGTERM with what was wrong', async () => {
  const history = await sampleHistory();
  const folder = await mkdtemp(path.join(tmpdir(), 'stand-in-main-'));
  const scenario = path.join(folder, 'scenario.mjs');
  const repository = { fullName: 'acme/flights', git: history.folder };
  await writeFile(scenario, `export default () => (${JSON.stringify({ repository, contract: false })});\n`);
  const log = path.join(folder, 'requests.jsonl');
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), scenario, '--log', log]);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { readonly url: string };
  expect((await fetch(`${url}/repos/acme/flights`)).status).toBe(200);
  expect((await fetch(`${url}/nonsense?a=1`)).status).toBe(404);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(complaints).toBe(
    'requests or replies that GitHub would not know:\nGET /nonsense: the stand-in has no such route\n',
  );
  const logged = (await readFile(log, 'utf8')).trim().split('\n');
  expect(logged.map((entry) => JSON.parse(entry))).toMatchObject([
    { service: 'rest', path: '/repos/acme/flights', status: 200 },
    { service: 'rest', path: '/nonsense', query: { a: '1' }, status: 404 },
  ]);
  await rm(folder, { recursive: true });
  await history.remove();
});
