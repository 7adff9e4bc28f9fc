import type { JsonObject } from './reply.ts';
import { repository, user } from './repository-shape.ts';
import type { PullSpec, RunSpec } from './scenario.ts';
import { pull, run } from './shapes.ts';
import type { State } from './state.ts';

export type EventName = 'push' | 'pull_request' | 'schedule' | 'workflow_dispatch' | 'merge_group' | 'workflow_run';

export interface EventOptions {
  /** Pull request number; needed for `pull_request`. */
  readonly pull?: number;
  /** Default: `synchronize`, `checks_requested`, `completed`. */
  readonly action?: string;
  /** Commit of push, schedule, dispatch and merge group. Default: the tip of the default branch. */
  readonly sha?: string;
  /** Full ref. Default: the default branch; for a merge group its queue branch. */
  readonly ref?: string;
  /** The commit before a push. */
  readonly before?: string;
  /** The finished run of `workflow_run`. */
  readonly run?: RunSpec;
  /** `workflow_dispatch` inputs. */
  readonly dispatchInputs?: { readonly [name: string]: string };
  readonly actor?: string;
}

/** What GITHUB_SHA, GITHUB_REF and the run record say for an event. */
export interface EventFacts {
  readonly sha: string;
  readonly ref: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly pull: PullSpec | undefined;
  readonly actor: string;
}

const noCommit = '0'.repeat(40);

export function factsOf(state: State, name: EventName, options: EventOptions, tip: string): EventFacts {
  const spec = name === 'pull_request' ? thePull(state, options.pull) : undefined;
  const actor = options.actor ?? spec?.author ?? 'octocat';
  if (spec !== undefined) {
    const sha = options.sha ?? spec.mergeSha ?? spec.head.sha;
    const ref = options.ref ?? `refs/pull/${spec.number}/merge`;
    return { sha, ref, headSha: spec.head.sha, headBranch: spec.head.ref, pull: spec, actor };
  }
  const sha = options.sha ?? tip;
  const queue = `refs/heads/gh-readonly-queue/${state.repository.defaultBranch}/pr-${options.pull ?? 1}-${tip}`;
  const ref = options.ref ?? (name === 'merge_group' ? queue : `refs/heads/${state.repository.defaultBranch}`);
  return { sha, ref, headSha: sha, headBranch: ref.replace(/^refs\/(heads|tags)\//, ''), pull: undefined, actor };
}

/** The webhook payload a run finds at GITHUB_EVENT_PATH, made of the same state that the REST routes show. */
export function eventPayload(state: State, name: EventName, options: EventOptions, tip: string): JsonObject {
  const facts = factsOf(state, name, options, tip);
  const common = { repository: repository(state), sender: user(state, facts.actor) };
  const workflow = '.github/workflows/gate.yml';
  const base = `refs/heads/${state.repository.defaultBranch}`;
  switch (name) {
    case 'pull_request': {
      const spec = thePull(state, options.pull);
      const action = options.action ?? 'synchronize';
      const moved = action === 'synchronize' ? { before: spec.base.sha, after: spec.head.sha } : {};
      return { action, number: spec.number, pull_request: pull(state, spec), ...moved, ...common };
    }
    case 'push':
      return {
        ref: facts.ref,
        before: options.before ?? noCommit,
        after: facts.sha,
        ...{ created: false, deleted: false, forced: false, base_ref: null, commits: [] },
        compare: `https://github.com/${state.repository.fullName}/compare/${facts.sha.slice(0, 12)}`,
        head_commit: commit(state, facts.sha),
        pusher: { name: facts.actor, email: 'person@example.com' },
        ...common,
      };
    case 'schedule':
      return { schedule: '0 3 * * *', workflow, repository: common.repository };
    case 'workflow_dispatch':
      return { inputs: options.dispatchInputs ?? {}, ref: facts.ref, workflow, ...common };
    case 'merge_group': {
      const group = { head_sha: facts.sha, head_ref: facts.ref, base_sha: tip, base_ref: base };
      const merge = { ...group, head_commit: commit(state, facts.sha) };
      return { action: options.action ?? 'checks_requested', merge_group: merge, ...common };
    }
    case 'workflow_run': {
      if (options.run === undefined) throw new Error('event workflow_run: give the finished run as `run`');
      return {
        action: options.action ?? 'completed',
        workflow_run: run(state, options.run),
        workflow: null,
        ...common,
      };
    }
  }
}

function thePull(state: State, number: number | undefined): PullSpec {
  const spec = number === undefined ? undefined : state.pull(number);
  if (spec === undefined) throw new Error(`event pull_request: the scenario has no pull request ${number}`);
  return spec;
}

function commit(state: State, sha: string): JsonObject {
  const person = { name: 'A Person', email: 'person@example.com' };
  const timestamp = '2026-01-01T00:00:00Z';
  return {
    id: sha,
    tree_id: sha,
    message: 'commit',
    timestamp,
    author: person,
    committer: person,
    url: `${state.url}/commit/${sha}`,
  };
}
