import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, serverFolder } from '../server-process.ts';
import { toolPath } from '../tool.ts';

export interface CosignRun {
  readonly status: number;
  /** What it said, on both streams. */
  readonly log: string;
}

/** cosign in a folder of its own, which is its home too. It never reaches the network, as it is told of no service there. */
export interface Cosign {
  readonly folder: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CosignRun>;
  /** As `run`, for what has to succeed. @throws Error with what it said */
  do(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Path of the file. */
  write(name: string, data: string | Uint8Array): string;
  path(name: string): string;
  remove(): void;
}

export const password = 'a password of tests';

export function startCosign(): Cosign {
  const program = toolPath('cosign');
  const folder = serverFolder('cosign');
  const at = (name: string) => path.join(folder, name);
  mkdirSync(at('home'));
  const run: Cosign['run'] = (args, env = {}) =>
    // Not at once: Fulcio asks the stand-in, which is in this process, while cosign waits for it.
    new Promise((resolve) => {
      const own = { PATH: process.env['PATH'] ?? '', HOME: at('home'), COSIGN_PASSWORD: password };
      const options = { cwd: folder, env: { ...own, ...env }, timeout: 60_000 };
      execFile(program, args, options, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, log: stdout + stderr });
      });
    });
  return {
    folder,
    run,
    path: at,
    async do(args, env) {
      const { status, log } = await run(args, env);
      if (status !== 0) throw new Error(`cosign ${args[0]} ended with ${status}:\n${log}`);
      return log;
    },
    write(name, data) {
      writeFileSync(at(name), data);
      return at(name);
    },
    remove: () => removeFolder(folder),
  };
}
