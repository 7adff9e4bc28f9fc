import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { RecordedBaseline, RecordedLookup, RecordedStore } from './champion-request.ts';
import { manifestFile, manifestOf, readManifest } from './manifest.ts';
import type { ObjectStore, WriteCondition } from './object-store.ts';

/** The one object that changes: which of the recorded baselines is the champion. */
const pointerSchema = z.object({
  schema: z.literal('https://github.com/modelgate/modelgate/champion-pointer/v1'),
  /** sha-256 of the champion's manifest, which names the folder that holds it. */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Before this one; null for the first. */
  previous: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  movedAt: z.iso.datetime(),
  /** Who moved it: a run's address. */
  by: z.string().max(500),
  /** Tells our own write from another's after an answer was lost. */
  writer: z.string(),
});
export type ChampionPointer = z.infer<typeof pointerSchema>;

export interface FoundPointer {
  readonly pointer: ChampionPointer;
  readonly etag: string;
}

export interface PointerMove {
  /** sha-256 of the manifest that becomes the champion. */
  readonly manifest: string;
  /** What was read before: `undefined` when there was no champion. */
  readonly expected: FoundPointer | undefined;
  readonly by: string;
  readonly at: Date;
  /** Unique to this attempt. */
  readonly writer: string;
}

export type PointerResult =
  | { readonly kind: 'moved'; readonly found: FoundPointer }
  /** Another writer was faster; theirs stands. `undefined`: it was deleted. */
  | { readonly kind: 'overtaken'; readonly now: FoundPointer | undefined };

/**
 * Baselines in an object store. Each is written once, under its manifest's digest; a small pointer names the champion and
 * moves by compare and swap, so that of two writers one wins and the other is told.
 *
 *     <prefix>/<name>/champion.json
 *     <prefix>/<name>/<sha-256 of baseline.json>/{baseline.json,predictions.parquet}
 */
export class S3BaselineStore implements RecordedStore {
  readonly #objects: ObjectStore;
  readonly #prefix: string;
  readonly #limit: number;

  /** @param prefix of keys, without slashes at its ends. @param limit bytes of the largest data file */
  constructor(objects: ObjectStore, prefix: string, limit = 256 * 1024 * 1024) {
    this.#objects = objects;
    this.#prefix = prefix;
    this.#limit = limit;
  }

  /** @throws UserError baseline-unreadable */
  async find(name: string): Promise<RecordedLookup> {
    const found = await this.pointer(name);
    if (found === undefined) return { kind: 'none', looked: `${this.#objects.service} (${this.#key(name)})` };
    const id = `${name}/${found.pointer.manifest}`;
    const parsed = manifestOf(new TextDecoder().decode(await this.#manifest(id, found.pointer.manifest)));
    if (!parsed.success) {
      return {
        kind: 'unreadable',
        message: `${this.#key(id)}/${manifestFile} cannot be read by this version: ${z.prettifyError(parsed.error)}`,
        how: 'record the champion anew',
      };
    }
    const { commit, branch, recordedAt } = parsed.data;
    return { kind: 'found', baseline: { id, commit, branch, recordedAt } };
  }

  /** The files as they were recorded; `readManifest` holds the data against the manifest. */
  async download(found: RecordedBaseline, folder: string): Promise<void> {
    const bytes = await this.#manifest(found.id, found.id.slice(found.id.lastIndexOf('/') + 1));
    const manifest = manifestOf(new TextDecoder().decode(bytes));
    if (!manifest.success) throw new RangeError(`${found.id} was not found by this store`);
    const key = `${this.#key(found.id)}/${manifest.data.data.file}`;
    const data = await this.#objects.get(key, this.#limit);
    if (data === undefined) throw missing(this.#objects, key);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, manifest.data.data.file), data.bytes);
    await writeFile(path.join(folder, manifestFile), bytes);
  }

  /**
   * Writes a baseline under its own digest; the same one again changes nothing. It is no champion until the pointer moves.
   *
   * @param folder holds `baseline.json` and its data
   * @returns sha-256 of the manifest
   * @throws UserError baseline-mismatch when the folder is not what its manifest says; baseline-unreadable
   */
  async record(name: string, folder: string): Promise<string> {
    const { manifest, data } = await readManifest(folder);
    const text = await readFile(path.join(folder, manifestFile));
    const digest = createHash('sha256').update(text).digest('hex');
    const key = this.#key(`${name}/${digest}`);
    await this.#objects.put(`${key}/${manifest.data.file}`, await readFile(data));
    await this.#objects.put(`${key}/${manifestFile}`, text);
    return digest;
  }

  /** Undefined when there is no champion yet. @throws UserError baseline-unreadable when it cannot be told */
  async pointer(name: string): Promise<FoundPointer | undefined> {
    const key = `${this.#key(name)}/champion.json`;
    const object = await this.#objects.get(key, 64 * 1024);
    if (object === undefined) return undefined;
    const parsed = pointerSchema.safeParse(jsonOf(object.bytes));
    if (parsed.success) return { pointer: parsed.data, etag: object.etag };
    throw new UserError(
      'baseline-unreadable',
      `${key} in ${this.#objects.service} is no pointer to a champion: ${z.prettifyError(parsed.error)}`,
      {
        how: 'find out who wrote it; with versioning, restore the version before',
      },
    );
  }

  /** Makes a recorded baseline the champion, if the champion is still the one that was read before. */
  async moveChampionPointer(name: string, move: PointerMove): Promise<PointerResult> {
    const { expected } = move;
    const pointer: ChampionPointer = {
      schema: 'https://github.com/modelgate/modelgate/champion-pointer/v1',
      manifest: move.manifest,
      previous: expected?.pointer.manifest ?? null,
      movedAt: move.at.toISOString(),
      by: move.by.slice(0, 500),
      writer: move.writer,
    };
    const condition: WriteCondition =
      expected === undefined ? { kind: 'absent' } : { kind: 'unchanged', etag: expected.etag };
    const bytes = new TextEncoder().encode(`${JSON.stringify(pointer, null, 2)}\n`);
    const result = await this.#objects.putIf(`${this.#key(name)}/champion.json`, bytes, condition);
    // Read back in both cases: the answer to our own write may have been lost, so that its repeat met what it wrote itself;
    // and a store that does not know conditional writes answers 200 and lets the last writer win.
    const now = await this.pointer(name);
    const ours = now?.pointer.writer === move.writer;
    if (now !== undefined && ours && (result.kind === 'written' || result.uncertain))
      return { kind: 'moved', found: now };
    return { kind: 'overtaken', now };
  }

  async #manifest(id: string, digest: string): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${this.#key(id)}/${manifestFile}`;
    const object = await this.#objects.get(key, 1024 * 1024);
    if (object === undefined) throw missing(this.#objects, key);
    const actual = createHash('sha256').update(object.bytes).digest('hex');
    if (actual === digest) return object.bytes;
    throw new UserError(
      'baseline-mismatch',
      `${key} is not what was recorded (sha-256 ${actual}, recorded ${digest})`,
      {
        how: 'find out who changed the object, then record the champion anew',
      },
    );
  }

  #key(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}/${name}`;
  }
}

function missing(objects: ObjectStore, key: string): UserError {
  return new UserError('baseline-missing', `${objects.service} has no ${key}, which the champion's pointer names`, {
    how: 'look for a rule that deletes old objects, then record the champion anew',
  });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
