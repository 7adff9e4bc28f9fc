import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { RecordedBaseline, RecordedLookup, RecordedStore } from './champion-request.ts';
import { type Manifest, manifestFile, manifestOf } from './manifest.ts';
import {
  examplesDigestOf,
  identityOf,
  type MlflowIdentity,
  modelDigestOf,
  type NamedChampion,
  namedChampion,
} from './mlflow-champion.ts';
import { datasetDigestTag, type MlflowClient } from './mlflow-client.ts';
import { sealTag } from './mlflow-record.ts';
import type { MlflowReference } from './mlflow-reference.ts';
import type { MlflowRun } from './mlflow-reply.ts';

export interface MlflowBaseline extends RecordedBaseline {
  readonly identity: MlflowIdentity;
}

export type MlflowLookup =
  | { readonly kind: 'found'; readonly baseline: MlflowBaseline }
  | Exclude<RecordedLookup, { kind: 'found' | 'none' }>;

export interface MlflowMetrics {
  /** A JSON file of name and value. */
  readonly path: string;
  readonly identity: MlflowIdentity;
  /** Metrics of the run that hold no number, with the reason. */
  readonly unusable: ReadonlyMap<string, string>;
}

export interface MlflowFile {
  readonly path: string;
  readonly identity: MlflowIdentity;
}

export interface MlflowStoreOptions {
  readonly now: () => Date;
  /** Bytes of the largest data file; default 256 MiB. */
  readonly limit?: number;
}

/** Recorded baselines among the artifacts of the run behind a model version; else the metrics of that run. */
export interface MlflowStore extends RecordedStore {
  /** @throws UserError baseline-missing, -unreadable, -mismatch: a champion that was named and is not there is no bootstrap */
  find(name: string): Promise<MlflowLookup>;
  /** Writes what the run logged to `metrics.json` in a folder. @throws UserError baseline-missing, baseline-unreadable */
  metrics(folder: string): Promise<MlflowMetrics>;
  /** Writes an artifact of the run to a folder, under its own name. @throws UserError baseline-missing, -unreadable */
  artifact(path: string, folder: string): Promise<MlflowFile>;
}

/**
 * The champion that a reference names. An alias is resolved once: what is downloaded is what was found, wherever the
 * alias points by then.
 */
export function mlflowStore(
  client: MlflowClient,
  reference: MlflowReference,
  options: MlflowStoreOptions,
): MlflowStore {
  let resolved: Promise<NamedChampion> | undefined;
  const manifests = new Map<
    string,
    { readonly manifest: Manifest; readonly bytes: Uint8Array<ArrayBuffer>; readonly folder: string }
  >();
  const champion = () => {
    resolved ??= namedChampion(client, reference);
    return resolved;
  };

  return {
    async find(name) {
      const named = await champion();
      const { run } = named;
      const bytes = await client.download(run, `${name}/${manifestFile}`, 1024 * 1024);
      if (bytes === undefined) throw nothingRecorded(named, name);
      const sealed = checkSeal(run, name, bytes);
      const parsed = manifestOf(new TextDecoder().decode(bytes));
      if (!parsed.success) {
        return {
          kind: 'unreadable',
          message: `${name}/${manifestFile} of run ${run.runId} cannot be read by this version: ${z.prettifyError(parsed.error)}`,
          how: 'record the champion anew',
        };
      }
      const manifest = parsed.data;
      checkExamples(run, manifest);
      checkModel(named, manifest);
      const id = `${run.runId}/${name}`;
      manifests.set(id, { manifest, bytes, folder: name });
      const { commit, branch, recordedAt, data, examples, subject } = manifest;
      const { sha256 } = data;
      const digests = { sha256, examplesDigest: examples?.sha256, modelDigest: subject?.sha256 };
      const identity = identityOf(named, { commit, recordedAt, sealed, ...digests }, options.now());
      return { kind: 'found', baseline: { id, commit, branch, recordedAt, identity } };
    },

    async download(found, folder) {
      const known = manifests.get(found.id);
      if (known === undefined) throw new RangeError(`${found.id} was not found by this store`);
      const { run } = await champion();
      const file = `${known.folder}/${known.manifest.data.file}`;
      const bytes = await client.download(run, file, options.limit ?? 256 * 1024 * 1024);
      if (bytes === undefined) {
        throw new UserError(
          'baseline-missing',
          `${client.service} has no ${file} among the artifacts of run ${run.runId}`,
          {
            how: 'record the champion anew: its manifest is there, its data are not',
          },
        );
      }
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, known.manifest.data.file), bytes);
      await writeFile(path.join(folder, manifestFile), known.bytes);
    },

    async metrics(folder) {
      const named = await champion();
      const { run } = named;
      checkFinished(run);
      const values: [string, number][] = [];
      const unusable = new Map<string, string>();
      for (const [name, metric] of run.metrics) {
        if (metric.kind === 'value') values.push([name, metric.value]);
        else unusable.set(name, metric.why);
      }
      if (values.length === 0) throw noMetrics(run, unusable);
      const text = `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`;
      const file = path.join(folder, 'metrics.json');
      await mkdir(folder, { recursive: true });
      await writeFile(file, text);
      const identity = identityOf(named, dataOfRun(run, Buffer.from(text)), options.now());
      return { path: file, identity, unusable };
    },

    async artifact(name, folder) {
      const named = await champion();
      const { run } = named;
      checkFinished(run);
      const bytes = await client.download(run, name, options.limit ?? 256 * 1024 * 1024);
      if (bytes === undefined) throw await noArtifact(client, named, name);
      // its own name is kept: the format is told by the ending
      const file = path.join(folder, path.posix.basename(name));
      await mkdir(folder, { recursive: true });
      await writeFile(file, bytes);
      return { path: file, identity: identityOf(named, dataOfRun(run, bytes), options.now()) };
    },
  };
}

