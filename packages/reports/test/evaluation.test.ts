import { type CheckResult, reasonCodes, type Verdict } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { checkRows, rowNotes } from '../src/check-row.ts';
import { decidedBy } from '../src/gate-line.ts';
import {
  byteLength,
  checkRun,
  checkSentence,
  comment,
  commentBudget,
  headline,
  page,
  phrasePlain,
  terminal,
  title,
  todo,
} from '../src/index.ts';
import { intervalMethod } from '../src/interval-method.ts';
import * as evaluated from './evaluation-verdicts.ts';
import * as given from './verdicts.ts';

const { bound, check, context, verdict } = given;
const { aucDrifted, interval } = evaluated;

function rowOf(of: CheckResult) {
  const [row] = checkRows([of]);
  return (
    row && { champion: row.champion, candidate: row.candidate, difference: row.difference, interval: row.interval }
  );
}

function decided(of: Verdict): string {
  return phrasePlain(decidedBy(of));
}

function facts(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^- (?:\d+ checks|Look|At least|Looks|Data|Packages)/.test(line));
}

describe('against the anchor', () => {
  const only = (status: CheckResult['status'], draft: Partial<CheckResult['bounds'][number]>) => {
    const made = bound({ rule: 'max-regression', threshold: -0.01, against: 'anchor', status, ...draft });
    return check({ id: 'm', status, reason: made.reason, champion: 0.8, candidate: 0.8, bounds: [made] });
  };

  test.each([
    [
      'm is worse by 1.6 points than the anchor model of `4e5f6a7` (95 % interval 1.4 to 1.9); 1 is allowed',
      only('fail', {
        reason: 'margin-exceeded',
        estimate: -0.0161,
        interval: interval(-0.0187, -0.0135, 'delong'),
      }),
    ],
    [
      'm is proven not worse than the anchor model of `4e5f6a7` by more than 1 point (−0.2 points, 95 % interval −0.5 to 0.1)',
      only('pass', { estimate: -0.002, interval: interval(-0.005, 0.001, 'delong') }),
    ],
    [
      'nothing shows that m is worse than the anchor model of `4e5f6a7` by more than 1 point (−0.9 points, 95 % interval −1.6 to −0.2)',
      only('pass', {
        judged: 'not-disproven',
        reason: 'not-disproven',
        estimate: -0.009,
        interval: interval(-0.016, -0.002, 'bca'),
      }),
    ],
    [
      'cannot tell whether m is worse than the anchor model of `4e5f6a7` by more than 1 point: the interval −1.6 to 0.2 spans the limit',
      only('inconclusive', {
        reason: 'interval-spans-limit',
        estimate: -0.007,
        interval: interval(-0.016, 0.002, 'bca'),
      }),
    ],
    [
      'm is worse by 0.9 points than the anchor model of `4e5f6a7` (95 % interval 0.2 to 1.6), but whether by more than 1 point cannot be told',
      only('inconclusive', {
        reason: 'interval-spans-limit',
        estimate: -0.009,
        interval: interval(-0.016, -0.002, 'bca'),
      }),
    ],
    [
      'm is worse by 0.9 points than the anchor model of `4e5f6a7`; a loss of 1 point is allowed (by the estimate alone: nothing is proven)',
      only('pass', { judged: 'estimate', reason: 'estimate-within-limit', estimate: -0.009 }),
    ],
    [
      'nothing was compared for m: there is no recorded anchor yet',
      only('warn', { reason: 'bootstrap', interval: undefined }),
    ],
  ])('%s', (sentence, of) => {
    expect(checkSentence(of, evaluated.anchor)).toBe(sentence);
  });

  test('an anchor that could not be read shows no difference, not the one from the champion', () => {
    const unread = bound({
      rule: 'max-regression',
      threshold: -0.01,
      against: 'anchor',
      status: 'error',
      reason: 'baseline-missing',
    });
    const row = rowOf(check({ id: 'm', status: 'error', champion: 0.8, candidate: 0.9, bounds: [unread] }));
    expect(row).toEqual({ champion: '–', candidate: '0.900', difference: '–', interval: 'no interval' });
  });

  test('an anchor without a name is the anchor', () => {
    expect(checkSentence(aucDrifted)).toBe(
      'roc_auc is worse by 1.6 points than the anchor (95 % interval 1.4 to 1.9); 1 is allowed',
    );
  });

  test('a change from the anchor is never made of the champion', () => {
    expect(checkSentence(only('fail', { reason: 'margin-exceeded' }))).toBe(
      'm is worse than the anchor (by the estimate alone); 1 is allowed',
    );
  });

  test('headline, title and gate say against whom', () => {
    const sentence =
      'roc_auc is worse by 1.6 points than the anchor model of `4e5f6a7` (95 % interval 1.4 to 1.9); 1 is allowed';
    expect(headline(evaluated.drifted)).toBe(`❌ quality: ${sentence}`);
    expect(title(evaluated.drifted)).toBe(sentence);
    expect(decided(evaluated.drifted)).toBe('roc_auc −1.6 pt against anchor 4e5f6a7, 48,211 paired rows');
  });

  test('where the champion decides, it is the champion that is named', () => {
    const other = { ...evaluated.drifted, checks: [given.f1Worse] };
    expect(decided(other)).toBe(
      'f1 −1.9 pt against champion models:/delays@champion (version 7, 6 days old), 48,211 paired rows',
    );
  });

  test('a row of its own, with its own difference and no value of the champion', () => {
    expect(checkRows([aucDrifted]).map((row) => [phrasePlain(row.name), row.champion, row.difference])).toEqual([
      ['auc roc_auc at most 0.5 pt worse', '0.7812', '−0.18 pt'],
      ['auc roc_auc at most 1 pt worse than the anchor', '–', '−1.6 pt'],
    ]);
  });

  test('that the limit against it holds too is said', () => {
    const bounds = aucDrifted.bounds.map((one) => ({ ...one, status: 'pass' as const, reason: 'proven' as const }));
    const both = { ...aucDrifted, status: 'pass', outcome: 'pass', reason: 'proven', bounds } as const;
    expect(checkSentence(both)).toMatch(/^roc_auc is proven not worse by .*; the limit against the anchor holds too$/);
  });

  test('a passing gate names both', () => {
    const passing = { ...given.passing, baseline: evaluated.mlflowChampion, anchor: evaluated.anchor };
    expect(decided(passing)).toBe(
      '48,211 paired rows against champion models:/delays@champion (version 7, 6 days old) and anchor 4e5f6a7',
    );
  });
});

