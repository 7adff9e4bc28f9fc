import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BaselineIdentity, type ChampionSource, UserError } from '@modelgate/core';
import { baselineName, type Manifest, readManifest } from './manifest.ts';

/** Where recorded baselines live. `action` hands in GitHub's artifacts, the command line a folder. */
export interface RecordedStore {
  find(name: string): Promise<RecordedLookup>;
  /** Unpacks what `find` found into a folder. */
  download(found: RecordedBaseline, folder: string): Promise<void>;
}

export interface RecordedBaseline {
  readonly id: string;
  readonly runId?: number;
  readonly runUrl?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly recordedAt: string;
  readonly expiresAt?: string;
}

export type RecordedLookup =
  | { readonly kind: 'found'; readonly baseline: RecordedBaseline }
  /** Nothing was ever recorded on the base: the first run may start without a champion. */
  | { readonly kind: 'none'; readonly looked: string }
  | { readonly kind: 'expired'; readonly baseline: RecordedBaseline }
  | { readonly kind: 'unreadable'; readonly message: string; readonly how: string };

/** Files of the base, for champions that are committed. */
export interface ContentStore {
  /** The commit that the change is measured against: the merge base of a pull request. */
  baseCommit(): Promise<string>;
  /** The file's bytes at a commit, or undefined where the tree has no such file. */
  read(file: string, commit: string): Promise<Uint8Array | undefined>;
}

export interface ChampionStores {
  readonly recorded: RecordedStore;
  readonly contents: ContentStore;
}

/** The champion's results, or that there are none yet. */
export type Champion =
  | {
      readonly kind: 'results';
      /** Path of the table or metrics file; relative to the workspace or absolute. */
      readonly path: string;
      readonly identity: BaselineIdentity;
      /** Present for recorded champions: what their columns are called and which examples they saw. */
      readonly manifest?: Manifest;
    }
  | { readonly kind: 'bootstrap'; readonly notice: string };

export interface ChampionRequest {
  readonly source: ChampionSource;
  readonly policy: string;
  readonly gate: string;
  readonly leg: string | undefined;
  readonly workspace: string;
  /** A folder of ours, for what has to be downloaded. */
  readonly temporary: string;
  readonly now: Date;
}

const day = 86_400_000;

/**
 * Fetches the champion's results from where the policy says.
 *
 * @throws UserError baseline-missing, baseline-unreadable, baseline-mismatch; never a silent bootstrap: that is only
 *         the answer when the store could be read and holds nothing
 */
export async function fetchChampion(request: ChampionRequest, stores: ChampionStores): Promise<Champion> {
  switch (request.source.from) {
    case 'recorded':
      return await fromRecorded(request, stores.recorded);
    case 'git':
      return await fromGit(request, request.source.table ?? request.source.file ?? '', stores.contents);
    case 'file':
      return fromFile(request.source.table ?? request.source.file ?? '');
  }
}

async function fromRecorded(request: ChampionRequest, store: RecordedStore): Promise<Champion> {
  const name = baselineName(request.policy, request.gate, request.leg);
  const lookup = await store.find(name);
  switch (lookup.kind) {
    case 'none':
      return {
        kind: 'bootstrap',
        notice: `There is no champion yet: ${lookup.looked} has recorded ${request.gate}. Nothing was compared; the first green run on the default branch records one.`,
      };
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
    case 'found': {
      const { baseline } = lookup;
      const folder = path.join(request.temporary, 'champion');
      await mkdir(folder, { recursive: true });
      await store.download(baseline, folder);
      const { manifest, data } = await readManifest(folder);
      if (manifest.policy !== request.policy || manifest.gate !== request.gate) {
        throw new UserError(
          'baseline-mismatch',
          `the artifact ${name} was recorded for ${manifest.policy}/${manifest.gate}`,
          {
            how: 'run the gate once on the default branch to record a new one',
          },
        );
      }
      return {
        kind: 'results',
        path: data,
        manifest,
        identity: recordedIdentity(name, baseline, manifest, request.now),
      };
    }
  }
}

function recordedIdentity(name: string, found: RecordedBaseline, manifest: Manifest, now: Date): BaselineIdentity {
  const age = now.getTime() - new Date(manifest.recordedAt).getTime();
  return {
    from: 'recorded',
    name,
    sha256: manifest.data.sha256,
    commit: manifest.commit,
    branch: manifest.branch,
    recordedAt: manifest.recordedAt,
    ageDays: Math.max(0, Math.round((age / day) * 10) / 10),
    ...(found.runId === undefined ? {} : { runId: found.runId }),
    ...(found.runUrl === undefined ? {} : { runUrl: found.runUrl }),
    ...(found.expiresAt === undefined ? {} : { expiresAt: found.expiresAt }),
  };
}

/** Said in every report while there is still time to do something about it. */
export function expiryNotice(identity: BaselineIdentity, now: Date): string | undefined {
  if (identity.expiresAt === undefined) return undefined;
  const left = Math.floor((new Date(identity.expiresAt).getTime() - now.getTime()) / day);
  if (left > 14) return undefined;
  const when = left < 1 ? 'within a day' : left === 1 ? 'in 1 day' : `in ${left} days`;
  return `The champion's record expires ${when} (${identity.expiresAt.slice(0, 10)}): a green run on the default branch renews it.`;
}

async function fromGit(request: ChampionRequest, file: string, contents: ContentStore): Promise<Champion> {
  const commit = await contents.baseCommit();
  const bytes = await contents.read(file, commit);
  if (bytes === undefined) {
    throw new UserError(
      'baseline-missing',
      `${file} is not in the tree of ${commit.slice(0, 7)}, the commit this change is measured against`,
      {
        how: "commit the champion's results on the base branch first, or use champion: { from: recorded }",
      },
    );
  }
  // its own name is kept: the format is told by the ending
  const copy = path.join(request.temporary, 'champion', path.basename(file));
  await mkdir(path.dirname(copy), { recursive: true });
  await writeFile(copy, bytes);
  return { kind: 'results', path: copy, identity: { from: 'git', name: file, commit } };
}

function fromFile(file: string): Champion {
  return { kind: 'results', path: file, identity: { from: 'file', name: file } };
}
