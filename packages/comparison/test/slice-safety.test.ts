import type { GateOutcome } from '@modelgate/core';
import { describe, expect, it } from 'vitest';
import { csv, type Files, workspace } from './workspace.ts';

// What is not compared, not there or not searched must not look like a pass.

const rows = 240;
const y = (row: number) => (row % 3 === 0 ? 1 : 0);
/** 80 rows each. */
const trio = (row: number) => (row <= 80 ? 'A' : row <= 160 ? 'B' : 'C');
const side = (wrong: (row: number) => boolean) => csv(rows, { p: (row) => (wrong(row) ? 1 - y(row) : y(row)) });
const good = side((row) => row % 10 === 0);
const files: Files = { 'golden.csv': csv(rows, { y, k: trio }), 'out.csv': good, 'old.csv': good };

const gate = (over = '', champion = 'champion: { from: file, table: old.csv }\n') => `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y${over} }
candidate: { table: out.csv, prediction: p }
${champion}checks: { accuracy: { metric: accuracy, max-regression: 5pt } }
`;
const accuracy = 'checks: { c: { metric: accuracy, each: { max-regression: 20pt } } }\n';

const run = async (s: string, over: Files = {}, g = gate()) =>
  await workspace().slices({ g, s }, { ...files, ...over });

function decided({ checks, problem }: GateOutcome, id = 'c') {
  if (problem !== undefined) throw new Error(`${problem.reason}: ${problem.message}`);
  const check = checks.find((one) => one.id === id);
  return [check?.status, check?.reason];
}

function across({ checks }: GateOutcome, id = 'c') {
  const finding = checks.find((one) => one.id === id)?.slices;
  if (finding?.kind !== 'across') throw new Error(`${id} compares no groups`);
  return finding;
}

function groupIn(outcome: GateOutcome, name: string, within?: string) {
  return across(outcome).groups.find((one) => one.name === name && one.within === within);
}

describe('a group that cannot be compared does not leave the rest to pass', () => {
  it('a constant mean far away', async () => {
    const v = (row: number) => (trio(row) === 'C' ? 1000 : 10 + (row % 5));
    const outcome = await run(
      'by: { k: k }\nchecks: { c: { column: v, statistic: mean, better: lower, across: k, max-difference: 5 } }\n',
      { 'out.csv': csv(rows, { p: y, v }), 'old.csv': csv(rows, { p: y, v: (row) => row % 5 }) },
    );
    expect(decided(outcome)).toEqual(['inconclusive', 'degenerate-variance']);
    expect(groupIn(outcome, 'k=C')).toMatchObject({ rows: 80, candidate: { 'mean(v)': 1000 }, left: 'no-interval' });
  });

  it('a precision that the candidate avoids by never predicting the class', async () => {
    const never = csv(rows, { p: (row) => (trio(row) === 'C' ? 0 : row % 10 === 0 ? 1 - y(row) : y(row)) });
    const outcome = await run('by: { k: k }\nchecks: { c: { metric: precision, across: k, max-difference: 60pt } }\n', {
      'out.csv': never,
    });
    expect(decided(outcome)).toEqual(['inconclusive', 'degenerate-variance']);
    expect(groupIn(outcome, 'k=C')).toEqual({ name: 'k=C', rows: 80, candidate: {}, left: 'undefined' });
    expect(outcome.checks[0]?.bounds[0]?.note).toBe('the candidate gives `k=C` no value, and the champion did');
  });
});

describe('examples that the champion never answered', () => {
  // below 95 % in common nothing is compared with the champion at all
  const [all, answered] = [1260, 1200];
  const v = (row: number) => (row > answered ? 100 : 10) + (row % 5);
  const fresh: Files = {
    'golden.csv': csv(all, { y, k: (row) => (row > answered ? 'new' : `k${row % 3}`) }),
    'out.csv': csv(all, { p: (row) => (row > answered ? 1 - y(row) : y(row)), v }),
    'old.csv': csv(answered, { p: y, v }),
  };
  const g = `${gate()}on-new-examples: intersect\n`;

  it.each([
    ['alone', ''],
    ['beside a comparison', '  d: { metric: accuracy, each: { max-regression: 20pt } }\n'],
  ])('a floor looks at them, %s', async (_, more) => {
    const s = `by: { k: k }\nchecks:\n  c: { metric: accuracy, each: { at-least: 0.9 } }\n${more}`;
    const outcome = await run(s, fresh, g);
    expect(decided(outcome)).toEqual(['fail', 'slice-below-limit']);
    const finding = outcome.checks[0]?.slices;
    expect(finding?.kind === 'each' && finding.slices[0]).toMatchObject({
      name: 'k=new',
      outcome: 'worse',
      rows: 60,
      candidate: 0,
    });
  });

  it.each([
    ['a rate', 'metric: accuracy', '20pt', { accuracy: 0 }],
    ['a mean', 'column: v, statistic: mean, better: lower', '50', { 'mean(v)': 102 }],
  ])('a largest difference looks at them: %s', async (_, of, limit, candidate) => {
    const s = `by: { k: k }\nchecks: { c: { ${of}, across: k, max-difference: ${limit} } }\n`;
    const outcome = await run(s, fresh, g);
    expect(decided(outcome)).toEqual(['fail', 'groups-differ']);
    expect(groupIn(outcome, 'k=new')).toMatchObject({ rows: 60, candidate });
  });
});

