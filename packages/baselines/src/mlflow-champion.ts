import { UserError } from '@modelgate/core';
import { datasetDigestTag, type MlflowClient } from './mlflow-client.ts';
import { oneLine } from './mlflow-connection.ts';
import type { MlflowReference } from './mlflow-reference.ts';
import type { MlflowModelVersion, MlflowRun } from './mlflow-reply.ts';
import { ageOf } from './recorded-champion.ts';

/** Who the champion is, by what MLflow says about it; keys are those of the verdict's baseline. */
export interface MlflowIdentity {
  /** The model and its version now; absent where a run was named. */
  readonly model?: string;
  readonly modelVersion?: string;
  /** By which it was asked for. */
  readonly alias?: string;
  /** Of the version, without those that MLflow and Modelgate keep there themselves. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly trackingRun: string;
  readonly commit?: string;
  /** Of the data that are compared with. */
  readonly sha256: string;
  /** Of the examples that they answer: a sha-256 where Modelgate recorded them, else what MLflow's client computed. */
  readonly examplesDigest?: string;
  readonly modelDigest?: string;
  readonly recordedAt: string;
  readonly ageDays: number;
  /** The run's tag vouches for the manifest; false for files that were uploaded by other means. */
  readonly sealed: boolean;
  /** `MLflow 3.17.2 at host` */
  readonly registry: string;
}

/** A reference, asked once. */
export interface NamedChampion {
  readonly model: MlflowModelVersion | undefined;
  readonly alias: string | undefined;
  readonly run: MlflowRun;
  readonly registry: string;
}

/** @throws UserError baseline-missing, baseline-unreadable */
export async function namedChampion(client: MlflowClient, reference: MlflowReference): Promise<NamedChampion> {
  const { version } = await client.server();
  const registry = version === undefined ? client.service : client.service.replace('MLflow', `MLflow ${version}`);
  if (reference.kind === 'run') {
    return { model: undefined, alias: undefined, run: await client.run(reference.runId), registry };
  }
  const { name } = reference;
  const alias = reference.kind === 'alias' ? reference.alias : undefined;
  const model =
    reference.kind === 'alias'
      ? await client.versionByAlias(name, reference.alias)
      : await client.version(name, reference.version);
  if (model.runId === undefined) {
    throw new UserError('baseline-missing', `version ${model.version} of ${name} names no run, so it has no results`, {
      how: 'register the model from the run that made it (model_uri="runs:/…"), or name that run: runs:/<id>',
    });
  }
  return { model, alias, run: await client.run(model.runId), registry };
}

export interface FoundData {
  readonly sha256: string;
  readonly recordedAt: string;
  readonly sealed: boolean;
  readonly commit?: string | undefined;
  readonly examplesDigest?: string | undefined;
  readonly modelDigest?: string | undefined;
}

export function identityOf(champion: NamedChampion, data: FoundData, now: Date): MlflowIdentity {
  const { model, alias, run, registry } = champion;
  const tags = model === undefined ? {} : shownTags(model);
  const { commit, examplesDigest, modelDigest = modelDigestOf(champion) } = data;
  return {
    ...(model === undefined ? {} : { model: model.name, modelVersion: model.version }),
    ...(alias === undefined ? {} : { alias }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    trackingRun: run.runId,
    ...(commit === undefined ? {} : { commit }),
    sha256: data.sha256,
    ...(examplesDigest === undefined ? {} : { examplesDigest }),
    ...(modelDigest === undefined ? {} : { modelDigest }),
    ...ageOf(data.recordedAt, now),
    sealed: data.sealed,
    registry,
  };
}

/** Tags end in reports: few, short and on one line. */
function shownTags({ tags }: MlflowModelVersion): Readonly<Record<string, string>> {
  const own = [...tags].filter(([key]) => !/^(mlflow|modelgate)\./.test(key)).slice(0, 20);
  return Object.fromEntries(own.map(([key, value]) => [oneLine(key), oneLine(value)]));
}

/** Where whoever registers a model says which file it is: a tag of the version, else of its run. */
export const modelDigestTag = 'modelgate.model.sha256';

export function modelDigestOf({ model, run }: Pick<NamedChampion, 'model' | 'run'>): string | undefined {
  const said = model?.tags.get(modelDigestTag) ?? run.tags.get(modelDigestTag);
  return said !== undefined && /^[0-9a-f]{64}$/.test(said) ? said : undefined;
}

const evaluation = ['eval', 'evaluation', 'test', 'testing'];

/**
 * Of the examples that a run answered. A run often names its training data as well, so those that are said to be for
 * evaluation come first. Undefined where several are left: its metrics do not tell which one they are of.
 */
export function examplesDigestOf({ datasets }: MlflowRun): string | undefined {
  const forEvaluation = datasets.filter(({ tags }) => evaluation.includes(tags.get('mlflow.data.context') ?? ''));
  const counted = forEvaluation.length > 0 ? forEvaluation : datasets;
  const said = new Set(counted.map((one) => one.tags.get(datasetDigestTag) ?? one.digest));
  return said.size === 1 ? [...said][0] : undefined;
}
