import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { duckdbBinding } from '../packages/tables/scripts/duckdb-binding-plugin.mjs';
import { columns, count, duration, median, type PartResult, times } from './aim.ts';
import { enginePath } from './engine.ts';
import { writeMetricsTable } from './metrics-table.ts';

const run = promisify(execFile);
const size = 1_000_000;
/** Turns of both processes, one after the other, so that a busy moment of the machine does not fall on one of them alone. */
const turns = 3;
const repeats = 7;

const answer = z.object({
  values: z.record(z.string(), z.number()),
  seconds: z.record(z.string(), z.array(z.number())),
  versions: z.string(),
  cpuSeconds: z.number().positive(),
});
type Answer = z.infer<typeof answer>;

/** A process from start to end. */
interface Whole {
  readonly wall: number;
  readonly cpu: number;
  readonly values: Answer['values'];
}

/**
 * Metrics of a million rows by this package and by scikit-learn. Alone: processor time of each call, all threads, on the
 * same columns in the same order, after the first call. Whole: a process from its start to its end that reads one Parquet
 * file and computes each metric once; ours is bundled as shipped, and also verifies the engine and brings the rows into an order of their values.
 */
export async function metrics(root: string, folder: string): Promise<PartResult> {
  const place = path.join(folder, 'metrics');
  await mkdir(place);
  const { parquet } = await writeMetricsTable(place, size);
  const python = await interpreter(root);
  if (python.path === undefined) {
    return { aims: [], wrong: [`scikit-learn was not compared: there is no interpreter (${python.problem})`] };
  }
  const [theirs, ours, theirWhole, ourWhole]: [Answer[], Answer[], Whole[], Whole[]] = [[], [], [], []];
  const script = path.join(import.meta.dirname, 'sklearn_metrics.py');
  const own = await bundled(place);
  for (let turn = 0; turn < turns; turn++) {
    theirs.push(answer.parse(await printed(python.path, [script, parquet, String(repeats), place])));
    ours.push(answer.parse(await printed(process.execPath, [own, place, String(repeats)])));
    theirWhole.push(await whole(python.path, [script, parquet, 'whole']));
    ourWhole.push(await whole(process.execPath, [own, place, 'whole', enginePath()]));
  }
  console.log(`  ${theirs[0]?.versions}; ${ours[0]?.versions}; ${count(size)} rows`);
  const wrong = disagreements(ours, theirs);
  const ratios = perMetric(ours, theirs);
  const [cpu, wall] = [ratioOf(theirWhole, ourWhole, 'cpu'), ratioOf(theirWhole, ourWhole, 'wall')];
  const slowest = ratios.toSorted((a, b) => a.ratio - b.ratio)[0];
  return {
    wrong,
    aims: [
      {
        what: `processor time of each metric, ${count(size)} rows`,
        aim: 'never more than scikit-learn',
        measured: slowest === undefined ? '' : `${slowest.name} ${times(slowest.ratio)}, others more`,
        met: slowest && slowest.ratio >= 1,
      },
      {
        what: 'whole process, processor time',
        aim: 'twice ahead of pandas with scikit-learn',
        measured: times(cpu),
        met: cpu >= 2,
      },
      { what: 'whole process, wall time', aim: 'twice ahead', measured: times(wall), met: wall >= 2 },
    ],
  };
}

function perMetric(ours: readonly Answer[], theirs: readonly Answer[]): { name: string; ratio: number }[] {
  const table = [['alone, processor time', 'scikit-learn', 'Modelgate', 'ratio', 'its first call']];
  const ratios = Object.keys(ours[0]?.values ?? {}).map((name) => {
    const [one, other] = [theirs, ours].map((side) => median(side.flatMap(({ seconds }) => later(seconds[name]))));
    const first = median(ours.map(({ seconds }) => seconds[name]?.[0] ?? Number.NaN));
    const ratio = (one ?? Number.NaN) / (other ?? Number.NaN);
    table.push([name, duration(one ?? Number.NaN), duration(other ?? Number.NaN), times(ratio), duration(first)]);
    return { name, ratio };
  });
  console.log(columns(table));
  return ratios;
}

function later(seconds: readonly number[] = []): readonly number[] {
  return seconds.slice(1);
}

function ratioOf(theirs: readonly Whole[], ours: readonly Whole[], what: 'cpu' | 'wall'): number {
  const of = (side: readonly Whole[]) => median(side.map((one) => one[what]));
  const [one, other] = [of(theirs), of(ours)];
  console.log(
    columns([
      [`whole process, ${what}`, 'pandas, scikit-learn', 'Modelgate', 'ratio'],
      ['median', duration(one), duration(other), times(one / other)],
    ]),
  );
  return one / other;
}

/** 1e-9, relative above 1. */
function disagreements(ours: readonly Answer[], theirs: readonly Answer[]): readonly string[] {
  const [own, other] = [ours[0]?.values ?? {}, theirs[0]?.values ?? {}];
  return [...new Set([...Object.keys(own), ...Object.keys(other)])].flatMap((name) => {
    const [one = Number.NaN, two = Number.NaN] = [own[name], other[name]];
    const near = Math.abs(one - two) <= 1e-9 * Math.max(1, Math.abs(two));
    return near ? [] : [`${name} is ${two} in scikit-learn, ours is ${one}`];
  });
}

async function whole(program: string, args: readonly string[]): Promise<Whole> {
  const start = performance.now();
  const { values, cpuSeconds } = answer.parse(await printed(program, args));
  return { wall: (performance.now() - start) / 1000, cpu: cpuSeconds, values };
}

async function printed(program: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(program, [...args], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  return JSON.parse(stdout);
}

/** Our side as one file of plain JavaScript, which is how Modelgate is shipped: a run from sources strips types first. */
async function bundled(place: string): Promise<string> {
  const outfile = path.join(place, 'node-metrics.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'node-metrics.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    plugins: [duckdbBinding()],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

/** The virtual environment of the oracles; made on first use. */
async function interpreter(root: string): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await run('bash', [path.join(root, 'test/oracles/venv.sh')]);
    await readFile(stdout.trim());
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    return { problem: error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error) };
  }
}
