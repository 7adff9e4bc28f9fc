import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { MadeRepository, Scenario, StandIn } from './index.ts';
import { defaultToken, replies, tokens } from './index.ts';
import { client, refused, repo, startSample } from './sample.ts';

let history: MadeRepository;
let standIn: StandIn;
let github: Octokit;

beforeAll(async () => {
  history = await sampleHistory();
});
afterAll(() => history.remove());

async function start(more: Partial<Scenario> = {}): Promise<void> {
  standIn = await startSample(history, more);
  github = client(standIn, defaultToken);
}

describe('limits that the description knows too', () => {
  beforeEach(() => start());
  afterEach(() => standIn.close());

  test('51 annotations and a summary above 65,535 bytes are refused, and count as violations', async () => {
    const head_sha = history.sha['head'] ?? '';
    const one = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice' as const, message: 'm' };
    const create = (summary: string, annotations = [one]) =>
      github.checks.create({
        ...repo,
        name: 'gate',
        head_sha,
        conclusion: 'success',
        output: { title: 't', summary, annotations },
      });
    const many = await refused(create('s', Array(51).fill(one)));
    expect(many.message).toBe('Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.');
    expect((await refused(create('é'.repeat(32_768)))).status).toBe(422);
    expect((await create('é'.repeat(32_767))).status).toBe(201);
    expect(standIn.violations).toEqual([
      'checks/create request/requestBody/output/annotations: must NOT have more than 50 items {"limit":50}',
    ]);
    standIn.violations.length = 0;
  });

  test('a request GitHub would not know makes close() fail', async () => {
    await github.request('GET /repos/acme/flights/pulls', { state: 'merged' });
    await refused(github.request('GET /repos/acme/flights/nonsense'));
    const lines = [
      'requests or replies that GitHub would not know:',
      'pulls/list request/query/state: must be equal to one of the allowed values {"allowedValues":["open","closed","all"]}',
      'GET /repos/acme/flights/nonsense: the stand-in has no such route',
    ];
    await expect(standIn.close()).rejects.toThrow(lines.join('\n'));
    await start();
  });
});

describe('tokens', () => {
  afterEach(() => standIn.close());

  test('a bad one, none, one without the permission', async () => {
    await start({
      tokens: { good: tokens.gate, fork: tokens.readOnly, none: tokens.none, me: { kind: 'user', permissions: {} } },
    });
    expect(await refused(client(standIn, 'bad').repos.get(repo))).toMatchObject({
      status: 401,
      message: 'Bad credentials',
    });
    expect((await client(standIn).repos.get(repo)).status).toBe(200);
    const comment = { ...repo, issue_number: 7, body: 'x' };
    expect(await refused(client(standIn, 'fork').issues.createComment(comment))).toMatchObject({
      status: 403,
      message: 'Resource not accessible by integration',
      headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
    });
    expect(await refused(client(standIn, 'none').actions.listArtifactsForRepo(repo))).toMatchObject({
      headers: { 'x-accepted-github-permissions': 'actions=read' },
    });
    expect(await refused(client(standIn).issues.createComment(comment))).toMatchObject({
      message: 'Requires authentication',
    });
    expect((await client(standIn, 'me').users.getAuthenticated()).data.login).toBe('octocat');
    standIn.setPermissions('good', { 'pull-requests': 'none' });
    expect((await refused(client(standIn, 'good').pulls.list(repo))).status).toBe(403);
  });

  test('a private repository is not found by a token of elsewhere', async () => {
    const elsewhere = { ...tokens.all, seesRepository: false };
    await start({
      repository: { fullName: 'acme/flights', git: history.folder, private: true, hasIssues: false },
      tokens: { elsewhere, good: tokens.all },
    });
    expect(await refused(client(standIn, 'elsewhere').repos.get(repo))).toMatchObject({
      status: 404,
      message: 'Not Found',
    });
    expect((await refused(client(standIn).repos.get(repo))).status).toBe(404);
    const write = (issue_number: number) =>
      client(standIn, 'good').issues.createComment({ ...repo, issue_number, body: 'x' });
    expect(await refused(write(3))).toMatchObject({
      status: 410,
      message: 'Issues has been disabled in this repository.',
    });
    expect((await write(7)).status).toBe(201);
  });

  test('only the App that made a check run changes it', async () => {
    await start({ tokens: { [defaultToken]: tokens.gate, app: { kind: 'app', permissions: { checks: 'write' } } } });
    const made = await client(standIn, 'app').checks.create({
      ...repo,
      name: 'x',
      head_sha: history.sha['head'] ?? '',
    });
    const update = github.checks.update({ ...repo, check_run_id: made.data.id, conclusion: 'success' });
    expect(await refused(update)).toMatchObject({
      status: 403,
      message: 'Invalid app_id `modelgate-app` - check run can only be modified by the GitHub App that created it.',
    });
  });
});

describe('trouble', () => {
  const list = () => github.issues.listComments({ ...repo, issue_number: 7 });
  afterEach(() => standIn.close());

  test('injected replies come as often as asked, after as many as asked', async () => {
    await start();
    standIn.fault({ method: 'GET', path: /comments$/, after: 1, times: 2, reply: replies.badGateway() });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await list().catch((error: { status: number }) => error)).status);
    expect(statuses).toEqual([200, 502, 502, 200]);
    expect(standIn.requests.map((request) => request.injected)).toEqual([false, true, true, false]);
  });

  test('secondary limits say when to come back; the primary one runs out', async () => {
    await start({ rateLimit: { limit: 1000, remaining: 1 } });
    standIn.fault({ path: /comments$/, reply: replies.secondaryRateLimit({ status: 429, retryAfter: 7 }) });
    expect(await refused(list())).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect((await list()).headers['x-ratelimit-remaining']).toBe('0');
    expect(await refused(list())).toMatchObject({
      status: 403,
      message: 'API rate limit exceeded for installation ID 4242.',
      headers: { 'x-ratelimit-remaining': '0' },
    });
  });

  test('a cut connection and one that never answers', async () => {
    await start();
    standIn.fault({ path: /comments$/, drop: true });
    await expect(list()).rejects.toThrow();
    standIn.fault({ path: /comments$/, hang: true });
    const hung = fetch(`${standIn.url}/repos/acme/flights/issues/7/comments`, { signal: AbortSignal.timeout(50) });
    await expect(hung).rejects.toThrow('aborted due to timeout');
    expect(standIn.requests.map((request) => request.status)).toEqual([0, 0]);
  });

  test('a new comment is missing from the next two lists', async () => {
    await start({ commentLag: { requests: 2 } });
    await github.issues.createComment({ ...repo, issue_number: 7, body: 'late' });
    const lengths = [(await list()).data.length, (await list()).data.length, (await list()).data.length];
    expect(lengths).toEqual([0, 0, 1]);
  });

  test('another job comments between our list and our create', async () => {
    await start();
    standIn.before({ method: 'POST', path: /comments$/ }, () => void standIn.addComment(7, 'raced'));
    await list();
    await github.issues.createComment({ ...repo, issue_number: 7, body: 'ours' });
    await github.issues.createComment({ ...repo, issue_number: 7, body: 'ours again' });
    expect((await list()).data.map((comment) => comment.body)).toEqual(['raced', 'ours', 'ours again']);
  });
});
