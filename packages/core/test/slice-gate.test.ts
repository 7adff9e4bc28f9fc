import { describe, expect, test } from 'vitest';
import { PolicyError, parsePolicy, parseWaivers, policyChanges, tightenedPolicy } from '../src/index.ts';

const policy = `version: 1
name: flights
examples:
  golden: { table: eval/golden.csv, key: id, label: label }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: out/p.csv, prediction: predicted }
    champion: { from: git, table: champion/p.csv }
    checks: { accuracy: { metric: accuracy, max-regression: 1pt } }
  metrics:
    kind: evaluation
    candidate: { file: out/m.json }
    champion: { from: file, file: champion/m.json }
    checks: { auc: { metric: auc, at-least: 0.7 } }
  groups:
    kind: slices
    of: quality
    by:
      carrier: { column: carrier, values: [AA, AS] }
      route: [origin, dest]
      distance: { column: distance, bins: [500, 1000] }
      long-haul: { where: "distance > 2000" }
    checks:
      worse: { metric: f1, each: { max-regression: 2pt }, slices: [carrier, distance], require: [carrier=AS, carrier=AA] }
      floor: { metric: f1, each: { at-least: 0.6 } }
      most: { metric: f1, improved-share: 80% }
      parity: { metric: demographic_parity, across: carrier, max-difference: 10pt, min-ratio: 0.8, ratchet: 1pt }
      odds: { metric: equalized_odds, across: carrier, control: distance, max-difference: 10pt }
`;

const edited = (from: string, to: string) => {
  if (!policy.includes(from)) throw new Error(`${from} is not in the policy`);
  return policy.replace(from, to);
};

function problems(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.map(({ message, where }) => `${where.line}: ${message}`);
    throw error;
  }
  return [];
}

describe('a gate of kind slices', () => {
  const { policy: read } = parsePolicy(policy, 'modelgate.yml');

  test('has one way of writing each division, and its defaults', () => {
    expect(read.gates['groups']).toMatchObject({
      kind: 'slices',
      of: 'quality',
      by: {
        carrier: { column: 'carrier', values: ['AA', 'AS'], missing: 'group' },
        route: { columns: ['origin', 'dest'], missing: 'group' },
        distance: { column: 'distance', bins: [500, 1000], missing: 'group' },
        'long-haul': { where: 'distance > 2000', missing: 'group' },
      },
      'min-rows': 30,
      'at-most': 200,
      correction: 'holm',
      'suppress-below': 5,
      checks: { most: { 'improved-share': 0.8 } },
    });
  });

  test('a list of one column is that column', () => {
    const one = parsePolicy(edited('[origin, dest]', '[origin]'), 'modelgate.yml').policy.gates['groups'];
    expect(one?.kind === 'slices' && one.by['route']).toEqual({ column: 'origin', missing: 'group' });
  });

  test('a waiver may name one of its checks', () => {
    const text = (check: string) =>
      `version: 1\nwaivers:\n  - { check: ${check}, owner: ann, reason: 'known for now', expires: 2026-12-31 }\n`;
    expect(parseWaivers(text('groups/worse'), 'w.yml', read)).toMatchObject([{ gate: 'groups', check: 'worse' }]);
    expect(problems(() => parseWaivers(text('groups/wrose'), 'w.yml', read))).toEqual([
      '3: "groups/wrose" is not a check of this policy',
    ]);
  });
});

