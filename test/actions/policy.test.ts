import { afterAll, beforeAll, describe, test } from 'vitest';
import { baseFiles, out, policy, same, worse } from './flights.ts';
import { type Commit, type Files, type GitHub, startGitHub } from './step.ts';

/** Whose rules judge: the base's, whatever the change brings along. */
const loose = policy({ checks: 'accuracy: { metric: accuracy, max-regression: 50pt }' });
const { 'modelgate.yml': _, ...withoutPolicy } = baseFiles;
const waivers = (expires: string, check = 'quality/accuracy') => `version: 1
waivers:
  - check: ${check}
    owner: ann
    reason: the new sensor needs a month
    expires: ${expires}
`;

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function pullRequest(base: Files, head: Files): Promise<GitHub> {
  const commits: Commit[] = [
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change', files: head },
  ];
  const github = await startGitHub(commits);
  open.push(github);
  return github;
}

describe('a change to the policy', () => {
  test.concurrent('that loosens it is judged by the base', async ({ expect }) => {
    const github = await pullRequest(baseFiles, { 'modelgate.yml': loose });
    const { code, verdict } = await github.step({ files: out(worse) });
    expect([code, verdict.status, verdict.policy.source, verdict.policy.verified]).toEqual([1, 'fail', 'base', true]);
    expect(verdict.change?.rules.map(({ effect, words }) => `${effect}: ${words}`)).toEqual([
      'loosened: `quality/accuracy` margin 2pt → 50pt',
    ]);
  });

  test.concurrent('in the checkout only, by an earlier step, does not count either', async ({ expect }) => {
    const github = await pullRequest(baseFiles, {});
    const { code, verdict } = await github.step({ files: { ...out(worse), 'modelgate.yml': loose } });
    expect([code, verdict.status]).toEqual([1, 'fail']);
  });

  test.concurrent('that brings the first one judges itself, and that is advisory', async ({ expect }) => {
    const github = await pullRequest(withoutPolicy, { 'modelgate.yml': policy() });
    const { code, verdict, summary } = await github.step({ files: out(same) });
    const { source, advisory, verified } = verdict.policy;
    expect([code, verdict.status, source, advisory, verified]).toEqual([0, 'pass', 'head', true, false]);
    expect(verdict.notices).toEqual([
      'The base has no policy yet: modelgate.yml of this change judged itself, so this verdict is advisory until it is merged.',
    ]);
    expect(summary).toContain('This verdict is advisory: the base has no policy');
  });

  test.concurrent('waivers that it brings along do not count', async ({ expect }) => {
    const files = { '.modelgate/waivers.yml': waivers('2099-12-31') };
    const github = await pullRequest(baseFiles, files);
    const first = await pullRequest(withoutPolicy, { 'modelgate.yml': policy(), ...files });
    const ended = [await github.step({ files: out(worse) }), await first.step({ files: out(worse) })];
    expect(ended.map(({ code, verdict }) => [code, verdict.status])).toEqual([
      [1, 'fail'],
      [1, 'fail'],
    ]);
  });
});

describe('another policy than the base has', () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await pullRequest(baseFiles, { 'loose.modelgate.yml': loose });
  });

  test.concurrent('by the `policy` input is refused', async ({ expect }) => {
    const { code, verdict } = await github.step({
      runId: 1,
      files: out(worse),
      inputs: { policy: 'loose.modelgate.yml' },
    });
    expect([code, verdict.status, verdict.problem]).toEqual([
      1,
      'error',
      {
        reason: 'policy-override',
        message: 'the base has the policy modelgate.yml, and this change asks to be judged by loose.modelgate.yml',
        how: 'use `policy: modelgate.yml`; a new policy takes effect once it is on the base branch',
      },
    ]);
  });

  test.concurrent('by the `rules` input is refused, which may only make the one of the base stricter', async ({
    expect,
  }) => {
    const rules = 'candidate: { file: m.json }\nchecks: { a: { metric: a, at-least: 0 } }\n';
    const { code, verdict } = await github.step({ runId: 2, files: { 'm.json': '{"a":1}' }, inputs: { rules } });
    expect([code, verdict.reason, verdict.problem?.message]).toEqual([
      1,
      'policy-override',
      '`rules` do not fit the policy flights: `gates.quality.champion`: needs a `file`, as the candidate has one; `gates.quality.champion.table`: is given although the candidate has a `file`: rows and bare metrics cannot be compared',
    ]);
  });

  test.concurrent('by both inputs is refused: rules may be laid over the policy of the base only', async ({
    expect,
  }) => {
    const rules = 'candidate: { file: m.json }\nchecks: { a: { metric: a, at-least: 0 } }\n';
    const inputs = { rules, policy: 'loose.modelgate.yml' };
    const { code, verdict } = await github.step({ runId: 3, files: { 'm.json': '{"a":1}' }, inputs });
    expect([code, verdict.problem?.message]).toEqual([
      1,
      'the base has the policy modelgate.yml, and this change asks to be judged by the `rules` input',
    ]);
  });
});

