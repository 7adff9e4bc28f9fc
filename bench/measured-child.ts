import { spawn } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';

/** What a child process did and took. */
export interface MeasuredChild {
  readonly code: number;
  /** Standard output and standard error, in the order in which they came. */
  readonly log: string;
  /** Wall time from before the start to after the end. */
  readonly seconds: number;
  /** User and system time of all its threads, in seconds. */
  readonly cpuSeconds: number;
  /** The most resident memory it ever had, in bytes. */
  readonly peakBytes: number;
}

const account = z.object({ peakBytes: z.number().positive(), cpuSeconds: z.number().positive() });

/**
 * Runs a script with this node and measures it from inside: `peak.mjs`, loaded first, writes its account when the
 * process ends. A sampler outside would miss peaks, and a parent's `getrusage` counts the parent's own memory.
 *
 * @throws Error when the child ended before it could write its account (killed for want of memory)
 */
export async function measuredChild(
  script: string,
  options: { readonly args?: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<MeasuredChild> {
  const peak = path.join(import.meta.dirname, 'peak.mjs');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', peak, script, ...(options.args ?? [])], {
    env: { ...options.env, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let [log, written] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const ended = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const seconds = (performance.now() - start) / 1000;
  if (written === '' || typeof ended === 'string') throw new Error(`${script} was ended by ${ended}:\n${log}`);
  return { code: ended, log, seconds, ...account.parse(JSON.parse(written)) };
}
