import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type MlflowAuth,
  MlflowClient,
  type MlflowReference,
  type MlflowTags,
  mlflowStore,
  moveMlflowAlias,
  parseMlflowReference,
  readManifest,
  recordInMlflow,
} from '@modelgate/baselines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { removeFolder, serverFolder } from '../server-process.ts';
import { baselineFolder, name, refusal, rows } from './baseline-folder.ts';
import { type BearerProxy, startBearerProxy } from './bearer-proxy.ts';
import { championCases } from './mlflow-champion-cases.ts';
import { administrator, type MlflowServer, startMlflow } from './mlflow-server.ts';

const now = () => new Date('2026-11-22T12:00:00.000Z');
const token = 'token-of-tests';
const lines = { mlflow3: '3.17.2', mlflow2: '2.22.5' } as const;

// Both at once: most of a start is waiting for one core to import python modules.
const started = new Map<string, MlflowServer>();
const proxies = new Map<string, BearerProxy>();
let scratch: string;
beforeAll(async () => {
  scratch = serverFolder('mlflow-test');
  const start = async (tool: 'mlflow3' | 'mlflow2') => {
    const server = await startMlflow(tool);
    started.set(tool, server);
    proxies.set(tool, await startBearerProxy(server.url, token, administrator));
  };
  await Promise.all([start('mlflow3'), start('mlflow2')]);
});
afterAll(async () => {
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
  await Promise.all([...started.values()].map((server) => server.stop()));
  removeFolder(scratch);
});

