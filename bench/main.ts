// Modelgate beside its peers in one run. Results are asserted, times are not: whether an aim is met is printed in words.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Aim, aimLines, bytes, type PartResult } from './aim.ts';
import { bootstrap } from './bootstrap.ts';
import { continuous } from './continuous.ts';
import { dataChecks } from './data-checks/data-checks.ts';
import { driftAlarms, driftRows } from './drift.ts';
import { engine } from './engine.ts';
import { gate } from './gate.ts';
import { metrics } from './metrics.ts';
import { slices } from './slices/slices.ts';
import { startup } from './startup.ts';

const usage = `npm run bench -- [part ...] [--rows N,N,...] [--drift-rows N,N,...]

Parts: startup, bootstrap, continuous, metrics, gate, engine, drift, data-checks, slices; all of them when none is named.
  --rows   rows of the tables of gate (default: 10000,1000000,10000000), of data-checks (100000,1000000,10000000) and
           of slices (100000,1000000)
  --drift-rows   of drift's tables   (default: ${driftRows}; of these some)
`;

const root = path.dirname(import.meta.dirname);

interface Part {
  readonly title: string;
  run(folder: string): Promise<PartResult> | PartResult;
}

function parts(rows: readonly number[] | undefined, ofDrift: readonly number[]): Readonly<Record<string, Part>> {
  return {
    startup: {
      title: 'Start-up of the built entries against an empty script',
      run: (folder) => startup(root, folder),
    },
    bootstrap: {
      title: 'Difference of F1, 95 % BCa, B = 9,999, against scipy.stats.bootstrap',
      run: (folder) => bootstrap(root, folder),
    },
    continuous: {
      title: 'Bootstraps of real-valued columns, 95 % BCa, B = 9,999, against scipy.stats.bootstrap',
      run: (folder) => continuous(root, folder),
    },
    metrics: {
      title: 'Metrics of a million rows against scikit-learn',
      run: (folder) => metrics(root, folder),
    },
    gate: {
      title: 'A whole eval-gate against a bare DuckDB query with the same join and counts',
      run: (folder) => gate(root, folder, rows ?? [10_000, 1_000_000, 10_000_000]),
    },
    engine: { title: 'The table engine, verified and loaded', run: () => engine() },
    drift: {
      title: 'False alarms and power of drift against Evidently and the plain stability index',
      run: (folder) => driftAlarms(root, folder, ofDrift),
    },
    'data-checks': {
      title: '25 checks on ten columns against the query that they come down to, and against peers',
      run: (folder) => dataChecks(root, folder, rows ?? [100_000, 1_000_000, 10_000_000]),
    },
    slices: {
      title: 'Metrics of groups against the query that they come down to, and against MetricFrame',
      run: (folder) => slices(root, folder, rows ?? [100_000, 1_000_000]),
    },
  };
}

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      'drift-rows': { type: 'string', default: driftRows.join() },
      help: { type: 'boolean', default: false },
    },
  });
  const rows = values.rows?.split(',').map(Number);
  const ofDrift = values['drift-rows'].split(',').map(Number);
  const known = Object.keys(parts(rows, ofDrift));
  const unknown = positionals.filter((name) => !known.includes(name));
  const areRows = rows?.every((n) => Number.isInteger(n) && n >= 1000) ?? true;
  const isKnown = areRows && ofDrift.every((n) => driftRows.includes(n));
  if (values.help || unknown.length > 0 || !isKnown) {
    console.error(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${usage}` : usage);
    process.exit(values.help ? 0 : 2);
  }
  return {
    rows,
    ofDrift,
    chosen: positionals.length === 0 ? known : known.filter((name) => positionals.includes(name)),
  };
}

const { rows, ofDrift, chosen } = options();
const [cpu] = os.cpus();
console.log(
  `${cpu?.model ?? 'unknown processor'}, ${os.availableParallelism()} usable, ${bytes(os.totalmem())} memory, load ${os
    .loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
console.log(`${os.type()} ${os.release()} ${os.arch()}, node ${process.version}`);

const folder = await mkdtemp(path.join(os.tmpdir(), 'modelgate-bench-'));
const aims: Aim[] = [];
const wrong: string[] = [];
try {
  for (const [name, part] of Object.entries(parts(rows, ofDrift))) {
    if (!chosen.includes(name)) continue;
    console.log(`\n${name}: ${part.title}`);
    const result = await part.run(folder);
    aims.push(...result.aims);
    wrong.push(...result.wrong);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (aims.length > 0) console.log(`\nAims\n${aimLines(aims)}`);
console.log(`\nResults: ${wrong.length === 0 ? 'all as asserted' : 'NOT all as asserted'}`);
for (const sentence of wrong) console.log(`  ${sentence}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
