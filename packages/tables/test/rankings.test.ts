import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PairedRankings } from '../src/index.ts';
import { type Opened, opened, seen } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});
afterAll(() => session.tables.close());

interface Asked {
  readonly judged?: string;
  readonly candidate?: string;
  readonly champion?: string;
  readonly rank?: boolean;
  readonly weight?: string;
  readonly cluster?: string;
  readonly championKeys?: 'intersect';
}

const judged = 'q,d,y,w,g\nq1,a,2,1,x\nq1,b,0,1,x\nq2,c,1,2,x\nq3,a,1,3,z\n';
const candidate = 'q,d,s\nq1,b,0.5\nq1,a,0.5\nq1,n,0.9\nq2,,\nq3,a,-1\n';

async function ranked(asked: Asked): Promise<PairedRankings> {
  const described = async (name: string, content: string) => {
    session.write(name, content);
    return session.tables.describe(name);
  };
  const run = async (name: string, content: string) => {
    const of = { source: await described(name, content), key: 'q', document: 'd' };
    return asked.rank === true ? { ...of, rank: 's' } : { ...of, score: 's' };
  };
  return session.tables.pairRankings({
    examples: {
      source: await described('j.csv', asked.judged ?? judged),
      key: 'q',
      document: 'd',
      label: 'y',
      weight: asked.weight,
      cluster: asked.cluster,
    },
    candidate: await run('c.csv', asked.candidate ?? candidate),
    champion: asked.champion === undefined ? undefined : await run('h.csv', asked.champion),
    championKeys: asked.championKeys ?? 'same',
  });
}

/** Every query as text: weight, cluster, then documents of each side as score:grade. */
function told({ queries, weight, cluster, candidate, champion }: PairedRankings): readonly string[] {
  return Array.from({ length: queries }, (_, query) => {
    const sides = [candidate, champion].map((side) => {
      const [from, to] = [side?.starts[query], side?.starts[query + 1]];
      const grades = side?.relevance.subarray(from, to) ?? [];
      return [...(side?.scores.subarray(from, to) ?? [])].map((score, row) => `${score}:${grades[row]}`).join(' ');
    });
    return [weight?.[query], cluster?.codes[query], ...sides].join('|');
  });
}

test('documents that were retrieved, judged, or both; ties with the least relevant first; nothing retrieved', async () => {
  const found = await ranked({ weight: 'w', cluster: 'g', champion: 'q,d,s\nq3,z,1\nq2,c,3\nq1,b,2\n' });
  const clusterOf = (weight: number) => told(found).find((text) => text.startsWith(`${weight}|`))?.[2];
  expect(new Set([clusterOf(1), clusterOf(3)])).toEqual(new Set(['0', '1']));
  expect([...told(found)].sort()).toEqual([
    `1|${clusterOf(1)}|0.9:NaN 0.5:0 0.5:2|2:0 NaN:2`,
    `2|${clusterOf(1)}|NaN:1|3:1`,
    `3|${clusterOf(3)}|-1:1|1:NaN NaN:1`,
  ]);
  expect([found.queries, found.cluster?.count, found.dropped, found.candidate.starts.at(-1)]).toEqual([
    3,
    2,
    { candidate: 0, champion: 0 },
    5,
  ]);
});

test('ranks: 1 is the best', async () => {
  const found = await ranked({ candidate: 'q,d,s\nq1,a,2\nq1,b,1\nq2,c,1\nq3,,\n', rank: true });
  expect([...told(found)].sort()).toEqual(['||-1:0 -2:2|', '||-1:1|', '||NaN:1|']);
  expect((await seen(ranked({ candidate: 'q,d,s\nq1,a,0\nq2,c,1.5\nq3,a,3\n', rank: true }))).slice(0, 2)).toEqual([
    'value-out-of-range',
    'The candidate table c.csv: column "s" holds 2 values that are no rank (first in row 1); ranks are whole numbers from 1, the best.',
  ]);
});

test('other names of queries, documents and clusters, other orders of rows: the same arrays', async () => {
  const renamed = (text: string) => {
    const [head, ...lines] = text.trimEnd().split('\n');
    const cells = lines.map((line) => {
      const [q = '', d = '', ...rest] = line.split(',');
      const others = rest.map((cell) => (cell === 'x' ? 'zz' : cell === 'z' ? 'b' : cell));
      return [
        `p${9 - Number(q.slice(1))}`,
        d === '' ? '' : `d${'zyxwvutsrqponmlkjihgfedcba'['abcdefghijklmnopqrstuvwxyz'.indexOf(d)]}`,
        ...others,
      ].join(',');
    });
    return `${[head, ...cells.reverse()].join('\n')}\n`;
  };
  const champion = 'q,d,s\nq3,z,1\nq2,c,3\nq1,b,2\n';
  const of = { weight: 'w', cluster: 'g' };
  const first = await ranked({ ...of, champion });
  const other = await ranked({
    ...of,
    judged: renamed(judged),
    candidate: renamed(candidate),
    champion: renamed(champion),
  });
  expect(other).toEqual(first);
});

