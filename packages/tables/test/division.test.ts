import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CrossedSpec, DivisionSpec, Source } from '../src/index.ts';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

type Spec = DivisionSpec | CrossedSpec;

async function csv(content: string, name = 'examples.csv'): Promise<Source> {
  session.write(name, content);
  return session.tables.describe(name);
}

const byColumns = (...columns: string[]) => ({ kind: 'columns', columns }) as const;
const where = (sql: string) => ({ kind: 'where', sql, name: 'evening' }) as const;
const bins = (column: string, ...edges: [number | undefined, number | undefined][]) =>
  ({ kind: 'bins', column, bins: edges.map(([from, to]) => ({ from, to })) }) as const;

/** Each division as [values, rows] by group, rows of which nothing can be told, and the group of each row by id. */
async function divided(source: Source, ...specs: Spec[]) {
  const { source: with_, divisions } = await session.tables.divide(source, specs);
  const codes = divisions.map(({ column }) => `to_json(list("${column}" ORDER BY id)) AS "${column}"`);
  const [rows = {}] = await session.tables.ask({
    sql: `SELECT ${codes.join(', ')} FROM this`,
    tables: { this: with_ },
  });
  return divisions.map(({ column, groups, missing }) => ({
    groups: groups.map((group) => [group.values, group.rows]),
    missing,
    codes: JSON.parse(String(rows[column])),
  }));
}

test('texts: each value is a group, in the order of their JSON; no value is one of its own, and is no empty text', async () => {
  session.write('t.jsonl', ['AS', null, '', 'ß"\\', 'AS', 'null'].map((t, id) => JSON.stringify({ id, t })).join('\n'));
  expect(await divided(await session.tables.describe('t.jsonl'), byColumns('t'))).toEqual([
    {
      groups: [
        [[''], 1],
        [['AS'], 2],
        [['null'], 1],
        [['ß"\\'], 1],
        [[null], 1],
      ],
      missing: 0,
      codes: [1, 4, 0, 3, 1, 2],
    },
  ]);
});

test('CSV: nothing between two commas is no value; leading zeros stay', async () => {
  const source = await csv('id,zip,n\n1,010,1\n2,10,2\n3,,\n4,"",2\n5,010,2\n');
  const [zip, n] = await divided(source, byColumns('zip'), byColumns('n'));
  expect(zip?.groups).toEqual([
    [['010'], 2],
    [['10'], 1],
    [[null], 2],
  ]);
  expect(n?.groups).toEqual([
    [['1'], 1],
    [['2'], 3],
    [[null], 1],
  ]);
});

test('whole numbers, decimals, booleans, dates; NaN is no value', async () => {
  const lines = ['id,i,d,b,t', '1,9007199254740993,1.0,true,2024-01-31', '2,-1,0.5,false,2024-01-31', '3,,NaN,,'];
  const found = await divided(await csv(`${lines.join('\n')}\n`), ...['i', 'd', 'b', 't'].map((one) => byColumns(one)));
  expect(found.map(({ groups, codes }) => [groups, codes])).toEqual([
    [
      [
        [['-1'], 1],
        [['9007199254740993'], 1],
        [[null], 1],
      ],
      [1, 0, 2],
    ],
    [
      [
        [['0.5'], 1],
        [['1.0'], 1],
        [[null], 1],
      ],
      [1, 0, 2],
    ],
    [
      [
        [['false'], 1],
        [['true'], 1],
        [[null], 1],
      ],
      [1, 0, 2],
    ],
    [
      [
        [['2024-01-31'], 2],
        [[null], 1],
      ],
      [0, 0, 1],
    ],
  ]);
});

