import { expect, it } from 'vitest';
import { boundOf, toldChecks, toldProblem } from './told.ts';
import { type Files, workspace } from './workspace.ts';

const gate = `task: behavioral
examples: { table: cases.csv, key: id, test: test, case: case, original: original, label: expected, cluster: template }
candidate: { table: out.csv, prediction: predicted, score: score }
champion: { from: file, table: old.csv }
checks:
`;
const unclustered = gate.replace(', cluster: template', '');

interface Case {
  readonly test: string;
  readonly template?: number;
  /** What each row of it answers and scores, the original's first. */
  readonly candidate: readonly (readonly [string, number])[];
  readonly champion?: readonly (readonly [string, number])[];
  readonly expected?: string;
}

/** A row an answer; without a champion's answers these are the candidate's. */
function tables(cases: readonly Case[]): Files {
  const golden = ['id,test,case,original,template,expected'];
  const [out, old] = [['id,predicted,score'], ['id,predicted,score']];
  for (const [at, { test, template = 0, candidate, champion = candidate, expected = '' }] of cases.entries()) {
    for (const [row, answer] of candidate.entries()) {
      golden.push(`${at}.${row}x,${test},${at},${row === 0},t${template},${expected}`);
      out.push(`${at}.${row}x,${answer.join(',')}`);
      old.push(`${at}.${row}x,${champion[row]?.join(',')}`);
    }
  }
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  return { 'cases.csv': text(golden), 'out.csv': text(out), 'old.csv': text(old) };
}

/** So many cases, of which the first so many fail. */
function failing(
  test: string,
  failures: number,
  count: number,
  [good, bad]: readonly [Case['candidate'], Case['candidate']],
): Case[] {
  return Array.from({ length: count }, (_, at) => ({
    test,
    template: at % 10,
    expected: 'pos',
    candidate: at < failures ? bad : good,
  }));
}

const single = [[['pos', 0.9]], [['neg', 0.2]]] as const;
const perturbed = [
  [
    ['pos', 0.9],
    ['pos', 0.9],
    ['pos', 0.8],
  ],
  [
    ['pos', 0.9],
    ['pos', 0.9],
    ['neg', 0.4],
  ],
] as const;

it("CheckList's own failure rates, with Wilson's interval of the cases", async () => {
  const outcome = await workspace().run(
    `${unclustered}  more-less: { behavior: minimum-functionality, at-most: 0.25 }
  intensifiers: { behavior: minimum-functionality, at-most: 0.95 }
  typos: { behavior: invariance, at-most: 0.1 }
  contractions: { behavior: invariance, at-most: 0.06 }
  he-she: { behavior: minimum-functionality, at-most: 0.9 }
`,
    tables([
      ...failing('more-less', 99, 494, single),
      ...failing('intensifiers', 454, 497, single),
      ...failing('typos', 58, 500, perturbed),
      ...failing('contractions', 17, 500, perturbed),
      ...failing('he-she', 477, 477, single),
    ]),
  );
  // 20.0, 91.3, 11.6, 3.4 and 100 % (statistics of the paper's repository); intervals by statsmodels' proportion_confint
  expect(toldChecks(outcome)).toMatchInlineSnapshot(`
    {
      "contractions": [
        "pass",
        0.034,
        undefined,
        "at-most pass proven wilson [0.0213, 0.0538]",
      ],
      "he-she": [
        "fail",
        1,
        undefined,
        "at-most fail above-limit wilson [0.992, 1]",
      ],
      "intensifiers": [
        "pass",
        0.913481,
        undefined,
        "at-most pass proven wilson [0.8855, 0.9351]",
      ],
      "more-less": [
        "pass",
        0.200405,
        undefined,
        "at-most pass proven wilson [0.1675, 0.238]",
      ],
      "typos": [
        "inconclusive",
        0.116,
        undefined,
        "at-most inconclusive interval-spans-limit wilson [0.0908, 0.147]",
      ],
    }
  `);
  expect(outcome.checks.map(({ metric, rows }) => [metric, rows])).toEqual([
    ['failures(more-less)', 494],
    ['failures(intensifiers)', 497],
    ['failures(typos)', 500],
    ['failures(contractions)', 500],
    ['failures(he-she)', 477],
  ]);
});

