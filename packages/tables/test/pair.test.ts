import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputColumn, PairedTable, Role } from '../src/index.ts';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

interface Asked {
  readonly examples?: string;
  readonly candidate: string;
  readonly champion?: string;
  readonly columns?: Readonly<Record<string, OutputColumn>>;
  readonly label?: string;
  readonly showKeys?: boolean;
  readonly championKeys?: 'same' | 'intersect';
  readonly extension?: string;
}

const predicted = { prediction: { column: 'p', role: 'class' } } as const;

/** Writes e.csv (key id, label y), c.csv and h.csv (key id, outputs, labels where they have a column y) and pairs them. */
async function paired(asked: Asked): Promise<PairedTable> {
  const extension = asked.extension ?? 'csv';
  const columns = asked.columns ?? predicted;
  async function outputs(name: string, content: string) {
    session.write(`${name}.${extension}`, content);
    const source = await session.tables.describe(`${name}.${extension}`);
    const label = source.columns.some((column) => column.name === 'y') ? 'y' : undefined;
    return { source, key: 'id', label, columns };
  }
  const examples = asked.examples === undefined ? undefined : await outputs('e', asked.examples);
  const candidate = await outputs('c', asked.candidate);
  const champion = asked.champion === undefined ? undefined : await outputs('h', asked.champion);
  return session.tables.pair({
    examples: examples && { source: examples.source, key: 'id', label: asked.label ?? 'y' },
    candidate,
    champion,
    ...(asked.showKeys === undefined ? {} : { showKeys: asked.showKeys }),
    ...(asked.championKeys === undefined ? {} : { championKeys: asked.championKeys }),
  });
}

const as = (role: Role) => ({ value: { column: 'p', role } });

test('missing columns, all of a table at once, with the nearest name', async () => {
  const columns = { a: { column: 'predicted', role: 'class' }, b: { column: 'latency', role: 'number' } } as const;
  expect(await seen(paired({ candidate: 'id,predictd,x\n1,2,3\n', columns }))).toEqual([
    'column-missing',
    'The candidate table c.csv has 2 problems:\n- there is no column "predicted"; did you mean "predictd"?\n- there is no column "latency"; there are "id", "predictd", "x"',
    undefined,
  ]);
  expect(await seen(paired({ candidate: 'idd,p\n1,2\n' }))).toEqual([
    'column-missing',
    'The candidate table c.csv: there is no column "id"; did you mean "idd"?',
    undefined,
  ]);
});

test('types that do not fit a role', async () => {
  const message = (text: string) => ['column-type', `The candidate table c.csv: ${text}.`, undefined];
  expect(await seen(paired({ candidate: 'id,p\n1,n/a\n2,0.5\n', columns: as('number') }))).toEqual(
    message('column "p" holds text; a number is needed'),
  );
  expect(await seen(paired({ candidate: 'id,p\n1,0.5\n2,1\n3,1.5\n' }))).toEqual(
    message(
      'column "p" is stored as DOUBLE and holds 2 values with a fraction (first in row 1); a class is a boolean, an integer or a text',
    ),
  );
  expect(await seen(paired({ candidate: 'id,p\n1,9007199254740993\n', columns: as('number') }))).toEqual(
    message('column "p" holds 1 value beyond 2^53 (first in row 1), which no calculation here keeps exact'),
  );
  expect(await seen(paired({ candidate: '{"id":1,"p":[1]}\n', extension: 'jsonl' }))).toEqual([
    'column-type',
    'The candidate table c.jsonl: column "p" holds lists, structures or bytes; a class is a boolean, an integer or a text.',
    undefined,
  ]);
  expect(await seen(paired({ candidate: '{"id":1,"p":1}\n{"id":"1","p":1}\n', extension: 'jsonl' }))).toEqual([
    'column-type',
    'The candidate table c.jsonl: column "id" holds values of several types; a key is a number or a text.',
    undefined,
  ]);
});

test('nulls, NaN, infinities and probabilities outside [0, 1]: counts and the first row, never the value', async () => {
  expect(await seen(paired({ candidate: 'id,p\n1,0.5\n2,nan\n3,-inf\n4,\n', columns: as('probability') }))).toEqual([
    'value-missing',
    'The candidate table c.csv has 2 problems:\n- column "p" holds 1 null (first in row 4)\n- column "p" holds 2 values that are NaN or infinite (first in row 2)',
    undefined,
  ]);
  expect(await seen(paired({ candidate: 'id,p\n1,0.5\n2,1.5\n3,-0.1\n', columns: as('probability') }))).toEqual([
    'probability-out-of-range',
    'The candidate table c.csv: column "p" holds 2 values outside [0, 1] (first in row 2); a probability is needed.',
    undefined,
  ]);
  expect(await seen(paired({ candidate: 'id,p\n1,a\n,b\n3,\n' }))).toEqual([
    'value-missing',
    'The candidate table c.csv has 2 problems:\n- key column "id" holds 1 null (first in row 2)\n- column "p" holds 1 null (first in row 3)',
    undefined,
  ]);
  expect(await seen(paired({ examples: 'id,y\n1,\n', candidate: 'id,p\n1,a\n' }))).toEqual([
    'value-missing',
    'The examples e.csv: column "y" holds 1 null (first in row 1).',
    undefined,
  ]);
});