test('columns together, under names with spaces and quotes, beside a column that has the name of ours', async () => {
  const source = await csv(
    'id,"from ""here""",to it,group 0,GROUP 1\n1,a,x,7,8\n2,a,y,7,8\n3,b,x,7,8\n4,a,x,7,8\n5,,x,7,8\n',
  );
  const { source: made, divisions } = await session.tables.divide(source, [
    byColumns('from "here"', 'to it'),
    byColumns('group 0'),
  ]);
  expect(divisions.map(({ column }) => column)).toEqual(['group 0_', 'group 1_']);
  expect(divisions[0]?.groups).toEqual([
    { values: ['a', 'x'], rows: 2 },
    { values: ['a', 'y'], rows: 1 },
    { values: ['b', 'x'], rows: 1 },
    { values: [null, 'x'], rows: 1 },
  ]);
  expect(divisions[1]?.groups).toEqual([{ values: ['7'], rows: 5 }]);
  expect(made.columns.slice(-3).map(({ name, type }) => [name, type])).toEqual([
    ['GROUP 1', 'integer'],
    ['group 0_', 'integer'],
    ['group 1_', 'integer'],
  ]);
  const rows = await session.tables.ask({
    sql: 'SELECT id, "group 0", "group 0_" FROM this WHERE id > 3 ORDER BY id',
    tables: { this: made },
  });
  expect(rows).toEqual([
    { id: 4, 'group 0': 7, 'group 0_': 0 },
    { id: 5, 'group 0': 7, 'group 0_': 3 },
  ]);
});

test('bins: from included, to not; gaps are no group; open ends; the last group has no number', async () => {
  const source = await csv('id,x\n1,0\n2,499.999\n3,500\n4,999\n5,1000\n6,-1e300\n7,1e300\n8,\n9,NaN\n10,700\n');
  const found = await divided(
    source,
    bins('x', [undefined, 500], [500, 1000], [1000, undefined]),
    bins('x', [0, 500], [700, 1000]),
    bins('x', [undefined, undefined]),
    bins('x', [2e9, 3e9]),
  );
  expect(found.map(({ groups, missing, codes }) => [groups.map(([, rows]) => rows), missing, codes])).toEqual([
    [[3, 3, 2, 2], 0, [0, 0, 1, 1, 2, 0, 2, 3, 3, 1]],
    [[2, 2, 2], 0, [0, 0, -1, 1, -1, -1, -1, 2, 2, 1]],
    [[8, 2], 0, [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]],
    [[0, 2], 0, [-1, -1, -1, -1, -1, -1, -1, 1, 1, -1]],
  ]);
  expect(found[0]?.groups.map(([values]) => values)).toEqual([[], [], [], [null]]);
});

test('conditions: true is the group, false is none, and what cannot be told is missing', async () => {
  const source = await csv('id,hour,"air port"\n1,17,JFK\n2,9,LGA\n3,,JFK\n4,23,\n');
  const found = await divided(
    source,
    where('hour >= 17'),
    where('"air port" = \'JFK\' AND hour > 0'),
    where('id = 0'),
    where('NULL'),
    where('id % 2 = 0 -- even'),
  );
  expect(found.map(({ groups, missing, codes }) => [groups, missing, codes])).toEqual([
    [[[[], 2]], 1, [0, -1, -1, 0]],
    [[[[], 1]], 2, [0, -1, -1, -1]],
    [[[[], 0]], 0, [-1, -1, -1, -1]],
    [[[[], 0]], 4, [-1, -1, -1, -1]],
    [[[[], 2]], 0, [-1, 0, -1, 0]],
  ]);
});

