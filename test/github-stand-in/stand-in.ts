import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventName, EventOptions } from './event.ts';
import { eventPayload } from './event.ts';
import type { Fault, Hook, Selector } from './faults.ts';
import type { Job, JobOptions } from './job.ts';
import { makeJob } from './job.ts';
import type { JsonObject } from './reply.ts';
import type { ArtifactSpec, Permission, PullSpec, RunSpec, Scenario, TokenSpec } from './scenario.ts';
import type { LoggedRequest, Service } from './server.ts';
import { Servers } from './server.ts';
import type { CheckRunRecord, CommentRecord } from './state.ts';
import { State } from './state.ts';

export interface StoredArtifact {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  /** `sha256:…` of the stored bytes. */
  readonly digest: string;
  readonly data: Buffer;
}

export interface CallFilter {
  readonly service?: Service;
  readonly method?: string;
  readonly path?: RegExp;
}

export interface StandIn {
  /** GITHUB_API_URL. */
  readonly url: string;
  /** Origin of the results service, the blobs and OIDC. */
  readonly resultsUrl: string;
  readonly requests: readonly LoggedRequest[];
  /** What left GitHub's description, met no route, or failed within the stand-in. Tests may empty it. */
  readonly violations: string[];
  calls(filter?: CallFilter): number;
  comments(issue: number): readonly Pick<CommentRecord, 'id' | 'body' | 'author' | 'createdAt' | 'updatedAt'>[];
  checkRuns(headSha?: string): readonly CheckRunRecord[];
  artifacts(runId?: number): readonly StoredArtifact[];

  /** Lays out a step's environment and registers its run. */
  job(options: JobOptions): Job;
  env(options: JobOptions): Job['env'];
  event(name: EventName, options?: EventOptions): JsonObject;

  addComment(issue: number, body: string, options?: { readonly author?: string }): number;
  addRun(run: RunSpec): void;
  addPull(pull: PullSpec): void;
  /** Replaces fields of a pull request, as a push to its branch or a lock does. */
  updatePull(number: number, changes: Partial<PullSpec>): void;
  /** Replaces fields of a run, as its end does. */
  updateRun(id: number, changes: Partial<RunSpec>): void;
  /** Id of the artifact. */
  addArtifact(artifact: ArtifactSpec): number;
  setPermissions(token: string, permissions: { readonly [P in Permission]?: TokenSpec['permissions'][P] }): void;

  fault(fault: Fault): void;
  before(selector: Selector, hook: Hook): void;
  after(selector: Selector, hook: Hook): void;

  /** @throws Error with every violation, unless they are allowed */
  close(options?: { readonly allowViolations?: boolean }): Promise<void>;
}

/**
 * Starts a GitHub of our own on 127.0.0.1: REST at one free port, results service, blobs and OIDC at another.
 *
 * @throws Error when the scenario's git repository has no default branch
 */
export async function startStandIn(
  scenario: Scenario,
  ports: { readonly rest?: number; readonly results?: number } = {},
): Promise<StandIn> {
  const state = new State(scenario);
  const tip = await state.git.branchSha(state.repository.defaultBranch);
  if (tip === undefined) {
    throw new Error(`${scenario.repository.git} has no branch ${state.repository.defaultBranch}`);
  }
  const contract = scenario.contract === false ? undefined : await (await import('./contract.ts')).loadContract();
  const servers = new Servers(state, contract);
  await servers.listen(ports);
  const folder = mkdtempSync(path.join(tmpdir(), 'stand-in-'));
  let jobs = 0;
  const job = (options: JobOptions): Job => {
    jobs += 1;
    const own = path.join(folder, `job-${jobs}`);
    mkdirSync(own);
    return makeJob(state, own, tip, options);
  };
  return {
    url: state.url,
    resultsUrl: state.resultsUrl,
    requests: servers.requests,
    violations: servers.violations,
    calls: (filter = {}) => servers.requests.filter((request) => fits(request, filter)).length,
    comments: (issue) => state.comments.filter((comment) => comment.issue === issue),
    checkRuns: (headSha) => state.checkRuns.filter((run) => headSha === undefined || run.headSha === headSha),
    artifacts: (runId) => storedArtifacts(state, runId),
    job,
    env: (options) => job(options).env,
    event: (name, options = {}) => eventPayload(state, name, options, tip),
    addComment: (issue, body, options = {}) =>
      state.addComment(issue, body, options.author ?? 'github-actions[bot]').id,
    addRun: (run) => state.addRun(run),
    addPull: (pull) => void state.pulls.push(pull),
    updatePull: (number, changes) => replace(state.pulls, (pull) => pull.number === number, changes),
    updateRun: (id, changes) => replace(state.runs, (run) => run.id === id, changes),
    addArtifact: (artifact) => state.addArtifact(artifact).id,
    setPermissions: (token, permissions) => {
      const known = state.tokens.get(token) ?? { kind: 'workflow', permissions: {} };
      state.tokens.set(token, { ...known, permissions: { ...known.permissions, ...permissions } });
    },
    fault: (fault) => servers.faults.add(fault),
    before: (selector, hook) => servers.before.add({ ...selector, hook }),
    after: (selector, hook) => servers.after.add({ ...selector, hook }),
    close: async ({ allowViolations = false } = {}) => {
      await servers.close();
      await rm(folder, { recursive: true, force: true });
      if (!allowViolations && servers.violations.length > 0) {
        throw new Error(`requests or replies that GitHub would not know:\n${servers.violations.join('\n')}`);
      }
    },
  };
}

function fits(request: LoggedRequest, filter: CallFilter): boolean {
  return (
    (filter.service === undefined || request.service === filter.service) &&
    (filter.method === undefined || request.method === filter.method) &&
    (filter.path === undefined || filter.path.test(request.path))
  );
}

function storedArtifacts(state: State, runId: number | undefined): readonly StoredArtifact[] {
  return state.artifacts.flatMap(({ id, runId: run, name, blob, stored }) => {
    const bytes = state.blobs.get(blob);
    if (stored === undefined || bytes?.data === undefined || (runId !== undefined && run !== runId)) return [];
    return [{ id, runId: run, name, mimeType: bytes.mimeType, ...stored, data: bytes.data }];
  });
}

function replace<T extends object>(items: T[], wanted: (item: T) => boolean, changes: Partial<T>): void {
  const at = items.findIndex(wanted);
  const found = items[at];
  if (found === undefined) throw new Error('nothing of that number is known');
  items[at] = { ...found, ...changes };
}
