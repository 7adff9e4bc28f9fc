import type { LookStore } from '@modelgate/baselines';
import { type GateOutcome, UserError } from '@modelgate/core';
import { describe, expect, it } from 'vitest';
import { boundOf, toldBound, toldProblem } from './told.ts';
import { csv, workspace } from './workspace.ts';

const y = (row: number) => (row % 2 === 0 ? 1 : 0);
/** Wrong on the rows up to `wrong`. */
const answers = (wrong: number, rows = 400) => csv(rows, { p: (row) => (row <= wrong ? 1 - y(row) : y(row)) });
const golden = (rows = 400) => csv(rows, { y });

const binary = `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: p }
`;

const bounds = ({ checks }: GateOutcome) => checks.flatMap((check) => check.bounds.map(toldBound));
const statuses = ({ checks }: GateOutcome) =>
  checks.flatMap((check) =>
    check.bounds.map(({ rule, against = 'champion', status }) => `${rule} ${against} ${status}`),
  );

describe('an anchor', () => {
  const gate = `${binary}champion: { from: file, table: old.csv }
anchor: { from: file, table: first.csv }
checks:
  accuracy: { metric: accuracy, max-regression: 5pt }
`;

  it('stops margins from creeping: five releases that each lose half a margin', async () => {
    const { run } = workspace();
    const wrong = [20, 30, 40, 50, 60, 70]; // 2.5 points a release, of 400 rows
    const told: unknown[] = [];
    for (const [release, now] of wrong.entries()) {
      if (release === 0) continue;
      const files = { 'golden.csv': golden(), 'first.csv': answers(20), 'old.csv': answers(wrong[release - 1] ?? 0) };
      told.push(statuses(await run(gate, { ...files, 'out.csv': answers(now) })));
    }
    expect(told).toEqual([
      ['max-regression champion pass', 'max-regression anchor pass'],
      ['max-regression champion pass', 'max-regression anchor inconclusive'],
      ['max-regression champion pass', 'max-regression anchor fail'],
      ['max-regression champion pass', 'max-regression anchor fail'],
      ['max-regression champion pass', 'max-regression anchor fail'],
    ]);
  });

  it('has its own margin, value and identity', async () => {
    const outcome = await workspace().run(
      gate.replace('5pt', '5pt, max-regression-from-anchor: 20pt, at-least: 0.75'),
      {
        'golden.csv': golden(),
        'first.csv': answers(20),
        'old.csv': answers(60),
        'out.csv': answers(70),
      },
    );
    expect(outcome.status).toBe('pass');
    expect(outcome.checks[0]).toMatchObject({ candidate: 0.825, champion: 0.85, anchor: 0.95 });
    expect(boundOf(outcome, 'accuracy', 2)).toMatchObject({ against: 'anchor', threshold: -0.2, estimate: -0.125 });
    expect(outcome.baseline?.name).toBe('old.csv');
    expect(outcome.anchor?.name).toBe('first.csv');
    expect(outcome.inputs.map(({ role, name }) => [role, name])).toEqual([
      ['examples', 'golden.csv'],
      ['candidate', 'out.csv'],
      ['champion', 'old.csv'],
      ['anchor', 'first.csv'],
    ]);
  });

  it('and the champion can be broken each by itself', async () => {
    const { run } = workspace();
    const sound = { 'golden.csv': golden(), 'first.csv': answers(20), 'old.csv': answers(20), 'out.csv': answers(20) };
    const check = gate.replace('5pt', '5pt, at-least: 0.8');
    const broken = answers(20, 399);
    const anchor = await run(check, { ...sound, 'first.csv': broken });
    expect(statuses(anchor)).toEqual([
      'at-least champion pass',
      'max-regression champion pass',
      'max-regression anchor error',
    ]);
    expect(toldProblem(anchor)).toMatch(/^keys-differ: /);
    const champion = await run(check, { ...sound, 'old.csv': broken });
    expect(statuses(champion)).toEqual([
      'at-least champion pass',
      'max-regression champion error',
      'max-regression anchor pass',
    ]);
    const own = await run(check, { ...sound, 'out.csv': broken });
    expect(own.status).toBe('error');
    expect(own.problem?.reason).toBe('keys-differ');
  });
});

