import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RecordedBaseline, RecordedLookup, RecordedStore } from './champion.ts';
import { manifestFile, manifestSchema } from './manifest.ts';

/** Recorded baselines in a folder, one sub-folder a name: for the command line and for runs without GitHub. */
export class FolderStore implements RecordedStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async find(name: string): Promise<RecordedLookup> {
    const manifest = path.join(this.#root, name, manifestFile);
    if (!(await stat(manifest).catch(() => undefined))) return { kind: 'none', looked: this.#root };
    const { recordedAt } = manifestSchema.parse(JSON.parse(await readFile(manifest, 'utf8')));
    return { kind: 'found', baseline: { id: name, recordedAt } };
  }

  async download(found: RecordedBaseline, folder: string): Promise<void> {
    await cp(path.join(this.#root, found.id), folder, { recursive: true });
  }

  /** Replaces what is recorded under a name. */
  async save(name: string, folder: string): Promise<void> {
    const target = path.join(this.#root, name);
    await mkdir(target, { recursive: true });
    await cp(folder, target, { recursive: true, force: true });
  }
}
