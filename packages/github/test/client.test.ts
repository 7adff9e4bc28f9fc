import { expect, test } from 'vitest';
import * as z from 'zod';
import { replies } from '../../../test/github-stand-in/index.ts';
import { ApiError, type Client } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const operation = { what: 'read pull request 7', permission: 'pull-requests: read' };
const pull = z.object({ number: z.int() });

function readPull(client: Client): Promise<{ readonly number: number }> {
  return client.json('GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: 7 }, pull, { operation });
}

function createCheckRun(client: Client) {
  const parameters = { name: 'x', head_sha: sha('head'), status: 'completed', conclusion: 'success' } as const;
  return client.json('POST /repos/{owner}/{repo}/check-runs', parameters, z.object({ id: z.int() }), { operation });
}

test('a read is repeated after 502, and each wait is told', async () => {
  const github = await startGitHub();
  github.fault({ method: 'GET', path: /pulls\/7$/, times: 2, reply: replies.badGateway() });
  const lines: string[] = [];
  const client = clientOf(github.url, { log: (line) => lines.push(line) });
  expect(await readPull(client)).toEqual({ number: 7 });
  expect(client.slept).toEqual([1250, 2500]);
  expect(lines).toEqual([
    'GitHub failed (502) when asked to read pull request 7. Trying again in 1.3 s.',
    'GitHub failed (502) when asked to read pull request 7. Trying again in 2.5 s.',
  ]);
  expect(client.calls()).toBe(3);
});

test('it gives up after four attempts', async () => {
  const github = await startGitHub();
  github.fault({ method: 'GET', path: /pulls\/7$/, times: 9, reply: replies.serverError() });
  const client = clientOf(github.url);
  await expect(readPull(client)).rejects.toThrow('GitHub failed (500) when asked to read pull request 7.');
  expect(client.calls()).toBe(4);
});

test('a creation is not repeated after 502: it may have happened', async () => {
  const github = await startGitHub();
  github.fault({ method: 'POST', path: /check-runs$/, times: 1, reply: replies.badGateway() });
  const client = clientOf(github.url);
  await expect(createCheckRun(client)).rejects.toThrow('GitHub failed (502)');
  expect(client.calls()).toBe(1);
});

test('a creation is repeated after a limit said that nothing happened, after the time it asks for', async () => {
  const github = await startGitHub();
  github.fault({
    method: 'POST',
    path: /check-runs$/,
    reply: replies.secondaryRateLimit({ status: 403, retryAfter: 4 }),
  });
  const client = clientOf(github.url);
  await createCheckRun(client);
  expect(client.slept).toEqual([4000]);
  expect(github.checkRuns()).toHaveLength(1);
});

test('all calls of a client share sixty seconds of waiting', async () => {
  const github = await startGitHub();
  const limited = replies.secondaryRateLimit({ status: 429, retryAfter: 25 });
  github.fault({ method: 'GET', path: /pulls\/7$/, times: 3, reply: limited });
  const client = clientOf(github.url);
  await expect(readPull(client)).rejects.toThrow('GitHub asks to slow down (429, secondary rate limit)');
  expect(client.slept).toEqual([25_000, 25_000]);
  expect(client.patience.left()).toBe(10_000);
  expect(await readPull(client)).toEqual({ number: 7 });
});

test('time that passed without an answer counts as waiting', async () => {
  let now = 0;
  const client = clientOf('https://api.github.com', {
    clock: () => now,
    fetch: async () => {
      now += 21_000;
      throw new TypeError('fetch failed');
    },
  });
  await expect(readPull(client)).rejects.toThrow('api.github.com could not be reached (fetch failed)');
  expect(client.calls()).toBe(3);
  expect(client.patience.left()).toBe(0);
});

test('an answer that does not come, a connection that breaks and one that is refused', async () => {
  const github = await startGitHub();
  github.fault({ method: 'GET', path: /pulls\/7$/, times: 1, hang: true });
  const impatient = clientOf(github.url, { requestTimeout: 50, patience: 0 });
  await expect(readPull(impatient)).rejects.toThrow(
    'GitHub did not answer within 0.05 s when asked to read pull request 7.',
  );

  github.fault({ method: 'GET', path: /pulls\/7$/, times: 1, drop: true });
  const client = clientOf(github.url, { patience: 0 });
  await expect(readPull(client)).rejects.toThrow(
    `${new URL(github.url).host} could not be reached (UND_ERR_SOCKET) when asked to read pull request 7.`,
  );

  // Port 9 of the loopback: nobody listens.
  await expect(readPull(clientOf('http://127.0.0.1:9', { patience: 0 }))).rejects.toBeInstanceOf(ApiError);
});

test('a body larger than what is allowed is not read to its end', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      sent += 1;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  const client = clientOf('https://api.github.com', { fetch: async () => new Response(endless) });
  const reading = client.bytes(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    { pull_number: 7 },
    { operation, maxBytes: 10_000 },
  );
  await expect(reading).rejects.toThrow(
    "GitHub's reply makes no sense (larger than what is allowed) when asked to read pull request 7.",
  );
  expect(sent).toBeLessThan(15);
});

