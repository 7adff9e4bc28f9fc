import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { version } from '../../packages/action/src/index.ts';
import { enginePath } from '../engine.ts';
import { bareOutcome } from './bare-answer.ts';
import type { Check, Counting, Outcome } from './checks.ts';
import { ownOutcome } from './own-answer.ts';
import type { Kind } from './trips.ts';

/** One way to evaluate the 25 checks over the tables of a folder, in a process of its own. */
export interface Side {
  readonly name: string;
  readonly counting: Counting;
  /** Started in the folder of the tables. */
  readonly program: string;
  readonly args: readonly string[];
  readonly exitCode: (kind: Kind) => number;
  readonly outcome: (log: string) => Outcome;
}

export const own = 'Modelgate';
export const reference = 'DuckDB query';

const wholeColumn: readonly Check[] = ['amount_range', 'pax_null'];

/** The sides that can be run here, and why others cannot. The first is the one that others are compared with. */
export async function sides(
  root: string,
): Promise<{ readonly found: readonly Side[]; readonly wrong: readonly string[] }> {
  const found: Side[] = [
    {
      name: reference,
      counting: { duplicates: 'surplus' },
      program: process.execPath,
      args: [here('bare-query.mjs')],
      exitCode: () => 0,
      outcome: bareOutcome,
    },
    {
      name: own,
      counting: { duplicates: 'rows' },
      program: process.execPath,
      args: [path.join(root, 'dist/cli/main.mjs'), 'check', 'trips', '--json', '--engine-path', enginePath()],
      exitCode: (kind) => (kind === 'clean' ? 0 : 1),
      outcome: (log) => ownOutcome(log, `Modelgate ${version}`),
    },
  ];
  const wrong: string[] = [];
  for (const peer of peers) {
    const { path: python, problem } = await interpreter(peer.packages);
    if (python === undefined) wrong.push(`${peer.name} was not compared: ${problem}`);
    else
      found.push({
        name: peer.name,
        counting: peer.counting,
        program: python,
        args: [here(peer.script), '.'],
        exitCode: () => 0,
        outcome: peer.outcome ?? peerOutcome,
      });
  }
  return { found, wrong };
}

interface Peer {
  readonly name: string;
  readonly packages: string;
  readonly script: string;
  readonly counting: Counting;
  readonly outcome?: Side['outcome'];
}

const peers: readonly Peer[] = [
  {
    name: 'DuckDB query, Python',
    packages: 'duckdb',
    script: 'bare_query.py',
    counting: { duplicates: 'surplus' },
    outcome: bareOutcome,
  },
  { name: 'Soda v4', packages: 'soda', script: 'peer_soda.py', counting: { duplicates: 'surplus' } },
  {
    name: 'pandera, polars',
    packages: 'pandera',
    script: 'peer_pandera_polars.py',
    counting: { duplicates: 'rows and missing', uncounted: wholeColumn },
  },
  {
    name: 'pandera, pandas',
    packages: 'pandera',
    script: 'peer_pandera_pandas.py',
    counting: { duplicates: 'rows', uncounted: wholeColumn },
  },
  { name: 'Great Expectations', packages: 'gx', script: 'peer_gx.py', counting: { duplicates: 'rows' } },
];

const answer = z.object({
  asked: z.array(z.string()),
  failed: z.record(z.string(), z.number().nullable()),
  errors: z.array(z.string()),
  versions: z.string(),
});

/** The last line: some log before it. */
function peerOutcome(log: string): Outcome {
  return answer.parse(JSON.parse(log.trim().split('\n').at(-1) ?? ''));
}

/** The virtual environment of a peer; made on first use. */
async function interpreter(packages: string): Promise<{ readonly path?: string; readonly problem: string }> {
  try {
    const { stdout } = await promisify(execFile)('bash', [here('peers.sh'), packages]);
    return { path: stdout.trim(), problem: '' };
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    return { problem: `peers.sh needs CPython 3.11 and a package index (${words.split('\n').at(-1)})` };
  }
}

function here(file: string): string {
  return path.join(import.meta.dirname, file);
}
