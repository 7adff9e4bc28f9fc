import { afterAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../github-stand-in/index.ts';
import { bad, bareFiles, bareHistory, good, metrics } from './bare.ts';
import { type Ended, type GitHub, startGitHub } from './step.ts';

/** Many jobs, one pull request, one comment. Without the contract check: these are about races, not about requests. */
const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

async function start(scenario: Partial<Scenario> = {}): Promise<GitHub> {
  const github = await startGitHub(bareHistory, () => ({ contract: false, ...scenario }));
  open.push(github);
  return github;
}

const legs = Array.from({ length: 20 }, (_, index) => `leg-${String(index + 1).padStart(2, '0')}`);

function leg(github: GitHub, name: string, accuracy: number, more = {}): Promise<Ended> {
  return github.step({ files: metrics(accuracy), inputs: { matrix: JSON.stringify({ name }), ...more } });
}

function commentsOf(github: GitHub): readonly string[] {
  return github.standIn.comments(7).map((comment) => comment.body);
}

test('twenty legs of a matrix at once, on a GitHub whose lists lag: every section there, one comment', async () => {
  const github = await start({ commentLag: { requests: 2 } });
  const ended = await Promise.all(legs.map((name, index) => leg(github, name, index === 6 ? 0.8 : 0.9)));
  expect(ended.map((one) => one.code)).toEqual(legs.map((_, index) => (index === 6 ? 1 : 0)));
  const [body = '', ...others] = commentsOf(github);
  expect(others).toEqual([]);
  expect(legs.filter((name) => !body.includes(`\`quality (${name})\``))).toEqual([]);
  expect(body.split('\n')[1]).toContain('❌');
  expect(
    github.standIn
      .checkRuns()
      .map((run) => run.name)
      .sort(),
  ).toEqual(legs.map((name) => `modelgate / flights / quality (${name})`));
  expect(new Set(ended.map((one) => one.outputs['comment-url'])).size).toBeLessThanOrEqual(20);
});

test('two policies of one workflow have a comment each', async () => {
  const second = {
    'second.modelgate.yml': String(bareFiles['modelgate.yml']).replace('name: flights', 'name: trains'),
  };
  const github = await startGitHub(
    bareHistory.map((commit) =>
      commit.name === 'base' ? { ...commit, files: { ...commit.files, ...second } } : commit,
    ),
    () => ({ contract: false }),
  );
  open.push(github);
  const [flights, trains] = await Promise.all([
    github.step({ job: 'flights', files: good }),
    github.step({ job: 'trains', files: bad, inputs: { policy: 'second.modelgate.yml' } }),
  ]);
  expect([flights.code, trains.code]).toEqual([0, 1]);
  expect(
    commentsOf(github)
      .map((body) => body.split('\n').slice(0, 2).join(' ').slice(0, 60))
      .sort(),
  ).toMatchInlineSnapshot(`
    [
      "<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflow",
      "<!-- modelgate:v1 policy=trains workflow=.github%2Fworkflows",
    ]
  `);
});

test('a pull request with 101 other comments gets one, and keeps it', async () => {
  const github = await start();
  for (let index = 0; index < 100; index++) github.standIn.addComment(7, `a word, ${index}`, { author: 'octocat' });
  const quotation = '> <!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n> quoted';
  github.standIn.addComment(7, quotation, { author: 'octocat' });
  await github.step({ runId: 1, files: good });
  const { outputs } = await github.step({ runId: 2, files: bad });
  const comments = github.standIn.comments(7);
  expect(comments).toHaveLength(102);
  expect(comments.at(-1)?.body).toContain('### ❌');
  expect(outputs['comment-url']).toMatch(new RegExp(`#issuecomment-${comments.at(-1)?.id}$`));
  const calls = github.restCalls().filter((call) => /issues|pulls/.test(call));
  expect(calls.length).toBeLessThanOrEqual(12);
});

test('a comment of somebody else with our marker is not touched', async () => {
  const github = await start();
  const marker = '<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n### ✅ all fine';
  github.standIn.addComment(7, marker, { author: 'mallory' });
  await github.step({ files: bad });
  expect(github.standIn.comments(7).map(({ author }) => author)).toEqual(['mallory', 'github-actions[bot]']);
  expect(commentsOf(github)[0]).toBe(marker);
});

test('of two attempts the newer one counts, also where only a part of the jobs ran again', async () => {
  const github = await start();
  await leg(github, 'a', 0.8);
  await leg(github, 'b', 0.9);
  expect(commentsOf(github)[0]).toContain('### ❌');
  const again = await github.step({ attempt: 2, files: good, inputs: { matrix: '{"name":"a"}' } });
  expect(again.code).toBe(0);
  const [body = ''] = commentsOf(github);
  expect(body).toContain('### ✅');
  expect([body.includes('`quality (a)`'), body.includes('`quality (b)`')]).toEqual([true, true]);
});

describe('the report action is the single writer', () => {
  const silent = { comment: 'false', 'check-run': 'false' };

  test('of all verdicts of the run', async () => {
    const github = await start();
    for (const [name, accuracy] of [
      ['a', 0.9],
      ['b', 0.8],
    ] as const)
      await leg(github, name, accuracy, silent);
    expect([commentsOf(github), github.standIn.checkRuns()]).toEqual([[], []]);
    const report = await github.step({ action: 'report', job: 'report' });
    expect([report.code, report.outputs['status'], report.outputs['headline']]).toMatchInlineSnapshot(`
      [
        0,
        "fail",
        "❌ quality (b): accuracy is worse by 10.0 points (by the estimate alone); 2 is allowed",
      ]
    `);
    expect(commentsOf(github)).toHaveLength(1);
    expect(
      github.standIn
        .checkRuns()
        .map(({ name, conclusion }) => `${name}: ${conclusion}`)
        .sort(),
    ).toEqual(['modelgate / flights / quality (a): success', 'modelgate / flights / quality (b): failure']);
    expect(report.summary.split('\n')[0]).toBe(commentsOf(github)[0]?.split('\n')[1]);
    const again = await github.step({ action: 'report', job: 'report', attempt: 2 });
    expect([again.code, commentsOf(github).length, github.standIn.checkRuns().length]).toEqual([0, 1, 2]);
  });

  test('and red when no gate has stored a verdict', async () => {
    const github = await start();
    const { code, log, outputs } = await github.step({ action: 'report' });
    expect([code, outputs]).toEqual([1, { status: 'error' }]);
    expect(log.split('\n').at(-2)).toBe(
      '::error title=Modelgate%3A file-missing::no gate of this run has stored a verdict%0AWhat to do: let the gates run before this step or job (`needs:`), with `if: always()` on this one',
    );
  });

  test('and says which artifact is no verdict, and reports the others', async () => {
    const github = await start();
    await leg(github, 'a', 0.9, silent);
    github.standIn.addArtifact({
      runId: 77,
      name: 'modelgate-verdict--forged',
      files: { 'verdict.json': '{"status":"pass"}' },
    });
    const { code, log } = await github.step({ action: 'report', job: 'report' });
    expect([code, log.split('\n').filter((line) => /^::(error|notice|warning)/.test(line))]).toMatchInlineSnapshot(`
      [
        1,
        [
          "::error title=Modelgate%3A crash::A defect in Modelgate: [%0A  {%0A    "code": "invalid_value",%0A    "values": [%0A      "https://github.com/modelgate/modelgate/verdict/v1"%0A    ],%0A    "path": [%0A      "schema"%0A    ],%0A    "message": "Invalid input: expected \\"https://github.com/modelgate/modelgate/verdict/v1\\""%0A  },%0A  {%0A    "expected": "object",%0A    "code": "invalid_type",%0A    "path": [%0A      "gate"%0A    ],%0A    "message": "Invalid input: expected object, received undefined"%0A  },%0A  {%0A    "code": "invalid_value",%0A    "values": [%0A      "proven",%0A      "not-disproven",%0A      "estimate-within-limit",%0A      "margin-exceeded",%0A      "not-improved",%0A      "improved-too-much",%0A      "below-limit",%0A      "above-limit",%0A      "interval-spans-limit",%0A      "too-few-rows",%0A      "rare-drop-not-excluded",%0A      "degenerate-variance",%0A      "unprovable-margin",%0A      "bootstrap",%0A      "not-in-stage",%0A      "file-missing",%0A      "file-empty",%0A      "file-unreadable",%0A      "column-missing",%0A      "column-type",%0A      "not-finite",%0A      "value-missing",%0A      "probability-out-of-range",%0A      "duplicate-keys",%0A      "keys-differ",%0A      "labels-differ",%0A      "examples-changed",%0A      "metric-missing",%0A      "metric-undefined",%0A      "champion-near-zero",%0A      "baseline-missing",%0A      "baseline-unreadable",%0A      "baseline-mismatch",%0A      "policy-invalid",%0A      "policy-override",%0A      "policy-unreadable",%0A      "waiver-expired",%0A      "not-available",%0A      "engine-unavailable",%0A      "api-unavailable",%0A      "event-unreadable",%0A      "crash"%0A    ],%0A    "path": [%0A      "reason"%0A    ],%0A    "message": "Invalid option: expected one of \\"proven\\"|\\"not-disproven\\"|\\"estimate-within-limit\\"|\\"margin-exceeded\\"|\\"not-improved\\"|\\"improved-too-much\\"|\\"below-limit\\"|\\"above-limit\\"|\\"interval-spans-limit\\"|\\"too-few-rows\\"|\\"rare-drop-not-excluded\\"|\\"degenerate-variance\\"|\\"unprovable-margin\\"|\\"bootstrap\\"|\\"not-in-stage\\"|\\"file-missing\\"|\\"file-empty\\"|\\"file-unreadable\\"|\\"column-missing\\"|\\"column-type\\"|\\"not-finite\\"|\\"value-missing\\"|\\"probability-out-of-range\\"|\\"duplicate-keys\\"|\\"keys-differ\\"|\\"labels-differ\\"|\\"examples-changed\\"|\\"metric-missing\\"|\\"metric-undefined\\"|\\"champion-near-zero\\"|\\"baseline-missing\\"|\\"baseline-unreadable\\"|\\"baseline-mismatch\\"|\\"policy-invalid\\"|\\"policy-override\\"|\\"policy-unreadable\\"|\\"waiver-expired\\"|\\"not-available\\"|\\"engine-unavailable\\"|\\"api-unavailable\\"|\\"event-unreadable\\"|\\"crash\\""%0A  },%0A  {%0A    "code": "invalid_value",%0A    "values": [%0A      "pass",%0A      "warn",%0A      "fail",%0A      "hold"%0A    ],%0A    "path": [%0A      "onInconclusive"%0A    ],%0A    "message": "Invalid option: expected one of \\"pass\\"|\\"warn\\"|\\"fail\\"|\\"hold\\""%0A  },%0A  {%0A    "expected": "boolean",%0A    "code": "invalid_type",%0A    "path": [%0A      "stops"%0A    ],%0A    "message": "Invalid input: expected boolean, received undefined"%0A  },%0A  {%0A    "expected": "array",%0A    "code": "invalid_type",%0A    "path": [%0A      "checks"%0A    ],%0A    "message": "Invalid input: expected array, received undefined"%0A  },%0A  {%0A    "expected": "array",%0A    "code": "invalid_type",%0A    "path": [%0A      "notices"%0A    ],%0A    "message": "Invalid input: expected array, received undefined"%0A  },%0A  {%0A    "expected": "array",%0A    "code": "invalid_type",%0A    "path": [%0A      "inputs"%0A    ],%0A    "message": "Invalid input: expected array, received undefined"%0A  },%0A  {%0A    "expected": "object",%0A    "code": "invalid_type",%0A    "path": [%0A      "policy"%0A    ],%0A    "message": "Invalid input: expected object, received undefined"%0A  },%0A  {%0A    "expected": "object",%0A    "code": "invalid_type",%0A    "path": [%0A      "run"%0A    ],%0A    "message": "Invalid input: expected object, received undefined"%0A  },%0A  {%0A    "expected": "object",%0A    "code": "invalid_type",%0A    "path": [%0A      "tool"%0A    ],%0A    "message": "Invalid input: expected object, received undefined"%0A  },%0A  {%0A    "expected": "string",%0A    "code": "invalid_type",%0A    "path": [%0A      "at"%0A    ],%0A    "message": "Invalid input: expected string, received undefined"%0A  }%0A]. Nothing was decided. Please report it at https://github.com/modelgate/modelgate/issues",
        ],
      ]
    `);
  });
});
