import { describe, expect, test } from 'vitest';
import { logLines, terminal } from '../src/index.ts';
import { displayWidth, table, wrapped } from '../src/terminal-table.ts';
import * as given from './verdicts.ts';

describe('the terminal', () => {
  test('several gates at 120 columns, without colour', () => {
    expect(terminal(given.severalGates, { width: 120, colour: false })).toMatchInlineSnapshot(`
      "✗ fail  quality: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

      ✗ quality/f1: Why this check: f1 pays the rebooking desk: half a point is a day of work a week
      ? quality/recall: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit;
        about 62,000 rows would decide

                 gate            checks  decided by
      ✗ fail     quality         3 of 5  f1 −1.9 pt against champion a1b2c3d (main, 6 days old), 48,211 paired rows
      ✓ pass     training-data   1 of 1  336,776 rows
      - skipped  nightly-slices       –  not meant for stage pull-request

      quality: f1 −1.9 pt against champion a1b2c3d (main, 6 days old), 48,211 paired rows
                     check                                           difference  interval and limit
      ✓ pass         accuracy at most 0.5 pt worse                      −0.1 pt                 ┊├●┤     −0.3 to 0.1 pt
      ✗ fail         f1 at most 0.5 pt worse                            −1.9 pt   ├────●─────┤  ┊  │     −2.8 to −1.0 pt
      ? cannot tell  recall at most 0.5 pt worse                        −0.4 pt             ├───┊●─┼─┤   −1.1 to 0.4 pt
      ✓ pass         balanced-floor balanced_accuracy at least 0.75     −0.2 pt   ┊            ├──●──┤   0.774 to 0.785
      ✓ pass         latency p95(latency_ms) at most 40 ms               +2.5 %   ┊               ├─●┤   31.6 to 32.9 ms
      ✓ pass         latency p95(latency_ms) at most 10 % worse          +2.5 %   ┊         ├───●───┤│   0.4 to 4.7 %
      ├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right

      training-data: 336,776 rows
              check                                              difference  interval and limit
      ✓ pass  dep-delay-missing missing(dep_delay) at most 0.03           –   ┊               ├●─┤   0.0240 to 0.0250
      ├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right

      What to do
      - Mend quality/f1, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.
      - For quality/recall: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).

      modelgate 0.1.0 · policy flight-delays@9f8e7d6
      "
    `);
  });

  test('undecided at 80 columns', () => {
    expect(terminal([given.inconclusive], { width: 80, colour: false })).toMatchInlineSnapshot(`
      "? cannot tell  quality: cannot tell whether recall is worse by more than 0.5
        points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would
        decide
      The policy says on-inconclusive: warn: this does not stop the step.

      quality: recall undecided, needs about 62,000 rows; 48,211 paired rows against
        champion a1b2c3d (main, 6 days old)
                     check                          difference  interval and limit
      ✓ pass         accuracy at most 0.5 pt worse     −0.1 pt           ┊ ├──●┼┤
      ? cannot tell  recall at most 0.5 pt worse       −0.4 pt   ├───────┊─●───┼────┤
      ├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better
      right

      What to do
      - For quality/recall: more rows in eval/golden.parquet would decide, about
        62,000 in all (now 48,211 rows).

      modelgate 0.1.0 · policy flight-delays@9f8e7d6
      "
    `);
  });

  test.each([40, 60, 80, 100, 120, 200])('no line is wider than %d columns, whatever the names', (width) => {
    const wide = { ...given.failing, gate: { ...given.failing.gate, id: '航班延误'.repeat(20) } };
    for (const verdicts of [given.severalGates, [given.hostile], [wide], [given.waived], [given.bootstrap], []]) {
      const lines = terminal(verdicts, { width, colour: false }).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });

  test('colour adds escapes and nothing else', () => {
    const coloured = terminal(given.severalGates, { width: 100, colour: true });
    expect(coloured).toContain('\u001b[31;1m✗ fail\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is taken away
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(terminal(given.severalGates, { width: 100, colour: false }));
  });

  test('text from data cannot steer a terminal or start a workflow command', () => {
    const id = 'x\n::error::gotcha\u001b[2J\u202e';
    const lines = logLines({
      ...given.failing,
      gate: { ...given.failing.gate, id },
      checks: [{ ...given.f1Worse, id, metric: id, unit: id }],
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of controls is what is tested
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(lines.filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
    for (let width = 40; width < 140; width += 1) {
      const wrapped = logLines({ ...given.failing, notices: [`${'a '.repeat(30)}::error::x ##[error]y`] }, width);
      expect(wrapped.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
    }
  });

  test('tables', () => {
    expect(
      table({
        head: ['', 'name', 'n'],
        right: [2],
        rows: [
          ['✓', '航班', '12'],
          ['✗', 'a', '3'],
        ],
        optional: [],
        width: 40,
      }),
    ).toEqual(['   name   n', '✓  航班  12', '✗  a      3']);
    expect(wrapped('one two three', 7, '  ')).toEqual(['one two', '  three']);
    expect(wrapped('abcdefghij', 4, '')).toEqual(['abcd', 'efgh', 'ij']);
  });
});
