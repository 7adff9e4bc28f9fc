import type { GateOutcome } from '@modelgate/core';
import { Random } from '@modelgate/statistics';
import { describe, expect, it } from 'vitest';
import { rows, sides, tasks, y } from './task-gates.ts';
import { boundOf } from './told.ts';
import { csv, workspace } from './workspace.ts';

// Neither the order of rows, nor what keys and clusters are called, nor who is asked first says anything about a model.

function shuffled(text: string, random: Random): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  for (let last = lines.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [lines[last], lines[other]] = [lines[other] ?? '', lines[last] ?? ''];
  }
  return `${[header, ...lines].join('\n')}\n`;
}

/** Another name for each value of some columns, in another order than theirs. */
function renamed(text: string, columns: readonly string[]): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  const other = (value: string) => `${[...value].reverse().join('')}-${value.length}`;
  const again = lines.map((line) =>
    line
      .split(',')
      .map((value, at) => (columns.includes(names[at] ?? '') ? other(value) : value))
      .join(','),
  );
  return `${[header, ...again].join('\n')}\n`;
}

/** Without what tells files apart. */
function verdict({ inputs, baseline, anchor, ...rest }: GateOutcome) {
  return { ...rest, inputs: inputs.map(({ role, rows }) => [role, rows]), from: [baseline?.from, anchor?.from] };
}

describe('the same verdict to the last digit', () => {
  it.each(tasks)('%s', async (_, gate, files, names) => {
    const { run } = workspace();
    const first = await run(gate, files);
    expect(first.problem).toBeUndefined();
    expect(first.checks.every(({ status }) => status !== 'error')).toBe(true);
    const random = new Random('5eed5eed5eed5eed');
    const again = Object.entries(files).map(([name, text]) => [name, shuffled(renamed(text, names), random)]);
    const second = await run(gate, Object.fromEntries(again));
    expect(second.inputs).not.toEqual(first.inputs);
    expect(verdict(second)).toEqual(verdict(first));
  });
});

const [, binary = '', binaryFiles = {}] = tasks[0] ?? [];

/** Checks without the method's name and without notes, which say how rows count. */
function numbers({ checks }: GateOutcome) {
  return checks.map(({ candidate, champion, bounds }) => ({
    values: [candidate, champion],
    bounds: bounds.map(({ status, estimate, interval }) => [status, estimate, interval?.lower, interval?.upper]),
  }));
}

it('equal weights are no weights, and one row a cluster is no cluster', async () => {
  const { run } = workspace();
  const of = async (table: string, designed: string) =>
    numbers(await run(binary.replace(', weight: w, cluster: c', designed), { ...binaryFiles, 'golden.csv': table }));
  const table = csv(rows, { y, w: () => 2.5, c: (row) => `only ${row}` });
  const plain = await of(table, '');
  expect(await of(table, ', weight: w')).toEqual(plain);
  expect(await of(table, ', cluster: c')).toEqual(plain);
  expect(await of(table, ', weight: w, cluster: c')).toEqual(plain);
});

it('several runs of which there is one are none', async () => {
  const { run } = workspace();
  const [, multiclass = '', files = {}] = tasks[1] ?? [];
  const gate = multiclass
    .replace(/ {2}ovr: .*\n/, '  log: { metric: brier_score_loss, max-regression: 0.2 }\n')
    .replace('"p_{class}"', 'SCORES');
  const probabilities = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, name === 'golden.csv' ? text : halved(text)]),
  );
  const once = gate.replace('SCORES', '"p_{class}"');
  const repeats = gate.replace('SCORES', '"p_{class}", repeats: true');
  const single = await run(once, probabilities);
  const several = await run(repeats, probabilities);
  expect(numbers(several).at(-1)).toEqual(numbers(single).at(-1));
});

/** Scores as a distribution over three classes. */
function halved(text: string): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const shares = lines.map((line) => {
    const [id, p, ...values] = line.split(',');
    const sum = values.reduce((total, value) => total + Number(value), 0);
    return [id, p, ...values.map((value) => Number(value) / sum)].join(',');
  });
  return `${[header, ...shares].join('\n')}\n`;
}

it('with candidate and champion swapped, differences are mirrored', async () => {
  const { run } = workspace();
  const gate = `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p, score: s }
${sides}  accuracy: { metric: accuracy, max-regression: 5pt }
  auc: { metric: roc_auc, max-regression: 5pt }
  log: { metric: log_loss, max-regression: 0.1 }
  f1: { metric: f1, max-regression: 5pt }
  median: { column: s, statistic: median, better: higher, max-regression: 0.1 }
`;
  const { 'out.csv': out = '', 'old.csv': old = '' } = binaryFiles;
  const one = await run(gate, binaryFiles);
  const other = await run(gate, { 'out.csv': old, 'old.csv': out });
  for (const { id } of one.checks) {
    const [first, second] = [one, other].map((outcome) => boundOf(outcome, id).interval);
    const mirrored = [(first?.lower ?? 0) + (second?.upper ?? 1), (first?.upper ?? 0) + (second?.lower ?? 1)];
    // resamples are drawn in another order, so what is resampled is mirrored but for chance
    const tolerance = first?.method === 'bca' || first?.method === 'percentile' ? 0.02 : 1e-9;
    expect(Math.max(...mirrored.map(Math.abs)), id).toBeLessThan(tolerance);
  }
  expect(one.checks.map((check) => check.bounds[0]?.interval?.method)).toEqual([
    'tango',
    'delong',
    'paired-t',
    'bca',
    'percentile',
  ]);
});
