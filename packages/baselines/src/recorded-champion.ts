import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type BaselineIdentity, UserError } from '@modelgate/core';
import {
  type Champion,
  type ChampionRequest,
  folderOf,
  type RecordedBaseline,
  type RecordedLookup,
  type RecordedStore,
} from './champion-request.ts';
import { baselineName, type Manifest, readManifest } from './manifest.ts';

type Results = Extract<Champion, { kind: 'results' }>;

const anew = 'run the gate once on the default branch to record a new one';

/** The newest results that the gate itself recorded; a bootstrap where the store holds none. */
export async function fromRecorded(request: ChampionRequest, store: RecordedStore): Promise<Champion> {
  const name = recordName(request);
  const lookup = await store.find(name);
  if (lookup.kind !== 'none') return await readRecorded(request, name, found(lookup), store);
  return {
    kind: 'bootstrap',
    notice: `There is no champion yet: ${lookup.looked} has recorded ${request.gate}. Nothing was compared; the first green run on the default branch records one.`,
  };
}

export function recordName({ policy, gate, leg }: ChampionRequest): string {
  return baselineName(policy, gate, leg);
}

/** @throws UserError baseline-unreadable, baseline-missing for what is there and cannot be used */
export function found<Baseline extends RecordedBaseline>(
  lookup: { readonly kind: 'found'; readonly baseline: Baseline } | Exclude<RecordedLookup, { kind: 'found' | 'none' }>,
): Baseline {
  switch (lookup.kind) {
    case 'found':
      return lookup.baseline;
    case 'unreadable':
      throw new UserError('baseline-unreadable', lookup.message, { how: lookup.how });
    case 'expired':
      throw new UserError(
        'baseline-missing',
        `the champion's record of ${lookup.baseline.recordedAt.slice(0, 10)} has expired`,
        {
          how: 'run the workflow on the default branch to record it anew; a scheduled run keeps it alive',
        },
      );
  }
}

/** Downloads what was found and holds it against its manifest. @throws UserError baseline-mismatch */
export async function readRecorded(
  request: ChampionRequest,
  name: string,
  baseline: RecordedBaseline,
  store: Pick<RecordedStore, 'download'>,
): Promise<Results & { readonly manifest: Manifest }> {
  const folder = folderOf(request);
  await mkdir(folder, { recursive: true });
  await store.download(baseline, folder);
  const { manifest, data } = await readManifest(folder);
  if (manifest.policy !== request.policy || manifest.gate !== request.gate) {
    throw new UserError(
      'baseline-mismatch',
      `the artifact ${name} was recorded for ${manifest.policy}/${manifest.gate}`,
      { how: anew },
    );
  }
  return {
    kind: 'results',
    path: path.resolve(data),
    manifest,
    identity: recordedIdentity(name, baseline, manifest, request.now),
  };
}

function recordedIdentity(name: string, found: RecordedBaseline, manifest: Manifest, now: Date): BaselineIdentity {
  return {
    from: 'recorded',
    name,
    sha256: manifest.data.sha256,
    commit: manifest.commit,
    branch: manifest.branch,
    ...ageOf(manifest.recordedAt, now),
    ...(found.runId === undefined ? {} : { runId: found.runId }),
    ...(found.runUrl === undefined ? {} : { runUrl: found.runUrl }),
    ...(found.expiresAt === undefined ? {} : { expiresAt: found.expiresAt }),
  };
}

/** In days with one decimal; a clock behind the record makes no negative age. */
export function ageOf(recordedAt: string, now: Date): { readonly recordedAt: string; readonly ageDays: number } {
  const days = (now.getTime() - new Date(recordedAt).getTime()) / 86_400_000;
  return { recordedAt, ageDays: Math.max(0, Math.round(days * 10) / 10) };
}
