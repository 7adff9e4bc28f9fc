import { describe, expect, test } from 'vitest';
import { replies, tokens } from '../../../test/github-stand-in/index.ts';
import { type Annotation, type CheckRun, publishCheckRun } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

function annotation(line: number, level: Annotation['level'] = 'failure'): Annotation {
  return { path: 'modelgate.yml', startLine: line, level, message: `line ${line}` };
}

function checkRun(more: Partial<CheckRun> = {}): CheckRun {
  return {
    headSha: sha('head'),
    name: 'modelgate / quality',
    externalId: 'flights/quality',
    detailsUrl: 'https://github.com/acme/flights/actions/runs/77',
    conclusion: 'failure',
    title: 'accuracy fell by 1.9 points',
    summary: 'summary',
    annotations: [],
    ...more,
  };
}

test('it is created completed, on the head commit', async () => {
  const github = await startGitHub();
  const client = clientOf(github.url);
  const result = await publishCheckRun(client, checkRun({ text: 'text', annotations: [annotation(3)] }));
  const [made] = github.checkRuns(sha('head'));
  expect(made).toMatchObject({
    name: 'modelgate / quality',
    status: 'completed',
    conclusion: 'failure',
    title: 'accuracy fell by 1.9 points',
    summary: 'summary',
    text: 'text',
    externalId: 'flights/quality',
    detailsUrl: 'https://github.com/acme/flights/actions/runs/77',
  });
  expect(made?.annotations).toMatchObject([
    { path: 'modelgate.yml', start_line: 3, end_line: 3, annotation_level: 'failure', message: 'line 3' },
  ]);
  expect(result).toMatchObject({ posted: true, id: made?.id, left: 0 });
  expect(client.calls()).toBe(2);
});

test('a re-run updates it and does not repeat its annotations', async () => {
  const github = await startGitHub();
  await publishCheckRun(clientOf(github.url), checkRun({ annotations: [annotation(1), annotation(2)] }));
  const again = checkRun({ conclusion: 'success', title: 'better', annotations: [annotation(2), annotation(3)] });
  await publishCheckRun(clientOf(github.url), again);
  const runs = github.checkRuns(sha('head'));
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ conclusion: 'success', title: 'better' });
  expect(runs[0]?.annotations.map((one) => one.message)).toEqual(['line 1', 'line 2', 'line 3']);
});

test('another external id is another check run, even with the same name', async () => {
  const github = await startGitHub();
  await publishCheckRun(clientOf(github.url), checkRun());
  await publishCheckRun(clientOf(github.url), checkRun({ externalId: 'other/quality' }));
  expect(github.checkRuns(sha('head')).map((one) => one.externalId)).toEqual(['flights/quality', 'other/quality']);
});

test('one that another App made is not ours to update: a new one is created', async () => {
  const github = await startGitHub({
    tokens: { ghs_standin: tokens.gate, ghs_app: { kind: 'app', permissions: { checks: 'write' } } },
  });
  await publishCheckRun(clientOf(github.url, { token: 'ghs_app' }), checkRun());
  expect(await publishCheckRun(clientOf(github.url), checkRun())).toMatchObject({ posted: true });
  expect(github.checkRuns(sha('head'))).toHaveLength(2);
});

describe('annotations', () => {
  test('go in batches of fifty, worst first', async () => {
    const github = await startGitHub();
    const notices = Array.from({ length: 100 }, (_, index) => annotation(index + 1, 'notice'));
    const result = await publishCheckRun(
      clientOf(github.url),
      checkRun({ annotations: [...notices, annotation(500)] }),
    );
    const shown = github.checkRuns()[0]?.annotations ?? [];
    expect(shown).toHaveLength(101);
    expect(shown[0]?.message).toBe('line 500');
    expect(result).toMatchObject({ left: 0 });
    expect(github.calls({ service: 'rest', method: 'PATCH' })).toBe(2);
  });

  test('above two hundred are left out, with words', async () => {
    const github = await startGitHub();
    const many = Array.from({ length: 201 }, (_, index) => annotation(index + 1));
    expect(await publishCheckRun(clientOf(github.url), checkRun({ annotations: many }))).toMatchObject({ left: 1 });
    expect(github.checkRuns()[0]?.annotations).toHaveLength(200);
    expect(github.checkRuns()[0]?.summary).toBe('summary\n\n1 more annotation is not shown on the changed files.');
  });
});

test('a summary above 65,535 bytes is cut between characters', async () => {
  const github = await startGitHub();
  await publishCheckRun(clientOf(github.url), checkRun({ summary: `a${'東'.repeat(30_000)}` }));
  const summary = github.checkRuns()[0]?.summary ?? '';
  expect(Buffer.byteLength(summary)).toBe(65_533);
  expect(summary.endsWith('東…')).toBe(true);
});

test('a creation whose answer was lost is found, not doubled', async () => {
  const github = await startGitHub();
  let lost = false;
  const losing: typeof fetch = async (url, init) => {
    const reply = await fetch(url, init);
    if (init?.method !== 'POST' || lost) return reply;
    lost = true;
    return new Response('<html>', { status: 502 });
  };
  expect(await publishCheckRun(clientOf(github.url, { fetch: losing }), checkRun())).toMatchObject({ posted: true });
  expect(github.checkRuns()).toHaveLength(1);
});

test('what GitHub refuses becomes a notice', async () => {
  const github = await startGitHub({ tokens: { ghs_standin: tokens.readOnly } });
  expect(await publishCheckRun(clientOf(github.url), checkRun())).toEqual({
    posted: false,
    notice:
      'No check run was written. The token lacks `checks: write` (403) when asked to create the check run "modelgate / quality". Add `checks: write` to the job\'s `permissions:`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.',
  });
  github.fault({ method: 'GET', path: /check-runs$/, times: 9, reply: replies.unauthorized() });
  expect(await publishCheckRun(clientOf(github.url), checkRun())).toMatchObject({
    posted: false,
    notice: expect.stringContaining('GitHub refused the token (401) when asked to list the check runs of'),
  });
});
