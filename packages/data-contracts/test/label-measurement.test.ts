import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { measureLabels } from '../src/label-measurement.ts';
import { foundById, type TableRow, tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

async function found(rules: string, rows: readonly TableRow[], other?: readonly TableRow[]) {
  const others = other === undefined ? {} : { features: await tableOf(session, other) };
  return foundById(await measureLabels(worldOf(session, rules, { source: await tableOf(session, rows), others })));
}

const rows = (label: string | number | null, count: number): TableRow[] =>
  Array.from({ length: count }, (_, n) => ({ n, label }));

test('a contract without labels measures nothing', async () => {
  expect(await found('rows: { at-least: 1 }', rows('a', 1))).toEqual({});
});

describe('classes', () => {
  const rules = `labels:
  classes: { column: label, allowed: [yes, no, maybe], each-at-least: 3, imbalance-at-most: 4, level: warn, why: so }`;

  test('are counted apart; missing labels are of none', async () => {
    const table = [...rows('yes', 9), ...rows('no', 4), ...rows('maybe', 2), ...rows('NO | <b>', 5), ...rows(null, 7)];
    expect(await found(rules, table)).toEqual({
      'labels.classes.allowed': {
        kind: 'counted',
        breaks: '`label` is none of the allowed classes',
        failing: 5,
        of: 20,
        unit: 'row',
        allowed: { atMost: { value: 0, unit: 'rows' } },
        sampleShows: 'share',
      },
      'labels.classes.each-at-least': {
        kind: 'number',
        what: 'rows of `maybe`, the smallest class of `label`',
        value: 2,
        limits: { atLeast: 3 },
        rows: 20,
      },
      'labels.classes.imbalance-at-most': {
        kind: 'number',
        what: 'rows of the largest class of `label` for one row of the smallest',
        value: 4.5,
        limits: { atMost: 4 },
        rows: 20,
      },
    });
  });

  test('that never occur have no row, and no ratio', async () => {
    const all = await found(rules, [...rows('yes', 9), ...rows('no', 4)]);
    expect(all['labels.classes.each-at-least']).toMatchObject({ value: 0 });
    expect(all['labels.classes.imbalance-at-most']).toEqual({
      kind: 'fact',
      holds: false,
      words: 'No row of `label` is of class `maybe`: the classes are as unbalanced as can be.',
    });
  });

  test('that the contract does not name are not named', async () => {
    const open = 'labels: { classes: { column: label, each-at-least: 3, imbalance-at-most: 2 } }';
    const all = await found(open, [...rows('secret', 2), ...rows('other', 8)]);
    expect(all).toEqual({
      'labels.classes.each-at-least': {
        kind: 'number',
        what: 'rows of the smallest class of `label`',
        value: 2,
        limits: { atLeast: 3 },
        rows: 10,
      },
      'labels.classes.imbalance-at-most': {
        kind: 'number',
        what: 'rows of the largest class of `label` for one row of the smallest',
        value: 4,
        limits: { atMost: 2 },
        rows: 10,
      },
    });
    const one = await found(open, rows('only', 8));
    expect(one['labels.classes.imbalance-at-most']).toMatchObject({
      words: '`label` has fewer than two classes: nothing can be learnt.',
    });
  });

  test('of numbers and of truth values may be written either way', async () => {
    const numbers = await found("labels: { classes: { column: label, allowed: ['0', 1] } }", [
      ...rows(0, 2),
      ...rows(1, 1),
      ...rows(2, 3),
    ]);
    expect(numbers['labels.classes.allowed']).toMatchObject({ failing: 3, of: 6 });
    const truths = [true, false, true, null].map((label) => ({ label }));
    const booleans = await found("labels: { classes: { column: label, allowed: ['true', 1] } }", truths);
    expect(booleans['labels.classes.allowed']).toMatchObject({ failing: 1, of: 3 });
  });

  test('a missing column is said with its like', async () => {
    const all = await found('labels: { classes: { column: labl, each-at-least: 3 } }', rows('a', 2));
    expect(all['labels.classes.each-at-least']).toMatchObject({
      kind: 'unmeasured',
      reason: 'column-missing',
      how: 'Did you mean `label`?',
    });
  });

  test('in a sample, enough rows are enough, too few show nothing, and a ratio has its error', async () => {
    const source = await tableOf(session, [...rows('a', 30), ...rows('b', 500)]);
    const part = await session.tables.sample(source, { share: 0.4, seed: 's' });
    const counts = await session.tables.ask({
      sql: "SELECT count(*) FILTER (WHERE label = 'a') AS a, count(*) FILTER (WHERE label = 'b') AS b FROM this",
      tables: { this: part },
    });
    const [a, b] = [Number(counts[0]?.['a']), Number(counts[0]?.['b'])];
    const measure = async (least: number) =>
      foundById(
        await measureLabels(
          worldOf(session, `labels: { classes: { column: label, each-at-least: ${least}, imbalance-at-most: 50 } }`, {
            source: part,
          }),
        ),
      );
    expect((await measure(a))['labels.classes.each-at-least']).toMatchObject({
      kind: 'number',
      value: a,
      standardError: 0,
    });
    const short = await measure(a + 1);
    expect(short['labels.classes.each-at-least']).toEqual({
      kind: 'unmeasured',
      reason: 'sample-cannot-tell',
      words: 'A sample of the rows cannot tell how many rows each class has.',
      how: 'A run over all rows shows it.',
    });
    expect(short['labels.classes.imbalance-at-most']).toMatchObject({
      value: b / a,
      standardError: (b / a) * Math.sqrt(1 / a + 1 / b),
    });
  });
});

describe('conflicting labels', () => {
  test('are those of rows with equal inputs; keys are no inputs, and NULL equals NULL', async () => {
    const all = await found('keys: [[id]]\nlabels: { conflicting: { column: label, at-most: 10% } }', [
      { id: 1, x: 1, y: null, label: 'a' },
      { id: 2, x: 1, y: null, label: 'b' },
      { id: 3, x: 1, y: null, label: 'a' },
      { id: 4, x: 1, y: 'z', label: 'b' },
      { id: 5, x: 1, y: 'z', label: null },
      { id: 6, x: 2, y: 'z', label: 'b' },
      { id: 7, x: 2, y: 'z', label: 'b' },
    ]);
    expect(all).toEqual({
      'labels.conflicting': {
        kind: 'counted',
        breaks: '`label` differs between rows of equal inputs',
        failing: 3,
        of: 6,
        unit: 'row',
        allowed: { atMost: { value: 0.1, unit: 'share' } },
        extra: '1 combination of inputs',
        sampleShows: 'presence',
      },
    });
  });

  test('agree with every pair of rows compared in turn', async () => {
    const value = fc.constantFrom(null, 0, 1);
    const row = fc.record({ a: value, b: fc.constantFrom(null, 'x', 'y|<i>'), c: value, label: value });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 25 }), fc.boolean(), async (table, some) => {
        const inputs = some ? (['a', 'b'] as const) : (['a', 'b', 'c'] as const);
        const rules = `labels: { conflicting: { column: label${some ? ', inputs: [a, b]' : ''} } }`;
        const labelled = table.filter(({ label }) => label !== null);
        const failing = labelled.filter((one) =>
          labelled.some((other) => one.label !== other.label && inputs.every((name) => one[name] === other[name])),
        );
        expect((await found(rules, table))['labels.conflicting']).toMatchObject({
          failing: failing.length,
          of: labelled.length,
        });
      }),
      { numRuns: 15, seed: 5 },
    );
  });
});

