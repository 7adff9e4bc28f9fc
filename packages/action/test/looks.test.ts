import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { looksAt } from '@modelgate/baselines';
import type { PolicyIdentity } from '@modelgate/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepository, type StandIn, startStandIn } from '../../../test/github-stand-in/index.ts';
import { githubWorld } from '../src/gate-world.ts';
import { placeOf } from '../src/place.ts';

const history = await makeRepository([
  { name: 'base', branch: 'main', files: { 'modelgate.yml': 'version: 1\n' } },
  { name: 'head', parents: ['base'], branch: 'better', files: { 'a.txt': 'a' } },
]);
const before = { ...process.env };
let github: StandIn;
let folder: string;

beforeEach(async () => {
  const { base = '', head = '' } = history.sha;
  folder = await mkdtemp(path.join(tmpdir(), 'modelgate-test-'));
  github = await startStandIn({
    repository: { fullName: 'acme/flights', id: 4242, git: history.folder, defaultBranch: 'main' },
    pulls: [{ number: 7, head: { ref: 'better', sha: head }, base: { ref: 'main', sha: base } }],
  });
});
afterEach(async () => {
  process.env = { ...before };
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

const identity: PolicyIdentity = {
  name: 'flights',
  file: 'modelgate.yml',
  sha256: 'c'.repeat(64),
  source: 'checkout',
  verified: false,
  advisory: false,
};

/** One gate in one run: what it counts, and its mark stored as the frame stores it. */
async function judge(runId: number, candidate: string, token = 'ghs_standin') {
  const { env } = github.job({ event: 'pull_request', pull: 7, runId, job: 'gate', workspace: folder });
  // the artifact client reads the process's environment, whatever it is handed
  process.env = { ...before, ...env };
  const place = await placeOf(process.env, { token, matrix: '', log: () => {} });
  const engine = { preplaced: '', registry: '', log: () => {} };
  const world = await githubWorld(place, 'quality', engine, { identity, commands: true });
  const looks = await looksAt(
    {
      policy: 'flights',
      gate: 'quality',
      leg: undefined,
      golden: 'a'.repeat(64),
      candidate,
      rows: 500,
      budget: { 'at-most': 2, 'on-exhausted': 'fail', adaptivity: 'full' },
      confidence: 0.95,
      carried: undefined,
      folder: path.join(world.temporary, 'look'),
      now: world.now,
    },
    world.looks,
  );
  if (looks.mark !== undefined) await place.artifacts.upload({ ...looks.mark, alone: true });
  return looks;
}

test('runs see the looks of those before them, a candidate that comes again is none, and the third of two is too many', async () => {
  const counted = [];
  for (const [i, candidate] of ['b', 'b', 'c', 'b', 'd'].entries()) {
    const { reuse, status } = await judge(70 + i, candidate.repeat(64));
    counted.push([reuse.looks, status]);
  }
  expect(counted).toEqual([
    [1, 'pass'],
    [1, 'pass'],
    [2, 'pass'],
    [2, 'pass'],
    [3, 'fail'],
  ]);
  const marks = [70, 71, 72, 73, 74].map((runId) => github.artifacts(runId).map((one) => one.name));
  const name = 'modelgate-look--flights--quality--aaaaaaaaaaaaaaaa.json';
  expect(marks).toEqual([[name], [], [name], [], [name]]);
  expect(github.calls({ service: 'rest' })).toBe(5);
});

test('without a token nothing is counted, and the mark is there for those who can', async () => {
  const { reuse, notice } = await judge(70, 'b'.repeat(64), '');
  expect(reuse).toEqual({
    atMost: 2,
    exhausted: false,
    note: 'Looks at these examples are not counted here. There is no token to list them with: leave `github-token` at its default.',
  });
  expect(notice).toBe(reuse.note);
  expect(github.artifacts(70)).toHaveLength(1);
});
