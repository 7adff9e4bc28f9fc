import path from 'node:path';
import type { BaselineIdentity, ChampionSource } from '@modelgate/core';
import type { Manifest } from './manifest.ts';
import type { Registries } from './registries.ts';

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
  /** Absent where nothing may be asked over the network: champions from there are refused. */
  readonly registries?: Registries | undefined;
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
      /** What should be mended although it works, one sentence each. */
      readonly notices?: readonly string[];
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
  /**
   * What the candidate is. A run of MLflow can hold both kinds of results without the policy naming a file: rows that
   * Modelgate recorded, and metrics that it logged. Default: rows.
   */
  readonly wants?: 'rows' | 'metrics';
  /** Two fixed models of one gate must not overwrite each other's files. Default: champion. */
  readonly role?: 'champion' | 'anchor';
}

/** Where this request's downloads lie. */
export function folderOf({ temporary, role = 'champion' }: ChampionRequest): string {
  return path.join(temporary, role);
}