describe('families', () => {
  test('below the checks, in comment, check run, terminal and page', () => {
    const sentences = [
      '4 checks must all hold; each is decided at the full 95 % level, no correction is needed.',
      "3 checks stop when shown to be broken; Holm's correction over 3 bounds, so that together they stop a good model by chance no more often than one would.",
    ];
    const bullets = sentences.map((sentence) => `- ${sentence}`);
    expect(facts(comment([evaluated.drifted], context)).slice(0, 2)).toEqual(bullets);
    expect(facts(checkRun(evaluated.drifted).text).slice(0, 2)).toEqual(bullets);
    expect(facts(terminal([evaluated.drifted], { width: 200, colour: false })).slice(0, 2)).toEqual(bullets);
    for (const sentence of sentences) {
      expect(page([evaluated.drifted], context)).toContain(`<li>${sentence.replace("'", '&#39;')}</li>`);
    }
  });

  test('without a correction its price is said', () => {
    const families = [
      { rule: 'none-proven-broken', checks: ['recall', 'jaccard'], correction: 'none' },
    ] satisfies Verdict['families'];
    expect(facts(comment([{ ...evaluated.drifted, families }], context))[0]).toBe(
      '- 2 checks stop when shown to be broken; without a correction each more of them may stop a good model by chance.',
    );
  });

  test('a corrected level is rounded, and a note that several checks share stands once', () => {
    const rows = checkRows(evaluated.guards);
    expect(rows.map((row) => row.method)).toEqual(Array(3).fill('98.33 %, BCa bootstrap'));
    expect(rowNotes(rows)).toEqual([{ ids: ['f1-night', 'recall', 'jaccard'], note: evaluated.holm }]);
    const [guard] = evaluated.guards;
    expect(checkSentence(guard)).toBe(
      'nothing shows that f1 is worse by more than 2 points (−1 point, 98.33 % interval −3 to 1)',
    );
  });
});

