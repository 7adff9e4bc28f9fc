import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Verdict, verdictSchema } from '@modelgate/core';
import { currentPlatform } from '@modelgate/tables';

const root = path.resolve(import.meta.dirname, '../..');
const engine = path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);

/** `modelgate check` of one data gate, whose lines below `kind: data` are given, with the variables of a step. */
export async function checkDataGate(
  folder: string,
  gate: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly verdict: Verdict }> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'modelgate.yml'),
    `version: 1\nname: lake\ngates:\n  orders:\n    kind: data\n${gate.replaceAll(/^/gm, '    ')}\n`,
  );
  const args = [path.join(root, 'packages', 'cli', 'src', 'main.ts'), 'check', '--json', '--engine-path', engine];
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...environment }, maxBuffer: 2 ** 24 };
  const { code, stdout, stderr } = await promisify(execFile)(process.execPath, args, options).then(
    (ended) => ({ code: 0, ...ended }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const [verdict] = stdout === '' ? [] : (JSON.parse(stdout) as unknown[]);
  if (verdict === undefined) throw new Error(`no verdict\n${stderr}`);
  return { code, verdict: verdictSchema.parse(verdict) };
}
