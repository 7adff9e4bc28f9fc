import { expect, test } from 'vitest';
import { tokens } from '../../../test/github-stand-in/index.ts';
import { type Client, convergeComment } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const marker = '<!-- modelgate:v1 flights .github/workflows/gate.yml -->';

/** The comment of a run whose verdicts are names on a shelf. */
function comment(client: Client, shelf: () => readonly string[], headSha = sha('head')) {
  return convergeComment(client, {
    pullRequest: 7,
    marker,
    headSha,
    listVerdicts: async () => [...shelf()],
    key: (verdict) => verdict,
    render: (verdicts) => [marker, ...[...verdicts].sort()].join('\n'),
  });
}

test('a set that stands still costs four calls', async () => {
  const github = await startGitHub();
  const created = clientOf(github.url);
  expect(await comment(created, () => ['a'])).toMatchObject({ change: 'created' });
  expect(created.calls()).toBe(4);
  const updated = clientOf(github.url);
  expect(await comment(updated, () => ['a', 'b'])).toMatchObject({ change: 'updated' });
  expect(updated.calls()).toBe(4);
  expect(github.comments(7)[0]?.body).toBe(`${marker}\na\nb`);
});

test('a verdict that arrives while writing is written too', async () => {
  const github = await startGitHub();
  const shelf = ['a'];
  github.before({ method: 'POST', path: /comments$/, times: 1 }, () => {
    shelf.push('b');
  });
  const client = clientOf(github.url);
  expect(await comment(client, () => shelf)).toMatchObject({ change: 'updated' });
  expect(github.comments(7).map((one) => one.body)).toEqual([`${marker}\na\nb`]);
  expect(client.calls()).toBe(6);
});

test('it stops after five rounds, with twelve calls, when the set keeps growing', async () => {
  const github = await startGitHub();
  let count = 0;
  const client = clientOf(github.url);
  await comment(client, () => Array.from({ length: ++count }, (_, index) => `gate ${index}`));
  expect(count).toBe(5);
  expect(client.calls()).toBe(12);
});

test('twenty concurrent gates: every section there, one comment', async () => {
  const github = await startGitHub({ commentLag: { requests: 1 } });
  const shelf: string[] = [];
  const gates = Array.from({ length: 20 }, (_, index) => `gate ${String(index).padStart(2, '0')}`);
  const run = async (gate: string, index: number) => {
    for (let turn = 0; turn < index % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    shelf.push(gate);
    return await comment(clientOf(github.url, { random: () => index / 20 }), () => shelf);
  };
  const results = await Promise.all(gates.map(run));
  expect(results.filter((result) => !result.posted)).toEqual([]);
  expect(github.comments(7).map((one) => one.body)).toEqual([[marker, ...gates].join('\n')]);
});

test('a run whose commit is not the head any more writes nothing', async () => {
  const github = await startGitHub();
  const client = clientOf(github.url);
  expect(await comment(client, () => ['a'], sha('base'))).toEqual({
    posted: false,
    moved: true,
    notice: `No comment was written: this run is about ${sha('base').slice(0, 7)}, the pull request is at ${sha('head').slice(0, 7)} now.`,
  });
  expect(github.comments(7)).toEqual([]);
  expect(client.calls()).toBe(1);
});

test('a head that moves between two rounds ends it', async () => {
  const github = await startGitHub();
  const shelf = ['a'];
  github.after({ method: 'POST', path: /comments$/, times: 1 }, () => {
    shelf.push('b');
    github.updatePull(7, { head: { ref: 'better', sha: sha('old') } });
  });
  expect(await comment(clientOf(github.url), () => shelf)).toMatchObject({ posted: false });
  expect(github.comments(7).map((one) => one.body)).toEqual([`${marker}\na`]);
});

test('a token that may not even read becomes a notice', async () => {
  const github = await startGitHub({ tokens: { ghs_standin: tokens.none } });
  expect(await comment(clientOf(github.url), () => ['a'])).toEqual({
    posted: false,
    notice:
      "No comment was written. The token lacks `pull-requests: read` (403) when asked to read pull request 7. Add `pull-requests: read` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
  });
});
