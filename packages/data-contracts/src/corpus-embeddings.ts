import type { CorpusContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { refused } from './corpus-column.ts';
import { ruleOf } from './corpus-query.ts';
import type { NamedRowRule } from './corpus-rows.ts';
import { corpusSql } from './corpus-sql.ts';
import type { Dialect } from './dialect.ts';
import { columnIn, named } from './source-column.ts';

/** The vectors of the chunks. Each is counted once, under the first of the ways in which it is of no use. */
export function embeddingRule(corpus: CorpusContract, dialect: Dialect): NamedRowRule | undefined {
  const { embeddings, chunks } = corpus;
  const name = chunks?.embedding;
  if (embeddings === undefined || name === undefined) return undefined;
  const { dimension, norm } = embeddings;
  return {
    rule: ruleOf('corpus.embeddings', 'embeddings', embeddings, name),
    of(source) {
      const defect = defectSql(vectorOf(source, name, dialect), { dimension, norm }, dialect);
      const words = {
        missing: 'missing',
        unread: 'that are no list of numbers',
        dimension: 'of another dimension',
        number: 'with NaN, infinity or a gap',
        zero: 'zero',
        norm: `longer or shorter than ${norm?.join(' to ')}`,
      };
      return {
        breaks: `${named(name)} is no sound vector of ${dimension} numbers`,
        looked: 'TRUE',
        broken: `${defect} IS NOT NULL`,
        ways: Object.entries(words).map(([key, said]) => ({ words: said, sql: `${defect} = '${key}'` })),
        allowed: embeddings['at-most'],
        unit: 'chunk',
      };
    },
  };
}

interface Vector {
  /** As the table has it. */
  readonly held: string;
  /** As DOUBLEs; NULL where it is none. */
  readonly numbers: string;
  /** Condition on what is held: text that is no list of numbers although the engine would read it as one. */
  readonly unread: string;
}

/** @throws UserError `column-missing`, `column-type` */
function vectorOf(source: Source, name: string, dialect: Dialect): Vector {
  const column = columnIn(source, name);
  const of = corpusSql(dialect);
  const held = dialect.identifier(name);
  if (
    /^(FLOAT|DOUBLE|REAL|DECIMAL\([^)]*\)|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)\[\d*\]$|^array\((?!array)/i.test(
      column.storedAs,
    )
  )
    return { held, numbers: of.vector(held), unread: 'FALSE' };
  // JSON's lists arrive as their text, as do those that a CSV holds.
  if (/^VARCHAR/i.test(column.storedAs) && ['text', 'other', 'mixed', 'empty'].includes(column.type))
    return { held, numbers: of.readVector(held), unread: `strpos(${held}, '"') > 0` };
  throw refused(source, column, 'an embedding', 'a list of numbers');
}

function defectSql(
  { held, numbers, unread }: Vector,
  limits: { readonly dimension: number; readonly norm: readonly [number, number] | undefined },
  dialect: Dialect,
): string {
  const of = corpusSql(dialect);
  const length = of.norm(numbers);
  const outside =
    limits.norm === undefined
      ? ''
      : ` WHEN ${length} < ${limits.norm[0]}e0 OR ${length} > ${limits.norm[1]}e0 THEN 'norm'`;
  return `(CASE WHEN ${held} IS NULL THEN 'missing' WHEN ${unread} OR ${numbers} IS NULL THEN 'unread'
    WHEN ${of.size(numbers)} <> ${limits.dimension} THEN 'dimension' WHEN ${of.hasNoNumber(numbers)} THEN 'number'
    WHEN ${length} = 0 THEN 'zero'${outside} END)`;
}
