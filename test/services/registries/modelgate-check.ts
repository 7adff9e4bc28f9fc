import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Verdict, verdictSchema } from '@modelgate/core';
import { currentPlatform } from '@modelgate/tables';

const root = path.resolve(import.meta.dirname, '../../..');
const engine = path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);

/** 400 examples; the champion errs on every tenth, a candidate on every `errs`-th. */
const examples = Array.from({ length: 400 }, (_, id) => ({ id, label: id % 3 === 0 ? 1 : 0 }));

export function predictions(errs: number): string {
  const lines = examples.map(({ id, label }) => `${id},${id % errs === 0 ? 1 - label : label}`);
  return `id,predicted\n${lines.join('\n')}\n`;
}

export const golden = `id,label\n${examples.map(({ id, label }) => `${id},${label}`).join('\n')}\n`;

export interface Checked {
  readonly code: number;
  readonly verdict: Verdict;
  readonly err: string;
}

/** `modelgate check` of a checkout, with the champion that a policy names and the variables of a step; nothing else is set. */
export async function modelgateCheck(
  folder: string,
  given: {
    readonly champion: string;
    readonly candidate: string;
    readonly environment: Readonly<Record<string, string>>;
  },
): Promise<Checked> {
  const isTable = given.candidate.startsWith('id,');
  mkdirSync(path.join(folder, 'out'), { recursive: true });
  writeFileSync(path.join(folder, 'out', isTable ? 'predictions.csv' : 'metrics.json'), given.candidate);
  writeFileSync(path.join(folder, 'golden.csv'), golden);
  writeFileSync(path.join(folder, 'modelgate.yml'), isTable ? ofRows(given.champion) : ofMetrics(given.champion));
  const args = [path.join(root, 'packages', 'cli', 'src', 'main.ts'), 'check', '--json', '--engine-path', engine];
  const options = { cwd: folder, env: { PATH: process.env['PATH'], ...given.environment }, maxBuffer: 2 ** 24 };
  const { code, stdout, stderr } = await promisify(execFile)(process.execPath, args, options).then(
    (ended) => ({ code: 0, ...ended }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const [verdict, ...others] = stdout === '' ? [] : (JSON.parse(stdout) as unknown[]);
  if (verdict === undefined || others.length > 0) throw new Error(`${others.length} more verdicts\n${stderr}`);
  return { code, verdict: verdictSchema.parse(verdict), err: stderr };
}

function ofRows(champion: string): string {
  return `version: 1
name: flight-delays
examples: { golden: { table: golden.csv, key: id, label: label } }
gates:
  quality:
    kind: evaluation
    task: multiclass
    examples: golden
    candidate: { table: out/predictions.csv, prediction: predicted }
    champion: ${champion}
    checks: { accuracy: { metric: accuracy, max-regression: 2pt } }
`;
}

function ofMetrics(champion: string): string {
  return `version: 1
name: flight-delays
gates:
  quality:
    kind: evaluation
    candidate: { file: out/metrics.json }
    champion: ${champion}
    checks: { accuracy: { metric: accuracy, max-regression: 2pt, judged: estimate } }
`;
}