/** What was not recorded by Modelgate is as old as its run, and of the examples that the run names. */
function dataOfRun(run: MlflowRun, bytes: Uint8Array) {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    recordedAt: new Date(run.endedAt ?? run.startedAt ?? 0).toISOString(),
    sealed: false,
    commit: run.tags.get('mlflow.source.git.commit'),
    examplesDigest: examplesDigestOf(run),
  };
}

function nothingRecorded({ run, model }: NamedChampion, name: string): UserError {
  const whose = model === undefined ? '' : `, from which version ${model.version} of ${model.name} comes,`;
  return new UserError('baseline-missing', `the run ${run.runId}${whose} holds no ${name}/${manifestFile}`, {
    how: "name the artifact with its predictions (`table: predictions.parquet`), or compare with the run's metrics only (a candidate that is a `file`)",
  });
}

/** Says what there is instead, as far as it is short. */
async function noArtifact(client: MlflowClient, { run }: NamedChampion, name: string): Promise<UserError> {
  const folder = path.posix.dirname(name);
  const siblings = await client.artifacts(run, folder === '.' ? '' : folder);
  const names = siblings.slice(0, 10).map((one) => `${one.path}${one.folder ? '/' : ''}`);
  const there = names.length === 0 ? 'nothing is there' : `there is ${names.join(', ')}`;
  return new UserError('baseline-missing', `the run ${run.runId} has no artifact ${name}; ${there}`, {
    how: 'log it in the run that the model is registered from, or correct its path',
  });
}

/** @returns whether the run has a seal. @throws UserError baseline-mismatch */
function checkSeal(run: MlflowRun, name: string, bytes: Uint8Array): boolean {
  const seal = run.tags.get(sealTag(name));
  if (seal === undefined) return false;
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === seal) return true;
  throw new UserError(
    'baseline-mismatch',
    `${name}/${manifestFile} of run ${run.runId} is not what was recorded (sha-256 ${digest}, the run's tag says ${seal.slice(0, 64)})`,
    { how: 'find out who changed the artifacts of this run, then record the champion anew' },
  );
}

function checkExamples(run: MlflowRun, manifest: Manifest): void {
  const said = run.datasets.map((one) => one.tags.get(datasetDigestTag)).filter((digest) => digest !== undefined);
  const { examples } = manifest;
  if (examples === undefined || said.length === 0 || said.includes(examples.sha256)) return;
  throw new UserError(
    'baseline-mismatch',
    `the baseline in run ${run.runId} answers examples with sha-256 ${examples.sha256}, the run's datasets have ${said.join(', ').slice(0, 200)}`,
    { how: 'record the champion anew' },
  );
}

/** Results of another model than the version's would be compared with in its name. */
function checkModel(named: NamedChampion, { subject }: Manifest): void {
  const said = modelDigestOf(named);
  if (said === undefined || subject?.sha256 === undefined || said === subject.sha256) return;
  throw new UserError(
    'baseline-mismatch',
    `the baseline in run ${named.run.runId} is of a model with sha-256 ${subject.sha256}, the registry says ${said}`,
    { how: 'record the champion anew' },
  );
}

/** Numbers of a run that is still going, or that broke, are not its results. */
function checkFinished(run: MlflowRun): void {
  if (run.status === 'FINISHED') return;
  throw new UserError('baseline-unreadable', `the run ${run.runId} is ${run.status}, so its metrics may be partial`, {
    how: 'let the run end, or let the alias point to a version whose run is FINISHED',
  });
}

function noMetrics(run: MlflowRun, unusable: ReadonlyMap<string, string>): UserError {
  const instead = [...unusable].map(([name, why]) => `${name} is ${why}`).join('; ');
  return new UserError(
    'baseline-missing',
    `the run ${run.runId} has no metrics${instead === '' ? '' : ` that hold a number: ${instead.slice(0, 300)}`}`,
    { how: 'log the metrics in the run that the model is registered from' },
  );
}