/** One text for an annotator, one character for each row; a dot where nothing was said. */
function annotated(...annotators: readonly string[]): TableRow[] {
  return Array.from({ length: annotators[0]?.length ?? 0 }, (_, row) =>
    Object.fromEntries(annotators.map((said, one) => [`a${one}`, said[row] === '.' ? null : (said[row] ?? null)])),
  );
}

async function agreed(statistic: string, table: readonly TableRow[]) {
  const annotators = Object.keys(table[0] ?? {}).join(', ');
  const rules = `labels: { agreement: { annotators: [${annotators}], statistic: ${statistic}, at-least: 0.6 } }`;
  return (await found(rules, table))['labels.agreement'];
}

describe('agreement', () => {
  test("is Krippendorff's alpha of his own examples", async () => {
    // Krippendorff (2011), Computing Krippendorff's alpha-reliability, sections A, B and C: 0.095, 0.692, 0.743.
    expect(await agreed('krippendorff-alpha', annotated('0100000010', '1110010000'))).toMatchObject({
      value: expect.closeTo(0.095, 3),
    });
    expect(await agreed('krippendorff-alpha', annotated('aabbdcccedda', 'babbbccceddd'))).toMatchObject({
      value: expect.closeTo(0.692, 3),
    });
    expect(
      await agreed('krippendorff-alpha', annotated('123321412...', '1233224125.3', '.3332342251.', '12332441251.')),
    ).toEqual({
      kind: 'number',
      what: 'Krippendorff’s alpha of `a0`, `a1`, `a2`, `a3`',
      value: expect.closeTo(0.743, 3),
      limits: { atLeast: 0.6 },
      rows: 11,
    });
  });

  test("is Cohen's kappa of two annotators: 20 and 15 of 50 proposals alike, 5 and 10 not", async () => {
    // Wikipedia, "Cohen's kappa", simple example: 0.4.
    const [one, other] = [
      [20, 'y', 'y'] as const,
      [5, 'y', 'n'] as const,
      [10, 'n', 'y'] as const,
      [15, 'n', 'n'] as const,
    ].reduce(([first, second], [count, a, b]) => [first + a.repeat(count), second + b.repeat(count)] as const, [
      '',
      '',
    ] as readonly [string, string]);
    expect(await agreed('cohens-kappa', annotated(`${one}y.`, `${other}..`))).toMatchObject({
      value: expect.closeTo(0.4, 12),
      rows: 50,
    });
  });

  test("is Fleiss' kappa of his worked example with 14 annotators", async () => {
    // Wikipedia, "Fleiss' kappa", worked example: 0.210; statsmodels.stats.inter_rater.fleiss_kappa: 0.20993070442195522.
    const counted = [
      '0,0,0,0,14',
      '0,2,6,4,2',
      '0,0,3,5,6',
      '0,3,9,2,0',
      '2,2,8,1,1',
      '7,7,0,0,0',
      '3,2,6,3,0',
      '2,5,3,2,2',
      '6,5,2,1,0',
      '0,2,2,3,7',
    ];
    const said = counted.map((row) =>
      row
        .split(',')
        .map((count, one) => String(one + 1).repeat(Number(count)))
        .join(''),
    );
    const annotators = Array.from({ length: 14 }, (_, one) => `${said.map((row) => row[one]).join('')}1`);
    // The last row lacks one label, so it does not count.
    const table = annotated(...annotators.map((one, index) => (index === 3 ? `${one.slice(0, -1)}.` : one)));
    expect(await agreed('fleiss-kappa', table)).toMatchObject({
      value: expect.closeTo(0.20993070442195522, 12),
      rows: 10,
    });
  });

  test('is what the Python packages of the field compute', async () => {
    // krippendorff 0.8.1, scikit-learn 1.9.1 (cohen_kappa_score), statsmodels 0.15.0 (fleiss_kappa)
    const some = annotated(
      'cbdaadaad.acda..d.abadababc.b.cda.caaaad',
      'cb.a.acabcadd.ba.a.badababb.aa.bcbc.aabb',
      'cbdaa..bbba.ddba.c.badaba.c.bacaa...aabd',
    );
    expect(await agreed('krippendorff-alpha', some)).toMatchObject({ value: expect.closeTo(0.553082191780822, 12) });
    const three = [
      'cbcbaacabaaddabddaabadababccbacbabcaaabd',
      'cbdaaacabaaddabadcabbdabcccdbacbabddbdba',
      'cbdaaacaaaadddbadaabaaababcdbdbbabcadabd',
    ];
    expect(await agreed('cohens-kappa', annotated(...three.slice(0, 2)))).toMatchObject({
      value: expect.closeTo(0.5547945205479452, 12),
    });
    expect(await agreed('fleiss-kappa', annotated(...three))).toMatchObject({
      value: expect.closeTo(0.5714285714285714, 12),
    });
  });

  test('agrees with each pair of labels compared in turn', async () => {
    const label = fc.constantFrom(null, 'a', 'b', 'c');
    const row = fc.record({ a0: label, a1: label, a2: label });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (table) => {
        const one = await agreed('krippendorff-alpha', table);
        const expected = alphaSlowly(table.map((each) => Object.values(each).filter((said) => said !== null)));
        expect(one?.kind === 'number' && one.value).toEqual(
          expected === undefined ? undefined : expect.closeTo(expected, 10),
        );
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  test('of labels that are all alike is none', async () => {
    for (const statistic of ['krippendorff-alpha', 'cohens-kappa', 'fleiss-kappa'])
      expect(await agreed(statistic, annotated('aaa', 'aaa'))).toMatchObject({ kind: 'number', value: undefined });
    expect(await agreed('krippendorff-alpha', annotated('a.', '.a'))).toMatchObject({ value: undefined, rows: 0 });
  });

  test('takes 1 and 1.0 of two annotators for one label', async () => {
    const table = [
      { a0: 1, a1: 1.0 },
      { a0: 2, a1: 2.5 },
      { a0: 3, a1: 3 },
    ];
    expect(await agreed('cohens-kappa', table)).toMatchObject({ value: expect.closeTo(4 / 7, 12) });
  });
});

/** From the definition: how often two labels of one row differ, against any two labels of all. */
function alphaSlowly(units: readonly (readonly unknown[])[]): number | undefined {
  const pairable = units.filter((unit) => unit.length > 1);
  const all = pairable.flat();
  const differing = (labels: readonly unknown[]) =>
    labels.flatMap((one, i) => labels.filter((other, j) => i !== j && one !== other)).length;
  const observed = pairable.reduce((sum, unit) => sum + differing(unit) / (unit.length - 1), 0) / all.length;
  const expected = differing(all) / (all.length * (all.length - 1));
  return expected > 0 ? 1 - observed / expected : undefined;
}

describe('joinable', () => {
  const labels = [{ id: 1 }, { id: 2 }, { id: 2 }, { id: 3 }, { id: null }];
  const features = [{ id: '2' }, { id: '2' }, { id: '3' }, { id: 'x' }, { id: null }];

  test('counts rows without a partner both ways; a key with a NULL names nothing', async () => {
    const rules = 'labels: { joinable: { to: features, key: id, both-ways: true, unmatched: 1% } }';
    const common = {
      kind: 'counted',
      unit: 'row',
      allowed: { atMost: { value: 0.01, unit: 'share' } },
      sampleShows: 'share',
    };
    expect(await found(rules, labels, features)).toEqual({
      'labels.joinable': { ...common, breaks: '`id` is not found in `features`', failing: 1, of: 4 },
      'labels.joinable.both-ways': {
        ...common,
        breaks: '`id` of `features` is not found in this table',
        failing: 1,
        of: 4,
      },
    });
  });

  test('one way is the default, by all columns of the key', async () => {
    const rules = 'labels: { joinable: { to: features, key: [a, b] } }';
    const one = [
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: null, b: 'y' },
    ];
    expect(
      await found(rules, one, [
        { a: 1.0, b: 'y' },
        { a: 2.5, b: 'x' },
      ]),
    ).toEqual({
      'labels.joinable': expect.objectContaining({ breaks: '`a`, `b` is not found in `features`', failing: 1, of: 2 }),
    });
  });

  test('rows of the other table without one in a sample show nothing', async () => {
    const source = await tableOf(
      session,
      labels.slice(0, 4).flatMap((row) => Array.from({ length: 20 }, () => row)),
    );
    const part = await session.tables.sample(source, { share: 0.5, key: ['id'], seed: 'x' });
    const others = { features: await tableOf(session, features) };
    const all = foundById(
      await measureLabels(
        worldOf(session, 'labels: { joinable: { to: features, key: id, both-ways: true } }', { source: part, others }),
      ),
    );
    expect(all['labels.joinable.both-ways']).toMatchObject({ kind: 'unmeasured', reason: 'sample-cannot-tell' });
  });
});
