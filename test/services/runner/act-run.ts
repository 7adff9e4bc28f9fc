import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toolPath } from '../tool.ts';
import { type ActJob, readActLog } from './act-log.ts';

export interface ActOptions {
  /** Folder of the repository whose workflow runs, a git work tree. act copies it for every job that has a checkout step. */
  readonly repository: string;
  /** Path of the workflow, relative to `repository`. */
  readonly workflow: string;
  readonly event: 'pull_request' | 'push' | 'schedule' | 'workflow_dispatch' | 'workflow_run' | 'merge_group';
  readonly payload: unknown;
  /**
   * Every job (matrix legs each) that has to report a result, as `jobs` of the outcome names them. act leaves a job out
   * without a word, and exits with 0, when its `runs-on` is unknown to it.
   */
  readonly expectedJobs: readonly string[];
  /** Folders that stand for actions: `owner/name@ref` -> folder. All others fail at once, as nothing is fetched. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Variables of every step on top of act's own, such as GITHUB_API_URL of the stand-in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly token?: string;
  /** On top of GITHUB_TOKEN. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly actor?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Milliseconds after which the run is killed. Default two minutes. */
  readonly timeout?: number;
}

export interface ActRun {
  readonly exitCode: number | null;
  /** By job name; a matrix leg has its values behind it: `gate {"candidate":"worse"}`. */
  readonly jobs: Readonly<Record<string, ActJob>>;
  /** All that act wrote, for a look when a test fails. */
  readonly log: string;
}

/**
 * Runs one workflow with nektos/act on this machine, without containers, and gives what happened as data.
 *
 * @throws Error when other jobs than the expected ones reported a result, or when time ran out
 */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const state = mkdtempSync(path.join(tmpdir(), 'modelgate-act-'));
  try {
    const payload = path.join(state, 'event.json');
    writeFileSync(payload, JSON.stringify(options.payload));
    mkdirSync(path.join(state, 'home'));
    const { exitCode, log } = await act(options, state, ['--eventpath', payload]);
    const jobs = readActLog(log);
    const reported = Object.keys(jobs).filter((name) => jobs[name]?.result !== undefined);
    const same = reported.toSorted().join('\n') === options.expectedJobs.toSorted().join('\n');
    if (same) return { exitCode, jobs, log };
    throw new Error(
      `act reported [${reported.join(', ')}], expected were [${options.expectedJobs.join(', ')}]\n${log}`,
    );
  } finally {
    rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function act(
  options: ActOptions,
  state: string,
  more: readonly string[],
): Promise<{ exitCode: number | null; log: string }> {
  const child = spawn(toolPath('act'), [...actArguments(options), ...more], {
    cwd: options.repository,
    // Nothing else: act hands its whole environment to every step. All `using: nodeXX` run on the first node of PATH.
    env: {
      PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: path.join(state, 'home'),
      XDG_CACHE_HOME: state,
      XDG_CONFIG_HOME: state,
      LANG: 'C.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that the steps end with it
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
  const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const limit = options.timeout ?? 120_000;
  const stop = new AbortController();
  const late = delay(limit, 'late' as const, { signal: stop.signal }).catch(() => 'late' as const);
  const exitCode = await Promise.race([closed, late]);
  stop.abort();
  const log = Buffer.concat(pieces).toString();
  if (exitCode !== 'late') return { exitCode, log };
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  throw new Error(`act did not end within ${limit / 1000} s\n${log}`);
}

function actArguments({
  event,
  workflow,
  actions = {},
  env = {},
  token = 'ghs_standin',
  actor = 'octocat',
  inputs = {},
  secrets = {},
}: ActOptions): string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const nothingFromOutside = ['--env-file', '--secret-file', '--var-file', '--input-file'].flatMap((flag) => [
    flag,
    '/dev/null',
  ]);
  return [
    ...[event, '--workflows', workflow, '--actor', actor, '--json', '--rm'],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--platform', 'ubuntu-24.04=-self-hosted'],
    ...['--no-cache-server', '--action-offline-mode', '--pull=false', ...nothingFromOutside],
    ...pairs('--local-repository', actions),
    ...pairs('--env', { RUNNER_ENVIRONMENT: 'github-hosted', ...env }),
    ...pairs('--secret', { ...secrets, GITHUB_TOKEN: token }),
    ...pairs('--input', inputs),
  ];
}
