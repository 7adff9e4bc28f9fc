import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ChampionRequest,
  FolderStore,
  fetchChampion,
  type MlflowAuth,
  type MlflowClient,
  modelDigestTag,
  moveMlflowAlias,
  readManifest,
  recordInMlflow,
  registriesOf,
} from '@modelgate/baselines';
import { describe, expect, it } from 'vitest';
import { baselineFolder, name, refusal, rows } from './baseline-folder.ts';
import type { BearerProxy } from './bearer-proxy.ts';
import { administrator, type MlflowServer } from './mlflow-server.ts';
import { golden, modelgateCheck, predictions } from './modelgate-check.ts';

export interface ChampionCases {
  readonly server: () => MlflowServer;
  readonly proxy: () => BearerProxy;
  /** What the proxy lets pass. */
  readonly token: string;
  readonly client: (auth?: MlflowAuth) => MlflowClient;
  readonly recordedVersion: (model: string) => Promise<{ runId: string; version: string }>;
  readonly registered: (model: string, runId: string) => Promise<string>;
  readonly startRun: (tags?: Readonly<Record<string, string>>) => Promise<string>;
  readonly folder: (purpose: string) => string;
  readonly version: string;
  readonly now: () => Date;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** A policy's champion in MLflow, found with nothing but the variables that a step gets. */
export function championCases(given: ChampionCases): void {
  const { server, proxy, token, client, recordedVersion, registered, startRun, folder, version, now } = given;
  const host = () => new URL(server().url).host;
  const variables = () => ({
    MLFLOW_TRACKING_URI: server().url,
    MLFLOW_TRACKING_USERNAME: administrator.user,
    MLFLOW_TRACKING_PASSWORD: administrator.password,
  });

  function fetched(
    source: ChampionRequest['source'],
    purpose: string,
    over: Partial<ChampionRequest> = {},
    environment: Readonly<Record<string, string>> = variables(),
  ) {
    const request: ChampionRequest = {
      source,
      ...{ policy: 'flight-delays', gate: 'quality', leg: undefined, workspace: folder('workspace'), now: now() },
      temporary: folder(purpose),
      ...over,
    };
    const contents = { baseCommit: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) };
    const registries = registriesOf(environment, { now });
    return fetchChampion(request, { recorded: new FolderStore(folder('none')), contents, registries });
  }

  /** A finished run with an artifact and metrics, as a training script leaves it. */
  async function scoredRun(artifact: string, contents: string): Promise<string> {
    const runId = await startRun({ 'mlflow.source.git.commit': 'c'.repeat(40) });
    const writer = client();
    await writer.upload(await writer.run(runId), artifact, Buffer.from(contents));
    await writer.logMetrics(runId, new Map([['accuracy', 0.91]]), now().getTime());
    await writer.logDataset(runId, { name: 'eval/golden.parquet', sha256: 'd'.repeat(64), rows: 2 });
    await writer.endRun(runId, 'FINISHED', now().getTime());
    return runId;
  }

