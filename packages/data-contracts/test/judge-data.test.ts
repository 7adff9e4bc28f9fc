import type { Tolerance } from '@modelgate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DataRules, judgeMeasurement } from '../src/judge-data.ts';
import type { Counted, DataMeasurement, Found, Measured } from '../src/measurement.ts';

const whole: DataRules = {
  onInconclusive: 'warn',
  waivers: [],
  now: new Date('2026-11-22T12:00:00Z'),
  confidence: 0.95,
  sampledFrom: undefined,
  rows: 336_776,
  drift: 'not-disproven',
};
const sample: DataRules = { ...whole, sampledFrom: 336_776, rows: 16_839 };

const none: Tolerance = { atMost: { value: 0, unit: 'rows' } };
const onePercent: Tolerance = { atMost: { value: 0.01, unit: 'share' } };

function judge(found: Found, rules = whole, more: Partial<DataMeasurement> = {}) {
  const { check, stops } = judgeMeasurement({ id: 'rule', path: ['rule'], level: 'fail', ...more, found }, rules);
  return { status: check.status, reason: check.reason, words: check.data?.words, stops, check };
}

function counted(failing: number, of: number, allowed = none, more: Partial<Counted> = {}): Counted {
  const breaks = '`tailnum` does not match';
  return { kind: 'counted', breaks, failing, of, unit: 'row', allowed, sampleShows: 'share', ...more };
}

describe('rows of a whole table', () => {
  test.each([
    [
      counted(7052, 336_776, onePercent),
      'fail rule-broken',
      '`tailnum` does not match in 2.1 % of rows (7,052 of 336,776); 1 % is allowed',
    ],
    [counted(0, 336_776), 'pass within-limit', '`tailnum` does not match in none of 336,776 rows'],
    [
      counted(1, 336_776),
      'fail rule-broken',
      '`tailnum` does not match in < 0.001 % of rows (1 of 336,776); none is allowed',
    ],
    // a share of a hundred is 1, and 1 of 100 keeps it
    [counted(1, 100, onePercent), 'pass within-limit', '`tailnum` does not match in 1 % of rows (1 of 100)'],
    [
      counted(2, 100, onePercent),
      'fail rule-broken',
      '`tailnum` does not match in 2 % of rows (2 of 100); 1 % is allowed',
    ],
    [
      counted(3, 100, { atMost: { value: 5, unit: 'rows' }, warnOver: { value: 2, unit: 'rows' } }),
      'warn warning-limit',
      '`tailnum` does not match in 3 % of rows (3 of 100); warned of over 2 rows',
    ],
    [
      counted(6, 100, { atMost: { value: 5, unit: 'rows' } }),
      'fail rule-broken',
      '`tailnum` does not match in 6 % of rows (6 of 100); 5 rows are allowed',
    ],
    [
      counted(24, 100, none, { breaks: 'key (id) is shared', extra: '12 keys occur more than once', unit: 'row' }),
      'fail rule-broken',
      'key (id) is shared in 24 % of rows (24 of 100); none is allowed; 12 keys occur more than once',
    ],
    [
      counted(3, 100, none, { suppressBelow: 5 }),
      'fail rule-broken',
      '`tailnum` does not match in fewer than 5 of 100 rows; none is allowed',
    ],
    [
      counted(0, 0),
      'inconclusive too-few-rows',
      '`tailnum` does not match: there was no row to look at, so nothing is shown',
    ],
    [
      counted(2, 3, none, { unit: 'class' }),
      'fail rule-broken',
      '`tailnum` does not match in 66.7 % of classes (2 of 3); none is allowed',
    ],
  ])('%o', (found, outcome, words) => {
    const { status, reason, words: told } = judge(found);
    expect([`${status} ${reason}`, told]).toEqual([outcome, words]);
  });

  test('a suppressed count is nowhere in the verdict', () => {
    const { check } = judge(counted(3, 100, none, { suppressBelow: 5 }));
    expect(check.data).toMatchObject({ kind: 'counted', suppressedBelow: 5, of: 100 });
    expect(check.data).not.toHaveProperty('failing');
  });

  test('a level softens a failure, a waiver lets it pass until its day, and neither hides what could not be measured', () => {
    expect(judge(counted(1, 10), whole, { level: 'warn' })).toMatchObject({ status: 'warn', stops: false });
    const where = { file: 'waivers.yml', line: 2, column: 3 };
    const waiver = { gate: 'g', check: 'rule', owner: 'ann', reason: 'known', expires: '2026-11-22', where };
    expect(judge(counted(1, 10), { ...whole, waivers: [waiver] })).toMatchObject({ status: 'waived', stops: false });
    const gone: Found = { kind: 'unmeasured', reason: 'file-missing', words: 'there is no file' };
    expect(judge(gone, { ...whole, waivers: [waiver] }, { level: 'info' })).toMatchObject({
      status: 'error',
      stops: true,
      reason: 'file-missing',
    });
  });
});

