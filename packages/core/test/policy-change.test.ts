import { describe, expect, test } from 'vitest';
import {
  type PolicySide,
  parsePolicy,
  parseWaivers,
  policyChanges,
  policyJsonSchema,
  ruleClasses,
  tightenedPolicy,
} from '../src/index.ts';

const policy = `version: 1
name: flights
examples:
  golden: { table: eval/golden.csv, key: id, label: label, cluster: tail }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: out/p.csv, prediction: predicted }
    champion: { from: git, table: champion/p.csv }
    anchor: { from: file, table: anchor/p.csv }
    looks: { at-most: 50, on-exhausted: fail }
    on-inconclusive: fail
    checks:
      accuracy: { metric: accuracy, max-regression: 0.3pt, at-least: 0.75, level: fail }
      guard: { metric: f1, max-regression: 5%, judged: not-disproven }
      latency: { column: ms, statistic: p95, at-most: 40, better: lower, max-regression: 10% }
  other:
    kind: evaluation
    candidate: { file: out/m.json }
    champion: { from: file, file: champion/m.json }
    checks:
      auc: { metric: auc, at-least: 0.7 }
stages:
  release: { gates: [quality, other], on-inconclusive: hold }
evidence:
  level: witnessed
  refs: [refs/heads/main]
  events: [push]
  max-age: 7d
`;

function side(text: string, waivers = ''): PolicySide {
  const document = parsePolicy(text, 'modelgate.yml');
  return { document, waivers: waivers === '' ? [] : parseWaivers(waivers, 'waivers.yml', document.policy) };
}

/** What comes of replacing pieces of the text above. */
function changes(...replaced: readonly (readonly [string | RegExp, string])[]): string[] {
  let text = policy;
  for (const [from, to] of replaced) {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`${from} is not in the policy`);
    text = next;
  }
  return policyChanges(side(policy), side(text)).map(({ effect, words, where }) => `${where.line} ${effect}: ${words}`);
}

test('every key of the grammar has a class, and no class stands for a key that is gone', () => {
  // the rules of a contract have classes of their own, in data-contracts
  const keys = [...keysOf(policyJsonSchema(), '')].filter((key) => !key.startsWith('gates.*.contract.'));
  expect(keys.toSorted()).toEqual(Object.keys(ruleClasses).toSorted());
});

/** Places of all keys; `*` for a name of the user's. */
function keysOf(schema: unknown, place: string): Set<string> {
  const found = new Set<string>();
  const into = (child: unknown, at: string) => {
    found.add(at);
    for (const key of keysOf(child, at)) found.add(key);
  };
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [word, part] of Object.entries(schema)) {
    if (['anyOf', 'oneOf', 'allOf'].includes(word) && Array.isArray(part)) {
      for (const one of part) for (const key of keysOf(one, place)) found.add(key);
    } else if (word === 'properties') {
      for (const [key, child] of Object.entries(part)) into(child, place === '' ? key : `${place}.${key}`);
    } else if (word === 'additionalProperties' && typeof part === 'object') into(part, `${place}.*`);
  }
  return found;
}

describe('no change', () => {
  test('layout, comments, order and written-out defaults', () => {
    expect(changes([/^/, '# a comment\n'], ['positive: 1', 'positive:   1\n    min-rows: 30'])).toEqual([]);
    expect(changes(['[quality, other]', '[other, quality]'], ['level: fail }', 'judged: proven }'])).toEqual([]);
  });

  test('examples in place instead of by name', () => {
    const inPlace = '{ table: eval/golden.csv, key: id, label: label, cluster: tail }';
    expect(changes(['examples: golden', `examples: ${inPlace}`])).toEqual([]);
  });
});

