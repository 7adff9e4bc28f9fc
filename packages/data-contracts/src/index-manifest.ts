import { type IndexManifest, indexManifestSchema, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { wholeCorpus } from './corpus-query.ts';
import { type ContractWorld, type DataMeasurement, type Fact, measured, type RuleIdentity } from './measurement.ts';
import { excerpt } from './single-line.ts';

/**
 * Whether an index was built from this corpus, these chunks and vectors of the dimension that the contract asks.
 *
 * @param manifestPath what the builder of the index wrote down: see `indexManifestSchema`. A corpus of several files has
 *   the digest that `sha256sum corpus/*.jsonl | sha256sum` gives
 */
export async function measureIndex(world: ContractWorld, manifestPath: string): Promise<readonly DataMeasurement[]> {
  let manifest: IndexManifest;
  try {
    manifest = readManifest(await world.readText(manifestPath), manifestPath);
  } catch (error) {
    return [
      await measured(rule('index.manifest'), () => {
        throw error;
      }),
    ];
  }
  return [
    await measured(rule('index.corpus'), async () =>
      sameDigest('corpus', manifest.corpus, await wholeCorpus(world), manifestPath),
    ),
    ...(await measureChunks(manifest, world, manifestPath)),
    ...measureDimension(manifest, world, manifestPath),
    builtBy(manifest),
  ];
}

/** @throws UserError `file-unreadable` */
function readManifest(text: string, file: string): IndexManifest {
  const how = 'Let the step that builds the index write it: docs/data-contracts.md shows one.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError('file-unreadable', `${file} is no JSON.`, { how, where: { file }, cause });
  }
  const read = indexManifestSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at =
    issue === undefined || issue.path.length === 0 ? '' : `: \`${excerpt(issue.path.join('.'))}\` ${issue.message}`;
  throw new UserError('file-unreadable', `${file} is no manifest of an index${at}.`, { how, where: { file } });
}

function rule(id: string, path: readonly string[] = ['corpus']): RuleIdentity {
  return { id, path, level: 'fail' };
}

function sameDigest(
  what: 'corpus' | 'chunks',
  built: { readonly path: string; readonly sha256: string },
  found: Source,
  manifest: string,
): Fact {
  if (found.format === 'table')
    throw new UserError(
      'not-available',
      `A table of ${excerpt(found.path)} has no digest, so whether the index was built from it cannot be told.`,
      {
        how: 'Give the gate the files that the index was built from.',
      },
    );
  const shown = `${excerpt(found.path)} (sha-256 ${short(found.digest)})`;
  const plural = what === 'chunks';
  if (built.sha256 === found.digest)
    return {
      kind: 'fact',
      holds: true,
      words: `the index was built from ${plural ? 'these chunks' : 'this corpus'}: ${shown}`,
    };
  return {
    kind: 'fact',
    holds: false,
    words: `the index was built from ${plural ? 'other chunks' : 'another corpus'} than ${shown}: by ${manifest} it had ${excerpt(built.path)} (sha-256 ${short(built.sha256)})`,
    how: 'build the index again, and hand over the manifest that its builder writes',
  };
}

async function measureChunks(
  { chunks: built }: IndexManifest,
  world: ContractWorld,
  manifest: string,
): Promise<readonly DataMeasurement[]> {
  const chunks = world.contract.corpus?.chunks;
  if (chunks === undefined) return [];
  const found = await measured(rule('index.chunks', ['corpus', 'chunks']), async (): Promise<Fact> => {
    const table = await world.table(chunks.table);
    if (built !== undefined) return sameDigest('chunks', built, table, manifest);
    return {
      kind: 'fact',
      holds: false,
      words: `${manifest} does not say from which chunks the index was built`,
      how: 'let its builder write `chunks` with `path` and `sha256`',
    };
  });
  return [found];
}

function measureDimension(
  { embedding }: IndexManifest,
  world: ContractWorld,
  manifest: string,
): readonly DataMeasurement[] {
  const asked = world.contract.corpus?.embeddings?.dimension;
  if (asked === undefined) return [];
  const holds = embedding.dimension === asked;
  const words = `by ${manifest} vectors of the index have ${embedding.dimension} numbers`;
  const found: Fact = holds
    ? { kind: 'fact', holds, words }
    : {
        kind: 'fact',
        holds,
        words: `${words}; the contract asks ${asked}`,
        how: 'was the index built with another embedding model?',
      };
  return [{ ...rule('index.dimension', ['corpus', 'embeddings', 'dimension']), found }];
}

/** Judged by nobody: readers see what made the index that passed. */
function builtBy({ chunker, embedding }: IndexManifest): DataMeasurement {
  const words = `the index was built by chunker ${version(chunker.name, chunker.version)} and embedding model ${version(embedding.model, embedding.revision)}`;
  return { ...rule('index.built-by'), level: 'info', found: { kind: 'fact', holds: true, words } };
}

function version(name: string, of: string): string {
  return excerpt(`${name} ${of}`);
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