describe('rows of a sample', () => {
  test.each([
    [
      counted(0, 16_839),
      'inconclusive sample-cannot-tell',
      '`tailnum` does not match in none of 16,839 rows of a sample, so up to 0.022 % of all; none is allowed',
    ],
    [
      counted(1, 16_839),
      'fail rule-broken',
      '`tailnum` does not match in 0.0059 % of rows (1 of 16,839) of a sample; none is allowed',
    ],
    [
      counted(100, 16_839, onePercent),
      'pass within-limit',
      '`tailnum` does not match in 0.59 % of rows (100 of 16,839) of a sample, so 0.48 % to 0.72 % of all',
    ],
    [
      counted(160, 16_839, onePercent),
      'inconclusive sample-cannot-tell',
      '`tailnum` does not match in 0.95 % of rows (160 of 16,839) of a sample, so 0.81 % to 1.1 % of all; 1 % is allowed',
    ],
    [
      counted(400, 16_839, onePercent),
      'fail rule-broken',
      '`tailnum` does not match in 2.4 % of rows (400 of 16,839) of a sample; 2.2 % to 2.6 % of all, and 1 % is allowed',
    ],
    [
      counted(0, 16_839, onePercent, { sampleShows: 'presence' }),
      'inconclusive sample-cannot-tell',
      '`tailnum` does not match in none of 16,839 rows of a sample: what the other rows hold, or match, a sample cannot show',
    ],
    [
      counted(2, 16_839, none, { sampleShows: 'presence' }),
      'fail rule-broken',
      '`tailnum` does not match in 0.012 % of rows (2 of 16,839) of a sample; none is allowed',
    ],
  ])('%o', (found, outcome, words) => {
    const { status, reason, words: told } = judge(found, sample);
    expect([`${status} ${reason}`, told]).toEqual([outcome, words]);
  });

  test('of nothing allowed a sample never shows that it holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (of) => {
        expect(judge(counted(0, of), { ...sample, rows: of, sampledFrom: of * 2 }).status).toBe('inconclusive');
      }),
    );
  });

  test('what a sample shows is what the whole comes to, but for one in twenty at most', () => {
    // a table of 20,000 rows, a twentieth of which break the rule, and limits around that
    const rows = 2000;
    let wrong = 0;
    let decided = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      let failing = 0;
      let state = seed * 2_654_435_761 + 1;
      for (let row = 0; row < rows; row += 1) {
        state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
        if ((state >>> 8) / 2 ** 24 < 0.05) failing += 1;
      }
      const { status } = judge(counted(failing, rows, { atMost: { value: 0.05, unit: 'share' } }), {
        ...sample,
        rows,
        sampledFrom: 20_000,
      });
      if (status !== 'inconclusive') decided += 1;
      // the truth lies on the limit: whatever is decided is wrong in half of the cases at most
      if (status === 'fail') wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(20);
    expect(decided).toBeLessThanOrEqual(40);
  });
});