test.each([
  // what is divided
  ['of: quality', 'of: qualty', '21: `gates.groups.of`: "qualty" is not a gate of this policy; did you mean quality?'],
  [
    'of: quality',
    'of: groups',
    '21: `gates.groups.of`: "groups" is a gate of kind slices: groups are made of the rows of a gate of kind evaluation; known: quality, metrics',
  ],
  ['of: quality', 'of: metrics', '21: `gates.groups.of`: "metrics" judges a metrics file, which has no rows to divide'],
  // how it is divided
  [
    '{ where: "distance > 2000" }',
    '{ where: "distance > 2000", column: distance }',
    '26: `gates.groups.by.long-haul`: needs exactly one of `column`, `columns` and `where`',
  ],
  [
    '{ where: "distance > 2000" }',
    '{}',
    '26: `gates.groups.by.long-haul`: needs exactly one of `column`, `columns` and `where`',
  ],
  [
    '{ where: "distance > 2000" }',
    '3',
    '26: `gates.groups.by.long-haul`: is neither a column, a list of columns, nor a mapping with `column`, `columns` or `where`',
  ],
  [
    '[500, 1000]',
    '[1000, 500]',
    '25: `gates.groups.by.distance.bins`: bins overlap: edges must ascend, each larger than the one before',
  ],
  [
    '[500, 1000]',
    '{ short: [null, 500], middle: [400, 1000] }',
    '25: `gates.groups.by.distance.bins.middle`: bins "short" and "middle" overlap: each value belongs to one group',
  ],
  [
    '[500, 1000]',
    '{ short: [500, 500] }',
    '25: `gates.groups.by.distance.bins.short`: is empty: a bin goes [from, to], from below to',
  ],
  ['{ column: distance, bins', '{ where: a, bins', '25: `gates.groups.by.distance.bins`: divide a `column`'],
  ['[AA, AS]', '[]', '23: `gates.groups.by.carrier.values`: is empty'],
  // what is asked of the groups
  [
    'across: carrier, max-difference: 10pt, min-ratio',
    'across: carier, max-difference: 10pt, min-ratio',
    '31: `gates.groups.checks.parity.across`: "carier" is not an entry of `by`; there: carrier, route, distance, long-haul',
  ],
  [
    'slices: [carrier, distance]',
    'slices: [carrier, hour]',
    '28: `gates.groups.checks.worse.slices.1`: "hour" is not an entry of `by`; there: carrier, route, distance, long-haul',
  ],
  [
    'across: carrier, max-difference: 10pt, min-ratio',
    'across: long-haul, max-difference: 10pt, min-ratio',
    '31: `gates.groups.checks.parity.across`: is one group: a difference needs at least two',
  ],
  [
    'control: distance',
    'control: carrier',
    '32: `gates.groups.checks.odds.control`: is what is compared: control for another entry of `by`',
  ],
  [
    'max-difference: 10pt, min-ratio',
    'max-difference: 10%, min-ratio',
    '31: `gates.groups.checks.parity.max-difference`: is a difference of two groups: write points, 10pt, or a number in the own unit of the metric; for a quotient there is `min-ratio`',
  ],
  [
    'each: { at-least: 0.6 }',
    'each: { at-least: 0.6, max-regression: 1pt }',
    '29: `gates.groups.checks.floor.each`: needs exactly one of max-regression, at-least and at-most',
  ],
  [
    'each: { at-least: 0.6 }',
    'why: so',
    '29: `gates.groups.checks.floor`: shows nothing: give it `each`, `improved-share` or `across`',
  ],
  [
    'improved-share: 80%',
    'improved-share: 80%, require: [a]',
    '30: `gates.groups.checks.most.require`: goes with `each`',
  ],
  [
    'metric: f1, improved-share: 80%',
    'metric: equalized_odds, improved-share: 80%',
    '30: `gates.groups.checks.most.metric`: equalized_odds compares groups: it goes with `across`',
  ],
  ['improved-share: 80%', 'improved-share: 0%', '30: `gates.groups.checks.most.improved-share`: asks for nothing'],
  ['improved-share: 80%', 'improved-share: 0', '30: `gates.groups.checks.most.improved-share`: asks for nothing'],
  // names
  ['distance: { column', '__proto__: { column', '25: `__proto__` is no usable name: choose another one'],
  ['parity: { metric', '__proto__: { metric', '31: `__proto__` is no usable name: choose another one'],
  ['of: quality', 'off: quality', '21: unknown key `off`; did you mean `of`?'],
])('%s → %s is a mistake', (from, to, expected) => {
  expect(problems(() => parsePolicy(edited(from, to), 'modelgate.yml'))).toContain(expected);
});

