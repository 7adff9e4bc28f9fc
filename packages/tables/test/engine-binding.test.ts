import path from 'node:path';
import { expect, test } from 'vitest';
import { loadClient } from '../src/engine-binding.ts';
import { emptyFolder, preplaced } from './opened.ts';

test('a library that this machine cannot load is a clear error, and does not spoil the next try', async () => {
  const folder = emptyFolder();
  await expect(loadClient(folder)).rejects.toMatchObject({
    name: 'UserError',
    reason: 'engine-unavailable',
    message: `The embedded engine (DuckDB) cannot be loaded on this machine: Cannot find module '${path.join(folder, 'duckdb.node')}'`,
    how: 'The libraries are the right ones for this platform, but its system refuses them: use a newer runner image.',
  });
  expect((await loadClient(preplaced)).version()).toBe('v1.5.5');
});
