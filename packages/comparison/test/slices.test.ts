import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GateOutcome } from '@modelgate/core';
import { describe, expect, it } from 'vitest';
import { toldProblem } from './told.ts';
import { csv, type Files, workspace } from './workspace.ts';

// The gate from policy to outcome, over small tables.

const rows = 240;
const y = (row: number) => (row % 3 === 0 ? 1 : 0);
const wrongOn = (wrong: (row: number) => boolean) => csv(rows, { p: (row) => (wrong(row) ? 1 - y(row) : y(row)) });
/** 120 rows of AA, 80 of BB, 40 of no carrier. */
const carrier = (row: number) => (row <= 120 ? 'AA' : row <= 200 ? 'BB' : '');
const golden = (more: Parameters<typeof csv>[1] = {}) => csv(rows, { y, carrier, hour: (row) => row % 24, ...more });
const good = wrongOn((row) => row % 10 === 0);
/** As the champion, but wrong on every second row of BB. */
const uneven = wrongOn((row) => row % 10 === 0 || (carrier(row) === 'BB' && row % 2 === 0));

const gate = (over = '', champion = 'champion: { from: file, table: old.csv }\n') => `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y${over} }
candidate: { table: out.csv, prediction: p }
${champion}checks: { accuracy: { metric: accuracy, max-regression: 5pt } }
`;
const accuracy = 'checks: { c: { metric: accuracy, each: { max-regression: 20pt } } }\n';
const files: Files = { 'golden.csv': golden(), 'out.csv': good, 'old.csv': good };

function told(outcome: GateOutcome, id = 'c') {
  const check = outcome.checks.find((one) => one.id === id);
  const finding = check?.slices?.kind === 'each' ? check.slices : undefined;
  const groups = finding?.slices.map(({ name, outcome: of, rows: count }) => [name, of, count]);
  return { status: check?.status, reason: check?.reason, groups };
}

const run = async (s: string, over: Files = {}, g = gate()) =>
  await workspace().slices({ g, s }, { ...files, ...over });

it('names the group that a better average hides, divided in every way at once, and writes the table of all groups', async () => {
  const w = workspace();
  const better = wrongOn((row) => carrier(row) === 'BB' && row % 4 === 0);
  const outcome = await w.slices(
    {
      g: gate(),
      s: `by: { carrier: carrier, day: { column: hour, bins: { night: [null, 6], day: [6, null] } }, late: { where: hour >= 20 } }\n${accuracy}`,
    },
    { ...files, 'out.csv': better, 'old.csv': wrongOn((row) => row <= 40) },
  );
  expect(told(outcome)).toEqual({
    status: 'fail',
    reason: 'slice-worse',
    groups: [
      ['carrier=BB', 'worse', 80],
      // losses of 20, 7 and 3 rows; the champion loses 40, 11 and 4: what gained least comes first
      ['carrier is missing', 'not-worse', 40],
      ['late', 'not-worse', 40],
      ['day=night', 'not-worse', 60],
      ['day=day', 'improved', 180],
      ['carrier=AA', 'improved', 120],
    ],
  });
  expect(outcome.checks[0]?.slices).toMatchObject({ masked: true });
  expect(outcome.slices?.divisions).toEqual([
    { by: 'carrier', words: '`carrier`', groups: 3, rows: 240, missing: 40 },
    { by: 'day', words: 'bins of `hour`', groups: 2, rows: 240 },
    { by: 'late', words: 'hour >= 20', groups: 1, rows: 40 },
  ]);
  const { name, folder = '', files: written } = outcome.sliceTable ?? {};
  expect([name, written]).toEqual(['modelgate-slices-p-s', ['slices.csv', 'slices.parquet']]);
  const [header, ...lines] = readFileSync(path.join(folder, 'slices.csv'), 'utf8').trimEnd().split('\n');
  expect(header).toBe(
    'check,metric,by,group,outcome,rows,champion,candidate,of,estimate,lower,upper,level,method,p,adjusted_p,rows_needed,note',
  );
  expect(lines).toHaveLength(6);
  expect(lines.find((line) => line.includes('carrier=BB'))).toMatch(
    /^c,accuracy,carrier,carrier=BB,worse,80,1,0\.75,difference,-0\.25,/,
  );
});

