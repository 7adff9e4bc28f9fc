import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Aim, bytes, columns, count, duration, median, type PartResult } from '../aim.ts';
import { checks, mistakes, type Outcome } from './checks.ts';
import { type MeasuredProcess, measuredProcess } from './measured-process.ts';
import { own, reference, type Side, sides } from './sides.ts';
import { files, type Kind, kinds, writeTrips } from './trips.ts';

/** Turns of all sides on the good table, by the most rows that they are for; fewer where one takes a minute. */
const turns: readonly (readonly [rows: number, turns: number])[] = [
  [100_000, 5],
  [1_000_000, 3],
  [10_000_000, 3],
  [Number.POSITIVE_INFINITY, 1],
];

/** Beyond this only Modelgate and the hand-written query run: the others hold the whole table in memory. */
const mostForPeers = 20_000_000;

/** What a side took on the good table, and once on the faulty one. */
interface Taken {
  readonly side: Side;
  readonly clean: MeasuredProcess[];
  faulty?: MeasuredProcess;
  versions: string;
}

/**
 * 25 checks on ten columns by Modelgate, by the query that they come down to, and by peers: whole processes from Parquet
 * to verdict, in turns. A run counts only if it evaluated all checks without an error and found what is in the table.
 */
export async function dataChecks(root: string, folder: string, sizes: readonly number[]): Promise<PartResult> {
  const { found, wrong: absent } = await sides(root);
  const [aims, wrong, versions]: [Aim[], string[], Set<string>] = [[], [...absent], new Set()];
  const table: (readonly string[])[] = [
    ['rows', 'table', 'turns', '', 'processor', 'ratio', 'wall', 'ratio', 'peak memory', 'faulty table'],
  ];
  for (const rows of sizes) {
    const place = path.join(folder, `data-checks-${rows}`);
    const size = await writeWorkspaces(place, rows);
    const competing = found.filter(({ name }) => rows <= mostForPeers || name === own || name === reference);
    const taken = await inTurns(competing, place, rows, wrong);
    await rm(place, { recursive: true, force: true });
    for (const { versions: words } of taken) if (words !== '') versions.add(words);
    table.push(...rowsOf(taken, rows, size));
    aims.push(...aimsOf(taken, rows));
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

/** @returns bytes of the good table */
async function writeWorkspaces(place: string, rows: number): Promise<number> {
  const yesterday = new Date(Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000);
  for (const kind of kinds) {
    const workspace = path.join(place, kind);
    await mkdir(workspace, { recursive: true });
    await writeTrips(workspace, rows, kind, yesterday);
    for (const file of ['modelgate.yml', 'contract.yml'])
      await copyFile(path.join(import.meta.dirname, file), path.join(workspace, file));
  }
  return (await stat(path.join(place, 'clean', files.trips))).size;
}

async function inTurns(
  competing: readonly Side[],
  place: string,
  rows: number,
  wrong: string[],
): Promise<readonly Taken[]> {
  const all = competing.map((side): Taken => ({ side, clean: [], versions: '' }));
  const rounds = turns.find(([most]) => rows <= most)?.[1] ?? 1;
  for (let round = 0; round < rounds; round++) {
    for (const taken of all) {
      const run = await runOf(taken.side, 'clean', place, rows, wrong);
      if (run === undefined) continue;
      taken.clean.push(run.ran);
      taken.versions = run.outcome.versions;
    }
  }
  for (const taken of all) {
    const run = await runOf(taken.side, 'faulty', place, rows, wrong);
    if (run !== undefined) taken.faulty = run.ran;
  }
  return all;
}

/** Undefined when the result is not what it should be: then there is no time to show either. */
async function runOf(
  side: Side,
  kind: Kind,
  place: string,
  rows: number,
  wrong: string[],
): Promise<{ readonly ran: MeasuredProcess; readonly outcome: Outcome } | undefined> {
  const at = `${side.name}, ${kind} table of ${count(rows)} rows`;
  const ran = await measuredProcess(side.program, side.args, path.join(place, kind));
  try {
    const outcome = side.outcome(ran.stdout);
    const problems = [
      ...mistakes(outcome, kind, rows, side.counting),
      ...(ran.code === side.exitCode(kind) ? [] : [`exit code ${ran.code}`]),
    ];
    if (problems.length === 0) return { ran, outcome };
    wrong.push(`${at}: ${problems.join('; ')}`);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    wrong.push(`${at}: no answer of exit code ${ran.code} (${words})\n${(ran.stderr || ran.stdout).slice(-2000)}`);
  }
  return undefined;
}

interface Middle {
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
}

/** Undefined for a side of which a run went wrong. */
function middleOf({ clean, faulty }: Taken): Middle | undefined {
  if (clean.length === 0 || faulty === undefined) return undefined;
  return {
    cpu: median(clean.map(({ cpuSeconds }) => cpuSeconds)),
    wall: median(clean.map(({ seconds }) => seconds)),
    peak: median(clean.map(({ peakBytes }) => peakBytes)),
  };
}

function rowsOf(all: readonly Taken[], rows: number, size: number): readonly (readonly string[])[] {
  const base = all.filter(({ side }) => side.name === reference).map(middleOf)[0];
  const ratio = (value: number, of: number | undefined) => (of === undefined ? '' : `${(value / of).toFixed(2)} ×`);
  return all.map((taken, index) => {
    const start = index === 0 ? [count(rows), bytes(size), String(taken.clean.length)] : ['', '', ''];
    const middle = middleOf(taken);
    if (middle === undefined || taken.faulty === undefined)
      return [...start, taken.side.name, 'WRONG', '', '', '', '', ''];
    const { cpu, wall, peak } = middle;
    return [
      ...start,
      taken.side.name,
      duration(cpu),
      ratio(cpu, base?.cpu),
      duration(wall),
      ratio(wall, base?.wall),
      bytes(peak),
      duration(taken.faulty.cpuSeconds),
    ];
  });
}

/** What the data gate set out to reach, in processor time and memory. */
function aimsOf(all: readonly Taken[], rows: number): readonly Aim[] {
  const middles = new Map(all.map((taken) => [taken.side.name, middleOf(taken)]));
  const [ours, base] = [middles.get(own), middles.get(reference)];
  const peers = all.filter(({ side }) => side.name !== own && !side.name.startsWith(reference));
  const at = `${Object.keys(checks).length} checks, ${count(rows)} rows`;
  const aims: Aim[] = [];
  const best = Math.min(...peers.map(({ side }) => middles.get(side.name)?.cpu ?? Number.POSITIVE_INFINITY));
  if (peers.length > 0) {
    const twice = rows === 1_000_000;
    aims.push({
      what: `${at}: processor time`,
      aim: twice ? 'half of the best peer' : 'less than every peer',
      measured: ours === undefined ? '' : `${(ours.cpu / best).toFixed(2)} of the best peer`,
      met: ours && (twice ? ours.cpu * 2 <= best : ours.cpu < best),
    });
  }
  if (rows >= 10_000_000) {
    const most = rows > mostForPeers ? 2e9 : 450e6;
    aims.push(
      {
        what: `${at}: processor time`,
        aim: 'at most 1.1 of the hand-written query',
        measured: ours === undefined || base === undefined ? '' : (ours.cpu / base.cpu).toFixed(2),
        met: ours && base && ours.cpu <= 1.1 * base.cpu,
      },
      {
        what: `${at}: peak memory`,
        aim: `under ${bytes(most)}`,
        measured: ours === undefined ? '' : bytes(ours.peak),
        met: ours && ours.peak < most,
      },
    );
  }
  return aims;
}
