import type { EventFacts } from './event.ts';
import type { JobOptions } from './job.ts';
import type { JsonObject } from './reply.ts';
import { user } from './repository-shape.ts';
import type { RepositoryRef } from './scenario.ts';
import type { State } from './state.ts';

/** The reusable workflow that a job belongs to. */
export interface JobWorkflow {
  /** `owner/repository/.github/workflows/name.yml` */
  readonly path: string;
  /** Full ref it was called at, or the commit when called by commit. */
  readonly ref: string;
  readonly sha: string;
}

/** What of a job its id token tells, beside the event. */
export interface TokenOfJob {
  readonly repository: RepositoryRef;
  readonly facts: EventFacts;
  readonly runId: number;
  readonly attempt: number;
  readonly workflow: { readonly name: string; readonly path: string };
}

/**
 * Every claim of GitHub's for a job, but the times, the issuer and the audience; all are text, as there. The subject is of
 * the form that repositories from before July 2026 keep.
 *
 * Source: docs.github.com, "OpenID Connect reference"; claims of an enterprise and of custom properties are left out.
 */
export function idTokenClaims(state: State, job: TokenOfJob, options: JobOptions): JsonObject {
  const { repository, facts } = job;
  const owner = repository.fullName.split('/')[0] ?? '';
  const ofUser = (login: string) => String(user(state, login)['id']);
  const ownWorkflow = { ref: `${repository.fullName}/${job.workflow.path}@${facts.ref}`, sha: facts.sha };
  const { jobWorkflow, environment } = options;
  return {
    sub: `repo:${repository.fullName}:${subject(facts, environment)}`,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: owner,
    repository_owner_id: ofUser(owner),
    repository_visibility: state.repository.private ? 'private' : 'public',
    ref: facts.ref,
    ref_type: facts.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: String(isProtected(state, facts, repository)),
    sha: facts.sha,
    head_ref: facts.pull?.head.ref ?? '',
    base_ref: facts.pull?.base.ref ?? '',
    event_name: options.event,
    actor: facts.actor,
    actor_id: ofUser(facts.actor),
    run_id: String(job.runId),
    run_number: String(job.runId),
    run_attempt: String(job.attempt),
    check_run_id: String(state.nextId()),
    runner_environment: options.runnerEnvironment ?? 'github-hosted',
    workflow: job.workflow.name,
    workflow_ref: ownWorkflow.ref,
    workflow_sha: ownWorkflow.sha,
    job_workflow_ref: jobWorkflow === undefined ? ownWorkflow.ref : `${jobWorkflow.path}@${jobWorkflow.ref}`,
    job_workflow_sha: jobWorkflow?.sha ?? ownWorkflow.sha,
    ...(environment === undefined ? {} : { environment }),
  };
}

/** A colon within a value would look like the next part. */
function subject(facts: EventFacts, environment: string | undefined): string {
  if (environment !== undefined) return `environment:${environment.replaceAll(':', '%3A')}`;
  return facts.pull === undefined ? `ref:${facts.ref.replaceAll(':', '%3A')}` : 'pull_request';
}

/** Of GITHUB_REF; a pull request's merge commit has no protection, nor has a fork. */
export function isProtected(state: State, facts: EventFacts, repository: RepositoryRef): boolean {
  const { id, protectedBranches } = state.repository;
  return facts.pull === undefined && repository.id === id && protectedBranches.includes(facts.headBranch);
}
