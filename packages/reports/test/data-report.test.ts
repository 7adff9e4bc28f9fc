import type { CheckResult, Verdict } from '@modelgate/core';
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
import { displayWidth } from '../src/terminal-table.ts';
import * as given from './data-verdicts.ts';
import { context, failing as evaluation, passing as evaluationPasses, notNow } from './verdicts.ts';

/** Spaces that must not break are no-break spaces, which a reader of this file could not tell from others. */
function readable(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

const all: readonly [string, Verdict][] = [
  ['passing', given.passing],
  ['failing', given.failing],
  ['sampled', given.sampled],
  ['no table', given.noTable],
  ['no other table', given.noOtherTable],
  ['drifted', given.drifted],
  ['800 rules', given.eightHundred],
  ['800 broken rules', given.eightHundredBroken],
  ['changed', { ...given.failing, change: given.change }],
];

describe('the headline of a data gate', () => {
  test.each([
    [
      'a broken rule, with what is allowed',
      given.tailnumOnly,
      '❌ training-data: `tailnum` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed',
    ],
    [
      'the first of several, and how many more',
      given.failing,
      '❌ training-data: `flight` holds VARCHAR where the contract says integer, and 4 more',
    ],
    [
      'all rules hold, with columns that moved',
      given.passing,
      '✅ training-data: all 34 rules hold in 336,776 rows; 2 columns moved, both within their limits',
    ],
    [
      'a sample says what it is a sample of',
      given.sampled,
      '❓ training-data: 5 % of the rows (16,839 of 336,776) were looked at: 17 rules hold as far as a sample can tell; 12 need all rows',
    ],
    ['no table', given.noTable, '⛔ training-data: file-missing: data/flights.parquet is not there'],
    [
      'the same thing missing for three rules',
      given.noOtherTable,
      '⛔ training-data: file-missing: data/airports.csv is not there, and 2 more',
    ],
    [
      'drift by how far, instead of by which test',
      given.drifted,
      '❌ training-data: `distance` drifted from the profile: Wasserstein distance 1.71 (1.68 to 1.74); 0.1 is allowed, and 3 more',
    ],
    ['many rules', given.eightHundred, '✅ training-data: all 800 rules hold in 336,776 rows'],
  ])('%s', (_, verdict, expected) => {
    expect(headline(verdict)).toBe(expected);
  });

  test('a sample of which every rule can be told passes, and says so', () => {
    const shares = given.sampled.checks.filter(({ status }) => status === 'pass');
    const verdict = { ...given.sampled, status: 'pass', reason: 'within-limit', checks: shares } as const;
    expect(headline(verdict)).toBe(
      '✅ training-data: all 17 rules hold as far as 5 % of the rows (16,839 of 336,776) can tell',
    );
  });

  test('a part of the rows is never written as all of them', () => {
    const almost = { ...given.sampled, rows: 336_775 };
    expect(headline(almost)).toContain('99.9997 % of the rows (336,775 of 336,776)');
  });

  test('drift that is only not shown is no proof of its absence', () => {
    const [first, ...others] = given.steady;
    // it moved, and may have moved by more than is allowed
    const checks = first === undefined ? [] : [{ ...first, reason: 'not-disproven' as const }, ...others];
    expect(headline({ ...given.passing, checks })).toBe(
      '✅ training-data: all 5 rules hold in 336,776 rows; 1 column moved, within its limit; of 1 rule nothing shows that it is broken',
    );
  });

  test('the title of the check run is the same sentence; a sample cannot tell', () => {
    expect(title(given.tailnumOnly)).toBe('`tailnum` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed');
    expect(title(given.sampled)).toMatch(/^cannot tell: 5 % of the rows .* 12 need all rows$/);
    expect(title({ ...given.drifted, status: 'inconclusive', reason: 'drift-undecided' })).toMatch(
      /^cannot tell: `air_time`: Wasserstein distance .*…$/,
    );
    expect(title({ ...given.failing, status: 'warn' })).toMatch(/^warning: `arr_time` is missing in 2\.6 %/);
  });
});

describe('the comment', () => {
  test('what failed first, then drift, then what holds in a line a column', () => {
    expect(readable(comment([given.failing], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❌ \`training-data\`: \`flight\` holds VARCHAR where the contract says integer, and 4 more

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ❌ fail | \`training-data\` | 33 of 38 | \`flight\` holds VARCHAR where the contract says integer |

      - ❌ fail: \`training-data/columns.tailnum.pattern\`: \`tailnum\` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed. Why this check: the maintenance records are joined by it
      - ❌ fail: \`training-data/columns.air_time.range\`: \`air_time\` is outside 20 to 700 in 0.04 % of rows (131 of 336,776); none allowed
      - ✍️ waived: \`training-data/privacy.k-anonymity\`: fewer than 5 groups of \`origin\`, \`dest\` and \`tailnum\` hold fewer than 5 rows; none allowed; waived by @&#8203;ana until 2026-12-15. The waiver's reason: reviewed with legal
      - ⚠️ warning: \`training-data/columns.arr_time.nulls\`: \`arr_time\` is missing in 2.6 % of rows (8,713 of 336,776); 3 % allowed, more than 2.5 % is warned of

      **What to do**

      - For \`training-data/columns.flight.type\`: let what writes the table keep the columns of the contract; or change the contract at \`contracts/flights.yml:36\` together with those who read the table.
      - Mend what wrote these rows: \`training-data/columns.tailnum.pattern\` and \`training-data/columns.air_time.range\`. If the data are right and the rule is not, change it in \`contracts/flights.yml\`, or write a waiver with owner, reason and end date.
      - Look at \`training-data/columns.arr_time.nulls\` before it grows; the contract warns of it at \`contracts/flights.yml:29\`, and nothing stops.
      - See it on your own machine: \`npx modelgate check training-data\`

      <details><summary>All 38 rules of <code>training-data</code></summary>

      | | rule | found |
      |---|---|---|
      | ❌ fail | \`columns.flight.type\` | \`flight\` holds VARCHAR where the contract says integer |
      | ❌ fail | \`columns.tailnum.pattern\` | \`tailnum\` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed |
      | ❌ fail | \`columns.air_time.range\` | \`air_time\` is outside 20 to 700 in 0.04 % of rows (131 of 336,776); none allowed |
      | ✍️ waived | \`privacy.k-anonymity\` | fewer than 5 groups of \`origin\`, \`dest\` and \`tailnum\` hold fewer than 5 rows; none allowed; waived by @&#8203;ana until 2026-12-15 |
      | ⚠️ warning | \`columns.arr_time.nulls\` | \`arr_time\` is missing in 2.6 % of rows (8,713 of 336,776); 3 % allowed, more than 2.5 % is warned of |

      | | column | compared by | distance | interval and limit | decided |
      |---|---|---|--:|---|---|
      | ✅ pass | \`dep_delay\` | Wasserstein distance | 0.031 | \`       ┊        ●┤  │ \` 0.027 to 0.035, limit 0.1 | moved, within its limit |
      | ✅ pass | \`arr_delay\` | Wasserstein distance | 0.006 | \`       ┊           ●┤ \` 0.002 to 0.010, limit 0.1 | within its limit |
      | ✅ pass | \`carrier\` | Jensen–Shannon distance | 0.044 | \`       ┊      ●┤    │ \` 0.039 to 0.049, limit 0.1 | moved, within its limit |
      | ✅ pass | \`origin\` | Jensen–Shannon distance | 0.009 | \`       ┊          ├●┤ \` 0.003 to 0.015, limit 0.1 | within its limit |
      | ✅ pass | \`tailnum\` | share of missing values | 0.05 pt | \`       ┊           ├● \` 0.00 to 0.11 pt, limit 2 pt | within its limit |

      <sub>├──●──┤ distance from the profile with its interval, ┊ limit, │ no difference; farther is left</sub>

      | | rule | found |
      |---|---|---|
      | ✅ pass | \`columns.dep_time.nulls\` | \`dep_time\` is missing in 2.5 % of rows (8,255 of 336,776); 3 % allowed |
      | ✅ pass | \`checks.mean-delay\` | mean of \`dep_delay\` is 12.6; 0 to 30 is allowed |

      | | where | rules |
      |---|---|---|
      | ✅ pass | table | \`extra-columns\` |
      | ✅ pass | \`year\` | \`type\`, \`nullable\` |
      | ✅ pass | \`month\` | \`type\`, \`nullable\`, \`range\` |
      | ✅ pass | \`day\` | \`type\`, \`nullable\`, \`range\` |
      | ✅ pass | \`dep_delay\` | \`type\`, \`nullable\` |
      | ✅ pass | \`arr_delay\` | \`type\`, \`nullable\` |
      | ✅ pass | \`carrier\` | \`type\`, \`nullable\`, \`in\` |
      | ✅ pass | \`flight\` | \`nullable\` |
      | ✅ pass | \`tailnum\` | \`type\`, \`nullable\` |
      | ✅ pass | \`origin\` | \`type\`, \`nullable\`, \`length\` |
      | ✅ pass | \`dest\` | \`type\`, \`nullable\`, \`length\` |
      | ✅ pass | keys | \`year+month+day+carrier+flight+origin\` |

      - \`data/flights.parquet\`: 336,776 rows, 19 columns; contract \`contracts/flights.yml\`; profile \`data/flights.profile.json\`, made of 333,012 rows at \`4e5f6a7\`

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('drift beyond the picture, undecided, and without a distance', () => {
    const text = readable(comment([given.drifted], context));
    expect(text.slice(text.indexOf('| | column'), text.indexOf('</sub>'))).toMatchInlineSnapshot(`
      "| | column | compared by | distance | interval and limit | decided |
      |---|---|---|--:|---|---|
      | ❌ fail | \`distance\` | Wasserstein distance | 1.71 | \`‹              ┊    │ \` 1.68 to 1.74, limit 0.1 | drifted |
      | ❌ fail | \`dest\` | Jensen–Shannon distance | 0.163 | \`            ●┤ ┊    │ \` 0.151 to 0.175, limit 0.1 | drifted |
      | ❓ cannot tell | \`air_time\` | Wasserstein distance | 0.09 | \`              ├┊●┤  │ \` 0.07 to 0.12, limit 0.1 | these rows cannot tell |
      | ❓ cannot tell | \`time_hour\` | – | – | – | \`time_hour\`: the reference does not know this column: nothing to compare with; record a new profile |
      | ✅ pass | \`dep_delay\` | Wasserstein distance | 0.031 | \`               ┊  ├●│ \` 0.027 to 0.035, limit 0.1 | moved, within its limit |
      | ✅ pass | \`arr_delay\` | Wasserstein distance | 0.006 | \`               ┊    ● \` 0.002 to 0.010, limit 0.1 | within its limit |
      | ✅ pass | \`carrier\` | Jensen–Shannon distance | 0.044 | \`               ┊  ● │ \` 0.039 to 0.049, limit 0.1 | moved, within its limit |
      | ✅ pass | \`origin\` | Jensen–Shannon distance | 0.009 | \`               ┊   ├● \` 0.003 to 0.015, limit 0.1 | within its limit |
      | ✅ pass | \`tailnum\` | share of missing values | 0.05 pt | \`               ┊    ● \` 0.00 to 0.11 pt, limit 2 pt | within its limit |

      <sub>├──●──┤ distance from the profile with its interval, ┊ limit, │ no difference, ‹ farther than drawn; farther is left"
    `);
  });

  test('what a sample cannot show is a line a column', () => {
    const text = readable(comment([given.sampled], context));
    expect(text.slice(text.indexOf('| | gate'), text.indexOf('| ✅ pass |'))).toMatchInlineSnapshot(`
      "| | gate | checks | decided by |
      |---|---|--:|---|
      | ❓ cannot tell | \`training-data\` | 17 of 29 | 5 % of the rows (16,839 of 336,776) were looked at: 17 rules hold as far as a sample can tell; 12 need all rows |

      - ❓ cannot tell: \`training-data/columns.year.nullable\`, \`training-data/columns.month.nullable\`, \`training-data/columns.day.nullable\`, \`training-data/columns.dep_delay.nullable\`, and 8 more: a sample of the rows cannot show this

      **What to do**

      - For what a sample cannot show: let a stage without \`sample\` judge all rows, such as the scheduled one.

      <details><summary>All 29 rules of <code>training-data</code></summary>

      | | where | rules |
      |---|---|---|
      | ❓ cannot tell | \`year\` | \`nullable\` |
      | ❓ cannot tell | \`month\` | \`nullable\` |
      | ❓ cannot tell | \`day\` | \`nullable\` |
      | ❓ cannot tell | \`dep_delay\` | \`nullable\` |
      | ❓ cannot tell | \`arr_delay\` | \`nullable\` |
      | ❓ cannot tell | \`carrier\` | \`nullable\`, \`references\` |
      | ❓ cannot tell | \`flight\` | \`nullable\` |
      | ❓ cannot tell | \`tailnum\` | \`nullable\` |
      | ❓ cannot tell | \`origin\` | \`nullable\` |
      | ❓ cannot tell | \`dest\` | \`nullable\` |
      | ❓ cannot tell | keys | \`year+month+day+carrier+flight+origin\` |

      | | rule | found |
      |---|---|---|
      "
    `);
  });

  test('what a sample shows a part of keeps its sentence', () => {
    const words = '`origin` is missing in 0.9 % of rows of a sample, so 0.8 % to 1.1 % of all; 1 % is allowed';
    const seen = given.broken(
      'columns.origin.nulls',
      words,
      { failing: 152, of: 16_839, allowed: { value: 0.01, unit: 'share' } },
      { status: 'inconclusive', reason: 'sample-cannot-tell' },
    );
    const text = readable(comment([{ ...given.sampled, checks: [...given.sampled.checks, seen] }], context));
    expect(text).toContain(`\n- ❓ cannot tell: \`training-data/columns.origin.nulls\`: ${words}\n`);
    expect(text).toContain(`\n| ❓ cannot tell | \`columns.origin.nulls\` | ${words} |\n`);
    expect(text).toContain('17 rules hold as far as a sample can tell; 13 need all rows\n');
  });

  test('a pass is one line and a folded table, with the offer of a new profile', () => {
    const text = readable(comment([given.passing], context));
    expect(text.split('\n').slice(1, 9)).toMatchInlineSnapshot(`
      [
        "### ✅ \`training-data\`: all 34 rules hold in 336,776 rows; 2 columns moved, both within their limits",
        "",
        "<details><summary>All 34 rules</summary>",
        "",
        "| | gate | checks | decided by |",
        "|---|---|--:|---|",
        "| ✅ pass | \`training-data\` | 34 of 34 | 336,776 rows; 2 columns moved, both within their limits |",
        "",
      ]
    `);
    expect(text).toContain(
      '\n- New profile: the committed profile is 212 days old and this table has 3,764 rows more; it is `flights.profile.json` in the artifact `modelgate-profile-training-data`\n',
    );
  });

  test('never a column for champion, candidate or difference', () => {
    for (const [, verdict] of all) {
      expect(comment([verdict], context)).not.toMatch(/champion|candidate|difference \|/);
      expect(page([verdict], context)).not.toMatch(/Champion|Candidate|>Difference</);
    }
  });

  test('data and model in one comment: each has the tables of its kind', () => {
    const text = readable(comment([given.failing, evaluation, notNow], context));
    expect(text.split('\n').slice(1, 8)).toMatchInlineSnapshot(`
      [
        "### ❌ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 6 more",
        "",
        "| | gate | checks | decided by |",
        "|---|---|--:|---|",
        "| ❌ fail | \`quality\` | 3 of 5 | **f1 −1.9 pt** against champion \`a1b2c3d\` (main, 6 days old), 48,211 paired rows |",
        "| ❌ fail | \`training-data\` | 33 of 38 | \`flight\` holds VARCHAR where the contract says integer |",
        "| ➖ skipped | \`nightly-slices\` | – | not meant for stage pull-request |",
      ]
    `);
    expect(text).toContain(
      '<details><summary>All 5 checks of <code>quality</code></summary>\n\n| | check | champion |',
    );
    expect(text).toContain(
      '<details><summary>All 38 rules of <code>training-data</code></summary>\n\n| | rule | found |',
    );
    expect(comment([given.passing, evaluationPasses], context)).toContain(
      '### ✅ all 2 gates hold: 37 checks\n\n<details><summary>All 37 checks</summary>',
    );
  });

  test.each(all)('%s: the order of the set does not matter, and the summary has the same words', (_, verdict) => {
    const [one, other] = [
      [verdict, evaluation],
      [evaluation, verdict],
    ];
    expect(comment(one, context)).toBe(comment(other, context));
    expect(comment([verdict], context)).toMatch(/^<!-- .* -->\n/);
    if (byteLength(summary([verdict], context)) < commentBudget) {
      expect(comment([verdict], context)).toContain(summary([verdict], context));
    }
  });
});

describe('below the headline, what the change does to contract, columns and profile', () => {
  test('breaking first, with those who read the table', () => {
    const text = comment([{ ...given.passing, change: given.change }], context);
    expect(text.slice(text.indexOf('**This'), text.indexOf('<details>'))).toMatchInlineSnapshot(`
      "**This pull request breaks 2 promises of the data contract** \`flights\` (takes effect after merge):

      - \`tailnum\`: may be missing from now on; breaks \`train.py\`, \`dashboard/delays\`
      - \`hour\` is removed; breaks \`train.py\`

      It also changes 2 rules of the data contract \`flights\` (takes effect after merge):

      - \`carrier\`: 16 → 15 allowed values (may stop a table that passes today)
      - \`gate\` is new: string

      **The columns of the table are not those that the profile was made of**:

      - **breaking**: \`flight\`: BIGINT → VARCHAR
      - \`gate\` is new: VARCHAR
      - and 3 more

      The committed profile is replaced: 333,012 → 336,776 rows.

      "
    `);
  });

  test('one change is one sentence; two gates that say the same say it once', () => {
    const [first] = given.change.data?.contract ?? [];
    const data = { contract: first === undefined ? [] : [first], columns: [] };
    const changed = { ...given.passing, change: { ...given.change, data } };
    const other = { ...changed, gate: { id: 'serving-data', kind: 'data' } } as const;
    const text = comment([changed, other], context);
    expect(text.match(/This pull request .*/g)).toEqual([
      'This pull request breaks 1 promise of the data contract** `flights` (takes effect after merge): `tailnum`: may be missing from now on; breaks `train.py`, `dashboard/delays`.',
    ]);
  });

  test('many are counted, none is lost', () => {
    const contract = Array.from({ length: 500 }, (_, index) => ({
      path: `columns.c${index}`,
      kind: 'removed' as const,
      breaking: true,
      breaksProducers: false,
      consumers: Array.from({ length: 9 }, (_, reader) => `reader-${reader}`),
      words: `\`c${index}\` is removed`,
    }));
    const change = { ...given.change, data: { contract, columns: [], leftOut: 40 } };
    const text = comment([{ ...given.failing, change }], context);
    expect(text).toContain('**This pull request breaks 500 promises of the data contract** `flights`');
    expect(text).toContain(
      '- `c0` is removed; breaks `reader-0`, `reader-1`, `reader-2`, `reader-3`, `reader-4` and 4 more\n',
    );
    expect(text).toContain('- and 528 more\n');
    const empty = { ...given.change, data: { contract: [], columns: [], leftOut: 1 } };
    expect(comment([{ ...given.failing, change: empty }], context)).toContain(
      'This pull request changes contract and columns in 1 more way.\n',
    );
  });
});

describe('the check run', () => {
  test('annotations at the lines of the contract, of the rules and of what the change breaks', () => {
    const { annotations } = checkRun({ ...given.failing, change: given.change });
    const short = annotations.map(({ path, startLine, level, title }) => `${path}:${startLine} ${level} ${title}`);
    expect(short).toEqual([
      'contracts/flights.yml:36 failure training-data/columns.flight.type',
      'contracts/flights.yml:41 failure training-data/columns.tailnum.pattern',
      'contracts/flights.yml:47 failure training-data/columns.air_time.range',
      expect.stringMatching(/^contracts\/flights\.yml:\d+ notice training-data\/privacy\.k-anonymity$/),
      'contracts/flights.yml:29 warning training-data/columns.arr_time.nulls',
      'contracts/flights.yml:40 warning Breaks a promise',
    ]);
    expect(annotations.find(({ startLine }) => startLine === 41)?.message).toBe(
      '`tailnum` does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed\nWhy this check: the maintenance records are joined by it',
    );
  });

  test('a problem is shown where it is to be mended', () => {
    expect(checkRun(given.noTable).annotations).toMatchObject([{ path: 'modelgate.yml', startLine: 9 }]);
    expect(checkRun(given.noOtherTable).annotations).toMatchObject(
      [1, 2, 3].map(() => ({ path: 'contracts/flights.yml', startLine: 4 })),
    );
  });

  test('the summary says what was looked at', () => {
    const { summary: text } = checkRun(given.sampled);
    expect(text).toContain(
      '\n`data/flights.parquet`: 5 % of the rows (16,839 of 336,776), 19 columns; contract `contracts/flights.yml`; profile `data/flights.profile.json`, made of 333,012 rows at `4e5f6a7`\n',
    );
    const remote = { ...given.table, engine: 'trino', profile: undefined } as const;
    const inline = { ...remote, contract: { name: 'training-data', sha256: 'c'.repeat(64) } };
    expect(checkRun({ ...given.passing, data: inline }).summary).toContain(
      '\n`data/flights.parquet`: 336,776 rows, 19 columns, counted by Trino; contract `training-data` of the policy\n',
    );
  });
});

describe('what to do', () => {
  test('by reason, the worst first, and how to see it on the own machine last', () => {
    expect(todo([given.failing]).map(phraseMarkdown)).toMatchInlineSnapshot(`
      [
        "For \`training-data/columns.flight.type\`: let what writes the table keep the columns of the contract; or change the contract at \`contracts/flights.yml:36\` together with those who read the table.",
        "Mend what wrote these rows: \`training-data/columns.tailnum.pattern\` and \`training-data/columns.air_time.range\`. If the data are right and the rule is not, change it in \`contracts/flights.yml\`, or write a waiver with owner, reason and end date.",
        "Look at \`training-data/columns.arr_time.nulls\` before it grows; the contract warns of it at \`contracts/flights.yml:29\`, and nothing stops.",
        "See it on your own machine: \`npx modelgate check training-data\`",
      ]
    `);
    expect(todo([given.drifted]).map(phraseMarkdown)).toMatchInlineSnapshot(`
      [
        "For \`training-data/drift.distance\` and \`training-data/drift.dest\`: find out whether the world changed or what collects the data. If it is right as it is, commit a new profile as \`data/flights.profile.json\` that people have looked at.",
        "For \`training-data/drift.air_time\` and \`training-data/drift.time_hour\`: more rows would tell drift from noise; with these, allow for more in \`drift\` of the contract.",
        "See it on your own machine: \`npx modelgate check training-data\`",
      ]
    `);
    expect(todo([given.noOtherTable]).map(phraseMarkdown)).toMatchInlineSnapshot(`
      [
        "\`training-data/columns.carrier.references\`, \`training-data/columns.dest.references\` and \`training-data/parity.rows\`: write it before this step, or mend \`tables.airports\` of the contract",
        "See it on your own machine: \`npx modelgate check training-data\`",
      ]
    `);
  });

  test('a sample is not drawn again at home, and stops only where the policy says so', () => {
    expect(todo([given.sampled]).map(phrasePlain)).toEqual([
      'For what a sample cannot show: let a stage without `sample` judge all rows, such as the scheduled one.',
    ]);
    expect(todo([{ ...given.sampled, stops: true, onInconclusive: 'fail' }]).map(phrasePlain)).toEqual([
      'For what a sample cannot show: let a stage without `sample` judge all rows, such as the scheduled one, or let `on-inconclusive` of this one warn.',
    ]);
  });

  test('the command names the stage, and never what could be more than a name', () => {
    const nightly = { ...given.noTable, run: { ...given.noTable.run, stage: 'nightly' } };
    expect(todo([nightly]).map(phrasePlain).at(-1)).toBe(
      'See it on your own machine: npx modelgate check training-data --stage nightly',
    );
    for (const id of ['x; rm -rf .', '$(id)', '-x', 'a b', 'ü']) {
      expect(todo([{ ...given.noTable, gate: { id, kind: 'data' } }]).join()).not.toContain('npx');
    }
  });

  test.each([
    ['contract-invalid', 'mend the contract at the lines that are named'],
    ['profile-unusable', 'make the profile anew from a table that people have looked at, and commit it'],
    ['server-unreachable', 'check the address, the user and the password of the server, and run the job again'],
    ['query-failed', "look for the query in the server's own log, mend what it says there, and run the job again"],
  ] as const)('%s', (reason, advice) => {
    const problem = { reason, message: 'what happened' };
    expect(todo([{ ...given.noTable, reason, problem }]).map(phrasePlain)).toEqual([
      `training-data: ${advice}`,
      'See it on your own machine: npx modelgate check training-data',
    ]);
  });
});

describe('the terminal', () => {
  test('sentences are wrapped and never cut off', () => {
    expect(terminal([given.drifted], { width: 100, colour: false })).toMatchInlineSnapshot(`
      "✗ fail  training-data: \`distance\` drifted from the profile: Wasserstein distance 1.71 (1.68 to
        1.74); 0.1 is allowed, and 3 more

      ✗ fail: training-data/drift.dest: \`dest\` drifted from the profile: Jensen–Shannon distance 0.163
        (0.151 to 0.175); 0.1 is allowed. Why this check: routes change with the season
      ? cannot tell: training-data/drift.air_time: \`air_time\`: Wasserstein distance (of bins, in standard
        deviations of the reference) 0.094 (0.071 to 0.117): on which side of 0.1 it lies, 333,012 and
        336,776 rows cannot tell; about 900,000 in each table would, were it as far as this
      ? cannot tell: training-data/drift.time_hour: \`time_hour\`: the reference does not know this column:
        nothing to compare with; record a new profile

      training-data: data/flights.parquet: 336,776 rows, 19 columns; contract contracts/flights.yml;
        profile data/flights.profile.json, made of 333,012 rows at 4e5f6a7
                     column     distance  interval and limit      decided
      ✗ fail         distance       1.71  ‹              ┊    │   drifted
      ✗ fail         dest          0.163              ●┤ ┊    │   drifted
      ? cannot tell  air_time       0.09                ├┊●┤  │   these rows cannot tell
      ? cannot tell  time_hour                                    not compared
      ✓ pass         dep_delay     0.031                 ┊  ├●│   moved, within its limit
      ✓ pass         arr_delay     0.006                 ┊    ●   within its limit
      ✓ pass         carrier       0.044                 ┊  ● │   moved, within its limit
      ✓ pass         origin        0.009                 ┊   ├●   within its limit
      ✓ pass         tailnum     0.05 pt                 ┊    ●   within its limit
      ├──●──┤ distance from the profile with its interval, ┊ limit, │ no difference, ‹ farther than drawn;
      farther is left
      ✓ pass  table: extra-columns
      ✓ pass  year: type, nullable
      ✓ pass  month: type, nullable, range
      ✓ pass  day: type, nullable, range
      ✓ pass  dep_delay: type, nullable
      ✓ pass  arr_delay: type, nullable
      ✓ pass  carrier: type, nullable, in
      ✓ pass  flight: type, nullable
      ✓ pass  tailnum: type, nullable
      ✓ pass  origin: type, nullable, length
      ✓ pass  dest: type, nullable, length
      ✓ pass  keys: year+month+day+carrier+flight+origin

      What to do
      - For training-data/drift.distance and training-data/drift.dest: find out whether the world changed
        or what collects the data. If it is right as it is, commit a new profile as
        data/flights.profile.json that people have looked at.
      - For training-data/drift.air_time and training-data/drift.time_hour: more rows would tell drift
        from noise; with these, allow for more in \`drift\` of the contract.
      - See it on your own machine: npx modelgate check training-data

      modelgate 0.1.0 · policy flight-delays@9f8e7d6
      "
    `);
  });

  test.each([40, 60, 80, 120, 200])('no line is wider than %d columns', (width) => {
    for (const [, verdict] of all) {
      const lines = terminal([verdict, evaluation], { width, colour: false }).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });
});

describe('the page', () => {
  test('rules with their lines, drawn distances, and every rule that holds with its sentence', () => {
    const html = page([given.failing], context);
    expect(html).toContain(
      '<code>columns.tailnum.pattern</code><div class="why">contracts/flights.yml:41</div></td><td role="cell"><code>tailnum</code> does not match in 2.1 % of rows (7,052 of 336,776); 1 % allowed<div class="why">the maintenance records are joined by it</div>',
    );
    expect(html.match(/<svg /g)).toHaveLength(5);
    expect(html).toContain('<details><summary>28 rules hold</summary>');
    expect(html).toContain('mean of <code>dep_delay</code> is 12.6; 0 to 30 is allowed');
    expect(html).toContain(
      `<dt>Contract</dt><dd><code>contracts/flights.yml</code> (flights), <code>sha256:${'a'.repeat(64)}`,
    );
    expect(html).toContain(
      '<dt>Profile</dt><dd><code>data/flights.profile.json</code>, made of 333,012 rows, commit <code>',
    );
    expect(html).toContain('<dt>Other table</dt><dd><code>data/carriers.csv</code> 16 rows, 412 B');
  });

  test('of 800 rules each has its line, folded', () => {
    const html = page([given.eightHundred], context);
    expect(html).toContain('<details><summary>800 rules hold</summary>');
    expect(html.match(/<tr role="row" class="pass">/g)).toHaveLength(800);
  });
});

describe('budgets', () => {
  test('800 rules that hold fit, a line a column', () => {
    const text = comment([given.eightHundred], context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text.match(/^\| ✅\u00a0pass \| `sensor_reading_\d+` \|/gm)).toHaveLength(80);
    expect(text).not.toContain('fits here');
  });

  test.each([
    ['short', (id: string) => id],
    ['CJK', (id: string) => `航班延误检查${'很'.repeat(60)}${id}`],
    ['hostile', (id: string) => `${'<|`$'.repeat(100)}${id}`],
  ])('800 broken rules with %s names: within every budget, none uncounted', (_, name) => {
    const checks = given.eightHundredBroken.checks.map((check) => ({ ...check, id: name(check.id) }));
    const verdict = { ...given.eightHundredBroken, checks };
    const text = comment([verdict], context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text.split('\n')[1]).toMatch(/^### ❌ `training-data`: .* none allowed, and 799 more$/);
    const run = checkRun(verdict);
    expect(byteLength(run.summary)).toBeLessThanOrEqual(checkRunBudget);
    expect(byteLength(run.text)).toBeLessThanOrEqual(checkRunBudget);
    expect([...run.title].length).toBeLessThanOrEqual(200);
  });

  test('numbers of many passes give way to names', () => {
    const checks = given.eightHundred.checks.map((check): CheckResult => {
      const data = check.data?.kind === 'counted' ? { ...check.data, failing: 3 } : check.data;
      return { ...check, ...(data === undefined ? {} : { data }) };
    });
    expect(comment([{ ...given.eightHundred, checks }], context).match(/^\| ✅/gm)).toHaveLength(81);
  });
});

describe('whatever the contract and the table are called', () => {
  const names = fc
    .array(
      fc.constantFrom(
        '@evil',
        '<script>',
        '-->',
        '<!--',
        '|',
        '`',
        '``',
        '\n',
        '#1',
        '\u202e',
        ' a ',
        '[x](y)',
        '$',
        '::',
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join(''));

  function hostile(name: string): Verdict {
    const checks: readonly CheckResult[] = [
      { ...given.tailnum, id: `columns.${name}.pattern`, why: name },
      given.fact(`columns.${name}.type`, `\`${name}\` is ${name}`, { status: 'fail', reason: 'columns-differ' }),
      given.holds(`columns.${name}.nullable`, name),
      given.drift(
        name,
        { words: name, comparator: name, distance: 0.4, interval: [0.3, 0.5], floor: 0.1 },
        { status: 'fail' },
      ),
    ];
    const { change, table } = given;
    const words = `\`${name}\`: ${name}`;
    return {
      ...given.failing,
      checks: [...checks],
      notices: [name],
      data: {
        ...table,
        table: name,
        contract: { ...table.contract, name, file: name },
        proposedProfile: { artifact: name, file: name, words: name },
      },
      change: {
        ...change,
        data: {
          contract: (change.data?.contract ?? []).map((one) => ({ ...one, words, consumers: [name] })),
          columns: (change.data?.columns ?? []).map((one) => ({ ...one, words })),
          profile: name,
        },
      },
    };
  }

  test('Markdown: the marker stays the only comment, rows stay lines, no mention or tag of theirs survives', () => {
    fc.assert(
      fc.property(names, (name) => {
        const text = comment([hostile(name)], context);
        expect(text.match(/<!--|-->/g)).toEqual(['<!--', '-->']);
        // an escaped backtick opens no code, so escapes go first
        const bare = text
          .replace(/\\./g, '')
          .replace(/`[^`\n]*`|<code>[^<]*<\/code>/g, '')
          .replace(/&#\d+;/g, '\ue000');
        expect(bare).not.toMatch(/@(?!\ue000)|#\d|<script|\u202e/);
        const rows = text.split('\n').filter((line) => line.startsWith('| '));
        expect(rows.map((row) => row.match(/\|/g)?.length)).toEqual([5, 5, 4, 4, 4, 7, 7, 4, 4]);
      }),
      { numRuns: 80, examples: [['``@evil`'], ['`a`@evil`']] },
    );
  });

  test('HTML and terminal: nothing of theirs is a tag, an escape or a command', () => {
    fc.assert(
      fc.property(names, (name) => {
        const html = page([hostile(name)], context);
        expect(html).not.toMatch(/<script|<!--|\u202e/);
        const lines = terminal([hostile(name)], { width: 80, colour: false });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of controls is what is tested
        expect(lines).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|^\s*::/m);
      }),
      { numRuns: 60 },
    );
  });

  test('however far numbers are from any sense, a drawing ends', () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (distance, low, high, floor) => {
        const check = given.drift('x', {
          words: 'x',
          comparator: 'wasserstein',
          distance,
          interval: [low, high],
          floor,
        });
        expect(comment([{ ...given.passing, checks: [check] }], context)).toContain('Wasserstein distance');
        expect(page([{ ...given.passing, checks: [check] }], context)).not.toContain('NaN');
      }),
      { numRuns: 100, examples: [[1e308, -1e308, 1e308, 5e-324]] },
    );
  });
});