describe.each(['mlflow3', 'mlflow2'] as const)('%s', (tool) => {
  const version = lines[tool];
  const server = () => present(started.get(tool));
  const proxy = () => present(proxies.get(tool));
  const basic: MlflowAuth = { kind: 'basic', ...administrator };
  const client = (auth: MlflowAuth = basic, trackingUri = server().url) => new MlflowClient({ trackingUri, auth });
  const store = (reference: MlflowReference) => mlflowStore(client(), reference, { now });
  const champion = parseMlflowReference('models:/delays@champion');

  /** A finished run with a baseline, and the model version that comes from it. */
  async function recordedVersion(model: string, data = rows): Promise<{ runId: string; version: string }> {
    const folder = path.join(
      scratch,
      `${tool}-${model}-${createHash('sha256').update(data).digest('hex').slice(0, 8)}`,
    );
    baselineFolder(folder, data);
    const metrics = new Map([
      ['accuracy', 0.873],
      ['slice/region:eu/f1', 0],
    ]);
    const run = { experiment: 'delays', name: 'ci-42' };
    const { runId } = await recordInMlflow(client(), { run, folder, metrics, now });
    return { runId, version: await registered(model, runId) };
  }

  async function registered(model: string, runId: string): Promise<string> {
    await server()
      .ask('POST', 'registered-models/create', { name: model })
      .catch(() => undefined); // exists
    const source = `runs:/${runId}/model`;
    const reply = await server().ask('POST', 'model-versions/create', { name: model, source, run_id: runId });
    return z.object({ model_version: z.object({ version: z.string() }) }).parse(reply).model_version.version;
  }

  async function emptyRun(tags: MlflowTags = {}): Promise<string> {
    const writer = client();
    return (await writer.startRun(await writer.experiment('delays'), 'by hand', now().getTime(), tags)).runId;
  }

  it('tells its version', async () => {
    expect(await client().server()).toEqual({ version, major: Number(version[0]) });
  });

  it('a champion is recorded, gets its alias, is found and read back; then another version', async () => {
    const first = await recordedVersion('delays');
    const move = { name: 'delays', alias: 'champion', by: 'run 1', at: now().getTime() };
    expect(await moveMlflowAlias(client(), { ...move, version: first.version, expected: 'none' })).toEqual({
      kind: 'moved',
      from: undefined,
      to: '1',
    });
    const before = store(champion);
    const found = await before.find(name);
    const host = new URL(server().url).host;
    const digest = (data: string) => createHash('sha256').update(data).digest('hex');
    expect(found).toEqual({
      kind: 'found',
      baseline: {
        id: `${first.runId}/${name}`,
        commit: '0123456789abcdef0123456789abcdef01234567',
        branch: 'main',
        recordedAt: '2026-11-01T12:00:00.000Z',
        identity: {
          model: 'delays',
          modelVersion: '1',
          alias: 'champion',
          trackingRun: first.runId,
          commit: '0123456789abcdef0123456789abcdef01234567',
          sha256: digest(rows),
          examplesDigest: 'a'.repeat(64),
          recordedAt: '2026-11-01T12:00:00.000Z',
          ageDays: 21,
          sealed: true,
          registry: `MLflow ${version} at ${host}`,
        },
      },
    });
    if (found.kind !== 'found') return;

    const other = rows.replace('1,0', '1,1');
    const second = await recordedVersion('delays', other);
    expect(await moveMlflowAlias(client(), { ...move, version: second.version, expected: '1' })).toEqual({
      kind: 'moved',
      from: '1',
      to: '2',
    });
    // what was found before is what is downloaded, wherever the alias points now
    const back = path.join(scratch, `${tool}-back`);
    await before.download(found.baseline, back);
    expect((await readManifest(back)).manifest.data.sha256).toBe(digest(rows));
    const later = await store(champion).find(name);
    expect(later).toMatchObject({ baseline: { identity: { modelVersion: '2', sha256: digest(other) } } });
    const byVersion = await store(parseMlflowReference('models:/delays/1')).find(name);
    expect(byVersion).toMatchObject({ baseline: { identity: { modelVersion: '1', sha256: digest(rows) } } });
    const byRun = await store(parseMlflowReference(`runs:/${first.runId}`)).find(name);
    expect(byRun).toMatchObject({ baseline: { id: `${first.runId}/${name}` } });
    expect((await client().versionsOfRun(first.runId)).map((one) => [one.name, one.version])).toEqual([
      ['delays', '1'],
    ]);
  });

  it('the metrics of a run alone are a champion, too: with what the run says about its examples', async () => {
    const { runId } = await recordedVersion('metrics-only');
    const folder = path.join(scratch, `${tool}-metrics`);
    const found = await store({ kind: 'run', runId }).metrics(folder);
    const written = '{\n  "accuracy": 0.873,\n  "slice/region:eu/f1": 0\n}\n';
    expect(found).toMatchObject({
      path: path.join(folder, 'metrics.json'),
      unusable: new Map(),
      identity: {
        trackingRun: runId,
        examplesDigest: 'a'.repeat(64),
        recordedAt: now().toISOString(),
        ageDays: 0,
        sealed: false,
      },
    });
    expect(found.identity.sha256).toBe(createHash('sha256').update(written).digest('hex'));
  });

  it('metrics that were NaN or infinite are no numbers, in each way they can be sent', async () => {
    const runId = await emptyRun();
    const at = now().getTime();
    const metric = (key: string, value: string) =>
      server().ask(
        'POST',
        'runs/log-batch',
        `{"run_id":"${runId}","metrics":[{"key":"${key}","value":${value},"timestamp":${at},"step":0}]}`,
      );
    await metric('bare_nan', 'NaN');
    await metric('bare_infinity', 'Infinity');
    await metric('text_nan', '"NaN"');
    await metric('zero', '0');
    await client().endRun(runId, 'FINISHED', at);
    const found = await store({ kind: 'run', runId }).metrics(path.join(scratch, `${tool}-nan`));
    const bare = '0 without a time: what MLflow stores for a bare NaN or Infinity';
    expect(found.unusable).toEqual(
      new Map([
        ['bare_infinity', bare],
        ['bare_nan', bare],
        ['text_nan', 'NaN'],
      ]),
    );
  });

  it('metrics are refused before any is sent when one has no number or a name that MLflow refuses', async () => {
    const runId = await emptyRun();
    const log = (key: string, value: number) =>
      refusal(
        client().logMetrics(
          runId,
          new Map([
            ['fine', 1],
            [key, value],
          ]),
          now().getTime(),
        ),
      );
    expect((await log('auc', Number.NaN)).slice(0, 2)).toEqual(['not-finite', 'auc is NaN, which MLflow cannot store']);
    expect((await log('slice/region=eu/f1', 1)).slice(0, 2)).toEqual([
      'policy-invalid',
      '"slice/region=eu/f1" is no name of a metric for MLflow',
    ]);
    expect((await client().run(runId)).metrics.size).toBe(0);
    await client().logMetrics(
      runId,
      new Map(Array.from({ length: 1001 }, (_, one) => [`m${one}`, one])),
      now().getTime(),
    );
    expect((await client().run(runId)).metrics.size).toBe(1001);
  });

  it('metrics of a run that still goes on are not its results', async () => {
    const runId = await emptyRun();
    await client().logMetrics(runId, new Map([['accuracy', 0.9]]), now().getTime());
    expect(await refusal(store({ kind: 'run', runId }).metrics(scratch))).toEqual([
      'baseline-unreadable',
      `the run ${runId} is RUNNING, so its metrics may be partial`,
      'let the run end, or let the alias point to a version whose run is FINISHED',
    ]);
  });

  describe('what is not there is said to be missing', () => {
    const service = () => `MLflow at ${new URL(server().url).host}`;

    it('a model, an alias, a version', async () => {
      await registered('bare', await emptyRun());
      const missing = async (text: string) => (await refusal(store(parseMlflowReference(text)).find(name))).slice(0, 2);
      expect(await missing('models:/nobody@champion')).toEqual([
        'baseline-missing',
        `${service()} has no alias champion of a model nobody`,
      ]);
      expect(await missing('models:/bare@champion')).toEqual([
        'baseline-missing',
        `${service()} has no alias champion of a model bare`,
      ]);
      expect(await missing('models:/bare/7')).toEqual([
        'baseline-missing',
        `${service()} has no version 7 of a model bare`,
      ]);
    });

    it('a run, before and after it is deleted', async () => {
      const runId = 'f'.repeat(32);
      expect((await refusal(client().run(runId))).slice(0, 2)).toEqual([
        'baseline-missing',
        `${service()} has no run ${runId}`,
      ]);
      const deleted = await emptyRun();
      await server().ask('POST', 'runs/delete', { run_id: deleted });
      expect((await refusal(client().run(deleted)))[1]).toBe(`${service()} has deleted the run ${deleted}`);
    });

    it('a baseline in a run without one, and its data alone', async () => {
      const runId = await emptyRun();
      expect(await refusal(store({ kind: 'run', runId }).find(name))).toEqual([
        'baseline-missing',
        `the run ${runId} holds no ${name}/baseline.json`,
        "name the artifact with its predictions (`table: predictions.parquet`), or compare with the run's metrics only (a candidate that is a `file`)",
      ]);
      const run = await client().run(runId);
      expect(await client().download(run, 'absent.json', 10)).toBe(undefined);
      expect(await client().artifacts(run, 'absent')).toEqual([]);
    });

    it('a version that the alias should point to: before anything is written', async () => {
      await registered('bare', await emptyRun());
      const move = { name: 'bare', alias: 'challenger', version: '99', by: 'run 1', at: now().getTime() };
      expect((await refusal(moveMlflowAlias(client(), move)))[0]).toBe('baseline-missing');
      expect(await client().findVersionByAlias('bare', 'challenger')).toBe(undefined);
    });
  });

  describe('who may not', () => {
    it('wrong and no credentials', async () => {
      const host = new URL(server().url).host;
      const wrong: MlflowAuth[] = [{ kind: 'basic', user: 'admin', password: 'guess' }, { kind: 'none' }];
      for (const auth of wrong) {
        const [reason, message, how] = await refusal(client(auth).versionByAlias('delays', 'champion'));
        expect(reason).toBe('baseline-unreadable');
        expect(message).toMatch(new RegExp(`^MLflow at ${host} answered 401: You are not authenticated`));
        expect(how).toBe("give credentials that this server accepts; the step's environment may lack the secret");
      }
    });

    it('a user with READ reads, and is told what to ask for when writing', async () => {
      await recordedVersion('readable');
      await server()
        .ask('POST', 'users/create', { username: 'reader', password: 'a-password-of-tests' })
        .catch(() => undefined);
      const reader = client({ kind: 'basic', user: 'reader', password: 'a-password-of-tests' });
      const { runId } = await reader.version('readable', '1');
      const run = await reader.run(present(runId));
      expect(await reader.download(run, `${name}/predictions.csv`, 100)).toEqual(Buffer.from(rows));
      const [reason, message, how] = await refusal(reader.tagRun(run.runId, { tag: 'x' }));
      expect([reason, how]).toEqual([
        'baseline-unreadable',
        "give this user READ on the model and its experiment (EDIT to record), or another user's credentials",
      ]);
      expect(message).toMatch(/ answered 403: Permission denied/);
    });

    it('a bearer token goes through a proxy that checks it; another one does not', async () => {
      const { runId } = await recordedVersion('proxied');
      const through = client({ kind: 'bearer', token }, proxy().url);
      const found = await mlflowStore(through, { kind: 'run', runId }, { now }).find(name);
      expect(found.kind).toBe('found');
      expect(proxy().log).toContain('GET /api/2.0/mlflow/runs/get 200');
      const other = client({ kind: 'bearer', token: 'guess' }, proxy().url);
      expect((await refusal(other.run(runId)))[1]).toBe(`${other.service} answered 401: who are you?`);
    });
  });

  describe('what was changed since', () => {
    const stored = (runId: string, experiment: string, file: string) =>
      path.join(server().artifacts, experiment, runId, 'artifacts', name, file);

    it('the data: the manifest says so', async () => {
      const { runId } = await recordedVersion('changed-data');
      const run = await client().run(runId);
      const file = stored(runId, run.experimentId, 'predictions.csv');
      expect(existsSync(file)).toBe(true);
      writeFileSync(file, rows.replace('1,0', '1,1'));
      const from = store({ kind: 'run', runId });
      const found = await from.find(name);
      if (found.kind !== 'found') throw new Error(found.kind);
      const back = path.join(scratch, `${tool}-changed`);
      await from.download(found.baseline, back);
      expect((await refusal(readManifest(back)))[0]).toBe('baseline-mismatch');
    });

    it("the data and the manifest: the run's tag says so", async () => {
      const { runId } = await recordedVersion('changed-both');
      const run = await client().run(runId);
      const forged = path.join(scratch, `${tool}-forged`);
      baselineFolder(forged, rows.replace('1,0', '1,1'));
      await client().upload(run, `${name}/baseline.json`, Buffer.from('{"forged": true}'));
      const [reason, message] = await refusal(store({ kind: 'run', runId }).find(name));
      expect(reason).toBe('baseline-mismatch');
      expect(message).toMatch(new RegExp(`^${name}/baseline.json of run ${runId} is not what was recorded`));
    });
  });

  describe('the alias', () => {
    const move = { name: 'moved', alias: 'champion', at: now().getTime() };

    it('is not moved when it is not where it was expected, and says who moved it', async () => {
      const [one, two] = [await recordedVersion('moved'), await recordedVersion('moved')];
      await moveMlflowAlias(client(), { ...move, version: one.version, by: 'run 1' });
      const late = await moveMlflowAlias(client(), { ...move, version: two.version, expected: 'none', by: 'run 2' });
      expect(late).toEqual({
        kind: 'overtaken',
        when: 'before',
        now: one.version,
        message: `the alias champion of moved points to version ${one.version} instead of none; last moved there by run 1 at 2026-11-22T12:00:00.000Z`,
      });
      expect((await client().versionByAlias('moved', 'champion')).version).toBe(one.version);
      expect(await moveMlflowAlias(client(), { ...move, version: one.version, by: 'run 3' })).toEqual({
        kind: 'already-there',
        to: one.version,
      });
    });

    it('that somebody moves in the same moment is read back, and not believed to be ours', async () => {
      const [one, two] = [await recordedVersion('moved'), await recordedVersion('moved')];
      const overtaking: typeof fetch = async (input, init) => {
        const reply = await fetch(input, init);
        if (init?.method === 'POST' && String(input).endsWith('/registered-models/alias')) {
          await server().ask('POST', 'registered-models/alias', {
            name: 'moved',
            alias: 'champion',
            version: two.version,
          });
        }
        return reply;
      };
      const slow = new MlflowClient({ trackingUri: server().url, auth: basic, fetch: overtaking });
      expect(await moveMlflowAlias(slow, { ...move, version: one.version, by: 'run 1' })).toEqual({
        kind: 'overtaken',
        when: 'meanwhile',
        now: two.version,
        message: `the alias champion of moved points to version ${two.version} although ${one.version} was just written; MLflow does not record who moved it`,
      });
    });
  });

  championCases({
    server,
    proxy,
    token,
    client,
    recordedVersion,
    registered,
    startRun: emptyRun,
    folder: (purpose) => path.join(scratch, `${tool}-${purpose}`),
    version,
    now,
  });

  it('artifacts that the server does not pass on are read through it all the same, and not written', async () => {
    const elsewhere = path.join(server().artifacts, '..', 'elsewhere');
    const created = await server().ask('POST', 'experiments/create', {
      name: 'elsewhere',
      artifact_location: elsewhere,
    });
    const { experiment_id } = z.object({ experiment_id: z.string() }).parse(created);
    const run = await client().startRun(experiment_id, 'by hand', now().getTime(), {});
    expect(run.artifactUri).not.toMatch(/^mlflow-artifacts:/);
    baselineFolder(path.join(run.artifactUri.replace(/^file:\/\//, ''), name));
    const found = await store({ kind: 'run', runId: run.runId }).find(name);
    expect(found).toMatchObject({ kind: 'found', baseline: { identity: { sealed: false } } });
    expect((await refusal(client().upload(run, 'x.json', Buffer.from('x'))))[2]).toBe(
      'record into an experiment whose artifacts the server passes on (mlflow server --serve-artifacts)',
    );
  });
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the server did not start');
  return value;
}