describe('new examples', () => {
  const recorded = (more: string) => `${binary}${more}checks:
  accuracy: { metric: accuracy, max-regression: 5pt, at-least: 0.9 }
`;
  const first = { 'golden.csv': golden(), 'out.csv': answers(10) };
  const base = { record: true, onBaseBranch: true };

  it('intersect: 400 rows, 12 of them gone and 8 new', async () => {
    const { run } = workspace();
    await run(recorded(''), first, base);
    const without = (text: string) => text.replace(/^([1-9]|1[0-2]),.*\n/gm, '');
    const later = (wrong: number) => without(answers(wrong, 408));
    const outcome = await run(recorded('on-new-examples: intersect\n'), {
      'golden.csv': without(golden(408)),
      // wrong on rows 13 to 20, which both know, and not on the new ones
      'out.csv': later(20),
    });
    expect(outcome.notices).toEqual([
      'The examples changed: golden.csv had 400 rows when the champion was recorded and has 396 now.',
      'Compared with the champion on the examples that both answered: 388 examples in common, 8 new, 12 gone.',
    ]);
    expect(outcome.rows).toBe(388);
    expect(boundOf(outcome, 'accuracy', 1).estimate).toBeCloseTo(-8 / 388, 12);
    // its own value is that of all its rows
    expect(boundOf(outcome, 'accuracy', 0).estimate).toBeCloseTo(1 - 8 / 396, 12);
  });

  it('intersect: too few in common are another comparison', async () => {
    const { run } = workspace();
    await run(recorded(''), first, base);
    const outcome = await run(recorded('on-new-examples: intersect\n'), {
      'golden.csv': golden(430),
      'out.csv': answers(5, 430),
    });
    expect(statuses(outcome)).toEqual(['at-least champion pass', 'max-regression champion error']);
    expect(toldProblem(outcome)).toBe(
      'examples-changed: too few examples are left to compare with the champion: 400 examples in common, 30 new, 0 gone',
    );
  });

  it('intersect counts examples, not their runs', async () => {
    const { run } = workspace();
    const twice = (text: string) => text.replace(/^(\d.*)\n/gm, '$1\n$1\n');
    const repeats = recorded('on-new-examples: intersect\n').replace('prediction: p', 'prediction: p, repeats: true');
    await run(repeats, { 'golden.csv': golden(), 'out.csv': answers(10) }, base);
    const outcome = await run(repeats, { 'golden.csv': golden(404), 'out.csv': twice(answers(10, 404)) });
    expect(outcome.notices[1]).toBe(
      'Compared with the champion on the examples that both answered: 400 examples in common, 4 new, 0 gone.',
    );
    expect(outcome.status).toBe('pass');
  });

  it('rescore: the command runs once, and only where the examples changed', async () => {
    const { run } = workspace();
    await run(recorded(''), first, base);
    const commands: string[] = [];
    const world = {
      run: async (command: string) => {
        commands.push(command);
      },
    };
    const gate = recorded('on-new-examples: rescore\nrescore: { command: make champion, table: again.csv }\n');
    const unchanged = await run(gate, { 'again.csv': answers(5, 500) }, world);
    expect(statuses(unchanged)).toEqual(['at-least champion pass', 'max-regression champion pass']);
    expect(commands).toEqual([]);
    const outcome = await run(gate, { 'golden.csv': golden(500), 'out.csv': answers(10, 500) }, world);
    expect(commands).toEqual(['make champion']);
    expect(outcome.notices).toEqual([
      'The examples changed: golden.csv had 400 rows when the champion was recorded and has 500 now. The champion was scored anew by `make champion`.',
    ]);
    expect(outcome.baseline).toMatchObject({ from: 'rescore', name: 'again.csv' });
    expect(boundOf(outcome, 'accuracy', 1)).toMatchObject({ status: 'pass', estimate: -0.01 });
  });

  it('rescore: a command that fails stops the comparison, in its own words', async () => {
    const { run } = workspace();
    await run(recorded(''), first, base);
    const world = {
      run: () => Promise.reject(new UserError('command-failed', '`make champion` ended with exit code 2: no rule')),
    };
    const gate = recorded('on-new-examples: rescore\nrescore: { command: make champion, table: again.csv }\n');
    const outcome = await run(gate, { 'golden.csv': golden(500), 'out.csv': answers(10, 500) }, world);
    expect(statuses(outcome)).toEqual(['at-least champion pass', 'max-regression champion error']);
    expect(toldProblem(outcome)).toBe('command-failed: `make champion` ended with exit code 2: no rule');
    const silent = await run(gate, {}, { run: () => Promise.resolve() });
    expect(toldProblem(silent)).toMatch(/^file-missing: .*again\.csv/);
  });

  it('a change may bring examples only where the policy says what to do with them', async () => {
    const { run } = workspace();
    await run(recorded(''), first, base);
    const changed = { sameAsBase: () => Promise.resolve('changed' as const) };
    const files = { 'golden.csv': golden(404), 'out.csv': answers(5, 404) };
    expect((await run(recorded(''), files, changed)).problem?.reason).toBe('examples-changed');
    expect((await run(recorded('on-new-examples: intersect\n'), {}, changed)).status).toBe('pass');
    // on the base branch people have accepted them
    const anew = await run(recorded(''), {}, { ...changed, ...base });
    expect(anew.checks[0]?.bounds.map(({ rule, status, reason }) => [rule, status, reason])).toEqual([
      ['at-least', 'pass', 'proven'],
      ['max-regression', 'warn', 'examples-changed'],
    ]);
    expect(anew.notices[0]).toBe(
      'The examples changed on this branch: golden.csv had 400 rows when the champion was recorded and has 404 now. Nothing was compared; a green run records the champion anew.',
    );
  });
});

