import type { CheckResult, Verdict } from '@modelgate/core';
import { verdict } from './verdicts.ts';

/** Verdicts of data gates: the flights of 2013 against their contract, whole, sampled, drifting and not to be read. */

type Finding = NonNullable<CheckResult['data']>;
type Draft = Partial<Omit<CheckResult, 'data'>>;

const contractFile = 'contracts/flights.yml';
const digest = (digit: string) => digit.repeat(64);
export const rows = 336_776;

let line = 7;

function rule(id: string, data: Finding, draft: Draft = {}): CheckResult {
  const status = draft.status ?? 'pass';
  line += 1;
  return {
    id,
    metric: 'failing_rows',
    better: 'lower',
    scale: 'own',
    level: 'fail',
    status,
    outcome: status,
    reason: status === 'pass' ? 'within-limit' : 'rule-broken',
    rows,
    bounds: [],
    data,
    where: { file: contractFile, line, column: 5 },
    ...draft,
  };
}

const noRow = { value: 0, unit: 'rows' } as const;
const share = (value: number) => ({ value, unit: 'share' }) as const;

/** A rule that no row breaks. */
export function holds(id: string, words = `no row breaks \`${id}\``): CheckResult {
  return rule(id, { kind: 'counted', words, failing: 0, of: rows, unit: 'row', allowed: noRow });
}

export function fact(id: string, words: string, draft: Draft = {}): CheckResult {
  return rule(id, { kind: 'fact', words }, draft);
}

export function broken(
  id: string,
  words: string,
  numbers: Pick<Extract<Finding, { kind: 'counted' }>, 'failing' | 'of' | 'allowed'>,
  draft: Draft = { status: 'fail' },
): CheckResult {
  return rule(id, { kind: 'counted', words, unit: 'row', ...numbers }, draft);
}

export function drift(
  column: string,
  numbers: Omit<Extract<Finding, { kind: 'drift' }>, 'kind' | 'rows' | 'of'> & { readonly of?: 'values' | 'nulls' },
  draft: Draft = {},
): CheckResult {
  const status = draft.status ?? 'pass';
  const reasons = { pass: 'within-limit', fail: 'drifted', inconclusive: 'drift-undecided' } as const;
  const reason = status === 'pass' || status === 'fail' ? reasons[status] : reasons.inconclusive;
  return rule(
    `drift.${column}`,
    { kind: 'drift', of: 'values', rows: [333_012, rows], ...numbers },
    { metric: 'distance', reason, ...draft },
  );
}

const columns = ['year', 'month', 'day', 'dep_delay', 'arr_delay', 'carrier', 'flight', 'tailnum', 'origin', 'dest'];

/** Ten columns with a type and a rule about missing values each, and what else the contract asks. */
const quiet: readonly CheckResult[] = [
  fact('extra-columns', 'the table has no column that the contract does not name'),
  ...columns.flatMap((column) => [
    fact(`columns.${column}.type`, `\`${column}\` is of the type that the contract says`),
    holds(`columns.${column}.nullable`, `no value of \`${column}\` is missing`),
  ]),
  holds('columns.carrier.in', 'every `carrier` is among the 16 allowed ones'),
  holds('columns.origin.length', 'every `origin` is 3 characters long'),
  holds('columns.dest.length', 'every `dest` is 3 characters long'),
  holds('columns.month.range', 'every `month` is from 1 to 12'),
  holds('columns.day.range', 'every `day` is from 1 to 31'),
  holds('keys.year+month+day+carrier+flight+origin', 'no key occurs more than once'),
];

const missingTimes = broken(
  'columns.dep_time.nulls',
  '`dep_time` is missing in 2.5 % of rows (8,255 of 336,776); 3 % allowed',
  { failing: 8255, of: rows, allowed: share(0.03) },
  {},
);

const meanDelay = rule('checks.mean-delay', {
  kind: 'number',
  words: 'mean of `dep_delay` is 12.6; 0 to 30 is allowed',
  what: 'mean of `dep_delay`',
  value: 12.639070257304708,
  limits: { atLeast: 0, atMost: 30 },
});

