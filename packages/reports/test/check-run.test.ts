import { describe, expect, test } from 'vitest';
import { checkRun } from '../src/index.ts';
import * as given from './verdicts.ts';

describe('the check run', () => {
  test('fails exactly when the step stops', () => {
    expect(checkRun(given.failing).conclusion).toBe('failure');
    expect(checkRun(given.inconclusive).conclusion).toBe('success');
    expect(checkRun({ ...given.inconclusive, stops: true, onInconclusive: 'fail' }).conclusion).toBe('failure');
    expect(checkRun(given.waived).conclusion).toBe('success');
    expect(checkRun(given.notNow).conclusion).toBe('success');
  });

  test('annotations sit on the lines of the policy, worst first', () => {
    expect(checkRun({ ...given.failing, checks: given.failing.checks.toReversed() }).annotations).toEqual([
      {
        path: 'modelgate.yml',
        startLine: 14,
        endLine: 14,
        level: 'failure',
        title: 'quality/f1',
        message:
          'f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed\nWhy this check: f1 pays the rebooking desk: half a point is a day of work a week',
      },
      {
        path: 'modelgate.yml',
        startLine: 16,
        endLine: 16,
        level: 'warning',
        title: 'quality/recall',
        message:
          'cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide',
      },
    ]);
  });

  test("a problem's own place goes before the policy's, and its advice is told", () => {
    expect(checkRun(given.erroneousCheck).annotations).toEqual([
      {
        path: 'modelgate.yml',
        startLine: 21,
        endLine: 21,
        level: 'failure',
        title: 'quality/latency',
        message: 'column-missing: out/predictions.parquet has no column latency\ndid you mean latency_ms?',
      },
    ]);
  });

  test('without a line in the repository there is no annotation', () => {
    const somewhere = ['/etc/passwd', '../up.yml', 'a/../../b', 'C:\\x.yml', ''].map((file) => ({
      ...given.f1Worse,
      where: { file, line: 3 },
    }));
    const noLine = { ...given.f1Worse, where: { file: 'modelgate.yml' } };
    expect(checkRun({ ...given.failing, checks: [...somewhere, noLine] }).annotations).toEqual([]);
    expect(checkRun(given.passing).annotations).toEqual([]);
  });

  test('summary and text', () => {
    const { summary, text } = checkRun(given.inconclusive);
    expect(summary).toMatchInlineSnapshot(`
      "❓ \`quality\`: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide

      The policy says \`on-inconclusive: warn\`: this does not stop the step.

      **recall** undecided, needs about 62,000 rows; 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old)

      **What to do**

      - For \`quality/recall\`: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).
      "
    `);
    expect(text.replaceAll('\u00a0', ' ')).toMatchInlineSnapshot(`
      "| | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`         ┊ ├──●┼┤     \` −0.3 to 0.1 pt | 0.3 pt |
      | ❓ cannot tell | \`recall\` at most 0.5 pt worse | 0.661 | 0.657 | −0.4 pt | \` ├───────┊─●───┼────┤ \` −1.1 to 0.4 pt | needs 62,000 rows |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      - Interval Tango: Two shares on the same rows, compared by the rows on which the two models differ.

      | input | name | rows | size | sha-256 |
      |---|---|--:|--:|---|
      | examples | \`eval/golden.parquet\` | 48,211 | 1.2 MB | \`111111111111\` |
      | candidate | \`out/predictions.parquet\` | 48,211 | 402.1 kB | \`222222222222\` |
      | champion | \`predictions.parquet\` | 48,211 | 401.9 kB | \`333333333333\` |

      modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · 2026-11-22T09:30:00Z
      "
    `);
  });
});
