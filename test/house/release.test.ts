import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { write } from '../../scripts/build.ts';
import { bundle } from '../../scripts/bundle.ts';
import { changelogSection } from '../../scripts/release.ts';
import { usesFiles, writeOutSelfUses } from '../../scripts/self-uses.ts';
import { files, read, root } from './repository.ts';

let folder: string;
let house: string;
let remote: string;
let prepared: string;

/** This very repository as a maintainer prepares it: changelog dated, dist built, committed, pushed to main of a bare remote. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-release-test-'));
  house = path.join(folder, 'house');
  remote = path.join(folder, 'remote.git');
  for (const file of files) cpSync(path.join(root, file), path.join(house, file));
  linkDependencies();
  const changelog = read('CHANGELOG.md').replace(
    /^## \[Unreleased\]\n/m,
    `## [Unreleased]\n\n## [${version()}] - 2026-01-31\n\n- Prepared.\n`,
  );
  writeFileSync(path.join(house, 'CHANGELOG.md'), changelog);
  await write(house, await bundle(house));
  git('init', '--quiet', '--initial-branch=main');
  commit('Prepare the release');
  prepared = git('rev-parse', 'HEAD');
}, 120_000);

beforeEach(() => {
  git('reset', '--quiet', '--hard', prepared);
  git('clean', '--quiet', '--force', '-d');
  rmSync(remote, { recursive: true, force: true });
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  git('push', '--quiet', remote, 'HEAD:refs/heads/main');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a dry run pushes the release, its plain tag and the one for Enterprise Server', () => {
  const { status, stdout, stderr } = release();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`Pushed v${version()}, v${version()}-ghes and v${major()} for ${prepared}.`);
  const refs = remoteRefs();
  expect([...refs.keys()].toSorted()).toEqual(
    ['refs/heads/main', `refs/tags/v${major()}`, `refs/tags/v${version()}`, `refs/tags/v${version()}-ghes`].toSorted(),
  );
  expect(refs.get(`refs/tags/v${version()}`)).toBe(prepared);
  expect(refs.get(`refs/tags/v${major()}`)).toBe(prepared);
});

test('the commit for Enterprise Server differs only where $/ is written out', () => {
  put('.github/workflows/gates.yml', 'on: workflow_call\njobs: {}\n');
  put('action.yml', composite(['$/actions/eval-gate', './not/this']));
  put('actions/eval-gate/action.yml', composite([]));
  commit('Siblings');
  const head = git('rev-parse', 'HEAD');
  git('push', '--quiet', remote, 'HEAD:refs/heads/main');
  expect(release().stderr).toBe('');
  const enterprise = remoteRefs().get(`refs/tags/v${version()}-ghes`) ?? '';
  git('fetch', '--quiet', remote, enterprise);
  expect(git('rev-parse', `${enterprise}^`)).toBe(head);
  expect(
    git('diff', '--unified=0', head, enterprise)
      .split('\n')
      .filter((line) => /^[-+]/.test(line)),
  ).toEqual([
    '--- a/action.yml',
    '+++ b/action.yml',
    '-    - uses: $/actions/eval-gate',
    `+    - uses: modelgate/modelgate/actions/eval-gate@${head}`,
  ]);
});

test('every $/ of this repository is written out, and nothing else changes', () => {
  for (const file of usesFiles(root)) {
    const before = read(file);
    const after = writeOutSelfUses(before, 'o/r', 'REF');
    expect(after).not.toContain('uses: $/');
    expect(after.replaceAll(/o\/r\/([\w./-]+)@REF/g, '$/$1')).toBe(before);
  }
});

test('an earlier release of the same major version hands its plain tag on', () => {
  git('push', '--quiet', remote, `HEAD:refs/tags/v${major()}`);
  put('README.md', 'another\n');
  commit('Later');
  git('push', '--quiet', remote, 'HEAD:refs/heads/main');
  expect(release().stderr).toBe('');
  expect(remoteRefs().get(`refs/tags/v${major()}`)).toBe(git('rev-parse', 'HEAD'));
});

test('an existing tag, a commit that is not main, a tree with changes: nothing is pushed', () => {
  git('push', '--quiet', remote, `HEAD:refs/tags/v${version()}-ghes`);
  put('README.md', 'not pushed\n');
  commit('Ahead');
  put('left-over.txt', '');
  refused(
    'the tree has 1 uncommitted changes: ?? left-over.txt',
    `HEAD is ${git('rev-parse', 'HEAD').slice(0, 12)}, but main of the remote is ${prepared.slice(0, 12)}`,
    `the tag v${version()}-ghes exists; a release never changes, so raise the version`,
  );
});

test('a remote that refuses one of the tags takes none', () => {
  const hook = path.join(remote, 'hooks/update');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\ncase "$1" in *-ghes) exit 1 ;; esac\n', { mode: 0o755 });
  const { status } = release();
  expect(status).toBe(1);
  expect([...remoteRefs().keys()]).toEqual(['refs/heads/main']);
});

test('stale dist, stale changelog and a second version are refused together', () => {
  appendFileSync(path.join(house, 'dist/THIRD-PARTY-LICENSES.txt'), 'by hand');
  put('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n');
  put(
    'packages/core/package.json',
    read('packages/core/package.json').replace(`"version": "${version()}"`, '"version": "9.9.9"'),
  );
  commit('Everything stale');
  git('push', '--quiet', remote, 'HEAD:refs/heads/main');
  refused(
    `packages/core/package.json has the version 9.9.9, package.json has ${version()}`,
    `CHANGELOG.md has no section "## [${version()}] - <date>" with something in it`,
    'dist/THIRD-PARTY-LICENSES.txt: differs',
  );
});

test('siblings that Enterprise Server could not follow are refused', () => {
  put('.github/workflows/gates.yml', 'on: workflow_call\njobs: {}\n');
  put('action.yml', composite(['$/actions/eval-gate']));
  put('actions/eval-gate/action.yml', composite(['$/actions/report']));
  put('actions/report/action.yml', composite([]));
  commit('Nested');
  git('push', '--quiet', remote, 'HEAD:refs/heads/main');
  refused(
    'action.yml uses $/actions/eval-gate, which itself uses $/actions/report; Enterprise Server can follow only one step',
  );
});

test('a dry run never leaves the machine', () => {
  const { status, stderr } = release('https://github.com/modelgate/modelgate');
  expect(status).toBe(1);
  expect(stderr).toContain(
    '--dry-run pushes to a repository on this machine only, and https://github.com/modelgate/modelgate is not a folder.',
  );
});

test('the notes are the section of the version', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-02-03\n\n### Added\n- This.\n\n## [1.1.0] - 2026-01-01\n- That.\n';
  expect(changelogSection(changelog, '1.2.0')).toBe('### Added\n- This.');
  expect(changelogSection(changelog, '1.3.0')).toBe(undefined);
  expect(changelogSection('## [1.2.0] - unreleased\n- This.\n', '1.2.0')).toBe(undefined);
});

function refused(...reasons: readonly string[]): void {
  const before = remoteRefs();
  const { status, stderr } = release();
  expect(stderr).toBe(`No release; nothing was pushed:\n${reasons.map((reason) => `  - ${reason}\n`).join('')}`);
  expect(status).toBe(1);
  expect(remoteRefs()).toEqual(before);
}

function release(to = remote) {
  const command = ['scripts/node24.mjs', 'scripts/release.ts', '--dry-run', '--remote', to];
  return spawnSync(process.execPath, command, { cwd: house, encoding: 'utf8' });
}

function remoteRefs(): ReadonlyMap<string, string> {
  const lines = execFileSync('git', ['for-each-ref', '--format=%(refname) %(objectname)'], {
    cwd: remote,
    encoding: 'utf8',
  });
  return new Map(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
}

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Maintainer', '-c', 'user.email=maintainer@example.org'];
  return execFileSync('git', [...identity, ...args], {
    cwd: house,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
  writeFileSync(path.join(house, file), text);
}

/** A node_modules of links, as the dependencies are the same; the siblings are those of the copy. */
function linkDependencies(): void {
  mkdirSync(path.join(house, 'node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name !== '@modelgate')
      symlinkSync(path.join(root, 'node_modules', name), path.join(house, 'node_modules', name));
  }
  mkdirSync(path.join(house, 'node_modules/@modelgate'));
  for (const name of readdirSync(path.join(house, 'packages'))) {
    symlinkSync(path.join(house, 'packages', name), path.join(house, 'node_modules/@modelgate', name));
    const nested = path.join('packages', name, 'node_modules');
    if (existsSync(path.join(root, nested))) symlinkSync(path.join(root, nested), path.join(house, nested));
  }
}

function composite(uses: readonly string[]): string {
  const steps = uses.map((one) => `    - uses: ${one}\n`).join('');
  return `name: Test\ndescription: Test\nruns:\n  using: composite\n  steps:${steps === '' ? ' []' : ''}\n${steps}`;
}

function version(): string {
  const found = /"version": "([^"]+)"/.exec(readFileSync(path.join(root, 'package.json'), 'utf8'))?.[1];
  if (found === undefined) throw new Error('package.json has no version');
  return found;
}

function major(): string {
  return version().split('.')[0] ?? '';
}
