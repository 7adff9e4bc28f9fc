import { expect, it } from 'vitest';
import { boundOf, toldChecks, toldProblem } from './told.ts';
import { csv, workspace } from './workspace.ts';

const examples = 'examples: { table: golden.csv, key: id }\n';
const candidate = 'candidate: { table: out.csv }\nchampion: { from: file, table: old.csv }\n';

it('latency, throughput, memory, cost and steps of paired rows', async () => {
  const ms = (base: number) => (row: number) => base + row; // 1 … 100 beyond the base
  const outcome = await workspace().run(
    `${examples}${candidate}checks:
  mean: { column: ms, statistic: mean, at-most: 155, max-regression: 5% }
  median: { column: ms, statistic: median, at-most: 160, max-regression: 5 }
  p90: { column: ms, statistic: p90, at-most: 200 }
  p95: { column: ms, statistic: p95, at-most: 205, max-regression: 10% }
  p99: { column: ms, statistic: p99, at-most: 205 }
  throughput: { column: tokens, statistic: ratio, per: seconds, at-least: 30, max-regression: 5% }
  steps: { column: steps, statistic: ratio, per: reference, at-most: 1.3, max-regression: 0.1 }
  passed: { column: passed, statistic: rate, at-least: 0.8, max-regression: 3pt }
  flags: { column: ok, statistic: rate, at-least: 0.8 }
`,
    {
      'golden.csv': csv(100, { reference: (row) => (row % 2 === 0 ? 4 : 6) }),
      'out.csv': csv(100, {
        ms: ms(100),
        tokens: (row) => 60 + (row % 5),
        seconds: () => 2,
        steps: (row) => (row % 4 === 0 ? 6 : 5),
        passed: (row) => (row % 10 === 0 ? 0 : 1),
        ok: (row) => String(row % 10 !== 0),
      }),
      'old.csv': csv(100, {
        ms: (row) => ms(100)(row) + (row % 2 === 0 ? 2 : -2),
        tokens: (row) => 60 + (row % 7),
        seconds: () => 2,
        steps: () => 5,
        passed: (row) => (row % 20 === 0 ? 0 : 1),
        ok: () => 'true',
      }),
    },
  );
  // 150.5 by its definition; p90 of 101 … 200 is 190.1, p95 195.05, p99 199.01 (type 7); 62 tokens in 2 s; 525 of 500 steps
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "flags": [
        "pass",
        0.9,
        1,
        "at-least pass proven wilson [0.8256, 0.9448]",
      ],
      "mean": [
        "inconclusive",
        150.5,
        150.5,
        "at-most inconclusive interval-spans-limit t [144.7435, 156.2565]",
        "max-regression pass proven paired-t [-0.0034, 0.0034]",
      ],
      "median": [
        "inconclusive",
        150.5,
        150.5,
        "at-most inconclusive interval-spans-limit order-statistic [140, 161]",
        "max-regression pass proven percentile [-2, 2]",
      ],
      "p90": [
        "pass",
        190.1,
        190.1,
        "at-most pass proven order-statistic [184, 196]",
      ],
      "p95": [
        "pass",
        195.05,
        195.05,
        "at-most pass proven order-statistic [190, 200]",
        "max-regression pass proven percentile [-0.0118, 0.012]",
      ],
      "p99": [
        "inconclusive",
        199.01,
        200.02,
        "at-most inconclusive interval-spans-limit",
      ],
      "passed": [
        "inconclusive",
        0.9,
        0.95,
        "at-least pass proven wilson [0.8256, 0.9448]",
        "max-regression inconclusive unprovable-margin tango [-0.1118, -0.0112]",
      ],
      "steps": [
        "pass",
        1.05,
        1,
        "at-most pass proven bca [1.0019, 1.1058]",
        "max-regression pass proven bca [0.0336, 0.0697]",
      ],
      "throughput": [
        "pass",
        31,
        31.485,
        "at-least pass proven bca [30.865, 31.145]",
        "max-regression pass proven bca [-0.0231, -0.0075]",
      ],
    }
  `);
  expect(outcome.checks.map(({ metric, scale }) => [metric, scale])).toEqual([
    ['mean(ms)', 'own'],
    ['median(ms)', 'own'],
    ['p90(ms)', 'own'],
    ['p95(ms)', 'own'],
    ['p99(ms)', 'own'],
    ['tokens per seconds', 'own'],
    ['steps per reference', 'own'],
    ['rate(passed)', 'share'],
    ['rate(ok)', 'share'],
  ]);
  expect(boundOf(outcome, 'p99').note).toBe('100 rows give no upper bound for the 99 % quantile');
});

it('what divides must be there, and not be 0 in sum', async () => {
  const { run } = workspace();
  const gate = `${examples}${candidate}checks:
  cost: { column: cost, statistic: ratio, per: solved, at-most: 2, max-regression: 10% }
`;
  const files = {
    'golden.csv': csv(60, { y: () => 1 }),
    'out.csv': csv(60, { cost: () => 1, solved: (row) => row % 2 }),
    'old.csv': csv(60, { cost: (row) => row % 3, solved: (row) => row % 2 }),
  };
  expect((await run(gate, files)).checks[0]).toMatchObject({ candidate: 2, champion: 2 });
  const never = csv(60, { cost: () => 1, solved: () => 0 });
  expect(toldProblem(await run(gate, { ...files, 'out.csv': never }))).toBe(
    'metric-undefined: cost per solved of the candidate is undefined on these rows',
  );
  const champion = await run(gate, { ...files, 'old.csv': never });
  expect(toldProblem(champion)).toBe('metric-undefined: cost per solved of the champion is undefined on these rows');
  expect(champion.checks[0]?.bounds.map(({ rule, status }) => [rule, status])).toEqual([
    ['at-most', 'inconclusive'],
    ['max-regression', 'error'],
  ]);
  // neither the predictions nor the examples hold it
  const nobody = csv(60, { cost: () => 1 });
  expect(toldProblem(await run(gate, { ...files, 'out.csv': nobody }))).toBe(
    'column-missing: The candidate table out.csv: there is no column "solved"; there are "id", "cost".',
  );
  // of the champion alone: only the comparison stops
  const half = await run(gate, { ...files, 'old.csv': nobody });
  expect(toldProblem(half)).toBe(
    'column-missing: The champion table old.csv: there is no column "solved"; there are "id", "cost".',
  );
  expect(half.checks[0]?.bounds[0]?.status).toBe('inconclusive');
  // the examples hold it: both sides are divided by the same
  const shared = await run(gate, {
    'golden.csv': csv(60, { solved: (row) => row % 2 }),
    'out.csv': nobody,
    'old.csv': csv(60, { cost: () => 3 }),
  });
  expect(shared.checks[0]).toMatchObject({ candidate: 2, champion: 6 });
});

it('a rate is of booleans, or of 0 and 1', async () => {
  const { run } = workspace();
  const gate = `${examples}candidate: { table: out.csv }\nchecks: { ok: { column: ok, statistic: rate, at-least: 0.5 } }\n`;
  const golden = csv(40, { y: () => 1 });
  const other = await run(gate, { 'golden.csv': golden, 'out.csv': csv(40, { ok: (row) => row % 3 }) });
  expect(toldProblem(other)).toMatchInlineSnapshot(
    `"value-out-of-range: The candidate table out.csv: column "ok" holds 13 values other than 0 and 1 (first in row 2); a flag is a boolean, or 0 or 1."`,
  );
  const words = await run(gate, { 'out.csv': csv(40, { ok: (row) => (row % 2 ? 'yes' : 'no') }) });
  expect(toldProblem(words)).toMatchInlineSnapshot(
    `"column-type: The candidate table out.csv: column "ok" holds text; a flag is a boolean, or 0 or 1."`,
  );
});

it('no pairs: Welch, Miettinen and Nurminen, and quantiles of two load tests', async () => {
  const load = (rows: number, ms: (row: number) => number, failed: (row: number) => number) =>
    csv(rows, { ms, ok: (row) => 1 - failed(row), tokens: () => 10, seconds: (row) => 1 + (row % 2) });
  const gate = `pairing: none
candidate: { table: out.csv }
champion: { from: file, table: old.csv }
checks:
  mean: { column: ms, statistic: mean, better: lower, max-regression: 10 }
  percent: { column: ms, statistic: mean, better: lower, max-regression: 10% }
  p90: { column: ms, statistic: p90, at-most: 150, max-regression: 15% }
  ok: { column: ok, statistic: rate, at-least: 0.9, max-regression: 5pt }
  rate: { column: tokens, statistic: ratio, per: seconds, at-least: 5, max-regression: 10% }
`;
  const { run } = workspace();
  const files = {
    'out.csv': load(
      200,
      (row) => 100 + (row % 10),
      (row) => (row % 50 === 0 ? 1 : 0),
    ),
    'old.csv': load(
      120,
      (row) => 98 + (row % 20),
      (row) => (row % 60 === 0 ? 1 : 0),
    ),
  };
  const outcome = await run(gate, files);
  expect(outcome.rows).toBe(200);
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "mean": [
        "pass",
        104.5,
        107.5,
        "max-regression pass proven welch [-4.119, -1.881]",
      ],
      "ok": [
        "pass",
        0.98,
        0.983333,
        "at-least pass proven wilson [0.9497, 0.9922]",
        "max-regression pass proven miettinen-nurminen [-0.0365, 0.0404]",
      ],
      "p90": [
        "pass",
        108.1,
        115.1,
        "at-most pass proven order-statistic [108, 109]",
        "max-regression pass proven percentile [-0.0707, -0.043]",
      ],
      "percent": [
        "pass",
        104.5,
        107.5,
        "max-regression pass proven welch [-0.0392, -0.0166]",
      ],
      "rate": [
        "pass",
        6.666667,
        6.666667,
        "at-least pass proven bca [6.3694, 6.993]",
        "max-regression pass proven bca [-0.0692, 0.0741]",
      ],
    }
  `);
  // the same run on both sides: no change
  const same = await run(gate, { 'old.csv': files['out.csv'] });
  expect(same.checks.map(({ id, status, candidate: own, champion }) => [id, status, own === champion])).toEqual([
    ['mean', 'pass', true],
    ['percent', 'pass', true],
    ['p90', 'pass', true],
    ['ok', 'pass', true],
    ['rate', 'pass', true],
  ]);
  const missing = await run(gate, { 'old.csv': files['old.csv'].replace('seconds', 'sec') });
  expect(toldProblem(missing)).toBe(
    'column-missing: The champion table old.csv: there is no column "seconds"; there are "id", "ms", "ok", "tokens", "sec".',
  );
});

