import { expect, test } from 'vitest';
import { openPullRequestOf } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const base = { ref: 'main', sha: sha('base') };
const fork = { id: 9, fullName: 'mallory/flights' };

test('the open pull request whose head is at the run commit, of that fork', async () => {
  const github = await startGitHub({
    pulls: [
      { number: 7, head: { ref: 'better', sha: sha('head') }, base },
      { number: 8, head: { ref: 'better', sha: sha('head'), repository: fork }, base },
      { number: 9, head: { ref: 'better', sha: sha('head'), repository: fork }, base, state: 'closed' },
    ],
  });
  const client = clientOf(github.url);
  const of = { headRepository: 'mallory/flights', headBranch: 'better', headSha: sha('head') };
  expect(await openPullRequestOf(client, of)).toEqual({
    number: 8,
    headSha: sha('head'),
    headRepositoryId: 9,
    baseSha: sha('base'),
    baseRef: 'main',
  });
  expect(await openPullRequestOf(client, { ...of, headRepository: 'acme/flights' })).toMatchObject({ number: 7 });
  expect(await openPullRequestOf(client, { ...of, headRepositoryId: 9 })).toMatchObject({ number: 8 });
  // another fork of the same owner, with a branch of the same name
  expect(await openPullRequestOf(client, { ...of, headRepositoryId: 10 })).toBeUndefined();
  expect(client.calls()).toBe(4);
});

test('none when it has moved on, and none when two fit', async () => {
  const github = await startGitHub({
    pulls: [
      { number: 7, head: { ref: 'better', sha: sha('head') }, base },
      { number: 8, head: { ref: 'better', sha: sha('head') }, base: { ref: 'release', sha: sha('old') } },
    ],
  });
  const client = clientOf(github.url);
  const of = { headRepository: 'acme/flights', headBranch: 'better', headSha: sha('head') };
  expect(await openPullRequestOf(client, { ...of, headSha: sha('old') })).toBeUndefined();
  expect(await openPullRequestOf(client, of)).toBeUndefined();
});
