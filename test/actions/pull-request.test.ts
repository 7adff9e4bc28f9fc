import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseFiles, out, policy, same, unclear, worse } from './flights.ts';
import { type Ended, type GitHub, startGitHub } from './step.ts';

/** The head moves the check two lines down, so that annotations must follow its file and not the base's. */
const moved = `# two lines\n# above\n${policy()}`;

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub([
    { name: 'base', branch: 'main', files: baseFiles },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'modelgate.yml': moved } },
    { name: 'merge', parents: ['base', 'head'] },
  ]);
});
afterAll(() => github.close());

async function run(runId: number, table: string, attempt = 1): Promise<Ended & { readonly calls: readonly string[] }> {
  const before = github.standIn.requests.length;
  const ended = await github.step({ runId, attempt, files: out(table) });
  return Object.assign(ended, { calls: github.restCalls(before) });
}

describe('a pull request, run after run', () => {
  let pass: Awaited<ReturnType<typeof run>>;
  let fail: Awaited<ReturnType<typeof run>>;
  let again: Awaited<ReturnType<typeof run>>;
  let unsure: Awaited<ReturnType<typeof run>>;
  const bodies: string[] = [];
  beforeAll(async () => {
    const keepBody = () => bodies.push(...github.standIn.comments(7).map((comment) => comment.body));
    pass = await run(71, same);
    keepBody();
    fail = await run(72, worse);
    keepBody();
    again = await run(72, worse, 2);
    unsure = await run(73, unclear);
    keepBody();
  });

  test('exit code and outputs are the verdict', () => {
    const shown = [pass, fail, unsure].map(({ code, outputs }) => {
      const { status, reason, headline } = outputs;
      return { code, status, reason, headline };
    });
    expect(shown).toMatchInlineSnapshot(`
      [
        {
          "code": 0,
          "headline": "✅ quality: accuracy is proven not worse by more than 2 points (0.0 points, 95 % interval −1.0 to 1.0)",
          "reason": "proven",
          "status": "pass",
        },
        {
          "code": 1,
          "headline": "❌ quality: accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed",
          "reason": "margin-exceeded",
          "status": "fail",
        },
        {
          "code": 0,
          "headline": "❓ quality: cannot tell whether accuracy is worse by more than 2 points: 400 rows seldom prove so small a margin; about 2,000 rows would decide",
          "reason": "unprovable-margin",
          "status": "inconclusive",
        },
      ]
    `);
    expect(Object.keys(pass.outputs)).toEqual([
      'status',
      'reason',
      'headline',
      'verdict',
      'verdicts',
      'report',
      'check-run-url',
      'comment-url',
    ]);
    expect(github.readable(JSON.stringify([pass.outputs['verdict'], pass.outputs['report']]))).toMatchInlineSnapshot(
      `"["JOB/temp/modelgate/flights/quality/verdict.json","JOB/temp/modelgate/modelgate-report--flights--gate-quality-1.html"]"`,
    );
  });

  test('verdict.json says what was measured, on what, by which policy, in which run', () => {
    const { at: _, tool, ...verdict } = fail.verdict;
    expect(tool.name).toBe('modelgate');
    expect(github.readable(JSON.stringify(verdict, null, 1))).toMatchSnapshot();
  });

  test('the log is readable, and nothing of it is a command of the data', () => {
    const folded = github.readable(fail.log).replaceAll(/^::group::(.*)\n(?:.*\n)*?::endgroup::$/gm, '[$1]');
    expect(folded).toMatchSnapshot();
    expect(unsure.log).toContain(
      '::warning title=Modelgate%3A quality::❓ quality: cannot tell whether accuracy is worse by more than 2 points',
    );
  });

  test('the job summary is the report without its marker', () => {
    expect(github.readable(fail.summary)).toMatchSnapshot();
  });

  test('one comment: created, updated, left alone when nothing has changed, updated', () => {
    expect(bodies).toHaveLength(3);
    expect(github.standIn.comments(7)).toHaveLength(1);
    const [marker, ...lines] = github.readable(bodies[1] ?? '').split('\n');
    expect(marker).toBe('<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->');
    expect(lines.join('\n').trim()).toBe(github.readable(fail.summary).trim());
    expect(again.calls.filter((call) => /^(POST|PATCH) \/issues/.test(call))).toEqual([]);
    expect(again.outputs['comment-url']).toBe(pass.outputs['comment-url']);
  });

  test('each run has a check run on the head commit; a second attempt updates it', () => {
    const shown = github.standIn.checkRuns().map(({ name, headSha, conclusion, title, detailsUrl, annotations }) => ({
      name,
      head: github.readable(headSha),
      conclusion,
      title,
      detailsUrl,
      annotations: annotations.map((one) => `${one.annotation_level} ${one.path}:${one.start_line} ${one.message}`),
    }));
    expect(shown).toMatchInlineSnapshot(`
      [
        {
          "annotations": [],
          "conclusion": "success",
          "detailsUrl": "https://github.com/acme/flights/actions/runs/71",
          "head": "<head>",
          "name": "modelgate / flights / quality",
          "title": "accuracy is proven not worse by more than 2 points (0.0 points, 95 % interval −1.0 to 1.0)",
        },
        {
          "annotations": [
            "failure modelgate.yml:16 accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed",
          ],
          "conclusion": "failure",
          "detailsUrl": "https://github.com/acme/flights/actions/runs/72",
          "head": "<head>",
          "name": "modelgate / flights / quality",
          "title": "accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed",
        },
        {
          "annotations": [
            "warning modelgate.yml:16 cannot tell whether accuracy is worse by more than 2 points: 400 rows seldom prove so small a margin; about 2,000 rows would decide",
          ],
          "conclusion": "success",
          "detailsUrl": "https://github.com/acme/flights/actions/runs/73",
          "head": "<head>",
          "name": "modelgate / flights / quality",
          "title": "cannot tell, needs about 1,600 more rows: accuracy",
        },
      ]
    `);
  });

  test('the requests: few, and four of them for the comment', () => {
    expect(pass.calls).toMatchInlineSnapshot(`
      [
        "GET /contents/modelgate.yml 200",
        "GET /git/trees/<base> 200",
        "GET /compare/<base>...<head> 200",
        "GET /git/trees/<head> 200",
        "GET /contents/modelgate.yml 200",
        "GET /contents/champion/predictions.csv 200",
        "GET /commits/<head>/check-runs 200",
        "POST /check-runs 201",
        "GET /pulls/7 200",
        "GET /issues/7/comments 200",
        "POST /issues/7/comments 201",
        "GET /issues/7/comments 200",
      ]
    `);
    expect(fail.calls).toMatchInlineSnapshot(`
      [
        "GET /contents/modelgate.yml 200",
        "GET /git/trees/<base> 200",
        "GET /compare/<base>...<head> 200",
        "GET /git/trees/<head> 200",
        "GET /contents/modelgate.yml 200",
        "GET /contents/champion/predictions.csv 200",
        "GET /commits/<head>/check-runs 200",
        "POST /check-runs 201",
        "GET /pulls/7 200",
        "GET /issues/7/comments 200",
        "POST /graphql 200",
        "PATCH /issues/comments/1006 200",
      ]
    `);
    for (const { calls } of [pass, fail, again, unsure]) expect(calls.length).toBeLessThanOrEqual(25);
    const forComment = (calls: readonly string[]) => calls.slice(calls.findIndex((call) => call.includes('/pulls/7')));
    expect([pass, fail, again, unsure].map(({ calls }) => forComment(calls).length)).toEqual([4, 4, 3, 4]);
  });

  test('verdict and report are stored with the run, the report as a page that a browser opens', () => {
    const stored = github.standIn.artifacts(72).map(({ name, mimeType, data }) => ({ name, mimeType, data }));
    expect(stored.map(({ name, mimeType }) => `${name} ${mimeType}`)).toMatchInlineSnapshot(`
      [
        "modelgate-verdict--flights--quality--gate--attempt-1 application/zip",
        "modelgate-report--flights--gate-quality-1.html text/html",
        "modelgate-verdict--flights--quality--gate--attempt-2 application/zip",
        "modelgate-report--flights--gate-quality-2.html text/html",
      ]
    `);
    const page = stored.find((one) => one.mimeType === 'text/html')?.data.toString() ?? '';
    expect(page).toContain('<!doctype html>');
    expect(page).toContain('accuracy is worse by 15 points (95 % interval 12 to 19); 2 is allowed');
  });
});

