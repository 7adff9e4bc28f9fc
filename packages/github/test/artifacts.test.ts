import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StandIn } from '../../../test/github-stand-in/index.ts';
import {
  type ArtifactStore,
  artifactName,
  artifactStore,
  defaultLimits,
  folderArtifacts,
  listArtifactsNamed,
  listRunArtifacts,
  readArtifact,
  runArtifacts,
  saveFiles,
} from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'modelgate-test-'));
  await mkdir(path.join(folder, 'out', 'page'), { recursive: true });
  await writeFile(path.join(folder, 'out', 'verdict.json'), '{"status":"pass"}');
  await writeFile(path.join(folder, 'out', 'page', 'index.html'), '<p>');
  await writeFile(path.join(folder, 'out', 'report.html'), '<h1>');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function exercise(store: ArtifactStore) {
  const out = path.join(folder, 'out');
  await store.upload({ name: 'verdict', folder: out, files: ['verdict.json', 'page/index.html'], retentionDays: 5 });
  await store.upload({ name: 'report.html', folder: out, files: ['report.html'], alone: true });
  const listed = await store.list();
  const contents = [];
  for (const artifact of [...listed].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const files = await store.read(artifact);
    contents.push([
      artifact.name,
      Object.fromEntries(files.map((file) => [file.path, new TextDecoder().decode(file.bytes)])),
    ]);
  }
  return contents;
}

const both = [
  ['report.html', { 'report.html': '<h1>' }],
  ['verdict', { 'page/index.html': '<p>', 'verdict.json': '{"status":"pass"}' }],
];

test('a local run keeps its artifacts in a folder', async () => {
  const store = artifactStore({}, { temporary: folder, folder: path.join(folder, 'artifacts') });
  expect(await exercise(store)).toEqual(both);
  const [artifact] = await store.list();
  if (artifact === undefined) throw new Error('nothing is listed');
  await expect(store.read(artifact, { ...defaultLimits, stored: 3 })).rejects.toThrow('The artifact "report.html" has');
});