it('says that a champion is old, and where data come from', async () => {
  const { run } = workspace();
  const gate = (after: string) =>
    `${binary}champion: { from: recorded, stale-after: ${after} }\nchecks: { accuracy: { metric: accuracy, max-regression: 5pt } }\n`;
  const files = { 'golden.csv': golden(), 'out.csv': answers(10) };
  await run(gate('30d'), files, { record: true, onBaseBranch: true });
  const later = { now: new Date('2027-01-22T00:00:00Z') };
  expect((await run(gate('30d'), {}, later)).notices).toMatchInlineSnapshot(`
    [
      "The champion is old: its results are of 2026-11-22, 61 days ago (allowed are 30d). A green run on the default branch renews it.",
    ]
  `);
  expect((await run(gate('90d'), {}, later)).notices).toEqual([]);
  const lock = `schema: '2.0'
stages:
  score:
    cmd: make
    outs:
    - path: out.csv
      md5: 0123456789abcdef0123456789abcdef
      size: 5
`;
  const outcome = await run(gate('90d'), { 'dvc.lock': lock }, later);
  expect(outcome.lineage).toEqual([
    {
      kind: 'dvc',
      path: 'out.csv',
      recordedIn: 'dvc.lock',
      md5: '0123456789abcdef0123456789abcdef',
      bytes: 5,
      matches: false,
    },
  ]);
  expect(outcome.notices).toHaveLength(1);
});

describe('looks', () => {
  const gate = (more: string) =>
    `${binary}looks: { at-most: 5${more} }\nchecks: { accuracy: { metric: accuracy, at-least: 0.5 } }\n`;
  const files = { 'golden.csv': golden(), 'out.csv': answers(10) };
  const seen = (count: number): LookStore => ({
    list: () =>
      Promise.resolve({
        kind: 'listed',
        looks: Array.from({ length: count }, (_, at) => ({
          digest: `sha256:${String(at).padStart(64, '0')}`,
          commit: String(at),
          createdAt: '2026-11-01T00:00:00Z',
        })),
        fromForks: [],
        complete: true,
        commit: 'c'.repeat(40),
      }),
  });

  it('are counted, warned of from 80 % on, and used up', async () => {
    const { run } = workspace();
    const after = async (count: number, more = '') => {
      const { status, reason, stops, reuse, notices, look } = await run(gate(more), files, { looks: seen(count) });
      return {
        status,
        reason,
        stops,
        looks: reuse?.looks,
        exhausted: reuse?.exhausted,
        notices: notices.length,
        marks: look?.files.length,
      };
    };
    expect(await after(2)).toEqual({
      status: 'pass',
      reason: 'proven',
      stops: false,
      looks: 3,
      exhausted: false,
      notices: 0,
      marks: 1,
    });
    expect(await after(3)).toEqual({
      status: 'pass',
      reason: 'proven',
      stops: false,
      looks: 4,
      exhausted: false,
      notices: 1,
      marks: 1,
    });
    expect(await after(5)).toEqual({
      status: 'warn',
      reason: 'golden-set-expired',
      stops: false,
      looks: 6,
      exhausted: true,
      notices: 1,
      marks: 1,
    });
    expect(await after(5, ', on-exhausted: fail')).toEqual({
      status: 'fail',
      reason: 'golden-set-expired',
      stops: true,
      looks: 6,
      exhausted: true,
      notices: 1,
      marks: 1,
    });
  });

  it('that are used up keep a candidate from being recorded', async () => {
    const { run } = workspace();
    const world = { looks: seen(5), record: true, onBaseBranch: true };
    expect((await run(gate(', on-exhausted: fail'), files, world)).recorded).toBeUndefined();
    expect((await run(gate(''), {}, world)).recorded).toBeDefined();
  });
});

it('bounds of one check against champion and anchor read alike', async () => {
  const outcome = await workspace().run(
    `${binary}champion: { from: file, table: old.csv }\nanchor: { from: file, table: old.csv }\nchecks: { f1: { metric: f1, max-regression: 5pt } }\n`,
    { 'golden.csv': golden(), 'old.csv': answers(30), 'out.csv': answers(35) },
  );
  const [champion, anchor] = bounds(outcome);
  expect(anchor).toBe(champion?.replace('max-regression', 'max-regression anchor'));
});
