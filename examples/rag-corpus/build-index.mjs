// Cuts the documents into chunks, gives each a vector, and writes down what it did:
//   node build-index.mjs [--corpus corpus/documents.jsonl] [--out index]
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'corpus/documents.jsonl' },
    out: { type: 'string', default: 'index' },
  },
});

const chunker = { name: 'paragraphs', version: '1', settings: { 'most-characters': 900 } };
const embedding = { model: 'hashed-words (a stand-in, see README.md)', revision: '1', dimension: 64 };

const corpus = await readFile(values.corpus);
const documents = corpus
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

const lines = documents.flatMap(({ id, content }) =>
  chunksOf(content).map((text, index) =>
    JSON.stringify({ id: `${id}#${index + 1}`, document: id, text, embedding: embeddingOf(text) }),
  ),
);
const chunks = Buffer.from(lines.map((line) => `${line}\n`).join(''));
const manifest = {
  schema: 'https://github.com/modelgate/modelgate/index/v1',
  corpus: { path: values.corpus, sha256: sha256(corpus) },
  chunks: { path: path.posix.join(values.out, 'chunks.jsonl'), sha256: sha256(chunks) },
  chunker,
  embedding,
};
await mkdir(values.out, { recursive: true });
await writeFile(path.join(values.out, 'chunks.jsonl'), chunks);
await writeFile(path.join(values.out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** Whole paragraphs, as many as fit; a heading goes with what it heads, and a paragraph that is too long is a chunk. */
function chunksOf(text) {
  const most = chunker.settings['most-characters'];
  const parts = text.split(/\n{2,}/).filter((part) => part.trim() !== '');
  const found = [];
  let held = [];
  for (const [index, part] of parts.entries()) {
    const isHeading = /^#+ /.test(part) && index + 1 < parts.length;
    const coming = isHeading ? `${part}\n\n${parts[index + 1]}` : part;
    if (held.length > 0 && `${held.join('\n\n')}\n\n${coming}`.length > most && !/^#+ /.test(held.at(-1))) {
      found.push(held.join('\n\n'));
      held = [];
    }
    held.push(part);
  }
  if (held.length > 0) found.push(held.join('\n\n'));
  return found;
}

/**
 * No model: each word adds 1 or -1 to one of 64 numbers that its hash names, and the vector is brought to length 1. It
 * knows nothing of meaning; it is here because it needs no download, no key and no accelerator and gives the same
 * numbers everywhere.
 */
function embeddingOf(text) {
  const vector = Array(embedding.dimension).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const hash = createHash('sha256').update(word).digest();
    vector[hash[0] % embedding.dimension] += hash[1] % 2 === 0 ? 1 : -1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Math.round((value / length) * 1000) / 1000 || 0);
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
