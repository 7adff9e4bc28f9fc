import { type CheckResult, type Reason, reasonCodes, statuses } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import { checkSentence, headline, phrasePlain, title, todo } from '../src/index.ts';
import * as given from './verdicts.ts';

const { bound, check, verdict } = given;
const level = { level: 0.95, method: 'tango' };

describe('check sentences', () => {
  test.each<[string, CheckResult]>([
    ['f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed', given.f1Worse],
    [
      'accuracy is proven not worse by more than 0.5 points (−0.1 points, 95 % interval −0.3 to 0.1)',
      given.accuracyHolds,
    ],
    [
      'cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide',
      given.recallOpen,
    ],
    ['balanced_accuracy is proven at least 0.75 (0.779, 95 % interval 0.774 to 0.785)', given.floorHolds],
    [
      'p95(latency_ms) is proven at most 40 ms (32.2 ms, 95 % interval 31.6 to 32.9); 1 other limit holds too',
      given.latencyTwice,
    ],
  ])('%s', (sentence, of) => {
    expect(checkSentence(of)).toBe(sentence);
  });

  const one = (draft: Partial<CheckResult>, of: Parameters<typeof bound>[0]) => {
    const made = bound(of);
    return checkSentence(check({ id: 'm', status: made.status, reason: made.reason, ...draft, bounds: [made] }));
  };

  test('lower is better: words and the interval turn, the signs do not', () => {
    const latency = { metric: 'latency', better: 'lower', scale: 'own', unit: 'ms' } as const;
    const worse = { rule: 'max-regression', threshold: 0.1, of: 'relative-difference', estimate: 0.143 } as const;
    expect(
      one(latency, {
        ...worse,
        status: 'fail',
        reason: 'margin-exceeded',
        interval: { lower: 0.112, upper: 0.174, ...level },
      }),
    ).toBe('latency is worse by 14 % (95 % interval 11 to 17); 10 % is allowed');
    expect(one(latency, { ...worse, estimate: -0.02, interval: { lower: -0.051, upper: 0.011, ...level } })).toBe(
      'latency is proven not worse by more than 10 % (−2 %, 95 % interval −5 to 1, lower is better)',
    );
  });

  test('worse within the margin is said', () => {
    expect(
      one(
        { metric: 'f1' },
        {
          rule: 'max-regression',
          threshold: -0.01,
          estimate: -0.004,
          interval: { lower: -0.007, upper: -0.001, ...level },
        },
      ),
    ).toBe(
      'f1 is proven not worse by more than 1 point (−0.4 points, 95 % interval −0.7 to −0.1); worse all the same, within what is allowed',
    );
  });

  test('improvements', () => {
    const recall = { metric: 'recall' };
    const asked = { rule: 'min-improvement', threshold: 0, estimate: 0.016 } as const;
    expect(one(recall, { ...asked, interval: { lower: 0.004, upper: 0.028, ...level } })).toBe(
      'recall is proven better (+1.6 points, 95 % interval 0.4 to 2.8)',
    );
    expect(
      one(recall, {
        ...asked,
        estimate: -0.006,
        status: 'fail',
        reason: 'not-improved',
        interval: { lower: -0.011, upper: -0.001, ...level },
      }),
    ).toBe('recall is worse by 0.6 points (95 % interval 0.1 to 1.1); an improvement is asked');
    expect(
      one(recall, {
        ...asked,
        status: 'inconclusive',
        reason: 'interval-spans-limit',
        interval: { lower: -0.004, upper: 0.036, ...level },
      }),
    ).toBe('cannot tell whether recall is better: the interval −0.4 to 3.6 spans the limit');
    expect(
      one(
        { metric: 'roc_auc' },
        {
          rule: 'max-improvement',
          threshold: 0.05,
          estimate: 0.072,
          status: 'fail',
          reason: 'improved-too-much',
          interval: { lower: 0.061, upper: 0.083, ...level },
        },
      ),
    ).toBe('roc_auc is better by 7.2 points (95 % interval 6.1 to 8.3); more than 5 is not plausible: look for a leak');
  });

  test('limits of the candidate alone', () => {
    expect(
      one(
        { metric: 'auc' },
        {
          rule: 'at-least',
          threshold: 0.75,
          estimate: 0.731,
          status: 'fail',
          reason: 'below-limit',
          interval: { lower: 0.722, upper: 0.74, ...level },
        },
      ),
    ).toBe('auc is 0.731 (95 % interval 0.722 to 0.740); at least 0.75 is asked');
    expect(
      one(
        { metric: 'p95(ms)', better: 'lower', scale: 'own', unit: 'ms' },
        { rule: 'at-most', threshold: 40, estimate: 44.1, status: 'fail', reason: 'above-limit' },
      ),
    ).toBe('p95(ms) is 44.1 ms (by the estimate alone); at most 40 ms is allowed');
  });

  test('weak judgements say so', () => {
    expect(
      one(
        { metric: 'f1' },
        {
          rule: 'max-regression',
          threshold: -0.005,
          judged: 'estimate',
          reason: 'estimate-within-limit',
          estimate: -0.001,
        },
      ),
    ).toBe('f1 is worse by 0.1 points; a loss of 0.5 points is allowed (by the estimate alone: nothing is proven)');
    expect(
      one(
        { metric: 'f1' },
        {
          rule: 'max-regression',
          threshold: -0.005,
          judged: 'not-disproven',
          reason: 'not-disproven',
          estimate: -0.002,
          interval: { lower: -0.01, upper: 0.006, ...level },
        },
      ),
    ).toBe('nothing shows that f1 is worse by more than 0.5 points (−0.2 points, 95 % interval −1.0 to 0.6)');
  });

  test.each<[Reason, string]>([
    [
      'too-few-rows',
      'cannot tell whether m is worse by more than 1 point: 24 rows are fewer than a comparison needs; about 6,200 rows would decide',
    ],
    [
      'rare-drop-not-excluded',
      'cannot tell whether m is worse by more than 1 point: no drop was seen in 24 rows, yet a rare drop larger than that is not excluded; about 6,200 rows would decide',
    ],
    [
      'degenerate-variance',
      'cannot tell whether m is worse by more than 1 point: the data do not vary, so no interval can be computed; about 6,200 rows would decide',
    ],
    [
      'unprovable-margin',
      'cannot tell whether m is worse by more than 1 point: 24 rows seldom prove so small a margin; about 6,200 rows would decide',
    ],
  ])('%s', (reason, sentence) => {
    expect(
      one({ rows: 24 }, { rule: 'max-regression', threshold: -0.01, status: 'inconclusive', reason, rowsNeeded: 6183 }),
    ).toBe(sentence);
  });

  test('worse for sure, but by how much is open', () => {
    const interval = { lower: -0.013, upper: -0.004, level: 0.95, method: 'tango' };
    const bound = {
      rule: 'max-regression',
      threshold: -0.01,
      estimate: -0.0085,
      interval,
      status: 'inconclusive',
    } as const;
    expect(one({ rows: 27405 }, { ...bound, reason: 'interval-spans-limit', rowsNeeded: 526750 })).toBe(
      'm is worse by 0.9 points (95 % interval 0.4 to 1.3), but whether by more than 1 point cannot be told; about 530,000 rows would decide',
    );
  });

  test('every status and every reason has a sentence, with and without numbers', () => {
    const rules = ['at-least', 'at-most', 'max-regression', 'min-improvement', 'max-improvement'] as const;
    for (const status of statuses) {
      for (const reason of reasonCodes) {
        const bare = check({ id: 'm', status, reason });
        const bounds = rules.map((rule) => ({ ...bare, bounds: [bound({ rule, threshold: 0.1, status, reason })] }));
        for (const of of [bare, ...bounds]) {
          expect(checkSentence(of)).toMatch(/^[^\n]{8,}$/);
          expect(checkSentence(of)).not.toMatch(/undefined(?! on)|NaN(?! or)|Infinity/);
          const whole = verdict({ status, reason, checks: [of] });
          expect(headline(whole)).not.toMatch(/undefined(?! on)|NaN(?! or)|Infinity/);
          expect([...title(whole)].length).toBeLessThanOrEqual(200);
        }
      }
    }
  });
});

