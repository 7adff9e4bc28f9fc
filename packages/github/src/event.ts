import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { plainLine } from './log-text.ts';
import type { Environment } from './run.ts';

interface Common {
  /** `GITHUB_EVENT_NAME`. */
  readonly name: string;
  readonly defaultBranch?: string;
  /** Known beforehand: this run's token cannot write, whatever the workflow asks for. */
  readonly readOnly: boolean;
}

/** A pull request at the moment of the event. Its head is its own last commit, never the merge commit that `github.sha` names. */
export interface PullRequestEvent extends Common {
  readonly kind: 'pull-request' | 'pull-request-target';
  readonly action: string;
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  /** Full name; undefined when the fork was deleted. */
  readonly headRepository?: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly fork: boolean;
  readonly dependabot: boolean;
  readonly draft: boolean;
  readonly open: boolean;
}

/** A merge queue's trial: there is no pull request to comment on. */
export interface MergeGroupEvent extends Common {
  readonly kind: 'merge-group';
  readonly headSha: string;
  readonly baseSha: string;
  /** Branch name, without `refs/heads/`. */
  readonly baseRef: string;
}

export interface PushEvent extends Common {
  readonly kind: 'push';
  readonly headSha: string;
  readonly ref: string;
  /** Undefined for a tag. */
  readonly branch?: string;
  /** Undefined when the ref is new. */
  readonly before?: string;
  /** The ref is gone: there is nothing to measure. */
  readonly deleted: boolean;
  readonly refProtected: boolean;
}

export interface StartedEvent extends Common {
  readonly kind: 'schedule' | 'workflow-dispatch';
  readonly headSha: string;
  readonly ref: string;
  readonly branch?: string;
  readonly refProtected: boolean;
}

/** Another run has ended; what it says about itself is untrusted data. */
export interface WorkflowRunEvent extends Common {
  readonly kind: 'workflow-run';
  readonly runId: number;
  readonly runAttempt: number;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch?: string;
  readonly headRepository?: string;
  /** Names can be taken over, ids cannot. */
  readonly headRepositoryId?: number;
  readonly conclusion?: string;
  readonly workflowPath?: string;
  readonly fork: boolean;
  /** GitHub leaves it empty for forks. */
  readonly pullRequests: readonly number[];
}

export interface OtherEvent extends Common {
  readonly kind: 'other';
  readonly headSha: string;
  readonly ref: string;
}

export type Event = PullRequestEvent | MergeGroupEvent | PushEvent | StartedEvent | WorkflowRunEvent | OtherEvent;

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'expected a commit SHA');
const noCommit = /^0+$/;
const repository = z.object({ full_name: z.string(), default_branch: z.string().optional() });

