import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type Verdict, verdictSchema } from '../packages/core/src/index.ts';
import { makeRepository, startStandIn } from '../test/github-stand-in/index.ts';
import { type Aim, bytes, columns, count, duration, type PartResult, times } from './aim.ts';
import { enginePath } from './engine.ts';
import { tables, writeTables } from './gate-tables.ts';
import { type MeasuredChild, measuredChild } from './measured-child.ts';

/** Bytes, at ten million rows. */
const allowed = 1.5e9;
const largest = 10_000_000;

const policy = `version: 1
name: bench
examples:
  golden: { table: ${tables.examples}, key: id, label: label }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: ${tables.candidate}, prediction: predicted, score: probability }
    champion: { from: file, table: ${tables.champion} }
    checks:
      accuracy: { metric: accuracy, max-regression: 5pt }
      f1: { metric: f1, max-regression: 8pt }
      recall: { metric: recall, max-regression: 8pt }
      latency: { column: latency_ms, statistic: p95, better: lower, max-regression: 10% }
`;

const bare = z.object({
  cells: z.array(
    z.object({ label: z.number(), champion: z.number(), candidate: z.number(), rows: z.number().positive() }),
  ),
  p95: z.object({ champion: z.number(), candidate: z.number() }),
});
type Bare = z.infer<typeof bare>;

/**
 * The built eval-gate as a runner starts it, on a pull request against the stand-in, from tables to comment; beside it a
 * bare query over the same files. Both are whole processes; the gate hashes, checks and compares as well.
 */
export async function gate(root: string, folder: string, sizes: readonly number[]): Promise<PartResult> {
  const [aims, wrong]: [Aim[], string[]] = [[], []];
  const table = [['rows', 'tables', '', 'wall', 'ratio', 'processor', 'peak memory']];
  for (const rows of sizes) {
    const workspace = path.join(folder, `gate-${rows}`);
    for (const file of Object.values(tables))
      await mkdir(path.dirname(path.join(workspace, file)), { recursive: true });
    await writeTables(workspace, rows);
    const query = await measuredChild(path.join(import.meta.dirname, 'bare-query.ts'), { args: [workspace], env: {} });
    const expected = bare.parse(JSON.parse(query.log));
    const { step, verdict } = await runGate(root, workspace);
    table.push(
      [count(rows), bytes(await size(workspace)), 'bare query', ...numbers(query, query)],
      ['', '', 'eval-gate', ...numbers(step, query)],
    );
    const problems = mistakes(rows, verdict, step, expected);
    wrong.push(...problems);
    if (rows === largest) {
      aims.push({
        what: `peak memory of eval-gate, ${count(rows)} rows`,
        aim: `under ${bytes(allowed)}`,
        measured: bytes(step.peakBytes),
        met: problems.length === 0 ? step.peakBytes < allowed : undefined,
      });
    }
    await rm(workspace, { recursive: true, force: true });
  }
  console.log(columns(table));
  return { aims, wrong };
}

function numbers(own: MeasuredChild, base: MeasuredChild): readonly string[] {
  return [duration(own.seconds), times(own.seconds / base.seconds), duration(own.cpuSeconds), bytes(own.peakBytes)];
}

async function size(workspace: string): Promise<number> {
  const sizes = await Promise.all(
    Object.values(tables).map(async (file) => (await stat(path.join(workspace, file))).size),
  );
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function runGate(
  root: string,
  workspace: string,
): Promise<{ step: MeasuredChild; verdict: Verdict | undefined }> {
  const history = await makeRepository([
    { name: 'base', branch: 'main', files: { 'modelgate.yml': policy } },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'train.py': '# another model\n' } },
  ]);
  const standIn = await startStandIn({
    repository: { fullName: 'acme/bench', git: history.folder },
    pulls: [
      {
        number: 1,
        head: { ref: 'change', sha: history.sha['head'] ?? '' },
        base: { ref: 'main', sha: history.sha['base'] ?? '' },
      },
    ],
    contract: false,
  });
  try {
    const job = standIn.job({ event: 'pull_request', pull: 1, workspace, inputs: { 'engine-path': enginePath() } });
    const step = await measuredChild(path.join(root, 'dist', 'eval-gate', 'main.mjs'), { env: job.env });
    const written = job.outputs()['verdict'];
    const verdict = written ? verdictSchema.parse(JSON.parse(await readFile(written, 'utf8'))) : undefined;
    return { step, verdict };
  } finally {
    await standIn.close();
    await history.remove();
  }
}

/** Where the verdict is not what the bare query's numbers say. Counts are exact, so shares must be equal to rounding. */
function mistakes(
  rows: number,
  verdict: Verdict | undefined,
  { code, log }: MeasuredChild,
  expected: Bare,
): readonly string[] {
  const at = `eval-gate, ${count(rows)} rows`;
  if (verdict === undefined || verdict.problem !== undefined)
    return [`${at}: exit code ${code}\n${verdict?.problem?.message ?? log}`];
  const problems: string[] = [];
  if (code !== 0) problems.push(`${at}: exit code ${code}, expected 0`);
  if (verdict.status !== 'pass' || verdict.rows !== rows) {
    problems.push(`${at}: ${verdict.status} on ${verdict.rows} rows, expected pass on ${rows}`);
  }
  for (const side of ['champion', 'candidate'] as const) {
    for (const [id, value] of Object.entries({ ...shares(expected, side), latency: expected.p95[side] })) {
      const found = verdict.checks.find((check) => check.id === id)?.[side];
      if (found !== undefined && Math.abs(found - value) <= 1e-12 * Math.max(1, value)) continue;
      problems.push(`${at}: ${id} of the ${side} is ${found}, expected ${value}`);
    }
  }
  return problems;
}

function shares({ cells }: Bare, side: 'champion' | 'candidate'): Readonly<Record<string, number>> {
  const sum = (take: (cell: Bare['cells'][number]) => boolean) =>
    cells.filter(take).reduce((total, cell) => total + cell.rows, 0);
  const hits = sum((cell) => cell.label === 1 && cell[side] === 1);
  const labels = sum((cell) => cell.label === 1);
  const predicted = sum((cell) => cell[side] === 1);
  return {
    accuracy: sum((cell) => cell.label === cell[side]) / sum(() => true),
    f1: (2 * hits) / (labels + predicted),
    recall: hits / labels,
  };
}
