import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { downloadArtifact, listArtifacts, uploadArtifact } from './mlflow-artifacts.ts';
import { MlflowConnection, type MlflowOptions, MlflowRefusal } from './mlflow-connection.ts';
import {
  type MlflowArtifact,
  type MlflowModelVersion,
  type MlflowRun,
  modelVersionSchema,
  runSchema,
} from './mlflow-reply.ts';

export interface MlflowServer {
  /** `3.17.2`; undefined where the server, or a proxy before it, does not tell. */
  readonly version: string | undefined;
  readonly major: number | undefined;
}

export interface MlflowTags {
  readonly [key: string]: string;
}

const modelVersionReply = z.object({ model_version: modelVersionSchema });
const runReply = z.object({ run: runSchema });
const nothing = z.object({});

/** What a gate needs of MLflow's REST API, of its lines 2 (from 2.3, which has aliases) and 3. */
export class MlflowClient {
  readonly #connection: MlflowConnection;

  /** @throws UserError baseline-unreadable for an address that is none of an MLflow server */
  constructor(options: MlflowOptions) {
    this.#connection = new MlflowConnection(options);
  }

  /** `MLflow at host`, for messages. */
  get service(): string {
    return this.#connection.service;
  }

  /** What should be mended although it works, one sentence each. */
  get warnings(): readonly string[] {
    return this.#connection.warnings;
  }

  /** @throws UserError baseline-unreadable when the server cannot be reached or refuses the credentials */
  async server(): Promise<MlflowServer> {
    try {
      const reply = await this.#connection.reply({ method: 'GET', path: '/version', repeatable: true, maxBytes: 4096 });
      const version = /^\s*(\d+)\.\d+\.[\w.+-]+\s*$/.exec(new TextDecoder().decode(reply.bytes));
      return { version: version?.[0].trim(), major: version === null ? undefined : Number(version[1]) };
    } catch (error) {
      // a proxy may pass the API on and nothing else; wrong credentials are said here
      const hidden = error instanceof MlflowRefusal && [403, 404, 405].includes(error.status);
      if (hidden) return { version: undefined, major: undefined };
      throw error;
    }
  }

  /** @throws UserError baseline-missing when the model or its alias does not exist; baseline-unreadable */
  async versionByAlias(name: string, alias: string): Promise<MlflowModelVersion> {
    const found = await this.findVersionByAlias(name, alias);
    if (found !== undefined) return found;
    throw new UserError('baseline-missing', `${this.service} has no alias ${alias} of a model ${name}`, {
      how: `set it to the version in use: MlflowClient().set_registered_model_alias("${name}", "${alias}", "<version>")`,
    });
  }

