import { describe, expect, test } from 'vitest';
import { replies, type StandIn, tokens } from '../../../test/github-stand-in/index.ts';
import { upsertComment } from '../src/index.ts';
import { clientOf, startGitHub } from './stand-in.ts';

const marker = '<!-- modelgate:v1 flights .github/workflows/gate.yml -->';
const body = (text: string) => `${marker}\n${text}`;
const target = { pullRequest: 7, marker };

function bodies(github: StandIn): readonly string[] {
  return github.comments(7).map((comment) => comment.body);
}

describe('one comment', () => {
  test('is created, then updated, then left alone, within four calls each', async () => {
    const github = await startGitHub();
    const first = clientOf(github.url);
    const created = await upsertComment(first, { ...target, body: body('one') });
    const id = github.comments(7)[0]?.id ?? 0;
    expect(created).toMatchObject({ posted: true, id, change: 'created' });
    expect(first.calls()).toBe(3);

    const second = clientOf(github.url);
    expect(await upsertComment(second, { ...target, body: body('two') })).toMatchObject({ id, change: 'updated' });
    expect(second.calls()).toBe(3);
    expect(bodies(github)).toEqual([body('two')]);

    const third = clientOf(github.url);
    expect(await upsertComment(third, { ...target, body: body('two') })).toMatchObject({ id, change: 'unchanged' });
    expect(third.calls()).toBe(2);
    expect(github.calls({ service: 'rest', method: 'PATCH' })).toBe(1);

    const known = clientOf(github.url);
    expect(await upsertComment(known, { ...target, known: id, body: body('three') })).toMatchObject({
      id,
      change: 'updated',
    });
    expect(known.calls()).toBe(1);
  });

  test('is found behind a hundred others and before more', async () => {
    const github = await startGitHub();
    for (let index = 0; index < 100; index++) github.addComment(7, `talk ${index}`, { author: 'octocat' });
    const id = github.addComment(7, body('old'));
    for (let index = 0; index < 150; index++) github.addComment(7, `more talk ${index}`, { author: 'octocat' });
    const client = clientOf(github.url);
    expect(await upsertComment(client, { ...target, body: body('new') })).toMatchObject({ id, change: 'updated' });
    expect(client.calls()).toBe(4);
    expect(bodies(github).filter((text) => text.includes(marker))).toEqual([body('new')]);
  });

  test('is not written where more than 800 comments do not hold it', async () => {
    const github = await startGitHub();
    for (let index = 0; index < 801; index++) github.addComment(7, 'talk', { author: 'octocat' });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('new') })).toEqual({
      posted: false,
      notice: 'No comment was written: the pull request has more than 800 comments, and ours is not among the first.',
    });
  });

  test('that lacks its marker is a defect of the caller', async () => {
    const client = clientOf('http://127.0.0.1:9');
    await expect(upsertComment(client, { ...target, body: 'no marker' })).rejects.toThrow('The body lacks its marker');
  });
});

describe('whose comment it is', () => {
  test('a person who quotes the marker, or pastes the whole comment, is not touched', async () => {
    const github = await startGitHub();
    github.addComment(7, `> ${marker}\n> quoted`, { author: 'octocat' });
    github.addComment(7, body('pasted'), { author: 'octocat' });
    await upsertComment(clientOf(github.url), { ...target, body: body('ours') });
    await upsertComment(clientOf(github.url), { ...target, body: body('ours again') });
    expect(bodies(github)).toEqual([`> ${marker}\n> quoted`, body('pasted'), body('ours again')]);
  });

  test("another App's comment is not touched, and ours not by the other", async () => {
    const github = await startGitHub({
      tokens: {
        ghs_standin: tokens.gate,
        ghs_app: { kind: 'app', permissions: { contents: 'read', 'pull-requests': 'write' } },
      },
    });
    const app = (text: string) =>
      upsertComment(clientOf(github.url, { token: 'ghs_app' }), { ...target, body: body(text) });
    const workflow = (text: string) => upsertComment(clientOf(github.url), { ...target, body: body(text) });
    await workflow('workflow 1');
    await app('app 1');
    await workflow('workflow 2');
    await app('app 2');
    expect(github.comments(7).map(({ author, body: text }) => [author, text])).toEqual([
      ['github-actions[bot]', body('workflow 2')],
      ['modelgate-app[bot]', body('app 2')],
    ]);
  });

  test("a person's token writes one comment too, and never deletes what the person pasted", async () => {
    const github = await startGitHub({
      tokens: { ghp_person: { kind: 'user', permissions: { 'pull-requests': 'write' } } },
    });
    const person = () => clientOf(github.url, { token: 'ghp_person' });
    await upsertComment(person(), { ...target, body: body('one') });
    github.addComment(7, body('pasted'), { author: 'octocat' });
    await upsertComment(person(), { ...target, body: body('two') });
    expect(bodies(github)).toEqual([body('two'), body('pasted')]);
  });

  test('where the account cannot be asked for, only the Actions bot is taken for ours', async () => {
    const github = await startGitHub();
    github.addComment(7, body('pasted'), { author: 'octocat' });
    const id = github.addComment(7, body('old'));
    github.fault({ method: 'POST', path: /graphql$/, times: 9, reply: replies.notFound() });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('new') })).toMatchObject({
      id,
      change: 'updated',
    });
    expect(bodies(github)).toEqual([body('pasted'), body('new')]);
  });
});

