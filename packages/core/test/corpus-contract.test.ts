import { expect, test } from 'vitest';
import { indexManifestSchema, PolicyError, parseDataContract } from '../src/index.ts';

const heading = 'version: 1\nname: t\ncorpus:\n  id: id\n  text: text\n';

function problems(rules: string): readonly string[] {
  try {
    parseDataContract(heading + rules, 'corpus.yml');
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

test('what a corpus leaves unsaid', () => {
  const { contract } = parseDataContract(
    `${heading}  chunks: { table: c, id: i, document: d, text: t }\n  near-duplicates: {}\n  tokens: { max: 5 }\n  stable-ids: { to: c, similarity: 80% }\n`,
    'corpus.yml',
  );
  const none = { atMost: { value: 0, unit: 'rows' } };
  expect(contract.corpus).toMatchObject({
    'near-duplicates': { similarity: 0.8, 'at-most': none, level: 'fail' },
    tokens: { of: 'chunks', 'counted-as': 'approximate-tokens', 'at-most': none },
    'stable-ids': { similarity: 0.8, 'at-most': none },
  });
});

test.each([
  ['', '`corpus`: says nothing to check'],
  ['  orphans: {}\n', '`corpus.orphans`: needs `chunks`'],
  ['  tokens: { max: 5 }\n', '`corpus.tokens`: is of chunks, and there are none: write of: documents'],
  [
    '  chunks: { table: c, id: i, document: d }\n  tokens: { max: 5 }\n',
    '`corpus.tokens`: needs the text of the chunks: write `chunks.text`, or the `column` with their count',
  ],
  ['  tokens: { of: documents }\n', '`corpus.tokens`: has no end: write min or max'],
  ['  tokens: { of: documents, min: 6, max: 5 }\n', '`corpus.tokens`: lets no text through: min is above max'],
  [
    '  chunks: { table: c, id: i, document: d }\n  embeddings: { dimension: 2 }\n',
    '`corpus.embeddings`: needs `chunks.embedding`: the column with the vectors',
  ],
  [
    '  chunks: { table: c, id: i, document: d, embedding: e }\n  embeddings: { dimension: 2, norm: [2, 1] }\n',
    '`corpus.embeddings.norm`: must be [lowest, highest]',
  ],
  ['  stable-ids: { to: c, similarity: 120% }\n', '`corpus.stable-ids.similarity`: is more than the whole'],
  ['  duplicates: { at-mots: 1 }\n', 'unknown key `at-mots`; did you mean `at-most`?'],
])('a corpus that cannot be meant: %s', (rules, message) => {
  expect(problems(rules)).toEqual([message]);
});

test('tokens of chunks may come from a column instead of their text', () => {
  expect(problems('  chunks: { table: c, id: i, document: d }\n  tokens: { column: n, max: 5 }\n')).toEqual([]);
});

test('a manifest of an index may say more than is read', () => {
  const sha256 = 'a'.repeat(64);
  const manifest = {
    schema: 'https://github.com/modelgate/modelgate/index/v1',
    corpus: { path: 'corpus/*.jsonl', sha256, documents: 3 },
    chunker: { name: 'paragraphs', version: '1', settings: { most: 900, keep: ['title'] } },
    embedding: { model: 'm', revision: '1', dimension: 64 },
    built: '2026-01-01',
  };
  expect(indexManifestSchema.safeParse(manifest).success).toBe(true);
  const wrong = { ...manifest, corpus: { path: 'x', sha256: 'A'.repeat(64) } };
  expect(
    indexManifestSchema.safeParse(wrong).error?.issues.map(({ path, message }) => [path.join('.'), message]),
  ).toEqual([['corpus.sha256', 'is no SHA-256 digest']]);
});
