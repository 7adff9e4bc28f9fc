import { describe, expect, test } from 'vitest';
import { dataRows } from '../src/data-rows.ts';
import { driftColumn, isDataCheck, ruleName } from '../src/data-rule.ts';
import { driftMeasures } from '../src/drift-plot.ts';
import { plotText } from '../src/interval-plot.ts';
import * as given from './data-verdicts.ts';

describe('the name of a rule', () => {
  test.each([
    ['columns.tailnum.pattern', { of: 'tailnum', isColumn: true, rule: 'pattern' }],
    ['columns.a.b.c.range', { of: 'a.b.c', isColumn: true, rule: 'range' }],
    ['columns.tailnum', { of: 'tailnum', isColumn: true, rule: 'column' }],
    ['keys.year+month', { of: 'keys', isColumn: false, rule: 'year+month' }],
    ['rows', { of: 'table', isColumn: false, rule: 'rows' }],
    ['', { of: 'table', isColumn: false, rule: '' }],
  ])('%j', (id, expected) => {
    expect(ruleName({ id })).toEqual(expected);
  });

  test('a column of drift may be called like what is said of it', () => {
    const change = { words: 'x', distance: 0 };
    expect(driftColumn(given.drift('tail.nulls', change))).toBe('tail.nulls');
    expect(driftColumn(given.drift('tail.nulls', { ...change, of: 'nulls' }))).toBe('tail');
  });
});

describe('the rules as reports show them', () => {
  test('a rule that is not asked here neither holds nor fails', () => {
    const skipped = { ...given.holds('columns.label.nullable'), status: 'skipped', reason: 'not-in-stage' } as const;
    const rows = dataRows([given.holds('columns.label.type'), skipped].filter(isDataCheck));
    expect(rows.held).toEqual([
      { status: 'pass', of: 'label', isColumn: true, rules: ['type'] },
      { status: 'skipped', of: 'label', isColumn: true, rules: ['nullable'] },
    ]);
  });

  test('what is only told is told in full', () => {
    const told = given.fact('drift.not-compared', 'values not compared with the profile: `time_hour`', {
      level: 'info',
    });
    const { telling, held } = dataRows([told, given.holds('rows')].filter(isDataCheck));
    expect(telling.map(({ sentence }) => sentence)).toEqual(['values not compared with the profile: `time_hour`']);
    expect(held.map(({ rules }) => rules)).toEqual([['rows']]);
  });

  test('rules of a column stand beside each other, the worst first', () => {
    const fails = (id: string) => given.fact(id, 'x', { status: 'fail' });
    const checks = [
      given.fact('columns.a.range', 'x', { status: 'warn' }),
      fails('columns.a.type'),
      fails('columns.b.type'),
      fails('columns.a.in'),
    ];
    expect(dataRows(checks.filter(isDataCheck)).open.map(({ check }) => check.id)).toEqual([
      'columns.a.type',
      'columns.a.in',
      'columns.b.type',
      'columns.a.range',
    ]);
  });
});

describe('a drawn distance', () => {
  const drawn = (distance: number, half: number, floor: number) => {
    const check = given.drift('x', { words: 'x', distance, interval: [distance - half, distance + half], floor });
    const plot = isDataCheck(check) ? driftMeasures([check]).get(check)?.plot : undefined;
    return plot === undefined ? undefined : plotText(plot);
  };

  test('beyond, undecided, within and far away look different', () => {
    expect(drawn(0.2, 0.05, 0.1)).toMatchInlineSnapshot(`" ├───●───┤  ┊       │ "`);
    expect(drawn(0.1, 0.05, 0.1)).toMatchInlineSnapshot(`" ├─────●──────┤     │ "`);
    expect(drawn(0.04, 0.02, 0.1)).toMatchInlineSnapshot(`"       ┊    ├──●─┤  │ "`);
    expect(drawn(3, 0.02, 0.1)).toMatchInlineSnapshot(`"‹              ┊    │ "`);
  });

  test('an interval that just keeps clear of the limit is drawn and written clear of it', () => {
    expect(drawn(0.2, 0.0999, 0.1)).toMatchInlineSnapshot(`" ├─────●──────┤┊    │ "`);
    const check = given.drift('x', { words: 'x', distance: 0.2, interval: [0.1001, 0.3], floor: 0.1 });
    expect(isDataCheck(check) ? driftMeasures([check]).get(check)?.interval : '').toBe('0.1001 to 0.30, limit 0.1');
  });

  test('a test without a size, and a limit of nothing, are not drawn', () => {
    expect(drawn(0.2, 0.05, 0)).toBeUndefined();
  });
});
