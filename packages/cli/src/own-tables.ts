import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import { openTables, type Tables } from '@modelgate/tables';
import type { Shell } from './command.ts';
import { toolCache } from './local-world.ts';

export interface EngineArguments {
  readonly 'engine-path'?: string;
  readonly registry?: string;
}

/** Opens the embedded engine over the folder that the command stands in, for as long as the work takes. */
export async function withTables<T>(
  { registry, ...options }: EngineArguments,
  shell: Shell,
  work: (tables: Tables) => Promise<T>,
): Promise<T> {
  const temporary = await mkdtemp(path.join(tmpdir(), 'modelgate-'));
  const preplaced = options['engine-path'];
  try {
    const tables = await openTables({
      workspace: shell.folder,
      temporary,
      toolCache: toolCache(shell.env),
      ...(preplaced === undefined ? {} : { preplaced: path.resolve(shell.folder, preplaced) }),
      ...(registry === undefined ? {} : { registry }),
    });
    try {
      return await work(tables);
    } finally {
      await tables.close();
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Prints a text, or writes it where nothing is yet: what people have edited is not replaced behind their back. */
export async function put(
  text: string,
  { out, force }: { readonly out?: string; readonly force: boolean },
  shell: Shell,
): Promise<void> {
  if (out === undefined) return shell.out(text);
  try {
    await writeFile(path.resolve(shell.folder, out), text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UserError('file-unreadable', exists ? `${out} is there already` : `${out} cannot be written`, {
      how: exists ? 'name another file, or say --force' : 'is there such a folder?',
      cause: error,
    });
  }
  shell.out(`Written: ${out}\n`);
}