describe('interval methods', () => {
  /** As packages/comparison writes them. */
  const methods = [
    ...['wilson', 'tango', 'bca', 'percentile', 'unanimous', 'order-statistic', 'woodruff', 't', 'paired-t'],
    ...['clustered-t', 'weighted-t', 'welch', 'miettinen-nurminen', 'delong', 'identical-ranking'],
    ...['influence', 'clustered-influence'],
  ];

  test.each(methods)('%s has a line for everybody and one for those who know statistics', (method) => {
    const { name, plain, exact } = intervalMethod(method);
    expect(name).not.toBe('');
    expect(plain).toMatch(/^[A-Z].{30,}\.$/);
    expect(exact).toMatch(/^.{30,}\.$/);
    expect(plain).not.toBe(exact);
  });

  test('one that is not known is shown by its name, whatever that is', () => {
    expect(intervalMethod('constructor')).toEqual({ name: 'constructor', plain: '', exact: '' });
  });

  test('the page explains those that it shows, each once', () => {
    const html = page([evaluated.drifted, given.trainingData], context);
    expect([...html.matchAll(/<dt>([^<]*)<\/dt><dd>[^<]*<div class="why">/g)].map(([, name]) => name)).toEqual([
      'DeLong',
      'Tango',
      'order statistics',
      'BCa bootstrap',
      'Wilson',
    ]);
    expect(html).toContain('<span class="range">−1.9 to −1.4 pt</span><div class="why">95 %, DeLong</div>');
  });
});

