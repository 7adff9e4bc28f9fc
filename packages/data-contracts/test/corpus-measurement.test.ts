import type { Source } from '@modelgate/tables';
import { beforeAll, describe, expect, test } from 'vitest';
import { measureCorpus } from '../src/corpus-measurement.ts';
import { foundById, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';
import { writeParquet } from './parquet-file.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

let files = 0;

async function jsonl(rows: readonly object[]): Promise<Source> {
  const name = `corpus-${++files}.jsonl`;
  session.write(name, rows.map((row) => JSON.stringify(row)).join('\n'));
  return session.tables.describe(name);
}

async function text(name: string, content: string): Promise<Source> {
  session.write(name, content);
  return session.tables.describe(name);
}

interface Parts {
  readonly rules: string;
  readonly documents: Source;
  readonly others?: Readonly<Record<string, Source>>;
}

/** What was found, by the rule's id, without those that every corpus has. */
async function found({ rules, documents, others = {} }: Parts) {
  const world = worldOf(session, `corpus:\n  id: id\n  text: text\n${rules}`, { source: documents, others });
  const { 'corpus.ids': _, 'corpus.ids.chunks': __, ...rest } = foundById(await measureCorpus(world));
  return rest;
}

const nothing = { atMost: { value: 0, unit: 'rows' } };
const chunkLines = '  chunks: { table: chunks, id: id, document: document, text: text, embedding: vector }\n';

/** Documents with these texts, d0, d1, … */
const documentsOf = (texts: readonly (string | null)[]) =>
  jsonl(texts.map((one, index) => ({ id: `d${index}`, text: one })));

test('ids: missing, empty and shared ones are counted, of documents and of chunks', async () => {
  const rows = ['a', 'b', 'b', '', null, 'c', 'c', 'c'].map((id) => ({ id, text: 'x' }));
  const source = await jsonl(rows);
  const chunks = await jsonl([
    { id: 1, document: 'a', text: 'x', vector: [1] },
    { id: 2, document: 'a', text: 'x', vector: [1] },
  ]);
  const world = worldOf(session, `corpus:\n  id: id\n  text: text\n${chunkLines}  empty: {}\n`, {
    source,
    others: { chunks },
  });
  const all = await measureCorpus(world);
  expect(all.slice(0, 2)).toEqual([
    {
      ...{ id: 'corpus.ids', path: ['corpus', 'id'], column: 'id', level: 'fail' },
      found: {
        ...{
          kind: 'counted',
          breaks: '`id` is missing or names another document, too',
          failing: 7,
          of: 8,
          unit: 'document',
        },
        ...{ allowed: nothing, sampleShows: 'presence', extra: '2 without one, 5 that share one' },
      },
    },
    {
      ...{ id: 'corpus.ids.chunks', path: ['corpus', 'chunks', 'id'], column: 'id', level: 'fail' },
      found: {
        ...{ kind: 'counted', breaks: '`id` is missing or names another chunk, too', failing: 0, of: 2, unit: 'chunk' },
        ...{ allowed: nothing, sampleShows: 'presence' },
      },
    },
  ]);
});

test('duplicates: case, white space of every kind and the spelling of accents do not tell texts apart; empty ones are not looked at', async () => {
  const documents = await documentsOf([
    'Caf\u00e9 au  lait',
    ' cafe\u0301\u00a0AU\u3000lait\n',
    'caf\u00e9 au lait!',
    'same',
    'same',
    'SAME',
    '',
    ' ',
    null,
  ]);
  expect(await found({ rules: '  duplicates: { at-most: 10%, level: warn }\n', documents })).toEqual({
    'corpus.duplicates': {
      ...{ kind: 'counted', breaks: '`text` is that of another document', failing: 5, of: 6, unit: 'document' },
      ...{ allowed: { atMost: { value: 0.1, unit: 'share' } }, sampleShows: 'presence' },
      extra: '2 texts occur more than once',
    },
  });
});

test('near-duplicates: documents that share enough three-word runs', async () => {
  const words = 'one two three four five six seven eight nine ten'.split(' ');
  const documents = await documentsOf([
    words.join(' '),
    `${words.join(' ')} eleven`,
    words.slice(0, 5).join(' '),
    null,
    'else',
  ]);
  const near = async (similarity: string) =>
    (await found({ rules: `  near-duplicates: { similarity: ${similarity} }\n`, documents }))['corpus.near-duplicates'];
  expect(await near('0.8')).toEqual({
    ...{ kind: 'counted', breaks: '`text` is nearly that of another document', failing: 2, of: 4, unit: 'document' },
    ...{ allowed: nothing, sampleShows: 'presence', extra: 'near is from 80 % of shared three-word runs on' },
  });
  expect(await near('90%')).toMatchObject({ failing: 0 });
  expect(await near('0.3')).toMatchObject({ failing: 3 });
});

test('encoding: each way is counted, a text with several once', async () => {
  const documents = await documentsOf([
    'fine',
    'lost \ufffd',
    'caf\u00c3\u00a9 \ufffd',
    'bell \u0007',
    'tab\tand\r\nline',
    null,
  ]);
  expect(await found({ rules: '  encoding: {}\n', documents })).toEqual({
    'corpus.encoding': {
      ...{ kind: 'counted', breaks: '`text` is damaged text', failing: 3, of: 5, unit: 'document' },
      ...{ allowed: nothing, sampleShows: 'share' },
      extra: '2 with replacement characters, 1 with control characters, 1 with UTF-8 that was read as windows-1252',
    },
  });
});

test('empty: texts that are missing or hold neither letter nor digit, of documents and of chunks', async () => {
  const documents = await documentsOf(['a', '7', 'ж', '中', '', ' \u00a0', '— … !', null]);
  const chunks = await jsonl([
    { id: 1, document: 'd0', text: '***', vector: [1] },
    { id: 2, document: 'd0', text: 'b', vector: [1] },
  ]);
  expect(await found({ rules: `${chunkLines}  empty: {}\n`, documents, others: { chunks } })).toMatchObject({
    'corpus.empty': { failing: 4, of: 8, unit: 'document', extra: '1 missing' },
    'corpus.empty.chunks': { failing: 1, of: 2, unit: 'chunk' },
  });
});

describe('tokens', () => {
  const texts = ['', 'one', 'one two', ' one\u00a0two\n three ', 'abcdefghijklmnopq', null];
  test.each([
    ['words', 'min: 2, max: 2', 4, '3 with fewer than 2, 1 with more than 2', 'fewer than 2 or more than 2 words'],
    ['characters', 'min: 4', 2, undefined, 'fewer than 4 characters'],
    // of words · 4/3 and characters / 4, rounded up: 0, 2, 3, 4, 5
    ['approximate-tokens', 'max: 4', 1, undefined, 'more than 4 approximate tokens'],
    [
      'approximate-tokens',
      'min: 2, max: 3',
      3,
      '1 with fewer than 2, 2 with more than 3',
      'fewer than 2 or more than 3 approximate tokens',
    ],
  ])('counted as %s, %s', async (how, ends, failing, extra, words) => {
    const rules = `  tokens: { of: documents, counted-as: ${how}, ${ends} }\n`;
    const { 'corpus.tokens': tokens } = await found({ rules, documents: await documentsOf(texts) });
    expect(tokens).toEqual({
      ...{ kind: 'counted', breaks: `\`text\` has ${words}`, failing, of: 5, unit: 'document', allowed: nothing },
      ...{ sampleShows: 'share', ...(extra === undefined ? {} : { extra }) },
    });
  });

  test("a tokenizer's own count; one that is missing is not looked at", async () => {
    const documents = await jsonl([5, 9, 10, 11, null].map((count, index) => ({ id: `d${index}`, text: 'x', count })));
    const { 'corpus.tokens': tokens } = await found({
      rules: '  tokens: { of: documents, column: count, max: 10 }\n',
      documents,
    });
    expect(tokens).toMatchObject({ failing: 1, of: 4, breaks: '`count` has more than 10 tokens' });
  });
});

test('metadata: a column of its own each; blank text lacks, and so does a column that is not there', async () => {
  const documents = await jsonl([
    { id: 'a', text: 'x', title: 'T', year: 2020 },
    { id: 'b', text: 'x', title: ' ', year: null },
    { id: 'c', text: 'x', title: null, year: 0 },
  ]);
  expect(await found({ rules: '  metadata: [title, year, source]\n', documents })).toMatchObject({
    'corpus.metadata.title': { failing: 2, of: 3, breaks: '`title` is missing' },
    'corpus.metadata.year': { failing: 1, of: 3 },
    'corpus.metadata.source': { failing: 3, of: 3, breaks: '`source` is no column of the table, so it is missing' },
  });
});

test('freshness: older than allowed at the moment of the check, in UTC; what cannot be read is stale, what is missing is not looked at', async () => {
  // now is 2026-01-01T00:00:00Z
  const times = [
    '2025-12-25T00:00:00Z',
    '2025-12-24T23:59:59Z',
    '2025-12-25',
    '2025-12-24',
    '2025-12-25T01:00:00+02:00',
    'last week',
    null,
  ];
  const documents = await jsonl(times.map((read, index) => ({ id: `d${index}`, text: 'x', read })));
  expect(await found({ rules: '  freshness: { column: read, at-most: 7d, stale: 3 }\n', documents })).toEqual({
    'corpus.freshness': {
      ...{ kind: 'counted', breaks: '`read` is more than 7d ago', failing: 4, of: 6, unit: 'document' },
      ...{ allowed: { atMost: { value: 3, unit: 'rows' } }, sampleShows: 'share', extra: '1 that are no date or time' },
    },
  });
});

test('embeddings in JSON: each vector is counted once, under the first of its defects', async () => {
  const vectors = [
    '[3, 4]',
    'null',
    '[1]',
    '[1, 2, 3]',
    '[]',
    '[1, NaN]',
    '[1, -Infinity]',
    '[1, null]',
    '[0, 0.0]',
    '[1e-3, 0]',
    '"[0.6, 0.8]"',
    '["3", "4"]',
    '{"x": 1}',
  ];
  const lines = vectors.map((vector, id) => `{"id": ${id}, "document": "d0", "text": "x", "vector": ${vector}}`);
  const chunks = await text('json-vectors.jsonl', lines.join('\n'));
  const documents = await documentsOf(['x']);
  expect(
    await found({
      rules: `${chunkLines}  embeddings: { dimension: 2, norm: [0.5, 5] }\n`,
      documents,
      others: { chunks },
    }),
  ).toEqual({
    'corpus.embeddings': {
      ...{ kind: 'counted', breaks: '`vector` is no sound vector of 2 numbers', failing: 11, of: 13, unit: 'chunk' },
      ...{ allowed: nothing, sampleShows: 'share', whole: true },
      extra:
        '1 missing, 2 that are no list of numbers, 3 of another dimension, 3 with NaN, infinity or a gap, 1 zero, 1 longer or shorter than 0.5 to 5',
    },
  });
});

test.each(['FLOAT[]', 'DOUBLE[]', 'FLOAT[2]', 'DECIMAL(9, 3)[]', 'INTEGER[]'])(
  'embeddings in Parquet as %s',
  async (type) => {
    const name = `vectors-${type.replace(/\W/g, '')}.parquet`;
    const values = type === 'FLOAT[2]' ? '([3, 4]), ([0, 0]), (NULL)' : '([3, 4]), ([0, 0]), ([1]), (NULL)';
    await writeParquet(
      session.workspace,
      name,
      `SELECT row_number() OVER () AS id, 'd0' AS document, 'x' AS text, CAST(v AS ${type}) AS vector FROM (VALUES ${values}) t(v)`,
    );
    const chunks = await session.tables.describe(name);
    const documents = await documentsOf(['x']);
    const { 'corpus.embeddings': vectors } = await found({
      rules: `${chunkLines}  embeddings: { dimension: 2 }\n`,
      documents,
      others: { chunks },
    });
    expect(vectors).toMatchObject(
      type === 'FLOAT[2]'
        ? { failing: 2, of: 3, extra: '1 missing, 1 zero' }
        : { failing: 3, of: 4, extra: '1 missing, 1 of another dimension, 1 zero' },
    );
  },
);

test('orphans, both ways; ids of one table may be text and of the other numbers', async () => {
  const documents = await jsonl([
    { id: 1, text: 'x' },
    { id: 2, text: 'y' },
    { id: null, text: 'z' },
  ]);
  const chunks = await jsonl(['1', '1', '3', null].map((document, id) => ({ id, document, text: 'x', vector: [1] })));
  const allowed = { atMost: { value: 1, unit: 'rows' } };
  expect(await found({ rules: `${chunkLines}  orphans: { at-most: 1 }\n`, documents, others: { chunks } })).toEqual({
    'corpus.orphans.chunks': {
      ...{ kind: 'counted', breaks: 'the document of a chunk is not in the corpus', failing: 2, of: 4, unit: 'chunk' },
      ...{ allowed, sampleShows: 'share', whole: true },
    },
    'corpus.orphans.documents': {
      ...{ kind: 'counted', breaks: 'a document has no chunk', failing: 2, of: 3, unit: 'document' },
      ...{ allowed, sampleShows: 'share', whole: true },
    },
  });
});

describe('questions of which a document is gone', () => {
  const sound = { 'corpus.questions': { failing: 0 } };
  const asked = async (questions: Source) =>
    found({
      rules: '  questions: { table: questions, documents: needs }\n',
      documents: await documentsOf(['x', 'y', 'z']),
      others: { questions },
    });

  test('by lists, by one id, by none', async () => {
    const needs = [['d0', 'd1'], ['d0', 'gone'], ['gone', 'lost'], [], null, ['d2', null]];
    expect(await asked(await jsonl(needs.map((one) => ({ needs: one }))))).toEqual({
      'corpus.questions': {
        ...{
          kind: 'counted',
          breaks: 'a document that answers is not in the corpus',
          failing: 3,
          of: 6,
          unit: 'question',
        },
        ...{ allowed: nothing, sampleShows: 'share', whole: true, extra: '2 documents are gone' },
      },
    });
    expect(await asked(await jsonl([{ needs: 'd0' }, { needs: ['d1', 'd2'] }]))).toMatchObject(sound);
    expect(await asked(await text('ids.csv', 'q,needs\n1,d0\n2,d9\n3,\n'))).toMatchObject({
      'corpus.questions': { failing: 1, of: 3, extra: '1 document is gone' },
    });
    expect(await asked(await text('lists.csv', 'q,needs\n1,"[""d0"",""d1""]"\n2,"[""d9""]"\n'))).toMatchObject({
      'corpus.questions': { failing: 1, of: 2 },
    });
  });

  test('in Parquet', async () => {
    await writeParquet(
      session.workspace,
      'questions.parquet',
      "SELECT * FROM (VALUES (['d0', 'd1']), (['d9']), (NULL), ([])) t(needs)",
    );
    expect(await asked(await session.tables.describe('questions.parquet'))).toMatchObject({
      'corpus.questions': { failing: 1, of: 4 },
    });
  });

  test('an id that looks like a list and is none is an id', async () => {
    expect(await asked(await jsonl([{ needs: '[d0' }, { needs: 'd0' }]))).toMatchObject({
      'corpus.questions': { failing: 1 },
    });
  });
});

test('stable ids: gone, or for another text; an edited document keeps its id', async () => {
  const used = await jsonl([
    { id: 'a', text: 'the fee is five euros a month' },
    { id: 'b', text: 'The  fee is WAIVED' },
    { id: 'c', text: 'cards are sent by post within ten days' },
    { id: 'd', text: 'gone tomorrow' },
    { id: 'e', text: null },
    { id: null, text: 'names nothing' },
  ]);
  const documents = await jsonl([
    { id: 'a', text: 'the fee is six euros a month' },
    { id: 'b', text: 'the fee is waived' },
    { id: 'c', text: 'savings earn two percent' },
    { id: 'e', text: 'now with words' },
    { id: 'f', text: 'new' },
  ]);
  const stable = async (more = '') =>
    found({ rules: `  stable-ids: { to: used${more} }\n`, documents, others: { used } });
  expect(await stable()).toEqual({
    'corpus.stable-ids': {
      ...{
        kind: 'counted',
        breaks: 'an id of the corpus in use is gone or names another text',
        failing: 3,
        of: 5,
        unit: 'document',
      },
      ...{ allowed: nothing, sampleShows: 'share', whole: true, extra: '1 gone, 2 with another text' },
    },
  });
  // every edit counts, but for case and spaces
  expect(await stable(', similarity: 100%')).toMatchObject({ 'corpus.stable-ids': { failing: 4 } });
});

test('of a sample, what is gone is looked for in the whole corpus', async () => {
  const documents = await jsonl(
    Array.from({ length: 200 }, (_, index) => ({ id: `d${index}`, text: `text ${index}` })),
  );
  const chunks = await jsonl(
    Array.from({ length: 200 }, (_, index) => ({ id: index, document: `d${index}`, text: 'x', vector: [1] })),
  );
  const questions = await jsonl([{ needs: ['d0', 'd199'] }]);
  const sample = await session.tables.sample(documents, { share: 0.2, seed: 's' });
  expect(sample.rows).toBeLessThan(100);
  const rules = `${chunkLines}  orphans: {}\n  questions: { table: questions, documents: needs }\n  stable-ids: { to: used }\n  empty: {}\n`;
  const others = { chunks, questions, used: documents, [documents.path]: documents };
  expect(await found({ rules, documents: sample, others })).toMatchObject({
    'corpus.orphans.chunks': { failing: 0, of: 200 },
    'corpus.orphans.documents': { failing: 0, of: 200 },
    'corpus.questions': { failing: 0 },
    'corpus.stable-ids': { failing: 0, of: 200 },
    'corpus.empty': { of: sample.rows },
  });
});

test('a column that is not there, or of no use, loses the answers of its own rules only', async () => {
  const documents = await jsonl([{ id: 'a', txt: 'x', when: ['2020'] }]);
  const rules = '  duplicates: {}\n  freshness: { column: when, at-most: 1d }\n  metadata: id\n';
  expect(await found({ rules, documents })).toEqual({
    'corpus.duplicates': {
      ...{
        kind: 'unmeasured',
        reason: 'column-missing',
        words: `${documents.path} has no column \`text\`.`,
        how: 'Did you mean `txt`?',
      },
    },
    'corpus.freshness': {
      ...{ kind: 'unmeasured', reason: 'column-type' },
      words: `\`when\` of ${documents.path} holds lists or structures, and the time at which a source was read is a date or a timestamp.`,
      how: 'Name another column, or write this one as what it is meant to be.',
    },
    'corpus.metadata.id': expect.objectContaining({ failing: 0, of: 1 }),
  });
});

test('a table that is not there is said by each of its rules', async () => {
  const documents = await documentsOf(['x']);
  const rules = `  chunks: { table: chunks.jsonl, id: id, document: document, text: text, embedding: vector }\n  orphans: {}\n  embeddings: { dimension: 2 }\n  tokens: { max: 5 }\n  empty: {}\n`;
  const world = worldOf(session, `corpus:\n  id: id\n  text: text\n${rules}`, { source: documents });
  const all = await measureCorpus({ ...world, table: (name) => session.tables.describe(name) });
  expect(all.map(({ id, found: { kind } }) => `${id} ${kind}`)).toEqual([
    'corpus.ids counted',
    'corpus.ids.chunks unmeasured',
    'corpus.empty counted',
    'corpus.empty.chunks unmeasured',
    'corpus.tokens unmeasured',
    'corpus.embeddings unmeasured',
    'corpus.orphans.chunks unmeasured',
    'corpus.orphans.documents unmeasured',
  ]);
  expect(all[1]?.found).toMatchObject({ reason: 'file-missing', words: 'chunks.jsonl matches no file.' });
});

test('names of columns are quoted wherever they go, and shown on one line', async () => {
  const odd = 'a "b\'c\n`d` -- ';
  const documents = await jsonl([{ [odd]: 'x', text: "it's\u0000" }]);
  const world = worldOf(
    session,
    `corpus: { id: ${JSON.stringify(odd)}, text: text, metadata: [${JSON.stringify(odd)}], encoding: {} }\n`,
    { source: documents },
  );
  const all = foundById(await measureCorpus(world));
  expect(Object.values(all).map((one) => (one.kind === 'counted' ? [one.breaks, one.failing, one.of] : one))).toEqual([
    ["`a \"b'c 'd' --` is missing or names another document, too", 0, 1],
    ["`a \"b'c 'd' --` is missing", 0, 1],
    ['`text` is damaged text', 1, 1],
  ]);
});
