import { type CorpusContract, none, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import * as z from 'zod';
import { idSql, textSql } from './corpus-column.ts';
import { countsOf, ruleOf } from './corpus-query.ts';
import { shownParts } from './corpus-rows.ts';
import { corpusSql, foldedText } from './corpus-sql.ts';
import { type ContractWorld, type Counted, type DataMeasurement, measured } from './measurement.ts';
import { nearDuplicates } from './near-duplicates.ts';
import { columnIn, named } from './source-column.ts';

/** Ids that name more than one document or chunk, and texts that more than one document has. */
export async function measureSameness(
  corpus: CorpusContract,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  const { chunks } = corpus;
  return [
    await measureIds(
      world,
      { id: 'corpus.ids', column: corpus.id, unit: 'document', path: ['corpus', 'id'] },
      async () => world.source,
    ),
    ...(chunks === undefined
      ? []
      : [
          await measureIds(
            world,
            { id: 'corpus.ids.chunks', column: chunks.id, unit: 'chunk', path: ['corpus', 'chunks', 'id'] },
            () => world.table(chunks.table),
          ),
        ]),
    ...(await measureDuplicates(corpus, world)),
    ...(await measureNearDuplicates(corpus, world)),
  ];
}

interface IdColumn {
  readonly id: string;
  readonly column: string;
  readonly unit: 'document' | 'chunk';
  readonly path: readonly string[];
}

function measureIds(world: ContractWorld, one: IdColumn, table: () => Promise<Source>): Promise<DataMeasurement> {
  const { id, column, path, unit } = one;
  return measured({ id, path, column, level: 'fail' }, async (): Promise<Counted> => {
    const source = await table();
    const held = idSql(source, column, world.dialect);
    const sql = `SELECT sum(n) AS "all", sum(n) FILTER (WHERE id IS NULL OR id = '') AS missing,
        sum(n) FILTER (WHERE n > 1 AND id <> '') AS shared
      FROM (SELECT id, count(*) AS n FROM (SELECT ${held} AS id FROM t) s GROUP BY id) g`;
    const count = await countsOf(world, sql, { t: source });
    const extra = shownParts([
      { words: 'without one', count: count('missing') },
      { words: 'that share one', count: count('shared') },
    ]);
    return {
      kind: 'counted',
      breaks: `${named(column)} is missing or names another ${unit}, too`,
      ...{ failing: count('missing') + count('shared'), of: count('all'), unit, allowed: none },
      sampleShows: 'presence',
      ...(extra === undefined ? {} : { extra }),
    };
  });
}

async function measureDuplicates(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { duplicates } = corpus;
  if (duplicates === undefined) return [];
  const found = await measured(
    ruleOf('corpus.duplicates', 'duplicates', duplicates, corpus.text),
    async (): Promise<Counted> => {
      const { dialect, source } = world;
      const { digest } = corpusSql(dialect);
      const folded = foldedText(textSql(source, corpus.text, dialect), dialect);
      // Not as WHERE, which the engine would move to where each text is folded once more.
      const notEmpty = `digest <> ${digest("''")}`;
      const sql = `SELECT sum(n) FILTER (WHERE ${notEmpty}) AS "all", sum(n) FILTER (WHERE ${notEmpty} AND n > 1) AS shared,
          count(*) FILTER (WHERE ${notEmpty} AND n > 1) AS texts
        FROM (SELECT ${digest(folded)} AS digest, count(*) AS n FROM documents GROUP BY 1) g`;
      const count = await countsOf(world, sql, { documents: source });
      const texts = count('texts');
      return {
        kind: 'counted',
        breaks: `${named(corpus.text)} is that of another document`,
        ...{ failing: count('shared'), of: count('all'), unit: 'document', allowed: duplicates['at-most'] },
        sampleShows: 'presence',
        ...(texts === 0
          ? {}
          : {
              extra: `${texts.toLocaleString('en-US')} ${texts === 1 ? 'text occurs' : 'texts occur'} more than once`,
            }),
      };
    },
  );
  return [found];
}

/** Characters of all texts together; what this machine compares in memory. */
const mostCharacters = 2 ** 28;

async function measureNearDuplicates(
  corpus: CorpusContract,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  const near = corpus['near-duplicates'];
  if (near === undefined) return [];
  const rule = ruleOf('corpus.near-duplicates', 'near-duplicates', near, corpus.text);
  const found = await measured(rule, async (): Promise<Counted> => {
    const texts = await textsOf(corpus, world);
    const { near: flags } = nearDuplicates(texts, { similarity: near.similarity });
    return {
      kind: 'counted',
      breaks: `${named(corpus.text)} is nearly that of another document`,
      ...{ failing: flags.filter((one) => one).length, of: texts.length, unit: 'document' },
      allowed: near['at-most'],
      sampleShows: 'presence',
      extra: `near is from ${Number((near.similarity * 100).toPrecision(6))} % of shared three-word runs on`,
    };
  });
  return [found];
}

/** @throws UserError `not-available` where they are more than fit, or would have to leave a server */
async function textsOf(corpus: CorpusContract, world: ContractWorld): Promise<readonly string[]> {
  const { engine, source, dialect } = world;
  if (engine.kind === 'trino')
    throw new UserError(
      'not-available',
      'Near-duplicates are not looked for in a table of Trino: its texts would have to leave the server.',
      {
        how: 'Write `duplicates` for equal texts, or give the gate an export of the texts.',
      },
    );
  columnIn(source, corpus.text);
  const text = textSql(source, corpus.text, dialect);
  const size = `SELECT sum(${dialect.length(text)}) AS characters FROM documents WHERE ${text} IS NOT NULL`;
  const count = await countsOf(world, size, { documents: source });
  if (count('characters') > mostCharacters)
    throw new UserError(
      'not-available',
      `${source.path} has more text than near-duplicates are looked for in: ${count('characters').toLocaleString('en-US')} characters; at most ${mostCharacters.toLocaleString('en-US')} are compared.`,
      {
        how: 'Write a `sample` for the stage, or give the gate a part of the corpus at a time.',
      },
    );
  const sql = `SELECT ${text} AS text FROM documents WHERE ${text} IS NOT NULL`;
  const rows = await engine.ask({ sql, tables: { documents: source }, most: source.rows });
  return rows.map((row) => rowSchema.parse(row).text);
}

const rowSchema = z.object({ text: z.string() });
