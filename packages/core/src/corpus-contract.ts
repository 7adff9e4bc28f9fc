import * as z from 'zod';
import { closed } from './closed-object.ts';
import { duration } from './duration.ts';
import { columnOrColumns, judged, name, share } from './section-rule.ts';
import { none, tolerance } from './tolerance.ts';

const counted = { 'at-most': tolerance.default(none), ...judged };
const wholeRange = { min: z.int().min(0).optional(), max: z.int().positive().optional() };

/** `corpus`: the table is a corpus of documents that an application retrieves from. */
export const corpusContractSchema = closed({
  id: name.describe('Column that names a document.'),
  text: name.describe('Column with its text.'),
  chunks: closed({
    table: name.describe('An entry of `tables`, or a path.'),
    id: name,
    document: name.describe('Column with the id of the document that a chunk is of.'),
    text: name.optional(),
    embedding: name.describe('Column with a list of numbers.').optional(),
  }).optional(),
  metadata: columnOrColumns.describe('Columns that no document may lack.').optional(),
  duplicates: closed(counted)
    .describe('Counted as documents whose text, but for case and spaces, another one has.')
    .optional(),
  'near-duplicates': closed({
    similarity: share
      .refine((one) => one > 0, 'is 0: then every text is near every other')
      .default(0.8)
      .describe('Jaccard similarity of three-word shingles from which on texts count as near.'),
    ...counted,
  })
    .describe('Counted as documents that are near another one.')
    .optional(),
  encoding: closed(counted)
    .describe('Counted as texts with replacement characters, control characters, or UTF-8 read as something else.')
    .optional(),
  empty: closed(counted).describe('Counted as texts without a letter or digit.').optional(),
  tokens: closed({
    of: z.enum(['chunks', 'documents']).default('chunks'),
    'counted-as': z
      .enum(['words', 'characters', 'approximate-tokens'])
      .default('approximate-tokens')
      .describe(
        'approximate-tokens: the larger of words · 4/3 and characters / 4; for a tokenizer’s own count name a column.',
      ),
    column: name.describe('Column with the count of the tokenizer that is used.').optional(),
    ...wholeRange,
    ...counted,
  })
    .refine((one) => one.min !== undefined || one.max !== undefined, 'has no end: write min or max')
    .refine((one) => (one.min ?? 0) <= (one.max ?? Number.POSITIVE_INFINITY), 'lets no text through: min is above max')
    .optional(),
  'stable-ids': closed({
    to: name.describe('The corpus in use: an entry of `tables`, or a path.'),
    similarity: share
      .default(0.5)
      .describe(
        'Share of common words from which on a changed text is an edition of the same document, not another one.',
      ),
    ...counted,
  })
    .describe('Counted as documents of it that are gone, or whose id now means another text.')
    .optional(),
  freshness: closed({ column: name, 'at-most': duration, stale: tolerance.default(none), ...judged })
    .describe('How long ago the source of a document may have been read.')
    .optional(),
  embeddings: closed({
    dimension: z.int().positive(),
    norm: z
      .tuple([z.number().min(0), z.number()])
      .refine(([low, high]) => low <= high, 'must be [lowest, highest]')
      .describe('Euclidean length of each vector; default: above 0.')
      .optional(),
    ...counted,
  })
    .describe('Counted as vectors that are missing, of another dimension, with NaN or infinity, zero or out of norm.')
    .optional(),
  orphans: closed(counted)
    .describe('Counted as chunks without their document, and as documents without a chunk.')
    .optional(),
  questions: closed({
    table: name.describe('Golden questions: an entry of `tables`, or a path.'),
    documents: name.describe('Column with the id, or a list of the ids, of the documents that answer.'),
    ...counted,
  })
    .describe('Counted as questions of which a document is gone.')
    .optional(),
}).superRefine((one, context) => {
  const complain = (message: string, key: string) => context.addIssue({ code: 'custom', message, path: [key] });
  if (one.chunks === undefined) {
    for (const key of ['orphans', 'embeddings'] as const) if (one[key] !== undefined) complain('needs `chunks`', key);
    if (one.tokens?.of === 'chunks') complain('is of chunks, and there are none: write of: documents', 'tokens');
  } else {
    if (one.embeddings !== undefined && one.chunks.embedding === undefined)
      complain('needs `chunks.embedding`: the column with the vectors', 'embeddings');
    if (one.tokens?.of === 'chunks' && one.tokens.column === undefined && one.chunks.text === undefined)
      complain('needs the text of the chunks: write `chunks.text`, or the `column` with their count', 'tokens');
  }
  const { id: _, text: __, chunks: ___, ...rules } = one;
  if (Object.values(rules).every((rule) => rule === undefined))
    context.addIssue({ code: 'custom', message: 'says nothing to check' });
});

export type CorpusContract = z.infer<typeof corpusContractSchema>;

/** What an index was built from, as its builder writes it down: `index/manifest.json`. */
export const indexManifestSchema = z.object({
  schema: z.literal('https://github.com/modelgate/modelgate/index/v1'),
  corpus: z.object({ path: name, sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 digest') }),
  chunks: z.object({ path: name, sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 digest') }).optional(),
  chunker: z.object({ name, version: name, settings: z.record(z.string(), z.json()).optional() }),
  embedding: z.object({ model: name, revision: name, dimension: z.int().positive() }),
});

export type IndexManifest = z.infer<typeof indexManifestSchema>;