describe('metrics of all tasks', () => {
  test('a test of behaviour counts its cases', () => {
    expect(checkSentence(evaluated.typos)).toBe(
      '21 of 400 cases of `typos` fail (0.052, 95 % interval 0.035 to 0.079); at most 0.03 is allowed; 1 other limit is broken too',
    );
    const [, worse] = evaluated.typos.bounds;
    const compared = {
      ...evaluated.typos,
      reason: 'margin-exceeded',
      bounds: worse === undefined ? [] : [worse],
    } as const;
    expect(checkSentence(compared)).toBe(
      'the failure rate of `typos` is worse by 4.0 points (95 % interval 2.1 to 6.4; 21 of 400 cases fail, 5 with the champion); 2 is allowed',
    );
    expect(checkRows([evaluated.typos]).map((row) => phrasePlain(row.name))).toEqual([
      'typos failures at most 0.03',
      'typos failures at most 2 pt worse',
    ]);
    expect(rowOf(evaluated.typos)).toEqual({
      champion: '5 of 400',
      candidate: '21 of 400',
      difference: '+4.0 pt',
      interval: '0.035 to 0.079',
    });
    expect(decided(evaluated.behaviour)).toMatch(/^failures\(typos\) 21 of 400; /);
  });

  test('weighted cases are no counts, and other names in brackets no tests', () => {
    expect(checkSentence({ ...evaluated.typos, candidate: 0.0523 })).toMatch(
      /^the failure rate of `typos` is 0\.052 \(95 % interval/,
    );
    expect(checkSentence({ ...evaluated.typos, metric: 'rate(failed)' })).toMatch(/^rate\(failed\) is 0\.052 \(/);
  });

  test('a rank in a metric is no mention', () => {
    const ndcg = { ...given.accuracyHolds, id: 'ndcg', metric: 'ndcg@10' };
    expect(comment([{ ...given.passing, checks: [ndcg] }], context)).toContain(
      '| `ndcg` ndcg@&#8203;10 at most 0.5 pt worse |',
    );
  });

  test('rows that answered other requests are not called paired', () => {
    expect(headline(evaluated.loadTest)).toBe('✅ load: 2 of 2 checks hold, 20,000 rows');
    expect(headline({ ...evaluated.loadTest, rowsAre: 'queries' })).toMatch(/20,000 queries$/);
    expect(headline({ ...evaluated.loadTest, rowsAre: 'queries', rows: 1 })).toMatch(/1 query$/);
    expect(headline({ ...evaluated.loadTest, rowsAre: 'paired rows', rows: 1 })).toMatch(/1 paired row$/);
    const [speed, passed] = evaluated.loadTest.checks.map((one) => checkSentence(one));
    expect(speed).toBe('tokens per seconds is proven not worse by more than 5 % (+1.6 %, 95 % interval 0.4 to 2.8)');
    expect(passed).toBe(
      'rate(passed) is proven not worse by more than 1 point (+0.2 points, 95 % interval −0.2 to 0.6)',
    );
  });

  test.each([
    [
      evaluated.own('log_loss', 0.4312, 0.4316, 0.0011, 0.004),
      { champion: '0.4312', candidate: '0.4316', difference: '+0.0004', interval: '−0.0007 to 0.0015' },
    ],
    [
      evaluated.own('brier_score_loss', 0.0004, 0.00041, 0.00002, 0.0001),
      { champion: '0.00040', candidate: '0.00041', difference: '+0.00001', interval: '−0.00001 to 0.00003' },
    ],
    [
      evaluated.own('mean_squared_error', 4.1e-7, 4.2e-7, 6e-9, 5e-8),
      { champion: '4.10e−7', candidate: '4.20e−7', difference: '+1.0e−8', interval: '4e−9 to 1.6e−8' },
    ],
    [
      evaluated.own('mean_absolute_error', 1_204_512.4, 1_211_321.9, 9_812.3, 50_000),
      { champion: '1,205,000', candidate: '1,211,000', difference: '+7,000', interval: '−3,000 to 17,000' },
    ],
  ])('sensible digits: $metric', (of, row) => {
    expect(rowOf(of)).toEqual(row);
  });

  test('a limit far below one keeps its digits', () => {
    expect(checkSentence(evaluated.own('mean_squared_error', 4.1e-7, 4.2e-7, 6e-9, 5e-8))).toBe(
      'mean_squared_error is proven not worse by more than 5e−8 (+1.0e−8, 95 % interval 4e−9 to 1.6e−8, lower is better); worse all the same, within what is allowed',
    );
  });

  test('too few clusters are not called too few rows, and more rows of the same are not asked for', () => {
    const few = check({
      id: 'f1',
      status: 'inconclusive',
      reason: 'too-few-rows',
      bounds: [
        bound({
          rule: 'max-regression',
          threshold: -0.005,
          status: 'inconclusive',
          reason: 'too-few-rows',
          note: '7 clusters; at least 10 are needed to know how they differ',
        }),
      ],
    });
    expect(checkSentence(few)).toBe(
      'cannot tell whether f1 is worse by more than 0.5 points: 7 clusters; at least 10 are needed to know how they differ',
    );
    expect(todo([verdict({ status: 'inconclusive', reason: 'too-few-rows', checks: [few] })]).map(phrasePlain)).toEqual(
      ['For quality/f1: only more clusters in eval/golden.parquet can decide.'],
    );
  });
});

describe('looks at the examples', () => {
  test.each<[string, Verdict['reuse']]>([
    [
      '- Look 34 of at most 50 since 2026-09-01: a share is known within 2.1 points after so many looks.',
      evaluated.looks,
    ],
    [
      '- At least look 34 of at most 50 since 2026-09-01: a share is known within 21 points after so many looks.',
      { ...evaluated.looks, atLeast: true, tolerance: 0.214 },
    ],
    [
      '- Look 34 of at most 50 since 2026-09-01: a share of so few rows is not known at all after so many looks.',
      { ...evaluated.looks, tolerance: 1.2 },
    ],
    [
      '- Look 51 since 2026-09-01, where 50 are allowed: a share is known within 2.6 points after so many looks.',
      evaluated.usedUp,
    ],
    [
      '- Looks at these examples are not counted here. Nobody can list them.',
      { atMost: 50, exhausted: false, note: 'Looks at these examples are not counted here. Nobody can list them.' },
    ],
  ])('%s', (line, reuse) => {
    const text = comment([{ ...given.passing, reuse }], context);
    expect(facts(text)).toEqual([line]);
    expect(page([{ ...given.passing, reuse }], context)).toContain(`<dt>Looks</dt><dd>${line.slice(2)}</dd>`);
  });

  test('a gate that is red for its looks alone says so first, and counts right', () => {
    const sentence = 'these examples have judged 51 candidates since 2026-09-01; 50 are allowed; all 3 checks hold';
    expect(headline(evaluated.expired)).toBe(`❌ quality: ${sentence}`);
    expect(title(evaluated.expired)).toBe(sentence);
    expect(decided(evaluated.expired)).toBe(
      '51 looks at the examples, 50 allowed; 48,211 paired rows against champion a1b2c3d (main, 6 days old)',
    );
    const other = { ...given.failing, gate: { id: 'zeta', kind: 'evaluation' } } as const;
    expect(comment([evaluated.expired, other], context)).toContain(`### ❌ \`quality\`: ${sentence}, and 2 more\n`);
  });

  test('beside another gate the looks are listed with what did not pass', () => {
    const other = { ...given.failing, gate: { id: 'alpha', kind: 'evaluation' } } as const;
    const text = comment([evaluated.expired, other], context);
    expect(text).toMatch(/^### ❌ `alpha`: .*, and 2 more$/m);
    expect(text).toContain(
      '\n- ❌ fail: `quality`: these examples have judged 51 candidates since 2026-09-01; 50 are allowed\n',
    );
    expect(terminal([evaluated.expired, other], { width: 200, colour: false })).toContain(
      '\n✗ fail: quality: these examples have judged 51 candidates since 2026-09-01; 50 are allowed\n',
    );
  });

  test('a check that only warns does not hide that the looks made it red', () => {
    const checks = [{ ...given.f1Worse, level: 'warn', status: 'warn' } as const];
    expect(headline({ ...evaluated.expired, checks })).toBe(
      '❌ quality: these examples have judged 51 candidates since 2026-09-01; 50 are allowed, and 1 more',
    );
  });

  test('where a check failed as well, the check comes first and what to do names both', () => {
    const both = { ...given.failing, reuse: evaluated.usedUp };
    expect(headline(both)).toMatch(/^❌ quality: f1 is worse by 1\.9 points/);
    expect(todo([both]).map(phrasePlain)[0]).toBe(
      'quality: draw new examples that nobody has seen for eval/golden.parquet, and keep the present ones for development; a higher looks.at-most only hides that candidates have been fitted to them.',
    );
    expect(todo([both])).toHaveLength(3);
  });
});

describe('where data and champions come from', () => {
  test('a compact line in the comment, whole digests on the page', () => {
    expect(facts(comment([evaluated.drifted], context)).at(-1)).toBe(
      '- Data: `eval/golden.parquet` (DVC, as recorded), `out/model.joblib` (DVC, **not what was recorded**), `data` (`lakefs://flights/main/data` at `e4d909c290d0`); packages: `uv.lock`',
    );
    const html = page([evaluated.drifted], context);
    for (const line of [
      '<dt>Data (DVC)</dt><dd><code>eval/golden.parquet</code> recorded in <code>eval/golden.parquet.dvc</code>, 1.2 MB, <code>md5:c157a79031e1c40f85931829bc5fc552</code>, on disk as recorded</dd>',
      'on disk <strong>not what was recorded</strong></dd>',
      '<dt>Data (lakeFS)</dt><dd><code>data</code> is a copy of <code>lakefs://flights/main/data</code>, commit <code>e4d909c290d0fb1ca068ffaddf22cbd0e4d909c290d0fb1ca068ffaddf22cbd0</code></dd>',
      `<dt>Packages</dt><dd><code>uv.lock</code>, 120.5 kB, <code>sha256:${'8'.repeat(64)}</code></dd>`,
      '<dt>Anchor model</dt><dd>from git, <code>eval/predictions-2025.parquet</code>, commit <code>4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f</code>',
      '<dt>Baseline</dt><dd>from MLflow, <code>models:/delays@champion</code>, version <code>7</code>, which the alias <code>champion</code> named, held by MLflow 3.17.2 at models.example.org, tracking run <code>0a1b2c3d4e5f60718293a4b5c6d7e8f9</code>',
      'tags <code>team=rebooking</code> <code>validated-by=ana</code></dd>',
    ]) {
      expect(html).toContain(line);
    }
  });

  test('many files are counted', () => {
    const lineage = Array.from({ length: 5 }, (_, index) => {
      return { kind: 'lock-file', path: `${index}.lock`, bytes: 1, sha256: '0'.repeat(64) } as const;
    });
    expect(facts(comment([{ ...given.passing, lineage }], context))).toEqual([
      '- Packages: `0.lock`, `1.lock`, `2.lock` and 2 more',
    ]);
  });

  test.each<[string, Verdict['baseline']]>([
    ['champion 4e5f6a7 (main)', { from: 's3', name: 'champions/x/1', commit: '4e5f6a7b8c', branch: 'main' }],
    ['champion bucket/champion.parquet', { from: 's3', name: 'bucket/champion.parquet' }],
    ['champion out/champion.parquet (scored anew)', { from: 'rescore', name: 'out/champion.parquet' }],
    ['champion models:/delays/7 (version 7)', { from: 'mlflow', name: 'models:/delays/7', modelVersion: '7' }],
  ])('%s', (phrase, baseline) => {
    expect(decided({ ...given.passing, baseline })).toBe(`48,211 paired rows against ${phrase}`);
  });

  test('a long name of the anchor does not cut off what is allowed', () => {
    const anchor = { from: 'file', name: 'a/'.repeat(300) } as const;
    expect(headline({ ...evaluated.drifted, anchor })).toMatch(/a…` \(95 % interval 1\.4 to 1\.9\); 1 is allowed$/);
  });

  test('hundreds of checks with all of it keep to the limit of a comment', () => {
    const long = '門'.repeat(300);
    const checks = Array.from({ length: 400 }, (_, index) => ({ ...aucDrifted, id: `auc-${index}` }));
    const lineage = Array.from({ length: 200 }, (_, index) => {
      return { kind: 'lakefs', path: `${long}${index}`, source: long, commit: long } as const;
    });
    const all = { ...evaluated.drifted, checks, lineage, anchor: { from: 'file', name: long } } as const;
    expect(byteLength(comment([all], context))).toBeLessThanOrEqual(commentBudget);
    expect(comment([all], context)).toContain('4 checks must all hold');
  });

  test('names from registries and data are text', () => {
    const nasty = '<img src=x>`|@octocat';
    const html = page(
      [
        {
          ...evaluated.drifted,
          baseline: { from: 'mlflow', name: nasty, registry: nasty, alias: nasty, tags: { [nasty]: nasty } },
          anchor: { from: 'file', name: nasty },
          lineage: [{ kind: 'lakefs', path: nasty, source: nasty, commit: nasty }],
        },
      ],
      context,
    );
    expect(html).not.toContain('<img');
  });
});

describe('advice', () => {
  const quiet = ['proven', 'not-disproven', 'estimate-within-limit', 'within-limit', 'bootstrap', 'not-in-stage'];

  test.each(reasonCodes.filter((reason) => !quiet.includes(reason)))('%s has an advice of its own', (reason) => {
    const message = 'what happened';
    const ofProblem = todo([verdict({ status: 'error', reason, stops: true, problem: { reason, message } })]);
    const ofCheck = todo([verdict({ status: 'fail', reason, checks: [check({ id: 'm', status: 'fail', reason })] })]);
    const steps = [...ofProblem, ...ofCheck].map(phrasePlain);
    expect(steps.filter((step) => !step.endsWith(message)).join('\n')).toMatch(/.{30,}/);
  });

  test.each(quiet)('%s needs none', (reason) => {
    const known = reasonCodes.find((code) => code === reason) ?? 'crash';
    const checks = [check({ id: 'm', status: known === 'bootstrap' ? 'warn' : 'pass', reason: known })];
    expect(todo([verdict({ reason: known, checks })])).toEqual([]);
  });
});
