import { expect, test } from 'vitest';
import type { Exchange } from './contract.ts';
import { loadContract } from './contract.ts';
import { replies } from './reply.ts';

const url = 'https://api.github.com/x';
const comment = {
  ...{ id: 1, node_id: 'n', url, html_url: url, issue_url: url, user: null },
  ...{ body: 'b', created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
};
const exchange: Exchange = {
  method: 'POST',
  template: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
  params: { owner: 'acme', repo: 'flights', issue_number: '7' },
  query: new URLSearchParams(),
  headers: { 'content-type': 'application/json' },
  body: { body: 'b' },
  reply: replies.json(201, comment),
  injected: false,
};

test('an exchange as described passes, null where the description says so included', async () => {
  expect((await loadContract()).check(exchange)).toEqual([]);
});

test.each<[string, Partial<Exchange>, string]>([
  [
    'reply',
    { reply: replies.json(201, { ...comment, user: undefined }) },
    'reply 201: must have required property \'user\' {"missingProperty":"user"}',
  ],
  [
    'reply',
    { reply: replies.json(201, { ...comment, created_at: 'today' }) },
    'reply 201/created_at: must match format "date-time" {"format":"date-time"}',
  ],
  ['reply', { reply: replies.json(201, { ...comment, id: '1' }) }, 'reply 201/id: must be integer {"type":"integer"}'],
  ['body', { body: {} }, 'request/requestBody: must have required property \'body\' {"missingProperty":"body"}'],
  [
    'parameter',
    { params: { ...exchange.params, issue_number: 'seven' } },
    'request/path/issue_number: must be integer {"type":"integer"}',
  ],
  [
    'query',
    { query: new URLSearchParams('pages=2') },
    'request/query: must NOT have additional properties {"additionalProperty":"pages"}',
  ],
])('a %s that leaves the description is told', async (_, change, violation) => {
  expect((await loadContract()).check({ ...exchange, ...change })).toEqual([`issues/create-comment ${violation}`]);
});

test('an injected reply is not held to anything, its request is', async () => {
  const reply = replies.json(201, {});
  const contract = await loadContract();
  expect(contract.check({ ...exchange, reply, injected: true })).toEqual([]);
  expect(contract.check({ ...exchange, body: {}, reply, injected: true })).toHaveLength(1);
});

test('an operation GitHub does not have', async () => {
  expect((await loadContract()).check({ ...exchange, method: 'PUT' })).toEqual([
    "PUT /repos/{owner}/{repo}/issues/{issue_number}/comments: no such operation in GitHub's description",
  ]);
});
