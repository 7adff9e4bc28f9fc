import type { CheckResult, SliceOutcome, SliceResult, Verdict } from '@modelgate/core';
import { bound, check, verdict } from './verdicts.ts';

/** Verdicts of gates about groups: carriers of whom three became worse below a better average, and groups of people. */

type Finding = NonNullable<CheckResult['slices']>;
type Each = Extract<Finding, { kind: 'each' }>;
type Across = Extract<Finding, { kind: 'across' }>;

const none: Record<SliceOutcome, number> = {
  improved: 0,
  'not-worse': 0,
  worse: 0,
  'cannot-tell': 0,
  'too-few-rows': 0,
  vanished: 0,
  new: 0,
};

function countsOf(slices: readonly SliceResult[]): Record<SliceOutcome, number> {
  const counts = { ...none };
  for (const { outcome } of slices) counts[outcome] += 1;
  return counts;
}

export function each(
  id: string,
  slices: readonly SliceResult[],
  finding: Partial<Each> & Pick<Each, 'words'>,
  draft: Partial<CheckResult> = {},
): CheckResult {
  const counts = countsOf(slices);
  return check({
    id,
    metric: 'f1',
    ...draft,
    slices: {
      kind: 'each',
      rule: 'max-regression',
      counts,
      tested: slices.length - counts['too-few-rows'] - counts.vanished - counts.new,
      slices: [...slices],
      ...finding,
    },
  });
}

/** A group of a carrier: rows, champion, and by how much its candidate moved with the half width of that. */
export function carrier(
  name: string,
  outcome: SliceOutcome,
  rows: number,
  [champion, change, half]: readonly [number, number, number],
  more: Partial<SliceResult> = {},
): SliceResult {
  return {
    by: 'carrier',
    name: `carrier=${name}`,
    outcome,
    rows,
    champion,
    candidate: Number((champion + change).toFixed(6)),
    of: 'difference',
    estimate: change,
    interval: { lower: change - half, upper: change + half, level: 0.95, method: 'bca' },
    ...more,
  };
}

const tooFew = (name: string, rows: number | undefined, rowsNeeded: number): SliceResult => ({
  by: 'carrier',
  name,
  outcome: 'too-few-rows',
  of: 'difference',
  rowsNeeded,
  ...(rows === undefined ? {} : { rows }),
});

/** Sixteen carriers, in no order: the reports sort them. */
export const carriers: readonly SliceResult[] = [
  carrier('UA', 'improved', 8_402, [0.702, 0.012, 0.006]),
  carrier('B6', 'improved', 7_811, [0.69, 0.011, 0.007]),
  carrier('AS', 'worse', 1_104, [0.731, -0.061, 0.041], { p: 0.00012, adjustedP: 0.0016 }),
  carrier('EV', 'not-worse', 7_733, [0.721, 0.004, 0.007]),
  carrier('DL', 'improved', 6_902, [0.688, 0.014, 0.008]),
  carrier('F9', 'worse', 1_098, [0.744, -0.052, 0.036], { p: 0.0003, adjustedP: 0.0036 }),
  carrier('AA', 'not-worse', 4_688, [0.695, 0.002, 0.009]),
  carrier('MQ', 'not-worse', 3_781, [0.719, -0.003, 0.009]),
  carrier('US', 'not-worse', 2_932, [0.68, 0.001, 0.012]),
  carrier('9E', 'not-worse', 2_641, [0.733, -0.001, 0.013]),
  carrier('WN', 'worse', 1_756, [0.727, -0.034, 0.022], { p: 0.0011, adjustedP: 0.0121, required: true }),
  carrier('VX', 'cannot-tell', 741, [0.701, -0.021, 0.034], { rowsNeeded: 1_930 }),
  carrier('FL', 'cannot-tell', 466, [0.742, -0.018, 0.044], { rowsNeeded: 2_410, note: 'most rows are of two days' }),
  carrier('YV', 'cannot-tell', 86, [0.75, 0.012, 0.151], { rowsNeeded: 2_380 }),
  tooFew('carrier=HA', 22, 1_870),
  tooFew('carrier=OO', undefined, 1_870),
];

const place = { file: 'modelgate.yml', line: 31, column: 7 };

export const masked = each(
  'carriers',
  carriers,
  {
    words:
      'f1 got better by 0.4 points on average and got worse for `carrier=AS` by 6.1 points (95 % interval 2.0 to 10.2), and for 2 more of 16 groups',
    masked: true,
    overall: { champion: 0.7081, candidate: 0.7121, estimate: 0.004 },
    improvedShare: { limit: 0.5, improved: 9, proven: 3, of: 14 },
  },
  {
    status: 'fail',
    reason: 'slice-worse',
    champion: 0.7081,
    candidate: 0.7121,
    where: place,
    why: 'a carrier is a customer',
  },
);

const digest = (digit: string) => digit.repeat(64);

