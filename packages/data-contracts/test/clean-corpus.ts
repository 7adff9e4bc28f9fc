import { Random, streamSeed } from '@modelgate/statistics';

export interface Document {
  id: string | null;
  text: string;
  title: string | null;
  fetched: string;
}
export interface Chunk {
  id: string;
  document: string;
  text: string;
  vector: (number | null)[];
}
export interface CorpusFiles {
  documents: Document[];
  readonly chunks: Chunk[];
  readonly before: { id: string; text: string }[];
  readonly questions: { question: string; documents: string[] }[];
}

export const contract = `
tables: { chunks: chunks.jsonl, before: before.jsonl, questions: questions.jsonl }
corpus:
  id: id
  text: text
  chunks: { table: chunks, id: id, document: document, text: text, embedding: vector }
  metadata: [title]
  duplicates: {}
  near-duplicates: {}
  encoding: {}
  empty: {}
  tokens: { min: 5, max: 60 }
  stable-ids: { to: before }
  freshness: { column: fetched, at-most: 90d }
  embeddings: { dimension: 3, norm: [0.99, 1.01] }
  orphans: {}
  questions: { table: questions, documents: documents }
`;

const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'se', 'ti', 'vo', 'za'];

export function cleanCorpus(): CorpusFiles {
  const random = new Random(streamSeed('00000000000000d4', 2));
  const below = (end: number) => Math.floor(random.uniform() * end);
  const word = () => Array.from({ length: 2 + below(2) }, () => syllables[below(syllables.length)] ?? '').join('');
  const documents = Array.from(
    { length: 40 },
    (_, index): Document => ({
      id: `doc-${index}`,
      text: Array.from({ length: 40 }, word).join(' '),
      title: `About ${word()}`,
      fetched: `2026-10-${10 + (index % 20)}`,
    }),
  );
  const chunks = documents.flatMap(({ id, text }) =>
    [0, 20].map((start, part): Chunk => {
      const angle = random.uniform() * Math.PI;
      return {
        id: `${id}#${part}`,
        document: id ?? '',
        text: text
          .split(' ')
          .slice(start, start + 20)
          .join(' '),
        vector: [Math.cos(angle), Math.sin(angle), 0],
      };
    }),
  );
  return {
    documents,
    chunks,
    before: documents.slice(0, 30).map(({ id, text }) => ({ id: id ?? '', text })),
    questions: documents.slice(0, 5).map(({ id }) => ({ question: 'What is it?', documents: [id ?? ''] })),
  };
}
