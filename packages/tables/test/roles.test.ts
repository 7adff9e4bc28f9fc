import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../src/index.ts';
import { openSession, type Session } from '../src/session.ts';
import { literal } from '../src/sql-text.ts';
import { emptyFolder, type Opened, opened, preplaced, seen } from './opened.ts';

let writer: Session;
let session: Opened;
beforeAll(async () => {
  const folder = emptyFolder();
  const limits = { threads: 1, memoryLimit: 128 << 20 };
  writer = await openSession({ engine: preplaced, workspace: folder, temporary: folder, ...limits });
  session = await opened();
});
afterAll(async () => {
  await writer.close();
  await session.tables.close();
});

async function described(name: string, content: string) {
  session.write(name, content);
  return session.tables.describe(name);
}

async function parquet(name: string, select: string) {
  const written = path.join(writer.temporary, 'x.parquet');
  await writer.run(`COPY (${select}) TO ${literal(written)} (FORMAT parquet)`);
  copyFileSync(written, path.join(session.workspace, name));
  return session.tables.describe(name);
}

/** The first two of what is seen when the candidate's column `p` is paired in this role. */
async function refusal(source: Awaited<ReturnType<typeof described>>, role: Role) {
  const columns = { value: { column: 'p', role } };
  return (await seen(session.tables.pair({ candidate: { source, key: 'id', columns } }))).slice(0, 2);
}

const columns = { p: { column: 'p', role: 'number' } } as const;

async function examples(content: string, of: { weight?: string; cluster?: string; label?: string }) {
  const source = await described('e.csv', content);
  const candidate = { source: await described('c.csv', 'id,p\n1,1\n2,2\n3,3\n'), key: 'id', columns };
  return seen(session.tables.pair({ examples: { source, key: 'id', ...of }, candidate }));
}

test.each([
  ['of nulls', '', 'value-missing', 'holds 1 null (first in row 2)'],
  ['below 0', '-1', 'value-out-of-range', 'holds 1 value below 0 (first in row 2); a weight is at least 0'],
  ['of NaN', 'nan', 'not-finite', 'holds 1 value that is NaN or infinite (first in row 2)'],
  ['without end', 'inf', 'not-finite', 'holds 1 value that is NaN or infinite (first in row 2)'],
])('weights %s', async (_, second, reason, words) => {
  expect(await examples(`id,w\n1,1\n2,${second}\n3,2.5\n`, { weight: 'w' })).toEqual([
    reason,
    `The examples e.csv: weight column "w" ${words}.`,
    undefined,
  ]);
});

test('weights that are all 0, texts, or not there', async () => {
  expect(await examples('id,w\n1,0\n2,0\n3,0\n', { weight: 'w' })).toEqual([
    'value-out-of-range',
    'Every row that is compared has weight 0 in column "w" of the examples e.csv.',
    'Rows of weight 0 count for nothing: give at least some a weight above 0, or leave `weight` out.',
  ]);
  expect(await examples('id,w\n1,a\n2,b\n3,c\n', { weight: 'w' })).toEqual([
    'column-type',
    'The examples e.csv: column "w" holds text; a number is needed.',
    undefined,
  ]);
  expect(await examples('id,w\n1,1\n2,1\n3,1\n', { weight: 'weight' })).toEqual([
    'column-missing',
    'The examples e.csv: there is no column "weight"; there are "id", "w".',
    undefined,
  ]);
});

test('clusters: null, NaN, nested', async () => {
  expect(await examples('id,g\n1,a\n2,\n3,b\n', { cluster: 'g' })).toEqual([
    'value-missing',
    'The examples e.csv: cluster column "g" holds 1 null (first in row 2); fill it, e.g. with the key, for rows that depend on no other.',
    undefined,
  ]);
  expect(await examples('id,g\n1,1.5\n2,nan\n3,2\n', { cluster: 'g' })).toEqual([
    'not-finite',
    'The examples e.csv: cluster column "g" holds 1 value that is NaN or infinite (first in row 2); fill it, e.g. with the key, for rows that depend on no other.',
    undefined,
  ]);
  const source = await described('n.jsonl', '{"id":1,"g":{"a":1},"v":1}\n');
  expect(
    await seen(
      session.tables.single({
        source,
        side: 'candidate',
        cluster: 'g',
        columns: { v: { column: 'v', role: 'number' } },
      }),
    ),
  ).toEqual([
    'column-type',
    'The candidate table n.jsonl: column "g" holds lists, structures or bytes; a cluster is a single value.',
    undefined,
  ]);
});

