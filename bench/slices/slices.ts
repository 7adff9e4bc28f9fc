import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Aim, bytes, columns, count, duration, median, type PartResult } from '../aim.ts';
import { type MeasuredProcess, measuredProcess } from '../data-checks/measured-process.ts';
import { many } from './many.ts';
import { framed, metrics, writePolicy } from './policy.ts';
import { type Answer, interpreter, metricFrame, own, query, type Side, verdictOf } from './sides.ts';
import { harmed, writeTables } from './tables.ts';

const turns = 3;

/** MetricFrame's resamples: minutes of its time, so once, and on so many rows only. */
const resamples = 100;
const resampledAt = 100_000;

/** Rows from which the aims are meant. */
const aimedAt = 1_000_000;

interface Taken {
  readonly side: Side;
  readonly runs: MeasuredProcess[];
  /** Processor time of MetricFrame without start, imports, reading and joining, a run each. */
  readonly frames: number[];
  answer?: Answer;
}

/**
 * Five metrics in each group of two features and a control, by a gate of groups (both models, their difference with its
 * interval), by a hand-written query (both models, no interval) and by fairlearn's MetricFrame (the candidate alone):
 * whole processes from Parquet to numbers, in turns. Then ten groups against a thousand, of Modelgate alone.
 */
export async function slices(root: string, folder: string, sizes: readonly number[]): Promise<PartResult> {
  const python = await interpreter();
  const wrong = python.path === undefined ? [`MetricFrame was not compared: ${python.problem}`] : [];
  const aims: Aim[] = [];
  const versions = new Set<string>();
  const table: (readonly string[])[] = [
    ['rows, groups', '', 'turns', 'processor', 'ratio', 'wall', 'ratio', 'peak memory', 'the frame alone'],
  ];
  for (const rows of sizes) {
    const place = path.join(folder, `slices-${rows}`);
    await writeTables(place, rows);
    await writePolicy(place, framed);
    const all: Taken[] = [query, own(root), ...(python.path === undefined ? [] : [metricFrame(python.path, 0)])].map(
      (side) => ({ side, runs: [], frames: [] }),
    );
    for (let turn = 0; turn < turns; turn++) for (const taken of all) await run(taken, place, rows, wrong);
    if (python.path !== undefined && rows === resampledAt) {
      const taken: Taken = { side: metricFrame(python.path, resamples), runs: [], frames: [] };
      await run(taken, place, rows, wrong);
      all.push(taken);
    }
    wrong.push(...disagreements(all, rows));
    for (const { answer } of all) if (answer !== undefined) versions.add(answer.versions);
    table.push(...rowsOf(all, rows));
    aims.push(...aimsOf(all, rows));
    if (rows >= aimedAt) {
      const found = await many(root, place, rows);
      table.push(...found.table);
      aims.push(...found.aims);
      wrong.push(...found.wrong);
    }
    await rm(place, { recursive: true, force: true });
    console.log(
      `  ${count(rows)} rows measured, load ${os
        .loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')}`,
    );
  }
  console.log(`  ${[...versions].join('; ')}`);
  console.log(columns(table));
  return { aims, wrong };
}

/** A run counts only if it answers; whether it answers rightly is asked once all have. */
async function run(taken: Taken, place: string, rows: number, wrong: string[]): Promise<void> {
  const { name, program, args, answer } = taken.side;
  const ran = await measuredProcess(program, args, place);
  try {
    taken.answer = answer(ran.stdout);
    if (name === 'Modelgate') wrong.push(...misjudged(ran, rows));
    else if (ran.code !== 0) throw new Error('it failed');
    taken.runs.push(ran);
    if (taken.answer.frameSeconds !== undefined) taken.frames.push(taken.answer.frameSeconds);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    wrong.push(
      `${name}, ${count(rows)} rows: no answer of exit code ${ran.code} (${words})\n${(ran.stderr || ran.stdout).slice(-2000)}`,
    );
  }
}