describe('what a change does to the rules', () => {
  const changes = (...replaced: readonly (readonly [string, string])[]) => {
    const text = replaced.reduce((all, [from, to]) => {
      if (!all.includes(from)) throw new Error(`${from} is not in the policy`);
      return all.replace(from, to);
    }, policy);
    return policyChanges(
      { document: parsePolicy(policy, 'modelgate.yml'), waivers: [] },
      { document: parsePolicy(text, 'modelgate.yml'), waivers: [] },
    ).map(({ effect, words, where }) => `${where.line} ${effect}: ${words}`);
  };
  const gate = (line: string) => [['    of: quality\n', `    of: quality\n    ${line}\n`]] as const;

  test.each<readonly [string, readonly (readonly [string, string])[], string]>([
    // how many groups are looked at
    ['more rows', gate('min-rows: 100'), '22 loosened: `groups` min-rows 30 → 100: fewer groups are tested'],
    ['fewer rows', gate('min-rows: 10'), '22 changed: `groups` min-rows 30 → 10: more groups are tested'],
    ['a lower cap', gate('at-most: 50'), '22 loosened: `groups` most groups 200 → 50: fewer groups are judged'],
    ['a higher cap', gate('at-most: 500'), '22 changed: `groups` most groups 200 → 500: more groups are judged'],
    ['no correction', gate('correction: none'), '22 tightened: `groups` correction holm → none'],
    ['suppression', gate('suppress-below: 20'), '22 changed: `groups` suppress-below 5 → 20'],
    ['a search', gate('discover: { columns: [hour] }'), '22 changed: `groups` gets a search for weak groups'],
    ['softer where undecided', gate('on-inconclusive: pass'), '22 loosened: `groups` on-inconclusive not set → pass'],
    // which
    ['an entry less', [['      route: [origin, dest]\n', '']], '22 loosened: `groups` by `route` is removed'],
    ['an entry more', [['      route:', '      hour: hour\n      route:']], '24 changed: `groups` by `hour` is new'],
    [
      'other columns',
      [['[origin, dest]', '[origin, tail]']],
      '24 loosened: `groups` by `route` columns ["origin","dest"] → ["origin","tail"]',
    ],
    [
      'another condition',
      [['distance > 2000', 'distance > 3000']],
      '26 loosened: `groups` by `long-haul` where distance > 2000 → distance > 3000',
    ],
    [
      'other bins',
      [['[500, 1000]', '[1000]']],
      '25 loosened: `groups` by `distance` division into bins [500,1000] → [1000]',
    ],
    [
      'more bins',
      [['[500, 1000]', '[500, 800, 1000]']],
      '25 loosened: `groups` by `distance` division into bins [500,1000] → [500,800,1000]',
    ],
    ['a value less', [['[AA, AS]', '[AA]']], '23 loosened: `groups` by `carrier` values ["AA","AS"] → ["AA"]'],
    [
      'a value more',
      [['[AA, AS]', '[AA, AS, UA]']],
      '23 tightened: `groups` by `carrier` values ["AA","AS"] → ["AA","AS","UA"]',
    ],
    [
      'values by other values',
      [['[AA, AS]', '[AA, UA]']],
      '23 loosened: `groups` by `carrier` values ["AA","AS"] → ["AA","UA"]',
    ],
    [
      'values in another order',
      [['[AA, AS]', '[AS, AA]']],
      '23 changed: `groups` by `carrier` values ["AA","AS"] → ["AS","AA"]',
    ],
    [
      'missing left out',
      [['values: [AA, AS]', 'values: [AA, AS], missing: leave-out']],
      '23 loosened: `groups` by `carrier` missing group → leave-out',
    ],
    [
      'missing is an error',
      [['values: [AA, AS]', 'values: [AA, AS], missing: error']],
      '23 tightened: `groups` by `carrier` missing group → error',
    ],
    // what is asked of each
    [
      'a wider margin',
      [['max-regression: 2pt', 'max-regression: 3pt']],
      '28 loosened: `groups/worse` margin per group 2pt → 3pt',
    ],
    [
      'a narrower margin',
      [['max-regression: 2pt', 'max-regression: 0.01']],
      '28 tightened: `groups/worse` margin per group 2pt → 0.01',
    ],
    [
      'another unit',
      [['max-regression: 2pt', 'max-regression: 1%']],
      '28 loosened: `groups/worse` margin per group 2pt → 1%',
    ],
    ['a lower floor', [['at-least: 0.6', 'at-least: 0.5']], '29 loosened: `groups/floor` floor per group 0.6 → 0.5'],
    ['a higher floor', [['at-least: 0.6', 'at-least: 0.7']], '29 tightened: `groups/floor` floor per group 0.6 → 0.7'],
    [
      'fewer entries',
      [['slices: [carrier, distance]', 'slices: [carrier]']],
      '28 loosened: `groups/worse` slices ["carrier","distance"] → ["carrier"]',
    ],
    [
      'all entries',
      [['slices: [carrier, distance], ', '']],
      '28 changed: `groups/worse` slices ["carrier","distance"] → not set',
    ],
    [
      'not all entries',
      [['at-least: 0.6 }', 'at-least: 0.6 }, slices: [carrier]']],
      '29 loosened: `groups/floor` slices not set → ["carrier"]',
    ],
    [
      'all entries by name',
      [['at-least: 0.6 }', 'at-least: 0.6 }, slices: [carrier, route, distance, long-haul]']],
      '29 changed: `groups/floor` slices not set → ["carrier","route","distance","long-haul"]',
    ],
    [
      'one demanded less',
      [['require: [carrier=AS, carrier=AA]', 'require: [carrier=AS]']],
      '28 loosened: `groups/worse` require ["carrier=AS","carrier=AA"] → ["carrier=AS"]',
    ],
    [
      'none demanded',
      [[', require: [carrier=AS, carrier=AA]', '']],
      '28 loosened: `groups/worse` require ["carrier=AS","carrier=AA"] → not set',
    ],
    [
      'one demanded more',
      [['at-least: 0.6 }', 'at-least: 0.6 }, require: [long-haul]']],
      '29 tightened: `groups/floor` require not set → ["long-haul"]',
    ],
    ['a smaller share', [['80%', '50%']], '30 loosened: `groups/most` share of improved groups 0.8 → 0.5'],
    ['a larger share', [['80%', '0.9']], '30 tightened: `groups/most` share of improved groups 0.8 → 0.9'],
    // how it is judged
    [
      'the default',
      [['at-least: 0.6 }', 'at-least: 0.6 }, judged: proven']],
      '29 tightened: `groups/floor` judged not set → proven',
    ],
    [
      'an estimate',
      [['at-least: 0.6 }', 'at-least: 0.6 }, judged: estimate']],
      '29 loosened: `groups/floor` judged not set → estimate',
    ],
    [
      'of each, only what is beyond the margin',
      [['at-least: 0.6 }', 'at-least: 0.6 }, judged: not-disproven']],
      '29 loosened: `groups/floor` judged not set → not-disproven',
    ],
    [
      'not disproven',
      [['min-ratio: 0.8', 'min-ratio: 0.8, judged: not-disproven']],
      '31 loosened: `groups/parity` judged proven → not-disproven',
    ],
    [
      'a warning',
      [['improved-share: 80%', 'improved-share: 80%, level: warn']],
      '30 loosened: `groups/most` level fail → warn',
    ],
    [
      'undecided passes',
      [['improved-share: 80%', 'improved-share: 80%, on-inconclusive: pass']],
      '30 loosened: `groups/most` on-inconclusive not set → pass',
    ],
    // how far groups may lie apart
    [
      'a larger difference',
      [['max-difference: 10pt, min', 'max-difference: 20pt, min']],
      '31 loosened: `groups/parity` largest difference of groups 10pt → 20pt',
    ],
    [
      'a smaller difference',
      [['max-difference: 10pt, min', 'max-difference: 0.05, min']],
      '31 tightened: `groups/parity` largest difference of groups 10pt → 0.05',
    ],
    [
      'no difference',
      [['max-difference: 10pt, min', 'min']],
      '31 loosened: `groups/parity` loses its largest difference of groups of 10pt',
    ],
    [
      'a smaller ratio',
      [['min-ratio: 0.8', 'min-ratio: 0.7']],
      '31 loosened: `groups/parity` least ratio of groups 0.8 → 0.7',
    ],
    [
      'a larger ratio',
      [['min-ratio: 0.8', 'min-ratio: 0.9']],
      '31 tightened: `groups/parity` least ratio of groups 0.8 → 0.9',
    ],
    ['no ratio', [['min-ratio: 0.8, ', '']], '31 loosened: `groups/parity` least ratio of groups 0.8 → not set'],
    [
      'a wider ratchet',
      [['ratchet: 1pt', 'ratchet: 2pt']],
      '31 loosened: `groups/parity` widening of the difference 1pt → 2pt',
    ],
    [
      'a narrower ratchet',
      [['ratchet: 1pt', 'ratchet: 0']],
      '31 tightened: `groups/parity` widening of the difference 1pt → 0',
    ],
    [
      'other groups',
      [['across: carrier, max-difference: 10pt, min', 'across: route, max-difference: 10pt, min']],
      '31 loosened: `groups/parity` across carrier → route',
    ],
    ['no control', [[', control: distance', '']], '32 loosened: `groups/odds` control distance → not set'],
    [
      'a control',
      [['min-ratio: 0.8', 'min-ratio: 0.8, control: distance']],
      '31 loosened: `groups/parity` control not set → distance',
    ],
    [
      'the mean of two',
      [['control: distance', 'control: distance, aggregate: mean']],
      '32 loosened: `groups/odds` aggregate not set → mean',
    ],
    [
      'the default of two',
      [['control: distance', 'control: distance, aggregate: worst-case']],
      '32 changed: `groups/odds` aggregate not set → worst-case',
    ],
    // whole checks, and what reaches them from above
    [
      'a check less',
      [['      most: { metric: f1, improved-share: 80% }\n', '']],
      '27 loosened: `groups/most` is removed',
    ],
    [
      'a check more',
      [['      most:', '      more: { metric: f1, each: { max-regression: 9pt } }\n      most:']],
      '30 changed: `groups/more` is new',
    ],
    [
      'another difference',
      [['      most:', '      more: { metric: f1, across: route, max-difference: 9pt }\n      most:']],
      '30 tightened: `groups/more` is new',
    ],
    [
      'a higher confidence',
      [['name: flights\n', 'name: flights\nconfidence: 0.99\n']],
      '3 loosened: confidence 0.95 → 0.99',
    ],
  ])('%s', (_, replaced, expected) => {
    expect(changes(...replaced)).toEqual([expected]);
  });

  test('without Holm no group takes from another', () => {
    const strict = edited('    of: quality\n', '    of: quality\n    correction: none\n');
    const from = { document: parsePolicy(strict, 'modelgate.yml'), waivers: [] };
    const to = (before: string, after: string) => ({
      document: parsePolicy(strict.replace(before, after), 'modelgate.yml'),
      waivers: [],
    });
    const effect = (before: string, after: string) =>
      policyChanges(from, to(before, after)).map(({ effect, words }) => `${effect}: ${words}`);
    expect(effect('correction: none', 'correction: none\n    min-rows: 10')).toEqual([
      'tightened: `groups` min-rows 30 → 10: more groups are tested',
    ]);
    expect(effect('      route:', '      hour: hour\n      route:')).toEqual(['tightened: `groups` by `hour` is new']);
    expect(effect('slices: [carrier, distance], ', '')).toEqual([
      'tightened: `groups/worse` slices ["carrier","distance"] → not set',
    ]);
    expect(effect('      most:', '      more: { metric: f1, each: { max-regression: 9pt } }\n      most:')).toEqual([
      'tightened: `groups/more` is new',
    ]);
  });

  test('an entry that is removed takes its name out of the checks with it', () => {
    expect(
      changes(['      route: [origin, dest]\n', ''], ['slices: [carrier, distance]', 'slices: [distance]']),
    ).toEqual(
      [
        '22 loosened: `groups` by `route` is removed',
        '28 loosened: `groups/worse` slices ["carrier","distance"] → ["distance"]',
      ].map((line) => line.replace(/^28/, '27')),
    );
  });

  test('one column instead of two, and the rows of another gate', () => {
    expect(changes(['[origin, dest]', '[origin]'])).toEqual([
      '24 loosened: `groups` by `route` columns ["origin","dest"] → not set',
      '24 loosened: `groups` by `route` column not set → origin',
    ]);
    const other =
      '  other: { kind: evaluation, task: multiclass, examples: golden, candidate: { table: o.csv, prediction: p }, champion: { from: git, table: c.csv }, checks: { a: { metric: accuracy, at-least: 0.1 } } }\n';
    expect(changes(['  metrics:', `${other}  metrics:`], ['of: quality', 'of: other'])).toEqual([
      '22 changed: `groups` of quality → other',
      '14 tightened: gate `other` is new',
    ]);
  });

  test('another rule for each group says what went and what came', () => {
    expect(changes(['each: { at-least: 0.6 }', 'each: { max-regression: 1pt }'])).toEqual([
      '29 loosened: `groups/floor` loses its floor per group of 0.6',
      '29 tightened: `groups/floor` gets a margin per group of 1pt',
    ]);
    expect(changes(['each: { at-least: 0.6 }', 'across: carrier, max-difference: 1pt'])).toEqual([
      '29 loosened: `groups/floor` loses its rule for each group',
      '29 tightened: `groups/floor` across not set → carrier',
      '29 tightened: `groups/floor` gets a largest difference of groups of 1pt',
    ]);
  });
});