describe('groups that must be there and are not', () => {
  const check = (of: string) => `checks: { c: { metric: selection_rate, across: ${of}, max-difference: 90pt } }\n`;
  const vanishing =
    'k: { column: k, values: [A, B, Z] }, h: { column: h, bins: { low: [0, 12], high: [12, 24], far: [24, null] } }';
  const hours = csv(rows, { y, k: trio, h: (row) => row % 24, l: (row) => `l${row % 2}` });

  it.each([
    ['compared', 'k', '`k=Z`'],
    ['compared, a bin', 'h', '`h=far`'],
    ['that is controlled for', 'l, control: h', '`h=far`'],
    ['either', 'k, control: h', '`k=Z`, `h=far`'],
  ])('%s: an error', async (_, of, names) => {
    const outcome = await run(`by: { ${vanishing}, l: l }\n${check(of)}`, { 'golden.csv': hours });
    expect([...decided(outcome), outcome.stops]).toEqual(['error', 'slice-vanished', true]);
    expect(across(outcome)).toMatchObject({ words: `no row of the examples belongs to ${names} any more`, gaps: [] });
  });

  it('that no check looks at: a notice', async () => {
    const outcome = await run(`by: { ${vanishing}, l: l }\n${check('l')}`, { 'golden.csv': hours });
    expect(decided(outcome)).toEqual(['pass', 'proven']);
    expect(outcome.notices).toEqual([
      '`k`, which no check looks at, has no row any more in `k=Z`.',
      '`h`, which no check looks at, has no row any more in `h=far`.',
    ]);
  });
});

it('a share of improved groups is not shown by those that could be tested', async () => {
  const small: Files = {
    'golden.csv': csv(rows, { y, k: (row) => (row > 230 ? 'small' : row % 2 === 0 ? 'A' : 'B') }),
    'out.csv': csv(rows, { p: y }),
    'old.csv': side((row) => row % 4 < 2),
  };
  const s = (min: number) =>
    `by: { k: k }\nmin-rows: ${min}\nchecks: { c: { metric: accuracy, improved-share: 100% } }\n`;
  const outcome = await run(s(30), small);
  expect(decided(outcome)).toEqual(['warn', 'slices-undecided']);
  expect(outcome.checks[0]?.slices?.words).toBe(
    "accuracy is higher than the champion's in 2 of 2 groups, shown in at least 2; 100 % are asked; 1 more group could not be tested",
  );
  expect(decided(await run(s(10), small))).toEqual(['pass', 'proven']);
});

it('a group that is alone within its group of control is not compared, and does not pass', async () => {
  const z = (row: number) => (trio(row) === 'C' ? 'one' : `z${row % 2}`);
  const s =
    'by: { k: z, level: k }\nchecks: { c: { metric: selection_rate, across: k, control: level, max-difference: 90pt } }\n';
  const outcome = await run(s, { 'golden.csv': csv(rows, { y, k: trio, z }) });
  expect(decided(outcome)).toEqual(['warn', 'slices-undecided']);
  expect(across(outcome).groups.map(({ name, within, left }) => [within, name, left])).toEqual([
    ['k=A', 'z=z0', undefined],
    ['k=A', 'z=z1', undefined],
    ['k=B', 'z=z0', undefined],
    ['k=B', 'z=z1', undefined],
    ['k=C', 'z=one', 'alone'],
  ]);
});

describe('few people are not told in differences', () => {
  it('a group smaller than suppress-below, compared', async () => {
    const few = csv(rows, { y, k: (row) => (row > 236 ? 'few' : row % 2 === 0 ? 'A' : 'B') });
    for (const metric of ['selection_rate', 'accuracy', 'f1']) {
      const s = `by: { k: k }\nmin-rows: 2\nchecks: { c: { metric: ${metric}, across: k, max-difference: 90pt } }\n`;
      const outcome = await run(s, { 'golden.csv': few });
      const { candidate, champion, rows: shown } = groupIn(outcome, 'k=few') ?? {};
      expect([candidate, champion, shown], metric).toEqual([{}, undefined, undefined]);
    }
  });

  it.each([
    [4, undefined],
    [5, 0.8],
  ])('a rate of %i positives', async (positives, shown) => {
    const of = (row: number) => (row <= 40 ? (row <= positives ? 1 : 0) : y(row));
    const files = {
      'golden.csv': csv(rows, { y: of, k: (row) => (row <= 40 ? 'few' : row % 2 === 0 ? 'A' : 'B') }),
      'out.csv': csv(rows, { p: (row) => (row === 1 ? 0 : of(row)) }),
      'old.csv': csv(rows, { p: (row) => (row === 1 ? 0 : of(row)) }),
    };
    const outcome = await run(
      'by: { k: k }\nchecks: { c: { metric: equal_opportunity, across: k, max-difference: 99pt, ratchet: 99pt } }\n',
      files,
    );
    const group = groupIn(outcome, 'k=few');
    expect(group?.candidate['true_positive_rate']).toBe(shown);
    expect(group?.champion?.['true_positive_rate']).toBe(shown);
  });
});

