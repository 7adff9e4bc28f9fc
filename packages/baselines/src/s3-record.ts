import { type ChampionSource, UserError } from '@modelgate/core';
import { manifestFile, manifestOf, readManifest } from './manifest.ts';
import type { Registries } from './registries.ts';
import { S3BaselineStore } from './s3-baseline-store.ts';

export interface RecordInStore {
  readonly source: Extract<ChampionSource, { from: 's3' }>;
  /** As `baselineName` makes it. */
  readonly name: string;
  /** Holds `baseline.json` and its data. */
  readonly folder: string;
  /** Who records: a run's address. */
  readonly by: string;
  readonly at: Date;
  /** Unique to this attempt. */
  readonly writer: string;
}

export type RecordedInStore =
  | { readonly kind: 'recorded'; readonly where: string }
  /** The store holds a later champion, or another run moved the pointer meanwhile: theirs stands. */
  | { readonly kind: 'left'; readonly why: string };

/**
 * Records a champion under the source's prefix and moves its pointer, by compare and swap: of two runs at the same moment
 * one wins, and a run that ended late does not bring back an older champion.
 *
 * @throws UserError baseline-mismatch, baseline-unreadable, baseline-missing
 */
export async function recordInObjectStore(request: RecordInStore, registries: Registries): Promise<RecordedInStore> {
  const { source, name, folder } = request;
  if (source.prefix === undefined) throw new RangeError('an object of the user is not written to');
  const objects = registries.objects(source.bucket);
  const store = new S3BaselineStore(objects, source.prefix);
  const where = `${objects.service} (${source.prefix}/${name})`;
  const { manifest } = await readManifest(folder);
  const expected = await store.pointer(name);
  if (expected !== undefined) {
    const key = `${source.prefix}/${name}/${expected.pointer.manifest}/${manifestFile}`;
    const present = await objects.get(key, 1024 * 1024);
    const known = present === undefined ? undefined : manifestOf(new TextDecoder().decode(present.bytes));
    if (known?.success && known.data.recordedAt > manifest.recordedAt) {
      return { kind: 'left', why: `${where} holds a later champion, of ${known.data.recordedAt}` };
    }
  }
  const digest = await store.record(name, folder);
  const { by, at, writer } = request;
  const result = await store.moveChampionPointer(name, { manifest: digest, expected, by, at, writer });
  if (result.kind === 'moved') return { kind: 'recorded', where };
  if (result.now === undefined) {
    throw new UserError('baseline-unreadable', `the champion's pointer in ${where} was deleted while it was written`, {
      how: 'find out who deletes objects there, then run this again',
    });
  }
  return { kind: 'left', why: `${where} was given another champion meanwhile, by ${result.now.pointer.by}` };
}