test('GraphQL is beside the REST API, on Enterprise Server too', async () => {
  const urls: string[] = [];
  const fetch = async (url: unknown) => {
    urls.push(String(url));
    return new Response('{"data":1}');
  };
  for (const api of ['https://api.github.com', 'https://github.example/api/v3']) {
    await clientOf(api, { fetch }).graphql('query { x }', z.object({ data: z.literal(1) }), { operation });
  }
  expect(urls).toEqual(['https://api.github.com/graphql', 'https://github.example/api/graphql']);
});

test("Octokit's own methods go through the same transport", async () => {
  const github = await startGitHub();
  github.fault({ method: 'GET', path: /pulls\/7$/, times: 1, reply: replies.badGateway() });
  const lines: string[] = [];
  const client = clientOf(github.url, { log: (line) => lines.push(line) });
  const octokit = await client.octokit();
  const target = { owner: 'acme', repo: 'flights' };
  expect((await octokit.rest.pulls.get({ ...target, pull_number: 7 })).data.number).toBe(7);
  expect(lines).toEqual([
    'GitHub failed (502) when asked to answer GET /repos/acme/flights/pulls/7. Trying again in 1.3 s.',
  ]);
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...target, state: 'open' });
  expect(pulls.map((one) => one.number)).toEqual([7]);
  await expect(octokit.rest.pulls.get({ ...target, pull_number: 8 })).rejects.toThrow(
    'GitHub found nothing (404) when asked to answer GET /repos/acme/flights/pulls/8.',
  );
  expect(client.calls()).toBe(4);
});

test('the token stays at the origin of the API, wherever a next page leads', async () => {
  const sent: unknown[] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    const given = new Headers(init?.headers);
    sent.push([String(url), given.get('authorization'), given.get('x-github-api-version')]);
    const link = '<https://elsewhere.example/repos/acme/flights/labels?page=2>; rel="next"';
    const headers = { 'content-type': 'application/json; charset=utf-8', ...(sent.length === 1 ? { link } : {}) };
    return new Response('[]', { headers });
  };
  const octokit = await clientOf('https://api.github.com', { fetch }).octokit();
  await octokit.paginate('GET /repos/{owner}/{repo}/labels', { owner: 'acme', repo: 'flights' });
  expect(sent).toEqual([
    ['https://api.github.com/repos/acme/flights/labels', 'Bearer ghs_standin', '2022-11-28'],
    ['https://elsewhere.example/repos/acme/flights/labels?page=2', null, '2022-11-28'],
  ]);
});

test('what calls itself JSON and is not', async () => {
  const headers = { 'content-type': 'application/json' };
  const client = clientOf('https://api.github.com', { fetch: async () => new Response('<html>', { headers }) });
  await expect(readPull(client)).rejects.toThrow(
    "GitHub's reply makes no sense (not JSON) when asked to read pull request 7.",
  );
  await expect((await client.octokit()).rest.meta.get()).rejects.toThrow(
    "GitHub's reply makes no sense (not JSON) when asked to answer GET /meta.",
  );
});
