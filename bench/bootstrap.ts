import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BootstrapEstimate, cellBootstrap, Random } from '../packages/statistics/src/index.ts';
import { type Aim, bytes, columns, count, duration, type PartResult, times } from './aim.ts';
import { disagreement, interpreter, ownSide, resampling, scipySide, shown } from './scipy.ts';

/** `batch`: resamples that scipy holds at once; the fastest of 20 to 1,000 on the machine of README.md. */
const sizes = [
  { rows: 10_000, ratio: 50, batch: 200 },
  { rows: 100_000, ratio: 1_000, batch: 50 },
] as const;

const forms = [
  { name: 'columns', words: 'scipy, three paired columns' },
  { name: 'codes', words: 'scipy, one code a row' },
] as const;

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
    const ours = ownSide(() => f1Difference(rows));
    console.log(`\n  ${count(size.rows)} rows`);
    const table = [
      ['', 'seconds', 'ratio', 'difference', '95 % interval', 'peak memory'],
      ['cellBootstrap, median of 9', duration(ours.seconds), '', ...shown(ours), ''],
      ['cellBootstrap, first call', duration(ours.first), '', ...shown(ours), ''],
    ];
    const ratios: number[] = [];
    for (const { name, words } of forms) {
      if (python.path === undefined) continue;
      const theirs = await scipySide(python.path, file, name, size.batch);
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

/** One byte a row: 4 label + 2 champion + candidate. Three in ten positive, the models wrong on a tenth of the rows. */
function makeRows(rows: number): Uint8Array {
  const random = new Random(resampling.seed);
  return Uint8Array.from({ length: rows }, () => {
    const label = random.uniform() < 0.3 ? 1 : 0;
    const champion = random.uniform() < 0.1 ? 1 - label : label;
    const other = random.uniform() < 0.05 ? 1 - champion : champion;
    return 4 * label + 2 * champion + other;
  });
}

function f1Difference(rows: Uint8Array): BootstrapEstimate | undefined {
  const cells = new Float64Array(8);
  for (const code of rows) cells[code] = (cells[code] ?? 0) + 1;
  const { contrasts } = cellBootstrap({
    counts: cells,
    statistics: [f1Of(2), f1Of(1)],
    contrasts: [[-1, 1]],
    ...resampling,
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
