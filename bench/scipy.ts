import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { BootstrapEstimate } from '../packages/statistics/src/index.ts';
import { median } from './aim.ts';

const run = promisify(execFile);

/** Of every bootstrap here. */
export const resampling = { replicates: 9_999, level: 0.95, seed: '0123456789abcdef' } as const;

/** Of the interval's width: two bootstraps with other random numbers differ by about 1 % at this B. */
const tolerance = 0.04;

const answer = z.object({
  seconds: z.number().positive(),
  point: z.number(),
  lower: z.number(),
  upper: z.number(),
  peakBytes: z.number().positive(),
  versions: z.string(),
});
export type Answer = z.infer<typeof answer>;

/** The virtual environment of the oracles; made on first use. */
export async function interpreter(root: string): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await run('bash', [path.join(root, 'test/oracles/venv.sh')]);
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return { problem: `test/oracles/venv.sh needs CPython 3.11 and a package index (${words.split('\n').at(-1)})` };
  }
}

/** @param batch resamples that scipy holds at once */
export async function scipySide(python: string, file: string, form: string, batch: number): Promise<Answer> {
  const script = path.join(import.meta.dirname, 'scipy_bootstrap.py');
  const { stdout } = await run(python, [script, file, form, String(batch)], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  return answer.parse(JSON.parse(stdout));
}

export interface OwnSide {
  /** Of processor time: median of the calls after the first. A busy machine hurts the shorter side's wall time more. */
  readonly seconds: number;
  readonly first: number;
  readonly point: number;
  readonly lower: number;
  readonly upper: number;
}

/** Ten calls; the first one is told apart, for it also compiles. */
export function ownSide(estimate: () => BootstrapEstimate | undefined): OwnSide {
  const seconds: number[] = [];
  let found: BootstrapEstimate | undefined;
  for (let repeat = 0; repeat < 10; repeat++) {
    const start = process.cpuUsage();
    found = estimate();
    const { user, system } = process.cpuUsage(start);
    seconds.push((user + system) / 1e6);
  }
  if (found?.kind !== 'interval') throw new Error(`no interval: ${JSON.stringify(found)}`);
  const [first = Number.NaN, ...others] = seconds;
  return { seconds: median(others), first, point: found.point, ...found.interval };
}

export function shown({ point, lower, upper }: Pick<Answer, 'point' | 'lower' | 'upper'>): readonly [string, string] {
  return [point.toFixed(6), `${lower.toFixed(6)} to ${upper.toFixed(6)}`];
}

export function disagreement(words: string, ours: OwnSide, theirs: Answer): readonly string[] {
  const width = theirs.upper - theirs.lower;
  const problems: string[] = [];
  if (Math.abs(ours.point - theirs.point) > 1e-12) {
    problems.push(`${words}: the difference is ${theirs.point}, ours is ${ours.point}`);
  }
  for (const side of ['lower', 'upper'] as const) {
    const share = Math.abs(ours[side] - theirs[side]) / width;
    console.log(`  ${words}: the ${side} bounds differ by ${(share * 100).toFixed(1)} % of the interval's width`);
    if (!(share <= tolerance)) {
      problems.push(
        `${words}: the ${side} bound is ${theirs[side]}, ours is ${ours[side]}: more than 4 % of the width`,
      );
    }
  }
  return problems;
}