const how =
  'Both must hold the same examples (key "q" and "q"). Were they made from the same version of the data? A query for which nothing was retrieved has one row, whose document is null.';

test('a query missing in the run, and one that is not judged', async () => {
  expect(await seen(ranked({ candidate: 'q,d,s\nq1,a,1\nq1,b,2\nq2,c,1\n' }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 3 keys of the examples j.csv are not in the candidate table c.csv.',
    how,
  ]);
  expect(await seen(ranked({ candidate: `${candidate}q4,a,1\nq4,b,1\n` }))).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 4 keys of the candidate table c.csv are not in the examples j.csv.',
    how,
  ]);
  const champion = 'q,d,s\nq1,a,1\nq9,a,1\nq9,b,1\n';
  expect((await seen(ranked({ champion }))).slice(0, 2)).toEqual([
    'keys-differ',
    'The tables do not hold the same examples: 1 of 2 keys of the champion table h.csv are not in the examples j.csv; 2 of 3 keys of the examples j.csv are not in the champion table h.csv.',
  ]);
  const found = await ranked({ champion, championKeys: 'intersect' });
  expect([told(found), found.dropped]).toEqual([['||0.9:NaN 0.5:0 0.5:2|1:2 NaN:0'], { candidate: 2, champion: 1 }]);
});

test('a document twice, or none beside others', async () => {
  expect(await seen(ranked({ candidate: `${candidate}q1,a,1\nq3,a,2\n` }))).toEqual([
    'duplicate-keys',
    'The candidate table c.csv: 2 pairs of query and document occur more than once, in 4 rows.',
    'A query holds a document once: remove the repeated rows.',
  ]);
  expect((await seen(ranked({ judged: `${judged}q3,a,1,3,z\n` }))).slice(0, 2)).toEqual([
    'duplicate-keys',
    'The examples j.csv: 1 pair of query and document occurs more than once, in 2 rows.',
  ]);
  expect(await seen(ranked({ candidate: `${candidate}q1,,\n` }))).toEqual([
    'value-missing',
    'The candidate table c.csv: 1 query has a row without a document beside other rows.',
    'A null document says that nothing was retrieved for the query, and is then its only row: remove it, or fill it.',
  ]);
});

test.each([
  [
    '-1',
    'value-out-of-range',
    'holds 1 value below 0 (first in row 2); a grade is at least 0, and 0 means not relevant',
  ],
  ['nan', 'not-finite', 'holds 1 value that is NaN or infinite (first in row 2)'],
  ['', 'value-missing', 'holds 1 null (first in row 2)'],
])('grade "%s"', async (grade, reason, words) => {
  const rows = `q,d,y\nq1,a,2\nq1,b,${grade}\nq2,c,1\nq3,a,1\n`;
  expect(await seen(ranked({ judged: rows }))).toEqual([reason, `The examples j.csv: column "y" ${words}.`, undefined]);
});

test('a judgement without a document; a score that is null or NaN beside a document', async () => {
  expect((await seen(ranked({ judged: 'q,d,y\nq1,a,2\nq2,,0\nq3,a,1\n' }))).slice(0, 2)).toEqual([
    'value-missing',
    'The examples j.csv: column "d" holds 1 null (first in row 2).',
  ]);
  expect((await seen(ranked({ candidate: 'q,d,s\nq1,a,\nq2,,\nq3,a,nan\n' }))).slice(0, 2)).toEqual([
    'value-missing',
    'The candidate table c.csv has 2 problems:\n- column "s" holds 1 null (first in row 1)\n- column "s" holds 1 value that is NaN or infinite (first in row 3)',
  ]);
});

test('weight and cluster belong to the query', async () => {
  const rows = 'q,d,y,w,g\nq1,a,2,1,x\nq1,b,0,2,y\nq2,c,1,2,x\nq3,a,1,3,z\n';
  expect(await seen(ranked({ judged: rows, weight: 'w' }))).toEqual([
    'values-differ',
    'The rows of 1 query differ in their weight, column "w" of the examples j.csv.',
    'The weight belongs to the query: write the same in all its rows.',
  ]);
  expect((await seen(ranked({ judged: rows, cluster: 'g' }))).slice(0, 2)).toEqual([
    'values-differ',
    'The rows of 1 query differ in their cluster, column "g" of the examples j.csv.',
  ]);
  expect((await seen(ranked({ judged: rows.replaceAll(/,\d,([xyz])/g, ',0,$1'), weight: 'w' }))).slice(0, 2)).toEqual([
    'value-out-of-range',
    'Every row that is compared has weight 0 in column "w" of the examples j.csv.',
  ]);
});

test('nothing retrieved for any query', async () => {
  const found = await ranked({ candidate: 'q,d,s\nq1,,\nq2,,\nq3,,\n' });
  expect([...told(found)].sort()).toEqual(['||NaN:0 NaN:2|', '||NaN:1|', '||NaN:1|']);
});
