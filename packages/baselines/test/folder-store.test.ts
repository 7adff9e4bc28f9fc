import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FolderStore, readManifest } from '../src/index.ts';
import { content, emptyFolder, manifest, recorded } from './stored.ts';

const name = 'modelgate-baseline--flight-delays--quality';

it('finds nothing in a folder where nothing was saved, and says where it looked', async () => {
  const root = path.join(emptyFolder(), 'absent');
  expect(await new FolderStore(root).find(name)).toEqual({ kind: 'none', looked: root });
});

it('gives back what was saved', async () => {
  const [root, folder] = [emptyFolder(), emptyFolder()];
  const store = new FolderStore(root);
  await store.save(name, await recorded(emptyFolder()));
  const found = await store.find(name);
  expect(found).toEqual({ kind: 'found', baseline: { id: name, recordedAt: manifest.recordedAt } });
  if (found.kind !== 'found') return;
  await store.download(found.baseline, folder);
  expect((await readManifest(folder)).manifest).toEqual(manifest);
  expect(await readFile(path.join(folder, 'predictions.csv'), 'utf8')).toBe(content);
  expect(await store.find('modelgate-baseline--flight-delays--other')).toEqual({ kind: 'none', looked: root });
});

it('replaces what was saved before, and leaves nothing of it behind', async () => {
  const [root, folder] = [emptyFolder(), emptyFolder()];
  const store = new FolderStore(root);
  await store.save(name, await recorded(emptyFolder()));
  const later = { ...manifest, recordedAt: '2026-11-02T12:00:00.000Z' };
  await store.save(name, await recorded(folder, { manifest: later, data: null }));
  expect(await store.find(name)).toMatchObject({ baseline: { recordedAt: '2026-11-02T12:00:00.000Z' } });
  expect(await readdir(path.join(root, name))).toEqual(['baseline.json']);
});

it('a damaged manifest is unreadable: neither a crash nor "nothing was ever recorded"', async () => {
  const root = emptyFolder();
  await recorded(path.join(root, name), { manifest: '{"schema": ' });
  expect(await new FolderStore(root).find(name)).toEqual({
    kind: 'unreadable',
    message: `${path.join(root, name, 'baseline.json')} cannot be read by this version: ✖ Invalid input: expected object, received undefined`,
    how: 'remove the folder and record the champion anew',
  });
});
