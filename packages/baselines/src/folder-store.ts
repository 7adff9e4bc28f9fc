import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { RecordedBaseline, RecordedLookup, RecordedStore } from './champion-request.ts';
import { manifestFile, manifestOf } from './manifest.ts';

/** Recorded baselines in a folder, one sub-folder a name: for the command line and for runs without GitHub. */
export class FolderStore implements RecordedStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async find(name: string): Promise<RecordedLookup> {
    const manifest = path.join(this.#root, name, manifestFile);
    if (!(await stat(manifest).catch(() => undefined))) return { kind: 'none', looked: this.#root };
    const parsed = manifestOf(await readFile(manifest, 'utf8'));
    if (parsed.success) return { kind: 'found', baseline: { id: name, recordedAt: parsed.data.recordedAt } };
    return {
      kind: 'unreadable',
      message: `${manifest} cannot be read by this version: ${z.prettifyError(parsed.error)}`,
      how: 'remove the folder and record the champion anew',
    };
  }

  async download(found: RecordedBaseline, folder: string): Promise<void> {
    await cp(path.join(this.#root, found.id), folder, { recursive: true });
  }

  /** Replaces what is recorded under a name. */
  async save(name: string, folder: string): Promise<void> {
    const target = path.join(this.#root, name);
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await cp(folder, target, { recursive: true, force: true });
  }
}
