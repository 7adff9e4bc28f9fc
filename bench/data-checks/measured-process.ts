import { spawn } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';

/** What a process, with those that it started, did and took. */
export interface MeasuredProcess {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time. */
  readonly seconds: number;
  /** User and system time of all threads and of all processes that it waited for, in seconds. */
  readonly cpuSeconds: number;
  /** The most resident memory that one process had, in bytes. */
  readonly peakBytes: number;
}

const account = z.object({
  code: z.int(),
  seconds: z.number().positive(),
  cpuSeconds: z.number().positive(),
  peakBytes: z.number().positive(),
});

/**
 * Runs a program of any language from start to end and takes the kernel's own account of it; `measured.py` in between
 * is small, so its memory, which the kernel starts counting from, hides nobody's.
 */
export async function measuredProcess(program: string, args: readonly string[], cwd: string): Promise<MeasuredProcess> {
  const python = process.env['PYTHON'] ?? 'python3';
  const child = spawn(python, ['-S', path.join(import.meta.dirname, 'measured.py'), program, ...args], {
    cwd,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const written = [1, 2, 3].map((descriptor) => {
    const chunks: Buffer[] = [];
    child.stdio[descriptor]?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  });
  const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (ended, signal) => resolve(ended ?? signal ?? -1));
  });
  const [stdout = '', stderr = '', accounted = ''] = written.map((read) => read());
  if (code !== 0) throw new Error(`${program} could not be measured (${code}):\n${stderr}`);
  return { stdout, stderr, ...account.parse(JSON.parse(accounted)) };
}