test.concurrent('rules work where there is no policy: on a pull request advisory, on a push not', async ({
  expect,
}) => {
  const rules = 'candidate: { file: m.json }\nchecks: { a: { metric: accuracy, at-least: 0.5 } }\n';
  const github = await pullRequest(withoutPolicy, {});
  const files = { 'm.json': '{"accuracy":0.8}' };
  const change = await github.step({ runId: 1, files, inputs: { rules } });
  const push = await github.step({ runId: 2, event: 'push', files, inputs: { rules } });
  expect([change, push].map(({ code, verdict }) => [code, verdict.status, verdict.policy.advisory])).toEqual([
    [0, 'pass', true],
    [0, 'pass', false],
  ]);
});

describe('a waiver of the base', () => {
  test.concurrent('that is live lets the check fail, and is shown with its owner', async ({ expect }) => {
    const github = await pullRequest({ ...baseFiles, '.modelgate/waivers.yml': waivers('2099-12-31') }, {});
    const { code, verdict, outputs } = await github.step({ files: out(worse) });
    expect([code, verdict.status, verdict.checks[0]?.outcome, outputs['headline']]).toMatchInlineSnapshot(`
      [
        0,
        "waived",
        "fail",
        "✍️ quality: accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed; waived by ann until 2099-12-31",
      ]
    `);
    expect(github.standIn.checkRuns().map(({ conclusion, title }) => `${conclusion}: ${title}`)).toMatchInlineSnapshot(`
      [
        "success: waived by ann until 2099-12-31: accuracy",
      ]
    `);
  });

  test.concurrent('that has expired stops a failing check, loudly, and a passing one not', async ({ expect }) => {
    const github = await pullRequest({ ...baseFiles, '.modelgate/waivers.yml': waivers('2026-01-31') }, {});
    const failing = await github.step({ runId: 1, files: out(worse) });
    const passing = await github.step({ runId: 2, files: out(same) });
    expect([failing.code, failing.verdict.status, failing.verdict.reason]).toEqual([1, 'fail', 'waiver-expired']);
    expect(failing.log).toContain('- Mend quality/accuracy, or renew the waiver with a new end date and a reason.\n');
    expect(failing.outputs['headline']).toMatchInlineSnapshot(
      `"❌ quality: accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed; the waiver of ann expired on 2026-01-31"`,
    );
    expect([passing.code, passing.verdict.status]).toEqual([0, 'pass']);
  });

  test.concurrent('for a check that the policy does not have is an error', async ({ expect }) => {
    const github = await pullRequest(
      { ...baseFiles, '.modelgate/waivers.yml': waivers('2099-12-31', 'quality/acuracy') },
      {},
    );
    const { code, verdict } = await github.step({ files: out(worse) });
    expect([code, verdict.reason, verdict.problem?.message]).toMatchInlineSnapshot(`
      [
        1,
        "policy-invalid",
        ".modelgate/waivers.yml:3:5: "quality/acuracy" is not a check of this policy; did you mean quality/accuracy?",
      ]
    `);
  });
});

