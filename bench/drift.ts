import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import {
  type DriftSettings,
  defaultDriftSettings,
  drift,
  duckdb,
  parseProfile,
  profileTable,
  writeProfile,
} from '../packages/data-contracts/src/parts.ts';
import { streamSeed } from '../packages/statistics/src/index.ts';
import { openTables, type Tables } from '../packages/tables/src/index.ts';
import { type Aim, columns, count, duration, type PartResult } from './aim.ts';
import { type DriftTables, driftColumns, none, openDriftTables, type PairFiles, type Shift } from './drift-tables.ts';
import { enginePath } from './engine.ts';

const run = promisify(execFile);
const seed = '00000000000000d6';
const names = [...driftColumns.numbers, ...driftColumns.categories];
const shifted: Shift = { amount: 1.25, temp: 0.25 };

/** Evidently takes seconds a pair, and 20 of 500,000 rows, so it gets the first few of the same pairs. */
const sizes = [
  { rows: 500, pairs: 200, shiftedPairs: 50, evidently: 40, index: 200 },
  { rows: 5000, pairs: 200, shiftedPairs: 50, evidently: 20, index: 200 },
  { rows: 500_000, pairs: 200, shiftedPairs: 10, evidently: 5, index: 20 },
] as const;

export const driftRows: readonly number[] = sizes.map(({ rows }) => rows);

/** Without floors and bounds above them only the corrected tests keep the rate. */
const testsAlone: Omit<DriftSettings, 'seed'> = {
  ...defaultDriftSettings,
  numbers: { comparator: 'wasserstein', floor: 0 },
  categories: { comparator: 'chi-square', floor: 0 },
};

/** Which columns each method called drifted, a pair each. */
type Calls = readonly (readonly string[])[];

interface Judged {
  readonly method: string;
  readonly calls: Calls;
  /** A pair; of ours the profile of either table included, from files to verdict. */
  readonly seconds?: number;
}

/**
 * How often drift is called where there is none, and where there is: six columns of independent rows, from Parquet over
 * profiles to verdict, beside Evidently's default preset and the plain stability index, on the same tables.
 */
export async function driftAlarms(root: string, folder: string, chosen: readonly number[]): Promise<PartResult> {
  const [aims, wrong]: [Aim[], string[]] = [[], []];
  const python = await interpreter(root);
  if (python.path === undefined) wrong.push(`Evidently was not compared: ${python.problem}`);
  const made = await openDriftTables(folder);
  const tables = await openTables({ workspace: folder, temporary: folder, toolCache: folder, preplaced: enginePath() });
  try {
    for (const size of sizes.filter(({ rows }) => chosen.includes(rows))) {
      for (const shift of [none, shifted]) {
        const isNull = shift === none;
        const pairs = isNull ? size.pairs : size.shiftedPairs;
        const theirs = Math.min(size.evidently, pairs);
        const judged = await judgedPairs(
          { made, tables, folder, python: python.path },
          { ...size, pairs, theirs, shift },
        );
        console.log(`\n${tableOf(isNull ? 'no drift' : 'amount × 1.25, temp + 0.25 sd', size.rows, judged)}`);
        const [ours, alone] = judged;
        if (ours === undefined || alone === undefined) throw new Error('nothing was judged');
        if (isNull) rateOf([ours, alone], size.rows, { aims, wrong });
        else if (size.rows >= 5000) powerOf(ours, size.rows, wrong);
      }
    }
  } finally {
    await tables.close();
    made.close();
  }
  return { aims, wrong };
}

interface World {
  readonly made: DriftTables;
  readonly tables: Tables;
  readonly folder: string;
  readonly python: string | undefined;
}

