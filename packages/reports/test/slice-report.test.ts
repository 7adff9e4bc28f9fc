import type { CheckResult, Verdict } from '@modelgate/core';
import { verdictSchema } from '@modelgate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLength,
  checkRun,
  checkRunBudget,
  comment,
  commentBudget,
  headline,
  page,
  phraseMarkdown,
  phrasePlain,
  summary,
  terminal,
  title,
  todo,
} from '../src/index.ts';
import { plotText } from '../src/interval-plot.ts';
import { countWords } from '../src/slice-outcome.ts';
import { sliceRows } from '../src/slice-rows.ts';
import { isEachCheck } from '../src/slice-rule.ts';
import { displayWidth } from '../src/terminal-table.ts';
import * as given from './slice-verdicts.ts';
import { context, failing as evaluation } from './verdicts.ts';

/** Spaces that must not break are no-break spaces, which a reader of this file could not tell from others. */
function readable(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

function part(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  return readable(text.slice(start, text.indexOf(to, start)));
}

function eachOf(verdict: Verdict) {
  const [found] = verdict.checks.filter(isEachCheck);
  if (found === undefined) throw new Error('no check about each group');
  return found;
}

const all: readonly [string, Verdict][] = [
  ['masked regression', given.maskedRegression],
  ['passing', given.passing],
  ['two passing checks', given.passingTwo],
  ['all too few', given.undecided],
  ['below a floor', given.belowFloor],
  ['across with a control', given.across],
  ['discovered', given.discovered],
  ['many groups', given.manyGroups],
  ['hostile', given.hostile],
];

describe('the first line about groups', () => {
  test.each([
    [
      'a better average with worse groups says both',
      given.maskedRegression,
      '❌ slices: f1 got better by 0.4 points on average and got worse for `carrier=AS` by 6.1 points (95 % interval 2.0 to 10.2), and for 2 more of 16 groups',
    ],
    ['a pass', given.passing, '✅ slices: none of 8 groups is shown to be worse on f1: 3 improved, 5 not worse'],
    ['a pass of two checks', given.passingTwo, '✅ slices: 2 of 2 checks hold over 216 groups, 48,211 paired rows'],
    ['a warning', given.undecided, '⚠️ slices: none of 3 groups is shown to be worse on f1: 3 with too few rows'],
    [
      'groups that differ',
      given.across,
      '❌ fairness: demographic_parity differs by 17.2 points across `sex` within `education` (95 % interval 14.1 to 20.3); 10.0 points are allowed; 2 groups could not be compared',
    ],
  ])('%s', (_, verdict, expected) => {
    expect(headline(verdict)).toBe(expected);
  });

  test('the title of the check run is the same sentence; the undecided say so', () => {
    expect(title(given.maskedRegression)).toBe(headline(given.maskedRegression).replace('❌ slices: ', ''));
    expect(title(given.undecided)).toBe('warning: none of 3 groups is shown to be worse on f1: 3 with too few rows');
    const open = { ...given.undecided, status: 'inconclusive' } as const;
    const checks = open.checks.map((check) => ({ ...check, status: 'inconclusive' as const }));
    expect(title({ ...open, checks })).toBe(
      'cannot tell: none of 3 groups is shown to be worse on f1: 3 with too few rows',
    );
  });

  test('a check that is waived says by whom', () => {
    const waiver = { owner: '@ana', reason: 'known', expires: '2026-12-15' };
    const checks = [{ ...given.masked, status: 'waived' as const, waiver }];
    expect(headline({ ...given.maskedRegression, status: 'waived', stops: false, checks })).toMatch(
      /^✍️ slices: f1 got better .* of 16 groups; waived by @ana until 2026-12-15$/,
    );
  });
});

describe('how many groups of each outcome', () => {
  const none = { improved: 0, 'not-worse': 0, worse: 0, 'cannot-tell': 0, 'too-few-rows': 0, vanished: 0, new: 0 };
  const { slices } = eachOf(given.passing);

  test.each([
    [
      'kept',
      { 'not-worse': 38, 'cannot-tell': 4, 'too-few-rows': 2 },
      '38 of 44 groups not worse; 4 cannot tell, 2 too few rows',
    ],
    ['improved ones are not worse', { improved: 3, 'not-worse': 5 }, '8 of 8 groups not worse (3 improved)'],
    ['worse first', { worse: 1, 'not-worse': 1_200 }, '1 of 1,201 groups worse; 1,200 not worse'],
    ['vanished before worse', { vanished: 1, worse: 2, new: 1 }, '1 of 4 groups vanished; 2 worse, 1 new'],
    ['nothing can be told', { 'cannot-tell': 1 }, '1 of 1 group: cannot tell'],
    ['too few rows everywhere', { 'too-few-rows': 3 }, '3 of 3 groups: too few rows'],
    ['no group', {}, 'no group has a row'],
  ])('%s', (_, counts, expected) => {
    expect(countWords({ ...slices, counts: { ...none, ...counts } })).toBe(expected);
  });

  test('of a limit they keep it or do not', () => {
    const counts = { ...none, worse: 1, 'not-worse': 2 };
    expect(countWords({ ...slices, rule: 'at-least', counts })).toBe(
      '1 of 3 groups below the limit; 2 within the limit',
    );
    expect(countWords({ ...slices, rule: 'at-most', counts })).toBe(
      '1 of 3 groups above the limit; 2 within the limit',
    );
  });
});

describe('the comment', () => {
  test('masked regression: sentence, groups by harm on one scale, what each lacks, where all of them are', () => {
    expect(readable(comment([given.maskedRegression], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❌ \`slices\`: f1 got better by 0.4 points on average and got worse for \`carrier=AS\` by 6.1 points (95 % interval 2.0 to 10.2), and for 2 more of 16 groups

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ❌ fail | \`slices\` | 0 of 1 | **3 of 16 groups worse**; 8 not worse (3 improved), 3 cannot tell, 2 too few rows; the average hides \`carrier=AS\` **−6.1 pt**; 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |

      - ❌ \`slices/carriers\`: Why this check: a carrier is a customer

      **What to do**

      - Look at the rows of \`carrier=AS\`, \`carrier=F9\` and \`carrier=WN\` first; or, if this is intended, write a waiver: it needs an owner, a reason and an end date.
      - See it on your own machine: \`npx modelgate check slices\`

      <details><summary>The check of <code>slices</code></summary>

      ❌ fail \`carriers\`: f1: 3 of 16 groups worse; 8 not worse (3 improved), 3 cannot tell, 2 too few rows. Over all rows 0.708 → 0.712 (+0.4 pt). Better on 9 of 14 groups (64 %) by point value, on at least 3 shown; 50 % is asked.

      | | group | difference and interval | champion | candidate | rows |
      |---|---|---|--:|--:|--:|
      | ❌ worse | \`carrier=AS\` | \` ├─────●─────┤  │     \` −6.1 pt (−10.2 to −2.0 pt) | 0.731 | 0.670 | 1,104 |
      | ❌ worse | \`carrier=F9\` | \`   ├────●─────┤ │     \` −5.2 pt (−8.8 to −1.6 pt) | 0.744 | 0.692 | 1,098 |
      | ❌ worse, required | \`carrier=WN\` | \`        ├──●──┤ │     \` −3.4 pt (−5.6 to −1.2 pt) | 0.727 | 0.693 | 1,756 |
      | ❓ cannot tell<br><sub>needs about 2,000 rows</sub> | \`carrier=VX\` | \`        ├────●──┼─┤   \` −2.1 pt (−5.5 to 1.3 pt) | 0.701 | 0.680 | 741 |
      | ❓ cannot tell<br><sub>needs about 2,500 rows</sub> | \`carrier=FL\` | \`       ├─────●──┼───┤ \` −1.8 pt (−6.2 to 2.6 pt) | 0.742 | 0.724 | 466 |
      | ❓ cannot tell<br><sub>needs about 2,400 rows</sub> | \`carrier=YV\` | \`‹───────────────┼─●──›\` +1.2 pt (−13.9 to 16.3 pt) | 0.750 | 0.762 | 86 |
      | ➖ too few rows<br><sub>needs about 1,900 rows</sub> | \`carrier=HA\` | – | – | – | 22 |
      | ➖ too few rows<br><sub>needs about 1,900 rows</sub> | \`carrier=OO\` | – | – | – | fewer than 5 rows |
      | ✅ not worse | \`carrier=MQ\` | \`              ├─●┤    \` −0.3 pt (−1.2 to 0.6 pt) | 0.719 | 0.716 | 3,781 |
      | ✅ not worse | \`carrier=9E\` | \`              ├─●─┤   \` −0.1 pt (−1.4 to 1.2 pt) | 0.733 | 0.732 | 2,641 |
      | ✅ not worse | \`carrier=US\` | \`               ├●─┤   \` +0.1 pt (−1.1 to 1.3 pt) | 0.680 | 0.681 | 2,932 |
      | ✅ not worse | \`carrier=AA\` | \`               ├●─┤   \` +0.2 pt (−0.7 to 1.1 pt) | 0.695 | 0.697 | 4,688 |

      and 4 more groups: 4 not worse (3 improved); all of them are in \`slices.csv\` and \`slices.parquet\` in the artifact \`modelgate-slices-flight-delays-slices\`.

      - \`carrier=FL\`: most rows are of two days

      - Groups of the examples of \`quality\`: \`carrier\` 16 groups, 48,211 rows; \`route\` (\`origin\` and \`dest\`) 200 groups, 47,012 rows, 12 rows without a value, the 24 smallest groups beyond the cap left out (1,187 rows)
      - Holm's correction over 14 tests: that any group is called worse when none is stays as unlikely as with one test.
      - All groups of all checks: \`slices.csv\` and \`slices.parquet\` in the artifact \`modelgate-slices-flight-delays-slices\`

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right, ‹ › farther than drawn</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('a pass is one line and a fold', () => {
    const text = readable(comment([given.passing], context));
    expect(text.split('\n').slice(1, 12)).toMatchInlineSnapshot(`
      [
        "### ✅ \`slices\`: none of 8 groups is shown to be worse on f1: 3 improved, 5 not worse",
        "",
        "<details><summary>The check</summary>",
        "",
        "| | gate | checks | decided by |",
        "|---|---|--:|---|",
        "| ✅ pass | \`slices\` | 1 of 1 | 8 of 8 groups not worse (3 improved); 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |",
        "",
        "✅ pass \`carriers\`: f1: 8 of 8 groups not worse (3 improved).",
        "",
        "| | group | difference and interval | champion | candidate | rows |",
      ]
    `);
    expect(comment([given.passingTwo], context)).toContain(
      '| ✅ pass | `slices` | 2 of 2 | `carriers`: 8 of 8 groups not worse (3 improved); `latency`: 2 of 2 groups not worse (1 improved); 48,211 paired rows against champion',
    );
  });

  test('groups with too few rows: none of their numbers, and what it would take', () => {
    const text = comment([given.undecided], context);
    expect(part(text, '| | group', '\n\n')).toMatchInlineSnapshot(`
      "| | group | difference and interval | champion | candidate | rows |
      |---|---|---|--:|--:|--:|
      | ➖ too few rows<br><sub>needs about 1,900 rows</sub> | \`carrier=HA\` | – | – | – | 22 |
      | ➖ too few rows<br><sub>needs about 1,900 rows</sub> | \`carrier=OO\` | – | – | – | fewer than 5 rows |
      | ➖ too few rows<br><sub>needs about 2,400 rows</sub> | \`carrier=YV\` | – | – | – | 29 |"
    `);
  });

  test('groups compared within others: differences with limits and chance, groups by rate, who was left out and why', () => {
    const text = comment([given.across], context);
    expect(part(text, '❌ fail `parity`', '- Groups of')).toMatchInlineSnapshot(`
      "❌ fail \`parity\`: demographic_parity across \`sex\`, compared within each group of \`education\`.

      | | between groups | champion | candidate | interval and limit |
      |---|---|--:|--:|---|
      | ❌ fail | difference at most 10 pt | 15.1 pt | 17.2 pt | \` ├─────●────┤       ┊ \` 14.1 to 20.3 pt |
      | ❌ fail | smallest ÷ largest at least 0.8 | – | 0.58 | \` ├────●────┤        ┊ \` 0.51 to 0.66 |
      | ❓ cannot tell | growth of the difference at most 2 pt | – | +2.1 pt | \` ├────────●┊───────┤│ \` 0.2 to 4.0 pt |

      - difference at most 10 pt: groups of these sizes differ by 3.1 points by chance alone; p &#60; 0.0001 of no difference

      | group | within | rows | selection_rate, champion → candidate |   |
      |---|---|--:|--:|---|
      | \`sex=Male\` | \`education=Bachelors\` | 3,002 | 0.397 → 0.410 |  |
      | \`sex=Female\` | \`education=Bachelors\` | 1,211 | 0.246 → 0.238 |  |
      | \`sex=Male\` | \`education=HS-grad\` | 4,410 | 0.102 → 0.101 |  |
      | \`sex=Female\` | \`education=HS-grad\` | 2,702 | 0.060 → 0.062 |  |
      | \`sex=Female\` | \`education=Preschool\` | fewer than 5 rows | – | ➖ left out: too few rows |
      | \`sex=Male\` | \`education=Preschool\` | 36 | – | ➖ left out: no row could have this rate |

      "
    `);
    expect(readable(text)).toContain('| **demographic_parity: difference 17.2 pt** across `sex`; 11,361 paired rows');
  });

  test('a limit that no groups could be compared for is told with its reason', () => {
    const [first] = given.parity.bounds;
    const note = 'fewer than two groups have rows enough';
    const slices = given.parity.slices?.kind === 'across' ? { ...given.parity.slices, gaps: [] } : undefined;
    const { interval: _, estimate: __, ...open } = { ...first, status: 'inconclusive', reason: 'too-few-rows', note };
    const check = {
      ...given.parity,
      status: 'inconclusive',
      outcome: 'inconclusive',
      reason: 'too-few-rows',
      bounds: [open],
      slices,
    };
    const verdict = verdictSchema.parse({ ...given.across, status: 'inconclusive', checks: [check] });
    const text = readable(comment([verdict], context));
    expect(text).toContain(
      '| ❓ cannot tell | difference at most 10 pt | – | – | – |\n\n- difference at most 10 pt: fewer than two groups have rows enough\n',
    );
  });

  test('of many groups twelve, and the rest by number', () => {
    const text = comment([given.manyGroups], context);
    expect(text.match(/^\| ✅\u00a0not\u00a0worse \|/gm)).toHaveLength(12);
    expect(text).toContain(
      '\n\nand 188 more groups: 188 not worse (10 improved); all of them are in `slices.csv` and `slices.parquet` in the artifact `modelgate-slices-flight-delays-slices`.\n',
    );
  });

  test('groups that nobody declared: the confirmed first, the lines for the policy, and that nothing is decided', () => {
    const text = comment([given.discovered], context);
    expect(part(text, '<details><summary>Groups that', '<sub>modelgate')).toMatchInlineSnapshot(`
      "<details><summary>Groups that nobody declared: 1 confirmed of 2 found</summary>

      Advisory: this decides nothing. Found in one half of 48,211 rows, tested in the other.

      | | group | rows | mean excess loss | effect | p, corrected |
      |---|---|--:|--:|--:|--:|
      | ❗ confirmed | \`carrier=AS and hour=20\` | 402 | +0.213 | 0.44 | &#60; 0.0001 |
      | ➖ not confirmed | \`dest=HNL\` | 211 | +0.0410 | 0.08 | 0.31 |

      To judge the confirmed ones from now on, add to the policy:

      \`\`\`yaml
      gates:
        slices:
          by:
            as-20h:
              where: "carrier = 'AS' AND hour = 20"
      \`\`\`

      </details>

      "
    `);
    const nothing = { ...given.table, discovery: { ...given.discovery, found: [], patch: undefined, exact: false } };
    expect(comment([{ ...given.passing, slices: nothing }], context)).toContain(
      '<details><summary>Groups that nobody declared: none found</summary>\n\nAdvisory: this decides nothing. The search was cut off; there may be weaker groups than these.\n\n</details>',
    );
  });

  test('beside a gate of another kind each has the tables of its kind', () => {
    const text = readable(comment([given.maskedRegression, evaluation], context));
    expect(text).toContain(
      '<details><summary>All 5 checks of <code>quality</code></summary>\n\n| | check | champion |',
    );
    expect(text).toContain('<details><summary>The check of <code>slices</code></summary>\n\n❌ fail `carriers`: f1: ');
  });

  test.each(all)('%s: within the budget, and the summary has the same words', (_, verdict) => {
    expect(byteLength(comment([verdict], context))).toBeLessThanOrEqual(commentBudget);
    expect(comment([verdict], context)).toContain(summary([verdict], context));
    const { summary: short, text } = checkRun(verdict);
    expect(byteLength(short)).toBeLessThanOrEqual(checkRunBudget);
    expect(byteLength(text)).toBeLessThanOrEqual(checkRunBudget);
  });

  test('sixty checks of sixty groups still fit', () => {
    const [routes] = given.manyGroups.checks;
    const checks = Array.from({ length: 60 }, (_, index) => ({ ...routes, id: `routes-${index}` }) as CheckResult);
    const text = comment([{ ...given.manyGroups, checks }], context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text).toContain('Only what did not pass fits here');
  });
});

describe('the forest plot', () => {
  const drawn = (verdict: Verdict, name: string) => {
    const row = sliceRows(eachOf(verdict)).find((one) => one.name === name);
    return row?.plot === undefined ? undefined : plotText(row.plot);
  };

  test('no difference stands at the same place in every row', () => {
    const places = sliceRows(eachOf(given.maskedRegression)).flatMap(({ plot }) => plot?.zero ?? []);
    expect(places).toHaveLength(14);
    expect(new Set(places).size).toBe(1);
  });

  test('a very wide interval leaves the picture on both sides', () => {
    expect(drawn(given.maskedRegression, 'carrier=YV')).toMatchInlineSnapshot(`"‹───────────────┼─●──›"`);
    expect(drawn(given.maskedRegression, 'carrier=AS')).toMatchInlineSnapshot(`" ├─────●─────┤  │     "`);
    expect(drawn(given.maskedRegression, 'carrier=UA')).toMatchInlineSnapshot(`"                │├●┤  "`);
  });

  test('where lower is better, better is right', () => {
    expect(drawn(given.passingTwo, 'carrier=UA')).toBeDefined();
    const latency = { ...given.passingTwo, checks: given.passingTwo.checks.slice(1) };
    expect(drawn(latency, 'carrier=UA')).toMatchInlineSnapshot(`" ├●─┤                 "`);
    expect(drawn(latency, 'carrier is missing')).toMatchInlineSnapshot(`"    │       ├───●───┤ "`);
  });

  test('the margin is marked where the verdict says it', () => {
    const check = eachOf(given.maskedRegression);
    const rows = sliceRows({ ...check, slices: { ...check.slices, threshold: -0.03 } });
    expect(rows.slice(0, 2).map(({ plot }) => plot && plotText(plot))).toMatchInlineSnapshot(`
      [
        " ├─────●────┊┤  │     ",
        "   ├────●───┊─┤ │     ",
      ]
    `);
    expect(new Set(rows.flatMap(({ plot }) => plot?.limit ?? [])).size).toBe(1);
  });

  test('most harm first, whatever the order of the verdict', () => {
    const check = eachOf(given.maskedRegression);
    const names = sliceRows(check).map(({ name }) => name);
    expect(names.slice(0, 9)).toEqual(
      ['AS', 'F9', 'WN', 'VX', 'FL', 'YV', 'HA', 'OO', 'MQ'].map((carrier) => `carrier=${carrier}`),
    );
    const turned = { ...check, slices: { ...check.slices, slices: check.slices.slices.toReversed() } };
    // two groups without numbers have no order of their own
    expect(
      sliceRows(turned)
        .map(({ name }) => name)
        .filter((name) => !/HA|OO/.test(name)),
    ).toEqual(names.filter((name) => !/HA|OO/.test(name)));
  });

  test('whatever the numbers, a row has its width and stays on the scale', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const slice = fc.tuple(number, fc.double({ min: 0, max: 1e6, noNaN: true })).map(([estimate, half]) => ({
      by: 'c',
      name: 'c=x',
      outcome: 'cannot-tell' as const,
      of: 'difference' as const,
      estimate,
      interval: { lower: estimate - half, upper: estimate + half, level: 0.95, method: 'bca' },
    }));
    fc.assert(
      fc.property(fc.array(slice, { minLength: 1, maxLength: 20 }), fc.option(number), (slices, threshold) => {
        const check = eachOf(given.passing);
        const finding = { ...check.slices, slices, ...(threshold === null ? {} : { threshold }) };
        for (const { plot } of sliceRows({ ...check, slices: finding })) {
          if (plot === undefined) throw new Error('an interval that is not drawn');
          expect(plotText(plot)).toHaveLength(22);
          expect(plot.estimate).toBeGreaterThanOrEqual(0);
          expect(plot.estimate).toBeLessThanOrEqual(1);
          expect(plot.zero).toBeGreaterThanOrEqual(0);
          expect(plot.zero).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('numbers that must not be told', () => {
  test('a suppressed group has none anywhere', () => {
    for (const text of [
      comment([given.maskedRegression], context),
      page([given.maskedRegression], context),
      terminal([given.maskedRegression], { width: 160, colour: false }),
    ]) {
      expect(text).toContain('fewer than 5 rows');
    }
    const check = eachOf(given.maskedRegression);
    const [row] = sliceRows({ ...check, slices: { ...check.slices, suppressedBelow: 20 } }).filter(
      ({ name }) => name === 'carrier=OO',
    );
    expect(row).toMatchObject({
      rows: 'fewer than 20 rows',
      champion: '–',
      candidate: '–',
      difference: '–',
      interval: '–',
    });
  });
});

describe('what to do', () => {
  test.each([
    [
      'the worst groups by name',
      given.maskedRegression,
      [
        'Look at the rows of carrier=AS, carrier=F9 and carrier=WN first; or, if this is intended, write a waiver: it needs an owner, a reason and an end date.',
        'See it on your own machine: npx modelgate check slices',
      ],
    ],
    [
      'rows that are lacking, the nearest group first',
      given.undecided,
      [
        'For slices/carriers: more rows in eval/golden.parquet would tell: carrier=HA about 1,900 in all (now 22 rows), carrier=OO about 1,900 in all, carrier=YV about 2,400 in all (now 29 rows).',
        'See it on your own machine: npx modelgate check slices',
      ],
    ],
    [
      'groups that differ',
      given.across,
      [
        'For fairness/parity: look at the groups with the largest and the smallest rate; or, if this is intended, write a waiver: it needs an owner, a reason and an end date.',
        'See it on your own machine: npx modelgate check fairness',
      ],
    ],
    ['nothing of a pass', given.passing, []],
  ])('%s', (_, verdict, expected) => {
    expect(todo([verdict]).map(phrasePlain)).toEqual(expected);
  });

  test('a group that two checks name keeps the place of the first', () => {
    const turned = given.carriers.toReversed().filter(({ outcome }) => outcome === 'worse');
    const [one, other, last] = turned.map((slice, index) => ({ ...slice, estimate: -0.1 * (index + 1) }));
    if (one === undefined || other === undefined || last === undefined) throw new Error('three are worse');
    const second = given.each('second', [one, other, last], { words: 'w' }, { status: 'fail', reason: 'slice-worse' });
    const [step = []] = todo([{ ...given.maskedRegression, checks: [given.masked, second] }]);
    expect(phrasePlain(step)).toMatch(/^Look at the rows of carrier=AS, carrier=F9 and carrier=WN first; /);
  });

  const reasons: readonly [CheckResult['reason'], CheckResult['status'], RegExp][] = [
    ['slice-vanished', 'error', /^For slices\/carriers: find out why these rows are gone; /],
    [
      'too-many-slices',
      'error',
      /^For slices\/carriers: divide the column with `bins`, or name a column with fewer values\.$/,
    ],
    ['slices-invalid', 'error', /^For slices\/carriers: mend the entry of `by` that is named/],
    ['share-not-reached', 'fail', /^For slices\/carriers: the candidate has to be better on more groups; /],
    ['slice-below-limit', 'fail', /^Look at the rows of carrier=AS, carrier=F9 and carrier=WN first; /],
    ['difference-widened', 'fail', /^For slices\/carriers: the champion treats these groups more alike; /],
    ['slice-worse', 'warn', /first; nothing stops for it, it only warns\.$/],
  ];
  test.each(reasons)('%s', (reason, status, expected) => {
    const checks = [{ ...given.masked, status, outcome: status, reason }];
    const [step = []] = todo([{ ...given.maskedRegression, status, reason, checks }]);
    expect(phrasePlain(step)).toMatch(expected);
  });

  test('without a control the two outermost groups are named', () => {
    const slices = given.parity.slices?.kind === 'across' ? { ...given.parity.slices, control: undefined } : undefined;
    const [step = []] = todo([{ ...given.across, checks: [{ ...given.parity, slices }] }]);
    expect(phraseMarkdown(step)).toMatch(/^For `fairness\/parity`: look at `sex=Female` and `sex=Male`; or, /);
  });
});

describe('the check run', () => {
  test('annotates the line of the policy with the sentence', () => {
    expect(checkRun(given.maskedRegression).annotations).toEqual([
      {
        path: 'modelgate.yml',
        startLine: 31,
        endLine: 31,
        level: 'failure',
        title: 'slices/carriers',
        message:
          'f1 got better by 0.4 points on average and got worse for `carrier=AS` by 6.1 points (95 % interval 2.0 to 10.2), and for 2 more of 16 groups\nWhy this check: a carrier is a customer',
      },
    ]);
    expect(checkRun(given.undecided).annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(checkRun(given.passing)).toMatchObject({ conclusion: 'success', annotations: [] });
  });

  test('its text has the groups, those that nobody declared, and how intervals were made', () => {
    const { text } = checkRun(given.discovered);
    expect(text).toContain('| ❌\u00a0worse | `carrier=AS` |');
    expect(text).toContain('<details><summary>Groups that nobody declared: 1 confirmed of 2 found</summary>');
    expect(text).toContain('- Interval BCa bootstrap: ');
  });
});

describe('the page', () => {
  const html = page([given.discovered], context);

  test('draws every interval, on one scale, with words for those who cannot see it', () => {
    expect(html.match(/<svg class="plot"/g)).toHaveLength(14);
    expect(html).toContain('aria-label="f1 of carrier=AS: worse, −6.1 pt, −10.2 to −2.0 pt"');
    const zeros = [...html.matchAll(/<line class="zero" x1="([\d.]+)"/g)].map(([, place]) => place);
    expect(zeros).toHaveLength(14);
    expect(new Set(zeros).size).toBe(1);
    expect(html.match(/class="beyond"/g)).toHaveLength(2);
  });

  test('each outcome has its shape and its word beside its colour', () => {
    expect(html).toContain('<span class="badge fail"><span aria-hidden="true">✗</span> worse, required</span>');
    expect(html).toContain('<span class="badge pass"><span aria-hidden="true">▲</span> improved</span>');
    expect(html).toContain('<span class="badge skipped"><span aria-hidden="true">-</span> too few rows</span>');
    expect(html).toContain('<span class="badge inconclusive"><span aria-hidden="true">?</span> cannot tell</span>');
  });

  test('a policy patch keeps its lines and their indents', () => {
    expect(html).toContain(
      '<pre><code>gates:\n  slices:\n    by:\n      as-20h:\n        where: &quot;carrier = &#39;AS&#39; AND hour = 20&quot;</code></pre>',
    );
  });

  test('many groups are all there, those beyond the first folded', () => {
    const many = page([given.manyGroups], context);
    expect(many.match(/<svg class="plot"/g)).toHaveLength(60);
    expect(many).toContain('<details><summary>35 more groups</summary>');
    expect(many).toContain(
      'and 140 more groups: 140 not worse (10 improved); all of them are in <code>slices.csv</code>',
    );
  });
});

describe('the terminal', () => {
  test.each([60, 80, 120, 200])('%s columns are never exceeded', (width) => {
    for (const [, verdict] of all) {
      const lines = terminal([verdict], { width, colour: false }).split('\n');
      // a patch is to be copied: its lines are not broken
      const patch = new Set((verdict.slices?.discovery?.patch ?? '').split(/\r\n|\r|\n/).map((line) => line.trim()));
      for (const line of lines.filter((one) => !patch.has(one.trim()))) {
        expect(verdict === given.hostile || displayWidth(line) <= width, line).toBe(true);
      }
    }
  });

  test('a table by harm, with words', () => {
    const text = terminal([given.maskedRegression], { width: 130, colour: false });
    expect(text.slice(text.indexOf('✗ fail  carriers'), text.indexOf('├──●──┤'))).toMatchInlineSnapshot(`
      "✗ fail  carriers: 3 of 16 groups worse; 8 not worse (3 improved), 3 cannot tell, 2 too few rows. Over all rows 0.708 → 0.712 (+0.4
        pt). Better on 9 of 14 groups (64 %) by point value, on at least 3 shown; 50 % is asked
                         group                    rows  difference  interval                                  needs
      ✗ worse            carrier=AS              1,104     −6.1 pt   ├─────●─────┤  │       −10.2 to −2.0 pt
      ✗ worse            carrier=F9              1,098     −5.2 pt     ├────●─────┤ │       −8.8 to −1.6 pt
      ✗ worse, required  carrier=WN              1,756     −3.4 pt          "
    `);
  });

  test('colours stand around the outcome alone', () => {
    const text = terminal([given.maskedRegression], { width: 130, colour: true });
    expect(text).toContain('\u001b[31;1m✗ worse\u001b[0m ');
    expect(text).toContain('\u001b[32m▲ improved\u001b[0m ');
  });
});

describe('names of groups come from data', () => {
  test('nothing in them is markup, a mention, a reference or a control', () => {
    const text = comment([given.hostile], context);
    const outside = text.replace(/(`{3,})yaml\n[\s\S]*?\n\1\n/, '').replace(/<code>[^<]*<\/code>|`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/<img|@octocat|#12\b|octo\/repo#3|:\/\/evil|\[a\]\(b\)|\n# hi/);
    for (const unseen of ['\u202e', '\u200f', '\u0007']) expect(text).not.toContain(unseen);
    expect(outside).not.toContain('<img');
    // every row of a table has the columns of its head
    for (const [block] of text.matchAll(/(?:^\|.*\|$\n?)+/gm)) {
      const columns = block
        .trim()
        .split('\n')
        .map((line) => line.split('|').length);
      expect(new Set(columns).size).toBe(1);
    }
  });

  test('a patch cannot end its block', () => {
    const text = comment([given.hostile], context);
    const [, fence = '', inside = ''] = /(`{3,})yaml\n([\s\S]*?)\n\1\n/.exec(text) ?? [];
    expect(fence).toBe('`````');
    expect(inside).toContain('\n````\n</code></pre><script>');
    for (const unseen of ['\u202e', '\u200f', '\u0007', '\r']) expect(inside).not.toContain(unseen);
  });

  test('on the page they are text', () => {
    const html = page([given.hostile], context);
    for (const one of ['<img', '<script', '\u202e', '\u200f', '\u0007']) expect(html).not.toContain(one);
    expect(html).toContain('&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html.match(/<pre>/g)).toHaveLength(1);
  });

  test('in the terminal they steer nothing, and are cut', () => {
    const text = terminal([given.hostile], { width: 120, colour: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of controls is what is tested
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200e\u200f]/);
    expect(text).not.toContain('y'.repeat(60));
    expect(text).toContain(`${'y'.repeat(20)}`);
  });

  test('whatever a name holds, a table keeps its columns and the page its tags', () => {
    const name = fc.string({ unit: 'binary', maxLength: 80 });
    const tags = (html: string) => html.match(/<\/?[a-z]\w*/g)?.join(' ');
    const withName = (text: string) => {
      const one = given.carrier('x', 'worse', 1_104, [0.7, -0.06, 0.04], { name: text, note: text });
      return {
        ...given.maskedRegression,
        checks: [given.each('c', [one], { words: 'f1 got worse' }, { status: 'fail' })],
      };
    };
    const expected = tags(page([withName('x')], context));
    fc.assert(
      fc.property(name, (text) => {
        const table = part(comment([withName(text)], context), '| | group', '\n\n');
        const rows = table.split('\n').map((line) => line.split('|').length);
        expect(rows).toEqual([8, 8, 8]);
        // a note is a sentence, of which what stands between backticks is code
        if (!text.includes('`')) expect(tags(page([withName(text)], context))).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a set of verdicts', () => {
  test.each(all)('%s: the order does not matter', (_, verdict) => {
    expect(comment([verdict, evaluation], context)).toBe(comment([evaluation, verdict], context));
    expect(page([verdict, evaluation], context)).toBe(page([evaluation, verdict], context));
  });
});