export const table: NonNullable<Verdict['slices']> = {
  of: 'quality',
  divisions: [
    { by: 'carrier', words: '`carrier`', groups: 16, rows: 48_211 },
    {
      by: 'route',
      words: '`origin` and `dest`',
      groups: 200,
      rows: 47_012,
      missing: 12,
      leftOutGroups: 24,
      leftOutRows: 1_187,
    },
  ],
  table: {
    artifact: 'modelgate-slices-flight-delays-slices',
    files: ['slices.csv', 'slices.parquet'],
  },
};

const gate = { id: 'slices', kind: 'slices' } as const;

export const maskedRegression = verdict({
  gate,
  status: 'fail',
  reason: 'slice-worse',
  stops: true,
  checks: [masked],
  slices: table,
});

const holds = carriers.filter(({ outcome }) => outcome === 'not-worse' || outcome === 'improved');

export const latencyHolds = each(
  'latency',
  [
    {
      by: 'carrier',
      name: 'carrier=UA',
      outcome: 'not-worse',
      rows: 8_402,
      champion: 31.4,
      candidate: 32.1,
      of: 'relative-difference',
      estimate: 0.0223,
      interval: { lower: 0.004, upper: 0.041, level: 0.95, method: 'bca' },
    },
    {
      by: 'carrier',
      name: 'carrier is missing',
      outcome: 'improved',
      rows: 118,
      champion: 40.2,
      candidate: 33.9,
      of: 'relative-difference',
      estimate: -0.157,
      interval: { lower: -0.21, upper: -0.1, level: 0.95, method: 'bca' },
    },
  ],
  { words: 'none of 2 groups is shown to be worse on mean(latency_ms): 1 improved, 1 not worse' },
  { metric: 'mean(latency_ms)', better: 'lower', scale: 'own', unit: 'ms' },
);

export const passing = verdict({
  gate,
  checks: [each('carriers', holds, { words: 'none of 8 groups is shown to be worse on f1: 3 improved, 5 not worse' })],
  slices: { ...table, divisions: table.divisions.slice(0, 1) },
});

export const passingTwo = verdict({ ...passing, checks: [...passing.checks, latencyHolds], slices: table });

export const undecided = verdict({
  gate,
  status: 'warn',
  reason: 'slices-undecided',
  checks: [
    each(
      'carriers',
      [tooFew('carrier=HA', 22, 1_870), tooFew('carrier=OO', undefined, 1_870), tooFew('carrier=YV', 29, 2_380)],
      { words: 'none of 3 groups is shown to be worse on f1: 3 with too few rows', tested: 0 },
      { status: 'warn', reason: 'slices-undecided', where: place },
    ),
  ],
  slices: { ...table, divisions: [{ by: 'carrier', words: '`carrier`', groups: 3, rows: 53 }] },
});

export const belowFloor = verdict({
  gate,
  status: 'fail',
  reason: 'slice-below-limit',
  stops: true,
  checks: [
    each(
      'floor',
      [
        {
          by: 'carrier',
          name: 'carrier=AS',
          outcome: 'worse',
          rows: 1_104,
          champion: 0.731,
          candidate: 0.67,
          of: 'value',
          estimate: 0.67,
          interval: { lower: 0.643, upper: 0.697, level: 0.95, method: 'bca' },
        },
        {
          by: 'carrier',
          name: 'carrier=UA',
          outcome: 'not-worse',
          rows: 8_402,
          champion: 0.702,
          candidate: 0.714,
          of: 'value',
          estimate: 0.714,
          interval: { lower: 0.704, upper: 0.724, level: 0.95, method: 'bca' },
        },
      ],
      {
        words: 'f1 of `carrier=AS` is 0.67 (95 % interval 0.643 to 0.697); at least 0.7 is asked of each group',
        rule: 'at-least',
      },
      { status: 'fail', reason: 'slice-below-limit', where: place },
    ),
  ],
  slices: table,
});

const rates = (candidate: number, champion: number) => ({
  candidate: { selection_rate: candidate },
  champion: { selection_rate: champion },
});

const parityFinding: Across = {
  kind: 'across',
  words:
    'demographic_parity differs by 17.2 points across `sex` within `education` (95 % interval 14.1 to 20.3); 10.0 points are allowed; 2 groups could not be compared',
  by: 'sex',
  control: 'education',
  gaps: [
    { of: 'difference', candidate: 0.172, champion: 0.151, byChance: 0.0312, p: 0.00002 },
    { of: 'ratio', candidate: 0.58 },
    { of: 'widening', candidate: 0.021 },
  ],
  groups: [
    { name: 'sex=Female', within: 'education=Bachelors', rows: 1_211, ...rates(0.238, 0.246) },
    { name: 'sex=Male', within: 'education=Bachelors', rows: 3_002, ...rates(0.41, 0.397) },
    { name: 'sex=Male', within: 'education=HS-grad', rows: 4_410, ...rates(0.101, 0.102) },
    { name: 'sex=Female', within: 'education=HS-grad', rows: 2_702, ...rates(0.062, 0.06) },
    { name: 'sex=Female', within: 'education=Preschool', candidate: {}, left: 'too-few-rows' },
    { name: 'sex=Male', within: 'education=Preschool', rows: 36, candidate: {}, left: 'undefined' },
  ],
};