describe('headlines and titles', () => {
  test.each([
    [
      'passing',
      given.passing,
      '✅ quality: 3 of 3 checks hold, 48,211 paired rows',
      '3 of 3 checks hold, 48,211 paired rows',
    ],
    [
      'failing',
      given.failing,
      '❌ quality: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more',
      'f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more',
    ],
    [
      'inconclusive',
      given.inconclusive,
      '❓ quality: cannot tell whether recall is worse by more than 0.5 points: the interval −1.1 to 0.4 spans the limit; about 62,000 rows would decide',
      'cannot tell, needs about 13,000 more rows: recall',
    ],
    [
      'error',
      given.erroneous,
      '⛔ quality: baseline-unreadable: GitHub answered 403 to the list of artifacts',
      'baseline-unreadable: GitHub answered 403 to the list of artifacts',
    ],
    [
      'waived',
      given.waived,
      '✍️ quality: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed; waived by @ana until 2026-12-15',
      'waived by @ana until 2026-12-15: f1',
    ],
    [
      'warned',
      given.warned,
      '⚠️ quality: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed',
      'warning: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed',
    ],
    [
      'bootstrap',
      given.bootstrap,
      '⚠️ quality: nothing was compared for f1: there is no recorded champion yet',
      'nothing was compared: there is no recorded champion yet',
    ],
    [
      'estimate only',
      given.estimateOnly,
      '✅ quality: accuracy is worse by 0.1 points; a loss of 0.5 points is allowed (by the estimate alone: nothing is proven)',
      'accuracy is worse by 0.1 points; a loss of 0.5 points is allowed (by the estimate alone: nothing is proven)',
    ],
    [
      'skipped',
      given.notNow,
      '➖ nightly-slices: not meant for stage pull-request',
      'not meant for stage pull-request',
    ],
  ])('%s', (_, of, line, short) => {
    expect(headline(of)).toBe(line);
    expect(title(of)).toBe(short);
  });
});

