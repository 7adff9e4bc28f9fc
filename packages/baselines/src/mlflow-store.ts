import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { RecordedBaseline, RecordedLookup, RecordedStore } from './champion.ts';
import { type Manifest, manifestFile, manifestOf } from './manifest.ts';
import { datasetDigestTag, type MlflowClient } from './mlflow-client.ts';
import { sealTag } from './mlflow-record.ts';
import type { MlflowReference } from './mlflow-reference.ts';
import type { MlflowModelVersion, MlflowRun } from './mlflow-reply.ts';

/** Who the champion is, by what MLflow says about it. */
export interface MlflowIdentity {
  /** The model and its version now; absent where a run was named. */
  readonly model?: { readonly name: string; readonly version: string };
  readonly runId: string;
  readonly commit?: string;
  /** Of the data that are compared with. */
  readonly sha256: string;
  /** Of the examples that they answer: a sha-256 where Modelgate recorded them, else what MLflow's client computed. */
  readonly examplesDigest?: string;
  readonly recordedAt: string;
  readonly ageDays: number;
  /** The run's tag vouches for the manifest; false for files that were uploaded by other means. */
  readonly sealed: boolean;
  /** `MLflow 3.17.2 at host` */
  readonly server: string;
}

export interface MlflowBaseline extends RecordedBaseline {
  readonly identity: MlflowIdentity;
}

export type MlflowLookup =
  | { readonly kind: 'found'; readonly baseline: MlflowBaseline }
  | Exclude<RecordedLookup, { kind: 'found' }>;

export interface MlflowMetrics {
  /** A JSON file of name and value. */
  readonly path: string;
  readonly identity: MlflowIdentity;
  /** Metrics of the run that hold no number, with the reason. */
  readonly unusable: ReadonlyMap<string, string>;
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
}

const day = 86_400_000;

/**
 * The champion that a reference names. An alias is resolved once: what is downloaded is what was found, wherever the
 * alias points by then.
 */
export function mlflowStore(
  client: MlflowClient,
  reference: MlflowReference,
  options: MlflowStoreOptions,
): MlflowStore {
  let resolved: Promise<Resolved> | undefined;
  const manifests = new Map<
    string,
    { readonly manifest: Manifest; readonly bytes: Uint8Array<ArrayBuffer>; readonly folder: string }
  >();
  const champion = () => {
    resolved ??= resolve(client, reference);
    return resolved;
  };

  return {
    async find(name) {
      const { run, model, server } = await champion();
      const bytes = await client.download(run, `${name}/${manifestFile}`, 1024 * 1024);
      if (bytes === undefined) throw nothingRecorded(run, name, model);
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
      const id = `${run.runId}/${name}`;
      manifests.set(id, { manifest, bytes, folder: name });
      const identity: MlflowIdentity = {
        ...(model === undefined ? {} : { model: { name: model.name, version: model.version } }),
        runId: run.runId,
        commit: manifest.commit,
        sha256: manifest.data.sha256,
        ...(manifest.examples === undefined ? {} : { examplesDigest: manifest.examples.sha256 }),
        ...age(manifest.recordedAt, options.now()),
        sealed,
        server,
      };
      const { commit, branch, recordedAt } = manifest;
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
      const { run, model, server } = await champion();
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
      const commit = run.tags.get('mlflow.source.git.commit');
      const examples = examplesDigest(run);
      const identity: MlflowIdentity = {
        ...(model === undefined ? {} : { model: { name: model.name, version: model.version } }),
        runId: run.runId,
        ...(commit === undefined ? {} : { commit }),
        sha256: createHash('sha256').update(text).digest('hex'),
        ...(examples === undefined ? {} : { examplesDigest: examples }),
        ...age(new Date(run.endedAt ?? run.startedAt ?? 0).toISOString(), options.now()),
        sealed: false,
        server,
      };
      return { path: file, identity, unusable };
    },
  };
}

interface Resolved {
  readonly model: MlflowModelVersion | undefined;
  readonly run: MlflowRun;
  readonly server: string;
}

async function resolve(client: MlflowClient, reference: MlflowReference): Promise<Resolved> {
  const { version } = await client.server();
  const server = version === undefined ? client.service : client.service.replace('MLflow', `MLflow ${version}`);
  if (reference.kind === 'run') return { model: undefined, run: await client.run(reference.runId), server };
  const { name } = reference;
  const model =
    reference.kind === 'alias'
      ? await client.versionByAlias(name, reference.alias)
      : await client.version(name, reference.version);
  if (model.runId === undefined) {
    throw new UserError('baseline-missing', `version ${model.version} of ${name} names no run, so it has no results`, {
      how: 'register the model from the run that made it (model_uri="runs:/…"), or name that run: runs:/<id>',
    });
  }
  return { model, run: await client.run(model.runId), server };
}

function nothingRecorded(run: MlflowRun, name: string, model: MlflowModelVersion | undefined): UserError {
  const whose = model === undefined ? '' : `, from which version ${model.version} of ${model.name} comes,`;
  return new UserError('baseline-missing', `the run ${run.runId}${whose} holds no ${name}/${manifestFile}`, {
    how: 'record the champion into this run once, or compare with its metrics only',
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

/** Undefined where the run names several sets of examples: its metrics do not tell which one they are of. */
function examplesDigest(run: MlflowRun): string | undefined {
  const said = new Set(run.datasets.map((one) => one.tags.get(datasetDigestTag) ?? one.digest));
  return said.size === 1 ? [...said][0] : undefined;
}

function age(recordedAt: string, now: Date): { recordedAt: string; ageDays: number } {
  const days = (now.getTime() - new Date(recordedAt).getTime()) / day;
  return { recordedAt, ageDays: Math.max(0, Math.round(days * 10) / 10) };
}