describe('groups that are not there', () => {
  it.each([
    ['values', 'carrier: { column: carrier, values: [AA, ZZ] }', 'carrier=ZZ'],
    ['bins', 'far: { column: hour, bins: { day: [0, 24], never: [24, null] } }', 'far=never'],
    ['a condition', 'never: { where: hour > 30 }', 'never'],
  ])('%s: vanished, an error', async (_, by, name) => {
    const outcome = await run(`by: { ${by} }\n${accuracy}`);
    expect(told(outcome)).toMatchObject({ status: 'error', reason: 'slice-vanished' });
    expect(told(outcome).groups?.[0]).toEqual([name, 'vanished', 0]);
  });

  it('required, and of no row that is there', async () => {
    const outcome = await run(
      'by: { carrier: carrier }\nchecks: { c: { metric: accuracy, each: { max-regression: 20pt }, require: [carrier=ZZ] } }\n',
    );
    expect(outcome.checks[0]?.slices?.words).toBe(
      '`carrier=ZZ` must be shown, and is no group that this check looks at',
    );
  });

  it('values that the policy writes as numbers are those of the column', async () => {
    const outcome = await run(`by: { hour: { column: f, values: [1, 2.5] } }\n${accuracy}`, {
      'golden.csv': golden({ f: (row) => (row % 2 === 0 ? '1.0' : '2.50') }),
    });
    expect(told(outcome).status).toBe('pass');
  });
});

it('missing values: a group, left out, or an error', async () => {
  const by = (missing: string) => `by: { carrier: { column: carrier, missing: ${missing} } }\n${accuracy}`;
  expect(told(await run(by('group'))).groups?.map(([name]) => name)).toContain('carrier is missing');
  const left = await run(by('leave-out'));
  expect(told(left).groups?.map(([name]) => name)).toEqual(['carrier=AA', 'carrier=BB']);
  expect(left.slices?.divisions[0]).toMatchObject({ rows: 200, missing: 40 });
  const refused = await run(by('error'));
  expect([refused.status, refused.stops, toldProblem(refused)]).toEqual([
    'error',
    true,
    'value-missing: 40 rows of the examples have no value by which `carrier` could divide them.',
  ]);
});

it('more groups than are allowed: the largest, and those that are asked for by name; the rest is told', async () => {
  const check = 'checks: { c: { metric: accuracy, each: { max-regression: 20pt }, require: ["n=5"] } }\n';
  const n = (row: number) => (row <= 100 ? 1 : row <= 180 ? 2 : row <= 210 ? 3 : row <= 230 ? 4 : 5);
  const outcome = await run(`by: { n: n }\nat-most: 2\nmin-rows: 5\n${check}`, { 'golden.csv': golden({ n }) });
  expect(
    told(outcome)
      .groups?.map(([name]) => name)
      .sort(),
  ).toEqual(['n=1', 'n=2', 'n=5']);
  expect(outcome.slices?.divisions[0]).toMatchObject({ groups: 3, rows: 190, leftOutGroups: 2, leftOutRows: 50 });
  expect(outcome.notices).toContain(
    '`n` has 2 more groups than `at-most` allows: the smallest, with 50 of 240 rows together, were not judged.',
  );
});

it('all rows in one group, too few rows, and a column that is not there', async () => {
  const one = await run(`by: { k: k }\n${accuracy}`, { 'golden.csv': golden({ k: () => 'x' }) });
  expect(told(one)).toMatchObject({ status: 'warn', reason: 'slices-invalid' });
  const few = await run(`by: { carrier: carrier }\nmin-rows: 41\nsuppress-below: 0\n${accuracy}`);
  expect(told(few).groups?.find(([name]) => name === 'carrier is missing')).toEqual([
    'carrier is missing',
    'too-few-rows',
    40,
  ]);
  const none = await run(`by: { k: carier }\n${accuracy}`);
  expect(toldProblem(none)).toMatch(/^column-missing: The table golden\.csv: there is no column "carier"; .*"carrier"/);
});

