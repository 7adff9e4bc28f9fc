import { expect, it } from 'vitest';
import { csv, workspace } from './workspace.ts';

const noise = (row: number, salt: number) => ((row * 7919 + salt * 104729) % 1000) / 1000;
const rows = 300;
const y = (row: number) => (noise(row, 1) > 0.6 ? 1 : 0);
const score = (salt: number) => (row: number) => Math.min(0.999, Math.max(0.001, 0.25 + 0.5 * y(row) + (noise(row, salt) - 0.5) * 0.9)).toFixed(4);

it('binary scores', async () => {
  const { run } = workspace();
  const outcome = await run(
    `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y, weight: w, cluster: c }
candidate: { table: out.csv, prediction: p, score: s }
champion: { from: file, table: champ.csv }
anchor: { from: file, table: champ.csv }
checks:
  auc: { metric: roc_auc, max-regression: 5pt, at-least: 0.5 }
  ap: { metric: average_precision, max-regression: 5% }
  ll: { metric: log_loss, max-regression: 0.1 }
  brier: { metric: brier_score_loss, max-regression: 1pt }
  ece: { metric: expected_calibration_error, at-most: 0.3 }
  mcc: { metric: matthews_corrcoef, max-regression: 0.1 }
  acc: { metric: accuracy, max-regression: 5pt }
`,
    {
      'golden.csv': csv(rows, { y, w: (row) => 1 + (row % 3), c: (row) => `u${row % 40}` }),
      'out.csv': csv(rows, { p: (r) => (Number(score(2)(r)) > 0.5 ? 1 : 0), s: score(2) }),
      'champ.csv': csv(rows, { p: (r) => (Number(score(3)(r)) > 0.5 ? 1 : 0), s: score(3) }),
    },
  );
  console.log(JSON.stringify(outcome, null, 1).slice(0, 9000));
  expect(outcome.problem).toBeUndefined();
});
