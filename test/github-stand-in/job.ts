import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EventName, EventOptions } from './event.ts';
import { eventPayload, factsOf } from './event.ts';
import type { JobWorkflow } from './id-token.ts';
import { idTokenClaims, isProtected } from './id-token.ts';
import type { JsonObject } from './reply.ts';
import { oidcPath, unsignedJwt } from './routes/oidc.ts';
import type { RepositoryRef } from './scenario.ts';
import { defaultToken } from './scenario.ts';
import type { State } from './state.ts';

export interface JobOptions extends EventOptions {
  readonly event: EventName;
  /** Default 77. Several jobs of one run share it. */
  readonly runId?: number;
  /** Default `gate`. */
  readonly job?: string;
  /** Default 1. */
  readonly attempt?: number;
  /** The checkout. Default: an empty folder. */
  readonly workspace?: string;
  readonly workflow?: { readonly name?: string; readonly path?: string; readonly id?: number };
  /** The step's `with:`; become INPUT_ variables as the runner makes them. */
  readonly inputs?: { readonly [name: string]: string };
  /** Value of the `github-token` input unless `inputs` has one. Default `ghs_standin`. */
  readonly token?: string;
  /** The job has `id-token: write`. Default false. */
  readonly oidc?: boolean;
  /** The job belongs to a reusable workflow. Absent: to `workflow`. */
  readonly jobWorkflow?: JobWorkflow;
  /** The job's `environment:`. */
  readonly environment?: string;
  /** Default `github-hosted`. */
  readonly runnerEnvironment?: 'github-hosted' | 'self-hosted';
  /** Where the run is, when not here: a fork that runs the workflows it copied. */
  readonly repository?: RepositoryRef;
  /** Replaces the event file. */
  readonly payload?: JsonObject;
}

/** A step's surroundings: its variables before, its files after. */
export interface Job {
  readonly env: { readonly [name: string]: string };
  /** The part of `env` that points at the stand-in and names the run: what a real runner such as act must be told. */
  readonly services: { readonly [name: string]: string };
  readonly event: JsonObject;
  /** GITHUB_OUTPUT, parsed. */
  outputs(): { readonly [name: string]: string };
  /** GITHUB_STATE, parsed. */
  savedState(): { readonly [name: string]: string };
  /** `env` for the post step: with the saved state as STATE_ variables. */
  postEnv(): { readonly [name: string]: string };
  /** GITHUB_STEP_SUMMARY. */
  summary(): string;
}

