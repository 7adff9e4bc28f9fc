import { describe, expect, test } from 'vitest';
import { type Policy, PolicyError, parseDataContract, parsePolicy, policyChanges, stageOf } from '../src/index.ts';

const policy = `version: 1
name: flights
gates:
  training-data:
    kind: data
    table: data/*.parquet
    contract: contracts/flights.yml
    profile: contracts/flights.profile.json
  inline:
    kind: data
    table: data/planes.csv
    contract:
      extra-columns: fail
      columns: { tailnum: { type: string, unique: true } }
      checks: { seats: { mean: seats, at-least: 50 } }
stages:
  pull-request: { sample: { training-data: 5% } }
`;

function problems(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.map(({ message, where }) => `${where.line}: ${message}`);
    throw error;
  }
  return [];
}

const edited = (from: string, to: string) => {
  if (!policy.includes(from)) throw new Error(`${from} is not in the policy`);
  return policy.replace(from, to);
};
const contract = (text: string) =>
  problems(() => parseDataContract(`version: 1\nname: t\n${text}\n`, 'contracts/t.yml'));

test('a gate of kind data with its contract in a file or in place, and a sample of a stage', () => {
  const { policy: read } = parsePolicy(policy, 'modelgate.yml');
  expect(read.gates['inline']).toMatchObject({
    kind: 'data',
    contract: { 'extra-columns': 'fail', keys: [], columns: { tailnum: { required: true } } },
  });
  expect(stageOf(read, 'pull-request')).toMatchObject({ sample: { 'training-data': 0.05 } });
  expect(stageOf(read, 'nightly')).toMatchObject({ sample: {} });
});

test.each([
  ['table: data/*.parquet', 'tabel: data/*.parquet', '6: unknown key `tabel`; did you mean `table`?'],
  ['5%', '0%', '17: `stages.pull-request.sample.training-data`: is no part of the rows'],
  ['5%', '120%', '17: `stages.pull-request.sample.training-data`: is more than the whole'],
  [
    'sample: { training-data',
    'sample: { training',
    '17: `stages.pull-request.sample.training`: "training" is not a gate of this policy; known: training-data, inline',
  ],
  [
    'contract: contracts/flights.yml',
    'contract: 3',
    '7: `gates.training-data.contract`: is neither the path of a contract nor a mapping with its rules',
  ],
  ['unique: true', 'uniqe: true', '14: unknown key `uniqe`; did you mean `unique`?'],
  [
    'mean: seats, at-least: 50',
    'mean: seats',
    '15: `gates.inline.contract.checks.seats.mean`: has no limit: write between, at-least or at-most',
  ],
])('%s → %s is a mistake', (from, to, expected) => {
  expect(problems(() => parsePolicy(edited(from, to), 'modelgate.yml'))).toEqual([expected]);
});

describe('what a change does to the rules', () => {
  const changes = (from: string, to: string) =>
    policyChanges(
      { document: parsePolicy(policy, 'modelgate.yml'), waivers: [] },
      { document: parsePolicy(edited(from, to), 'modelgate.yml'), waivers: [] },
    ).map(({ effect, words }) => `${effect}: ${words}`);

  test.each([
    [
      'contract: contracts/flights.yml',
      'contract: contracts/lax.yml',
      'loosened: `training-data` contract contracts/flights.yml → contracts/lax.yml',
    ],
    [
      '    profile: contracts/flights.profile.json\n',
      '',
      'loosened: `training-data` profile contracts/flights.profile.json → not set',
    ],
    [
      '{ training-data: 5% }',
      '{ training-data: 1% }',
      'loosened: stage `pull-request` looks at 5% of the rows → 1% of the rows of `training-data`',
    ],
    [
      '{ training-data: 5% }',
      '{}',
      'tightened: stage `pull-request` looks at 5% of the rows → all rows of `training-data`',
    ],
    // where other columns are refused, one more of them may come
    ['{ tailnum:', '{ seats: {}, tailnum:', 'loosened: `inline` contract `columns.seats` is another one'],
    [
      'checks: { seats',
      'checks: { more: { max: seats, at-most: 9 }, seats',
      'tightened: `inline` contract `checks.more` is another one',
    ],
    ['unique: true', 'unique: 5', 'loosened: `inline` contract `columns.tailnum` is another one'],
    ['extra-columns: fail', 'extra-columns: warn', 'loosened: `inline` contract `extra-columns` is another one'],
    [
      '      checks: { seats: { mean: seats, at-least: 50 } }\n',
      '',
      'loosened: `inline` contract `checks.seats` is another one',
    ],
    ['table: data/planes.csv', 'table: data/other.csv', 'changed: `inline` table data/planes.csv → data/other.csv'],
  ])('%s → %s', (from, to, expected) => {
    expect(changes(from, to)).toEqual([expected]);
  });
});