  describe("as a policy's champion", () => {
    it('rows that Modelgate recorded, by alias, with everything that tells who it is', async () => {
      const { runId, version: modelVersion } = await recordedVersion('policy');
      const writer = client();
      await writer.tagVersion('policy', modelVersion, 'validation', 'approved by\nann');
      await writer.tagVersion('policy', modelVersion, modelDigestTag, 'e'.repeat(64));
      const move = { name: 'policy', alias: 'champion', version: modelVersion, by: 'run 1', at: now().getTime() };
      await moveMlflowAlias(writer, move);
      const source = { from: 'mlflow', model: 'models:/policy@champion' } as const;
      const found = await fetched(source, 'policy-rows', { role: 'anchor' });
      const file = path.join(folder('policy-rows'), 'anchor', 'predictions.csv');
      expect(found).toEqual({
        kind: 'results',
        path: file,
        manifest: (await readManifest(path.dirname(file))).manifest,
        identity: {
          from: 'mlflow',
          name: 'models:/policy@champion',
          registry: `MLflow ${version} at ${host()}`,
          model: 'policy',
          modelVersion,
          alias: 'champion',
          tags: { validation: 'approved by ann' },
          trackingRun: runId,
          commit: '0123456789abcdef0123456789abcdef01234567',
          branch: 'main',
          sha256: digest(rows),
          examplesDigest: 'a'.repeat(64),
          modelDigest: 'e'.repeat(64),
          recordedAt: '2026-11-01T12:00:00.000Z',
          ageDays: 21,
        },
        notices: [],
      });
      expect(await readFile(file, 'utf8')).toBe(rows);
    });

    it('an artifact of the run of a version', async () => {
      const runId = await scoredRun('eval/scores.csv', rows);
      const modelVersion = await registered('artifact', runId);
      const source = { from: 'mlflow', model: `models:/artifact/${modelVersion}`, table: 'eval/scores.csv' } as const;
      expect(await fetched(source, 'artifact')).toEqual({
        kind: 'results',
        path: path.join(folder('artifact'), 'champion', 'scores.csv'),
        identity: {
          from: 'mlflow',
          name: `models:/artifact/${modelVersion}, eval/scores.csv`,
          registry: `MLflow ${version} at ${host()}`,
          model: 'artifact',
          modelVersion,
          trackingRun: runId,
          commit: 'c'.repeat(40),
          sha256: digest(rows),
          examplesDigest: 'd'.repeat(64),
          recordedAt: now().toISOString(),
          ageDays: 0,
        },
        notices: [],
      });
      expect(await refusal(fetched({ ...source, table: 'eval/predictions.csv' }, 'artifact-absent'))).toEqual([
        'baseline-missing',
        `the run ${runId} has no artifact eval/predictions.csv; there is eval/scores.csv`,
        'log it in the run that the model is registered from, or correct its path',
      ]);
    });

    it('the metrics of a run, by its id', async () => {
      const runId = await scoredRun('note.txt', 'x');
      const source = { from: 'mlflow', model: `runs:/${runId}` } as const;
      const found = await fetched(source, 'metrics', { wants: 'metrics' });
      if (found.kind !== 'results') throw new Error(found.kind);
      expect(JSON.parse(await readFile(found.path, 'utf8'))).toEqual({ accuracy: 0.91 });
      expect(found.identity).toMatchObject({ from: 'mlflow', trackingRun: runId, examplesDigest: 'd'.repeat(64) });
      // of rows there is nothing: what the policy can do instead is said
      expect((await refusal(fetched(source, 'metrics-rows'))).slice(1)).toEqual([
        `the run ${runId} holds no ${name}/baseline.json`,
        "name the artifact with its predictions (`table: predictions.parquet`), or compare with the run's metrics only (a candidate that is a `file`)",
      ]);
    });

    it('of another model than the registry says is refused', async () => {
      const recorded = folder('other-model');
      const manifest = { ...baselineFolder(recorded), subject: { name: 'out/model.joblib', sha256: '1'.repeat(64) } };
      writeFileSync(path.join(recorded, 'baseline.json'), JSON.stringify(manifest));
      const run = { experiment: 'delays', name: 'other model' };
      const { runId } = await recordInMlflow(client(), { run, folder: recorded, now });
      const source = { from: 'mlflow', model: `runs:/${runId}` } as const;
      expect(await fetched(source, 'its-model')).toMatchObject({ identity: { modelDigest: '1'.repeat(64) } });
      await client().tagRun(runId, { [modelDigestTag]: '2'.repeat(64) });
      expect(await refusal(fetched(source, 'not-its-model'))).toEqual([
        'baseline-mismatch',
        `the baseline in run ${runId} is of a model with sha-256 ${'1'.repeat(64)}, the registry says ${'2'.repeat(64)}`,
        'record the champion anew',
      ]);
    });

    it('through a proxy with a token, and not without', async () => {
      const runId = await scoredRun('scores.csv', rows);
      const source = { from: 'mlflow', model: `runs:/${runId}`, table: 'scores.csv' } as const;
      const uri = { MLFLOW_TRACKING_URI: proxy().url };
      const found = await fetched(source, 'proxied', {}, { ...uri, MLFLOW_TRACKING_TOKEN: token });
      expect(found).toMatchObject({ identity: { registry: `MLflow ${version} at ${new URL(proxy().url).host}` } });
      expect(await refusal(fetched(source, 'proxied', {}, uri))).toEqual([
        'baseline-unreadable',
        `MLflow at ${new URL(proxy().url).host} answered 401: who are you?`,
        "give credentials that this server accepts; the step's environment may lack the secret",
      ]);
    });

    it('judges a candidate on the command line: proven not worse, proven worse, and by bare metrics', async () => {
      const runId = await scoredRun('predictions.csv', predictions(10));
      const modelVersion = await registered('judged', runId);
      const move = { name: 'judged', alias: 'champion', version: modelVersion, by: 'run 1', at: now().getTime() };
      await moveMlflowAlias(client(), move);
      const champion = '{ from: mlflow, model: "models:/judged@champion", table: predictions.csv }';
      const same = { champion, candidate: predictions(10), environment: variables() };
      const { code, verdict } = await modelgateCheck(folder('check-same'), same);
      expect([code, verdict.status, verdict.reason]).toEqual([0, 'pass', 'proven']);
      expect(verdict.checks).toMatchObject([{ champion: 0.9, candidate: 0.9, rows: 400 }]);
      expect(verdict.baseline).toMatchObject({
        from: 'mlflow',
        registry: `MLflow ${version} at ${host()}`,
        model: 'judged',
        modelVersion,
        alias: 'champion',
        trackingRun: runId,
        sha256: digest(predictions(10)),
        examplesDigest: 'd'.repeat(64),
      });
      // the run says which examples it answered, and they are not these
      expect(verdict.notices).toEqual([
        `MLflow ${version} at ${host()} says that the champion answered examples with sha-256 dddddddddddd…; golden.csv has ${digest(golden).slice(0, 12)}…. If the difference is more than the order or format of rows, record the champion anew.`,
      ]);
      const worse = await modelgateCheck(folder('check-worse'), { ...same, candidate: predictions(4) });
      expect([worse.code, worse.verdict.status, worse.verdict.reason]).toEqual([1, 'fail', 'margin-exceeded']);

      const bare = { ...same, champion: `{ from: mlflow, model: "runs:/${runId}" }`, candidate: '{"accuracy": 0.9}' };
      const estimated = await modelgateCheck(folder('check-bare'), bare);
      expect([estimated.code, estimated.verdict.status]).toEqual([0, 'pass']);
      expect(estimated.verdict.checks).toMatchObject([{ champion: 0.91, candidate: 0.9 }]);
    });

    it('on the command line without the variables: an error that names the first', async () => {
      const champion = '{ from: mlflow, model: "models:/judged@champion", table: predictions.csv }';
      const given = { champion, candidate: predictions(10), environment: {} };
      const { code, verdict } = await modelgateCheck(folder('check-nowhere'), given);
      expect([code, verdict.status, verdict.reason]).toEqual([1, 'error', 'baseline-unreadable']);
      expect(verdict.checks[0]?.problem?.message).toBe('the champion is in MLflow, and MLFLOW_TRACKING_URI is not set');
    });
  });
}
