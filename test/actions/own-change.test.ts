import { afterAll, describe, test } from 'vitest';
import { replies, tokens } from '../github-stand-in/index.ts';
import { bad, bareFiles, barePolicy, good } from './bare.ts';
import { baseFiles, out, policy, same, worse } from './flights.ts';
import { type Commit, type Files, type GitHub, startGitHub } from './step.ts';

/** What a pull request does to its own judging: shown first, and without any weight before it is merged. */

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function pullRequest(base: Files, head: Files, more: readonly Commit[] = []): Promise<GitHub> {
  const github = await startGitHub([
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change', files: head },
    ...more,
  ]);
  open.push(github);
  return github;
}

const loose = barePolicy.replace('2pt', '50pt');
const strict = barePolicy.replace('2pt', '0.1pt');
const slightlyWorse: Files = { 'out/metrics.json': JSON.stringify({ accuracy: 0.895 }) };
const body = (github: GitHub) => github.readable(github.standIn.comments(7)[0]?.body ?? '');
const top = (text: string) => text.split('\n| ')[0]?.split('\n').slice(1).join('\n').trim();

describe('rules', () => {
  test.concurrent('that are loosened head the report, with what they would come to; the step stays red', async ({
    expect,
  }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': loose });
    const { code, verdict, log, summary } = await github.step({ files: bad });
    expect([code, verdict.status, verdict.policy.source]).toEqual([1, 'fail', 'base']);
    expect(verdict.change).toMatchObject({
      rules: [
        {
          path: 'gates.quality.checks.accuracy.max-regression',
          effect: 'loosened',
          words: '`quality/accuracy` margin 2pt → 50pt',
          where: { file: 'modelgate.yml', line: 14 },
        },
      ],
      workflows: [],
      preview: { status: 'pass', reason: 'estimate-within-limit', stops: false },
    });
    expect(top(body(github))).toMatchInlineSnapshot(`
      "### ❌ \`quality\`: accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed

      **This pull request loosens 1 rule** (takes effect after merge): \`quality/accuracy\` margin 2pt → 50pt.

      Under its own policy this would be: ✅ **pass**: accuracy is worse by 10.0 points; a loss of 50 points is allowed (by the estimate alone: nothing is proven).

      > [!WARNING]
      > \`quality\`: There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is."
    `);
    expect(top(`\n${github.readable(summary)}`)).toBe(top(body(github)));
    expect(log).toContain(
      'This pull request loosens 1 rule (takes effect after merge):\n- `quality/accuracy` margin 2pt → 50pt\n',
    );
    expect(
      github.standIn
        .checkRuns()
        .map(({ conclusion, annotations }) => [
          conclusion,
          annotations.map((one) => `${one.annotation_level} ${one.start_line} ${one.message}`),
        ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "failure",
          [
            "failure 14 accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed",
            "warning 14 \`quality/accuracy\` margin 2pt → 50pt (takes effect after merge)",
          ],
        ],
      ]
    `);
  });

  test.concurrent('that are tightened are previewed too; the step stays green', async ({ expect }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': strict });
    const { code, verdict } = await github.step({ files: slightlyWorse });
    expect([code, verdict.status, verdict.stops]).toEqual([0, 'pass', false]);
    expect(verdict.change?.preview).toMatchObject({ status: 'fail', reason: 'margin-exceeded', stops: true });
    expect(top(body(github))).toMatchInlineSnapshot(`
      "### ✅ \`quality\`: accuracy is worse by 0.5 points; a loss of 2 points is allowed (by the estimate alone: nothing is proven)

      This pull request tightens 1 rule (takes effect after merge): \`quality/accuracy\` margin 2pt → 0.1pt.

      Under its own policy this would be: ❌ **fail**: accuracy is worse by 0.5 points (by the estimate alone); 0.1 is allowed.

      > [!WARNING]
      > \`quality\`: There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.

      <details><summary>The check</summary>"
    `);
    expect(github.standIn.checkRuns().map((one) => one.conclusion)).toEqual(['success']);
  });

  test.concurrent('that stay as they are, whatever the file looks like, are not told', async ({ expect }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': `# why\n${barePolicy}` });
    const { verdict } = await github.step({ files: good });
    expect([verdict.change, verdict.notices.length]).toEqual([undefined, 1]);
  });

  test.concurrent('that only the base has changed since are not the doing of the change', async ({ expect }) => {
    const github = await startGitHub([
      { name: 'root', branch: 'main', files: bareFiles },
      { name: 'base', parents: ['root'], branch: 'main', files: { 'modelgate.yml': strict } },
      { name: 'head', parents: ['root'], branch: 'change', files: { 'a.txt': 'a' } },
    ]);
    open.push(github);
    const { code, verdict } = await github.step({ files: slightlyWorse });
    expect([code, verdict.status, verdict.change]).toEqual([1, 'fail', undefined]);
  });

  test.concurrent('in a merge queue are told of the change', async ({ expect }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': loose });
    const { code, verdict, summary } = await github.step({
      event: 'merge_group',
      sha: github.sha('head'),
      checkout: 'head',
      files: bad,
    });
    expect([code, verdict.status, verdict.change?.preview?.status]).toEqual([1, 'fail', 'pass']);
    expect(summary).toContain('**This change loosens 1 rule** (takes effect after merge): ');
  });

  test.concurrent('that are broken are an error of the preview alone', async ({ expect }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': barePolicy.replace('metric:', 'metirc:') });
    const { code, verdict } = await github.step({ files: good });
    expect([code, verdict.status, verdict.change?.preview]).toEqual([
      0,
      'pass',
      {
        status: 'error',
        reason: 'policy-invalid',
        stops: true,
        problem: {
          reason: 'policy-invalid',
          message: 'modelgate.yml:14:19: unknown key `metirc`; did you mean `metric`?',
          where: { file: 'modelgate.yml', line: 14, column: 19 },
        },
      },
    ]);
    expect(top(body(github))).toMatchInlineSnapshot(`
      "### ✅ \`quality\`: accuracy is no different; a loss of 2 points is allowed (by the estimate alone: nothing is proven)

      Under its own policy this would be: ⛔ **error**: policy-invalid: modelgate.yml:&#8203;14:&#8203;19: unknown key \`metirc\`; did you mean \`metric\`?

      > [!WARNING]
      > \`quality\`: There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.

      <details><summary>The check</summary>"
    `);
  });

  test.concurrent('that are gone: the policy, a gate, a stage', async ({ expect }) => {
    const two = `${barePolicy}  other:\n    kind: evaluation\n    candidate: { file: out/metrics.json }\n    checks: { a: { metric: accuracy, at-least: 0.1 } }\n`;
    const cases: readonly (readonly [Files, Files])[] = [
      [bareFiles, { 'modelgate.yml': null }],
      [{ ...bareFiles, 'modelgate.yml': two }, { 'modelgate.yml': barePolicy.replace('quality:', 'other:') }],
      [bareFiles, { 'modelgate.yml': `${barePolicy}stages: { pull-request: { gates: [] } }\n` }],
    ];
    const told: (string | undefined)[][] = [];
    for (const [base, head] of cases) {
      const github = await pullRequest(base, head);
      const { code, verdict } = await github.step({
        files: { ...good, 'modelgate.yml': barePolicy },
        inputs: { gate: 'quality' },
      });
      told.push([String(code), verdict.change?.rules[0]?.words, verdict.change?.withoutPreview]);
    }
    expect(told).toEqual([
      ['0', 'the policy `modelgate.yml` is removed', 'would not be judged: there is no policy any more'],
      ['0', 'gate `quality` is removed', 'would not be judged: there is no gate `quality` any more'],
      ['0', 'stage `pull-request` no longer judges `quality`', 'would not be judged in stage `pull-request`'],
    ]);
  });

  test.concurrent('of waivers count as rules', async ({ expect }) => {
    const waiver =
      'version: 1\nwaivers:\n  - { check: quality/accuracy, owner: ann, reason: the sensor is new, expires: 2099-12-31 }\n';
    const github = await pullRequest(bareFiles, { '.modelgate/waivers.yml': waiver });
    const { code, verdict } = await github.step({ files: bad });
    expect([code, verdict.status, verdict.change?.rules, verdict.change?.preview?.status]).toEqual([
      1,
      'fail',
      [
        {
          path: 'waivers.quality/accuracy',
          effect: 'loosened',
          words: '`quality/accuracy` is waived until 2099-12-31',
          where: { file: '.modelgate/waivers.yml', line: 3, column: 7 },
        },
      ],
      'waived',
    ]);
  });

  test.concurrent('on rows: a preview records nothing, counts no look and measures in a folder of its own', async ({
    expect,
  }) => {
    const looked = policy().replace('    checks:', '    looks: { at-most: 5 }\n    checks:');
    const github = await pullRequest(
      { ...baseFiles, 'modelgate.yml': looked },
      { 'modelgate.yml': looked.replace('2pt', '50pt') },
    );
    const { code, verdict } = await github.step({ files: out(worse) });
    expect([code, verdict.status, verdict.change?.preview?.status, verdict.reuse?.looks]).toEqual([
      1,
      'fail',
      'pass',
      1,
    ]);
    const names = github.standIn.artifacts(77).map(({ name }) => name.replace(/--[0-9a-f]{16}/, ''));
    expect(names.toSorted()).toEqual([
      'modelgate-look--flights--quality.json',
      'modelgate-report--flights--gate-quality-1.html',
      'modelgate-verdict--flights--quality--gate--attempt-1',
    ]);
    const asked = github.restCalls().filter((call) => /contents|trees|compare|artifacts/.test(call));
    expect(asked).toMatchInlineSnapshot(`
      [
        "GET /contents/modelgate.yml 200",
        "GET /git/trees/<base> 200",
        "GET /compare/<base>...<head> 200",
        "GET /git/trees/<head> 200",
        "GET /contents/modelgate.yml 200",
        "GET /contents/champion/predictions.csv 200",
        "GET /actions/artifacts 200",
      ]
    `);
  });

  test.concurrent('of the head run no command and ask nobody', async ({ expect }) => {
    const base = { ...baseFiles, 'modelgate.yml': policy() };
    const asked: (string | undefined)[] = [];
    for (const champion of [
      '{ from: rescore, command: "touch ran", table: champion/predictions.csv }',
      '{ from: mlflow, model: "models:/delays@champion" }',
    ]) {
      const github = await pullRequest(base, { 'modelgate.yml': policy({ champion }) });
      const { code, verdict, log } = await github.step({
        files: out(same),
        env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' },
      });
      asked.push(verdict.change?.withoutPreview);
      expect([code, log.includes('Running:')]).toEqual([0, false]);
    }
    expect(asked).toEqual([
      'is not previewed: its `champion.from` is asked only once it is merged',
      'is not previewed: its `champion.from` is asked only once it is merged',
    ]);
  });
});