it('a group whose rows all weigh 0 has no rows, neither for each group nor across', async () => {
  const weighted = golden({ w: (row) => (carrier(row) === 'BB' ? 0 : 1 + (row % 2)) });
  const s = `by: { carrier: carrier }\nsuppress-below: 0\nchecks:
  c: { metric: accuracy, each: { max-regression: 20pt } }
  d: { metric: accuracy, across: carrier, max-difference: 50pt }
`;
  const outcome = await run(s, { 'golden.csv': weighted, 'out.csv': uneven }, gate(', weight: w'));
  expect(told(outcome).groups?.find(([name]) => name === 'carrier=BB')).toEqual(['carrier=BB', 'too-few-rows', 0]);
  const across = outcome.checks[1]?.slices;
  expect(across?.kind === 'across' && across.groups.find(({ name }) => name === 'carrier=BB')).toEqual({
    name: 'carrier=BB',
    rows: 0,
    candidate: {},
    left: 'too-few-rows',
  });
});

it('a group without positives: its recall is undefined and nowhere 0', async () => {
  const none = csv(rows, { y: (row) => (carrier(row) === 'BB' ? 0 : y(row)), carrier });
  const s = `by: { carrier: carrier }\nchecks:
  c: { metric: recall, each: { max-regression: 20pt } }
  d: { metric: equal_opportunity, across: carrier, max-difference: 50pt }
`;
  const outcome = await run(s, { 'golden.csv': none });
  expect(told(outcome).status).toBe('warn');
  const finding = outcome.checks[0]?.slices;
  const group = finding?.kind === 'each' ? finding.slices.find(({ name }) => name === 'carrier=BB') : undefined;
  expect(group).toMatchObject({ outcome: 'cannot-tell', rows: 80 });
  expect([group?.candidate, group?.champion, group?.estimate]).toEqual([undefined, undefined, undefined]);
  const across = outcome.checks[1]?.slices;
  expect(across?.kind === 'across' && across.groups.find(({ name }) => name === 'carrier=BB')).toMatchObject({
    candidate: {},
    left: 'undefined',
  });
});

describe('the champion', () => {
  const s = `by: { carrier: carrier }\nchecks:
  c: { metric: accuracy, each: { max-regression: 20pt } }
  floor: { metric: accuracy, each: { at-least: 0.5 } }
  gap: { metric: accuracy, across: carrier, max-difference: 50pt }
  ratchet: { metric: accuracy, across: carrier, ratchet: 50pt }
`;
  const statuses = ({ checks }: GateOutcome) => checks.map(({ id, status, reason }) => [id, status, reason]);

  it('is not there yet: comparisons warn, floors and differences are judged', async () => {
    const outcome = await run(s, {}, gate('', ''));
    expect(statuses(outcome)).toEqual([
      ['c', 'warn', 'bootstrap'],
      ['floor', 'pass', 'proven'],
      ['gap', 'pass', 'proven'],
      ['ratchet', 'warn', 'bootstrap'],
    ]);
    expect([outcome.status, outcome.stops]).toEqual(['warn', false]);
  });

  it('has a broken table: an error of what compares, and of nothing else', async () => {
    const outcome = await run(s, { 'old.csv': csv(rows, { q: () => 1 }) });
    expect(statuses(outcome)).toEqual([
      ['c', 'error', 'column-missing'],
      ['floor', 'pass', 'proven'],
      ['gap', 'pass', 'proven'],
      ['ratchet', 'error', 'column-missing'],
    ]);
  });

  it('did not know a group: it is new', async () => {
    const old = csv(rows, { p: y })
      .split('\n')
      .filter((line) => !/^(239|240),/.test(line))
      .join('\n');
    const fresh = golden({ k: (row) => (row >= 239 ? 'new' : row % 2 === 0 ? 'a' : 'b') });
    const outcome = await run(
      `by: { k: k }\n${accuracy}`,
      { 'golden.csv': fresh, 'old.csv': old },
      `${gate()}on-new-examples: intersect\n`,
    );
    expect(told(outcome).groups?.find(([name]) => name === 'k=new')).toEqual(['k=new', 'new', 0]);
  });
});