const parityInterval = (lower: number, upper: number) => ({ lower, upper, level: 0.95, method: 'all pairs of groups' });

export const parity = check({
  id: 'parity',
  metric: 'demographic_parity',
  better: 'lower',
  status: 'fail',
  reason: 'groups-differ',
  champion: 0.151,
  candidate: 0.172,
  where: { file: 'modelgate.yml', line: 44, column: 7 },
  slices: parityFinding,
  bounds: [
    bound({
      rule: 'at-most',
      threshold: 0.1,
      limit: { value: 10, unit: 'points' },
      status: 'fail',
      reason: 'groups-differ',
      estimate: 0.172,
      interval: parityInterval(0.141, 0.203),
    }),
    bound({
      rule: 'at-least',
      threshold: 0.8,
      status: 'fail',
      reason: 'groups-differ',
      estimate: 0.58,
      interval: parityInterval(0.51, 0.66),
    }),
    bound({
      rule: 'max-regression',
      threshold: 0.02,
      status: 'inconclusive',
      reason: 'interval-spans-limit',
      estimate: 0.021,
      interval: parityInterval(0.002, 0.04),
    }),
  ],
});

export const across = verdict({
  gate: { id: 'fairness', kind: 'slices' },
  status: 'fail',
  reason: 'groups-differ',
  stops: true,
  rows: 11_361,
  checks: [parity],
  slices: {
    of: 'income',
    divisions: [
      { by: 'sex', words: '`sex`', groups: 2, rows: 11_361 },
      { by: 'education', words: '`education`', groups: 3, rows: 11_361 },
    ],
  },
});

export const discovery: NonNullable<NonNullable<Verdict['slices']>['discovery']> = {
  found: [
    {
      words: 'dest=HNL',
      where: "dest = 'HNL'",
      rows: 211,
      meanLoss: 0.041,
      effect: 0.08,
      adjustedP: 0.31,
      confirmed: false,
    },
    {
      words: 'carrier=AS and hour=20',
      where: "carrier = 'AS' AND hour = 20",
      rows: 402,
      meanLoss: 0.213,
      effect: 0.44,
      adjustedP: 0.00003,
      confirmed: true,
    },
  ],
  rows: 48_211,
  exact: true,
  patch: 'gates:\n  slices:\n    by:\n      as-20h:\n        where: "carrier = \'AS\' AND hour = 20"\n',
};

export const discovered = verdict({ ...maskedRegression, slices: { ...table, discovery } });

export const nastyName =
  'carrier=<img src=x onerror=alert(1)>|`-->`@octocat #12 octo/repo#3 https://evil.example\r\n# hi \u202etxt\u200f $x$ [a](b) \u0007 ```';

const nastyPatch = `by:\n  x: # ${nastyName}\n~~~\n\`\`\`\`\n</code></pre><script>alert(1)</script>\n    where: "a"`;

export const hostile = verdict({
  ...maskedRegression,
  checks: [
    each(
      'carriers',
      [
        carrier('x', 'worse', 1_104, [0.7, -0.06, 0.04], { name: nastyName, note: nastyName }),
        carrier('y', 'not-worse', 1_104, [0.7, 0.001, 0.01], { name: 'y'.repeat(500) }),
      ],
      { words: `f1 fell for \`${nastyName}\`` },
      { status: 'fail', reason: 'slice-worse' },
    ),
    {
      ...parity,
      slices: {
        ...parityFinding,
        words: nastyName,
        by: nastyName,
        control: nastyName,
        groups: parityFinding.groups.map((group) => ({
          ...group,
          name: nastyName,
          within: nastyName,
          candidate: { [nastyName]: 0.4 },
        })),
      },
    },
  ],
  slices: {
    of: nastyName,
    divisions: [{ by: nastyName, words: nastyName, groups: 2, rows: 10 }],
    table: { artifact: nastyName, files: [nastyName] },
    discovery: {
      ...discovery,
      found: discovery.found.map((one) => ({ ...one, words: nastyName, where: nastyName })),
      patch: nastyPatch,
      note: nastyName,
    },
  },
  subject: { name: 'out/model.joblib', sha256: digest('5') },
});

/** Two hundred groups, as a verdict keeps them: the worst, and how many more there are. */
export const manyGroups = verdict({
  ...passing,
  checks: [
    each(
      'routes',
      Array.from({ length: 60 }, (_, index) =>
        carrier(String(index), 'not-worse', 400 + index, [0.7, 0.001 * (index - 20), 0.02]),
      ),
      {
        words: 'none of 200 groups is shown to be worse on f1: 10 improved, 190 not worse',
        leftOut: 140,
        counts: { ...none, 'not-worse': 190, improved: 10 },
        tested: 200,
      },
    ),
  ],
});