test('clusters of every scalar type', async () => {
  const source = await parquet(
    'g.parquet',
    `SELECT i AS id, i AS v, i > 1 AS b, i // 2 AS n, i / 2 AS d, 'x' || i AS t, DATE '2026-01-01' AS day,
      TIMESTAMP '2026-01-01' + to_days(CAST(i % 2 AS INTEGER)) AS at FROM range(4) t(i)`,
  );
  const counts = [];
  for (const cluster of ['b', 'n', 'd', 't', 'day', 'at']) {
    const spec = { source, side: 'candidate', cluster, columns: { v: { column: 'v', role: 'number' } } } as const;
    counts.push((await session.tables.single(spec)).clusters);
  }
  expect(counts).toEqual([2, 2, 4, 4, 1, 2]);
});

test('text where a number is needed, and the other way round', async () => {
  expect(await refusal(await described('t.csv', 'id,p\n1,x\n'), 'number')).toEqual([
    'column-type',
    'The candidate table t.csv: column "p" holds text; a number is needed.',
  ]);
  const integers = await parquet('i.parquet', 'SELECT 1 AS id, 2 AS p');
  expect(await refusal(integers, 'text')).toEqual([
    'column-type',
    'The candidate table i.parquet: column "p" holds integers; a text is needed.',
  ]);
  expect(await refusal(integers, 'texts')).toEqual([
    'column-type',
    'The candidate table i.parquet: column "p" holds integers; a text or a list of texts is needed.',
  ]);
  expect(await refusal(await parquet('l.parquet', 'SELECT 1 AS id, [2] AS p'), 'texts')).toEqual([
    'column-type',
    'The candidate table l.parquet: column "p" holds lists, structures or bytes; a text or a list of texts is needed.',
  ]);
  expect(await refusal(await described('l.jsonl', '{"id":1,"p":["a"]}\n'), 'text')).toEqual([
    'column-type',
    'The candidate table l.jsonl: column "p" holds lists, structures or bytes; a text is needed.',
  ]);
});

test('nulls in texts, and inside lists of texts', async () => {
  expect(await refusal(await described('t.csv', 'id,p\n1,x\n2,\n'), 'text')).toEqual([
    'value-missing',
    'The candidate table t.csv: column "p" holds 1 null (first in row 2); CSV cannot tell an empty text from none: write Parquet or JSON lines.',
  ]);
  expect(await refusal(await described('t.jsonl', '{"id":1,"p":"x"}\n{"id":2,"p":null}\n'), 'text')).toEqual([
    'value-missing',
    'The candidate table t.jsonl: column "p" holds 1 null (first in row 2).',
  ]);
  const inside = (file: string) => [
    'value-missing',
    `The candidate table ${file}: column "p" holds 1 list with a null inside (first in row 2).`,
  ];
  const lists = "SELECT 1 AS id, ['a'] AS p UNION ALL SELECT 2, ['b', NULL] UNION ALL SELECT 3, NULL ORDER BY id";
  expect(await refusal(await parquet('l.parquet', lists), 'texts')).toEqual(inside('l.parquet'));
  const lines = '{"id":1,"p":["a"]}\n{"id":2,"p":["b",null]}\n{"id":3,"p":null}\n';
  expect(await refusal(await described('l.jsonl', lines), 'texts')).toEqual(inside('l.jsonl'));
  const others = '{"id":1,"p":["a"]}\n{"id":2,"p":"b"}\n{"id":3,"p":[["c"]]}\n{"id":4,"p":{"d":1}}\n{"id":5,"p":[6]}\n';
  expect(await refusal(await described('o.jsonl', others), 'texts')).toEqual([
    'column-type',
    'The candidate table o.jsonl: column "p" holds 3 values that are neither a text nor a list of texts (first in row 3).',
  ]);
});