describe('one change at a time', () => {
  test.each<readonly [string | RegExp, string, string]>([
    // limits
    ['0.3pt', '0.5pt', '17 loosened: `quality/accuracy` margin 0.3pt → 0.5pt'],
    ['0.3pt', '0.1pt', '17 tightened: `quality/accuracy` margin 0.3pt → 0.1pt'],
    ['0.3pt', '0.005', '17 loosened: `quality/accuracy` margin 0.3pt → 0.005'],
    ['0.3pt', '0.001', '17 tightened: `quality/accuracy` margin 0.3pt → 0.001'],
    ['0.3pt', '0.003', '17 changed: `quality/accuracy` margin 0.3pt → 0.003'],
    ['0.3pt', '0.1%', '17 loosened: `quality/accuracy` margin 0.3pt → 0.1%'],
    ['at-least: 0.75', 'at-least: 0.7', '17 loosened: `quality/accuracy` floor 0.75 → 0.7'],
    ['at-least: 0.75', 'at-least: 0.8', '17 tightened: `quality/accuracy` floor 0.75 → 0.8'],
    [', at-least: 0.75', '', '17 loosened: `quality/accuracy` loses its floor of 0.75'],
    ['level: fail', 'max-improvement: 5pt', '17 tightened: `quality/accuracy` gets a most improvement of 5pt'],
    ['at-most: 40', 'at-most: 50', '19 loosened: `quality/latency` ceiling 40 → 50'],
    ['at-most: 40', 'at-most: 30', '19 tightened: `quality/latency` ceiling 40 → 30'],
    [
      'level: fail',
      'max-regression-from-anchor: 1pt',
      '17 loosened: `quality/accuracy` margin from the anchor 0.3pt → 1pt',
    ],
    [
      'level: fail',
      'max-regression-from-anchor: 0.1pt',
      '17 tightened: `quality/accuracy` margin from the anchor 0.3pt → 0.1pt',
    ],
    // how a check decides
    ['level: fail', 'level: warn', '17 loosened: `quality/accuracy` level fail → warn'],
    ['level: fail', 'level: info', '17 loosened: `quality/accuracy` level fail → info'],
    ['level: fail', 'judged: estimate', '17 loosened: `quality/accuracy` judged proven → estimate'],
    ['judged: not-disproven', 'judged: estimate', '18 loosened: `quality/guard` judged not-disproven → estimate'],
    ['judged: not-disproven', 'judged: proven', '18 tightened: `quality/guard` judged not-disproven → proven'],
    [', judged: not-disproven', '', '18 tightened: `quality/guard` judged not-disproven → proven'],
    ['level: fail', 'on-inconclusive: warn', '17 loosened: `quality/accuracy` on-inconclusive not set → warn'],
    ['level: fail', 'on-inconclusive: hold', '17 changed: `quality/accuracy` on-inconclusive not set → hold'],
    ['    on-inconclusive: fail\n', '', '6 loosened: `quality` on-inconclusive fail → not set'],
    // what is measured
    ['metric: f1', 'metric: recall', '18 changed: `quality/guard` metric f1 → recall'],
    ['better: lower', 'better: higher', '19 changed: `quality/latency` better lower → higher'],
    ['positive: 1', 'positive: 0', '9 changed: `quality` positive 1 → 0'],
    ['table: out/p.csv', 'table: out/q.csv', '11 changed: `quality` candidate table out/p.csv → out/q.csv'],
    [
      '{ from: git, table: champion/p.csv }',
      '{ from: recorded }',
      '12 changed: `quality` champion from git → recorded, champion table champion/p.csv → not set',
    ],
    [', cluster: tail', '', '4 loosened: examples `golden` cluster tail → not set'],
    [
      'table: eval/golden.csv',
      'table: eval/small.csv',
      '4 changed: examples `golden` table eval/golden.csv → eval/small.csv',
    ],
    [
      '    examples: golden\n',
      '    examples: { table: e.csv, key: id, label: label, cluster: tail }\n',
      '10 changed: `quality` examples table eval/golden.csv → e.csv',
    ],
    // parts that come and go
    ['    anchor: { from: file, table: anchor/p.csv }\n', '', '6 loosened: `quality` loses its anchor'],
    ['    looks: { at-most: 50, on-exhausted: fail }\n', '', '6 loosened: `quality` loses its budget of looks'],
    ['at-most: 50,', 'at-most: 500,', '14 loosened: `quality` looks at-most 50 → 500'],
    ['on-exhausted: fail', 'on-exhausted: warn', '14 loosened: `quality` looks on-exhausted fail → warn'],
    [/ {6}guard:.*\n/, '', '16 loosened: `quality/guard` is removed'],
    [
      '      latency:',
      '      also: { metric: f1, at-least: 0.1 }\n      latency:',
      '19 tightened: `quality/also` is new',
    ],
    // the others' limits are corrected for one more
    [
      '      latency:',
      '      also: { metric: f1, max-regression: 50%, judged: not-disproven }\n      latency:',
      '19 changed: `quality/also` is new',
    ],
    // the gate
    ['positive: 1', 'positive: 1\n    min-rows: 10', '10 loosened: `quality` min-rows 30 → 10'],
    ['positive: 1', 'positive: 1\n    min-rows: 100', '10 tightened: `quality` min-rows 30 → 100'],
    [
      'candidate: { file: out/m.json }',
      'candidate: { file: out/m.json }\n    min-rows: 9000',
      '23 loosened: `other` min-rows 30 → 9000: with fewer rows nothing stops',
    ],
    [
      'positive: 1',
      'positive: 1\n    on-new-examples: intersect',
      '10 loosened: `quality` on-new-examples error → intersect',
    ],
    ['positive: 1', 'positive: 1\n    correction: none', '10 tightened: `quality` correction holm → none'],
    // the policy
    ['name: flights', 'name: flights\nconfidence: 0.9', '3 loosened: confidence 0.95 → 0.9'],
    ['name: flights', 'name: flights\nconfidence: 0.99', '3 loosened: confidence 0.95 → 0.99'],
    ['name: flights', 'name: trains', '2 changed: name flights → trains: another comment and other check runs'],
    ['name: flights', 'name: flights\nwaivers: w.yml', '3 changed: waivers .modelgate/waivers.yml → w.yml'],
    // stages
    ['[quality, other]', '[quality]', '27 loosened: stage `release` no longer judges `other`'],
    ['on-inconclusive: hold', 'on-inconclusive: pass', '27 loosened: stage `release` on-inconclusive hold → pass'],
    [
      'evidence:',
      '  nightly: { gates: [other] }\nevidence:',
      '28 loosened: stage `nightly` no longer judges `quality`',
    ],
    ['evidence:', '  weekly: { gates: [other] }\nevidence:', '28 changed: stage `weekly` is new'],
    // evidence
    ['level: witnessed', 'level: attested', '29 loosened: evidence level witnessed → attested'],
    ['max-age: 7d', 'max-age: 2w', '32 loosened: evidence max-age 7d → 2w'],
    ['max-age: 7d', 'max-age: 168h', '32 changed: evidence max-age 7d → 168h'],
    ['events: [push]', 'events: [push, schedule]', '31 loosened: evidence events ["push"] → ["push","schedule"]'],
    ['  refs: [refs/heads/main]\n', '', '28 loosened: evidence refs ["refs/heads/main"] → not set'],
    ['max-age: 7d', 'max-age: 7d\n  unsigned: accept', '33 loosened: evidence unsigned refuse → accept'],
    ['max-age: 7d', 'max-age: 7d\n  signed-by: sigstore', '33 loosened: evidence signed-by github → sigstore'],
  ])('%s becomes %s', (from, to, expected) => {
    expect(changes([from, to])).toEqual([expected]);
  });

  test('a gate that is removed takes its stages with it', () => {
    const gone = policy.replace(/ {2}other:.*?(?=stages:)/s, '').replace('[quality, other]', '[quality]');
    expect(policyChanges(side(policy), side(gone)).map(({ effect, words }) => `${effect}: ${words}`)).toEqual([
      'loosened: gate `other` is removed',
    ]);
    expect(policyChanges(side(gone), side(policy)).map(({ effect, words }) => `${effect}: ${words}`)).toEqual([
      'tightened: gate `other` is new',
    ]);
  });

  test('a renamed policy whose champion is recorded begins without one', () => {
    const recorded = policy.replace('{ from: git, table: champion/p.csv }', '{ from: recorded }');
    const renamed = recorded.replace('name: flights', 'name: trains');
    expect(policyChanges(side(recorded), side(renamed)).map(({ effect, words }) => `${effect}: ${words}`)).toEqual([
      'loosened: name flights → trains: another comment and other check runs, and no recorded champion to begin with',
    ]);
  });
});

