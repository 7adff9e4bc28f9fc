import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type BootstrapEstimate, cellBootstrap, Random } from '../packages/statistics/src/index.ts';
import { type Aim, bytes, columns, count, duration, median, type PartResult, times } from './aim.ts';

const run = promisify(execFile);
const replicates = 9_999;
const level = 0.95;
const seed = '0123456789abcdef';
/** Of the interval's width: two bootstraps with other random numbers differ by about 1 % at this B. */
const tolerance = 0.04;

/** `batch`: resamples that scipy holds at once; the fastest of 20 to 1,000 on the machine of README.md. */
const sizes = [
  { rows: 10_000, ratio: 50, batch: 200 },
  { rows: 100_000, ratio: 1_000, batch: 50 },
] as const;
type Size = (typeof sizes)[number];

const forms = [
  { name: 'columns', words: 'scipy, three paired columns' },
  { name: 'codes', words: 'scipy, one code a row' },
] as const;

const answer = z.object({
  seconds: z.number().positive(),
  point: z.number(),
  lower: z.number(),
  upper: z.number(),
  peakBytes: z.number().positive(),
  versions: z.string(),
});
type Answer = z.infer<typeof answer>;

/**
 * The difference of F1 on the same rows by `cellBootstrap` and by scipy. Ours includes counting the rows' cells; scipy
 * runs in a process of its own and times itself without start-up and imports.
 */
export async function bootstrap(root: string, folder: string): Promise<PartResult> {
  const python = await interpreter(root);
  const [aims, wrong]: [Aim[], string[]] = [[], []];
  if (python.path === undefined) {
    wrong.push(`scipy was not compared: ${python.problem}`);
    console.log(`  Only our side is shown, because there is no scipy here: ${python.problem}`);
  }
  for (const size of sizes) {
    const rows = makeRows(size.rows);
    const file = path.join(folder, `rows-${size.rows}`);
    await writeFile(file, rows);
    const ours = ownSide(rows);
    console.log(`\n  ${count(size.rows)} rows`);
    const table = [
      ['', 'seconds', 'ratio', 'difference', '95 % interval', 'peak memory'],
      ['cellBootstrap, median of 9', duration(ours.seconds), '', ...shown(ours), ''],
      ['cellBootstrap, first call', duration(ours.first), '', ...shown(ours), ''],
    ];
    const ratios: number[] = [];
    for (const { name, words } of forms) {
      if (python.path === undefined) continue;
      const theirs = await scipySide(python.path, file, name, size);
      if (table.length === 3) console.log(`  ${theirs.versions}`);
      const ratio = theirs.seconds / ours.seconds;
      ratios.push(ratio);
      table.push([words, duration(theirs.seconds), times(ratio), ...shown(theirs), bytes(theirs.peakBytes)]);
      wrong.push(...disagreement(`${count(size.rows)} rows, ${words}`, ours, theirs));
    }
    console.log(columns(table));
    const [plain] = ratios;
    aims.push({
      what: `F1 difference, ${count(size.rows)} rows`,
      aim: `${count(size.ratio)} times faster`,
      measured: plain === undefined ? '' : ratios.map(times).join(' and '),
      met: plain === undefined ? undefined : Math.min(...ratios) >= size.ratio,
    });
  }
  return { aims, wrong };
}

/** The virtual environment of the oracles; made on first use. */
async function interpreter(root: string): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await run('bash', [path.join(root, 'test/oracles/venv.sh')]);
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return { problem: `test/oracles/venv.sh needs CPython 3.11 and a package index (${words.split('\n').at(-1)})` };
  }
}

/** One byte a row: 4 label + 2 champion + candidate. Three in ten positive, the models wrong on a tenth of the rows. */
function makeRows(rows: number): Uint8Array {
  const random = new Random(seed);
  return Uint8Array.from({ length: rows }, () => {
    const label = random.uniform() < 0.3 ? 1 : 0;
    const champion = random.uniform() < 0.1 ? 1 - label : label;
    const other = random.uniform() < 0.05 ? 1 - champion : champion;
    return 4 * label + 2 * champion + other;
  });
}

interface OwnSide {
  readonly seconds: number;
  readonly first: number;
  readonly point: number;
  readonly lower: number;
  readonly upper: number;
}

function ownSide(rows: Uint8Array): OwnSide {
  const seconds: number[] = [];
  let estimate: BootstrapEstimate | undefined;
  for (let repeat = 0; repeat < 10; repeat++) {
    const start = performance.now();
    estimate = f1Difference(rows);
    seconds.push((performance.now() - start) / 1000);
  }
  if (estimate?.kind !== 'interval') throw new Error(`no interval: ${JSON.stringify(estimate)}`);
  const [first = Number.NaN, ...others] = seconds;
  return { seconds: median(others), first, point: estimate.point, ...estimate.interval };
}

function f1Difference(rows: Uint8Array): BootstrapEstimate | undefined {
  const cells = new Float64Array(8);
  for (const code of rows) cells[code] = (cells[code] ?? 0) + 1;
  const { contrasts } = cellBootstrap({
    counts: cells,
    statistics: [f1Of(2), f1Of(1)],
    contrasts: [[-1, 1]],
    replicates,
    seed,
    level,
  });
  return contrasts[0];
}

/** F1 of the model whose prediction is this bit of the code. */
function f1Of(bit: 1 | 2): (cells: Float64Array) => number {
  return (cells) => {
    let [hits, labels, predicted] = [0, 0, 0];
    for (let code = 0; code < 8; code++) {
      const rows = cells[code] ?? 0;
      const positive = (code & bit) !== 0;
      if (code >= 4) labels += rows;
      if (positive) predicted += rows;
      if (positive && code >= 4) hits += rows;
    }
    return (2 * hits) / (labels + predicted);
  };
}

async function scipySide(python: string, file: string, form: string, { batch }: Size): Promise<Answer> {
  const script = path.join(import.meta.dirname, 'scipy_bootstrap.py');
  const { stdout } = await run(python, [script, file, form, String(batch)], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  return answer.parse(JSON.parse(stdout));
}

function shown({ point, lower, upper }: Pick<Answer, 'point' | 'lower' | 'upper'>): readonly [string, string] {
  return [point.toFixed(6), `${lower.toFixed(6)} to ${upper.toFixed(6)}`];
}

function disagreement(words: string, ours: OwnSide, theirs: Answer): readonly string[] {
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
