import type { CorpusContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { refused } from './corpus-column.ts';
import { countsOf, ruleOf } from './corpus-query.ts';
import { shownParts } from './corpus-rows.ts';
import { corpusSql } from './corpus-sql.ts';
import type { Dialect } from './dialect.ts';
import { type ContractWorld, type Counted, type DataMeasurement, measured } from './measurement.ts';
import { columnIn, named } from './source-column.ts';

/** The vectors of the chunks. Each is counted once, under the first of the ways in which it is of no use. */
export async function measureEmbeddings(
  corpus: CorpusContract,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  const { embeddings, chunks } = corpus;
  const name = chunks?.embedding;
  if (embeddings === undefined || chunks === undefined || name === undefined) return [];
  const { dimension, norm } = embeddings;
  const words = {
    missing: 'missing',
    unread: 'that are no list of numbers',
    dimension: 'of another dimension',
    number: 'with NaN, infinity or a gap',
    zero: 'zero',
    norm: `longer or shorter than ${norm?.join(' to ')}`,
  };
  const found = await measured(
    ruleOf('corpus.embeddings', 'embeddings', embeddings, name),
    async (): Promise<Counted> => {
      const source = await world.table(chunks.table);
      const counts = Object.keys(words).map((key) => `count(*) FILTER (WHERE defect = '${key}') AS ${key}`);
      const sql = `SELECT count(*) AS "all", count(defect) AS failing, ${counts.join(', ')}
      FROM (${defectSql(vectorOf(source, name, world.dialect), { dimension, norm }, world.dialect)}) d`;
      const count = await countsOf(world, sql, { chunks: source });
      const extra = shownParts(Object.entries(words).map(([key, said]) => ({ words: said, count: count(key) })));
      return {
        kind: 'counted',
        breaks: `${named(name)} is no sound vector of ${dimension} numbers`,
        ...{ failing: count('failing'), of: count('all'), unit: 'chunk', allowed: embeddings['at-most'] },
        sampleShows: 'share',
        whole: true,
        ...(extra === undefined ? {} : { extra }),
      };
    },
  );
  return [found];
}

interface Vector {
  /** As the table has it. */
  readonly held: string;
  /** As DOUBLEs; NULL where it is none. */
  readonly numbers: string;
  /** Condition on what is held: text that is no list of numbers although the engine would read it as one. */
  readonly unread: string;
}

const listOfNumbers =
  /^(FLOAT|DOUBLE|REAL|DECIMAL\([^)]*\)|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)\[\d*\]$|^array\((real|double|decimal|tinyint|smallint|integer|bigint)\b.*\)$/i;

/** @throws UserError `column-missing`, `column-type` */
function vectorOf(source: Source, name: string, dialect: Dialect): Vector {
  const column = columnIn(source, name);
  const of = corpusSql(dialect);
  const held = dialect.identifier(name);
  if (listOfNumbers.test(column.storedAs)) return { held, numbers: of.vector(held), unread: 'FALSE' };
  // JSON's lists arrive as their text, as do those that a CSV holds.
  if (/^VARCHAR/i.test(column.storedAs) && ['text', 'other', 'mixed', 'empty'].includes(column.type))
    return { held, numbers: of.readVector(held), unread: `strpos(${held}, '"') > 0` };
  throw refused(source, column, 'an embedding', 'a list of numbers');
}

/** The first defect of each vector, NULL where there is none; step by step, so that nothing is worked out twice. */
function defectSql(
  { held, numbers, unread }: Vector,
  { dimension, norm }: { readonly dimension: number; readonly norm: readonly [number, number] | undefined },
  dialect: Dialect,
): string {
  const of = corpusSql(dialect);
  const outside = norm === undefined ? '' : ` WHEN norm < ${norm[0]} OR norm > ${norm[1]} THEN 'norm'`;
  const read = `SELECT ${held} IS NULL AS missing, ${unread} AS unread, ${numbers} AS vector FROM chunks`;
  const shaped = `SELECT vector, CASE WHEN missing THEN 'missing' WHEN unread OR vector IS NULL THEN 'unread'
      WHEN ${of.size('vector')} <> ${dimension} THEN 'dimension' WHEN ${of.hasNoNumber('vector')} THEN 'number' END AS shape
    FROM (${read}) r`;
  const long = `SELECT shape, CASE WHEN shape IS NULL THEN ${of.norm('vector')} END AS norm FROM (${shaped}) s`;
  return `SELECT CASE WHEN shape IS NOT NULL THEN shape WHEN norm = 0 THEN 'zero'${outside} END AS defect FROM (${long}) n`;
}