/** Lays out a job's folder (temp, tool cache, command files, event) and registers its run. */
export function makeJob(state: State, folder: string, tip: string, options: JobOptions): Job {
  const facts = factsOf(state, options.event, options, tip);
  const runId = options.runId ?? 77;
  const attempt = options.attempt ?? 1;
  const job = options.job ?? 'gate';
  const workflow = { name: 'gate', path: '.github/workflows/gate.yml', id: 5, ...options.workflow };
  state.addRun({
    id: runId,
    event: options.event,
    headSha: facts.headSha,
    headBranch: facts.headBranch,
    ...(facts.pull?.head.repository ? { headRepository: facts.pull.head.repository } : {}),
    ...{ status: 'in_progress', path: workflow.path, name: workflow.name, workflowId: workflow.id },
    ...{ attempt, actor: facts.actor },
  });
  const at = (name: string) => path.join(folder, name);
  for (const name of ['temp', 'tools', 'home', 'workspace']) mkdirSync(at(name), { recursive: true });
  for (const name of ['output', 'summary', 'state', 'env', 'path']) writeFileSync(at(name), '');
  const event = options.payload ?? eventPayload(state, options.event, options, tip);
  writeFileSync(at('event.json'), JSON.stringify(event));

  const repository = options.repository ?? state.repository;
  const { fullName, id } = repository;
  const env: { [name: string]: string } = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    // Must stay GitHub's own: the toolkit takes any other host for an Enterprise Server without artifacts.
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: state.url,
    GITHUB_GRAPHQL_URL: `${state.url}/graphql`,
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_ID: String(id),
    GITHUB_REPOSITORY_OWNER: fullName.split('/')[0] ?? '',
    GITHUB_EVENT_NAME: options.event,
    GITHUB_EVENT_PATH: at('event.json'),
    GITHUB_SHA: facts.sha,
    GITHUB_REF: facts.ref,
    GITHUB_REF_NAME: facts.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: facts.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REF_PROTECTED: String(isProtected(state, facts, repository)),
    GITHUB_HEAD_REF: facts.pull?.head.ref ?? '',
    GITHUB_BASE_REF: facts.pull?.base.ref ?? '',
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_WORKFLOW: workflow.name,
    GITHUB_WORKFLOW_REF: `${fullName}/${workflow.path}@${facts.ref}`,
    GITHUB_WORKFLOW_SHA: facts.sha,
    GITHUB_JOB: job,
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: facts.actor,
    GITHUB_TRIGGERING_ACTOR: facts.actor,
    GITHUB_WORKSPACE: options.workspace ?? at('workspace'),
    GITHUB_OUTPUT: at('output'),
    GITHUB_STEP_SUMMARY: at('summary'),
    GITHUB_STATE: at('state'),
    GITHUB_ENV: at('env'),
    GITHUB_PATH: at('path'),
    RUNNER_TEMP: at('temp'),
    RUNNER_TOOL_CACHE: at('tools'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_ENVIRONMENT: options.runnerEnvironment ?? 'github-hosted',
    HOME: at('home'),
    ACTIONS_RESULTS_URL: `${state.resultsUrl}/`,
    ACTIONS_RUNTIME_URL: `${state.resultsUrl}/`,
    ACTIONS_RUNTIME_TOKEN: unsignedJwt({ scp: `Actions.Results:${runId}:${runId}-${job}` }),
    ACTIONS_CACHE_SERVICE_V2: 'true',
    'INPUT_GITHUB-TOKEN': options.token ?? defaultToken,
  };
  if (options.oidc) {
    const requestToken = randomBytes(24).toString('hex');
    state.idTokens.set(requestToken, idTokenClaims(state, { repository, facts, runId, attempt, workflow }, options));
    env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `${state.resultsUrl}${oidcPath}?api-version=2.0`;
    env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = requestToken;
  }
  for (const [name, value] of Object.entries(options.inputs ?? {})) {
    env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  }
  const savedState = () => fileCommands(readFileSync(at('state'), 'utf8'));
  const isService = (name: string) => /^ACTIONS_|^GITHUB_(API|GRAPHQL)_URL$|^GITHUB_RUN_|^GITHUB_REPOSITORY/.test(name);
  return {
    env,
    services: Object.fromEntries(Object.entries(env).filter(([name]) => isService(name))),
    event,
    outputs: () => fileCommands(readFileSync(at('output'), 'utf8')),
    savedState,
    postEnv: () => ({
      ...env,
      ...Object.fromEntries(Object.entries(savedState()).map(([name, value]) => [`STATE_${name}`, value])),
    }),
    summary: () => readFileSync(at('summary'), 'utf8'),
  };
}

/** The runner's file commands: `name=value`, or `name<<DELIMITER`, lines, `DELIMITER`. */
export function fileCommands(text: string): { readonly [name: string]: string } {
  const found: { [name: string]: string } = {};
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const [, name, operator, rest] = /^(.*?)(<<|=)(.*)$/.exec(lines[i] ?? '') ?? [];
    if (name === undefined || rest === undefined) continue;
    if (operator === '=') {
      found[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, i + 1);
    if (end < 0) throw new Error(`file command ${name}: its delimiter ${rest} never comes`);
    found[name] = lines.slice(i + 1, end).join('\n');
    i = end;
  }
  return found;
}
