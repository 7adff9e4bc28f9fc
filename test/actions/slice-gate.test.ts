import { afterAll, describe, test } from 'vitest';
import type { CheckResult, SliceFinding, Verdict } from '../../packages/core/src/index.ts';
import { tokens } from '../github-stand-in/index.ts';
import { type Files, type GitHub, startGitHub } from './step.ts';

/** Groups of rows against the champion, as a runner would start the gate. */

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

const flights = 1200;
const carrierOf = (id: number) => (id <= 500 ? 'AA' : id <= 900 ? 'AS' : 'UA');

function table(header: string, row: (id: number) => string, rows = flights): string {
  return `${header}\n${Array.from({ length: rows }, (_, index) => `${index + 1},${row(index + 1)}\n`).join('')}`;
}

/** 500 flights of AA, 400 of AS, 300 of UA; `half` is empty in every other row, `tail` has five rows a value. */
function golden(weight: (id: number) => number = () => 1): string {
  const row = (id: number) =>
    `${id % 2},${carrierOf(id)},${id},${id % 4 < 2 ? '' : 'x'},all,t${id % 240},${weight(id)}`;
  return table('id,label,carrier,distance,half,same,tail,weight', row);
}

function predictions(isWrong: (id: number) => boolean): string {
  return table('id,predicted', (id) => String(isWrong(id) ? 1 - (id % 2) : id % 2));
}

/** Wrong on two of ten flights. */
const champion = predictions((id) => id % 5 === 0);
const same = champion;
/** Wrong on four of ten flights of AS, and on one of twenty elsewhere: the average rises. */
const uneven = predictions((id) => (carrierOf(id) === 'AS' ? id % 10 < 4 : id % 20 === 0));

interface Choice {
  readonly by?: string;
  readonly checks?: string;
  /** Lines of the gate. */
  readonly more?: string;
  readonly examples?: string;
}

const each = 'each: { metric: accuracy, each: { max-regression: 5pt } }';

/** The first check is on line 22. */
function policy({ by = '{ carrier: carrier }', checks = each, more = '', examples = '' }: Choice = {}): string {
  return `version: 1
name: flights
examples:
  golden: { table: eval/golden.csv, key: id, label: label${examples} }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: out/predictions.csv, prediction: predicted }
    champion: { from: git, table: champion/predictions.csv }
    checks:
      accuracy: { metric: accuracy, max-regression: 2pt }
  groups:
    kind: slices
    of: quality
    by: ${by}
    min-rows: 30
    suppress-below: 5
${more}    checks:
      ${checks}
`;
}

const files = (choice: Choice = {}, examples = golden()): Files => ({
  'modelgate.yml': policy(choice),
  'eval/golden.csv': examples,
  'champion/predictions.csv': champion,
});
const out = (rows: string): Files => ({ 'out/predictions.csv': rows });

async function pullRequest(
  base: Files,
  head: Files = { 'a.txt': 'a' },
  scenario?: Parameters<typeof startGitHub>[1],
): Promise<GitHub> {
  const commits = [
    { name: 'base', branch: 'main', files: base },
    { name: 'head', parents: ['base'], branch: 'change', files: head },
  ];
  const github = await startGitHub(commits, scenario);
  open.push(github);
  return github;
}

async function judged(choice: Choice, rows: string, examples?: string) {
  const github = await pullRequest(files(choice, examples));
  return { github, ...(await github.step({ action: 'slice-gate', files: out(rows) })) };
}

const headline = (github: GitHub) =>
  github
    .readable(github.standIn.comments(7)[0]?.body ?? '')
    .split('\n')
    .find((line) => line.startsWith('### '));
const outcome = ({ status, reason, stops }: Verdict) => [status, reason, stops];

function eachOf({ checks }: Verdict, id = 'each'): Extract<SliceFinding, { kind: 'each' }> {
  const found = checks.find((check) => check.id === id)?.slices;
  if (found?.kind !== 'each') throw new Error(`check ${id} found nothing about groups`);
  return found;
}

const told = (verdict: Verdict) => eachOf(verdict).slices.map(({ name, outcome: own, rows }) => [name, own, rows]);
const words = ({ slices }: CheckResult) => slices?.words;