test('loosened first, tightened last', () => {
  const several = changes(
    ['at-least: 0.75', 'at-least: 0.8'],
    ['metric: f1', 'metric: recall'],
    ['at-most: 40', 'at-most: 50'],
  );
  expect(several.map((line) => line.replace(/^\d+ (\w+).*$/, '$1'))).toEqual(['loosened', 'changed', 'tightened']);
});

describe('waivers', () => {
  const waiver = (check: string, expires: string, owner = 'ann') =>
    `  - { check: ${check}, owner: ${owner}, reason: the sensor is new, expires: ${expires} }\n`;
  const file = (...all: readonly string[]) => `version: 1\nwaivers:\n${all.join('')}`;
  const between = (from: string, to: string) =>
    policyChanges(side(policy, from), side(policy, to)).map(({ effect, words, where }) => {
      return `${where.file}:${where.line} ${effect}: ${words}`;
    });

  test.each([
    [
      '',
      file(waiver('quality/guard', '2027-01-31')),
      'waivers.yml:3 loosened: `quality/guard` is waived until 2027-01-31',
    ],
    [
      file(waiver('quality/guard', '2027-01-31')),
      file(waiver('quality/guard', '2028-01-31')),
      'waivers.yml:3 loosened: `quality/guard` waived until 2027-01-31 → 2028-01-31',
    ],
    [
      file(waiver('quality/guard', '2027-01-31')),
      file(waiver('quality/guard', '2026-12-31')),
      'waivers.yml:3 tightened: `quality/guard` waived until 2027-01-31 → 2026-12-31',
    ],
    [
      file(waiver('quality/guard', '2027-01-31')),
      '',
      'modelgate.yml:1 tightened: `quality/guard` is no longer waived (it was until 2027-01-31)',
    ],
    [
      file(waiver('quality/guard', '2027-01-31')),
      file(waiver('quality/guard', '2027-01-31', 'bob')),
      'waivers.yml:3 changed: `quality/guard` waiver has other words',
    ],
    [
      file(waiver('quality/guard', '2027-01-31')),
      file(waiver('quality/guard', '2026-01-31'), waiver('quality/guard', '2099-01-31')),
      'waivers.yml:4 loosened: `quality/guard` waived until 2027-01-31 → 2099-01-31',
    ],
  ])('%#', (from, to, expected) => {
    expect(between(from, to)).toEqual([expected]);
  });
});

