import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { read } from './repository.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-ci-'));
  mkdirSync(path.join(folder, '.ci'));
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(path.join(folder, '.ci/run'), read('.ci/run'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a part fails when its first command fails, and the others still run', () => {
  npm('case "$*" in *build*) echo "stale" ;  exit 1 ;; esac');
  const { status, stdout } = ci('dist', 'types');
  expect(withoutSeconds(stdout)).toBe(
    '\n=== dist\nstale\n=== dist: FAILED in N s\n\n=== types\n=== types: passed in N s\n\nFailed: dist. Run one alone with: .ci/run <part>\n1 passed, 1 failed\n',
  );
  expect(status).toBe(1);
});

test('tests of a suite are counted one by one', () => {
  npm(
    `for a in "$@"; do case "$a" in --outputFile.json=*) echo '{"numPassedTests":12,"numFailedTests":3}' > "\${a#*=}" ;; esac; done; exit 1`,
  );
  expect(ci('unit').stdout).toContain('\n12 passed, 3 failed\n');
});

test('a suite that breaks outside of its tests is a failure', () => {
  npm(
    `for a in "$@"; do case "$a" in --outputFile.json=*) echo '{"numPassedTests":12,"numFailedTests":0}' > "\${a#*=}" ;; esac; done; exit 1`,
  );
  const { status, stdout } = ci('unit');
  expect(stdout).toContain('\n12 passed, 1 failed\n');
  expect(status).toBe(1);
});

test('without dependencies nothing else runs', () => {
  npm('exit 1');
  expect(withoutSeconds(ci('install', 'types').stdout)).toBe(
    '\n=== install\n=== install: FAILED in N s\n\nFailed: install. Run one alone with: .ci/run <part>\n0 passed, 1 failed\n',
  );
});

test('an unknown part is told with those there are', () => {
  const { status, stderr } = ci('tests');
  expect(stderr).toMatch(/^No part "tests"\. There are: install types lint unit /);
  expect(status).toBe(2);
});

function npm(body: string): void {
  writeFileSync(path.join(folder, 'bin/npm'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function ci(...parts: readonly string[]) {
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}` };
  return spawnSync('bash', ['.ci/run', ...parts], { cwd: folder, encoding: 'utf8', env });
}

function withoutSeconds(text: string): string {
  return text.replaceAll(/in \d+ s$/gm, 'in N s');
}
