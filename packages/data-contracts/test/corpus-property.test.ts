import type { Source } from '@modelgate/tables';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { encodingDamages } from '../src/corpus-encoding.ts';
import { measureCorpus } from '../src/corpus-measurement.ts';
import { worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

// Each rule of a corpus over random tables, beside a slow and obvious evaluation in plain code.
interface Document {
  readonly id: string | null;
  readonly text: string | null;
  readonly title: string | null;
  readonly read: string | null;
}
interface Chunk {
  readonly id: string | null;
  readonly document: string | null;
  readonly text: string | null;
  readonly vector: readonly (number | null)[] | null;
}
interface Tables {
  readonly documents: readonly Document[];
  readonly used: readonly Document[];
  readonly chunks: readonly Chunk[];
  readonly questions: readonly (readonly (string | null)[] | string | null)[];
}

const now = new Date('2026-01-01T00:00:00Z');
const rules = `corpus:
  id: id
  text: text
  metadata: title
  chunks: { table: chunks, id: id, document: document, text: text, embedding: vector }
  duplicates: {}
  near-duplicates: { similarity: 60% }
  encoding: {}
  empty: {}
  tokens: { min: 2, max: 6 }
  stable-ids: { to: used }
  freshness: { column: read, at-most: 7d }
  embeddings: { dimension: 2, norm: [0.5, 2] }
  orphans: {}
  questions: { table: questions, documents: needs }
`;

const id = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'é', "o'x", '[1', ''), { freq: 8 });
const word = fc.constantFrom(
  'fee',
  'card',
  'CARD',
  'Été',
  'e\u0301te\u0301',
  '7',
  '—',
  '中文',
  'caf\u00c3\u00a9',
  '\ufffd',
  '\u0007',
  'Straße',
);
const space = fc.constantFrom(' ', '  ', '\n', '\u00a0', '\u3000', '\t', '\u2028');
const text = fc.option(
  fc.array(fc.tuple(word, space), { maxLength: 5 }).map((parts) => parts.flat().join('')),
  { freq: 10 },
);
const day = fc.constantFrom(
  '2025-12-25',
  '2025-12-24',
  '2025-12-24T23:59:59Z',
  '2025-12-25T01:30:00+02:00',
  '2026-05-01 10:00:00',
  'soon',
  '2025-13-01',
);
const document = fc.record({ id, text, title: fc.option(fc.constantFrom('T', '', '  ')), read: fc.option(day) });
const number = fc.constantFrom(0, 0.5, -1, 3, Number.NaN, Number.POSITIVE_INFINITY, null);
const chunk = fc.record({
  id,
  document: id,
  text,
  vector: fc.option(fc.oneof(fc.constant([0, 0]), fc.constant([1, 0.5]), fc.array(number, { maxLength: 3 })), {
    freq: 8,
  }),
});
const tables = fc.record({
  documents: fc.array(document, { minLength: 1, maxLength: 60 }),
  used: fc.array(document, { minLength: 1, maxLength: 30 }),
  chunks: fc.array(chunk, { minLength: 1, maxLength: 60 }),
  questions: fc.array(fc.option(fc.oneof(id, fc.array(id, { maxLength: 3 }))), { minLength: 1, maxLength: 10 }),
});

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

test('every rule of a corpus agrees with a slow evaluation', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (all) => {
      expect(await measured(all)).toEqual(expected(all));
    }),
    { numRuns: 8, seed: 20261122 },
  );
});

let written = 0;

async function table(rows: readonly object[]): Promise<Source> {
  const name = `t${++written}.jsonl`;
  session.write(name, rows.map(line).join('\n'));
  return session.tables.describe(name);
}

/** As Python writes it: NaN and infinities bare. */
function line(row: object): string {
  const bare = JSON.stringify(row, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? `@${value}@` : value,
  );
  return bare.replace(/"@(NaN|Infinity)@"/g, '$1');
}

async function measured(all: Tables): Promise<Readonly<Record<string, unknown>>> {
  const source = await table(all.documents);
  const others = {
    used: await table(all.used),
    chunks: await table(all.chunks),
    questions: await table(all.questions.map((needs) => ({ needs }))),
  };
  const found = await measureCorpus({ ...worldOf(session, rules, { source, others }), now });
  return Object.fromEntries(
    found.map(({ id: rule, found: one }) => [rule, one.kind === 'counted' ? [one.failing, one.of] : one]),
  );
}