describe('a number', () => {
  const mean = (value: number | undefined, more: Partial<Measured> = {}): Measured => ({
    kind: 'number',
    what: 'mean of `dep_delay`',
    value,
    limits: { atLeast: 5, atMost: 25 },
    ...more,
  });

  test.each([
    [mean(12.639), 'pass within-limit', 'mean of `dep_delay` is 12.639; 5 to 25 is allowed'],
    [mean(25), 'pass within-limit', 'mean of `dep_delay` is 25; 5 to 25 is allowed'],
    [mean(25.001), 'fail above-limit', 'mean of `dep_delay` is 25.001; 5 to 25 is allowed'],
    [mean(-1), 'fail below-limit', 'mean of `dep_delay` is -1; 5 to 25 is allowed'],
    [
      mean(22, { warn: { atMost: 20 } }),
      'warn warning-limit',
      'mean of `dep_delay` is 22; beyond at most 20 the contract warns',
    ],
    [mean(undefined), 'error metric-undefined', 'mean of `dep_delay`: there is none, for no row has a finite value'],
    [
      mean(undefined, { rows: 0 }),
      'error metric-undefined',
      'mean of `dep_delay`: there is none, for no row that it looks at has a value',
    ],
    [
      mean(undefined, { rows: 3 }),
      'error metric-undefined',
      'mean of `dep_delay`: there is none, for NaN or infinity is among its values',
    ],
    [
      mean(12, { unit: 'minutes' }),
      'pass within-limit',
      'mean of `dep_delay` is 12 minutes; 5 to 25 minutes is allowed',
    ],
    [mean(12, { approximate: true }), 'pass within-limit', 'mean of `dep_delay` is about 12; 5 to 25 is allowed'],
  ])('%o', (found, outcome, words) => {
    const { status, reason, words: told } = judge(found);
    expect([`${status} ${reason}`, told]).toEqual([outcome, words]);
  });

  test.each([
    [mean(12, { standardError: 1 }), 'pass within-limit'],
    [mean(12, { standardError: 5 }), 'inconclusive sample-cannot-tell'],
    [mean(40, { standardError: 5 }), 'fail above-limit'],
    [mean(-20, { standardError: 5 }), 'fail below-limit'],
    [mean(12), 'inconclusive sample-cannot-tell'],
    // known of the whole, whatever was looked at
    [mean(12, { standardError: 0 }), 'pass within-limit'],
  ])('of a sample: %o', (found, outcome) => {
    const { status, reason } = judge(found, sample);
    expect(`${status} ${reason}`).toBe(outcome);
  });

  test('of a sample its interval is told', () => {
    const { check, words } = judge(mean(12, { standardError: 1 }), sample);
    expect(words).toBe('mean of `dep_delay` is 12 in a sample, so 10.04 to 13.96 of all rows');
    expect(check.data).toMatchObject({
      kind: 'number',
      interval: [expect.closeTo(10.04, 3), expect.closeTo(13.96, 3)],
    });
  });
});

test('what these rows cannot say is undecided; what could not be measured is an error', () => {
  const told = (['sample-cannot-tell', 'too-few-rows', 'query-failed', 'column-missing'] as const).map(
    (reason) => judge({ kind: 'unmeasured', reason, words: 'so it is' }).status,
  );
  expect(told).toEqual(['inconclusive', 'inconclusive', 'error', 'error']);
});

describe('a fact', () => {
  test('stands or stops, with what would mend it', () => {
    expect(judge({ kind: 'fact', holds: true, words: 'there are 11 columns' })).toMatchObject({ status: 'pass' });
    const missing: Found = {
      kind: 'fact',
      holds: false,
      words: 'there is no column `tailnum`',
      how: 'is it the column `tail_num`?',
    };
    expect(judge(missing)).toMatchObject({
      status: 'fail',
      reason: 'columns-differ',
      words: 'there is no column `tailnum` (is it the column `tail_num`?)',
    });
  });
});

describe('drift', () => {
  const drifted = (status: 'drifted' | 'not-drifted' | 'inconclusive' | 'error', reason: string): Found => ({
    kind: 'drift',
    drift: {
      column: 'dep_delay',
      of: 'values',
      status,
      reason: reason as 'above-floor',
      words: 'moved',
    },
    rows: [7061, 6751],
  });

  test.each([
    ['drifted', 'above-floor', 'fail drifted', 'fail drifted'],
    ['not-drifted', 'below-floor', 'pass proven', 'pass proven'],
    // there is an interval, and it shows no drift
    ['inconclusive', 'bounds-span-floor', 'pass not-disproven', 'inconclusive drift-undecided'],
    // there is nothing to go by
    ['inconclusive', 'too-few-rows', 'inconclusive drift-undecided', 'inconclusive drift-undecided'],
    ['error', 'bins-differ', 'error profile-unusable', 'error profile-unusable'],
    ['error', 'comparator-type', 'error contract-invalid', 'error contract-invalid'],
  ] as const)('%s, %s', (status, reason, notDisproven, proven) => {
    const outcomes = (['not-disproven', 'proven'] as const).map((judged) => {
      const outcome = judge(drifted(status, reason), { ...whole, drift: judged });
      return `${outcome.status} ${outcome.reason}`;
    });
    expect(outcomes).toEqual([notDisproven, proven]);
  });
});
