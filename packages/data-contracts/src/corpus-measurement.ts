import { type CorpusContract, none, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { textSql } from './corpus-column.ts';
import { measureEmbeddings } from './corpus-embeddings.ts';
import { measureLinks } from './corpus-links.ts';
import { measureRows, type NamedRowRule } from './corpus-rows.ts';
import { measureSameness } from './corpus-sameness.ts';
import { textRules } from './corpus-text.ts';
import type { Dialect } from './dialect.ts';
import type { ContractWorld, DataMeasurement } from './measurement.ts';
import { named } from './source-column.ts';

export { measureIndex } from './index-manifest.ts';

/**
 * Measures what the contract says under `corpus` of documents, their chunks and the questions asked of them.
 *
 * Counts are exact. Where `this` is a sample, rules about each document by itself are measured on the sample; rules
 * about what is gone (orphans, questions, stable ids) on the whole corpus, for who is not in a sample is not gone.
 *
 * @returns one measurement a rule, in a fixed order; none where the contract has no corpus. A rule that cannot be
 *   measured (a column or table that is not there) says so in its own place
 */
export async function measureCorpus(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { corpus } = world.contract;
  if (corpus === undefined) return [];
  const { dialect, now } = world;
  const documents = { of: 'documents', text: corpus.text } as const;
  const rules = [...metadataRules(corpus, dialect), ...textRules(corpus, documents, dialect, now)];
  return [
    ...(await measureSameness(corpus, world)),
    ...(await measureRows(world, () => world.source, rules)),
    ...(await measureChunkTexts(corpus, world)),
    ...(await measureEmbeddings(corpus, world)),
    ...(await measureLinks(corpus, world)),
  ];
}

async function measureChunkTexts(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { chunks } = corpus;
  if (chunks === undefined) return [];
  const rules = textRules(corpus, { of: 'chunks', text: chunks.text }, world.dialect, world.now);
  return rules.length === 0 ? [] : await measureRows(world, await described(world, chunks.table), rules);
}

/** A table that is not there is said by each of its rules. */
async function described(world: ContractWorld, name: string): Promise<() => Source> {
  try {
    const source = await world.table(name);
    return () => source;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return () => {
      throw error;
    };
  }
}

/** A column that is not there at all lacks in every document; blank text says as little as none. */
function metadataRules(corpus: CorpusContract, dialect: Dialect): readonly NamedRowRule[] {
  return (corpus.metadata ?? []).map((name) => ({
    rule: { id: `corpus.metadata.${name}`, path: ['corpus', 'metadata'], column: name, level: 'fail' },
    of(source) {
      const column = source.columns.find((one) => one.name === name);
      const held = dialect.identifier(name);
      const blank = column?.type === 'text' ? ` OR trim(${textSql(source, name, dialect)}) = ''` : '';
      return {
        breaks:
          column === undefined
            ? `${named(name)} is no column of the table, so it is missing`
            : `${named(name)} is missing`,
        looked: 'TRUE',
        ways: [{ sql: column === undefined ? 'TRUE' : `${held} IS NULL${blank}` }],
        allowed: none,
        unit: 'document',
      };
    },
  }));
}