describe('races', () => {
  test('twenty at the same time leave one comment', async () => {
    const github = await startGitHub();
    const jobs = Array.from({ length: 20 }, (_, index) =>
      upsertComment(clientOf(github.url, { random: () => index / 20 }), { ...target, body: body('same') }),
    );
    const results = await Promise.all(jobs);
    expect(bodies(github)).toEqual([body('same')]);
    expect(results.every((result) => result.posted)).toBe(true);
  });

  test('so do twenty whose new comments are missing from the next lists', async () => {
    const github = await startGitHub({ commentLag: { requests: 2 } });
    const jobs = Array.from({ length: 20 }, (_, index) =>
      upsertComment(clientOf(github.url, { random: () => index / 20 }), { ...target, body: body('same') }),
    );
    await Promise.all(jobs);
    expect(bodies(github)).toEqual([body('same')]);
  });

  test('one that was created between our list and our write stays, and ours is taken back', async () => {
    const github = await startGitHub();
    github.before({ method: 'POST', path: /comments$/, times: 1 }, () => {
      github.addComment(7, body('theirs'));
    });
    const client = clientOf(github.url);
    const [oldest] = github.comments(7);
    expect(oldest).toBeUndefined();
    expect(await upsertComment(client, { ...target, body: body('ours') })).toMatchObject({ change: 'updated' });
    expect(bodies(github)).toEqual([body('ours')]);
    expect(client.calls()).toBe(5);
  });

  test('one that was deleted between our list and our write is created anew', async () => {
    const github = await startGitHub();
    const id = github.addComment(7, body('old'));
    github.before({ method: 'PATCH', path: /comments/, times: 1 }, async () => {
      const headers = { authorization: 'Bearer ghs_standin' };
      await fetch(`${github.url}/repos/acme/flights/issues/comments/${id}`, { method: 'DELETE', headers });
    });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('new') })).toMatchObject({
      change: 'created',
    });
    expect(bodies(github)).toEqual([body('new')]);
  });

  test('a list that lags behind our own write is read again', async () => {
    const github = await startGitHub({ commentLag: { requests: 3 } });
    const client = clientOf(github.url);
    expect(await upsertComment(client, { ...target, body: body('ours') })).toMatchObject({ change: 'created' });
    expect(client.slept).toEqual([200, 400, 800]);
  });

  test('a duplicate that a cancelled job left behind goes', async () => {
    const github = await startGitHub();
    github.addComment(7, body('first'));
    github.addComment(7, 'talk', { author: 'octocat' });
    github.addComment(7, body('left behind'));
    await upsertComment(clientOf(github.url), { ...target, body: body('new') });
    expect(bodies(github)).toEqual([body('new'), 'talk']);
  });

  test('a creation that GitHub failed to confirm is looked for, not repeated blindly', async () => {
    const github = await startGitHub();
    github.before({ method: 'POST', path: /comments$/, times: 1 }, () => {});
    github.fault({ method: 'POST', path: /comments$/, times: 1, reply: replies.badGateway() });
    // The write happened although the answer was lost:
    github.before({ method: 'GET', path: /comments$/, times: 2 }, () => {
      if (
        github.calls({ service: 'rest', method: 'POST', path: /comments$/ }) === 1 &&
        github.comments(7).length === 0
      ) {
        github.addComment(7, body('ours'));
      }
    });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('ours') })).toMatchObject({
      change: 'unchanged',
    });
    expect(bodies(github)).toEqual([body('ours')]);
    expect(github.calls({ service: 'rest', method: 'POST', path: /comments$/ })).toBe(1);
  });
});

describe('what GitHub refuses becomes a notice', () => {
  test('a read-only token', async () => {
    const github = await startGitHub({ tokens: { ghs_standin: tokens.readOnly } });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('x') })).toEqual({
      posted: false,
      notice:
        "No comment was written. The token lacks `pull-requests: write` (403) when asked to comment on pull request 7. Add `pull-requests: write` to the job's `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.",
    });
  });

  test('a locked conversation', async () => {
    const github = await startGitHub();
    github.updatePull(7, { locked: true });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('x') })).toEqual({
      posted: false,
      notice:
        'No comment was written. The conversation is locked (403) when asked to comment on pull request 7. Unlock the conversation of the pull request.',
    });
  });

  test('issues that are disabled', async () => {
    const github = await startGitHub();
    const gone = replies.json(410, { message: 'Issues are disabled for this repo' });
    github.fault({ method: 'GET', path: /comments$/, times: 1, reply: gone });
    expect(await upsertComment(clientOf(github.url), { ...target, body: body('x') })).toEqual({
      posted: false,
      notice:
        'No comment was written. GitHub says that this is switched off or gone (410) when asked to list the comments of pull request 7. It said: "Issues are disabled for this repo". Issues may be disabled in the settings of the repository, or an artifact may have expired.',
    });
  });

  test('a body above 65,536 characters', async () => {
    const github = await startGitHub();
    const result = await upsertComment(clientOf(github.url), { ...target, body: body('x'.repeat(65_536)) });
    expect(result).toMatchObject({
      posted: false,
      notice: expect.stringContaining('Body is too long (maximum is 65536 characters)'),
    });
  });
});