describe('a policy with mistakes', () => {
  test.concurrent('is an error with file, line and column of each, in log, annotation and comment', async ({
    expect,
  }) => {
    const broken = policy({ checks: 'accuracy: { metirc: accuracy, max-regression: 2 pt }' }).replace(
      'positive: 1',
      'positve: 1',
    );
    const github = await pullRequest({ ...baseFiles, 'modelgate.yml': broken }, {});
    const { code, outputs, verdict, log } = await github.step({ files: out(same) });
    expect([code, outputs['status'], outputs['reason']]).toEqual([1, 'error', 'policy-invalid']);
    expect(verdict.problem?.message).toMatchInlineSnapshot(`
      "modelgate.yml has 3 errors:
        modelgate.yml:8:5: \`gates.quality.task\`: task binary needs \`positive\`: which label is the positive class, e.g. positive: 1
        modelgate.yml:9:5: unknown key \`positve\`; did you mean \`positive\`?
        modelgate.yml:14:19: unknown key \`metirc\`; did you mean \`metric\`?"
    `);
    expect(
      log.split('\n').filter((line) => line.startsWith('::error title=Modelgate%3A policy,')),
    ).toMatchInlineSnapshot(`
      [
        "::error title=Modelgate%3A policy,file=modelgate.yml,line=8::\`gates.quality.task\`: task binary needs \`positive\`: which label is the positive class, e.g. positive: 1",
        "::error title=Modelgate%3A policy,file=modelgate.yml,line=9::unknown key \`positve\`; did you mean \`positive\`?",
        "::error title=Modelgate%3A policy,file=modelgate.yml,line=14::unknown key \`metirc\`; did you mean \`metric\`?",
      ]
    `);
    expect(github.readable(github.standIn.comments(7)[0]?.body ?? '')).toMatchInlineSnapshot(`
      "<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->
      ### ⛔ \`evaluation\`: policy-invalid: modelgate.yml has 3 errors

      | | gate | checks | decided by |
      |---|---|--:|---|
      | ⛔ error | \`evaluation\` | – | **policy-invalid**: modelgate.yml has 3 errors |

      **What to do**

      - modelgate.yml:&#8203;8:&#8203;5: \`gates.quality.task\`: task binary needs \`positive\`: which label is the positive class, e.g. positive: 1
      - modelgate.yml:&#8203;9:&#8203;5: unknown key \`positve\`; did you mean \`positive\`?
      - modelgate.yml:&#8203;14:&#8203;19: unknown key \`metirc\`; did you mean \`metric\`?

      <sub>modelgate 0.1.0 · policy \`flights@<base>\` · commit \`<head>\` · [run](https://github.com/acme/flights/actions/runs/77)</sub>
      "
    `);
    expect(github.standIn.checkRuns().map((one) => one.conclusion)).toEqual(['failure']);
  });

  test.concurrent('that is no YAML', async ({ expect }) => {
    const github = await pullRequest({ ...baseFiles, 'modelgate.yml': 'version: 1\n  gates: [\n' }, {});
    const { code, verdict } = await github.step({ files: out(same) });
    expect([code, verdict.problem?.message]).toMatchInlineSnapshot(`
      [
        1,
        "modelgate.yml:2:8: not valid YAML: bad indentation of a mapping entry",
      ]
    `);
  });

  test.concurrent('that asks for a gate not built yet, or lies nowhere', async ({ expect }) => {
    const later = policy({ more: '  image: { kind: image, requires: [quality] }\n' });
    const github = await pullRequest({ ...baseFiles, 'modelgate.yml': later }, {});
    const image = await github.step({ runId: 1, files: out(same) });
    expect([image.code, image.verdict.problem?.message]).toMatchInlineSnapshot(`
      [
        1,
        "modelgate.yml:15:12: \`gates.image.kind\`: gates of kind image are not available yet in this version of Modelgate; available: evaluation, data, slices",
      ]
    `);
    const none = await pullRequest(withoutPolicy, {});
    const nowhere = await none.step({ files: out(same) });
    expect([nowhere.code, nowhere.verdict.problem]).toMatchInlineSnapshot(`
      [
        1,
        {
          "how": "write one (docs/policy.md has the smallest), or name its path with \`policy:\`",
          "message": "there is no policy modelgate.yml",
          "reason": "file-missing",
        },
      ]
    `);
    const pushed = await none.step({ runId: 2, event: 'push', files: out(same) });
    expect([pushed.code, none.readable(JSON.stringify(pushed.verdict.problem))]).toMatchInlineSnapshot(`
      [
        1,
        "{"reason":"file-missing","message":"modelgate.yml is not in the tree of <base>","how":"commit the policy, or name its path with \`policy:\`"}",
      ]
    `);
  });
});

test.concurrent('stages choose gates: a gate that is not meant for this event is skipped, and the step is green', async ({
  expect,
}) => {
  const nightly = policy({ more: 'stages:\n  pull-request: { gates: [] }\n  nightly: { on-inconclusive: fail }\n' });
  const github = await pullRequest({ ...baseFiles, 'modelgate.yml': nightly }, {});
  const { code, outputs, log, verdicts } = await github.step({ files: out(worse) });
  expect([code, outputs, verdicts.length]).toEqual([0, { status: 'skipped' }, 0]);
  expect(log).toBe('::notice::No gate of this kind belongs to this stage: nothing was judged.\n');
  const forced = await github.step({ runId: 2, files: out(worse), inputs: { stage: 'nightly' } });
  expect([forced.code, forced.verdict.run.stage, forced.verdict.onInconclusive]).toEqual([1, 'nightly', 'fail']);
});