it('what fails: any perturbed row of the case, beyond the tolerance, against the direction, unlike what is expected', async () => {
  const like = (test: string, ...candidate: Case['candidate'][]) =>
    candidate.flatMap((one) => Array.from({ length: 10 }, () => ({ test, candidate: one, expected: 'pos' })));
  const original = ['pos', 0.7] as const;
  const outcome = await workspace().run(
    `${unclustered}  same: { behavior: invariance, at-most: 0.9 }
  wide: { behavior: invariance, test: same, tolerance: 0.3, at-most: 0.9 }
  up: { behavior: directional, direction: increasing, at-most: 0.9 }
  down: { behavior: directional, test: up, direction: decreasing, at-most: 0.9 }
  right: { behavior: minimum-functionality, at-most: 0.9 }
`,
    tables([
      ...like(
        'same',
        [original, ['pos', 0.1]], // another score, the same class
        [original, ['neg', 0.6]], // another class by a hair: 0.7 − 0.6 is the tolerance
        [original, ['neg', 0.59]], // fails
        [original, ['pos', 0.7], ['neg', 0.2]], // fails by its last row
      ),
      ...like(
        'up',
        [original, ['pos', 0.6]], // down by the tolerance
        [original, ['pos', 0.59]], // fails upwards
        [original, ['pos', 0.8]],
        [original, ['pos', 0.81]], // fails downwards
      ),
      ...like(
        'right',
        [['pos', 0.5]],
        [['neg', 0.5]],
        [
          ['pos', 0.5],
          ['neg', 0.5],
        ],
        [
          ['pos', 0.5],
          ['pos', 0.5],
        ],
      ),
    ]),
  );
  expect(outcome.checks.map(({ id, candidate, rows }) => [id, candidate, rows])).toEqual([
    ['same', 0.5, 40],
    ['wide', 0.25, 40],
    ['up', 0.25, 40],
    ['down', 0.25, 40],
    ['right', 0.5, 40],
  ]);
});

it('rows of which nothing is expected count neither as passed nor as failed: 250 of 275 instead of 250 of 300', async () => {
  const cases = [
    ...failing('he', 250, 275, single),
    ...failing('he', 0, 25, single).map((one) => ({ ...one, expected: '' })),
  ];
  const outcome = await workspace().run(
    `${unclustered}  he: { behavior: minimum-functionality, at-most: 0.95 }\n`,
    tables(cases),
  );
  expect(outcome.checks[0]).toMatchObject({ candidate: 250 / 275, rows: 275 });
});

it('against the champion case by case: Tango on cases that only one of them fails', async () => {
  const [good, bad] = perturbed;
  const pairs = (count: number, candidate: Case['candidate'], champion: Case['candidate']) =>
    Array.from({ length: count }, (_, at) => ({ test: 'typos', template: at % 20, candidate, champion }));
  // b = 6 cases that only the champion fails, c = 2 that only the candidate fails, of 200
  const cases = [...pairs(172, good, good), ...pairs(20, bad, bad), ...pairs(6, good, bad), ...pairs(2, bad, good)];
  const check = '  typos: { behavior: invariance, max-regression: 2pt, min-improvement: 0 }\n';
  const { run } = workspace();
  const paired = await run(unclustered + check, tables(cases));
  expect(toldChecks(paired)).toMatchInlineSnapshot(`
    {
      "typos": [
        "inconclusive",
        0.11,
        0.13,
        "max-regression pass proven tango [-0.0553, 0.0097]",
        "min-improvement inconclusive interval-spans-limit tango [-0.0553, 0.0097]",
      ],
    }
  `);
  // fewer failures are better: the difference is candidate − champion, and a regression is above it
  expect(boundOf(paired, 'typos')).toMatchObject({ estimate: -0.02, threshold: 0.02 });
  const same = cases.map((one) => ({ ...one, champion: one.candidate }));
  expect(toldChecks(await run(unclustered + check, tables(same)))).toMatchInlineSnapshot(`
    {
      "typos": [
        "inconclusive",
        0.11,
        0.11,
        "max-regression pass proven tango [-0.0188, 0.0188]",
        "min-improvement inconclusive interval-spans-limit tango [-0.0188, 0.0188]",
      ],
    }
  `);
});