  /** As `versionByAlias`; undefined when the model or its alias does not exist. */
  async findVersionByAlias(name: string, alias: string): Promise<MlflowModelVersion | undefined> {
    const call = this.#connection.json({
      method: 'GET',
      path: 'registered-models/alias',
      query: { name, alias },
      schema: modelVersionReply,
    });
    return (await call.catch(undefinedWhenMissing))?.model_version;
  }

  /** @throws UserError baseline-missing when there is no such version; baseline-unreadable */
  async version(name: string, version: string): Promise<MlflowModelVersion> {
    const call = this.#connection.json({
      method: 'GET',
      path: 'model-versions/get',
      query: { name, version },
      schema: modelVersionReply,
    });
    const found = await call.catch(undefinedWhenMissing);
    if (found !== undefined) return found.model_version;
    throw new UserError('baseline-missing', `${this.service} has no version ${version} of a model ${name}`, {
      how: "look up the version on the model's page; an alias survives new versions",
    });
  }

  /** The versions that were registered from a run, newest first; none is no error. */
  async versionsOfRun(runId: string): Promise<readonly MlflowModelVersion[]> {
    checkRunId(runId);
    const reply = await this.#connection.json({
      method: 'GET',
      path: 'model-versions/search',
      query: { filter: `run_id='${runId}'`, max_results: '100' },
      schema: z.object({ model_versions: z.array(modelVersionSchema).default([]) }),
    });
    return reply.model_versions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  }

  /** Its last metrics, tags, params and dataset inputs. @throws UserError baseline-missing, baseline-unreadable */
  async run(runId: string): Promise<MlflowRun> {
    checkRunId(runId);
    const call = this.#connection.json({ method: 'GET', path: 'runs/get', query: { run_id: runId }, schema: runReply });
    const found = (await call.catch(undefinedWhenMissing))?.run;
    if (found !== undefined && !found.deleted) return found;
    throw new UserError(
      'baseline-missing',
      `${this.service} has ${found === undefined ? 'no run' : 'deleted the run'} ${runId}`,
      { how: "restore it, or let the champion's alias point to a version whose run exists" },
    );
  }

  /** @param folder relative to the run; '' is its root. Empty when there is no such folder. */
  artifacts(run: MlflowRun, folder: string): Promise<readonly MlflowArtifact[]> {
    return listArtifacts(this.#connection, run, folder);
  }

  /** @param limit bytes. Undefined when there is no such artifact. @throws UserError baseline-unreadable */
  download(run: MlflowRun, path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return downloadArtifact(this.#connection, run, path, limit);
  }

  upload(run: MlflowRun, path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return uploadArtifact(this.#connection, run, path, bytes);
  }

  /** The id of an experiment, which is created when there is none of this name. */
  async experiment(name: string): Promise<string> {
    const schema = z.object({ experiment: z.object({ experiment_id: z.string() }) });
    const byName = () =>
      this.#connection.json({
        method: 'GET',
        path: 'experiments/get-by-name',
        query: { experiment_name: name },
        schema,
      });
    const found = await byName().catch(undefinedWhenMissing);
    if (found !== undefined) return found.experiment.experiment_id;
    try {
      const created = await this.#post('experiments/create', { name }, z.object({ experiment_id: z.string() }));
      return created.experiment_id;
    } catch (error) {
      // another job was faster
      if (error instanceof MlflowRefusal && error.code === 'RESOURCE_ALREADY_EXISTS') {
        return (await byName()).experiment.experiment_id;
      }
      throw error;
    }
  }

  /** @param at epoch milliseconds */
  async startRun(experimentId: string, name: string, at: number, tags: MlflowTags): Promise<MlflowRun> {
    const body = { experiment_id: experimentId, run_name: name, start_time: at, tags: listed(tags) };
    return (await this.#post('runs/create', body, runReply, false)).run;
  }

  /** @param at epoch milliseconds */
  async endRun(runId: string, status: 'FINISHED' | 'FAILED', at: number): Promise<void> {
    await this.#post('runs/update', { run_id: runId, status, end_time: at }, nothing);
  }

  async tagRun(runId: string, tags: MlflowTags): Promise<void> {
    await this.#post('runs/log-batch', { run_id: runId, tags: listed(tags) }, nothing);
  }

  /**
   * @param metrics by name; finite. A thousand go in one call, and one bad name refuses its whole call, so names are
   *        checked before the first.
   * @param at epoch milliseconds, above 0
   * @throws UserError not-finite: MLflow would store a bare NaN as 0. policy-invalid for a name that it refuses
   */
  async logMetrics(runId: string, metrics: ReadonlyMap<string, number>, at: number): Promise<void> {
    const all = [...metrics].map(([key, value]) => ({ key: checkedMetric(key, value), value, timestamp: at, step: 0 }));
    for (let start = 0; start < all.length; start += 1000) {
      await this.#post('runs/log-batch', { run_id: runId, metrics: all.slice(start, start + 1000) }, nothing);
    }
  }

  /** Says which examples a run answered. The digest holds 36 characters at most, so the whole one goes into a tag. */
  async logDataset(runId: string, examples: { name: string; sha256: string; rows: number }): Promise<void> {
    const dataset = {
      name: examples.name.slice(-500),
      digest: examples.sha256.slice(0, 32),
      source_type: 'local',
      source: JSON.stringify({ uri: examples.name }),
      profile: JSON.stringify({ num_rows: examples.rows }),
    };
    const tags = listed({ 'mlflow.data.context': 'eval', [datasetDigestTag]: examples.sha256 });
    await this.#post('runs/log-inputs', { run_id: runId, datasets: [{ tags, dataset }] }, nothing);
  }

  async tagVersion(name: string, version: string, key: string, value: string): Promise<void> {
    await this.#post('model-versions/set-tag', { name, version, key, value }, nothing);
  }

  /** Moves an alias without looking: `moveMlflowAlias` looks. @throws UserError baseline-missing, baseline-unreadable */
  async writeAlias(name: string, alias: string, version: string): Promise<void> {
    const done = await this.#post('registered-models/alias', { name, alias, version }, nothing).catch(
      undefinedWhenMissing,
    );
    if (done !== undefined) return;
    throw new UserError('baseline-missing', `${this.service} has no version ${version} of a model ${name}`, {
      how: 'register the version first',
    });
  }

  #post<T>(path: string, body: unknown, schema: z.ZodType<T>, repeatable = true): Promise<T> {
    return this.#connection.json({ method: 'POST', path, body, schema, repeatable });
  }
}

export const datasetDigestTag = 'modelgate.sha256';

/**
 * A missing alias is 400 INVALID_PARAMETER_VALUE on both lines; a missing model is that on 2.22 and a 404 on 3.17. Never
 * any 400, and never a 404 without MLflow's code: that is somebody else's server.
 */
function undefinedWhenMissing(error: unknown): undefined {
  if (error instanceof MlflowRefusal) {
    if (error.status === 404 && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    const alias = error.status === 400 && error.code === 'INVALID_PARAMETER_VALUE';
    if (alias && /: Registered model alias .+ not found\.$/.test(error.message)) return undefined;
  }
  throw error;
}

function checkRunId(runId: string): void {
  if (/^[0-9a-f]{32}$/.test(runId)) return;
  throw new UserError('policy-invalid', `${JSON.stringify(runId.slice(0, 80))} is no id of an MLflow run`, {
    how: 'copy it from the page of the run: 32 hexadecimal digits',
  });
}

function checkedMetric(key: string, value: number): string {
  if (!/^[\w\-. :/]{1,250}$/.test(key)) {
    throw new UserError('policy-invalid', `${JSON.stringify(key.slice(0, 80))} is no name of a metric for MLflow`, {
      how: 'use letters, digits and _ - . : / or spaces, 250 at most; a slice is written slice/region:eu/f1',
    });
  }
  if (Number.isFinite(value)) return key;
  throw new UserError('not-finite', `${key} is ${value}, which MLflow cannot store`, {
    how: 'leave the metric out: undefined is not 0',
  });
}

function listed(tags: MlflowTags): readonly { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
