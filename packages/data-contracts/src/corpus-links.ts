import type { CorpusContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { idSql, refused, textSql } from './corpus-column.ts';
import { countsOf, ruleOf, wholeCorpus } from './corpus-query.ts';
import { shownParts } from './corpus-rows.ts';
import { corpusSql, foldedText } from './corpus-sql.ts';
import type { Dialect } from './dialect.ts';
import { type ContractWorld, type Counted, type DataMeasurement, measured } from './measurement.ts';
import { columnIn } from './source-column.ts';

/** What one table of a corpus says of another: chunks of documents, questions of documents, the corpus of the one in use. */
export async function measureLinks(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  return [
    ...(await measureOrphans(corpus, world)),
    ...(await measureQuestions(corpus, world)),
    ...(await measureStableIds(corpus, world)),
  ];
}

async function measureOrphans(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { orphans, chunks } = corpus;
  if (orphans === undefined || chunks === undefined) return [];
  const { dialect } = world;
  const tables = async () => {
    const documents = await wholeCorpus(world);
    const chunkTable = await world.table(chunks.table);
    const ids = `SELECT ${idSql(documents, corpus.id, dialect)} AS id FROM documents`;
    const of = `SELECT ${idSql(chunkTable, chunks.document, dialect)} AS id FROM chunks`;
    return { tables: { documents, chunks: chunkTable }, ids, of };
  };
  const common = { kind: 'counted', allowed: orphans['at-most'], sampleShows: 'share', whole: true } as const;
  const ofChunks = await measured(ruleOf('corpus.orphans.chunks', 'orphans', orphans, chunks.document), async () => {
    const { tables: named, ids, of } = await tables();
    const count = await countsOf(world, unmatched(of, ids), named);
    const breaks = 'the document of a chunk is not in the corpus';
    return { ...common, breaks, failing: count('alone'), of: count('all'), unit: 'chunk' } satisfies Counted;
  });
  const ofDocuments = await measured(ruleOf('corpus.orphans.documents', 'orphans', orphans, corpus.id), async () => {
    const { tables: named, ids, of } = await tables();
    const count = await countsOf(world, unmatched(ids, of), named);
    const breaks = 'a document has no chunk';
    return { ...common, breaks, failing: count('alone'), of: count('all'), unit: 'document' } satisfies Counted;
  });
  return [ofChunks, ofDocuments];
}

/** Rows of the left query whose id is not in the right one, among them those that have none. */
function unmatched(left: string, right: string): string {
  return `SELECT count(*) AS "all", count(*) FILTER (WHERE b.id IS NULL) AS alone
    FROM (${left}) a LEFT JOIN (SELECT DISTINCT id FROM (${right}) r WHERE id IS NOT NULL) b ON a.id = b.id`;
}

async function measureQuestions(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { questions } = corpus;
  if (questions === undefined) return [];
  const rule = ruleOf('corpus.questions', 'questions', questions, questions.documents);
  const found = await measured(rule, async (): Promise<Counted> => {
    const documents = await wholeCorpus(world);
    const asked = await world.table(questions.table);
    const id = idSql(documents, corpus.id, world.dialect);
    const list = idsOfQuestion(asked, questions.documents, world.dialect);
    const sql = `WITH
      numbered AS (SELECT row_number() OVER () AS question, ids FROM (SELECT ${list} AS ids FROM questions) q),
      needed AS (SELECT question, one.id AS id FROM numbered CROSS JOIN UNNEST(ids) AS one(id)),
      known AS (SELECT DISTINCT ${id} AS id FROM documents),
      gone AS (SELECT needed.question, needed.id FROM needed LEFT JOIN known ON needed.id = known.id WHERE known.id IS NULL)
      SELECT (SELECT count(*) FROM questions) AS "all", count(DISTINCT question) AS broken, count(DISTINCT id) AS gone FROM gone`;
    const count = await countsOf(world, sql, { documents, questions: asked });
    const gone = count('gone');
    return {
      kind: 'counted',
      breaks: 'a document that answers is not in the corpus',
      ...{ failing: count('broken'), of: count('all'), unit: 'question', allowed: questions['at-most'] },
      sampleShows: 'share',
      whole: true,
      ...(gone === 0
        ? {}
        : { extra: `${gone.toLocaleString('en-US')} ${gone === 1 ? 'document is' : 'documents are'} gone` }),
    };
  });
  return [found];
}

/** The ids that a question needs as a list of texts: of a list, a single id, or a text such as `["a", "b"]`. */
function idsOfQuestion(source: Source, name: string, dialect: Dialect): string {
  const column = columnIn(source, name);
  const of = corpusSql(dialect);
  const held = dialect.identifier(name);
  if (isList(column.storedAs)) return `coalesce(${of.texts(held)}, ${of.noTexts})`;
  if (column.storedAs !== 'VARCHAR' && column.type === 'other')
    throw refused(source, column, 'what names the documents of a question', 'an id or a list of ids');
  const text = column.type === 'other' ? held : idSql(source, name, dialect);
  const list = `CASE WHEN ${text} LIKE '[%' THEN ${of.readTexts(text)} END`;
  return `CASE WHEN ${text} IS NULL THEN ${of.noTexts} ELSE coalesce(${list}, ${of.oneText(text)}) END`;
}

function isList(storedAs: string): boolean {
  return /\]$|^array\(/i.test(storedAs);
}

async function measureStableIds(corpus: CorpusContract, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const stable = corpus['stable-ids'];
  if (stable === undefined) return [];
  const { dialect } = world;
  const found = await measured(
    ruleOf('corpus.stable-ids', 'stable-ids', stable, corpus.id),
    async (): Promise<Counted> => {
      const now = await wholeCorpus(world);
      const used = await world.table(stable.to);
      // An id that occurs more than once is told by `corpus.ids`; here it stands for one of its texts, always the same.
      const texts = (source: Source, name: string) => `SELECT id, min(folded) AS folded FROM (
        SELECT ${idSql(source, corpus.id, dialect)} AS id,
          coalesce(${foldedText(textSql(source, corpus.text, dialect), dialect)}, '') AS folded FROM ${name}
      ) t WHERE id IS NOT NULL GROUP BY id`;
      const of = corpusSql(dialect);
      const [common, all] = [of.commonWords('o.folded', 'n.folded'), of.allWords('o.folded', 'n.folded')];
      const sql = `SELECT count(*) AS "all", count(*) FILTER (WHERE n.id IS NULL) AS gone,
        count(*) FILTER (WHERE CASE WHEN n.folded <> o.folded THEN ${common} < ${stable.similarity} * ${all} - 1e-9 END) AS other
      FROM (${texts(used, 'used')}) o LEFT JOIN (${texts(now, 'documents')}) n ON o.id = n.id`;
      const count = await countsOf(world, sql, { documents: now, used });
      const extra = shownParts([
        { words: 'gone', count: count('gone') },
        { words: 'with another text', count: count('other') },
      ]);
      return {
        kind: 'counted',
        breaks: `an id of the corpus in use is gone or names another text`,
        ...{ failing: count('gone') + count('other'), of: count('all'), unit: 'document', allowed: stable['at-most'] },
        sampleShows: 'share',
        whole: true,
        ...(extra === undefined ? {} : { extra }),
      };
    },
  );
  return [found];
}
