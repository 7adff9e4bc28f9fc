import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { EventName, EventOptions, MadeRepository, RunSpec, StandIn } from './index.ts';
import { fileCommands, startStandIn } from './index.ts';

type Examples = readonly { readonly name: string; readonly examples: readonly object[] }[];
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples/api.github.com/index.json') as Examples;

let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  history = await sampleHistory();
  const head = { ref: 'better', sha: history.sha['head'] ?? '' };
  const base = { ref: 'main', sha: history.sha['main'] ?? '' };
  const pulls = [{ number: 7, head, base, author: 'dependabot[bot]' }];
  standIn = await startStandIn({
    repository: { fullName: 'acme/flights', git: history.folder },
    pulls,
    contract: false,
  });
});
afterAll(async () => {
  await standIn.close();
  await history.remove();
});

const finished: RunSpec = { id: 70, event: 'pull_request', headSha: 'a'.repeat(40), headBranch: 'better' };

test.each<[EventName, EventOptions, readonly string[]]>([
  ['push', {}, ['repository', 'head_commit', 'pusher']],
  ['pull_request', { pull: 7 }, ['pull_request', 'repository']],
  ['workflow_dispatch', {}, ['repository']],
  ['merge_group', {}, ['merge_group']],
  ['workflow_run', { run: finished }, ['workflow_run']],
])('a %s payload has no field that real ones lack', (name, options, parts) => {
  const real = examples.find((event) => event.name === name)?.examples ?? [];
  const ours = standIn.event(name, options) as Fields;
  const within = (part: string) => real.map((example) => (example as Fields)[part] ?? {});
  expect(keys([ours]).filter((key) => !keys(real).includes(key))).toEqual([]);
  const invented = parts.flatMap((part) => {
    const known = keys(within(part));
    return keys([ours[part] ?? {}])
      .filter((key) => !known.includes(key))
      .map((key) => `${part}.${key}`);
  });
  expect(invented.filter((key) => !newerThanTheExamples.includes(key))).toEqual([]);
});

/** In GitHub's description of today, to which rest.test.ts holds the same shapes. */
const newerThanTheExamples = [
  'repository.has_discussions',
  'repository.network_count',
  'repository.subscribers_count',
  'workflow_run.referenced_workflows',
];

type Fields = { readonly [key: string]: object | undefined };

function keys(objects: readonly object[]): readonly string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}

test('a schedule payload names the default branch tip only through the environment', () => {
  const job = standIn.job({ event: 'schedule' });
  expect([job.env['GITHUB_SHA'], job.env['GITHUB_REF']]).toEqual([history.sha['main'], 'refs/heads/main']);
  expect(Object.keys(job.event)).toEqual(['schedule', 'workflow', 'repository']);
});

test('a merge group runs on its queue branch, without a pull request', () => {
  const job = standIn.job({ event: 'merge_group', sha: history.sha['merge'] ?? '', pull: 7 });
  const ref = `refs/heads/gh-readonly-queue/main/pr-7-${history.sha['main']}`;
  expect(job.event).toMatchObject({ merge_group: { head_sha: history.sha['merge'], head_ref: ref } });
  expect(job.env['GITHUB_REF']).toBe(ref);
});

test('file commands: plain, several lines, an end that never comes', () => {
  expect(fileCommands('a=1\nb<<E\nx\ny=2\nE\nc=\n')).toEqual({ a: '1', b: 'x\ny=2', c: '' });
  expect(() => fileCommands('b<<E\nx\n')).toThrow('file command b: its delimiter E never comes');
});
