import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openTrino } from '../src/index.ts';
import { type TrinoOptions, trinoClient } from '../src/trino-client.ts';
import { TrinoFailure } from '../src/trino-failure.ts';
import { seen } from './opened.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server that answers the way a script says; `url` is where it is asked to go on. */
async function scripted(answer: (asked: Asked, url: string) => unknown) {
  const asked: Asked[] = [];
  let url = '';
  const listener: RequestListener = (request, response) => {
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    asked.push(one);
    request.resume();
    const said = one.method === 'DELETE' ? 204 : answer(one, url);
    if (said === 'hang') return;
    if (said === 'cut') response.destroy();
    else if (typeof said === 'number')
      response.writeHead(said, { location: 'https://elsewhere.example/x' }).end('<html>');
    else response.end(typeof said === 'string' ? said : JSON.stringify(said));
  };
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked };
}

const page = (more: object, state = 'RUNNING') => ({ id: 'q1', stats: { state }, ...more });
const done = (more: object = {}) => page(more, 'FINISHED');
const failed = (error: object) => page({ error }, 'FAILED');

function client(url: string, more: Partial<TrinoOptions> = {}) {
  return trinoClient({ url, user: 'ci', fetch, timeout: 20_000, pause: async () => undefined, ...more });
}

const hidden = (url: string) => (words: unknown) => (typeof words === 'string' ? words.replaceAll(url, 'URL') : words);

/** What a user sees, with the address of the server of this test left out. */
async function words(url: string, more: Partial<TrinoOptions> = {}) {
  return (await seen(client(url, more).run('SELECT 1'))).map(hidden(url));
}

test('all pages are one answer; integers keep their digits', async () => {
  const { url, asked } = await scripted(({ method, path }, base) => {
    if (method === 'POST') return page({ nextUri: `${base}/v1/statement/queued/1` });
    const columns = [
      { name: 'n', type: 'bigint' },
      { name: 'x', type: 'double' },
    ];
    if (path.endsWith('/1')) return page({ columns, data: [[1, 0.5]], nextUri: `${base}/v1/statement/executing/2` });
    return '{"id":"q1","stats":{"state":"FINISHED"},"data":[[9007199254740993,1e300],[-9223372036854775808,"NaN"]]}';
  });
  expect(await client(url, { catalog: 'hive', schema: 'd' }).run('SELECT …')).toEqual({
    queryId: 'q1',
    columns: [
      { name: 'n', type: 'bigint' },
      { name: 'x', type: 'double' },
    ],
    rows: [
      [1, 0.5],
      ['9007199254740993', 1e300],
      ['-9223372036854775808', 'NaN'],
    ],
  });
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/statement',
    'GET /v1/statement/queued/1',
    'GET /v1/statement/executing/2',
  ]);
  expect(asked[0]?.headers).toMatchObject({
    'x-trino-user': 'ci',
    'x-trino-source': 'modelgate',
    'x-trino-catalog': 'hive',
    'x-trino-schema': 'd',
    'x-trino-time-zone': 'UTC',
    'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
    'x-trino-session': 'query_max_run_time=50s',
  });
  expect(asked[0]?.headers.authorization).toBeUndefined();
});

test('what a gateway cannot pass on is asked again, and not forever', async () => {
  let left = 3;
  const patient = await scripted(() => (left-- > 0 ? [502, 503, 504][left] : done({ data: [[1]] })));
  expect((await client(patient.url).run('SELECT 1')).rows).toEqual([[1]]);
  expect(patient.asked.length).toBe(4);

  const down = await scripted(() => 503);
  expect(await words(down.url)).toEqual([
    'server-unreachable',
    'The gateway before Trino at URL could not reach it for half a minute (503).',
    undefined,
  ]);
  expect(down.asked.length).toBe(33);
});

describe('a server that does not answer a query', () => {
  test.each([
    [401, 'Trino at URL does not know ci by this password (401).', 'Check user and password; it may need https.'],
    [403, 'Trino at URL refuses ci (403).', 'Let this user run queries.'],
    [302, 'Trino at URL sends us elsewhere (302).', 'Write https://elsewhere.example.'],
    [500, 'Trino at URL refused a request (500).', undefined],
    [
      '<html>log in</html>',
      'Trino at URL does not answer as Trino does.',
      'Is there a login page, a proxy or something else at this address?',
    ],
    [
      '{"id":"q1"}',
      'Trino at URL does not answer as Trino does.',
      'Is there a login page, a proxy or something else at this address?',
    ],
    [page({}, 'CANCELED'), 'Trino at URL ended a query as CANCELED, without a word.', undefined],
  ])('%s', async (answer, message, how) => {
    const { url, asked } = await scripted(() => answer);
    expect(await words(url)).toEqual(['server-unreachable', message, how]);
    expect(asked.length).toBe(1);
  });

  test('nobody listens', async () => {
    const { url } = await scripted(() => done());
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const [reason, message, how] = await words(url);
    expect([reason, message, how]).toEqual([
      'server-unreachable',
      'Trino at URL cannot be reached (ECONNREFUSED).',
      'Is it up, and may this runner reach it?',
    ]);
    expect(await seen(openTrino({ url, user: 'ci', fetch, timeout: 1000 }))).toHaveLength(3);
  });

  test.each([
    ['cut', /^Trino at URL stopped answering while a query ran \((ECONNRESET|UND_ERR_SOCKET)\)\.$/],
    [404, /^Trino at URL does not know the query any more \(404\)\.$/],
  ])('it dies while a query runs: %s', async (answer, message) => {
    const { url, asked } = await scripted(({ method }, base) =>
      method === 'POST' ? page({ nextUri: `${base}/next` }) : answer,
    );
    expect(await words(url)).toEqual(['server-unreachable', expect.stringMatching(message), expect.any(String)]);
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/next' });
  });

  test('it takes too long: the query is cancelled', async () => {
    const { url, asked } = await scripted(({ method }, base) =>
      method === 'POST' ? page({ nextUri: `${base}/next` }) : 'hang',
    );
    expect(await words(url, { timeout: 100 })).toEqual([
      'server-unreachable',
      'A query took longer than 0.1 s at Trino at URL, and was cancelled.',
      'Give it more time, check a smaller table or partition, or look whether the cluster is busy.',
    ]);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'DELETE']);
  });

  test('credentials go to no other host', async () => {
    const other = await scripted(() => done());
    const { url } = await scripted(() => page({ nextUri: `${other.url}/next` }));
    expect((await words(url))[1]).toBe(`Trino at URL wants to be asked on at ${other.url}.`);
    expect(other.asked).toEqual([]);
  });

  test('more rows than a query may give end it', async () => {
    const { url, asked } = await scripted((_, base) => page({ data: [[1], [2]], nextUri: `${base}/next` }));
    await expect(client(url).run('SELECT 1', 3)).rejects.toThrow('a query that may give 3 rows gave more');
    expect(asked.at(-1)?.method).toBe('DELETE');
  });
});