export const tailnum = broken(
  'columns.tailnum.pattern',
  '`tailnum` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed',
  { failing: 7052, of: rows, allowed: share(0.01) },
  {
    status: 'fail',
    why: 'the maintenance records are joined by it',
    where: { file: contractFile, line: 41, column: 7 },
  },
);

const negativeAirTime = broken(
  'columns.air_time.range',
  '`air_time` is outside 20 to 700 in 0.04 % of rows (131 of 336,776); none allowed',
  { failing: 131, of: rows, allowed: noRow },
  { status: 'fail', where: { file: contractFile, line: 47, column: 7 } },
);

const retyped = fact('columns.flight.type', '`flight` holds VARCHAR where the contract says integer', {
  status: 'fail',
  reason: 'columns-differ',
  where: { file: contractFile, line: 36, column: 5 },
});

const lateArrivals = broken(
  'columns.arr_time.nulls',
  '`arr_time` is missing in 2.6 % of rows (8,713 of 336,776); 3 % allowed, more than 2.5 % is warned of',
  { failing: 8713, of: rows, allowed: share(0.03) },
  { status: 'warn', reason: 'warning-limit', where: { file: contractFile, line: 29, column: 7 } },
);

const fewPeople = rule(
  'privacy.k-anonymity',
  {
    kind: 'counted',
    words: 'fewer than 5 groups of `origin`, `dest` and `tailnum` hold fewer than 5 rows; none allowed',
    suppressedBelow: 5,
    of: 4_031,
    unit: 'group',
    allowed: noRow,
  },
  {
    status: 'waived',
    outcome: 'fail',
    waiver: { owner: '@ana', reason: 'reviewed with legal', expires: '2026-12-15' },
  },
);

export const table: NonNullable<Verdict['data']> = {
  table: 'data/flights.parquet',
  columns: 19,
  engine: 'duckdb',
  contract: { name: 'flights', file: contractFile, sha256: digest('a') },
  profile: {
    file: 'data/flights.profile.json',
    rows: 333_012,
    commit: '4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f',
    sha256: digest('b'),
  },
};

const distances = {
  wasserstein: (distance: number, half: number) => ({
    comparator: 'wasserstein',
    distance,
    interval: [distance - half, distance + half] as [number, number],
    floor: 0.1,
  }),
  jensenShannon: (distance: number, half: number) => ({
    comparator: 'jensen-shannon-distance',
    distance,
    interval: [Math.max(0, distance - half), distance + half] as [number, number],
    floor: 0.1,
  }),
};

const within = (name: string, distance: number) =>
  `${name} ${distance} (${(distance - 0.004).toFixed(3)} to ${(distance + 0.004).toFixed(3)}): shown to be below 0.1`;

/** Two columns that moved, three that did not. */
export const steady: readonly CheckResult[] = [
  drift('dep_delay', {
    words: within('Wasserstein distance', 0.031),
    adjustedP: 0.0004,
    ...distances.wasserstein(0.031, 0.004),
  }),
  drift('arr_delay', {
    words: within('Wasserstein distance', 0.006),
    adjustedP: 0.8,
    ...distances.wasserstein(0.006, 0.004),
  }),
  drift('carrier', {
    words: within('Jensen–Shannon distance', 0.044),
    adjustedP: 0.003,
    ...distances.jensenShannon(0.044, 0.005),
  }),
  drift('origin', {
    words: within('Jensen–Shannon distance', 0.009),
    adjustedP: 0.31,
    ...distances.jensenShannon(0.009, 0.006),
  }),
  drift('tailnum.nulls', {
    words: 'the share of nulls went from 0.7 % to 0.75 %, a difference of 0.0005',
    of: 'nulls',
    comparator: 'share-difference',
    distance: 0.0005,
    interval: [0, 0.0011],
    floor: 0.02,
    adjustedP: 0.4,
  }),
];

