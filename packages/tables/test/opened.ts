import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { currentPlatform, openTables, type Tables } from '../src/index.ts';

/** The engine that `npm ci` brought, through the same verified way as any pre-placed copy. */
export const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(
    `@duckdb/node-bindings-${currentPlatform()}/package.json`,
  ),
);

const folders: string[] = [];
// Registered first, so it runs after the sessions of the importing file are closed.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tables-test-')));
  folders.push(folder);
  return folder;
}

export interface Opened {
  readonly tables: Tables;
  readonly workspace: string;
  readonly temporary: string;
  write(name: string, content: string | Uint8Array): void;
}

export async function opened(options: { threads?: number; memoryLimit?: number } = {}): Promise<Opened> {
  const [workspace, temporary, toolCache] = [emptyFolder(), emptyFolder(), emptyFolder()];
  const tables = await openTables({ workspace, temporary, toolCache, preplaced, ...options });
  return {
    tables,
    workspace,
    temporary,
    write(name, content) {
      mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      writeFileSync(path.join(workspace, name), content);
    },
  };
}

/** What a user sees of an error: reason, message, how to mend it. */
export async function seen(work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'reason' in error && 'how' in error) return [error.reason, error.message, error.how];
    throw error;
  }
  return ['no error'];
}