const anyPayload = z.object({ repository: repository.partial().optional() });
const pullRequestPayload = z.object({
  action: z.string().default(''),
  repository,
  pull_request: z.object({
    number: z.int().positive(),
    state: z.string(),
    draft: z.boolean().default(false),
    user: z.object({ login: z.string() }).nullable(),
    head: z.object({ sha, ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
    base: z.object({ sha, ref: z.string() }),
  }),
});
const mergeGroupPayload = z.object({
  merge_group: z.object({ head_sha: sha, base_sha: sha, base_ref: z.string() }),
});
const pushPayload = z.object({
  ref: z.string(),
  before: sha,
  after: sha,
  deleted: z.boolean().default(false),
});
const workflowRunPayload = z.object({
  repository,
  workflow_run: z.object({
    id: z.int().positive(),
    run_attempt: z.int().positive().default(1),
    event: z.string(),
    head_sha: sha,
    head_branch: z.string().nullish(),
    head_repository: z.object({ id: z.int().positive().optional(), full_name: z.string() }).nullish(),
    conclusion: z.string().nullish(),
    path: z.string().nullish(),
    pull_requests: z.array(z.object({ number: z.int().positive() })).default([]),
  }),
});
const variables = z.object({
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_SHA: sha,
  GITHUB_REF: z.string().default(''),
  GITHUB_REF_PROTECTED: z.string().optional(),
  GITHUB_ACTOR: z.string().optional(),
});
type Variables = z.infer<typeof variables>;

/**
 * What this run is about.
 *
 * @param env     the runner's variables
 * @param payload the parsed JSON of the file at `GITHUB_EVENT_PATH`
 * @throws UserError naming the field when either is malformed
 * Source: GitHub's pages "Events that trigger workflows" and "Webhook events and payloads".
 */
export function readEvent(env: Environment, payload: unknown): Event {
  const known = read(variables, env, 'The environment');
  const name = known.GITHUB_EVENT_NAME;
  const from = `The payload of the event "${plainLine(name, 40)}"`;
  const { repository: here } = read(anyPayload, payload, from);
  const common = {
    name,
    ...(here?.default_branch === undefined ? {} : { defaultBranch: here.default_branch }),
    readOnly: known.GITHUB_ACTOR === dependabot && readOnlyForDependabot.has(name),
  };
  switch (name) {
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_target':
      return pullRequest(common, known, read(pullRequestPayload, payload, from));
    case 'merge_group': {
      const { merge_group: group } = read(mergeGroupPayload, payload, from);
      const baseRef = group.base_ref.replace(/^refs\/heads\//, '');
      return { ...common, kind: 'merge-group', headSha: group.head_sha, baseSha: group.base_sha, baseRef };
    }
    case 'push':
      return push(common, known, read(pushPayload, payload, from));
    case 'schedule':
    case 'workflow_dispatch': {
      const kind = name === 'schedule' ? 'schedule' : 'workflow-dispatch';
      return { ...common, kind, headSha: known.GITHUB_SHA, ...referenceOf(known, known.GITHUB_REF) };
    }
    case 'workflow_run':
      return workflowRun(common, read(workflowRunPayload, payload, from));
    default:
      return { ...common, kind: 'other', headSha: known.GITHUB_SHA, ref: known.GITHUB_REF };
  }
}

const dependabot = 'dependabot[bot]';
/**
 * On these a run that Dependabot started has a read-only token, on others it has not: `workflow_run` among them.
 * Source: GitHub's page "Troubleshooting Dependabot on GitHub Actions", restrictions when Dependabot triggers events.
 */
const readOnlyForDependabot: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
  'push',
  'create',
  'deployment',
  'deployment_status',
]);

function pullRequest(common: Common, known: Variables, payload: z.infer<typeof pullRequestPayload>): PullRequestEvent {
  const pull = payload.pull_request;
  const headRepository = pull.head.repo?.full_name;
  const fork = headRepository?.toLowerCase() !== payload.repository.full_name.toLowerCase();
  const byDependabot = pull.user?.login === dependabot;
  const target = common.name === 'pull_request_target';
  // A person who pushes to Dependabot's branch gets a token of their own; without an actor the author decides.
  const startedByDependabot = common.readOnly || (byDependabot && known.GITHUB_ACTOR === undefined);
  return {
    ...common,
    kind: target ? 'pull-request-target' : 'pull-request',
    action: payload.action,
    number: pull.number,
    headSha: pull.head.sha,
    headRef: pull.head.ref,
    ...(headRepository === undefined ? {} : { headRepository }),
    baseSha: pull.base.sha,
    baseRef: pull.base.ref,
    fork,
    dependabot: byDependabot,
    draft: pull.draft,
    open: pull.state === 'open',
    readOnly: startedByDependabot || (fork && !target),
  };
}

function push(common: Common, known: Variables, payload: z.infer<typeof pushPayload>): PushEvent {
  return {
    ...common,
    kind: 'push',
    headSha: payload.after,
    ...referenceOf(known, payload.ref),
    ...(noCommit.test(payload.before) ? {} : { before: payload.before }),
    deleted: payload.deleted || noCommit.test(payload.after),
  };
}

function referenceOf(known: Variables, ref: string) {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return { ref, ...(branch === undefined ? {} : { branch }), refProtected: known.GITHUB_REF_PROTECTED === 'true' };
}

function workflowRun(common: Common, payload: z.infer<typeof workflowRunPayload>): WorkflowRunEvent {
  const run = payload.workflow_run;
  const headRepository = run.head_repository?.full_name;
  return {
    ...common,
    kind: 'workflow-run',
    runId: run.id,
    runAttempt: run.run_attempt,
    event: run.event,
    headSha: run.head_sha,
    ...(run.head_branch == null ? {} : { headBranch: run.head_branch }),
    ...(headRepository === undefined ? {} : { headRepository }),
    ...(run.head_repository?.id === undefined ? {} : { headRepositoryId: run.head_repository.id }),
    ...(run.conclusion == null ? {} : { conclusion: run.conclusion }),
    ...(run.path == null ? {} : { workflowPath: run.path.replace(/@.*$/, '') }),
    fork: headRepository?.toLowerCase() !== payload.repository.full_name.toLowerCase(),
    pullRequests: run.pull_requests.map((pull) => pull.number),
  };
}

function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new UserError('event-unreadable', `${what} cannot be used: ${place}: ${issue?.message ?? 'unknown'}.`, {
    how: 'The runner writes it, so do not override `GITHUB_*` variables; elsewhere give a payload as GitHub sends it.',
  });
}

/** Why nothing will be written in this run, in words for the log; undefined when writing may be tried. */
export function readOnlyNotice(event: Event): string | undefined {
  if (!event.readOnly) return undefined;
  const who = event.kind === 'pull-request' && event.fork ? 'a fork' : 'Dependabot';
  return `The token of this run is read-only, because ${who} started it: no comment and no check run were written. The verdict stands in the job summary; \`report\` behind \`workflow_run\` can post it.`;
}

/** Whether this run's results may become the baseline of later ones, as far as the event tells. */
export function canRecord(event: Event): boolean {
  switch (event.kind) {
    case 'push':
    case 'schedule':
    case 'workflow-dispatch':
      if (event.branch === undefined || (event.kind === 'push' && event.deleted)) return false;
      return event.refProtected || event.branch === event.defaultBranch;
    default:
      return false;
  }
}