const data = {
  gate: { id: 'training-data', kind: 'data' },
  baseline: undefined,
  subject: undefined,
  rowsAre: 'rows',
  rows,
  inputs: [
    { role: 'data', name: 'data/flights.parquet', files: 1, bytes: 5_922_118, sha256: digest('7'), rows },
    { role: 'reference', name: 'data/carriers.csv', files: 1, bytes: 412, sha256: digest('8'), rows: 16 },
  ],
  data: table,
} as const;

type VerdictDraft = Partial<Omit<Verdict, 'schema' | 'checks'>> & { readonly checks?: readonly CheckResult[] };

export function dataVerdict(draft: VerdictDraft): Verdict {
  return verdict({ ...data, inputs: [...data.inputs], reason: 'within-limit', ...draft });
}

export const passing = dataVerdict({
  checks: [...quiet, missingTimes, meanDelay, ...steady],
  data: {
    ...table,
    proposedProfile: {
      artifact: 'modelgate-profile-training-data',
      file: 'flights.profile.json',
      words: 'the committed profile is 212 days old and this table has 3,764 rows more',
    },
  },
});

/** About 40 rules, of which three are broken, one is waived and one only warns. */
export const failing = dataVerdict({
  status: 'fail',
  reason: 'columns-differ',
  stops: true,
  checks: [
    ...quiet.filter(({ id }) => id !== 'columns.flight.type'),
    retyped,
    missingTimes,
    lateArrivals,
    tailnum,
    negativeAirTime,
    meanDelay,
    fewPeople,
    ...steady,
  ],
});

export const tailnumOnly = dataVerdict({
  status: 'fail',
  reason: 'rule-broken',
  stops: true,
  checks: [...quiet, missingTimes, tailnum, meanDelay],
});

const sampledRows = 16_839;

function beyondSample(id: string, what: string): CheckResult {
  const words = `${what} in the 16,839 rows looked at, which does not show it of all 336,776`;
  return holdsNot(id, words);
}

function holdsNot(id: string, words: string): CheckResult {
  return rule(
    id,
    { kind: 'counted', words, failing: 0, of: sampledRows, unit: 'row', allowed: noRow },
    { status: 'inconclusive', reason: 'sample-cannot-tell', rows: sampledRows },
  );
}

/** A sample on a pull request: shares can be told, absence cannot. */
export const sampled = dataVerdict({
  status: 'inconclusive',
  reason: 'sample-cannot-tell',
  rows: sampledRows,
  data: { ...table, sampledFrom: rows },
  checks: [
    ...quiet.filter(({ id }) => !/^keys|nullable$/.test(id)),
    broken(
      'columns.dep_time.nulls',
      '`dep_time` is missing in 2.4 % of the rows looked at (404 of 16,839), 2.2 to 2.7 % of all with 95 % confidence; 3 % allowed',
      { failing: 404, of: sampledRows, allowed: share(0.03) },
      { rows: sampledRows },
    ),
    ...columns.map((column) => beyondSample(`columns.${column}.nullable`, `no value of \`${column}\` is missing`)),
    beyondSample('keys.year+month+day+carrier+flight+origin', 'no key occurs more than once'),
    beyondSample('columns.carrier.references', 'every `carrier` is in `carriers`'),
  ],
});

/** The table itself is not there. */
export const noTable = dataVerdict({
  status: 'error',
  reason: 'file-missing',
  stops: true,
  rows: undefined,
  inputs: [],
  data: undefined,
  problem: {
    reason: 'file-missing',
    message: 'data/flights.parquet is not there',
    how: 'let the step before this one write it, or mend `table` of the gate',
    where: { file: 'modelgate.yml', line: 9, column: 12 },
  },
});

/** A table that three rules ask is not there; the others could be measured. */
export const noOtherTable = dataVerdict({
  status: 'error',
  reason: 'file-missing',
  stops: true,
  checks: [
    ...quiet,
    ...['columns.carrier.references', 'columns.dest.references', 'parity.rows'].map((id) => {
      const words = 'data/airports.csv is not there';
      const how = 'write it before this step, or mend `tables.airports` of the contract';
      const problem = {
        reason: 'file-missing',
        message: words,
        how,
        where: { file: contractFile, line: 4, column: 13 },
      } as const;
      return rule(id, { kind: 'unmeasured', words }, { status: 'error', reason: 'file-missing', problem });
    }),
  ],
});

