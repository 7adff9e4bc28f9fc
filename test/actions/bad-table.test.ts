import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badTables } from './bad-tables.ts';
import { champion, golden } from './flights.ts';
import { type Ended, type GitHub, startGitHub } from './step.ts';

const wholeParquet = path.resolve(import.meta.dirname, '../../examples/flight-delays/champion/predictions.parquet');

/** All bad tables in one policy, a gate each: none of them may keep the others from their verdicts. */
let github: GitHub;
let ended: Ended;
beforeAll(async () => {
  const gates = badTables.map(({ id, gate }) => [
    id,
    {
      kind: 'evaluation',
      task: 'binary',
      positive: 1,
      examples: { table: 'eval/golden.csv', key: 'id', label: 'label' },
      candidate: { table: `in/${id}.csv`, prediction: 'predicted' },
      champion: { from: 'file', table: 'champion/predictions.csv' },
      checks: { accuracy: { metric: 'accuracy', 'max-regression': '2pt' } },
      ...gate,
    },
  ]);
  const base = {
    'modelgate.yml': JSON.stringify({ version: 1, name: 'bad', gates: Object.fromEntries(gates) }),
    'eval/golden.csv': golden,
    'champion/predictions.csv': champion,
  };
  github = await startGitHub([
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  const truncated = { 'in/truncated.parquet': (await readFile(wholeParquet)).subarray(0, 40_000) };
  const files = Object.assign({}, truncated, ...badTables.map((one) => one.files ?? {}));
  ended = await github.step({ files, inputs: { comment: 'false', 'check-run': 'false' } });
});
afterAll(() => github.close());

describe('a table that cannot be used is an error that says what, where and what to do', () => {
  test.each(badTables)('$id', ({ id, reason, message, todo }) => {
    const verdict = ended.verdicts.find((one) => one.gate.id === id);
    const problem = verdict?.problem ?? verdict?.checks[0]?.problem;
    expect([verdict?.status, verdict?.stops, problem?.reason, problem?.message]).toEqual([
      'error',
      true,
      reason,
      message,
    ]);
    const said = ended.log.replaceAll(/\n {2}(?! )/g, ' ');
    expect(said).toContain(`⛔ ${id}: ${reason}: ${message}`);
    expect(said.split('\n').map((line) => line.replace(/^- [\w/-]+: /, `${id}: `))).toContain(`${id}: ${todo}`);
  });

  test('the step is red, and no value of a cell is told', () => {
    expect([ended.code, ended.outputs['status'], ended.verdicts.length]).toEqual([1, 'error', badTables.length]);
    expect(ended.log).not.toMatch(/fast|on time|9007199254740993/);
  });
});
