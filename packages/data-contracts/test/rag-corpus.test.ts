import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type DataContract, parseDataContract, parsePolicy } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { measureCorpus, measureIndex } from '../src/corpus-measurement.ts';
import { type ContractWorld, type DataMeasurement, duckdb, type Found } from '../src/parts.ts';
import { linesOf } from '../src/text-lines.ts';
import { type Opened, opened } from './opened.ts';

// examples/rag-corpus as its readers copy it: what holds there, and what each kind of damage is found by.
const example = path.resolve(import.meta.dirname, '../../../examples/rag-corpus');
const documentSchema = z.object({ id: z.string(), title: z.string().nullable(), content: z.string() });
const chunkSchema = z.object({
  id: z.string(),
  document: z.string(),
  text: z.string(),
  embedding: z.array(z.number()),
});
const tables = { documents: 'corpus/documents.jsonl', chunks: 'index/chunks.jsonl', manifest: 'index/manifest.json' };

type Document = z.infer<typeof documentSchema>;
type Chunk = z.infer<typeof chunkSchema>;

let session: Opened;
let contract: DataContract;
beforeAll(async () => {
  session = await opened();
  const policy = parsePolicy(readFileSync(path.join(example, 'modelgate.yml'), 'utf8'), 'modelgate.yml').policy;
  expect(policy.gates['corpus']).toMatchObject({
    ...{ kind: 'data', table: tables.documents, contract: 'contracts/corpus.yml', index: tables.manifest },
  });
  contract = parseDataContract(readFileSync(path.join(example, 'contracts/corpus.yml'), 'utf8'), 'corpus.yml').contract;
});

const file = (name: string) => path.join(session.workspace, name);

function fresh(): void {
  for (const folder of ['corpus', 'index', 'eval', 'published']) rmSync(file(folder), { recursive: true, force: true });
  cpSync(example, session.workspace, { recursive: true });
}

