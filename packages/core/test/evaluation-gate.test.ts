import { expect, it } from 'vitest';
import { PolicyError, parsePolicy } from '../src/index.ts';

/** Each problem of a policy with this gate as line:column message; the gate's first line is line 6. */
function problems(gate: string): string[] {
  const text = `version: 1\nname: p\ngates:\n  g:\n    kind: evaluation\n${gate.trimEnd().replace(/^/gm, '    ')}\n`;
  try {
    parsePolicy(text, 'modelgate.yml');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ message, where }) => `${where.line}:${where.column} ${message}`);
  }
  return [];
}

const rows = 'candidate: { table: o.csv, key: k }\n';
const floor = 'checks: { c: { column: a, statistic: mean, at-least: 0.5 } }\n';
const file = 'candidate: { file: o.json }\nchecks: { c: { metric: f1, at-least: 0.5 } }\n';

it.each<[string, string, string[]]>([
  [
    'a ranking by score and by rank at once',
    `task: ranking\ncandidate: { table: o.csv, document: d, score: s, rank: r }\n${floor}`,
    ['7:55 `gates.g.candidate.rank`: stands beside `score`: give one of the two'],
  ],
  [
    'a pattern without a class',
    `candidate: { table: o.csv, key: k, scores: p_ }\n${floor}`,
    ['6:40 `gates.g.candidate.scores`: must hold {class} once, e.g. "p_{class}"'],
  ],
  [
    'a pattern with two classes',
    `candidate: { table: o.csv, key: k, scores: "p_{class}_{class}" }\n${floor}`,
    ['6:40 `gates.g.candidate.scores`: must hold {class} once, e.g. "p_{class}"'],
  ],
  [
    'scores of one class',
    `candidate: { table: o.csv, key: k, scores: { a: p_a } }\n${floor}`,
    ['6:40 `gates.g.candidate.scores`: names fewer than two classes'],
  ],
  [
    'columns of a metrics file',
    'candidate: { file: o.json, key: k, prediction: p, label: l, score: s, scores: "p_{class}", document: d, repeats: true }\nchecks: { c: { metric: f1, at-least: 0.5 } }\n',
    [
      '6:32 `gates.g.candidate.key`: is about rows, and a metrics file has none',
      '6:40 `gates.g.candidate.prediction`: is about rows, and a metrics file has none',
      '6:55 `gates.g.candidate.label`: is about rows, and a metrics file has none',
      '6:65 `gates.g.candidate.score`: is about rows, and a metrics file has none',
      '6:75 `gates.g.candidate.scores`: is about rows, and a metrics file has none',
      '6:96 `gates.g.candidate.document`: is about rows, and a metrics file has none',
      '6:109 `gates.g.candidate.repeats`: is about rows, and a metrics file has none',
    ],
  ],
  [
    'pairs without pairing',
    'pairing: none\nexamples: { table: g.csv, key: q }\ncandidate: { table: o.csv, key: k, repeats: true }\nchecks: { c: { metric: accuracy, at-least: 0.5 } }\n',
    [
      '7:5 `gates.g.examples`: are paired by key, and the gate says `pairing: none`',
      '8:32 `gates.g.candidate.key`: pairs rows, and the gate says `pairing: none`',
      '8:40 `gates.g.candidate.repeats`: are runs of one key, and the gate says `pairing: none`',
      '9:15 `gates.g.checks.c`: needs paired rows; without them only columns are compared',
    ],
  ],
  [
    'no pairing of a metrics file',
    `pairing: none\n${file}`,
    [
      '6:5 `gates.g.pairing`: is about rows, and a metrics file has none',
      '8:15 `gates.g.checks.c`: needs paired rows; without them only columns are compared',
    ],
  ],
  [
    'repeats of a ranking',
    `task: ranking\ncandidate: { table: o.csv, document: d, score: s, repeats: true }\n${floor}`,
    ['7:55 `gates.g.candidate.repeats`: a ranking has several rows a key already: its documents'],
  ],
  [
    'rescoring without a command',
    `on-new-examples: rescore\n${rows}${floor}`,
    ['6:5 `gates.g.on-new-examples`: rescore needs `rescore: { command, table }`: what scores the champion anew'],
  ],
  [
    'a command that nothing runs',
    `rescore: { command: make, table: t.csv }\n${rows}${floor}`,
    ['6:5 `gates.g.rescore`: goes with `on-new-examples: rescore`'],
  ],
  [
    'an anchor that moves',
    `anchor: { from: recorded }\n${rows}${floor}`,
    [
      '6:15 `gates.g.anchor.from`: recorded moves on with every release; an anchor stays: git, file, a version in mlflow, or an object in s3',
    ],
  ],
  [
    'an anchor that is scored anew',
    `anchor: { from: rescore, command: make, table: t.csv }\n${rows}${floor}`,
    [
      '6:15 `gates.g.anchor.from`: rescore moves on with every release; an anchor stays: git, file, a version in mlflow, or an object in s3',
    ],
  ],
  [
    'an anchor of another kind',
    `anchor: { from: git, file: t.json }\n${rows}${floor}`,
    [
      '6:5 `gates.g.anchor`: needs a `table`, as the candidate has one',
      '6:26 `gates.g.anchor.file`: is given although the candidate has a `table`: rows and bare metrics cannot be compared',
    ],
  ],
  [
    'a margin to an anchor that is not there',
    `${rows}checks: { c: { column: a, statistic: mean, better: lower, max-regression-from-anchor: 1 } }\n`,
    ['7:63 `gates.g.checks.c.max-regression-from-anchor`: the gate names no `anchor`'],
  ],
  [
    'keys of a check beside the wrong statistic',
    `${rows}checks:
  a: { column: a, statistic: ratio, at-least: 0.5 }
  b: { column: a, statistic: mean, per: b, at-least: 0.5 }
  c: { metric: f1, per: b, at-least: 0.5 }
  d: { column: a, statistic: p95, range: [0, 1], at-least: 0.5 }
  e: { column: a, at-least: 1 }
  f: { column: a, statistic: p97, at-least: 1 }
  g: { column: a, statistic: mean, range: [1, 1], at-least: 1 }
`,
    [
      '8:7 `gates.g.checks.a`: `statistic: ratio` needs `per`: the column to divide by',
      '9:40 `gates.g.checks.b.per`: goes with `statistic: ratio`',
      '10:24 `gates.g.checks.c.per`: goes with `statistic: ratio`',
      '11:39 `gates.g.checks.d.range`: goes with `statistic: mean`',
      '12:7 `gates.g.checks.e`: `column` needs a `statistic`: mean, median, p90, p95, p99, rate, ratio',
      '13:23 `gates.g.checks.f.statistic`: "p97" is not allowed; did you mean p90?',
      '14:40 `gates.g.checks.g.range`: must be [lowest, highest]',
    ],
  ],
  [
    'a check of nothing, of two things, and without a bound',
    `${rows}checks:
  a: { at-least: 1 }
  b: { column: a, metric: f1, statistic: mean, at-least: 1 }
  c: { metric: f1, behavior: invariance, at-most: 1 }
  d: { metric: f1 }
`,
    [
      '8:7 `gates.g.checks.a`: needs exactly one of `metric`, `column` and `behavior`',
      '9:7 `gates.g.checks.b`: needs exactly one of `metric`, `column` and `behavior`',
      '10:7 `gates.g.checks.c`: needs exactly one of `metric`, `column` and `behavior`',
      '11:7 `gates.g.checks.d`: shows nothing: give it at least one of at-least, at-most, max-regression, min-improvement, max-improvement',
    ],
  ],
  [
    'keys of a test of behaviour beside the wrong behaviour',
    `${rows}checks:
  a: { behavior: invariance, tolerance: 1.5, at-most: 0.5 }
  b: { behavior: invariance, tolerance: -0.1, at-most: 0.5 }
  c: { behavior: directional, at-most: 0.5 }
  d: { behavior: invariance, direction: increasing, at-most: 0.5 }
  e: { behavior: minimum-functionality, tolerance: 0.1, at-most: 0.5 }
  f: { metric: f1, test: x, at-most: 0.5 }
  g: { behavior: directional, direction: up, at-most: 0.5 }
  h: { behavior: invariant, at-most: 0.5 }
`,
    [
      '8:34 `gates.g.checks.a.tolerance`: is above 1: it is a difference of probabilities',
      '9:34 `gates.g.checks.b.tolerance`: -0.1 is below 0',
      '10:7 `gates.g.checks.c`: `behavior: directional` needs `direction`: increasing or decreasing',
      '11:34 `gates.g.checks.d.direction`: goes with `behavior: directional`',
      '12:45 `gates.g.checks.e.tolerance`: goes with `behavior: invariance` or `directional`',
      '13:24 `gates.g.checks.f.test`: goes with `behavior`',
      '14:35 `gates.g.checks.g.direction`: "up" is not allowed; allowed: increasing, decreasing',
      '15:12 `gates.g.checks.h.behavior`: "invariant" is not allowed; did you mean invariance?',
    ],
  ],
  [
    'words that are not in the grammar',
    `correction: bonferroni\non-new-examples: ignore\npairing: no\ntask: multilabel\n${rows}${floor}`,
    [
      '6:5 `gates.g.correction`: "bonferroni" is not allowed; allowed: holm, none',
      '7:5 `gates.g.on-new-examples`: "ignore" is not allowed; allowed: error, intersect, rescore',
      '8:5 `gates.g.pairing`: "no" is not allowed; allowed: by-key, none',
      '9:5 `gates.g.task`: task multilabel is not available yet in this version of Modelgate; available: binary, multiclass, regression, ranking, answers, behavioral, generic',
    ],
  ],
  [
    'looks of no number, and more words for them than there are',
    `looks: { at-most: 0, on-exhausted: stop, adaptivity: some }\nexamples: { table: g.csv, key: q }\ncandidate: { table: o.csv }\n${floor}`,
    [
      '6:14 `gates.g.looks.at-most`: 0 is not above 0',
      '6:26 `gates.g.looks.on-exhausted`: "stop" is not allowed; allowed: warn, fail',
      '6:46 `gates.g.looks.adaptivity`: "some" is not allowed; allowed: full, none',
    ],
  ],
  [
    'looks that are not counted in whole numbers',
    `looks: { at-most: 1.5 }\nexamples: { table: g.csv, key: q }\ncandidate: { table: o.csv }\n${floor}`,
    ['6:14 `gates.g.looks.at-most`: 1.5 is not a whole number'],
  ],
  [
    'looks at examples that are not named',
    `looks: { at-most: 5 }\n${rows}${floor}`,
    ['6:5 `gates.g.looks`: counts how often `examples` are used, and the gate names none'],
  ],
  [
    'looks at a metrics file',
    `looks: { at-most: 5 }\nexamples: { table: g.csv, key: q }\n${file}`,
    ['6:5 `gates.g.looks`: counts how often rows are used, and a metrics file has none'],
  ],
  [
    'a binary task without its positive class',
    `task: binary\n${rows}${floor}`,
    ['6:5 `gates.g.task`: task binary needs `positive`: which label is the positive class, e.g. positive: 1'],
  ],
])('refuses %s', (_, gate, expected) => {
  expect(problems(gate)).toEqual(expected);
});

it.each([
  ['a metrics file with an anchor', `anchor: { from: git, file: a.json }\n${file}`],
  ['scores by class', `candidate: { table: o.csv, key: k, scores: { a: p_a, b: p_b } }\n${floor}`],
  ['a load test', `pairing: none\ncandidate: { table: o.csv }\nchampion: { from: git, table: b.csv }\n${floor}`],
  [
    'a command that scores the champion anew',
    `on-new-examples: rescore\nrescore: { command: make, table: t.csv }\n${rows}${floor}`,
  ],
  [
    'a margin to the anchor alone',
    `anchor: { from: file, table: a.csv }\n${rows}checks: { c: { column: a, statistic: mean, better: lower, max-regression-from-anchor: 1 } }\n`,
  ],
])('knows %s', (_, gate) => {
  expect(problems(gate)).toEqual([]);
});
