import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type Verdict, verdictSchema } from '../../packages/core/src/index.ts';
import { enginePath } from '../engine.ts';
import { type Metric, metrics } from './policy.ts';

type Values = Readonly<Partial<Record<Metric, number>>>;

/** What a side says of one group. */
export interface GroupAnswer {
  readonly rows?: number | undefined;
  readonly candidate: Values;
  /** Of sides that look at one model only: undefined. */
  readonly champion?: Values | undefined;
}

export interface Answer {
  /** By name of the group: `age=18-29, sex=f, region=east`. */
  readonly groups: ReadonlyMap<string, GroupAnswer>;
  readonly versions: string;
  /** Processor time of MetricFrame without start, imports, reading and joining. */
  readonly frameSeconds?: number | undefined;
  /** Groups of which every metric has an interval. */
  readonly intervals?: number | undefined;
}

/** One way to the metrics of all groups, in a process of its own that is started in the folder of the tables. */
export interface Side {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly answer: (stdout: string) => Answer;
}

export const query: Side = {
  name: 'GROUPING SETS query',
  program: process.execPath,
  args: [here('bare-query.mjs')],
  answer: printed,
};

export function own(root: string): Side {
  const command = path.join(root, 'dist/cli/main.mjs');
  return {
    name: 'Modelgate',
    program: process.execPath,
    args: [command, 'check', 'groups', '--json', '--engine-path', enginePath()],
    answer: (stdout) => ofVerdict(verdictOf(stdout)),
  };
}

/** @param bootstraps resamples of which its intervals are quantiles; 0: no intervals */
export function metricFrame(python: string, bootstraps: number): Side {
  return {
    name: bootstraps === 0 ? 'MetricFrame, no intervals' : `MetricFrame, ${bootstraps} resamples`,
    program: python,
    args: [here('metric_frame.py'), ...(bootstraps === 0 ? [] : [String(bootstraps)])],
    answer: printed,
  };
}

/** The virtual environment of fairlearn; made on first use. */
export async function interpreter(): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await promisify(execFile)('bash', [here('fairlearn.sh')]);
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return { problem: `fairlearn.sh needs CPython 3.11 and a package index (${words.split('\n').at(-1)})` };
  }
}

/** The one verdict that `check groups --json` prints. */
export function verdictOf(stdout: string): Verdict {
  const [verdict] = z.array(verdictSchema).length(1).parse(JSON.parse(stdout));
  if (verdict === undefined) throw new Error('no verdict');
  if (verdict.problem !== undefined) throw new Error(verdict.problem.message);
  return verdict;
}

/** The groups of `each` checks, which must not be more than a verdict shows. */
function ofVerdict(verdict: Verdict): Answer {
  const groups = new Map<string, { rows: number | undefined; candidate: Values; champion: Values }>();
  let intervals = Number.POSITIVE_INFINITY;
  for (const { id, slices } of verdict.checks) {
    const metric = metrics.find((known) => known === id);
    if (metric === undefined || slices?.kind !== 'each' || slices.leftOut !== undefined)
      throw new Error(`check ${id} does not show all its groups`);
    for (const { name, rows, candidate, champion } of slices.slices) {
      const known = groups.get(name) ?? { rows, candidate: {}, champion: {} };
      groups.set(name, {
        rows,
        candidate: { ...known.candidate, ...(candidate === undefined ? {} : { [metric]: candidate }) },
        champion: { ...known.champion, ...(champion === undefined ? {} : { [metric]: champion }) },
      });
    }
    intervals = Math.min(intervals, slices.slices.filter(({ interval }) => interval !== undefined).length);
  }
  return { groups, intervals, versions: `Modelgate ${verdict.tool.version}` };
}

const values = z.record(z.enum(metrics), z.number());
const answer = z.object({
  groups: z.array(
    z.object({
      of: z.array(z.string()).max(3),
      rows: z.int().optional(),
      candidate: values,
      champion: values.optional(),
    }),
  ),
  versions: z.string(),
  frameSeconds: z.number().positive().optional(),
  intervals: z.int().optional(),
});

const dividing = ['age', 'sex', 'region'] as const;

/** What the query and MetricFrame print; all rows together are no group. */
function printed(stdout: string): Answer {
  const { groups, ...rest } = answer.parse(JSON.parse(stdout));
  const named = groups
    .filter(({ of }) => of.length > 0)
    .map(({ of, ...group }) => [of.map((value, at) => `${dividing[at]}=${value}`).join(', '), group] as const);
  return { ...rest, groups: new Map(named) };
}

function here(file: string): string {
  return path.join(import.meta.dirname, file);
}