function expected({ documents, used, chunks, questions }: Tables): Readonly<Record<string, unknown>> {
  const ids = new Set(documents.map((one) => one.id));
  const chunked = new Set(chunks.map((one) => one.document));
  const texts = documents.map((one) => one.text).filter((one) => one !== null);
  const folded = texts.map(fold).filter((one) => one !== '');
  const chunkTexts = chunks.map((one) => one.text);
  const sized = chunkTexts.filter((one) => one !== null).map(tokens);
  const read = documents.map((one) => one.read).filter((one) => one !== null);
  const editions = byId(used);
  const current = byId(documents);
  return {
    'corpus.ids': badIds(documents),
    'corpus.ids.chunks': badIds(chunks),
    'corpus.duplicates': counted(folded, (one) => folded.filter((other) => other === one).length > 1),
    'corpus.near-duplicates': counted([...texts.entries()], ([at, one]) =>
      texts.some((other, index) => index !== at && jaccard(shingles(one), shingles(other)) >= 0.6 - 1e-9),
    ),
    'corpus.metadata.title': counted(documents, ({ title }) => (title ?? '').trim() === ''),
    'corpus.encoding': counted(texts, isDamaged),
    'corpus.encoding.chunks': counted(
      chunkTexts.filter((one) => one !== null),
      isDamaged,
    ),
    'corpus.empty': counted(documents, (one) => isEmpty(one.text)),
    'corpus.empty.chunks': counted(chunks, (one) => isEmpty(one.text)),
    'corpus.tokens': counted(sized, (size) => size < 2 || size > 6),
    'corpus.freshness': counted(read, (one) => isStale(one)),
    'corpus.embeddings': counted(chunks, ({ vector }) => !isSound(vector)),
    'corpus.orphans.chunks': counted(chunks, (one) => one.document === null || !ids.has(one.document)),
    'corpus.orphans.documents': counted(documents, (one) => one.id === null || !chunked.has(one.id)),
    'corpus.questions': counted(questions, (needs) =>
      typeof needs === 'string' ? !ids.has(needs) : (needs ?? []).some((one) => one === null || !ids.has(one)),
    ),
    'corpus.stable-ids': counted([...editions], ([one, before]) => {
      const after = current.get(one);
      return after === undefined || (after !== before && jaccard(words(after), words(before)) < 0.5 - 1e-9);
    }),
  };
}

function counted<T>(all: readonly T[], breaks: (one: T) => boolean): readonly [number, number] {
  return [all.filter(breaks).length, all.length];
}

function badIds(rows: readonly { readonly id: string | null }[]): readonly [number, number] {
  return counted(
    rows,
    ({ id: one }) => one === null || one === '' || rows.filter((other) => other.id === one).length > 1,
  );
}

function fold(one: string): string {
  return one
    .normalize('NFC')
    .toLowerCase()
    .split(/[\s\p{Z}\u0085]+/u)
    .filter((part) => part !== '')
    .join(' ');
}

const words = (one: string) => new Set(one.split(' '));

function shingles(one: string): ReadonlySet<string> {
  const found =
    one
      .normalize('NFKC')
      .toUpperCase()
      .toLowerCase()
      .match(/\p{Script=Han}|[^\P{L}\p{Script=Han}]+|[\p{N}\p{M}]+/gu) ?? [];
  if (found.length < 3) return new Set(found.length === 0 ? [] : [found.join(' ')]);
  return new Set(found.slice(2).map((_, at) => found.slice(at, at + 3).join(' ')));
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((part) => other.has(part)).length;
  return one.size + other.size === 0 ? 0 : common / (one.size + other.size - common);
}

function isDamaged(one: string): boolean {
  return encodingDamages.some(({ pattern }) => new RegExp(pattern, 'u').test(one));
}

function isEmpty(one: string | null): boolean {
  return one === null || !/[\p{L}\p{N}]/u.test(one);
}

function tokens(one: string): number {
  const count = fold(one) === '' ? 0 : fold(one).split(' ').length;
  return Math.max(Math.ceil((count * 4) / 3), Math.ceil([...one].length / 4));
}

function isStale(one: string): boolean {
  const time = Date.parse(/[zZ]|[-+]\d\d:\d\d$|^\d{4}-\d\d-\d\d$/.test(one) ? one : `${one}Z`);
  return Number.isNaN(time) || time < now.getTime() - 7 * 86_400_000;
}

function isSound(vector: Chunk['vector']): boolean {
  if (vector === null || vector.length !== 2) return false;
  const numbers = vector.filter((one) => one !== null && Number.isFinite(one));
  const norm = Math.hypot(...numbers.map(Number));
  return numbers.length === 2 && norm >= 0.5 && norm <= 2;
}

/** One text for an id: the smallest, folded. */
function byId(rows: readonly Document[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id: one, text: held } of rows) {
    if (one === null) continue;
    const text = fold(held ?? '');
    const known = found.get(one);
    if (known === undefined || Buffer.compare(Buffer.from(text), Buffer.from(known)) < 0) found.set(one, text);
  }
  return found;
}