describe("the run's own artifacts", () => {
  let github: StandIn;
  const variables = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL', 'GITHUB_SERVER_URL', 'GITHUB_WORKSPACE'] as const;
  const before = new Map(variables.map((name) => [name, process.env[name]]));

  // The artifact client reads the process's environment, whatever it is handed.
  beforeEach(async () => {
    github = await startGitHub();
    const { env } = github.job({ event: 'pull_request', pull: 7, runId: 77, workspace: folder, job: 'gate' });
    for (const name of variables) process.env[name] = env[name] ?? '';
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test('go through the results service, zipped or alone', async () => {
    const store = artifactStore(process.env, { temporary: folder, folder: path.join(folder, 'unused') });
    expect(await exercise(store)).toEqual(both);
    expect(github.artifacts(77).map((artifact) => [artifact.name, artifact.mimeType])).toEqual([
      ['verdict', 'application/zip'],
      ['report.html', 'text/html'],
    ]);
    expect((await readdir(folder)).sort()).toEqual(['out']);
    expect(github.calls({ service: 'rest' })).toBe(0);
  });

  test('above the limit are not downloaded', async () => {
    github.addArtifact({
      runId: 77,
      name: 'big',
      data: Buffer.alloc(2 ** 20 + 1),
      mimeType: 'application/octet-stream',
    });
    const store = runArtifacts({ temporary: folder });
    const big = (await store.list()).find((artifact) => artifact.name === 'big');
    if (big === undefined) throw new Error('big is not listed');
    await expect(store.read(big, { ...defaultLimits, stored: 2 ** 20 - 1 })).rejects.toThrow(
      'The artifact "big" has 1 MiB, more than 1 MiB; it was not read.',
    );
    expect(github.calls({ service: 'blob' })).toBe(0);
  });

  test('are spoken of in groups of the log, whose titles hold no command', async () => {
    const lines: string[] = [];
    const store = runArtifacts({ temporary: folder, print: (line) => lines.push(line) });
    await store.upload({ name: 'verdict', folder: path.join(folder, 'out'), files: ['verdict.json'] });
    const [artifact] = await store.list();
    if (artifact === undefined) throw new Error('nothing is listed');
    await store.read(artifact);
    expect(lines).toEqual([
      '::group::Upload artifact verdict',
      '::endgroup::',
      '::group::List artifacts of this run',
      '::endgroup::',
      '::group::Download artifact verdict',
      '::endgroup::',
    ]);
  });

  test.each(['x%0A::set-output name=status::pass', '##[add-mask]x', 'x\n::error::x'])(
    'named %j are neither uploaded nor downloaded: the client prints names',
    async (name) => {
      const store = runArtifacts({ temporary: folder });
      const refusal = /^The name of the artifact ".*" could be read as a command of the log; it was not touched\.$/;
      await expect(store.read({ id: 1, name, bytes: 1 })).rejects.toThrow(refusal);
      await expect(store.upload({ name, folder, files: ['out/report.html'] })).rejects.toThrow(refusal);
      expect(github.requests).toEqual([]);
    },
  );

  test('uploaded alone keep their own name', async () => {
    const upload = runArtifacts({ temporary: folder }).upload({
      name: 'page',
      folder,
      files: ['out/report.html'],
      alone: true,
    });
    await expect(upload).rejects.toThrow(
      'A file uploaded alone must be named as its artifact, "page"; got out/report.html.',
    );
  });
});

describe("another run's artifacts", () => {
  async function prepared() {
    const github = await startGitHub({
      runs: [
        {
          id: 70,
          event: 'push',
          headSha: sha('base'),
          headBranch: 'main',
          path: '.github/workflows/gate.yml',
          workflowId: 5,
        },
      ],
    });
    github.addArtifact({ runId: 70, name: 'baseline', files: { 'a.json': '{"a":1}', 'b/c.json': '{}' } });
    github.addArtifact({ runId: 70, name: 'old', files: { x: 'x' }, expired: true });
    return github;
  }

  test('are listed and read through REST', async () => {
    const github = await prepared();
    const client = clientOf(github.url);
    const { artifacts: listed } = await listRunArtifacts(client, 70);
    expect(listed.map((artifact) => [artifact.name, artifact.expired])).toEqual([
      ['old', true],
      ['baseline', false],
    ]);
    const { artifacts, last } = await listArtifactsNamed(client, 'baseline');
    const [baseline] = artifacts;
    expect(last).toBe(true);
    if (baseline === undefined) throw new Error('baseline is not listed');
    expect(baseline.run).toEqual({ id: 70, headSha: sha('base'), headBranch: 'main', headRepositoryId: 4242 });
    const files = await readArtifact(client, baseline);
    expect(files.map((file) => file.path)).toEqual(['a.json', 'b/c.json']);
    expect(await saveFiles(path.join(folder, 'saved'), files)).toEqual([
      path.join(folder, 'saved', 'a.json'),
      path.join(folder, 'saved', 'b', 'c.json'),
    ]);
    expect(await readFile(path.join(folder, 'saved', 'a.json'), 'utf8')).toBe('{"a":1}');
    // The signed address is another origin, which must not see the token.
    const blob = github.requests.filter((request) => request.service === 'blob');
    expect(blob.map((request) => [request.status, request.token])).toEqual([[200, '']]);
  });

  test('above the limit are not downloaded, damaged and expired ones are said to be', async () => {
    const github = await prepared();
    const client = clientOf(github.url);
    const {
      artifacts: [old, baseline],
    } = await listRunArtifacts(client, 70);
    if (baseline === undefined || old === undefined) throw new Error('baseline and old are not listed');
    const calls = client.calls();
    await expect(readArtifact(client, { ...baseline, bytes: 300 * 2 ** 20 })).rejects.toThrow(
      'The artifact "baseline" has 300 MiB, more than 256 MiB; it was not read.',
    );
    expect(client.calls()).toBe(calls);
    await expect(readArtifact(client, { ...baseline, digest: 'sha256:00' })).rejects.toThrow(
      `The artifact "baseline" (${baseline.id}) is not what was uploaded: its digest is sha256:`,
    );
    await expect(readArtifact(client, old)).rejects.toThrow(
      `GitHub says that this is switched off or gone (410) when asked to download the artifact "old" (${old.id}). It said: "Artifact has expired".`,
    );
  });
});

test('names hold no forbidden character and stay different', () => {
  expect(artifactName(['modelgate', 'flights', 'quality', '1'])).toBe('modelgate--flights--quality--1');
  expect(artifactName(['a/b', '3.12 "x"'])).toMatch(/^a-b--3\.12--x--[0-9a-f]{8}$/);
  expect(artifactName(['a/b'])).not.toBe(artifactName(['a:b']));
  expect(artifactName(['x'.repeat(300)])).toHaveLength(209);
  expect(artifactName(['50%0A', '##[error]'])).toMatch(/^50-0A----\[error\]-[0-9a-f]{8}$/);
  expect(artifactName(['..'])).toMatch(/^--[0-9a-f]{8}$/);
});

test('a folder store replaces what a run before left under a name', async () => {
  const store = folderArtifacts(path.join(folder, 'artifacts'));
  await store.upload({ name: 'verdict', folder: path.join(folder, 'out'), files: ['page/index.html'] });
  await store.upload({ name: 'verdict', folder: path.join(folder, 'out'), files: ['verdict.json'] });
  const [artifact] = await store.list();
  if (artifact === undefined) throw new Error('nothing is listed');
  expect((await store.read(artifact)).map((file) => file.path)).toEqual(['verdict.json']);
});