describe('rules on top of a policy', () => {
  const base = parsePolicy(policy, 'modelgate.yml');
  const refused = (rules: string): string => {
    try {
      tightenedPolicy(base, 'groups', rules);
    } catch (error) {
      if (error instanceof Error) return error.message;
    }
    return 'accepted';
  };

  test.each([
    ['checks: { more: { metric: recall, across: carrier, ratchet: 1pt } }', 'accepted'],
    [
      'checks: { more: { metric: recall, each: { max-regression: 99pt } } }',
      '`rules` may only make the policy flights stricter, and they do not: `groups/more` is new (not stricter)',
    ],
    ['checks: { floor: { require: [carrier=AS] } }', 'accepted'],
    [
      'min-rows: 1000',
      '`rules` may only make the policy flights stricter, and they do not: `groups` min-rows 30 → 1000: fewer groups are tested',
    ],
    [
      'by: { carrier: carrier, distance: distance }',
      '`rules` may only make the policy flights stricter, and they do not: `groups` by `carrier` values ["AA","AS"] → not set; `groups` by `route` is removed; `groups` by `distance` division into bins [500,1000] → not set; `groups` by `long-haul` is removed',
    ],
  ])('%s', (rules, expected) => {
    expect(refused(rules)).toBe(expected);
  });
});