it('no pairs: a champion of few rows is not compared with, and a rare failure that was not seen is not excluded', async () => {
  const gate = (range: string) => `pairing: none
candidate: { table: out.csv }
champion: { from: file, table: old.csv }
checks: { mean: { column: ok, statistic: mean, at-least: 0.5, max-regression: 0.02${range} } }
`;
  const { run } = workspace();
  const scores = (rows: number) => csv(rows, { ok: (row) => 0.9 + (row % 5) / 1000 });
  const few = await run(gate(''), { 'out.csv': scores(40), 'old.csv': scores(8) });
  expect(few.checks[0]?.bounds.map(({ status, reason, note }) => [status, reason, note])).toEqual([
    ['pass', 'proven', undefined],
    ['inconclusive', 'too-few-rows', '8 rows of the champion; at least 30 are judged'],
  ]);
  const enough = await run(gate(''), { 'old.csv': scores(50) });
  expect(enough.checks[0]?.bounds.map(({ reason }) => reason)).toEqual(['proven', 'proven']);
  // one more row of 0 would lower the mean of 41 by 0.02
  const guarded = await run(gate(', range: [0, 1]'), {});
  expect(guarded.checks[0]?.bounds.map(({ reason }) => reason)).toEqual(['proven', 'rare-drop-not-excluded']);
});

