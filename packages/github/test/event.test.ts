import { UserError } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { canRecord, readEvent, readOnlyNotice, readRun } from '../src/index.ts';

const head = 'a'.repeat(40);
const base = 'b'.repeat(40);
const merge = 'c'.repeat(40);

function environment(event: string, more: Record<string, string> = {}) {
  return {
    GITHUB_EVENT_NAME: event,
    GITHUB_SHA: merge,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_ACTOR: 'octocat',
    ...more,
  };
}

const repository = { full_name: 'acme/flights', default_branch: 'main' };

function pullPayload(more: { readonly headRepo?: string | null; readonly author?: string } = {}) {
  const { headRepo = 'acme/flights', author = 'octocat' } = more;
  return {
    action: 'synchronize',
    repository,
    pull_request: {
      number: 7,
      state: 'open',
      draft: false,
      user: { login: author },
      head: { sha: head, ref: 'better', repo: headRepo === null ? null : { full_name: headRepo } },
      base: { sha: base, ref: 'main' },
    },
  };
}

describe('pull requests', () => {
  test('the head is the own last commit, not the merge commit of GITHUB_SHA', () => {
    expect(readEvent(environment('pull_request'), pullPayload())).toEqual({
      kind: 'pull-request',
      name: 'pull_request',
      defaultBranch: 'main',
      action: 'synchronize',
      number: 7,
      headSha: head,
      headRef: 'better',
      headRepository: 'acme/flights',
      baseSha: base,
      baseRef: 'main',
      fork: false,
      dependabot: false,
      draft: false,
      open: true,
      readOnly: false,
    });
  });

  test('a fork, also one that was deleted, has a read-only token', () => {
    const fork = readEvent(environment('pull_request'), pullPayload({ headRepo: 'mallory/flights' }));
    expect(fork).toMatchObject({ fork: true, readOnly: true, headRepository: 'mallory/flights' });
    expect(readEvent(environment('pull_request'), pullPayload({ headRepo: null }))).toMatchObject({
      fork: true,
      readOnly: true,
    });
    expect(readOnlyNotice(fork)).toBe(
      'The token of this run is read-only, because a fork started it: no comment and no check run were written. The verdict stands in the job summary; `report` behind `workflow_run` can post it.',
    );
  });

  test('Dependabot has a read-only token, a person who pushes to its branch has not', () => {
    const payload = pullPayload({ author: 'dependabot[bot]' });
    const started = readEvent(environment('pull_request', { GITHUB_ACTOR: 'dependabot[bot]' }), payload);
    expect(started).toMatchObject({ dependabot: true, fork: false, readOnly: true });
    expect(readOnlyNotice(started)).toContain('because Dependabot started it');
    const { GITHUB_ACTOR: _, ...noActor } = environment('pull_request');
    expect(readEvent(noActor, payload)).toMatchObject({ dependabot: true, readOnly: true });
    expect(readEvent(environment('pull_request'), payload)).toMatchObject({ dependabot: true, readOnly: false });
  });

  test('pull_request_target can write and is told apart', () => {
    const event = readEvent(environment('pull_request_target'), pullPayload({ headRepo: 'mallory/flights' }));
    expect(event).toMatchObject({ kind: 'pull-request-target', fork: true, readOnly: false, headSha: head });
  });

  test('the repository is compared without regard to case', () => {
    expect(readEvent(environment('pull_request'), pullPayload({ headRepo: 'Acme/Flights' }))).toMatchObject({
      fork: false,
    });
  });
});

