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
    console.log(JSON.stringify(outcome.checks, null, 1));
    expect(decided(outcome)).toEqual(['inconclusive', 'degenerate-variance']);
    expect(groupIn(outcome, 'k=C')).toMatchObject({ rows: 80, candidate: { 'mean of v': 1000 }, left: 'no-interval' });
  });

  it('a precision that the candidate avoids by never predicting the class', async () => {
    const never = csv(rows, { p: (row) => (trio(row) === 'C' ? 0 : row % 10 === 0 ? 1 - y(row) : y(row)) });
    const outcome = await run(
      'by: { k: k }\nchecks: { c: { metric: precision, across: k, max-difference: 60pt } }\n',
      { 'out.csv': never },
    );
    console.log(JSON.stringify(outcome.checks, null, 1));
    expect(decided(outcome)).toEqual(['inconclusive', 'degenerate-variance']);
  });
});

describe('examples that the champion never answered', () => {
  const fresh: Files = {
    'golden.csv': csv(300, { y, k: (row) => (row > rows ? 'new' : trio(row)) }),
    'out.csv': csv(300, { p: (row) => (row > rows ? 1 - y(row) : y(row)) }),
    'old.csv': csv(rows, { p: y }),
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

  it('a largest difference looks at them', async () => {
    const outcome = await run(
      'by: { k: k }\nchecks: { c: { metric: accuracy, across: k, max-difference: 20pt } }\n',
      fresh,
      g,
    );
    console.log(JSON.stringify(outcome.checks, null, 1));
    expect(decided(outcome)).toEqual(['fail', 'groups-differ']);
    const rates = await run(
      'by: { k: k }\nchecks: { c: { metric: selection_rate, across: k, max-difference: 20pt } }\n',
      fresh,
      g,
    );
    console.log(JSON.stringify(rates.checks, null, 1));
  });
});
