import type { CheckResult, Verdict } from '@modelgate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLength,
  checkRun,
  checkRunBudget,
  comment,
  commentBudget,
  commentMarker,
  summary,
  summaryBudget,
} from '../src/index.ts';
import { markdownReport, reportSizes } from '../src/markdown-report.ts';
import * as given from './verdicts.ts';

const { context } = given;

/** Spaces inside plots are no-break spaces, which a reader of this file could not tell from others. */
function readable(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

const outcomes: readonly [string, readonly Verdict[]][] = [
  ['pass', [given.passing]],
  ['fail', [given.failing]],
  ['inconclusive', [given.inconclusive]],
  ['error', [given.erroneous]],
  ['error of one check', [given.erroneousCheck]],
  ['waived', [given.waived]],
  ['warn', [given.warned]],
  ['bootstrap', [given.bootstrap]],
  ['estimate only', [given.estimateOnly]],
  ['several gates', given.severalGates],
  ['all gates hold', [given.passing, given.trainingData, given.notNow]],
  ['hostile names', [given.hostile]],
  ['no verdict', []],
];

describe('the comment', () => {
  test('fail', () => {
    expect(readable(comment([given.failing], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❌ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ❌ fail | \`quality\` | 3 of 5 | **f1 −1.9 pt** against champion \`a1b2c3d\` (main, 6 days old), 48,211 paired rows |

      - ❌ \`quality/f1\`: Why this check: f1 pays the rebooking desk: half a point is a day of work a week
      - ❓ \`quality/recall\`: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide

      **What to do**

      - Mend \`quality/f1\`, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.
      - For \`quality/recall\`: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).

      <details><summary>All 5 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`               ┊├●┤   \` −0.3 to 0.1 pt | 0.3 pt |
      | ❌ fail | \`f1\` at most 0.5 pt worse | 0.712 | 0.693 | −1.9 pt | \` ├────●─────┤  ┊  │   \` −2.8 to −1.0 pt | 0.4 pt |
      | ❓ cannot tell | \`recall\` at most 0.5 pt worse | 0.661 | 0.657 | −0.4 pt | \`           ├───┊●─┼─┤ \` −1.1 to 0.4 pt | needs 62,000 rows |
      | ✅ pass | \`balanced-floor\` balanced_accuracy at least 0.75 | 0.781 | 0.779 | −0.2 pt | \` ┊            ├──●──┤ \` 0.774 to 0.785 | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 40 ms | 31.4 ms | 32.2 ms | +2.5 % | \` ┊               ├─●┤ \` 31.6 to 32.9 ms | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 10 % worse | 31.4 ms | 32.2 ms | +2.5 % | \` ┊         ├───●───┤│ \` 0.4 to 4.7 % | 3 % |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('pass', () => {
    expect(readable(comment([given.passing], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ✅ \`quality\`: 3 of 3 checks hold, 48,211 paired rows

      <details><summary>All 3 checks</summary>

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ✅ pass | \`quality\` | 3 of 3 | 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \` ┊     ├──────●──┼──┤ \` −0.3 to 0.1 pt | 0.3 pt |
      | ✅ pass | \`balanced-floor\` balanced_accuracy at least 0.75 | 0.781 | 0.779 | −0.2 pt | \` ┊            ├──●──┤ \` 0.774 to 0.785 | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 40 ms | 31.4 ms | 32.2 ms | +2.5 % | \` ┊               ├─●┤ \` 31.6 to 32.9 ms | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 10 % worse | 31.4 ms | 32.2 ms | +2.5 % | \` ┊         ├───●───┤│ \` 0.4 to 4.7 % | 3 % |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('inconclusive', () => {
    expect(readable(comment([given.inconclusive], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❓ \`quality\`: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide

      The policy says \`on-inconclusive: warn\`: this does not stop the step.

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ❓ cannot tell | \`quality\` | 1 of 2 | **recall** undecided, needs about 62,000 rows; 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |

      **What to do**

      - For \`quality/recall\`: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).

      <details><summary>All 2 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`         ┊ ├──●┼┤     \` −0.3 to 0.1 pt | 0.3 pt |
      | ❓ cannot tell | \`recall\` at most 0.5 pt worse | 0.661 | 0.657 | −0.4 pt | \` ├───────┊─●───┼────┤ \` −1.1 to 0.4 pt | needs 62,000 rows |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('error', () => {
    expect(readable(comment([given.erroneous], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ⛔ \`quality\`: baseline-unreadable: GitHub answered 403 to the list of artifacts

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⛔ error | \`quality\` | – | **baseline-unreadable**: GitHub answered 403 to the list of artifacts |

      **What to do**

      - \`quality\`: give the job \`permissions: { actions: read }\`

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('error of one check', () => {
    expect(readable(comment([given.erroneousCheck], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ⛔ \`quality\`: column-missing: out/predictions.parquet has no column latency

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⛔ error | \`quality\` | 1 of 2 | **p95(latency)**: column-missing; 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |

      - ⛔ \`quality/latency\`: at \`modelgate.yml:21:18\`

      **What to do**

      - \`quality/latency\`: did you mean latency_ms?

      <details><summary>All 2 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \` ┊     ├──────●──┼──┤ \` −0.3 to 0.1 pt | 0.3 pt |
      | ⛔ error | \`latency\` p95(latency) | – | – | – | column-missing | – |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('waived', () => {
    expect(readable(comment([given.waived], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ✍️ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed; waived by @&#8203;ana until 2026-12-15

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ✍️ waived | \`quality\` | 1 of 2 | **f1 −1.9 pt** against champion \`a1b2c3d\` (main, 6 days old), 48,211 paired rows; waived until 2026-12-15 |

      - ✍️ \`quality/f1\`: The waiver's reason: the label changed on 2026-11-01; the new golden set follows. Why this check: f1 pays the rebooking desk: half a point is a day of work a week

      <details><summary>All 2 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`                ┊├─●┤ \` −0.3 to 0.1 pt | 0.3 pt |
      | ✍️ waived | \`f1\` at most 0.5 pt worse | 0.712 | 0.693 | −1.9 pt | \` ├─────●─────┤  ┊  │  \` −2.8 to −1.0 pt | 0.4 pt |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('warn', () => {
    expect(readable(comment([given.warned], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ⚠️ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⚠️ warning | \`quality\` | 1 of 2 | **f1 −1.9 pt** against champion \`a1b2c3d\` (main, 6 days old), 48,211 paired rows |

      - ⚠️ \`quality/f1\`: Why this check: f1 pays the rebooking desk: half a point is a day of work a week

      **What to do**

      - Mend \`quality/f1\`; nothing stops for it, it only warns.

      <details><summary>All 2 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`                ┊├─●┤ \` −0.3 to 0.1 pt | 0.3 pt |
      | ⚠️ warning | \`f1\` at most 0.5 pt worse | 0.712 | 0.693 | −1.9 pt | \` ├─────●─────┤  ┊  │  \` −2.8 to −1.0 pt | 0.4 pt |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('bootstrap is said loudly', () => {
    expect(readable(comment([given.bootstrap], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ⚠️ \`quality\`: nothing was compared for f1: there is no recorded champion yet

      > [!WARNING]
      > \`quality\`: nothing was compared: there is no recorded champion yet; the first run recorded on the default branch becomes it

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⚠️ warning | \`quality\` | 1 of 2 | **nothing was compared**; 48,211 rows |

      <details><summary>All 2 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ⚠️ warning | \`f1\` | – | 0.693 | – | bootstrap | – |
      | ✅ pass | \`balanced-floor\` balanced_accuracy at least 0.75 | 0.781 | 0.779 | −0.2 pt | \` ┊            ├──●──┤ \` 0.774 to 0.785 | – |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('estimate only', () => {
    expect(readable(comment([given.estimateOnly], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ✅ \`quality\`: accuracy is worse by 0.1 points; a loss of 0.5 points is allowed (by the estimate alone: nothing is proven)

      <details><summary>The check</summary>

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ✅ pass | \`quality\` | 1 of 1 | against champion \`a1b2c3d\` (main, 6 days old); by the estimates alone: nothing is proven |

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \` ┊              ●   │ \` no interval | – |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@sha256:9999999\` **(local, unverified)** · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('several gates, worst first', () => {
    expect(readable(comment(given.severalGates, context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❌ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ❌ fail | \`quality\` | 3 of 5 | **f1 −1.9 pt** against champion \`a1b2c3d\` (main, 6 days old), 48,211 paired rows |
      | ✅ pass | \`training-data\` | 1 of 1 | 336,776 rows |
      | ➖ skipped | \`nightly-slices\` | – | not meant for stage pull-request |

      - ❌ \`quality/f1\`: Why this check: f1 pays the rebooking desk: half a point is a day of work a week
      - ❓ \`quality/recall\`: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide

      **What to do**

      - Mend \`quality/f1\`, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.
      - For \`quality/recall\`: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).

      <details><summary>All 5 checks of <code>quality</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`accuracy\` at most 0.5 pt worse | 0.821 | 0.820 | −0.1 pt | \`               ┊├●┤   \` −0.3 to 0.1 pt | 0.3 pt |
      | ❌ fail | \`f1\` at most 0.5 pt worse | 0.712 | 0.693 | −1.9 pt | \` ├────●─────┤  ┊  │   \` −2.8 to −1.0 pt | 0.4 pt |
      | ❓ cannot tell | \`recall\` at most 0.5 pt worse | 0.661 | 0.657 | −0.4 pt | \`           ├───┊●─┼─┤ \` −1.1 to 0.4 pt | needs 62,000 rows |
      | ✅ pass | \`balanced-floor\` balanced_accuracy at least 0.75 | 0.781 | 0.779 | −0.2 pt | \` ┊            ├──●──┤ \` 0.774 to 0.785 | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 40 ms | 31.4 ms | 32.2 ms | +2.5 % | \` ┊               ├─●┤ \` 31.6 to 32.9 ms | – |
      | ✅ pass | \`latency\` p95(latency_ms) at most 10 % worse | 31.4 ms | 32.2 ms | +2.5 % | \` ┊         ├───●───┤│ \` 0.4 to 4.7 % | 3 % |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <details><summary>The check of <code>training-data</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ✅ pass | \`dep-delay-missing\` missing(dep_delay) at most 0.03 | – | 0.0245 | – | \` ┊               ├●─┤ \` 0.0240 to 0.0250 | – |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('hostile names', () => {
    expect(readable(comment([given.hostile], context))).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ⛔ <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code>: column-missing: &#60;img src=x onerror=alert(1)&#62; &#124; \\\`--&#62; @&#8203;octocat #&#8203;12 octo/repo#&#8203;3 GH-&#8203;4 https:&#8203;//evil.example \\[a\\](b) �txt # hi <span>$</span>x<span>$</span>, and 1 more

      > [!WARNING]
      > <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code>: &#60;img src=x onerror=alert(1)&#62; &#124; \\\`--&#62; @&#8203;octocat #&#8203;12 octo/repo#&#8203;3 GH-&#8203;4 https:&#8203;//evil.example \\[a\\](b) �txt # hi <span>$</span>x<span>$</span>

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⛔ error | <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code> | 0 of 2 | **x**: column-missing; 48,211 paired rows against champion \`a1b2c3d\` (main, 6 days old) |

      - ❌ fail: <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;&#47;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code>: &#60;img src=x onerror=alert(1)&#62; &#124; \\\`--&#62; @&#8203;octocat #&#8203;12 octo/repo#&#8203;3 GH-&#8203;4 https:&#8203;//evil.example \\[a\\](b) �txt # hi <span>$</span>x<span>$</span> is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed. Why this check: &#60;img src=x onerror=alert(1)&#62; &#124; \\\`--&#62; @&#8203;octocat #&#8203;12 octo/repo#&#8203;3 GH-&#8203;4 https:&#8203;//evil.example \\[a\\](b) �txt # hi <span>$</span>x<span>$</span>

      **What to do**

      - <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;&#47;x</code>: &#60;img src=x onerror=alert(1)&#62; &#124; \\\`--&#62; @&#8203;octocat #&#8203;12 octo/repo#&#8203;3 GH-&#8203;4 https:&#8203;//evil.example \\[a\\](b) �txt # hi <span>$</span>x<span>$</span>
      - Mend <code>q&#124;&#96;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;&#47;&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code>, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.

      <details><summary>All 2 checks of <code>q|\`&lt;img src=x onerror=alert(1)&gt; | \`--&gt; @octocat #12 octo/repo#3 GH-4 https://evil.example [a](b) �txt # hi $x$</code></summary>

      | | check | champion | candidate | difference | interval and limit | detectable from |
      |---|---|--:|--:|--:|---|--:|
      | ❌ fail | <code>&#60;img src&#61;x onerror&#61;alert&#40;1&#41;&#62; &#124; &#96;&#45;&#45;&#62; &#64;octocat &#35;12 octo&#47;repo&#35;3 GH&#45;4 https&#58;&#47;&#47;evil&#46;example &#91;a&#93;&#40;b&#41; �txt &#35; hi &#36;x&#36;</code> at most 0.5 pt worse | 0.712 | 0.693 | −1.9 pt | \` ├─────●─────┤   ┊  │ \` −2.8 to −1.0 pt | 0.4 pt |
      | ⛔ error | \`x\` | – | – | – | column-missing | – |

      <sub>├──●──┤ interval and estimate, ┊ limit, │ no difference; worse is left, better right</sub>

      </details>

      <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
      "
    `);
  });

  test('no verdict at all is no pass', () => {
    expect(comment([], context)).toContain('### ⛔ no gate reported a verdict\n');
  });

  test('an advisory policy and a heading are said at the top', () => {
    const advisory = { ...given.passing, policy: { ...given.passing.policy, advisory: true } };
    const text = comment([advisory], { ...context, heading: "computed by the pull request's own run" });
    expect(text.split('\n').slice(1, 7)).toEqual([
      '### ✅ `quality`: 3 of 3 checks hold, 48,211 paired rows',
      '',
      "_computed by the pull request's own run_",
      '',
      '> [!WARNING]',
      '> This verdict is advisory: the base has no policy, and this one comes from the change that it judges.',
    ]);
    expect(text).toContain('policy `flight-delays@9f8e7d6` **(advisory: it comes from the change that it judges)**');
  });

  test('a caveat of the method is shown below its table', () => {
    const [first] = given.accuracyHolds.bounds;
    const noted: CheckResult = {
      ...given.accuracyHolds,
      bounds: first === undefined ? [] : [{ ...first, note: '12 resamples had no positives' }],
    };
    expect(comment([{ ...given.failing, checks: [noted, given.f1Worse] }], context)).toContain(
      '\n\n- `accuracy`: 12 resamples had no positives\n',
    );
  });

  test.each(outcomes)('%s: the order of the set does not matter, and the text is the same each time', (_, verdicts) => {
    expect(comment(verdicts.toReversed(), context)).toBe(comment(verdicts, context));
  });

  test.each(outcomes)('%s: the summary has the same words, without the marker', (_, verdicts) => {
    expect(`${commentMarker(context)}\n${summary(verdicts, context)}`).toBe(comment(verdicts, context));
  });
});

function large(count: number, name: (index: number) => string, status: 'pass' | 'fail' = 'fail'): Verdict {
  const checks = Array.from({ length: count }, (_, index): CheckResult => {
    return { ...(status === 'fail' ? given.f1Worse : given.accuracyHolds), id: name(index), metric: name(index) };
  });
  return { ...given.failing, checks: [...checks, given.f1Worse] };
}

test('what the list leaves out is counted by status', () => {
  const failed = Array.from({ length: 20 }, (_, index): CheckResult => ({ ...given.f1Worse, id: `f1-${index}` }));
  const text = comment([{ ...given.failing, checks: [...failed, given.recallOpen] }], context);
  expect(text).toContain('\n- and 9 more: 8 fail, 1 cannot tell\n');
});

describe('budgets', () => {
  test('500 checks: what failed stays, what passed goes, and where it is to be found is said', () => {
    const text = comment([large(500, (index) => `slice-${index}`, 'pass')], context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text).toContain('| ❌ fail | `f1` at most 0.5 pt worse |');
    expect(text).not.toContain('✅');
    expect(text).toContain(`Only what did not pass fits here: [everything else](${context.pageUrl}).`);
  });

  test.each([
    ['ASCII', (index: number) => `check-${index}`],
    ['CJK', (index: number) => `航班延误检查${'很'.repeat(60)}${index}`],
    ['emoji', (index: number) => `${'✈️👩‍👩‍👧'.repeat(30)}${index}`],
    ['hostile', (index: number) => `${'<|`$'.repeat(100)}${index}`],
  ])('500 failing checks with %s names', (_, name) => {
    const verdict = large(500, name);
    const text = comment([verdict], context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text.split('\n')[1]).toMatch(/^### ❌ `quality`: .* 0\.5 is allowed, and 500 more$/);
    expect(text).toContain('[full page](');
    const run = checkRun(verdict);
    expect(byteLength(run.summary)).toBeLessThanOrEqual(checkRunBudget);
    expect(byteLength(run.text)).toBeLessThanOrEqual(checkRunBudget);
    expect([...run.title].length).toBeLessThanOrEqual(200);
    expect(run.annotations).toHaveLength(501);
    expect(byteLength(summary([verdict], context))).toBeLessThanOrEqual(summaryBudget);
  });

  test('300 gates with long names and messages', () => {
    const gates = Array.from({ length: 300 }, (_, index): Verdict => {
      const problem = { reason: 'file-missing', message: '$<'.repeat(1000) } as const;
      return { ...given.erroneous, gate: { id: `${'門'.repeat(200)}${index}`, kind: 'evaluation' }, problem };
    });
    expect(byteLength(comment(gates, context))).toBeLessThanOrEqual(commentBudget);
    expect(comment(gates, context)).toMatch(/\nOnly what did not pass fits here: \[everything else\]\(https:/);
  });
});

test('the smallest size is the headline and the links', () => {
  const smallest = reportSizes.at(-1);
  expect(smallest === undefined ? '' : markdownReport(given.severalGates, context, smallest)).toMatchInlineSnapshot(`
    "### ❌ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

    Only the headline fits here: [everything else](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77).

    <sub>modelgate 0.1.0 · policy \`flight-delays@9f8e7d6\` · commit \`d4c3b2a\` · [full page](https://github.com/octo/flights/actions/runs/9112233445/artifacts/77) · [run](https://github.com/octo/flights/actions/runs/9112233445)</sub>
    "
  `);
});

describe('whatever the names', () => {
  test('the marker stays the only comment, rows stay lines, no mention or tag of theirs survives', () => {
    const parts = fc.array(
      fc.constantFrom('@evil', '<script>', '-->', '<!--', '|', '`', '\n', '#1', '\u202e', ' a ', '[x](y)'),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        parts.map((some) => some.join('')),
        (name) => {
          const checks = [{ ...given.f1Worse, id: name, metric: name, why: name }, given.recallOpen];
          const gate = { ...given.failing.gate, id: name };
          const text = comment([{ ...given.failing, gate, notices: [name], checks }], {
            ...context,
            policyName: name,
            heading: name,
          });
          expect(text.match(/<!--|-->/g)).toEqual(['<!--', '-->']);
          // an escaped backtick opens no code, so escapes go first
          const bare = text
            .replace(/\\./g, '')
            .replace(/`[^`\n]*`|<code>[^<]*<\/code>/g, '')
            .replace(/&#\d+;/g, '\ue000');
          expect(bare).not.toMatch(/@(?!\ue000)|#\d|<script|\u202e/);
          const rows = text.split('\n').filter((line) => line.startsWith('| '));
          expect(rows.map((row) => row.match(/\|/g)?.length)).toEqual([5, 5, 8, 8, 8]);
        },
      ),
      { numRuns: 200, examples: [['``@evil`']] },
    );
  });
});