test('a rule that the head has taken out is judged all the same, without a line to point at', async () => {
  const emptied = await startGitHub([
    { name: 'base', branch: 'main', files: baseFiles },
    {
      name: 'head',
      parents: ['base'],
      branch: 'change',
      files: { 'modelgate.yml': policy({ checks: 'f1: { metric: f1, at-least: 0.1 }' }) },
    },
  ]);
  const { code, verdict } = await emptied.step({ files: out(worse) });
  expect(code).toBe(1);
  expect(verdict.checks.map(({ id, where }) => ({ id, where }))).toEqual([{ id: 'accuracy', where: undefined }]);
  const annotations = emptied.standIn.checkRuns().flatMap((one) => one.annotations);
  expect(annotations.map((one) => `${one.annotation_level} ${one.start_line} ${one.message}`)).toEqual([
    'warning 13 `quality/accuracy` is removed (takes effect after merge)',
  ]);
  expect(verdict.notices).toEqual([]);
  await emptied.close();
});

test('inputs switch comment and check run off, and a wrong input is named', async () => {
  const before = github.standIn.requests.length;
  const quiet = await github.step({
    runId: 81,
    files: out(worse),
    inputs: { comment: 'false', 'check-run': 'False' },
  });
  expect([quiet.code, quiet.outputs['comment-url'], quiet.outputs['check-run-url']]).toEqual([1, '', '']);
  expect(github.restCalls(before).filter((call) => !call.startsWith('GET '))).toEqual([]);
  const wrong = await github.step({ runId: 82, files: out(same), inputs: { comment: 'no', gate: 'qualty' } });
  expect([wrong.code, wrong.outputs]).toEqual([1, { status: 'error' }]);
  expect(wrong.log).toBe(
    '::error title=Modelgate%3A policy-invalid::input comment: "no" is not allowed; write true or false%0AWhat to do: mend the `with:` of this step\n',
  );
});

test('a gate that the policy does not have is an error that the pull request shows', async () => {
  const { code, verdict } = await github.step({ runId: 83, files: out(same), inputs: { gate: 'qualty' } });
  expect([code, verdict.status, verdict.problem]).toEqual([
    1,
    'error',
    {
      reason: 'policy-invalid',
      message: 'input gate: the policy flights has no gate qualty',
      how: 'did you mean quality?',
    },
  ]);
  expect(github.standIn.comments(7)[0]?.body).toContain('input gate: the policy flights has no gate qualty');
});
