import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type BootstrapEstimate,
  meanBootstrap,
  Random,
  totalsBootstrap,
  unitTotalsOfColumns,
} from '../packages/statistics/src/index.ts';
import { type Aim, bytes, columns, count, duration, type PartResult, times } from './aim.ts';
import { disagreement, interpreter, ownSide, resampling, scipySide, shown } from './scipy.ts';

const rows = 10_000;
const aim = 5;
/** Resamples that scipy holds at once; the fastest of 20 to 1,000 on the machine of README.md. */
const batch = 100;

/** Squared errors of two models on the same rows. */
interface Errors {
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
}

const forms = [
  {
    name: 'rmse',
    what: 'difference of RMSE',
    words: 'totalsBootstrap, as a gate runs it',
    estimate: rmseDifference,
  },
  { name: 'mean', what: 'mean difference', words: 'meanBootstrap, every row', estimate: meanDifference },
] as const;

/**
 * Bootstraps of real-valued columns, which cannot be counted by cell: the difference of RMSE, and a plain mean. scipy runs
 * in a process of its own and times itself without start-up and imports.
 */
export async function continuous(root: string, folder: string): Promise<PartResult> {
  const python = await interpreter(root);
  const [aims, wrong]: [Aim[], string[]] = [[], []];
  if (python.path === undefined) wrong.push(`scipy was not compared: ${python.problem}`);
  const errors = makeErrors();
  const file = path.join(folder, 'errors');
  await writeFile(
    file,
    Float64Array.from({ length: 2 * rows }, (_, at) => pairAt(errors, at)),
  );
  for (const { name, what, words, estimate } of forms) {
    const ours = ownSide(() => estimate(errors));
    const table = [
      [`${what}, ${count(rows)} rows`, 'seconds', 'ratio', 'difference', '95 % interval', 'peak memory'],
      [`${words}, median of 9`, duration(ours.seconds), '', ...shown(ours), ''],
      [`${words}, first call`, duration(ours.first), '', ...shown(ours), ''],
    ];
    let ratio: number | undefined;
    if (python.path !== undefined) {
      const theirs = await scipySide(python.path, file, name, batch);
      ratio = theirs.seconds / ours.seconds;
      table.push(['scipy, BCa', duration(theirs.seconds), times(ratio), ...shown(theirs), bytes(theirs.peakBytes)]);
      wrong.push(...disagreement(what, ours, theirs));
    }
    console.log(`\n${columns(table)}`);
    aims.push({
      what: `${what}, ${count(rows)} rows`,
      aim: `${aim} times faster`,
      measured: ratio === undefined ? '' : times(ratio),
      met: ratio === undefined ? undefined : ratio >= aim,
    });
  }
  return { aims, wrong };
}

function pairAt({ champion, candidate }: Errors, at: number): number {
  return ((at & 1) === 0 ? champion : candidate)[at >> 1] ?? 0;
}

/** Errors that are alike for both models, and skewed as squares are. */
function makeErrors(): Errors {
  const random = new Random(resampling.seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const champion = new Float64Array(rows);
  const candidate = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const error = normal();
    champion[row] = error ** 2;
    candidate[row] = (0.98 * error + 0.2 * normal()) ** 2;
  }
  return { champion, candidate };
}

function rmseDifference({ champion, candidate }: Errors): BootstrapEstimate | undefined {
  const ones = new Float64Array(rows).fill(1);
  const totals = unitTotalsOfColumns({ columns: [candidate, champion, ones], design: {}, seed: resampling.seed });
  const root = (sum = 0, weight = 0) => Math.sqrt(sum / weight);
  const found = totalsBootstrap({
    totals,
    statistics: [([own, theirs, weight]) => root(own, weight) - root(theirs, weight)],
    ...resampling,
  });
  return found.kind === 'estimates' ? found.statistics[0] : undefined;
}

function meanDifference({ champion, candidate }: Errors): BootstrapEstimate {
  return meanBootstrap({ values: candidate.map((value, row) => value - (champion[row] ?? 0)), ...resampling });
}
