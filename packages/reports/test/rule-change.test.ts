import type { RuleChange, Verdict } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { byteLength, checkRun, comment, commentBudget, logLines, page, summary, terminal } from '../src/index.ts';
import { markdownReport, reportSizes } from '../src/markdown-report.ts';
import * as given from './verdicts.ts';

const { context } = given;

/** What a pull request does to its own judging, as every report shows it right below the headline. */
const change: RuleChange = {
  rules: [
    {
      path: 'gates.quality.checks.accuracy.max-regression',
      effect: 'loosened',
      words: '`quality/accuracy` margin 0.3pt → 0.5pt',
      where: { file: 'modelgate.yml', line: 21, column: 9 },
    },
    { path: 'gates.slices', effect: 'loosened', words: 'gate `slices` is removed', where: { file: 'modelgate.yml' } },
    {
      path: 'gates.quality.candidate.table',
      effect: 'changed',
      words: '`quality` candidate table out/a.csv → out/b.csv',
      where: { file: 'modelgate.yml', line: 12 },
    },
    { path: 'gates.quality.min-rows', effect: 'tightened', words: '`quality` min-rows 30 → 100' },
  ],
  workflows: [
    {
      file: '.github/workflows/gate.yml',
      effect: 'changed',
      words: 'changes a step of Modelgate: `comment: false` added',
    },
    { file: '.github/CODEOWNERS', effect: 'loosened', words: 'changes the owners of `modelgate.yml`: @ml → nobody' },
  ],
  workflowsLeftOut: 3,
  preview: { status: 'pass', reason: 'proven', stops: false, check: given.passing.checks[0] },
};

function changed(verdict: Verdict, more: Partial<RuleChange> = {}): Verdict {
  return { ...verdict, change: { ...change, ...more } };
}

/** From the headline to what every report without such a change begins with. */
function top(text: string, end: string): string {
  return text.slice(0, text.indexOf(end)).trim();
}