test.each([
  [{ url: 'trino.example.org' }, '"trino.example.org" is no address of Trino.'],
  [
    { url: 'http://ci:secret@trino.example.org' },
    'The address of Trino at trino.example.org holds a user or password.',
  ],
  [
    { url: 'http://trino.example.org', password: 'secret' },
    'A password goes to Trino over https only, not to http://trino.example.org.',
  ],
  [
    { url: 'http://trino.example.org', user: 'Jörg' },
    'The user for Trino is empty or holds more than plain ASCII characters.',
  ],
  [
    { url: 'http://trino.example.org', catalog: 'a\r\nX: y' },
    'The catalog for Trino is empty or holds more than plain ASCII characters.',
  ],
])('options that cannot be used: %j', async (options, message) => {
  expect((await seen(openTrino({ user: 'ci', fetch, timeout: 1000, ...options }))).slice(0, 2)).toEqual([
    'policy-invalid',
    message,
  ]);
});

test('a password is sent over https as basic authentication', async () => {
  let sent: string | null = null;
  const recorded: typeof globalThis.fetch = async (_, init) => {
    sent = new Headers(init?.headers).get('authorization');
    return new Response(JSON.stringify(done({ data: [['476']] })));
  };
  const { version } = await openTrino({
    url: 'https://trino.example.org',
    user: 'ci',
    password: 'ö:1',
    fetch: recorded,
    timeout: 1000,
  });
  expect(version).toBe('476');
  expect(sent).toBe(`Basic ${Buffer.from('ci:ö:1').toString('base64')}`);
});

describe('a query that fails', () => {
  const user = { errorType: 'USER_ERROR' };
  const place = { errorLocation: { lineNumber: 2, columnNumber: 5 } };
  test.each([
    [
      { errorName: 'EXCEEDED_LOCAL_MEMORY_LIMIT', errorType: 'INSUFFICIENT_RESOURCES' },
      ['query-failed', 'The query needs more memory than Trino gives it: EXCEEDED_LOCAL_MEMORY_LIMIT (query q1).'],
    ],
    [
      { errorName: 'EXCEEDED_TIME_LIMIT', errorType: 'INSUFFICIENT_RESOURCES' },
      ['query-failed', 'Trino gave up the query: EXCEEDED_TIME_LIMIT (query q1).'],
    ],
    [
      { errorName: 'ADMINISTRATIVELY_KILLED', ...user },
      ['query-failed', "The query was ended by somebody on Trino's side: ADMINISTRATIVELY_KILLED (query q1)."],
    ],
    [
      { errorName: 'PERMISSION_DENIED', ...user },
      ['query-failed', 'Trino does not let this user read the table (query q1).'],
    ],
    [
      { errorName: 'SERVER_SHUTTING_DOWN', errorType: 'INTERNAL_ERROR' },
      ['query-failed', 'Trino failed on the query: SERVER_SHUTTING_DOWN (query q1).'],
    ],
    [
      {
        errorName: 'SYNTAX_ERROR',
        ...user,
        ...place,
        message: "line 2:5: mismatched input 'x'. Expecting: ',', <EOF>",
      },
      ['policy-invalid', "The SQL cannot be read by Trino: mismatched input 'x', line 2, column 5."],
    ],
    // these quote cells: nothing of them is told
    [
      { errorName: 'INVALID_CAST_ARGUMENT', ...user, message: "Cannot cast 'a secret' to INT" },
      ['policy-invalid', 'The SQL fails on a value of the table (INVALID_CAST_ARGUMENT).'],
    ],
    [
      { errorName: 'TYPE_MISMATCH', ...user, message: "'a secret'" },
      ['policy-invalid', 'The SQL fails on a value of the table (TYPE_MISMATCH).'],
    ],
    [{ errorName: 'DIVISION_BY_ZERO', ...user }, ['policy-invalid', 'The SQL divides by zero (DIVISION_BY_ZERO).']],
  ])('%j', async (error, expected) => {
    const { url } = await scripted(() => failed(error));
    expect((await seen(openTrino({ url, user: 'ci', fetch, timeout: 5000 }))).slice(0, 2)).toEqual(expected);
    const failure: unknown = await client(url)
      .run('SELECT 1')
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(TrinoFailure);
    expect(`${JSON.stringify(failure)}${String(failure)}`).not.toContain('secret');
  });
});
