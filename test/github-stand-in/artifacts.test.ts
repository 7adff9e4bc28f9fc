import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { MadeRepository, StandIn } from './index.ts';
import { defaultToken } from './index.ts';
import { startSample } from './sample.ts';

let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  history = await sampleHistory();
});
afterAll(() => history.remove());

beforeEach(async () => {
  standIn = await startSample(history, {
    runs: [{ id: 70, event: 'push', headSha: history.sha['base'] ?? '', headBranch: 'main' }],
    artifacts: [{ runId: 70, name: 'baseline', files: { 'baseline.json': '{"rows":1}' } }],
  });
});
afterEach(() => standIn.close());

async function node(script: string, env: { readonly [name: string]: string }): Promise<string> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${log}`);
  return log;
}

describe('the results service', () => {
  test('@actions/artifact uploads, collides, lists and downloads; REST shows the same artifacts', async () => {
    const job = standIn.job({ event: 'pull_request', pull: 7 });
    const log = await node('artifact-client.ts', job.env);
    const result = JSON.parse(job.outputs()['result'] ?? '');
    expect(result).toMatchObject({
      collision: expect.stringContaining('an artifact with this name already exists on the workflow run'),
      listed: [{ name: 'verdict' }, { name: 'report.html', size: 13 }],
      own: '{"status":"pass"}',
      other: [['baseline.json', '{"rows":1}']],
    });
    const stored = standIn.artifacts(77);
    expect(stored.map(({ id, name, mimeType }) => [id, name, mimeType])).toEqual([
      [result.uploaded.id, 'verdict', 'application/zip'],
      [result.page.id, 'report.html', 'text/html'],
    ]);
    expect(stored[1]?.data.toString()).toBe('<h1>pass</h1>');
    expect(stored.map((artifact) => artifact.digest)).toEqual([
      `sha256:${result.uploaded.digest}`,
      `sha256:${result.page.digest}`,
    ]);
    expect(log).not.toContain('expected hash');

    const github = new Octokit({ baseUrl: standIn.url, auth: defaultToken });
    const repo = { owner: 'acme', repo: 'flights' };
    const shown = (await github.actions.listArtifactsForRepo({ ...repo, name: 'verdict' })).data.artifacts;
    expect(shown).toMatchObject([
      {
        id: result.uploaded.id,
        digest: `sha256:${result.uploaded.digest}`,
        workflow_run: { id: 77, head_branch: 'better', head_sha: history.sha['head'] },
      },
    ]);
    const archive = await github.actions.downloadArtifact({
      ...repo,
      artifact_id: result.uploaded.id,
      archive_format: 'zip',
    });
    expect(Buffer.from(archive.data as ArrayBuffer).equals(stored[0]?.data ?? Buffer.alloc(0))).toBe(true);
  });

  test('the download redirects to another origin that refuses tokens and wrong signatures', async () => {
    const [baseline] = standIn.artifacts(70);
    const url = `${standIn.url}/repos/acme/flights/actions/artifacts/${baseline?.id}/zip`;
    const reply = await fetch(url, { redirect: 'manual', headers: { authorization: `Bearer ${defaultToken}` } });
    const location = new URL(reply.headers.get('location') ?? '');
    expect([reply.status, location.origin]).toEqual([302, standIn.resultsUrl]);
    expect(standIn.resultsUrl).not.toBe(standIn.url);
    expect((await fetch(location, { headers: { authorization: `Bearer ${defaultToken}` } })).status).toBe(400);
    const part = await fetch(location, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'PK\x03\x04',
      `bytes 0-3/${baseline?.size}`,
    ]);
    location.searchParams.set('sig', 'guess');
    expect((await fetch(location)).status).toBe(403);
  });

  test('a cache entry is found by its key, then by a prefix', async () => {
    const { ACTIONS_RUNTIME_TOKEN: token } = standIn.env({ event: 'push' });
    const ask = async (method: string, body: object, expected = 200) => {
      const reply = await fetch(`${standIn.resultsUrl}/twirp/github.actions.results.api.v1.CacheService/${method}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      expect(reply.status).toBe(expected);
      return (await reply.json()) as { readonly [name: string]: string };
    };
    const entry = { key: 'engine-1', version: 'v' };
    const { signed_upload_url: upload = '' } = await ask('CreateCacheEntry', entry);
    expect((await fetch(upload, { method: 'PUT', body: 'bytes' })).status).toBe(201);
    expect(await ask('GetCacheEntryDownloadURL', entry)).toMatchObject({ ok: false });
    await ask('FinalizeCacheEntryUpload', entry);
    const found = await ask('GetCacheEntryDownloadURL', { key: 'engine-2', version: 'v', restore_keys: ['engine-'] });
    expect(found['matched_key']).toBe('engine-1');
    expect(await (await fetch(found['signed_download_url'] ?? '')).text()).toBe('bytes');
    await ask('CreateCacheEntry', entry, 409);
  });
});

describe('a job', () => {
  test('sees the event as GitHub tells it', () => {
    const job = standIn.job({ event: 'pull_request', pull: 7, inputs: { policy: 'a.yml', 'two words': 'x' } });
    expect(job.env).toMatchObject({
      GITHUB_SHA: history.sha['merge'],
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_HEAD_REF: 'better',
      GITHUB_BASE_REF: 'main',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: standIn.url,
      GITHUB_WORKFLOW_REF: 'acme/flights/.github/workflows/gate.yml@refs/pull/7/merge',
      INPUT_POLICY: 'a.yml',
      INPUT_TWO_WORDS: 'x',
      'INPUT_GITHUB-TOKEN': defaultToken,
    });
    expect(job.event).toMatchObject({ action: 'synchronize', pull_request: { head: { sha: history.sha['head'] } } });
    expect('ACTIONS_ID_TOKEN_REQUEST_URL' in job.env).toBe(false);
    expect(Object.keys(job.services)).toEqual([
      'GITHUB_API_URL',
      'GITHUB_GRAPHQL_URL',
      'GITHUB_REPOSITORY',
      'GITHUB_REPOSITORY_ID',
      'GITHUB_REPOSITORY_OWNER',
      'GITHUB_RUN_ID',
      'GITHUB_RUN_NUMBER',
      'GITHUB_RUN_ATTEMPT',
      'ACTIONS_RESULTS_URL',
      'ACTIONS_RUNTIME_URL',
      'ACTIONS_RUNTIME_TOKEN',
      'ACTIONS_CACHE_SERVICE_V2',
    ]);
  });

  test('leaves saved state for its post step; a later attempt of the run shows as such', async () => {
    const job = standIn.job({ event: 'push' });
    appendFileSync(job.env['GITHUB_STATE'] ?? '', 'check=17\n');
    expect(job.postEnv()['STATE_check']).toBe('17');
    standIn.updateRun(77, { status: 'completed', conclusion: 'failure' });
    standIn.job({ event: 'push', attempt: 2 });
    const github = new Octokit({ baseUrl: standIn.url, auth: defaultToken });
    const { data } = await github.actions.getWorkflowRun({ owner: 'acme', repo: 'flights', run_id: 77 });
    expect([data.run_attempt, data.status, data.conclusion]).toEqual([2, 'in_progress', null]);
  });
});