describe('below the headline', () => {
  test('of the comment: loosened rules, other rules, what runs the gates, a preview', () => {
    const text = comment([changed(given.failing)], context);
    expect(top(text, '\n| |')).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgates.yml -->
      ### ❌ \`quality\`: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

      **This pull request loosens 2 rules** (takes effect after merge):

      - \`quality/accuracy\` margin 0.3pt → 0.5pt
      - gate \`slices\` is removed

      It also changes 1 rule and tightens 1 (takes effect after merge):

      - \`quality\` candidate table out/a.csv → out/b.csv
      - \`quality\` min-rows 30 → 100

      **This pull request changes what runs Modelgate** (in effect already in its own runs):

      - \`.github/CODEOWNERS\` changes the owners of \`modelgate.yml\`: @&#8203;ml → nobody (takes effect after merge)
      - \`.github/workflows/gate.yml\` changes a step of Modelgate: \`comment: false\` added
      - and 3 changed files that were not looked into

      Under its own policy this would be: ✅ **pass**: accuracy is proven not worse by more than 0.5 points (−0.1 points, 95 % interval −0.3 to 0.1)."
    `);
    expect(top(summary([changed(given.failing)], context), '\n| |')).toBe(
      top(text, '\n| |').split('\n').slice(1).join('\n'),
    );
  });

  test('of the terminal and the log', () => {
    const shown = terminal([changed(given.failing)], { width: 100, colour: false });
    expect(top(shown, '\n✗ ') || top(shown, '\nquality:')).toMatchInlineSnapshot(`
      "✗ fail  quality: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more

      This pull request loosens 2 rules (takes effect after merge):
      - \`quality/accuracy\` margin 0.3pt → 0.5pt
      - gate \`slices\` is removed
      It also changes 1 rule and tightens 1 (takes effect after merge):
      - \`quality\` candidate table out/a.csv → out/b.csv
      - \`quality\` min-rows 30 → 100
      This pull request changes what runs Modelgate (in effect already in its own runs):
      - .github/CODEOWNERS changes the owners of \`modelgate.yml\`: @ml → nobody (takes effect after merge)
      - .github/workflows/gate.yml changes a step of Modelgate: \`comment: false\` added
      - and 3 changed files that were not looked into
      Under its own policy this would be: ✅ pass: accuracy is proven not worse by more than 0.5 points
      (−0.1 points, 95 % interval −0.3 to 0.1)."
    `);
    expect(logLines(changed(given.failing)).join('\n')).toContain('This pull request loosens 2 rules');
  });

  test('of the page', () => {
    const html = page([changed(given.failing)], context);
    expect(/<section class="change">.*<\/section>/s.exec(html)?.[0]).toMatchInlineSnapshot(`
      "<section class="change"><p><strong>This pull request loosens 2 rules</strong> (takes effect after merge):</p>
      <ul><li><code>quality/accuracy</code> margin 0.3pt → 0.5pt</li>
      <li>gate <code>slices</code> is removed</li></ul>
      <p>It also changes 1 rule and tightens 1 (takes effect after merge):</p>
      <ul><li><code>quality</code> candidate table out/a.csv → out/b.csv</li>
      <li><code>quality</code> min-rows 30 → 100</li></ul>
      <p><strong>This pull request changes what runs Modelgate</strong> (in effect already in its own runs):</p>
      <ul><li><code>.github/CODEOWNERS</code> changes the owners of <code>modelgate.yml</code>: @ml → nobody (takes effect after merge)</li>
      <li><code>.github/workflows/gate.yml</code> changes a step of Modelgate: <code>comment: false</code> added</li>
      <li>and 3 changed files that were not looked into</li></ul>
      <p>Under its own policy this would be: ✅ <strong>pass</strong>: accuracy is proven not worse by more than 0.5 points (−0.1 points, 95 % interval −0.3 to 0.1).</p></section>"
    `);
  });

  test('of the check run, whose conclusion stays; loosened rules of this gate are marked on their lines', () => {
    const run = checkRun(changed(given.passing));
    expect([run.conclusion, run.title]).toEqual(['success', checkRun(given.passing).title]);
    expect(run.summary).toContain('**This pull request loosens 2 rules** (takes effect after merge):');
    expect(run.annotations).toEqual([
      {
        path: 'modelgate.yml',
        startLine: 21,
        endLine: 21,
        level: 'warning',
        title: 'Loosens a rule',
        message: '`quality/accuracy` margin 0.3pt → 0.5pt (takes effect after merge)',
      },
    ]);
  });
});

const sentence = (verdicts: readonly Verdict[]) => comment(verdicts, context).split('\n\n').slice(1, 4);

describe('a preview', () => {
  test.each<readonly [Partial<RuleChange>, string]>([
    [
      { preview: { status: 'fail', reason: 'margin-exceeded', stops: true, check: given.failing.checks[1] } },
      'Under its own policy this would be: ❌ **fail**: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed.',
    ],
    [
      { preview: { status: 'pass', reason: 'proven', stops: false } },
      'Under its own policy this would be: ✅ **pass**.',
    ],
    [
      {
        preview: {
          status: 'error',
          reason: 'policy-invalid',
          stops: true,
          problem: { reason: 'policy-invalid', message: 'did you mean `metric`?' },
        },
      },
      'Under its own policy this would be: ⛔ **error**: policy-invalid: did you mean `metric`?',
    ],
    [
      { withoutPreview: 'would not be judged: there is no gate `quality` any more' },
      'Under its own policy this would not be judged: there is no gate `quality` any more.',
    ],
  ])('%#', (more, expected) => {
    const { preview: _, ...rest } = change;
    const verdict = { ...given.passing, change: { ...rest, rules: [], workflows: [], ...more } };
    expect(comment([verdict], context)).toContain(`\n${expected}\n`);
  });

  test('of several gates has their names, and what all of them tell is told once', () => {
    const verdicts = [
      changed(given.failing),
      { ...changed(given.passing), gate: { id: 'other', kind: 'evaluation' as const } },
    ];
    const text = comment(verdicts, context);
    expect(text.match(/loosens 2 rules/g)).toHaveLength(1);
    expect(text).toContain('Under its own policy `quality` would be: ✅ **pass**');
    expect(text).toContain('Under its own policy `other` would be: ✅ **pass**');
  });
});