it('templates are clusters: nine of them decide nothing, ten are judged', async () => {
  const { run } = workspace();
  const of = (templates: number) =>
    tables(
      failing('typos', 0, 40 * templates, perturbed).map((one, at) => ({
        ...one,
        template: at % templates,
        candidate: at < templates ? perturbed[1] : perturbed[0],
      })),
    );
  const check = '  typos: { behavior: invariance, at-most: 0.35, max-regression: 30pt }\n';
  const nine = await run(gate + check, of(9));
  expect(nine.checks[0]).toMatchObject({ status: 'inconclusive', reason: 'too-few-rows', candidate: 0.025, rows: 360 });
  expect(boundOf(nine, 'typos').note).toBe('9 clusters; at least 10 are needed to know how they differ');
  const ten = await run(gate + check, of(10));
  expect(toldChecks(ten)).toMatchInlineSnapshot(`
    {
      "typos": [
        "pass",
        0.025,
        0.025,
        "at-most pass proven clustered-wilson [0.0014, 0.3122]",
        "max-regression pass proven clustered-tango [-0.2775, 0.2775]",
      ],
    }
  `);
});

it('cases of one template rise and fall together: the interval is wider than that of single cases', async () => {
  const { run } = workspace();
  // all cases of every fifth template fail
  const cases = Array.from({ length: 400 }, (_, at) => ({
    test: 'typos',
    template: at % 40,
    candidate: at % 5 === 0 ? perturbed[1] : perturbed[0],
  }));
  const check = '  typos: { behavior: invariance, at-most: 0.5 }\n';
  expect(toldChecks(await run(unclustered + check, tables(cases)))).toMatchInlineSnapshot(`
    {
      "typos": [
        "pass",
        0.2,
        undefined,
        "at-most pass proven wilson [0.1637, 0.242]",
      ],
    }
  `);
  expect(toldChecks(await run(gate + check, tables(cases)))).toMatchInlineSnapshot(`
    {
      "typos": [
        "pass",
        0.2,
        undefined,
        "at-most pass proven clustered-wilson [0.102, 0.355]",
      ],
    }
  `);
});

it('refuses cases that do not hold together', async () => {
  const { run } = workspace();
  const sound = tables(failing('typos', 1, 40, perturbed));
  const golden = sound['cases.csv'] ?? '';
  const check = '  typos: { behavior: invariance, at-most: 0.2 }\n';
  const problem = async (cases: string, text = gate + check) =>
    toldProblem(await run(text, { ...sound, 'cases.csv': cases }));
  expect(await problem(golden.replace('3.1x,typos,3,false', '3.1x,typos,3,true'))).toBe(
    'column-type: 1 case of test "typos" has several originals',
  );
  expect(await problem(golden.replace(/(4|7)\.0x,typos,\d,true/g, '$1.0x,typos,$1,false'))).toBe(
    'column-type: 2 cases of test "typos" have no original',
  );
  expect(await problem(golden.replace(/5\.(1|2)x,typos,5,false/g, '5.$1x,typos,6,false'))).toBe(
    'column-type: 1 case of test "typos" has no perturbed row beside the original',
  );
  expect(await problem(golden.replace('5.1x,typos,5,false,t5', '5.1x,typos,5,false,t6'))).toBe(
    'column-type: rows of one case of test "typos" differ in weight or cluster',
  );
  expect(await problem(golden, gate + check.replace('behavior', 'test: typo, behavior'))).toBe(
    'metric-undefined: the examples hold no row of test "typo"',
  );
  expect(await problem(golden.replace('5.1x,typos,5,false', '5.1x,typos,5,perhaps'))).toMatch(/^column-type: /);
});

it('a champion that was recorded without scores is not compared where the test looks at scores', async () => {
  const { run } = workspace();
  const recorded = gate.replace('champion: { from: file, table: old.csv }\n', '');
  const files = tables(failing('typos', 3, 60, perturbed));
  const first = `${recorded.replace(', score: score', '')}  typos: { behavior: invariance, at-most: 0.3 }\n`;
  expect((await run(first, files, { record: true, onBaseBranch: true })).recorded).toBeDefined();
  const more = `${recorded}  typos: { behavior: directional, direction: increasing, max-regression: 2pt }\n`;
  const { checks } = await run(more, {});
  expect(checks[0]?.bounds[0]).toMatchObject({ status: 'warn', reason: 'bootstrap' });
});
