import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { currentPlatform, openTables, type Tables } from '@modelgate/tables';
import { afterAll } from 'vitest';

/** The engine that `npm ci` brought, through the same verified way as any pre-placed copy. */
export const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(
    `@duckdb/node-bindings-${currentPlatform()}/package.json`,
  ),
);

const folders: string[] = [];
const sessions: Tables[] = [];
afterAll(async () => {
  for (const tables of sessions) await tables.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'data-contracts-test-')));
  folders.push(folder);
  return folder;
}

export interface Opened {
  readonly tables: Tables;
  readonly workspace: string;
  write(name: string, content: string | Uint8Array): void;
}

/** Closed after the last test of the importing file. */
export async function opened(options: { threads?: number; memoryLimit?: number } = {}): Promise<Opened> {
  const [workspace, temporary, toolCache] = [emptyFolder(), emptyFolder(), emptyFolder()];
  const tables = await openTables({ workspace, temporary, toolCache, preplaced, ...options });
  sessions.push(tables);
  return {
    tables,
    workspace,
    write(name, content) {
      mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      writeFileSync(path.join(workspace, name), content);
    },
  };
}