test('conditions that are none, or do what they may not, in words', async () => {
  const source = await csv('id,n,t\n1,1,a\n2,2,b\n');
  const refused = async (sql: string) => {
    const told = await seen(session.tables.divide(source, [where(sql)]));
    return told.slice(0, 2).join(': ').split('\n')[0];
  };
  const asked = [
    'n',
    't',
    'count(*) > 1',
    'row_number() OVER () = 1',
    'n IN (SELECT 1)',
    "n = (SELECT count(*) FROM read_csv('examples.csv'))",
    'true; DROP TABLE this',
    'nobody > 1',
    'n >',
    'true) OR (true',
    'unnest([true, false])',
    'n > (SELECT avg(n))',
    'n > max(n) OVER ()',
    'EXISTS (SELECT 1 FROM this)',
    'n + $1 > 1',
    'random() > 0.5',
    'CAST(t AS INTEGER) > 0',
    "error('x')",
    "getenv('HOME') = ''",
    '',
  ];
  expect(
    Object.fromEntries(await Promise.all(asked.map(async (sql) => [sql, await refused(sql)] as const))),
  ).toMatchInlineSnapshot(`
    {
      "": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL cannot be read: syntax error at or near ")", at its end.",
      "CAST(t AS INTEGER) > 0": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL fails on a value of the table.",
      "EXISTS (SELECT 1 FROM this)": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL reads \`this\`, which is none of its tables.",
      "count(*) > 1": "slices-invalid: \`where\` of \`evening\` holds an aggregate: it is asked of each row by itself.",
      "error('x')": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL fails on a value of the table.",
      "getenv('HOME') = ''": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL calls getenv(), which reads something else than its tables.",
      "n": "slices-invalid: \`where\` of \`evening\` is no condition: its value is of type BIGINT.",
      "n + $1 > 1": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL holds a placeholder, and nothing fills it.",
      "n = (SELECT count(*) FROM read_csv('examples.csv'))": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL calls read_csv(), which reads something else than its tables.",
      "n >": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL cannot be read: syntax error at or near ")", at its end.",
      "n > (SELECT avg(n))": "slices-invalid: \`where\` of \`evening\` holds an aggregate: it is asked of each row by itself.",
      "n > max(n) OVER ()": "slices-invalid: \`where\` of \`evening\` holds a window function: it is asked of each row by itself.",
      "n IN (SELECT 1)": "no error",
      "nobody > 1": "slices-invalid: \`where\` of \`evening\` cannot be used: there is no column "nobody" in the examples; there are "id", "n", "t".",
      "random() > 0.5": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL calls random(), which gives another answer each time.",
      "row_number() OVER () = 1": "slices-invalid: \`where\` of \`evening\` holds a window function: it is asked of each row by itself.",
      "t": "slices-invalid: \`where\` of \`evening\` is no condition: its value is of type VARCHAR.",
      "true) OR (true": "no error",
      "true; DROP TABLE this": "slices-invalid: \`where\` of \`evening\` cannot be used: The SQL cannot be read: syntax error at or near ";", line 1, column 5.",
      "unnest([true, false])": "slices-invalid: \`where\` of \`evening\` holds unnest(): it is asked of each row by itself.",
    }
  `);
  // the table can be divided as before
  expect((await divided(source, where('n > 1')))[0]?.codes).toEqual([-1, 0]);
});

test('what is no column, no text or number, or no group', async () => {
  const source = await csv(`id,t,d\n1,a,2024-01-01\n2,b,2024-01-02\n`);
  expect(await seen(session.tables.divide(source, [byColumns('carier')]))).toMatchInlineSnapshot(`
    [
      "column-missing",
      "The table examples.csv: there is no column "carier"; there are "id", "t", "d".",
      undefined,
    ]
  `);
  expect(await seen(session.tables.divide(source, [bins('t', [0, 1])]))).toMatchInlineSnapshot(`
    [
      "column-type",
      "column "t" holds VARCHAR; bins divide numbers.",
      "Give bins to a column of numbers, or divide by its values.",
    ]
  `);
  session.write('o.jsonl', '{"id":1,"o":{"a":1}}\n{"id":2,"o":{"a":2}}\n');
  expect(
    await seen(session.tables.divide(await session.tables.describe('o.jsonl'), [byColumns('o')])),
  ).toMatchInlineSnapshot(`
    [
      "column-type",
      "column "o" holds VARCHAR, which makes no groups of rows.",
      "Divide by a column of texts, numbers, booleans or dates.",
    ]
  `);
  const many = (rows: number) => csv(`id\n${Array.from({ length: rows }, (_, id) => id).join('\n')}\n`, 'many.csv');
  expect((await session.tables.divide(await many(10_000), [byColumns('id')])).divisions[0]?.groups).toHaveLength(
    10_000,
  );
  expect(await seen(session.tables.divide(await many(10_001), [byColumns('id')]))).toMatchInlineSnapshot(`
    [
      "too-many-slices",
      "\`id\` has more than 10,000 different values: these are no groups of rows.",
      "Divide by a column with fewer values, or give \`bins\`; an id or a time stamp belongs to no group.",
    ]
  `);
});