test('a waiver may name a rule of a contract, which the policy does not know', async () => {
  const { parseWaivers } = await import('../src/index.ts');
  const { policy: read }: { policy: Policy } = parsePolicy(policy, 'modelgate.yml');
  const text = (check: string) =>
    `version: 1\nwaivers:\n  - { check: ${check}, owner: ann, reason: 'known for now', expires: 2026-12-31 }\n`;
  expect(parseWaivers(text('training-data/columns.tailnum.pattern'), 'w.yml', read)).toMatchObject([
    { gate: 'training-data', check: 'columns.tailnum.pattern' },
  ]);
  expect(problems(() => parseWaivers(text('training/columns.tailnum.pattern'), 'w.yml', read))).toHaveLength(1);
});

describe('sections of a contract', () => {
  test.each([
    ['labels: {}', '3: `labels`: says nothing to check'],
    [
      'labels: { classes: { column: y } }',
      '3: `labels.classes`: has no limit: write allowed, each-at-least or imbalance-at-most',
    ],
    [
      'labels: { agreement: { annotators: [a, b, c], statistic: cohens-kappa, at-least: 0.7 } }',
      '3: `labels.agreement.annotators`: are more than the two of Cohen’s kappa; use krippendorff-alpha or fleiss-kappa',
    ],
    ['splits: { ids: { columns: id } }', '3: `splits`: does not say where the splits are: write `column` or `tables`'],
    ['splits: { column: split, time: { column: t } }', '3: `splits.time`: needs `order`: which split is the earliest'],
    [
      'splits: { tables: { train: a.csv, test: b.csv }, order: [train, tset], ids: { columns: id } }',
      '3: `splits.order`: names no split of `tables`: tset',
    ],
    ['privacy: {}', '3: `privacy`: says nothing to check: write forbid, k-anonymity or differential-privacy'],
    ['privacy: { forbid: [e-mail] }', '3: `privacy.forbid.0`: "e-mail" is not allowed; did you mean email?'],
    ['privacy: { k-anonymity: { columns: [zip], k: 1 } }', '3: `privacy.k-anonymity.k`: is below 2: then nobody hides'],
    ['corpus: { id: id, text: body, orphans: {} }', '3: `corpus.orphans`: needs `chunks`'],
    ['corpus: { id: id, text: body }', '3: `corpus`: says nothing to check'],
    [
      'drift: { numeric: { wasserstein: 0.1, kolmogorov-smirnov: 0.1 } }',
      '3: `drift.numeric`: is not one comparator with its floor: one of wasserstein, kolmogorov-smirnov, population-stability-index, jensen-shannon-divergence, jensen-shannon-distance',
    ],
    [
      'drift: { categorical: { chi-square: 0.1 } }',
      '3: `drift.categorical.chi-square`: is a test without a size: write chi-square: true',
    ],
    [
      'columns: { a: { pattern: "a{1,2000}" } }',
      '3: `columns.a.pattern`: repeats something more than 1,000 times, which the engines do not',
    ],
    [
      'columns: { a: { pattern: "(?<x>a)\\\\k<x>" } }',
      '3: `columns.a.pattern`: refers back to a group, which the engines do not',
    ],
    ['tables: { this: a.csv }\nrows: { at-least: 1 }', '3: `tables`: `this` is the table itself'],
  ])('%s', (text, expected) => {
    expect(contract(text)).toEqual([expected]);
  });
});