async function judgedPairs(
  { made, tables, folder, python }: World,
  {
    rows,
    pairs,
    theirs,
    index,
    shift,
  }: Readonly<Record<'rows' | 'pairs' | 'theirs' | 'index', number>> & { shift: Shift },
): Promise<readonly Judged[]> {
  const [stated, alone]: [string[][], string[][]] = [[], []];
  const psi: Readonly<Record<string, number>>[] = [];
  const kept: PairFiles[] = [];
  let seconds = 0;
  for (let at = 0; at < pairs; at++) {
    const stream = rows * 1000 + (shift === none ? 0 : 500) + at;
    const files = await made.write(`pair-${at}`, rows, stream, shift);
    const start = performance.now();
    const [reference, current] = await profiles(tables, files);
    const called = (settings: Omit<DriftSettings, 'seed'>) =>
      drift(reference, current, { ...settings, seed: streamSeed(seed, stream) })
        .filter(({ status }) => status === 'drifted')
        .map(({ column }) => column);
    stated.push(called(defaultDriftSettings));
    seconds += (performance.now() - start) / 1000;
    alone.push(called(testsAlone));
    if (at < index) psi.push(await made.stabilityIndex(files));
    if (python !== undefined && at < theirs) kept.push(files);
    else await remove(folder, files);
  }
  const evidently = python === undefined ? undefined : await evidentlySide(python, folder, kept);
  for (const files of kept) await remove(folder, files);
  const above = (limit: number) => psi.map((one) => names.filter((name) => (one[name] ?? 0) > limit));
  return [
    { method: 'Modelgate, defaults', calls: stated, seconds: seconds / pairs },
    { method: 'Modelgate, no floors', calls: alone },
    ...(evidently === undefined
      ? []
      : [{ method: evidently.versions, calls: evidently.drifted, seconds: evidently.seconds / kept.length }]),
    { method: 'PSI above 0.1', calls: above(0.1) },
    { method: 'PSI above 0.25', calls: above(0.25) },
  ];
}

async function remove(folder: string, files: PairFiles): Promise<void> {
  await Promise.all(Object.values(files).map((file) => rm(path.join(folder, file))));
}

/** The reference as its file gives it back, and the other table over its bins and values. */
async function profiles(tables: Tables, { reference, current }: PairFiles) {
  const of = async (file: string, against?: ReturnType<typeof parseProfile>) => {
    const source = await tables.describe(file);
    const spec = { commit: '0'.repeat(40), tool: '0', ...(against === undefined ? {} : { reference: against }) };
    return profileTable({ engine: tables, dialect: duckdb, source }, spec);
  };
  const recorded = parseProfile(writeProfile(await of(reference)), reference);
  return [recorded, await of(current, recorded)] as const;
}

function tableOf(title: string, rows: number, judged: readonly Judged[]): string {
  const alarms = (calls: Calls, name: string) => {
    const number = calls.filter((called) => called.includes(name)).length;
    return number === 0 ? '-' : String(number);
  };
  return columns([
    [`${count(rows)} rows, ${title}`, 'pairs', 'any column', ...names, 'a pair'],
    ...judged.map(({ method, calls, seconds }) => [
      method,
      String(calls.length),
      String(anyOf(calls)),
      ...names.map((name) => alarms(calls, name)),
      seconds === undefined ? '' : duration(seconds),
    ]),
  ]);
}

function anyOf(calls: Calls): number {
  return calls.filter((called) => called.length > 0).length;
}

/** 5 % of 200 is 10; chance takes a rate of 5 % above 17 once in a hundred times. */
function rateOf(judged: readonly Judged[], rows: number, { aims, wrong }: { aims: Aim[]; wrong: string[] }): void {
  for (const { method, calls } of judged) {
    const alarms = anyOf(calls);
    aims.push({
      what: `${method}: false alarms, ${count(rows)} rows`,
      aim: 'at most 5 %',
      measured: `${((100 * alarms) / calls.length).toFixed(1)} %`,
      met: alarms <= 0.05 * calls.length,
    });
    if (alarms > 17) wrong.push(`${method}: ${alarms} false alarms in ${calls.length} pairs of ${rows} rows`);
  }
}

function powerOf({ calls }: Judged, rows: number, wrong: string[]): void {
  for (const name of ['amount', 'temp']) {
    const seen = calls.filter((called) => called.includes(name)).length;
    if (seen < calls.length)
      wrong.push(`a shift of ${name} was seen in ${seen} of ${calls.length} pairs of ${rows} rows`);
  }
}

const answer = z.object({ drifted: z.array(z.array(z.string())), seconds: z.number(), versions: z.string() });

async function evidentlySide(python: string, folder: string, pairs: readonly PairFiles[]) {
  const list = path.join(folder, 'pairs.json');
  await writeFile(
    list,
    JSON.stringify(pairs.map((pair) => [path.join(folder, pair.reference), path.join(folder, pair.current)])),
  );
  const { stdout } = await run(python, [path.join(import.meta.dirname, 'drift_evidently.py'), list], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' },
  });
  return answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

async function interpreter(root: string): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await run('bash', [path.join(root, 'bench/evidently.sh')]);
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return { problem: `bench/evidently.sh needs CPython 3.11 and a package index (${words.split('\n').at(-1)})` };
  }
}
