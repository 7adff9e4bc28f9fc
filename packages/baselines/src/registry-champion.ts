import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BaselineIdentity, type ChampionSource, UserError } from '@modelgate/core';
import { type Champion, type ChampionRequest, folderOf } from './champion-request.ts';
import type { MlflowIdentity } from './mlflow-champion.ts';
import { parseMlflowReference } from './mlflow-reference.ts';
import { mlflowStore } from './mlflow-store.ts';
import type { ObjectStore } from './object-store.ts';
import { ageOf, found, readRecorded, recordName } from './recorded-champion.ts';
import type { Registries } from './registries.ts';
import { S3BaselineStore } from './s3-baseline-store.ts';

type Source<From> = Extract<ChampionSource, { from: From }>;

const mebibyte = 1024 * 1024;
const largest = 256 * mebibyte;

/**
 * The champion that a model version, alias or run of MLflow names: an artifact of its run; else, of rows, what Modelgate
 * recorded in that run and, of bare metrics, what the run logged.
 */
export async function fromMlflow(
  request: ChampionRequest,
  source: Source<'mlflow'>,
  registries: Registries,
): Promise<Champion> {
  const client = registries.mlflow();
  const store = mlflowStore(client, parseMlflowReference(source.model), { now: () => request.now, limit: largest });
  const folder = folderOf(request);
  const artifact = source.table ?? source.file;
  if (artifact !== undefined) {
    const { path, identity } = await store.artifact(artifact, folder);
    return {
      kind: 'results',
      path,
      identity: mlflowIdentity(`${source.model}, ${artifact}`, identity),
      notices: client.warnings,
    };
  }
  if (request.wants === 'metrics') {
    const { path, identity, unusable } = await store.metrics(folder);
    const lost = [...unusable].map(([name, why]) => `${name} (${why})`).join(', ');
    const notices =
      lost === '' ? [] : [`Metrics of the champion's run that hold no number were left out: ${lost.slice(0, 500)}.`];
    return {
      kind: 'results',
      path,
      identity: mlflowIdentity(source.model, identity),
      notices: [...client.warnings, ...notices],
    };
  }
  const name = recordName(request);
  const baseline = found(await store.find(name));
  const { path, manifest } = await readRecorded(request, name, baseline, store);
  const { identity } = baseline;
  return {
    kind: 'results',
    path,
    manifest,
    identity: { ...mlflowIdentity(source.model, identity), branch: manifest.branch },
    notices: [...client.warnings, ...(identity.sealed ? [] : [notSealed(identity)])],
  };
}

function notSealed({ trackingRun }: MlflowIdentity): string {
  return `The champion's record in run ${trackingRun} was put there by other means than Modelgate's: no tag of the run vouches for it.`;
}

function mlflowIdentity(name: string, { sealed: _, ...identity }: MlflowIdentity): BaselineIdentity {
  return { from: 'mlflow', name, ...identity };
}

/** An object by its key, or the champion that a recorded baseline's pointer names. */
export async function fromS3(
  request: ChampionRequest,
  source: Source<'s3'>,
  registries: Registries,
): Promise<Champion> {
  const objects = registries.objects(source.bucket);
  const key = source.table ?? source.file;
  if (key !== undefined) return await fromObject(request, key, source.bucket, objects);
  const store = new S3BaselineStore(objects, source.prefix ?? '', largest);
  const name = recordName(request);
  const lookup = await store.find(name);
  if (lookup.kind === 'none') {
    if (source.record !== true) {
      throw new UserError('baseline-missing', `${lookup.looked} holds no champion of ${request.gate}`, {
        how: 'correct bucket and prefix; or let a green run of the default branch record the first one: `record: true`',
      });
    }
    const notice = `There is no champion yet: ${lookup.looked} holds none of ${request.gate}. Nothing was compared; the first green run on the default branch records one.`;
    return { kind: 'bootstrap', notice: [notice, ...objects.warnings].join(' ') };
  }
  const results = await readRecorded(request, name, found(lookup), store);
  const { examples, subject } = results.manifest;
  return {
    ...results,
    identity: {
      ...results.identity,
      from: 's3',
      name: lookup.kind === 'found' ? `${source.prefix}/${lookup.baseline.id}` : name,
      registry: objects.service,
      ...(examples === undefined ? {} : { examplesDigest: examples.sha256 }),
      ...(subject?.sha256 === undefined ? {} : { modelDigest: subject.sha256 }),
    },
    notices: objects.warnings,
  };
}

async function fromObject(
  request: ChampionRequest,
  key: string,
  bucket: string,
  objects: ObjectStore,
): Promise<Champion> {
  const object = await objects.get(key, largest);
  if (object === undefined) {
    throw new UserError('baseline-missing', `${objects.service} has no ${key}`, {
      how: 'correct the key; it starts at the root of the bucket, without a leading /',
    });
  }
  // its own name is kept: the format is told by the ending
  const copy = path.join(folderOf(request), path.posix.basename(key));
  await mkdir(path.dirname(copy), { recursive: true });
  await writeFile(copy, object.bytes);
  const identity: BaselineIdentity = {
    from: 's3',
    name: `${bucket}/${key}`,
    sha256: createHash('sha256').update(object.bytes).digest('hex'),
    registry: objects.service,
    ...(object.modifiedAt === undefined ? {} : ageOf(object.modifiedAt.toISOString(), request.now)),
  };
  return { kind: 'results', path: copy, identity, notices: objects.warnings };
}