describe('groups on a pull request', () => {
  test.concurrent('none of which moved pass, and all of them are stored as a table', async ({ expect }) => {
    const { github, code, verdict, log } = await judged({}, same);
    expect([code, ...outcome(verdict)]).toEqual([0, 'pass', 'proven', false]);
    expect(told(verdict)).toEqual([
      ['carrier=AA', 'not-worse', 500],
      ['carrier=AS', 'not-worse', 400],
      ['carrier=UA', 'not-worse', 300],
    ]);
    expect(verdict.slices).toEqual({
      of: 'quality',
      divisions: [{ by: 'carrier', words: '`carrier`', groups: 3, rows: 1200 }],
      table: { artifact: 'modelgate-slices-flights-groups', files: ['slices.csv', 'slices.parquet'] },
    });
    expect(github.standIn.artifacts().map(({ name }) => name)).toContain('modelgate-slices-flights-groups');
    expect(headline(github)).toBe('### ✅ `groups`: none of 3 groups is shown to be worse on accuracy: 3 not worse');
    expect(log).toContain('groups: none of 3 groups is shown to be worse on accuracy: 3 not worse');
    // what it divides records champions and counts looks; this gate does neither
    expect(github.standIn.artifacts().filter(({ name }) => /baseline|look/.test(name))).toEqual([]);
  });

  test.concurrent('of which one became worse fail, though the average rose', async ({ expect }) => {
    const { github, code, verdict } = await judged({}, uneven);
    expect([code, ...outcome(verdict)]).toEqual([1, 'fail', 'slice-worse', true]);
    expect(told(verdict)).toEqual([
      ['carrier=AS', 'worse', 400],
      ['carrier=AA', 'improved', 500],
      ['carrier=UA', 'improved', 300],
    ]);
    expect(eachOf(verdict)).toMatchObject({ masked: true, tested: 3 });
    expect(headline(github)).toBe(
      '### ❌ `groups`: accuracy got better by 3.3 points on average and got worse for `carrier=AS` by 20.0 points (95 % interval 14.1 to 25.9) (1 of 3 groups)',
    );
    expect(github.standIn.checkRuns()[0]?.annotations[0]).toMatchObject({ path: 'modelgate.yml', start_line: 22 });
  });

  test.concurrent('one of which must be shown and is too small to tell stay undecided', async ({ expect }) => {
    const by = '{ carrier: carrier, far: { where: distance > 1100 } }';
    const checks = `${each.slice(0, -2).replace('5pt', '2pt')}, require: [far] }`;
    const { code, verdict } = await judged({ by, checks, more: '    on-inconclusive: fail\n' }, same);
    expect([code, ...outcome(verdict)]).toEqual([1, 'inconclusive', 'interval-spans-limit', true]);
    expect(eachOf(verdict).words).toBe(
      '`far` is not shown to keep the margin of 2.0 points; it would take about 189 rows',
    );
  });

  test.concurrent('that lie apart fail by the interval of the difference', async ({ expect }) => {
    const gap = 'gap: { metric: equal_opportunity, across: carrier, max-difference: 10pt }';
    const { code, verdict } = await judged({ checks: gap }, uneven);
    expect([code, ...outcome(verdict)]).toEqual([1, 'fail', 'groups-differ', true]);
    expect(verdict.checks.map(words)).toEqual([
      'equal_opportunity differs by 40.0 points across `carrier` (95 % interval 32.2 to 46.5); 10.0 points are allowed',
    ]);
  });

  test.concurrent('on too few of which the candidate is better', async ({ expect }) => {
    const { code, verdict } = await judged({ checks: 'share: { metric: accuracy, improved-share: 80% }' }, uneven);
    expect([code, ...outcome(verdict)]).toEqual([1, 'fail', 'share-not-reached', true]);
    expect(verdict.checks.map(words)).toEqual([
      "accuracy is higher than the champion's in 2 of 3 groups, shown in at least 2; 80 % are asked",
    ]);
  });

  test.concurrent('whose rows have no value are a group of their own, left out, or an error', async ({ expect }) => {
    const [group, without, error] = await Promise.all([
      judged({ by: '{ half: half }' }, same),
      judged({ by: '{ half: { column: half, missing: leave-out } }' }, same),
      judged({ by: '{ half: { column: half, missing: error } }' }, same),
    ]);
    expect(told(group.verdict).toSorted()).toEqual([
      ['half is missing', 'not-worse', 600],
      ['half=x', 'not-worse', 600],
    ]);
    expect(told(without.verdict)).toEqual([['half=x', 'not-worse', 600]]);
    expect(without.verdict.slices?.divisions).toMatchObject([{ groups: 1, rows: 600, missing: 600 }]);
    expect(error.verdict.problem?.message).toBe(
      '600 rows of the examples have no value by which `half` could divide them.',
    );
  });
});