describe('other events', () => {
  test('a merge queue', () => {
    const payload = { repository, merge_group: { head_sha: head, base_sha: base, base_ref: 'refs/heads/main' } };
    expect(readEvent(environment('merge_group'), payload)).toEqual({
      kind: 'merge-group',
      name: 'merge_group',
      defaultBranch: 'main',
      readOnly: false,
      headSha: head,
      baseSha: base,
      baseRef: 'main',
    });
  });

  test('a push to a branch, a new one, a tag, a deletion', () => {
    const push = { repository, ref: 'refs/heads/release/1', before: base, after: head };
    expect(readEvent(environment('push', { GITHUB_REF_PROTECTED: 'true' }), push)).toEqual({
      kind: 'push',
      name: 'push',
      defaultBranch: 'main',
      readOnly: false,
      headSha: head,
      ref: 'refs/heads/release/1',
      branch: 'release/1',
      refProtected: true,
      before: base,
      deleted: false,
    });
    expect(readEvent(environment('push'), { ...push, before: '0'.repeat(40) })).not.toHaveProperty('before');
    expect(readEvent(environment('push'), { ...push, ref: 'refs/tags/v1' })).not.toHaveProperty('branch');
    expect(readEvent(environment('push'), { ...push, after: '0'.repeat(40) })).toMatchObject({ deleted: true });
  });

  test('schedule and dispatch take the commit that the runner names', () => {
    expect(readEvent(environment('schedule'), { schedule: '0 3 * * *', repository })).toMatchObject({
      kind: 'schedule',
      headSha: merge,
      branch: 'main',
      refProtected: false,
    });
    expect(readEvent(environment('workflow_dispatch'), { repository })).toMatchObject({ kind: 'workflow-dispatch' });
  });

  test('a run that ended, of a fork', () => {
    const payload = {
      repository,
      workflow_run: {
        id: 70,
        run_attempt: 2,
        event: 'pull_request',
        head_sha: head,
        head_branch: 'main',
        head_repository: { id: 9, full_name: 'mallory/flights' },
        conclusion: 'success',
        path: '.github/workflows/gate.yml@main',
        pull_requests: [],
      },
    };
    expect(readEvent(environment('workflow_run'), payload)).toEqual({
      kind: 'workflow-run',
      name: 'workflow_run',
      defaultBranch: 'main',
      readOnly: false,
      runId: 70,
      runAttempt: 2,
      event: 'pull_request',
      headSha: head,
      headBranch: 'main',
      headRepository: 'mallory/flights',
      headRepositoryId: 9,
      conclusion: 'success',
      workflowPath: '.github/workflows/gate.yml',
      fork: true,
      pullRequests: [],
    });
  });

  test("after Dependabot's own run the token can write, on its push it cannot", () => {
    const run = { id: 70, event: 'pull_request', head_sha: head };
    const by = { GITHUB_ACTOR: 'dependabot[bot]' };
    expect(readEvent(environment('workflow_run', by), { repository, workflow_run: run })).toMatchObject({
      readOnly: false,
    });
    const push = { repository, ref: 'refs/heads/dependabot/x', before: base, after: head };
    expect(readEvent(environment('push', by), push)).toMatchObject({ readOnly: true });
  });

  test('anything else', () => {
    expect(readEvent(environment('issues'), {})).toEqual({
      kind: 'other',
      name: 'issues',
      readOnly: false,
      headSha: merge,
      ref: 'refs/heads/main',
    });
  });
});

test('what cannot be read names the field', () => {
  const payload = {
    ...pullPayload(),
    pull_request: { ...pullPayload().pull_request, head: { sha: 'main', ref: 'x', repo: null } },
  };
  const reading = () => readEvent(environment('pull_request'), payload);
  expect(reading).toThrow(UserError);
  expect(reading).toThrow(
    'The payload of the event "pull_request" cannot be used: pull_request.head.sha: expected a commit SHA.',
  );
  expect(() => readEvent(environment('pull_request'), 'text')).toThrow(
    'The payload of the event "pull_request" cannot be used: it: Invalid input: expected object, received string.',
  );
  expect(() => readEvent({}, {})).toThrow(
    'The environment cannot be used: GITHUB_EVENT_NAME: Invalid input: expected string, received undefined.',
  );
});

test.each([
  ['push', { ref: 'refs/heads/main', before: base, after: head }, {}, true],
  ['push', { ref: 'refs/heads/topic', before: base, after: head }, {}, false],
  ['push', { ref: 'refs/heads/release', before: base, after: head }, { GITHUB_REF_PROTECTED: 'true' }, true],
  ['push', { ref: 'refs/tags/v1', before: base, after: head }, { GITHUB_REF_PROTECTED: 'true' }, false],
  ['push', { ref: 'refs/heads/main', before: base, after: '0'.repeat(40) }, {}, false],
  ['schedule', { schedule: '0 3 * * *' }, {}, true],
  ['workflow_dispatch', {}, { GITHUB_REF: 'refs/heads/topic' }, false],
  ['pull_request', pullPayload(), {}, false],
])('recording on %s of %o with %o: %s', (name, payload, env, expected) => {
  expect(canRecord(readEvent(environment(name, env), { repository, ...payload }))).toBe(expected);
});

describe('the run', () => {
  const env = {
    GITHUB_REPOSITORY: 'acme/flights',
    GITHUB_REPOSITORY_ID: '4242',
    GITHUB_RUN_ID: '77',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_JOB: 'gate',
    GITHUB_WORKFLOW: 'Gate',
    GITHUB_WORKFLOW_REF: 'acme/flights/.github/workflows/gate.yml@refs/pull/7/merge',
    GITHUB_API_URL: 'https://github.example/api/v3/',
    GITHUB_SERVER_URL: 'https://github.example',
  };

  test('is read from the variables', () => {
    expect(readRun(env)).toEqual({
      repository: { owner: 'acme', name: 'flights', fullName: 'acme/flights', id: 4242 },
      runId: 77,
      attempt: 2,
      job: 'gate',
      workflow: 'Gate',
      workflowPath: '.github/workflows/gate.yml',
      apiUrl: 'https://github.example/api/v3',
      serverUrl: 'https://github.example',
      url: 'https://github.example/acme/flights/actions/runs/77',
    });
  });

  test('a missing variable is named', () => {
    expect(() => readRun({ ...env, GITHUB_REPOSITORY: 'flights' })).toThrow(
      'GITHUB_REPOSITORY is "flights": expected owner/name.',
    );
    expect(() => readRun({ ...env, GITHUB_RUN_ID: undefined })).toThrow('GITHUB_RUN_ID is not set.');
  });
});