describe('what to do', () => {
  const lines = (...of: Parameters<typeof todo>[0]) => todo(of).map(phrasePlain);

  test('nothing where nothing failed', () => {
    expect(lines(given.passing, given.waived, given.bootstrap, given.notNow)).toEqual([]);
  });

  test('by reason, with the names of the policy', () => {
    expect(lines(given.failing)).toEqual([
      'Mend quality/f1, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.',
      'For quality/recall: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows).',
    ]);
  });

  test('what stops the whole gate is told once, not again with each of its checks', () => {
    const reason = 'not-finite' as const;
    const problem = { reason, message: 'The candidate table out/p.csv: column "p" holds 1 value that is NaN' };
    const checks = ['a', 'b'].map((id) => given.check({ id, status: 'error', reason }));
    expect(lines(given.verdict({ status: 'error', reason, stops: true, problem, checks }))).toHaveLength(1);
  });

  test('a margin too small for the rows is told beside the one that they can prove', () => {
    const bound = given.recallOpen.bounds.map((one) => ({
      ...one,
      reason: 'unprovable-margin' as const,
      detectable: 0.0107,
    }));
    const checks = [{ ...given.recallOpen, reason: 'unprovable-margin' as const, bounds: bound }];
    expect(lines(verdict({ status: 'inconclusive', reason: 'unprovable-margin', checks }))).toEqual([
      'For quality/recall: more rows in eval/golden.parquet would decide, about 62,000 in all (now 48,211 rows); of equal models, these rows can mostly prove 1.1 points.',
    ]);
  });

  test("a problem's own advice is shown, and the usual one where it has none", () => {
    expect(lines(given.erroneousCheck)).toEqual(['quality/latency: did you mean latency_ms?']);
    const expired = { reason: 'waiver-expired', message: 'the waiver of f1 ended on 2026-11-01' } as const;
    expect(lines(verdict({ status: 'error', reason: 'waiver-expired', problem: expired }))[0]).toBe(
      'quality: mend the check, or renew the waiver with a new end date',
    );
  });

  test('many checks with one reason are one line', () => {
    const checks = Array.from({ length: 9 }, (_, index) => ({ ...given.f1Worse, id: `f1-${index}` }));
    expect(lines(verdict({ status: 'fail', reason: 'margin-exceeded', stops: true, checks }))[0]).toBe(
      'Mend quality/f1-0, quality/f1-1, quality/f1-2, quality/f1-3, and 5 more, or, if this is intended, write a waiver: it needs an owner, a reason and an end date.',
    );
  });
});
