import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RepeatedTable } from '../src/index.ts';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

async function described(name: string, content: string) {
  session.write(name, content);
  return session.tables.describe(name);
}

const columns = { v: { column: 'v', role: 'number' }, p: { column: 'p', role: 'class' } } as const;

interface Asked {
  readonly examples?: string;
  readonly candidate: string;
  readonly champion?: string;
  readonly label?: string;
  readonly repeat?: false;
  readonly championKeys?: 'intersect';
}

async function repeated(asked: Asked): Promise<RepeatedTable> {
  const outputs = async (name: string, content: string) => ({
    source: await described(name, content),
    key: 'id',
    columns,
    label: asked.label,
    ...(asked.repeat === false ? {} : { repeat: true as const }),
  });
  const golden = { key: 'id', label: 'y', weight: 'w', cluster: 'g' };
  return session.tables.pairRepeats({
    examples:
      asked.examples === undefined ? undefined : { ...golden, source: await described('e.csv', asked.examples) },
    candidate: await outputs('c.csv', asked.candidate),
    champion: asked.champion === undefined ? undefined : await outputs('h.csv', asked.champion),
    championKeys: asked.championKeys ?? 'same',
  });
}

const examples = 'id,y,w,g\n1,a,1,x\n2,b,2,x\n3,a,3,z\n';
const candidate = 'id,v,p\n1,5,a\n1,4,b\n2,7,b\n3,9,a\n3,8,a\n3,9,a\n';
const champion = 'id,v,p\n3,1,a\n2,2,b\n1,3,a\n2,2,a\n';

/** Every example as text, whatever its number. */
async function told(table: RepeatedTable): Promise<readonly string[]> {
  const of = await table.exampleRows();
  const sides = table.hasChampion ? (['candidate', 'champion'] as const) : (['candidate'] as const);
  const rows = await Promise.all(sides.map((side) => table.rowsOf(side, ['v', 'p'])));
  return Array.from({ length: table.examples }, (_, example) => {
    const own = rows.map(({ example: examples, columns: [v, p] }) => {
      if (v?.kind !== 'numbers' || p?.kind !== 'classes') throw new Error('v is a number, p a class');
      const found = [...examples.keys()].filter((row) => examples[row] === example);
      return found.map((row) => `${v.values[row]}${p.classes.names[p.codes[row] ?? 0]}`).join(' ');
    });
    const label = of.label?.kind === 'classes' ? of.label.classes.names[of.label.codes[example] ?? 0] : '';
    return [label, of.weight?.[example], of.cluster?.codes[example], ...own].join('|');
  });
}

test('every side with as many rows as it has, by example', async () => {
  const table = await repeated({ examples, candidate, champion });
  expect([table.examples, table.rows, table.dropped, table.clusters, table.weighted, table.classes?.names]).toEqual([
    3,
    { candidate: 6, champion: 4 },
    { candidate: 0, champion: 0 },
    2,
    true,
    ['a', 'b'],
  ]);
  const { example } = await table.rowsOf('candidate', []);
  expect([...example]).toEqual([...example].sort());
  const found = await told(table);
  const clusterOf = (weight: number) => found.find((text) => text.startsWith(`a|${weight}|`))?.[4];
  expect(new Set([clusterOf(1), clusterOf(3)])).toEqual(new Set(['0', '1']));
  expect([...found].sort()).toEqual([
    `a|1|${clusterOf(1)}|4b 5a|3a`,
    `a|3|${clusterOf(3)}|8a 9a 9a|1a`,
    `b|2|${clusterOf(1)}|7b|2a 2b`,
  ]);
  await table.drop();
});

test('other keys, names of clusters and orders of rows give the same arrays', async () => {
  const first = await repeated({ examples, candidate, champion });
  const renamed = (text: string) =>
    text.replace(/^\d/gm, (key) => `k${7 - Number(key)}`).replace(/[xz]$/gm, (name) => (name === 'x' ? 'zz' : 'a'));
  const reversed = (text: string) => {
    const [head, ...lines] = renamed(text).trimEnd().split('\n');
    return `${[head, ...lines.reverse()].join('\n')}\n`;
  };
  const other = await repeated({
    examples: reversed(examples),
    candidate: reversed(candidate),
    champion: reversed(champion),
  });
  expect(await told(other)).toEqual(await told(first));
  expect(await other.exampleRows()).toEqual(await first.exampleRows());
});

test('the same with hundreds of examples that hardly differ', async () => {
  /** Only names and the order of lines come from `salt`. */
  const written = (salt: number) => {
    const names = Array.from({ length: 300 }, (_, index) => (index * 7 + salt * 31) % 307);
    const lines = (line: (key: number, index: number) => string) => {
      const all = names.map((key, index) => line(key, index));
      return `${(salt % 2 === 0 ? all : all.reverse()).join('\n')}\n`;
    };
    const rows = (of: number) => (key: number, index: number) =>
      `${key},${index % 3},a\n${key},${(index * of) % 2},${index % 5 === 0 ? 'b' : 'a'}`;
    return {
      examples: `id,y,w,g\n${lines((key, index) => `${key},a,${1 + (index % 2)},g${((index % 90) * 17 + salt) % 97}`)}`,
      candidate: `id,v,p\n${lines(rows(3))}`,
      champion: `id,v,p\n${lines(rows(7))}`,
    };
  };
  const answers = [];
  for (const salt of [0, 1, 5]) {
    const table = await repeated(written(salt));
    const sides = await Promise.all((['candidate', 'champion'] as const).map((side) => table.rowsOf(side, ['p', 'v'])));
    answers.push([await table.exampleRows(), ...sides]);
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('without examples: labels in the rows, one a key', async () => {
  expect(await seen(repeated({ candidate: 'id,v,p\n1,5,a\n1,4,b\n2,7,b\n', label: 'p' }))).toEqual([
    'values-differ',
    '1 key has rows with different labels in column "p" of the candidate table c.csv.',
    'All rows of a key are the same example: give them the same label.',
  ]);
  const alike = await repeated({ candidate: 'id,v,p\n1,5,a\n1,4,a\n2,7,b\n', label: 'p' });
  expect([...(await told(alike))].sort()).toEqual(['a|||4a 5a', 'b|||7b']);
});

test('every key on every side; intersect drops examples', async () => {
  const how = 'Both must hold the same examples (key "id" and "id"). Were they made from the same version of the data?';
  expect(await seen(repeated({ examples, candidate, champion: 'id,v,p\n1,1,a\n1,2,a\n5,1,a\n5,1,b\n' }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 2 keys of the champion table h.csv are not in the examples e.csv; 2 of 3 keys of the examples e.csv are not in the champion table h.csv.',
    how,
  ]);
  const table = await repeated({
    examples,
    candidate,
    champion: 'id,v,p\n3,1,a\n3,2,a\n5,1,a\n5,1,b\n6,1,a\n',
    championKeys: 'intersect',
  });
  expect([table.examples, table.dropped, table.rows, table.clusters]).toEqual([
    1,
    { candidate: 2, champion: 2 },
    { candidate: 3, champion: 2 },
    1,
  ]);
  expect(await told(table)).toEqual(['a|3|0|8a 9a 9a|1a 2a']);
});

test('a side that does not repeat must not', async () => {
  expect((await seen(repeated({ candidate, repeat: false }))).slice(0, 2)).toEqual([
    'duplicate-keys',
    'The candidate table c.csv: 2 keys of column "id" occur more than once, in 5 rows.',
  ]);
});
