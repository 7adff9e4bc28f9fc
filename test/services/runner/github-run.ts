import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobOptions, MadeRepository, StandIn } from '../../github-stand-in/index.ts';
import { type ActOptions, type ActRun, runAct } from './act-run.ts';
import { git } from './git-tree.ts';

export interface GithubRunOptions
  extends Pick<ActOptions, 'expectedJobs' | 'actions' | 'inputs' | 'secrets' | 'timeout'> {
  readonly standIn: StandIn;
  /** The repository that the stand-in serves. */
  readonly history: MadeRepository;
  /** The event, run id, attempt, pull request and token: of every job of this run. */
  readonly job: JobOptions;
  /** Path of the workflow in the commit that the event is about. */
  readonly workflow: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the stand-in knows and act does not, or gets wrong. */
const fromStandIn =
  /^(GITHUB_(API_URL|GRAPHQL_URL|RUN_ID|RUN_NUMBER|RUN_ATTEMPT|REPOSITORY_ID|WORKFLOW_REF|WORKFLOW_SHA|TRIGGERING_ACTOR|REF_PROTECTED)|RUNNER_NAME|RUNNER_ENVIRONMENT|ACTIONS_.*)$/;

/** Runs a workflow as GitHub would for this event: on a checkout of its commit, with its payload, against the stand-in. */
export async function runOnGithub(options: GithubRunOptions): Promise<ActRun> {
  const { standIn, history, job, workflow, env = {}, ...rest } = options;
  const made = standIn.job({ ...job, workflow: { path: workflow, ...job.workflow } });
  const folder = mkdtempSync(path.join(tmpdir(), 'modelgate-checkout-'));
  try {
    git(folder, 'clone', '--quiet', '--no-checkout', history.folder, '.');
    // The merge commit of a pull request is on no branch.
    git(folder, 'fetch', '--quiet', 'origin', '+refs/*:refs/remotes/all/*');
    git(folder, 'checkout', '--quiet', '--detach', made.env['GITHUB_SHA'] ?? 'HEAD');
    // act takes the repository's name from here.
    git(folder, 'remote', 'set-url', 'origin', `https://github.com/${made.env['GITHUB_REPOSITORY']}.git`);
    const known = Object.entries(made.env).filter(([name]) => fromStandIn.test(name));
    return await runAct({
      ...rest,
      repository: folder,
      workflow,
      event: job.event,
      payload: made.event,
      actor: made.env['GITHUB_ACTOR'] ?? '',
      token: made.env['INPUT_GITHUB-TOKEN'] ?? '',
      env: { ...Object.fromEntries(known), ...env },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
