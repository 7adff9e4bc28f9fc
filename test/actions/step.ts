import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readVerdict } from '../../packages/action/src/verdict-reading.ts';
import { type Verdict, verdictSchema } from '../../packages/core/src/index.ts';
import { currentPlatform } from '../../packages/tables/src/index.ts';
import {
  type JobOptions,
  makeRepository,
  type Scenario,
  type StandIn,
  startStandIn,
} from '../github-stand-in/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** The engine that the installation brought: what `engine-path` names on a machine without a registry. */
export const enginePath = path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);

type Contents = string | Buffer | { readonly symlink: string } | null;
export type Files = { readonly [path: string]: Contents };

export interface Commit {
  readonly name: string;
  readonly parents?: readonly string[];
  readonly branch?: string;
  readonly files?: Files;
}

export interface StepOptions extends Omit<JobOptions, 'event' | 'workspace'> {
  readonly action?: 'eval-gate' | 'slice-gate' | 'validate-schema' | 'report' | 'attest';
  readonly event?: JobOptions['event'];
  /** Name of the commit that is checked out. Default: the pull request's head, else the base. */
  readonly checkout?: string;
  /** What earlier steps of the job left in the workspace; null deletes. */
  readonly files?: Files;
  /** Variables that replace the runner's. */
  readonly env?: { readonly [name: string]: string };
}

/** What a person and the next step see of a step that has ended. */
export interface Ended {
  readonly code: number;
  /** All that was printed, as the runner shows it: without `::debug::` and `::add-mask::` lines. */
  readonly log: string;
  readonly outputs: { readonly [name: string]: string };
  readonly summary: string;
  /** As the `verdict` output names them; parsed by the published schema. */
  readonly verdicts: readonly Verdict[];
  /** The only one of them. */
  readonly verdict: Verdict;
}

export interface GitHub {
  readonly standIn: StandIn;
  sha(commit: string): string;
  /** A text with what differs from run to run replaced by words: commits, folders, addresses, digests, times. */
  readable(text: string): string;
  /** `GET /pulls/7 200`, one a request to the REST API since the first `skip`. */
  restCalls(skip?: number): readonly string[];
  step(options?: StepOptions): Promise<Ended>;
  close(options?: { readonly allowViolations?: boolean }): Promise<void>;
}

/**
 * A stand-in for GitHub over a real git repository. Without pull requests in the scenario the commits `base` and `head`
 * make number 7.
 */
export async function startGitHub(
  commits: readonly Commit[],
  scenario: (
    sha: (name: string) => string,
  ) => Omit<Partial<Scenario>, 'repository'> & { readonly repository?: Partial<Scenario['repository']> } = () => ({}),
): Promise<GitHub> {
  const history = await makeRepository(commits);
  const sha = (name: string): string => {
    const found = history.sha[name];
    if (found === undefined) throw new Error(`there is no commit ${name}`);
    return found;
  };
  const pull = () => ({
    number: 7,
    head: { ref: 'change', sha: sha('head') },
    base: { ref: 'main', sha: sha('base') },
    ...(history.sha['merge'] === undefined ? {} : { mergeSha: sha('merge') }),
  });
  const { repository, ...more } = scenario(sha);
  const standIn = await startStandIn({
    repository: { fullName: 'acme/flights', git: history.folder, ...repository },
    pulls: history.sha['head'] === undefined ? [] : [pull()],
    ...more,
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'modelgate-steps-'));
  return {
    standIn,
    sha,
    readable: (text) => readable(text, standIn, history.sha),
    restCalls: (skip = 0) => {
      const calls = standIn.requests.slice(skip).filter((request) => request.service === 'rest');
      const short = calls.map(({ method, path, status }) => {
        return `${method} ${decodeURIComponent(path).replace('/repos/acme/flights', '')} ${status}`;
      });
      return short.map((line) => readable(line, standIn, history.sha));
    },
    step: (options = {}) => runStep(standIn, commits, folder, options),
    close: async (options) => {
      await rm(folder, { recursive: true, force: true });
      await history.remove();
      await standIn.close(options);
    },
  };
}

function readable(text: string, standIn: StandIn, commits: Readonly<Record<string, string>>): string {
  let plain = text
    .replaceAll(standIn.url, 'API')
    .replaceAll(standIn.resultsUrl, 'RESULTS')
    .replaceAll(/\/[^\s"']*\/stand-in-\w+\/job-\d+/g, 'JOB')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UUID');
  for (const [name, sha] of Object.entries(commits)) {
    plain = plain.replaceAll(sha, `<${name}>`).replaceAll(sha.slice(0, 7), `<${name}>`);
  }
  return plain
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA-256')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/(\d\.\d{6})\d+/g, '$1');
}

async function runStep(
  standIn: StandIn,
  commits: readonly Commit[],
  folder: string,
  { action = 'eval-gate', event = 'pull_request', checkout, files, env, inputs, ...options }: StepOptions,
): Promise<Ended> {
  const workspace = await mkdtemp(path.join(folder, 'workspace-'));
  const commit = checkout ?? (event === 'pull_request' ? 'head' : 'base');
  await writeFiles(workspace, { ...treeOf(commits, commit), ...files });
  const job = standIn.job({
    event,
    workspace,
    ...(event === 'pull_request' ? { pull: 7 } : {}),
    ...options,
    inputs: { 'engine-path': enginePath, ...inputs },
  });
  const { code, log } = await run(path.join(root, 'dist', action, 'main.mjs'), workspace, { ...job.env, ...env });
  const outputs = job.outputs();
  const written = (outputs['verdict'] ?? '').split('\n').filter((file) => file !== '');
  const verdicts = await Promise.all(
    written.map(async (file) => {
      const bytes = await readFile(file);
      // what a gate writes, a report reads: nothing of ours may look forged to it
      const reading = readVerdict([{ path: 'verdict.json', bytes }]);
      if ('refused' in reading) throw new Error(`report would refuse ${file}: ${reading.refused.words}`);
      return verdictSchema.parse(JSON.parse(bytes.toString()));
    }),
  );
  return {
    code,
    log,
    outputs,
    verdicts,
    summary: job.summary(),
    get verdict() {
      const [only, ...others] = verdicts;
      if (only === undefined || others.length > 0) throw new Error(`${verdicts.length} verdicts; log:\n${log}`);
      return only;
    },
  };
}

/** The files of a commit, first parents first. */
function treeOf(commits: readonly Commit[], name: string): Files {
  const commit = commits.find((one) => one.name === name);
  const [first] = commit?.parents ?? [];
  return { ...(first === undefined ? {} : treeOf(commits, first)), ...commit?.files };
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    if (contents === null) continue;
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof contents === 'object' && 'symlink' in contents) await symlink(contents.symlink, file);
    else await writeFile(file, contents);
  }
}

async function run(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; log: string }> {
  const child = spawn(process.execPath, [script], {
    cwd,
    env: { ...env, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? -1)));
  return { code, log: log.replaceAll(/^::(?:debug|add-mask)::.*\n/gm, '') };
}
