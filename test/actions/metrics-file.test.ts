import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, type Files, type GitHub, startGitHub } from './step.ts';

/** Bare metrics files: no rows, so no engine, no interval and no proof. */
interface MetricsCase {
  readonly id: string;
  /** Path, and contents of what is not committed. */
  readonly file: string;
  readonly contents?: string | Files[string];
  readonly check: object;
  readonly champion?: string;
  /** Status, reason, and the whole message of an error or the estimate. */
  readonly expected: readonly [string, string, (string | number)?];
  readonly how?: string;
}

const json = (value: object) => JSON.stringify(value);
const accuracy = { metric: 'accuracy', 'max-regression': '2pt' };

const cases: readonly MetricsCase[] = [
  {
    id: 'json',
    file: 'out/a.json',
    contents: json({ accuracy: 0.89 }),
    check: accuracy,
    expected: ['pass', 'estimate-within-limit', -0.01],
  },
  {
    id: 'at-the-limit',
    file: 'out/b.json',
    contents: json({ accuracy: 0.88 }),
    check: accuracy,
    expected: ['pass', 'estimate-within-limit', -0.02],
  },
  {
    id: 'worse',
    file: 'out/c.json',
    contents: json({ accuracy: 0.87 }),
    check: accuracy,
    expected: ['fail', 'margin-exceeded', -0.03],
  },
  {
    id: 'nested-yaml',
    file: 'out/d.yml',
    contents: 'test:\n  accuracy: 0.91\n',
    check: accuracy,
    expected: ['pass', 'estimate-within-limit', 0.01],
  },
  {
    id: 'csv-row',
    file: 'out/e.csv',
    contents: 'epoch,accuracy\n7,0.95\n',
    check: accuracy,
    expected: ['pass', 'estimate-within-limit', 0.05],
  },
  {
    id: 'csv-lines',
    file: 'out/f.csv',
    contents: 'metric,value\naccuracy,0.95\nloss,3\n',
    check: accuracy,
    expected: ['pass', 'estimate-within-limit', 0.05],
  },
  {
    id: 'nan',
    file: 'out/g.json',
    contents: '{"accuracy": NaN}',
    check: accuracy,
    expected: ['error', 'not-finite', 'accuracy in out/g.json is NaN'],
    how: 'a metric that could not be computed is no metric: mend the evaluation step or leave the key out',
  },
  {
    id: 'misspelt',
    file: 'out/h.json',
    contents: json({ acuracy: 0.9 }),
    check: accuracy,
    expected: ['error', 'metric-missing', 'out/h.json holds no metric accuracy'],
    how: 'did you mean acuracy?',
  },
  {
    id: 'twice',
    file: 'out/i.json',
    contents: json({ train: { accuracy: 0.99 }, test: { accuracy: 0.9 } }),
    check: accuracy,
    expected: ['error', 'metric-missing', 'out/i.json holds accuracy more than once: train.accuracy, test.accuracy'],
    how: 'name one of them in full, e.g. metric: train.accuracy',
  },
  {
    id: 'champion-zero',
    file: 'out/j.json',
    contents: json({ loss: 0.1 }),
    check: { metric: 'loss', better: 'lower', 'max-regression': '5%' },
    champion: 'champion/zero.json',
    expected: ['error', 'champion-near-zero', "the champion's loss is 0: a margin in percent of it means nothing"],
    how: 'write the margin in points or in the own unit',
  },
  {
    id: 'missing',
    file: 'out/none.json',
    check: accuracy,
    expected: ['error', 'file-missing', 'there is no file out/none.json'],
    how: 'let an earlier step write it; paths start at the root of the repository',
  },
  {
    id: 'empty',
    file: 'out/k.json',
    contents: ' \n',
    check: accuracy,
    expected: ['error', 'file-empty', 'out/k.json is empty'],
    how: 'let the evaluation step write it, then run the gate',
  },
  {
    id: 'no-numbers',
    file: 'out/l.json',
    contents: json({ accuracy: '0.9' }),
    check: accuracy,
    expected: ['error', 'file-unreadable', 'out/l.json holds no numbers'],
    how: 'write metrics as {"accuracy": 0.91} or as nested mappings of numbers',
  },
  {
    id: 'broken',
    file: 'out/m.json',
    contents: '{"accuracy": 0.9',
    check: accuracy,
    expected: [
      'error',
      'file-unreadable',
      "out/m.json is not valid JSON: Expected ',' or '}' after property value in JSON at position 16 (line 1 column 17)",
    ],
    how: 'if the evaluation step was interrupted, run it again',
  },
  {
    id: 'escape',
    file: '../../../etc/hostname',
    check: accuracy,
    expected: ['error', 'file-unreadable', '../../../etc/hostname leads outside the workspace'],
    how: 'files are read from inside the checkout only; copy it there',
  },
  {
    id: 'symlink',
    file: 'out/n.json',
    contents: { symlink: '/etc/hostname' },
    check: accuracy,
    expected: ['error', 'file-unreadable', 'out/n.json leads outside the workspace'],
    how: 'files are read from inside the checkout only; copy it there',
  },
  {
    id: 'proven',
    file: 'out/a.json',
    check: { ...accuracy, judged: 'proven' },
    expected: [
      'error',
      'policy-invalid',
      'modelgate.yml:1:LINE: `gates.proven.checks.check.judged`: proven needs rows: a bare metrics file can only be judged by its estimate',
    ],
  },
];

let github: GitHub;
let ended: Ended;
beforeAll(async () => {
  const gates = cases.map(({ id, file, check, champion = 'champion/metrics.json' }) => [
    id,
    { kind: 'evaluation', candidate: { file }, champion: { from: 'git', file: champion }, checks: { check } },
  ]);
  const base = {
    'modelgate.yml': JSON.stringify({ version: 1, name: 'metrics', gates: Object.fromEntries(gates) }),
    'champion/metrics.json': json({ accuracy: 0.9 }),
    'champion/zero.json': json({ loss: 0 }),
  };
  github = await startGitHub([
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change' },
  ]);
  const files = Object.fromEntries(
    cases.flatMap(({ file, contents }) => (contents === undefined ? [] : [[file, contents]])),
  );
  // an engine that could not be had: nobody asks for it
  const inputs = { 'engine-path': '/nowhere', registry: 'http://127.0.0.1:1', comment: 'false', 'check-run': 'false' };
  ended = await github.step({ files, inputs });
});
afterAll(() => github.close());

describe('a metrics file without rows', () => {
  test.each(cases)('$id', ({ id, expected, how }) => {
    const verdict = ended.verdicts.find((one) => one.gate.id === id);
    const check = verdict?.checks[0];
    const problem = verdict?.problem ?? check?.problem;
    const [status, reason, detail] = expected;
    expect([verdict?.status, verdict?.reason]).toEqual([status, reason]);
    if (typeof detail === 'number') expect(check?.bounds[0]?.estimate).toBeCloseTo(detail, 12);
    else expect([problem?.message.replace(/:1:\d+/, ':1:LINE'), problem?.how]).toEqual([detail, how]);
  });

  test('says that nothing is proven, and fetches no engine', () => {
    const note =
      'There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.';
    expect(ended.verdicts.find((one) => one.gate.id === 'json')?.notices).toEqual([note]);
    expect(ended.log).not.toMatch(/DuckDB|engine/);
    expect(ended.verdicts.flatMap((one) => one.inputs).find((one) => one.role === 'champion')?.name).toBe(
      'metrics.json',
    );
  });
});
