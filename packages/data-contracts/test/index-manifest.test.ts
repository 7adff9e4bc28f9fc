import type { Source } from '@modelgate/tables';
import { beforeAll, expect, test } from 'vitest';
import { measureIndex } from '../src/index-manifest.ts';
import { foundById, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
let documents: Source;
let chunks: Source;
beforeAll(async () => {
  session = await opened();
  session.write('corpus/a.jsonl', '{"id":"a","text":"x"}\n');
  session.write('chunks.jsonl', '{"id":1,"document":"a","vector":[1,0]}\n');
  documents = await session.tables.describe('corpus/a.jsonl');
  chunks = await session.tables.describe('chunks.jsonl');
});

const rules = `corpus:
  id: id
  text: text
  chunks: { table: chunks, id: id, document: document, embedding: vector }
  embeddings: { dimension: 2 }
`;

function manifest(changed: object = {}): object {
  return {
    schema: 'https://github.com/modelgate/modelgate/index/v1',
    corpus: { path: 'corpus/a.jsonl', sha256: documents.digest },
    chunks: { path: 'chunks.jsonl', sha256: chunks.digest },
    chunker: { name: 'paragraphs', version: '1', settings: { most: 900 } },
    embedding: { model: 'hashed-words', revision: '1', dimension: 2 },
    ...changed,
  };
}

async function found(text: string, source: Source = documents, contract = rules) {
  const world = worldOf(session, contract, { source, others: { chunks }, files: { 'manifest.json': text } });
  return foundById(await measureIndex(world, 'manifest.json'));
}

test('an index of this corpus, these chunks and this dimension', async () => {
  expect(await found(JSON.stringify(manifest()))).toEqual({
    'index.corpus': {
      kind: 'fact',
      holds: true,
      words: `the index was built from this corpus: corpus/a.jsonl (sha-256 ${documents.digest.slice(0, 12)})`,
    },
    'index.chunks': {
      kind: 'fact',
      holds: true,
      words: `the index was built from these chunks: chunks.jsonl (sha-256 ${chunks.digest.slice(0, 12)})`,
    },
    'index.dimension': { kind: 'fact', holds: true, words: 'by manifest.json vectors of the index have 2 numbers' },
    'index.built-by': {
      kind: 'fact',
      holds: true,
      words: 'the index was built by chunker paragraphs 1 and embedding model hashed-words 1',
    },
  });
});

test('a stale manifest: another corpus, other chunks, another dimension', async () => {
  const other = 'f'.repeat(64);
  const stale = manifest({
    corpus: { path: 'old/a.jsonl', sha256: other },
    chunks: { path: 'old/chunks.jsonl', sha256: other },
    embedding: { model: 'm', revision: 'r', dimension: 3 },
  });
  const how = 'build the index again, and hand over the manifest that its builder writes';
  expect(await found(JSON.stringify(stale))).toMatchObject({
    'index.corpus': {
      holds: false,
      words: `the index was built from another corpus than corpus/a.jsonl (sha-256 ${documents.digest.slice(0, 12)}): by manifest.json it had old/a.jsonl (sha-256 ffffffffffff)`,
      how,
    },
    'index.chunks': {
      holds: false,
      words: `the index was built from other chunks than chunks.jsonl (sha-256 ${chunks.digest.slice(0, 12)}): by manifest.json it had old/chunks.jsonl (sha-256 ffffffffffff)`,
      how,
    },
    'index.dimension': {
      holds: false,
      words: 'by manifest.json vectors of the index have 3 numbers; the contract asks 2',
    },
  });
  expect(await found(JSON.stringify(manifest({ chunks: undefined })))).toMatchObject({
    'index.chunks': { holds: false, words: 'manifest.json does not say from which chunks the index was built' },
  });
});

test('a corpus of several files has the digest of the lines that sha256sum writes of them; of a sample it is that of the whole', async () => {
  session.write('many/a.jsonl', '{"id":"a","text":"x"}\n');
  session.write('many/b.jsonl', '{"id":"b","text":"y"}\n{"id":"c","text":"y"}\n');
  const many = await session.tables.describe('many/*.jsonl');
  // (cd workspace && sha256sum many/*.jsonl | sha256sum)
  const digest = '0a10103a623f610c94826874fa54ce739dabf1c4dbc301b8308b755d32546d2b';
  const text = JSON.stringify(manifest({ corpus: { path: 'many/*.jsonl', sha256: digest } }));
  expect(await found(text, many)).toMatchObject({ 'index.corpus': { holds: true } });
  const sample = await session.tables.sample(many, { share: 0.5, seed: 's' });
  const world = worldOf(session, rules, {
    source: sample,
    others: { chunks, 'many/*.jsonl': many },
    files: { 'manifest.json': text },
  });
  expect(foundById(await measureIndex(world, 'manifest.json'))).toMatchObject({ 'index.corpus': { holds: true } });
});

test('a contract that says nothing of chunks or vectors asks the corpus only', async () => {
  const plain = 'corpus: { id: id, text: text, empty: {} }\n';
  expect(Object.keys(await found(JSON.stringify(manifest()), documents, plain))).toEqual([
    'index.corpus',
    'index.built-by',
  ]);
});

test.each([
  ['no JSON', '{', 'manifest.json is no JSON.'],
  ['something else', '[]', /^manifest\.json is no manifest of an index/],
  [
    'a digest that is none',
    JSON.stringify({ ...{ corpus: { path: 'x', sha256: 'ABC' } } }),
    /^manifest\.json is no manifest of an index: `schema`/,
  ],
])('a manifest that cannot be read: %s', async (_, text, words) => {
  const all = await found(text);
  expect(Object.keys(all)).toEqual(['index.manifest']);
  expect(all['index.manifest']).toMatchObject({
    kind: 'unmeasured',
    reason: 'file-unreadable',
    words: expect.stringMatching(words),
  });
});

test('of a manifest no more than a line is shown', async () => {
  const text = JSON.stringify(manifest({ chunker: { name: `a\n\n# b${'x'.repeat(500)}`, version: '1' } }));
  const { 'index.built-by': built } = await found(text);
  expect(built).toMatchObject({
    words: expect.stringMatching(/^the index was built by chunker a # bx{60,80}… and embedding model hashed-words 1$/),
  });
});