test('a key that lost digits as a double is refused; whole doubles below 2^53 are ids', async () => {
  expect(await seen(paired({ candidate: 'id,p\n9007199254740993.0,a\n2.0,a\n' }))).toEqual([
    'column-type',
    'The candidate table c.csv: key column "id" is stored as DOUBLE and holds 1 value that such a column cannot keep as an exact id (first in row 1); write keys as integers or text.',
    undefined,
  ]);
  const table = await paired({ candidate: 'id,p\n1.0,a\n2.0,b\n', champion: 'id,p\n2,a\n1,b\n' });
  expect(table.rows).toBe(2);
});

test('ids above 2^53 are told apart, also across CSV, JSON and Parquet', async () => {
  session.write('w.csv', 'id,p\n9007199254740993,a\n9007199254740992,b\n');
  session.write('w.jsonl', '{"id":9007199254740992,"p":"a"}\n{"id":9007199254740993,"p":"b"}\n');
  const source = await session.tables.describe('w.csv');
  const to = path.join(session.workspace, 'w.parquet');
  await session.tables.record({ source, key: 'id', columns: ['p'], to });
  const candidate = { source: await session.tables.describe('w.jsonl'), key: 'id', label: 'p', columns: predicted };
  for (const champion of [source, await session.tables.describe('w.parquet')]) {
    expect(await seen(session.tables.pair({ candidate, champion: { ...candidate, source: champion } }))).toEqual([
      'labels-differ',
      `2 of 2 labels differ between column "p" of the candidate table w.jsonl and column "p" of the champion table ${champion.path}.`,
      'Both must hold the same labels for the same key. Were they made from the same version of the data?',
    ]);
  }
});

test('duplicate keys: how many keys and rows, the keys only when they may be shown', async () => {
  const candidate = 'id,p\n7,a\n7,b\n8,a\n9,a\n9,b\n9,c\n';
  const how = 'Each example needs one row: remove the repeated ones, or name a key that tells the rows apart.';
  expect(await seen(paired({ candidate }))).toEqual([
    'duplicate-keys',
    'The candidate table c.csv: 2 keys of column "id" occur more than once, in 5 rows.',
    how,
  ]);
  expect(await seen(paired({ candidate, showKeys: true }))).toEqual([
    'duplicate-keys',
    'The candidate table c.csv: 2 keys ("7", "9") of column "id" occur more than once, in 5 rows.',
    how,
  ]);
  const many = `id,p\n${['a', 'b'].flatMap((p) => [1, 2, 3, 4, 5, 6, 7].map((id) => `k${id},${p}`)).join('\n')}\n`;
  expect(await seen(paired({ candidate: many, showKeys: true }))).toEqual([
    'duplicate-keys',
    'The candidate table c.csv: 7 keys ("k1", "k2", "k3", "k4", "k5", …) of column "id" occur more than once, in 14 rows.',
    how,
  ]);
});