function rows<T>(name: string, schema: z.ZodType<T>): T[] {
  const lines = readFileSync(file(name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

function write(name: string, changed: readonly object[]): void {
  writeFileSync(file(name), changed.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

async function buildIndex(): Promise<void> {
  await promisify(execFile)(process.execPath, ['build-index.mjs'], { cwd: session.workspace });
}

async function measurements(): Promise<readonly DataMeasurement[]> {
  const described = new Map<string, Promise<Source>>();
  const table = (name: string): Promise<Source> => {
    const found = described.get(name) ?? session.tables.describe(contract.tables[name] ?? name);
    described.set(name, found);
    return found;
  };
  const world: ContractWorld = {
    engine: session.tables,
    dialect: duckdb,
    source: await table(tables.documents),
    contract,
    table,
    readText: async (name) => readFileSync(file(name), 'utf8'),
    lines: (pattern) => linesOf(session.workspace, pattern),
    now: new Date('2026-01-01T00:00:00Z'),
    seed: '0123456789abcdef',
    situation: { environment: undefined, today: '2026-01-01' },
  };
  return [...(await measureCorpus(world)), ...(await measureIndex(world, tables.manifest))];
}

/** Every rule that does not hold, with how many of how many break it. */
async function broken(): Promise<Readonly<Record<string, unknown>>> {
  const rules = (await measurements()).filter(({ found }) => !holds(found));
  return Object.fromEntries(
    rules.map(({ id, found }) => [id, found.kind === 'counted' ? [found.failing, found.of] : found.kind]),
  );
}

function holds(found: Found): boolean {
  if (found.kind !== 'counted') return found.kind === 'fact' && found.holds;
  const { value, unit } = found.allowed.atMost;
  return found.failing <= (unit === 'share' ? value * found.of : value);
}

describe('the example', () => {
  test('holds, each rule over all rows', async () => {
    fresh();
    const all = await measurements();
    const shown = all.map(({ id, found }) => [id, found.kind === 'counted' ? found.of : found.kind]);
    expect(Object.fromEntries(shown)).toEqual({
      ...{ 'corpus.ids': 70, 'corpus.ids.chunks': 112, 'corpus.duplicates': 70, 'corpus.near-duplicates': 70 },
      ...{ 'corpus.metadata.title': 70, 'corpus.encoding': 70, 'corpus.empty': 70 },
      ...{ 'corpus.encoding.chunks': 112, 'corpus.empty.chunks': 112, 'corpus.tokens': 112, 'corpus.embeddings': 112 },
      ...{
        'corpus.orphans.chunks': 112,
        'corpus.orphans.documents': 70,
        'corpus.questions': 15,
        'corpus.stable-ids': 65,
      },
      ...{ 'index.corpus': 'fact', 'index.chunks': 'fact', 'index.dimension': 'fact', 'index.built-by': 'fact' },
    });
    expect(await broken()).toEqual({});
  });

  test('its index is what its script builds, byte for byte', async () => {
    fresh();
    await buildIndex();
    for (const name of [tables.chunks, tables.manifest])
      expect(readFileSync(file(name)).equals(readFileSync(path.join(example, name)))).toBe(true);
  });
});

/** As Python's `text.encode("utf-8").decode("windows-1252")` would leave it. */
const misread = (text: string) => new TextDecoder('windows-1252').decode(new TextEncoder().encode(text));

const documents = (change: (all: Document[]) => readonly Document[]) => () =>
  write(tables.documents, change(rows(tables.documents, documentSchema)));
const chunks = (change: (all: Chunk[]) => readonly object[]) => () =>
  write(tables.chunks, change(rows(tables.chunks, chunkSchema)));
/** The first one with something else in its place. */
const first = <T>(all: readonly T[], change: (one: T) => T) =>
  all.map((one, index) => (index === 0 ? change(one) : one));

interface Damage {
  readonly damage: string;
  do(): void;
  /** Whether the index is built anew afterwards, as it would be in a pipeline. */
  readonly rebuilt: boolean;
  readonly found: Readonly<Record<string, unknown>>;
}

const damages: readonly Damage[] = [
  {
    damage: 'three documents read in the wrong encoding',
    do: documents((all) => {
      const hit = all
        .filter(({ content }) => /[^\0-\x7f]/.test(content))
        .slice(0, 3)
        .map(({ id }) => id);
      return all.map((one) => (hit.includes(one.id) ? { ...one, content: misread(one.content) } : one));
    }),
    rebuilt: true,
    found: { 'corpus.encoding': [3, 70], 'corpus.encoding.chunks': [3, 112] },
  },
  {
    damage: 'a character that was lost on the way',
    do: documents((all) => first(all, (one) => ({ ...one, content: `\ufffd${one.content}` }))),
    rebuilt: true,
    found: { 'corpus.encoding': [1, 70], 'corpus.encoding.chunks': [1, 113] },
  },
  {
    damage: 'a control character',
    do: documents((all) => first(all, (one) => ({ ...one, content: `${one.content}\u0000` }))),
    rebuilt: true,
    found: { 'corpus.encoding': [1, 70], 'corpus.encoding.chunks': [1, 112] },
  },
  {
    damage: 'a document removed that questions need',
    do: documents((all) => all.filter(({ id }) => id !== 'doc_credit_cards_silver_rewards_card_001')),
    rebuilt: true,
    found: { 'corpus.questions': [6, 15], 'corpus.stable-ids': [1, 65] },
  },
  {
    damage: 'a document twice under two ids, in another case',
    do: documents((all) => [
      ...all,
      ...all.slice(0, 1).map(({ content, ...one }) => ({ ...one, id: 'doc_copy_001', content: content.toUpperCase() })),
    ]),
    rebuilt: true,
    found: { 'corpus.duplicates': [2, 71], 'corpus.near-duplicates': [4, 71] },
  },
  {
    damage: 'a document again with one word changed',
    do: documents((all) => [
      ...all,
      ...all.slice(0, 1).map(({ content, ...one }) => ({ ...one, id: 'doc_copy_001', content: `${content} Thanks.` })),
    ]),
    rebuilt: true,
    found: { 'corpus.near-duplicates': [4, 71] },
  },
  {
    damage: 'an id that names two documents',
    do: documents((all) => [
      ...all,
      { id: all[0]?.id ?? '', title: 'Another', content: 'Something that is about nothing else.' },
    ]),
    rebuilt: true,
    found: { 'corpus.ids': [2, 71], 'corpus.ids.chunks': [2, 113] },
  },
  {
    damage: 'two documents that swapped their ids',
    do: documents((all) => {
      const [one, other] = [all[0], all[40]];
      return all.map((each) => ({ ...each, id: (each === one ? other : each === other ? one : each)?.id ?? '' }));
    }),
    rebuilt: true,
    found: { 'corpus.stable-ids': [2, 65] },
  },
  {
    damage: 'a document emptied',
    do: documents((all) => first(all, (one) => ({ ...one, content: ' — ' }))),
    rebuilt: true,
    found: {
      ...{ 'corpus.empty': [1, 70], 'corpus.empty.chunks': [1, 112], 'corpus.tokens': [1, 112] },
      ...{ 'corpus.embeddings': [1, 112], 'corpus.stable-ids': [1, 65] },
    },
  },
  {
    damage: 'a document without its title',
    do: documents((all) => first(all, (one) => ({ ...one, title: null }))),
    rebuilt: true,
    found: { 'corpus.metadata.title': [1, 70] },
  },
  {
    damage: 'a word mended, and the index not built again',
    do: documents((all) => first(all, (one) => ({ ...one, content: `${one.content} Really.` }))),
    rebuilt: false,
    found: { 'index.corpus': 'fact' },
  },
  {
    damage: 'a NaN in a vector',
    do: () =>
      writeFileSync(
        file(tables.chunks),
        readFileSync(file(tables.chunks), 'utf8').replace(/"embedding":\[[^,]+,/, '"embedding":[NaN,'),
      ),
    rebuilt: false,
    found: { 'corpus.embeddings': [1, 112], 'index.chunks': 'fact' },
  },
  {
    damage: 'a vector of zeros',
    do: chunks((all) => first(all, (one) => ({ ...one, embedding: one.embedding.map(() => 0) }))),
    rebuilt: false,
    found: { 'corpus.embeddings': [1, 112], 'index.chunks': 'fact' },
  },
  {
    damage: 'vectors that nobody brought to length 1',
    do: chunks((all) => all.map((one) => ({ ...one, embedding: one.embedding.map((value) => value * 3) }))),
    rebuilt: false,
    found: { 'corpus.embeddings': [112, 112], 'index.chunks': 'fact' },
  },
  {
    damage: 'vectors of another model, and its manifest',
    do: () => {
      chunks((all) => first(all, (one) => ({ ...one, embedding: one.embedding.slice(0, 32) })))();
      writeFileSync(
        file(tables.manifest),
        readFileSync(file(tables.manifest), 'utf8').replace('"dimension": 64', '"dimension": 32'),
      );
    },
    rebuilt: false,
    found: { 'corpus.embeddings': [1, 112], 'index.chunks': 'fact', 'index.dimension': 'fact' },
  },
  {
    damage: 'a vector that was never computed',
    do: chunks((all) => all.map((one, index) => (index === 0 ? { ...one, embedding: null } : one))),
    rebuilt: false,
    found: { 'corpus.embeddings': [1, 112], 'index.chunks': 'fact' },
  },
  {
    damage: 'a chunk of a document that is not there',
    do: chunks((all) => [...all, ...all.slice(0, 1).map((one) => ({ ...one, id: 'x#1', document: 'x' }))]),
    rebuilt: false,
    found: { 'corpus.orphans.chunks': [1, 113], 'index.chunks': 'fact' },
  },
  {
    damage: 'a document that the chunker forgot',
    do: chunks((all) => all.filter(({ document }) => document !== all[0]?.document)),
    rebuilt: false,
    found: { 'corpus.orphans.documents': [1, 70], 'index.chunks': 'fact' },
  },
  {
    damage: 'chunks that share an id',
    do: chunks((all) => [...all, ...all.slice(0, 1)]),
    rebuilt: false,
    found: { 'corpus.ids.chunks': [2, 113], 'index.chunks': 'fact' },
  },
  {
    damage: 'a chunk that is too long, and one that is too short',
    do: chunks((all) => [
      ...first(all, (one) => ({ ...one, text: one.text.repeat(20) })),
      ...all.slice(0, 1).map((one) => ({ ...one, id: 'x', text: 'Short.' })),
    ]),
    rebuilt: false,
    found: { 'corpus.tokens': [2, 113], 'index.chunks': 'fact' },
  },
];

test.each(damages)('$damage: found, and by nothing else', async ({ do: damage, rebuilt, found }) => {
  fresh();
  damage();
  if (rebuilt) await buildIndex();
  expect(await broken()).toEqual(found);
});
