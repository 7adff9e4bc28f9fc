import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { baselineName, type Manifest, manifestFile, readManifest } from './manifest.ts';
import type { MlflowClient } from './mlflow-client.ts';

export interface MlflowRecordRequest {
  /** The run that trained or scored the champion, or undefined to make one of its own. */
  readonly run: { readonly id: string } | { readonly experiment: string; readonly name: string };
  /** Holds `baseline.json` and its data, as `recordRows` and `recordMetrics` write them. */
  readonly folder: string;
  readonly leg?: string;
  /** Also shown as the run's metrics. */
  readonly metrics?: ReadonlyMap<string, number>;
  readonly now: () => Date;
}

export interface MlflowRecord {
  readonly runId: string;
  /** The folder among the run's artifacts. */
  readonly name: string;
}

/**
 * Records a baseline with a run: its files as artifacts, the examples' digest as a dataset input. The manifest's own
 * digest becomes a tag of the run, as tags and artifacts are kept in different places: who can write only to the
 * artifact store cannot change a champion unnoticed.
 *
 * @throws UserError baseline-mismatch when the folder is not what its manifest says; baseline-missing, baseline-unreadable,
 *         not-finite. A run that was made for it is then marked FAILED.
 */
export async function recordInMlflow(client: MlflowClient, request: MlflowRecordRequest): Promise<MlflowRecord> {
  const { manifest, data } = await readManifest(request.folder);
  const name = baselineName(manifest.policy, manifest.gate, request.leg);
  if ('id' in request.run) {
    await writeBaseline(client, request, { runId: request.run.id, name, manifest, data });
    return { runId: request.run.id, name };
  }
  const experiment = await client.experiment(request.run.experiment);
  const { runId } = await client.startRun(experiment, request.run.name, request.now().getTime(), {
    'mlflow.source.git.commit': manifest.commit,
    'mlflow.source.git.branch': manifest.branch,
    'modelgate.version': manifest.tool,
  });
  try {
    await writeBaseline(client, request, { runId, name, manifest, data });
  } catch (error) {
    await client.endRun(runId, 'FAILED', request.now().getTime()).catch(() => undefined); // the first error is the one to read
    throw error;
  }
  await client.endRun(runId, 'FINISHED', request.now().getTime());
  return { runId, name };
}

interface Writing {
  readonly runId: string;
  readonly name: string;
  readonly manifest: Manifest;
  /** Path of the data file. */
  readonly data: string;
}

/** The tag comes last: without it nothing was recorded. */
async function writeBaseline(client: MlflowClient, request: MlflowRecordRequest, writing: Writing): Promise<void> {
  const { runId, name, manifest } = writing;
  const run = await client.run(runId);
  await client.logMetrics(runId, request.metrics ?? new Map(), request.now().getTime());
  if (manifest.examples !== undefined) await client.logDataset(runId, manifest.examples);
  await client.upload(run, `${name}/${manifest.data.file}`, await readFile(writing.data));
  const text = await readFile(path.join(request.folder, manifestFile));
  await client.upload(run, `${name}/${manifestFile}`, text);
  await client.tagRun(runId, { [sealTag(name)]: createHash('sha256').update(text).digest('hex') });
}

/** The run's tag that holds the sha-256 of a baseline's manifest. */
export function sealTag(name: string): string {
  return `modelgate.baseline.${name}`.slice(0, 250);
}