/** On so many rows the one group in which the candidate is worse must be found, and no other be accused. */
function misjudged(ran: MeasuredProcess, rows: number): readonly string[] {
  if (rows < resampledAt) return [];
  const accuracy = verdictOf(ran.stdout).checks.find(({ id }) => id === 'accuracy')?.slices;
  const worse = accuracy?.kind === 'each' ? accuracy.slices.filter(({ outcome }) => outcome === 'worse') : [];
  const names = worse.map(({ name }) => name).join(' and ');
  if (ran.code === 1 && names === harmed.group) return [];
  return [
    `Modelgate, ${count(rows)} rows: worse are ${names || 'none'}, exit code ${ran.code}; expected ${harmed.group}, 1`,
  ];
}

/** Where sides tell other groups, rows or values than the query. */
function disagreements(all: readonly Taken[], rows: number): readonly string[] {
  const expected = all[0]?.answer?.groups;
  if (expected === undefined) return [];
  return all.slice(1).flatMap(({ side, answer }) => {
    if (answer === undefined) return [];
    const found: string[] = [];
    for (const [name, group] of expected) {
      const own = answer.groups.get(name);
      if (own === undefined) found.push(`${name} is missing`);
      if (own?.rows !== undefined && own.rows !== group.rows) found.push(`${name} has ${own.rows} rows`);
      for (const model of ['candidate', 'champion'] as const) {
        const values = own?.[model];
        if (values === undefined) continue;
        for (const metric of metrics) {
          const [value, of] = [values[metric] ?? Number.NaN, group[model]?.[metric] ?? Number.NaN];
          if (!(Math.abs(value - of) <= 1e-9))
            found.push(`${metric} of the ${model} in ${name} is ${value}, not ${of}`);
        }
      }
    }
    const { intervals } = answer;
    if (answer.groups.size !== expected.size) found.push(`${answer.groups.size} groups, not ${expected.size}`);
    // a frame resamples the groups of the control apart
    if (intervals !== undefined && intervals < expected.size - 4) found.push(`${intervals} groups with intervals`);
    const more = found.length > 3 ? `, and ${found.length - 3} more` : '';
    return found.length === 0 ? [] : [`${side.name}, ${count(rows)} rows: ${found.slice(0, 3).join('; ')}${more}`];
  });
}

interface Middle {
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
}

function middleOf({ runs }: Taken): Middle | undefined {
  if (runs.length === 0) return undefined;
  return {
    cpu: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    wall: median(runs.map(({ seconds }) => seconds)),
    peak: median(runs.map(({ peakBytes }) => peakBytes)),
  };
}

function rowsOf(all: readonly Taken[], rows: number): readonly (readonly string[])[] {
  const base = all[0] && middleOf(all[0]);
  const ratio = (value: number, of: number | undefined) => (of === undefined ? '' : `${(value / of).toFixed(2)} ×`);
  return all.map((taken, index) => {
    const middle = middleOf(taken);
    const start = index === 0 ? `${count(rows)}, ${taken.answer?.groups.size ?? 0}` : '';
    if (middle === undefined) return [start, taken.side.name, 'WRONG', '', '', '', '', '', ''];
    const { cpu, wall, peak } = middle;
    return [
      start,
      taken.side.name,
      String(taken.runs.length),
      duration(cpu),
      ratio(cpu, base?.cpu),
      duration(wall),
      ratio(wall, base?.wall),
      bytes(peak),
      taken.frames.length === 0 ? '' : duration(median(taken.frames)),
    ];
  });
}

function aimsOf(all: readonly Taken[], rows: number): readonly Aim[] {
  const [base, ours, frame, resampled] = all.map(middleOf);
  const at = `${metrics.length} metrics by group, ${count(rows)} rows, processor time`;
  const faster = (other: Middle | undefined, what: string): Aim => ({
    what: `${at}: ${what}`,
    aim: '50 times faster',
    measured: ours && other ? `${(other.cpu / ours.cpu).toFixed(1)} times` : '',
    met: ours && other && other.cpu >= 50 * ours.cpu,
  });
  const aims: Aim[] = [];
  if (rows >= aimedAt) {
    aims.push(
      {
        what: `${at}: the query`,
        aim: 'at most 1.3 times',
        measured: ours && base ? `${(ours.cpu / base.cpu).toFixed(2)} times` : '',
        met: ours && base && ours.cpu <= 1.3 * base.cpu,
      },
      faster(frame, 'MetricFrame without intervals'),
    );
  }
  if (rows === resampledAt) aims.push(faster(resampled, `MetricFrame, ${resamples} resamples`));
  return aims;
}