test('crossed: each pair of groups, also those without a row; rows of no group in either are of none', async () => {
  const source = await csv('id,a,b\n1,x,p\n2,x,q\n3,y,p\n4,,q\n5,y,p\n');
  const [, , both] = await divided(source, byColumns('a'), byColumns('b'), { kind: 'crossed', one: 0, other: 1 });
  expect(both).toEqual({ groups: [1, 1, 2, 0, 0, 1].map((rows) => [[], rows]), missing: 0, codes: [0, 1, 2, 5, 2] });
  const [, , only] = await divided(source, byColumns('a'), where('id > 2'), { kind: 'crossed', one: 0, other: 1 });
  expect(only).toEqual({
    groups: [
      [[], 0],
      [[], 2],
      [[], 1],
    ],
    missing: 0,
    codes: [-1, -1, 1, 2, 1],
  });
});

test('many files are one table', async () => {
  session.write('parts/k=1/a.csv', 'id,t\n1,x\n2,\n');
  session.write('parts/k=2/a.csv', 'id,t\n3,x\n4,y\n');
  const source = await session.tables.describe('parts/*/a.csv');
  expect((await divided(source, byColumns('t', 'k'))).map(({ groups, codes }) => [groups, codes])).toEqual([
    [
      [
        [['x', '1'], 1],
        [['x', '2'], 1],
        [['y', '2'], 1],
        [[null, '1'], 1],
      ],
      [0, 3, 1, 2],
    ],
  ]);
});

test('cells of each group are those that counting by hand finds', async () => {
  const row = fc.record({
    y: fc.constantFrom('a', 'b', 'c'),
    p: fc.constantFrom('a', 'b', 'c'),
    h: fc.constantFrom('a', 'b', 'c'),
    g: fc.constantFrom('u', 'v', ''),
    n: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 40 }), async (rows) => {
      const table = (of: (one: (typeof rows)[number]) => string, header: string) =>
        `id,${header}\n${rows.map((one, id) => `${id},${of(one)}`).join('\n')}\n`;
      const examples = await csv(table(({ y, g, n }) => `${y},${g === '' ? 'none' : g},${n}`, 'y,g,n'));
      const { source, divisions } = await session.tables.divide(examples, [
        byColumns('g'),
        bins('n', [0, 3], [5, undefined]),
      ]);
      const columns = { p: { column: 'p', role: 'class' } } as const;
      const paired = await session.tables.pair({
        examples: {
          source,
          key: 'id',
          label: 'y',
          columns: Object.fromEntries(divisions.map(({ column }) => [column, { column, role: 'number' as const }])),
        },
        candidate: {
          source: await csv(
            table(({ p }) => p, 'p'),
            'c.csv',
          ),
          key: 'id',
          columns,
        },
        champion: {
          source: await csv(
            table(({ h }) => h, 'p'),
            'h.csv',
          ),
          key: 'id',
          columns,
        },
      });
      const found = await paired.groupedCounts(
        'p',
        divisions.map(({ column }) => column),
      );
      await paired.drop();
      const names = ['none', 'u', 'v'].filter((name) => rows.some(({ g }) => (g === '' ? 'none' : g) === name));
      const groupOf = [
        ({ g }: (typeof rows)[number]) => names.indexOf(g === '' ? 'none' : g),
        ({ n }: (typeof rows)[number]) => (n < 3 ? 0 : n >= 5 ? 1 : -1),
      ];
      for (const [index, counted] of found.entries()) {
        const expected = new Map<string, number>();
        for (const one of rows) {
          const key = [groupOf[index]?.(one), one.y, one.h, one.p].join(' ');
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        const name = (code: number | undefined) => counted.classes[code ?? -1];
        const told = [...counted.count].map((count, at) => [
          [counted.group[at], name(counted.label[at]), name(counted.champion?.[at]), name(counted.candidate[at])].join(
            ' ',
          ),
          count,
        ]);
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
        expect([...counted.group]).toEqual([...counted.group].sort((one, other) => one - other));
      }
    }),
    { numRuns: 12, seed: 7 },
  );
});