describe('what must not pass', () => {
  test.concurrent('a group that must be there and has no row', async ({ expect }) => {
    const { code, verdict } = await judged({ by: '{ carrier: { column: carrier, values: [AA, XX] } }' }, same);
    expect([code, ...outcome(verdict)]).toEqual([1, 'error', 'slice-vanished', true]);
    expect(eachOf(verdict).words).toBe('no row of the examples belongs to `carrier=XX` any more');
  });

  test.concurrent('rows that all belong to one group', async ({ expect }) => {
    const { code, verdict } = await judged({ by: '{ same: same }' }, same);
    expect([code, ...outcome(verdict)]).toEqual([0, 'warn', 'slices-invalid', false]);
    expect(eachOf(verdict).words).toBe(
      '`same=all` is one group, which holds all the rows: it says nothing that the average does not say',
    );
  });

  test.concurrent('groups all of which have too few rows, and those beyond the cap', async ({ expect }) => {
    const { code, verdict } = await judged({ by: '{ tail: tail }' }, same);
    expect([code, ...outcome(verdict)]).toEqual([0, 'inconclusive', 'too-few-rows', false]);
    expect(eachOf(verdict)).toMatchObject({
      words: 'no group has rows enough to be tested: 200 with too few rows',
      tested: 0,
      leftOut: 140,
    });
    expect(verdict.notices).toEqual([
      '`tail` has 40 more groups than `at-most` allows: the smallest, with 200 of 1,200 rows together, were not judged.',
    ]);
  });

  test.concurrent('rows that all have weight 0', async ({ expect }) => {
    const weighted = { examples: ', weight: weight' };
    const { code, verdict } = await judged(
      weighted,
      same,
      golden(() => 0),
    );
    expect([code, ...outcome(verdict)]).toEqual([1, 'error', 'value-out-of-range', true]);
    expect(verdict.problem?.message).toBe(
      'Every row that is compared has weight 0 in column "weight" of the examples eval/golden.csv.',
    );
  });

  test.concurrent('a group whose rows all have weight 0', async ({ expect }) => {
    const weighted = { examples: ', weight: weight' };
    const light = golden((id) => (carrierOf(id) === 'AS' ? 0 : 1));
    const { code, verdict } = await judged(weighted, same, light);
    expect([code, ...outcome(verdict)]).toEqual([0, 'warn', 'slices-undecided', false]);
    expect(told(verdict).find(([name]) => name === 'carrier=AS')?.[1]).toBe('too-few-rows');
  });

  const problems: readonly (readonly [string, Choice, string, string])[] = [
    [
      'a column that is not there',
      { by: '{ carrier: carier }' },
      'column-missing',
      'The table eval/golden.csv: there is no column "carier"; did you mean "carrier"?',
    ],
    [
      'bins of texts',
      { by: '{ carrier: { column: carrier, bins: [1, 2] } }' },
      'column-type',
      'column "carrier" holds VARCHAR; bins divide numbers.',
    ],
    [
      'bins that overlap',
      { by: '{ distance: { column: distance, bins: { near: [null, 500], far: [400, null] } } }' },
      'policy-invalid',
      '`gates.groups.by.distance.bins.far`: bins "near" and "far" overlap: each value belongs to one group',
    ],
    [
      'a condition that fails on a row',
      { by: `{ bad: { where: "CAST(carrier AS INTEGER) > 1" } }` },
      'slices-invalid',
      'The SQL fails on a value of the table.',
    ],
    [
      'a condition that writes',
      { by: `{ bad: { where: "COPY x TO 'y'" } }` },
      'slices-invalid',
      'The SQL cannot be read: syntax error at or near "x", line 1, column 6.',
    ],
    [
      'a condition with a second statement',
      { by: '{ bad: { where: "true); DROP TABLE x; --" } }' },
      'slices-invalid',
      'The SQL cannot be read: syntax error at or near ")", at its end.',
    ],
    [
      'a condition that reads a file',
      { by: `{ bad: { where: "distance > (select count(*) from read_csv('/etc/passwd'))" } }` },
      'slices-invalid',
      'The SQL calls read_csv(), which reads something else than its tables.',
    ],
    [
      'a condition that reads the environment',
      { by: `{ bad: { where: "length(getenv('HOME')) > 0" } }` },
      'slices-invalid',
      'The SQL calls getenv(), which reads something else than its tables.',
    ],
    [
      'no condition',
      { by: '{ bad: { where: distance + 1 } }' },
      'slices-invalid',
      'is no condition: its value is of type BIGINT.',
    ],
  ];
  test.concurrent.for(problems)('%s', async ([, choice, reason, message], { expect }) => {
    const { code, verdict, log } = await judged(choice, same);
    expect([code, ...outcome(verdict)]).toEqual([1, 'error', reason, true]);
    expect(verdict.problem?.message).toContain(message);
    expect(log).not.toContain('root:');
  });

  test.concurrent('a million values', async ({ expect }) => {
    const ids = table('id,label', (id) => String(id % 2), 1_000_000);
    const { code, verdict } = await judged({ by: '{ id: id }' }, same, ids);
    expect([code, ...outcome(verdict)]).toEqual([1, 'error', 'too-many-slices', true]);
    expect(verdict.problem?.message).toBe('`id` has more than 10,000 different values: these are no groups of rows.');
  });
});