test('a policy that rules of the workflow made stricter is shown with both', () => {
  const { policy } = given.passing;
  const stricter = { ...given.passing, policy: { ...policy, source: 'rules' as const, tightenedBy: 'a'.repeat(64) } };
  expect(comment([stricter], context)).toContain(
    "policy `flight-delays@9f8e7d6` **(made stricter by the workflow's rules)** · ",
  );
  expect(page([stricter], context)).toContain(
    `from its commit, through the API, commit <code>${policy.commit}</code>, <strong>made stricter by the workflow&#39;s rules</strong>, <code>sha256:${policy.sha256}</code>, rules <code>sha256:${'a'.repeat(64)}</code>`,
  );
});

test('outside of a pull request it is a change', () => {
  const { pullRequest: _, ...run } = given.passing.run;
  const queued = {
    ...changed(given.passing, { rules: change.rules.slice(0, 1), workflows: [], workflowsLeftOut: undefined }),
    run,
  };
  expect(sentence([queued])[0]).toBe(
    '**This change loosens 1 rule** (takes effect after merge): `quality/accuracy` margin 0.3pt → 0.5pt.',
  );
});

describe('a verdict that somebody else wrote', () => {
  const nasty =
    '<img src=x onerror=alert(1)> | `--> @octocat #12 GH-4 https://evil.example [a](b)\n::error::x\n##[group]\u202e';
  const hostile = changed(given.passing, {
    rules: Array.from({ length: 3 }, (_, index) => ({
      path: `${nasty}${index}`,
      effect: 'loosened' as const,
      words: nasty,
      where: { file: `../${nasty}`, line: 1 },
    })),
    workflows: [{ file: nasty, effect: 'loosened', words: nasty }],
    preview: { status: 'error', reason: 'crash', stops: true, problem: { reason: 'crash', message: nasty } },
  });
  const without = { ...hostile, change: { ...change, ...hostile.change, preview: undefined, withoutPreview: nasty } };

  test.each([
    ['a preview', hostile],
    ['none', without as Verdict],
  ])('with %s is text and nothing else', (_, verdict) => {
    const block = comment([verdict], context).split('\n').slice(2, 14).join('\n');
    expect(block).not.toMatch(/<img|@octocat|(?<!&)#12|GH-4|https:\/\/evil|\[a\]\(b\)|-->|\u202e/);
    expect(page([verdict], context)).not.toMatch(/<img|\u202e/);
    for (const line of terminal([verdict], { width: 80, colour: false }).split('\n')) {
      expect(line).not.toMatch(/^\s*::|##\[|\u202e/);
    }
    expect(checkRun(verdict).annotations).toEqual([]);
  });

  test('keeps to the budgets, and the number of loosened rules stands in the smallest of reports', () => {
    const many = changed(given.failing, {
      rules: Array.from({ length: 5000 }, (_, index) => ({
        path: `gates.quality.checks.${index}`,
        effect: index % 2 === 0 ? ('loosened' as const) : ('changed' as const),
        words: `${'<|`$'.repeat(100)}${index}`,
      })),
      workflows: Array.from({ length: 5000 }, (_, index) => ({
        file: `${index}`,
        effect: 'changed' as const,
        words: nasty,
      })),
    });
    const gates = Array.from({ length: 300 }, (_, index) => ({
      ...many,
      gate: { id: `g${index}`, kind: 'evaluation' as const },
    }));
    const text = comment(gates, context);
    expect(byteLength(text)).toBeLessThanOrEqual(commentBudget);
    expect(text).toContain('**This pull request loosens 100 rules**');
    const smallest = reportSizes.at(-1);
    expect(smallest && markdownReport([many], context, smallest)).toContain('and 99 more');
  });
});
