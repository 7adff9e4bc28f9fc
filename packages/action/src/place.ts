import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import {
  type ArtifactStore,
  artifactStore,
  type Client,
  canRecord,
  createClient,
  type Environment,
  type Event,
  type PullRequestEvent,
  type Run,
  readEvent,
  readRun,
  useProxyFromEnvironment,
} from '@modelgate/github';

/** Where a gate runs: a step of a workflow. */
export interface Place {
  readonly env: Environment;
  readonly event: Event;
  readonly run: Run;
  /** Undefined without a token: everything that needs GitHub then says so. */
  readonly client: Client | undefined;
  readonly artifacts: ArtifactStore;
  /** Absolute. */
  readonly workspace: string;
  /** Absolute; a folder of ours below RUNNER_TEMP. */
  readonly temporary: string;
  readonly toolCache: string;
  /** The matrix leg as short text, or undefined outside a matrix. */
  readonly leg: string | undefined;
  /** Whether this run's results become the champion of later ones. */
  readonly onBaseBranch: boolean;
  readonly now: () => Date;
}

/** @throws UserError outside of a workflow run, or for an event whose code must not be trusted with its token */
export async function placeOf(
  env: Environment,
  options: { token: string; matrix: string; log: (line: string) => void },
): Promise<Place> {
  const run = readRun(env);
  const event = readEvent(env, await payload(env));
  const workspace = path.resolve(env['GITHUB_WORKSPACE'] || process.cwd());
  if (event.kind === 'pull-request-target') throw await refusedTarget(event, workspace);
  const proxy = useProxyFromEnvironment(env);
  if (proxy.kind === 'not-possible') options.log(proxy.notice);
  const temporary = path.join(env['RUNNER_TEMP'] || path.join(process.cwd(), '.modelgate'), 'modelgate');
  await mkdir(temporary, { recursive: true });
  const { repository, apiUrl } = run;
  const client =
    options.token === ''
      ? undefined
      : createClient({
          token: options.token,
          apiUrl,
          repository,
          clock: Date.now,
          sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
          random: Math.random,
          log: options.log,
        });
  return {
    env,
    event,
    run,
    client,
    artifacts: artifactStore(env, { temporary, folder: path.join(temporary, 'artifacts') }),
    workspace,
    temporary,
    toolCache: env['RUNNER_TOOL_CACHE'] || path.join(temporary, 'tools'),
    leg: legOf(options.matrix),
    onBaseBranch: canRecord(event),
    now: () => new Date(),
  };
}

/**
 * Nothing of ours runs on pull_request_target, `report` included: no gate can have left it a verdict. Worst is a
 * checkout of the head, whose code then runs beside this repository's secrets; that is said by its name.
 */
async function refusedTarget(event: PullRequestEvent, workspace: string): Promise<UserError> {
  const how = 'use `on: pull_request`; for forks let the report action post from a `workflow_run`';
  if ((await checkedOut(workspace)) === event.headSha) {
    return new UserError(
      'policy-override',
      `the checkout is the head of pull request ${event.number} (${event.headSha.slice(0, 7)}), and pull_request_target hands secrets and a write token to its code`,
      { how: `take the checkout of the head out of this workflow; ${how}` },
    );
  }
  return new UserError(
    'policy-override',
    'gates do not run on pull_request_target, and without gates there is nothing to report: it hands secrets and a write token to code of the pull request',
    { how },
  );
}

/** The commit that a workspace's HEAD names, as git stores it; nothing is run in a checkout that may be hostile. */
async function checkedOut(workspace: string): Promise<string | undefined> {
  const read = (name: string) => readFile(path.join(workspace, '.git', name), 'utf8').catch(() => undefined);
  const head = (await read('HEAD'))?.trim();
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head ?? '')?.[1];
  if (ref === undefined || ref.includes('..')) return head;
  const packed = (await read('packed-refs'))?.split('\n').find((line) => line.endsWith(` ${ref}`));
  return (await read(ref))?.trim() ?? packed?.slice(0, packed.indexOf(' '));
}

async function payload(env: Environment): Promise<unknown> {
  const file = env['GITHUB_EVENT_PATH'];
  if (!file) return {};
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      'event-unreadable',
      `GITHUB_EVENT_PATH: ${error instanceof Error ? error.message : String(error)}`,
      {
        how: 'this runs as a step of a workflow; the runner writes that file',
        cause: error,
      },
    );
  }
}

/** `{"model":"a","size":"xl"}` becomes `a-xl`; `null` (no matrix) and an empty text become undefined. */
export function legOf(matrix: string): string | undefined {
  if (matrix.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(matrix);
  } catch {
    return matrix;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Object.values(value).map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)));
  return parts.length === 0 ? undefined : parts.join('-');
}
