import { UserError } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { replies, tokens } from '../../../test/github-stand-in/index.ts';
import { ApiError, gitBlobSha, isAncestor, listFilesAt, mergeBase, readFileAt } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a blob's name is git's own", () => {
  // `printf 'hello\n' | git hash-object --stdin`
  expect(gitBlobSha(new TextEncoder().encode('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  expect(gitBlobSha(new Uint8Array())).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
});

describe('a file at a commit', () => {
  test('is the one of that commit, in one call', async () => {
    const github = await startGitHub();
    const client = clientOf(github.url);
    const file = await readFileAt(client, { commit: sha('base'), path: 'modelgate.yml' });
    expect(file.state === 'found' ? text(file.bytes) : file.state).toBe('version: 1\n');
    expect(client.calls()).toBe(1);
    const head = await readFileAt(client, { commit: sha('head'), path: 'modelgate.yml' });
    expect(head.state === 'found' ? text(head.bytes) : head.state).toBe('version: 1\nname: x\n');
  });

  test('above one mebibyte comes as a blob', async () => {
    const github = await startGitHub();
    const client = clientOf(github.url);
    const file = await readFileAt(client, { commit: sha('base'), path: 'data/big.bin' });
    expect(file.state === 'found' ? Buffer.compare(file.bytes, Buffer.alloc(2 ** 20 + 1, 7)) : file.state).toBe(0);
    expect(client.calls()).toBe(2);
  });

  test('is missing only when the commit was seen to lack it', async () => {
    const github = await startGitHub();
    expect(await readFileAt(clientOf(github.url), { commit: sha('base'), path: 'absent.yml' })).toEqual({
      state: 'missing',
    });
    const noCommit = readFileAt(clientOf(github.url), { commit: 'f'.repeat(40), path: 'modelgate.yml' });
    await expect(noCommit).rejects.toThrow('GitHub found nothing (404) when asked to list the files of fffffff.');
  });

  test('that a token may not see is not missing', async () => {
    const github = await startGitHub({ tokens: { ghs_standin: tokens.none } });
    const reading = readFileAt(clientOf(github.url), { commit: sha('base'), path: 'modelgate.yml' });
    await expect(reading).rejects.toThrow('The token lacks `contents: read` (403)');
    github.fault({ method: 'GET', path: /contents/, times: 1, reply: replies.notFound() });
    github.fault({ method: 'GET', path: /trees/, times: 1, reply: replies.notFound() });
    await expect(
      readFileAt(clientOf(github.url), { commit: sha('base'), path: 'modelgate.yml' }),
    ).rejects.toBeInstanceOf(ApiError);
  });

  test('that is not what its blob says is refused', async () => {
    const github = await startGitHub();
    const forged = { type: 'file', size: 5, sha: 'a'.repeat(40), encoding: 'base64', content: 'aGVsbG8=' };
    github.fault({ method: 'GET', path: /contents/, times: 1, reply: replies.json(200, forged) });
    const reading = readFileAt(clientOf(github.url), { commit: sha('base'), path: 'modelgate.yml' });
    await expect(reading).rejects.toThrow(
      `modelgate.yml at ${sha('base').slice(0, 7)} is not what its blob ${'a'.repeat(40)} says.`,
    );
    await expect(reading).rejects.toBeInstanceOf(UserError);
  });

  test('must be a file, stored in git itself, of at most 100 MB', async () => {
    const github = await startGitHub();
    const at = (path: string) => readFileAt(clientOf(github.url), { commit: sha('base'), path });
    await expect(at('data')).rejects.toThrow(`data at ${sha('base').slice(0, 7)} is a folder, not a file.`);
    await expect(at('data/pointer.parquet')).rejects.toThrow(
      `data/pointer.parquet at ${sha('base').slice(0, 7)} is a Git LFS pointer, not the file itself.`,
    );
    const huge = { type: 'file', size: 200 * 2 ** 20, sha: 'a'.repeat(40), encoding: 'none', content: '' };
    github.fault({ method: 'GET', path: /contents/, times: 1, reply: replies.json(200, huge) });
    await expect(at('huge.parquet')).rejects.toThrow(
      `huge.parquet at ${sha('base').slice(0, 7)} has 200.0 MB, more than 100 MB.`,
    );
  });
});

test('all files of a commit', async () => {
  const github = await startGitHub();
  const { files, truncated } = await listFilesAt(clientOf(github.url), sha('base'));
  expect(truncated).toBe(false);
  expect(files.map((file) => file.path).sort()).toEqual([
    'data/big.bin',
    'data/pointer.parquet',
    'modelgate.yml',
    'other.txt',
  ]);
  expect(files.find((file) => file.path === 'modelgate.yml')).toEqual({
    path: 'modelgate.yml',
    blob: gitBlobSha(new TextEncoder().encode('version: 1\n')),
    bytes: 11,
  });
});

test('where two commits grew apart, and who is whose ancestor', async () => {
  const github = await startGitHub();
  const client = clientOf(github.url);
  expect(await mergeBase(client, sha('base'), sha('head'))).toBe(sha('old'));
  expect(await isAncestor(client, sha('old'), sha('base'))).toBe(true);
  expect(await isAncestor(client, sha('base'), sha('old'))).toBe(false);
  expect(await isAncestor(client, sha('head'), sha('base'))).toBe(false);
  expect(await isAncestor(client, 'f'.repeat(40), sha('base'))).toBe(false);
  const calls = client.calls();
  expect(await isAncestor(client, sha('base'), sha('base'))).toBe(true);
  expect(client.calls()).toBe(calls);
});