test('lists of texts from Parquet', async () => {
  const source = await parquet(
    'a.parquet',
    "SELECT 1 AS id, 1 AS v, ['a', 'a longer text than twelve bytes'] AS p UNION ALL SELECT 2, 2, NULL UNION ALL SELECT 3, 3, []",
  );
  const of = { p: { column: 'p', role: 'texts' }, v: { column: 'v', role: 'number' } } as const;
  const table = await session.tables.pair({ candidate: { source, key: 'id', columns: of } });
  const rows = await table.rowsOf([
    { side: 'candidate', column: 'v' },
    { side: 'candidate', column: 'p' },
  ]);
  expect(rows.columns[1]).toEqual({ kind: 'texts', lists: [['a', 'a longer text than twelve bytes'], [], []] });
});

test('enormous texts', async () => {
  const source = await parquet('x.parquet', "SELECT i AS id, repeat('x', (1 << 20) + i) AS p FROM range(3) t(i)");
  const words = 'holds 2 texts of more than 1,048,576 bytes (first in row 2); is it the right column?';
  expect(await refusal(source, 'text')).toEqual([
    'value-out-of-range',
    `The candidate table x.parquet: column "p" ${words}`,
  ]);
  const lists = await parquet(
    'xl.parquet',
    "SELECT i AS id, ['a', repeat('x', (1 << 20) + i)] AS p FROM range(3) t(i)",
  );
  expect(await refusal(lists, 'texts')).toEqual([
    'value-out-of-range',
    `The candidate table xl.parquet: column "p" ${words}`,
  ]);
  const many = await parquet('m.parquet', "SELECT i AS id, repeat('x', 1 << 20) AS p FROM range(520) t(i)");
  const of = { value: { column: 'p', role: 'text' } } as const;
  expect(await seen(session.tables.pair({ candidate: { source: many, key: 'id', columns: of } }))).toEqual([
    'value-out-of-range',
    'The texts of column "p" of the candidate table m.parquet are 520 MiB; at most 512 MiB of text are compared.',
    'Compare fewer rows, or split the examples over several gates.',
  ]);
});

test('flags', async () => {
  expect(await refusal(await described('f.csv', 'id,p\n1,0\n2,2\n3,0.5\n'), 'flag')).toEqual([
    'value-out-of-range',
    'The candidate table f.csv: column "p" holds 2 values other than 0 and 1 (first in row 2); a flag is a boolean, or 0 or 1.',
  ]);
  expect(await refusal(await described('f.csv', 'id,p\n1,yes\n'), 'flag')).toEqual([
    'column-type',
    'The candidate table f.csv: column "p" holds text; a flag is a boolean, or 0 or 1.',
  ]);
});

test('labels that are numbers or texts are compared too', async () => {
  const golden = await described('ge.jsonl', '{"id":1,"y":["a","b"]}\n{"id":2,"y":null}\n{"id":3,"y":["c"]}\n');
  const own = await described('gc.jsonl', '{"id":1,"y":["a"],"p":1}\n{"id":2,"y":[],"p":2}\n{"id":3,"y":"c","p":3}\n');
  const of = { key: 'id', label: 'y' };
  const spec = {
    examples: { source: golden, ...of, labelRole: 'texts' },
    candidate: { source: own, ...of, columns },
  } as const;
  expect(await seen(session.tables.pair(spec))).toEqual([
    'labels-differ',
    '1 of 3 labels differ between column "y" of the examples ge.jsonl and column "y" of the candidate table gc.jsonl.',
    'Both must hold the same labels for the same key. Were they made from the same version of the data?',
  ]);
});
