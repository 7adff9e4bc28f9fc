import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ServerProcess {
  readonly url: string;
  /** Ends it and everything it started. */
  stop(): Promise<void>;
}

export interface StartedProcess extends ServerProcess {
  /** Of the leader of its process group. */
  readonly pid: number;
}

export interface ServerCommand {
  readonly name: string;
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Whether it is ready, told by an answer to a GET of this path, of whatever status. */
  readonly ready: string;
  /** What the answer must hold besides, of a server that answers before it is ready. */
  readonly says?: RegExp;
  /** File that gets all of its output. */
  readonly log?: string;
  /** Milliseconds. */
  readonly patience: number;
}

/** An empty folder that `stop` of the caller removes with `removeFolder`. */
export function serverFolder(name: string): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), `modelgate-${name}-`)));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/**
 * Starts a server on a free port of this machine, in a process group of its own: MLflow forks workers, which outlive it.
 *
 * @throws Error with the end of its output when it does not answer in time
 */
export async function startServer(command: ServerCommand): Promise<StartedProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(command.program, command.args(port), {
    cwd: command.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: command.folder, ...command.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8000);
      if (command.log !== undefined) appendFileSync(command.log, chunk);
    });
  }
  const stop = async () => endGroup(child);
  const deadline = Date.now() + command.patience;
  while (!(await answers(url + command.ready, command.says ?? /^/))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${command.name} does not answer:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { url, pid: child.pid ?? 0, stop };
}

async function answers(url: string, says: RegExp): Promise<boolean> {
  try {
    return says.test(await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).text());
  } catch {
    return false;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null;
  const ended = gone ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  const inTime = await Promise.race([
    ended.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, 5_000, false).unref()),
  ]);
  // what ignored the first signal, and the workers of a parent that has gone
  signalGroup(child.pid, 'SIGKILL');
  if (!inTime) await ended;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // the group is empty
  }
}

/** A port that nobody listens at, for servers that need another one besides the first. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