it('a metrics file is compared number by number, and nothing is proven', async () => {
  const gate = `candidate: { file: out.json }
champion: { from: file, file: old.json }
anchor: { from: file, file: first.json }
checks:
  peak: { metric: peak_mb, better: lower, at-most: 2048, max-regression: 10% }
  accuracy: { metric: accuracy, at-least: 0.9, max-regression: 1pt, max-regression-from-anchor: 2pt }
`;
  const outcome = await workspace().run(gate, {
    'out.json': '{"peak_mb": 1500, "accuracy": 0.915}',
    'old.json': '{"peak_mb": 1400, "accuracy": 0.92}',
    'first.json': '{"peak_mb": 1300, "accuracy": 0.94}',
  });
  expect(toldChecks(outcome)).toEqual({
    peak: [
      'fail',
      1500,
      1400,
      'at-most pass estimate-within-limit',
      'max-regression pass estimate-within-limit',
      'max-regression anchor fail margin-exceeded',
    ],
    accuracy: [
      'fail',
      0.915,
      0.92,
      'at-least pass estimate-within-limit',
      'max-regression pass estimate-within-limit',
      'max-regression anchor fail margin-exceeded',
    ],
  });
  expect(outcome.checks.map(({ anchor }) => anchor)).toEqual([1300, 0.94]);
  expect(outcome.notices[0]).toMatch(/^There are no rows behind these metrics/);
});