describe('who judges', () => {
  const strict = {
    by: '{ carrier: carrier, far: { where: distance > 1100 } }',
    checks: `${each.slice(0, -2)}, judged: proven, require: [far, carrier=AS] }`,
  };

  test.concurrent('a change that demands less is judged by the base, and told first', async ({ expect }) => {
    const github = await pullRequest(files(strict), {
      'modelgate.yml': policy(strict).replace(', judged: proven, require: [far, carrier=AS]', ''),
    });
    const { code, verdict } = await github.step({ action: 'slice-gate', files: out(uneven) });
    expect([code, ...outcome(verdict)]).toEqual([1, 'fail', 'slice-worse', true]);
    expect(verdict.policy.source).toBe('base');
    expect(verdict.change?.rules.map(({ effect, words: change }) => [effect, change])).toEqual([
      ['loosened', '`groups/each` require ["far","carrier=AS"] → not set'],
      ['loosened', '`groups/each` judged proven → not set'],
    ]);
    expect(verdict.change?.preview).toMatchObject({ status: 'fail', reason: 'slice-worse', stops: true });
  });

  test.concurrent('what a change does to the gate that is divided is previewed here as well', async ({ expect }) => {
    const github = await pullRequest(files(), {
      'modelgate.yml': policy().replace('task: binary\n    positive: 1', 'task: multiclass'),
    });
    const { verdict } = await github.step({ action: 'slice-gate', files: out(same) });
    expect(verdict.change?.preview).toMatchObject({ status: 'pass', stops: false });
  });

  test.concurrent('a change that asks a server about the champion has no preview', async ({ expect }) => {
    const github = await pullRequest(files(), {
      'modelgate.yml': policy().replace(
        '{ from: git, table: champion/predictions.csv }',
        '{ from: s3, bucket: models, table: p.csv }',
      ),
    });
    const { verdict } = await github.step({ action: 'slice-gate', files: out(same) });
    expect(verdict.change?.withoutPreview).toBe(
      'is not previewed: `champion.from` of `quality` is asked only once it is merged',
    );
  });

  test.concurrent('rules of a workflow make the gate stricter, and cannot stand alone', async ({ expect }) => {
    const github = await pullRequest(files());
    const step = (rules: string) =>
      github.step({ action: 'slice-gate', files: out(same), inputs: { rules, comment: 'false' } });
    const stricter = await step('checks: { each: { each: { max-regression: 0.1pt } } }');
    expect([stricter.code, ...outcome(stricter.verdict)]).toEqual([0, 'warn', 'slices-undecided', false]);
    const looser = await step('min-rows: 1000');
    expect(looser.verdict.problem?.message).toBe(
      '`rules` may only make the policy flights stricter, and they do not: `groups` min-rows 30 → 1000: fewer groups are tested',
    );
    const { 'modelgate.yml': _, ...none } = files();
    const bare = await pullRequest(none);
    const alone = await bare.step({ action: 'slice-gate', files: out(same), inputs: { rules: 'of: quality' } });
    expect([alone.code, ...outcome(alone.verdict)]).toEqual([1, 'error', 'policy-invalid', true]);
    expect(alone.verdict.problem?.message).toBe(
      'input rules: a gate of kind slices divides the rows of an evaluation gate, so its rules cannot stand alone',
    );
  });

  test.concurrent('a token of a fork changes no verdict, and nothing is written with it', async ({ expect }) => {
    const fork = { id: 9, fullName: 'mallory/flights' };
    const github = await pullRequest(files(), undefined, (sha) => ({
      tokens: { ghs_standin: tokens.readOnly },
      pulls: [
        {
          number: 7,
          head: { ref: 'change', sha: sha('head'), repository: fork },
          base: { ref: 'main', sha: sha('base') },
          author: 'mallory',
        },
      ],
    }));
    const { code, verdict, log, summary } = await github.step({ action: 'slice-gate', files: out(uneven) });
    expect([code, ...outcome(verdict)]).toEqual([1, 'fail', 'slice-worse', true]);
    expect(log).toContain('The token of this run is read-only, because a fork started it');
    expect(summary).toContain('### ❌ `groups`: accuracy got better by 3.3 points on average');
    expect(github.restCalls().filter((call) => !call.startsWith('GET '))).toEqual([]);
  });

  test.concurrent('a stage without groups is over at once', async ({ expect }) => {
    const staged = `${policy()}stages:\n  pull-request: { gates: [quality] }\n`;
    const github = await pullRequest({ ...files(), 'modelgate.yml': staged });
    const { code, verdicts, outputs, log } = await github.step({ action: 'slice-gate', files: out(same) });
    expect([code, verdicts, outputs['status']]).toEqual([0, [], 'skipped']);
    expect(log).toContain('No gate of this kind belongs to this stage: nothing was judged.');
  });
});
