import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import { afterAll } from 'vitest';
import type { Manifest } from '../src/index.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'baselines-test-')));
  folders.push(folder);
  return folder;
}

export const content = 'key,predicted\n1,0\n2,1\n';

export const manifest: Manifest = {
  schema: 'https://github.com/modelgate/modelgate/baseline/v1',
  policy: 'flight-delays',
  gate: 'quality',
  commit: '0123456789abcdef0123456789abcdef01234567',
  branch: 'main',
  recordedAt: '2026-11-01T12:00:00.000Z',
  tool: '0.1.0',
  data: { kind: 'rows', file: 'predictions.csv', sha256: createHash('sha256').update(content).digest('hex'), rows: 2 },
  key: 'key',
  prediction: 'predicted',
  columns: ['predicted'],
  examples: { name: 'eval/golden.parquet', sha256: 'a'.repeat(64), rows: 2 },
};

/** A recorded baseline as it comes out of an artifact; `manifest` may be anything, `null` leaves a file out. */
export async function recorded(
  folder: string,
  given: { manifest?: unknown; data?: string | null } = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const text = typeof given.manifest === 'string' ? given.manifest : JSON.stringify(given.manifest ?? manifest);
  if (given.manifest !== null) await writeFile(path.join(folder, 'baseline.json'), text);
  if (given.data !== null) await writeFile(path.join(folder, 'predictions.csv'), given.data ?? content);
  return folder;
}

export async function refusal(work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return [error.reason, error.message, error.how];
    throw error;
  }
  return ['nothing was refused'];
}