describe('a search keeps no gate from its verdict', () => {
  const many = 800;
  const group = (row: number) => `g${row % 4}`;
  const weak: Files = {
    'golden.csv': csv(many, {
      y,
      group,
      half: (row) => (row % 8 < 4 ? 'a' : 'b'),
      text: (row) => `t${row}`,
      c: () => 'all',
      w: (row) => (group(row) === 'g0' ? 0 : 1),
    }),
    'out.csv': csv(many, { p: (row) => (group(row) === 'g0' && row % 3 !== 1 ? 1 - y(row) : y(row)) }),
    'old.csv': csv(many, { p: y }),
  };
  const search = (columns: string, by = '') =>
    `by: { half: half${by} }\ndiscover: { columns: [${columns}] }\n${accuracy}`;

  it('one cluster', async () => {
    const clustered = gate(', cluster: c');
    const outcome = await run(search('group'), weak, clustered);
    const plain = await run(search('group').replace(/discover.*\n/, ''), weak, clustered);
    expect(decided(outcome)).toEqual(decided(plain));
    expect(outcome.slices?.discovery?.note).toBe(
      'Nothing was searched: clusters to be halved must be an integer of at least 2, got 1.',
    );
  });

  it('a text with more than a thousand values', async () => {
    const wide = (count: number) =>
      csv(1200, { y, half: (row) => (row % 8 < 4 ? 'a' : 'b'), group, text: (row) => `t${row % count}` });
    const sides = { 'out.csv': csv(1200, { p: y }), 'old.csv': csv(1200, { p: y }) };
    const note = async (columns: string, count: number) =>
      (await run(search(columns), { 'golden.csv': wide(count), ...sides })).slices?.discovery?.note;
    expect(await note('group, text', 1001)).toMatch(/ Not searched: `text` has 1,001 different values\.$/);
    expect(await note('text', 1001)).toBe('Nothing was searched: `text` has 1,001 different values.');
    expect(await note('group, text', 1000)).not.toMatch(/Not searched/);
  });

  it('what it proposes can be pasted, whatever the column is called, and is not proposed again', async () => {
    const outcome = await run(search('group'), weak);
    expect(outcome.slices?.discovery?.patch).toBe(
      'gates:\n  s:\n    by:\n      found-1: { where: "\\"group\\" = \'g0\'" }',
    );
    const line = outcome.slices?.discovery?.patch?.split('\n').at(-1)?.trim();
    const pasted = await run(search('group', `, ${line}`), weak);
    expect(decided(pasted)).toEqual(['fail', 'slice-worse']);
    expect(pasted.slices?.divisions.map(({ by, rows: of }) => [by, of])).toEqual([
      ['half', many],
      ['found-1', 200],
    ]);
    expect(pasted.slices?.discovery?.found.map(({ where, confirmed }) => [where, confirmed])).toEqual([
      ['"group" = \'g0\'', true],
    ]);
    expect([pasted.slices?.discovery?.patch, pasted.notices]).toEqual([undefined, []]);
  });

  it('rows of weight 0 are not searched', async () => {
    const { discovery } = (await run(search('group'), weak, gate(', weight: w'))).slices ?? {};
    expect([discovery?.rows, discovery?.found]).toEqual([600, []]);
  });
});

describe('a group that holds all the rows', () => {
  const golden = csv(rows, { y, k: (row) => (row <= 140 ? 'A' : 'B'), one: () => 'x' });
  it.each([
    ['by a condition', 'all: { where: "1 = 1" }', ['warn', 'slices-invalid']],
    ['by its only value', 'one: one', ['warn', 'slices-invalid']],
    ['the largest of two', 'k: k', ['pass', 'proven']],
  ])('%s', async (_, by, expected) => {
    const outcome = await run(`by: { ${by} }\nat-most: 1\n${accuracy}`, { 'golden.csv': golden });
    expect(decided(outcome)).toEqual(expected);
  });
});

it('the estimate passes as an estimate, and only what can stop the gate by its p-value is one family', async () => {
  const s = `by: { k: k }\nchecks:
  c: { metric: accuracy, each: { max-regression: 5pt }, judged: estimate }
  d: { metric: accuracy, each: { max-regression: 20pt } }
  share: { metric: accuracy, improved-share: 50% }
`;
  const outcome = await run(s);
  expect(decided(outcome)).toEqual(['pass', 'estimate-within-limit']);
  expect(outcome.checks[0]?.slices?.words).toBe('none of 3 groups is worse on accuracy: 3 not worse');
  const tested = outcome.checks.map(({ id, slices }) => [id, slices?.kind === 'each' && slices.tested]);
  expect(tested).toEqual([
    ['c', 6],
    ['d', 3],
    ['share', 6],
  ]);
});