test('other keys: how many on each side', async () => {
  const how = 'Both must hold the same examples (key "id" and "id"). Were they made from the same version of the data?';
  const examples = 'id,y\n1,a\n2,b\n3,a\n';
  expect(await seen(paired({ examples, candidate: 'id,p\n1,a\n2,b\n' }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 3 keys of the examples e.csv are not in the candidate table c.csv.',
    how,
  ]);
  const candidate = 'id,p\n1,a\n2,b\n3,b\n';
  expect(await seen(paired({ examples, candidate, champion: 'id,p\n1,a\n5,b\n6,b\n', showKeys: true }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 2 of 3 keys of the champion table h.csv ("5", "6") are not in the examples e.csv; 2 of 3 keys of the examples e.csv ("2", "3") are not in the champion table h.csv.',
    how,
  ]);
  // Text and integer are compared as text: 007 is another key than 7.
  expect(await seen(paired({ candidate: 'id,p\n007,a\n1,b\n', champion: 'id,p\n7,a\n1,b\n' }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 2 keys of the champion table h.csv are not in the candidate table c.csv; 1 of 2 keys of the candidate table c.csv are not in the champion table h.csv.',
    how,
  ]);
});

test('intersect keeps the common examples and says how many were dropped, but never none', async () => {
  const examples = 'id,y\n1,a\n2,b\n3,a\n';
  const candidate = 'id,p\n1,a\n2,b\n3,b\n';
  const table = await paired({
    examples,
    candidate,
    champion: 'id,p\n1,a\n2,b\n8,b\n9,b\n',
    championKeys: 'intersect',
  });
  expect([table.rows, table.dropped]).toEqual([2, { candidate: 1, champion: 2 }]);
  expect(await seen(paired({ examples, candidate, champion: 'id,p\n8,b\n', championKeys: 'intersect' }))).toEqual([
    'keys-differ',
    'The tables have no example in common: no key of the champion table h.csv is in the candidate table c.csv.',
    'Were both made from the same version of the data, with the same key?',
  ]);
});

test('labels that differ between the tables', async () => {
  const how = 'Both must hold the same labels for the same key. Were they made from the same version of the data?';
  const examples = 'id,y\n1,a\n2,b\n3,a\n';
  expect(await seen(paired({ examples, candidate: 'id,p,y\n1,a,a\n2,a,a\n3,a,b\n' }))).toEqual([
    'labels-differ',
    '2 of 3 labels differ between column "y" of the examples e.csv and column "y" of the candidate table c.csv.',
    how,
  ]);
});

test('classes: booleans are 0 and 1, 1.0 is 1, a text is never a number', async () => {
  const rows = (...values: readonly string[]) =>
    `id,p\n${values.map((value, index) => `${index},${value}`).join('\n')}\n`;
  const truth = 'id,y\n0,true\n1,false\n';
  expect((await paired({ examples: truth, candidate: rows('true', 'false') })).classes).toEqual({
    kind: 'boolean',
    names: ['false', 'true'],
  });
  expect((await paired({ examples: truth, candidate: rows('1.0', '0.0') })).classes).toEqual({
    kind: 'number',
    names: ['0', '1'],
  });
  expect((await paired({ candidate: rows('10', '9'), champion: rows('-1', '2') })).classes).toEqual({
    kind: 'number',
    names: ['-1', '2', '9', '10'],
  });
  expect((await paired({ candidate: rows('\u{1F600}', '\uFF5E', 'b', 'B') })).classes).toEqual({
    kind: 'text',
    names: ['B', 'b', '\uFF5E', '\u{1F600}'],
  });
  expect(await seen(paired({ examples: 'id,y\n0,yes\n1,no\n', candidate: rows('1', '0') }))).toEqual([
    'column-type',
    'Classes of different types cannot be compared: column "y" of the examples e.csv holds text, column "p" of the candidate table c.csv holds numbers.',
    'Write both as the same type: a text never equals a number or a boolean.',
  ]);
  expect(await seen(paired({ examples: truth, candidate: rows('1', '2') }))).toEqual([
    'column-type',
    'Classes of different types cannot be compared: column "y" of the examples e.csv holds booleans, column "p" of the candidate table c.csv numbers other than 0 and 1.',
    'Write both as the same type.',
  ]);
  expect(await seen(paired({ candidate: rows(...Array.from({ length: 1001 }, (_, index) => String(index))) }))).toEqual(
    [
      'column-type',
      'More than 1,000 classes in column "p" of the candidate table c.csv.',
      'A class column holds labels; for measured values use a metric of numbers.',
    ],
  );
});

test('hostile class names are only names', async () => {
  const table = await paired({ candidate: `id,p,y\n1,"'); drop table x; --","""q"""\n`, champion: 'id,p\n1,"a\nb"\n' });
  expect(table.classes?.names).toEqual(['"q"', "'); drop table x; --", 'a\nb']);
  expect(await table.jointCounts('prediction')).toEqual({
    classes: table.classes?.names,
    label: Uint16Array.of(0),
    champion: Uint16Array.of(2),
    candidate: Uint16Array.of(1),
    count: Float64Array.of(1),
  });
});

test('damage inside a Parquet file shows before anything is compared', async () => {
  session.write(
    'many.csv',
    `id,p\n${Array.from({ length: 20_000 }, (_, index) => `${index},${Math.sqrt(index + 2)}`).join('\n')}\n`,
  );
  const to = path.join(session.workspace, 'damaged.parquet');
  await session.tables.record({ source: await session.tables.describe('many.csv'), key: 'id', columns: ['p'], to });
  const bytes = readFileSync(to);
  bytes.fill(0x55, 40, Math.floor(bytes.length / 2));
  session.write('damaged.parquet', bytes);
  const source = await session.tables.describe('damaged.parquet');
  expect(await seen(session.tables.pair({ candidate: { source, key: 'id', columns: as('number') } }))).toEqual([
    'file-unreadable',
    'The candidate table damaged.parquet cannot be read: its data are damaged.',
    'Did the step that writes it end well, and was the file uploaded whole?',
  ]);
});
