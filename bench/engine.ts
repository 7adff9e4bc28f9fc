import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { currentPlatform, openTables } from '../packages/tables/src/index.ts';
import { bytes, columns, duration, median, type PartResult } from './aim.ts';
import { measuredChild } from './measured-child.ts';

const rounds = 7;
const answer = z.object({ version: z.string(), first: z.number(), second: z.number() });

/** The engine that the installation brought: what `engine-path` names on a machine without a registry. */
export function enginePath(): string {
  const root = path.dirname(import.meta.dirname);
  return path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);
}

/**
 * Verifying (sha-256 of every library, each time) and loading the engine, until a first session is open: in a new process,
 * and once more in the same one, where only the hash and the session are left to do. The files are in the disk cache.
 */
export async function engine(): Promise<PartResult> {
  const [cold, warm, peak]: [number[], number[], number[]] = [[], [], []];
  let version = '';
  for (let round = 0; round < rounds; round++) {
    const child = await measuredChild(import.meta.filename, { env: {} });
    if (child.code !== 0) return { aims: [], wrong: [`the engine did not open:\n${child.log}`] };
    const opened = answer.parse(JSON.parse(child.log));
    cold.push(opened.first);
    warm.push(opened.second);
    peak.push(child.peakBytes);
    version = opened.version;
  }
  const size = ['libduckdb.so', 'libduckdb.dylib', 'duckdb.dll', 'duckdb.node']
    .map((name) => path.join(enginePath(), name))
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(
    columns([
      [`DuckDB ${version}, ${bytes(size)}`, 'median', 'fastest'],
      ['new process (verify, load, open)', duration(median(cold)), duration(Math.min(...cold))],
      ['again in that process (verify, open)', duration(median(warm)), duration(Math.min(...warm))],
      ['peak memory of the process', bytes(median(peak)), bytes(Math.min(...peak))],
    ]),
  );
  return { aims: [], wrong: [] };
}

async function open(folder: string): Promise<{ readonly version: string; readonly seconds: number }> {
  const start = performance.now();
  const tables = await openTables({
    workspace: folder,
    temporary: folder,
    toolCache: folder,
    preplaced: enginePath(),
  });
  const seconds = (performance.now() - start) / 1000;
  await tables.close();
  return { version: tables.engine.version, seconds };
}

if (import.meta.main) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'modelgate-bench-engine-'));
  try {
    const [first, second] = [await open(folder), await open(folder)];
    console.log(JSON.stringify({ version: first.version, first: first.seconds, second: second.seconds }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