/** One column far away, one beyond its limit, one undecided, one that has no distance. */
export const drifted = dataVerdict({
  status: 'fail',
  reason: 'drifted',
  stops: true,
  checks: [
    ...quiet,
    ...steady,
    drift(
      'distance',
      {
        words:
          'Wasserstein distance (of bins, in standard deviations of the reference) 1.71 (1.68 to 1.74): shown to be above 0.1, p below 0.001 after correction',
        adjustedP: 1e-12,
        ...distances.wasserstein(1.71, 0.03),
      },
      { status: 'fail' },
    ),
    drift(
      'dest',
      {
        words:
          'Jensen–Shannon distance (base 2) 0.163 (0.151 to 0.175): shown to be above 0.1, p below 0.001 after correction',
        adjustedP: 1e-9,
        ...distances.jensenShannon(0.163, 0.012),
      },
      { status: 'fail', why: 'routes change with the season' },
    ),
    drift(
      'air_time',
      {
        words:
          'Wasserstein distance (of bins, in standard deviations of the reference) 0.094 (0.071 to 0.117): on which side of 0.1 it lies, 333,012 and 336,776 rows cannot tell; about 900,000 in each table would, were it as far as this',
        adjustedP: 0.002,
        ...distances.wasserstein(0.094, 0.023),
      },
      { status: 'inconclusive' },
    ),
    drift(
      'time_hour',
      { words: 'the reference does not know this column: nothing to compare with; record a new profile' },
      { status: 'inconclusive' },
    ),
  ],
});

/** Eighty columns with ten rules each. */
export const eightHundred = dataVerdict({
  data: { ...table, columns: 80 },
  checks: Array.from({ length: 80 }, (_, column) =>
    ['type', 'nullable', 'range', 'pattern', 'length', 'in', 'format', 'nulls', 'unique', 'finite'].map((name) =>
      holds(`columns.sensor_reading_${column}.${name}`, `no row breaks \`${name}\` of \`sensor_reading_${column}\``),
    ),
  ).flat(),
});

export const eightHundredBroken = dataVerdict({
  status: 'fail',
  reason: 'rule-broken',
  stops: true,
  checks: eightHundred.checks.map((check, index) =>
    broken(
      check.id,
      `\`sensor_reading_${Math.floor(index / 10)}\` breaks its rule in 1.2 % of rows (4,041 of 336,776); none allowed`,
      {
        failing: 4041,
        of: rows,
        allowed: noRow,
      },
    ),
  ),
});

/** What a pull request does to contract, columns and profile. */
export const change: NonNullable<Verdict['change']> = {
  rules: [],
  workflows: [],
  data: {
    contract: [
      {
        path: 'columns.tailnum.nullable',
        kind: 'widened',
        breaking: true,
        breaksProducers: false,
        consumers: ['train.py', 'dashboard/delays'],
        words: '`tailnum`: may be missing from now on',
        where: { file: contractFile, line: 40 },
      },
      {
        path: 'columns.hour',
        kind: 'removed',
        breaking: true,
        breaksProducers: false,
        consumers: ['train.py'],
        words: '`hour` is removed',
        where: { file: contractFile },
      },
      {
        path: 'columns.carrier.in',
        kind: 'narrowed',
        breaking: false,
        breaksProducers: true,
        consumers: [],
        words: '`carrier`: 16 → 15 allowed values',
        where: { file: contractFile, line: 31 },
      },
      {
        path: 'columns.gate',
        kind: 'added',
        breaking: false,
        breaksProducers: false,
        consumers: [],
        words: '`gate` is new: string',
        where: { file: contractFile, line: 60 },
      },
    ],
    columns: [
      { kind: 'added', column: 'gate', breaking: false, words: '`gate` is new: VARCHAR' },
      { kind: 're-typed', column: 'flight', breaking: true, words: '`flight`: BIGINT → VARCHAR' },
    ],
    profile: 'The committed profile is replaced: 333,012 → 336,776 rows.',
    leftOut: 3,
  },
};