const workflow = `on: [pull_request, push]
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: modelgate/modelgate@v1
`;

describe('what runs the gates', () => {
  test.concurrent('heads the report where the change touches it', async ({ expect }) => {
    const path = '.github/workflows/gate.yml';
    const base = { ...bareFiles, [path]: workflow, CODEOWNERS: '/modelgate.yml @ann\n' };
    const head = {
      [path]: `${workflow}        continue-on-error: true\n        with: { comment: false }\n`,
      CODEOWNERS: '# nobody\n',
      '.github/workflows/other.yml': 'on: push\n',
    };
    const github = await pullRequest(base, head);
    const { code, verdict } = await github.step({ files: bad });
    expect([code, verdict.change]).toEqual([
      1,
      {
        rules: [],
        workflows: [
          { file: 'CODEOWNERS', effect: 'loosened', words: 'changes the owners of `modelgate.yml`: @ann → nobody' },
          { file: path, effect: 'loosened', words: 'changes a step of Modelgate: `continue-on-error: true` added' },
          { file: path, effect: 'changed', words: 'changes a step of Modelgate: `comment: false` added' },
        ],
      },
    ]);
    expect(top(body(github))).toMatchInlineSnapshot(`
      "### ❌ \`quality\`: accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed

      **This pull request changes what runs Modelgate** (in effect already in its own runs):

      - \`CODEOWNERS\` changes the owners of \`modelgate.yml\`: @&#8203;ann → nobody (takes effect after merge)
      - \`.github/workflows/gate.yml\` changes a step of Modelgate: \`continue-on-error: true\` added
      - \`.github/workflows/gate.yml\` changes a step of Modelgate: \`comment: false\` added

      > [!WARNING]
      > \`quality\`: There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is."
    `);
  });

  test.concurrent('is read in eight files, and the rest is counted; 25 calls are enough for all', async ({
    expect,
  }) => {
    const many = (more: string) =>
      Object.fromEntries(
        ['gate', ...Array.from({ length: 11 }, (_, index) => `a-${index}`)].map((name) => [
          `.github/workflows/${name}.yml`,
          `${workflow}${more}`,
        ]),
      );
    const waivers = 'version: 1\nwaivers: []\n';
    const base = {
      ...bareFiles,
      'modelgate.yml': policy({ champion: '{ from: recorded }' }),
      ...many(''),
      '.modelgate/waivers.yml': waivers,
    };
    const head = {
      'modelgate.yml': policy({
        champion: '{ from: recorded }',
        checks: 'accuracy: { metric: accuracy, max-regression: 9pt }',
      }),
      ...many('        if: false\n'),
      '.modelgate/waivers.yml': `# all\n${waivers}`,
    };
    const github = await pullRequest({ ...baseFiles, ...base }, head);
    const { verdict } = await github.step({ files: out(same) });
    // the workflow that runs comes first, whatever stands before it in the alphabet
    expect(verdict.change?.workflows.map(({ file }) => file.replace(/.*\//, ''))).toEqual([
      'gate.yml',
      'a-0.yml',
      'a-1.yml',
      'a-10.yml',
    ]);
    expect(verdict.change?.workflowsLeftOut).toBe(8);
    expect(github.restCalls().filter((call) => call.includes('/contents/.github'))).toHaveLength(8);
    expect(github.restCalls().length).toBeLessThanOrEqual(25);
    expect(top(body(github))).toContain('and 8 changed files that were not looked into');
  });

  test.concurrent('cannot be read: said, and without weight', async ({ expect }) => {
    const github = await pullRequest(bareFiles, { 'modelgate.yml': loose });
    github.standIn.fault({ path: new RegExp(`trees/${github.sha('head')}`), times: 9, reply: replies.notFound() });
    const { code, verdict, log } = await github.step({ files: bad });
    expect([code, verdict.status, verdict.change]).toEqual([1, 'fail', undefined]);
    expect(log).toContain('::notice::Reading what this change does to the rules failed, which changes no verdict: ');
  });
});

describe('forgeries', () => {
  const git = (github: GitHub): Files => ({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/refs/heads/main': `${github.sha('head')}\n`,
    '.git/refs/remotes/origin/main': `${github.sha('head')}\n`,
  });

  test.concurrent('a local ref that an earlier step moved, with policy and champion changed beside it', async ({
    expect,
  }) => {
    const github = await pullRequest(baseFiles, {});
    const { code, verdict } = await github.step({
      files: {
        ...out(worse),
        ...git(github),
        'modelgate.yml': policy({ checks: 'accuracy: { metric: accuracy, max-regression: 50pt }' }),
        'champion/predictions.csv': worse,
      },
    });
    expect([code, verdict.status, verdict.checks[0]?.champion, verdict.change]).toEqual([1, 'fail', 0.9, undefined]);
    expect([verdict.policy.commit, verdict.baseline?.commit]).toEqual([github.sha('base'), github.sha('base')]);
    expect(verdict.notices).toEqual([
      "modelgate.yml in the checkout is neither the base's nor the head's: an earlier step of this job changed it. It judged nothing.",
    ]);
  });

  test.concurrent("a fork's branch that is named main: policy and champion are the base's, and nothing is recorded", async ({
    expect,
  }) => {
    const fork = { id: 9, fullName: 'mallory/flights' };
    const github = await startGitHub(
      [
        { name: 'base', branch: 'main', files: baseFiles },
        {
          name: 'head',
          parents: ['base'],
          files: {
            'modelgate.yml': policy({ checks: 'accuracy: { metric: accuracy, max-regression: 50pt }' }),
            'champion/predictions.csv': worse,
          },
        },
      ],
      (sha) => ({
        tokens: { ghs_standin: tokens.readOnly },
        pulls: [
          {
            number: 7,
            head: { ref: 'main', sha: sha('head'), repository: fork },
            base: { ref: 'main', sha: sha('base') },
            author: 'mallory',
          },
        ],
      }),
    );
    open.push(github);
    const { code, verdict, summary } = await github.step({ files: out(worse) });
    expect([code, verdict.status, verdict.policy.commit, verdict.baseline?.commit]).toEqual([
      1,
      'fail',
      github.sha('base'),
      github.sha('base'),
    ]);
    expect(summary).toContain('**This pull request loosens 1 rule**');
    const better = await github.step({ runId: 78, files: out(same) });
    expect([better.code, better.verdict.status]).toEqual([0, 'pass']);
    expect(github.standIn.artifacts(78).filter(({ name }) => name.includes('baseline'))).toEqual([]);
  });
});

describe('rules in the workflow, on top of the policy of the base', () => {
  const step = async (rules: string, files: Files, more: { readonly base?: Files; readonly gate?: string } = {}) => {
    const github = await pullRequest(more.base ?? bareFiles, {});
    const ended = await github.step({
      files,
      inputs: { rules, ...(more.gate === undefined ? {} : { gate: more.gate }) },
    });
    return { ...ended, verdict: ended.verdict, github };
  };

  test.concurrent('that are stricter judge', async ({ expect }) => {
    const { code, verdict, github } = await step(
      'checks: { accuracy: { max-regression: 0.1pt }, floor: { metric: accuracy, at-least: 0.5 } }',
      slightlyWorse,
    );
    expect([code, verdict.status, verdict.checks.map(({ id, status }) => `${id} ${status}`)]).toEqual([
      1,
      'fail',
      ['accuracy fail', 'floor pass'],
    ]);
    const { sha256: _, tightenedBy, ...identity } = verdict.policy;
    expect([identity, tightenedBy?.length]).toEqual([
      {
        name: 'flights',
        file: 'modelgate.yml',
        source: 'rules',
        commit: github.sha('base'),
        verified: true,
        advisory: false,
      },
      64,
    ]);
    expect(body(github)).toContain("**(made stricter by the workflow's rules)**");
  });

  test.concurrent('that loosen, measure otherwise or belong to no gate are refused', async ({ expect }) => {
    const two = `${barePolicy}  other:\n    kind: evaluation\n    candidate: { file: out/metrics.json }\n    checks: { a: { metric: accuracy, at-least: 0.1 } }\n`;
    const loosening = await step('checks: { accuracy: { level: info, max-regression: 50pt } }', bad);
    const measuring = await step('candidate: { file: out/other.json }', bad);
    const nameless = await step('checks: { b: { metric: accuracy, at-least: 0.1 } }', bad, {
      base: { ...bareFiles, 'modelgate.yml': two },
    });
    const network = await step('anchor: { from: s3, bucket: models, file: old.json }', bad);
    const shown = [loosening, measuring, nameless, network].map(
      ({
        code,
        verdict: {
          status,
          problem,
          policy: { name },
        },
      }) => [code, status, name, problem],
    );
    expect(shown).toMatchInlineSnapshot(`
      [
        [
          1,
          "error",
          "flights",
          {
            "how": "take these rules out of the workflow, and change the policy itself; it takes effect once it is merged",
            "message": "\`rules\` may only make the policy flights stricter, and they do not: \`quality/accuracy\` margin 2pt → 50pt; \`quality/accuracy\` level fail → info",
            "reason": "policy-override",
          },
        ],
        [
          1,
          "error",
          "flights",
          {
            "how": "take these rules out of the workflow, and change the policy itself; it takes effect once it is merged",
            "message": "\`rules\` may only make the policy flights stricter, and they do not: \`quality\` candidate file out/metrics.json → out/other.json (not stricter)",
            "reason": "policy-override",
          },
        ],
        [
          1,
          "error",
          "flights",
          {
            "how": "name it with \`gate:\`; the policy flights has quality, other",
            "message": "input rules: they belong to one gate of kind evaluation, and none is named",
            "reason": "policy-invalid",
          },
        ],
        [
          1,
          "error",
          "flights",
          {
            "message": "rules input:1:11: \`gates.quality.anchor.from\`: s3 is asked with this job's credentials, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may",
            "reason": "policy-invalid",
            "where": {
              "column": 11,
              "file": "rules input",
              "line": 1,
            },
          },
        ],
      ]
    `);
  });

  test.concurrent('hold on pushes, too, so that what is recorded is what was judged', async ({ expect }) => {
    const github = await pullRequest(bareFiles, {});
    const rules = 'checks: { floor: { metric: accuracy, at-least: 0.95 } }';
    const { code, verdict } = await github.step({ event: 'push', files: good, inputs: { rules } });
    expect([code, verdict.policy.name, verdict.policy.verified, verdict.checks.map(({ id }) => id)]).toEqual([
      1,
      'flights',
      true,
      ['accuracy', 'floor'],
    ]);
  });
});