describe('rules on top of a policy', () => {
  const base = parsePolicy(policy, 'modelgate.yml');
  const refused = (rules: string): string => {
    try {
      tightenedPolicy(base, 'quality', rules);
    } catch (error) {
      if (error instanceof Error) return error.message;
    }
    return 'accepted';
  };

  test('may add checks and make known ones stricter; what they do not name stays', () => {
    const rules = 'checks:\n  auc: { metric: roc_auc, at-least: 0.7 }\n  accuracy: { max-regression: 0.1pt }\n';
    const { policy: stricter, document } = tightenedPolicy(base, 'quality', rules);
    const gate = stricter.gates['quality'];
    const checks = gate?.kind === 'evaluation' ? gate.checks : {};
    expect(Object.keys(checks)).toEqual(['accuracy', 'guard', 'latency', 'auc']);
    expect(checks['accuracy']).toMatchObject({
      'max-regression': { value: 0.1, unit: 'points' },
      'at-least': { value: 0.75, unit: 'own' },
    });
    expect(document.locate(['gates', 'quality', 'checks', 'auc'])).toEqual({ file: 'rules input', line: 2, column: 3 });
    expect(document.locate(['gates', 'quality', 'checks', 'guard'])).toMatchObject({ file: 'modelgate.yml', line: 18 });
  });

  test('may repeat what the policy says', () => {
    expect(refused('positive: 1\nchecks: { guard: { metric: f1 } }')).toBe('accepted');
  });

  test.each([
    ['checks: { accuracy: { max-regression: 50pt } }', '`quality/accuracy` margin 0.3pt → 50pt'],
    [
      'checks: { accuracy: { level: info, at-least: 0 }, auc: { metric: roc_auc, at-least: 0 } }',
      '`quality/accuracy` floor 0.75 → 0; `quality/accuracy` level fail → info',
    ],
    [
      'candidate: { table: other.csv }',
      '`quality` candidate table out/p.csv → other.csv, candidate prediction predicted → not set (not stricter)',
    ],
    [
      'examples: { table: e.csv, key: id, label: label, cluster: tail }',
      '`quality` examples table eval/golden.csv → e.csv (not stricter)',
    ],
    [
      'champion: { from: file, table: mine.csv }',
      '`quality` champion from git → file, champion table champion/p.csv → mine.csv (not stricter)',
    ],
    ['min-rows: 5', '`quality` min-rows 30 → 5'],
    ['on-inconclusive: pass', '`quality` on-inconclusive fail → pass'],
    ['checks: { a: { metric: f1, max-regression: 99%, judged: not-disproven } }', '`quality/a` is new (not stricter)'],
  ])('%s is refused with its own words', (rules, listed) => {
    expect(refused(rules)).toBe(`\`rules\` may only make the policy flights stricter, and they do not: ${listed}`);
  });

  test('that do not fit are refused in words of both', () => {
    expect(refused('candidate: { file: m.json }')).toBe(
      '`rules` do not fit the policy flights: `gates.quality.champion`: needs a `file`, as the candidate has one; `gates.quality.champion.table`: is given although the candidate has a `file`: rows and bare metrics cannot be compared; `gates.quality.anchor`: needs a `file`, as the candidate has one; `gates.quality.anchor.table`: is given although the candidate has a `file`: rows and bare metrics cannot be compared; `gates.quality.looks`: counts how often rows are used, and a metrics file has none',
    );
  });

  test.each([
    ['- a', 'rules input: is not a mapping: write the keys of one gate, e.g. "checks:"'],
    ['checks: 3', 'rules input:1:1: `gates.quality.checks`: 3 is not a mapping (key: value lines)'],
    ['chekcs: {}', 'rules input:1:1: unknown key `chekcs`; did you mean `checks`?'],
  ])('%s is no rule', (rules, message) => {
    expect(refused(rules)).toBe(message);
  });
});
